#include "stats/classification_intervals.h"

#include <math.h>
#include <string.h>

#include "stats/classification_spread.h"
#include "stats/confusion_influence.h"

#define LEVEL 0.95

/* Sorting more rows once more would be the larger part of a report, for the sake
 * of averaged areas alone. */
#define ROWS_MAX 100000

static struct interval share(double successes, double trials, bool weighted)
{
  if (weighted) return interval_none("weighted data");
  return interval_wilson(successes, trials, LEVEL);
}

/* F1 = 2 TP / (support + predicted), by the delta method over the three counts,
 * symmetric on the logit scale. */
static struct interval f1_interval(const struct confusion_class *class)
{
  const double whole = class->support + class->predicted, f1 = class->f1;
  const double variance =
      (class->tp * (2 - 2 * f1) * (2 - 2 * f1) + (class->fp + class->fn) * f1 * f1) / whole / whole;
  struct interval interval;

  if (!(f1 > 0 && f1 < 1)) return interval_none("an F1 of 0 or 1");
  interval = interval_logit(f1, variance, LEVEL);
  if (!interval.reason) interval.method = "delta method, logit";
  return interval;
}

static void of_one_class(struct class_intervals *out, const struct confusion *confusion, size_t k,
                         const struct multiclass *curves, bool weighted)
{
  const struct confusion_class *class = &confusion->per_class[k];
  const double others = confusion->total - class->support;

  out->specificity = others > 0 ? (others - class->fp) / others : (double)NAN;
  out->precision = share(class->tp, class->predicted, weighted);
  out->recall = share(class->tp, class->support, weighted);
  out->specificity_interval = share(others - class->fp, others, weighted);
  out->f1 = weighted ? interval_none("weighted data") : f1_interval(class);
  out->average_precision = interval_none("no scores");
  if (!curves || k >= curves->classes) return;
  if (curves->per_class[k].reason)
    out->average_precision = interval_none(curves->per_class[k].reason);
  else if (weighted)
    out->average_precision = interval_none("weighted data");
  else
    out->average_precision = interval_average_precision(curves->per_class[k].pr.ap,
                                                        (double)curves->per_class[k].rows, LEVEL);
}

/* The numbers with a formula of their own. */
static void set_formulas(struct scalar_table *table, const struct class_intervals *per_class,
                         const struct confusion *confusion, int32_t positive,
                         const struct multiclass *curves)
{
  static const char *const as_accuracy[] = {"accuracy", "precision_score_micro",
                                            "recall_score_micro", "f1_score_micro"};
  double correct = 0;

  for (size_t k = 0; k < confusion->classes; k++) correct += confusion->per_class[k].tp;
  for (size_t i = 0; i < sizeof as_accuracy / sizeof *as_accuracy; i++)
    scalar_table_set_interval(table, as_accuracy[i],
                              interval_wilson(correct, confusion->total, LEVEL));
  if (positive < 0 || (size_t)positive >= confusion->classes) return;
  scalar_table_set_interval(table, "precision_score_binary", per_class[positive].precision);
  scalar_table_set_interval(table, "recall_score_binary", per_class[positive].recall);
  if (!curves || (size_t)positive >= curves->classes) return;
  scalar_table_set_interval(table, "AUC_binary", curves->per_class[positive].delong.best);
  scalar_table_set_interval(table, "average_precision_score_binary",
                            per_class[positive].average_precision);
}

/* Whether a formula has spoken: an interval, or a reason of its own. */
static bool has_formula(const char *name, bool weighted)
{
  static const char *const names[] = {
      "accuracy",       "precision_score_micro",         "recall_score_micro",
      "f1_score_micro", "precision_score_binary",        "recall_score_binary",
      "AUC_binary",     "average_precision_score_binary"};

  if (strcmp(name, "log_loss") == 0 || strcmp(name, "brier_score") == 0) return true;
  for (size_t i = 0; i < sizeof names / sizeof *names && !weighted; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

static void set_resampled(struct scalar_table *table, const struct spread *spread, bool weighted)
{
  for (size_t i = 0; i < spread->numbers; i++) {
    const char *name = spread->number[i].name;

    if (!isnan(spread->number[i].estimate) && !has_formula(name, weighted))
      scalar_table_set_interval(table, name, spread_interval(spread, i, LEVEL));
  }
  /* With one label a row they are the accuracy under other names. */
  if (weighted) {
    const struct interval accuracy = scalar_table_interval(table, "accuracy");

    scalar_table_set_interval(table, "precision_score_micro", accuracy);
    scalar_table_set_interval(table, "recall_score_micro", accuracy);
    scalar_table_set_interval(table, "f1_score_micro", accuracy);
  }
}

/* Where there are too many rows to keep what each does: the same sum cell by
 * cell, as all rows of a cell do the same. */
static void set_by_cell(struct scalar_table *table, const struct confusion *confusion,
                        int32_t positive)
{
  const struct confusion_margins margins = confusion_margins(confusion);
  double variance[CONFUSION_NUMBERS] = {0}, value[CONFUSION_NUMBERS], out[CONFUSION_NUMBERS];
  struct class_pair pair;

  for (size_t at = 0; confusion_next(confusion, &at, &pair);) {
    confusion_influence(out, confusion, &margins, positive, (size_t)pair.actual,
                        (size_t)pair.predicted);
    for (int j = 0; j < CONFUSION_NUMBERS; j++) variance[j] += pair.weight * out[j] * out[j];
  }
  confusion_numbers(value, confusion, positive);
  for (int j = 0; j < CONFUSION_NUMBERS; j++) {
    const char *name = confusion_number_name((enum confusion_number)j);
    const bool has_sign = j == CONFUSION_MATTHEWS || j == CONFUSION_KAPPA;

    if (!has_formula(name, false))
      scalar_table_set_interval(
          table, name,
          spread_within_limits(value[j], variance[j], has_sign ? SPREAD_SIGNED_UNIT : SPREAD_UNIT,
                               LEVEL, "delta method"));
  }
}

static bool are_equal(const struct multiclass *curves)
{
  for (size_t k = 0; k < curves->classes; k++)
    if (!curves->per_class[k].reason && !curves->per_class[k].roc.is_constant) return false;
  return curves->present > 0;
}

/* Areas under equal scores depend on the sizes of the classes alone: that they do not
 * vary says nothing about how well they are known. */
static void refuse_areas(struct scalar_table *table)
{
  static const char *const names[] = {"AUC_macro",
                                      "AUC_micro",
                                      "AUC_weighted",
                                      "AUC_binary",
                                      "average_precision_score_macro",
                                      "average_precision_score_micro",
                                      "average_precision_score_weighted"};

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    scalar_table_set_interval(table, names[i], interval_none("all scores equal"));
}

static int set_numbers(struct scalar_table *table, const struct class_intervals *per_class,
                       const struct predictions_view *view, const struct confusion *confusion,
                       const struct multiclass *curves)
{
  const bool weighted = view->data.weight != NULL;
  const int32_t positive = view->data.positive;
  struct spread spread;

  if (!weighted) set_formulas(table, per_class, confusion, positive, curves);
  if (view->data.rows > ROWS_MAX) {
    if (!weighted) set_by_cell(table, confusion, positive);
    return 0;
  }
  if (classification_spread(&spread, view, confusion, table)) return -1;
  set_resampled(table, &spread, weighted);
  spread_release(&spread);
  return 0;
}

int classification_intervals(struct scalar_table *table, struct class_intervals *per_class,
                             const struct predictions_view *view, const struct confusion *confusion,
                             const struct multiclass *curves)
{
  for (size_t k = 0; k < confusion->classes; k++)
    of_one_class(&per_class[k], confusion, k, curves, view->data.weight != NULL);
  if (confusion->reason) return 0;
  if (set_numbers(table, per_class, view, confusion, curves)) return -1;
  if (curves && are_equal(curves)) refuse_areas(table);
  return 0;
}
