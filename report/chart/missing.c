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
