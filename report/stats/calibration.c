#include "stats/calibration.h"

#include <math.h>
#include <stdlib.h>

#include "stats/intervals.h"
#include "stats/sort.h"

static void set_undefined(struct calibration *calibration, const char *reason)
{
  const double nan = (double)NAN;

  calibration->reason = reason;
  calibration->ece = calibration->mce = calibration->rms = nan;
  calibration->brier = calibration->brier_skill = calibration->prevalence = nan;
  calibration->mcb = calibration->dsc = calibration->unc = nan;
  calibration->rel = calibration->res = calibration->wbv = calibration->wbc = nan;
}

/* Sums over one bin; probabilities are measured from its middle, so that the
 * variance within the bin does not drown in rounding. */
struct calibration_sum {
  double middle;
  double weight, positive, p, p_squared, positive_p;
  size_t rows;
};

static void finish_bin(struct calibration_bin *bin, const struct calibration_sum *sum)
{
  struct interval wilson;

  bin->weight = sum->weight;
  bin->rows = sum->rows;
  bin->mean_probability = sum->middle + sum->p / sum->weight;
  bin->fraction_positive = sum->positive / sum->weight;
  wilson = interval_wilson(bin->fraction_positive * (double)sum->rows, (double)sum->rows, 0.95);
  bin->wilson_lo = wilson.lo;
  bin->wilson_hi = wilson.hi;
}

static void finish_bins(struct calibration *calibration, const struct calibration_sum *sums,
                        double total)
{
  for (size_t k = 0; k < calibration->bins; k++) {
    finish_bin(&calibration->bin[k], &sums[k]);
    calibration->rows += sums[k].rows;
  }
  for (size_t k = 0; k < calibration->bins; k++) {
    const struct calibration_bin *bin = &calibration->bin[k];
    const struct calibration_sum *sum = &sums[k];
    const double share = sum->weight / total;
    double gap, above;

    if (sum->rows == 0) continue;
    gap = fabs(bin->fraction_positive - bin->mean_probability);
    above = bin->fraction_positive - calibration->prevalence;
    calibration->ece += share * gap;
    calibration->mce = fmax(calibration->mce, gap);
    calibration->rms += share * gap * gap;
    calibration->res += share * above * above;
    calibration->wbv += (sum->p_squared - sum->p * sum->p / sum->weight) / total;
    calibration->wbc += 2 * (sum->positive_p - sum->positive * sum->p / sum->weight) / total;
  }
  calibration->rel = calibration->rms;
  calibration->rms = sqrt(calibration->rms);
}

/* Stops of one bin.  Sums of their own, so that nothing waits for memory. */
static void add_to_bin(struct calibration_walk *walk, struct calibration_sum *sum,
                       const struct sweep_stop *at, size_t count)
{
  struct calibration_sum more = {0};
  double squares = 0;

  for (size_t i = 0; i < count; i++) {
    const double weight = at[i].group_tp + at[i].group_fp;
    const double score = at[i].threshold, p = score - sum->middle;

    more.weight += weight;
    more.positive += at[i].group_tp;
    more.p += weight * p;
    more.p_squared += weight * p * p;
    more.positive_p += at[i].group_tp * p;
    squares += at[i].group_tp * (1 - score) * (1 - score) + at[i].group_fp * score * score;
  }
  sum->rows += at[count - 1].rows - walk->rows;
  sum->weight += more.weight;
  sum->positive += more.positive;
  sum->p += more.p;
  sum->p_squared += more.p_squared;
  sum->positive_p += more.positive_p;
  walk->rows = at[count - 1].rows;
  walk->squares += squares;
}

static void add_to_bins(struct calibration_walk *walk, const struct sweep_stop *at, size_t count)
{
  const struct calibration_bin *bin = walk->out->bin;

  for (size_t begin = 0, end; begin < count; begin = end) {
    while (walk->bin > 0 && at[begin].threshold <= bin[walk->bin].lo) walk->bin--;
    end = count;
    if (walk->bin > 0 && at[count - 1].threshold <= bin[walk->bin].lo)
      for (end = begin + 1; at[end].threshold > bin[walk->bin].lo;) end++;
    add_to_bin(walk, &walk->sum[walk->bin], at + begin, end - begin);
  }
}

static int make_room(struct calibration_walk *walk, size_t more)
{
  size_t capacity = walk->capacity ? walk->capacity : SWEEP_STOPS;
  struct calibration_step *step;
  double *positive;

  while (capacity - walk->steps < more) {
    if (capacity > SIZE_MAX / 2 / sizeof *step) return -1;
    capacity *= 2;
  }
  if (capacity == walk->capacity) return 0;
  step = realloc(walk->step, capacity * sizeof *step);
  if (!step) return -1;
  walk->step = step;
  positive = realloc(walk->positive, capacity * sizeof *positive);
  if (!positive) return -1;
  walk->positive = positive;
  walk->capacity = capacity;
  return 0;
}

/* Puts groups on the stack and pools upwards while the order is violated: as
 * scores fall, values must not rise.  There is room for them. */
static void pool_groups(struct calibration_walk *walk, const struct sweep_stop *at, size_t count)
{
  struct calibration_step *top = walk->step + walk->steps;
  double *positives = walk->positive + walk->steps;

  for (size_t i = 0; i < count; i++, top++, positives++) {
    double lo = at[i].threshold, hi = lo;
    double weight = at[i].group_tp + at[i].group_fp, positive = at[i].group_tp;

    /* Equal values are pooled too; the products avoid a division. */
    while (top > walk->step && positives[-1] * weight <= positive * top[-1].weight) {
      top--;
      positives--;
      hi = top->hi;
      weight += top->weight;
      positive += *positives;
    }
    *top = (struct calibration_step){lo, hi, 0, weight};
    *positives = positive;
  }
  walk->steps = (size_t)(top - walk->step);
}

/* Turns the stack into ascending steps; returns the Brier score of the fit. */
static double finish_steps(struct calibration_walk *walk)
{
  double brier = 0, total = 0;

  for (size_t i = 0; i < walk->steps; i++) {
    struct calibration_step *step = &walk->step[i];

    step->value = walk->positive[i] / step->weight;
    brier += step->weight * step->value * (1 - step->value);
    total += step->weight;
  }
  for (size_t i = 0; i < walk->steps / 2; i++) {
    const struct calibration_step other = walk->step[i];

    walk->step[i] = walk->step[walk->steps - 1 - i];
    walk->step[walk->steps - 1 - i] = other;
  }
  return brier / total;
}

/* Why a sweep has no calibration, or NULL.  One class alone has one. */
static const char *refusal(const struct sweep *sweep)
{
  if (sweep->rows == 0) return sweep->reason ? sweep->reason : "no samples";
  if (sweep_lowest(sweep) < 0 || sweep_highest(sweep) > 1) return "not probabilities";
  return NULL;
}

/* Both classes' weights, and not one less the other, which would lose the
 * digits of a rare class. */
static void set_prevalence(struct calibration *calibration, double positives, double negatives)
{
  calibration->prevalence = positives / (positives + negatives);
  calibration->unc = calibration->prevalence * (negatives / (positives + negatives));
}

/* The bins are empty and have no edges. */
static int begin_bins(struct calibration_walk *walk, struct calibration *calibration,
                      const struct sweep *sweep, size_t bins)
{
  const char *reason = refusal(sweep);

  *walk = (struct calibration_walk){.out = calibration};
  *calibration = (struct calibration){0};
  if (reason) {
    set_undefined(calibration, reason);
    return 0;
  }
  if (bins == 0) bins = CALIBRATION_DEFAULT_BINS;
  if (bins > CALIBRATION_MAX_BINS) bins = CALIBRATION_MAX_BINS;
  calibration->bin = calloc(bins, sizeof *calibration->bin);
  walk->sum = calloc(bins, sizeof *walk->sum);
  if (!calibration->bin || !walk->sum) return -1;
  calibration->bins = bins;
  walk->total = sweep->positives + sweep->negatives;
  set_prevalence(calibration, sweep->positives, sweep->negatives);
  return 0;
}

/* The edges stand in the bins. */
static void begin_walk(struct calibration_walk *walk)
{
  const struct calibration *calibration = walk->out;

  for (size_t k = 0; k < calibration->bins; k++)
    walk->sum[k].middle = (calibration->bin[k].lo + calibration->bin[k].hi) / 2;
  walk->bin = calibration->bins - 1;
}

int calibration_begin(struct calibration_walk *walk, struct calibration *calibration,
                      const struct sweep *sweep, size_t bins)
{
  if (begin_bins(walk, calibration, sweep, bins)) return -1;
  if (calibration->reason) return 0;
  walk->has_steps = true;
  bins = calibration->bins;
  for (size_t k = 0; k < bins; k++) {
    calibration->bin[k].lo = (double)k * (1.0 / (double)bins);
    calibration->bin[k].hi = k + 1 < bins ? (double)(k + 1) * (1.0 / (double)bins) : 1;
  }
  begin_walk(walk);
  return 0;
}

int calibration_add(struct calibration_walk *walk, const struct sweep_stop *at, size_t count)
{
  if (walk->out->reason) return 0;
  add_to_bins(walk, at, count);
  if (!walk->has_steps) return 0;
  if (make_room(walk, count)) return -1;
  pool_groups(walk, at, count);
  return 0;
}

void calibration_end(struct calibration_walk *walk)
{
  struct calibration *calibration = walk->out;
  double fitted;

  if (calibration->reason) return;
  finish_bins(calibration, walk->sum, walk->total);
  calibration->brier = walk->squares / walk->total;
  calibration->brier_skill =
      calibration->unc > 0 ? 1 - calibration->brier / calibration->unc : (double)NAN;
  calibration->mcb = calibration->dsc = (double)NAN;
  if (!walk->has_steps) return;
  fitted = finish_steps(walk);
  calibration->mcb = calibration->brier - fitted;
  calibration->dsc = calibration->unc - fitted;
  calibration->step = walk->step;
  calibration->steps = walk->steps;
  walk->step = NULL;
}

void calibration_walk_release(struct calibration_walk *walk)
{
  free(walk->sum);
  free(walk->step);
  free(walk->positive);
  *walk = (struct calibration_walk){0};
}

static int walk_all(struct calibration_walk *walk, const struct sweep *sweep)
{
  struct sweep_stop stops[SWEEP_STOPS];
  struct sweep_cursor at;

  if (walk->out->reason) return 0;
  sweep_start(&at, sweep);
  for (size_t n; (n = sweep_next_stops(&at, stops, SWEEP_STOPS)) > 0;)
    if (calibration_add(walk, stops, n)) return -1;
  calibration_end(walk);
  return 0;
}

int calibration_compute(struct calibration *calibration, const struct sweep *sweep, size_t bins)
{
  struct calibration_walk walk;
  const int status =
      calibration_begin(&walk, calibration, sweep, bins) || walk_all(&walk, sweep) ? -1 : 0;

  calibration_walk_release(&walk);
  if (status) calibration_release(calibration);
  return status;
}

/* Quantile edges of the scores, equal ones merged; the first bin is closed. */
static size_t quantile_edges(struct calibration_bin *bin, double *score, size_t n, size_t bins)
{
  double lo = score[0];
  size_t made = 0;

  for (size_t k = 1; k <= bins; k++) {
    const double hi = sort_quantile_of(score, n, k, bins);

    if (hi == lo && (k < bins || made > 0)) continue;
    bin[made++] = (struct calibration_bin){.lo = lo, .hi = hi};
    lo = hi;
  }
  return made;
}

/* The scores of a sweep, ascending. */
static double *ascending_scores(const struct sweep *sweep)
{
  double *score = malloc(sweep->rows * sizeof *score);
  struct sweep_cursor at;
  size_t next = sweep->rows;

  if (!score) return NULL;
  for (sweep_start(&at, sweep); sweep_next(&at);)
    while (next > sweep->rows - at.rows) score[--next] = at.threshold;
  return score;
}

static int set_quantile_edges(struct calibration_walk *walk, const struct sweep *sweep)
{
  double *score;

  if (walk->out->reason) return 0;
  score = ascending_scores(sweep);
  if (!score) return -1;
  walk->out->bins = quantile_edges(walk->out->bin, score, sweep->rows, walk->out->bins);
  free(score);
  begin_walk(walk);
  return 0;
}

int calibration_compute_quantile(struct calibration *calibration, const struct sweep *sweep,
                                 size_t bins)
{
  struct calibration_walk walk;
  const int status = begin_bins(&walk, calibration, sweep, bins) ||
                             set_quantile_edges(&walk, sweep) || walk_all(&walk, sweep)
                         ? -1
                         : 0;

  calibration_walk_release(&walk);
  if (status) calibration_release(calibration);
  return status;
}

void calibration_release(struct calibration *calibration)
{
  free(calibration->bin);
  free(calibration->step);
  calibration->bin = NULL;
  calibration->step = NULL;
  calibration->bins = 0;
  calibration->steps = 0;
}
