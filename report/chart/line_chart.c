#include "chart/line_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/labels.h"
#include "chart/line_range.h"
#include "chart/number.h"
#include "chart/trace.h"

#define RAW_OPACITY 0.28
#define BAND_OPACITY 0.13
#define SECOND_BAND_OPACITY 0.10
#define MARKERS_BELOW 25

/* Names at the ends up to here, a legend above; more than HUES_MAX lines, and
 * only the first few keep a colour. */
#define END_NAMES_MAX 6
#define HUES_MAX 12

static bool is_named(const struct line_series *series)
{
  return series->role != LINE_CONTEXT && series->name && *series->name;
}

static size_t colored_count(const struct line_chart *chart)
{
  size_t count = 0;

  for (size_t i = 0; i < chart->series_count; i++) count += chart->series[i].role != LINE_CONTEXT;
  return count;
}

/* Hue of a line, 0 for context. */
static unsigned hue_of(const struct line_chart *chart, size_t index)
{
  const struct line_series *series = &chart->series[index];
  size_t position = 0, colored = colored_count(chart);

  if (series->role == LINE_CONTEXT) return 0;
  if (series->hue) return (series->hue - 1) % HUES_MAX + 1;
  for (size_t i = 0; i < index; i++) position += chart->series[i].role != LINE_CONTEXT;
  if (colored > HUES_MAX && position >= END_NAMES_MAX) return 0;
  return (unsigned)(position % HUES_MAX) + 1;
}

static size_t named_count(const struct line_chart *chart)
{
  size_t count = 0;

  for (size_t i = 0; i < chart->series_count; i++)
    count += is_named(&chart->series[i]) && hue_of(chart, i);
  return count;
}

static struct paint paint_of(const struct line_chart *chart, size_t index)
{
  unsigned hue = hue_of(chart, index);
  struct paint paint;

  if (hue == 0)
    return (struct paint){.stroke = COLOR_CTX, .stroke_width = 1, .stroke_opacity = 0.5};
  paint = trace_paint(hue, 2);
  if (chart->series[index].role == LINE_TRAIN) paint.dash = DASH_LONG;
  return paint;
}

static bool is_empty(const struct line_chart *chart)
{
  for (size_t i = 0; i < chart->series_count; i++) {
    const struct line_series *series = &chart->series[i];

    for (size_t k = 0; k < series->count; k++)
      if (!series->x || isfinite(series->x[k])) return false;
    for (size_t k = 0; k < series->raw_count; k++)
      if (!series->raw_x || isfinite(series->raw_x[k])) return false;
  }
  return true;
}

/* Legend of the coloured lines, with one row for all the others. */
static size_t fill_legend(const struct line_chart *chart, struct legend_entry entries[HUES_MAX + 1],
                          char others[64])
{
  size_t count = 0, left_out = 0;

  if (named_count(chart) <= END_NAMES_MAX && colored_count(chart) <= HUES_MAX) return 0;
  for (size_t i = 0; i < chart->series_count; i++) {
    if (hue_of(chart, i) == 0 || !is_named(&chart->series[i]) || count == HUES_MAX) {
      left_out++;
      continue;
    }
    entries[count++] =
        (struct legend_entry){.name = chart->series[i].name, .swatch = paint_of(chart, i)};
  }
  if (left_out) {
    (void)snprintf(others, 64, "%zu others", left_out);
    entries[count++] = (struct legend_entry){
        .name = others, .swatch = {.stroke = COLOR_CTX, .stroke_width = 1, .stroke_opacity = 0.5}};
  }
  return count;
}

void line_chart_size(const struct line_chart *chart, double *width, double *height)
{
  struct legend_entry entries[HUES_MAX + 1];
  char others[64];
  size_t count = chart->text.message ? 0 : fill_legend(chart, entries, others);

  *width = FRAME_WIDE_WIDTH;
  *height = FRAME_WIDE_HEIGHT + frame_head_height(&chart->text, *width) - FRAME_PLOT_TOP +
            legend_height(entries, count, *width);
}

/* The last point of a line that can be seen. */
static bool end_of(const struct frame *frame, const struct line_series *series, struct point *end)
{
  const struct trace line = {.x = series->x, .y = series->y, .count = series->count};

  for (size_t i = series->count; i-- > 0;) {
    *end =
        (struct point){scale_at(&frame->x, trace_x(&line, i)), scale_at(&frame->y, series->y[i])};
    if (!isnan(end->x) && !isnan(end->y)) return true;
  }
  return false;
}

static size_t collect_ends(const struct frame *frame, const struct line_chart *chart,
                           struct end_label labels[END_NAMES_MAX])
{
  size_t count = 0;

  if (named_count(chart) > END_NAMES_MAX || colored_count(chart) > HUES_MAX) return 0;
  for (size_t i = 0; i < chart->series_count && count < END_NAMES_MAX; i++) {
    unsigned hue = hue_of(chart, i);
    struct point end = {0, 0};

    if (!hue || !is_named(&chart->series[i])) continue;
    if (frame && !end_of(frame, &chart->series[i], &end)) continue;
    labels[count++] = (struct end_label){
        .end = end, .words = chart->series[i].name, .color = trace_label_color(hue)};
  }
  return count;
}

static enum frame_axis x_axis_of(const struct line_chart *chart)
{
  switch (chart->x_kind) {
    case LINE_X_STEP: return FRAME_STEPS;
    case LINE_X_ELAPSED: return FRAME_ELAPSED;
    case LINE_X_UTC: return FRAME_UTC;
    case LINE_X_NUMBER: break;
  }
  return FRAME_TIGHT;
}

static void place(struct frame *frame, const struct line_chart *chart,
                  const struct line_range *range)
{
  enum frame_axis y_axis = range->is_log                     ? FRAME_LOG
                           : chart->y_kind == LINE_Y_INTEGER ? FRAME_COUNTS
                                                             : FRAME_FREE;
  double top = frame_head_height(&chart->text, frame->canvas->width);
  double height = FRAME_WIDE_HEIGHT - FRAME_FOOT - FRAME_PLOT_TOP;
  double left = FRAME_MARGIN + frame_y_label_width(y_axis, range->y, height) + 8;
  struct end_label labels[END_NAMES_MAX];
  size_t count = collect_ends(NULL, chart, labels);
  size_t used;
  char low[NUMBER_SIZE];

  frame_place(
      frame, (struct rect){left, top,
                           frame->canvas->width - left - labels_end_column(labels, count), height});
  frame_set_y(frame, y_axis, range->y);
  frame_set_x(frame, x_axis_of(chart), range->x);
  used = strlen(frame->y_note);
  if (range->is_log && range->not_positive)
    (void)snprintf(frame->y_note, sizeof frame->y_note,
                   "(log scale, %s values \xe2\x89\xa4 0 left out)",
                   number_count(low, (double)range->not_positive));
  else if (used == 0 && range->smallest >= 0 && range->largest <= 1 && range->largest >= 0.5 &&
           frame->y.low > 0)
    (void)snprintf(frame->y_note, sizeof frame->y_note, "(axis from %s)",
                   number_short(low, frame->y.low, 3));
}

static void draw_bands(struct frame *frame, const struct line_chart *chart)
{
  size_t drawn = 0;

  for (size_t i = 0; i < chart->series_count; i++) {
    const struct line_series *series = &chart->series[i];
    const struct trace trace = {.x = series->x, .count = series->count};
    struct paint paint = {.fill = paint_of(chart, i).stroke};

    if (!series->low || !series->high) continue;
    paint.fill_opacity = drawn++ ? SECOND_BAND_OPACITY : BAND_OPACITY;
    canvas_group_begin(frame->canvas, "band", series->name);
    trace_band(frame, &trace, series->low, series->high, &paint);
    canvas_group_end(frame->canvas);
  }
}

/* Ends of a reference line in pixels; false where it lies outside. */
static bool reference_ends(const struct frame *frame, const struct line_reference *reference,
                           struct point ends[2])
{
  const struct rect plot = frame->plot;
  double at = scale_at(reference->vertical ? &frame->x : &frame->y, reference->at);

  if (reference->vertical) {
    if (!(at >= plot.x - 0.5 && at <= plot.x + plot.width + 0.5)) return false;
    ends[0] = (struct point){frame_snap(at), plot.y};
    ends[1] = (struct point){frame_snap(at), plot.y + plot.height};
    return true;
  }
  if (!(at >= plot.y - 0.5 && at <= plot.y + plot.height + 0.5)) return false;
  ends[0] = (struct point){plot.x, frame_snap(at)};
  ends[1] = (struct point){plot.x + plot.width, frame_snap(at)};
  return true;
}

static void draw_references(struct frame *frame, const struct line_chart *chart)
{
  const struct paint paint = {.stroke = COLOR_AXIS, .stroke_width = 1, .dash = DASH_REFERENCE};
  struct point ends[2];

  for (size_t i = 0; i < chart->reference_count; i++) {
    if (!reference_ends(frame, &chart->references[i], ends)) continue;
    canvas_group_begin(frame->canvas, "reference", chart->references[i].label);
    canvas_polyline(frame->canvas, ends, 2, &paint);
    canvas_group_end(frame->canvas);
  }
}

/* Context first, then faint raw lines, then the lines themselves. */
static void draw_lines(struct frame *frame, const struct line_chart *chart)
{
  for (int pass = 0; pass < 3; pass++) {
    for (size_t i = 0; i < chart->series_count; i++) {
      const struct line_series *series = &chart->series[i];
      struct trace trace = {.x = series->x,
                            .y = series->y,
                            .count = series->count,
                            .columns_per_pixel = chart->pixels_per_unit};
      struct paint paint = paint_of(chart, i);
      bool is_context = hue_of(chart, i) == 0;

      if (is_context != (pass == 0) || (pass == 1 && series->raw_count == 0)) continue;
      if (pass == 1) {
        /* Faint texture: one column per pixel is all that can be seen of it. */
        trace = (struct trace){.x = series->raw_x,
                               .y = series->raw_y,
                               .count = series->raw_count,
                               .columns_per_pixel = 1};
        paint = (struct paint){
            .stroke = paint.stroke, .stroke_opacity = RAW_OPACITY, .stroke_width = 1};
      }
      canvas_group_begin(frame->canvas,
                         pass == 0   ? "context"
                         : pass == 1 ? "raw"
                                     : "series",
                         series->name);
      trace_line(frame, &trace, &paint);
      canvas_group_end(frame->canvas);
    }
  }
}

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
  const bool is_raw = series->raw_count > 0;
  const struct trace trace = {.x = is_raw ? series->raw_x : series->x,
                              .y = is_raw ? series->raw_y : series->y,
                              .count = is_raw ? series->raw_count : series->count};
  const struct paint fail = {.stroke = COLOR_FAIL, .stroke_width = 1.5};
  enum color color = paint_of(chart, index).stroke;
  double last_nan = -1e9, last_up = -1e9, last_down = -1e9;
  double base = frame->plot.y + frame->plot.height;

  for (size_t i = 0; i < trace.count; i++) {
    double x = scale_at(&frame->x, trace_x(&trace, i)), value = trace.y[i];
    bool is_above = value > frame->y.high, is_below = value < frame->y.low;

    if (isnan(x)) continue;
    if (frame->y.kind == SCALE_LOG && value <= 0) is_below = false;
    if (isnan(value) && fabs(x - last_nan) >= 2) {
      canvas_polyline(frame->canvas, (struct point[]){{x, base}, {x, base - 5}}, 2, &fail);
      last_nan = x;
    } else if (is_above && fabs(x - last_up) >= 8) {
      draw_triangle(frame, x, true, color);
      last_up = x;
    } else if (is_below && fabs(x - last_down) >= 8) {
      draw_triangle(frame, x, false, color);
      last_down = x;
    }
  }
}

static void draw_markers(struct frame *frame, const struct line_chart *chart)
{
  canvas_group_begin(frame->canvas, "marks", NULL);
  for (size_t i = 0; i < chart->series_count; i++) {
    const struct line_series *series = &chart->series[i];
    const struct trace trace = {.x = series->x, .y = series->y, .count = series->count};
    unsigned hue = hue_of(chart, i);

    if (hue) draw_missing(frame, chart, i);
    if (!hue || series->count >= MARKERS_BELOW) continue;
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

    if (series->has_ring && frame_holds(frame, at))
      labels_ring(frame, at, 4, paint_of(chart, i).stroke);
  }
  canvas_group_end(frame->canvas);
}

/* "max 412" where values were cut off, in the corner with least data. */
static void draw_cut(struct frame *frame, const struct line_range *range)
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

void line_chart_draw(const struct line_chart *chart, struct canvas *canvas)
{
  struct line_range range;
  struct frame frame;
  struct end_label labels[END_NAMES_MAX];
  struct legend_entry entries[HUES_MAX + 1];
  struct point ends[2];
  char others[64];
  size_t count;

  if (chart->text.message || is_empty(chart)) {
    frame_message(canvas, &chart->text, "nothing was logged");
    return;
  }
  range = line_range_of(chart);
  frame_begin(&frame, canvas, &chart->text);
  place(&frame, chart, &range);
  frame_grid(&frame);
  draw_bands(&frame, chart);
  draw_references(&frame, chart);
  draw_lines(&frame, chart);
  frame_axes(&frame);
  draw_markers(&frame, chart);
  count = collect_ends(&frame, chart, labels);
  labels_draw_ends(&frame, labels, count);
  for (size_t i = 0; i < chart->reference_count; i++)
    if (reference_ends(&frame, &chart->references[i], ends))
      labels_on_line(&frame, ends, 2, chart->references[i].label);
  draw_cut(&frame, &range);
  count = fill_legend(chart, entries, others);
  legend_draw(&frame, entries, count, frame.plot.y + frame.plot.height + FRAME_FOOT);
}
