#include "chart/bar_chart.h"

#include <math.h>
#include <stdio.h>

#include "chart/labels.h"
#include "chart/number.h"
#include "chart/text.h"

#define BARS_DEFAULT 20
#define BARS_MAX 200
#define GROUPS_MAX 5
#define PITCH 22.0
#define BAR 14.0
#define GROUP_BAR 5.0
#define NAME_MAX 220.0

/* The bars as drawn: those given, and one for the rest. */
struct rows {
  size_t shown; /* taken from the input */
  size_t total; /* with the rest */
  struct bar rest;
  char rest_name[96];
  size_t groups;
  double pitch;
};

static const char *value_words(char number[NUMBER_SIZE], const struct bar_chart *chart,
                               double value)
{
  return chart->has_counts ? number_count(number, value) : number_metric(number, value);
}

static struct rows rows_of(const struct bar_chart *chart)
{
  size_t most = chart->max_bars ? chart->max_bars : BARS_DEFAULT;
  struct rows rows = {.groups = chart->group_values ? chart->group_count : 0};
  const char *noun = chart->rest_noun ? chart->rest_noun : "features";

  if (most > BARS_MAX) most = BARS_MAX;
  if (rows.groups > GROUPS_MAX) rows.groups = GROUPS_MAX;
  rows.pitch = PITCH + GROUP_BAR * (double)rows.groups;
  rows.shown = chart->count < most ? chart->count : most;
  rows.total = rows.shown;
  if (chart->count <= most || chart->no_rest) return rows;
  for (size_t i = rows.shown; i < chart->count; i++)
    if (isfinite(chart->bars[i].value)) rows.rest.value += chart->bars[i].value;
  (void)snprintf(rows.rest_name, sizeof rows.rest_name, "other %zu %.60s",
                 chart->count - rows.shown, noun);
  rows.rest.is_rest = true;
  rows.total++;
  return rows;
}

static const struct bar *row_at(const struct bar_chart *chart, const struct rows *rows,
                                size_t index)
{
  return index < rows->shown ? &chart->bars[index] : &rows->rest;
}

static const char *row_name(const struct rows *rows, const struct bar *bar)
{
  if (bar == &rows->rest) return rows->rest_name;
  return bar->name ? bar->name : "";
}

static bool has_error(const struct bar *bar)
{
  return isfinite(bar->low) && isfinite(bar->high) && bar->high > bar->low;
}

static struct range range_of(const struct bar_chart *chart, const struct rows *rows)
{
  struct range range = range_none();

  for (size_t i = 0; i < rows->total; i++) {
    const struct bar *bar = row_at(chart, rows, i);

    range_add(&range, bar->value);
    if (has_error(bar)) {
      range_add(&range, bar->low);
      range_add(&range, bar->high);
    }
    for (size_t group = 0; group < rows->groups && i < rows->shown; group++)
      range_add(&range, chart->group_values[i * chart->group_count + group]);
  }
  if (!range.is_empty) range_add(&range, 0);
  return range;
}

static size_t fill_legend(const struct bar_chart *chart, const struct rows *rows,
                          struct legend_entry entries[GROUPS_MAX + 1])
{
  if (rows->groups == 0) return 0;
  entries[0] = (struct legend_entry){.name = chart->value_name ? chart->value_name : "all",
                                     .swatch = {.fill = COLOR_S1}};
  for (size_t i = 0; i < rows->groups; i++)
    entries[i + 1] = (struct legend_entry){
        .name = chart->group_names && chart->group_names[i] ? chart->group_names[i] : "",
        .swatch = {.fill = (enum color)(COLOR_S2 + i)}};
  return rows->groups + 1;
}

void bar_chart_size(const struct bar_chart *chart, double *width, double *height)
{
  struct legend_entry entries[GROUPS_MAX + 1];
  struct rows rows = rows_of(chart);

  *width = FRAME_WIDE_WIDTH;
  *height = FRAME_WIDE_HEIGHT;
  if (chart->text.message || range_of(chart, &rows).is_empty) return;
  *height = frame_head_height(&chart->text, *width) + rows.pitch * (double)rows.total + FRAME_FOOT +
            legend_height(entries, fill_legend(chart, &rows, entries), *width);
}

/* One bar from zero to `value`. */
static void draw_bar(struct frame *frame, double value, double top, double thick,
                     const struct paint *paint)
{
  double zero = scale_at(&frame->x, 0), end = scale_at(&frame->x, value);

  if (isnan(zero) || isnan(end)) return;
  canvas_rectangle(frame->canvas,
                   (struct rect){fmin(zero, end), top, fmax(fabs(end - zero), 0.5), thick}, paint);
}

static void draw_row(struct frame *frame, const struct bar_chart *chart, const struct rows *rows,
                     size_t index)
{
  const struct bar *bar = row_at(chart, rows, index);
  double top = frame->plot.y + rows->pitch * (double)index + 4, middle = top + BAR / 2;
  struct paint paint = {.fill = bar->is_rest ? COLOR_CTX : bar->value < 0 ? COLOR_S2 : COLOR_S1};
  const struct paint error = {.stroke = COLOR_INK, .stroke_width = 1.5};

  /* With groups the hue says the group, and the side of zero says the sign. */
  if (rows->groups && !bar->is_rest) paint.fill = COLOR_S1;
  canvas_group_begin(frame->canvas, "bar", row_name(rows, bar));
  draw_bar(frame, bar->value, top, BAR, &paint);
  for (size_t group = 0; group < rows->groups && index < rows->shown; group++) {
    const struct paint light = {.fill = (enum color)(COLOR_S2 + group)};

    draw_bar(frame, chart->group_values[index * chart->group_count + group],
             top + BAR + GROUP_BAR * (double)group, GROUP_BAR - 1, &light);
  }
  if (has_error(bar))
    canvas_polyline(frame->canvas,
                    (struct point[]){{scale_at(&frame->x, bar->low), middle},
                                     {scale_at(&frame->x, bar->high), middle}},
                    2, &error);
  canvas_group_end(frame->canvas);
}

static void draw_words(struct frame *frame, const struct bar_chart *chart, const struct rows *rows,
                       size_t index, double value_right)
{
  const struct bar *bar = row_at(chart, rows, index);
  const struct text_style style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2, .align = ALIGN_RIGHT};
  const struct text_style value_style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK, .align = ALIGN_RIGHT};
  double y = frame->plot.y + rows->pitch * (double)index + 4 + BAR / 2 + 4;
  double room = frame->plot.x - 8 - FRAME_MARGIN;
  char cut[512], number[NUMBER_SIZE];

  text_fit(cut, sizeof cut, row_name(rows, bar), room + 0.5, FRAME_TEXT_SIZE, WEIGHT_REGULAR);
  frame_text(frame, (struct point){frame->plot.x - 8, y}, cut, &style);
  frame_text(frame, (struct point){value_right, y}, value_words(number, chart, bar->value),
             &value_style);
}

static void place(struct frame *frame, const struct bar_chart *chart, const struct rows *rows,
                  struct range range)
{
  double names = 0, values = 0, top = frame_head_height(&chart->text, frame->canvas->width), left;
  char number[NUMBER_SIZE];

  for (size_t i = 0; i < rows->total; i++) {
    const struct bar *bar = row_at(chart, rows, i);

    names = fmax(names, text_width(row_name(rows, bar), FRAME_TEXT_SIZE, WEIGHT_REGULAR));
    values = fmax(values, text_width(value_words(number, chart, bar->value), FRAME_TEXT_SIZE,
                                     WEIGHT_REGULAR));
  }
  left = FRAME_MARGIN + fmin(ceil(names), NAME_MAX) + 8;
  frame_place(frame,
              (struct rect){left, top, FRAME_WIDE_WIDTH - left - FRAME_MARGIN - ceil(values) - 16,
                            rows->pitch * (double)rows->total});
  frame->has_no_y = true;
  frame->has_x_grid = true;
  frame_set_x(frame, FRAME_FREE, range);
}

void bar_chart_draw(const struct bar_chart *chart, struct canvas *canvas)
{
  const struct paint line = {.stroke = COLOR_AXIS, .stroke_width = 1};
  struct legend_entry entries[GROUPS_MAX + 1];
  struct rows rows = rows_of(chart);
  struct range range = range_of(chart, &rows);
  struct frame frame;
  double zero, bottom;
  size_t count;

  if (chart->text.message || range.is_empty) {
    frame_message(canvas, &chart->text, "no values to draw");
    return;
  }
  frame_begin(&frame, canvas, &chart->text);
  place(&frame, chart, &rows, range);
  bottom = frame.plot.y + frame.plot.height;
  frame_grid(&frame);
  for (size_t i = 0; i < rows.total; i++) draw_row(&frame, chart, &rows, i);
  zero = frame_snap(scale_at(&frame.x, 0));
  canvas_polyline(canvas, (struct point[]){{zero, frame.plot.y}, {zero, bottom}}, 2, &line);
  frame_axes(&frame);
  for (size_t i = 0; i < rows.total; i++)
    draw_words(&frame, chart, &rows, i, canvas->width - FRAME_MARGIN);
  count = fill_legend(chart, &rows, entries);
  legend_draw(&frame, entries, count, bottom + FRAME_FOOT);
}
