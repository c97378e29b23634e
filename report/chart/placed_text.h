/* A line of text, character by character, each with its place.
 *
 * For canvases that set glyphs themselves.  The places follow from the widths of
 * text.h, so what is drawn is as wide as what was measured.
 */
#ifndef EPOCHLOG_CHART_PLACED_TEXT_H
#define EPOCHLOG_CHART_PLACED_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chart/canvas.h"

struct placed_character {
  uint32_t codepoint;
  struct point at; /* left end, on the baseline */
  double size;
  bool missing; /* not in the typeface: placed_box says what to draw */
};

struct placed_text {
  const char *next;
  const char *end;
  struct point at;
  double size;
  enum weight weight;
};

/* Begins the line `utf8`, which must outlive it, as canvas_text would set it. */
struct placed_text placed_begin(struct point at, const char *utf8, const struct text_style *style);

/* The next character; false at the end. */
bool placed_next(struct placed_text *text, struct placed_character *character);

/* The most digits in a box. */
#define PLACED_BOX_DIGITS 6

/* The frame for a character the typeface lacks and in it, in two rows, the
 * digits of its hexadecimal number, in the regular weight: a reader sees that
 * something is missing and can look up what.  Returns how many digits. */
size_t placed_box(const struct placed_character *character, struct rect *frame,
                  struct placed_character digits[PLACED_BOX_DIGITS]);

#endif
