/* Text into a context of cairo, glyph by glyph.
 *
 * The typeface is in the program itself, so a picture does not depend on the
 * fonts of the machine, and a machine without fonts draws text.  Glyphs are
 * placed by the widths of text.h: what was measured is what is drawn.
 */
#ifndef EPOCHLOG_CHART_GLYPHS_H
#define EPOCHLOG_CHART_GLYPHS_H

#include "chart/canvas.h"
#include "chart/missing.h"

struct _cairo;
struct font_set;
struct glyphs;

/* The faces of canvases of one thread; nothing in it is shared with another one but
 * `fonts`, which may be NULL: only the typeface of the program is used then.  NULL
 * when a face cannot be loaded. */
struct glyphs *glyphs_new(struct font_set *fonts);

/* Fills the glyphs of one line with the colour that is set. */
void glyphs_show(struct glyphs *glyphs, struct _cairo *cr, struct point at, const char *utf8,
                 const struct text_style *style);

/* Strokes their outlines instead, with the pen that is set. */
void glyphs_outline(struct glyphs *glyphs, struct _cairo *cr, struct point at, const char *utf8,
                    const struct text_style *style);

/* What glyphs_show found in no font.  Each stands as a box with its number. */
const struct missing_characters *glyphs_missing(const struct glyphs *glyphs);

/* NULL is allowed. */
void glyphs_free(struct glyphs *glyphs);

#endif
