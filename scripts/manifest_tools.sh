#!/usr/bin/env bash
# Builds kustomize or kube-score from its Go module, or checkov from PyPI, as scripts/manifest_tools names it with its
# checksums. Prints the path of the program. What is there already is not built again.
set -euo pipefail

if [[ $# -ne 1 || $1 == --help ]]; then
  echo "usage: $0 kustomize|kube-score|checkov"
  exit $(($# == 1 ? 0 : 2))
fi

tool=$1
cd "$(dirname "$0")/manifest_tools/$tool"
folder=${XDG_CACHE_HOME:-$HOME/.cache}/demo-app/tools/$tool-$(cat -- * | sha256sum | cut -c 1-12)
program=$folder/$tool
mkdir -p "$folder"
exec {lock}>"$folder/lock"
flock "$lock" # A second one waits for the first, and finds it there.

build_go() {
  local go
  go=$(../../go_toolchain.sh "$(sed -n 's/^go //p' go.mod)")
  PATH=$go:$PATH CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-trimpath \
    go build -ldflags '-s -w' -o "$folder/built" "$(sed -n 's/^tool //p' go.mod)" && mv "$folder/built" "$program"
}

build_checkov() {
  rm -rf "$folder/environment"
  python3 -m venv "$folder/environment" &&
    "$folder/environment/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
      -r requirements.txt &&
    ln -s environment/bin/checkov "$program"
}

if [[ ! -x $program ]]; then
  echo "building $tool, once" >&2
  build=build_go
  [[ -e go.mod ]] || build=build_checkov
  if ! $build &>"$folder/log"; then
    tail -n 20 "$folder/log" >&2
    echo "$tool could not be built (above)" >&2
    exit 1
  fi
fi
echo "$program"
