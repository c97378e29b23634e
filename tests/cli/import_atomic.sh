# A fault far down the file, or a Ctrl-C, leaves no run and no temporary folder.
mkdir runs
{ echo step,loss; seq 200000 | sed 's/$/,0.5/'; echo 200001,oops; } >long.csv
$EPOCHLOG import long.csv --type metrics --root runs; echo "exit $?"
ls -A runs
# A pipe that stays open: the import waits for more when the signal comes.
mkfifo pipe
sh -c 'exec 3>pipe; head -1000 long.csv >&3; sleep 5' &
feeder=$!
$EPOCHLOG import pipe --type metrics --root runs 2>message &
import=$!
sleep 1
ls -A runs | sed 's/import-.*/import-TEMPORARY/'
kill -TERM $import
{ wait $import; echo "exit $?"; } 2>/dev/null
cat message
kill $feeder 2>/dev/null
ls -A runs
