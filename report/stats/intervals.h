#ifndef STATS_INTERVALS_H
#define STATS_INTERVALS_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/sweep.h"

/* Confidence intervals and the distribution functions they need.
 *
 * NaN: an argument that is NaN or out of range gives NaN, and an interval of
 * NaN with a reason. */

struct interval {
  double lo, hi;
  const char *reason; /* NULL, or why lo and hi are NaN: a static sentence */
  const char *method; /* how it was found, "Wilson": static; NULL where lo and hi are NaN */
};

/** No interval, because of `reason`. */
struct interval interval_none(const char *reason);

/** Whether there is one. */
static inline bool interval_is_defined(const struct interval *interval)
{
  return interval->method && !interval->reason;
}

/** Standard normal distribution function, accurate in both tails (erfc). */
double normal_cdf(double x);

/** Its inverse: relative error below 1e-14 for p in (1e-300, 1 - 1e-16).
 * -inf at 0, +inf at 1.  For an upper tail smaller than 1e-10 use
 * -normal_quantile(q) with q the tail. */
double normal_quantile(double p);

/** Upper tail of chi-square with `df` degrees of freedom (1 or 2). */
double chi_square_tail(double x, int df);

/** The z of a two-sided interval: normal_quantile((1 + level) / 2). */
double interval_z(double level);

/** Wilson's score interval of `successes` out of `trials` (1927, JASA 22:209):
 *     centre (p + z^2/2n) / (1 + z^2/n)
 *     half   z / (1 + z^2/n) sqrt(p (1-p) / n + z^2 / 4n^2)
 * Fractions are allowed in both (weights). */
struct interval interval_wilson(double successes, double trials, double level);

/** Estimate -+ z * sqrt(variance), clipped to [0, 1]. */
struct interval interval_wald(double estimate, double variance, double level);

/** The same on the logit scale: logit(a) -+ z * se / (a (1 - a)); to be
 * preferred for areas above 0.9 and for few samples.  For an estimate of 0 or 1
 * undefined: "perfect separation". */
struct interval interval_logit(double estimate, double variance, double level);

/** The logit interval of an average precision of `positives` positive rows
 * (Boyd, Eng, Page 2013, ECML PKDD, LNCS 8190:451, section 3.2):
 *     logit(ap) -+ z / sqrt(positives * ap * (1 - ap))
 * Undefined where the precision is 0 or 1. */
struct interval interval_average_precision(double ap, double positives, double level);

/** Estimate -+ z * sqrt(variance), not clipped; `method` is kept. */
struct interval interval_normal(double estimate, double variance, double level, const char *method);

/* The area under the ROC curve with its variance (DeLong, DeLong,
 * Clarke-Pearson 1988, Biometrics 44:837), from midranks in one walk (Sun and
 * Xu 2014, IEEE SPL 21:1389).  With m positives and n negatives:
 *     V10_i = share of the negatives below positive i, ties half
 *     V01_j = share of the positives above negative j, ties half
 *     variance = var(V10) / m + var(V01) / n      (m - 1 and n - 1 in the var) */
struct delong {
  double auc;
  double variance; /* 0 where scores are equal or separate the classes; NaN: undefined */
  struct interval wald;
  struct interval logit;
  struct interval best; /* the one to print: logit, or Wald where logit is undefined and the
                         * variance is not 0 */
  const char *reason;   /* NULL, "weighted data", "fewer than two of a class", "all scores
                         * equal", … */
};

/** **Cost**: O(n), no allocation. */
void delong_compute(struct delong *delong, const struct sweep *sweep, double level);

/* The parts of delong_compute, see roc_begin. */
struct delong_walk {
  double positives, negatives;
  double above, above_squares; /* for the positives: negatives above each */
  double below, below_squares; /* for the negatives: positives below each */
};

void delong_begin(struct delong_walk *walk, const struct sweep *sweep);
void delong_add(struct delong_walk *walk, const struct sweep_stop *at, size_t count);
void delong_end(struct delong *delong, const struct delong_walk *walk, const struct sweep *sweep,
                double level);

/* Two classifiers on the same rows: is one area larger? */
struct delong_paired {
  double auc_a, auc_b;
  double variance_a, variance_b, covariance;
  double z, p;                /* two-sided */
  struct interval difference; /* of auc_a - auc_b, not clipped */
  const char *reason;
};

/** `score_a`, `score_b` and `is_positive` describe the same n rows; rows must
 * be finite.  **Returns** 0 or -1 (memory). */
int delong_compare(struct delong_paired *out, const double *score_a, const double *score_b,
                   const bool *is_positive, size_t n, double level);

/** Standard error of an area by Hanley and McNeil (1982, Radiology 143:29), a
 * check on DeLong's and usable when only the area is known. */
double hanley_mcneil_se(double auc, double positives, double negatives);

/** McNemar's test of two classifiers on the same rows: `b` rows only the first
 * got right, `c` only the second.  Two-sided exact p-value, and the mid-p one
 * that Fagerland, Lydersen, Laake (2013, BMC Med. Res. Methodol. 13:91)
 * recommend: the exact one less the probability of the very outcome, and less
 * half of it where b == c (their supplement).  No discordant rows: both 1. */
void mcnemar(size_t b, size_t c, double *exact_p, double *mid_p);

#endif
