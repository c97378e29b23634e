/* cairo keeps fonts for later, beyond the canvas that made them.  Each face
 * therefore has a font library of its own, freed when cairo lets go of it, in
 * whichever thread that is. */
#include "chart/glyphs.h"

#include <cairo-ft.h>
#include <cairo.h>
#include <ft2build.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include FT_FREETYPE_H

#include "chart/font/font_data.h"
#include "chart/placed_text.h"

enum { REGULAR, SEMIBOLD, FACES, GLYPHS_AT_ONCE = 64 };

struct glyphs {
  FT_Face faces[FACES]; /* owned by `fonts` */
  cairo_font_face_t *fonts[FACES];
  struct missing_characters missing;
};

static void free_library(void *library) { FT_Done_FreeType(library); }

/* Makes a face that lives as long as cairo wants it. */
static bool load_face(struct glyphs *glyphs, int which, const struct font_data *font)
{
  static const cairo_user_data_key_t key;
  FT_Face *face = &glyphs->faces[which];
  FT_Library library;

  if (FT_Init_FreeType(&library) != 0) return false;
  if (FT_New_Memory_Face(library, font->file, (FT_Long)font->file_size, 0, face) == 0) {
    glyphs->fonts[which] = cairo_ft_font_face_create_for_ft_face(*face, FT_LOAD_NO_HINTING);
    if (cairo_font_face_set_user_data(glyphs->fonts[which], &key, library, free_library) ==
        CAIRO_STATUS_SUCCESS)
      return true;
    cairo_font_face_destroy(glyphs->fonts[which]);
    glyphs->fonts[which] = NULL;
  }
  FT_Done_FreeType(library);
  return false;
}

struct glyphs *glyphs_new(struct font_set *fonts)
{
  struct glyphs *glyphs = calloc(1, sizeof *glyphs);

  (void)fonts;
  if (glyphs == NULL) return NULL;
  if (load_face(glyphs, REGULAR, &font_regular) && load_face(glyphs, SEMIBOLD, &font_semibold))
    return glyphs;
  glyphs_free(glyphs);
  return NULL;
}

void glyphs_free(struct glyphs *glyphs)
{
  if (glyphs == NULL) return;
  for (int i = 0; i < FACES; i++)
    if (glyphs->fonts[i] != NULL) cairo_font_face_destroy(glyphs->fonts[i]);
  free(glyphs);
}

const struct missing_characters *glyphs_missing(const struct glyphs *glyphs)
{
  return &glyphs->missing;
}

/* Glyphs of one face and size on their way to cairo, and the text they stand
 * for, so that what is written as text can be searched. */
struct run {
  struct glyphs *glyphs;
  cairo_t *cr;
  int face;
  double size;
  bool outline;
  cairo_glyph_t places[GLYPHS_AT_ONCE];
  cairo_text_cluster_t clusters[GLYPHS_AT_ONCE];
  char bytes[4 * GLYPHS_AT_ONCE];
  int byte_count;
  int count;
};

static void flush(struct run *run)
{
  cairo_t *cr = run->cr;

  if (run->count == 0) return;
  cairo_new_path(cr);
  cairo_set_font_face(cr, run->glyphs->fonts[run->face]);
  cairo_set_font_size(cr, run->size);
  if (run->outline) {
    cairo_glyph_path(cr, run->places, run->count);
    cairo_stroke(cr);
  } else {
    cairo_show_text_glyphs(cr, run->bytes, run->byte_count, run->places, run->count, run->clusters,
                           run->count, 0);
  }
  cairo_new_path(cr);
  run->count = 0;
  run->byte_count = 0;
}

/* The character in UTF-8; returns its length. */
static int encode(uint32_t codepoint, char *bytes)
{
  int more = codepoint < 0x80 ? 0 : codepoint < 0x800 ? 1 : codepoint < 0x10000 ? 2 : 3;
  static const unsigned char leads[] = {0, 0xC0, 0xE0, 0xF0};

  for (int i = more; i > 0; i--, codepoint >>= 6) bytes[i] = (char)(0x80 | (codepoint & 0x3F));
  bytes[0] = (char)(leads[more] | codepoint);
  return more + 1;
}

static void put_character(struct run *run, const struct placed_character *character)
{
  FT_UInt glyph = FT_Get_Char_Index(run->glyphs->faces[run->face], character->codepoint);
  int length;

  if (run->count == GLYPHS_AT_ONCE) flush(run);
  length = encode(character->codepoint, run->bytes + run->byte_count);
  run->byte_count += length;
  run->clusters[run->count] = (cairo_text_cluster_t){length, 1};
  run->places[run->count++] = (cairo_glyph_t){glyph, character->at.x, character->at.y};
}

static void put_box(struct run *run, const struct placed_character *character)
{
  struct run inside = {.glyphs = run->glyphs, .cr = run->cr, .face = REGULAR};
  struct placed_character digits[PLACED_BOX_DIGITS];
  struct rect frame;
  size_t count = placed_box(character, &frame, digits);

  cairo_new_path(run->cr);
  cairo_rectangle(run->cr, frame.x, frame.y, frame.width, frame.height);
  if (!run->outline) {
    cairo_set_line_width(run->cr, 0.06 * character->size);
    cairo_set_dash(run->cr, NULL, 0, 0);
  }
  cairo_stroke(run->cr);
  if (run->outline) return;
  inside.size = digits[0].size;
  for (size_t i = 0; i < count; i++) put_character(&inside, &digits[i]);
  flush(&inside);
  missing_add(&run->glyphs->missing, character->codepoint);
}

static void put_line(struct run *run, struct point at, const char *utf8,
                     const struct text_style *style)
{
  struct placed_text text = placed_begin(at, utf8, style);
  struct placed_character character;

  run->face = style->weight == WEIGHT_SEMIBOLD ? SEMIBOLD : REGULAR;
  run->size = style->size;
  while (placed_next(&text, &character))
    if (character.missing)
      put_box(run, &character);
    else
      put_character(run, &character);
  flush(run);
}

void glyphs_show(struct glyphs *glyphs, cairo_t *cr, struct point at, const char *utf8,
                 const struct text_style *style)
{
  put_line(&(struct run){.glyphs = glyphs, .cr = cr}, at, utf8, style);
}

void glyphs_outline(struct glyphs *glyphs, cairo_t *cr, struct point at, const char *utf8,
                    const struct text_style *style)
{
  put_line(&(struct run){.glyphs = glyphs, .cr = cr, .outline = true}, at, utf8, style);
}
