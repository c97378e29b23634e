#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Small pieces share a block; a piece larger than a block gets its own. */
#define BLOCK_SIZE ((size_t)64 * 1024)

struct arena_block {
  struct arena_block *older;
  size_t size;
  size_t used;
  max_align_t data[];
};

void arena_init(struct arena *arena, void (*out_of_memory)(void))
{
  arena->newest = NULL;
  arena->out_of_memory = out_of_memory;
}

void arena_release(struct arena *arena)
{
  while (arena->newest) {
    struct arena_block *older = arena->newest->older;

    free(arena->newest);
    arena->newest = older;
  }
}

static struct arena_block *add_block(struct arena *arena, size_t size)
{
  struct arena_block *block;

  if (size > SIZE_MAX - sizeof *block) return NULL;
  block = calloc(1, sizeof *block + size);
  if (!block) return NULL;
  block->size = size;
  /* A large piece goes behind the newest block, whose rest stays in use. */
  if (arena->newest && size > BLOCK_SIZE) {
    block->older = arena->newest->older;
    arena->newest->older = block;
  } else {
    block->older = arena->newest;
    arena->newest = block;
  }
  return block;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
  const size_t unit = sizeof(max_align_t);
  struct arena_block *block = arena->newest;
  size_t bytes = 0;
  void *piece;

  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - unit) {
    arena->out_of_memory();
    abort();
  }
  bytes = (bytes + unit - 1) / unit * unit;
  if (!block || block->size - block->used < bytes)
    block = add_block(arena, bytes > BLOCK_SIZE ? bytes : BLOCK_SIZE);
  if (!block) {
    arena->out_of_memory();
    abort();
  }
  piece = (char *)block->data + block->used;
  block->used += bytes;
  return piece;
}

void *arena_copy(struct arena *arena, const void *from, size_t count, size_t size)
{
  void *copy = arena_alloc(arena, count, size);

  if (count) memcpy(copy, from, count * size);
  return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
  va_list arguments;
  char *text;
  int length;

  va_start(arguments, format);
  length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length < 0) length = 0;
  text = arena_alloc(arena, (size_t)length + 1, 1);
  va_start(arguments, format);
  vsnprintf(text, (size_t)length + 1, format, arguments);
  va_end(arguments);
  return text;
}
