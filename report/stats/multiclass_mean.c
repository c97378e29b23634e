#include "stats/multiclass_mean.h"

#include <math.h>
#include <stdlib.h>

/* The present classes: pointers to one kind of their curves, and their weights,
 * which sum to 1. */
struct present {
  const struct curve **curve;
  const struct calibration **calibration;
  double *weight;
  size_t count;
};

void multiclass_no_delong(struct class_curves *class)
{
  const char *reason = "an average over classes";
  const struct interval none = interval_none(reason);

  class->delong = (struct delong){
      .auc = (double)NAN,
      .variance = (double)NAN,
      .wald = none,
      .logit = none,
      .best = none,
      .reason = reason,
  };
}

static int find_present(struct present *present, const struct multiclass *of, bool by_support)
{
  double support = 0;

  present->curve = calloc(of->present + 1, sizeof *present->curve);
  present->calibration = calloc(of->present + 1, sizeof *present->calibration);
  present->weight = calloc(of->present + 1, sizeof *present->weight);
  if (!present->curve || !present->calibration || !present->weight) return -1;
  for (size_t k = 0; k < of->classes; k++) {
    if (of->per_class[k].reason) continue;
    present->calibration[present->count] = &of->per_class[k].calibration;
    present->weight[present->count++] = by_support ? of->per_class[k].support : 1;
    support += by_support ? of->per_class[k].support : 1;
  }
  for (size_t i = 0; i < present->count; i++) present->weight[i] /= support;
  return 0;
}

static void mean_numbers(struct class_curves *mean, const struct multiclass *of,
                         const double *weight)
{
  mean->roc.auc = mean->pr.ap = mean->gain.accuracy_ratio = 0;
  mean->gain.prevalence = mean->pr.prevalence = mean->gain.highest_lift = 0;
  for (size_t k = 0; k < of->classes; k++) {
    const struct class_curves *class = &of->per_class[k];
    double share;

    if (class->reason) continue;
    share = *weight++;
    mean->rows += class->rows;
    mean->support += class->support;
    mean->roc.auc += class->roc.auc * share;
    mean->pr.ap += class->pr.ap * share;
    mean->pr.prevalence += class->pr.prevalence * share;
    mean->gain.prevalence += class->gain.prevalence * share;
    mean->gain.highest_lift += class->gain.highest_lift * share;
    mean->gain.accuracy_ratio += class->gain.accuracy_ratio * share;
  }
}

static const struct curve *roc_of(const struct class_curves *from) { return &from->roc.curve; }
static const struct curve *pr_of(const struct class_curves *from) { return &from->pr.curve; }
static const struct curve *gain_of(const struct class_curves *from) { return &from->gain.gain; }

static int mean_curve(struct curve *mean, const struct multiclass *of,
                      const struct present *present,
                      const struct curve *(*pick)(const struct class_curves *),
                      enum curve_rule rule, size_t max_points)
{
  size_t i = 0;

  for (size_t k = 0; k < of->classes; k++)
    if (!of->per_class[k].reason) present->curve[i++] = pick(&of->per_class[k]);
  return curve_mean(mean, present->curve, present->weight, present->count, rule, max_points);
}

/* Lift of the mean gain; no point at 0. */
static int mean_lift(struct curve *lift, const struct curve *gain)
{
  for (size_t i = 0; i < gain->count; i++) {
    if (!(gain->x[i] > 0)) continue;
    if (curve_add(lift, gain->x[i], gain->y[i] / gain->x[i], (double)NAN)) return -1;
  }
  return 0;
}

static int mean_all(struct class_curves *mean, const struct multiclass *of,
                    const struct present *present, size_t max_points)
{
  if (calibration_mean(&mean->calibration, present->calibration, present->weight, present->count))
    return -1;
  if (of->reason) {
    mean->calibration.reason = of->reason;
    return 0;
  }
  mean_numbers(mean, of, present->weight);
  if (mean_curve(&mean->roc.curve, of, present, roc_of, CURVE_LINEAR, max_points)) return -1;
  if (mean_curve(&mean->pr.curve, of, present, pr_of, CURVE_STEP, max_points)) return -1;
  if (mean_curve(&mean->gain.gain, of, present, gain_of, CURVE_LINEAR, max_points)) return -1;
  return mean_lift(&mean->gain.lift, &mean->gain.gain);
}

int multiclass_mean(struct class_curves *mean, const struct multiclass *of, bool by_support,
                    size_t max_points)
{
  struct present present = {0};
  int status = -1;

  multiclass_no_delong(mean);
  roc_begin(&mean->roc, 0, 0, NULL);
  pr_begin(&mean->pr, 0, 0, NULL);
  gain_begin(&mean->gain, 0, 0, true, NULL);
  det_begin(&mean->det, 0, 0, NULL);
  mean->det.reason = "an average over classes";
  mean->reason = mean->roc.reason = mean->pr.reason = mean->gain.reason = of->reason;
  if (find_present(&present, of, by_support) == 0)
    status = mean_all(mean, of, &present, max_points);
  free(present.curve);
  free(present.calibration);
  free(present.weight);
  return status;
}
