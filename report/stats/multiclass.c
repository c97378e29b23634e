#include "stats/multiclass.h"

#include <math.h>
#include <stdlib.h>

#include "stats/multiclass_mean.h"

/* What is needed while all classes are computed, one of each per class. */
struct scratch {
  struct sweep *sweep;
  const struct calibration **calibration;
};

static void class_release(struct class_curves *class)
{
  roc_release(&class->roc);
  pr_release(&class->pr);
  gain_release(&class->gain);
  det_release(&class->det);
  calibration_release(&class->calibration);
}

/* Begins the four curves that hang on one walk. */
static void begin(struct class_curves *class, const struct sweep_cursor *at, bool weighted,
                  const struct curve_options *options)
{
  roc_begin(&class->roc, at->positives, at->negatives, options);
  pr_begin(&class->pr, at->positives, at->negatives, options);
  gain_begin(&class->gain, at->positives, at->negatives, weighted, options);
  det_begin(&class->det, at->positives, at->negatives, options);
  class->reason = class->roc.reason;
  class->support = at->positives;
}

/* `table` may be NULL. */
static int walk(struct class_curves *class, struct sweep_cursor *at, struct threshold_table *table)
{
  if (class->reason) return 0;
  while (sweep_next(at)) {
    if (roc_add(&class->roc, at) || pr_add(&class->pr, at) || gain_add(&class->gain, at) ||
        det_add(&class->det, at))
      return -1;
    if (table) threshold_table_add(table, at);
  }
  if (roc_end(&class->roc) || pr_end(&class->pr) || gain_end(&class->gain) || det_end(&class->det))
    return -1;
  if (table) threshold_table_end(table, &class->roc, &class->pr);
  return 0;
}

static int compute_class(struct class_curves *class, const struct sweep *sweep,
                         struct threshold_table *table, const struct multiclass_options *options)
{
  struct sweep_cursor at;

  sweep_start(&at, sweep);
  begin(class, &at, sweep->weighted, &options->curves);
  class->rows = sweep->positive_rows;
  delong_compute(&class->delong, sweep, options->level);
  if (table)
    threshold_table_begin(table, at.positives, at.negatives, sweep->weighted, options->thresholds);
  if (walk(class, &at, table)) return -1;
  return calibration_compute(&class->calibration, sweep, options->bins);
}

static int compute_micro(struct multiclass *out, const struct sweep *sweeps,
                         const struct calibration *const *calibrations,
                         const struct multiclass_options *options)
{
  struct sweep_cursor at;
  int status;

  multiclass_no_delong(&out->micro);
  if (sweep_start_merged(&at, sweeps, out->classes)) return -1;
  begin(&out->micro, &at, true, &options->curves);
  status = walk(&out->micro, &at, NULL);
  sweep_stop(&at);
  if (status) return -1;
  for (size_t k = 0; k < out->classes; k++) out->micro.rows += out->per_class[k].rows;
  out->auc_micro = out->micro.roc.auc;
  out->ap_micro = out->micro.pr.ap;
  return calibration_merge(&out->micro.calibration, calibrations, out->classes);
}

/* All classes, then their averages; the sweeps are kept for the micro walk. */
static int compute_all(struct multiclass *out, const struct scratch *scratch,
                       const struct predictions *in, const struct multiclass_options *options)
{
  for (size_t k = 0; k < out->classes; k++) {
    struct sweep *sweep = &scratch->sweep[k];
    struct threshold_table *table =
        options->thresholds && k == options->thresholds_class ? &out->thresholds : NULL;

    if (sweep_init(sweep, in->scores[k], in->actual, (int32_t)k, in->weight, in->rows)) return -1;
    if (compute_class(&out->per_class[k], sweep, table, options)) return -1;
    if (!out->per_class[k].reason) out->present++;
    scratch->calibration[k] = &out->per_class[k].calibration;
  }
  if (out->present == 0) out->reason = "only one class present";
  if (compute_micro(out, scratch->sweep, scratch->calibration, options)) return -1;
  if (multiclass_mean(&out->macro, out, false, options->curves.max_points)) return -1;
  if (multiclass_mean(&out->weighted, out, true, options->curves.max_points)) return -1;
  if (out->reason) return 0;
  out->auc_macro = out->macro.roc.auc;
  out->ap_macro = out->macro.pr.ap;
  out->auc_weighted = out->weighted.roc.auc;
  out->ap_weighted = out->weighted.pr.ap;
  return 0;
}

static int compute_in_scratch(struct multiclass *out, const struct predictions *in,
                              const struct multiclass_options *options)
{
  struct scratch scratch = {
      .sweep = calloc(in->classes, sizeof *scratch.sweep),
      .calibration = calloc(in->classes, sizeof *scratch.calibration),
  };
  int status = -1;

  if (scratch.sweep && scratch.calibration) status = compute_all(out, &scratch, in, options);
  for (size_t k = 0; scratch.sweep && k < in->classes; k++) sweep_release(&scratch.sweep[k]);
  free(scratch.sweep);
  free(scratch.calibration);
  return status;
}

static void set_undefined(struct multiclass *out)
{
  const double nan = (double)NAN;

  *out = (struct multiclass){0};
  out->auc_macro = out->auc_weighted = out->auc_micro = nan;
  out->ap_macro = out->ap_weighted = out->ap_micro = nan;
}

int multiclass_compute(struct multiclass *out, const struct predictions_view *view,
                       const struct multiclass_options *options)
{
  struct multiclass_options chosen = options ? *options : (struct multiclass_options){0};
  const struct predictions *in = &view->data;

  if (!(chosen.level > 0)) chosen.level = 0.95;
  set_undefined(out);
  out->reason = view->reason ? view->reason : in->scores ? NULL : "no scores";
  if (out->reason) return 0;
  out->classes = in->classes;
  out->rows = in->rows;
  out->per_class = calloc(in->classes, sizeof *out->per_class);
  if (out->per_class && compute_in_scratch(out, in, &chosen) == 0) return 0;
  multiclass_release(out);
  return -1;
}

void multiclass_release(struct multiclass *multiclass)
{
  for (size_t k = 0; multiclass->per_class && k < multiclass->classes; k++)
    class_release(&multiclass->per_class[k]);
  free(multiclass->per_class);
  class_release(&multiclass->micro);
  class_release(&multiclass->macro);
  class_release(&multiclass->weighted);
  set_undefined(multiclass);
}
