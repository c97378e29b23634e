/* Curves over fixed axes: ROC, precision-recall, cumulative gains, DET
 * (square, 460 wide), Kolmogorov-Smirnov and the like (wide, 720).
 *
 * One curve needs no legend; two or more are named in a legend below the plot,
 * with a number each, and the canvas grows by its height.
 */
#ifndef EPOCHLOG_CHART_CURVE_CHART_H
#define EPOCHLOG_CHART_CURVE_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

enum curve_role {
  CURVE_CLASS = 0, /* coloured by position: 1-6 solid, 7-12 the same hues dashed */
  CURVE_MACRO,     /* averages are drawn in ink, each with its own dash */
  CURVE_MICRO,
  CURVE_WEIGHTED,
  CURVE_CONTEXT /* grey, thin; counted in the legend, not named */
};

enum curve_shape {
  CURVE_STRAIGHT = 0, /* ROC, gains, DET */
  CURVE_STEP_AFTER,   /* y holds from this x to the next: cumulative distributions */
  CURVE_STEP_BEFORE   /* y holds from the x before to this one: precision over rising recall */
};

/* `x` in either direction.  `value` is written after the name in the legend,
 * for example "AUC 0.994".  `low` and `high` (both or none, `count` values) are
 * a band.  Above 12 classes the first `highlight` of the chart stay coloured
 * and the rest turn grey, so give the curves in the order of interest. */
struct chart_curve {
  const char *name;
  const char *value;
  const double *x;
  const double *y;
  size_t count;
  const double *low;
  const double *high;
  enum curve_role role;
  enum curve_shape shape;
  unsigned hue; /* 1..12; 0: by position among the class curves */
};

/* A thin dashed line: chance, prevalence, perfect.  A label is put on it. */
struct curve_reference {
  const char *label;
  const double *x;
  const double *y;
  size_t count;
  bool is_faint; /* a contour to read values off, thinner than chance or ideal */
};

/* A ring at (x, y) with a note of two lines: what it is, and its numbers. */
struct curve_ring {
  double x;
  double y;
  const char *head;
  const char *body;
};

enum curve_axis {
  CURVE_AXIS_UNIT = 0, /* 0 to 1 by 0.2 */
  CURVE_AXIS_PERCENT,  /* data 0 to 1, labels 0 % to 100 % */
  CURVE_AXIS_PROBIT,   /* data 0 to 1, normal quantiles, .01 to .99 (DET) */
  CURVE_AXIS_FREE,     /* from the data */
  CURVE_AXIS_ZERO      /* from 0 to the largest of the data */
};

struct curve_chart {
  struct chart_text text;
  const struct chart_curve *curves;
  size_t curve_count;
  const struct curve_reference *references;
  size_t reference_count;
  const struct curve_ring *rings;
  size_t ring_count;
  enum curve_axis x_axis;
  enum curve_axis y_axis;
  bool wide;        /* 720x420 instead of the square */
  size_t highlight; /* how many of more than 12 classes stay coloured; 0 means 3 */
  bool has_bar;     /* a vertical bar at bar_x from bar_low to bar_high: the KS distance */
  double bar_x;
  double bar_low;
  double bar_high;
};

void curve_chart_size(const struct curve_chart *chart, double *width, double *height);
void curve_chart_draw(const struct curve_chart *chart, struct canvas *canvas);

#endif
