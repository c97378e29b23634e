#ifndef STATS_CONFUSION_INFLUENCE_H
#define STATS_CONFUSION_INFLUENCE_H

#include "stats/confusion.h"

/* The numbers of a confusion matrix as a list, and what one more row in a cell
 * would do to each: their derivatives by the cell's weight, from which the delta
 * method makes variances (Agresti 2013, Categorical Data Analysis, section 16.1:
 * Var = sum of cell * derivative^2). */

enum confusion_number {
  CONFUSION_ACCURACY = 0,
  CONFUSION_BALANCED_ACCURACY,
  CONFUSION_WEIGHTED_ACCURACY,
  CONFUSION_NORM_MACRO_RECALL,
  CONFUSION_PRECISION_MACRO,
  CONFUSION_PRECISION_WEIGHTED,
  CONFUSION_RECALL_MACRO,
  CONFUSION_RECALL_WEIGHTED,
  CONFUSION_F1_MACRO,
  CONFUSION_F1_WEIGHTED,
  CONFUSION_MATTHEWS,
  CONFUSION_KAPPA,
  CONFUSION_PRECISION_BINARY, /* NaN without a positive class */
  CONFUSION_RECALL_BINARY,
  CONFUSION_F1_BINARY,
  CONFUSION_NUMBERS
};

/** The name of a number in a scalar table. */
const char *confusion_number_name(enum confusion_number number);

/** All numbers of a finished matrix; `positive` is -1 for none. */
void confusion_numbers(double value[CONFUSION_NUMBERS], const struct confusion *confusion,
                       int32_t positive);

/* Sums over classes that every cell's derivatives need. */
struct confusion_margins {
  double chance, actual, predicted; /* sum of S_k Q_k, S_k^2, Q_k^2: support, predicted */
  double squares;                   /* sum of S_k^2 over plain row counts */
  double occurring;                 /* classes that occur on either side */
};

struct confusion_margins confusion_margins(const struct confusion *confusion);

/** Their derivatives by the weight of cell (actual, predicted).  0 where a number
 * does not depend on it, as at a limit it is clipped to.  **Cost**: O(1), with
 * `margins` from confusion_margins. */
void confusion_influence(double out[CONFUSION_NUMBERS], const struct confusion *confusion,
                         const struct confusion_margins *margins, int32_t positive, size_t actual,
                         size_t predicted);

#endif
