/* The faces one canvas draws with, for cairo and for looking characters up.
 *
 * This header names no type of the libraries' headers, so it can be read without
 * them.
 */
#ifndef EPOCHLOG_CHART_GLYPH_FACES_H
#define EPOCHLOG_CHART_GLYPH_FACES_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/font_set.h"

struct FT_FaceRec_;
struct _cairo_font_face;

struct glyph_face {
  struct FT_FaceRec_ *face; /* owned by `font` */
  struct _cairo_font_face *font;
};

struct glyph_faces {
  struct glyph_face regular; /* of the typeface of the program */
  struct glyph_face semibold;
  struct glyph_face **others; /* by number of the font set; NULL: not loaded */
  size_t other_count;
  struct font_set *fonts; /* NULL: none */
};

/* Loads the typeface.  False when that fails; to be released all the same. */
bool glyph_faces_init(struct glyph_faces *faces, struct font_set *fonts);

/* The face of a font of the set, loaded when first asked for; NULL when it cannot
 * be.  Stays where it is. */
const struct glyph_face *glyph_faces_other(struct glyph_faces *faces, int font);

void glyph_faces_release(struct glyph_faces *faces);

#endif
