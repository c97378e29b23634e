#include "stats/summary.h"

#include <math.h>

static void count_special(struct summary *summary, double value)
{
  if (isnan(value))
    summary->nan++;
  else if (value > 0)
    summary->posinf++;
  else
    summary->neginf++;
}

void summary_compute(struct summary *summary, const double *value, size_t n)
{
  const double nan = (double)NAN;
  double sum = 0;

  *summary = (struct summary){
      .n = n,
      .first = n ? value[0] : nan,
      .last = n ? value[n - 1] : nan,
      .last_finite = n,
      .min = nan,
      .max = nan,
      .min_index = n,
      .max_index = n,
      .mean = nan,
  };
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(value[i])) {
      count_special(summary, value[i]);
      continue;
    }
    if (summary->finite++ == 0 || value[i] < summary->min) {
      summary->min = value[i];
      summary->min_index = i;
    }
    if (summary->finite == 1 || value[i] > summary->max) {
      summary->max = value[i];
      summary->max_index = i;
    }
    sum += value[i];
    summary->last_finite = i;
  }
  if (summary->finite == 0) return;
  summary->mean = sum / (double)summary->finite;
  if (isfinite(summary->mean)) return;
  /* The sum overflowed though no value did: add shares instead. */
  summary->mean = 0;
  for (size_t i = 0; i < n; i++)
    if (isfinite(value[i])) summary->mean += value[i] / (double)summary->finite;
}
