#include "stats/curve.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "stats/sort.h"

void curve_init(struct curve *curve) { *curve = (struct curve){0}; }

void curve_release(struct curve *curve)
{
  free(curve->x); /* One block holds the three columns. */
  curve_init(curve);
}

static int grow(struct curve *curve)
{
  const size_t capacity = curve->capacity ? 2 * curve->capacity : 32;
  double *block;

  if (capacity > SIZE_MAX / (3 * sizeof *block)) return -1;
  block = malloc(3 * capacity * sizeof *block);
  if (!block) return -1;
  for (size_t i = 0; i < curve->count; i++) {
    block[i] = curve->x[i];
    block[capacity + i] = curve->y[i];
    block[2 * capacity + i] = curve->threshold[i];
  }
  free(curve->x);
  curve->x = block;
  curve->y = block + capacity;
  curve->threshold = block + 2 * capacity;
  curve->capacity = capacity;
  return 0;
}

int curve_add(struct curve *curve, double x, double y, double threshold)
{
  if (curve->count == curve->capacity && grow(curve)) return -1;
  curve->x[curve->count] = x;
  curve->y[curve->count] = y;
  curve->threshold[curve->count] = threshold;
  curve->count++;
  return 0;
}

double curve_area(const struct curve *curve)
{
  double doubled = 0;

  for (size_t i = 1; i < curve->count; i++)
    doubled += (curve->x[i] - curve->x[i - 1]) * (curve->y[i] + curve->y[i - 1]);
  return doubled / 2;
}

/* The number of points with x' <= x (or, strictly, x' < x). */
static size_t points_up_to(const struct curve *curve, double x, bool strictly)
{
  size_t lo = 0, hi = curve->count;

  while (lo < hi) {
    const size_t middle = lo + (hi - lo) / 2;

    if (strictly ? curve->x[middle] < x : curve->x[middle] <= x)
      lo = middle + 1;
    else
      hi = middle;
  }
  return lo;
}

double curve_at(const struct curve *curve, double x)
{
  const size_t next = points_up_to(curve, x, false);
  double slope;

  if (curve->count == 0) return (double)NAN;
  if (next == 0) return curve->y[0];
  if (next == curve->count) return curve->y[next - 1];
  slope = (curve->y[next] - curve->y[next - 1]) / (curve->x[next] - curve->x[next - 1]);
  return curve->y[next - 1] + slope * (x - curve->x[next - 1]);
}

double curve_step_at(const struct curve *curve, double x)
{
  const size_t next = points_up_to(curve, x, true);

  if (curve->count == 0) return (double)NAN;
  return curve->y[next < curve->count ? next : curve->count - 1];
}

/* The distinct x of all curves, ascending; at most `max_points` of them. */
static size_t union_of_x(double *x, const struct curve *const *curves, size_t count,
                         size_t max_points)
{
  size_t n = 0, distinct = 0;

  for (size_t k = 0; k < count; k++)
    for (size_t i = 0; i < curves[k]->count; i++) x[n++] = curves[k]->x[i];
  if (n == 0 || sort_doubles(x, n)) return 0;
  for (size_t i = 0; i < n; i++)
    if (i == 0 || x[i] != x[distinct - 1]) x[distinct++] = x[i];
  if (max_points < 2 || distinct <= max_points) return distinct;
  for (size_t i = 0; i < max_points; i++)
    x[i] = x[(size_t)((double)i * (double)(distinct - 1) / (double)(max_points - 1))];
  return max_points;
}

static double mean_at(const struct curve *const *curves, const double *weights, size_t count,
                      enum curve_rule rule, double x)
{
  double sum = 0, used = 0;

  for (size_t k = 0; k < count; k++) {
    const double weight = weights ? weights[k] : 1;

    if (curves[k]->count == 0) continue;
    sum += weight * (rule == CURVE_STEP ? curve_step_at(curves[k], x) : curve_at(curves[k], x));
    used += weight;
  }
  return sum / used;
}

int curve_mean(struct curve *out, const struct curve *const *curves, const double *weights,
               size_t count, enum curve_rule rule, size_t max_points)
{
  size_t total = 0, distinct;
  double *x;

  curve_init(out);
  for (size_t k = 0; k < count; k++) total += curves[k]->count;
  if (total == 0) return 0;
  if (total > SIZE_MAX / sizeof *x) return -1;
  x = malloc(total * sizeof *x);
  if (!x) return -1;
  distinct = union_of_x(x, curves, count, max_points);
  for (size_t i = 0; i < distinct; i++) {
    if (curve_add(out, x[i], mean_at(curves, weights, count, rule, x[i]), (double)NAN)) {
      distinct = 0;
      break;
    }
  }
  free(x);
  if (distinct > 0) return 0;
  curve_release(out);
  return -1;
}
