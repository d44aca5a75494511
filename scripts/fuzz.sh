#!/usr/bin/env bash
# Builds the libFuzzer targets and runs each for FUZZ_SECONDS (20) from its committed corpus; a finding is a failure.
set -euo pipefail

if [[ ${1:-} == --help ]]; then
  echo "usage: FUZZ_SECONDS=20 $0"
  exit 0
fi

cd "$(dirname "$0")/.."
cmake --preset fuzz >/dev/null
cmake --build build-fuzz -j "$(nproc)"

shopt -s nullglob
ran=0
for target in build-fuzz/fuzz_*; do
  [[ -x $target && -f $target ]] || continue
  name=${target##*/fuzz_}
  seeds=(fuzz/corpus/"$name")
  mkdir -p "build-fuzz/corpus/$name"
  echo "fuzzing $name for ${FUZZ_SECONDS:-20} s"
  "$target" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=5 -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1 \
    -artifact_prefix="build-fuzz/finding-$name-" "build-fuzz/corpus/$name" "${seeds[@]}" 2>&1 | tail -n 40
  ran=$((ran + 1))
done
echo "$ran fuzz targets ran, no finding"
[[ $ran -gt 0 ]]
