#include "page/json_aggregated.h"

#include <math.h>

#include "analysis/aggregated_averages.h"
#include "page/json_parts.h"

static void open_evaluation(struct json_writer *json, const char *type, const char *schema,
                            double rows, bool is_approximate)
{
  json_add_text(json, "type", type);
  json_add_text(json, "schema", schema);
  json_put_number(json, "n", rows);
  json_add_unsigned(json, "dropped", 0);
  json_add_bool(json, "approximate", is_approximate);
}

static double sum(const double *values, size_t count)
{
  double total = 0;

  for (size_t i = 0; i < count; i++) total += values[i];
  return total;
}

static void put_confusion(struct json_writer *json, const struct aggregated *from)
{
  const size_t classes = from->class_count;

  open_evaluation(json, "classification", "confusion_matrix", sum(from->matrix, classes * classes),
                  false);
  json_put_texts(json, "classes", from->class_names, from->class_count);
  json_write_key(json, "confusion");
  json_write_open(json, '{');
  json_put_texts(json, "labels", from->class_names, from->class_count);
  json_write_key(json, "matrix");
  json_write_open(json, '[');
  for (size_t i = 0; i < classes; i++) {
    json_write_open_line(json, '[');
    for (size_t k = 0; k < classes; k++) json_write_number(json, from->matrix[i * classes + k]);
    json_write_close(json);
  }
  json_write_close(json);
  json_write_close(json);
}

/* ---- accuracy tables ---- */

typedef const struct curve *(*pick_curve)(const struct accuracy_curves *from);

static const struct curve *pick_roc(const struct accuracy_curves *from) { return &from->roc; }
static const struct curve *pick_pr(const struct accuracy_curves *from) { return &from->pr; }
static const struct curve *pick_gain(const struct accuracy_curves *from) { return &from->gain; }
static const struct curve *pick_lift(const struct accuracy_curves *from) { return &from->lift; }
static const struct curve *pick_calibration(const struct accuracy_curves *from)
{
  return &from->calibration;
}

static const struct {
  const char *key;
  pick_curve pick;
} curve_kinds[] = {{"roc", pick_roc},
                   {"pr", pick_pr},
                   {"gain", pick_gain},
                   {"lift", pick_lift},
                   {"calibration", pick_calibration}};

static void put_one(struct json_writer *json, const char *key, size_t kind,
                    const struct accuracy_curves *from)
{
  const struct curve *curve = curve_kinds[kind].pick(from);

  json_write_key(json, key);
  json_write_open(json, '{');
  json_put_numbers(json, "x", curve->x, from->reason ? 0 : curve->count);
  json_put_numbers(json, "y", curve->y, from->reason ? 0 : curve->count);
  if (kind == 0) json_put_number(json, "auc", from->reason ? (double)NAN : from->auc);
  if (kind == 1) json_put_number(json, "ap", from->reason ? (double)NAN : from->ap);
  json_write_close(json);
}

static void put_kind(struct json_writer *json, size_t kind, const struct aggregated *from)
{
  struct accuracy_curves curves;

  json_write_key(json, curve_kinds[kind].key);
  json_write_open(json, '{');
  for (size_t k = 0; k < from->class_count; k++) {
    if (accuracy_curves_of_class(&curves, &from->tables, k)) continue;
    put_one(json, from->class_names[k], kind, &curves);
    accuracy_curves_release(&curves);
  }
  if (from->class_count > 1 && accuracy_curves_macro(&curves, &from->tables) == 0) {
    put_one(json, "macro", kind, &curves);
    accuracy_curves_release(&curves);
  }
  if (from->class_count > 1 && accuracy_curves_micro(&curves, &from->tables) == 0) {
    put_one(json, "micro", kind, &curves);
    accuracy_curves_release(&curves);
  }
  json_write_close(json);
}

static void put_accuracy(struct json_writer *json, const struct aggregated *from)
{
  struct aggregated_averages averages;

  if (aggregated_averages_compute(&averages, from)) return;
  open_evaluation(json, "classification", "accuracy_table", averages.rows, true);
  json_add_unsigned(json, "thresholds", from->tables.probability_count);
  json_put_texts(json, "classes", from->class_names, from->class_count);
  json_write_key(json, "scalars");
  json_write_open(json, '{');
  json_put_number(json, "AUC_macro", averages.auc_macro);
  json_put_number(json, "AUC_micro", averages.auc_micro);
  json_put_number(json, "AUC_weighted", averages.auc_weighted);
  json_put_number(json, "average_precision_score_macro", averages.ap_macro);
  json_put_number(json, "average_precision_score_micro", averages.ap_micro);
  json_put_number(json, "average_precision_score_weighted", averages.ap_weighted);
  json_write_close(json);
  json_write_key(json, "curves");
  json_write_open(json, '{');
  for (size_t kind = 0; kind < sizeof curve_kinds / sizeof *curve_kinds; kind++)
    put_kind(json, kind, from);
  json_write_close(json);
}

/* ---- regression ---- */

static void put_residuals(struct json_writer *json, const struct aggregated *from)
{
  open_evaluation(json, "regression", "residuals", sum(from->counts, from->bins), true);
  json_write_key(json, "residuals");
  json_write_open(json, '{');
  json_put_numbers(json, "edges", from->edges, from->bins + 1);
  json_put_numbers(json, "counts", from->counts, from->bins);
  json_put_number(json, "mean", from->mean);
  json_put_number(json, "stddev", from->stddev);
  json_write_close(json);
}

static void put_predictions(struct json_writer *json, const struct aggregated *from)
{
  open_evaluation(json, "regression", "predictions", sum(from->counts, from->bins), true);
  json_write_key(json, "predictions");
  json_write_open(json, '{');
  json_put_numbers(json, "edges", from->edges, from->bins + 1);
  json_put_numbers(json, "counts", from->counts, from->bins);
  json_put_numbers(json, "averages", from->averages, from->bins);
  if (from->errors) json_put_numbers(json, "errors", from->errors, from->bins);
  json_write_close(json);
}

void json_aggregated_write(struct json_writer *json, const struct aggregated *from)
{
  json_write_open(json, '{');
  switch (from->type) {
    case AGGREGATED_CONFUSION: put_confusion(json, from); break;
    case AGGREGATED_ACCURACY: put_accuracy(json, from); break;
    case AGGREGATED_RESIDUALS: put_residuals(json, from); break;
    case AGGREGATED_PREDICTIONS: put_predictions(json, from); break;
    case AGGREGATED_NONE:
      json_add_text(json, "type", "unknown");
      json_add_text(json, "reason", from->warning_count ? from->warnings[0] : "nothing usable");
      break;
  }
  json_write_close(json);
}
