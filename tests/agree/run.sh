#!/bin/sh
# Every number and every point of a curve against scikit-learn: for the runs of the
# examples, for predictions of real models imported from CSV, and for thousands of
# small random cases.
#   run.sh EPOCHLOG EXAMPLES NUMBERS
set -e
here=$(dirname "$0")
epochlog=$1
examples=$2
numbers=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
  "$candidate" -c 'import sklearn, statsmodels' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || { echo "agree: python3-sklearn or python3-statsmodels is not installed"; exit 1; }

command -v Rscript >/dev/null || { echo "agree: r-base-core is not installed"; exit 1; }

"$python" "$here/random_cases.py" "$numbers"
"$python" "$here/r_cases.py" "$numbers"

for name in digits breast_cancer diabetes; do
  run=$(EPOCHLOG_DIR=$work/examples "$examples/$name")
  "$epochlog" report "$run" -o "$work/report" >/dev/null
  "$python" "$here/logged.py" "$run" "$work/report/report.json" || {
    echo "agree: $name differs"
    exit 1
  }
done
echo "agree: the runs of the examples have scikit-learn's numbers and curves to 1e-9"

"$python" "$here/predict.py" "$work/cases" 2>/dev/null
cases=0
for csv in "$work"/cases/*.csv; do
  name=$(basename "$csv" .csv)
  kind=$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["type"])' "${csv%.csv}.json")
  run=$("$epochlog" import "$csv" --type "$kind" --run "$name" --eval "$name" --root "$work/runs")
  "$epochlog" report "$run" -o "$work/report" >/dev/null
  "$python" "$here/compare.py" "${csv%.csv}.json" "$work/report/report.json" >/dev/null || {
    echo "agree: $name differs"
    exit 1
  }
  cases=$((cases + 1))
done
echo "agree: $cases sets of predictions give scikit-learn's numbers and curves to 1e-9"
