/* Series over a step, an epoch, a time or any other number (720x420; as a panel,
 * one of very many, 232x176).
 *
 * Lines end in their own name; a legend replaces the names above six series.
 * Any number of points is accepted: where there are more than one per device
 * pixel column, the column keeps its lowest and highest value, so a spike of
 * one point is still seen.  A missing value (NaN) breaks the line and leaves a
 * tick at the baseline; an infinity leaves a triangle at the edge.
 */
#ifndef EPOCHLOG_CHART_LINE_CHART_H
#define EPOCHLOG_CHART_LINE_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

enum line_role {
  LINE_MAIN = 0, /* validation, or the only line: solid, 2 px */
  LINE_TRAIN,    /* training beside validation: dashed, or thin where it has many points */
  LINE_CONTEXT   /* other runs: grey, thin, without a name */
};

enum line_x_kind {
  LINE_X_NUMBER = 0,
  LINE_X_STEP,    /* integers: steps, epochs, indices; ticks are whole, SI from 10k */
  LINE_X_ELAPSED, /* seconds since the start: h:mm:ss */
  LINE_X_UTC      /* seconds since 1970-01-01 UTC: 14:30, with the date where it changes */
};

enum line_y_kind {
  LINE_Y_AUTO = 0, /* log when all values are positive and max / 5th percentile > 100 */
  LINE_Y_LINEAR,
  LINE_Y_LOG, /* values <= 0 are left out, and the axis says so */
  LINE_Y_INTEGER
};

/* One line.  `x` NULL means 0, 1, 2, ...; `x` need not rise, but the reduction
 * per pixel column happens only along rising stretches.  `raw_*`, when
 * `raw_count` > 0, is the unsmoothed series drawn faint behind.  With `raw_low` and
 * `raw_high` (both or none) it is not a line but the spans that its values fill, a
 * place where they are NaN having none; `raw_y` then only tells where values are not
 * finite.  `low` and `high` (both or none, `count` values) are a band about `y`. */
struct line_series {
  const char *name; /* at the end of the line; NULL: none */
  const double *x;
  const double *y;
  size_t count;
  const double *raw_x;
  const double *raw_y;
  size_t raw_count;
  const double *raw_low;
  const double *raw_high;
  const double *low;
  const double *high;
  enum line_role role;
  unsigned hue;  /* 1..12; 0: by position among the lines that are not context, of which only
                  * the first six are coloured where there are more than 12.  Give a
                  * training line the hue of its validation line. */
  bool has_ring; /* a ring at (ring_x, ring_y): the best point */
  double ring_x;
  double ring_y;
};

/* A dashed line across the plot at y (or, `vertical`, at x), with a label. */
struct line_reference {
  const char *label;
  double at;
  bool vertical;
};

struct line_chart {
  struct chart_text text;
  const struct line_series *series;
  size_t series_count;
  const struct line_reference *references;
  size_t reference_count;
  enum line_x_kind x_kind;
  enum line_y_kind y_kind;
  bool is_panel;          /* small: title, lines and axes alone */
  bool y_from_zero;       /* the y axis includes 0 */
  bool keep_outliers;     /* by default a linear axis leaves out what lies ten times the middle
                           * 98 % of the values away from them, and marks it at the edge */
  double pixels_per_unit; /* device pixels per CSS pixel, for the reduction; 0 means 2 */
};

/* Size of the canvas the chart wants, in CSS pixels. */
void line_chart_size(const struct line_chart *chart, double *width, double *height);

/* Draws on a canvas of that size. */
void line_chart_draw(const struct line_chart *chart, struct canvas *canvas);

#endif
