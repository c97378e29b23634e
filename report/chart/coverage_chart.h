/* How often prediction intervals hold the truth, from low predictions to high
 * ones (wide, 720x420): a dot per part of the rows with its Wilson bar, the
 * share that was claimed as a dashed line, the share of all rows as a band.
 */
#ifndef EPOCHLOG_CHART_COVERAGE_CHART_H
#define EPOCHLOG_CHART_COVERAGE_CHART_H

#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

struct coverage_chart {
  struct chart_text text;
  const double *x;     /* mean prediction of each part, rising */
  const double *share; /* 0..1, as are the next two; a part with a NaN is left out */
  const double *low;
  const double *high;
  size_t count;
  double nominal;     /* 0..1; NaN: not known, no line */
  double overall;     /* 0..1; NaN: none */
  double overall_low; /* NaN: none */
  double overall_high;
};

void coverage_chart_size(const struct coverage_chart *chart, double *width, double *height);
void coverage_chart_draw(const struct coverage_chart *chart, struct canvas *canvas);

#endif
