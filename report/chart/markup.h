/* Text that grows: the bytes of an SVG in the making.
 *
 * A limit is set at the start and nothing is written beyond it.  The first
 * failure is kept in `problem`, and every later call does nothing, so the many
 * small writes of a document need no check; the one who ends it looks once.
 */
#ifndef EPOCHLOG_CHART_MARKUP_H
#define EPOCHLOG_CHART_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

struct markup {
  const char *problem; /* static sentence without a full stop; NULL while all is well */
  char *data;          /* not terminated before markup_take */
  size_t length;
  size_t capacity;
  size_t max_size;
};

/* All zero but for the limit is an empty markup. */
void markup_init(struct markup *markup, size_t max_size);
void markup_release(struct markup *markup);

/* Records `problem` unless there is an earlier one. */
void markup_fail(struct markup *markup, const char *problem);

void markup_put(struct markup *markup, const char *words);
void markup_put_bytes(struct markup *markup, const char *bytes, size_t count);

/* Writes `value` with at most `decimals` (1 or 2), '.' for the point whatever
 * the locale, no exponent, and nothing that can be left out: "12.5", ".25", "-3".
 * A value that is not finite or beyond a thousand million is a failure. */
void markup_put_number(struct markup *markup, double value, int decimals);

/* Writes ` name="value"` with two decimals. */
void markup_put_attribute(struct markup *markup, const char *name, double value);

/* Writes text from anywhere, for element content or a quoted attribute: markup
 * is escaped; control characters, non-characters and bytes that are not UTF-8
 * become U+FFFD.  Line feeds stand where `lines` is true. */
void markup_put_escaped(struct markup *markup, const char *utf8, bool lines);

/* The same for a text that ends before `end`. */
void markup_put_escaped_part(struct markup *markup, const char *utf8, const char *end, bool lines);

/* Terminates the text and gives it to the caller to free.  Returns NULL and the
 * text, or what failed first.  The markup is empty and unusable afterwards. */
const char *markup_take(struct markup *markup, char **text, size_t *length);

#endif
