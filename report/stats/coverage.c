#include "stats/coverage.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "stats/sort.h"

static bool is_usable(double y, double lower, double upper)
{
  return isfinite(y) && isfinite(lower) && isfinite(upper) && lower <= upper;
}

/* Winkler's score of one interval. */
static double penalty(double y, double lower, double upper, double alpha)
{
  const double outside = fmax(0, fmax(lower - y, y - upper));

  return upper - lower + 2 / alpha * outside;
}

/* Koenker's and Bassett's loss of `quantile` as the one at `share`. */
static double pinball(double y, double quantile, double share)
{
  return fmax(share * (y - quantile), (share - 1) * (y - quantile));
}

int coverage_compute(struct coverage *out, const double *actual, const double *lower,
                     const double *upper, size_t n, double nominal, double level)
{
  const double nan = (double)NAN;
  double *width = malloc((n + 1) * sizeof *width);
  double total = 0, score = 0, lower_loss = 0, upper_loss = 0;

  *out = (struct coverage){.share = nan, .mean_width = nan, .median_width = nan};
  out->interval_score = out->pinball_lower = out->pinball_upper = nan;
  if (!width) return -1;
  for (size_t i = 0; i < n; i++) {
    if (!is_usable(actual[i], lower[i], upper[i])) {
      out->dropped++;
      continue;
    }
    width[out->rows++] = upper[i] - lower[i];
    total += upper[i] - lower[i];
    score += penalty(actual[i], lower[i], upper[i], 1 - nominal);
    lower_loss += pinball(actual[i], lower[i], (1 - nominal) / 2);
    upper_loss += pinball(actual[i], upper[i], (1 + nominal) / 2);
    out->below += actual[i] < lower[i];
    out->above += actual[i] > upper[i];
  }
  out->inside = out->rows - out->below - out->above;
  out->share_interval = interval_wilson((double)out->inside, (double)out->rows, level);
  if (out->rows == 0) {
    out->reason = "no rows";
  } else if (sort_doubles(width, out->rows)) {
    free(width);
    return -1;
  } else {
    out->share = (double)out->inside / (double)out->rows;
    out->mean_width = total / (double)out->rows;
    out->median_width = sort_quantile(width, out->rows, 0.5);
    if (nominal > 0 && nominal < 1) {
      out->interval_score = score / (double)out->rows;
      out->pinball_lower = lower_loss / (double)out->rows;
      out->pinball_upper = upper_loss / (double)out->rows;
    }
  }
  free(width);
  return 0;
}

/* The rows that count, by their index. */
static size_t usable_rows(size_t *row, const double *actual, const double *predicted,
                          const double *lower, const double *upper, size_t n)
{
  size_t kept = 0;

  for (size_t i = 0; i < n; i++)
    if (isfinite(predicted[i]) && is_usable(actual[i], lower[i], upper[i])) row[kept++] = i;
  return kept;
}

static void add_row(struct coverage_bin *bin, double y, double prediction, double lower,
                    double upper)
{
  if (bin->rows == 0) bin->from = prediction;
  bin->to = prediction;
  bin->mean += prediction;
  bin->mean_width += upper - lower;
  bin->inside += lower <= y && y <= upper;
  bin->rows++;
}

static void finish_bin(struct coverage_bin *bin, double level)
{
  const double rows = (double)bin->rows;

  bin->mean /= rows;
  bin->mean_width /= rows;
  bin->share = (double)bin->inside / rows;
  bin->interval = interval_wilson((double)bin->inside, rows, level);
}

int coverage_bins_compute(struct coverage_bins *out, const double *actual, const double *predicted,
                          const double *lower, const double *upper, size_t n, double level)
{
  size_t *row = malloc((n + 1) * sizeof *row);
  double *key = malloc((n + 1) * sizeof *key);
  uint32_t *order = malloc((n + 1) * sizeof *order);
  size_t parts, begin = 0;
  int result = -1;

  *out = (struct coverage_bins){0};
  if (!row || !key || !order) goto done;
  out->rows = usable_rows(row, actual, predicted, lower, upper, n);
  out->dropped = n - out->rows;
  for (size_t i = 0; i < out->rows; i++) key[i] = predicted[row[i]];
  if (sort_order(order, key, out->rows)) goto done;
  parts = out->rows / 10 < 1 ? 1 : out->rows / 10;
  if (parts > COVERAGE_BINS_MAX) parts = COVERAGE_BINS_MAX;
  for (size_t part = 1; part <= parts; part++) {
    struct coverage_bin *bin = &out->bin[out->bins];
    size_t end = (size_t)((double)out->rows * (double)part / (double)parts + 0.5);

    while (end > begin && end < out->rows && key[order[end]] <= key[order[end - 1]]) end++;
    for (size_t i = begin; i < end; i++) {
      const size_t at = row[order[i]];

      add_row(bin, actual[at], predicted[at], lower[at], upper[at]);
    }
    if (end <= begin) continue;
    finish_bin(bin, level);
    out->bins++;
    begin = end;
  }
  result = 0;
done:
  free(row);
  free(key);
  free(order);
  return result;
}
