#include "chart/scale.h"

#include <float.h>
#include <math.h>

/* Beyond this a coordinate only means "far outside"; back ends with fixed-point
 * coordinates still hold it. */
#define FAR_AWAY 1e6

struct range range_none(void) { return (struct range){.low = 0, .high = 0, .is_empty = true}; }

void range_add(struct range *range, double value)
{
  if (!isfinite(value)) return;
  if (range->is_empty) {
    *range = (struct range){.low = value, .high = value, .is_empty = false};
    return;
  }
  if (value < range->low) range->low = value;
  if (value > range->high) range->high = value;
}

void range_add_all(struct range *range, const double *values, size_t count)
{
  if (!values) return;
  for (size_t i = 0; i < count; i++) range_add(range, values[i]);
}

void range_pad(struct range *range, double share)
{
  double by;

  if (range->is_empty) return;
  by = (range->high * share) - (range->low * share);
  if (range->high < DBL_MAX - by) range->high += by;
  if (range->low > -DBL_MAX + by) range->low -= by;
}

void range_open(struct range *range)
{
  double middle, by;

  if (range->is_empty || !isfinite(range->low) || !isfinite(range->high)) {
    *range = (struct range){.low = 0, .high = 1, .is_empty = false};
    return;
  }
  if (range->high < range->low) {
    double swap = range->low;

    range->low = range->high;
    range->high = swap;
  }
  /* Values this close cannot be told apart by marks either. */
  by = fmax(fabs(range->low), fabs(range->high));
  if (range->high / 2 - range->low / 2 > by * 1e-11 && range->high - range->low > DBL_MIN * 1e4)
    return;
  middle = range->low / 2 + range->high / 2;
  by = fabs(middle) > DBL_MIN * 1e6 ? fabs(middle) / 10 : 1;
  if (fabs(middle) > DBL_MAX / 2) by = DBL_MAX / 20;
  range->low = middle - by;
  range->high = middle + by;
  if (!isfinite(range->low)) range->low = -DBL_MAX;
  if (!isfinite(range->high)) range->high = DBL_MAX;
}

/* Newton's method on the lower half, where the distribution function is convex.
 * Its bound exp(-x^2 / 2) / 2 gives a start left of the root by less than one
 * and a quarter; a few steps reach the last digit, some more far in the tail. */
double scale_probit(double p)
{
  double tail = p < 0.5 ? p : 1 - p, x;

  if (!(p > 0 && p < 1)) return (double)NAN;
  if (tail >= 0.5) return 0;
  x = -sqrt(-2 * log(2 * tail));
  for (int i = 0; i < 64; i++) {
    double density = exp(-x * x / 2) * 0.39894228040143268, step;

    if (!(density > 0)) break;
    step = (erfc(-x * 0.70710678118654752) / 2 - tail) / density;
    x -= step;
    if (fabs(step) < 1e-14 * (1 + fabs(x))) break;
  }
  return p < 0.5 ? x : -x;
}

/* Linear values are quartered so that the length of -DBL_MAX..DBL_MAX is still
 * a number. */
static double transform(enum scale_kind kind, double value)
{
  switch (kind) {
    case SCALE_LOG: return value > 0 ? log10(value) : (double)NAN;
    case SCALE_PROBIT: return scale_probit(value);
    case SCALE_LINEAR: break;
  }
  return value * 0.25;
}

struct scale scale_make(enum scale_kind kind, struct range range, double from, double to)
{
  struct scale scale = {.kind = kind, .from = from, .to = to};

  if (kind == SCALE_PROBIT && !(range.low > 1e-12 && range.high > range.low && range.high < 1))
    range = (struct range){.low = 0.005, .high = 0.995, .is_empty = false};
  range_open(&range);
  if (kind == SCALE_LOG && !(range.low > DBL_MIN)) {
    range.low = range.high / 10;
    if (!(range.low > DBL_MIN)) range = (struct range){.low = 0.1, .high = 1};
  }
  scale.low = range.low;
  scale.high = range.high;
  scale.t_low = transform(kind, range.low);
  scale.t_high = transform(kind, range.high);
  return scale;
}

double scale_at(const struct scale *scale, double value)
{
  double share, at;

  if (!isfinite(value)) return (double)NAN;
  /* The ends of 0..1 lie infinitely far out on a quantile axis: put them at its
   * ends rather than lose the point. */
  if (scale->kind == SCALE_PROBIT) value = fmin(fmax(value, scale->low), scale->high);
  share = (transform(scale->kind, value) - scale->t_low) / (scale->t_high - scale->t_low);
  if (isnan(share)) return (double)NAN;
  at = scale->from + share * (scale->to - scale->from);
  return fmin(fmax(at, -FAR_AWAY), FAR_AWAY);
}
