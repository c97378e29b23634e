# Gradient descent for linear regression whose step grows by 15 % each time, as
# one looks for the largest learning rate that still works: the loss falls, then
# rises until single precision has no number for it, and is none from there on.
# Reads diabetes.csv, writes metrics for `import`.
BEGIN { FS = ","; OFS = "," }
NR == 1 { next }
{
  rows++
  for (k = 1; k < NF; k++) x[rows, k] = $k
  y[rows] = $NF
  columns = NF - 1
}
END {
  for (k = 1; k <= columns; k++) {
    sum = squares = 0
    for (i = 1; i <= rows; i++) { sum += x[i, k]; squares += x[i, k] * x[i, k] }
    mean = sum / rows
    sd = sqrt(squares / rows - mean * mean)
    for (i = 1; i <= rows; i++) x[i, k] = (x[i, k] - mean) / sd
  }
  print "step", "mse", "learning_rate"
  rate = 0.002
  for (step = 0; step < 80; step++) {
    loss = down = 0
    for (k = 1; k <= columns; k++) slope[k] = 0
    for (i = 1; i <= rows; i++) {
      off = bias - y[i]
      for (k = 1; k <= columns; k++) off += w[k] * x[i, k]
      loss += off * off
      down += off
      for (k = 1; k <= columns; k++) slope[k] += off * x[i, k]
    }
    mse = loss / rows
    text = sprintf("%.6g", mse)
    if (mse > 3.4e38) text = "inf"
    if (is_over) text = "nan"
    print step, text, sprintf("%.6g", rate)
    is_over = is_over || mse > 3.4e38
    bias -= rate * 2 * down / rows
    for (k = 1; k <= columns; k++) w[k] -= rate * 2 * slope[k] / rows
    rate *= 1.15
  }
}
