# family/ holds a sweep, two children, a grandchild, a stranger and a child without
# metrics.
cp -r "$FIXTURES/family" outputs
$EPOCHLOG metrics --recursive sweep; echo "exit $?"
$EPOCHLOG metrics --recursive outputs/20260101-000001-first-000001 --json; echo "exit $?"
(cd outputs/20260101-000001-first-000001 && $EPOCHLOG metrics -r . --json)
$EPOCHLOG metrics --recursive sweep best; echo "exit $?"
$EPOCHLOG metrics --recursive stranger loss --steps | grep -v -e times
$EPOCHLOG metrics --recursive sweep none; echo "exit $?"
