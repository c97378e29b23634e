/* What every canvas of cairo shares: shapes and text into a context.
 *
 * A back end (canvas_png.c, canvas_pdf.c) makes a surface, calls
 * cairo_drawing_start, and at the end asks cairo_drawing_finish what failed.
 * This header names no type of cairo's headers, so it can be read without them.
 */
#ifndef EPOCHLOG_CHART_CAIRO_DRAWING_H
#define EPOCHLOG_CHART_CAIRO_DRAWING_H

#include <stdbool.h>

#include "chart/canvas.h"
#include "chart/glyphs.h"
#include "chart/palette.h"

struct _cairo;
struct _cairo_surface;

struct cairo_drawing {
  struct canvas canvas;
  const char *problem; /* the first failure, static; NULL while there is none */
  struct _cairo_surface *surface;
  struct _cairo *cr;
  struct glyphs *glyphs;
  bool owns_glyphs;
  double scale; /* of what has pixels: clips are cut at whole ones; 0: there are none */
  enum theme theme;
  bool clipping;
  bool ended;
};

/* Readies a zeroed drawing whose `surface`, `scale` and `theme` are set: the
 * operations, the context, the typeface, the ground.  Failures are kept in the
 * drawing.  Text is drawn with `glyphs`, or with new ones of `fonts` (as for
 * glyphs_new) if they are NULL. */
void cairo_drawing_start(struct cairo_drawing *drawing, double width, double height,
                         struct font_set *fonts, struct glyphs *glyphs);

/* Keeps `problem`, a static sentence, unless an earlier one is kept. */
void cairo_drawing_fail(struct cairo_drawing *drawing, const char *problem);

/* Ends the drawing.  Returns NULL, or what failed first.  May be called again. */
const char *cairo_drawing_finish(struct cairo_drawing *drawing);

/* Frees what start and the back end made, but not the drawing itself. */
void cairo_drawing_release(struct cairo_drawing *drawing);

#endif
