/* A line is set in pieces.  What the typeface has stands where it was measured.
 * Words in other fonts are as wide as their font makes them, within what was kept
 * for them: where they are narrower, what follows closes up and the line stands
 * in its width as it is aligned. */
#include "chart/glyphs.h"

#include <cairo.h>
#include <ft2build.h>
#include <stdbool.h>
#include <stdlib.h>
#include FT_FREETYPE_H

#include "chart/font_set.h"
#include "chart/glyph_faces.h"
#include "chart/placed_text.h"
#include "chart/script.h"
#include "chart/shaping.h"

enum { GLYPHS_AT_ONCE = 64, NO_FONT = -2, ARRANGED_MAX = 2 * SHAPING_MAX, CLUSTER_MAX = 4 };

/* A stroke that makes a regular face look semibold beside the typeface, in em. */
#define EMBOLDEN 0.03

struct glyphs {
  struct glyph_faces faces;
  struct shaper *shaper; /* made when a foreign word is met */
  struct missing_characters missing;
};

struct glyphs *glyphs_new(struct font_set *fonts)
{
  struct glyphs *glyphs = calloc(1, sizeof *glyphs);

  if (glyphs == NULL) return NULL;
  if (glyph_faces_init(&glyphs->faces, fonts)) return glyphs;
  glyphs_free(glyphs);
  return NULL;
}

void glyphs_free(struct glyphs *glyphs)
{
  if (glyphs == NULL) return;
  glyph_faces_release(&glyphs->faces);
  shaper_free(glyphs->shaper);
  free(glyphs);
}

const struct missing_characters *glyphs_missing(const struct glyphs *glyphs)
{
  return &glyphs->missing;
}

/* ---- glyphs ---------------------------------------------------------------- */

/* Glyphs of one face and size on their way to cairo, and the text they stand
 * for, so that what is written as text can be searched. */
struct run {
  struct glyphs *glyphs;
  cairo_t *cr;
  const struct glyph_face *typeface; /* of the line's weight */
  const struct glyph_face *face;
  double size;
  double embolden; /* in em */
  double shift;    /* of what comes next, to the right, in pixels */
  double slack;    /* how much narrower the words in other fonts were so far */
  bool outline;
  bool measure; /* only adds up the slack */
  cairo_glyph_t places[GLYPHS_AT_ONCE];
  cairo_text_cluster_t clusters[GLYPHS_AT_ONCE];
  char bytes[4 * CLUSTER_MAX * GLYPHS_AT_ONCE];
  int byte_count;
  int count;
};

static void begin_path(struct run *run)
{
  cairo_new_path(run->cr);
  cairo_set_font_face(run->cr, run->face->font);
  cairo_set_font_size(run->cr, run->size);
}

static void end_path(struct run *run, const cairo_glyph_t *places, int count)
{
  if (run->outline || run->embolden > 0) {
    if (!run->outline) {
      cairo_set_line_width(run->cr, run->embolden * run->size);
      cairo_set_dash(run->cr, NULL, 0, 0);
    }
    cairo_glyph_path(run->cr, places, count);
    cairo_stroke(run->cr);
  }
  cairo_new_path(run->cr);
}

static void flush(struct run *run)
{
  if (run->count == 0) return;
  begin_path(run);
  if (!run->outline)
    cairo_show_text_glyphs(run->cr, run->bytes, run->byte_count, run->places, run->count,
                           run->clusters, run->count, 0);
  end_path(run, run->places, run->count);
  run->count = 0;
  run->byte_count = 0;
}

static void use_face(struct run *run, const struct glyph_face *face, double size, double embolden)
{
  if (run->face != face || run->size != size || run->embolden != embolden) flush(run);
  run->face = face;
  run->size = size;
  run->embolden = embolden;
}

/* The character in UTF-8; returns its length. */
static int encode(uint32_t codepoint, char *bytes)
{
  static const unsigned char leads[] = {0, 0xC0, 0xE0, 0xF0};
  int more = codepoint < 0x80 ? 0 : codepoint < 0x800 ? 1 : codepoint < 0x10000 ? 2 : 3;

  for (int i = more; i > 0; i--, codepoint >>= 6) bytes[i] = (char)(0x80 | (codepoint & 0x3F));
  bytes[0] = (char)(leads[more] | codepoint);
  return more + 1;
}

/* A glyph and the characters it stands for, of which the first few are kept. */
static void put_glyph(struct run *run, FT_UInt glyph, struct point at, const uint32_t *codepoints,
                      size_t count)
{
  int length = 0;

  if (run->count == GLYPHS_AT_ONCE) flush(run);
  for (size_t i = 0; i < count && i < CLUSTER_MAX; i++)
    length += encode(codepoints[i], run->bytes + run->byte_count + length);
  run->byte_count += length;
  run->clusters[run->count] = (cairo_text_cluster_t){length, 1};
  run->places[run->count++] = (cairo_glyph_t){glyph, at.x, at.y};
}

/* A character of the typeface. */
static void put_character(struct run *run, const struct glyph_face *face,
                          const struct placed_character *character)
{
  struct point at = {character->at.x + run->shift, character->at.y};

  use_face(run, face, character->size, 0);
  put_glyph(run, FT_Get_Char_Index(face->face, character->codepoint), at, &character->codepoint, 1);
}

static void put_box(struct run *run, const struct placed_character *character)
{
  struct placed_character digits[PLACED_BOX_DIGITS];
  struct rect frame;
  size_t count = placed_box(character, &frame, digits);

  if (count == 0) return;
  flush(run);
  cairo_new_path(run->cr);
  cairo_rectangle(run->cr, frame.x + run->shift, frame.y, frame.width, frame.height);
  if (!run->outline) {
    cairo_set_line_width(run->cr, 0.06 * character->size);
    cairo_set_dash(run->cr, NULL, 0, 0);
  }
  cairo_stroke(run->cr);
  if (run->outline) return;
  for (size_t i = 0; i < count; i++) put_character(run, &run->glyphs->faces.regular, &digits[i]);
  missing_add(&run->glyphs->missing, character->codepoint);
}

/* ---- words in other fonts -------------------------------------------------- */

/* Characters of a piece and the font of each. */
struct word {
  struct placed_character characters[SHAPING_MAX];
  uint32_t codepoints[SHAPING_MAX];
  int fonts[SHAPING_MAX];
  size_t count;
};

/* Whether a font can know the character: not a control, not for private use, not
 * what stands for bytes that are no text. */
static bool is_known_to_fonts(uint32_t codepoint)
{
  return codepoint >= 0xA0 && !(codepoint >= 0xE000 && codepoint <= 0xF8FF) &&
         codepoint != 0xFFFD && codepoint < 0xF0000;
}

/* Marks and signs without width go with what they stand on, if its font can. */
static int choose_font(struct glyphs *glyphs, const struct word *word, size_t i)
{
  const struct placed_character *character = &word->characters[i];
  int before = i > 0 ? word->fonts[i - 1] : NO_FONT;
  int font;

  if (!character->missing) return SHAPING_TYPEFACE;
  if (!is_known_to_fonts(character->codepoint)) return NO_FONT;
  if (character->width <= 0 && before >= 0 &&
      font_set_has(glyphs->faces.fonts, before, character->codepoint))
    return before;
  font = font_set_find(glyphs->faces.fonts, character->codepoint);
  if (font >= 0 && glyph_faces_other(&glyphs->faces, font) != NULL) return font;
  if (character->width > 0) return NO_FONT;
  return before >= 0 ? before : SHAPING_TYPEFACE; /* which show nothing */
}

/* Takes the next characters of the piece; false when there are none. */
static bool next_word(struct glyphs *glyphs, struct placed_text *piece, struct word *word)
{
  word->count = 0;
  while (word->count < SHAPING_MAX && placed_next(piece, &word->characters[word->count])) {
    word->codepoints[word->count] = word->characters[word->count].codepoint;
    word->fonts[word->count] = choose_font(glyphs, word, word->count);
    word->count++;
  }
  return word->count > 0;
}

static const struct glyph_face *face_of(struct run *run, int font)
{
  /* Words are arranged with the regular weight, whose glyphs have other numbers. */
  return font == SHAPING_TYPEFACE ? &run->glyphs->faces.regular
                                  : glyph_faces_other(&run->glyphs->faces, font);
}

/* The characters of `text` that glyph `i` of `count` stands for: from its own to
 * the next that another glyph stands for. */
static size_t characters_of(const struct shaping_text *text, const struct shaped_glyph *glyphs,
                            int count, int i)
{
  size_t next = text->count;

  for (int k = 0; k < count; k++)
    if (glyphs[k].character > glyphs[i].character && glyphs[k].character < next)
      next = glyphs[k].character;
  return next - glyphs[i].character;
}

/* Shows the glyphs of an arranged word one by one, each with what it stands for;
 * of several glyphs for one character the first. */
static void put_arranged(struct run *run, const struct shaping_text *text, struct point at,
                         double size, double embolden, const struct shaped_glyph *glyphs, int count)
{
  for (int i = 0; i < count; i++) {
    const struct shaped_glyph *glyph = &glyphs[i];
    bool again = i > 0 && glyphs[i - 1].character == glyph->character;
    size_t characters = again ? 0 : characters_of(text, glyphs, count, i);

    use_face(run, face_of(run, glyph->font), size, embolden);
    put_glyph(run, glyph->glyph, (struct point){at.x + glyph->x * size, at.y - glyph->y * size},
              text->codepoints + glyph->character, characters);
  }
}

/* One by one, where there is no font or it does not serve. */
static void put_alone(struct run *run, const struct word *word, size_t from, size_t to)
{
  for (size_t i = from; i < to && !run->measure; i++)
    if (word->characters[i].missing)
      put_box(run, &word->characters[i]);
    else
      put_character(run, run->typeface, &word->characters[i]);
}

/* The characters from `from` to `to` in their fonts. */
static void put_part(struct run *run, const struct word *word, size_t from, size_t to,
                     const struct placed_text *piece)
{
  const struct placed_character *first = &word->characters[from], *last = &word->characters[to - 1];
  double kept = last->at.x + last->width - first->at.x;
  struct shaping_text text = {.codepoints = word->codepoints + from,
                              .fonts = word->fonts + from,
                              .count = to - from,
                              .rtl = piece->kind == PIECE_RTL};
  struct shaped_glyph glyphs[ARRANGED_MAX];
  double size = piece->size, width = 0;
  int count = -1;

  if (run->glyphs->shaper == NULL) run->glyphs->shaper = shaper_new(run->glyphs->faces.fonts);
  for (size_t i = from; i < to; i++)
    if (script_is_shaped(word->codepoints[i])) text.shaped = true;
  if (run->glyphs->shaper != NULL)
    count = shaper_arrange(run->glyphs->shaper, &text, glyphs, ARRANGED_MAX, &width);
  if (count < 0) {
    put_alone(run, word, from, to);
    return;
  }
  /* Marks alone have no width and stand over what is before them. */
  if (kept > 0 && width * size > kept) size = kept / width;
  if (!run->measure)
    put_arranged(run, &text, (struct point){first->at.x + run->shift, first->at.y}, size,
                 piece->weight == WEIGHT_SEMIBOLD ? EMBOLDEN : 0, glyphs, count);
  if (kept <= 0) return;
  run->slack += kept - width * size;
  run->shift -= kept - width * size;
}

static bool has_all(const struct word *word)
{
  for (size_t i = 0; i < word->count; i++)
    if (word->fonts[i] == NO_FONT) return false; /* a box is to be drawn */
  return true;
}

/* A phrase from right to left is one part; otherwise each font's characters are. */
static void put_foreign(struct run *run, struct placed_text piece)
{
  struct word word;

  while (next_word(run->glyphs, &piece, &word)) {
    size_t from = 0;

    if (piece.kind == PIECE_RTL && has_all(&word)) {
      put_part(run, &word, 0, word.count, &piece);
      continue;
    }
    for (size_t to = 1; to <= word.count; to++) {
      if (to < word.count && word.fonts[to] == word.fonts[from]) continue;
      if (word.fonts[from] >= 0)
        put_part(run, &word, from, to, &piece);
      else
        put_alone(run, &word, from, to);
      from = to;
    }
  }
}

/* ---- lines ----------------------------------------------------------------- */

/* How much narrower than measured the line is; few lines have a word in another
 * font, and only they are arranged twice. */
static double slack_of(const struct run *run, struct placed_text text)
{
  struct run measuring = {.glyphs = run->glyphs, .measure = true};
  struct placed_text piece;

  while (placed_next_piece(&text, &piece))
    if (piece.kind != PIECE_TYPEFACE) put_foreign(&measuring, piece);
  return measuring.slack;
}

static void put_line(struct run *run, struct point at, const char *utf8,
                     const struct text_style *style)
{
  struct placed_text text = placed_begin(at, utf8, style), piece;
  struct placed_character character;

  run->typeface =
      style->weight == WEIGHT_SEMIBOLD ? &run->glyphs->faces.semibold : &run->glyphs->faces.regular;
  if (style->align != ALIGN_LEFT)
    run->shift = slack_of(run, text) * (style->align == ALIGN_RIGHT ? 1 : 0.5);
  while (placed_next_piece(&text, &piece))
    if (piece.kind == PIECE_TYPEFACE)
      while (placed_next(&piece, &character)) put_character(run, run->typeface, &character);
    else
      put_foreign(run, piece);
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
