/* Memory that is released all at once, and text made safe to show.
 *
 * What a reader hands out lives as long as the run, so nothing in it needs a free
 * of its own.  Small pieces are cut from chunks of 64 KiB, large ones are
 * allocated alone.
 */
#ifndef EPOCHLOG_READER_ARENA_H
#define EPOCHLOG_READER_ARENA_H

#include <stddef.h>

#include "frame.h"

struct arena_chunk;

/* Zero-initialise. */
struct arena {
  struct arena_chunk *chunks;
  size_t used;
};

/* `size` zeroed bytes, aligned for anything; NULL when memory is short. */
void *arena_alloc(struct arena *arena, size_t size);
/* `count` elements of `size`; NULL also when the product is too large. */
void *arena_array(struct arena *arena, size_t count, size_t size);
void arena_release(struct arena *arena);

/* A terminated copy in which every byte that is not part of valid UTF-8, and
 * every NUL, is U+FFFD.  NULL when memory is short. */
char *arena_text(struct arena *arena, const char *data, size_t size);
/* The same of a cursor's text. */
char *arena_str(struct arena *arena, struct epochlog__text text);
/* printf into the arena. */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many bytes at `data` are one valid UTF-8 character; 0: the first is none. */
size_t utf8_length(const char *data, size_t size);

/* Room for one more element in a growing array; the new base, or NULL with
 * nothing changed.  `capacity` is doubled as needed. */
void *array_grow(void *base, size_t *capacity, size_t needed, size_t element);

#endif
