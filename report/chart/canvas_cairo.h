/* Canvases that cairo draws: pixels, and pages of PDF.
 *
 * A canvas shares nothing with another one but the fonts it is given, so different
 * canvases may be used in different threads at the same time.  Glyphs given to
 * several canvases are drawn once for all of them; such canvases belong to one
 * thread.
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
#include "chart/missing.h"
#include "chart/palette.h"
#include "chart/png.h"

struct font_set;
struct glyphs;

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
  struct font_set *fonts; /* for characters outside the typeface; NULL: none */
  struct glyphs *glyphs;  /* to draw text with, of glyphs_new; NULL: of its own */
};

/* A canvas filled with the theme's background.  NULL when memory for the canvas
 * itself is out; any other failure (a size beyond the limits, a font that does
 * not load) is kept in the canvas and told by canvas_png_end. */
struct canvas *canvas_png_new(const struct canvas_png_options *options);

/* Ends the drawing and lends its pixels: opaque, device pixels, valid until
 * canvas_cairo_free.  Nothing may be drawn afterwards.  May be called again. */
const char *canvas_png_end(struct canvas *canvas, struct picture *pixels);

/* Ends the drawing and encodes it as a PNG of 72 * scale dots per inch, with
 * `description` (UTF-8, may be NULL) as its text for those who cannot see it.
 * On success the caller frees `*png`; on failure it is NULL. */
const char *canvas_png_encode(struct canvas *canvas, const char *description, uint8_t **png,
                              size_t *size);

/* The longest side of a page in CSS pixels: a PDF may have 14400 points. */
#define CANVAS_PDF_MAX_SIDE 19200

/* The most bytes of one PDF.  A chart has 10 to 100 kB. */
#define CANVAS_PDF_MAX_SIZE ((size_t)64 * 1024 * 1024)

/* The most bytes of a title or description. */
#define CANVAS_PDF_MAX_WORDS 16384

struct canvas_pdf_options {
  double width;  /* CSS pixels, 1/96 of an inch each */
  double height; /* CSS pixels */
  enum theme theme;
  const char *title;       /* UTF-8, of the document; NULL or "" leaves it out */
  const char *description; /* UTF-8, as the document's subject; the same */
  struct font_set *fonts;  /* for characters outside the typeface; NULL: none */
  struct glyphs *glyphs;   /* to draw text with, of glyphs_new; NULL: of its own */
};

/* A page of the size of the canvas.  Lines are lines and text is text, which can
 * be selected, with the part of the typeface that it needs.  There is no date in
 * it: the same calls give the same bytes.  Failures as for canvas_png_new. */
struct canvas *canvas_pdf_new(const struct canvas_pdf_options *options);

/* Ends the drawing.  On success the caller frees `*pdf`; on failure it is NULL.
 * To be called at most once. */
const char *canvas_pdf_end(struct canvas *canvas, uint8_t **pdf, size_t *size);

/* The characters drawn so far that were in no font.  Each of them shows as a box
 * with its hexadecimal number.  With glyphs that were given, those of all canvases
 * that drew with them.  Valid until canvas_cairo_free. */
const struct missing_characters *canvas_cairo_missing(const struct canvas *canvas);

/* Frees the canvas, its pixels and its bytes.  NULL is allowed. */
void canvas_cairo_free(struct canvas *canvas);

#endif
