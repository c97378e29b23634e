/* Lift over the share of rows taken (wide, 720x420 and a legend where there
 * are several curves): how many times more positives than a random choice.
 *
 * x is 0 to 1 and labelled in percent; y starts at 0 and reaches at least the
 * largest lift.  The line at 1 is drawn by the chart.
 */
#ifndef EPOCHLOG_CHART_LIFT_CHART_H
#define EPOCHLOG_CHART_LIFT_CHART_H

#include <stddef.h>

#include "chart/canvas.h"
#include "chart/curve_chart.h"
#include "chart/frame.h"

struct lift_chart {
  struct chart_text text; /* axis names default to "Share of rows" and "Lift" */
  const struct chart_curve *curves;
  size_t curve_count;
  double max_lift; /* 1 / prevalence, a dashed line; 0 or NaN: none (several classes) */
};

void lift_chart_size(const struct lift_chart *chart, double *width, double *height);
void lift_chart_draw(const struct lift_chart *chart, struct canvas *canvas);

#endif
