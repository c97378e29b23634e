#include "stats/point_cells.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define SIDE ((size_t)POINT_CELLS_SIDE)

struct range {
  double low, high;
};

static bool is_usable(double x, double y) { return isfinite(x) && isfinite(y); }

static void widen(struct range *range, double value)
{
  range->low = fmin(range->low, value);
  range->high = fmax(range->high, value);
}

/* By halves, since the range of two finite numbers need not be finite. */
static double edge(const struct range *range, size_t k)
{
  const double half = (double)k / (double)SIDE * (range->high / 2 - range->low / 2);

  return k == SIDE ? range->high : range->low + half + half;
}

static size_t cell_of(const struct range *range, double value)
{
  const double share = (value / 2 - range->low / 2) / (range->high / 2 - range->low / 2);
  size_t k;

  if (!(share > 0)) return 0; /* All values equal: NaN. */
  k = share < 1 ? (size_t)(share * (double)SIDE) : SIDE - 1;
  /* Dividing may miss the cell by one. */
  if (k > 0 && value < edge(range, k)) return k - 1;
  return k + 1 < SIDE && value >= edge(range, k + 1) ? k + 1 : k;
}

static int allocate(struct point_cells *out, size_t count)
{
  out->x_low = malloc((5 * count + 1) * sizeof *out->x_low); /* One block holds the columns. */
  if (!out->x_low) return -1;
  out->x_high = out->x_low + count;
  out->y_low = out->x_high + count;
  out->y_high = out->y_low + count;
  out->points = out->y_high + count;
  return 0;
}

static void put_cells(struct point_cells *out, const size_t *points, const struct range *x,
                      const struct range *y)
{
  for (size_t cell = 0; cell < SIDE * SIDE; cell++) {
    const size_t column = cell / SIDE, row = cell % SIDE, at = out->count;

    if (points[cell] == 0) continue;
    out->x_low[at] = edge(x, column);
    out->x_high[at] = edge(x, column + 1);
    out->y_low[at] = edge(y, row);
    out->y_high[at] = edge(y, row + 1);
    out->points[at] = (double)points[cell];
    out->count++;
  }
}

int point_cells_compute(struct point_cells *out, const double *x, const double *y, size_t n)
{
  struct range x_range = {HUGE_VAL, -HUGE_VAL}, y_range = x_range;
  size_t *points = calloc(SIDE * SIDE, sizeof *points);
  size_t used = 0;
  int status = points ? 0 : -1;

  *out = (struct point_cells){0};
  for (size_t i = 0; i < n; i++) {
    if (!is_usable(x[i], y[i])) continue;
    widen(&x_range, x[i]);
    widen(&y_range, y[i]);
  }
  for (size_t i = 0; points && i < n; i++)
    if (is_usable(x[i], y[i]))
      used += points[cell_of(&x_range, x[i]) * SIDE + cell_of(&y_range, y[i])]++ == 0;
  if (status == 0) status = allocate(out, used);
  if (status == 0) put_cells(out, points, &x_range, &y_range);
  free(points);
  return status;
}

void point_cells_release(struct point_cells *cells)
{
  free(cells->x_low);
  *cells = (struct point_cells){0};
}
