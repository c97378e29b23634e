#include "utf8.h"

#include <string.h>

static bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

size_t epochlog__utf8_length(const char *text, size_t size)
{
  const unsigned char *p = (const unsigned char *)text;

  if (size == 0) return 0;
  if (p[0] < 0x80) return 1;
  if (p[0] < 0xC2) return 0;
  if (p[0] < 0xE0) return size >= 2 && is_continuation(p[1]) ? 2 : 0;
  if (p[0] < 0xF0) {
    if (size < 3 || !is_continuation(p[1]) || !is_continuation(p[2])) return 0;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;  /* overlong */
    if (p[0] == 0xED && p[1] >= 0xA0) return 0; /* a surrogate */
    return 3;
  }
  if (p[0] > 0xF4 || size < 4) return 0;
  if (!is_continuation(p[1]) || !is_continuation(p[2]) || !is_continuation(p[3])) return 0;
  if (p[0] == 0xF0 && p[1] < 0x90) return 0;
  if (p[0] == 0xF4 && p[1] >= 0x90) return 0;
  return 4;
}

bool epochlog__utf8_is_valid(const char *text, size_t size)
{
  for (size_t at = 0; at < size;) {
    const size_t length = epochlog__utf8_length(text + at, size - at);

    if (length == 0) return false;
    at += length;
  }
  return true;
}

void epochlog__utf8_add(struct epochlog__buffer *out, const char *text, size_t size)
{
  size_t clean = 0; /* start of what is good and not yet added */

  for (size_t at = 0; at < size;) {
    const size_t length = epochlog__utf8_length(text + at, size - at);

    if (length != 0) {
      at += length;
      continue;
    }
    epochlog__add_bytes(out, text + clean, at - clean);
    epochlog__add_bytes(out, "\xEF\xBF\xBD", 3);
    clean = ++at;
  }
  epochlog__add_bytes(out, text + clean, size - clean);
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool epochlog__utf8_add_name(struct epochlog__buffer *out, const char *text, size_t most)
{
  const size_t start = out->size;
  size_t size = strlen(text);
  size_t at = 0;

  while (at < size && is_space(text[at])) at++;
  while (size > at && is_space(text[size - 1])) size--;
  while (at < size) {
    const size_t length = epochlog__utf8_length(text + at, size - at);
    const size_t taken = length == 0 ? 3 : length;

    if (out->failed) return false;
    if (out->size - start + taken > most) return true;
    if (length == 0)
      epochlog__add_bytes(out, "\xEF\xBF\xBD", 3);
    else
      epochlog__add_bytes(out, text + at, length);
    at += length == 0 ? 1 : length;
  }
  return false;
}

void epochlog__utf8_add_str(struct epochlog__buffer *out, const char *text)
{
  const size_t length_at = out->size;

  epochlog__add_u32(out, 0);
  if (text != NULL) epochlog__utf8_add(out, text, strlen(text));
  if (out->failed) return;
  if (out->size - length_at - 4 > FORMAT_STR_MAX)
    out->failed = out->is_full = true;
  else
    epochlog__put_u32(out->data + length_at, (uint32_t)(out->size - length_at - 4));
}
