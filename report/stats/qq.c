#include "stats/qq.h"

#include <math.h>
#include <stdlib.h>

#include "stats/beta.h"
#include "stats/intervals.h"
#include "stats/sort.h"

double qq_position(size_t i, size_t n)
{
  const double a = n <= 10 ? 3.0 / 8 : 0.5;

  return ((double)i - a) / ((double)n + 1 - 2 * a);
}

static int allocate(struct qq *out, size_t count)
{
  if (count > SIZE_MAX / (4 * sizeof *out->theoretical)) return -1;
  out->theoretical = malloc(4 * count * sizeof *out->theoretical);
  if (!out->theoretical) return -1;
  out->sample = out->theoretical + count;
  out->band_lo = out->sample + count;
  out->band_hi = out->band_lo + count;
  out->count = count;
  return 0;
}

/* The line through both quartiles. */
static void fit_line(struct qq *out, const double *sorted, size_t n)
{
  const double quartile = normal_quantile(0.75);
  const double q1 = sort_quantile(sorted, n, 0.25);
  const double q3 = sort_quantile(sorted, n, 0.75);

  out->slope = (q3 - q1) / (2 * quartile);
  out->intercept = (q1 + q3) / 2;
}

static double correlation_of(const double *a, const double *b, size_t n)
{
  double a_mean = 0, b_mean = 0, xx = 0, yy = 0, xy = 0;

  for (size_t i = 0; i < n; i++) {
    a_mean += a[i] / (double)n;
    b_mean += b[i] / (double)n;
  }
  for (size_t i = 0; i < n; i++) {
    const double x = a[i] - a_mean;
    const double y = b[i] - b_mean;

    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  return xy / sqrt(xx) / sqrt(yy);
}

static void place_points(struct qq *out, const double *sorted, size_t n, double level)
{
  const double alpha = 1 - level;

  for (size_t k = 0; k < out->count; k++) {
    const size_t i =
        out->count == n ? k : (size_t)((double)k * (double)(n - 1) / (double)(out->count - 1));
    const double a = (double)(i + 1), b = (double)(n - i);
    const double lo = normal_quantile(beta_quantile(alpha / 2, a, b));
    /* By symmetry, so that the upper tail keeps its digits. */
    const double hi = -normal_quantile(beta_quantile(alpha / 2, b, a));

    out->theoretical[k] = normal_quantile(qq_position(i + 1, n));
    out->sample[k] = sorted[i];
    out->band_lo[k] = out->intercept + out->slope * lo;
    out->band_hi[k] = out->intercept + out->slope * hi;
  }
}

int qq_compute(struct qq *out, const double *value, size_t n, double level, size_t max_points)
{
  const double nan = (double)NAN;
  double *sorted = malloc((n + 1) * sizeof *sorted);
  size_t kept = 0;
  int status = -1;

  if (max_points == 0) max_points = QQ_DEFAULT_POINTS;
  *out = (struct qq){.slope = nan, .intercept = nan, .correlation = nan};
  if (!sorted) return -1;
  for (size_t i = 0; i < n; i++)
    if (isfinite(value[i])) sorted[kept++] = value[i];
  out->rows = kept;
  out->dropped = n - kept;
  if (sort_doubles(sorted, kept)) goto done;
  status = 0;
  if (kept < 2)
    out->reason = "fewer than two values";
  else if (sorted[0] == sorted[kept - 1])
    out->reason = "values are constant";
  if (out->reason) goto done;
  status = allocate(out, max_points > 1 && max_points < kept ? max_points : kept);
  if (status) goto done;
  fit_line(out, sorted, kept);
  place_points(out, sorted, kept, level > 0 && level < 1 ? level : 0.95);
  out->correlation = correlation_of(out->theoretical, out->sample, out->count);
done:
  free(sorted);
  return status;
}

void qq_release(struct qq *qq)
{
  free(qq->theoretical); /* One block holds the four columns. */
  qq->theoretical = qq->sample = qq->band_lo = qq->band_hi = NULL;
  qq->count = 0;
}
