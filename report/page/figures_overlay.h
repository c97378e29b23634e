/* What the charts of several runs have in common, and those of them that are about
 * values: errors, predictions, residuals, importance. */
#ifndef EPOCHLOG_PAGE_FIGURES_OVERLAY_H
#define EPOCHLOG_PAGE_FIGURES_OVERLAY_H

#include "page/comparison.h"
#include "page/figure.h"
#include "page/report.h"

/* One chart being made: whose runs, of which class. */
struct overlay {
  struct figures *figures;
  struct pool *pool;
  const struct report *report;
  const struct comparison_entry *entry;
  const char *of; /* "3 runs, n = 143, positive = malignant" */
  bool binary;
};

/* The name of the i-th run compared. */
const char *overlay_label(const struct overlay *o, size_t i);

/* A figure of the comparison's section, with its words but no data. */
struct figure *overlay_begin(const struct overlay *o, enum figure_kind kind, const char *stem,
                             const char *title, const char *subtitle);

/* Of regressions: how large the errors are, predicted against true, residuals (of up to
 * three runs). */
void overlay_add_errors(const struct overlay *o);
void overlay_add_predictions(const struct overlay *o);
void overlay_add_residuals(const struct overlay *o);

/* Feature importance side by side. */
void overlay_add_importance(const struct overlay *o);

#endif
