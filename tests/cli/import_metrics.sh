# Series from a history file: empty cells are no points, nan is one.
printf 'step,loss,val/acc,time\n0,1.5,,2026-01-01T00:00:00Z\n1,nan,0.5,2026-01-01T00:00:01Z\n1.0,-inf,,\n-3,2,0.75,\n' >history.csv
run=$($EPOCHLOG import history.csv --type metrics) && echo "$run" | $mask
$EPOCHLOG metrics "$run" --steps | grep -v times
echo "--- name, experiment and root are told"
$EPOCHLOG import history.csv --type metrics --run other --experiment exp --root a/b/c 2>/dev/null | $mask
$EPOCHLOG ls a/b/c --json | $mask
echo "--- or come from the environment"
EPOCHLOG_DIR=env EPOCHLOG_EXPERIMENT=e EPOCHLOG_RUN_ID=taken $EPOCHLOG import history.csv --type metrics 2>/dev/null | $mask
EPOCHLOG_DIR=env $EPOCHLOG ls --json | grep experiment
echo "--- a report of standard input: RUN=\$(... | epochlog import -)"
run=$(tr , '\t' <history.csv | cut -f1-2 | $EPOCHLOG import - --type metrics) && $EPOCHLOG metrics "$run" loss --json
ls -A . outputs | $mask
