#include "reader/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 65536
#define ALIGNMENT 16

struct arena_chunk {
  struct arena_chunk *next;
  size_t size;
  _Alignas(ALIGNMENT) unsigned char data[];
};

static struct arena_chunk *new_chunk(size_t size)
{
  struct arena_chunk *chunk;

  if (size > SIZE_MAX - sizeof *chunk) return NULL;
  chunk = calloc(1, sizeof *chunk + size);
  if (chunk) chunk->size = size;
  return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
  struct arena_chunk *chunk;
  void *out;

  if (size > SIZE_MAX / 2) return NULL;
  size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  if (size >= CHUNK_SIZE / 4) {
    /* Alone, and behind the current chunk so that this one is filled further. */
    chunk = new_chunk(size);
    if (!chunk) return NULL;
    if (arena->chunks) {
      chunk->next = arena->chunks->next;
      arena->chunks->next = chunk;
    } else {
      arena->chunks = chunk;
      arena->used = size;
    }
    return chunk->data;
  }
  if (!arena->chunks || arena->chunks->size - arena->used < size) {
    chunk = new_chunk(CHUNK_SIZE);
    if (!chunk) return NULL;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->used = 0;
  }
  out = arena->chunks->data + arena->used;
  arena->used += size;
  return out;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
  if (size != 0 && count > SIZE_MAX / 2 / size) return NULL;
  return arena_alloc(arena, count * size);
}

void arena_release(struct arena *arena)
{
  struct arena_chunk *chunk = arena->chunks;

  while (chunk) {
    struct arena_chunk *next = chunk->next;

    free(chunk);
    chunk = next;
  }
  *arena = (struct arena){0};
}

size_t utf8_length(const char *data, size_t size)
{
  const unsigned char *p = (const unsigned char *)data;
  size_t length;

  if (size == 0) return 0;
  if (p[0] < 0x80) return 1;
  if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
  length = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
  if (size < length) return 0;
  for (size_t i = 1; i < length; i++)
    if ((p[i] & 0xC0) != 0x80) return 0;
  /* Too long a form, a surrogate, beyond U+10FFFF. */
  if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
  if (p[0] == 0xED && p[1] > 0x9F) return 0;
  if (p[0] == 0xF0 && p[1] < 0x90) return 0;
  if (p[0] == 0xF4 && p[1] > 0x8F) return 0;
  return length;
}

char *arena_text(struct arena *arena, const char *data, size_t size)
{
  size_t bad = 0, at = 0;
  char *out, *p;

  while (at < size) {
    size_t length = utf8_length(data + at, size - at);

    if (length == 0 || data[at] == '\0') {
      bad++;
      length = 1;
    }
    at += length;
  }
  out = arena_alloc(arena, size + 2 * bad + 1);
  if (!out) return NULL;
  p = out;
  for (at = 0; at < size;) {
    size_t length = utf8_length(data + at, size - at);

    if (length == 0 || data[at] == '\0') {
      memcpy(p, "\xEF\xBF\xBD", 3);
      p += 3;
      at++;
      continue;
    }
    memcpy(p, data + at, length);
    p += length;
    at += length;
  }
  *p = '\0';
  return out;
}

char *arena_str(struct arena *arena, struct epochlog__text text)
{
  return arena_text(arena, text.data, text.size);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
  va_list list;
  int size;
  char *out;

  va_start(list, format);
  size = vsnprintf(NULL, 0, format, list);
  va_end(list);
  if (size < 0) return NULL;
  out = arena_alloc(arena, (size_t)size + 1);
  if (!out) return NULL;
  va_start(list, format);
  vsnprintf(out, (size_t)size + 1, format, list);
  va_end(list);
  return out;
}

void *array_grow(void *base, size_t *capacity, size_t needed, size_t element)
{
  size_t more = *capacity < 8 ? 8 : *capacity;
  void *grown;

  if (needed <= *capacity) return base;
  while (more < needed) {
    if (more > SIZE_MAX / 2) return NULL;
    more *= 2;
  }
  if (more > SIZE_MAX / 2 / element) return NULL;
  grown = realloc(base, more * element);
  if (grown) *capacity = more;
  return grown;
}
