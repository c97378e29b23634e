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

static bool is_counted(double y, double prediction, double lower, double upper)
{
  return isfinite(prediction) && is_usable(y, lower, upper);
}

static void finish_bin(struct coverage_bin *bin, double level)
{
  const double rows = (double)bin->rows;

  bin->mean /= rows;
  bin->mean_width /= rows;
  bin->share = (double)bin->inside / rows;
  bin->interval = interval_wilson((double)bin->inside, rows, level);
}

/* Cuts the predictions, which rise, into parts; equal ones stay together. */
static void cut(struct coverage_bins *out, const double *sorted)
{
  const size_t wished = out->rows / 10 < 1 ? 1 : out->rows / 10;
  const size_t parts = wished > COVERAGE_BINS_MAX ? COVERAGE_BINS_MAX : wished;
  size_t begin = 0;

  for (size_t part = 1; part <= parts; part++) {
    size_t end = (size_t)((double)out->rows * (double)part / (double)parts + 0.5);

    while (end > begin && end < out->rows && sorted[end] <= sorted[end - 1]) end++;
    if (end <= begin) continue;
    out->bin[out->bins++] =
        (struct coverage_bin){.from = sorted[begin], .to = sorted[end - 1], .rows = end - begin};
    begin = end;
  }
}

static struct coverage_bin *bin_of(struct coverage_bins *out, double prediction)
{
  size_t lo = 0, hi = out->bins - 1;

  while (lo < hi) {
    const size_t middle = lo + (hi - lo) / 2;

    if (prediction > out->bin[middle].to)
      lo = middle + 1;
    else
      hi = middle;
  }
  return &out->bin[lo];
}

int coverage_bins_compute(struct coverage_bins *out, const double *actual, const double *predicted,
                          const double *lower, const double *upper, size_t n, double level)
{
  double *sorted = malloc((n + 1) * sizeof *sorted);

  *out = (struct coverage_bins){0};
  if (!sorted) return -1;
  for (size_t i = 0; i < n; i++)
    if (is_counted(actual[i], predicted[i], lower[i], upper[i])) sorted[out->rows++] = predicted[i];
  out->dropped = n - out->rows;
  if (sort_doubles(sorted, out->rows)) {
    free(sorted);
    return -1;
  }
  if (out->rows > 0) cut(out, sorted);
  free(sorted);
  for (size_t i = 0; i < n; i++) {
    struct coverage_bin *bin;

    if (!is_counted(actual[i], predicted[i], lower[i], upper[i])) continue;
    bin = bin_of(out, predicted[i]);
    bin->mean += predicted[i];
    bin->mean_width += upper[i] - lower[i];
    bin->inside += lower[i] <= actual[i] && actual[i] <= upper[i];
  }
  for (size_t i = 0; i < out->bins; i++) finish_bin(&out->bin[i], level);
  return 0;
}
