#include "reader/json_out.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reader/arena.h"

static void before_value(struct json_out *out)
{
  if (out->comma) fputc(',', out->file);
  out->comma = true;
}

void json_begin(struct json_out *out, char bracket)
{
  before_value(out);
  fputc(bracket, out->file);
  out->comma = false;
}

void json_end(struct json_out *out, char bracket)
{
  fputc(bracket, out->file);
  out->comma = true;
}

static void put_text(struct json_out *out, const char *data, size_t size)
{
  fputc('"', out->file);
  for (size_t at = 0; at < size;) {
    size_t length = utf8_length(data + at, size - at);
    unsigned char c = (unsigned char)data[at];

    if (length == 0) {
      fputs("\xEF\xBF\xBD", out->file);
      at++;
      continue;
    }
    if (c == '"' || c == '\\')
      fprintf(out->file, "\\%c", c);
    else if (c == '\n')
      fputs("\\n", out->file);
    else if (c < 0x20 || c == 0x7F)
      fprintf(out->file, "\\u%04x", c);
    else
      fwrite(data + at, 1, length, out->file);
    at += length;
  }
  fputc('"', out->file);
}

void json_key_str(struct json_out *out, struct epochlog__text key)
{
  before_value(out);
  put_text(out, key.data, key.size);
  fputc(':', out->file);
  out->comma = false;
}

void json_key(struct json_out *out, const char *key)
{
  json_key_str(out, (struct epochlog__text){key, (uint32_t)strlen(key)});
}

void json_null(struct json_out *out)
{
  before_value(out);
  fputs("null", out->file);
}

void json_bool(struct json_out *out, bool value)
{
  before_value(out);
  fputs(value ? "true" : "false", out->file);
}

void json_i64(struct json_out *out, int64_t value)
{
  before_value(out);
  fprintf(out->file, "%" PRId64, value);
}

void json_u64(struct json_out *out, uint64_t value)
{
  before_value(out);
  fprintf(out->file, "%" PRIu64, value);
}

void json_f64(struct json_out *out, double value)
{
  char text[40];

  if (isnan(value)) {
    json_text(out, "NaN");
    return;
  }
  if (isinf(value)) {
    json_text(out, value > 0 ? "Infinity" : "-Infinity");
    return;
  }
  before_value(out);
  snprintf(text, sizeof text, "%.15g", value);
  if (strtod(text, NULL) != value) snprintf(text, sizeof text, "%.17g", value);
  fputs(text, out->file);
  /* 3 and -0 would be read as integers, and the sign of -0 lost. */
  if (!strpbrk(text, ".e")) fputs(".0", out->file);
}

void json_str(struct json_out *out, struct epochlog__text text)
{
  before_value(out);
  put_text(out, text.data, text.size);
}

void json_text(struct json_out *out, const char *text)
{
  json_str(out, (struct epochlog__text){text, (uint32_t)strlen(text)});
}

void json_hex(struct json_out *out, const unsigned char *bytes, size_t size)
{
  before_value(out);
  fputc('"', out->file);
  for (size_t i = 0; i < size; i++) fprintf(out->file, "%02x", bytes[i]);
  fputc('"', out->file);
}
