/* The older look of a confusion matrix: a circle per cell whose area is the count,
 * and the totals of the classes as bars at the margins.  See matrix_chart.h. */
#ifndef EPOCHLOG_CHART_MATRIX_CIRCLES_H
#define EPOCHLOG_CHART_MATRIX_CIRCLES_H

#include "chart/matrix_chart.h"

/* More classes than this are drawn as cells. */
#define MATRIX_CIRCLES_MAX 30

void matrix_circles_size(const struct matrix_chart *chart, double *width, double *height);
void matrix_circles_draw(const struct matrix_chart *chart, struct canvas *canvas);

#endif
