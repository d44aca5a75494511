#!/usr/bin/env bash
# Builds the container image demo-app:latest with docker, or with buildah where no docker engine answers.
set -euo pipefail

if [[ ${1:-} == --help ]]; then
  echo "usage: $0 [TAG]   (demo-app:latest)"
  exit 0
fi

cd "$(dirname "$0")/.."
tag=${1:-demo-app:latest}
if docker info >/dev/null 2>&1; then
  exec docker build --tag "$tag" .
elif command -v buildah >/dev/null; then
  exec buildah build --tag "$tag" .
fi
echo "neither a docker engine nor buildah is here: apt-get install -y --no-install-recommends buildah" >&2
exit 1
