/* Faces of its own: cairo sets the size of those it draws with, and believes that
 * no one else does. */
#include "chart/shaping.h"

#include <raqm.h>
#include <stdlib.h>
#include FT_FREETYPE_H
#include FT_ADVANCES_H

#include "chart/font/font_data.h"

/* The size in pixels at which is measured: positions are to 1/64000 em. */
#define PIXELS_PER_EM 1000
#define UNITS_PER_EM (64.0 * PIXELS_PER_EM)

struct shaping_face {
  int font;
  FT_Face face;
};

struct shaper {
  struct font_set *fonts;
  FT_Library library;
  struct shaping_face *faces;
  size_t count;
};

struct shaper *shaper_new(struct font_set *fonts)
{
  struct shaper *shaper = calloc(1, sizeof *shaper);

  if (shaper == NULL) return NULL;
  if (FT_Init_FreeType(&shaper->library) != 0) {
    free(shaper);
    return NULL;
  }
  shaper->fonts = fonts;
  return shaper;
}

void shaper_free(struct shaper *shaper)
{
  if (shaper == NULL) return;
  FT_Done_FreeType(shaper->library); /* and its faces */
  free(shaper->faces);
  free(shaper);
}

static FT_Face open_face(struct shaper *shaper, int font)
{
  struct font_bytes file = {font_regular.file, font_regular.file_size, 0};
  FT_Face face;

  if (font != SHAPING_TYPEFACE) file = font_set_bytes(shaper->fonts, font);
  if (FT_New_Memory_Face(shaper->library, file.bytes, (FT_Long)file.size, file.face, &face) != 0)
    return NULL;
  if (FT_Set_Pixel_Sizes(face, 0, PIXELS_PER_EM) == 0) return face;
  FT_Done_Face(face);
  return NULL;
}

/* NULL when it does not load. */
static FT_Face face_of(struct shaper *shaper, int font)
{
  struct shaping_face *faces;
  FT_Face face;

  for (size_t i = 0; i < shaper->count; i++)
    if (shaper->faces[i].font == font) return shaper->faces[i].face;
  face = open_face(shaper, font);
  if (face == NULL) return NULL;
  faces = realloc(shaper->faces, (shaper->count + 1) * sizeof *faces);
  if (faces == NULL) {
    FT_Done_Face(face);
    return NULL;
  }
  shaper->faces = faces;
  faces[shaper->count++] = (struct shaping_face){font, face};
  return face;
}

static int font_of(const struct shaper *shaper, FT_Face face)
{
  for (size_t i = 0; i < shaper->count; i++)
    if (shaper->faces[i].face == face) return shaper->faces[i].font;
  return SHAPING_TYPEFACE;
}

/* Whether a glyph can be drawn.  cairo would give up the whole picture for one that
 * cannot, as in a damaged font. */
static bool is_sound(FT_Face face, FT_UInt glyph)
{
  return FT_Load_Glyph(face, glyph, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) == 0 &&
         face->glyph->format == FT_GLYPH_FORMAT_OUTLINE;
}

/* Side by side. */
static int arrange_alone(struct shaper *shaper, const struct shaping_text *text,
                         struct shaped_glyph *glyphs, size_t capacity, double *width)
{
  double x = 0;
  int count = 0;

  for (size_t i = 0; i < text->count; i++) {
    FT_Face face = face_of(shaper, text->fonts[i]);
    FT_UInt glyph = face != NULL ? FT_Get_Char_Index(face, text->codepoints[i]) : 0;
    FT_Fixed advance;

    if (face == NULL || FT_Get_Advance(face, glyph, FT_LOAD_NO_SCALE, &advance) != 0) return -1;
    if (glyph == 0) continue; /* a sign that is never seen */
    if (!is_sound(face, glyph)) return -1;
    if ((size_t)count == capacity) return -1;
    glyphs[count++] = (struct shaped_glyph){text->fonts[i], glyph, i, x, 0};
    x += (double)advance / face->units_per_EM;
  }
  *width = x;
  return count;
}

static bool describe(raqm_t *raqm, struct shaper *shaper, const struct shaping_text *text)
{
  if (!raqm_set_text(raqm, text->codepoints, text->count) ||
      !raqm_set_par_direction(raqm, text->rtl ? RAQM_DIRECTION_RTL : RAQM_DIRECTION_LTR) ||
      !raqm_set_freetype_load_flags(raqm, FT_LOAD_NO_HINTING))
    return false;
  for (size_t i = 0; i < text->count; i++) {
    FT_Face face = face_of(shaper, text->fonts[i]);

    if (face == NULL || !raqm_set_freetype_face_range(raqm, face, i, 1)) return false;
  }
  return true;
}

static int take_glyphs(raqm_t *raqm, const struct shaper *shaper, struct shaped_glyph *glyphs,
                       size_t capacity, double *width)
{
  size_t count = 0;
  const raqm_glyph_t *placed = raqm_get_glyphs(raqm, &count);
  double x = 0, y = 0;

  if (placed == NULL || count > capacity) return -1;
  for (size_t i = 0; i < count; i++) {
    if (!is_sound(placed[i].ftface, placed[i].index)) return -1;
    glyphs[i] = (struct shaped_glyph){font_of(shaper, placed[i].ftface), placed[i].index,
                                      placed[i].cluster, x + placed[i].x_offset / UNITS_PER_EM,
                                      y + placed[i].y_offset / UNITS_PER_EM};
    x += placed[i].x_advance / UNITS_PER_EM;
    y += placed[i].y_advance / UNITS_PER_EM;
  }
  *width = x;
  return (int)count;
}

int shaper_arrange(struct shaper *shaper, const struct shaping_text *text,
                   struct shaped_glyph *glyphs, size_t capacity, double *width)
{
  raqm_t *raqm;
  int count = -1;

  *width = 0;
  if (!text->shaped) return arrange_alone(shaper, text, glyphs, capacity, width);
  raqm = raqm_create();
  if (raqm == NULL) return -1;
  if (describe(raqm, shaper, text) && raqm_layout(raqm))
    count = take_glyphs(raqm, shaper, glyphs, capacity, width);
  raqm_destroy(raqm);
  return count;
}
