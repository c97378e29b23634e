#include "chart/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart/font/font_data.h"
#include "chart/script.h"

static const char ellipsis[] = "\xE2\x80\xA6";

static const struct font_data *font_of(enum weight weight)
{
  return weight == WEIGHT_SEMIBOLD ? &font_semibold : &font_regular;
}

/* The number of continuation bytes after `lead`, or -1, and the bounds of the
 * first of them: they keep out surrogates, values above U+10FFFF and characters
 * written longer than they need. */
static int sequence_after(unsigned char lead, unsigned char *low, unsigned char *high)
{
  *low = 0x80;
  *high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) return 1;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (lead == 0xE0) *low = 0xA0;
    if (lead == 0xED) *high = 0x9F;
    return 2;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (lead == 0xF0) *low = 0x90;
    if (lead == 0xF4) *high = 0x8F;
    return 3;
  }
  return -1;
}

uint32_t text_next(const char **at, const char *end)
{
  const unsigned char *byte = (const unsigned char *)*at;
  unsigned char low, high;
  uint32_t value;
  int more;

  if (*at >= end) return 0xFFFD;
  (*at)++;
  if (byte[0] < 0x80) return byte[0];
  more = sequence_after(byte[0], &low, &high);
  if (more < 0 || end - *at < more) return 0xFFFD;
  value = byte[0] & (0x3Fu >> more);
  for (int i = 1; i <= more; i++) {
    if (byte[i] < low || byte[i] > high) return 0xFFFD;
    value = value << 6 | (byte[i] & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  *at += more;
  return value;
}

char *text_clean_copy(const char *utf8, size_t max)
{
  size_t length = strnlen(utf8, max);
  const char *end = utf8 + length;
  char *copy = malloc(3 * length + 1);
  size_t at = 0;

  if (copy == NULL) return NULL;
  while (utf8 < end) {
    const char *start = utf8;

    if (text_next(&utf8, end) == 0xFFFD) {
      memcpy(copy + at, "\xEF\xBF\xBD", 3);
      at += 3;
    } else {
      memcpy(copy + at, start, (size_t)(utf8 - start));
      at += (size_t)(utf8 - start);
    }
  }
  copy[at] = '\0';
  return copy;
}

/* The start of the character that ends at `end`, such that text_next would have
 * stepped from there to `end`. */
static const char *previous(const char *start, const char *end)
{
  for (int back = 2; back <= 4 && end - start >= back; back++) {
    const char *at = end - back;

    text_next(&at, end);
    if (at == end) return end - back;
  }
  return end - 1;
}

/* NULL when the font lacks `codepoint`. */
static const struct font_advance *find(const struct font_data *font, uint32_t codepoint)
{
  size_t low = 0;
  size_t high = font->advance_count;

  while (low < high) {
    size_t middle = low + (high - low) / 2;

    if (font->advances[middle].codepoint < codepoint)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == font->advance_count || font->advances[low].codepoint != codepoint) return NULL;
  return &font->advances[low];
}

bool text_has_glyph(uint32_t codepoint) { return find(&font_regular, codepoint) != NULL; }

/* In font units, so that sums are exact and do not depend on their order. */
static uint64_t units_of(const struct font_data *font, uint32_t codepoint)
{
  const struct font_advance *advance = find(font, codepoint);

  if (advance != NULL) return advance->units;
  return (uint64_t)lround(script_width(codepoint) * font->units_per_em);
}

static uint64_t units_between(const struct font_data *font, const char *at, const char *end)
{
  uint64_t units = 0;

  while (at < end) units += units_of(font, text_next(&at, end));
  return units;
}

static double pixels(const struct font_data *font, uint64_t units, double size)
{
  return (double)units * size / font->units_per_em;
}

double text_character_width(uint32_t codepoint, double size, enum weight weight)
{
  const struct font_data *font = font_of(weight);

  return pixels(font, units_of(font, codepoint), size);
}

double text_width(const char *utf8, double size, enum weight weight)
{
  const struct font_data *font = font_of(weight);

  if (utf8 == NULL) return 0;
  return pixels(font, units_between(font, utf8, utf8 + strlen(utf8)), size);
}

/* What is kept of a text that is cut: all before `head` and all from `tail`. */
struct cut {
  const char *start;
  const char *head;
  const char *tail;
  const char *end;
  uint64_t units;
  size_t bytes;
};

/* Takes the character from `at` to `after` into the cut if it fits. */
static bool take(struct cut *cut, const struct font_data *font, const char *at, const char *after,
                 double width, double size, size_t room)
{
  size_t bytes = cut->bytes + (size_t)(after - at);
  uint64_t units = cut->units + units_between(font, at, after);

  if (bytes > room || pixels(font, units, size) > width) return false;
  cut->units = units;
  cut->bytes = bytes;
  return true;
}

/* Characters are taken in turn from both ends until one does not fit. */
static void cut_middle(struct cut *cut, const struct font_data *font, double width, double size,
                       size_t room)
{
  while (cut->head < cut->tail) {
    const char *after = cut->head;
    const char *before;

    text_next(&after, cut->end);
    if (!take(cut, font, cut->head, after, width, size, room)) return;
    cut->head = after;
    if (cut->head >= cut->tail) return;
    before = previous(cut->head, cut->tail);
    if (!take(cut, font, before, cut->tail, width, size, room)) return;
    cut->tail = before;
  }
}

double text_fit(char *out, size_t capacity, const char *utf8, double width, double size,
                enum weight weight)
{
  const struct font_data *font = font_of(weight);
  size_t length = utf8 != NULL ? strlen(utf8) : 0;
  size_t mark = sizeof ellipsis - 1;
  size_t head, tail;
  uint64_t units;
  struct cut cut;

  if (capacity == 0) return 0;
  out[0] = '\0';
  if (length == 0) return 0;
  units = units_between(font, utf8, utf8 + length);
  if (length < capacity && pixels(font, units, size) <= width) {
    memcpy(out, utf8, length + 1);
    return pixels(font, units, size);
  }
  cut = (struct cut){utf8, utf8, utf8 + length, utf8 + length, units_of(font, 0x2026), mark};
  /* Where not even the ellipsis fits, nothing is better than a stray dot. */
  if (mark >= capacity || pixels(font, cut.units, size) > width) return 0;
  cut_middle(&cut, font, width, size, capacity - 1);

  head = (size_t)(cut.head - cut.start);
  tail = (size_t)(cut.end - cut.tail);
  memcpy(out, utf8, head);
  memcpy(out + head, ellipsis, mark);
  memcpy(out + head + mark, cut.tail, tail);
  out[head + mark + tail] = '\0';
  return pixels(font, cut.units, size);
}

static uint16_t larger(uint16_t a, uint16_t b) { return a > b ? a : b; }

double text_ascent(double size)
{
  return size * larger(font_regular.ascent, font_semibold.ascent) / font_regular.units_per_em;
}

double text_descent(double size)
{
  return size * larger(font_regular.descent, font_semibold.descent) / font_regular.units_per_em;
}
