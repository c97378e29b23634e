#ifndef STATS_CLASSIFICATION_SPREAD_H
#define STATS_CLASSIFICATION_SPREAD_H

#include "stats/confusion.h"
#include "stats/predictions.h"
#include "stats/scalar_table.h"
#include "stats/spread.h"

/** How the numbers of a classifier vary (spread.h): those of the confusion
 * matrix and, with scores, the areas (macro, micro, weighted, and of the
 * positive class), the log loss and the Brier score.  Estimates are taken from
 * `table`; what is undefined there is left out.  Strata of the bootstrap are the
 * true classes.
 *
 * Over SPREAD_AREAS_MAX scores the areas are left out, which have to be sorted.
 *
 * **Returns** 0 or -1 (memory; nothing to release then).
 * **Cost**: see spread.h; beyond the bootstrap O(rows * classes), 8 bytes a
 * score and 8 a row and number. */
int classification_spread(struct spread *spread, const struct predictions_view *view,
                          const struct confusion *confusion, const struct scalar_table *table);

/** The same by the infinitesimal jackknife, however few rows there are. */
int classification_jackknife(struct spread *spread, const struct predictions_view *view,
                             const struct confusion *confusion, const struct scalar_table *table);

#define SPREAD_AREAS_MAX 2000000

/* How many numbers a spread of a classifier holds. */
#define CLASSIFICATION_NUMBERS 25

#endif
