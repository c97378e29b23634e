#include "chart/line_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/labels.h"
#include "chart/line_parts.h"
#include "chart/number.h"
#include "chart/trace.h"

#define RAW_OPACITY 0.28
#define BAND_OPACITY 0.13
#define SECOND_BAND_OPACITY 0.10
/* A span that is so many pixels longer than its neighbours stands out. */
#define SPIKE_FROM 6

/* Names at the ends up to here, a legend above; more than HUES_MAX lines, and
 * only the first few keep a colour. */
#define END_NAMES_MAX 6
#define DASHED_MAX 300
#define PANEL_WIDTH 232.0
#define PANEL_HEIGHT 176.0
#define PANEL_MARGIN 8.0
#define PANEL_TITLE 18.0 /* baseline */
#define PANEL_FOOT 26.0
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
unsigned line_hue(const struct line_chart *chart, size_t index)
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
    count += is_named(&chart->series[i]) && line_hue(chart, i);
  return count;
}

struct paint line_paint(const struct line_chart *chart, size_t index)
{
  unsigned hue = line_hue(chart, index);
  struct paint paint;

  if (hue == 0)
    return (struct paint){.stroke = COLOR_CTX, .stroke_width = 1, .stroke_opacity = 0.5};
  paint = trace_paint(hue, 2);
  if (chart->series[index].role != LINE_TRAIN) return paint;
  /* Dashes get lost where a line goes up and down within them: then it is thin. */
  if (chart->series[index].count > DASHED_MAX)
    paint.stroke_width = 1;
  else
    paint.dash = DASH_LONG;
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
    if (line_hue(chart, i) == 0 || !is_named(&chart->series[i]) || count == HUES_MAX) {
      left_out++;
      continue;
    }
    entries[count++] =
        (struct legend_entry){.name = chart->series[i].name, .swatch = line_paint(chart, i)};
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

  if (chart->is_panel) {
    *width = PANEL_WIDTH;
    *height = PANEL_HEIGHT;
    return;
  }
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
    unsigned hue = line_hue(chart, i);
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

static enum frame_axis y_axis_of(const struct line_chart *chart, const struct line_range *range)
{
  if (range->is_log) return FRAME_LOG;
  return chart->y_kind == LINE_Y_INTEGER ? FRAME_COUNTS : FRAME_FREE;
}

static void place_panel(struct frame *frame, const struct line_chart *chart,
                        const struct line_range *range)
{
  enum frame_axis y_axis = y_axis_of(chart, range);
  struct rect plot = {.y = PANEL_TITLE + 14};

  /* Once more a line lower where the axis has something to say. */
  for (int i = 0; i < 2; i++) {
    plot.height = PANEL_HEIGHT - PANEL_FOOT - plot.y;
    plot.x = PANEL_MARGIN + frame_y_label_width(y_axis, range->y, plot.height) + 8;
    plot.width = PANEL_WIDTH - PANEL_MARGIN - plot.x;
    frame_place(frame, plot);
    frame_set_y(frame, y_axis, range->y);
    if (!*frame->y_note) break;
    plot.y = PANEL_TITLE + 28;
  }
  frame->is_small = true;
  frame_set_x(frame, x_axis_of(chart), range->x);
  /* There is no room to say what the labels are to be multiplied by. */
  for (size_t i = 0; i < frame->x_ticks.count && *frame->x_note; i++)
    frame->x_ticks.has_label[i] = false;
  frame->x_note[0] = '\0';
}

static void place(struct frame *frame, const struct line_chart *chart,
                  const struct line_range *range)
{
  enum frame_axis y_axis = y_axis_of(chart, range);
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
    (void)snprintf(
        frame->y_note, sizeof frame->y_note, "(log scale, %s value%s \xe2\x89\xa4 0 left out)",
        number_count(low, (double)range->not_positive), range->not_positive == 1 ? "" : "s");
  else if (used == 0 && range->smallest >= 0 && range->largest <= 1 && range->largest >= 0.5 &&
           frame->y.low > 0 && frame->y.low < 0.9995)
    (void)snprintf(frame->y_note, sizeof frame->y_note, "(axis from %s)",
                   number_short(low, frame->y.low, 3));
}

static void draw_bands(struct frame *frame, const struct line_chart *chart)
{
  size_t drawn = 0;

  for (size_t i = 0; i < chart->series_count; i++) {
    const struct line_series *series = &chart->series[i];
    const struct trace trace = {.x = series->x, .count = series->count};
    struct paint paint = {.fill = line_paint(chart, i).stroke};

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

/* A span that stands out from those beside it, as a line from their end to its own:
 * what one point did among thousands must not be faint. */
static void draw_spike(struct frame *frame, double x, double beside, double own, enum color color)
{
  const struct paint paint = {.stroke = color, .stroke_width = 1};
  const double top = frame->plot.y, bottom = top + frame->plot.height;
  const struct point ends[] = {{x, fmin(fmax(beside, top), bottom)},
                               {x, fmin(fmax(own, top), bottom)}};

  if (fabs(ends[0].y - ends[1].y) >= SPIKE_FROM) canvas_polyline(frame->canvas, ends, 2, &paint);
}

/* Spans stand in pairs of places, the left and the right end of a column. */
static void draw_spikes(struct frame *frame, const struct line_series *series, enum color color)
{
  for (size_t i = 2; i + 3 < series->raw_count; i++) {
    const double x = scale_at(&frame->x, (series->raw_x[i] + series->raw_x[i + 1]) / 2);
    const double high = scale_at(&frame->y, series->raw_high[i]);
    const double low = scale_at(&frame->y, series->raw_low[i]);
    const double before = scale_at(&frame->y, series->raw_high[i - 1]);
    const double after = scale_at(&frame->y, series->raw_high[i + 2]);
    const double low_before = scale_at(&frame->y, series->raw_low[i - 1]);
    const double low_after = scale_at(&frame->y, series->raw_low[i + 2]);

    if (series->raw_high[i] > series->raw_high[i + 1] ||
        series->raw_high[i] < series->raw_high[i + 1] ||
        series->raw_low[i] > series->raw_low[i + 1] || series->raw_low[i] < series->raw_low[i + 1])
      continue;
    if (isnan(x)) continue;
    if (high < before && high < after) draw_spike(frame, x, fmin(before, after), high, color);
    if (low > low_before && low > low_after)
      draw_spike(frame, x, fmax(low_before, low_after), low, color);
  }
}

/* Where the raw values lie, in place of a line through all of them. */
static void draw_spans(struct frame *frame, const struct line_series *series, enum color color)
{
  const struct trace trace = {.x = series->raw_x, .count = series->raw_count};
  const struct paint paint = {.fill = color, .fill_opacity = RAW_OPACITY};

  trace_band(frame, &trace, series->raw_low, series->raw_high, &paint);
  draw_spikes(frame, series, color);
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
      struct paint paint = line_paint(chart, i);
      bool is_context = line_hue(chart, i) == 0;

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
      if (pass == 1 && series->raw_low)
        draw_spans(frame, series, paint.stroke);
      else
        trace_line(frame, &trace, &paint);
      canvas_group_end(frame->canvas);
    }
  }
}

static void draw_data(struct frame *frame, const struct line_chart *chart)
{
  frame_grid(frame);
  draw_bands(frame, chart);
  draw_references(frame, chart);
  draw_lines(frame, chart);
  frame_axes(frame);
  line_marks_draw(frame, chart);
}

static void draw_panel(const struct line_chart *chart, struct canvas *canvas)
{
  static const struct chart_text no_words;
  const struct text_style style = {
      .size = FRAME_LABEL_SIZE, .weight = WEIGHT_SEMIBOLD, .color = COLOR_INK};
  struct line_chart small = *chart;
  struct line_range range = line_range_of(chart);
  struct frame frame;

  small.pixels_per_unit = 1;
  frame_begin(&frame, canvas, &no_words);
  frame_text_fit(&frame, (struct point){PANEL_MARGIN, PANEL_TITLE}, chart->text.title,
                 PANEL_WIDTH - 2 * PANEL_MARGIN, &style);
  if (is_empty(chart)) return;
  place_panel(&frame, &small, &range);
  draw_data(&frame, &small);
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

  if (chart->is_panel) {
    draw_panel(chart, canvas);
    return;
  }
  if (chart->text.message || is_empty(chart)) {
    frame_message(canvas, &chart->text, "nothing was logged");
    return;
  }
  range = line_range_of(chart);
  frame_begin(&frame, canvas, &chart->text);
  place(&frame, chart, &range);
  draw_data(&frame, chart);
  count = collect_ends(&frame, chart, labels);
  labels_draw_ends(&frame, labels, count);
  for (size_t i = 0; i < chart->reference_count; i++)
    if (reference_ends(&frame, &chart->references[i], ends))
      labels_on_line(&frame, ends, 2, chart->references[i].label);
  line_cuts_draw(&frame, &range);
  count = fill_legend(chart, entries, others);
  legend_draw(&frame, entries, count, frame.plot.y + frame.plot.height + FRAME_FOOT);
}
