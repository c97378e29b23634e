#ifndef STATS_DOWNSAMPLE_H
#define STATS_DOWNSAMPLE_H

#include <stddef.h>

/* A million points that look the same as a few thousand.
 *
 * M4 (Jugel et al. 2014, PVLDB 7:797): the x range is cut in columns of equal
 * width, and of each column the first, the lowest, the highest and the last
 * point are kept.  A line through them covers the same pixels as one through
 * all points, so every spike survives.
 *
 * NaN: a value that is not finite is a gap.  One is kept where values are
 * missing at the beginning or the end of a column, so that a line drawn through
 * the result is broken where the full one is; a gap narrower than a column,
 * with points of that column on both sides, would not show.  x must be finite
 * and ascending (equal x allowed). */

/** Indices to keep, ascending, without repetition.
 *
 * - `index`    room for downsample_room(columns, n) indices;
 * - `x`        n positions ascending; NULL: 0, 1, 2, …;
 * - `columns`  how many columns, >= 1.
 *
 * **Returns** how many indices were written.  When n is not larger than the
 * room, all n are kept.  **Cost**: O(n), no allocation. */
size_t downsample_m4(size_t *index, const double *x, const double *y, size_t n, size_t columns);

/** The largest number of indices downsample_m4 writes: at most 6 a column. */
size_t downsample_room(size_t columns, size_t n);

#endif
