#include "identity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

bool epochlog__identity_random(void *bytes, size_t size)
{
  uint8_t *p = bytes;

  while (size != 0) {
    const ssize_t n = getrandom(p, size, 0);

    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    p += n;
    size -= (size_t)n;
  }
  return true;
}

bool epochlog__identity_uuid(uint8_t uuid[FORMAT_UUID_SIZE])
{
  if (!epochlog__identity_random(uuid, FORMAT_UUID_SIZE)) return false;
  uuid[6] = (uint8_t)((uuid[6] & 0x0F) | 0x40);
  uuid[8] = (uint8_t)((uuid[8] & 0x3F) | 0x80);
  return true;
}

/* Not isalnum: that asks the locale. */
static bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

bool epochlog__identity_is_run_id(const char *text)
{
  const size_t size = strlen(text);

  if (size == 0 || size > EPOCHLOG__RUN_ID_MAX || text[0] == '.') return false;
  for (size_t i = 0; i < size; i++)
    if (!is_lower_or_digit(lower(text[i])) && text[i] != '.' && text[i] != '_' && text[i] != '-')
      return false;
  return true;
}

void epochlog__identity_slug(char out[EPOCHLOG__SLUG_MAX + 1], const char *name)
{
  size_t size = 0;
  bool is_gap = false;

  for (; *name != '\0' && size < EPOCHLOG__SLUG_MAX; name++) {
    const char c = lower(*name);

    if (!is_lower_or_digit(c) && c != '.' && c != '_') {
      is_gap = true;
      continue;
    }
    if (c == '.' && size == 0) continue;
    if (is_gap && size != 0 && size + 1 < EPOCHLOG__SLUG_MAX) out[size++] = '-';
    is_gap = false;
    out[size++] = c;
  }
  while (size != 0 && out[size - 1] == '.') size--;
  out[size] = '\0';
  if (size == 0) strcpy(out, "run");
}

bool epochlog__identity_make(char out[EPOCHLOG__RUN_ID_MAX + 1], const char *name, int64_t time_ns)
{
  const time_t seconds = (time_t)(time_ns / 1000000000);
  char slug[EPOCHLOG__SLUG_MAX + 1];
  uint8_t chance[3];
  struct tm utc;

  if (!epochlog__identity_random(chance, sizeof chance)) return false;
  if (gmtime_r(&seconds, &utc) == NULL) return false;
  epochlog__identity_slug(slug, name);
  snprintf(out, EPOCHLOG__RUN_ID_MAX + 1, "%04d%02d%02d-%02d%02d%02d-%s-%02x%02x%02x",
           utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
           slug, chance[0], chance[1], chance[2]);
  return true;
}
