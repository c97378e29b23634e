#include "pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pool_init(struct pool *pool, void (*out_of_memory)(void))
{
  memset(pool, 0, sizeof *pool);
  pool->out_of_memory = out_of_memory;
}

void pool_release(struct pool *pool) { arena_release(&pool->arena); }

void *pool_alloc(struct pool *pool, size_t count, size_t size)
{
  void *piece = arena_array(&pool->arena, count ? count : 1, size);

  if (piece) return piece;
  pool->out_of_memory();
  abort();
}

void *pool_copy(struct pool *pool, const void *from, size_t count, size_t size)
{
  void *copy = pool_alloc(pool, count, size);

  if (count) memcpy(copy, from, count * size);
  return copy;
}

char *pool_printf(struct pool *pool, const char *format, ...)
{
  va_list arguments;
  char *text;
  int length;

  va_start(arguments, format);
  length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0) length = 0;
  text = pool_alloc(pool, (size_t)length + 1, 1);
  va_start(arguments, format);
  vsnprintf(text, (size_t)length + 1, format, arguments);
  va_end(arguments);
  return text;
}
