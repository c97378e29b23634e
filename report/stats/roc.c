#include "stats/roc.h"

#include <math.h>

static void set_point(double point[3], const struct sweep_stop *at)
{
  point[0] = at->fp;
  point[1] = at->tp;
  point[2] = at->threshold;
}

void roc_begin(struct roc *roc, double positives, double negatives,
               const struct curve_options *options)
{
  *roc = (struct roc){
      .auc = (double)NAN,
      .best_threshold = (double)NAN,
      .best_fpr = (double)NAN,
      .best_tpr = (double)NAN,
      .best_j = (double)NAN,
      .positives = positives,
      .negatives = negatives,
  };
  if (options) roc->options = *options;
  if (!(positives > 0 || negatives > 0))
    roc->reason = "no samples";
  else if (!(positives > 0 && negatives > 0))
    roc->reason = "only one class present";
}

/* Whether a point is too near the last kept one.  Distances are compared as counts,
 * so that nothing is divided. */
static bool is_near_kept(const struct roc *roc, const double point[3])
{
  const double near = 2.0 / (double)roc->options.max_points;

  return roc->options.max_points > 0 && point[0] - roc->kept_fp <= near * roc->negatives &&
         point[1] - roc->kept_tp <= near * roc->positives;
}

static int keep(struct roc *roc, const double point[3], bool is_end)
{
  if (!is_end && is_near_kept(roc, point)) return 0;
  roc->kept_fp = point[0];
  roc->kept_tp = point[1];
  return curve_add(&roc->curve, point[0] / roc->negatives, point[1] / roc->positives, point[2]);
}

static bool is_corner(const double before[3], const double point[3], const double after[3])
{
  return after[0] - point[0] != point[0] - before[0] || after[1] - point[1] != point[1] - before[1];
}

static void add_area(struct roc *roc, const struct sweep_stop *at, size_t count)
{
  double doubled = 0;

  for (size_t i = 0; i < count; i++) doubled += at[i].group_fp * (2 * at[i].tp - at[i].group_tp);
  roc->doubled_area += doubled;
}

/* J times both totals: for counts this is exact.  No stop of a block is better than
 * one with the last one's tp and the first one's fp. */
static void watch_best(struct roc *roc, const struct sweep_stop *at, size_t count)
{
  if (at[count - 1].tp * roc->negatives - at[0].fp * roc->positives <= roc->best_j) return;
  for (size_t i = 0; i < count; i++) {
    const double j = at[i].tp * roc->negatives - at[i].fp * roc->positives;

    if (j <= roc->best_j) continue; /* False for the first one, when best is NaN. */
    roc->best_j = j;
    roc->best_tp = at[i].tp;
    roc->best_fp = at[i].fp;
    roc->best_threshold = at[i].threshold;
  }
}

static int add_point(struct roc *roc, const struct sweep_stop *at)
{
  int status = 0;

  if (roc->seen == 0) {
    status = curve_add(&roc->curve, 0, 0, (double)INFINITY);
  } else {
    double now[3];

    set_point(now, at);
    if (roc->seen == 1 || roc->options.keep_collinear || is_corner(roc->held, roc->pending, now))
      status = keep(roc, roc->pending, roc->seen == 1);
  }
  for (int i = 0; i < 3; i++) roc->held[i] = roc->pending[i];
  set_point(roc->pending, at);
  roc->seen++;
  return status;
}

/* Points of a block whose last one is near the last kept one are near it too. */
static int add_points(struct roc *roc, const struct sweep_stop *at, size_t count)
{
  double last[3];

  set_point(last, &at[count - 1]);
  if (count > 1 && roc->seen > 1 && is_near_kept(roc, last)) {
    set_point(roc->held, &at[count - 2]);
    set_point(roc->pending, &at[count - 1]);
    roc->seen += count;
    return 0;
  }
  for (size_t i = 0; i < count; i++)
    if (add_point(roc, &at[i])) return -1;
  return 0;
}

int roc_add(struct roc *roc, const struct sweep_stop *at, size_t count)
{
  if (roc->reason) return 0;
  add_area(roc, at, count);
  watch_best(roc, at, count);
  return add_points(roc, at, count);
}

int roc_end(struct roc *roc)
{
  if (roc->reason) return 0;
  roc->thresholds = roc->seen;
  roc->is_constant = roc->seen == 1;
  roc->auc = roc->doubled_area / (2 * roc->positives * roc->negatives);
  roc->best_fpr = roc->best_fp / roc->negatives;
  roc->best_tpr = roc->best_tp / roc->positives;
  roc->best_j = roc->best_tpr - roc->best_fpr;
  return keep(roc, roc->pending, true);
}

int roc_compute(struct roc *roc, const struct sweep *sweep, const struct curve_options *options)
{
  struct sweep_stop stops[SWEEP_STOPS];
  struct sweep_cursor at;

  roc_begin(roc, sweep->positives, sweep->negatives, options);
  if (sweep->reason) roc->reason = sweep->reason;
  sweep_start(&at, sweep);
  for (size_t n; (n = sweep_next_stops(&at, stops, SWEEP_STOPS)) > 0;) {
    if (roc_add(roc, stops, n)) goto release;
  }
  if (roc_end(roc) == 0) return 0;
release:
  roc_release(roc);
  return -1;
}

void roc_release(struct roc *roc) { curve_release(&roc->curve); }

double roc_partial_auc(const struct roc *roc, double max_fpr, double *raw)
{
  const struct curve *curve = &roc->curve;
  const double low = max_fpr * max_fpr / 2;
  double doubled = 0;
  size_t i;

  if (raw) *raw = (double)NAN;
  if (curve->count < 2 || !(max_fpr > 0) || max_fpr > 1) return (double)NAN;
  for (i = 1; i < curve->count && curve->x[i] <= max_fpr; i++)
    doubled += (curve->x[i] - curve->x[i - 1]) * (curve->y[i] + curve->y[i - 1]);
  if (i < curve->count)
    doubled += (max_fpr - curve->x[i - 1]) * (curve_at(curve, max_fpr) + curve->y[i - 1]);
  if (raw) *raw = doubled / 2;
  if (max_fpr == 1) return doubled / 2;
  return 0.5 * (1 + (doubled / 2 - low) / (max_fpr - low));
}
