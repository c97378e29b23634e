/* What charts of several curves share: who has which colour, and the legend. */
#ifndef EPOCHLOG_CHART_CURVES_H
#define EPOCHLOG_CHART_CURVES_H

#include <stddef.h>

#include "chart/canvas.h"
#include "chart/curve_chart.h"
#include "chart/frame.h"
#include "chart/labels.h"

/* Twelve classes, three averages and one row for the rest. */
#define CURVES_LEGEND_MAX 16

struct curves {
  const struct chart_curve *curve;
  size_t count;
  size_t highlight; /* of more than 12 classes; 0 means 3 */
};

/* Hue of a class curve that is coloured; 0 for averages and context. */
unsigned curves_hue(const struct curves *curves, size_t index);
struct paint curves_paint(const struct curves *curves, size_t index);

/* Rows of the legend, none for a single curve.  `others` holds the words of the
 * last row and must live as long as the entries. */
size_t curves_legend(const struct curves *curves, struct legend_entry entries[CURVES_LEGEND_MAX],
                     char others[64]);

/* All lines: grey ones, classes, averages on top. */
void curves_draw(struct frame *frame, const struct curves *curves);

/* Whether no curve has a point. */
bool curves_are_empty(const struct curves *curves);

#endif
