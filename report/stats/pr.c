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

/* Whether points with this recall and a precision between `low` and `high` are near
 * the last kept one. */
static bool is_near_kept(const struct pr *pr, double tp, double low, double high)
{
  const double near = 2.0 / (double)pr->options.max_points;

  return pr->options.max_points > 0 && tp - pr->kept_tp <= near * pr->positives &&
         high - pr->kept_precision <= near && pr->kept_precision - low <= near;
}

/* F1 = 2 TP / (called + P); compared by its reciprocal's products. */
static bool is_better(const struct pr *pr, double tp, double called)
{
  return tp * (pr->best_called + pr->positives) > pr->best_tp * (called + pr->positives);
}

/* No stop of a block is better than one with the last one's tp among those that the
 * first one calls. */
static void watch_best(struct pr *pr, const struct sweep_stop *at, size_t count)
{
  if (pr->thresholds > 0 && !is_better(pr, at[count - 1].tp, at[0].tp + at[0].fp)) return;
  for (size_t i = 0; i < count; i++) {
    if (pr->thresholds + i > 0 && !is_better(pr, at[i].tp, at[i].tp + at[i].fp)) continue;
    pr->best_tp = at[i].tp;
    pr->best_fp = at[i].fp;
    pr->best_called = at[i].tp + at[i].fp;
    pr->best_f1_threshold = at[i].threshold;
  }
}

static void add_area(struct pr *pr, const struct sweep_stop *at, size_t count)
{
  double area = 0;

  for (size_t i = 0; i < count; i++) area += at[i].group_tp * (at[i].tp / (at[i].tp + at[i].fp));
  pr->ap += area;
}

static void set_last(struct pr *pr, const struct sweep_stop *at)
{
  pr->last_tp = at->tp;
  pr->last_precision = at->tp / (at->tp + at->fp);
  pr->last_threshold = at->threshold;
}

static int add_point(struct pr *pr, const struct sweep_stop *at)
{
  set_last(pr, at);
  if (pr->thresholds++ == 0) {
    if (curve_add(&pr->curve, 0, 1, (double)INFINITY)) return -1;
  } else if (is_near_kept(pr, pr->last_tp, pr->last_precision, pr->last_precision)) {
    pr->has_last = true;
    return 0;
  }
  pr->has_last = false;
  return keep(pr);
}

int pr_add(struct pr *pr, const struct sweep_stop *at, size_t count)
{
  const struct sweep_stop *first = at, *last = &at[count - 1];
  const double least = first->tp / (last->tp + last->fp), most = last->tp / (first->tp + first->fp);

  if (pr->reason) return 0;
  watch_best(pr, at, count);
  add_area(pr, at, count);
  if (pr->thresholds > 0 && is_near_kept(pr, last->tp, least, most)) {
    set_last(pr, last);
    pr->has_last = true;
    pr->thresholds += count;
    return 0;
  }
  for (size_t i = 0; i < count; i++)
    if (add_point(pr, &at[i])) return -1;
  return 0;
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
  struct sweep_stop stops[SWEEP_STOPS];
  struct sweep_cursor at;

  pr_begin(pr, sweep->positives, sweep->negatives, options);
  if (sweep->reason) pr->reason = sweep->reason;
  sweep_start(&at, sweep);
  for (size_t n; (n = sweep_next_stops(&at, stops, SWEEP_STOPS)) > 0;) {
    if (pr_add(pr, stops, n)) goto release;
  }
  if (pr_end(pr) == 0) return 0;
release:
  pr_release(pr);
  return -1;
}

void pr_release(struct pr *pr) { curve_release(&pr->curve); }
