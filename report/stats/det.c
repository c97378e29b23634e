#include "stats/det.h"

#include <math.h>

/* A chart's axes end at 0.01; rates far below it need not be told apart finely. */
#define RATE_FLOOR 0.001
#define NEAR_FACTOR 20.0
#define NEAR_MAX 0.5

void det_begin(struct det *det, double positives, double negatives,
               const struct curve_options *options)
{
  *det = (struct det){
      .eer = (double)NAN,
      .eer_threshold = (double)NAN,
      .positives = positives,
      .negatives = negatives,
      .last_threshold = (double)INFINITY,
  };
  if (options && options->max_points)
    det->near = fmin(NEAR_MAX, NEAR_FACTOR / (double)options->max_points);
  if (!(positives > 0 || negatives > 0))
    det->reason = "no samples";
  else if (!(positives > 0 && negatives > 0))
    det->reason = "only one class present";
}

/* How much further `sum` of `total` may go without a move that can be seen: on
 * the normal-quantile scale a rate moves by about its relative change. */
static double next_sum(double sum, double total, double near)
{
  const double rate = sum / total;

  return sum + near * fmax(RATE_FLOOR, fmin(rate, 1 - rate)) * total;
}

static int keep(struct det *det, double tp, double fp, double threshold)
{
  det->has_last = false;
  /* Where the last positive is found, the curve ends: that point is kept too. */
  det->next_tp = tp < det->positives ? fmin(next_sum(tp, det->positives, det->near), det->positives)
                                     : (double)INFINITY;
  det->next_fp = fp > 0 ? next_sum(fp, det->negatives, det->near) : 0;
  return curve_add(&det->curve, fp / det->negatives, (det->positives - tp) / det->positives,
                   threshold);
}

/* The first point at or beyond fpr = fnr, and the one before it. */
static void watch_crossing(struct det *det, const struct sweep_stop *at)
{
  const double after = (det->positives - at->tp) / det->positives - at->fp / det->negatives;
  double before, share, from;

  if (after > 0) return;
  from = det->last_fp / det->negatives;
  before = (det->positives - det->last_tp) / det->positives - from;
  share = before / (before - after);
  det->eer = from + share * (at->fp / det->negatives - from);
  det->eer_threshold = before < -after ? det->last_threshold : at->threshold;
  det->is_crossed = true;
}

static bool is_near(const struct det *det, const struct sweep_stop *at)
{
  return det->near > 0 && at->tp < det->next_tp && at->fp <= det->next_fp;
}

static void set_last(struct det *det, const struct sweep_stop *at, bool was_left_out)
{
  det->has_last = was_left_out;
  det->last_tp = at->tp;
  det->last_fp = at->fp;
  det->last_threshold = at->threshold;
}

static int add_point(struct det *det, const struct sweep_stop *at)
{
  const bool is_left_out = is_near(det, at);

  if (!det->is_crossed) watch_crossing(det, at);
  if (!is_left_out) {
    /* The last threshold without a false positive is where the curve begins. */
    if (at->fp > 0 && det->last_fp == 0 && det->has_last &&
        keep(det, det->last_tp, 0, det->last_threshold))
      return -1;
    if (keep(det, at->tp, at->fp, at->threshold)) return -1;
  }
  set_last(det, at, is_left_out);
  return 0;
}

/* A block whose last point is near the last kept one holds no other. */
int det_add(struct det *det, const struct sweep_stop *at, size_t count)
{
  if (det->reason) return 0;
  if (det->curve.count == 0 && keep(det, 0, 0, (double)INFINITY)) return -1;
  if (det->is_crossed && is_near(det, &at[count - 1])) {
    set_last(det, &at[count - 1], true);
    return 0;
  }
  for (size_t i = 0; i < count; i++)
    if (add_point(det, &at[i])) return -1;
  return 0;
}

/* From the last point of fpr 0 to the first of fnr 0. */
static void find_part(struct det *det)
{
  const struct curve *curve = &det->curve;
  size_t last = 0;

  while (det->first + 1 < curve->count && curve->x[det->first + 1] == 0) det->first++;
  while (last + 1 < curve->count && curve->y[last] > 0) last++;
  /* A perfect model reaches fnr 0 before its first false positive. */
  if (last < det->first) last = det->first;
  det->count = curve->count ? last - det->first + 1 : 0;
}

int det_end(struct det *det)
{
  if (det->reason) return 0;
  if (det->has_last && keep(det, det->last_tp, det->last_fp, det->last_threshold)) return -1;
  find_part(det);
  return 0;
}

int det_compute(struct det *det, const struct sweep *sweep, const struct curve_options *options)
{
  struct sweep_stop stops[SWEEP_STOPS];
  struct sweep_cursor at;

  det_begin(det, sweep->positives, sweep->negatives, options);
  if (sweep->reason) det->reason = sweep->reason;
  sweep_start(&at, sweep);
  for (size_t n; (n = sweep_next_stops(&at, stops, SWEEP_STOPS)) > 0;) {
    if (det_add(det, stops, n)) goto release;
  }
  if (det_end(det) == 0) return 0;
release:
  det_release(det);
  return -1;
}

void det_release(struct det *det) { curve_release(&det->curve); }
