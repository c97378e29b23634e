#include "stats/intervals.h"

#include <math.h>
#include <stdlib.h>

#include "stats/sort.h"

#define SQRT_2PI 2.50662827463100050242
#define SQRT_HALF 0.70710678118654752440

double normal_cdf(double x) { return 0.5 * erfc(-x * SQRT_HALF); }

double normal_quantile(double p)
{
  double tail, t, x;

  if (!(p >= 0 && p <= 1)) return (double)NAN;
  if (p == 0) return -(double)INFINITY;
  if (p == 1) return (double)INFINITY;
  if (p == 0.5) return 0;
  tail = p < 0.5 ? p : 1 - p;
  /* A start good to three digits (Abramowitz and Stegun 26.2.23), then Halley's
   * rule, which triples the digits each time. */
  t = sqrt(-2 * log(tail));
  x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (int i = 0; i < 3; i++) {
    const double density = exp(-x * x / 2) / SQRT_2PI;
    const double miss = density > 0 ? (normal_cdf(x) - tail) / density : 0;

    x -= miss / (1 + x * miss / 2);
  }
  return p < 0.5 ? x : -x;
}

double chi_square_tail(double x, int df)
{
  if (isnan(x) || (df != 1 && df != 2)) return (double)NAN;
  if (x <= 0) return 1;
  return df == 1 ? erfc(sqrt(x / 2)) : exp(-x / 2);
}

double interval_z(double level)
{
  return level > 0 && level < 1 ? -normal_quantile((1 - level) / 2) : (double)NAN;
}

struct interval interval_none(const char *reason)
{
  return (struct interval){(double)NAN, (double)NAN, reason, NULL};
}

struct interval interval_wilson(double successes, double trials, double level)
{
  const double z = interval_z(level);
  const double p = successes / trials;
  const double scale = 1 + z * z / trials;
  const double centre = (p + z * z / (2 * trials)) / scale;
  const double half = z / scale * sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));

  if (!(trials > 0)) return interval_none("no trials");
  if (!(p >= 0 && p <= 1) || isnan(z)) return interval_none("not a proportion");
  /* At the ends the formula gives 0 and 1 but for rounding. */
  return (struct interval){p == 0 ? 0 : centre - half, p == 1 ? 1 : centre + half, NULL, "Wilson"};
}

struct interval interval_wald(double estimate, double variance, double level)
{
  const double half = interval_z(level) * sqrt(variance);

  if (isnan(estimate) || isnan(half)) return interval_none("no variance");
  return (struct interval){fmax(0, estimate - half), fmin(1, estimate + half), NULL, "Wald"};
}

struct interval interval_logit(double estimate, double variance, double level)
{
  const double half = interval_z(level) * sqrt(variance) / (estimate * (1 - estimate));
  const double logit = log(estimate / (1 - estimate));

  if (isnan(estimate) || isnan(variance)) return interval_none("no variance");
  if (!(estimate > 0 && estimate < 1)) return interval_none("perfect separation");
  if (isnan(half)) return interval_none("no variance");
  return (struct interval){1 / (1 + exp(half - logit)), 1 / (1 + exp(-half - logit)), NULL,
                           "logit"};
}

struct interval interval_average_precision(double ap, double positives, double level)
{
  if (isnan(ap)) return interval_none("no average precision");
  if (!(positives > 0)) return interval_none("no positives");
  if (!(ap > 0 && ap < 1)) return interval_none("an average precision of 0 or 1");
  return interval_logit(ap, ap * (1 - ap) / positives, level);
}

struct interval interval_normal(double estimate, double variance, double level, const char *method)
{
  const double half = interval_z(level) * sqrt(variance);

  if (isnan(estimate) || isnan(half)) return interval_none("no variance");
  return (struct interval){estimate - half, estimate + half, NULL, method};
}

/* A walk sums, over the samples of one class, what each is ranked wrongly against, as
 * counts: one minus the placement values, times the size of the other class.
 * Good classifiers have small ones, so that their small variance keeps its
 * digits without a second walk. */

/* Variance of the mean placement of `count` samples against `others`. */
static double placement_variance(double sum, double squares, double count, double others)
{
  const double about_mean = fmax(0, squares - sum * (sum / count));

  return about_mean / others / others / (count - 1) / count;
}

/* No intervals; the variance stays what it is. */
static void delong_refuse(struct delong *delong, const char *reason)
{
  delong->wald = interval_none(reason);
  delong->logit = interval_none(reason);
  delong->best = interval_none(reason);
  delong->reason = reason;
}

void delong_begin(struct delong_walk *walk, const struct sweep *sweep)
{
  *walk = (struct delong_walk){.positives = sweep->positives, .negatives = sweep->negatives};
}

void delong_add(struct delong_walk *walk, const struct sweep_stop *at, size_t count)
{
  struct delong_walk sum = {0};

  for (size_t i = 0; i < count; i++) {
    /* Equal scores share a midrank: the other class of the group counts half. */
    const double above = at[i].fp - at[i].group_fp / 2;
    const double below = walk->positives - at[i].tp + at[i].group_tp / 2;

    sum.above += above * at[i].group_tp;
    sum.above_squares += above * above * at[i].group_tp;
    sum.below += below * at[i].group_fp;
    sum.below_squares += below * below * at[i].group_fp;
  }
  walk->above += sum.above;
  walk->above_squares += sum.above_squares;
  walk->below += sum.below;
  walk->below_squares += sum.below_squares;
}

void delong_compute(struct delong *delong, const struct sweep *sweep, double level)
{
  struct sweep_stop stops[SWEEP_STOPS];
  struct delong_walk walk;
  struct sweep_cursor at;

  delong_begin(&walk, sweep);
  sweep_start(&at, sweep);
  for (size_t n; !sweep->reason && (n = sweep_next_stops(&at, stops, SWEEP_STOPS)) > 0;)
    delong_add(&walk, stops, n);
  delong_end(delong, &walk, sweep, level);
}

void delong_end(struct delong *delong, const struct delong_walk *walk, const struct sweep *sweep,
                double level)
{
  *delong = (struct delong){.auc = (double)NAN, .variance = (double)NAN};
  if (sweep->reason) {
    delong_refuse(delong, sweep->reason);
    return;
  }
  delong->auc = 1 - walk->above / walk->positives / walk->negatives;
  if (sweep->weighted) {
    delong_refuse(delong, "weighted data");
    return;
  }
  if (walk->positives < 2 || walk->negatives < 2) {
    delong_refuse(delong, "fewer than two of a class");
    return;
  }
  delong->variance =
      placement_variance(walk->above, walk->above_squares, walk->positives, walk->negatives) +
      placement_variance(walk->below, walk->below_squares, walk->negatives, walk->positives);
  /* The estimate is 0 and tells nothing: other rows would have the same area. */
  if (sweep_is_constant(sweep)) {
    delong_refuse(delong, "all scores equal");
    return;
  }
  delong->wald = interval_wald(delong->auc, delong->variance, level);
  delong->logit = interval_logit(delong->auc, delong->variance, level);
  delong->wald.method = delong->wald.reason ? NULL : "DeLong";
  delong->logit.method = delong->logit.reason ? NULL : "DeLong";
  delong->best = delong->logit;
  if (delong->logit.reason) delong->reason = delong->logit.reason;
}

double hanley_mcneil_se(double auc, double positives, double negatives)
{
  const double q1 = auc / (2 - auc);
  const double q2 = 2 * auc * auc / (1 + auc);

  if (!(auc >= 0 && auc <= 1) || !(positives > 0) || !(negatives > 0)) return (double)NAN;
  return sqrt(
      (auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)) /
      (positives * negatives));
}

/* What Stirling's formula lacks of ln n!: the series, or ln n! itself. */
static double stirling_rest(double n)
{
  const double n2 = n * n;
  int sign; /* lgamma_r, since plain lgamma writes to a global. */

  if (n > 15)
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / n2) / n2) / n2) / n2) /
           n;
  return lgamma_r(n + 1, &sign) - (n + 0.5) * log(n) + n - log(SQRT_2PI);
}

/* x ln(x / m) + m - x, which is small where x is near m. */
static double deviance(double x, double m)
{
  const double v = (x - m) / (x + m);
  double power = 2 * x * v, sum = (x - m) * v;

  if (fabs(v) > 0.1) return x * log(x / m) + m - x;
  for (int j = 3; j < 40; j += 2) {
    power *= v * v;
    sum += power / j;
  }
  return sum;
}

/* The chance that exactly k of n fair coins fall heads, in the form of Loader
 * (2000, Fast and Accurate Computation of Binomial Probabilities): factorials of
 * a million would leave seven digits of it. */
static double coins(double n, double k)
{
  if (k == 0 || k == n) return exp2(-n);
  return exp(stirling_rest(n) - stirling_rest(k) - stirling_rest(n - k) - deviance(k, n / 2) -
             deviance(n - k, n / 2)) *
         (sqrt(n / k / (n - k)) / SQRT_2PI);
}

void mcnemar(size_t b, size_t c, double *exact_p, double *mid_p)
{
  const double n = (double)b + (double)c;
  const size_t fewer = b < c ? b : c;
  const double point = coins(n, (double)fewer);
  double sum = 0, term = point;

  for (size_t k = fewer; term > sum * 1e-17; k--) {
    sum += term;
    term *= (double)k / (n - (double)k + 1); /* 0 below k = 0. */
    if (k == 0) break;
  }
  *exact_p = fmin(1, 2 * sum);
  if (n == 0)
    *mid_p = 1;
  else
    *mid_p = b == c ? 1 - point / 2 : 2 * sum - point;
}

/* For each row, the share of the other class that it is ranked rightly against:
 * V10 of a positive, V01 of a negative. */
static int placements(double *v, const double *score, const bool *is_positive, size_t n,
                      double positives)
{
  const double negatives = (double)n - positives;
  double positives_above = positives, negatives_below = 0;
  uint32_t *order = malloc((n + 1) * sizeof *order);

  if (!order || sort_order(order, score, n)) {
    free(order);
    return -1;
  }
  for (size_t begin = 0, end; begin < n; begin = end) {
    double p = 0;

    for (end = begin; end < n && score[order[end]] == score[order[begin]]; end++)
      p += is_positive[order[end]];
    positives_above -= p;
    for (size_t i = begin; i < end; i++) {
      const double q = (double)(end - begin) - p;

      v[order[i]] = is_positive[order[i]] ? (negatives_below + q / 2) / negatives
                                          : (positives_above + p / 2) / positives;
    }
    negatives_below += (double)(end - begin) - p;
  }
  free(order);
  return 0;
}

static double variance_of(const double *a, const double *b, const bool *is_positive, bool class,
                          size_t n, double count)
{
  double mean_a = 0, mean_b = 0, sum = 0;

  for (size_t i = 0; i < n; i++) {
    if (is_positive[i] != class) continue;
    mean_a += a[i];
    mean_b += b[i];
  }
  mean_a /= count; /* of equal placements exactly these, so that they do not vary */
  mean_b /= count;
  for (size_t i = 0; i < n; i++)
    if (is_positive[i] == class) sum += (a[i] - mean_a) * (b[i] - mean_b);
  return sum / (count - 1) / count;
}

static double mean_of_positives(const double *v, const bool *is_positive, size_t n, double count)
{
  double sum = 0;

  for (size_t i = 0; i < n; i++)
    if (is_positive[i]) sum += v[i];
  return sum / count;
}

static void compare(struct delong_paired *out, const double *a, const double *b,
                    const bool *is_positive, size_t n, double positives, double level)
{
  const double negatives = (double)n - positives;
  double se;

  out->auc_a = mean_of_positives(a, is_positive, n, positives);
  out->auc_b = mean_of_positives(b, is_positive, n, positives);
  out->variance_a = variance_of(a, a, is_positive, true, n, positives) +
                    variance_of(a, a, is_positive, false, n, negatives);
  out->variance_b = variance_of(b, b, is_positive, true, n, positives) +
                    variance_of(b, b, is_positive, false, n, negatives);
  out->covariance = variance_of(a, b, is_positive, true, n, positives) +
                    variance_of(a, b, is_positive, false, n, negatives);
  se = sqrt(fmax(0, out->variance_a + out->variance_b - 2 * out->covariance));
  if (!(se > 0)) {
    out->reason = "the difference has no variance";
    out->difference = interval_none(out->reason);
    return;
  }
  out->z = (out->auc_a - out->auc_b) / se;
  out->p = 2 * normal_cdf(-fabs(out->z));
  out->difference = (struct interval){
      .lo = out->auc_a - out->auc_b - interval_z(level) * se,
      .hi = out->auc_a - out->auc_b + interval_z(level) * se,
      .method = "paired DeLong",
  };
}

int delong_compare(struct delong_paired *out, const double *score_a, const double *score_b,
                   const bool *is_positive, size_t n, double level)
{
  const double nan = (double)NAN;
  double positives = 0, *v;
  int status;

  *out = (struct delong_paired){nan, nan, nan, nan, nan, nan, nan, {nan, nan, NULL, NULL}, NULL};
  for (size_t i = 0; i < n; i++) positives += is_positive[i];
  if (positives < 2 || (double)n - positives < 2) {
    out->reason = "fewer than two of a class";
    out->difference.reason = out->reason;
    return 0;
  }
  if (n > SIZE_MAX / (2 * sizeof *v)) return -1;
  v = malloc(2 * n * sizeof *v);
  if (!v) return -1;
  status = placements(v, score_a, is_positive, n, positives) ||
                   placements(v + n, score_b, is_positive, n, positives)
               ? -1
               : 0;
  if (status == 0) compare(out, v, v + n, is_positive, n, positives, level);
  free(v);
  return status;
}
