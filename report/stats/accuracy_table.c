#include "stats/accuracy_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/sort.h"

void accuracy_table_release(struct accuracy_table *table)
{
  free(table->probability_threshold);
  free(table->percentile_threshold);
  free(table->probability);
  free(table->percentile);
  *table = (struct accuracy_table){0};
}

static int allocate(struct accuracy_table *out, size_t classes, size_t thresholds)
{
  const size_t cells = classes * thresholds;

  *out = (struct accuracy_table){.classes = classes, .thresholds = thresholds};
  if (classes > SIZE_MAX / sizeof *out->probability / thresholds) return -1;
  out->probability_threshold = calloc(thresholds, sizeof(double));
  out->percentile_threshold = calloc(thresholds, sizeof(double));
  out->probability = calloc(cells + 1, sizeof *out->probability);
  out->percentile = calloc(cells + 1, sizeof *out->percentile);
  return out->probability_threshold && out->percentile_threshold && out->probability &&
                 out->percentile
             ? 0
             : -1;
}

/* Percentiles of all scores of all classes pooled. */
static int set_thresholds(struct accuracy_table *out, const struct predictions *in)
{
  const size_t m = out->thresholds, n = in->rows;
  double *pooled;

  for (size_t i = 0; i < m; i++)
    out->probability_threshold[i] = i + 1 < m ? (double)i * (1.0 / (double)(m - 1)) : 1;
  if (n == 0 || in->classes == 0) return 0;
  if (n > SIZE_MAX / sizeof *pooled / in->classes) return -1;
  pooled = malloc(n * in->classes * sizeof *pooled);
  if (!pooled) return -1;
  for (size_t k = 0; k < in->classes; k++)
    memcpy(pooled + k * n, in->scores[k], n * sizeof *pooled);
  if (sort_doubles(pooled, n * in->classes)) {
    free(pooled);
    return -1;
  }
  for (size_t i = 0; i < m; i++)
    out->percentile_threshold[i] = sort_quantile_of(pooled, n * in->classes, i, m - 1);
  free(pooled);
  return 0;
}

/* How many of the ascending thresholds the score reaches. */
static size_t thresholds_reached(const double *threshold, size_t m, double score)
{
  size_t lo = 0, hi = m;

  while (lo < hi) {
    const size_t middle = lo + (hi - lo) / 2;

    if (threshold[middle] <= score)
      lo = middle + 1;
    else
      hi = middle;
  }
  return lo;
}

/* Each row is counted once, at the highest threshold it reaches (it lies in tp
 * or fp there); sums from both ends then spread it out.  Nothing is subtracted,
 * since weights would leave counts a little below zero. */
static void count_class(struct accuracy_count *count, const double *threshold, size_t m,
                        const struct predictions *in, size_t k)
{
  double tp = 0, fp = 0, tn = 0, fn = 0;

  for (size_t i = 0; i < in->rows; i++) {
    const double weight = in->weight ? in->weight[i] : 1;
    const bool positive = in->actual[i] == (int32_t)k;
    const size_t reached = thresholds_reached(threshold, m, in->scores[k][i]);

    if (reached > 0)
      *(positive ? &count[reached - 1].tp : &count[reached - 1].fp) += weight;
    else
      *(positive ? &fn : &tn) += weight;
  }
  for (size_t i = 0; i < m; i++) {
    count[i].tn = tn;
    count[i].fn = fn;
    tn += count[i].fp;
    fn += count[i].tp;
  }
  for (size_t i = m; i-- > 0;) {
    count[i].tp = tp += count[i].tp;
    count[i].fp = fp += count[i].fp;
  }
}

int accuracy_table_compute(struct accuracy_table *out, const struct predictions *in,
                           size_t thresholds)
{
  const size_t m = thresholds == 0 ? ACCURACY_TABLE_DEFAULT : thresholds < 2 ? 2 : thresholds;

  if (allocate(out, in->scores ? in->classes : 0, m) || (in->scores && set_thresholds(out, in))) {
    accuracy_table_release(out);
    return -1;
  }
  for (size_t k = 0; k < out->classes; k++) {
    count_class(out->probability + k * m, out->probability_threshold, m, in, k);
    count_class(out->percentile + k * m, out->percentile_threshold, m, in, k);
  }
  return 0;
}
