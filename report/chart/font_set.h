/* Fonts for characters that the typeface of the program does not have.
 *
 * First the files the user named, in that order, then those found on the
 * machine.  The machine is looked at only when a character is asked for that no
 * named file has, so that an ordinary report touches no font.  Which font a
 * character gets depends on nothing but the files: not on threads, not on what
 * was asked before.
 *
 * A file is mapped once, for all canvases and threads.  Fonts are untrusted: what
 * is not a regular file of at most FONT_FILE_MAX bytes that FreeType reads as
 * outlines with a Unicode table is not used.
 *
 * All functions may be called from several threads at once.
 */
#ifndef EPOCHLOG_CHART_FONT_SET_H
#define EPOCHLOG_CHART_FONT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FONT_FILE_MAX ((size_t)256 * 1024 * 1024)

/* The most files a user may name. */
#define FONT_SET_NAMED_MAX 32

struct font_set;

/* One face of a file. */
struct font_bytes {
  const uint8_t *bytes; /* the whole file; valid until font_set_free */
  size_t size;
  long face; /* which one of a collection */
};

/* Opens the `count` named `files`.  `folders` (NULL ends them) are copied and
 * searched later; NULL: nothing is searched.  Returns NULL with a sentence that
 * names the file, without a full stop, in `problem`. */
struct font_set *font_set_new(const char *const *files, size_t count, const char *const *folders,
                              char *problem, size_t problem_size);

/* The number of the first font that has `codepoint`, or -1.  A `set` of NULL has
 * none. */
int font_set_find(struct font_set *set, uint32_t codepoint);

/* Whether font number `font` has `codepoint`. */
bool font_set_has(struct font_set *set, int font, uint32_t codepoint);

/* The bytes of a font that font_set_find gave. */
struct font_bytes font_set_bytes(struct font_set *set, int font);

/* One more owner; returns `set`. */
struct font_set *font_set_share(struct font_set *set);

/* One owner less; the last frees the set.  NULL is allowed. */
void font_set_free(struct font_set *set);

#endif
