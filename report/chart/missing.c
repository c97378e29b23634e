#include "chart/missing.h"

#include <string.h>

static void keep(struct missing_characters *missing, uint32_t codepoint)
{
  size_t at = 0;

  while (at < missing->kept && missing->first[at] < codepoint) at++;
  if (at == MISSING_KEPT || (at < missing->kept && missing->first[at] == codepoint)) return;
  if (missing->kept < MISSING_KEPT) missing->kept++;
  memmove(missing->first + at + 1, missing->first + at,
          (missing->kept - at - 1) * sizeof *missing->first);
  missing->first[at] = codepoint;
}

void missing_add(struct missing_characters *missing, uint32_t codepoint)
{
  missing->count++;
  keep(missing, codepoint);
}

void missing_merge(struct missing_characters *into, const struct missing_characters *from)
{
  into->count += from->count;
  for (size_t i = 0; i < from->kept; i++) keep(into, from->first[i]);
}

const char *missing_font_example(const struct missing_characters *missing)
{
  static const struct {
    uint32_t from, to;
    const char *name;
  } fonts[] = {
      {0x0530, 0x058F, "NotoSansArmenian-Regular.ttf"},
      {0x0590, 0x05FF, "NotoSansHebrew-Regular.ttf"},
      {0x0600, 0x08FF, "NotoSansArabic-Regular.ttf"},
      {0x0900, 0x097F, "NotoSansDevanagari-Regular.ttf"},
      {0x0980, 0x09FF, "NotoSansBengali-Regular.ttf"},
      {0x0B80, 0x0BFF, "NotoSansTamil-Regular.ttf"},
      {0x0E00, 0x0E7F, "NotoSansThai-Regular.ttf"},
      {0x10A0, 0x10FF, "NotoSansGeorgian-Regular.ttf"},
      {0x1100, 0x11FF, "NotoSansCJK-Regular.ttc"},
      {0x2E80, 0xD7FF, "NotoSansCJK-Regular.ttc"},
      {0xF900, 0xFAFF, "NotoSansCJK-Regular.ttc"},
      {0xFE30, 0xFE4F, "NotoSansCJK-Regular.ttc"},
      {0xFF00, 0xFFEF, "NotoSansCJK-Regular.ttc"},
      {0x1F000, 0x1FAFF, "NotoEmoji-Regular.ttf"},
      {0x20000, 0x3FFFF, "NotoSansCJK-Regular.ttc"},
  };

  for (size_t i = 0; missing->kept > 0 && i < sizeof fonts / sizeof *fonts; i++)
    if (missing->first[0] >= fonts[i].from && missing->first[0] <= fonts[i].to)
      return fonts[i].name;
  return "NotoSans-Regular.ttf";
}
