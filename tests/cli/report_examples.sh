# Words under the charts of real runs, and how many features a chart shows.
programs=$(dirname "$EPOCHLOG")/examples
export EPOCHLOG_DIR=runs
ln -s "$FIXTURES/../../examples" examples # they look for their data there
"$programs/diabetes" >/dev/null 2>&1
"$programs/breast_cancer" >/dev/null 2>&1
"$programs/breast_cancer" >/dev/null 2>&1
said() { grep -oE "$1" "$2/report.html" | sort -u; }

$EPOCHLOG report diabetes -o diabetes --top 3 >/dev/null
echo "=== a regression"
said 'spread changes with the prediction[^<]*' diabetes
said 'no sign of uneven spread[^<]*' diabetes
said 'mean [^<]* \(95 % CI[^<]*bootstrap[^<]*' diabetes
echo "=== the three features that matter most"
said '[0-9]+ features, the [0-9]+ largest drawn' diabetes
$EPOCHLOG report runs/*breast* -o both --top 4 >/dev/null
said '2 runs, the [0-9]+ features that matter most' both
wc -l <both/data/compare-importance-permutation.csv
