#!/bin/sh
# The report of long metrics: chart, page and data, as a whole process.
#   lines.sh EPOCHLOG BUILD-FOLDER FOLDER [quick]
# The baseline draws one line with matplotlib from a NumPy array on disk; more than
# 10 million points it is not asked for.  A hundred single points stick out of each
# metric, and each must be in the data of its chart.
set -e
here=$(dirname "$0")
epochlog=$1
build=$2/tests/bench
folder=$3
quick=$4

python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
  "$candidate" -c 'import numpy, matplotlib' 2>/dev/null && python=$candidate && break
done
echo "report of long metrics, whole process: a chart of each as PNG, the page, report.json, data"
echo "  baseline: a line chart as PNG with matplotlib, from a NumPy array on disk"
[ -n "$python" ] || echo "  (no baseline: numpy or matplotlib is not installed)"

# long POINTS METRICS WORDS TIMES [BAR-IN-MS]
long() {
  mkdir "$folder/$1"
  npy=$([ "$1" -gt 10000000 ] || [ "$2" -gt 1 ] || echo npy)
  run=$("$build/bench_lines" "$folder/$1" "$1" "$2" $npy)
  echo "  $3"
  theirs=
  if [ -n "$python" ] && [ -n "$npy" ]; then
    theirs=$("$build/bench_spend" 1 "$python" "$here/plot_line.py" "$folder/$1")
    printf '    matplotlib                %7d ms %6d MB   baseline\n' $theirs
  fi
  ours=$("$build/bench_spend" "$4" "$epochlog" report "$run" -o "$folder/report")
  ms=${ours% *}
  printf '    epochlog report           %7d ms %6d MB' "$ms" "${ours#* }"
  [ -z "$theirs" ] || awk -v a="${theirs% *}" -v b="$ms" 'BEGIN { printf "   %.1f x faster", a / b }'
  awk -v is="$(awk -F, '$7 == 25' "$folder"/report/data/*.csv | wc -l)" -v n="$((100 * $2))" 'BEGIN {
    printf "   %d of %d spikes in the chart", is, n }'
  [ -z "$5" ] || awk -v is="$ms" -v bar="$5" 'BEGIN {
    printf "   bar <= %d ms: %s", bar, is <= bar ? "ok" : "MISSED" }'
  echo
  rm -r "${folder:?}/$1" "$folder/report"
}

long 1000000 1 "1 metric of 1 000 000 points" 5
long 1000000 10 "10 metrics of 1 000 000 points" 3
if [ -z "$quick" ]; then
  long 10000000 1 "1 metric of 10 000 000 points" 3
  long 100000000 1 "1 metric of 100 000 000 points" 3 1000
fi
