#include "analysis/aggregated_averages.h"

#include <math.h>

static double rows_of(const struct accuracy_count *row)
{
  return row->tp + row->fp + row->tn + row->fn;
}

int aggregated_averages_compute(struct aggregated_averages *out, const struct aggregated *from)
{
  const struct accuracy_source *tables = &from->tables;
  const double nan = (double)NAN;
  struct accuracy_curves curves;
  double weight = 0, auc = 0, ap = 0;

  *out = (struct aggregated_averages){0, nan, nan, nan, nan, nan, nan};
  for (size_t k = 0; k < tables->classes; k++) {
    const struct accuracy_count *first = &tables->probability[k * tables->probability_count];

    if (accuracy_curves_of_class(&curves, tables, k)) return -1;
    if (rows_of(first) > out->rows) out->rows = rows_of(first);
    if (!curves.reason) {
      weight += first->tp + first->fn;
      auc += (first->tp + first->fn) * curves.auc;
      ap += (first->tp + first->fn) * curves.ap;
    }
    accuracy_curves_release(&curves);
  }
  if (weight > 0) {
    out->auc_weighted = auc / weight;
    out->ap_weighted = ap / weight;
  }
  if (accuracy_curves_macro(&curves, tables)) return -1;
  if (!curves.reason) {
    out->auc_macro = curves.auc;
    out->ap_macro = curves.ap;
  }
  accuracy_curves_release(&curves);
  if (accuracy_curves_micro(&curves, tables)) return -1;
  if (!curves.reason) {
    out->auc_micro = curves.auc;
    out->ap_micro = curves.ap;
  }
  accuracy_curves_release(&curves);
  return 0;
}
