#!/bin/sh
# Every number against scikit-learn, statsmodels, scipy, pROC and base R, or the stated
# rule in numpy: for thousands of small random cases, for real models on real data sets
# and for the runs of the examples.  Ends at the first difference.
#   run.sh EPOCHLOG EXAMPLES NUMBERS
set -e
here=$(dirname "$0")
epochlog=$1
examples=$2
numbers=$3
python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
  "$candidate" -c 'import sklearn, statsmodels' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || { echo "agree: python3-sklearn or python3-statsmodels is not installed"; exit 1; }
command -v Rscript >/dev/null || { echo "agree: r-base-core is not installed"; exit 1; }
# One thread per program; the programs share the processors.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

"$python" "$here/random_cases.py" "$numbers"
"$python" "$here/r_cases.py" "$numbers"
"$python" "$here/published.py" "$numbers"
"$python" "$here/real_cases.py" "$epochlog" "$examples" "$numbers"
