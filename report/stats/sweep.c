#include "stats/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parallel.h"
#include "stats/sort.h"
#include "stats/sweep_key.h"

/* Samples come in stretches of rows, each counted and then packed on its own. */
struct stretch {
  size_t nonnegative, negative; /* samples kept; then where the next of them goes */
  size_t dropped, weightless, positive_rows;
  struct sweep_sum positives, negatives;
  double squared;
  bool has_bad_weight;
};

struct packing {
  struct sweep *sweep;
  const double *score;
  const int32_t *actual;
  int32_t positive;
  const double *weight;
  struct stretch *stretch;
};

/* Which samples take part. */
static void count_samples(void *context, size_t index, size_t begin, size_t end)
{
  const struct packing *from = context;
  struct stretch sum = {0};

  for (size_t i = begin; i < end; i++) {
    const double w = from->weight ? from->weight[i] : 1.0;
    const bool is_positive = from->actual[i] == from->positive;

    if (!isfinite(w) || w < 0) {
      sum.has_bad_weight = true;
    } else if (!isfinite(from->score[i])) {
      sum.dropped++;
    } else if (w == 0) {
      sum.weightless++;
    } else {
      *(from->score[i] < 0 ? &sum.negative : &sum.nonnegative) += 1;
      sum.positive_rows += is_positive;
      if (!from->weight) continue;
      sum.squared += w * w;
      sweep_sum_add(is_positive ? &sum.positives : &sum.negatives, w);
    }
  }
  from->stretch[index] = sum;
}

/* Fills everything of the sweep but the order, and tells each stretch where its samples
 * go. */
static void add_up(struct packing *packing, size_t stretches)
{
  struct sweep *sweep = packing->sweep;
  size_t below;

  for (size_t i = 0; i < stretches; i++) {
    struct stretch *one = &packing->stretch[i];
    const size_t above = one->nonnegative;

    if (one->has_bad_weight) sweep->reason = "negative or non-finite weight";
    sweep->dropped += one->dropped;
    sweep->weightless += one->weightless;
    sweep->rows += one->nonnegative + one->negative;
    sweep->positive_rows += one->positive_rows;
    sweep_sum_join(&sweep->positive_sum, &one->positives);
    sweep_sum_join(&sweep->negative_sum, &one->negatives);
    sweep->squared += one->squared;
    one->nonnegative = sweep->nonnegative;
    sweep->nonnegative += above;
  }
  below = sweep->nonnegative;
  for (size_t i = 0; i < stretches; i++) {
    const size_t here = packing->stretch[i].negative;

    packing->stretch[i].negative = below;
    below += here;
  }
  if (!packing->weight) {
    sweep->positive_sum.sum = (double)sweep->positive_rows;
    sweep->negative_sum.sum = (double)(sweep->rows - sweep->positive_rows);
    sweep->squared = (double)sweep->rows;
  }
  sweep->positives = sweep_sum_value(&sweep->positive_sum);
  sweep->negatives = sweep_sum_value(&sweep->negative_sum);
}

static void pack_samples(void *context, size_t index, size_t begin, size_t end)
{
  const struct packing *from = context;
  struct stretch next = from->stretch[index];

  for (size_t i = begin; i < end; i++) {
    const double score = from->score[i];
    size_t place;

    if (!isfinite(score) || (from->weight && from->weight[i] == 0)) continue;
    place = score < 0 ? next.negative++ : next.nonnegative++;
    from->sweep->key[place] = sweep_pack(score, from->actual[i] == from->positive);
    if (from->weight) from->sweep->weight[place] = from->weight[i];
  }
}

static void sort_stretch(struct sweep *sweep, size_t begin, size_t count, uint64_t *spare,
                         double *spare_weight)
{
  if (sweep->weight)
    sort_pairs(sweep->key + begin, sweep->weight + begin, spare, spare_weight, count);
  else
    sort_keys(sweep->key + begin, spare, count);
}

static int sort_samples(struct sweep *sweep)
{
  const size_t below = sweep->rows - sweep->nonnegative;
  const size_t longest = below > sweep->nonnegative ? below : sweep->nonnegative;
  uint64_t *spare = malloc(longest * sizeof *spare);
  double *spare_weight = sweep->weight ? malloc(longest * sizeof *spare_weight) : NULL;
  const int status = spare && (spare_weight || !sweep->weight) ? 0 : -1;

  if (status == 0) {
    sort_stretch(sweep, 0, sweep->nonnegative, spare, spare_weight);
    sort_stretch(sweep, sweep->nonnegative, below, spare, spare_weight);
  }
  free(spare);
  free(spare_weight);
  return status;
}

/* What is known before the order is. */
static int look_at(struct packing *packing, size_t n)
{
  struct sweep *sweep = packing->sweep;
  const size_t stretches = parallel_stretches(n);

  packing->stretch = malloc((stretches + 1) * sizeof *packing->stretch);
  if (!packing->stretch) return -1;
  parallel_rows(n, count_samples, packing);
  add_up(packing, stretches);
  if (sweep->reason)
    *sweep = (struct sweep){.weighted = true, .reason = sweep->reason};
  else if (sweep->rows == 0)
    sweep->reason = "no samples";
  else if (sweep->positive_rows == 0 || sweep->positive_rows == sweep->rows)
    sweep->reason = "only one class present";
  return 0;
}

static int put_in_order(struct packing *packing, size_t n)
{
  struct sweep *sweep = packing->sweep;

  if (sweep->rows == 0) return 0;
  if (sweep->rows > SIZE_MAX / sizeof *sweep->key) return -1;
  sweep->key = malloc(sweep->rows * sizeof *sweep->key);
  if (packing->weight) sweep->weight = malloc(sweep->rows * sizeof *sweep->weight);
  if (!sweep->key || (packing->weight && !sweep->weight)) return -1;
  parallel_rows(n, pack_samples, packing);
  return sort_samples(sweep);
}

int sweep_init(struct sweep *sweep, const double *score, const int32_t *actual, int32_t positive,
               const double *weight, size_t n)
{
  struct packing packing = {sweep, score, actual, positive, weight, NULL};
  int status;

  *sweep = (struct sweep){.weighted = weight != NULL};
  status = look_at(&packing, n) || put_in_order(&packing, n) ? -1 : 0;
  free(packing.stretch);
  if (status) sweep_release(sweep);
  return status;
}

struct mirroring {
  struct sweep *sweep;
  const struct sweep *of;
};

static void mirror_rows(void *context, size_t index, size_t begin, size_t end)
{
  const struct mirroring *mirroring = context;
  struct sweep *sweep = mirroring->sweep;
  const struct sweep *of = mirroring->of;

  (void)index;
  for (size_t i = begin; i < end; i++) {
    const size_t from = of->rows - 1 - i;

    sweep->key[i] = sweep_pack(1 - sweep_score_at(of, from), !(of->key[from] & 1));
    if (of->weight) sweep->weight[i] = of->weight[from];
  }
}

/* How many scores of `of`, which fall, are more than 1: those become negative. */
static size_t count_above_one(const struct sweep *of)
{
  size_t lo = 0, hi = of->rows;

  while (lo < hi) {
    const size_t middle = lo + (hi - lo) / 2;

    if (1 - sweep_score_at(of, middle) < 0)
      lo = middle + 1;
    else
      hi = middle;
  }
  return lo;
}

static void mirror_samples(struct sweep *sweep, const struct sweep *of)
{
  struct mirroring mirroring = {sweep, of};

  sweep->nonnegative = of->rows - count_above_one(of);
  parallel_rows(of->rows, mirror_rows, &mirroring);
}

int sweep_init_complement(struct sweep *sweep, const struct sweep *of)
{
  *sweep = *of;
  sweep->key = NULL;
  sweep->weight = NULL;
  sweep->positive_rows = of->rows - of->positive_rows;
  sweep->positives = of->negatives;
  sweep->negatives = of->positives;
  sweep->positive_sum = of->negative_sum;
  sweep->negative_sum = of->positive_sum;
  sweep->nonnegative = 0;
  if (of->rows == 0) return 0;
  sweep->key = malloc(of->rows * sizeof *sweep->key);
  if (of->weight) sweep->weight = malloc(of->rows * sizeof *sweep->weight);
  if (sweep->key && (sweep->weight || !of->weight)) {
    mirror_samples(sweep, of);
    return 0;
  }
  sweep_release(sweep);
  return -1;
}

void sweep_release(struct sweep *sweep)
{
  free(sweep->key);
  free(sweep->weight);
  sweep->key = NULL;
  sweep->weight = NULL;
  sweep->rows = 0;
  sweep->nonnegative = 0;
}

double sweep_highest(const struct sweep *sweep)
{
  if (sweep->rows == 0) return (double)NAN;
  return sweep_score_at(sweep, 0);
}

double sweep_lowest(const struct sweep *sweep)
{
  if (sweep->rows == 0) return (double)NAN;
  return sweep_score_at(sweep, sweep->rows - 1);
}

bool sweep_is_constant(const struct sweep *sweep)
{
  return sweep->rows > 0 && sweep_highest(sweep) == sweep_lowest(sweep);
}
