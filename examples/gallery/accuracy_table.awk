# An accuracy table as Azure ML writes it, counted from predictions.csv (id,
# true, score of "malignant") at 100 thresholds.
BEGIN { FS = "," }
NR > 1 { rows++; is_true[rows] = $2 == "malignant"; score[rows] = $3 }
# [TP, FP, TN, FN] of a class at each threshold.
function table(class,   text, t, i, s, c, at) {
  for (t = 0; t < 100; t++) {
    c["tp"] = c["fp"] = c["tn"] = c["fn"] = 0
    at = t / 99
    for (i = 1; i <= rows; i++) {
      s = class ? score[i] : 1 - score[i]
      c[s >= at ? (is_true[i] == class ? "tp" : "fp") : (is_true[i] == class ? "fn" : "tn")]++
    }
    text = text (t ? "," : "") "[" c["tp"] "," c["fp"] "," c["tn"] "," c["fn"] "]"
  }
  return "[" text "]"
}
END {
  for (t = 0; t < 100; t++) at = at (t ? "," : "") sprintf("%.6f", t / 99)
  both = table(0) "," table(1)
  printf "{\"schema_type\":\"accuracy_table\",\"schema_version\":\"1.0.1\",\"data\":{"
  printf "\"class_labels\":[\"benign\",\"malignant\"],\"probability_thresholds\":[%s],", at
  printf "\"percentile_thresholds\":[%s],", at
  printf "\"probability_tables\":[%s],\"percentile_tables\":[%s]}}\n", both, both
}
