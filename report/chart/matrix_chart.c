#include "chart/matrix_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/matrix_circles.h"
#include "chart/number.h"
#include "chart/text.h"

#define CELL_MIN 34.0
#define CELL_MAX 72.0
#define WIDTH_MAX 960.0
#define NAME_MAX 160.0
#define AXIS_NAME_MAX 512
#define NAME_GAP 5.0 /* kept free beside a name or a total */
#define COUNTS_UP_TO 12
#define WORDS_UP_TO 30
#define COUNT_SIZE 13.0
#define SHARE_SIZE 11.0

/* Beyond this the picture is one pixel a cell and says nothing. */
#define CLASSES_MAX 900

struct layout {
  double cell_width;
  double cell_height;
  double left; /* of the cells */
  double top;
  double name_width;
  double total_width;
  bool has_words;
  bool has_counts;
  double width;
  double height;
};

static double cell_value(const struct matrix_chart *chart, size_t row, size_t column)
{
  double value = chart->cells[row * chart->class_count + column];

  return isfinite(value) && (chart->kind == MATRIX_SIGNED || value > 0) ? value : 0;
}

static const char *class_name(const struct matrix_chart *chart, size_t index, char number[24])
{
  if (chart->classes && chart->classes[index]) return chart->classes[index];
  (void)snprintf(number, 24, "%zu", index);
  return number;
}

static double row_total(const struct matrix_chart *chart, size_t row)
{
  double total = 0;

  for (size_t i = 0; i < chart->class_count; i++) total += cell_value(chart, row, i);
  return total;
}

static double column_total(const struct matrix_chart *chart, size_t column)
{
  double total = 0;

  for (size_t i = 0; i < chart->class_count; i++) total += cell_value(chart, i, column);
  return total;
}

/* Where many classes leave little room: the name of the axis says that it is
 * percent. */
static void whole_percent(char words[NUMBER_SIZE], double share)
{
  if (share < 0.005)
    (void)snprintf(words, NUMBER_SIZE, "<1");
  else
    (void)snprintf(words, NUMBER_SIZE, "%.0f", 100 * share);
}

/* The words of a cell: its count, and its share of the row. */
static void cell_words(const struct matrix_chart *chart, size_t row, size_t column, double total,
                       char count[NUMBER_SIZE], char share[NUMBER_SIZE])
{
  double value = cell_value(chart, row, column);

  count[0] = share[0] = '\0';
  if (chart->kind == MATRIX_SIGNED) {
    number_metric(count, value);
    if (fabs(value) < 1000 && !(fabs(value) > 0 && fabs(value) < 0.005))
      number_short(count, value, 2);
    return;
  }
  if (!(total > 0)) {
    (void)snprintf(count, NUMBER_SIZE, "\xe2\x80\x93"); /* the class does not occur */
    return;
  }
  number_count(count, value);
  /* Zeros are most of a good matrix: saying each once is enough. */
  if (value > 0 && chart->class_count <= COUNTS_UP_TO) number_percent(share, value / total);
  if (value > 0 && chart->class_count > COUNTS_UP_TO) whole_percent(share, value / total);
}

static double widest_name(const struct matrix_chart *chart)
{
  char number[24];
  double widest = 0;

  for (size_t i = 0; i < chart->class_count; i++)
    widest =
        fmax(widest, text_width(class_name(chart, i, number), FRAME_TEXT_SIZE, WEIGHT_REGULAR));
  return fmin(ceil(widest), NAME_MAX);
}

static double widest_words(const struct matrix_chart *chart, bool has_counts)
{
  char count[NUMBER_SIZE], share[NUMBER_SIZE];
  double widest = 0;

  for (size_t row = 0; row < chart->class_count; row++) {
    double total = row_total(chart, row);

    for (size_t column = 0; column < chart->class_count; column++) {
      cell_words(chart, row, column, total, count, share);
      if (has_counts) widest = fmax(widest, text_width(count, COUNT_SIZE, WEIGHT_SEMIBOLD));
      widest = fmax(widest, text_width(share, SHARE_SIZE, WEIGHT_REGULAR));
    }
  }
  return ceil(widest);
}

static double widest_total(const struct matrix_chart *chart)
{
  char count[NUMBER_SIZE];
  double widest = text_width("Total", FRAME_TEXT_SIZE, WEIGHT_REGULAR);

  for (size_t i = 0; i < chart->class_count; i++)
    widest = fmax(widest, text_width(number_count(count, row_total(chart, i)), FRAME_TEXT_SIZE,
                                     WEIGHT_REGULAR));
  return ceil(widest);
}

static struct layout lay_out(const struct matrix_chart *chart)
{
  struct layout layout = {.name_width = widest_name(chart)};
  double count = (double)chart->class_count, room, text;

  layout.has_words = chart->class_count <= WORDS_UP_TO;
  layout.has_counts =
      layout.has_words && (chart->class_count <= COUNTS_UP_TO || chart->kind == MATRIX_SIGNED);
  layout.total_width = chart->kind == MATRIX_CONFUSION ? widest_total(chart) + 16 : 0;
  if (chart->kind == MATRIX_CONFUSION)
    layout.name_width =
        fmax(layout.name_width, ceil(text_width("Total", FRAME_TEXT_SIZE, WEIGHT_REGULAR)));
  layout.left = FRAME_MARGIN + layout.name_width + 8;
  room = WIDTH_MAX - layout.left - layout.total_width - FRAME_MARGIN;
  text = layout.has_words ? widest_words(chart, layout.has_counts) : 0;
  layout.cell_width = fmin(fmax(CELL_MIN, text + 12), fmax(CELL_MAX, text + 12));
  /* Few classes have room for cells that need no magnifying glass. */
  if (chart->class_count <= 4) layout.cell_width = fmax(layout.cell_width, CELL_MAX);
  if (!layout.has_words) layout.cell_width = fmin(CELL_MIN, 600 / count);
  layout.cell_width = fmin(layout.cell_width, room / count);
  if (layout.cell_width < text + 4) layout.has_words = layout.has_counts = false;
  layout.cell_height = layout.has_counts
                           ? fmax(CELL_MIN + 6, fmin(layout.cell_width, CELL_MAX * 0.75))
                           : fmin(layout.cell_width, CELL_MIN);
  layout.width =
      fmax(layout.left + count * layout.cell_width + layout.total_width + FRAME_MARGIN, 360);
  layout.top = frame_head_height(&chart->text, layout.width) + 28;
  layout.height = layout.top + count * layout.cell_height +
                  (chart->kind == MATRIX_CONFUSION ? 28 : 8) + FRAME_MARGIN;
  return layout;
}

static bool is_drawable(const struct matrix_chart *chart)
{
  if (chart->text.message || !chart->cells) return false;
  return chart->class_count > 0 && chart->class_count <= CLASSES_MAX;
}

static bool has_circles(const struct matrix_chart *chart)
{
  return chart->look == MATRIX_CIRCLES && chart->kind == MATRIX_CONFUSION &&
         chart->class_count <= MATRIX_CIRCLES_MAX;
}

void matrix_chart_size(const struct matrix_chart *chart, double *width, double *height)
{
  struct layout layout;

  *width = FRAME_SQUARE_WIDTH;
  *height = FRAME_SQUARE_HEIGHT;
  if (!is_drawable(chart)) return;
  if (has_circles(chart)) {
    matrix_circles_size(chart, width, height);
    return;
  }
  layout = lay_out(chart);
  /* A rounding error is no pixel. */
  *width = ceil(layout.width - 1e-6);
  *height = ceil(layout.height - 1e-6);
}

static double largest_magnitude(const struct matrix_chart *chart)
{
  double largest = 0;

  for (size_t i = 0; i < chart->class_count * chart->class_count; i++)
    if (isfinite(chart->cells[i])) largest = fmax(largest, fabs(chart->cells[i]));
  return largest;
}

/* Stop 0..8 of the ramp.  Without words, one confusion must still be seen. */
static unsigned stop_of(const struct matrix_chart *chart, double value, double whole,
                        bool has_words)
{
  double share;

  if (!(whole > 0)) return chart->kind == MATRIX_SIGNED ? 4 : 0;
  share = chart->kind == MATRIX_SIGNED ? 0.5 + value / whole / 2 : value / whole;
  share = fmin(fmax(share, 0), 1) * 8;
  if (!has_words && chart->kind == MATRIX_CONFUSION && value > 0) share = fmax(share, 1);
  return (unsigned)lround(share);
}

static void draw_cell_words(struct canvas *canvas, const struct matrix_chart *chart,
                            const struct layout *layout, struct rect cell, size_t row,
                            size_t column, double total, unsigned stop)
{
  enum color base = chart->kind == MATRIX_SIGNED ? COLOR_DIV_TEXT0 : COLOR_SEQ_TEXT0;
  const struct text_style large = {.size = COUNT_SIZE,
                                   .weight = WEIGHT_SEMIBOLD,
                                   .color = (enum color)(base + stop),
                                   .align = ALIGN_CENTER};
  const struct text_style small = {.size = SHARE_SIZE,
                                   .weight = WEIGHT_REGULAR,
                                   .color = (enum color)(base + stop),
                                   .align = ALIGN_CENTER};
  char count[NUMBER_SIZE], share[NUMBER_SIZE];
  double x = cell.x + cell.width / 2, y = cell.y + cell.height / 2;

  cell_words(chart, row, column, total, count, share);
  if (!layout->has_counts) {
    if (share[0]) canvas_text(canvas, (struct point){x, y + 4}, share, &small);
    return;
  }
  if (!share[0]) {
    /* A zero is quiet, so that what is there stands out. */
    canvas_text(canvas, (struct point){x, y + 4}, count,
                cell_value(chart, row, column) > 0 ? &large : &small);
    return;
  }
  canvas_text(canvas, (struct point){x, y - 2}, count, &large);
  canvas_text(canvas, (struct point){x, y + 13}, share, &small);
}

/* A tooltip for the cell: its classes in words. */
static void cell_label(const struct matrix_chart *chart, size_t row, size_t column, double total,
                       char *out, size_t size)
{
  char count[NUMBER_SIZE], share[NUMBER_SIZE], row_number[24], column_number[24];
  bool is_signed = chart->kind == MATRIX_SIGNED;

  cell_words(chart, row, column, total, count, share);
  (void)snprintf(out, size, "%s%.100s, %s%.100s: %s%s%s%s", is_signed ? "" : "true ",
                 class_name(chart, row, row_number), is_signed ? "" : "predicted ",
                 class_name(chart, column, column_number), count, share[0] ? " (" : "", share,
                 share[0] ? ")" : "");
}

/* Cells touch, with a hairline of background between where they are large. */
static void draw_row(struct canvas *canvas, const struct matrix_chart *chart,
                     const struct layout *layout, size_t row, double limit)
{
  double total = row_total(chart, row), whole = chart->kind == MATRIX_SIGNED ? limit : total;
  double gap = layout->cell_width >= 8 ? 1 : 0;
  char label[480];

  for (size_t column = 0; column < chart->class_count; column++) {
    double value = cell_value(chart, row, column);
    unsigned stop = stop_of(chart, value, whole, layout->has_words);
    struct paint paint = {
        .fill = (enum color)((chart->kind == MATRIX_SIGNED ? COLOR_DIV0 : COLOR_SEQ0) + stop)};
    struct rect cell = {layout->left + (double)column * layout->cell_width,
                        layout->top + (double)row * layout->cell_height, layout->cell_width - gap,
                        layout->cell_height - gap};
    bool is_pale = stop == 0 && chart->kind == MATRIX_CONFUSION;

    /* A matrix of many classes is mostly empty: its ground is drawn once. */
    if (!layout->has_words && is_pale) continue;
    cell_label(chart, row, column, total, label, sizeof label);
    canvas_group_begin(canvas, "cell", layout->has_words || value > 0 ? label : NULL);
    canvas_rectangle(canvas, cell, &paint);
    if (layout->has_words) draw_cell_words(canvas, chart, layout, cell, row, column, total, stop);
    canvas_group_end(canvas);
  }
}

/* Every n-th name, where a row is lower than a line of text. */
static size_t name_stride(double pitch, double needed)
{
  return (size_t)fmax(1, ceil(needed / fmax(pitch, 0.1)));
}

/* Of many names, some are shown, but those whole. */
static size_t column_stride_of(const struct matrix_chart *chart, const struct layout *layout)
{
  bool is_many = chart->class_count > WORDS_UP_TO;

  return name_stride(layout->cell_width,
                     is_many ? fmin(layout->name_width + 2 * NAME_GAP, 90) : 24);
}

/* Where the word stands above the totals of the rows. */
static struct point total_place(const struct matrix_chart *chart, const struct layout *layout)
{
  return (struct point){
      layout->left + (double)chart->class_count * layout->cell_width + layout->total_width,
      layout->top - 8};
}

static void draw_names(struct frame *frame, const struct matrix_chart *chart,
                       const struct layout *layout)
{
  const struct text_style down = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2, .align = ALIGN_RIGHT};
  const struct text_style across = {.size = FRAME_TEXT_SIZE,
                                    .weight = WEIGHT_REGULAR,
                                    .color = COLOR_INK2,
                                    .align = ALIGN_CENTER};
  size_t row_stride = name_stride(layout->cell_height, 15);
  size_t column_stride = column_stride_of(chart, layout);
  char cut[512], number[24];

  for (size_t i = 0; i < chart->class_count; i += row_stride) {
    struct point at = {layout->left - 8, layout->top + ((double)i + 0.5) * layout->cell_height + 4};

    text_fit(cut, sizeof cut, class_name(chart, i, number), layout->name_width + 0.5,
             FRAME_TEXT_SIZE, WEIGHT_REGULAR);
    frame_text(frame, at, cut, &down);
  }
  if (chart->kind == MATRIX_CONFUSION)
    frame_reserve(frame, frame_text_box(total_place(chart, layout), "Total", &down));
  for (size_t i = 0; i < chart->class_count; i += column_stride) {
    struct point at = {layout->left + ((double)i + 0.5) * layout->cell_width, layout->top - 8};
    struct rect box;

    text_fit(cut, sizeof cut, class_name(chart, i, number),
             layout->cell_width * (double)column_stride - NAME_GAP - 1, FRAME_TEXT_SIZE,
             WEIGHT_REGULAR);
    box = frame_text_box(at, cut, &across);
    box = (struct rect){box.x - NAME_GAP, box.y, box.width + 2 * NAME_GAP, box.height};
    if (frame_has_room(frame, box)) frame_text(frame, at, cut, &across);
  }
}

static void draw_totals(struct frame *frame, const struct matrix_chart *chart,
                        const struct layout *layout)
{
  struct text_style style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2, .align = ALIGN_RIGHT};
  double count = (double)chart->class_count, bottom = layout->top + count * layout->cell_height;
  double right = layout->left + count * layout->cell_width + layout->total_width;
  size_t stride = name_stride(layout->cell_height, 15);
  size_t columns = chart->class_count > WORDS_UP_TO ? column_stride_of(chart, layout) : 1;
  char words[NUMBER_SIZE];
  struct rect box;
  double all = 0;

  for (size_t i = 0; i < chart->class_count; i++) all += row_total(chart, i);
  for (size_t i = 0; i < chart->class_count; i += stride)
    frame_text(frame,
               (struct point){right, layout->top + ((double)i + 0.5) * layout->cell_height + 4},
               number_count(words, row_total(chart, i)), &style);
  frame_text(frame, total_place(chart, layout), "Total", &style);
  frame_text(frame, (struct point){layout->left - 8, bottom + 18}, "Total", &style);
  style.align = ALIGN_CENTER;
  for (size_t i = 0; i < chart->class_count; i += columns) {
    struct point at = {layout->left + ((double)i + 0.5) * layout->cell_width, bottom + 18};
    struct rect room;

    number_count(words, column_total(chart, i));
    box = frame_text_box(at, words, &style);
    room = (struct rect){box.x - NAME_GAP, box.y, box.width + 2 * NAME_GAP, box.height};
    if (frame_has_room(frame, room)) frame_text(frame, at, words, &style);
  }
  style.align = ALIGN_RIGHT;
  number_count(words, all);
  box = frame_text_box((struct point){right, bottom + 18}, words, &style);
  box = (struct rect){box.x - NAME_GAP, box.y, box.width + 2 * NAME_GAP, box.height};
  if (frame_has_room(frame, box))
    frame_text(frame, (struct point){right, bottom + 18}, words, &style);
}

void matrix_chart_draw(const struct matrix_chart *chart, struct canvas *canvas)
{
  const struct text_style axis = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2};
  const struct paint ground = {.fill = COLOR_SEQ0};
  const char *across = chart->text.x_name ? chart->text.x_name : "Predicted label \xe2\x86\x92";
  const char *down = chart->text.y_name ? chart->text.y_name : "True label \xe2\x86\x93";
  char with_unit[AXIS_NAME_MAX];
  struct layout layout;
  struct frame frame;
  double limit, down_width;

  if (!is_drawable(chart)) {
    frame_message(canvas, &chart->text,
                  chart->class_count > CLASSES_MAX ? "too many classes to draw"
                                                   : "no predictions were logged");
    return;
  }
  if (has_circles(chart)) {
    matrix_circles_draw(chart, canvas);
    return;
  }
  layout = lay_out(chart);
  if (chart->kind == MATRIX_CONFUSION && layout.has_words && !layout.has_counts) {
    (void)snprintf(with_unit, sizeof with_unit, "%s (cells: %% of the row)", across);
    across = with_unit;
  }
  limit = chart->limit > 0 ? chart->limit : largest_magnitude(chart);
  frame_begin(&frame, canvas, &chart->text);
  frame_place(&frame,
              (struct rect){layout.left, layout.top, layout.cell_width * (double)chart->class_count,
                            layout.cell_height * (double)chart->class_count});
  if (!layout.has_words && chart->kind == MATRIX_CONFUSION)
    canvas_rectangle(canvas, frame.plot, &ground);
  for (size_t row = 0; row < chart->class_count; row++)
    draw_row(canvas, chart, &layout, row, limit);

  canvas_group_begin(canvas, "axis", NULL);
  down_width = fmin(text_width(down, FRAME_TEXT_SIZE, WEIGHT_REGULAR), canvas->width / 3);
  frame_text_fit(&frame, (struct point){FRAME_MARGIN, layout.top - 28}, down, down_width + 1,
                 &axis);
  frame_text_fit(
      &frame, (struct point){fmax(layout.left, FRAME_MARGIN + down_width + 16), layout.top - 28},
      across, canvas->width - fmax(layout.left, FRAME_MARGIN + down_width + 16) - 8, &axis);
  draw_names(&frame, chart, &layout);
  if (chart->kind == MATRIX_CONFUSION) draw_totals(&frame, chart, &layout);
  canvas_group_end(canvas);
}
