/* The figures of a classifier's evaluation. */
#ifndef EPOCHLOG_PAGE_FIGURES_CLASSIFICATION_H
#define EPOCHLOG_PAGE_FIGURES_CLASSIFICATION_H

#include "analysis/evaluate.h"
#include "page/figure.h"

/* What the caller chose for these figures. */
struct classification_style {
  enum matrix_look confusion;
};

/** Adds confusion matrix and, with scores, ROC, precision-recall, gains, lift and
 * calibration to `section`.  Binary evaluations show the positive class alone,
 * others every class with macro and micro averages.  Figures point into
 * `result`, which must outlive them. */
void figures_of_classification(struct figures *figures, const char *section,
                               const struct evaluation_result *result,
                               const struct classification_style *style);

#endif
