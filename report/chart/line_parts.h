/* What line_chart.c and line_marks.c share. */
#ifndef EPOCHLOG_CHART_LINE_PARTS_H
#define EPOCHLOG_CHART_LINE_PARTS_H

#include "chart/line_chart.h"
#include "chart/line_range.h"

/* Hue of a line, 0 for context; how it is drawn. */
unsigned line_hue(const struct line_chart *chart, size_t index);
struct paint line_paint(const struct line_chart *chart, size_t index);

/* Markers, rings, NaN and infinities. */
void line_marks_draw(struct frame *frame, const struct line_chart *chart);
/* "max 412" where values were cut off. */
void line_cuts_draw(struct frame *frame, const struct line_range *range);

#endif
