#ifndef STATS_GAIN_H
#define STATS_GAIN_H

#include "stats/curve.h"
#include "stats/sweep.h"

/* Cumulative gain, lift, deciles and the Kolmogorov-Smirnov distance.
 *
 * With the samples in descending order of score, x is the share of all samples
 * looked at, gain(x) the share of the positives found, lift(x) = gain / x.
 * Samples of equal score make one point, the last of their group; the straight
 * line between points is what a random order within the group would give on
 * average.
 *
 *     perfect gain   (0,0) -> (prevalence, 1) -> (1, 1)     chance: y = x
 *     highest lift   1 / prevalence                         chance: y = 1
 *     accuracy ratio (area - 1/2) / (perfect area - 1/2) = 2 AUC - 1
 *
 * KS: D = max |F1 - F0| over thresholds, two-sided, with the sign of
 * tpr - fpr where it is reached.  The p-value is asymptotic (Stephens 1970,
 * JRSS B 32:115): Q(lambda) = 2 sum (-1)^(j-1) exp(-2 j^2 lambda^2), lambda =
 * (sqrt(Ne) + 0.12 + 0.11 / sqrt(Ne)) D, Ne = n1 n0 / (n1 + n0); it tends to be
 * larger than the exact one.
 *
 * NaN: as in the other curves; see `reason`. */

enum { GAIN_DECILES = 10 };

struct gain_decile {
  double rows;      /* weight of the samples in this tenth */
  double positives; /* in this tenth; groups of ties are shared out evenly */
  double rate;      /* positives / rows */
  double lift;      /* of this tenth alone: rate / prevalence */
  double cumulative_gain;
  double cumulative_lift;
  double ks;           /* tpr - fpr at the end of the tenth */
  double lowest_score; /* of the samples that reach into this tenth */
};

struct gain {
  struct curve gain;   /* begins at (0, 0) with threshold +inf */
  struct curve lift;   /* no point at 0, where lift is undefined */
  double prevalence;   /* where the perfect line bends */
  double highest_lift; /* 1 / prevalence: the most any model could reach */
  double accuracy_ratio;
  double ks;        /* D >= 0 */
  double ks_signed; /* tpr - fpr there */
  double ks_threshold;
  double ks_p; /* asymptotic; from row counts, so NaN for weighted data */
  struct gain_decile decile[GAIN_DECILES]; /* highest scores first */
  const char *reason;

  /* Private: state of gain_add. */
  struct curve_options options;
  double positives, negatives;
  double last_tp, last_fp, last_threshold;
  double kept_tp, kept_called;
  double doubled_area;
  size_t deciles;
  double boundary; /* where the next tenth ends; 0 before the first look */
  bool weighted;
};

/** Gain and lift of a sweep.  `options` may be NULL.
 * **Returns** 0 or -1 (memory; nothing to release then). */
int gain_compute(struct gain *gain, const struct sweep *sweep, const struct curve_options *options);

void gain_release(struct gain *gain);

/** Points (x, y) of the perfect line: 3 of each. */
void gain_perfect(const struct gain *gain, double x[3], double y[3]);

/* The parts of gain_compute, see roc_begin.  `weighted` leaves ks_p out. */
void gain_begin(struct gain *gain, double positives, double negatives, bool weighted,
                const struct curve_options *options);
int gain_add(struct gain *gain, const struct sweep_stop *at, size_t count);
int gain_end(struct gain *gain);

#endif
