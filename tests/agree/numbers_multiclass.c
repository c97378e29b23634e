#include <stdio.h>
#include <stdlib.h>

#include "numbers.h"
#include "stats/accuracy_table.h"
#include "stats/classification_scalars.h"
#include "stats/confusion.h"
#include "stats/multiclass.h"
#include "stats/predictions.h"

static void put_class(struct json_writer *json, const char *key, const struct class_curves *class)
{
  if (key) json_write_key(json, key);
  json_write_open(json, '{');
  put_roc(json, &class->roc);
  put_pr(json, &class->pr);
  put_gain(json, &class->gain);
  put_calibration(json, "calibration", &class->calibration);
  put_delong(json, &class->delong);
  json_add_unsigned(json, "rows", class->rows);
  json_add_number(json, "support", class->support);
  json_add_text(json, "reason", class->reason);
  json_write_close(json);
}

static void put_confusion(struct json_writer *json, const struct confusion *confusion)
{
  json_write_key(json, "confusion");
  json_write_open(json, '{');
  put_values(json, "cell", confusion->cell, confusion->classes * confusion->classes);
  json_add_unsigned(json, "rows", confusion->rows);
  json_add_unsigned(json, "present", confusion->present);
  json_write_key(json, "per_class");
  json_write_open(json, '[');
  for (size_t k = 0; k < confusion->classes; k++) {
    const struct confusion_class *class = &confusion->per_class[k];
    const double row[] = {class->precision, class->recall, class->f1, class->support,
                          class->predicted};

    json_write_open_line(json, '[');
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) json_write_number(json, row[i]);
    json_write_close(json);
  }
  json_write_close(json);
  json_write_close(json);
}

static void put_counts(struct json_writer *json, const char *key,
                       const struct accuracy_count *count, size_t n)
{
  json_write_key(json, key);
  json_write_open_line(json, '[');
  for (size_t i = 0; i < n; i++) {
    json_write_number(json, count[i].tp);
    json_write_number(json, count[i].fp);
    json_write_number(json, count[i].tn);
    json_write_number(json, count[i].fn);
  }
  json_write_close(json);
}

static void put_accuracy_curves(struct json_writer *json, const char *key,
                                struct accuracy_curves *curves)
{
  if (key) json_write_key(json, key);
  json_write_open(json, '{');
  put_curve(json, "roc", &curves->roc);
  put_curve(json, "pr", &curves->pr);
  put_curve(json, "gain", &curves->gain);
  put_curve(json, "lift", &curves->lift);
  put_curve(json, "calibration", &curves->calibration);
  put_values(json, "calibration_count", curves->calibration_count, curves->calibration.count);
  json_add_number(json, "auc", curves->auc);
  json_add_number(json, "ap", curves->ap);
  json_add_number(json, "prevalence", curves->prevalence);
  json_add_text(json, "reason", curves->reason);
  json_write_close(json);
  accuracy_curves_release(curves);
}

static void put_accuracy_table(struct json_writer *json, const struct predictions *in, size_t m)
{
  struct accuracy_table table;
  struct accuracy_curves curves;
  struct accuracy_source source;

  must(accuracy_table_compute(&table, in, m), "accuracy_table_compute");
  source = (struct accuracy_source){
      .probability_threshold = table.probability_threshold,
      .probability = table.probability,
      .probability_count = table.thresholds,
      .percentile_threshold = table.percentile_threshold,
      .percentile = table.percentile,
      .percentile_count = table.thresholds,
      .classes = table.classes,
  };
  json_write_key(json, "accuracy_table");
  json_write_open(json, '{');
  put_values(json, "probability_thresholds", table.probability_threshold, table.thresholds);
  put_values(json, "percentile_thresholds", table.percentile_threshold, table.thresholds);
  put_counts(json, "probability", table.probability, table.classes * table.thresholds);
  put_counts(json, "percentile", table.percentile, table.classes * table.thresholds);
  json_write_key(json, "classes");
  json_write_open(json, '[');
  for (size_t k = 0; k < table.classes; k++) {
    must(accuracy_curves_of_class(&curves, &source, k), "accuracy_curves_of_class");
    put_accuracy_curves(json, NULL, &curves);
  }
  json_write_close(json);
  must(accuracy_curves_micro(&curves, &source), "accuracy_curves_micro");
  put_accuracy_curves(json, "micro", &curves);
  must(accuracy_curves_macro(&curves, &source), "accuracy_curves_macro");
  put_accuracy_curves(json, "macro", &curves);
  json_write_close(json);
  accuracy_table_release(&table);
}

static void put_multiclass(struct json_writer *json, const struct multiclass *curves)
{
  const double areas[] = {curves->auc_macro, curves->auc_weighted, curves->auc_micro,
                          curves->ap_macro,  curves->ap_weighted,  curves->ap_micro};

  put_values(json, "areas", areas, sizeof areas / sizeof *areas);
  json_add_text(json, "curves_reason", curves->reason);
  json_write_key(json, "classes");
  json_write_open(json, '[');
  for (size_t k = 0; k < curves->classes; k++) put_class(json, NULL, &curves->per_class[k]);
  json_write_close(json);
  if (curves->classes == 0) return;
  put_class(json, "micro", &curves->micro);
  put_class(json, "macro", &curves->macro);
  put_class(json, "weighted", &curves->weighted);
}

static void put_all(struct json_writer *json, const struct predictions *predictions,
                    const struct case_input *in)
{
  const struct multiclass_options options = {.bins = (size_t)case_value(in, "bins", 10)};
  const size_t thresholds = (size_t)case_value(in, "thresholds", 0);
  struct predictions_view view;
  struct confusion confusion;
  struct multiclass curves;
  struct scalar_table table;

  must(predictions_view_init(&view, predictions), "predictions_view_init");
  json_add_unsigned(json, "rows", view.data.rows);
  json_add_unsigned(json, "dropped_scores", view.dropped_scores);
  json_add_unsigned(json, "dropped_classes", view.dropped_classes);
  json_add_unsigned(json, "weightless", view.weightless);
  json_add_bool(json, "has_probabilities", view.has_probabilities);
  json_add_bool(json, "sums_to_one", view.sums_to_one);
  json_add_text(json, "reason", view.reason);
  must(confusion_of_predictions(&confusion, &view.data), "confusion_of_predictions");
  must(multiclass_compute(&curves, &view, &options), "multiclass_compute");
  classification_scalars(&table, &view, &confusion, &curves);
  put_confusion(json, &confusion);
  put_table(json, "scalars", &table);
  put_multiclass(json, &curves);
  if (thresholds > 0 && !view.reason && view.data.scores)
    put_accuracy_table(json, &view.data, thresholds);
  multiclass_release(&curves);
  confusion_release(&confusion);
  predictions_view_release(&view);
}

void numbers_multiclass(struct json_writer *json, const struct case_input *in)
{
  const size_t classes = (size_t)case_value(in, "classes", 2);
  const double **scores = calloc(classes + 1, sizeof *scores);
  int32_t *actual = case_labels(in, "actual"), *predicted = case_labels(in, "predicted");
  struct predictions predictions = {
      .classes = classes,
      .scores = case_value(in, "only_labels", 0) > 0 ? NULL : scores,
      .actual = actual,
      .predicted = predicted,
      .weight = case_values(in, "weight", NULL),
      .positive = (int32_t)case_value(in, "positive", -1),
  };

  must(!scores, "calloc");
  case_values(in, "actual", &predictions.rows);
  for (size_t k = 0; k < classes; k++) {
    char name[CASE_NAME];

    snprintf(name, sizeof name, "score%zu", k);
    scores[k] = case_values(in, name, NULL);
  }
  put_all(json, &predictions, in);
  free(actual);
  free(predicted);
  free(scores);
}
