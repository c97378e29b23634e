/* Predicted against true value of a regression (square, 460 wide, with a strip
 * of counts below): both axes have the same limits and ticks, and the ideal
 * y = x is drawn.
 *
 * Give bins (mean and spread of the prediction per bin of the true value), or
 * points, or both: up to 5,000 points are drawn as dots, more as shaded cells.
 */
#ifndef EPOCHLOG_CHART_PREDICTION_CHART_H
#define EPOCHLOG_CHART_PREDICTION_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

struct prediction_chart {
  struct chart_text text; /* axis names default to "True value" and "Predicted value" */

  const double *bin_edges; /* bin_count + 1, rising */
  const double *bin_x;     /* where its mean is drawn: the mean true value in the bin; NULL: its
                            * middle */
  const double *bin_mean;  /* mean prediction in the bin; skipped where the count is 0 or NaN */
  const double *bin_sd;    /* spread about it, drawn as a band; NULL: none */
  const double *bin_counts;
  size_t bin_count;
  bool ends_are_open; /* the outer bins hold all that lies beyond: hatched below where wider */

  const double *truth;
  const double *predicted;
  size_t point_count;
};

void prediction_chart_size(const struct prediction_chart *chart, double *width, double *height);
void prediction_chart_draw(const struct prediction_chart *chart, struct canvas *canvas);

#endif
