#ifndef STATS_POINT_CELLS_H
#define STATS_POINT_CELLS_H

#include <stddef.h>

/* Points counted in the cells of a grid: what is left of ten million of them when
 * they are written down.
 *
 * The grid has POINT_CELLS_SIDE x POINT_CELLS_SIDE equal cells over the range of the
 * points; cells are closed below and open above, the last ones closed on both sides.
 * Cells without points are left out; the others stand by x, then by y.
 *
 * NaN: points where x or y is not finite are left out. */

enum { POINT_CELLS_SIDE = 100 };

struct point_cells {
  size_t count; /* cells with points, at most POINT_CELLS_SIDE squared */
  double *x_low, *x_high, *y_low, *y_high;
  double *points; /* in each cell, 1 or more */
};

/** **Returns** 0 or -1 (memory; nothing to release then).  **Cost**: O(n), at most
 * 0.5 MB. */
int point_cells_compute(struct point_cells *out, const double *x, const double *y, size_t n);

void point_cells_release(struct point_cells *cells);

#endif
