#include "chart/hatch.h"

#include <math.h>

#define STEP 5.0

void hatch_draw(struct canvas *canvas, struct rect bar, enum color color)
{
  const struct paint paint = {.stroke = color, .stroke_width = 1};

  for (double at = STEP; at < bar.width + bar.height; at += STEP) {
    struct point from = {bar.x + fmax(0, at - bar.height), bar.y + fmin(at, bar.height)};
    struct point to = {bar.x + fmin(at, bar.width), bar.y + fmax(0, at - bar.width)};

    canvas_polyline(canvas, (struct point[]){from, to}, 2, &paint);
  }
}
