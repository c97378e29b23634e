/* A canvas that draws pixels.
 *
 * This is the one file that knows cairo and FreeType, and its header names
 * neither.  The typeface is in the program itself, so a picture does not depend
 * on the fonts of the machine, and a machine without fonts draws text.  Glyphs
 * are placed by the widths of text.h: what was measured is what is drawn.
 *
 * A canvas shares nothing with another one, not even its font library, so
 * different canvases may be used in different threads at the same time.
 *
 * Errors are sticky.  A function here that can fail returns NULL when all went
 * well since the canvas was made, else a sentence without a full stop that says
 * what failed first; the sentence is static and may be kept.
 */
#ifndef EPOCHLOG_CHART_CANVAS_CAIRO_H
#define EPOCHLOG_CHART_CANVAS_CAIRO_H

#include <stddef.h>
#include <stdint.h>

#include "chart/canvas.h"
#include "chart/palette.h"
#include "chart/png.h"

/* The most pixels per side, after scaling.  Cairo itself refuses 32768. */
#define CANVAS_PNG_MAX_SIDE 32767

/* The most pixels in all: 256 MiB of memory.  A chart has 1.2 million; a picture
 * beyond this is a mistake of whoever computed its size. */
#define CANVAS_PNG_MAX_PIXELS (64u * 1024u * 1024u)

struct canvas_png_options {
  double width;  /* CSS pixels, rounded up to whole device pixels */
  double height; /* CSS pixels */
  double scale;  /* device pixels per CSS pixel; 0 means 2 */
  enum theme theme;
};

/* A canvas filled with the theme's background.  NULL when memory for the canvas
 * itself is out; any other failure (a size beyond the limits, a font that does
 * not load) is kept in the canvas and told by canvas_png_end. */
struct canvas *canvas_png_new(const struct canvas_png_options *options);

/* Ends the drawing and lends its pixels: opaque, device pixels, valid until
 * canvas_png_free.  Nothing may be drawn afterwards.  May be called again. */
const char *canvas_png_end(struct canvas *canvas, struct picture *pixels);

/* Ends the drawing and encodes it as a PNG of 72 * scale dots per inch, with
 * `description` (UTF-8, may be NULL) as its text for those who cannot see it.
 * On success the caller frees `*png`; on failure it is NULL. */
const char *canvas_png_encode(struct canvas *canvas, const char *description, uint8_t **png,
                              size_t *size);

/* How many characters drawn so far were not in the typeface.  Each of them
 * shows as a box with its hexadecimal number, one em wide. */
size_t canvas_png_missing_glyphs(const struct canvas *canvas);

/* Frees the canvas and its pixels.  NULL is allowed. */
void canvas_png_free(struct canvas *canvas);

#endif
