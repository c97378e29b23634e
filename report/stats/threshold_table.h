#ifndef STATS_THRESHOLD_TABLE_H
#define STATS_THRESHOLD_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/intervals.h"
#include "stats/pr.h"
#include "stats/roc.h"
#include "stats/sweep.h"

/* What a binary classifier does at the thresholds one may want to choose.
 *
 * A row is positive when score >= threshold.  The rows of the table, in order:
 *
 *   fixed     0.1, 0.2 … 0.9 for probabilities; for other scores the highest
 *             thresholds that call 10 %, 20 % … 90 % of the weight positive;
 *   max_f1    highest F1 = 2TP / (2TP + FP + FN);
 *   max_j     highest Youden J = TPR - FPR;
 *   balanced  precision nearest to recall: as many are called positive as are;
 *   fpr_1     most positives found with FPR <= 1 %;
 *   cost      lowest FP c_FP + FN c_FN, when costs are given; +inf when it is
 *             cheapest to call nothing positive.  For calibrated probabilities
 *             theory puts it at c_FP / (c_FP + c_FN) (Elkan 2001, IJCAI).
 *
 * Where several thresholds do, the highest counts.
 *
 * NaN: a share whose denominator is 0 is NaN (draw "–"). */

enum threshold_kind {
  THRESHOLD_FIXED,
  THRESHOLD_MAX_F1,
  THRESHOLD_MAX_J,
  THRESHOLD_BALANCED,
  THRESHOLD_FPR_1,
  THRESHOLD_COST
};

enum { THRESHOLD_FIXED_ROWS = 9, THRESHOLD_ROWS_MAX = 14 };

struct threshold_row {
  enum threshold_kind kind;
  double threshold;
  double tp, fp, tn, fn; /* rows, or weight */
  double precision, recall, f1, specificity;
  double npv;     /* negative predictive value TN / (TN + FN) */
  double flagged; /* share called positive */
  double cost;    /* FP c_FP + FN c_FN; NaN without costs */
  struct interval precision_interval, recall_interval; /* Wilson 95 %; NaN for weighted data */
  bool is_default; /* 0.5 of a probability: what the predicted labels follow */
  bool is_chosen;  /* the one to show in bold: lowest cost, without costs highest J */
};

/* Zero costs: none given. */
struct threshold_options {
  double cost_fp, cost_fn;
  bool has_probabilities;
};

struct threshold_table {
  struct threshold_row row[THRESHOLD_ROWS_MAX];
  size_t count;
  const char *reason; /* NULL, or why there is no table: a static sentence */

  /* Private: state of threshold_table_add. */
  struct threshold_options options;
  double positives, negatives;
  bool weighted;
  size_t fixed;    /* fixed rows seen, from the highest threshold */
  double boundary; /* the next fixed threshold, or the next sum of called weight */
  double last_tp, last_fp, last_threshold;
  struct {
    double threshold, tp, fp;
  } balanced, fpr_1, cost;
  double fpr_limit;
  double least_cost;
  bool is_balanced; /* the crossing has been passed */
};

/** The table of a sweep.  `options` may be NULL: no probabilities, no costs.
 * **Returns** 0 or -1 (memory).  **Cost**: O(n). */
int threshold_table_compute(struct threshold_table *table, const struct sweep *sweep,
                            const struct threshold_options *options);

/** The row of a kind, NULL when the table has none. */
const struct threshold_row *threshold_table_row(const struct threshold_table *table,
                                                enum threshold_kind kind);

/** The row that is chosen, NULL in an empty table. */
const struct threshold_row *threshold_table_chosen(const struct threshold_table *table);

/* The parts of threshold_table_compute, see roc_begin.  The end takes the rows
 * of max_f1 and max_j from curves of the same walk. */
void threshold_table_begin(struct threshold_table *table, double positives, double negatives,
                           bool weighted, const struct threshold_options *options);
void threshold_table_add(struct threshold_table *table, const struct sweep_stop *at, size_t count);
void threshold_table_end(struct threshold_table *table, const struct roc *roc, const struct pr *pr);

#endif
