#include "chart/prediction_chart.h"

#include <math.h>
#include <stdlib.h>

#include "chart/dots.h"
#include "chart/labels.h"
#include "chart/trace.h"

static bool has_bin(const struct prediction_chart *chart, size_t i)
{
  if (chart->bin_counts && !(chart->bin_counts[i] > 0)) return false;
  return isfinite(chart->bin_mean[i]) && isfinite(chart->bin_edges[i]) &&
         isfinite(chart->bin_edges[i + 1]);
}

static double bin_place(const struct prediction_chart *chart, size_t i)
{
  if (chart->bin_x && isfinite(chart->bin_x[i])) return chart->bin_x[i];
  return chart->bin_edges[i] / 2 + chart->bin_edges[i + 1] / 2;
}

static struct range range_of(const struct prediction_chart *chart)
{
  struct range range = range_none();

  for (size_t i = 0; i < chart->point_count; i++) {
    if (!isfinite(chart->truth[i]) || !isfinite(chart->predicted[i])) continue;
    range_add(&range, chart->truth[i]);
    range_add(&range, chart->predicted[i]);
  }
  for (size_t i = 0; i < chart->bin_count; i++) {
    double sd = chart->bin_sd && isfinite(chart->bin_sd[i]) ? chart->bin_sd[i] : 0;

    if (!has_bin(chart, i)) continue;
    range_add(&range, chart->bin_edges[i]);
    range_add(&range, chart->bin_edges[i + 1]);
    range_add(&range, chart->bin_mean[i] - sd);
    range_add(&range, chart->bin_mean[i] + sd);
  }
  return range;
}

static size_t fill_legend(const struct prediction_chart *chart, struct legend_entry entries[3])
{
  size_t count = 0, bins = 0;

  for (size_t i = 0; i < chart->bin_count; i++) bins += has_bin(chart, i);
  if (bins == 0) return 0;
  entries[count++] = (struct legend_entry){
      .name = "mean prediction",
      .swatch = {.stroke = chart->point_count ? COLOR_S2 : COLOR_S1, .stroke_width = 2}};
  if (chart->bin_sd && bins > 1)
    entries[count++] = (struct legend_entry){
        .name = "\xc2\xb1 1 SD in the bin",
        .swatch = {.fill = chart->point_count ? COLOR_S2 : COLOR_S1, .fill_opacity = 0.28}};
  return count;
}

void prediction_chart_size(const struct prediction_chart *chart, double *width, double *height)
{
  struct legend_entry entries[3];

  *width = FRAME_SQUARE_WIDTH;
  *height = FRAME_SQUARE_HEIGHT + frame_head_height(&chart->text, *width) - FRAME_PLOT_TOP;
  if (chart->text.message || range_of(chart).is_empty) return;
  if (chart->bin_counts && chart->bin_count) *height += STRIP_EXTRA + 8;
  *height += legend_height(entries, fill_legend(chart, entries), *width);
}

/* Mean and band of the bins that hold something: one line, since an empty bin
 * between two others says nothing against it. */
static void draw_bins(struct frame *frame, const struct prediction_chart *chart)
{
  enum color color = chart->point_count ? COLOR_S2 : COLOR_S1;
  const struct paint band = {.fill = color, .fill_opacity = 0.13};
  const struct paint line = {.stroke = color, .stroke_width = 2};
  const struct paint dot = {.fill = color};
  double *x = calloc(chart->bin_count, 4 * sizeof *x), *y = x + chart->bin_count;
  double *low = y + chart->bin_count, *high = low + chart->bin_count;
  struct trace trace = {.x = x, .y = y};

  if (!x) {
    frame->has_failed = true;
    return;
  }
  for (size_t i = 0; i < chart->bin_count; i++) {
    double sd = chart->bin_sd && isfinite(chart->bin_sd[i]) ? chart->bin_sd[i] : 0;

    if (!has_bin(chart, i)) continue;
    x[trace.count] = bin_place(chart, i);
    y[trace.count] = chart->bin_mean[i];
    low[trace.count] = chart->bin_mean[i] - sd;
    high[trace.count++] = chart->bin_mean[i] + sd;
  }
  canvas_group_begin(frame->canvas, "band", NULL);
  if (chart->bin_sd) trace_band(frame, &trace, low, high, &band);
  canvas_group_end(frame->canvas);
  canvas_group_begin(frame->canvas, "series", "mean prediction");
  trace_line(frame, &trace, &line);
  for (size_t i = 0; i < trace.count && trace.count < 25; i++) {
    struct point at = {scale_at(&frame->x, x[i]), scale_at(&frame->y, y[i])};

    if (frame_holds(frame, at)) canvas_circle(frame->canvas, at, 3, &dot);
  }
  canvas_group_end(frame->canvas);
  free(x);
}

void prediction_chart_draw(const struct prediction_chart *chart, struct canvas *canvas)
{
  const struct paint dashed = {.stroke = COLOR_AXIS, .stroke_width = 1, .dash = DASH_REFERENCE};
  struct range range = range_of(chart);
  struct chart_text text = chart->text;
  struct legend_entry entries[3];
  struct frame frame;
  double left, side, top;
  size_t count;
  bool has_strip = chart->bin_counts && chart->bin_count;

  if (chart->text.message || range.is_empty) {
    frame_message(canvas, &chart->text, "no predictions were logged");
    return;
  }
  if (!text.x_name) text.x_name = "True value";
  if (!text.y_name) text.y_name = "Predicted value";
  frame_begin(&frame, canvas, &text);
  top = frame_head_height(&text, canvas->width);
  left = fmax(FRAME_SQUARE_LEFT,
              FRAME_MARGIN + frame_y_label_width(FRAME_FREE, range, FRAME_SQUARE_SIDE) + 8);
  side = fmin(FRAME_SQUARE_SIDE, FRAME_SQUARE_WIDTH - left - FRAME_MARGIN);
  frame_place(&frame, (struct rect){left, top, side, side});
  frame.has_x_grid = true;
  if (has_strip) frame.x_name_drop = STRIP_EXTRA;
  frame_set_equal(&frame, range);
  frame_grid(&frame);
  canvas_group_begin(canvas, "reference", "ideal");
  canvas_polyline(canvas, (struct point[]){{left, top + side}, {left + side, top}}, 2, &dashed);
  canvas_group_end(canvas);
  if (chart->point_count) dots_draw(&frame, chart->truth, chart->predicted, chart->point_count);
  if (chart->bin_count) draw_bins(&frame, chart);
  frame_axes(&frame);
  if (has_strip)
    strip_draw(&frame, chart->bin_edges, chart->bin_counts, chart->bin_count, chart->ends_are_open);
  labels_on_line(&frame, (struct point[]){{left, top + side}, {left + side, top}}, 2, "ideal");
  count = fill_legend(chart, entries);
  legend_draw(&frame, entries, count, top + side + FRAME_FOOT + (has_strip ? STRIP_EXTRA : 0));
}
