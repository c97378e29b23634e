#include "json.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "print.h"

/* ---- out ---- */

void json_write_start(struct json_writer *json, FILE *out, unsigned indent)
{
  *json = (struct json_writer){.out = out, .indent = indent};
}

void json_write_finish(struct json_writer *json)
{
  assert(json->depth == 0);
  fputc('\n', json->out);
}

static void new_line(struct json_writer *json)
{
  fprintf(json->out, "\n%*s", (int)(json->depth * json->indent), "");
}

/* What stands between this value, or this key, and the one before it. */
static void separate(struct json_writer *json)
{
  if (json->has_key) {
    json->has_key = false;
    return;
  }
  if (json->depth == 0) return;
  if (!json->level[json->depth - 1].empty) fputc(',', json->out);
  if (json->indent && !json->level[json->depth - 1].line)
    new_line(json);
  else if (!json->level[json->depth - 1].empty && json->indent)
    fputc(' ', json->out);
  json->level[json->depth - 1].empty = false;
}

static void open_level(struct json_writer *json, char bracket, bool line)
{
  /* What is inside a line stays on it. */
  const bool outer = json->depth > 0 && json->level[json->depth - 1].line;

  assert(json->depth < JSON_DEPTH_MAX);
  separate(json);
  fputc(bracket, json->out);
  json->level[json->depth].close = bracket == '{' ? '}' : ']';
  json->level[json->depth].line = line || outer;
  json->level[json->depth].empty = true;
  json->depth++;
}

void json_write_open(struct json_writer *json, char bracket) { open_level(json, bracket, false); }

void json_write_open_line(struct json_writer *json, char bracket)
{
  open_level(json, bracket, true);
}

void json_write_close(struct json_writer *json)
{
  assert(json->depth > 0 && !json->has_key);
  json->depth--;
  if (json->indent && !json->level[json->depth].line && !json->level[json->depth].empty)
    new_line(json);
  fputc(json->level[json->depth].close, json->out);
}

static void put_escaped(FILE *out, int32_t character)
{
  switch (character) {
    case '"': fputs("\\\"", out); return;
    case '\\': fputs("\\\\", out); return;
    case '\n': fputs("\\n", out); return;
    case '\t': fputs("\\t", out); return;
    case '\r': fputs("\\r", out); return;
    default: break;
  }
  if (character >= 0x10000)
    fprintf(out, "\\u%04x\\u%04x", 0xd7c0u + ((unsigned)character >> 10),
            0xdc00u + ((unsigned)character & 0x3ff));
  else
    fprintf(out, "\\u%04x", (unsigned)character);
}

static void put_string(struct json_writer *json, const char *text, size_t size)
{
  const char *end = text + size;

  fputc('"', json->out);
  while (text < end) {
    const char *at = text;
    const int32_t character = print_next_character(&text, (size_t)(end - text));

    if (character < 0)
      fputs("\xef\xbf\xbd", json->out);
    else if (character == '"' || character == '\\' || print_is_control(character))
      put_escaped(json->out, character);
    else
      fwrite(at, 1, (size_t)(text - at), json->out);
  }
  fputc('"', json->out);
}

void json_write_key(struct json_writer *json, const char *key)
{
  assert(json->depth > 0 && !json->has_key && json->level[json->depth - 1].close == '}');
  separate(json);
  put_string(json, key, strlen(key));
  fputs(json->indent ? ": " : ":", json->out);
  json->has_key = true;
}

void json_write_null(struct json_writer *json)
{
  separate(json);
  fputs("null", json->out);
}

void json_write_text_sized(struct json_writer *json, const char *text, size_t size)
{
  separate(json);
  put_string(json, text, size);
}

void json_write_text(struct json_writer *json, const char *text)
{
  if (text)
    json_write_text_sized(json, text, strlen(text));
  else
    json_write_null(json);
}

char *json_digits(char out[JSON_NUMBER_SIZE], double value)
{
  _Static_assert((int)JSON_NUMBER_SIZE >= (int)PRINT_SIZE, "print_exact writes into out");

  print_exact(out, value);
  /* A double stays one for readers that tell 1 from 1.0. */
  if (!strpbrk(out, ".en")) strcat(out, ".0");
  return out;
}

void json_write_number(struct json_writer *json, double value)
{
  char digits[JSON_NUMBER_SIZE];

  if (isnan(value))
    json_write_text(json, "NaN");
  else if (isinf(value))
    json_write_text(json, value < 0 ? "-Infinity" : "Infinity");
  else {
    separate(json);
    fputs(json_digits(digits, value), json->out);
  }
}

void json_write_integer(struct json_writer *json, int64_t value)
{
  separate(json);
  fprintf(json->out, "%" PRId64, value);
}

void json_write_unsigned(struct json_writer *json, uint64_t value)
{
  separate(json);
  fprintf(json->out, "%" PRIu64, value);
}

void json_write_bool(struct json_writer *json, bool value)
{
  separate(json);
  fputs(value ? "true" : "false", json->out);
}

void json_add_text(struct json_writer *json, const char *key, const char *text)
{
  json_write_key(json, key);
  json_write_text(json, text);
}

void json_add_number(struct json_writer *json, const char *key, double value)
{
  json_write_key(json, key);
  json_write_number(json, value);
}

void json_add_integer(struct json_writer *json, const char *key, int64_t value)
{
  json_write_key(json, key);
  json_write_integer(json, value);
}

void json_add_unsigned(struct json_writer *json, const char *key, uint64_t value)
{
  json_write_key(json, key);
  json_write_unsigned(json, value);
}

void json_add_bool(struct json_writer *json, const char *key, bool value)
{
  json_write_key(json, key);
  json_write_bool(json, value);
}

/* ---- in ---- */

int json_schema_type(const char *text, size_t size, char *schema, size_t schema_size, int *line,
                     char *message, size_t message_size)
{
  json_error_t error;
  json_t *document = json_loadb(text, size, JSON_DECODE_INT_AS_REAL, &error);
  const char *type;

  *line = 0;
  if (!document) {
    *line = error.line;
    snprintf(message, message_size, "it is not JSON: %s", error.text);
    return -1;
  }
  if (!json_is_object(document)) {
    json_decref(document);
    snprintf(message, message_size, "it is JSON but not an object");
    return -1;
  }
  type = json_string_value(json_object_get(document, "schema_type"));
  snprintf(schema, schema_size, "%s", type ? type : "");
  json_decref(document);
  return 0;
}
