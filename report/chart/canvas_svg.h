/* A canvas that writes SVG.
 *
 * Text stays text: a reader can select and search it, and the browser finds a
 * font for characters ours does not have.  Colours are theme variables, so one
 * file serves a light page, a dark page and paper.  All ids start with a prefix
 * that the caller makes unique per page, since a page holds many charts.
 *
 * The same calls give the same bytes, on any machine and in any locale.
 * Whatever text arrives, well-formed XML leaves: markup is escaped, characters
 * that XML forbids and bytes that are not UTF-8 become U+FFFD.
 *
 * Errors are sticky; canvas_svg_end tells the first one.
 */
#ifndef EPOCHLOG_CHART_CANVAS_SVG_H
#define EPOCHLOG_CHART_CANVAS_SVG_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"

/* A reader who lacks our typeface sees another, which may be a fifth wider.  Text
 * of at least this many pixels is held to its measured width (`textLength`), so
 * that nothing runs into its neighbour or off the picture; shorter text grows by
 * less than the gaps around it.  Text with characters that ours does not have is
 * left as wide as the browser makes it: stretched letters would be worse. */
#define CANVAS_SVG_HELD_WIDTH 24.0

/* The most bytes of one SVG unless the options say another number.  A chart has
 * 10 to 100 kB; a page with one of 8 MB would not open. */
#define CANVAS_SVG_MAX_SIZE ((size_t)8 * 1024 * 1024)

struct canvas_svg_options {
  double width;            /* CSS pixels */
  double height;           /* CSS pixels */
  const char *id;          /* prefix of every id, such as "c3-"; NULL means "c-".  A
                              letter, then letters, digits, '-' and '_', at most 31
                              bytes; anything else is an error of canvas_svg_end. */
  const char *title;       /* what a screen reader says first; NULL means "Chart" */
  const char *description; /* the same at length; NULL leaves it out */
  bool standalone;         /* a file of its own: carries canvas_svg_css and a background */
  size_t max_size;         /* bytes; 0 means CANVAS_SVG_MAX_SIZE */
};

/* NULL when memory for the canvas itself is out. */
struct canvas *canvas_svg_new(const struct canvas_svg_options *options);

/* Closes the document.  Returns NULL and gives the caller the text, terminated,
 * to free; `length` (may be NULL) is without the terminator.  Or returns a
 * static sentence without a full stop that says what failed first, and `*svg`
 * is NULL.  To be called at most once. */
const char *canvas_svg_end(struct canvas *canvas, char **svg, size_t *length);

/* NULL is allowed. */
void canvas_svg_free(struct canvas *canvas);

/* The style sheet of every SVG written here: all variables of palette.h for
 * light, dark, a chosen theme (`data-theme` on the root element) and print, and
 * the classes of the writer, which apply below `svg.ec` only.  A page with
 * several charts embeds it once.  Static. */
const char *canvas_svg_css(void);

#endif
