#include "stats/gain.h"

#include <math.h>

void gain_begin(struct gain *gain, double positives, double negatives, bool weighted,
                const struct curve_options *options)
{
  const double total = positives + negatives;

  *gain = (struct gain){
      .prevalence = positives / total,
      .highest_lift = total / positives,
      .accuracy_ratio = (double)NAN,
      .ks = (double)NAN,
      .ks_signed = (double)NAN,
      .ks_threshold = (double)NAN,
      .ks_p = (double)NAN,
      .positives = positives,
      .negatives = negatives,
      .weighted = weighted,
  };
  if (options) gain->options = *options;
  if (!(positives > 0 || negatives > 0))
    gain->reason = "no samples";
  else if (!(positives > 0 && negatives > 0))
    gain->reason = "only one class present";
  if (gain->reason) gain->highest_lift = (double)NAN;
}

/* One tenth ends where `tp` and `fp` have been reached. */
static void end_decile(struct gain *gain, double tp, double fp, double score)
{
  const double total = gain->positives + gain->negatives;
  const size_t d = gain->deciles++;
  const double tp_before = d > 0 ? gain->decile[d - 1].cumulative_gain * gain->positives : 0;
  const double share = (double)(d + 1) / GAIN_DECILES;
  struct gain_decile *decile = &gain->decile[d];

  decile->rows = total / GAIN_DECILES;
  decile->positives = tp - tp_before;
  decile->rate = decile->positives / decile->rows;
  decile->lift = decile->rate / gain->prevalence;
  decile->cumulative_gain = tp / gain->positives;
  decile->cumulative_lift = decile->cumulative_gain / share;
  decile->ks = tp / gain->positives - fp / gain->negatives;
  decile->lowest_score = score;
}

/* Ends every tenth but the last, which gain_end ends, whose boundary lies within
 * the group just entered; the group is shared out in proportion. */
static void watch_deciles(struct gain *gain, const struct sweep_stop *at)
{
  const double total = gain->positives + gain->negatives;
  const double reached = at->tp + at->fp;
  const double group = at->group_tp + at->group_fp;

  while (gain->deciles < GAIN_DECILES - 1) {
    const double boundary = total * (double)(gain->deciles + 1) / GAIN_DECILES;
    const double left = (reached - boundary) / group;

    gain->boundary = boundary;
    if (reached < boundary) return;
    end_decile(gain, at->tp - at->group_tp * left, at->fp - at->group_fp * left, at->threshold);
  }
  gain->boundary = (double)INFINITY;
}

/* The distance of tpr and fpr times both totals: exact for counts. */
static double distance(const struct gain *gain, double tp, double fp)
{
  return tp * gain->negatives - fp * gain->positives;
}

/* No stop of a block is further off than one with the most of one class and the least
 * of the other. */
static void watch_ks(struct gain *gain, const struct sweep_stop *at, size_t count)
{
  const struct sweep_stop *first = at, *last = &at[count - 1];

  if (distance(gain, last->tp, first->fp) <= gain->ks &&
      -distance(gain, first->tp, last->fp) <= gain->ks)
    return;
  for (size_t i = 0; i < count; i++) {
    const double d = distance(gain, at[i].tp, at[i].fp);

    if (fabs(d) <= gain->ks) continue; /* False for the first one, when ks is NaN. */
    gain->ks = fabs(d);
    gain->ks_signed = d;
    gain->ks_threshold = at[i].threshold;
  }
}

/* Is the point near the last kept one, in both directions and in lift?  Compared as
 * counts, without dividing. */
static bool is_near_kept(const struct gain *gain, double tp, double called)
{
  const double near = 2.0 / (double)gain->options.max_points;

  return gain->options.max_points > 0 &&
         called - gain->kept_called <= near * (gain->positives + gain->negatives) &&
         tp - gain->kept_tp <= near * gain->positives &&
         fabs(tp * gain->kept_called - gain->kept_tp * called) <= near * called * gain->kept_called;
}

/* Are all points of a block?  Each has a lift between that of the least tp among the
 * most called and the reverse. */
static bool are_near_kept(const struct gain *gain, const struct sweep_stop *first,
                          const struct sweep_stop *last)
{
  const double near = 2.0 / (double)gain->options.max_points;
  const double least = first->tp + first->fp, most = last->tp + last->fp;
  const double apart = near * least * gain->kept_called;

  return gain->options.max_points > 0 &&
         most - gain->kept_called <= near * (gain->positives + gain->negatives) &&
         last->tp - gain->kept_tp <= near * gain->positives &&
         last->tp * gain->kept_called - gain->kept_tp * least <= apart &&
         gain->kept_tp * most - first->tp * gain->kept_called <= apart;
}

static int keep(struct gain *gain, double tp, double called, double threshold)
{
  const double x = called / (gain->positives + gain->negatives);
  const double y = tp / gain->positives;

  gain->kept_tp = tp;
  gain->kept_called = called;
  if (curve_add(&gain->gain, x, y, threshold)) return -1;
  return curve_add(&gain->lift, x, y / x, threshold);
}

int gain_add(struct gain *gain, const struct sweep_stop *at, size_t count)
{
  const struct sweep_stop *last = &at[count - 1];
  double doubled = 0;

  if (gain->reason) return 0;
  if (gain->gain.count == 0 && curve_add(&gain->gain, 0, 0, (double)INFINITY)) return -1;
  for (size_t i = 0; i < count; i++) doubled += at[i].group_fp * (2 * at[i].tp - at[i].group_tp);
  gain->doubled_area += doubled;
  watch_ks(gain, at, count);
  for (size_t i = 0; last->tp + last->fp >= gain->boundary && i < count; i++)
    if (at[i].tp + at[i].fp >= gain->boundary) watch_deciles(gain, &at[i]);
  gain->last_tp = last->tp;
  gain->last_fp = last->fp;
  gain->last_threshold = last->threshold;
  if (gain->lift.count > 0 && are_near_kept(gain, at, last)) return 0;
  for (size_t i = 0; i < count; i++) {
    const double called = at[i].tp + at[i].fp;

    if (gain->lift.count > 0 && is_near_kept(gain, at[i].tp, called)) continue;
    if (keep(gain, at[i].tp, called, at[i].threshold)) return -1;
  }
  return 0;
}

/* The asymptotic tail of the two-sample statistic. */
static double ks_tail(double d, double n1, double n0)
{
  const double root = sqrt(n1 * n0 / (n1 + n0));
  const double lambda = (root + 0.12 + 0.11 / root) * d;
  double sum = 0, sign = 1;

  if (lambda < 0.2) return 1; /* The series is 1 there to 13 digits, and slow. */
  for (int j = 1; j <= 100; j++) {
    const double term = exp(-2.0 * j * j * lambda * lambda);

    sum += sign * term;
    if (term < 1e-18) break;
    sign = -sign;
  }
  return fmin(1, fmax(0, 2 * sum));
}

int gain_end(struct gain *gain)
{
  const size_t points = gain->gain.count;

  if (gain->reason) return 0;
  /* The last one; more where a rounding error keeps the walk from a boundary. */
  while (gain->deciles < GAIN_DECILES)
    end_decile(gain, gain->last_tp, gain->last_fp, gain->last_threshold);
  gain->ks_signed /= gain->positives * gain->negatives;
  gain->ks = fabs(gain->ks_signed);
  gain->accuracy_ratio = gain->doubled_area / (gain->positives * gain->negatives) - 1;
  if (!gain->weighted) gain->ks_p = ks_tail(gain->ks, gain->positives, gain->negatives);
  if (points > 0 && gain->gain.threshold[points - 1] == gain->last_threshold) return 0;
  return keep(gain, gain->last_tp, gain->last_tp + gain->last_fp, gain->last_threshold);
}

int gain_compute(struct gain *gain, const struct sweep *sweep, const struct curve_options *options)
{
  struct sweep_stop stops[SWEEP_STOPS];
  struct sweep_cursor at;

  gain_begin(gain, sweep->positives, sweep->negatives, sweep->weighted, options);
  if (sweep->reason) gain->reason = sweep->reason;
  sweep_start(&at, sweep);
  for (size_t n; (n = sweep_next_stops(&at, stops, SWEEP_STOPS)) > 0;) {
    if (gain_add(gain, stops, n)) goto release;
  }
  if (gain_end(gain) == 0) return 0;
release:
  gain_release(gain);
  return -1;
}

void gain_release(struct gain *gain)
{
  curve_release(&gain->gain);
  curve_release(&gain->lift);
}

void gain_perfect(const struct gain *gain, double x[3], double y[3])
{
  x[0] = 0;
  y[0] = 0;
  x[1] = gain->prevalence;
  y[1] = 1;
  x[2] = 1;
  y[2] = 1;
}
