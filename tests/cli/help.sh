# Help is found by every way a user tries.
$EPOCHLOG; echo "exit $?"
$EPOCHLOG --help >a; echo "exit $?"
$EPOCHLOG help | cmp a - && $EPOCHLOG -h | cmp a - && echo "the same three times"
for command in report ls show metrics import dump recover; do
  $EPOCHLOG help $command >a 2>&1; echo "$command: exit $?"
  $EPOCHLOG $command --help | cmp a - && grep -c -e '^usage: epochlog' -e '^options:' \
    -e '^examples:' -e '^exit status:' a
  grep -E '.{81}' a # No line is wider than a terminal.
done
$EPOCHLOG help ls
$EPOCHLOG import -h | head -3
$EPOCHLOG --version | sed 's/^epochlog [0-9.]*$/epochlog VERSION/'
