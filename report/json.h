/* JSON out, written as it comes, and JSON in.
 *
 * Out: a writer without a tree, so that a metric of a hundred million points
 * needs no memory.  Numbers get the fewest digits that give them back (0.1, not
 * 0.10000000000000001).  JSON has no NaN and no infinities; they are written as
 * the strings "NaN", "Infinity" and "-Infinity".  Characters that could steer a
 * terminal are escaped, and bytes that are not UTF-8 become U+FFFD, so the output
 * is valid and harmless whatever the log held.
 *
 *     struct json json;
 *
 *     json_start(&json, stdout, 2);
 *     json_open(&json, '{');
 *     json_key(&json, "loss");
 *     json_open_line(&json, '[');
 *     json_number(&json, 0.25);
 *     json_close(&json);
 *     json_close(&json);
 *     json_finish(&json);
 *
 * In: what `import` needs to know of a document, read with jansson.
 */
#ifndef EPOCHLOG_JSON_H
#define EPOCHLOG_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH_MAX = 32 };

struct json {
  FILE *out;
  unsigned indent; /* columns per level; 0: everything on one line */
  unsigned depth;
  bool has_key;    /* a key was written, its value comes next */
  struct {
    char close;    /* '}' or ']' */
    bool line;     /* its members stay on one line */
    bool empty;
  } level[JSON_DEPTH_MAX];
};

/* Starts a document on `out`.  `indent` 0 writes it without any white space
 * between lines, as JSON lines want it. */
void json_start(struct json *json, FILE *out, unsigned indent);
/* Ends the document with a newline. */
void json_finish(struct json *json);

/* `bracket` is '{' or '['.  The second form keeps the members on one line. */
void json_open(struct json *json, char bracket);
void json_open_line(struct json *json, char bracket);
void json_close(struct json *json);

void json_key(struct json *json, const char *key);
void json_text(struct json *json, const char *text); /* NULL writes null */
void json_text_sized(struct json *json, const char *text, size_t size);
void json_number(struct json *json, double value);
void json_integer(struct json *json, int64_t value);
void json_unsigned(struct json *json, uint64_t value);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);

/* A key and its value. */
void json_add_text(struct json *json, const char *key, const char *text);
void json_add_number(struct json *json, const char *key, double value);
void json_add_integer(struct json *json, const char *key, int64_t value);
void json_add_unsigned(struct json *json, const char *key, uint64_t value);
void json_add_bool(struct json *json, const char *key, bool value);

/* The fewest digits that give `value` back; finite values only. */
enum { JSON_NUMBER_SIZE = 32 };
char *json_digits(char out[JSON_NUMBER_SIZE], double value);

/* Reads `text` as one JSON document, which must be an object.  Returns 0 and puts
 * its member "schema_type" into `schema` ("" when it has none, or none that is a
 * text), or -1 with the reason in `message` and its line in `line`. */
int json_schema_type(const char *text, size_t size, char *schema, size_t schema_size, int *line,
                     char *message, size_t message_size);

#endif
