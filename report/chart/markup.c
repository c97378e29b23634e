#include "chart/markup.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chart/text.h"

/* Beyond this a number is no coordinate of any chart; within it, hundredths fit
 * a 64-bit integer with room to spare. */
#define NUMBER_MAX 1e9

void markup_init(struct markup *markup, size_t max_size)
{
  *markup = (struct markup){.max_size = max_size};
}

void markup_release(struct markup *markup)
{
  free(markup->data);
  markup_init(markup, 0);
}

void markup_fail(struct markup *markup, const char *problem)
{
  if (markup->problem == NULL) markup->problem = problem;
}

/* Makes room for `more` bytes and a terminator. */
static bool reserve(struct markup *markup, size_t more)
{
  size_t capacity = markup->capacity;
  char *data;

  if (markup->problem != NULL) return false;
  if (markup->length >= markup->max_size || more >= markup->max_size - markup->length) {
    markup_fail(markup, "the SVG would be larger than its limit");
    return false;
  }
  if (markup->length + more < capacity) return true;
  while (capacity <= markup->length + more) capacity = capacity < 4096 ? 4096 : capacity * 2;
  data = realloc(markup->data, capacity);
  if (data == NULL) {
    markup_fail(markup, "out of memory");
    return false;
  }
  markup->data = data;
  markup->capacity = capacity;
  return true;
}

void markup_put_bytes(struct markup *markup, const char *bytes, size_t count)
{
  if (!reserve(markup, count)) return;
  memcpy(markup->data + markup->length, bytes, count);
  markup->length += count;
}

void markup_put(struct markup *markup, const char *words)
{
  markup_put_bytes(markup, words, strlen(words));
}

/* printf would follow the locale.  Digits are set from the last to the first. */
void markup_put_number(struct markup *markup, double value, int decimals)
{
  uint64_t unit = decimals == 1 ? 10 : 100;
  char digits[32];
  size_t at = sizeof digits;
  int64_t rounded;
  uint64_t whole, part;

  if (!(fabs(value) < NUMBER_MAX)) {
    markup_fail(markup, "a coordinate is not finite or far outside the canvas");
    return;
  }
  rounded = (int64_t)llround(value * (double)unit);
  whole = (uint64_t)(rounded < 0 ? -rounded : rounded);
  part = whole % unit;
  whole /= unit;
  if (unit == 100) {
    if (part % 10 > 0) digits[--at] = (char)('0' + part % 10);
    part /= 10;
  }
  if (part > 0 || at < sizeof digits) {
    digits[--at] = (char)('0' + part);
    digits[--at] = '.';
  }
  for (; whole > 0; whole /= 10) digits[--at] = (char)('0' + whole % 10);
  if (at == sizeof digits) digits[--at] = '0';
  if (rounded < 0) digits[--at] = '-';
  markup_put_bytes(markup, digits + at, sizeof digits - at);
}

void markup_put_attribute(struct markup *markup, const char *name, double value)
{
  markup_put(markup, " ");
  markup_put(markup, name);
  markup_put(markup, "=\"");
  markup_put_number(markup, value, 2);
  markup_put(markup, "\"");
}

/* What a character is written as, or NULL for itself. */
static const char *replacement(uint32_t codepoint, bool lines)
{
  switch (codepoint) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\n': return lines ? NULL : "\xEF\xBF\xBD";
    case 0xFFFD: return "\xEF\xBF\xBD"; /* perhaps a byte that is not UTF-8 */
    default: break;
  }
  if (codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0)) return "\xEF\xBF\xBD";
  if ((codepoint & 0xFFFE) == 0xFFFE) return "\xEF\xBF\xBD";
  if (codepoint >= 0xFDD0 && codepoint <= 0xFDEF) return "\xEF\xBF\xBD";
  return NULL;
}

void markup_put_escaped(struct markup *markup, const char *utf8, bool lines)
{
  markup_put_escaped_part(markup, utf8, utf8 + strlen(utf8), lines);
}

void markup_put_escaped_part(struct markup *markup, const char *utf8, const char *end, bool lines)
{
  const char *plain = utf8; /* what need not be replaced is written at once */

  while (utf8 < end) {
    const char *start = utf8;
    const char *instead = replacement(text_next(&utf8, end), lines);

    if (instead == NULL) continue;
    markup_put_bytes(markup, plain, (size_t)(start - plain));
    markup_put(markup, instead);
    plain = utf8;
  }
  markup_put_bytes(markup, plain, (size_t)(end - plain));
}

const char *markup_take(struct markup *markup, char **text, size_t *length)
{
  const char *problem;

  *text = NULL;
  if (length != NULL) *length = 0;
  reserve(markup, 0); /* an empty text has no memory yet */
  problem = markup->problem;
  markup_fail(markup, "the document has ended");
  if (problem != NULL) return problem;
  markup->data[markup->length] = '\0';
  *text = markup->data;
  if (length != NULL) *length = markup->length;
  markup->data = NULL;
  markup->length = markup->capacity = 0;
  return NULL;
}
