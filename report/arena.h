/* Memory for one report: taken piece by piece, given back all at once.
 *
 * A report is made of thousands of small arrays and strings that all live until
 * the page is written.  Nothing is freed alone.  When memory is out the owner's
 * handler is called, which must not return (the command ends with a message);
 * so no caller checks for NULL.
 */
#ifndef EPOCHLOG_ARENA_H
#define EPOCHLOG_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
  struct arena_block *newest;
  void (*out_of_memory)(void); /* does not return */
};

void arena_init(struct arena *arena, void (*out_of_memory)(void));
void arena_release(struct arena *arena);

/** `count` zeroed elements of `size` bytes, aligned for any type.  Never NULL,
 * also for 0 elements. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/** A copy of an array. */
void *arena_copy(struct arena *arena, const void *from, size_t count, size_t size);

/** A formatted string. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_alloc((arena), (count), sizeof(type)))

#endif
