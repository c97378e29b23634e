#!/bin/sh
# Speed and size as ratios, each beside its baseline in the same run.
#   run.sh EPOCHLOG BUILD-FOLDER [quick]
set -e
here=$(dirname "$0")
epochlog=$1
build=$2
quick=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

machine() {
  sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -1 | grep . || uname -m
}
echo "$(machine), $(nproc 2>/dev/null) processors, $(uname -sr)"
live=${EPOCHLOG_LIVE:+, EPOCHLOG_LIVE=$EPOCHLOG_LIVE}
echo "logs on $(df -T "$work" 2>/dev/null | awk 'NR == 2 { print $2 }')$live"

# Each in its own folder, removed at once: logs of millions of points are not small.
bench() {
  echo
  mkdir "$work/$1"
  "$build/tests/bench/bench_$1" "$work/$1" $quick
  [ "$1" != quiet ] || sh "$here/trace.sh" "$build/tests/bench/bench_quiet" "$work/$1" $quick
  rm -r "${work:?}/$1"
}
for each in call spread quiet seal loop size memory; do bench "$each"; done
echo

# Seconds of a command, the smallest of three.
seconds() {
  best=
  for _ in 1 2 3; do
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1
    took=$((($(date +%s%N) - start) / 1000000))
    [ -z "$best" ] || [ "$took" -lt "$best" ] && best=$took
  done
  echo "$best"
}

awk 'BEGIN { srand(7); print "true,score"; for (i = 0; i < 10000; i++) {
  y = rand() < 0.3; s = 1 / (1 + exp(-(y ? 1 : -1) * 1.2 - 3 * (rand() + rand() - 1)))
  printf "%d,%.6f\n", y, s } }' >"$work/predictions.csv"
run=$("$epochlog" import "$work/predictions.csv" --type classification --positive 1 --root "$work")
ours=$(seconds "$epochlog" report "$run" -o "$work/report")
echo "report of a classifier, 10 000 predictions, whole process, smallest of three:"
python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
  "$candidate" -c 'import sklearn, matplotlib' 2>/dev/null && python=$candidate && break
done
if [ -n "$python" ]; then
  theirs=$(seconds "$python" "$here/baseline.py" "$work/predictions.csv" "$work")
  printf '  scikit-learn + matplotlib %6d ms   baseline, six charts as PNG\n' "$theirs"
  awk -v a="$theirs" -v b="$ours" 'BEGIN {
    printf "  epochlog report           %6d ms   %.1f x faster: every chart, PNG and HTML\n", b, a / b }'
else
  printf '  epochlog report           %6d ms   (no baseline: scikit-learn or matplotlib is not installed)\n' "$ours"
fi
