#include "chart/forest_chart.h"

#include <math.h>

#include "chart/labels.h"
#include "chart/number.h"
#include "chart/text.h"
#include "chart/trace.h"

#define ROWS_MAX 200
#define PITCH 26.0
#define NAME_MAX 220.0
#define WORDS_MAX 200.0
/* As with curves: of more rows than there are hues only the first few have one. */
#define HUES 12
#define HIGHLIGHT 3

static size_t rows_drawn(const struct forest_chart *chart)
{
  return chart->count < ROWS_MAX ? chart->count : ROWS_MAX;
}

static bool has_interval(const struct forest_row *row)
{
  return isfinite(row->low) && isfinite(row->high);
}

static struct range range_of(const struct forest_chart *chart)
{
  struct range range = range_none();

  for (size_t i = 0; i < rows_drawn(chart); i++) {
    range_add(&range, chart->rows[i].value);
    if (!has_interval(&chart->rows[i])) continue;
    range_add(&range, chart->rows[i].low);
    range_add(&range, chart->rows[i].high);
  }
  return range;
}

static const char *row_words(const struct forest_row *row, char number[NUMBER_SIZE])
{
  if (row->words) return row->words;
  return isnan(row->value) ? "–" : number_metric(number, row->value);
}

void forest_chart_size(const struct forest_chart *chart, double *width, double *height)
{
  *width = FRAME_WIDE_WIDTH;
  *height = FRAME_WIDE_HEIGHT;
  if (chart->text.message || range_of(chart).is_empty) return;
  *height =
      frame_head_height(&chart->text, *width) + PITCH * (double)rows_drawn(chart) + FRAME_FOOT;
}

static void place(struct frame *frame, const struct forest_chart *chart, struct range range)
{
  double names = 0, words = 0, top = frame_head_height(&chart->text, frame->canvas->width), left;
  char number[NUMBER_SIZE];

  for (size_t i = 0; i < rows_drawn(chart); i++) {
    const struct forest_row *row = &chart->rows[i];

    if (row->name) names = fmax(names, text_width(row->name, FRAME_TEXT_SIZE, WEIGHT_REGULAR));
    words = fmax(words, text_width(row_words(row, number), FRAME_TEXT_SIZE, WEIGHT_REGULAR));
  }
  left = FRAME_MARGIN + fmin(ceil(names), NAME_MAX) + 16;
  frame_place(frame, (struct rect){
                         left, top,
                         FRAME_WIDE_WIDTH - left - FRAME_MARGIN - fmin(ceil(words), WORDS_MAX) - 16,
                         PITCH * (double)rows_drawn(chart)});
  frame->has_no_y = true;
  frame->has_x_grid = true;
  frame_set_x(frame, FRAME_FREE, range);
}

static double middle_of(const struct frame *frame, size_t row)
{
  return frame->plot.y + PITCH * ((double)row + 0.5);
}

static void draw_row(struct frame *frame, const struct forest_row *row, size_t index, bool colored)
{
  const unsigned hue = colored ? (unsigned)index + 1 : 0;
  const struct paint grey = {.stroke = COLOR_CTX, .stroke_width = 1.5};
  const struct paint paint = hue ? trace_paint(hue, 1.5) : grey;
  const double y = middle_of(frame, index), x = scale_at(&frame->x, row->value);

  canvas_group_begin(frame->canvas, colored ? "series" : "context", row->name);
  if (has_interval(row))
    canvas_polyline(
        frame->canvas,
        (struct point[]){{scale_at(&frame->x, row->low), y}, {scale_at(&frame->x, row->high), y}},
        2, &paint);
  if (!isnan(x)) {
    const struct paint dot = {.fill = paint.stroke};

    canvas_circle(frame->canvas, (struct point){x, y}, 4, &dot);
  }
  canvas_group_end(frame->canvas);
}

static void draw_words(struct frame *frame, const struct forest_row *row, size_t index)
{
  const struct text_style name_style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2, .align = ALIGN_RIGHT};
  const struct text_style words_style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK, .align = ALIGN_RIGHT};
  const double y = middle_of(frame, index) + 4;
  char cut[512], number[NUMBER_SIZE];

  text_fit(cut, sizeof cut, row->name ? row->name : "", frame->plot.x - 16 - FRAME_MARGIN + 0.5,
           FRAME_TEXT_SIZE, WEIGHT_REGULAR);
  frame_text(frame, (struct point){frame->plot.x - 16, y}, cut, &name_style);
  text_fit(cut, sizeof cut, row_words(row, number), WORDS_MAX, FRAME_TEXT_SIZE, WEIGHT_REGULAR);
  frame_text(frame, (struct point){FRAME_WIDE_WIDTH - FRAME_MARGIN, y}, cut, &words_style);
}

void forest_chart_draw(const struct forest_chart *chart, struct canvas *canvas)
{
  const struct paint line = {.stroke = COLOR_AXIS, .stroke_width = 1, .dash = DASH_REFERENCE};
  const struct range range = range_of(chart);
  struct frame frame;
  double at;

  if (chart->text.message || range.is_empty) {
    frame_message(canvas, &chart->text, "no values to draw");
    return;
  }
  frame_begin(&frame, canvas, &chart->text);
  place(&frame, chart, range);
  frame_grid(&frame);
  at = scale_at(&frame.x, chart->rows[0].value);
  if (!isnan(at)) {
    at = frame_snap(at);
    canvas_group_begin(canvas, "reference", NULL); /* told in the subtitle */
    canvas_polyline(canvas,
                    (struct point[]){{at, frame.plot.y}, {at, frame.plot.y + frame.plot.height}}, 2,
                    &line);
    canvas_group_end(canvas);
  }
  for (size_t i = 0; i < rows_drawn(chart); i++)
    draw_row(&frame, &chart->rows[i], i, i < (rows_drawn(chart) > HUES ? HIGHLIGHT : HUES));
  frame_axes(&frame);
  for (size_t i = 0; i < rows_drawn(chart); i++) draw_words(&frame, &chart->rows[i], i);
}
