/* JSON written as it comes, so that a log of any size needs no tree in memory.
 *
 * The caller keeps the nesting right; commas are put here.  Numbers read back as
 * the same doubles; one that is not finite becomes the string FORMAT.md section
 * 12 gives it.  Text is escaped and made valid UTF-8.
 */
#ifndef EPOCHLOG_READER_JSON_OUT_H
#define EPOCHLOG_READER_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "frame.h"

struct json_out {
  FILE *file;
  bool comma; /* a value stands before on this level */
};

void json_begin(struct json_out *out, char bracket); /* '{' or '[' */
void json_end(struct json_out *out, char bracket);   /* '}' or ']' */
void json_key(struct json_out *out, const char *key);
void json_key_str(struct json_out *out, struct epochlog__text key);
void json_null(struct json_out *out);
void json_bool(struct json_out *out, bool value);
void json_i64(struct json_out *out, int64_t value);
void json_u64(struct json_out *out, uint64_t value);
void json_f64(struct json_out *out, double value);
void json_text(struct json_out *out, const char *text);
void json_str(struct json_out *out, struct epochlog__text text);
void json_hex(struct json_out *out, const unsigned char *bytes, size_t size);

#endif
