#include "chart/matrix_circles.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "chart/number.h"
#include "chart/text.h"

#define CELL_MAX 64.0
#define WIDTH_MAX 960.0
#define NAME_MAX 160.0
#define BAR_LONG 72.0  /* the longest bar */
#define BAR_THICK 18.0 /* at most */
#define BAR_GAP 10.0
#define COUNT_LINE 15.0
#define RADIUS_MIN 1.5

/* Cells smaller than this have no room for a count below the circle. */
#define CELL_WITH_COUNT 40.0

struct layout {
  double cell;
  double left, top; /* of the cells */
  double name_width;
  double total_width;
  double width, height;
  bool has_counts;
};

static double value_at(const struct matrix_chart *chart, size_t row, size_t column)
{
  const double value = chart->cells[row * chart->class_count + column];

  return isfinite(value) && value > 0 ? value : 0;
}

static double total_of(const struct matrix_chart *chart, size_t index, bool is_column)
{
  double total = 0;

  for (size_t i = 0; i < chart->class_count; i++)
    total += is_column ? value_at(chart, i, index) : value_at(chart, index, i);
  return fmin(total, DBL_MAX);
}

static const char *name_of(const struct matrix_chart *chart, size_t index, char number[24])
{
  if (chart->classes && chart->classes[index]) return chart->classes[index];
  (void)snprintf(number, 24, "%zu", index);
  return number;
}

static double width_of(const char *words)
{
  return ceil(text_width(words, FRAME_TEXT_SIZE, WEIGHT_REGULAR));
}

static struct layout lay_out(const struct matrix_chart *chart)
{
  const double count = (double)chart->class_count;
  struct layout layout = {.name_width = width_of("Total")};
  char words[NUMBER_SIZE], number[24];
  double room, widest = 0;

  for (size_t i = 0; i < chart->class_count; i++) {
    layout.name_width = fmax(layout.name_width, width_of(name_of(chart, i, number)));
    layout.total_width =
        fmax(layout.total_width, width_of(number_count(words, total_of(chart, i, false))));
    for (size_t k = 0; k < chart->class_count; k++)
      widest = fmax(widest, width_of(number_count(words, value_at(chart, i, k))));
  }
  layout.name_width = fmin(layout.name_width, NAME_MAX);
  layout.left = FRAME_MARGIN + layout.name_width + 8;
  layout.total_width += BAR_GAP + BAR_LONG + 6;
  room = WIDTH_MAX - layout.left - layout.total_width - FRAME_MARGIN;
  layout.cell = floor(fmin(CELL_MAX, room / count));
  layout.has_counts = layout.cell >= CELL_WITH_COUNT && widest + 4 <= layout.cell;
  layout.width = fmax(layout.left + count * layout.cell + layout.total_width + FRAME_MARGIN, 360);
  layout.top = frame_head_height(&chart->text, layout.width) + 28;
  layout.height =
      layout.top + count * layout.cell + BAR_GAP + BAR_LONG + COUNT_LINE + 4 + FRAME_MARGIN;
  return layout;
}

void matrix_circles_size(const struct matrix_chart *chart, double *width, double *height)
{
  const struct layout layout = lay_out(chart);

  *width = ceil(layout.width);
  *height = ceil(layout.height);
}

static void draw_grid(struct canvas *canvas, const struct matrix_chart *chart,
                      const struct layout *layout)
{
  const struct paint paint = {.stroke = COLOR_GRID, .stroke_width = 1};
  const double side = (double)chart->class_count * layout->cell;

  canvas_group_begin(canvas, "grid", NULL);
  for (size_t i = 0; i <= chart->class_count; i++) {
    const double x = frame_snap(layout->left + (double)i * layout->cell);
    const double y = frame_snap(layout->top + (double)i * layout->cell);

    canvas_polyline(canvas, (struct point[]){{layout->left, y}, {layout->left + side, y}}, 2,
                    &paint);
    canvas_polyline(canvas, (struct point[]){{x, layout->top}, {x, layout->top + side}}, 2, &paint);
  }
  canvas_group_end(canvas);
}

static double largest_cell(const struct matrix_chart *chart)
{
  double most = 0;

  for (size_t row = 0; row < chart->class_count; row++)
    for (size_t column = 0; column < chart->class_count; column++)
      most = fmax(most, value_at(chart, row, column));
  return most;
}

static void draw_cell(struct frame *frame, const struct matrix_chart *chart,
                      const struct layout *layout, size_t row, size_t column, double most)
{
  const struct text_style style = {.size = FRAME_TEXT_SIZE,
                                   .weight = WEIGHT_REGULAR,
                                   .color = COLOR_INK2,
                                   .align = ALIGN_CENTER};
  const struct paint paint = {.fill = row == column ? COLOR_S1 : COLOR_S2};
  const double value = value_at(chart, row, column);
  const double room = layout->cell - (layout->has_counts ? COUNT_LINE + 2 : 0);
  const double radius = fmax(RADIUS_MIN, (room / 2 - 2) * sqrt(value / most));
  const struct point center = {layout->left + ((double)column + 0.5) * layout->cell,
                               layout->top + (double)row * layout->cell + room / 2 + 1};
  char words[NUMBER_SIZE], label[480], row_number[24], column_number[24];

  if (!(value > 0)) return;
  number_count(words, value);
  (void)snprintf(label, sizeof label, "true %.100s, predicted %.100s: %s",
                 name_of(chart, row, row_number), name_of(chart, column, column_number), words);
  canvas_group_begin(frame->canvas, "cell", label);
  canvas_circle(frame->canvas, center, radius, &paint);
  if (layout->has_counts)
    frame_text(frame, (struct point){center.x, layout->top + (double)(row + 1) * layout->cell - 5},
               words, &style);
  canvas_group_end(frame->canvas);
}

static void draw_names(struct frame *frame, const struct matrix_chart *chart,
                       const struct layout *layout)
{
  struct text_style style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2, .align = ALIGN_RIGHT};
  char cut[512], number[24];

  for (size_t i = 0; i < chart->class_count; i++) {
    const double middle = ((double)i + 0.5) * layout->cell;

    style.align = ALIGN_RIGHT;
    text_fit(cut, sizeof cut, name_of(chart, i, number), layout->name_width + 0.5, FRAME_TEXT_SIZE,
             WEIGHT_REGULAR);
    frame_text(frame, (struct point){layout->left - 8, layout->top + middle + 4}, cut, &style);
    style.align = ALIGN_CENTER;
    text_fit(cut, sizeof cut, name_of(chart, i, number), layout->cell - 4, FRAME_TEXT_SIZE,
             WEIGHT_REGULAR);
    frame_text(frame, (struct point){layout->left + middle, layout->top - 8}, cut, &style);
  }
}

/* Bars right of the rows and below the columns, all on one scale. */
static void draw_totals(struct frame *frame, const struct matrix_chart *chart,
                        const struct layout *layout)
{
  const struct paint paint = {.fill = COLOR_CTX};
  struct text_style style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2};
  const double thick = fmin(BAR_THICK, layout->cell * 0.5);
  const double right = layout->left + (double)chart->class_count * layout->cell + BAR_GAP;
  const double bottom = layout->top + (double)chart->class_count * layout->cell + BAR_GAP;
  double most = 0;
  char words[NUMBER_SIZE];

  for (size_t i = 0; i < chart->class_count; i++)
    most = fmax(most, fmax(total_of(chart, i, false), total_of(chart, i, true)));
  for (size_t i = 0; i < chart->class_count; i++) {
    const double middle = ((double)i + 0.5) * layout->cell;
    const double across = BAR_LONG * (total_of(chart, i, false) / most);
    const double down = BAR_LONG * (total_of(chart, i, true) / most);
    struct point at = {right + across + 6, layout->top + middle + 4};

    canvas_group_begin(frame->canvas, "bars", "totals");
    if (across > 0)
      canvas_rectangle(
          frame->canvas,
          (struct rect){right, layout->top + middle - thick / 2, fmax(across, 0.5), thick}, &paint);
    if (down > 0)
      canvas_rectangle(
          frame->canvas,
          (struct rect){layout->left + middle - thick / 2, bottom, thick, fmax(down, 0.5)}, &paint);
    canvas_group_end(frame->canvas);
    style.align = ALIGN_LEFT;
    /* A class that does not occur has no bar, and says so. */
    frame_text(frame, at, across > 0 ? number_count(words, total_of(chart, i, false)) : "–",
               &style);
    style.align = ALIGN_CENTER;
    number_count(words, total_of(chart, i, true));
    at = (struct point){layout->left + middle, bottom + down + COUNT_LINE - 1};
    if (frame_has_room(frame, frame_text_box(at, words, &style)))
      frame_text(frame, at, words, &style);
  }
  style.align = ALIGN_LEFT;
  frame_text(frame, (struct point){right, layout->top - 8}, "Total", &style);
  style.align = ALIGN_RIGHT;
  frame_text(frame, (struct point){layout->left - 8, bottom + 10}, "Total", &style);
}

void matrix_circles_draw(const struct matrix_chart *chart, struct canvas *canvas)
{
  const struct text_style axis = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2};
  const struct layout layout = lay_out(chart);
  const char *down = chart->text.y_name ? chart->text.y_name : "True label ↓";
  const char *across = chart->text.x_name ? chart->text.x_name : "Predicted label →";
  const double most = largest_cell(chart);
  const double y = layout.top - 28;
  struct frame frame;

  frame_begin(&frame, canvas, &chart->text);
  frame_place(&frame,
              (struct rect){layout.left, layout.top, layout.cell * (double)chart->class_count,
                            layout.cell * (double)chart->class_count});
  draw_grid(canvas, chart, &layout);
  for (size_t row = 0; most > 0 && row < chart->class_count; row++)
    for (size_t column = 0; column < chart->class_count; column++)
      draw_cell(&frame, chart, &layout, row, column, most);
  frame_text(&frame, (struct point){FRAME_MARGIN, y}, down, &axis);
  frame_text(&frame, (struct point){fmax(layout.left, FRAME_MARGIN + width_of(down) + 16), y},
             across, &axis);
  draw_names(&frame, chart, &layout);
  if (most > 0) draw_totals(&frame, chart, &layout);
}
