/* A confusion matrix (true classes down, predicted across) or another square
 * matrix of numbers; the canvas is as large as its cells, at most 960 wide.
 *
 * A cell's shade is its share of its row.  Up to 12 classes a cell shows count
 * and percentage, up to 30 the percentage, above nothing (give a table of the
 * top confusions beside it).
 */
#ifndef EPOCHLOG_CHART_MATRIX_CHART_H
#define EPOCHLOG_CHART_MATRIX_CHART_H

#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

enum matrix_kind {
  MATRIX_CONFUSION = 0, /* counts or summed weights, >= 0; totals at the margins */
  MATRIX_SIGNED         /* -limit..limit, diverging shades: correlation, differences; no totals */
};

enum matrix_look {
  MATRIX_CELLS = 0, /* shaded cells */
  MATRIX_CIRCLES    /* circles whose area is the count, right ones and wrong ones in a hue each,
                     * totals as bars at the margins; up to 30 classes, above as cells */
};

struct matrix_chart {
  struct chart_text text; /* axis names default to "Predicted label" and "True label" */
  enum matrix_kind kind;
  enum matrix_look look;      /* of MATRIX_CONFUSION */
  const char *const *classes; /* class_count names; a NULL one is written as its number */
  size_t class_count;
  const double *cells; /* class_count x class_count, row after row; rows are the true class */
  double limit;        /* MATRIX_SIGNED: the value of the darkest shade; 0: the largest magnitude */
};

void matrix_chart_size(const struct matrix_chart *chart, double *width, double *height);
void matrix_chart_draw(const struct matrix_chart *chart, struct canvas *canvas);

#endif
