/* The figures of a regression's evaluation. */
#ifndef EPOCHLOG_PAGE_FIGURES_REGRESSION_H
#define EPOCHLOG_PAGE_FIGURES_REGRESSION_H

#include "analysis/evaluate.h"
#include "page/figure.h"

/** Adds predicted against true, the residual histograms, residual against
 * prediction, the normal QQ plot and, where bounds were logged, the coverage of
 * the prediction intervals to `section`. */
void figures_of_regression(struct figures *figures, const char *section,
                           const struct evaluation_result *result);

/** A figure of `source` with its words: "TITLE: NAME", and an id of stem and name.
 * `text` (of the chart) gets title and subtitle. */
struct figure *regression_figure(struct figures *figures, enum figure_kind kind,
                                 const char *section, const struct evaluation *source,
                                 const char *stem, const char *title, const char *subtitle);

/** "Predicted BMI" where the target has a name, else "Predicted value". */
const char *regression_axis(struct pool *pool, const struct evaluation *source, const char *what);

/* figures_residuals.c */
void figures_of_residuals(struct figures *figures, const char *section,
                          const struct evaluation_result *result);

#endif
