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

static int keep(struct pr *pr)
{
  pr->kept_tp = pr->last_tp;
  pr->kept_precision = pr->last_precision;
  return curve_add(&pr->curve, pr->last_tp / pr->positives, pr->last_precision, pr->last_threshold);
}

static bool is_near_kept(const struct pr *pr)
{
  const double near = 2.0 / (double)pr->options.max_points;

  return pr->options.max_points > 0 && pr->last_tp - pr->kept_tp <= near * pr->positives &&
         fabs(pr->last_precision - pr->kept_precision) <= near;
}

/* F1 = 2 TP / (called + P); compared by its reciprocal's products. */
static void watch_best(struct pr *pr, const struct sweep_cursor *at)
{
  const double called = at->tp + at->fp;

  if (pr->thresholds > 0 &&
      at->tp * (pr->best_called + pr->positives) <= pr->best_tp * (called + pr->positives))
    return;
  pr->best_tp = at->tp;
  pr->best_called = called;
  pr->best_f1_threshold = at->threshold;
}

int pr_add(struct pr *pr, const struct sweep_cursor *at)
{
  if (pr->reason) return 0;
  watch_best(pr, at);
  pr->last_tp = at->tp;
  pr->last_precision = at->tp / (at->tp + at->fp);
  pr->last_threshold = at->threshold;
  pr->ap += at->group_tp * pr->last_precision;
  if (pr->thresholds++ == 0) {
    if (curve_add(&pr->curve, 0, 1, (double)INFINITY)) return -1;
  } else if (is_near_kept(pr)) {
    pr->has_last = true;
    return 0;
  }
  pr->has_last = false;
  return keep(pr);
}

int pr_end(struct pr *pr)
{
  if (pr->reason) return 0;
  pr->ap /= pr->positives;
  pr->best_f1 = 2 * pr->best_tp / (pr->best_called + pr->positives);
  pr->best_f1_precision = pr->best_tp / pr->best_called;
  pr->best_f1_recall = pr->best_tp / pr->positives;
  return pr->has_last ? keep(pr) : 0;
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

void pr_release(struct pr *pr) { curve_release(&pr->curve); }
