# A run is a folder, a log, an id, a name, or a beginning of either.
try() { "$EPOCHLOG" "$@" 2>&1 | $mask | head -2; }
printf 'step,loss\n1,2\n' >h.csv
first=$($EPOCHLOG import h.csv --type metrics --run ridge)
second=$($EPOCHLOG import h.csv --type metrics --run lasso)
third=$($EPOCHLOG import h.csv --type metrics --run lars)
try show "$first"
try show "$(ls "$first"/*.elog)"
try show "${first#outputs/}"
try show ridge
try show ri
echo "--- ambiguous"
# The newer comes first, and two of the same second by name.
$EPOCHLOG show la 2>&1 | $mask | sed 's/ID-lars, ID-lasso/ID-lasso, ID-lars/'
$EPOCHLOG show la >/dev/null 2>&1; echo "exit $?"
echo "--- none"
$EPOCHLOG show elastic; echo "exit $?"
$EPOCHLOG metrics elastic; echo "exit $?"
$EPOCHLOG metrics --recursive elastic; echo "exit $?"
$EPOCHLOG show ridge --root nowhere; echo "exit $?"
mkdir other && mv "$second" other
try show lasso --root other
