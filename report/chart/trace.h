/* Arrays to polylines: gaps, steps, clipping to the plot, and the reduction
 * that keeps a line of a million points as small as the picture of it.
 *
 * Consecutive points that fall into one pixel column become two: the lowest and
 * the highest, in their order.  For a line that is what the pixels of the
 * column can show, so a spike of one point survives.  Of what is left, points
 * within a tenth of a pixel of the drawn line are left out.
 */
#ifndef EPOCHLOG_CHART_TRACE_H
#define EPOCHLOG_CHART_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

enum trace_shape { TRACE_STRAIGHT = 0, TRACE_STEP_AFTER, TRACE_STEP_BEFORE };

/* `x` NULL means 0, 1, 2, ...  `columns_per_pixel` 0 means 2. */
struct trace {
  const double *x;
  const double *y;
  size_t count;
  enum trace_shape shape;
  double columns_per_pixel;
};

/* How a series with hue 1..12 is drawn: 1-6 solid, 7-12 the same hues dashed. */
struct paint trace_paint(unsigned hue, double width);
enum color trace_label_color(unsigned hue);

/* Draws the line, clipped to the plot; a point alone between gaps becomes a
 * dot.  Notes the ink.  Out of memory sets frame->has_failed. */
void trace_line(struct frame *frame, const struct trace *trace, const struct paint *paint);

/* Fills between `low` and `high`, clamped to the plot; `trace->y` is not read. */
void trace_band(struct frame *frame, const struct trace *trace, const double *low,
                const double *high, const struct paint *paint);

/* The marker of a hue, 7 pixels across: circle, square, triangle up, diamond,
 * triangle down, plus. */
void trace_marker(struct canvas *canvas, struct point at, unsigned hue);

/* x of a point, whether there is an array or not. */
double trace_x(const struct trace *trace, size_t index);

#endif
