#include "chart/coverage_chart.h"

#include <math.h>
#include <stdio.h>

#include "chart/labels.h"
#include "chart/number.h"
#include "chart/palette.h"
#include "chart/trace.h"

#define DOT_RADIUS 3.5
#define BAR_WIDTH 1.5

static bool is_drawn(const struct coverage_chart *chart, size_t i)
{
  return isfinite(chart->x[i]) && isfinite(chart->share[i]) && isfinite(chart->low[i]) &&
         isfinite(chart->high[i]);
}

/* A share as the axis has it. */
static double percent(double share) { return 100 * fmin(fmax(share, 0), 1); }

static void add_share(struct range *range, double share)
{
  if (isfinite(share)) range_add(range, percent(share));
}

static struct range x_range(const struct coverage_chart *chart)
{
  struct range range = range_none();

  for (size_t i = 0; i < chart->count; i++)
    if (is_drawn(chart, i)) range_add(&range, chart->x[i]);
  return range;
}

/* In percent, with the ends rounded out to tens so that marks are where
 * one looks for them. */
static struct range y_range(const struct coverage_chart *chart)
{
  struct range range = range_none();

  for (size_t i = 0; i < chart->count; i++) {
    if (!is_drawn(chart, i)) continue;
    add_share(&range, chart->share[i]);
    add_share(&range, chart->low[i]);
    add_share(&range, chart->high[i]);
  }
  add_share(&range, chart->nominal);
  add_share(&range, chart->overall);
  add_share(&range, chart->overall_low);
  range_add(&range, 100);
  range.low = fmin(floor(range.low / 10) * 10, 90);
  return range;
}

static bool has_band(const struct coverage_chart *chart)
{
  return !isnan(chart->overall_low) && !isnan(chart->overall_high);
}

static size_t fill_legend(const struct coverage_chart *chart, struct legend_entry entries[3])
{
  size_t count = 1;

  entries[0] = (struct legend_entry){.name = "rows of about the same prediction, 95 % CI (Wilson)",
                                     .swatch = {.stroke = COLOR_S1, .stroke_width = 2},
                                     .marker = 1};
  if (isnan(chart->overall)) return count;
  entries[count++] =
      (struct legend_entry){.name = "all rows", .swatch = {.stroke = COLOR_S2, .stroke_width = 2}};
  if (has_band(chart))
    entries[count++] = (struct legend_entry){.name = "all rows, 95 % CI (Wilson)",
                                             .swatch = {.fill = COLOR_S2, .fill_opacity = 0.28}};
  return count;
}

void coverage_chart_size(const struct coverage_chart *chart, double *width, double *height)
{
  struct legend_entry entries[3];

  *width = FRAME_WIDE_WIDTH;
  *height = FRAME_WIDE_HEIGHT + frame_head_height(&chart->text, *width) - FRAME_PLOT_TOP;
  if (!chart->text.message && !x_range(chart).is_empty)
    *height += legend_height(entries, fill_legend(chart, entries), *width);
}

static void place(struct frame *frame, const struct coverage_chart *chart)
{
  const double top = frame_head_height(&chart->text, frame->canvas->width);
  const double height = FRAME_WIDE_HEIGHT - FRAME_FOOT - FRAME_PLOT_TOP;
  const struct range y = y_range(chart);
  const double left = FRAME_MARGIN + 8 + frame_y_label_width(FRAME_TIGHT, y, height);

  frame_place(frame, (struct rect){left, top, FRAME_WIDE_WIDTH - left - FRAME_MARGIN - 8, height});
  frame_set_y(frame, FRAME_TIGHT, y);
  frame_set_x(frame, FRAME_FREE, x_range(chart));
}

/* The share of all rows across the plot, with its interval. */
static void draw_overall(struct frame *frame, const struct coverage_chart *chart)
{
  const double x[] = {frame->x.low, frame->x.high};
  const double y[] = {100 * chart->overall, 100 * chart->overall};
  const double low[] = {100 * chart->overall_low, 100 * chart->overall_low};
  const double high[] = {100 * chart->overall_high, 100 * chart->overall_high};
  const struct trace level = {.x = x, .y = y, .count = 2};
  const struct paint band = {.fill = COLOR_S2, .fill_opacity = PALETTE_BAND_OPACITY};
  const struct paint line = {.stroke = COLOR_S2, .stroke_width = 2};

  if (isnan(chart->overall)) return;
  canvas_group_begin(frame->canvas, "band", "all rows");
  if (has_band(chart)) trace_band(frame, &level, low, high, &band);
  canvas_group_end(frame->canvas);
  canvas_group_begin(frame->canvas, "series", "all rows");
  trace_line(frame, &level, &line);
  canvas_group_end(frame->canvas);
}

static bool nominal_ends(const struct frame *frame, const struct coverage_chart *chart,
                         struct point ends[2])
{
  const double y = frame_snap(scale_at(&frame->y, percent(chart->nominal)));

  ends[0] = (struct point){frame->plot.x, y};
  ends[1] = (struct point){frame->plot.x + frame->plot.width, y};
  return isfinite(chart->nominal);
}

static void draw_parts(struct frame *frame, const struct coverage_chart *chart)
{
  const struct paint bar = {.stroke = COLOR_S1, .stroke_width = BAR_WIDTH};
  const struct paint dot = {.fill = COLOR_S1};

  canvas_group_begin(frame->canvas, "series", "coverage");
  for (size_t i = 0; i < chart->count; i++) {
    struct point at, low, high;

    if (!is_drawn(chart, i)) continue;
    at = (struct point){scale_at(&frame->x, chart->x[i]),
                        scale_at(&frame->y, percent(chart->share[i]))};
    low = (struct point){at.x, scale_at(&frame->y, percent(chart->low[i]))};
    high = (struct point){at.x, scale_at(&frame->y, percent(chart->high[i]))};
    canvas_polyline(frame->canvas, (struct point[]){low, high}, 2, &bar);
    canvas_circle(frame->canvas, at, DOT_RADIUS, &dot);
    frame_ink(frame, low, high);
  }
  canvas_group_end(frame->canvas);
}

void coverage_chart_draw(const struct coverage_chart *chart, struct canvas *canvas)
{
  const struct paint dashed = {.stroke = COLOR_AXIS, .stroke_width = 1, .dash = DASH_REFERENCE};
  struct chart_text text = chart->text;
  struct legend_entry entries[3];
  char words[NUMBER_SIZE + 16], number[NUMBER_SIZE];
  struct point ends[2];
  struct frame frame;
  bool has_nominal;
  size_t count;

  if (chart->text.message || x_range(chart).is_empty) {
    frame_message(canvas, &chart->text, "no intervals to judge");
    return;
  }
  if (!text.x_name) text.x_name = "Predicted value";
  if (!text.y_name) text.y_name = "True values inside their interval, %";
  frame_begin(&frame, canvas, &text);
  place(&frame, chart);
  frame_grid(&frame);
  draw_overall(&frame, chart);
  has_nominal = nominal_ends(&frame, chart, ends);
  (void)snprintf(words, sizeof words, "claimed: %s", number_percent(number, chart->nominal));
  canvas_group_begin(canvas, "reference", words);
  if (has_nominal) canvas_polyline(canvas, ends, 2, &dashed);
  canvas_group_end(canvas);
  draw_parts(&frame, chart);
  frame_axes(&frame);
  if (has_nominal) labels_on_line(&frame, ends, 2, words);
  count = fill_legend(chart, entries);
  legend_draw(&frame, entries, count, frame.plot.y + frame.plot.height + FRAME_FOOT);
}
