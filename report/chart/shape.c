#include "chart/shape.h"

#include <math.h>

double shape_opacity(double opacity)
{
  return opacity > 0 && opacity < 1 ? opacity : 1;
}

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
  for (size_t i = 0; i < count; i++)
    /* Written so that NaN is not sane. */
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

bool shape_next_piece(struct shape_piece *piece, const struct point *points, size_t count)
{
  size_t start = 0;

  if (piece->points != NULL) {
    const struct point *at = piece->points;

    if (at + piece->count == points + count) return false;
    for (size_t i = 0; i + 2 < piece->count; i++)
      piece->offset += hypot(at[i + 1].x - at[i].x, at[i + 1].y - at[i].y);
    start = (size_t)(at - points) + piece->count - 2;
  }
  piece->points = points + start;
  piece->count = count - start;
  if (piece->count > SHAPE_PIECE + 1) piece->count = SHAPE_PIECE + 1;
  return true;
}
