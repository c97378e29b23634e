#include "frame.h"

#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "system.h"

_Static_assert(sizeof(double) == 8, "a double is an IEEE 754 binary64");

int64_t epochlog__get_i64(const void *at)
{
  const uint64_t bits = epochlog__get_u64(at);
  int64_t value;

  memcpy(&value, &bits, sizeof value);
  return value;
}

double epochlog__get_f64(const void *at) { return epochlog__of_bits(epochlog__get_u64(at)); }

/* ------------------------------------------------------------ the cursor */

struct epochlog__bytes epochlog__bytes_of(const void *data, size_t size)
{
  return (struct epochlog__bytes){.data = data, .size = data == NULL ? 0 : size};
}

size_t epochlog__left(const struct epochlog__bytes *in) { return in->size - in->at; }

const uint8_t *epochlog__take_bytes(struct epochlog__bytes *in, size_t size)
{
  const uint8_t *p;

  if (in->failed || size > epochlog__left(in)) {
    in->failed = true;
    return NULL;
  }
  p = in->data + in->at;
  in->at += size;
  return p;
}

uint8_t epochlog__take_u8(struct epochlog__bytes *in)
{
  const uint8_t *p = epochlog__take_bytes(in, 1);

  return p == NULL ? 0 : *p;
}

uint16_t epochlog__take_u16(struct epochlog__bytes *in)
{
  const uint8_t *p = epochlog__take_bytes(in, 2);

  return p == NULL ? 0 : epochlog__get_u16(p);
}

uint32_t epochlog__take_u32(struct epochlog__bytes *in)
{
  const uint8_t *p = epochlog__take_bytes(in, 4);

  return p == NULL ? 0 : epochlog__get_u32(p);
}

uint64_t epochlog__take_u64(struct epochlog__bytes *in)
{
  const uint8_t *p = epochlog__take_bytes(in, 8);

  return p == NULL ? 0 : epochlog__get_u64(p);
}

int32_t epochlog__take_i32(struct epochlog__bytes *in)
{
  const uint32_t bits = epochlog__take_u32(in);
  int32_t value;

  memcpy(&value, &bits, sizeof value);
  return value;
}

int64_t epochlog__take_i64(struct epochlog__bytes *in)
{
  const uint8_t *p = epochlog__take_bytes(in, 8);

  return p == NULL ? 0 : epochlog__get_i64(p);
}

double epochlog__take_f64(struct epochlog__bytes *in)
{
  return epochlog__of_bits(epochlog__take_u64(in));
}

struct epochlog__text epochlog__take_str(struct epochlog__bytes *in)
{
  const uint32_t size = epochlog__take_u32(in);
  const uint8_t *p;

  if (size > FORMAT_STR_MAX) in->failed = true;
  p = epochlog__take_bytes(in, size);
  if (p == NULL) return (struct epochlog__text){.data = "", .size = 0};
  return (struct epochlog__text){.data = (const char *)p, .size = size};
}

struct epochlog__bytes epochlog__take_part(struct epochlog__bytes *in, size_t size)
{
  const uint8_t *p = epochlog__take_bytes(in, size);
  struct epochlog__bytes part = epochlog__bytes_of(p, size);

  part.failed = p == NULL;
  return part;
}

void epochlog__take_padding(struct epochlog__bytes *in)
{
  const uint64_t next = epochlog__padded(in->at);

  in->at = next < in->size ? (size_t)next : in->size;
}

/* ------------------------------------------------------------ the buffer */

void epochlog__buffer_init(struct epochlog__buffer *buffer, size_t limit)
{
  *buffer = (struct epochlog__buffer){.limit = limit};
}

void epochlog__buffer_release(struct epochlog__buffer *buffer)
{
  free(buffer->data);
  *buffer = (struct epochlog__buffer){.limit = buffer->limit};
}

void epochlog__buffer_clear(struct epochlog__buffer *buffer)
{
  buffer->size = 0;
  buffer->failed = buffer->is_full = false;
}

/* Doubles the memory until `size` more bytes fit. */
static bool make_room(struct epochlog__buffer *buffer, size_t size)
{
  size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
  uint8_t *data;

  if (size > buffer->limit - buffer->size) {
    buffer->is_full = true;
    return false;
  }
  if (size <= buffer->capacity - buffer->size) return true;
  while (capacity - buffer->size < size)
    capacity = capacity > SIZE_MAX / 2 ? buffer->limit : capacity * 2;
  data = epochlog__reallocate(buffer->data, capacity);
  if (data == NULL) return false;
  buffer->data = data;
  buffer->capacity = capacity;
  return true;
}

uint8_t *epochlog__add_space(struct epochlog__buffer *buffer, size_t size)
{
  uint8_t *p;

  if (buffer->failed || !make_room(buffer, size)) {
    buffer->failed = true;
    return NULL;
  }
  p = buffer->data + buffer->size;
  buffer->size += size;
  return p;
}

void epochlog__add_bytes(struct epochlog__buffer *buffer, const void *data, size_t size)
{
  uint8_t *p;

  if (size == 0) return;
  p = epochlog__add_space(buffer, size);
  if (p != NULL) memcpy(p, data, size);
}

void epochlog__add_zeros(struct epochlog__buffer *buffer, size_t size)
{
  uint8_t *p;

  if (size == 0) return;
  p = epochlog__add_space(buffer, size);
  if (p != NULL) memset(p, 0, size);
}

void epochlog__add_padding(struct epochlog__buffer *buffer)
{
  epochlog__add_zeros(buffer, (size_t)(epochlog__padded(buffer->size) - buffer->size));
}

void epochlog__add_u8(struct epochlog__buffer *buffer, uint8_t value)
{
  uint8_t *p = epochlog__add_space(buffer, 1);

  if (p != NULL) *p = value;
}

void epochlog__add_u16(struct epochlog__buffer *buffer, uint16_t value)
{
  uint8_t *p = epochlog__add_space(buffer, 2);

  if (p != NULL) epochlog__put_u16(p, value);
}

void epochlog__add_u32(struct epochlog__buffer *buffer, uint32_t value)
{
  uint8_t *p = epochlog__add_space(buffer, 4);

  if (p != NULL) epochlog__put_u32(p, value);
}

void epochlog__add_u64(struct epochlog__buffer *buffer, uint64_t value)
{
  uint8_t *p = epochlog__add_space(buffer, 8);

  if (p != NULL) epochlog__put_u64(p, value);
}

void epochlog__add_i64(struct epochlog__buffer *buffer, int64_t value)
{
  epochlog__add_u64(buffer, (uint64_t)value);
}

void epochlog__add_f64(struct epochlog__buffer *buffer, double value)
{
  epochlog__add_u64(buffer, epochlog__bits_of(value));
}

void epochlog__add_str(struct epochlog__buffer *buffer, const char *data, size_t size)
{
  if (size > FORMAT_STR_MAX) {
    buffer->failed = buffer->is_full = true;
    return;
  }
  epochlog__add_u32(buffer, (uint32_t)size);
  epochlog__add_bytes(buffer, data, size);
}
