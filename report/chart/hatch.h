/* Diagonal lines across a bar: it stands for more than its width says. */
#ifndef EPOCHLOG_CHART_HATCH_H
#define EPOCHLOG_CHART_HATCH_H

#include "chart/canvas.h"

/* Bars that are hatched are filled this faintly beneath. */
#define HATCH_OPACITY 0.28

void hatch_draw(struct canvas *canvas, struct rect bar, enum color color);

#endif
