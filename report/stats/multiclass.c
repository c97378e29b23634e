#include "stats/multiclass.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "parallel.h"
#include "stats/multiclass_mean.h"

/* What is needed while all classes are computed, one of each per class, and what the
 * threads that compute them share. */
struct scratch {
  struct multiclass *out;
  const struct predictions *in;
  const struct multiclass_options *options;
  struct sweep *sweep;
  const struct calibration **calibration;
  int *status; /* of each class, and of micro behind them */
};

/* All that hangs on one walk.  What is NULL is not wanted. */
struct walk {
  struct class_curves *class;
  struct threshold_table *table;
  struct delong_walk *delong;
  struct calibration_walk *calibration;
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

static int walk_block(const struct walk *walk, const struct sweep_stop *at, size_t count)
{
  struct class_curves *class = walk->class;

  if (roc_add(&class->roc, at, count) || pr_add(&class->pr, at, count) ||
      gain_add(&class->gain, at, count) || det_add(&class->det, at, count))
    return -1;
  if (walk->table) threshold_table_add(walk->table, at, count);
  if (walk->delong && !class->reason) delong_add(walk->delong, at, count);
  return walk->calibration ? calibration_add(walk->calibration, at, count) : 0;
}

static int walk_all(const struct walk *walk, struct sweep_cursor *at)
{
  struct class_curves *class = walk->class;
  struct sweep_stop stops[SWEEP_STOPS];

  for (size_t n; (n = sweep_next_stops(at, stops, SWEEP_STOPS)) > 0;)
    if (walk_block(walk, stops, n)) return -1;
  if (roc_end(&class->roc) || pr_end(&class->pr) || gain_end(&class->gain) || det_end(&class->det))
    return -1;
  if (walk->table) threshold_table_end(walk->table, &class->roc, &class->pr);
  if (walk->calibration) calibration_end(walk->calibration);
  return 0;
}

static int compute_class(struct class_curves *class, const struct sweep *sweep,
                         struct threshold_table *table, const struct multiclass_options *options)
{
  struct calibration_walk calibration;
  struct delong_walk delong;
  const struct walk walk = {class, table, &delong, &calibration};
  struct sweep_cursor at;
  int status;

  sweep_start(&at, sweep);
  begin(class, &at, sweep->weighted, &options->curves);
  class->rows = sweep->positive_rows;
  delong_begin(&delong, sweep);
  if (table)
    threshold_table_begin(table, at.positives, at.negatives, sweep->weighted, options->thresholds);
  status = calibration_begin(&calibration, &class->calibration, sweep, options->bins) ||
                   walk_all(&walk, &at)
               ? -1
               : 0;
  delong_end(&class->delong, &delong, sweep, options->level);
  calibration_walk_release(&calibration);
  return status;
}

/* All of micro but its calibration, which waits for that of the classes. */
static int compute_micro(struct multiclass *out, const struct sweep *sweeps,
                         const struct multiclass_options *options)
{
  const struct walk walk = {.class = &out->micro};
  struct sweep_cursor at;
  int status;

  multiclass_no_delong(&out->micro);
  if (sweep_start_merged(&at, sweeps, out->classes)) return -1;
  begin(&out->micro, &at, true, &options->curves);
  status = walk.class->reason ? 0 : walk_all(&walk, &at);
  sweep_stop(&at);
  for (size_t k = 0; k < out->classes; k++) out->micro.rows += sweeps[k].positive_rows;
  out->auc_micro = out->micro.roc.auc;
  out->ap_micro = out->micro.pr.ap;
  return status;
}

static void sort_class(void *context, size_t k)
{
  const struct scratch *scratch = context;
  const struct predictions *in = scratch->in;

  scratch->status[k] =
      sweep_init(&scratch->sweep[k], in->scores[k], in->actual, (int32_t)k, in->weight, in->rows);
}

struct comparison {
  const struct predictions *in;
  atomic_bool differs;
};

static void compare_rows(void *context, size_t index, size_t begin, size_t end)
{
  struct comparison *comparison = context;
  const double *a = comparison->in->scores[0], *b = comparison->in->scores[1];
  bool differs = atomic_load_explicit(&comparison->differs, memory_order_relaxed);

  (void)index;
  for (size_t i = begin; !differs && i < end; i++) differs = a[i] != 1 - b[i];
  if (differs) atomic_store_explicit(&comparison->differs, true, memory_order_relaxed);
}

/* Whether the first of two classes has what is left of the second, to the bit. */
static bool is_complement(const struct predictions *in)
{
  struct comparison comparison = {.in = in};

  if (in->classes != 2) return false;
  parallel_rows(in->rows, compare_rows, &comparison);
  return !atomic_load(&comparison.differs);
}

static int sort_classes(struct scratch *scratch)
{
  if (is_complement(scratch->in)) {
    sort_class(scratch, 1);
    return scratch->status[1] || sweep_init_complement(&scratch->sweep[0], &scratch->sweep[1]);
  }
  parallel_for(scratch->in->classes, sort_class, scratch);
  for (size_t k = 0; k < scratch->in->classes; k++)
    if (scratch->status[k]) return -1;
  return 0;
}

/* One class, or micro: the longest comes first. */
static void compute_one(void *context, size_t index)
{
  const struct scratch *scratch = context;
  const struct multiclass_options *options = scratch->options;
  struct multiclass *out = scratch->out;
  const size_t k = index - 1;

  if (index == 0)
    scratch->status[out->classes] = compute_micro(out, scratch->sweep, options);
  else
    scratch->status[k] = compute_class(
        &out->per_class[k], &scratch->sweep[k],
        options->thresholds && k == options->thresholds_class ? &out->thresholds : NULL, options);
}

/* All classes and micro, on all processors; then what is made of them. */
static int compute_all(struct scratch *scratch)
{
  const size_t max_points = scratch->options->curves.max_points;
  struct multiclass *out = scratch->out;

  if (sort_classes(scratch)) return -1;
  parallel_for(out->classes + 1, compute_one, scratch);
  for (size_t k = 0; k <= out->classes; k++)
    if (scratch->status[k]) return -1;
  for (size_t k = 0; k < out->classes; k++) {
    if (!out->per_class[k].reason) out->present++;
    scratch->calibration[k] = &out->per_class[k].calibration;
  }
  if (out->present == 0) out->reason = "only one class present";
  if (calibration_merge(&out->micro.calibration, scratch->calibration, out->classes)) return -1;
  if (multiclass_mean(&out->macro, out, false, max_points)) return -1;
  if (multiclass_mean(&out->weighted, out, true, max_points)) return -1;
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
      .out = out,
      .in = in,
      .options = options,
      .sweep = calloc(in->classes, sizeof *scratch.sweep),
      .calibration = calloc(in->classes, sizeof *scratch.calibration),
      .status = calloc(in->classes + 1, sizeof *scratch.status),
  };
  int status = -1;

  if (scratch.sweep && scratch.calibration && scratch.status) status = compute_all(&scratch);
  for (size_t k = 0; scratch.sweep && k < in->classes; k++) sweep_release(&scratch.sweep[k]);
  free(scratch.sweep);
  free(scratch.calibration);
  free(scratch.status);
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
