#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/accuracy_table.h"

/* Counts of one class, or summed, at ascending thresholds. */
struct rows {
  const struct accuracy_count *count;
  const double *threshold;
  size_t n;
};

void accuracy_curves_release(struct accuracy_curves *curves)
{
  curve_release(&curves->roc);
  curve_release(&curves->pr);
  curve_release(&curves->gain);
  curve_release(&curves->lift);
  curve_release(&curves->calibration);
  free(curves->calibration_count);
  curves->calibration_count = NULL;
}

static void begin(struct accuracy_curves *out)
{
  *out = (struct accuracy_curves){
      .auc = (double)NAN,
      .ap = (double)NAN,
      .prevalence = (double)NAN,
      .is_approximate = true,
  };
}

static bool is_count(double value) { return isfinite(value) && value >= 0; }

/* Why the rows make no curve, or NULL. */
static const char *refusal(const struct rows *rows)
{
  if (rows->n == 0 || !rows->count) return "no thresholds";
  for (size_t i = 0; i < rows->n; i++) {
    const struct accuracy_count *c = &rows->count[i];

    if (!is_count(c->tp) || !is_count(c->fp) || !is_count(c->tn) || !is_count(c->fn))
      return "a count is negative or not a number";
  }
  if (rows->count->tp + rows->count->fn + rows->count->fp + rows->count->tn == 0)
    return "class absent";
  if (rows->count->tp + rows->count->fn == 0 || rows->count->fp + rows->count->tn == 0)
    return "only one class present";
  return NULL;
}

/* ROC, precision-recall, gain and lift of one row. */
static int add_row(struct accuracy_curves *out, const struct accuracy_count *c, double threshold)
{
  const double called = c->tp + c->fp;
  const double positives = c->tp + c->fn;
  const double recall = c->tp / positives;
  const double x = called / (called + c->tn + c->fn);

  if (curve_add(&out->roc, c->fp / (c->fp + c->tn), recall, threshold)) return -1;
  if (called == 0) return 0; /* The ends at 0 are there already. */
  if (curve_add(&out->pr, recall, c->tp / called, threshold)) return -1;
  if (curve_add(&out->gain, x, recall, threshold)) return -1;
  return curve_add(&out->lift, x, recall / x, threshold);
}

/* Rows from the highest threshold to the lowest, so that x ascends. */
static int add_curves(struct accuracy_curves *out, const struct rows *rows)
{
  const double top = (double)INFINITY;

  if (curve_add(&out->roc, 0, 0, top) || curve_add(&out->pr, 0, 1, top) ||
      curve_add(&out->gain, 0, 0, top))
    return -1;
  for (size_t i = rows->n; i-- > 0;) {
    const struct accuracy_count *c = &rows->count[i];

    if (i + 1 < rows->n && memcmp(c, c + 1, sizeof *c) == 0) continue;
    if (add_row(out, c, rows->threshold ? rows->threshold[i] : (double)NAN)) return -1;
  }
  /* A table whose lowest threshold lies above some scores lacks the end. */
  if (out->roc.x[out->roc.count - 1] < 1 || out->roc.y[out->roc.count - 1] < 1) {
    const double all = 1;

    if (curve_add(&out->roc, all, all, -top)) return -1;
    if (curve_add(&out->gain, all, all, -top)) return -1;
  }
  return 0;
}

static void measure(struct accuracy_curves *out, const struct rows *rows)
{
  const struct accuracy_count *c = rows->count;

  out->prevalence = (c->tp + c->fn) / (c->tp + c->fn + c->fp + c->tn);
  out->auc = curve_area(&out->roc);
  out->ap = 0;
  for (size_t i = 1; i < out->pr.count; i++)
    out->ap += (out->pr.x[i] - out->pr.x[i - 1]) * out->pr.y[i];
}

/* Differences of adjacent rows of the probability table, `step` at a time; the
 * last interval is closed at the top by what reaches the last threshold. */
static int add_calibration(struct accuracy_curves *out, const struct rows *rows, size_t bins)
{
  const size_t intervals = rows->n > 1 ? rows->n - 1 : 0;
  const size_t wished = bins > 0 ? bins : 10;
  const size_t step = intervals > wished ? intervals / wished : 1;

  if (intervals == 0 || !rows->threshold) return 0;
  out->calibration_count = calloc(intervals, sizeof(double));
  if (!out->calibration_count) return -1;
  for (size_t i = 0; i < intervals; i += step) {
    const size_t end = i + step < intervals ? i + step : intervals;
    const struct accuracy_count *lo = &rows->count[i], *hi = &rows->count[end];
    const bool is_last = end == intervals;
    const double tp = lo->tp - (is_last ? 0 : hi->tp);
    const double called = tp + lo->fp - (is_last ? 0 : hi->fp);

    if (!(called > 0)) continue;
    out->calibration_count[out->calibration.count] = called;
    if (curve_add(&out->calibration, (rows->threshold[i] + rows->threshold[end]) / 2, tp / called,
                  rows->threshold[i]))
      return -1;
  }
  return 0;
}

/* All curves of given rows; `percentile` may be empty. */
static int compute(struct accuracy_curves *out, const struct rows *probability,
                   const struct rows *percentile, size_t bins)
{
  const char *calibration_reason = refusal(probability);
  const struct rows *rows =
      percentile->n > 0 && (!refusal(percentile) || calibration_reason) ? percentile : probability;

  begin(out);
  out->reason = refusal(rows);
  if (out->reason) return 0;
  if (add_curves(out, rows)) goto release;
  measure(out, rows);
  if (!calibration_reason && add_calibration(out, probability, bins)) goto release;
  return 0;
release:
  accuracy_curves_release(out);
  return -1;
}

int accuracy_curves_of_class(struct accuracy_curves *out, const struct accuracy_source *source,
                             size_t k)
{
  const struct rows probability = {
      .count = source->probability ? source->probability + k * source->probability_count : NULL,
      .threshold = source->probability_threshold,
      .n = source->probability_count,
  };
  const struct rows percentile = {
      .count = source->percentile ? source->percentile + k * source->percentile_count : NULL,
      .threshold = source->percentile_threshold,
      .n = source->percentile ? source->percentile_count : 0,
  };

  if (k >= source->classes) {
    begin(out);
    out->reason = "class absent";
    return 0;
  }
  return compute(out, &probability, &percentile, source->calibration_bins);
}

static void sum_classes(struct accuracy_count *sum, const struct accuracy_count *count, size_t n,
                        size_t classes)
{
  for (size_t i = 0; i < n * classes; i++) {
    sum[i % n].tp += count[i].tp;
    sum[i % n].fp += count[i].fp;
    sum[i % n].tn += count[i].tn;
    sum[i % n].fn += count[i].fn;
  }
}

int accuracy_curves_micro(struct accuracy_curves *out, const struct accuracy_source *source)
{
  const size_t n = source->probability ? source->probability_count : 0;
  const size_t m = source->percentile ? source->percentile_count : 0;
  struct accuracy_count *sum = calloc(n + m + 1, sizeof *sum);
  const struct rows probability = {sum, source->probability_threshold, n};
  struct rows percentile = {NULL, source->percentile_threshold, m};
  int status;

  begin(out);
  if (!sum) return -1;
  if (m > 0) percentile.count = sum + n;
  if (n > 0) sum_classes(sum, source->probability, n, source->classes);
  if (m > 0) sum_classes(sum + n, source->percentile, m, source->classes);
  status = compute(out, &probability, &percentile, source->calibration_bins);
  free(sum);
  return status;
}

static int mean_calibration(struct accuracy_curves *out, const struct accuracy_curves *part,
                            size_t count)
{
  size_t total = 0;

  for (size_t k = 0; k < count; k++) total += part[k].calibration.count;
  if (total == 0) return 0;
  out->calibration_count = calloc(total, sizeof(double));
  if (!out->calibration_count) return -1;
  /* Intervals are the same for all classes: average those that start alike. */
  for (double next = -(double)INFINITY, lowest;; next = lowest) {
    double x = 0, y = 0, n = 0, used = 0;

    lowest = (double)INFINITY;
    for (size_t k = 0; k < count; k++)
      for (size_t i = 0; i < part[k].calibration.count; i++)
        if (part[k].calibration.threshold[i] > next)
          lowest = fmin(lowest, part[k].calibration.threshold[i]);
    if (isinf(lowest)) return 0;
    for (size_t k = 0; k < count; k++) {
      for (size_t i = 0; i < part[k].calibration.count; i++) {
        if (part[k].calibration.threshold[i] != lowest) continue;
        x += part[k].calibration.x[i];
        y += part[k].calibration.y[i];
        n += part[k].calibration_count[i];
        used++;
      }
    }
    out->calibration_count[out->calibration.count] = n;
    if (curve_add(&out->calibration, x / used, y / used, lowest)) return -1;
  }
}

/* Rates of all usable classes at one threshold, averaged. */
static int add_mean_row(struct accuracy_curves *out, const struct accuracy_curves *part,
                        const struct accuracy_count *count, size_t n, size_t classes, size_t i,
                        double threshold)
{
  double fpr = 0, recall = 0, precision = 0, x = 0, used = 0;

  for (size_t k = 0; k < classes; k++) {
    const struct accuracy_count *c = &count[k * n + i];
    const double called = c->tp + c->fp;

    if (part[k].reason || c->tp + c->fn == 0 || c->fp + c->tn == 0) continue;
    fpr += c->fp / (c->fp + c->tn);
    recall += c->tp / (c->tp + c->fn);
    precision += called > 0 ? c->tp / called : 1;
    x += called / (called + c->tn + c->fn);
    used++;
  }
  if (used == 0) return 0;
  fpr /= used;
  recall /= used;
  precision /= used;
  x /= used;
  if (curve_add(&out->roc, fpr, recall, threshold)) return -1;
  if (x == 0) return 0; /* The ends at 0 are there already. */
  if (curve_add(&out->pr, recall, precision, threshold)) return -1;
  if (curve_add(&out->gain, x, recall, threshold)) return -1;
  return curve_add(&out->lift, x, recall / x, threshold);
}

static int mean_parts(struct accuracy_curves *out, const struct accuracy_curves *part,
                      const struct accuracy_source *source, double used)
{
  const bool percentile = source->percentile && source->percentile_count > 0;
  const struct accuracy_count *count = percentile ? source->percentile : source->probability;
  const double *threshold =
      percentile ? source->percentile_threshold : source->probability_threshold;
  const size_t n = percentile ? source->percentile_count : source->probability_count;
  const double top = (double)INFINITY;

  out->auc = out->ap = out->prevalence = 0;
  for (size_t k = 0; k < source->classes; k++) {
    if (part[k].reason) continue;
    out->auc += part[k].auc / used;
    out->ap += part[k].ap / used;
    out->prevalence += part[k].prevalence / used;
  }
  if (curve_add(&out->roc, 0, 0, top) || curve_add(&out->pr, 0, 1, top) ||
      curve_add(&out->gain, 0, 0, top))
    return -1;
  for (size_t i = n; i-- > 0;) {
    if (add_mean_row(out, part, count, n, source->classes, i,
                     threshold ? threshold[i] : (double)NAN))
      return -1;
  }
  return mean_calibration(out, part, source->classes);
}

int accuracy_curves_macro(struct accuracy_curves *out, const struct accuracy_source *source)
{
  const size_t classes = source->classes;
  struct accuracy_curves *part = calloc(classes + 1, sizeof *part);
  size_t used = 0;
  int status = part ? 0 : -1;

  begin(out);
  for (size_t k = 0; status == 0 && k < classes; k++) {
    status = accuracy_curves_of_class(&part[k], source, k);
    used += status == 0 && !part[k].reason;
  }
  if (status == 0 && used > 0) status = mean_parts(out, part, source, (double)used);
  if (used == 0) out->reason = "no class has a curve";
  for (size_t k = 0; part && k < classes; k++) accuracy_curves_release(&part[k]);
  free(part);
  if (status) accuracy_curves_release(out);
  return status;
}
