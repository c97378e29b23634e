/* Points (wide, 720x420, or square, 460x480): residual against prediction,
 * quantile against quantile, anything against anything.
 *
 * Up to 5,000 points are dots that let what is beneath shine through; above,
 * the plane is cut into cells shaded by their count, so nothing hides.
 */
#ifndef EPOCHLOG_CHART_SCATTER_CHART_H
#define EPOCHLOG_CHART_SCATTER_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

struct scatter_chart {
  struct chart_text text;
  const double *x;
  const double *y;
  size_t count; /* points with a NaN or an infinity are left out */
  bool square;
  bool equal_limits; /* the same limits on both axes */
  bool zero_line;    /* a dashed line at y = 0 */
  bool x_whole;      /* marks of the x axis at whole numbers only, as for quantiles */

  /* A line through the points, "mean", with an optional band of the same count. */
  const double *line_x;
  const double *line_y;
  const double *line_low;
  const double *line_high;
  size_t line_count;
  const char *line_label; /* NULL: no legend */
  const char *band_label; /* of line_low and line_high in the legend */

  /* A dashed straight line y = reference_at + reference_slope * x. */
  bool has_reference;
  double reference_at;
  double reference_slope;
  const char *reference_label;

  /* A band on its own, such as that of a QQ plot. */
  const double *band_x;
  const double *band_low;
  const double *band_high;
  size_t band_count;
};

void scatter_chart_size(const struct scatter_chart *chart, double *width, double *height);
void scatter_chart_draw(const struct scatter_chart *chart, struct canvas *canvas);

#endif
