# A reader that goes away is no failure; a full disk is.
printf 'step,loss\n' >h.csv
seq 100000 | sed 's/$/,0.123456789/' >>h.csv
run=$($EPOCHLOG import h.csv --type metrics)
$EPOCHLOG metrics "$run" loss | head -c 20; echo
$EPOCHLOG show "$run" | head -1
for command in "metrics $run" "show $run" "show --json $run" ls "ls --json" --help "help ls" --version; do
  $EPOCHLOG $command >/dev/full; echo "exit $?"
done 2>&1
$EPOCHLOG dump --decoded "$run"/*.elog >/dev/full; echo "exit $?"
