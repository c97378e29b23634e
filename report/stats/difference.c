#include "stats/difference.h"

#include <math.h>

#include "stats/beta.h"

struct difference difference_none(const char *reason)
{
  return (struct difference){(double)NAN, interval_none(reason), (double)NAN, reason};
}

/* The difference is known, the test is not. */
static struct difference untested(double value, const char *reason)
{
  return (struct difference){value, interval_none(reason), (double)NAN, reason};
}

struct difference difference_normal(double value, double variance, double level, const char *method)
{
  if (isnan(value)) return difference_none("undefined for one of the runs");
  if (!(variance > 0)) return untested(value, "the difference has no variance");
  return (struct difference){.value = value,
                             .interval = interval_normal(value, variance, level, method),
                             .p = 2 * normal_cdf(-fabs(value) / sqrt(variance))};
}

struct difference difference_of_areas(double auc_1, double variance_1, double rows_1, double auc_2,
                                      double variance_2, double rows_2, double level)
{
  const double variance = variance_1 + variance_2, value = auc_2 - auc_1;
  const double df =
      variance * variance /
      (variance_1 * variance_1 / (rows_1 - 1) + variance_2 * variance_2 / (rows_2 - 1));
  double half;

  if (isnan(value)) return difference_none("undefined for one of the runs");
  if (!(variance > 0) || !(df > 0)) return untested(value, "the difference has no variance");
  half = student_quantile(level, df) * sqrt(variance);
  return (struct difference){
      .value = value,
      .interval = {.lo = value - half, .hi = value + half, .method = "unpaired DeLong"},
      .p = student_tail(value / sqrt(variance), df)};
}

struct difference difference_of_paired_shares(size_t b, size_t c, size_t n, double level)
{
  const double rows = (double)n, only_1 = (double)b, only_2 = (double)c;
  const double value = (only_2 - only_1) / rows;
  const double variance =
      (only_1 + only_2 - (only_1 - only_2) * (only_1 - only_2) / rows) / rows / rows;
  struct difference out = {.value = value};
  double exact;

  if (n == 0) return difference_none("no rows");
  mcnemar(b, c, &exact, &out.p);
  out.interval = variance > 0 ? interval_normal(value, variance, level, "McNemar mid-p")
                              : interval_none("both are right about the same rows");
  if (b + c == 0) return untested(0, "both are right about the same rows");
  return out;
}

struct difference difference_of_shares(double successes_1, double trials_1, double successes_2,
                                       double trials_2, double level)
{
  const double p1 = successes_1 / trials_1, p2 = successes_2 / trials_2;
  const double pooled = (successes_1 + successes_2) / (trials_1 + trials_2);
  const double variance = pooled * (1 - pooled) * (1 / trials_1 + 1 / trials_2);
  const struct interval w1 = interval_wilson(successes_1, trials_1, level);
  const struct interval w2 = interval_wilson(successes_2, trials_2, level);
  struct difference out = {.value = p2 - p1};

  if (w1.reason || w2.reason) return difference_none(w1.reason ? w1.reason : w2.reason);
  if (!(variance > 0)) return untested(out.value, "the difference has no variance");
  out.p = 2 * normal_cdf(-fabs(out.value) / sqrt(variance));
  out.interval = (struct interval){
      .lo = out.value - sqrt((p2 - w2.lo) * (p2 - w2.lo) + (w1.hi - p1) * (w1.hi - p1)),
      .hi = out.value + sqrt((w2.hi - p2) * (w2.hi - p2) + (p1 - w1.lo) * (p1 - w1.lo)),
      .method = "two shares, Newcombe"};
  return out;
}

/* The test with the smallest p that comes after test `last` in the order of p,
 * then of place; n when there is none.  `last` n: the very first. */
static size_t next_test(const double *p, size_t n, size_t last)
{
  size_t best = n;

  for (size_t i = 0; i < n; i++) {
    if (isnan(p[i])) continue;
    if (last < n && (p[i] < p[last] || (i <= last && p[i] <= p[last]))) continue;
    if (best == n || p[i] < p[best]) best = i;
  }
  return best;
}

void holm_adjust(double *adjusted, const double *p, size_t n)
{
  size_t left = 0;
  double largest = 0;

  for (size_t i = 0; i < n; i++) {
    adjusted[i] = (double)NAN;
    if (!isnan(p[i])) left++;
  }
  for (size_t i = next_test(p, n, n); i < n; i = next_test(p, n, i)) {
    largest = fmax(largest, (double)left-- * p[i]);
    adjusted[i] = fmin(1, largest);
  }
}
