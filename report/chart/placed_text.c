#include "chart/placed_text.h"

#include <string.h>

#include "chart/text.h"

struct placed_text placed_begin(struct point at, const char *utf8, const struct text_style *style)
{
  struct placed_text text = {utf8, utf8 + strlen(utf8), at, style->size, style->weight};

  if (style->align == ALIGN_CENTER) text.at.x -= text_width(utf8, style->size, style->weight) / 2;
  if (style->align == ALIGN_RIGHT) text.at.x -= text_width(utf8, style->size, style->weight);
  return text;
}

bool placed_next(struct placed_text *text, struct placed_character *character)
{
  const char *start = text->next;
  char bytes[5] = "";

  if (start == text->end) return false;
  character->codepoint = text_next(&text->next, text->end);
  character->at = text->at;
  character->size = text->size;
  character->missing = !text_has_glyph(character->codepoint);
  memcpy(bytes, start, (size_t)(text->next - start)); /* at most four */
  text->at.x += text_width(bytes, text->size, text->weight);
  return true;
}

/* All lengths in em, chosen by eye at 11 and 24 pixels. */
size_t placed_box(const struct placed_character *character, struct rect *frame,
                  struct placed_character digits[PLACED_BOX_DIGITS])
{
  double em = character->size;
  size_t count = character->codepoint > 0xFFFF ? 6 : 4;
  size_t columns = count / 2;
  double size = (count == 4 ? 0.5 : 0.4) * em;
  double cell = 0.8 * em / (double)columns;

  *frame =
      (struct rect){character->at.x + 0.05 * em, character->at.y - 0.84 * em, 0.9 * em, 0.98 * em};
  for (size_t i = 0; i < count; i++) {
    unsigned value = character->codepoint >> 4 * (count - 1 - i) & 15u;
    char digit[2] = {"0123456789ABCDEF"[value], '\0'};
    double middle = character->at.x + 0.1 * em + cell * ((double)(i % columns) + 0.5);

    digits[i].codepoint = (uint32_t)digit[0];
    digits[i].size = size;
    digits[i].missing = false;
    digits[i].at.x = middle - text_width(digit, size, WEIGHT_REGULAR) / 2;
    digits[i].at.y = character->at.y + (i < columns ? -0.4 : 0.05) * em;
  }
  return count;
}
