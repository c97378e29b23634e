#include "stats/coverage.h"

#include <math.h>
#include <stdbool.h>
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

int coverage_compute(struct coverage *out, const double *actual, const double *lower,
                     const double *upper, size_t n, double nominal, double level)
{
  const double nan = (double)NAN;
  double *width = malloc((n + 1) * sizeof *width);
  double total = 0, score = 0;

  *out = (struct coverage){.share = nan, .mean_width = nan, .median_width = nan};
  out->interval_score = nan;
  if (!width) return -1;
  for (size_t i = 0; i < n; i++) {
    if (!is_usable(actual[i], lower[i], upper[i])) {
      out->dropped++;
      continue;
    }
    width[out->rows++] = upper[i] - lower[i];
    total += upper[i] - lower[i];
    score += penalty(actual[i], lower[i], upper[i], 1 - nominal);
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
    if (nominal > 0 && nominal < 1) out->interval_score = score / (double)out->rows;
  }
  free(width);
  return 0;
}
