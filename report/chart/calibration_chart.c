#include "chart/calibration_chart.h"

#include <math.h>

#include "chart/curves.h"
#include "chart/dots.h"
#include "chart/labels.h"
#include "chart/trace.h"

#define MARKERS_BELOW 25

static size_t fill_legend(const struct calibration_chart *chart,
                          struct legend_entry entries[CURVES_LEGEND_MAX], char others[64])
{
  const struct curves curves = {.curve = chart->curves, .count = chart->curve_count};
  size_t count = curves_legend(&curves, entries, others);

  if (count) return count;
  if (chart->step_count)
    entries[count++] = (struct legend_entry){.name = "isotonic fit",
                                             .swatch = {.stroke = COLOR_S1, .stroke_width = 2}};
  if (chart->bin_count)
    entries[count++] = (struct legend_entry){
        .name = chart->bin_low && chart->bin_high ? "bins with their interval" : "bins",
        .swatch = {.stroke = COLOR_CTX, .stroke_width = 1.5}};
  return count > 1 ? count : 0;
}

static bool is_empty(const struct calibration_chart *chart)
{
  const struct curves curves = {.curve = chart->curves, .count = chart->curve_count};
  bool has_bin = false;

  for (size_t i = 0; i < chart->bin_count; i++)
    has_bin = has_bin || (isfinite(chart->bin_x[i]) && isfinite(chart->bin_y[i]));
  return !has_bin && chart->step_count == 0 && curves_are_empty(&curves);
}

void calibration_chart_size(const struct calibration_chart *chart, double *width, double *height)
{
  struct legend_entry entries[CURVES_LEGEND_MAX];
  char others[64];

  *width = FRAME_SQUARE_WIDTH;
  *height = FRAME_SQUARE_HEIGHT + frame_head_height(&chart->text, *width) - FRAME_PLOT_TOP;
  if (chart->text.message || is_empty(chart)) return;
  if (chart->strip_count) *height += STRIP_EXTRA + 8;
  *height += legend_height(entries, fill_legend(chart, entries, others), *width);
}

static void draw_bins(struct frame *frame, const struct calibration_chart *chart)
{
  const struct paint bar = {.stroke = COLOR_CTX, .stroke_width = 1.5};
  const struct paint dot = {.fill = COLOR_CTX};
  const struct rect plot = frame->plot;

  canvas_group_begin(frame->canvas, "bins", NULL);
  for (size_t i = 0; i < chart->bin_count; i++) {
    struct point at = {scale_at(&frame->x, chart->bin_x[i]), scale_at(&frame->y, chart->bin_y[i])};

    if (!frame_holds(frame, at)) continue;
    if (chart->bin_low && chart->bin_high) {
      double low = scale_at(&frame->y, chart->bin_low[i]),
             high = scale_at(&frame->y, chart->bin_high[i]);

      if (!isnan(low) && !isnan(high)) {
        low = fmin(fmax(low, plot.y), plot.y + plot.height);
        high = fmin(fmax(high, plot.y), plot.y + plot.height);
        canvas_polyline(frame->canvas, (struct point[]){{at.x, low}, {at.x, high}}, 2, &bar);
        frame_ink(frame, (struct point){at.x, low}, (struct point){at.x, high});
      }
    }
    canvas_circle(frame->canvas, at, 3, &dot);
    frame_ink(frame, at, at);
  }
  canvas_group_end(frame->canvas);
}

static void draw_curve_markers(struct frame *frame, const struct curves *curves)
{
  for (size_t i = 0; i < curves->count; i++) {
    const struct chart_curve *curve = &curves->curve[i];
    unsigned hue = curves_hue(curves, i);

    /* With more curves the markers cover each other. */
    if (!hue || curve->count >= MARKERS_BELOW || curves->count > 4) continue;
    for (size_t k = 0; k < curve->count; k++) {
      struct point at = {scale_at(&frame->x, curve->x[k]), scale_at(&frame->y, curve->y[k])};

      if (frame_holds(frame, at)) trace_marker(frame->canvas, at, hue);
    }
  }
}

void calibration_chart_draw(const struct calibration_chart *chart, struct canvas *canvas)
{
  static const double ends[] = {0, 1};
  const struct curves curves = {.curve = chart->curves, .count = chart->curve_count};
  const struct paint dashed = {.stroke = COLOR_AXIS, .stroke_width = 1, .dash = DASH_REFERENCE};
  const struct trace ideal = {.x = ends, .y = ends, .count = 2};
  const struct trace steps = {.x = chart->step_x,
                              .y = chart->step_y,
                              .count = chart->step_count,
                              .shape = TRACE_STEP_AFTER};
  const struct paint fit = {.stroke = COLOR_S1, .stroke_width = 2};
  struct chart_text text = chart->text;
  struct legend_entry entries[CURVES_LEGEND_MAX];
  struct frame frame;
  char others[64];
  double below;
  size_t count;

  if (chart->text.message || is_empty(chart)) {
    frame_message(canvas, &chart->text, "no probabilities were logged");
    return;
  }
  if (!text.x_name) text.x_name = "Predicted probability";
  if (!text.y_name) text.y_name = "Fraction positive";
  frame_begin(&frame, canvas, &text);
  frame_place(&frame, (struct rect){FRAME_SQUARE_LEFT, frame_head_height(&text, canvas->width),
                                    FRAME_SQUARE_SIDE, FRAME_SQUARE_SIDE});
  frame.has_x_grid = true;
  if (chart->strip_count) frame.x_name_drop = STRIP_EXTRA;
  frame_set_y(&frame, FRAME_UNIT, range_none());
  frame_set_x(&frame, FRAME_UNIT, range_none());
  frame_grid(&frame);
  canvas_group_begin(canvas, "reference", "ideal");
  trace_line(&frame, &ideal, &dashed);
  canvas_group_end(canvas);
  canvas_group_begin(canvas, "series", "isotonic fit");
  trace_line(&frame, &steps, &fit);
  canvas_group_end(canvas);
  draw_bins(&frame, chart);
  curves_draw(&frame, &curves);
  frame_axes(&frame);
  draw_curve_markers(&frame, &curves);
  if (chart->strip_count)
    strip_draw(&frame, chart->strip_edges, chart->strip_counts, chart->strip_count, false);
  labels_on_line(&frame,
                 (struct point[]){{frame.plot.x, frame.plot.y + frame.plot.height},
                                  {frame.plot.x + frame.plot.width, frame.plot.y}},
                 2, "ideal");
  count = fill_legend(chart, entries, others);
  below = frame.plot.y + frame.plot.height + FRAME_FOOT + (chart->strip_count ? STRIP_EXTRA : 0);
  legend_draw(&frame, entries, count, below);
}
