#!/usr/bin/env bash
# Prints the folder of a Go that is at least as new as asked: this machine's, else one fetched from the Go module proxy.
# Debian 12's own is too old to fetch a newer one by itself.
set -euo pipefail

if [[ $# -ne 1 || $1 == --help ]]; then
  echo "usage: $0 VERSION   as go.mod names it: 1.26.4" >&2
  exit $(($# == 1 ? 0 : 2))
fi
needs=$1
version=1.26.8 sha256=30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7

is_enough() { [[ $(printf '%s\n' "$needs" "$1" | sort -V | head -n 1) == "$needs" ]]; }
complain() { echo "$*" >&2; exit 1; }

has=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || has=none
if [[ $has != none ]] && is_enough "${has#go}"; then
  dirname "$(command -v go)"
  exit 0
fi
is_enough "$version" || complain "Go $needs is asked for, and $0 fetches $version: name a newer one in it"
[[ $(uname -m) == x86_64 ]] || complain "Go $needs or newer has to be installed on this machine (it has: $has)"

module=golang.org/toolchain@v0.0.1-go$version.linux-amd64
cache=${XDG_CACHE_HOME:-$HOME/.cache}/demo-app/go
if [[ ! -e $cache/$module/complete ]]; then
  mkdir -p "$cache"
  exec {lock}>"$cache/lock"
  flock "$lock"
  if [[ ! -e $cache/$module/complete ]]; then
    echo "Go on this machine: $has; fetching go$version" >&2
    proxy=${GOPROXY:-https://proxy.golang.org}
    curl -fsSL --retry 3 -o "$cache/go.zip" "${proxy%%[,|]*}/${module/@/\/@v\/}.zip"
    echo "$sha256  $cache/go.zip" | sha256sum --check --status || complain "$module is not what it was"
    python3 -m zipfile -e "$cache/go.zip" "$cache"
    rm "$cache/go.zip"
    chmod +x "$cache/$module"/{bin/*,pkg/tool/*/*} # The module's zip keeps no modes.
    touch "$cache/$module/complete"
  fi
fi
echo "$cache/$module/bin"
