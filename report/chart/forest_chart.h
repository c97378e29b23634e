/* One number of several models with its interval (720 wide, 26 high per row): a
 * dot and a line from end to end, the value in words at the right.
 *
 * The first row is the baseline; a dashed line at its value lets the eye see
 * whose interval reaches across.
 */
#ifndef EPOCHLOG_CHART_FOREST_CHART_H
#define EPOCHLOG_CHART_FOREST_CHART_H

#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

/* `low` and `high` are NaN where there is no interval.  `words` stands right of
 * the plot, "0.991 (0.979–0.999)"; NULL for the value alone. */
struct forest_row {
  const char *name;
  double value;
  double low;
  double high;
  const char *words;
};

struct forest_chart {
  struct chart_text text;
  const struct forest_row *rows; /* from the top down; coloured like the runs' curves */
  size_t count;                  /* at most 200 are drawn */
};

void forest_chart_size(const struct forest_chart *chart, double *width, double *height);
void forest_chart_draw(const struct forest_chart *chart, struct canvas *canvas);

#endif
