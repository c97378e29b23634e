/* Predicted probability against the share that came true (square, 460 wide,
 * with a strip of counts below and a legend where there are several curves).
 *
 * Two uses: one curve (binary, or top label), with isotonic steps, binned dots
 * and their intervals; or several curves, one per class and average.
 */
#ifndef EPOCHLOG_CHART_CALIBRATION_CHART_H
#define EPOCHLOG_CHART_CALIBRATION_CHART_H

#include <stddef.h>

#include "chart/canvas.h"
#include "chart/curve_chart.h"
#include "chart/frame.h"

struct calibration_chart {
  struct chart_text text; /* axis names default to "Predicted probability", "Fraction positive" */

  /* Isotonic fit: y holds from this x to the next.  x rises.  step_count 0: none. */
  const double *step_x;
  const double *step_y;
  size_t step_count;

  /* One dot per bin at (mean predicted, fraction positive).  `bin_low` and
   * `bin_high` (both or none) are the ends of its interval.  A bin whose x or y
   * is NaN (empty) is left out. */
  const double *bin_x;
  const double *bin_y;
  const double *bin_low;
  const double *bin_high;
  size_t bin_count;

  /* Several curves: lines with a marker at each point, named in a legend. */
  const struct chart_curve *curves;
  size_t curve_count;

  /* Strip: counts of predictions between edges (strip_count + 1 of them in 0..1). */
  const double *strip_edges;
  const double *strip_counts;
  size_t strip_count;
};

void calibration_chart_size(const struct calibration_chart *chart, double *width, double *height);
void calibration_chart_draw(const struct calibration_chart *chart, struct canvas *canvas);

#endif
