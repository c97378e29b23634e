#include "stats/classification_intervals.h"

#include <math.h>

#define LEVEL 0.95

static struct interval share(double successes, double trials, bool weighted)
{
  if (weighted) return interval_none("weighted data");
  return interval_wilson(successes, trials, LEVEL);
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
  out->f1 = interval_none("no interval for this number");
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

int classification_intervals(struct scalar_table *table, struct class_intervals *per_class,
                             const struct predictions_view *view, const struct confusion *confusion,
                             const struct multiclass *curves)
{
  static const char *const as_accuracy[] = {"accuracy", "precision_score_micro",
                                            "recall_score_micro", "f1_score_micro"};
  const bool weighted = view->data.weight != NULL;
  const int32_t positive = view->data.positive;
  double correct = 0;

  for (size_t k = 0; k < confusion->classes; k++) {
    of_one_class(&per_class[k], confusion, k, curves, weighted);
    correct += confusion->per_class[k].tp;
  }
  for (size_t i = 0; i < sizeof as_accuracy / sizeof *as_accuracy; i++)
    scalar_table_set_interval(table, as_accuracy[i], share(correct, confusion->total, weighted));
  if (positive < 0 || (size_t)positive >= confusion->classes) return 0;
  scalar_table_set_interval(table, "precision_score_binary", per_class[positive].precision);
  scalar_table_set_interval(table, "recall_score_binary", per_class[positive].recall);
  if (!curves || (size_t)positive >= curves->classes) return 0;
  scalar_table_set_interval(table, "AUC_binary", curves->per_class[positive].delong.best);
  scalar_table_set_interval(table, "average_precision_score_binary",
                            per_class[positive].average_precision);
  return 0;
}
