# Line charts: what is drawn over what, who shares a chart, long metrics in columns.
subtitle() { grep -o '"alt": "Line chart of [^"]*' "$1/report.json" | sed 's/.*Line chart of //'; }
awk 'BEGIN { print "step,epoch,train/loss,val/loss,lr,time"
  for (i = 0; i <= 40; i++)
    printf "%d,%g,%.4f,%.4f,%g,2026-01-01T23:59:%02dZ\n", i * 10, i / 4, 2 / (1 + i), \
      0.5 + (i - 20) ^ 2 / 400, 0.001 / (1 + i), i }' >history.csv
run=$($EPOCHLOG import history.csv --type metrics --run lines)
echo "--- over steps"
$EPOCHLOG report lines -o steps >/dev/null; subtitle steps; head -2 steps/data/loss.csv | sed 's/,[0-9]\{16\},/,TIME,/' | $mask
grep -o 'Validation is best[^<]*' steps/report.html
echo "--- over epochs, as the metric of that name tells them"
$EPOCHLOG report lines -o epochs --x epoch >/dev/null; subtitle epochs | grep '^loss'
head -3 epochs/data/lr.csv | sed 's/,[0-9]\{16\},/,TIME,/' | $mask
echo "--- over times"
$EPOCHLOG report lines -o elapsed --x elapsed >/dev/null; grep -o '>Time since[^<]*' elapsed/report.html | sort -u
$EPOCHLOG report lines -o times --x time >/dev/null; grep -o '>Time (UTC)[^<]*\|>01-02[^<]*' times/report.html | sort -u
echo "--- together, on a logarithmic axis where sizes differ"
$EPOCHLOG report lines -o both --together 'lr,train/loss' >/dev/null; subtitle both
grep -c 'log scale' both/report.html
echo "--- axes and smoothing as asked"
$EPOCHLOG report lines -o linear --log off >/dev/null; grep -c 'log scale' linear/report.html
$EPOCHLOG report lines -o logs --log on >/dev/null; grep -o '(log scale[^)]*' logs/report.html | sort | uniq -c | sed 's/^ *//'
$EPOCHLOG report lines -o smooth --smooth 0.9 >/dev/null; subtitle smooth
echo "--- runs on their own and as their mean"
for i in 1 2 3; do
  awk -v s=$i 'BEGIN { print "step,loss"; for (i = 0; i < 9; i++) print i "," s + i }' |
    $EPOCHLOG import - --type metrics --run seed >>ids
done
$EPOCHLOG report $(cat ids) -o apart | $mask; subtitle apart | sed 's/seed [0-9a-f]*/seed X/'; wc -l <apart/data/loss.csv
$EPOCHLOG report $(cat ids) -o mean --mean | $mask; subtitle mean; head -2 mean/data/loss.csv
echo "--- no epochs, no epoch axis"
$EPOCHLOG report $(head -1 ids) -o none --x epoch >/dev/null; grep -o 'No metric named epoch[^<]*' none/report.html
echo "--- more than 100 000 points: columns, with every spike"
awk 'BEGIN { print "step,loss"; for (i = 0; i < 120000; i++) print i "," (i == 77777 ? 55 : i == 99 ? "nan" : i % 5) }' |
  $EPOCHLOG import - --type metrics --run long >long
$EPOCHLOG report $(cat long) -o columns >/dev/null; subtitle columns
head -2 columns/data/loss.csv | $mask; wc -l <columns/data/loss.csv; grep -c ',55.0,' columns/data/loss.csv
$EPOCHLOG show $(cat long) | grep -A2 '^  name ' | sed 's/  */ /g'
echo "--- what is not understood"
$EPOCHLOG report lines --smooth 1 -o wrong; echo "exit $?"
$EPOCHLOG report lines --smooth much -o wrong; echo "exit $?"
$EPOCHLOG report lines --x weeks -o wrong; echo "exit $?"
[ -e wrong ] || echo "nothing was written"
echo "-- long numbers are smaller in their tiles, none is cut"
printf 'step,tiny,usual\n1,0.0000617,0.5\n2,0.0000617,0.5\n' >tiles.csv
run=$($EPOCHLOG import tiles.csv --type metrics --run tiles)
$EPOCHLOG report "$run" -o tiles >/dev/null
grep -o '<span class="value[^/]*' tiles/report.html
grep -c 'text-overflow' tiles/report.html
