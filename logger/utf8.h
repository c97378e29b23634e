/* Text as it comes from the caller, made fit for a log: valid UTF-8, names
 * trimmed and cut to their limit.
 */
#ifndef EPOCHLOG_UTF8_H
#define EPOCHLOG_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "frame.h"

/* Length of the character that starts at `text`, 0 if the bytes are not UTF-8
 * (overlong forms, surrogates and values past U+10FFFF are not). */
size_t epochlog__utf8_length(const char *text, size_t size);

/* Whether all of it is UTF-8. */
bool epochlog__utf8_is_valid(const char *text, size_t size);

/* Appends `text` with each byte that is not UTF-8 replaced by U+FFFD. */
void epochlog__utf8_add(struct epochlog__buffer *out, const char *text, size_t size);

/* Appends `text` trimmed of white space at both ends, clean, and cut before the
 * character that would pass `most` bytes.  Returns whether it was cut. */
bool epochlog__utf8_add_name(struct epochlog__buffer *out, const char *text, size_t most);

/* Appends a `str` whose bytes are `text` made clean; NULL is "". */
void epochlog__utf8_add_str(struct epochlog__buffer *out, const char *text);

#endif
