/* What every canvas needs to know of a shape before it draws. */
#ifndef EPOCHLOG_CHART_SHAPE_H
#define EPOCHLOG_CHART_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"

/* No coordinate of a chart is beyond this; cairo's numbers end soon after. */
#define SHAPE_COORDINATE_MAX 1e6

/* An opacity as it is meant: 0, of a zeroed struct, means 1. */
double shape_opacity(double opacity);

/* A line's width as it is meant. */
double shape_stroke_width(const struct paint *paint);

/* Lengths drawn and left out in turn; `*count` is 0 for a solid line, and also
 * for a value outside the enum. */
const double *shape_dashes(enum dash dash, int *count);

/* Whether all points are finite and within SHAPE_COORDINATE_MAX. */
bool shape_is_sane(const struct point *points, size_t count);

/* The smallest rectangle around one point or more. */
struct rect shape_bounds(const struct point *points, size_t count);

/* A part of a polyline, to be stroked by itself.  Parts overlap by a segment at
 * least, so that the bend between them is drawn round by one of the two, and by
 * SHAPE_OVERLAP pixels, so that no pixel is left half covered by both. */
struct shape_piece {
  const struct point *points;
  size_t count;
  double offset; /* length of the polyline before this part, for its dashes */
};

#define SHAPE_OVERLAP 1.0

/* Segments of one piece.  Measured on noise and on smooth lines of 300 to 20 000
 * points: fewer cost more calls, more cost more crossings. */
#define SHAPE_PIECE 64

/* Moves a zeroed `piece` to the first part, then on to the next; false when
 * there is none left. */
bool shape_next_piece(struct shape_piece *piece, const struct point *points, size_t count);

#endif
