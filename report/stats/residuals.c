#include "stats/residuals.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stats/intervals.h"
#include "stats/sort.h"

static bool is_usable(const double *actual, const double *predicted, size_t i)
{
  return isfinite(predicted[i] - actual[i]); /* Not even when two finite ones are too far apart. */
}

/* Rounds to a number of decimals, halves to even as long as the product is
 * exact enough to show one. */
static double round_decimals(double value, double decimals)
{
  const double scale = pow(10, decimals);

  return nearbyint(value * scale) / scale;
}

struct moments {
  size_t n;
  double mean, stddev, min, max;
};

static double at(const double *actual, const double *predicted, size_t i)
{
  return predicted ? predicted[i] - actual[i] : actual[i];
}

/* Of the residuals; of the true values when `subtract` is false. */
static struct moments moments_of(const double *actual, const double *predicted, size_t n,
                                 bool subtract)
{
  struct moments m = {0, 0, 0, (double)INFINITY, -(double)INFINITY};
  double squares = 0, rest = 0;

  for (size_t i = 0; i < n; i++) {
    const double value = at(actual, subtract ? predicted : NULL, i);

    if (!is_usable(actual, predicted, i)) continue;
    m.n++;
    m.mean += value;
    m.min = fmin(m.min, value);
    m.max = fmax(m.max, value);
  }
  m.mean /= (double)m.n;
  for (size_t i = 0; i < n; i++) {
    const double gap = at(actual, subtract ? predicted : NULL, i) - m.mean;

    if (!is_usable(actual, predicted, i)) continue;
    squares += gap * gap;
    rest += gap;
  }
  /* What rounding took from the mean: much, where values are large and near one
   * another.  Equal values have no deviation, whatever their mean is rounded to. */
  rest /= (double)m.n;
  m.mean = m.min == m.max ? m.min : m.mean + rest;
  m.stddev = m.min == m.max ? 0 : sqrt(fmax(0, squares / (double)m.n - rest * rest));
  return m;
}

/* The next whole number, unless a rounding error is all that is above one. */
static double round_up_whole(double value)
{
  const double nearest = nearbyint(value);

  return fabs(value - nearest) <= 1e-12 * fabs(value) ? nearest : ceil(value);
}

static double decimals_for(double size) { return trunc(fmax(2, 3 - log10(size))); }

/* The nine inner edges, in edge[1..9]. */
static void set_inner_edges(struct residual_bins *out, double sigma)
{
  const double wide = 2 * sigma;
  const double scale = pow(10, decimals_for(wide));
  const double bound = round_up_whole(wide * scale) / scale;
  const double decimals = decimals_for(bound / 9);

  for (size_t k = 1; k < RESIDUAL_BINS; k++) {
    const double even = -bound + (double)(k - 1) * (2 * bound / (RESIDUAL_BINS - 2));

    out->edge[k] = round_decimals(even, decimals) + 0.0;
  }
}

void residual_bins_compute(struct residual_bins *out, const double *actual, const double *predicted,
                           size_t n, double sigma)
{
  const struct moments m = moments_of(actual, predicted, n, true);
  const size_t last = RESIDUAL_BINS;
  double width;

  *out = (struct residual_bins){.rows = m.n, .dropped = n - m.n};
  if (m.n == 0) {
    out->reason = "no rows";
    out->mean = out->stddev = (double)NAN;
    return;
  }
  out->mean = m.mean;
  out->stddev = m.stddev;
  if (!(sigma > 0)) sigma = moments_of(actual, predicted, n, false).stddev;
  set_inner_edges(out, sigma > 0 ? sigma : 1);
  width = out->edge[2] - out->edge[1];
  out->edge[0] = m.min < out->edge[1] ? m.min : out->edge[1] - width;
  out->edge[last] = m.max >= out->edge[last - 1] ? m.max : out->edge[last - 1] + width;
  for (size_t i = 0; i < n; i++) {
    const double residual = predicted[i] - actual[i];
    size_t k = 0;

    if (!is_usable(actual, predicted, i)) continue;
    while (k < last - 1 && residual >= out->edge[k + 1]) k++;
    out->count[k]++;
  }
}

/* The next round number (1, 2, 2.5, 5 times a power of ten) at or above. */
static double round_up(double width)
{
  static const double round_number[] = {1, 2, 2.5, 5};
  const double power = pow(10, floor(log10(width)));

  for (size_t i = 0; i < 4; i++)
    if (round_number[i] * power >= width * (1 - 1e-12)) return round_number[i] * power;
  return 10 * power;
}

/* The stretch that the bars cover: everything, unless some residuals lie so far
 * out (five quartile distances; seven sigma of a normal) that they would
 * squeeze the rest into one bar. */
static void find_body(const double *sorted, size_t n, double *lo, double *hi)
{
  const double q1 = sort_quantile(sorted, n, 0.25);
  const double q3 = sort_quantile(sorted, n, 0.75);
  const double reach = 5 * (q3 - q1);
  size_t first = 0, last = n - 1;

  while (reach > 0 && sorted[first] < q1 - reach) first++;
  while (reach > 0 && sorted[last] > q3 + reach) last--;
  *lo = sorted[first];
  *hi = sorted[last];
}

static double choose_width(const double *sorted, size_t n, double range)
{
  const double iqr = sort_quantile(sorted, n, 0.75) - sort_quantile(sorted, n, 0.25);
  const double sturges = range / (log2((double)n) + 1);
  const double freedman = 2 * iqr / cbrt((double)n);
  const double finer = freedman > 0 && freedman < sturges ? freedman : sturges;
  /* Two bins are lost where the round edges overhang the ends. */
  double width = round_up(fmax(finer, range / (RESIDUAL_HISTOGRAM_MAX - 2)));

  /* Rounding up must not leave fewer than eight bars where there are points for them. */
  while (n >= 16 && range / width < 8) width = round_up(width / 2.4);
  return width;
}

/* Places equal bins with an edge at 0, at most 80 of them. */
static void place_bins(struct residual_histogram *out, const double *sorted, size_t n)
{
  double lo, hi, width, begin, end;

  find_body(sorted, n, &lo, &hi);
  width = choose_width(sorted, n, hi - lo);
  if (!isnormal(width)) { /* Numbers too small, or too far apart, to cut between them. */
    out->bins = 1;
    out->edge[0] = lo;
    out->edge[1] = hi;
    return;
  }
  begin = floor(lo / width);
  end = fmin(fmax(ceil(hi / width), begin + 1), begin + RESIDUAL_HISTOGRAM_MAX);
  out->bins = (size_t)(end - begin);
  for (size_t k = 0; k <= out->bins; k++) out->edge[k] = (begin + (double)k) * width + 0.0;
}

static void count_sorted(struct residual_histogram *out, const double *sorted, size_t n)
{
  size_t k = 0;

  for (size_t i = 0; i < n; i++) {
    if (sorted[i] < out->edge[0]) {
      out->below++;
    } else if (sorted[i] > out->edge[out->bins]) {
      out->above++;
    } else {
      while (k + 1 < out->bins && sorted[i] >= out->edge[k + 1]) k++;
      out->count[k]++;
    }
  }
}

int residual_histogram_compute(struct residual_histogram *out, const double *actual,
                               const double *predicted, size_t n)
{
  double *sorted = malloc((n + 1) * sizeof *sorted);
  size_t kept = 0;

  *out = (struct residual_histogram){0};
  if (!sorted) return -1;
  for (size_t i = 0; i < n; i++)
    if (is_usable(actual, predicted, i)) sorted[kept++] = predicted[i] - actual[i];
  out->rows = kept;
  out->dropped = n - kept;
  if (kept == 0) {
    out->reason = "no rows";
  } else if (sort_doubles(sorted, kept)) {
    free(sorted);
    return -1;
  } else if (sorted[0] == sorted[kept - 1]) {
    const double half = sorted[0] != 0 ? fabs(sorted[0]) / 2 : 0.5;

    out->bins = 1;
    out->edge[0] = sorted[0] - half;
    out->edge[1] = sorted[0] + half;
    out->count[0] = (double)kept;
  } else {
    place_bins(out, sorted, kept);
    count_sorted(out, sorted, kept);
  }
  free(sorted);
  return 0;
}

/* Share of the variance of e^2 that a straight line in q explains. */
static double squared_on_prediction(const double *actual, const double *predicted, size_t n,
                                    double rows)
{
  double q_mean = 0, s_mean = 0, qq = 0, ss = 0, qs = 0;
  double q_min = (double)INFINITY, q_max = -q_min, s_min = q_min, s_max = q_max;

  for (size_t i = 0; i < n; i++) {
    const double e = predicted[i] - actual[i];

    if (!is_usable(actual, predicted, i)) continue;
    q_mean += predicted[i] / rows;
    s_mean += e * e / rows;
    q_min = fmin(q_min, predicted[i]);
    q_max = fmax(q_max, predicted[i]);
    s_min = fmin(s_min, e * e);
    s_max = fmax(s_max, e * e);
  }
  /* Either constant: no line, though rounding errors of the mean would make one. */
  if (!(q_min < q_max && s_min < s_max)) return (double)NAN;
  for (size_t i = 0; i < n; i++) {
    const double e = predicted[i] - actual[i];

    if (!is_usable(actual, predicted, i)) continue;
    qq += (predicted[i] - q_mean) * (predicted[i] - q_mean);
    ss += (e * e - s_mean) * (e * e - s_mean);
    qs += (predicted[i] - q_mean) * (e * e - s_mean);
  }
  return qq > 0 && ss > 0 ? qs / qq * (qs / ss) : (double)NAN;
}

void residual_shape_compute(struct residual_shape *out, const double *actual,
                            const double *predicted, size_t n)
{
  const struct moments m = moments_of(actual, predicted, n, true);
  const double rows = (double)m.n;
  const double nan = (double)NAN;
  double third = 0, fourth = 0;

  *out = (struct residual_shape){m.n, n - m.n, nan, nan, nan, nan, nan, nan, nan, nan, NULL};
  out->reason = m.n == 0 ? "no rows" : m.stddev > 0 ? NULL : "residuals are constant";
  if (m.n == 0) return;
  out->mean = m.mean;
  out->stddev = m.stddev;
  if (out->reason) return;
  for (size_t i = 0; i < n; i++) {
    const double z = (predicted[i] - actual[i] - m.mean) / m.stddev;

    if (!is_usable(actual, predicted, i)) continue;
    third += z * z * z;
    fourth += z * z * z * z;
  }
  out->skewness = third / rows;
  out->excess_kurtosis = fourth / rows - 3;
  out->jarque_bera =
      rows / 6 * (out->skewness * out->skewness + out->excess_kurtosis * out->excess_kurtosis / 4);
  out->jarque_bera_p = chi_square_tail(out->jarque_bera, 2);
  out->breusch_pagan = rows * squared_on_prediction(actual, predicted, n, rows);
  out->breusch_pagan_p = chi_square_tail(out->breusch_pagan, 1);
}
