# Several runs in one report: what differs, by how much, and whether it is chance.
# Four models on the same thirty rows, the same rows in another order, and other rows.
predictions() { # SEED NOISE ROWS
  awk -v seed="$1" -v noise="$2" -v rows="$3" 'BEGIN {
    print "id,true,score"
    state = 12345
    for (i = 1; i <= rows; i++) {
      state = (state * 16807) % 2147483647
      truth = state / 2147483647 < 0.4
      other = (i * 7919 * seed) % 1009 / 1009
      score = (truth ? 0.575 : 0.425) + noise * (other - 0.5) / 2
      printf "%d,%s,%.5f\n", i, truth ? "sick" : "well", score
    }
  }'
}
# The comparison alone, ids and times left out.
tests() {
  grep '"evaluation": ' "$1" |
    sed 's/"baseline": "[^"]*-\([a-z]*\)-[0-9a-f]*"/"baseline": "\1"/; s/"run": "[^"]*-\([a-z]*\)-[0-9a-f]*"/"run": "\1"/' |
    sed 's/\(0\.[0-9]\{6\}\)[0-9]*/\1/g'
}
import() { $EPOCHLOG import "$1.csv" --type classification --positive sick --eval test --run "$1" >>ids; }
predictions 3 1.1 30 >ridge.csv
predictions 5 0.8 30 >tree.csv
predictions 11 0.6 30 >forest.csv
predictions 13 1.6 30 >coin.csv
(head -1 tree.csv; tail -n +2 tree.csv | sort -t, -k3) >shuffled.csv
predictions 5 0.8 25 >fewer.csv
for name in ridge tree forest coin shuffled fewer; do import $name; done
$EPOCHLOG report ridge tree -o two; echo "exit $?"
sed -n '/^test: /p; /^| metric | run/,/^$/p' two/report.md
tests two/report.json
ls two/charts | grep compare
# The same rows in another order are the same rows: the ids tell.
$EPOCHLOG report ridge shuffled -o turned
tests two/report.json | sed 's/"run": "tree"/X/' >a
tests turned/report.json | sed 's/"run": "shuffled"/X/' >b
cmp a b && echo "the same by ids"
# Other rows are compared all the same, and it is said.
$EPOCHLOG report ridge fewer -o unpaired
grep -o '[a-z]* is compared unpaired with [^<]*' unpaired/report.html
tests unpaired/report.json | grep -E 'AUC|accuracy'
# Of more than three runs the page shows what they have in common.
$EPOCHLOG report ridge tree forest coin -o four
sed -n '/^test: /p' four/report.md
tests four/report.json | grep AUC
ls four/charts
grep -c '<details><summary>Numbers of this run' four/report.html
# Regressions.
awk 'BEGIN { print "true,predicted"; for (i = 0; i < 40; i++) printf "%d,%.3f\n", i, i + (i * 37 % 11) - 5 }' >ols.csv
awk 'BEGIN { print "true,predicted"; for (i = 0; i < 40; i++) printf "%d,%.3f\n", i, i + (i * 29 % 7) - 3 }' >gbm.csv
for name in ols gbm; do $EPOCHLOG import $name.csv --type regression --eval test --run $name >>ids; done
$EPOCHLOG report ols gbm -o regressions
sed -n '/^test: /p; /^| metric | run/,/^$/p' regressions/report.md
ls regressions/charts | grep compare
# A run without the evaluation: nothing to compare, and no section that says so.
$EPOCHLOG report ols ridge -o apart; echo "exit $?"
grep -c 'id="comparison"' apart/report.html
