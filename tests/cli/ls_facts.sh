# Tags and parameters of logs made by hand; a run that cannot be read is no reason
# to list nothing.
mkdir -p runs/20260101-000000-facts-000001 runs/20260101-000000-broken-000002 runs/not-a-run
cp "$VECTORS/good/records-of-every-type.elog" runs/20260101-000000-facts-000001/00000-00010203.elog
printf 'this is no log\n' >runs/20260101-000000-broken-000002/00000-00000000.elog
echo text >runs/not-a-run/notes.txt
$EPOCHLOG ls runs 2>&1; echo "exit $?"
echo "--- a filter drops what cannot be read"
$EPOCHLOG ls runs --status Failed --status Completed --status NotResponding --json; echo "exit $?"
echo "--- json"
$EPOCHLOG ls runs --json --sort name | grep -e unreadable -e '"id"'
for filter in --tag=gpu --tag=gpu=a100 --tag=gpu=v100 --tag=empty --tag=best \
  --param=lr=0.0002 --param=lr=2e-4 --param=lr=0.1 --param=layers=12 --param=amp=true \
  --param=optimizer=adam --param=none=1; do
  echo "$filter: $($EPOCHLOG ls runs --json "$filter" | grep -c '"id"')"
done
