#!/usr/bin/env bash
# Builds Kubernetes, and what stands around it, from the Go modules that modules/ names with their checksums.
# Prints the folder of the binaries. What is there already is not built again.
set -euo pipefail

if [[ ${1:-} == --help ]]; then
  echo "usage: $0   prints the folder; about 15 minutes of two cores the first time, at once afterwards"
  exit 0
fi

cd "$(dirname "$0")/modules"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/demo-app/kubernetes
bin=$cache/$(cat ../build.sh ./*/go.mod ./*/go.sum | sha256sum | cut -c 1-12)
if [[ -e $bin/complete ]]; then
  echo "$bin"
  exit 0
fi

mkdir -p "$bin"
exec {lock}>"$bin/lock"
flock "$lock" # A second build waits for the first, and finds everything there.
go=$(../../go_toolchain.sh "$(sed -n 's/^go //p' ./*/go.mod | sort -V | tail -n 1)")
export PATH=$go:$PATH CGO_ENABLED=0 GOFLAGS=-trimpath GOTOOLCHAIN=local

for module in */; do
  module=${module%/}
  [[ -e $bin/$module.built ]] && continue
  echo "cluster: building $module" >&2
  flags='-s -w'
  if [[ $module == kubernetes ]]; then
    version=$(sed -nE 's/^\tk8s.io\/kubernetes v([0-9.]+).*/\1/p' kubernetes/go.mod)
    of=k8s.io/component-base/version
    flags+=" -X $of.gitVersion=v$version -X $of.gitMajor=1 -X $of.gitMinor=$(cut -d. -f2 <<<"$version")"
  fi
  (cd "$module" && go build -ldflags "$flags" -o "$bin/" tool)
  [[ $module != etcd ]] || mv "$bin/server" "$bin/etcd"
  touch "$bin/$module.built"
done
gateway=$(cd traefik && go mod download sigs.k8s.io/gateway-api && go list -m -f '{{.Dir}}' sigs.k8s.io/gateway-api)
awk 'FNR == 1 {print "---"} {print}' "$gateway"/config/crd/standard/*.yaml >"$bin/gateway-api.yaml"

touch "$bin/complete"
echo "$bin"
