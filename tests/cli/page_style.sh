# Every chart of real reports keeps the rules of the style: see tests/page_style.py.
programs=$(dirname "$EPOCHLOG")/examples
export EPOCHLOG_DIR=runs
ln -s "$FIXTURES/../../examples" examples # they look for their data there
for example in digits breast_cancer diabetes; do
  "$programs/$example" >log 2>&1 || cat log
  $EPOCHLOG report "$(tail -n 1 log)" -o "$example" --format svg --no-system-fonts
done
# Labels that want care: markup, right to left, characters without a font.
printf 'true,predicted\n<b>&"x",דיוק\nדיוק 2,דיוק 2\n训练,<b>&"x"\n训练,训练\n' >labels.csv
$EPOCHLOG report "$($EPOCHLOG import labels.csv --type classification --run labels)" -o labels \
  --format svg --no-system-fonts 2>/dev/null
$EPOCHLOG report runs/*digits* runs/*breast* -o both --format svg --no-system-fonts
python3 "$FIXTURES/../page_style.py" digits breast_cancer diabetes labels both && echo "as the style asks"
