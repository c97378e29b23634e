#!/bin/sh
# Runs the unit test programs named, and shows the whole output of one that fails.
#   run_unit.sh PROGRAM...
export ASAN_OPTIONS=${ASAN_OPTIONS:-allow_user_segv_handler=0:detect_leaks=1}
passed=0 failed=0 names=
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program in "$@"; do
  if "$program" >"$log" 2>&1; then
    count=$(sed -n 's/.*\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -1)
    passed=$((passed + ${count:-0}))
    # A program that ran nothing proves nothing.
    [ "${count:-0}" -gt 0 ] && continue
  fi
  cat "$log"
  failed=$((failed + 1)) names="$names $(basename "$program")"
done
[ -z "$names" ] || echo "failed:$names"
echo "unit: $passed passed, $failed failed"
[ "$failed" = 0 ]
