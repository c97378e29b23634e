#include <math.h>
#include <stddef.h>

#include "page/json_evaluation.h"
#include "page/json_parts.h"

/* A file of more is of no use to anyone who reads it as a whole. */
#define PAIRS_MAX 200000

static void put_matrix(struct json_writer *json, const struct confusion *confusion)
{
  json_write_key(json, "matrix");
  json_write_open(json, '[');
  for (size_t i = 0; i < confusion->classes; i++) {
    json_write_open_line(json, '[');
    for (size_t k = 0; k < confusion->classes; k++)
      json_write_number(json, confusion->cell[i * confusion->classes + k]);
    json_write_close(json);
  }
  json_write_close(json);
}

/* Of too many classes for a matrix, what is not zero: [true, predicted, rows] by
 * index into the labels. */
static void put_pairs(struct json_writer *json, const struct confusion *confusion)
{
  const size_t shown = confusion->pairs < PAIRS_MAX ? confusion->pairs : PAIRS_MAX;

  json_write_key(json, "pairs");
  json_write_open(json, '[');
  for (size_t i = 0; i < shown; i++) {
    json_write_open_line(json, '[');
    json_write_number(json, confusion->pair[i].actual);
    json_write_number(json, confusion->pair[i].predicted);
    json_write_number(json, confusion->pair[i].weight);
    json_write_close(json);
  }
  json_write_close(json);
  json_add_unsigned(json, "pairs_left_out", confusion->pairs - shown);
}

/* The score from which on a row was predicted as a class, where it is not 0.5. */
static void put_boundary(struct json_writer *json, const char *above)
{
  json_write_key(json, "boundary");
  json_write_open_line(json, '{');
  json_put_number(json, "score", 0);
  json_add_text(json, "above", above);
  json_add_text(json, "reason", "scores are not probabilities");
  json_write_close(json);
}

static void put_confusion(struct json_writer *json, const struct classification_result *from,
                          const char *const *names)
{
  const struct confusion *confusion = &from->confusion;

  json_write_key(json, "confusion");
  json_write_open(json, '{');
  json_put_texts(json, "labels", names, confusion->classes);
  if (confusion->cell)
    put_matrix(json, confusion);
  else
    put_pairs(json, confusion);
  if (from->is_split_at_zero) put_boundary(json, names[1]);
  json_write_close(json);
}

static void put_class(struct json_writer *json, const struct classification_result *from, size_t k)
{
  const struct confusion_class *class = &from->confusion.per_class[k];
  const struct class_intervals *intervals = &from->class_intervals[k];
  const bool has_curves = from->has_scores && k < from->curves.classes;

  json_put_number(json, "support", class->support);
  json_put_number(json, "predicted", class->predicted);
  json_put_number(json, "precision", class->precision);
  json_put_number(json, "recall", class->present ? class->recall : (double)NAN);
  json_put_number(json, "f1", class->f1);
  if (has_curves) {
    json_put_number(json, "auc", from->curves.per_class[k].roc.auc);
    json_put_number(json, "average_precision", from->curves.per_class[k].pr.ap);
    json_put_number(json, "ece", from->curves.per_class[k].calibration.ece);
  }
  json_write_key(json, "intervals");
  json_write_open(json, '{');
  json_put_interval_object(json, "precision", &intervals->precision);
  json_put_interval_object(json, "recall", &intervals->recall);
  if (has_curves) {
    json_put_interval_object(json, "auc", &from->curves.per_class[k].delong.best);
    json_put_interval_object(json, "average_precision", &intervals->average_precision);
  }
  json_write_close(json);
}

static void put_classes(struct json_writer *json, const struct classification_result *from,
                        const char *const *names)
{
  json_write_key(json, "per_class");
  json_write_open(json, '{');
  for (size_t k = 0; k < from->confusion.classes; k++) {
    json_write_key(json, names[k]);
    json_write_open(json, '{');
    put_class(json, from, k);
    json_write_close(json);
  }
  json_write_close(json);
}

static const char *kind_word(enum threshold_kind kind)
{
  switch (kind) {
    case THRESHOLD_FIXED: return "fixed";
    case THRESHOLD_MAX_F1: return "max_f1";
    case THRESHOLD_MAX_J: return "max_youden_j";
    case THRESHOLD_BALANCED: return "precision_equals_recall";
    case THRESHOLD_FPR_1: return "fpr_at_most_1_percent";
    case THRESHOLD_COST: return "lowest_cost";
  }
  return "";
}

static void put_threshold(struct json_writer *json, const struct threshold_row *row)
{
  json_write_open(json, '{');
  json_add_text(json, "rule", kind_word(row->kind));
  json_put_number(json, "threshold", row->threshold);
  json_put_number(json, "tp", row->tp);
  json_put_number(json, "fp", row->fp);
  json_put_number(json, "tn", row->tn);
  json_put_number(json, "fn", row->fn);
  json_put_number(json, "precision", row->precision);
  json_put_interval_object(json, "precision_interval", &row->precision_interval);
  json_put_number(json, "recall", row->recall);
  json_put_interval_object(json, "recall_interval", &row->recall_interval);
  json_put_number(json, "f1", row->f1);
  json_put_number(json, "specificity", row->specificity);
  json_put_number(json, "npv", row->npv);
  json_put_number(json, "flagged", row->flagged);
  if (!isnan(row->cost)) json_put_number(json, "cost", row->cost);
  json_add_bool(json, "default", row->is_default);
  json_add_bool(json, "chosen", row->is_chosen);
  json_write_close(json);
}

static void put_thresholds(struct json_writer *json, const struct threshold_table *from)
{
  if (!from->count) return;
  json_write_key(json, "thresholds");
  json_write_open(json, '[');
  for (size_t i = 0; i < from->count; i++) put_threshold(json, &from->row[i]);
  json_write_close(json);
}

static void put_histogram(struct json_writer *json, const struct score_histogram *from,
                          bool is_by_class)
{
  if (!from->bins) return;
  json_write_key(json, "score_histogram");
  json_write_open(json, '{');
  json_put_numbers(json, "edges", from->edge, from->bins + 1);
  json_put_numbers(json, is_by_class ? "positive" : "right", from->count[0], from->bins);
  json_put_numbers(json, is_by_class ? "negative" : "wrong", from->count[1], from->bins);
  json_write_close(json);
}

void json_classification_write(struct json_writer *json, const struct evaluation_result *result)
{
  const struct classification_result *from = &result->classification;

  json_put_texts(json, "classes", result->source->class_names, result->source->class_count);
  if (!from->confusion.per_class) return;
  put_confusion(json, from, result->source->class_names);
  json_put_scalars(json, &from->scalars);
  json_put_interval(json, "accuracy_interval", from->accuracy);
  put_classes(json, from, result->source->class_names);
  if (!from->has_scores) return;
  put_thresholds(json, &from->curves.thresholds);
  put_histogram(json, &from->scores, from->positive < result->source->class_count);
  json_add_bool(json, "curves_have_all_points", from->has_all_points);
  json_curves_write(json, from, result->source->class_names);
}
