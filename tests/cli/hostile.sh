# Names and values that would steer a terminal are shown, not sent.
name=$(printf 'a\033[2J\007b\342\200\256c')
printf 'step,%s\n1,2\n' "$name" >h.csv
run=$($EPOCHLOG import h.csv --type metrics --run "$name" --experiment "$name")
for command in "ls" "ls --json" "show $run" "show --json $run" "metrics $run"; do
  $EPOCHLOG $command | LC_ALL=C grep -c "$(printf '[\033\007]')"
done
$EPOCHLOG metrics "$run"
$EPOCHLOG ls --sort "$name" --metric "$name:max" | head -1
$EPOCHLOG show "$name-nope"; echo "exit $?"
$EPOCHLOG "$name"; echo "exit $?"
