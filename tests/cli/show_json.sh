# The same for programs.
cp "$VECTORS/good/records-of-every-type.elog" "$VECTORS/good/batches.elog" \
  "$VECTORS/damaged/header-flip.elog" .
for log in records-of-every-type batches header-flip; do
  echo "=== $log"
  $EPOCHLOG show --json $log.elog | sed '/^  "warnings": \[$/,/^  \]/{//!d}'
done
