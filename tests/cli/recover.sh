# A clean copy, an account of every byte, and an exit code that tells.
printf 'step,loss\n1,2\n2,1\n' >h.csv
run=$($EPOCHLOG import h.csv --type metrics --run ridge)
echo "--- a finished run"
$EPOCHLOG recover "$run" -o copy | $mask; $EPOCHLOG recover ridge -o copy2 >/dev/null; echo "exit $?"
$EPOCHLOG metrics copy
echo "--- OUT exists"
$EPOCHLOG recover ridge -o copy 2>&1 | $mask; $EPOCHLOG recover ridge -o copy >/dev/null 2>&1; echo "exit $?"
for log in damaged/header-flip damaged/gap-of-foreign-bytes torn/cut-in-payload; do
  echo "--- $log"
  cp "$VECTORS/$log.elog" in.elog
  $EPOCHLOG recover in.elog -o out.elog; echo "exit $?"
  cmp in.elog "$VECTORS/$log.elog" && $EPOCHLOG metrics out.elog
  rm -f out.elog
done
