#include "analysis/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parallel.h"

#include "analysis/evaluate_scores.h"

/* Above so many scores a curve keeps only points that can be told apart; below,
 * every one, so that report.json has each threshold.  Areas and best thresholds
 * come from all points either way. */
#define ALL_POINTS_LIMIT 15000
#define MANY_POINTS 2000

/* Points of all classes together, and the fewest of one: a thousand classes are
 * drawn thinly, or their curves would take more room than their scores. */
#define POINTS_OF_ALL 40000
#define POINTS_OF_ONE 100

static size_t positive_class(const struct evaluation *evaluation)
{
  if (evaluation->class_count != 2) return evaluation->class_count;
  if (evaluation->positive)
    for (size_t k = 0; k < 2; k++)
      if (strcmp(evaluation->class_names[k], evaluation->positive) == 0) return k;
  return 1;
}

/* A weight that cannot be one makes the whole evaluation unusable: leaving its row
 * out would hide a fault of the script. */
static const char *refused_weight(const struct evaluation *from, struct pool *pool)
{
  for (size_t i = 0; i < from->count && from->weights; i++) {
    if (from->weights[i] >= 0 && isfinite(from->weights[i])) continue;
    if (from->weights[i] < 0)
      return pool_printf(pool, "row %zu of %zu has a negative weight (%.6g)", i + 1, from->count,
                         from->weights[i]);
    return pool_printf(pool, "row %zu of %zu has a weight that is not a number", i + 1,
                       from->count);
  }
  return NULL;
}

/* Why no row is left, where none is. */
static const char *no_rows(const struct evaluation_result *result, struct pool *pool)
{
  const size_t all = result->source->count;

  if (!all) return "no rows were logged";
  if (result->weightless == all)
    return pool_printf(pool, "no rows: %zu of %zu have weight 0", all, all);
  if (!result->weightless)
    return pool_printf(pool, "no rows: %zu of %zu were dropped (%s)", all, all,
                       result->dropped_why);
  return pool_printf(pool, "no rows: %zu of %zu were dropped (%s), %zu have weight 0",
                     result->dropped, all, result->dropped_why, result->weightless);
}

static bool all_equal(const double *value, size_t count)
{
  for (size_t i = 1; i < count; i++)
    if (value[i] > value[0] || value[i] < value[0]) return false;
  return true;
}

/* Whether no score tells any row from another. */
static bool scores_are_equal(const struct predictions *in)
{
  if (in->rows < 2 || !in->scores) return false;
  for (size_t k = 0; k < in->classes; k++)
    if (!all_equal(in->scores[k], in->rows)) return false;
  return true;
}

static void describe_dropped(struct evaluation_result *result, struct pool *pool)
{
  const struct predictions_view *view = &result->classification.view;
  const size_t unknown = view->dropped_classes;
  const size_t broken = view->dropped_scores;

  result->dropped = unknown + broken;
  result->weightless = view->weightless;
  if (unknown && broken)
    result->dropped_why = pool_printf(
        pool, "%zu with an unknown label, %zu with a score that is not a number", unknown, broken);
  else if (unknown)
    result->dropped_why = "unknown label";
  else if (broken)
    result->dropped_why = "a score that is not a number";
}

/* The limit of points per curve, 0 for none. */
static size_t curve_points(size_t rows, size_t classes)
{
  const size_t share = POINTS_OF_ALL / classes;

  if (rows * classes <= ALL_POINTS_LIMIT) return 0;
  if (share < POINTS_OF_ONE) return POINTS_OF_ONE;
  return share < MANY_POINTS ? share : MANY_POINTS;
}

static int compute_curves(struct classification_result *out, const struct evaluate_options *chosen)
{
  const struct predictions *in = &out->view.data;
  const struct threshold_options thresholds = {.cost_fp = chosen->cost_fp,
                                               .cost_fn = chosen->cost_fn,
                                               .has_probabilities = out->view.has_probabilities};
  const struct multiclass_options options = {
      .curves = {.max_points = in->rows ? curve_points(in->rows, in->classes) : 0},
      .thresholds = out->positive < in->classes ? &thresholds : NULL,
      .thresholds_class = out->positive};

  out->has_all_points = !options.curves.max_points;
  return multiclass_compute(&out->curves, &out->view, &options);
}

/* One score a row has its other column from the reader, as what is left of 1.  Where
 * scores turn out to be no probabilities, that would part the classes at 0.5. */
static int look_at(struct classification_result *out, const struct predictions *in,
                   const struct evaluation *from)
{
  const double *const columns[] = {NULL, from->binary_scores ? from->scores[1] : NULL};
  struct predictions single = *in;

  if (predictions_view_init(&out->view, in)) return -1;
  if (!from->binary_scores || out->view.reason || out->view.has_probabilities) return 0;
  predictions_view_release(&out->view);
  single.scores = columns;
  if (predictions_view_init(&out->view, &single)) return -1;
  out->is_split_at_zero = !in->predicted;
  return 0;
}

static int evaluate_classification(struct evaluation_result *result,
                                   const struct evaluate_options *options, struct pool *pool)
{
  const struct evaluation *from = result->source;
  struct classification_result *out = &result->classification;
  struct predictions in = {.rows = from->count,
                           .classes = from->class_count,
                           .scores = from->scores,
                           .weight = from->weights,
                           .positive = -1};

  if (!from->true_class || (!from->scores && !from->predicted_class)) {
    result->reason = "no true classes, or neither scores nor predicted classes, were logged";
    return 0;
  }
  in.actual = from->true_class;
  in.predicted = from->predicted_class;
  out->positive = positive_class(from);
  if (out->positive < from->class_count) in.positive = (int32_t)out->positive;
  out->has_scores = from->scores != NULL;

  if (look_at(out, &in, from)) return -1;
  describe_dropped(result, pool);
  result->reason = refused_weight(from, pool);
  if (!result->reason && out->view.reason)
    result->reason = out->view.data.rows ? out->view.reason : no_rows(result, pool);
  out->scores_are_equal = !result->reason && scores_are_equal(&out->view.data);
  if (confusion_of_predictions(&out->confusion, &out->view.data)) goto release_view;
  if (compute_curves(out, options)) goto release_confusion;
  classification_scalars(&out->scalars, &out->view, &out->confusion,
                         out->has_scores ? &out->curves : NULL);
  out->class_intervals = POOL_ARRAY(pool, out->confusion.classes, struct class_intervals);
  if (classification_intervals(&out->scalars, out->class_intervals, &out->view, &out->confusion,
                               out->has_scores ? &out->curves : NULL))
    goto release_curves;
  if (evaluate_scores(out, pool)) goto release_curves;
  out->accuracy = scalar_table_interval(&out->scalars, "accuracy");
  return 0;

release_curves:
  multiclass_release(&out->curves);
release_confusion:
  confusion_release(&out->confusion);
release_view:
  predictions_view_release(&out->view);
  return -1;
}

/* The rows that count, side by side; NULL where there is no such column. */
struct kept {
  size_t rows;
  const double *truth, *predicted, *weights, *lower, *upper;
};

/* Both values are numbers, as is their difference, and the weight is not zero. */
static bool is_kept(const struct evaluation *from, size_t i)
{
  return isfinite(from->predicted[i] - from->true_value[i]) &&
         !(from->weights && from->weights[i] <= 0);
}

static const double *keep_column(const struct evaluation *from, const double *column, size_t rows,
                                 struct pool *pool)
{
  double *kept;
  size_t at = 0;

  if (!column || rows == from->count) return column;
  kept = POOL_ARRAY(pool, rows, double);
  for (size_t i = 0; i < from->count; i++)
    if (is_kept(from, i)) kept[at++] = column[i];
  return kept;
}

/* Copied only when some row does not count. */
static struct kept keep_rows(struct evaluation_result *result, struct pool *pool)
{
  const struct evaluation *from = result->source;
  struct kept kept = {0};

  for (size_t i = 0; i < from->count; i++) {
    if (is_kept(from, i))
      kept.rows++;
    else if (isfinite(from->predicted[i] - from->true_value[i]))
      result->weightless++;
    else
      result->dropped++;
  }
  kept.truth = keep_column(from, from->true_value, kept.rows, pool);
  kept.predicted = keep_column(from, from->predicted, kept.rows, pool);
  kept.weights = keep_column(from, from->weights, kept.rows, pool);
  kept.lower = keep_column(from, from->lower, kept.rows, pool);
  kept.upper = keep_column(from, from->upper, kept.rows, pool);
  if (result->dropped) result->dropped_why = "a value that is not a number, or too large";
  return kept;
}

static int compute_coverage(struct regression_result *out, const struct kept *kept,
                            double interval_level)
{
  const double nominal = interval_level > 0 ? interval_level : (double)NAN;

  out->has_bounds = kept->lower && kept->upper;
  if (!out->has_bounds) return 0;
  if (coverage_compute(&out->coverage, kept->truth, kept->lower, kept->upper, kept->rows, nominal,
                       0.95))
    return -1;
  return coverage_bins_compute(&out->coverage_bins, kept->truth, kept->predicted, kept->lower,
                               kept->upper, kept->rows, 0.95);
}

/* The statistics of a regression in three parts that do not wait for each other. */
struct regression_parts {
  struct regression_result *out;
  const struct kept *kept;
  double level; /* that the prediction intervals claim */
  int status[3];
};

static int compute_numbers(struct regression_result *out, const struct kept *kept)
{
  const struct regression_options options = {.weight = kept->weights};

  if (regression_compute(&out->numbers, kept->truth, kept->predicted, kept->rows, &options))
    return -1;
  return regression_intervals(&out->numbers, kept->truth, kept->predicted, kept->weights,
                              kept->rows);
}

/* What looks at each row in turn. */
static int compute_residuals(struct regression_result *out, const struct kept *kept)
{
  residual_bins_compute(&out->azure_residuals, kept->truth, kept->predicted, kept->rows,
                        (double)NAN);
  residual_shape_compute(&out->shape, kept->truth, kept->predicted, kept->rows);
  residual_profile_compute(&out->profile, out->predicted, out->residuals, out->rows);
  out->has_all_points = out->rows <= ALL_POINTS_LIMIT;
  if (out->has_all_points) return 0;
  return point_cells_compute(&out->cells, out->predicted, out->residuals, out->rows);
}

/* What sorts them, one after the other: each holds a sorted column. */
static int compute_quantiles(struct regression_result *out, const struct kept *kept, double level)
{
  if (residual_histogram_compute(&out->histogram, kept->truth, kept->predicted, kept->rows))
    return -1;
  if (predicted_bins_compute(&out->bins, kept->truth, kept->predicted, kept->rows)) return -1;
  if (compute_coverage(out, kept, level)) return -1;
  return qq_compute(&out->qq, out->residuals, out->rows, 0.95, MANY_POINTS);
}

static void compute_part(void *context, size_t part)
{
  struct regression_parts *all = context;

  all->status[part] = part == 0   ? compute_numbers(all->out, all->kept)
                      : part == 1 ? compute_residuals(all->out, all->kept)
                                  : compute_quantiles(all->out, all->kept, all->level);
}

static void release_regression(struct regression_result *out)
{
  qq_release(&out->qq);
  point_cells_release(&out->cells);
}

static int evaluate_regression(struct evaluation_result *result, struct pool *pool)
{
  const struct evaluation *from = result->source;
  struct regression_result *out = &result->regression;
  struct kept kept = {0};
  struct regression_parts all = {.out = out, .kept = &kept, .level = from->interval_level};
  double *residuals;

  if (!from->true_value || !from->predicted) {
    result->reason = "no true values or no predictions were logged";
    return 0;
  }
  result->reason = refused_weight(from, pool);
  if (!result->reason) {
    kept = keep_rows(result, pool);
    if (!kept.rows) result->reason = no_rows(result, pool);
  }
  out->rows = kept.rows;
  out->truth = kept.truth;
  out->predicted = kept.predicted;
  residuals = POOL_ARRAY(pool, kept.rows, double);
  for (size_t i = 0; i < kept.rows; i++) residuals[i] = kept.predicted[i] - kept.truth[i];
  out->residuals = residuals;
  if (from->count < PARALLEL_ROWS)
    for (size_t part = 0; part < 3; part++) compute_part(&all, part);
  else
    parallel_for(3, compute_part, &all);
  if (!all.status[0] && !all.status[1] && !all.status[2]) return 0;
  release_regression(out);
  return -1;
}

struct ranked {
  double size;
  size_t index;
};

/* Largest magnitude first; a value that is not a number last; then as logged. */
static int by_size(const void *left, const void *right)
{
  const struct ranked *a = left;
  const struct ranked *b = right;

  if (a->size > b->size) return -1;
  if (a->size < b->size) return 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

static void rank_features(struct evaluation_result *result, struct pool *pool)
{
  const struct evaluation *from = result->source;
  struct ranked *ranked = POOL_ARRAY(pool, from->count, struct ranked);

  if (!from->overall || !from->features) {
    result->reason = "no features or no importance values were logged";
    return;
  }
  for (size_t i = 0; i < from->count; i++) {
    const double size = fabs(from->overall[i]);

    ranked[i] = (struct ranked){isnan(size) ? -1 : size, i};
  }
  qsort(ranked, from->count, sizeof *ranked, by_size);
  if (!from->count) result->reason = "no features were logged";
  result->order = POOL_ARRAY(pool, from->count, size_t);
  for (size_t i = 0; i < from->count; i++) result->order[i] = ranked[i].index;
}

int evaluate(struct evaluation_result *result, const struct evaluation *evaluation,
             const struct evaluate_options *options, struct pool *pool)
{
  const struct evaluate_options usual = {0};

  *result = (struct evaluation_result){.source = evaluation, .dropped_why = ""};
  switch (evaluation->type) {
    case EVALUATION_CLASSIFICATION:
      return evaluate_classification(result, options ? options : &usual, pool);
    case EVALUATION_REGRESSION: return evaluate_regression(result, pool);
    case EVALUATION_IMPORTANCE: rank_features(result, pool); return 0;
  }
  result->reason = "an evaluation of an unknown type";
  return 0;
}

void evaluate_release(struct evaluation_result *result)
{
  if (result->source->type == EVALUATION_CLASSIFICATION) {
    multiclass_release(&result->classification.curves);
    calibration_release(&result->classification.top_label);
    confusion_release(&result->classification.confusion);
    predictions_view_release(&result->classification.view);
  } else if (result->source->type == EVALUATION_REGRESSION) {
    release_regression(&result->regression);
  }
}
