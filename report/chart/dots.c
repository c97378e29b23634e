#include "chart/dots.h"

#include <math.h>
#include <stdlib.h>

#include "chart/hatch.h"
#include "chart/number.h"

#define DOTS_MAX 5000
#define CELL 6.0
#define STRIP_HEIGHT 56.0
#define STRIP_TOP 32.0

static bool place_of(const struct frame *frame, double x, double y, struct point *at)
{
  const struct rect plot = frame->plot;

  *at = (struct point){scale_at(&frame->x, x), scale_at(&frame->y, y)};
  return at->x >= plot.x - 0.5 && at->x <= plot.x + plot.width + 0.5 && at->y >= plot.y - 0.5 &&
         at->y <= plot.y + plot.height + 0.5;
}

static void draw_cells(struct frame *frame, const double *x, const double *y, size_t count)
{
  const struct rect plot = frame->plot;
  size_t columns = (size_t)ceil(plot.width / CELL), rows = (size_t)ceil(plot.height / CELL);
  size_t *cells = calloc(columns * rows, sizeof *cells), most = 1;
  struct point at;

  if (!cells) {
    frame->has_failed = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    size_t column, row;

    if (!place_of(frame, x[i], y[i], &at)) continue;
    column = (size_t)fmin(fmax((at.x - plot.x) / CELL, 0), (double)(columns - 1));
    row = (size_t)fmin(fmax((at.y - plot.y) / CELL, 0), (double)(rows - 1));
    if (++cells[row * columns + column] > most) most = cells[row * columns + column];
  }
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) {
      size_t held = cells[row * columns + column];
      double share = most > 1 ? log(fmax((double)held, 1)) / log((double)most) : 1;
      struct paint paint = {.fill = (enum color)(COLOR_SEQ0 + 2 + lround(share * 6))};
      double left = plot.x + (double)column * CELL, top = plot.y + (double)row * CELL;

      if (held == 0) continue;
      canvas_rectangle(frame->canvas,
                       (struct rect){left, top, fmin(CELL, plot.x + plot.width - left),
                                     fmin(CELL, plot.y + plot.height - top)},
                       &paint);
      frame_ink(frame, (struct point){left, top}, (struct point){left + CELL, top + CELL});
    }
  }
  free(cells);
}

void dots_draw(struct frame *frame, const double *x, const double *y, size_t count)
{
  /* A point alone must be seen, so many points are made smaller, not fainter. */
  const struct paint paint = {.fill = COLOR_S1, .fill_opacity = 0.75};
  const double radius = count <= 500 ? 2.5 : count <= 2000 ? 2 : 1.5;
  struct point at;

  canvas_group_begin(frame->canvas, "points", NULL);
  if (count > DOTS_MAX) {
    draw_cells(frame, x, y, count);
  } else {
    for (size_t i = 0; i < count; i++) {
      if (!place_of(frame, x[i], y[i], &at)) continue;
      canvas_circle(frame->canvas, at, radius, &paint);
      frame_ink(frame, at, at);
    }
  }
  canvas_group_end(frame->canvas);
}

/* Whether the first or last bin is so wide that its height alone would mislead. */
static bool is_wide_end(const double *edges, size_t count, size_t i)
{
  const double inner = count >= 3 ? (edges[count - 1] - edges[1]) / (double)(count - 2) : 0;

  return count >= 3 && (i == 0 || i + 1 == count) && edges[i + 1] - edges[i] > 1.5 * inner;
}

/* 2 995 000 as 3 000 000: beside the strip there is room for "3M" and no more. */
static double two_digits(double count)
{
  const double power = pow(10, floor(log10(count)) - 1);

  return round(count / power) * power;
}

void strip_draw(struct frame *frame, const double *edges, const double *counts, size_t count,
                bool ends_are_open)
{
  const struct paint line = {.stroke = COLOR_AXIS, .stroke_width = 1};
  const struct text_style style = {
      .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2, .align = ALIGN_RIGHT};
  const struct rect plot = frame->plot;
  double bottom = plot.y + plot.height + STRIP_TOP + STRIP_HEIGHT, base = frame_snap(bottom);
  char words[NUMBER_SIZE];
  double most = 0;

  for (size_t i = 0; i < count; i++)
    if (isfinite(counts[i])) most = fmax(most, counts[i]);
  canvas_group_begin(frame->canvas, "strip", NULL);
  for (size_t i = 0; i < count && most > 0; i++) {
    double left = scale_at(&frame->x, edges[i]), right = scale_at(&frame->x, edges[i + 1]);
    double height = counts[i] / most * STRIP_HEIGHT;
    const bool is_open = ends_are_open && is_wide_end(edges, count, i);
    const struct paint bar = {.fill = COLOR_CTX,
                              .fill_opacity = is_open ? HATCH_OPACITY : 1,
                              .stroke = is_open ? COLOR_CTX : COLOR_NONE};
    struct rect box;

    if (isnan(left) || isnan(right) || !(height > 0) || !isfinite(height)) continue;
    left = fmin(fmax(left, plot.x), plot.x + plot.width);
    right = fmin(fmax(right, plot.x), plot.x + plot.width);
    if (right - left > 4) right -= 1;
    box = (struct rect){left, bottom - height, fmax(right - left, 0.5), height};
    canvas_rectangle(frame->canvas, box, &bar);
    if (is_open) hatch_draw(frame->canvas, box, COLOR_CTX);
  }
  canvas_polyline(frame->canvas, (struct point[]){{plot.x, base}, {plot.x + plot.width, base}}, 2,
                  &line);
  if (most < 1000)
    number_short(words, most, 3);
  else
    number_si(words, two_digits(most));
  frame_text_fit(frame, (struct point){plot.x - 8, bottom - STRIP_HEIGHT + 9}, words, plot.x - 12,
                 &style);
  frame_text(frame, (struct point){plot.x - 8, bottom + 4}, "0", &style);
  canvas_group_end(frame->canvas);
}
