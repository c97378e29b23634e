/* How wide text is, in the embedded typeface.
 *
 * Widths come from a table made from the font at build time, so measuring
 * needs neither a font library nor a font: the layout of a chart is the same
 * on every machine and on every back end.  Kerning is not applied, by the
 * drawing either.
 */
#ifndef EPOCHLOG_CHART_TEXT_H
#define EPOCHLOG_CHART_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chart/canvas.h"

/* Decodes one UTF-8 character at *`at` (before `end`) and moves *`at` past it.
 * A byte that is not part of valid UTF-8 gives U+FFFD and moves one byte. */
uint32_t text_next(const char **at, const char *end);

/* A copy of at most `max` bytes of `utf8` in which each byte that is not part of
 * valid UTF-8 is U+FFFD; the caller frees it.  NULL without memory. */
char *text_clean_copy(const char *utf8, size_t max);

/* Whether the embedded typeface has `codepoint`. */
bool text_has_glyph(uint32_t codepoint);

/* Width in pixels of a character at `size`.  One that is not in the typeface
 * counts as script.h says, whether a font for it will be found or not. */
double text_character_width(uint32_t codepoint, double size, enum weight weight);

/* Width in pixels of one line of UTF-8 at `size`: the sum of its characters. */
double text_width(const char *utf8, double size, enum weight weight);

/* Copies `utf8` to `out` (room for `capacity` bytes, the terminator included),
 * cut in the middle with an ellipsis where it is wider than `width`.  Returns
 * the width of what was written. */
double text_fit(char *out, size_t capacity, const char *utf8, double width, double size,
                enum weight weight);

/* Ascent above the baseline and descent below it, for overlap checks. */
double text_ascent(double size);
double text_descent(double size);

#endif
