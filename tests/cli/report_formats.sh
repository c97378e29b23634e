# Each chart as PDF and SVG beside its PNG, on request.
cat >predictions.csv <<'CSV'
true,score
no,0.1
yes,0.9
no,0.4
yes,0.35
yes,0.8
no,0.7
CSV
run=$($EPOCHLOG import predictions.csv --type classification --positive yes --eval test --run tiny)
count() { find "$1" -name "*.$2" | wc -l; }
$EPOCHLOG report "$run" -o plain >made || cat made
echo "only PNG: $(count plain pdf) PDF, $(count plain svg) SVG"
grep -c '"pdf"\|"svg"' plain/report.json
$EPOCHLOG report "$run" -o both --format png,pdf --format svg >made || cat made
for format in pdf svg; do
  [ "$(count both png)" = "$(count both $format)" ] || echo "not one $format for each PNG"
done
grep -o '"pdf": "charts/roc[^"]*"\|"svg": "charts/roc[^"]*"' both/report.json
head -c 5 both/charts/roc-test.pdf; echo
head -n 1 both/charts/roc-test.svg
echo "asks for: $(cat both/charts/*.svg | grep -oE '(src|href)=|url\([^#]|@import|@font-face' | wc -l)"
# A second report has the same files, byte for byte.
$EPOCHLOG report "$run" -o again --format pdf,svg >made || cat made
diff -r both/charts again/charts && echo "the same again"
# With a fixed time all of a report is the same.
SOURCE_DATE_EPOCH=1700000000; export SOURCE_DATE_EPOCH
$EPOCHLOG report "$run" -o fixed --format pdf,svg >made || cat made
mv fixed first
$EPOCHLOG report "$run" -o fixed --format pdf,svg >made || cat made
diff -r first fixed && echo "all the same"
grep -o '2023-11-14 22:13:20 UTC' fixed/report.html
unset SOURCE_DATE_EPOCH
# What is no format is said before anything is written.
$EPOCHLOG report "$run" -o none --format pdf,gif; echo "exit $?"
$EPOCHLOG report "$run" -o none --format ''; echo "exit $?"
[ -e none ] || echo "nothing was written"
