#include "analysis/compare.h"

#include <math.h>
#include <string.h>

#include "analysis/pairing.h"
#include "stats/classification_spread.h"

#define LEVEL 0.95

/* In the order in which they are told. */
static const char *const binary_names[] = {
    "AUC_binary",      "average_precision_score_binary", "accuracy",
    "f1_score_binary", "matthews_correlation",           "log_loss",
    "brier_score"};
static const char *const class_names[] = {
    "AUC_macro",      "average_precision_score_macro", "accuracy", "balanced_accuracy",
    "f1_score_macro", "matthews_correlation",          "log_loss", "brier_score"};
static const char *const regression_names[] = {"root_mean_squared_error", "mean_absolute_error",
                                               "r2_score_unclipped"};

/* Two results with their rows side by side. */
struct pair {
  const struct evaluation_result *a, *b;
  const uint32_t *order; /* of b's rows; NULL: as they are */
  const char *unpaired;
  const struct spread *spread_a, *spread_b;
};

static const struct scalar_table *scalars_of(const struct evaluation_result *result)
{
  return result->source->type == EVALUATION_CLASSIFICATION ? &result->classification.scalars
                                                           : &result->regression.numbers.table;
}

/* ---- rows of the second run in the order of the first ---- */

static const double *ordered(struct pool *pool, const double *from, const uint32_t *order, size_t n)
{
  double *to;

  if (!from || !order) return from;
  to = POOL_ARRAY(pool, n, double);
  for (size_t i = 0; i < n; i++) to[i] = from[order[i]];
  return to;
}

static const int32_t *ordered_classes(struct pool *pool, const int32_t *from, const uint32_t *order,
                                      size_t n)
{
  int32_t *to;

  if (!from || !order) return from;
  to = POOL_ARRAY(pool, n, int32_t);
  for (size_t i = 0; i < n; i++) to[i] = from[order[i]];
  return to;
}

static struct predictions_view ordered_view(const struct evaluation_result *result,
                                            const uint32_t *order, struct pool *pool)
{
  struct predictions_view view = result->classification.view;
  struct predictions *data = &view.data;
  const double **columns;

  if (!order) return view;
  data->actual = ordered_classes(pool, data->actual, order, data->rows);
  data->predicted = ordered_classes(pool, data->predicted, order, data->rows);
  data->weight = ordered(pool, data->weight, order, data->rows);
  if (!data->scores) return view;
  columns = POOL_ARRAY(pool, data->classes, const double *);
  for (size_t k = 0; k < data->classes; k++)
    columns[k] = ordered(pool, data->scores[k], order, data->rows);
  data->scores = columns;
  return view;
}

static int spread_of(struct spread *spread, const struct evaluation_result *result,
                     const uint32_t *order, struct pool *pool)
{
  const struct evaluation *from = result->source;

  *spread = (struct spread){.reason = "one of them has no numbers"};
  if (result->reason) return 0;
  if (from->type == EVALUATION_CLASSIFICATION) {
    const struct predictions_view view = ordered_view(result, order, pool);

    return classification_spread(spread, &view, &result->classification.confusion,
                                 &result->classification.scalars);
  }
  return regression_spread(spread, ordered(pool, from->true_value, order, from->count),
                           ordered(pool, from->predicted, order, from->count),
                           ordered(pool, from->weights, order, from->count), from->count,
                           &result->regression.numbers.table);
}

/* ---- tests ---- */

static int compare_auc(struct difference *out, const struct pair *pair, struct pool *pool)
{
  const struct classification_result *a = &pair->a->classification, *b = &pair->b->classification;
  const struct delong *da = &a->curves.per_class[a->positive].delong;
  const struct delong *db = &b->curves.per_class[b->positive].delong;
  const struct predictions *in = &a->view.data;
  struct delong_paired paired;
  bool *is_positive;

  if (pair->unpaired) {
    *out = difference_of_areas(da->auc, da->variance, (double)in->rows, db->auc, db->variance,
                               (double)b->view.data.rows, LEVEL);
    return 0;
  }
  is_positive = POOL_ARRAY(pool, in->rows, bool);
  for (size_t i = 0; i < in->rows; i++) is_positive[i] = in->actual[i] == (int32_t)a->positive;
  if (delong_compare(&paired,
                     ordered(pool, b->view.data.scores[b->positive], pair->order, in->rows),
                     in->scores[a->positive], is_positive, in->rows, LEVEL))
    return -1;
  *out = (struct difference){.value = db->auc - da->auc,
                             .interval = paired.difference,
                             .p = paired.reason ? (double)NAN : paired.p,
                             .reason = paired.reason};
  return 0;
}

static void compare_accuracy(struct compared_number *out, const struct pair *pair)
{
  const struct predictions *a = &pair->a->classification.view.data;
  const struct predictions *b = &pair->b->classification.view.data;

  if (pair->unpaired) {
    out->difference = difference_of_shares(out->baseline * (double)a->rows, (double)a->rows,
                                           out->value * (double)b->rows, (double)b->rows, LEVEL);
    return;
  }
  for (size_t i = 0; i < a->rows; i++) {
    const size_t k = pair->order ? pair->order[i] : i;
    const bool a_right = predictions_label(a, i) == a->actual[i];
    const bool b_right = predictions_label(b, k) == b->actual[k];

    if (a_right && !b_right) out->only_baseline++;
    if (!a_right && b_right) out->only_this++;
  }
  out->has_counts = true;
  out->difference = difference_of_paired_shares(out->only_baseline, out->only_this, a->rows, LEVEL);
  out->difference.value = out->value - out->baseline; /* the same but for its last digit */
}

/* Whether there are two areas of the same class to compare by DeLong's formula. */
static bool has_areas(const struct pair *pair)
{
  const struct classification_result *a = &pair->a->classification, *b = &pair->b->classification;

  return a->positive < a->curves.classes && b->positive < b->curves.classes &&
         strcmp(pair->a->source->class_names[a->positive],
                pair->b->source->class_names[b->positive]) == 0;
}

static int compare_number(struct compared_number *out, const char *name, const struct pair *pair,
                          struct pool *pool)
{
  const bool is_classifier = pair->a->source->type == EVALUATION_CLASSIFICATION;
  const bool weighted = pair->a->source->weights || pair->b->source->weights;

  *out = (struct compared_number){.name = name,
                                  .baseline = scalar_table_value(scalars_of(pair->a), name),
                                  .value = scalar_table_value(scalars_of(pair->b), name)};
  out->difference = difference_none("undefined for one of the runs");
  out->p_holm = (double)NAN;
  if (isnan(out->baseline) || isnan(out->value)) return 0;
  if (is_classifier && !weighted && strcmp(name, "AUC_binary") == 0 && has_areas(pair))
    return compare_auc(&out->difference, pair, pool);
  if (is_classifier && !weighted && strcmp(name, "accuracy") == 0) {
    compare_accuracy(out, pair);
    return 0;
  }
  if (!pair->unpaired)
    return spread_compare(&out->difference, pair->spread_a, pair->spread_b, name, LEVEL);
  spread_compare_unpaired(&out->difference, pair->spread_a, pair->spread_b, name, LEVEL);
  return 0;
}

static void choose_names(const struct evaluation_result *result, const char *const **names,
                         size_t *count)
{
  *names = regression_names;
  *count = sizeof regression_names / sizeof *regression_names;
  if (result->source->type != EVALUATION_CLASSIFICATION) return;
  if (result->classification.positive < result->source->class_count) {
    *names = binary_names;
    *count = sizeof binary_names / sizeof *binary_names;
  } else {
    *names = class_names;
    *count = sizeof class_names / sizeof *class_names;
  }
}

static int compare_run(struct compared_run *out, const struct evaluation_result *a,
                       const struct spread *spread_a, const struct evaluation_result *b,
                       struct pool *pool)
{
  const char *const *names;
  struct spread spread;
  struct pair pair = {.a = a, .b = b, .spread_a = spread_a, .spread_b = &spread};
  size_t count;
  int status = 0;

  pair.unpaired = pair_rows(&pair.order, a, b, pool);
  choose_names(a, &names, &count);
  *out = (struct compared_run){.unpaired = pair.unpaired,
                               .numbers = POOL_ARRAY(pool, count, struct compared_number)};
  if (spread_of(&spread, b, pair.order, pool)) return -1;
  for (size_t i = 0; i < count && status == 0; i++) {
    struct compared_number *number = &out->numbers[out->count];

    status = compare_number(number, names[i], &pair, pool);
    if (!isnan(number->baseline) || !isnan(number->value)) out->count++;
  }
  spread_release(&spread);
  return status;
}

/* Each number has been tested once per run: one family of tests a number. */
static void adjust(struct comparison *out, struct pool *pool)
{
  const size_t others = out->count - 1;
  double *p = POOL_ARRAY(pool, others, double);
  double *adjusted = POOL_ARRAY(pool, others, double);
  const char *const *names;
  size_t count;

  choose_names(out->results[0], &names, &count);
  for (size_t i = 0; i < count; i++) {
    for (size_t r = 0; r < others; r++) {
      const struct compared_number *number = compared_number_find(&out->runs[r], names[i]);

      p[r] = number ? number->difference.p : (double)NAN;
    }
    holm_adjust(adjusted, p, others);
    for (size_t r = 0; r < others; r++)
      for (size_t k = 0; k < out->runs[r].count; k++)
        if (strcmp(out->runs[r].numbers[k].name, names[i]) == 0)
          out->runs[r].numbers[k].p_holm = adjusted[r];
  }
}

int compare_evaluations(struct comparison *out, const struct evaluation_result *const *results,
                        size_t count, struct pool *pool)
{
  struct spread baseline;
  int status = 0;

  *out = (struct comparison){
      .results = results, .count = count, .runs = POOL_ARRAY(pool, count, struct compared_run)};
  if (results[0]->source->type == EVALUATION_IMPORTANCE) return 0;
  if (spread_of(&baseline, results[0], NULL, pool)) return -1;
  for (size_t r = 1; r < count && status == 0; r++)
    status = compare_run(&out->runs[r - 1], results[0], &baseline, results[r], pool);
  spread_release(&baseline);
  if (status == 0) adjust(out, pool);
  return status;
}

const struct compared_number *compared_number_find(const struct compared_run *run, const char *name)
{
  for (size_t i = 0; i < run->count; i++)
    if (strcmp(run->numbers[i].name, name) == 0) return &run->numbers[i];
  return NULL;
}
