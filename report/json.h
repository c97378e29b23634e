/* JSON out, written as it comes, and JSON in.
 *
 * Out: a writer without a tree, so that a metric of a hundred million points
 * needs no memory.  Numbers get the fewest digits that give them back (0.1, not
 * 0.10000000000000001).  JSON has no NaN and no infinities; they are written as
 * the strings "NaN", "Infinity" and "-Infinity".  Characters that could steer a
 * terminal are escaped, and bytes that are not UTF-8 become U+FFFD, so the output
 * is valid and harmless whatever the log held.
 *
 *     struct json_writer json;
 *
 *     json_write_start(&json, stdout, 2);
 *     json_write_open(&json, '{');
 *     json_write_key(&json, "loss");
 *     json_write_open_line(&json, '[');
 *     json_write_number(&json, 0.25);
 *     json_write_close(&json);
 *     json_write_close(&json);
 *     json_write_finish(&json);
 *
 * (The names are json_write_… because jansson owns json_integer and json_null.)
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

struct json_writer {
  FILE *out;
  unsigned indent; /* columns per level; 0: everything on one line */
  unsigned depth;
  bool has_key; /* a key was written, its value comes next */
  struct {
    char close; /* '}' or ']' */
    bool line;  /* its members stay on one line */
    bool empty;
  } level[JSON_DEPTH_MAX];
};

/* Starts a document on `out`.  `indent` 0 writes it without any white space
 * between lines, as JSON lines want it. */
void json_write_start(struct json_writer *json, FILE *out, unsigned indent);
/* Ends the document with a newline. */
void json_write_finish(struct json_writer *json);

/* `bracket` is '{' or '['.  The second form keeps the members on one line. */
void json_write_open(struct json_writer *json, char bracket);
void json_write_open_line(struct json_writer *json, char bracket);
void json_write_close(struct json_writer *json);

void json_write_key(struct json_writer *json, const char *key);
void json_write_text(struct json_writer *json, const char *text); /* NULL writes null */
void json_write_text_sized(struct json_writer *json, const char *text, size_t size);
void json_write_number(struct json_writer *json, double value);
void json_write_integer(struct json_writer *json, int64_t value);
void json_write_unsigned(struct json_writer *json, uint64_t value);
void json_write_bool(struct json_writer *json, bool value);
void json_write_null(struct json_writer *json);

/* A key and its value. */
void json_add_text(struct json_writer *json, const char *key, const char *text);
void json_add_number(struct json_writer *json, const char *key, double value);
void json_add_integer(struct json_writer *json, const char *key, int64_t value);
void json_add_unsigned(struct json_writer *json, const char *key, uint64_t value);
void json_add_bool(struct json_writer *json, const char *key, bool value);

/* The fewest digits that give `value` back; finite values only. */
enum { JSON_NUMBER_SIZE = 50 };
char *json_digits(char out[JSON_NUMBER_SIZE], double value);

/* Reads `text` as one JSON document, which must be an object.  Returns 0 and puts
 * its member "schema_type" into `schema` ("" when it has none, or none that is a
 * text), or -1 with the reason in `message` and its line in `line`. */
int json_schema_type(const char *text, size_t size, char *schema, size_t schema_size, int *line,
                     char *message, size_t message_size);

#endif
