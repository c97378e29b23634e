#!/bin/sh
# The command as a user meets it.  Each NAME.sh runs in an empty folder; what it
# prints on both streams together must be NAME.out.
#
#   EPOCHLOG=path/to/epochlog sh tests/cli/run.sh [NAME ...]
#   BLESS=1 ...                 writes NAME.out instead (read the difference!)
#
# A script that cannot be run here says why and exits with 77.  Scripts are given EPOCHLOG (the command), VECTORS (the logs of format-spec),
# FIXTURES (this folder), and `mask`, a sed command that takes out what differs
# from run to run: ids, times, durations, sizes of logs.
: "${EPOCHLOG:?the command to be tested}"
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

unset EPOCHLOG_DIR EPOCHLOG_RUN_ID EPOCHLOG_RUN_NAME EPOCHLOG_EXPERIMENT NO_COLOR \
  RANK WORLD_SIZE SLURM_PROCID SLURM_NTASKS OMPI_COMM_WORLD_RANK PMI_RANK
EPOCHLOG=$(cd "$(dirname "$EPOCHLOG")" && pwd)/$(basename "$EPOCHLOG")
FIXTURES=$tests
VECTORS=$(cd "$tests/../../format-spec/vectors" && pwd)
mask="sed -E -f $tests/mask.sed"
LC_ALL=C
TZ=UTC
export EPOCHLOG FIXTURES VECTORS mask LC_ALL TZ

[ $# -gt 0 ] || set -- $(cd "$tests" && ls *.sh | sed 's/\.sh$//')
failed=0 passed=0
for name; do
  [ "$name" = run ] && continue
  mkdir "$work/$name" || exit 1
  (cd "$work/$name" && exec sh "$tests/$name.sh") >"$work/$name.got" 2>&1 </dev/null
  if [ $? -eq 77 ]; then
    echo "cli: $name skipped: $(cat "$work/$name.got")"
    continue
  fi
  if [ "${BLESS:-}" ]; then
    cp "$work/$name.got" "$tests/$name.out"
  elif diff -u "$tests/$name.out" "$work/$name.got"; then
    passed=$((passed + 1))
  else
    echo "cli: $name differs" >&2
    failed=$((failed + 1))
  fi
done
[ "${BLESS:-}" ] || echo "cli: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
