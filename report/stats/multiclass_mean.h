#ifndef STATS_MULTICLASS_MEAN_H
#define STATS_MULTICLASS_MEAN_H

#include "stats/multiclass.h"

/* The averages of a multi-class result over its present classes. */

/** Fills `mean` with the mean curves and numbers of the classes of `of`: each
 * class counts the same (macro), or as much as its support (weighted).
 * `max_points` limits the grid, 0 does not.  **Returns** 0 or -1 (memory; what
 * `mean` holds is then still to be released). */
int multiclass_mean(struct class_curves *mean, const struct multiclass *of, bool by_support,
                    size_t max_points);

/** Marks that an average of classes has no interval of DeLong's. */
void multiclass_no_delong(struct class_curves *class);

#endif
