#!/usr/bin/env bash
# Builds the container image demo-app:latest with docker, or with buildah where no docker engine answers.
set -euo pipefail

if [[ ${1:-} == --help ]]; then
  echo "usage: $0 [TAG] [BUILD_OPTION...]   (demo-app:latest)"
  exit 0
fi

cd "$(dirname "$0")/.."
tag=${1:-demo-app:latest}
options=(--tag "$tag" --build-arg "VERSION=$(git describe --tags --always --dirty 2>/dev/null || echo dev)" "${@:2}")
if docker info >/dev/null 2>&1; then
  exec docker build "${options[@]}" .
elif command -v buildah >/dev/null; then
  # The OCI format has no place for a HEALTHCHECK; Docker's has.
  exec buildah build --format docker --layers "${options[@]}" .
fi
echo "neither a docker engine nor buildah is here: apt-get install -y --no-install-recommends buildah" >&2
exit 1
