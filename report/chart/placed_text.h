/* A line of text, piece by piece and character by character, each with its place.
 *
 * For canvases that set glyphs themselves.  The places follow from the widths of
 * text.h, so what is drawn is as wide as what was measured.  Pieces stand from
 * left to right in the order in which they are written; only inside a piece from
 * right to left is it otherwise, so a name in Arabic does not move the number
 * that follows it.
 */
#ifndef EPOCHLOG_CHART_PLACED_TEXT_H
#define EPOCHLOG_CHART_PLACED_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chart/canvas.h"

enum piece_kind {
  PIECE_TYPEFACE, /* characters of the typeface */
  PIECE_FOREIGN,  /* characters it lacks */
  PIECE_RTL       /* a phrase from right to left, with the spaces and digits in it */
};

/* A line or a piece of one.  `next` is where its first character begins, `at` its
 * left end on the baseline. */
struct placed_text {
  const char *next;
  const char *end;
  struct point at;
  double size;
  double width; /* of a piece */
  enum weight weight;
  enum align align;
  enum piece_kind kind;
};

struct placed_character {
  uint32_t codepoint;
  struct point at; /* left end, on the baseline */
  double size;
  double width; /* what is kept for it, in pixels */
  bool missing; /* not in the typeface: placed_box says what to draw */
};

/* Begins the line `utf8`, which must outlive it, as canvas_text would set it. */
struct placed_text placed_begin(struct point at, const char *utf8, const struct text_style *style);

/* The next piece of a line; false at the end. */
bool placed_next_piece(struct placed_text *text, struct placed_text *piece);

/* The next character of a line or piece; false at the end. */
bool placed_next(struct placed_text *text, struct placed_character *character);

/* The most digits in a box. */
#define PLACED_BOX_DIGITS 6

/* The frame for a character that no font has and in it, in two rows, the digits
 * of its hexadecimal number, in the regular weight: a reader sees that something
 * is missing and can look up what.  Returns how many digits; none for a character
 * that has no width. */
size_t placed_box(const struct placed_character *character, struct rect *frame,
                  struct placed_character digits[PLACED_BOX_DIGITS]);

#endif
