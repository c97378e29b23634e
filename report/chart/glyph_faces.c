/* cairo keeps fonts for later, beyond the canvas that made them.  Each face
 * therefore has a font library of its own and, where it is not the typeface of
 * the program, a share in the fonts; both are given back when cairo lets go of
 * the face, in whichever thread that is. */
#include "chart/glyph_faces.h"

#include <cairo-ft.h>
#include <cairo.h>
#include <ft2build.h>
#include <stdlib.h>
#include FT_FREETYPE_H

#include "chart/font/font_data.h"

struct owned {
  FT_Library library;
  struct font_set *fonts;
};

static void release_owned(void *pointer)
{
  struct owned *owned = pointer;

  FT_Done_FreeType(owned->library);
  font_set_free(owned->fonts);
  free(owned);
}

/* Makes a face that lives as long as cairo wants it, and `fonts` (may be NULL)
 * with it. */
static bool load_face(struct glyph_face *face, struct font_bytes file, struct font_set *fonts)
{
  static const cairo_user_data_key_t key;
  struct owned *owned = calloc(1, sizeof *owned);

  if (owned == NULL) return false;
  if (FT_Init_FreeType(&owned->library) != 0) {
    free(owned);
    return false;
  }
  if (fonts != NULL) owned->fonts = font_set_share(fonts);
  if (FT_New_Memory_Face(owned->library, file.bytes, (FT_Long)file.size, file.face, &face->face) ==
      0) {
    face->font = cairo_ft_font_face_create_for_ft_face(face->face, FT_LOAD_NO_HINTING);
    if (cairo_font_face_set_user_data(face->font, &key, owned, release_owned) ==
        CAIRO_STATUS_SUCCESS)
      return true;
    cairo_font_face_destroy(face->font);
    face->font = NULL;
  }
  release_owned(owned);
  return false;
}

static bool load_typeface(struct glyph_face *face, const struct font_data *font)
{
  return load_face(face, (struct font_bytes){font->file, font->file_size, 0}, NULL);
}

bool glyph_faces_init(struct glyph_faces *faces, struct font_set *fonts)
{
  *faces = (struct glyph_faces){.fonts = fonts};
  return load_typeface(&faces->regular, &font_regular) &&
         load_typeface(&faces->semibold, &font_semibold);
}

const struct glyph_face *glyph_faces_other(struct glyph_faces *faces, int font)
{
  size_t index = (size_t)font;
  struct glyph_face *face;

  if (index >= faces->other_count) {
    struct glyph_face **larger = realloc(faces->others, (index + 1) * sizeof *larger);

    if (larger == NULL) return NULL;
    for (size_t i = faces->other_count; i <= index; i++) larger[i] = NULL;
    faces->others = larger;
    faces->other_count = index + 1;
  }
  if (faces->others[index] != NULL) return faces->others[index];
  face = calloc(1, sizeof *face);
  if (face != NULL && load_face(face, font_set_bytes(faces->fonts, font), faces->fonts))
    return faces->others[index] = face;
  free(face);
  return NULL;
}

static void free_face(struct glyph_face *face)
{
  if (face->font != NULL) cairo_font_face_destroy(face->font);
}

void glyph_faces_release(struct glyph_faces *faces)
{
  free_face(&faces->regular);
  free_face(&faces->semibold);
  for (size_t i = 0; i < faces->other_count; i++) {
    if (faces->others[i] != NULL) free_face(faces->others[i]);
    free(faces->others[i]);
  }
  free(faces->others);
}
