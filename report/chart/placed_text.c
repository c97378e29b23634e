#include "chart/placed_text.h"

#include <string.h>

#include "chart/script.h"
#include "chart/text.h"

struct placed_text placed_begin(struct point at, const char *utf8, const struct text_style *style)
{
  struct placed_text text = {.next = utf8,
                             .end = utf8 + strlen(utf8),
                             .at = at,
                             .size = style->size,
                             .width = text_width(utf8, style->size, style->weight),
                             .weight = style->weight,
                             .align = style->align};

  if (style->align == ALIGN_CENTER) text.at.x -= text.width / 2;
  if (style->align == ALIGN_RIGHT) text.at.x -= text.width;
  return text;
}

/* What the character at `at` would begin. */
static enum piece_kind kind_at(const char *at, const char *end)
{
  uint32_t codepoint = text_next(&at, end);

  if (script_is_rtl(codepoint)) return PIECE_RTL;
  return text_has_glyph(codepoint) ? PIECE_TYPEFACE : PIECE_FOREIGN;
}

bool placed_next_piece(struct placed_text *text, struct placed_text *piece)
{
  const char *at = text->next;

  if (at == text->end) return false;
  *piece = *text;
  piece->width = 0;
  piece->kind = kind_at(at, text->end);
  if (piece->kind == PIECE_RTL)
    at = script_rtl_end(at, text->end);
  else
    do text_next(&at, text->end);
    while (at < text->end && kind_at(at, text->end) == piece->kind);
  piece->end = at;
  for (const char *next = piece->next; next < at;) {
    uint32_t codepoint = text_next(&next, at);

    piece->width += text_character_width(codepoint, text->size, text->weight);
  }
  text->next = at;
  text->at.x += piece->width;
  return true;
}

bool placed_next(struct placed_text *text, struct placed_character *character)
{
  if (text->next == text->end) return false;
  character->codepoint = text_next(&text->next, text->end);
  character->at = text->at;
  character->size = text->size;
  character->width = text_character_width(character->codepoint, text->size, text->weight);
  character->missing = !text_has_glyph(character->codepoint);
  text->at.x += character->width;
  return true;
}

/* All lengths in em, chosen by eye at 11 and 24 pixels; narrower where less than
 * an em is kept. */
size_t placed_box(const struct placed_character *character, struct rect *frame,
                  struct placed_character digits[PLACED_BOX_DIGITS])
{
  double em = character->size;
  double wide = character->width;
  size_t count = character->codepoint > 0xFFFF ? 6 : 4;
  size_t columns = count / 2;
  double size = (count == 4 ? 0.5 : 0.4) * wide;
  double cell = 0.8 * wide / (double)columns;

  *frame = (struct rect){character->at.x + 0.05 * wide, character->at.y - 0.84 * em, 0.9 * wide,
                         0.98 * em};
  if (!(wide > 0)) return 0;
  for (size_t i = 0; i < count; i++) {
    unsigned value = character->codepoint >> 4 * (count - 1 - i) & 15u;
    char digit[2] = {"0123456789ABCDEF"[value], '\0'};
    double middle = character->at.x + 0.1 * wide + cell * ((double)(i % columns) + 0.5);

    digits[i].codepoint = (uint32_t)digit[0];
    digits[i].size = size;
    digits[i].missing = false;
    digits[i].at.x = middle - text_width(digit, size, WEIGHT_REGULAR) / 2;
    digits[i].at.y = character->at.y + (i < columns ? -0.4 : 0.05) * em;
  }
  return count;
}
