#!/usr/bin/env bash
# Builds everything with sanitizers and runs every unit suite, and the black-box tests marked `sanitized`, on it.
set -euo pipefail

preset=${1:-}
if [[ $preset != asan && $preset != tsan ]]; then
  echo "usage: $0 asan|tsan"
  [[ $preset == --help ]] && exit 0
  exit 2
fi

cd "$(dirname "$0")/.."
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

# Debian's MongoDB driver is built without ThreadSanitizer, which does not see what its threads agree by and reports them
# by the dozen: the suites that need a server are skipped there, visibly.
[[ $preset == tsan ]] && export MONGO_TEST_SECANTUSDB='' MONGO_TEST_REPLICA_SET='' MONGO_TEST_SHARDED=''

cmake --preset "$preset" >/dev/null
cmake --build "build-$preset" -j "$(nproc)"
# A sanitizer makes the program several times slower; deadlines of the tests grow with it.
DEMO_SLOWER=8 .venv/bin/python scripts/test_report.py --build "build-$preset" -- tests -m sanitized
