#include "stats/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/sort.h"

#define RESAMPLES_MANY 2000
#define RESAMPLES_FEW 1000

size_t spread_resamples(size_t steps)
{
  if (steps <= SPREAD_STEPS_MANY) return RESAMPLES_MANY;
  return steps <= SPREAD_STEPS_FEW ? RESAMPLES_FEW : 0;
}

int spread_init(struct spread *spread, size_t numbers, size_t rows, size_t steps)
{
  const size_t resamples = spread_resamples(steps);

  *spread = (struct spread){.numbers = numbers, .rows = rows};
  spread->number = calloc(numbers + 1, sizeof *spread->number);
  if (!spread->number) return -1;
  spread->is_resampled = resamples > 0;
  spread->count = resamples ? resamples : rows;
  if (rows < 2) spread->reason = "fewer than two rows";
  if (spread->count > SPREAD_VALUES_MAX / (numbers + 1))
    spread->reason = "too many rows to resample";
  if (spread->reason) return 0;
  spread->value = calloc(numbers * spread->count + 1, sizeof *spread->value);
  if (spread->value) return 0;
  spread_release(spread);
  return -1;
}

void spread_release(struct spread *spread)
{
  free(spread->number);
  free(spread->value);
  *spread = (struct spread){0};
}

int spread_find(const struct spread *spread, const char *name)
{
  for (size_t i = 0; i < spread->numbers; i++)
    if (spread->number[i].name && strcmp(spread->number[i].name, name) == 0) return (int)i;
  return -1;
}

static const char *resampled_method(size_t resamples)
{
  return resamples == RESAMPLES_MANY ? "bootstrap, 2000 resamples" : "bootstrap, 1000 resamples";
}

static const char *paired_method(const struct spread *spread)
{
  if (!spread->is_resampled) return "paired infinitesimal jackknife";
  return spread->count == RESAMPLES_MANY ? "paired bootstrap, 2000 resamples"
                                         : "paired bootstrap, 1000 resamples";
}

static double sum_of_squares(const double *value, size_t count)
{
  double sum = 0;

  for (size_t i = 0; i < count; i++) sum += value[i] * value[i];
  return sum;
}

/* The percentiles of the resamples in which the number was defined; `value` is
 * sorted. */
static struct interval percentiles(double *value, size_t count, double level, const char *method)
{
  size_t kept = 0;

  for (size_t i = 0; i < count; i++)
    if (isfinite(value[i])) value[kept++] = value[i];
  if (kept < count - count / 20) return interval_none("undefined in too many resamples");
  if (sort_doubles(value, kept)) return interval_none("out of memory");
  if (!(value[kept - 1] > value[0])) return interval_none("the same in every resample");
  return (struct interval){.lo = sort_quantile(value, kept, (1 - level) / 2),
                           .hi = sort_quantile(value, kept, (1 + level) / 2),
                           .method = method};
}

struct interval spread_within_limits(double estimate, double variance, enum spread_limits limits,
                                     double level, const char *method)
{
  const double low = limits == SPREAD_SIGNED_UNIT ? -1 : 0, width = 1 - low;
  struct interval interval;

  if (!(variance > 0)) return interval_none("no variance");
  if (limits == SPREAD_FREE || limits == SPREAD_NOT_NEGATIVE) {
    interval = interval_normal(estimate, variance, level, method);
    if (limits == SPREAD_NOT_NEGATIVE) interval.lo = fmax(0, interval.lo);
    return interval;
  }
  interval = interval_logit((estimate - low) / width, variance / width / width, level);
  if (interval.reason) return interval;
  return (struct interval){
      .lo = low + width * interval.lo, .hi = low + width * interval.hi, .method = method};
}

struct interval spread_interval(const struct spread *spread, size_t number, double level)
{
  const struct spread_number *of = &spread->number[number];
  struct interval interval;
  double *copy;

  if (spread->reason) return interval_none(spread->reason);
  if (isnan(of->estimate)) return interval_none("the number is undefined");
  if (!spread->is_resampled)
    return spread_within_limits(
        of->estimate, sum_of_squares(spread->value + number * spread->count, spread->count),
        of->limits, level, "infinitesimal jackknife");
  copy = malloc(spread->count * sizeof *copy);
  if (!copy) return interval_none("out of memory");
  memcpy(copy, spread->value + number * spread->count, spread->count * sizeof *copy);
  interval = percentiles(copy, spread->count, level, resampled_method(spread->count));
  free(copy);
  return interval;
}

/* Twice the smaller share of resamples that lie on one side of zero. */
static double two_sided(const double *difference, size_t count)
{
  size_t low = 0, high = 0, kept = 0;

  for (size_t i = 0; i < count; i++) {
    if (!isfinite(difference[i])) continue;
    kept++;
    low += difference[i] <= 0;
    high += difference[i] >= 0;
  }
  return fmin(1, 2 * (1 + (double)(low < high ? low : high)) / (1 + (double)kept));
}

static void test_difference(struct difference *out, const struct spread *spread, double *difference,
                            double level)
{
  const char *method = paired_method(spread);
  double variance;

  if (spread->is_resampled) {
    out->p = two_sided(difference, spread->count);
    out->interval = percentiles(difference, spread->count, level, method);
  } else {
    variance = sum_of_squares(difference, spread->count);
    out->p = 2 * normal_cdf(-fabs(out->value) / sqrt(variance));
    out->interval = variance > 0 ? interval_normal(out->value, variance, level, method)
                                 : interval_none("the difference has no variance");
  }
  out->reason = out->interval.reason;
  if (out->reason) out->p = (double)NAN;
}

int spread_compare(struct difference *out, const struct spread *a, const struct spread *b,
                   const char *name, double level)
{
  const int at = spread_find(a, name), bt = spread_find(b, name);
  const double *x, *y;
  double *difference;

  *out = difference_none("undefined for one of the runs");
  if (at < 0 || bt < 0) return 0;
  out->value = b->number[bt].estimate - a->number[at].estimate;
  if (isnan(out->value)) return 0;
  if (a->reason || b->reason) {
    *out = difference_none(a->reason ? a->reason : b->reason);
    return 0;
  }
  if (a->count != b->count || a->is_resampled != b->is_resampled || a->rows != b->rows) {
    *out = difference_none("the runs have different rows");
    return 0;
  }
  difference = malloc(a->count * sizeof *difference);
  if (!difference) return -1;
  x = a->value + (size_t)at * a->count;
  y = b->value + (size_t)bt * b->count;
  for (size_t i = 0; i < a->count; i++) difference[i] = y[i] - x[i];
  test_difference(out, a, difference, level);
  free(difference);
  return 0;
}

/* Of the number itself. */
static double variance_of(const struct spread *spread, size_t number)
{
  const double *value = spread->value + number * spread->count;
  double mean = 0, squares = 0, kept = 0;

  if (!spread->is_resampled) return sum_of_squares(value, spread->count);
  for (size_t i = 0; i < spread->count; i++) {
    if (!isfinite(value[i])) continue;
    mean += value[i];
    kept++;
  }
  mean /= kept;
  for (size_t i = 0; i < spread->count; i++)
    if (isfinite(value[i])) squares += (value[i] - mean) * (value[i] - mean);
  return squares / (kept - 1);
}

void spread_compare_unpaired(struct difference *out, const struct spread *a, const struct spread *b,
                             const char *name, double level)
{
  const int at = spread_find(a, name), bt = spread_find(b, name);
  double variance;

  *out = difference_none("undefined for one of the runs");
  if (at < 0 || bt < 0 || isnan(b->number[bt].estimate - a->number[at].estimate)) return;
  if (a->reason || b->reason) {
    *out = difference_none(a->reason ? a->reason : b->reason);
    return;
  }
  variance = variance_of(a, (size_t)at) + variance_of(b, (size_t)bt);
  *out = difference_normal(b->number[bt].estimate - a->number[at].estimate, variance, level,
                           a->is_resampled ? "unpaired z test, bootstrap variances"
                                           : "unpaired z test, jackknife variances");
}
