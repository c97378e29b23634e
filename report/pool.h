/* Memory for one report: an arena that never says no.
 *
 * A report is made of thousands of small arrays and strings that all live until
 * the page is written.  When memory is out the owner's handler is called, which
 * must not return (the command ends with a message); so no caller checks for
 * NULL, as readers of untrusted logs must.
 */
#ifndef EPOCHLOG_POOL_H
#define EPOCHLOG_POOL_H

#include <stddef.h>

#include "reader/arena.h"

struct pool {
  struct arena arena;
  void (*out_of_memory)(void); /* does not return */
};

void pool_init(struct pool *pool, void (*out_of_memory)(void));
void pool_release(struct pool *pool);

/** `count` zeroed elements of `size` bytes, aligned for any type.  Never NULL,
 * also for 0 elements. */
void *pool_alloc(struct pool *pool, size_t count, size_t size);

/** A copy of an array. */
void *pool_copy(struct pool *pool, const void *from, size_t count, size_t size);

/** A formatted string. */
char *pool_printf(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define POOL_NEW(pool, type) ((type *)pool_alloc((pool), 1, sizeof(type)))
#define POOL_ARRAY(pool, count, type) ((type *)pool_alloc((pool), (count), sizeof(type)))

#endif
