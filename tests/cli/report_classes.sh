# Thresholds, costs and the look of the confusion matrix; labels alone; many classes.
cat >predictions.csv <<'CSV'
true,score
no,0.1
yes,0.15
no,0.3
yes,0.35
yes,0.4
no,0.55
yes,0.6
yes,0.8
no,0.85
yes,0.9
CSV
run=$($EPOCHLOG import predictions.csv --type classification --positive yes --eval test --run ten)
$EPOCHLOG report "$run" -o plain >/dev/null; echo "exit $?"
cut -d, -f1-6,13 plain/data/thresholds-test.csv
cut -d, -f1,4 plain/data/deciles-test.csv
echo "-- costs move the row that is chosen"
$EPOCHLOG report "$run" -o costs --cost 1:5 --confusion circles >/dev/null; echo "exit $?"
grep -c '"chosen": *true' costs/report.json
grep -A1 '^| FPR' costs/report.md | tail -1
grep -o 'Confusion matrix[^<]*circle[^<]*' costs/report.md | head -1
for cost in 1 1: :5 1:-5 0:0 1:5:7 nan:1 x; do
  $EPOCHLOG report "$run" -o none --cost "$cost"; echo "exit $?"
done
[ -e none ] || echo "nothing was written"
echo "-- labels alone have only what follows from labels"
printf 'true,predicted\nno,no\nyes,no\nyes,yes\n' >labels.csv
run=$($EPOCHLOG import labels.csv --type classification --eval test --run labels)
$EPOCHLOG report "$run" -o labels >/dev/null; echo "exit $?"
find labels/charts labels/data -type f | sort
echo "-- more classes than a matrix has room for"
{ echo true,predicted; i=0; while [ $i -lt 2000 ]; do echo "c$i,c$((i % 1999))"; i=$((i + 1)); done; } >many.csv
run=$($EPOCHLOG import many.csv --type classification --eval test --run many)
$EPOCHLOG report "$run" -o many >/dev/null; echo "exit $?"
cat many/data/confusions-test.csv
wc -l <many/data/classes-test.csv
grep -o 'A matrix of[^<]*' many/report.html | head -1
echo "-- classes that are named like an average have a key of their own"
cat >named.csv <<'CSV'
true,macro,weighted,micro,macro (class)
macro,0.7,0.1,0.1,0.1
weighted,0.2,0.6,0.1,0.1
micro,0.1,0.1,0.7,0.1
macro (class),0.2,0.2,0.2,0.4
macro,0.3,0.4,0.2,0.1
CSV
run=$($EPOCHLOG import named.csv --type classification --eval test --run named)
$EPOCHLOG report "$run" -o named >/dev/null; echo "exit $?"
sed -n '/"roc":/,/"pr":/p' named/report.json | grep -o '"[^"]*": {' | tr -d '\n'; echo
