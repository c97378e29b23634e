#include "stats/downsample.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum { PER_COLUMN = 6 }; /* first, lowest, highest, last; a gap before and one after */

size_t downsample_room(size_t columns, size_t n)
{
  if (columns == 0) columns = 1;
  return columns > n / PER_COLUMN ? n : columns * PER_COLUMN;
}

/* What is worth keeping of the points of one column. */
struct column {
  size_t first, low, high, last;
  size_t gap_begin, gap_end; /* a gap before the first point, or after the last */
  bool has_point, has_gap_begin, has_gap_end;
};

static void column_add(struct column *column, const double *y, size_t i)
{
  if (!isfinite(y[i])) {
    if (!column->has_point && !column->has_gap_begin) {
      column->has_gap_begin = true;
      column->gap_begin = i;
    } else if (column->has_point) {
      column->has_gap_end = true;
      column->gap_end = i;
    }
    return;
  }
  column->has_gap_end = false;
  if (!column->has_point) {
    column->has_point = true;
    column->first = column->low = column->high = i;
  }
  if (y[i] < y[column->low]) column->low = i;
  if (y[i] > y[column->high]) column->high = i;
  column->last = i;
}

/* Inserts in order, leaving out what is there already. */
static size_t keep(size_t *index, size_t begin, size_t count, size_t i)
{
  size_t place = count;

  while (place > begin && index[place - 1] > i) place--;
  if (place > begin && index[place - 1] == i) return count;
  for (size_t j = count; j > place; j--) index[j] = index[j - 1];
  index[place] = i;
  return count + 1;
}

static size_t column_flush(const struct column *column, size_t *index, size_t count)
{
  const size_t begin = count;

  if (column->has_gap_begin) count = keep(index, begin, count, column->gap_begin);
  if (column->has_point) {
    count = keep(index, begin, count, column->first);
    count = keep(index, begin, count, column->low);
    count = keep(index, begin, count, column->high);
    count = keep(index, begin, count, column->last);
  }
  if (column->has_gap_end) count = keep(index, begin, count, column->gap_end);
  return count;
}

size_t downsample_m4(size_t *index, const double *x, const double *y, size_t n, size_t columns)
{
  const size_t width = columns ? columns : 1;
  double begin, scale;
  struct column column = {0};
  size_t count = 0, current = 0;

  if (n <= downsample_room(width, n)) {
    for (size_t i = 0; i < n; i++) index[i] = i;
    return n;
  }
  begin = x ? x[0] : 0;
  scale = (double)width / (x ? x[n - 1] - x[0] : (double)(n - 1));
  for (size_t i = 0; i < n; i++) {
    const double place = ((x ? x[i] : (double)i) - begin) * scale;
    /* The last point lies on the far edge; equal x give NaN, one column. */
    const size_t c = place < (double)width ? (size_t)place : place >= (double)width ? width - 1 : 0;

    if (c > current) { /* Never back, or unsorted x would outgrow the room. */
      count = column_flush(&column, index, count);
      column = (struct column){0};
      current = c;
    }
    column_add(&column, y, i);
  }
  return column_flush(&column, index, count);
}
