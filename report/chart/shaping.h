/* Words in scripts that the typeface does not have, as glyphs of other fonts.
 *
 * Arabic letters join, Devanagari's are stacked and reordered, both in ways only
 * the font knows: this is the one file that knows libraqm, which arranges such
 * words with HarfBuzz and FriBidi.  Other characters are set side by side as
 * wide as their font has them.
 */
#ifndef EPOCHLOG_CHART_SHAPING_H
#define EPOCHLOG_CHART_SHAPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chart/font_set.h"

struct shaper;

/* The most characters that are arranged at once. */
#define SHAPING_MAX 256

/* The font of a character that the typeface of the program has. */
#define SHAPING_TYPEFACE (-1)

/* A part of a line. */
struct shaping_text {
  const uint32_t *codepoints;
  const int *fonts; /* of each: a number of the font set, or SHAPING_TYPEFACE */
  size_t count;     /* at most SHAPING_MAX */
  bool rtl;         /* read from right to left */
  bool shaped;      /* else the characters stand alone */
};

/* A glyph, its place in em from the left end of the base line, y upwards. */
struct shaped_glyph {
  int font; /* as above */
  uint32_t glyph;
  size_t character; /* the one it stands for, or the first of several */
  double x;
  double y;
};

/* For one canvas, in one thread; `fonts` must outlive it.  Never fails but for
 * memory: NULL. */
struct shaper *shaper_new(struct font_set *fonts);

/* Arranges `text`.  Writes its glyphs from left to right into `glyphs`, at most
 * `capacity`, and its width in em to `*width`.  Returns how many, or -1 where it
 * cannot be arranged (a font or glyph that does not load, more glyphs than room). */
int shaper_arrange(struct shaper *shaper, const struct shaping_text *text,
                   struct shaped_glyph *glyphs, size_t capacity, double *width);

/* NULL is allowed. */
void shaper_free(struct shaper *shaper);

#endif
