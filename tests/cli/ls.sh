# Runs are listed newest first; equals keep their order.
export EPOCHLOG_DIR=runs
printf 'step,auc,loss\n1,0.5,9\n2,0.8,3\n' >a.csv
printf 'step,auc,loss\n1,0.9,2\n2,0.7,4\n' >b.csv
printf 'step,loss\n1,nan\n' >c.csv
add() { $EPOCHLOG import "$2" --type metrics --run "$1" --experiment "$3" | $mask; sleep 1.1; }
add forest a.csv trees
add boost b.csv trees
add ridge c.csv linear
$EPOCHLOG ls | $mask
echo "--- metrics told"
$EPOCHLOG ls --metric auc:max --metric loss:min --metric none | $mask
echo "--- sorted; those without the metric come last either way"
$EPOCHLOG ls --sort auc:max -m auc:max | $mask
$EPOCHLOG ls --sort -auc:max -m auc:max | $mask
$EPOCHLOG ls --sort name -m auc --limit 2 | $mask
$EPOCHLOG ls --sort none; echo "exit $?"
echo "--- filters"
$EPOCHLOG ls --experiment trees -m auc | $mask
$EPOCHLOG ls --where 'auc:max>=0.9' -m auc | $mask
$EPOCHLOG ls --where 'loss < 4' --where 'auc>0' -m auc | $mask
$EPOCHLOG ls --where 'loss!=4' -m loss | $mask
$EPOCHLOG ls --status completed --limit 1 -m loss | $mask
$EPOCHLOG ls --status failed; echo "exit $?"
echo "--- json"
$EPOCHLOG ls --json --limit 1 -m loss:min -m auc --experiment trees | $mask
$EPOCHLOG ls --json --status Failed; echo "exit $?"
