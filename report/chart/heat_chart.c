#include "chart/heat_chart.h"

#include <math.h>
#include <stdio.h>

#include "chart/number.h"
#include "chart/palette.h"
#include "chart/text.h"

#define PITCH 22.0
#define CELL_LEAST 36.0
#define CELL_MOST 72.0
#define NAME_MAX 220.0
#define CANVAS_MAX 960.0
#define NAMES_ABOVE 24.0
#define SCALE_WIDTH 48.0 /* "× 10⁻³⁰⁸" */

/* How all numbers of a map are written, so that each has its own. */
struct digits {
  int decimals; /* negative: two digits that count, each number its own way */
  int exponent; /* numbers stand for so many powers of ten */
  double limit; /* the largest magnitude */
};

struct layout {
  double left, top, cell;
  struct digits digits;
};

static bool is_drawable(const struct heat_chart *chart)
{
  if (chart->text.message || !chart->row_count || !chart->column_count) return false;
  if (chart->row_count > HEAT_ROWS_MAX || chart->column_count > HEAT_COLUMNS_MAX) return false;
  for (size_t i = 0; i < chart->row_count * chart->column_count; i++)
    if (isfinite(chart->cells[i])) return true;
  return false;
}

static double widest(const char *const *names, size_t count)
{
  double width = 0;

  for (size_t i = 0; i < count; i++)
    if (names[i]) width = fmax(width, text_width(names[i], FRAME_TEXT_SIZE, WEIGHT_REGULAR));
  return ceil(width);
}

/* The largest magnitude, and whether both signs occur. */
static double limit_of(const struct heat_chart *chart, bool *is_signed)
{
  double most = 0, least = 0;

  for (size_t i = 0; i < chart->row_count * chart->column_count; i++) {
    if (!isfinite(chart->cells[i])) continue;
    most = fmax(most, chart->cells[i]);
    least = fmin(least, chart->cells[i]);
  }
  *is_signed = least < 0;
  return fmax(most, -least);
}

static const char *write_number(char out[NUMBER_SIZE], double value, const struct digits *digits)
{
  if (digits->decimals < 0 || !isfinite(value) || value == 0) return number_short(out, value, 2);
  /* By way of the share: the power of ten itself may be no number. */
  if (digits->exponent)
    value = value / digits->limit * pow(10, log10(digits->limit) - digits->exponent);
  return number_fixed(out, value, digits->decimals);
}

static bool all_fit(const struct heat_chart *chart, double cell, const struct digits *digits)
{
  char words[NUMBER_SIZE];

  for (size_t i = 0; i < chart->row_count * chart->column_count; i++) {
    write_number(words, chart->cells[i], digits);
    if (text_width(words, FRAME_TEXT_SIZE, WEIGHT_REGULAR) > cell - 3) return false;
  }
  return true;
}

/* Each number its own way where all fit; else with the same decimals, small
 * and large ones in powers of ten. */
static struct digits choose_digits(const struct heat_chart *chart, double cell)
{
  bool is_signed;
  struct digits digits = {.decimals = -1, .limit = limit_of(chart, &is_signed)};

  if (all_fit(chart, cell, &digits)) return digits;
  digits.exponent = (int)floor(log10(digits.limit));
  if (digits.exponent >= -1 && digits.exponent <= 2) digits.exponent = 0;
  for (digits.decimals = 2; digits.decimals > 0; digits.decimals--)
    if (all_fit(chart, cell, &digits)) break;
  return digits;
}

static struct layout lay_out(const struct heat_chart *chart)
{
  const double left =
      FRAME_MARGIN + fmax(fmin(widest(chart->rows, chart->row_count), NAME_MAX), SCALE_WIDTH) + 8;
  const double room = (CANVAS_MAX - left - FRAME_MARGIN) / (double)chart->column_count;
  double cell = widest(chart->columns, chart->column_count) + 8;

  cell = fmin(fmin(fmax(cell, CELL_LEAST), CELL_MOST), room);
  return (struct layout){left, frame_head_height(&chart->text, CANVAS_MAX) + NAMES_ABOVE - 16,
                         floor(cell), choose_digits(chart, floor(cell))};
}

void heat_chart_size(const struct heat_chart *chart, double *width, double *height)
{
  struct layout layout;

  *width = FRAME_WIDE_WIDTH;
  *height = FRAME_WIDE_HEIGHT;
  if (!is_drawable(chart)) return;
  layout = lay_out(chart);
  *width = fmax(FRAME_SQUARE_WIDTH,
                layout.left + layout.cell * (double)chart->column_count + FRAME_MARGIN);
  /* The head may break differently on a narrower canvas. */
  *height = frame_head_height(&chart->text, *width) + NAMES_ABOVE - 16 +
            PITCH * (double)chart->row_count + FRAME_MARGIN;
}

static enum color fill_of(double value, double limit, bool is_signed)
{
  const double share = limit > 0 ? value / limit : 0;

  return is_signed ? palette_diverging(share) : palette_sequential(share);
}

static void draw_cell(struct frame *frame, const struct heat_chart *chart,
                      const struct layout *layout, size_t row, size_t column, enum color fill)
{
  const double value = chart->cells[row * chart->column_count + column];
  const struct paint paint = {.fill = fill};
  const struct rect box = {layout->left + layout->cell * (double)column,
                           layout->top + PITCH * (double)row, layout->cell - 1, PITCH - 1};
  const struct text_style style = {.size = FRAME_TEXT_SIZE,
                                   .weight = WEIGHT_REGULAR,
                                   .color = isfinite(value) ? palette_ink_for(fill) : COLOR_INK2,
                                   .align = ALIGN_CENTER};
  char words[NUMBER_SIZE], label[256];

  number_short(words, value, 2);
  (void)snprintf(label, sizeof label, "%.80s, %.80s: %s", chart->rows[row] ? chart->rows[row] : "",
                 chart->columns[column] ? chart->columns[column] : "", words);
  canvas_group_begin(frame->canvas, "cell", label);
  if (isfinite(value)) canvas_rectangle(frame->canvas, box, &paint);
  write_number(words, value, &layout->digits);
  canvas_text(frame->canvas, (struct point){box.x + box.width / 2, box.y + box.height / 2 + 4},
              words, &style);
  canvas_group_end(frame->canvas);
}

static void draw_names(struct frame *frame, const struct heat_chart *chart,
                       const struct layout *layout)
{
  struct text_style style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2, .align = ALIGN_RIGHT};
  char cut[512], power[NUMBER_SIZE];

  canvas_group_begin(frame->canvas, "names", NULL);
  if (layout->digits.exponent) {
    (void)snprintf(cut, sizeof cut, "× %s", number_power(power, layout->digits.exponent));
    frame_text(frame, (struct point){layout->left - 8, layout->top - 8}, cut, &style);
  }
  for (size_t i = 0; i < chart->row_count; i++) {
    text_fit(cut, sizeof cut, chart->rows[i] ? chart->rows[i] : "",
             layout->left - 8 - FRAME_MARGIN + 0.5, FRAME_TEXT_SIZE, WEIGHT_REGULAR);
    frame_text(frame, (struct point){layout->left - 8, layout->top + PITCH * ((double)i + 0.5) + 4},
               cut, &style);
  }
  style.align = ALIGN_CENTER;
  for (size_t i = 0; i < chart->column_count; i++) {
    text_fit(cut, sizeof cut, chart->columns[i] ? chart->columns[i] : "", layout->cell - 6,
             FRAME_TEXT_SIZE, WEIGHT_REGULAR);
    frame_text(frame,
               (struct point){layout->left + layout->cell * ((double)i + 0.5), layout->top - 8},
               cut, &style);
  }
  canvas_group_end(frame->canvas);
}

void heat_chart_draw(const struct heat_chart *chart, struct canvas *canvas)
{
  struct layout layout;
  struct frame frame;
  bool is_signed;
  double limit;

  if (!is_drawable(chart)) {
    frame_message(canvas, &chart->text,
                  chart->row_count > HEAT_ROWS_MAX || chart->column_count > HEAT_COLUMNS_MAX
                      ? "too many rows or columns to draw"
                      : "no values to draw");
    return;
  }
  layout = lay_out(chart);
  layout.top = frame_head_height(&chart->text, canvas->width) + NAMES_ABOVE - 16;
  limit = limit_of(chart, &is_signed);
  frame_begin(&frame, canvas, &chart->text);
  frame_place(&frame,
              (struct rect){layout.left, layout.top, layout.cell * (double)chart->column_count,
                            PITCH * (double)chart->row_count});
  for (size_t row = 0; row < chart->row_count; row++)
    for (size_t column = 0; column < chart->column_count; column++)
      draw_cell(&frame, chart, &layout, row, column,
                fill_of(chart->cells[row * chart->column_count + column], limit, is_signed));
  draw_names(&frame, chart, &layout);
}
