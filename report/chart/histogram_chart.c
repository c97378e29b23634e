#include "chart/histogram_chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "chart/hatch.h"
#include "chart/labels.h"
#include "chart/trace.h"

#define SERIES_MAX 6
#define NORMAL_POINTS 121

/* Edges as drawn: a bin that holds all beyond is as wide as its neighbour. */
static double edge_at(const struct histogram_chart *chart, size_t index)
{
  const double *edges = chart->edges;
  size_t bins = chart->bin_count;

  if (index == 0 && chart->low_overflow && bins >= 3) return edges[1] - (edges[2] - edges[1]);
  if (index == bins && chart->high_overflow && bins >= 3)
    return edges[bins - 1] + (edges[bins - 1] - edges[bins - 2]);
  return edges[index];
}

static size_t series_count(const struct histogram_chart *chart)
{
  return chart->series_count < SERIES_MAX ? chart->series_count : SERIES_MAX;
}

/* Whether bin `i` holds all that lies beyond the axis, too. */
static bool is_open(const struct histogram_chart *chart, size_t i)
{
  return chart->bin_count >= 3 &&
         ((i == 0 && chart->low_overflow) || (i + 1 == chart->bin_count && chart->high_overflow));
}

/* Whether a bar is hatched: an open bin may be empty. */
static bool has_hatched(const struct histogram_chart *chart)
{
  for (size_t i = 0; i < chart->bin_count; i++)
    for (size_t k = 0; k < series_count(chart) && is_open(chart, i); k++)
      if (chart->series[k].counts[i] > 0) return true;
  return false;
}

static bool is_empty(const struct histogram_chart *chart)
{
  for (size_t i = 0; i <= chart->bin_count && chart->bin_count; i++)
    if (!isfinite(edge_at(chart, i))) return true;
  for (size_t i = 0; i < series_count(chart); i++)
    for (size_t k = 0; k < chart->bin_count; k++)
      if (isfinite(chart->series[i].counts[k]) && chart->series[i].counts[k] > 0) return false;
  return true;
}

/* As the bars are drawn: those of several series shine through, with an outline. */
static struct paint swatch_of(const struct histogram_chart *chart, size_t index)
{
  const enum color color = (enum color)(COLOR_S1 + index);

  if (series_count(chart) == 1) return (struct paint){.fill = color, .fill_opacity = 0.85};
  return (struct paint){.fill = color, .fill_opacity = 0.45, .stroke = color, .stroke_width = 1.5};
}

static size_t fill_legend(const struct histogram_chart *chart,
                          struct legend_entry entries[SERIES_MAX + 1])
{
  size_t count = 0;

  if (series_count(chart) < 2 && !(chart->normal_sd > 0)) return 0;
  for (size_t i = 0; i < series_count(chart); i++)
    entries[count++] =
        (struct legend_entry){.name = chart->series[i].name ? chart->series[i].name : "data",
                              .swatch = swatch_of(chart, i)};
  if (chart->normal_sd > 0)
    entries[count++] = (struct legend_entry){.name = "normal distribution of the same mean and SD",
                                             .swatch = {.stroke = COLOR_S2, .stroke_width = 2}};
  return count;
}

void histogram_chart_size(const struct histogram_chart *chart, double *width, double *height)
{
  struct legend_entry entries[SERIES_MAX + 1];

  *width = FRAME_WIDE_WIDTH;
  *height = FRAME_WIDE_HEIGHT + frame_head_height(&chart->text, *width) - FRAME_PLOT_TOP;
  if (!chart->text.message && !is_empty(chart))
    *height += legend_height(entries, fill_legend(chart, entries), *width);
}

/* Area of series 0, and the width a count stands for. */
static double normal_scale(const struct histogram_chart *chart)
{
  double total = 0;
  size_t first = chart->low_overflow && chart->bin_count >= 3 ? 1 : 0;

  for (size_t i = 0; i < chart->bin_count; i++)
    if (isfinite(chart->series[0].counts[i])) total += chart->series[0].counts[i];
  return total * (chart->edges[first + 1] - chart->edges[first]);
}

static double normal_count(const struct histogram_chart *chart, double x, double area)
{
  double z = (x - chart->normal_mean) / chart->normal_sd;

  return area * exp(-z * z / 2) / (chart->normal_sd * 2.5066282746310002);
}

static void draw_normal(struct frame *frame, const struct histogram_chart *chart)
{
  const struct paint paint = {.stroke = COLOR_S2, .stroke_width = 2};
  double x[NORMAL_POINTS], y[NORMAL_POINTS], area = normal_scale(chart);
  const struct trace trace = {.x = x, .y = y, .count = NORMAL_POINTS};

  for (size_t i = 0; i < NORMAL_POINTS; i++) {
    double share = (double)i / (NORMAL_POINTS - 1);

    x[i] = frame->x.low * (1 - share) + frame->x.high * share;
    y[i] = normal_count(chart, x[i], area);
  }
  canvas_group_begin(frame->canvas, "series", "normal distribution");
  trace_line(frame, &trace, &paint);
  canvas_group_end(frame->canvas);
}

static void draw_bars(struct frame *frame, const struct histogram_chart *chart, size_t index)
{
  const double *counts = chart->series[index].counts;
  enum color color = (enum color)(COLOR_S1 + index);
  bool is_alone = series_count(chart) == 1;
  double base = frame->plot.y + frame->plot.height;

  canvas_group_begin(frame->canvas, "bars", chart->series[index].name);
  for (size_t i = 0; i < chart->bin_count; i++) {
    double left = scale_at(&frame->x, edge_at(chart, i)),
           right = scale_at(&frame->x, edge_at(chart, i + 1));
    double top = scale_at(&frame->y, counts[i]);
    const bool is_beyond = is_open(chart, i);
    struct paint paint = {.fill = color,
                          .fill_opacity = is_beyond  ? HATCH_OPACITY
                                          : is_alone ? 0.85
                                                     : 0.45};
    struct rect bar;

    if (isnan(left) || isnan(right) || isnan(top) || !(counts[i] > 0)) continue;
    if (is_alone && right - left > 6) right -= 1;
    if (is_beyond) paint.stroke = color;
    bar = (struct rect){left, top, fmax(right - left, 0.5), base - top};
    canvas_rectangle(frame->canvas, bar, &paint);
    if (is_beyond) hatch_draw(frame->canvas, bar, color);
    frame_ink(frame, (struct point){left, top}, (struct point){right, top});
    frame_ink(frame, (struct point){left / 2 + right / 2, base},
              (struct point){left / 2 + right / 2, top});
  }
  canvas_group_end(frame->canvas);
}

/* Overlapping bars blur into one another: each series keeps its outline. */
static void draw_outline(struct frame *frame, const struct histogram_chart *chart, size_t index)
{
  const struct paint paint = {.stroke = (enum color)(COLOR_S1 + index), .stroke_width = 1.5};
  const double *counts = chart->series[index].counts;
  size_t count = chart->bin_count + 3;
  double *x = calloc(count, 2 * sizeof *x), *y = x + count;
  const struct trace trace = {.x = x, .y = y, .count = count, .shape = TRACE_STEP_AFTER};

  if (!x) {
    frame->has_failed = true;
    return;
  }
  x[0] = edge_at(chart, 0);
  for (size_t i = 0; i < chart->bin_count; i++) {
    x[i + 1] = edge_at(chart, i);
    y[i + 1] = isfinite(counts[i]) && counts[i] > 0 ? counts[i] : 0;
  }
  x[count - 2] = x[count - 1] = edge_at(chart, chart->bin_count);
  trace_line(frame, &trace, &paint);
  free(x);
}

static void draw_marks(struct frame *frame, const struct histogram_chart *chart, bool with_words)
{
  const struct paint paint = {.stroke = COLOR_AXIS, .stroke_width = 1, .dash = DASH_REFERENCE};
  const struct rect plot = frame->plot;

  for (size_t i = 0; i < chart->mark_count + (chart->zero_line ? 1 : 0); i++) {
    double x = scale_at(&frame->x, i < chart->mark_count ? chart->marks[i].x : 0);
    struct point ends[] = {{frame_snap(x), plot.y}, {frame_snap(x), plot.y + plot.height}};

    if (!(x >= plot.x - 0.5 && x <= plot.x + plot.width + 0.5)) continue;
    if (!with_words) {
      canvas_group_begin(frame->canvas, "reference",
                         i < chart->mark_count ? chart->marks[i].label : NULL);
      canvas_polyline(frame->canvas, ends, 2, &paint);
      canvas_group_end(frame->canvas);
    } else if (i < chart->mark_count) {
      /* The top of the plot is the likeliest place without bars. */
      struct point upwards[] = {ends[1], ends[0]};

      labels_on_line(frame, upwards, 2, chart->marks[i].label);
    }
  }
}

static void place(struct frame *frame, const struct histogram_chart *chart)
{
  struct range x = range_none(), y = range_none();
  double top = frame_head_height(&chart->text, frame->canvas->width);
  double height = FRAME_WIDE_HEIGHT - FRAME_FOOT - FRAME_PLOT_TOP, left;

  for (size_t i = 0; i <= chart->bin_count; i++) range_add(&x, edge_at(chart, i));
  for (size_t i = 0; i < series_count(chart); i++)
    range_add_all(&y, chart->series[i].counts, chart->bin_count);
  if (chart->normal_sd > 0)
    range_add(&y, normal_count(chart, chart->normal_mean, normal_scale(chart)));
  range_add(&y, 0);
  /* Room for the words of a mark above the bars. */
  if (chart->mark_count && y.high > 0) range_add(&y, y.high * 1.12);
  left = FRAME_MARGIN + frame_y_label_width(FRAME_COUNTS, y, height) + 8;
  frame_place(frame, (struct rect){left, top, FRAME_WIDE_WIDTH - left - FRAME_MARGIN - 8, height});
  frame_set_y(frame, FRAME_COUNTS, y);
  frame_set_x(frame, FRAME_TIGHT, x);
  if (frame->x_note[0] == '\0' && has_hatched(chart))
    (void)snprintf(frame->x_note, sizeof frame->x_note, "(hatched: all values beyond)");
}

void histogram_chart_draw(const struct histogram_chart *chart, struct canvas *canvas)
{
  struct legend_entry entries[SERIES_MAX + 1];
  struct chart_text text = chart->text;
  struct frame frame;
  size_t count;

  if (chart->text.message || is_empty(chart)) {
    frame_message(canvas, &chart->text, "no values to count");
    return;
  }
  if (!text.y_name) text.y_name = "Count";
  frame_begin(&frame, canvas, &text);
  place(&frame, chart);
  frame_grid(&frame);
  for (size_t i = 0; i < series_count(chart); i++) draw_bars(&frame, chart, i);
  for (size_t i = 0; i < series_count(chart) && series_count(chart) > 1; i++)
    draw_outline(&frame, chart, i);
  if (chart->normal_sd > 0) draw_normal(&frame, chart);
  draw_marks(&frame, chart, false);
  frame_axes(&frame);
  draw_marks(&frame, chart, true);
  count = fill_legend(chart, entries);
  legend_draw(&frame, entries, count, frame.plot.y + frame.plot.height + FRAME_FOOT);
}
