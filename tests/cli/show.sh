# All about one run, for people.
cp "$VECTORS/good/records-of-every-type.elog" "$VECTORS/good/batches.elog" \
  "$VECTORS/good/empty-finished.elog" "$VECTORS/damaged/header-flip.elog" \
  "$VECTORS/good/float-specials.elog" "$VECTORS/good/invalid-utf-8.elog" .
for log in records-of-every-type batches empty-finished header-flip float-specials invalid-utf-8; do
  echo "=== $log"
  # That there is a warning is told here, in what words is the reader's to test.
  $EPOCHLOG show $log.elog | awk '/^  warning:/ { if (!warned++) print "  warning: ..."; next } 1'
done
