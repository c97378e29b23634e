/* What stands on the lines of a line chart and at its edges: point markers, the best
 * point, what a line cannot show. */
#include <math.h>
#include <stdio.h>

#include "chart/labels.h"
#include "chart/line_parts.h"
#include "chart/number.h"
#include "chart/trace.h"

#define MARKERS_BELOW 25

static void draw_triangle(struct frame *frame, double x, bool is_up, enum color color)
{
  const struct paint paint = {.fill = color};
  double edge = is_up ? frame->plot.y : frame->plot.y + frame->plot.height, to = is_up ? 7 : -7;

  canvas_polygon(frame->canvas, (struct point[]){{x, edge}, {x + 4, edge + to}, {x - 4, edge + to}},
                 3, &paint);
}

/* What a line cannot show: NaN as ticks at the baseline, infinities and cut
 * values as triangles at the edge; at most one per few pixels. */
static void draw_missing(struct frame *frame, const struct line_chart *chart, size_t index)
{
  const struct line_series *series = &chart->series[index];
  const bool is_raw = series->raw_count > 0, has_spans = is_raw && series->raw_low;
  const struct trace trace = {.x = is_raw ? series->raw_x : series->x,
                              .y = is_raw ? series->raw_y : series->y,
                              .count = is_raw ? series->raw_count : series->count};
  const struct paint fail = {.stroke = COLOR_FAIL, .stroke_width = 1.5};
  enum color color = line_paint(chart, index).stroke;
  double last_nan = -1e9, last_up = -1e9, last_down = -1e9;
  double base = frame->plot.y + frame->plot.height;

  for (size_t i = 0; i < trace.count; i++) {
    double x = scale_at(&frame->x, trace_x(&trace, i)), value = trace.y[i];
    bool is_above = value > frame->y.high, is_below = value < frame->y.low;

    if (has_spans) {
      is_above |= series->raw_high[i] > frame->y.high;
      is_below |= series->raw_low[i] < frame->y.low;
    }
    if (isnan(x)) continue;
    if (frame->y.kind == SCALE_LOG && value <= 0) is_below = false;
    if (isnan(value) && fabs(x - last_nan) >= 2) {
      canvas_polyline(frame->canvas, (struct point[]){{x, base}, {x, base - 5}}, 2, &fail);
      last_nan = x;
    }
    if (is_above && fabs(x - last_up) >= 8) {
      draw_triangle(frame, x, true, color);
      last_up = x;
    }
    if (is_below && fabs(x - last_down) >= 8) {
      draw_triangle(frame, x, false, color);
      last_down = x;
    }
  }
}

void line_marks_draw(struct frame *frame, const struct line_chart *chart)
{
  canvas_group_begin(frame->canvas, "marks", NULL);
  for (size_t i = 0; i < chart->series_count; i++) {
    const struct line_series *series = &chart->series[i];
    const struct trace trace = {.x = series->x, .y = series->y, .count = series->count};
    unsigned hue = line_hue(chart, i);

    if (hue) draw_missing(frame, chart, i);
    if (!hue || chart->is_panel || series->count >= MARKERS_BELOW) continue;
    for (size_t k = 0; k < series->count; k++) {
      struct point at = {scale_at(&frame->x, trace_x(&trace, k)),
                         scale_at(&frame->y, series->y[k])};

      if (isnan(at.x) || isnan(at.y) || series->y[k] > frame->y.high || series->y[k] < frame->y.low)
        continue;
      trace_marker(frame->canvas, at, hue);
      frame_ink(frame, at, at);
    }
  }
  for (size_t i = 0; i < chart->series_count; i++) {
    const struct line_series *series = &chart->series[i];
    struct point at = {scale_at(&frame->x, series->ring_x), scale_at(&frame->y, series->ring_y)};

    if (series->has_ring && line_hue(chart, i) && frame_holds(frame, at))
      labels_ring(frame, at, 4, line_paint(chart, i).stroke);
  }
  canvas_group_end(frame->canvas);
}

/* "max 412" where values were cut off, in the corner with least data. */
void line_cuts_draw(struct frame *frame, const struct line_range *range)
{
  char words[NUMBER_SIZE + 16], number[NUMBER_SIZE];
  const struct rect plot = frame->plot;

  for (int below = 0; below < 2; below++) {
    double y = below ? plot.y + plot.height - 9 : plot.y + 9;

    if (!(below ? range->cuts_below : range->cuts_above)) continue;
    (void)snprintf(words, sizeof words, below ? "min %s" : "max %s",
                   number_metric(number, below ? range->smallest : range->largest));
    labels_on_line(frame, (struct point[]){{plot.x, y}, {plot.x + plot.width, y}}, 2, words);
  }
}
