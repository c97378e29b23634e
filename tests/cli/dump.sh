# Frames and records of one log, in three forms.
$EPOCHLOG dump "$VECTORS/good/records-of-every-type.elog"; echo "exit $?"
$EPOCHLOG dump "$VECTORS/damaged/header-flip.elog"; echo "exit $?"
$EPOCHLOG dump --json "$VECTORS/torn/cut-in-payload.elog" | tail -2
$EPOCHLOG dump --json "$VECTORS/damaged/header-flip.elog"; echo "exit $?"
$EPOCHLOG dump --decoded "$VECTORS/good/scalars-finished.elog"; echo "exit $?"
$EPOCHLOG dump --decoded "$VECTORS/good/scalars-finished.elog" >a
$EPOCHLOG dump --decoded --scan "$VECTORS/good/scalars-finished.elog" | cmp a - && echo "the same"
mkdir folder
$EPOCHLOG dump folder; echo "exit $?"
