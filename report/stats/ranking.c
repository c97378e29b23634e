#include "stats/ranking.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stats/sort.h"

enum { LAST = 1, POSITIVE = 2, ROW_SHIFT = 2 };

#define SCORES_MAX ((size_t)1 << 30)

int ranking_init(struct ranking *ranking, const double *score, size_t count, const int32_t *actual,
                 size_t rows, int32_t first_class)
{
  uint32_t *order = malloc((count + 1) * sizeof *order);

  *ranking = (struct ranking){.count = count};
  ranking->item = malloc((count + 1) * sizeof *ranking->item);
  if (count > SCORES_MAX || !order || !ranking->item || sort_order(order, score, count)) {
    free(order);
    ranking_release(ranking);
    return -1;
  }
  for (size_t at = 0; at < count; at++) {
    const uint32_t i = order[count - 1 - at];
    const size_t row = i % rows;
    const bool positive = actual[row] == first_class + (int32_t)(i / rows);
    const bool last = at + 1 == count || score[order[count - 2 - at]] < score[i];

    ranking->item[at] =
        (uint32_t)row << ROW_SHIFT | (positive ? POSITIVE : 0u) | (last ? LAST : 0u);
  }
  free(order);
  return 0;
}

void ranking_release(struct ranking *ranking)
{
  free(ranking->item);
  *ranking = (struct ranking){0};
}

/* The weights of the two classes at one place of the ranking. */
struct totals {
  double positive, negative;
};

/* Which class a row is of is anybody's guess, so it is multiplied with, not asked:
 * a branch that is missed every other time would take longer than all the rest. */
static void areas(const struct ranking *ranking, const double *weight, double *auc, double *ap,
                  struct totals *all)
{
  double positives = 0, negatives = 0; /* above, then with the group */
  double group_positives = 0, group_negatives = 0;
  double pairs = 0, precisions = 0;

  for (size_t i = 0; i < ranking->count; i++) {
    const uint32_t item = ranking->item[i];
    const double w = weight[item >> ROW_SHIFT];
    const double positive = w * (double)((item & POSITIVE) / POSITIVE);
    double called;

    group_positives += positive;
    group_negatives += w - positive;
    if (!(item & LAST)) continue;
    pairs += group_negatives * (positives + group_positives / 2);
    positives += group_positives;
    negatives += group_negatives;
    called = positives + negatives;
    /* Where nothing is called positive yet, 0 / 1 is added. */
    precisions += group_positives * positives / (called > 0 ? called : 1);
    group_positives = group_negatives = 0;
  }
  *all = (struct totals){positives, negatives};
  *auc = pairs / positives / negatives;
  *ap = negatives > 0 ? precisions / positives : (double)NAN;
}

void ranking_areas(const struct ranking *ranking, const double *weight, double *auc, double *ap)
{
  struct totals all;

  areas(ranking, weight, auc, ap, &all);
}

/* The group of equal scores that ends before `end`. */
static size_t group_begin(const struct ranking *ranking, const double *weight, size_t end,
                          struct totals *group)
{
  size_t begin = end;

  *group = (struct totals){0, 0};
  do {
    const uint32_t item = ranking->item[--begin];
    const double w = weight[item >> ROW_SHIFT];

    if (item & POSITIVE)
      group->positive += w;
    else
      group->negative += w;
  } while (begin > 0 && !(ranking->item[begin - 1] & LAST));
  return begin;
}

void ranking_influence(const struct ranking *ranking, const double *weight, double factor,
                       double *auc_influence, double *ap_influence)
{
  double auc, ap, gained = 0, lost = 0; /* the two sums over positives further down */
  struct totals all, below = {0, 0}, group;

  areas(ranking, weight, &auc, &ap, &all);
  if (isnan(auc) || isnan(ap)) return;
  for (size_t end = ranking->count, begin; end > 0; end = begin) {
    struct totals here; /* at or above the group's score */
    double precision, called, above;

    begin = group_begin(ranking, weight, end, &group);
    here.positive = all.positive - below.positive;
    here.negative = all.negative - below.negative;
    above = here.positive - group.positive / 2;
    called = here.positive + here.negative;
    precision = called > 0 ? here.positive / called : 0;
    if (called > 0) {
      gained += group.positive * (1 - precision) / called;
      lost += group.positive * precision / called;
    }
    for (size_t i = begin; i < end; i++) {
      const size_t row = ranking->item[i] >> ROW_SHIFT;
      const double w = factor * weight[row];

      if (ranking->item[i] & POSITIVE) {
        const double right = (below.negative + group.negative / 2) / all.negative;

        auc_influence[row] += w * (right - auc) / all.positive;
        ap_influence[row] += w * (precision - ap + gained) / all.positive;
      } else {
        auc_influence[row] += w * (above / all.positive - auc) / all.negative;
        ap_influence[row] -= w * lost / all.positive;
      }
    }
    below.positive += group.positive;
    below.negative += group.negative;
  }
}
