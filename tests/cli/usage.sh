# Wrong usage: one line, exit 2, and what was meant when it is near.
try() { "$EPOCHLOG" "$@"; echo "exit $?"; }
try shwo
try lst
try frobnicate
try --nope
try help metrix
try ls --jsn
try ls a b
try ls --limit -3
try ls --limit many
try ls --status Done
try ls --where 'auc'
try ls --where '>=0.9'
try ls --where 'auc>=high'
try ls --param lr
try show
try show a b
try show --root
try metrics
try metrics run --steps=1
try dump
try dump a --json --decoded
try dump a --scan
try recover a
try recover -o b
try import
try import a.csv
try import a.csv --type clasification
try import a.csv --type metrics --positive yes
try import a.csv --type regression --level 90
try import a.csv --type metrics --separator x
try import a.csv --type azureml --schema roc
