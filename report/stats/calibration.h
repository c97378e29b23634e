#ifndef STATS_CALIBRATION_H
#define STATS_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/sweep.h"

/* Are predicted probabilities as frequent as they claim?
 *
 * **Bins**: `bins` uniform ones (10 by default), edges i * (1 / bins), bin k =
 * (edge_k, edge_k+1], the first one including 0 (scikit-learn's rule).  Per bin
 * the mean probability, the fraction of positives and its 95 % Wilson interval
 * (from the plain row count).
 *
 *     ECE = sum n_b/n |y_b - p_b|   MCE = max |y_b - p_b|   RMS = sqrt(sum n_b/n (y_b - p_b)^2)
 *
 * of the positive class's probability ("binary" ECE; the top-label one of Guo
 * et al. 2017 is another number).
 *
 * **Isotonic curve**: the non-decreasing step function closest to the labels,
 * by pooling adjacent violators (Ayer et al. 1955), equal probabilities pooled
 * first.  It needs no choice of bins (CORP: Dimitriadis, Gneiting, Jordan 2021,
 * PNAS 118:e2016191118).  With S the Brier score,
 *
 *     MCB = S(p) - S(isotonic)   DSC = S(prevalence) - S(isotonic)   UNC = y(1 - y)
 *     Brier = MCB - DSC + UNC
 *
 * **Murphy** (1973, J. Appl. Meteorol. 12:595), exact for binned values with
 * the two within-bin terms of Stephenson, Coelho, Jolliffe (2008, Weather and
 * Forecasting 23:752): Brier = REL - RES + UNC + WBV - WBC.
 *
 * NaN: the sweep has none.  Scores outside [0, 1] give `reason` = "not
 * probabilities" and no numbers.  One class alone is fine here: the bins exist. */

enum { CALIBRATION_MAX_BINS = 1000, CALIBRATION_DEFAULT_BINS = 10 };

struct calibration_bin {
  double lo, hi; /* (lo, hi] */
  double weight; /* total weight; the row count when unweighted */
  size_t rows;   /* 0: an empty bin, its other numbers are NaN */
  double mean_probability;
  double fraction_positive;
  double wilson_lo, wilson_hi;
};

/* A flat stretch of the isotonic curve: all probabilities in [lo, hi]. */
struct calibration_step {
  double lo, hi;
  double value;
  double weight;
};

struct calibration {
  struct calibration_bin *bin;
  size_t bins;
  struct calibration_step *step; /* ascending; NULL when not computed (averages) */
  size_t steps;
  size_t rows;
  double ece, mce, rms;
  double brier;
  double prevalence;
  double mcb, dsc, unc;      /* CORP; unc = prevalence (1 - prevalence) */
  double rel, res, wbv, wbc; /* Murphy; UNC is the same */
  double brier_skill;        /* 1 - brier / unc; NaN when unc is 0 */
  const char *reason;        /* NULL, "no samples", "not probabilities", … */
};

/** Bins, isotonic curve and scores of a sweep.
 * `bins` is 1..CALIBRATION_MAX_BINS, or 0 for the default.
 * **Returns** 0 or -1 (memory; nothing to release then).
 * **Cost**: O(n); the isotonic curve takes 32 bytes a step while it is built. */
int calibration_compute(struct calibration *calibration, const struct sweep *sweep, size_t bins);

/* The parts of calibration_compute, see roc_begin: one walk for it and the curves.
 * However it went, the walk is released at the end; when it failed, the calibration
 * too. */
struct calibration_walk {
  /* Private. */
  struct calibration *out;
  struct calibration_sum *sum;   /* one a bin */
  struct calibration_step *step; /* pooled groups, scores descending; NULL: no isotonic curve */
  double *positive;              /* of each step */
  size_t steps, capacity;
  bool has_steps; /* wanted */
  size_t bin;     /* of the last score */
  size_t rows;
  double squares, total;
};

int calibration_begin(struct calibration_walk *walk, struct calibration *calibration,
                      const struct sweep *sweep, size_t bins);
int calibration_add(struct calibration_walk *walk, const struct sweep_stop *at, size_t count);
void calibration_end(struct calibration_walk *walk);
void calibration_walk_release(struct calibration_walk *walk);

/** The bins and the scores of several problems taken as one (micro): bins are
 * summed.  There is no isotonic curve, and MCB, DSC, WBV, WBC are NaN.  All
 * parts have the same bins.  **Returns** as calibration_compute. */
int calibration_merge(struct calibration *calibration, const struct calibration *const *parts,
                      size_t count);

/** The mean of several (macro; with `weights`, one > 0 per part, a weighted
 * mean): bin k has the mean of the parts' mean
 * probabilities and fractions over those where it is not empty, `rows` and
 * `weight` summed; no Wilson interval (NaN).  ECE, MCE, RMS, Brier and the
 * parts of the Brier score are means too. */
int calibration_mean(struct calibration *calibration, const struct calibration *const *parts,
                     const double *weights, size_t count);

/** Quantile bins, to be used in place of uniform ones: `bins` edges at the
 * quantiles (type 7) of the scores; equal edges are merged, so fewer bins may
 * result.  Only the bins, ECE, MCE and RMS are computed. */
int calibration_compute_quantile(struct calibration *calibration, const struct sweep *sweep,
                                 size_t bins);

void calibration_release(struct calibration *calibration);

#endif
