#!/usr/bin/env bash
# Installs the Debian packages of the given purposes; does nothing, quickly and offline, when they are there.
set -euo pipefail

if [[ $# -eq 0 || $1 == --help ]]; then
  echo "usage: $0 PURPOSE...   the purposes stand in scripts/packages.txt: build test check bench mongo kubernetes"
  exit $(($# == 0 ? 2 : 0))
fi

list=$(dirname "$0")/packages.txt
wanted=()
for purpose in "$@"; do
  mapfile -t -O "${#wanted[@]}" wanted < <(awk -v purpose="$purpose" '$1 == purpose {print $2}' "$list")
done

# shellcheck source=/dev/null
release=$(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}") || release=unknown
if [[ $release != "debian 12" ]]; then
  echo "demo-app is built on Debian 12; this is $release. Install there, or run the container image. (The packages: ${wanted[*]})" >&2
  # Whoever has installed them under other names may go on.
  [[ -n ${SKIP_INSTALL:-} ]] && exit 0
  echo "With the packages installed by other means, repeat the command with SKIP_INSTALL=1." >&2
  exit 1
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
  [[ $status == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

command="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if [[ $(id -u) -eq 0 ]]; then
  as_root=()
elif sudo -n true 2>/dev/null || { [[ -t 0 ]] && command -v sudo >/dev/null; }; then
  as_root=(sudo)
else
  echo "Packages are missing and this user may not install them. Run once, as root:" >&2
  echo "  $command" >&2
  exit 1
fi

echo "installing ${#missing[@]} packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
} >"$log" 2>&1 </dev/null; then
  tail -n 20 "$log" >&2
  echo "apt-get failed (above). By hand: $command" >&2
  exit 1
fi
