#!/bin/sh
# Draws every chart from real data, light and dark, and writes the page that
# shows them: examples/GALLERY.md and the pictures in examples/gallery.
#   gallery.sh EPOCHLOG FOLDER-OF-EXAMPLES FOLDER-TO-WORK-IN
set -e
epochlog=$1
examples=$2
work=$3
here=examples/gallery
page=examples/GALLERY.md
rm -rf "$work"
mkdir -p "$work"
EPOCHLOG_DIR=$work/runs
export EPOCHLOG_DIR

# report NAME [options] RUN...: the report of runs in both themes.
report() {
  name=$1
  shift
  "$epochlog" report --theme light -o "$work/$name/light" "$@" >/dev/null
  "$epochlog" report --theme dark -o "$work/$name/dark" "$@" >/dev/null
}

# imported NAME IMPORT-OPTIONS...: the report of a run made from a file.
imported() {
  name=$1
  shift
  run=$("$epochlog" import "$@")
  report "$name" "$run"
}

# The data folder with the rows of digits.csv turned by so many: another part of
# them is the test part.
turned() {
  folder=$work/turned-$1
  mkdir -p "$folder"
  { sed -n 1p examples/data/digits.csv
    sed -n "$(($1 + 2)),\$p" examples/data/digits.csv
    sed -n "2,$(($1 + 1))p" examples/data/digits.csv; } >"$folder/digits.csv"
  echo "$folder"
}

digits=$("$examples/digits")
breast_cancer=$("$examples/breast_cancer")
diabetes=$("$examples/diabetes")
report digits "$digits"
report breast_cancer "$breast_cancer"
report diabetes "$diabetes"

# Equal names are told apart by their ids, so these are given.
splits=
for part in 1 2 3 4 5; do
  folder=$(turned "$((350 * part))")
  splits="$splits $(EPOCHLOG_RUN_ID=digits-part-$part "$examples/digits" "$folder")"
done
# Folders of runs have no blanks.
# shellcheck disable=SC2086
report runs $splits
# shellcheck disable=SC2086
report mean --mean $splits

awk -f "$here/descent.awk" examples/data/diabetes.csv >"$work/descent.csv"
imported descent --type metrics --run "growing steps" "$work/descent.csv"

imported letters --type classification --run letters --eval letters "$here/letters.csv"
awk -f "$here/made_up.awk" >"$work/made_up.csv"
imported made_up --type classification --run "made up" --eval "made up" "$work/made_up.csv"
awk -f "$here/accuracy_table.awk" examples/predictions.csv >"$work/accuracy_table.json"
imported aggregated --type azureml --run aggregated --eval test "$work/accuracy_table.json"

# The patients of predictions.csv again, scored by one measurement alone.
awk -F, 'NR == FNR { if (FNR > 1) texture[FNR - 2] = $22; next }
  FNR == 1 { print; next }
  { printf "%s,%s,%.4f\n", $1, $2, (texture[$1] - 12) / 38 }' \
  examples/data/breast_cancer.csv examples/predictions.csv >"$work/texture.csv"
model=$("$epochlog" import --type classification --positive malignant --run "logistic regression" --eval test examples/predictions.csv)
texture=$("$epochlog" import --type classification --positive malignant --run "worst texture alone" --eval test "$work/texture.csv")
report compared "$model" "$texture"

report circles --confusion circles "$digits"
awk -F, 'BEGIN { print "true,benign,malignant" }
  $2 == "malignant" { printf "%s,%.9f,%s\n", $2, 1 - $3, $3 }' examples/predictions.csv >"$work/one_class.csv"
imported one_class --type classification --run "one class" --eval test "$work/one_class.csv"

# ---- the page ------------------------------------------------------------------

cat >"$page" <<'TEXT'
# Gallery

Every chart, from real data, on a light and on a dark page. `make gallery` trains the examples, imports what
is imported, and draws these pictures again; on one machine they come out the same, byte for byte. Where no
other data are named they are those of the [examples](README.md), the part kept for testing.
TEXT

heading() { printf '\n## %s\n' "$1" >>"$page"; }

# chart REPORT ID TITLE READING: copies the two pictures and writes their entry.
chart() {
  for theme in light dark; do
    cp "$work/$1/$theme/charts/$2.png" "$here/$1-$2-$theme.png"
  done
  { printf '\n**%s.** %s\n\n' "$3" "$4"
    printf '<img src="gallery/%s-%s-light.png" width="49%%" alt="%s, light">\n' "$1" "$2" "$3"
    printf '<img src="gallery/%s-%s-dark.png" width="49%%" alt="%s, dark">\n' "$1" "$2" "$3"; } >>"$page"
}

rm -f "$here"/*.png

heading "Training"
chart digits loss "Training and validation loss" \
  "A network learns digits. Metrics whose names pair up share a chart; faint is what was logged, bold its average. Where the thin line of training goes on falling and the thick one does not, the network learns its samples by heart; the ring is its best epoch."
chart runs val-loss "Several runs" \
  "The same network on five splits of the digits, a line each."
chart mean val-loss "Mean of several runs" \
  "The same five runs as one: the mean with one standard deviation, each run faint behind. Two settings differ when their bands part."
chart descent mse "When training breaks" \
  "Gradient descent on the diabetes data with a step that grows until it is too large. The axis is logarithmic because the values ask for it; the triangle marks an infinity, ticks at the baseline steps whose value is not a number."
chart diabetes mse_vs_alpha "One column against another" \
  "A row per setting: cross-validated error of ridge regression over its penalty."

heading "Classification, two classes"
chart breast_cancer confusion-test "Confusion matrix" \
  "Malignant or benign: rows are the true classes, columns what was predicted, shades and percentages shares of the row."
chart breast_cancer roc-test "ROC curve" \
  "The nearer to the upper left corner, the better the classes are told apart; the band is the pointwise 95 % interval, the ring the threshold with the largest Youden index."
chart breast_cancer precision-recall-test "Precision and recall" \
  "What share of the found is right, against what share of the right is found. The dashed line is what chance would give."
chart breast_cancer det-test "Detection error tradeoff" \
  "Both kinds of error on normal scales, where the curves of good models are nearly straight and far apart."
chart breast_cancer scores-test "Scores by class" \
  "Where the two classes overlap, no threshold tells them apart."
chart breast_cancer ks-test "Kolmogorov–Smirnov" \
  "The share of each class scored up to a value; the bar is the largest distance between the two."
chart breast_cancer calibration-test "Calibration" \
  "Of the patients given 80 %, eight in ten should be ill: dots on the diagonal. Bars are Wilson intervals, the steps an isotonic fit, the strip shows how many predictions lie where."
chart breast_cancer gains-test "Cumulative gains" \
  "The share of all malignant cases among the patients with the highest scores."
chart breast_cancer lift-test "Lift" \
  "How many times more malignant cases than in a random choice of as many patients."

heading "Classification, many classes"
chart digits confusion-test "Confusion matrix, ten classes" \
  "Which digits are taken for which."
chart circles confusion-test "Confusion matrix, as circles" \
  "The older look of Azure ML: circles sized by count, totals of rows and columns as bars (\`--confusion circles\`)."
chart letters confusion-letters "Confusion matrix, 26 classes" \
  "Letters recognised by linear discriminant analysis, fitted to the first 16 000 of David Slate's [distorted letters](https://doi.org/10.24432/C5ZP40) (UCI Machine Learning Repository, 1991, [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)) and applied to the other 4000. Beyond 12 classes a cell shows its share of the row alone."
chart made_up confusion-made-up "Confusion matrix, 40 classes (made-up data)" \
  "Beyond 30 classes cells have no words; a table of the most frequent confusions stands beside the picture. These predictions are not real: they come from a generator of numbers."
chart digits roc-test "ROC curves per class" \
  "Each digit against the rest, with the mean of all (macro) and all pooled (micro)."
chart digits precision-recall-test "Precision and recall per class" \
  "Where recall is high, the weak classes part from the strong."
chart digits calibration-test "Calibration per class" \
  "Averages and classes; bins of fewer than ten rows are not drawn."
chart digits calibration-top-label-test "Calibration of the answer given" \
  "The score of the predicted digit against how often it is right."
chart digits scores-test "Scores, right and wrong" \
  "The highest score of each row: wrong answers should come with low ones."

heading "Regression"
chart diabetes predicted-vs-true-test "Predicted against true" \
  "Progression of diabetes after a year. On the dashed line a prediction is right; the mean of bins with one standard deviation shows the pull towards the middle, the strip how many rows lie where."
chart diabetes residuals-test "Residuals" \
  "How far predictions are off, with a normal curve of the same mean and spread."
chart diabetes residuals-ten-bins-test "Residuals in Azure ML's ten bins" \
  "The bins of Azure's chart, for those who compare with it."
chart diabetes residuals-vs-predicted-cross-validation "Residual against prediction" \
  "Should be an even cloud about zero; here the spread grows with the prediction."
chart diabetes qq-test "Normal QQ plot" \
  "Residuals of a normal distribution lie on the line; the band holds 95 % of such points."
chart diabetes coverage-test "Prediction intervals" \
  "How often the logged intervals hold the truth, from low predictions to high ones, against what they claim."

heading "Feature importance"
chart breast_cancer importance-permutation "Permutation importance" \
  "What shuffling one measurement costs in accuracy; bars of one standard deviation over the repetitions."
chart diabetes importance-coefficients "Signed importance" \
  "Coefficients of standardised features: blue raises the prediction, orange lowers it."

chart digits importance-by-class-pixels "Importance by class" \
  "Which pixels matter for which digit: rows are features, columns classes; purple is above zero, orange below."

heading "Comparison"
chart compared compare-roc-test "Two models on the same patients" \
  "Logistic regression on thirty measurements, and one measurement alone; the page has the paired DeLong test beside it."
chart compared compare-interval-test "Numbers with their intervals" \
  "What each model reaches, with 95 % intervals."

heading "What cannot be drawn"
chart one_class roc-test "One class alone" \
  "A chart without an answer says why, in its place."

heading "Aggregated input"
chart aggregated roc-test "From an accuracy table" \
  "Azure ML's accuracy table (counts at 100 thresholds, no predictions) gives the same charts, marked as approximate."
chart aggregated calibration-test "Calibration from an accuracy table" \
  "The mean prediction of a bin is not known; its middle stands for it."

cat "$here"/*.png | wc -c | awk '{ printf "gallery: '"$page"' and pictures of %.1f MB\n", $1 / 1e6 }'
