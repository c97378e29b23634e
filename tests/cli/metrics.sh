# Values in the shape of get_metrics().
show() { $EPOCHLOG metrics "$@"; echo "exit $?"; }
show "$VECTORS/good/batches.elog"
show "$VECTORS/good/bool-series.elog"
show "$VECTORS/good/float-specials.elog" raw
show "$VECTORS/good/text-series.elog"
show "$VECTORS/good/int-extremes.elog" --json
show "$VECTORS/good/same-name.elog" --steps
show "$VECTORS/good/scalars-finished.elog" loss --steps
show "$VECTORS/good/scalars-finished.elog" los 2>&1
show "$VECTORS/good/empty-finished.elog"
