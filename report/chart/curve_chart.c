#include "chart/curve_chart.h"

#include <math.h>

#include "chart/curves.h"
#include "chart/labels.h"
#include "chart/trace.h"

#define REFERENCE_POINTS_MAX 64

static struct curves curves_of(const struct curve_chart *chart)
{
  return (struct curves){
      .curve = chart->curves, .count = chart->curve_count, .highlight = chart->highlight};
}

void curve_chart_size(const struct curve_chart *chart, double *width, double *height)
{
  const struct curves curves = curves_of(chart);
  struct legend_entry entries[CURVES_LEGEND_MAX];
  char others[64];
  size_t count = chart->text.message ? 0 : curves_legend(&curves, entries, others);

  *width = chart->wide ? FRAME_WIDE_WIDTH : FRAME_SQUARE_WIDTH;
  *height = (chart->wide ? FRAME_WIDE_HEIGHT : FRAME_SQUARE_HEIGHT) +
            frame_head_height(&chart->text, *width) - FRAME_PLOT_TOP +
            legend_height(entries, count, *width);
}

static enum frame_axis axis_of(enum curve_axis axis, bool is_y)
{
  switch (axis) {
    case CURVE_AXIS_UNIT: return FRAME_UNIT;
    case CURVE_AXIS_PERCENT: return FRAME_PERCENT;
    case CURVE_AXIS_PROBIT: return FRAME_PROBIT;
    case CURVE_AXIS_FREE:
    case CURVE_AXIS_ZERO: break;
  }
  return is_y ? FRAME_FREE : FRAME_TIGHT;
}

static struct range range_of(const struct curve_chart *chart, bool is_y)
{
  struct range range = range_none();

  for (size_t i = 0; i < chart->curve_count; i++) {
    const struct chart_curve *curve = &chart->curves[i];

    range_add_all(&range, is_y ? curve->y : curve->x, curve->count);
    if (is_y && curve->low && curve->high) {
      range_add_all(&range, curve->low, curve->count);
      range_add_all(&range, curve->high, curve->count);
    }
  }
  for (size_t i = 0; i < chart->reference_count; i++)
    range_add_all(&range, is_y ? chart->references[i].y : chart->references[i].x,
                  chart->references[i].count);
  if ((is_y ? chart->y_axis : chart->x_axis) == CURVE_AXIS_ZERO) range_add(&range, 0);
  return range;
}

static void place(struct frame *frame, const struct curve_chart *chart)
{
  enum frame_axis y_axis = axis_of(chart->y_axis, true);
  struct range y = range_of(chart, true);
  double top = frame_head_height(&chart->text, frame->canvas->width);
  double side = FRAME_SQUARE_SIDE, left;

  left = FRAME_MARGIN + 8 +
         frame_y_label_width(y_axis, y,
                             chart->wide ? FRAME_WIDE_HEIGHT - FRAME_FOOT - FRAME_PLOT_TOP : side);
  if (chart->wide) {
    frame_place(frame, (struct rect){left, top, FRAME_WIDE_WIDTH - left - FRAME_MARGIN - 8,
                                     FRAME_WIDE_HEIGHT - FRAME_FOOT - FRAME_PLOT_TOP});
  } else {
    left = fmax(left, FRAME_SQUARE_LEFT);
    side = fmin(side, FRAME_SQUARE_WIDTH - left - FRAME_MARGIN);
    frame_place(frame, (struct rect){left, top, side, side});
    frame->has_x_grid = true;
  }
  frame_set_y(frame, y_axis, y);
  frame_set_x(frame, axis_of(chart->x_axis, false), range_of(chart, false));
}

static void draw_references(struct frame *frame, const struct curve_chart *chart)
{
  const struct paint dashed = {.stroke = COLOR_AXIS, .stroke_width = 1, .dash = DASH_REFERENCE};
  const struct paint faint = {.stroke = COLOR_LINE, .stroke_width = 1};

  for (size_t i = 0; i < chart->reference_count; i++) {
    const struct curve_reference *reference = &chart->references[i];
    const struct trace trace = {.x = reference->x, .y = reference->y, .count = reference->count};

    canvas_group_begin(frame->canvas, reference->is_faint ? "grid" : "reference", reference->label);
    trace_line(frame, &trace, reference->is_faint ? &faint : &dashed);
    canvas_group_end(frame->canvas);
  }
}

/* Above a contour, where least data are in the way, else as far to the right as
 * there is room. */
static void label_contour(struct frame *frame, const struct point *points, size_t count,
                          const char *words)
{
  const struct text_style style = {.size = FRAME_TEXT_SIZE,
                                   .weight = WEIGHT_REGULAR,
                                   .color = COLOR_INK2,
                                   .align = ALIGN_RIGHT,
                                   .halo = true};
  struct point best = {0, 0};
  double least = 0.5;

  for (size_t i = count; i-- > 0;) {
    const struct point at = {points[i].x - 6, points[i].y - 5};
    const struct rect box = frame_text_box(at, words, &style);
    const double ink = frame_ink_share(frame, box);

    if (ink >= least || box.x < frame->plot.x || !frame_has_room(frame, box)) continue;
    best = at;
    least = ink;
  }
  if (least < 0.5) frame_text(frame, best, words, &style);
}

static void label_references(struct frame *frame, const struct curve_chart *chart)
{
  struct point points[REFERENCE_POINTS_MAX];

  for (size_t i = 0; i < chart->reference_count; i++) {
    const struct curve_reference *reference = &chart->references[i];
    size_t count = 0;

    for (size_t k = 0; k < reference->count && count < REFERENCE_POINTS_MAX; k++) {
      struct point at = {scale_at(&frame->x, reference->x[k]),
                         scale_at(&frame->y, reference->y[k])};

      if (!isnan(at.x) && !isnan(at.y)) points[count++] = at;
    }
    if (reference->is_faint) {
      label_contour(frame, points, count, reference->label);
      continue;
    }
    labels_on_line(frame, points, count, reference->label);
  }
}

static bool ring_place(const struct frame *frame, const struct curve_ring *ring, struct point *at)
{
  *at = (struct point){scale_at(&frame->x, ring->x), scale_at(&frame->y, ring->y)};
  return frame_holds(frame, *at);
}

static void draw_rings(struct frame *frame, const struct curve_chart *chart)
{
  /* Among several curves every hue belongs to one of them. */
  enum color color = chart->curve_count > 1 ? COLOR_INK : COLOR_S2;
  struct point at;

  for (size_t i = 0; i < chart->ring_count; i++)
    if (ring_place(frame, &chart->rings[i], &at)) labels_ring(frame, at, 4.5, color);
  for (size_t i = 0; i < chart->ring_count; i++)
    if (ring_place(frame, &chart->rings[i], &at))
      labels_note(frame, at, chart->rings[i].head, chart->rings[i].body);
}

static void draw_bar(struct frame *frame, const struct curve_chart *chart)
{
  const struct paint paint = {.stroke = COLOR_INK, .stroke_width = 1.5};
  const struct rect plot = frame->plot;
  double x = scale_at(&frame->x, chart->bar_x);
  double low = scale_at(&frame->y, chart->bar_low), high = scale_at(&frame->y, chart->bar_high);

  if (!chart->has_bar || isnan(x) || isnan(low) || isnan(high)) return;
  if (x < plot.x - 1 || x > plot.x + plot.width + 1) return;
  low = fmin(fmax(low, plot.y), plot.y + plot.height);
  high = fmin(fmax(high, plot.y), plot.y + plot.height);
  canvas_polyline(frame->canvas, (struct point[]){{x, low}, {x, high}}, 2, &paint);
  frame_ink(frame, (struct point){x, low}, (struct point){x, high});
}

void curve_chart_draw(const struct curve_chart *chart, struct canvas *canvas)
{
  const struct curves curves = curves_of(chart);
  struct legend_entry entries[CURVES_LEGEND_MAX];
  struct frame frame;
  char others[64];
  size_t count;

  if (chart->text.message || curves_are_empty(&curves)) {
    frame_message(canvas, &chart->text, "no curve: nothing to draw");
    return;
  }
  frame_begin(&frame, canvas, &chart->text);
  place(&frame, chart);
  frame_grid(&frame);
  draw_references(&frame, chart);
  curves_draw(&frame, &curves);
  draw_bar(&frame, chart);
  frame_axes(&frame);
  draw_rings(&frame, chart);
  label_references(&frame, chart);
  count = curves_legend(&curves, entries, others);
  legend_draw(&frame, entries, count, frame.plot.y + frame.plot.height + FRAME_FOOT);
}
