/* A table of shaded cells with rows and columns of different things, such as the
 * importance of features (down) for classes (across).
 *
 * Values of one sign are shaded by the sequential ramp from 0; where both signs
 * occur, by the diverging one with 0 in its middle.  Every cell has its number:
 * with two digits that count where all fit, else with as many decimals as do and,
 * for what is small or large, in a power of ten that stands above the row names.
 * The canvas is as wide as its
 * columns need, at most 960.
 */
#ifndef EPOCHLOG_CHART_HEAT_CHART_H
#define EPOCHLOG_CHART_HEAT_CHART_H

#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

enum { HEAT_ROWS_MAX = 200, HEAT_COLUMNS_MAX = 24 };

struct heat_chart {
  struct chart_text text;
  const char *const *rows; /* row_count names, top down */
  size_t row_count;
  const char *const *columns;
  size_t column_count;
  const double *cells; /* [row * column_count + column]; NaN: left empty, with a dash */
};

void heat_chart_size(const struct heat_chart *chart, double *width, double *height);
void heat_chart_draw(const struct heat_chart *chart, struct canvas *canvas);

#endif
