/* Many points, and strips of counts: the parts of scatter-like charts. */
#ifndef EPOCHLOG_CHART_DOTS_H
#define EPOCHLOG_CHART_DOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/frame.h"

/* Up to 5,000 points as dots, the more the smaller; above, cells shaded by the
 * logarithm of their count. */
void dots_draw(struct frame *frame, const double *x, const double *y, size_t count);

/* Height a strip adds to a chart. */
#define STRIP_EXTRA 72.0

/* Counts between `edges` (count + 1), below the tick labels of the x axis.
 * `ends_are_open`: the first and the last bin hold all that lies beyond; where
 * they are wider than the others they are hatched. */
void strip_draw(struct frame *frame, const double *edges, const double *counts, size_t count,
                bool ends_are_open);

#endif
