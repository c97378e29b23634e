#include "stats/mean_band.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
  const double *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

/* Every x of every curve, ascending, each once. */
static double *all_places(const struct band_curve *curves, size_t curve_count, size_t *count)
{
  size_t room = 0, used = 0, kept = 0;
  double *x;

  for (size_t c = 0; c < curve_count; c++) room += curves[c].count;
  x = malloc((room + 1) * sizeof *x);
  if (!x) return NULL;
  for (size_t c = 0; c < curve_count; c++)
    for (size_t i = 0; i < curves[c].count; i++)
      if (isfinite(curves[c].x[i]) && isfinite(curves[c].y[i])) x[used++] = curves[c].x[i];
  if (used > 1) qsort(x, used, sizeof *x, compare);
  for (size_t i = 0; i < used; i++)
    if (i == 0 || x[i] > x[kept - 1]) x[kept++] = x[i];
  *count = kept;
  return x;
}

/* A curve that is walked along from left to right. */
struct walk {
  const struct band_curve *curve;
  size_t next; /* first point right of the place */
  size_t last; /* last finite point at or left of it; SIZE_MAX: none */
};

/* The curve's value at x, not less than the x before; NaN outside of the curve. */
static double value_at(struct walk *walk, double x)
{
  const struct band_curve *curve = walk->curve;
  size_t right;
  double share;

  while (walk->next < curve->count && !(curve->x[walk->next] > x)) {
    if (isfinite(curve->y[walk->next]) && isfinite(curve->x[walk->next])) walk->last = walk->next;
    walk->next++;
  }
  if (walk->last == (size_t)-1) return (double)NAN;
  if (!(curve->x[walk->last] < x)) return curve->y[walk->last];
  right = walk->next;
  while (right < curve->count && !(isfinite(curve->y[right]) && isfinite(curve->x[right]))) right++;
  if (right == curve->count) return (double)NAN;
  share = (x - curve->x[walk->last]) / (curve->x[right] - curve->x[walk->last]);
  return curve->y[walk->last] + share * (curve->y[right] - curve->y[walk->last]);
}

/* Mean and deviation of the curves at one place (Welford 1962). */
static void put_place(struct mean_band *band, size_t at, struct walk *walks, size_t curve_count)
{
  double mean = 0, squares = 0, n = 0;

  for (size_t c = 0; c < curve_count; c++) {
    const double value = value_at(&walks[c], band->x[at]);
    const double off = value - mean;

    if (isnan(value)) continue;
    n += 1;
    mean += off / n;
    squares += off * (value - mean);
  }
  band->curves[at] = n;
  band->mean[at] = n > 0 ? mean : (double)NAN;
  band->deviation[at] = n > 1 ? sqrt(squares / (n - 1)) : (double)NAN;
}

int mean_band_compute(struct mean_band *band, const struct band_curve *curves, size_t curve_count,
                      size_t most)
{
  struct walk *walks = calloc(curve_count + 1, sizeof *walks);
  size_t all = 0, count;
  double *places = walks ? all_places(curves, curve_count, &all) : NULL;

  *band = (struct mean_band){0};
  if (!places) {
    free(walks);
    return -1;
  }
  count = all < most || most < 2 ? all : most;
  band->x = malloc((4 * count + 1) * sizeof *band->x);
  if (band->x) {
    band->count = count;
    band->mean = band->x + count;
    band->deviation = band->mean + count;
    band->curves = band->deviation + count;
    for (size_t c = 0; c < curve_count; c++)
      walks[c] = (struct walk){.curve = &curves[c], .last = (size_t)-1};
    for (size_t i = 0; i < count; i++) {
      const size_t from =
          count == all ? i : (size_t)((double)i * (double)(all - 1) / (double)(count - 1) + 0.5);

      band->x[i] = places[from];
      put_place(band, i, walks, curve_count);
    }
  }
  free(places);
  free(walks);
  return band->x ? 0 : -1;
}

void mean_band_release(struct mean_band *band)
{
  free(band->x);
  *band = (struct mean_band){0};
}
