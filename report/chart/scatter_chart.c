#include "chart/scatter_chart.h"

#include <math.h>

#include "chart/dots.h"
#include "chart/labels.h"
#include "chart/trace.h"

/* Ranges of the points both of whose coordinates can be drawn. */
static void ranges_of(const struct scatter_chart *chart, struct range *x, struct range *y)
{
  *x = range_none();
  *y = range_none();
  for (size_t i = 0; i < chart->count; i++) {
    if (!isfinite(chart->x[i]) || !isfinite(chart->y[i])) continue;
    range_add(x, chart->x[i]);
    range_add(y, chart->y[i]);
  }
  if (x->is_empty) return;
  range_add_all(y, chart->line_y, chart->line_count);
  range_add_all(y, chart->line_low, chart->line_count);
  range_add_all(y, chart->line_high, chart->line_count);
  if (chart->zero_line) range_add(y, 0);
}

static size_t fill_legend(const struct scatter_chart *chart, struct legend_entry entries[2])
{
  if (!chart->line_label || chart->line_count == 0) return 0;
  entries[0] = (struct legend_entry){.name = chart->line_label,
                                     .swatch = {.stroke = COLOR_S2, .stroke_width = 2}};
  if (!chart->line_low || !chart->line_high || !chart->band_label) return 1;
  entries[1] = (struct legend_entry){.name = chart->band_label,
                                     .swatch = {.fill = COLOR_S2, .fill_opacity = 0.28}};
  return 2;
}

void scatter_chart_size(const struct scatter_chart *chart, double *width, double *height)
{
  struct legend_entry entries[2];

  *width = chart->square ? FRAME_SQUARE_WIDTH : FRAME_WIDE_WIDTH;
  *height = (chart->square ? FRAME_SQUARE_HEIGHT : FRAME_WIDE_HEIGHT) +
            frame_head_height(&chart->text, *width) - FRAME_PLOT_TOP;
  if (!chart->text.message) *height += legend_height(entries, fill_legend(chart, entries), *width);
}

static void place(struct frame *frame, const struct scatter_chart *chart, struct range x,
                  struct range y)
{
  double top = frame_head_height(&chart->text, frame->canvas->width);
  double height =
      chart->square ? FRAME_SQUARE_SIDE : FRAME_WIDE_HEIGHT - FRAME_FOOT - FRAME_PLOT_TOP;
  double left, width;

  if (chart->equal_limits) {
    range_add(&y, x.low);
    range_add(&y, x.high);
  }
  left = FRAME_MARGIN + 8 + frame_y_label_width(FRAME_FREE, y, height);
  if (chart->square) {
    left = fmax(left, FRAME_SQUARE_LEFT);
    width = height = fmin(height, FRAME_SQUARE_WIDTH - left - FRAME_MARGIN);
    frame->has_x_grid = true;
  } else {
    width = FRAME_WIDE_WIDTH - left - FRAME_MARGIN;
  }
  frame_place(frame, (struct rect){left, top, width, height});
  if (chart->equal_limits) {
    frame_set_equal(frame, y);
    return;
  }
  frame_set_y(frame, FRAME_FREE, y);
  if (chart->x_whole && x.high - x.low > 1) {
    range_pad(&x, 0.04);
    frame_set_x(frame, FRAME_STEPS, x);
  } else {
    frame_set_x(frame, FRAME_FREE, x);
  }
}

/* Two points of the reference line at the ends of the x axis, in pixels. */
static bool reference_ends(const struct frame *frame, const struct scatter_chart *chart,
                           struct point ends[2])
{
  double y0 = chart->reference_at + chart->reference_slope * frame->x.low;
  double y1 = chart->reference_at + chart->reference_slope * frame->x.high;

  ends[0] = (struct point){scale_at(&frame->x, frame->x.low), scale_at(&frame->y, y0)};
  ends[1] = (struct point){scale_at(&frame->x, frame->x.high), scale_at(&frame->y, y1)};
  return chart->has_reference && !isnan(ends[0].y) && !isnan(ends[1].y);
}

static void draw_references(struct frame *frame, const struct scatter_chart *chart)
{
  const struct paint dashed = {.stroke = COLOR_AXIS, .stroke_width = 1, .dash = DASH_REFERENCE};
  const double x[] = {frame->x.low, frame->x.high}, zero[] = {0, 0};
  const double y[] = {chart->reference_at + chart->reference_slope * x[0],
                      chart->reference_at + chart->reference_slope * x[1]};
  const struct trace level = {.x = x, .y = zero, .count = 2}, sloped = {.x = x, .y = y, .count = 2};

  canvas_group_begin(frame->canvas, "reference", chart->reference_label);
  if (chart->zero_line) trace_line(frame, &level, &dashed);
  if (chart->has_reference) trace_line(frame, &sloped, &dashed);
  canvas_group_end(frame->canvas);
}

/* Where the line is known: a line of a few points only. */
static void draw_line_dots(struct frame *frame, const struct scatter_chart *chart)
{
  const struct paint dot = {.fill = COLOR_S2};

  for (size_t i = 0; i < chart->line_count && chart->line_count < 25; i++) {
    struct point at = {scale_at(&frame->x, chart->line_x[i]),
                       scale_at(&frame->y, chart->line_y[i])};

    if (frame_holds(frame, at)) canvas_circle(frame->canvas, at, 3, &dot);
  }
}

void scatter_chart_draw(const struct scatter_chart *chart, struct canvas *canvas)
{
  const struct paint own_band = {.fill = COLOR_CTX, .fill_opacity = 0.15};
  const struct paint line_band = {.fill = COLOR_S2, .fill_opacity = 0.13};
  const struct paint line = {.stroke = COLOR_S2, .stroke_width = 2};
  const struct trace band = {.x = chart->band_x, .count = chart->band_count};
  const struct trace mean = {.x = chart->line_x, .y = chart->line_y, .count = chart->line_count};
  struct legend_entry entries[2];
  struct point ends[2];
  struct range x, y;
  struct frame frame;
  size_t count;

  ranges_of(chart, &x, &y);
  if (chart->text.message || x.is_empty) {
    frame_message(canvas, &chart->text, "no points to draw");
    return;
  }
  frame_begin(&frame, canvas, &chart->text);
  place(&frame, chart, x, y);
  frame_grid(&frame);
  canvas_group_begin(canvas, "band", NULL);
  if (chart->band_count) trace_band(&frame, &band, chart->band_low, chart->band_high, &own_band);
  if (chart->line_count && chart->line_low && chart->line_high)
    trace_band(&frame, &mean, chart->line_low, chart->line_high, &line_band);
  canvas_group_end(canvas);
  draw_references(&frame, chart);
  dots_draw(&frame, chart->x, chart->y, chart->count);
  canvas_group_begin(canvas, "series", chart->line_label);
  if (chart->line_count) trace_line(&frame, &mean, &line);
  draw_line_dots(&frame, chart);
  canvas_group_end(canvas);
  frame_axes(&frame);
  if (reference_ends(&frame, chart, ends)) labels_on_line(&frame, ends, 2, chart->reference_label);
  count = fill_legend(chart, entries);
  legend_draw(&frame, entries, count, frame.plot.y + frame.plot.height + FRAME_FOOT);
}
