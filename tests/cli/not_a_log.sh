# What is no log, or none of ours, gets one line and exit 1.
printf 'this is no log\n' >text.elog
: >empty.elog
mkdir folder outputs
ln -s loop.elog loop.elog
for path in text.elog empty.elog missing.elog loop.elog "$VECTORS/future/major-2.elog" \
  "$VECTORS/future/unknown-incompat-bit.elog" folder; do
  for command in show metrics dump "recover -o out"; do
    echo "--- $command ${path##*/}"
    $EPOCHLOG $command "$path" 2>&1 | sed "s|$VECTORS|VECTORS|"
    $EPOCHLOG $command "$path" >/dev/null 2>&1; echo "exit $?"
  done
done
ls
