# A page, Markdown, numbers and tables from a file of predictions, and nothing else.
cat >predictions.csv <<'CSV'
true,score,id
no,0.1,1
yes,0.9,2
no,0.4,3
yes,0.35,4
yes,0.8,5
no,0.7,6
CSV
run=$($EPOCHLOG import predictions.csv --type classification --positive yes --eval test --run tiny)
$EPOCHLOG report "$run" -o out; echo "exit $?"
find out -type f | sort
grep -c '<svg' out/report.html
echo "asks for: $(grep -oE '(src|href)="[^#d][^"]*"|url\(|@import' out/report.html | wc -l)"
grep -o 'Content-Security-Policy" content="default-src [^;]*' out/report.html
grep -E '^(# |## |\*\*)' out/report.md | sed 's/`[0-9]*-[0-9]*-tiny-[0-9a-f]*`/ID/; s/in [0-9.]* m*s/in TIME/'
head -3 out/data/roc-test.csv
# By name; without -o it goes to the run's own folder.
$EPOCHLOG report tiny | sed 's/[0-9]*-[0-9]*-tiny-[0-9a-f]*/ID/'
# Two runs make a comparison.
$EPOCHLOG import predictions.csv --type classification --positive yes --eval test --run other >ids
$EPOCHLOG report tiny other -o both; echo "exit $?"
grep -o '<h1>[^<]*' both/report.html
# What cannot be done is said in a line, and nothing is written.
$EPOCHLOG report; echo "exit $?"
$EPOCHLOG report nosuch -o none; echo "exit $?"
echo "not a log" >wrong.elog
$EPOCHLOG report wrong.elog -o none; echo "exit $?"
: >empty.elog
$EPOCHLOG report empty.elog -o none; echo "exit $?"
mkdir nothing
$EPOCHLOG report nothing -o none; echo "exit $?"
$EPOCHLOG report tiny -o predictions.csv; echo "exit $?"
$EPOCHLOG report tiny --theme pink; echo "exit $?"
[ -e none ] || echo "nothing was written"
