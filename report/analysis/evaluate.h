/* From logged predictions to numbers: one evaluation, everything about it.
 *
 * The statistics themselves are in stats/, which knows arrays only; here an
 * evaluation as it was logged is turned into those arrays, and what comes back
 * is kept together.  Nothing is drawn or written.
 */
#ifndef EPOCHLOG_ANALYSIS_EVALUATE_H
#define EPOCHLOG_ANALYSIS_EVALUATE_H

#include <stdbool.h>
#include <stddef.h>

#include "pool.h"
#include "reader/run.h"
#include "stats/classification_intervals.h"
#include "stats/classification_scalars.h"
#include "stats/confusion.h"
#include "stats/coverage.h"
#include "stats/multiclass.h"
#include "stats/point_cells.h"
#include "stats/predicted_bins.h"
#include "stats/predictions.h"
#include "stats/qq.h"
#include "stats/regression.h"
#include "stats/regression_spread.h"
#include "stats/residual_profile.h"
#include "stats/residuals.h"
#include "stats/score_histogram.h"

/* What the caller may choose; all zero is what most people want. */
struct evaluate_options {
  double cost_fp, cost_fn; /* of a false positive and a false negative; 0 and 0: not known */
};

/* Up to so many classes, curves are told apart by colour; of more than the second
 * number of classes, those with the lowest areas are shown. */
enum { EVALUATE_CURVES_TOLD_APART = 12, EVALUATE_CURVES_SHOWN = 100 };

/* Classifiers: `view` holds the kept rows; `confusion` and `scalars` always,
 * `curves` when scores were logged. */
struct classification_result {
  struct predictions_view view;
  struct confusion confusion;
  struct multiclass curves;
  struct score_histogram scores; /* of the positive class by true class; without one, of the
                                  * predicted class by right and wrong; no bins without scores */
  struct calibration top_label;  /* probability of the predicted class against being right; of
                                  * three or more classes whose probabilities sum to 1 */
  size_t *shown_class; /* the classes whose curves are shown: as given up to 12; above, by rising
                        * AUC, those without one last */
  size_t curves_shown; /* how many: all up to EVALUATE_CURVES_SHOWN */
  struct scalar_table scalars;             /* with their intervals */
  struct class_intervals *class_intervals; /* one per class of `confusion` */
  struct interval accuracy;                /* that of `scalars` */
  bool has_scores;
  bool scores_are_equal; /* every row has the same scores */
  bool is_split_at_zero; /* one score a row, and no probabilities: what is above 0 is
                          * predicted as the second class */
  bool has_all_points;   /* false: curves were thinned to what the eye can tell apart */
  size_t positive;       /* index of the positive class; class_count when there is none */
};

struct regression_result {
  struct regression numbers;
  struct residual_bins azure_residuals;
  struct residual_histogram histogram;
  struct residual_shape shape;
  struct predicted_bins bins;
  struct residual_profile profile;
  struct coverage coverage;
  struct coverage_bins coverage_bins;
  struct qq qq;
  bool has_bounds;
  bool has_all_points;      /* false: rows are too many to be listed; see cells */
  struct point_cells cells; /* residual against prediction, when rows are too many */
  const double *residuals;  /* predicted - true of the kept rows */
  const double *predicted;  /* the source's own arrays when no row was dropped */
  const double *truth;
  size_t rows;
};

struct evaluation_result {
  const struct evaluation *source;
  struct classification_result classification;
  struct regression_result regression;
  size_t *order;           /* importance: feature indices, largest magnitude first */
  size_t dropped;          /* rows that could not be used */
  const char *dropped_why; /* "" when none was */
  size_t weightless;       /* rows of weight 0, which count nowhere */
  const char *reason;      /* NULL, or why there are no numbers at all */
};

/** Computes everything about `evaluation` into `result`, whose pieces live in
 * `pool` or until evaluate_release.  `options` may be NULL.  **Returns** 0, or -1 when memory is out
 * (nothing to release then). */
int evaluate(struct evaluation_result *result, const struct evaluation *evaluation,
             const struct evaluate_options *options, struct pool *pool);

void evaluate_release(struct evaluation_result *result);

#endif
