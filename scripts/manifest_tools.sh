#!/usr/bin/env bash
# Builds kustomize and kube-score from their Go modules, and checkov from PyPI, as scripts/manifest_tools names them with
# their checksums. Prints the folder of the programs. What is there already is not built again.
set -euo pipefail

if [[ $# -eq 0 || $1 == --help ]]; then
  echo "usage: $0 TOOL...   of kustomize, kube-score, checkov"
  exit $(($# == 0 ? 2 : 0))
fi

cd "$(dirname "$0")"
tools=$PWD/manifest_tools
cache=${XDG_CACHE_HOME:-$HOME/.cache}/demo-app/tools
version=$(cat manifest_tools.sh manifest_tools/*/go.* manifest_tools/checkov/requirements.txt | sha256sum | cut -c 1-12)
bin=$cache/$version
mkdir -p "$bin"
exec {lock}>"$bin/lock"
flock "$lock" # A second one waits for the first, and finds everything there.

build_go() {
  local name=$1 log=$bin/$1.log go
  go=$(./go_toolchain.sh "$(sed -n 's/^go //p' "$tools/$name/go.mod")")
  (cd "$tools/$name" && PATH=$go:$PATH CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-trimpath \
    go build -ldflags '-s -w' -o "$bin/" tool) &>"$log"
  [[ $name != kustomize ]] || mv "$bin/v5" "$bin/kustomize" 2>/dev/null || [[ -x $bin/kustomize ]]
}

build_checkov() {
  local log=$bin/checkov.log
  rm -rf "$bin/checkov-environment"
  python3 -m venv "$bin/checkov-environment" &&
    "$bin/checkov-environment/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
      -r "$tools/checkov/requirements.txt" &>"$log" &&
    ln -sf checkov-environment/bin/checkov "$bin/checkov"
}

for tool in "$@"; do
  [[ ! -x $bin/$tool ]] || continue
  echo "building $tool" >&2
  if [[ $tool == checkov ]]; then build_checkov; else build_go "$tool"; fi || {
    tail -n 20 "$bin/$tool.log" >&2
    echo "$tool could not be built (above)" >&2
    exit 1
  }
done
echo "$bin"
