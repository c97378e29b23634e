# Characters outside the built-in typeface: a font that is named, a font that is
# found, or a box and a word about it.
HOME=$PWD/home; export HOME
mkdir home
/usr/bin/python3 "$FIXTURES/../font.py" font.ttf || { echo "there is no fonttools"; exit 77; }
made() { $EPOCHLOG import "$1" --type classification --eval test --run "$2"; }
printf 'true,predicted\n训,训\n训,no\nno,no\nno,no\n' >foreign.csv
printf 'true,predicted\nyes,yes\nyes,no\nno,no\nno,no\n' >plain.csv
foreign=$(made foreign.csv foreign) plain=$(made plain.csv plain)
echo "-- no font"
$EPOCHLOG report "$foreign" -o boxes --no-system-fonts --format pdf; echo "exit $?"
grep -c '训' boxes/report.html
echo "-- a font"
$EPOCHLOG report "$foreign" -o drawn --no-system-fonts --font font.ttf; echo "exit $?"
cmp -s boxes/charts/confusion-test.png drawn/charts/confusion-test.png || echo "drawn, not boxed"
echo "-- a font in the user's folder"
mkdir -p home/.local/share/fonts/deep
cp font.ttf home/.local/share/fonts/deep/NotoSans-Regular.ttf
$EPOCHLOG report "$foreign" -o found
echo "-- charts without such characters do not depend on fonts"
$EPOCHLOG report "$plain" -o with --font font.ttf --format pdf,svg
$EPOCHLOG report "$plain" -o without --no-system-fonts --format pdf,svg
diff -r with/charts without/charts && echo "the same"
echo "-- what is no font"
echo "no font" >wrong.ttf
$EPOCHLOG report "$plain" -o none --font wrong.ttf; echo "exit $?"
$EPOCHLOG report "$plain" -o none --font missing.ttf; echo "exit $?"
$EPOCHLOG report "$plain" -o none --font home; echo "exit $?"
[ -e none ] || echo "nothing was written"
