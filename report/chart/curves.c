#include "chart/curves.h"

#include <math.h>
#include <stdio.h>

#include "chart/trace.h"

#define CLASSES_MAX 12
#define HIGHLIGHT 3

static size_t class_count(const struct curves *curves, size_t before)
{
  size_t count = 0;

  for (size_t i = 0; i < before; i++) count += curves->curve[i].role == CURVE_CLASS;
  return count;
}

unsigned curves_hue(const struct curves *curves, size_t index)
{
  const struct chart_curve *curve = &curves->curve[index];
  size_t position, highlight = curves->highlight ? curves->highlight : HIGHLIGHT;

  if (curve->role != CURVE_CLASS) return 0;
  position = class_count(curves, index);
  if (class_count(curves, curves->count) > CLASSES_MAX &&
      position >= (highlight < CLASSES_MAX ? highlight : CLASSES_MAX))
    return 0;
  if (curve->hue) return (curve->hue - 1) % CLASSES_MAX + 1;
  return (unsigned)(position % CLASSES_MAX) + 1;
}

struct paint curves_paint(const struct curves *curves, size_t index)
{
  unsigned hue = curves_hue(curves, index);

  if (hue) return trace_paint(hue, 2);
  switch (curves->curve[index].role) {
    /* Not DASH_LONG, which classes 7 to 12 have: to some eyes ink is near their hues. */
    case CURVE_MACRO:
      return (struct paint){.stroke = COLOR_INK, .stroke_width = 2, .dash = DASH_DASHDOT};
    case CURVE_MICRO:
      return (struct paint){.stroke = COLOR_INK, .stroke_width = 2, .dash = DASH_DOT};
    case CURVE_WEIGHTED:
      return (struct paint){.stroke = COLOR_INK, .stroke_width = 2, .dash = DASH_REFERENCE};
    case CURVE_CLASS:
    case CURVE_CONTEXT: break;
  }
  return (struct paint){.stroke = COLOR_CTX, .stroke_width = 1, .stroke_opacity = 0.5};
}

static bool is_grey(const struct curves *curves, size_t index)
{
  return curves_paint(curves, index).stroke == COLOR_CTX;
}

size_t curves_legend(const struct curves *curves, struct legend_entry entries[CURVES_LEGEND_MAX],
                     char others[64])
{
  size_t count = 0, grey = 0;

  if (curves->count < 2) return 0;
  for (int averages = 1; averages >= 0; averages--) {
    for (size_t i = 0; i < curves->count; i++) {
      const struct chart_curve *curve = &curves->curve[i];
      bool is_average = curve->role >= CURVE_MACRO && curve->role <= CURVE_WEIGHTED;

      if (is_average != (averages == 1)) continue;
      if (is_grey(curves, i) || !curve->name || count == CURVES_LEGEND_MAX - 1) {
        grey++;
        continue;
      }
      entries[count++] = (struct legend_entry){
          .name = curve->name, .value = curve->value, .swatch = curves_paint(curves, i)};
    }
  }
  if (grey) {
    (void)snprintf(others, 64, "%zu other%s", grey, grey == 1 ? "" : "s");
    entries[count++] = (struct legend_entry){
        .name = others, .swatch = {.stroke = COLOR_CTX, .stroke_width = 1, .stroke_opacity = 0.5}};
  }
  return count;
}

static enum trace_shape trace_shape_of(enum curve_shape shape)
{
  if (shape == CURVE_STEP_AFTER) return TRACE_STEP_AFTER;
  return shape == CURVE_STEP_BEFORE ? TRACE_STEP_BEFORE : TRACE_STRAIGHT;
}

static void draw_bands(struct frame *frame, const struct curves *curves)
{
  size_t drawn = 0;

  for (size_t i = 0; i < curves->count; i++) {
    const struct chart_curve *curve = &curves->curve[i];
    const struct trace trace = {
        .x = curve->x, .count = curve->count, .shape = trace_shape_of(curve->shape)};
    struct paint paint = {.fill = curves_paint(curves, i).stroke};

    if (!curve->low || !curve->high || is_grey(curves, i)) continue;
    paint.fill_opacity = drawn++ ? 0.10 : 0.13;
    canvas_group_begin(frame->canvas, "band", curve->name);
    trace_band(frame, &trace, curve->low, curve->high, &paint);
    canvas_group_end(frame->canvas);
  }
}

void curves_draw(struct frame *frame, const struct curves *curves)
{
  draw_bands(frame, curves);
  for (int pass = 0; pass < 3; pass++) {
    for (size_t i = 0; i < curves->count; i++) {
      const struct chart_curve *curve = &curves->curve[i];
      const struct trace trace = {.x = curve->x,
                                  .y = curve->y,
                                  .count = curve->count,
                                  .shape = trace_shape_of(curve->shape)};
      const struct paint paint = curves_paint(curves, i);
      int layer = is_grey(curves, i) ? 0 : curve->role == CURVE_CLASS ? 1 : 2;

      if (layer != pass || curve->count == 0) continue;
      canvas_group_begin(frame->canvas, pass ? "series" : "context", curve->name);
      trace_line(frame, &trace, &paint);
      canvas_group_end(frame->canvas);
    }
  }
}

bool curves_are_empty(const struct curves *curves)
{
  for (size_t i = 0; i < curves->count; i++)
    for (size_t k = 0; k < curves->curve[i].count; k++)
      if (isfinite(curves->curve[i].x[k]) && isfinite(curves->curve[i].y[k])) return false;
  return true;
}
