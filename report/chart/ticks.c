#include "chart/ticks.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Powers of ten beyond what a double holds would be 0 or infinite. */
static double power_of_ten(int exponent) { return pow(10, exponent); }

/* start + index * step, rounded to what the step can say, so that a label does
 * not read 0.30000000000000004 and zero is zero. */
static double tick_value(double start, double step, size_t index)
{
  double value = start + step * (double)index;

  return fabs(value) < fabs(step) * 1e-9 ? 0 : value;
}

/* The decimals needed to tell marks `step` apart; a step of 2.5 needs one more
 * than its power of ten. */
static int decimals_of_step(double step)
{
  for (int decimals = 0; decimals < 17; decimals++) {
    double scaled = step * power_of_ten(decimals);

    if (fabs(scaled - round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 17;
}

/* Decimals and exponent of fixed labels.  Labels beyond six digits, or below a
 * thousandth, are divided by a power of ten that the axis name tells. */
static void choose_decimals(struct ticks *ticks)
{
  double largest = 0;

  ticks->exponent = 0;
  for (size_t i = 0; i < ticks->count; i++) largest = fmax(largest, fabs(ticks->at[i]));
  if (largest > 0 && isfinite(largest) && (largest >= 1e6 || largest < 1e-3))
    ticks->exponent = (int)floor(log10(largest) + 1e-9);
  ticks->decimals = decimals_of_step(ticks->step / power_of_ten(ticks->exponent));
}

static void set_even(struct ticks *ticks, double start, double step, size_t count)
{
  memset(ticks, 0, sizeof *ticks);
  ticks->step = step;
  for (size_t i = 0; i < count && i < TICKS_MAX; i++) {
    double value = tick_value(start, step, i);

    if (!isfinite(value)) continue; /* past the largest double */
    ticks->at[ticks->count] = value;
    ticks->has_label[ticks->count++] = true;
  }
  choose_decimals(ticks);
}

static void set_single(struct ticks *ticks, double value)
{
  set_even(ticks, value, 0, 1);
  if (ticks->decimals > 6) ticks->decimals = 6;
}

/* The search of Talbot, Lin and Hanrahan.  Steps are skip * q * 10^n for a nice
 * q; the score weighs how simple the step is, how well the marks cover the
 * data, and how close their number is to the one wanted.  The fourth term of
 * the paper, legibility, is left to the chart, which measures its labels. */
struct search {
  double low;
  double high;
  double wanted;
  bool loose;
  double best_score;
  double best_start;
  double best_step;
  double best_count;
};

static const double nice[] = {1, 5, 2, 2.5, 4, 3};
#define NICE_COUNT ((double)(sizeof nice / sizeof *nice))
#define LEGIBILITY 0.05
#define STEP_EPSILON (DBL_EPSILON * 100)

static double weigh(double simplicity, double coverage, double density)
{
  return 0.25 * simplicity + 0.2 * coverage + 0.5 * density + LEGIBILITY;
}

static double simplicity_of(double rank, double skip, double bonus)
{
  return 1 - rank / (NICE_COUNT - 1) - skip + bonus;
}

/* Whether zero is one of the marks. */
static double zero_bonus(double start, double end, double step)
{
  double rest = fmod(start, step);

  if (rest < 0) rest += step;
  return (rest < STEP_EPSILON * step || step - rest < STEP_EPSILON * step) && start <= 0 &&
         end >= 0;
}

static double coverage_of(const struct search *search, double start, double end)
{
  double tenth = 0.1 * (search->high - search->low);
  double above = (search->high - end) / tenth, below = (search->low - start) / tenth;

  return 1 - 0.5 * (above * above + below * below);
}

static double coverage_bound(const struct search *search, double span)
{
  double range = search->high - search->low, half = (span / range - 1) / 0.2;

  return span > range ? 1 - half * half : 1;
}

static double density_of(const struct search *search, double count, double start, double end)
{
  double here = (count - 1) / (end - start);
  double there = (search->wanted - 1) / (fmax(end, search->high) - fmin(start, search->low));

  return 2 - fmax(here / there, there / here);
}

static double density_bound(const struct search *search, double count)
{
  return count >= search->wanted ? 2 - (count - 1) / (search->wanted - 1) : 1;
}

/* All positions of `count` marks of one step that touch the data. */
static void try_starts(struct search *search, double rank, double skip, double step, double count)
{
  double first = floor(search->high / step) * skip - (count - 1) * skip;
  double last = ceil(search->low / step) * skip;

  /* Beyond 2^53 a start could not be told from the next one. */
  if (!(fabs(first) < 9e15 && fabs(last) < 9e15)) return;
  for (double at = first; at <= last; at++) {
    double start = at * (step / skip), end = start + step * (count - 1), score;

    score = weigh(simplicity_of(rank, skip, zero_bonus(start, end, step)),
                  coverage_of(search, start, end), density_of(search, count, start, end));
    if (score > search->best_score &&
        (!search->loose || (start <= search->low && end >= search->high))) {
      search->best_score = score;
      search->best_start = start;
      search->best_step = step;
      search->best_count = count;
    }
  }
}

/* One nice number with one skip: counts of marks, then powers of ten, as long
 * as a bound on the score can still beat the best. */
static void try_step(struct search *search, double rank, double skip)
{
  double q = nice[(size_t)rank], bound = simplicity_of(rank, skip, 1);

  for (double count = 2; count <= TICKS_MAX; count++) {
    double power, last;

    if (weigh(bound, 1, density_bound(search, count)) < search->best_score) break;
    power = ceil(log10((search->high - search->low) / (count + 1) / skip / q));
    last = fmin(power + 20, 308); /* far beyond the data, whatever the bound says */
    for (; power < last; power++) {
      double step = skip * q * pow(10, power);

      if (weigh(bound, coverage_bound(search, step * (count - 1)), density_bound(search, count)) <
          search->best_score)
        break;
      try_starts(search, rank, skip, step, count);
    }
  }
}

void ticks_extended(struct ticks *ticks, double low, double high, unsigned wanted, bool loose)
{
  struct search search = {.low = low, .high = high, .loose = loose, .best_score = -2};

  memset(ticks, 0, sizeof *ticks);
  if (!isfinite(low) || !isfinite(high)) return;
  if (!(high - low > fmax(fabs(low), fabs(high)) * 1e-13) || !isfinite(high - low) ||
      high - low < DBL_MIN * 1e10) {
    set_single(ticks, low / 2 + high / 2);
    return;
  }
  search.wanted = wanted < 2 ? 2 : wanted > 20 ? 20 : wanted;
  /* Marks may skip values of the nice sequence; each skip costs simplicity, so
   * the search ends by itself. */
  for (double skip = 1; skip < 50; skip++) {
    if (weigh(simplicity_of(0, skip, 1), 1, 1) < search.best_score) break;
    for (double rank = 0; rank < NICE_COUNT; rank++) {
      if (weigh(simplicity_of(rank, skip, 1), 1, 1) < search.best_score) break;
      try_step(&search, rank, skip);
    }
  }
  if (!(search.best_step > 0)) {
    set_single(ticks, low / 2 + high / 2);
    return;
  }
  set_even(ticks, search.best_start, search.best_step, (size_t)search.best_count);
}

static double heckbert_nice(double value, bool round_it)
{
  double power = pow(10, floor(log10(value))), fraction = value / power, result;

  if (round_it)
    result = fraction < 1.5 ? 1 : fraction < 3 ? 2 : fraction < 7 ? 5 : 10;
  else
    result = fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10;
  return result * power;
}

void ticks_heckbert(struct ticks *ticks, double low, double high, unsigned wanted)
{
  double step, start, end;

  memset(ticks, 0, sizeof *ticks);
  if (!isfinite(low) || !isfinite(high)) return;
  if (!(high - low > fmax(fabs(low), fabs(high)) * 1e-13) || !isfinite(high - low)) {
    set_single(ticks, low / 2 + high / 2);
    return;
  }
  if (wanted < 2) wanted = 2;
  step = heckbert_nice(heckbert_nice(high - low, false) / (double)(wanted - 1), true);
  start = floor(low / step) * step;
  end = ceil(high / step) * step;
  if (!(step > 0) || !((end - start) / step < TICKS_MAX)) {
    set_single(ticks, low / 2 + high / 2);
    return;
  }
  set_even(ticks, start, step, (size_t)llround((end - start) / step) + 1);
}

void ticks_integer(struct ticks *ticks, double low, double high, unsigned wanted)
{
  low = ceil(low - 1e-9);
  high = floor(high + 1e-9);
  ticks_extended(ticks, low, high, wanted, false);
  /* Fractions come when fewer whole numbers than wanted marks are in reach. */
  if (ticks->count && (ticks->step < 1 || ticks->step != floor(ticks->step))) {
    double step = fmax(1, ceil(ticks->step));

    if (high - low < TICKS_MAX)
      set_even(ticks, ceil(low / step) * step, step,
               (size_t)(floor(high / step) - ceil(low / step)) + 1);
  }
  ticks->format = TICKS_SI;
  ticks->exponent = 0;
}

/* Marks at one, two or five times a power of ten; the densest of the choices
 * that is not too dense. */
static size_t log_marks(struct ticks *ticks, double low, double high, const double *steps,
                        size_t step_count, int stride)
{
  int first = (int)floor(log10(low)) - 1, last = (int)ceil(log10(high)) + 1;
  size_t count = 0;

  for (int power = first; power <= last; power++) {
    if (power % stride != 0 || power < -307 || power > 308) continue;
    for (size_t i = 0; i < step_count; i++) {
      double at = steps[i] * power_of_ten(power);

      if (!(at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9))) continue;
      if (count < TICKS_MAX) {
        ticks->at[count] = at;
        ticks->has_label[count] = true;
      }
      count++;
    }
  }
  return count;
}

void ticks_log(struct ticks *ticks, double low, double high, unsigned wanted)
{
  static const double dense[] = {1, 2, 5}, sparse[] = {1, 3}, plain[] = {1};
  double decades;
  size_t count;

  memset(ticks, 0, sizeof *ticks);
  if (!(low > 0 && high > low && isfinite(high))) return;
  if (wanted < 2) wanted = 2;
  decades = log10(high) - log10(low);
  count = log_marks(ticks, low, high, dense, 3, 1);
  if (count < 2) {
    /* Less than a decade without two round values: marks as on a linear axis. */
    ticks_extended(ticks, low, high, wanted, false);
    ticks_clip(ticks, low, high);
    return;
  }
  if (count > wanted + 1) count = log_marks(ticks, low, high, sparse, 2, 1);
  for (int stride = 1; count > wanted + 1 || stride == 1; stride++) {
    if (count <= wanted + 1) break;
    count = log_marks(ticks, low, high, plain, 1, stride);
  }
  ticks->count = count;
  ticks->format = decades > 4 || low < 1e-3 || high > 1e5 ? TICKS_POWER : TICKS_SHORT;
  if (ticks->format != TICKS_POWER) return;
  /* 2 and 5 have no short form among powers: keep their marks without words. */
  for (size_t i = 0; i < count; i++) {
    double power = log10(ticks->at[i]);

    ticks->has_label[i] = fabs(power - round(power)) < 1e-9;
  }
}

void ticks_unit(struct ticks *ticks, enum ticks_format format)
{
  memset(ticks, 0, sizeof *ticks);
  for (size_t i = 0; i <= 5; i++) {
    ticks->at[i] = (double)i / 5;
    ticks->has_label[i] = true;
  }
  ticks->count = 6;
  ticks->step = 0.2;
  ticks->decimals = 1;
  ticks->format = format;
}

void ticks_probit(struct ticks *ticks)
{
  static const double at[] = {0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99};

  memset(ticks, 0, sizeof *ticks);
  ticks->count = sizeof at / sizeof *at;
  for (size_t i = 0; i < ticks->count; i++) {
    ticks->at[i] = at[i];
    ticks->has_label[i] = true;
  }
  ticks->format = TICKS_SHORT;
}

void ticks_clip(struct ticks *ticks, double low, double high)
{
  double slack = fmin(fabs(high), fabs(low)) * 1e-12 + (high / 2 - low / 2) * 1e-9;
  size_t kept = 0;

  for (size_t i = 0; i < ticks->count; i++) {
    if (!(ticks->at[i] >= low - slack && ticks->at[i] <= high + slack)) continue;
    ticks->at[kept] = ticks->at[i];
    ticks->has_label[kept] = ticks->has_label[i];
    kept++;
  }
  ticks->count = kept;
}
