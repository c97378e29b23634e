#include <math.h>

#include "page/series.h"

/* A mean needs no more places than this to look smooth. */
#define PLACES_MAX 20000

/* All lines one after the other, kept apart by a place that is nowhere. */
static void put_behind(const struct series_plan *plan, const struct line_series *lines,
                       size_t count, struct line_series *mean)
{
  size_t room = 0, at = 0;
  double *x, *y;

  for (size_t i = 0; i < count; i++) room += lines[i].count + 1;
  x = POOL_ARRAY(plan->pool, room, double);
  y = POOL_ARRAY(plan->pool, room, double);
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < lines[i].count; k++, at++) {
      x[at] = lines[i].x[k];
      y[at] = lines[i].y[k];
    }
    x[at] = y[at] = (double)NAN;
    at++;
  }
  mean->raw_x = x;
  mean->raw_y = y;
  mean->raw_count = room;
}

void series_mean_line(const struct series_plan *plan, const struct line_series *lines, size_t count,
                      struct line_series *mean, struct mean_band *band)
{
  struct band_curve *curves = POOL_ARRAY(plan->pool, count, struct band_curve);
  double *low, *high;

  for (size_t i = 0; i < count; i++)
    curves[i] = (struct band_curve){.x = lines[i].x, .y = lines[i].y, .count = lines[i].count};
  if (mean_band_compute(band, curves, count, PLACES_MAX)) plan->pool->out_of_memory();
  low = pool_copy(plan->pool, band->mean, band->count, sizeof *low);
  high = pool_copy(plan->pool, band->mean, band->count, sizeof *high);
  for (size_t i = 0; i < band->count; i++) {
    low[i] -= band->deviation[i];
    high[i] += band->deviation[i];
  }
  *mean = (struct line_series){.x = pool_copy(plan->pool, band->x, band->count, sizeof(double)),
                               .y = pool_copy(plan->pool, band->mean, band->count, sizeof(double)),
                               .count = band->count,
                               .low = low,
                               .high = high};
  put_behind(plan, lines, count, mean);
}
