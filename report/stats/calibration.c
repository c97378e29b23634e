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
struct bin_sum {
  double middle;
  double weight, positive, p, p_squared, positive_p;
  size_t rows;
};

struct bin_total {
  double weight, positive;
};

static void finish_bin(struct calibration_bin *bin, const struct bin_sum *sum)
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

static void finish_bins(struct calibration *calibration, const struct bin_sum *sums)
{
  struct bin_total total = {0, 0};

  for (size_t k = 0; k < calibration->bins; k++) {
    finish_bin(&calibration->bin[k], &sums[k]);
    calibration->rows += sums[k].rows;
    total.weight += sums[k].weight;
    total.positive += sums[k].positive;
  }
  calibration->prevalence = total.positive / total.weight;
  calibration->unc = calibration->prevalence * (1 - calibration->prevalence);
  for (size_t k = 0; k < calibration->bins; k++) {
    const struct calibration_bin *bin = &calibration->bin[k];
    const struct bin_sum *sum = &sums[k];
    const double share = sum->weight / total.weight;
    double gap, above;

    if (sum->rows == 0) continue;
    gap = fabs(bin->fraction_positive - bin->mean_probability);
    above = bin->fraction_positive - calibration->prevalence;
    calibration->ece += share * gap;
    calibration->mce = fmax(calibration->mce, gap);
    calibration->rms += share * gap * gap;
    calibration->res += share * above * above;
    calibration->wbv += (sum->p_squared - sum->p * sum->p / sum->weight) / total.weight;
    calibration->wbc += 2 * (sum->positive_p - sum->positive * sum->p / sum->weight) / total.weight;
  }
  calibration->rel = calibration->rms;
  calibration->rms = sqrt(calibration->rms);
}

static void add_to_bin(struct bin_sum *sum, const struct sweep_cursor *at, size_t rows)
{
  const double weight = at->group_tp + at->group_fp;
  const double p = at->threshold - sum->middle;

  sum->rows += rows;
  sum->weight += weight;
  sum->positive += at->group_tp;
  sum->p += weight * p;
  sum->p_squared += weight * p * p;
  sum->positive_p += at->group_tp * p;
}

/* A growing stack of pooled groups, scores descending. */
struct pool {
  struct calibration_step *step;
  double *positive;
  size_t count, capacity;
};

static int pool_grow(struct pool *pool)
{
  const size_t capacity = pool->capacity ? 2 * pool->capacity : 64;
  struct calibration_step *step;
  double *positive;

  if (capacity > SIZE_MAX / sizeof *step) return -1;
  step = realloc(pool->step, capacity * sizeof *step);
  if (!step) return -1;
  pool->step = step;
  positive = realloc(pool->positive, capacity * sizeof *positive);
  if (!positive) return -1;
  pool->positive = positive;
  pool->capacity = capacity;
  return 0;
}

/* Puts a group on the stack and pools upwards while the order is violated: as
 * scores fall, values must not rise. */
static int pool_add(struct pool *pool, double score, double positive, double weight)
{
  if (pool->count == pool->capacity && pool_grow(pool)) return -1;
  pool->step[pool->count] = (struct calibration_step){score, score, 0, weight};
  pool->positive[pool->count] = positive;
  pool->count++;
  while (pool->count > 1) {
    struct calibration_step *above = &pool->step[pool->count - 2];
    const struct calibration_step *below = &pool->step[pool->count - 1];
    double *positives = &pool->positive[pool->count - 2];

    /* Equal values are pooled too; the products avoid a division. */
    if (positives[0] * below->weight > positives[1] * above->weight) break;
    above->lo = below->lo;
    above->weight += below->weight;
    positives[0] += positives[1];
    pool->count--;
  }
  return 0;
}

/* Turns the stack into ascending steps; returns the Brier score of the fit. */
static double pool_finish(struct pool *pool)
{
  double brier = 0, total = 0;

  for (size_t i = 0; i < pool->count; i++) {
    struct calibration_step *step = &pool->step[i];

    step->value = pool->positive[i] / step->weight;
    brier += step->weight * step->value * (1 - step->value);
    total += step->weight;
  }
  for (size_t i = 0; i < pool->count / 2; i++) {
    const struct calibration_step other = pool->step[i];

    pool->step[i] = pool->step[pool->count - 1 - i];
    pool->step[pool->count - 1 - i] = other;
  }
  return brier / total;
}

static int allocate_bins(struct calibration *calibration, struct bin_sum **sums, size_t bins)
{
  calibration->bin = calloc(bins, sizeof *calibration->bin);
  *sums = calloc(bins, sizeof **sums);
  calibration->bins = bins;
  if (calibration->bin && *sums) return 0;
  free(*sums);
  calibration_release(calibration);
  return -1;
}

/* Fills bins and pool in one walk; the edges are already in the bins. */
static int walk(struct calibration *calibration, struct bin_sum *sums, struct pool *pool,
                const struct sweep *sweep)
{
  struct sweep_cursor at;
  size_t k = calibration->bins - 1, rows = 0;
  double squares = 0;

  for (size_t b = 0; b < calibration->bins; b++)
    sums[b].middle = (calibration->bin[b].lo + calibration->bin[b].hi) / 2;
  for (sweep_start(&at, sweep); sweep_next(&at);) {
    const double p = at.threshold;

    while (k > 0 && p <= calibration->bin[k].lo) k--;
    add_to_bin(&sums[k], &at, at.rows - rows);
    rows = at.rows;
    squares += at.group_tp * (1 - p) * (1 - p) + at.group_fp * p * p;
    if (pool && pool_add(pool, p, at.group_tp, at.group_tp + at.group_fp)) return -1;
  }
  finish_bins(calibration, sums);
  calibration->brier = squares / (at.positives + at.negatives);
  calibration->brier_skill =
      calibration->unc > 0 ? 1 - calibration->brier / calibration->unc : (double)NAN;
  return 0;
}

/* Why a sweep has no calibration, or NULL.  One class alone has one. */
static const char *refusal(const struct sweep *sweep)
{
  if (sweep->rows == 0) return sweep->reason ? sweep->reason : "no samples";
  if (sweep_lowest(sweep) < 0 || sweep_highest(sweep) > 1) return "not probabilities";
  return NULL;
}

int calibration_compute(struct calibration *calibration, const struct sweep *sweep, size_t bins)
{
  const char *reason = refusal(sweep);
  struct pool pool = {NULL, NULL, 0, 0};
  struct bin_sum *sums;
  int status;

  *calibration = (struct calibration){0};
  if (reason) {
    set_undefined(calibration, reason);
    return 0;
  }
  if (bins == 0) bins = CALIBRATION_DEFAULT_BINS;
  if (bins > CALIBRATION_MAX_BINS) bins = CALIBRATION_MAX_BINS;
  if (allocate_bins(calibration, &sums, bins)) return -1;
  for (size_t k = 0; k < bins; k++) {
    calibration->bin[k].lo = (double)k * (1.0 / (double)bins);
    calibration->bin[k].hi = k + 1 < bins ? (double)(k + 1) * (1.0 / (double)bins) : 1;
  }
  status = walk(calibration, sums, &pool, sweep);
  free(sums);
  calibration->step = pool.step;
  calibration->steps = pool.count;
  if (status == 0) {
    const double fitted = pool_finish(&pool);

    calibration->mcb = calibration->brier - fitted;
    calibration->dsc = calibration->unc - fitted;
  }
  free(pool.positive);
  if (status) calibration_release(calibration);
  return status;
}

/* Quantile edges of the scores, equal ones merged; the first bin is closed. */
static size_t quantile_edges(struct calibration_bin *bin, double *score, size_t n, size_t bins)
{
  double lo = score[0];
  size_t made = 0;

  for (size_t k = 1; k <= bins; k++) {
    const double hi = sort_quantile(score, n, (double)k / (double)bins);

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

int calibration_compute_quantile(struct calibration *calibration, const struct sweep *sweep,
                                 size_t bins)
{
  const char *reason = refusal(sweep);
  struct bin_sum *sums;
  double *score;
  int status;

  *calibration = (struct calibration){0};
  if (reason) {
    set_undefined(calibration, reason);
    return 0;
  }
  if (bins == 0) bins = CALIBRATION_DEFAULT_BINS;
  if (bins > CALIBRATION_MAX_BINS) bins = CALIBRATION_MAX_BINS;
  if (allocate_bins(calibration, &sums, bins)) return -1;
  score = ascending_scores(sweep);
  if (!score) {
    free(sums);
    calibration_release(calibration);
    return -1;
  }
  calibration->bins = quantile_edges(calibration->bin, score, sweep->rows, bins);
  free(score);
  status = walk(calibration, sums, NULL, sweep);
  free(sums);
  calibration->mcb = calibration->dsc = (double)NAN;
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
