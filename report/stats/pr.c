#include "stats/pr.h"

#include <math.h>

void pr_begin(struct pr *pr, double positives, double negatives,
              const struct curve_options *options)
{
  *pr = (struct pr){
      .ap = (double)NAN,
      .prevalence = positives / (positives + negatives),
      .best_f1 = (double)NAN,
      .best_f1_threshold = (double)NAN,
      .best_f1_precision = (double)NAN,
      .best_f1_recall = (double)NAN,
      .positives = positives,
  };
  if (options) pr->options = *options;
  if (!(positives > 0 || negatives > 0))
    pr->reason = "no samples";
  else if (!(positives > 0 && negatives > 0))
    pr->reason = "only one class present";
  else
    pr->ap = 0;
}

static int keep(struct pr *pr, double x, double y, double threshold)
{
  pr->kept_x = x;
  pr->kept_y = y;
  return curve_add(&pr->curve, x, y, threshold);
}

static bool is_near_kept(const struct pr *pr, double x, double y)
{
  const size_t limit = pr->options.max_points;

  return limit > 0 && fabs(x - pr->kept_x) <= 2.0 / (double)limit &&
         fabs(y - pr->kept_y) <= 2.0 / (double)limit;
}

int pr_add(struct pr *pr, const struct sweep_cursor *at)
{
  const double precision = at->tp / (at->tp + at->fp);
  const double recall = at->tp / pr->positives;
  const double f1 = 2 * at->tp / (at->tp + at->fp + pr->positives);

  if (pr->reason) return 0;
  pr->ap += at->group_tp / pr->positives * precision;
  if (!(f1 <= pr->best_f1)) {
    pr->best_f1 = f1;
    pr->best_f1_threshold = at->threshold;
    pr->best_f1_precision = precision;
    pr->best_f1_recall = recall;
  }
  pr->last_x = recall;
  pr->last_y = precision;
  pr->last_threshold = at->threshold;
  if (pr->thresholds++ == 0) {
    if (curve_add(&pr->curve, 0, 1, (double)INFINITY)) return -1;
  } else if (is_near_kept(pr, recall, precision)) {
    pr->has_last = true;
    return 0;
  }
  pr->has_last = false;
  return keep(pr, recall, precision, at->threshold);
}

int pr_end(struct pr *pr)
{
  if (pr->reason || !pr->has_last) return 0;
  return keep(pr, pr->last_x, pr->last_y, pr->last_threshold);
}

int pr_compute(struct pr *pr, const struct sweep *sweep, const struct curve_options *options)
{
  struct sweep_cursor at;

  pr_begin(pr, sweep->positives, sweep->negatives, options);
  if (sweep->reason) pr->reason = sweep->reason;
  for (sweep_start(&at, sweep); sweep_next(&at);) {
    if (pr_add(pr, &at)) goto release;
  }
  if (pr_end(pr) == 0) return 0;
release:
  pr_release(pr);
  return -1;
}

void pr_release(struct pr *pr)
{
  curve_release(&pr->curve);
}
