#!/bin/sh
# The report of a classifier against the usual script, at three sizes.
#   predictions.sh EPOCHLOG BUILD-FOLDER FOLDER [quick]
# Both are whole processes that find their predictions in memory of the system: the
# report reads a run's log, the script two NumPy arrays, which are faster to read than
# text.  The report draws every chart as PNG, the page and the data; the script six PNG.
set -e
here=$(dirname "$0")
epochlog=$1
build=$2/tests/bench
folder=$3
quick=$4

python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
  "$candidate" -c 'import sklearn, matplotlib' 2>/dev/null && python=$candidate && break
done
echo "report of a classifier, whole process: every chart as PNG, the page, report.json, data"
echo "  baseline: six charts as PNG with scikit-learn and matplotlib, from NumPy arrays on disk"
[ -n "$python" ] || echo "  (no baseline: scikit-learn or matplotlib is not installed)"

# What the bars of the figures say: met or missed.
bar() {
  awk -v is="$1" -v bar="$2" -v what="$3" -v most="$4" 'BEGIN {
    printf "  bar %s: %s", what, (most ? is <= bar : is >= bar) ? "ok" : "MISSED" }'
}

# compare ROWS SECONDS-BAR FASTER-BAR TIMES TIMES-OF-BASELINE [MB-BAR]
compare() {
  mkdir "$folder/$1"
  run=$("$build/bench_predictions" "$folder/$1" "$1")
  words=$(echo "$1" | sed ':a; s/\([0-9]\)\([0-9]\{3\}\)\($\| \)/\1 \2\3/; ta')
  echo "  $words predictions"
  theirs=
  if [ -n "$python" ]; then
    theirs=$("$build/bench_spend" "$5" "$python" "$here/baseline.py" "$folder/$1")
    printf '    scikit-learn + matplotlib %7d ms %6d MB   baseline\n' $theirs
  fi
  ours=$("$build/bench_spend" "$4" "$epochlog" report "$run" -o "$folder/report")
  ms=${ours% *} mb=${ours#* }
  printf '    epochlog report           %7d ms %6d MB' "$ms" "$mb"
  [ -z "$theirs" ] || awk -v a="${theirs% *}" -v b="$ms" 'BEGIN { printf "   %.1f x faster", a / b }'
  bar "$ms" "$2" "<= $2 ms" 1
  [ -z "$theirs" ] || bar "$((${theirs% *} * 10 / ms))" "${3}0" ">= $3 x"
  [ -z "$6" ] || bar "$mb" "$6" "<= $6 MB" 1
  echo
  rm -r "${folder:?}/$1" "$folder/report"
}

if [ -n "$quick" ]; then
  compare 10000 150 15 1 1
  compare 1000000 400 10 1 1
else
  compare 10000 150 15 5 3
  compare 1000000 400 10 5 2
  compare 10000000 2500 15 3 1 500
fi
