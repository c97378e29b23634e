#include "chart/shape.h"

#include <math.h>

double shape_opacity(double opacity) { return opacity > 0 && opacity < 1 ? opacity : 1; }

double shape_stroke_width(const struct paint *paint)
{
  return paint->stroke_width > 0 ? paint->stroke_width : 1;
}

const double *shape_dashes(enum dash dash, int *count)
{
  static const double lengths[][4] = {{0}, {6, 3}, {2, 3}, {8, 3, 2, 3}, {4, 4}};
  static const int counts[] = {0, 2, 2, 4, 2};

  if ((unsigned)dash > DASH_REFERENCE) dash = DASH_SOLID;
  *count = counts[dash];
  return lengths[dash];
}

bool shape_is_sane(const struct point *points, size_t count)
{
  for (size_t i = 0; i < count; i++) /* Written so that NaN is not sane. */
    if (!(fabs(points[i].x) <= SHAPE_COORDINATE_MAX && fabs(points[i].y) <= SHAPE_COORDINATE_MAX))
      return false;
  return true;
}

struct rect shape_bounds(const struct point *points, size_t count)
{
  double left = points[0].x, right = left;
  double top = points[0].y, bottom = top;

  for (size_t i = 1; i < count; i++) {
    left = fmin(left, points[i].x);
    right = fmax(right, points[i].x);
    top = fmin(top, points[i].y);
    bottom = fmax(bottom, points[i].y);
  }
  return (struct rect){left, top, right - left, bottom - top};
}

static double distance(struct point a, struct point b) { return hypot(b.x - a.x, b.y - a.y); }

bool shape_next_piece(struct shape_piece *piece, const struct point *points, size_t count)
{
  size_t start = 0;

  if (piece->points != NULL) {
    size_t first = (size_t)(piece->points - points);
    size_t last = first + piece->count - 1;
    double overlap = 0;

    if (last + 1 == count) return false;
    start = last;
    /* At most half a piece, or a line of very short segments would never end. */
    while (start > last - SHAPE_PIECE / 2 && (start == last || overlap < SHAPE_OVERLAP)) {
      start--;
      overlap += distance(points[start], points[start + 1]);
    }
    for (size_t i = first; i < start; i++) piece->offset += distance(points[i], points[i + 1]);
  }
  piece->points = points + start;
  piece->count = count - start;
  if (piece->count > SHAPE_PIECE + 1) piece->count = SHAPE_PIECE + 1;
  return true;
}
