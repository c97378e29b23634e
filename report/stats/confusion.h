#ifndef STATS_CONFUSION_H
#define STATS_CONFUSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/pair_counts.h"
#include "stats/predictions.h"

/* The confusion matrix and everything that follows from it.
 *
 * Rows are true classes, columns predicted ones; always classes x classes,
 * absent classes included (scikit-learn's order with `labels` given).
 *
 *     precision = TP / (TP + FP)     recall = TP / (TP + FN)     F1 = 2TP / (2TP + FP + FN)
 *
 * each 0 where the denominator is 0.  Averages over classes:
 *   macro     plain mean over the classes that occur as true or as predicted
 *             class (scikit-learn's rule);
 *   weighted  mean weighted with the support;
 *   micro     from summed counts; with one label a row it equals the accuracy.
 * Balanced accuracy is the mean recall of the classes that occur as true class.
 * Matthews: the multi-class form (Gorodkin 2004, Comput. Biol. Chem. 28:367),
 * 0 where its denominator is 0.  Kappa: Cohen 1960.
 *
 * Up to CONFUSION_DENSE_CLASSES the matrix has all its cells; beyond, ten thousand
 * classes would need 800 MB for cells that are nearly all zero, so only the pairs
 * that occur are kept.
 *
 * NaN: numbers are NaN only for an empty matrix, and kappa when chance
 * agreement is 1; `present` tells an absent class (draw "–") from a recall of
 * 0.  Weights must be finite and >= 0. */

enum { CONFUSION_DENSE_CLASSES = 1000 };

struct confusion_class {
  double tp, fp, fn;
  double support;   /* tp + fn */
  double predicted; /* tp + fp */
  double precision, recall, f1;
  bool present; /* occurs as true class */
};

struct confusion_average {
  double precision, recall, f1;
};

struct confusion {
  size_t classes;
  size_t rows;             /* added */
  size_t dropped;          /* class outside 0..classes-1, or a weight that is zero or refused */
  double total;            /* weight */
  double *cell;            /* classes * classes, row by row: cell[true * classes + predicted]; NULL
                   * beyond CONFUSION_DENSE_CLASSES */
  struct class_pair *pair; /* then: what is not zero, by true and predicted class, and ... */
  size_t pairs;            /* ... how many; after confusion_finish */
  struct confusion_class *per_class;
  size_t present; /* classes that occur as true class */
  struct confusion_average macro, micro, weighted;
  double accuracy;
  double balanced_accuracy;
  double norm_macro_recall; /* max(0, (mean recall - r) / (1 - r)), r = 1 / present classes;
                             * r = 1/2 when classes == 2; NaN when r = 1 */
  double weighted_accuracy; /* sum n_c correct_c / sum n_c^2 over plain row counts: favours the
                             * large classes, and ignores weights */
  double matthews;
  double kappa;
  const char *reason; /* NULL or "no rows" */

  /* Private: plain counts for weighted_accuracy, and the pairs so far. */
  size_t *row_count, *correct_count;
  struct pair_counts sparse;
  bool has_failed; /* memory ran out between add and finish */
};

/** An empty matrix.  **Returns** 0 or -1 (memory). */
int confusion_init(struct confusion *confusion, size_t classes);

/** Counts one row. */
void confusion_add(struct confusion *confusion, int32_t actual, int32_t predicted, double weight);

/** Counts `times` rows of one cell whose weights sum to `weight`. */
void confusion_add_rows(struct confusion *confusion, int32_t actual, int32_t predicted,
                        double weight, size_t times);

/** Makes the matrix empty again, for as many classes. */
void confusion_clear(struct confusion *confusion);

/** Computes all that is derived, after the last row.  **Returns** 0 or -1 (memory
 * ran out here or in an earlier confusion_add; release it all the same). */
int confusion_finish(struct confusion *confusion);

/** Init, add, finish over all rows.  **Returns** 0 or -1 (memory; nothing to
 * release then).  `weight` may be NULL. */
int confusion_compute(struct confusion *confusion, const int32_t *actual, const int32_t *predicted,
                      const double *weight, size_t n, size_t classes);

/** The same for predictions (the class of the highest score unless given). */
int confusion_of_predictions(struct confusion *confusion, const struct predictions *in);

/** From a finished matrix, such as one that was logged.  Plain row counts are
 * the rounded cells. */
int confusion_from_matrix(struct confusion *confusion, const double *cell, size_t classes);

/** The rows of class `actual` that were predicted as `predicted`.
 * **Cost**: O(1), O(log pairs) without cells. */
double confusion_count(const struct confusion *confusion, size_t actual, size_t predicted);

/** Moves on to the next cell that is not zero, by true and predicted class; `at`
 * begins at 0 and belongs to the walk.  **Returns** false at the end. */
bool confusion_next(const struct confusion *confusion, size_t *at, struct class_pair *pair);

/** The most frequent confusions, the largest first (then by class): at most `max`
 * pairs with actual != predicted into `out`.  **Returns** how many.
 * **Cost**: O(cells or pairs), plus O(max) for each pair that enters the list. */
size_t confusion_top(const struct confusion *confusion, struct class_pair *out, size_t max);

/** Share of cell (actual, predicted) in its row; NaN when the row is empty. */
double confusion_row_share(const struct confusion *confusion, size_t actual, size_t predicted);

void confusion_release(struct confusion *confusion);

#endif
