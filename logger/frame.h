/* Bytes of a log: little-endian put and get, and the headers of a main log.
 *
 * Three things at three levels, each usable without the next:
 *
 * - `epochlog__put_u32(p, x)`, `epochlog__get_u32(p)` at a pointer that the
 *   caller knows is good, aligned or not.
 * - `struct epochlog__bytes`, a cursor over bytes that cannot be trusted.  A get
 *   past the end gives 0 (or an empty string) and sets `failed`, which stays, so
 *   a structure is read without a check per field and asked about once:
 *
 *       struct epochlog__bytes in = epochlog__bytes_of(data, size);
 *       uint32_t id = epochlog__take_u32(&in);
 *       struct epochlog__text name = epochlog__take_str(&in);
 *       if (in.failed) return damaged;
 *
 * - `struct epochlog__buffer`, bytes being made, with a limit set at init.  An
 *   add that finds no memory or passes the limit sets `failed`, which stays, and
 *   adds nothing from then on.
 *
 * Then the file header (FORMAT.md 3.1) and the frame header (3.2).  Nothing here
 * reads or writes a file.
 */
#ifndef EPOCHLOG_FRAME_H
#define EPOCHLOG_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format.h"

/* ------------------------------------------------------ at a good pointer */

/* The bytes of an integer in the file's order.  Where the machine has the same one this
 * is nothing; __BYTE_ORDER__ is of gcc and clang, without it bytes are moved. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define EPOCHLOG__SWAPPED(bits, value) (value)
#else
#define EPOCHLOG__SWAPPED(bits, value) epochlog__swap_u##bits(value)

static inline uint16_t epochlog__swap_u16(uint16_t x)
{
  uint8_t p[2] = {(uint8_t)x, (uint8_t)(x >> 8)};

  memcpy(&x, p, sizeof x);
  return x;
}

static inline uint32_t epochlog__swap_u32(uint32_t x)
{
  uint8_t p[4] = {(uint8_t)x, (uint8_t)(x >> 8), (uint8_t)(x >> 16), (uint8_t)(x >> 24)};

  memcpy(&x, p, sizeof x);
  return x;
}

static inline uint64_t epochlog__swap_u64(uint64_t x)
{
  uint8_t p[8];

  for (unsigned i = 0; i < 8; i++) p[i] = (uint8_t)(x >> 8 * i);
  memcpy(&x, p, sizeof x);
  return x;
}
#endif

static inline void epochlog__put_u16(void *at, uint16_t value)
{
  value = EPOCHLOG__SWAPPED(16, value);
  memcpy(at, &value, sizeof value);
}

static inline void epochlog__put_u32(void *at, uint32_t value)
{
  value = EPOCHLOG__SWAPPED(32, value);
  memcpy(at, &value, sizeof value);
}

static inline void epochlog__put_u64(void *at, uint64_t value)
{
  value = EPOCHLOG__SWAPPED(64, value);
  memcpy(at, &value, sizeof value);
}

static inline uint16_t epochlog__get_u16(const void *at)
{
  uint16_t value;

  memcpy(&value, at, sizeof value);
  return EPOCHLOG__SWAPPED(16, value);
}

static inline uint32_t epochlog__get_u32(const void *at)
{
  uint32_t value;

  memcpy(&value, at, sizeof value);
  return EPOCHLOG__SWAPPED(32, value);
}

static inline uint64_t epochlog__get_u64(const void *at)
{
  uint64_t value;

  memcpy(&value, at, sizeof value);
  return EPOCHLOG__SWAPPED(64, value);
}

/* Two's complement and IEEE bits; what the compiler would do is spelled out. */
int64_t epochlog__get_i64(const void *at);
double epochlog__get_f64(const void *at);
static inline uint64_t epochlog__bits_of(double value)
{
  uint64_t bits;

  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline double epochlog__of_bits(uint64_t bits)
{
  double value;

  memcpy(&value, &bits, sizeof value);
  return value;
}

/* `size` rounded up to a multiple of 8. */
static inline uint64_t epochlog__padded(uint64_t size) { return (size + 7) & ~UINT64_C(7); }

/* ------------------------------------------------------------ the cursor */

/* Text of a known length, not terminated.  `data` NULL: there is none. */
struct epochlog__text {
  const char *data;
  uint32_t size;
};

struct epochlog__bytes {
  const uint8_t *data;
  size_t size;
  size_t at;   /* next byte; never more than size */
  bool failed; /* something ran past the end; stays true */
};

struct epochlog__bytes epochlog__bytes_of(const void *data, size_t size);
size_t epochlog__left(const struct epochlog__bytes *in);

uint8_t epochlog__take_u8(struct epochlog__bytes *in);
uint16_t epochlog__take_u16(struct epochlog__bytes *in);
uint32_t epochlog__take_u32(struct epochlog__bytes *in);
uint64_t epochlog__take_u64(struct epochlog__bytes *in);
int32_t epochlog__take_i32(struct epochlog__bytes *in);
int64_t epochlog__take_i64(struct epochlog__bytes *in);
double epochlog__take_f64(struct epochlog__bytes *in);

/* The next `size` bytes, which stay where they are; NULL past the end. */
const uint8_t *epochlog__take_bytes(struct epochlog__bytes *in, size_t size);

/* A `str`: length and bytes, which stay where they are.  Longer than
 * FORMAT_STR_MAX or past the end: data "" and size 0, failed. */
struct epochlog__text epochlog__take_str(struct epochlog__bytes *in);

/* A cursor over the next `size` bytes alone, which are stepped over. */
struct epochlog__bytes epochlog__take_part(struct epochlog__bytes *in, size_t size);

/* Steps to the next multiple of 8 counted from the start; stops at the end
 * without failing, since the last padding of a payload may be missing. */
void epochlog__take_padding(struct epochlog__bytes *in);

/* ------------------------------------------------------------ the buffer */

struct epochlog__buffer {
  uint8_t *data; /* NULL while nothing was added */
  size_t size;
  size_t capacity;
  size_t limit; /* an add that would pass it fails */
  bool failed;  /* no memory, or the limit; stays true until clear */
  bool is_full; /* the limit it was */
};

void epochlog__buffer_init(struct epochlog__buffer *buffer, size_t limit);
void epochlog__buffer_release(struct epochlog__buffer *buffer);
/* Empty again and not failed; keeps the memory. */
void epochlog__buffer_clear(struct epochlog__buffer *buffer);

/* `size` more bytes, not initialised, to be filled by the caller; NULL when
 * failed.  The pointer is good until the next add. */
uint8_t *epochlog__add_space(struct epochlog__buffer *buffer, size_t size);
void epochlog__add_bytes(struct epochlog__buffer *buffer, const void *data, size_t size);
void epochlog__add_zeros(struct epochlog__buffer *buffer, size_t size);
void epochlog__add_padding(struct epochlog__buffer *buffer); /* to a multiple of 8 */
void epochlog__add_u8(struct epochlog__buffer *buffer, uint8_t value);
void epochlog__add_u16(struct epochlog__buffer *buffer, uint16_t value);
void epochlog__add_u32(struct epochlog__buffer *buffer, uint32_t value);
void epochlog__add_u64(struct epochlog__buffer *buffer, uint64_t value);
void epochlog__add_i64(struct epochlog__buffer *buffer, int64_t value);
void epochlog__add_f64(struct epochlog__buffer *buffer, double value);
/* A `str`; fails beyond FORMAT_STR_MAX. */
void epochlog__add_str(struct epochlog__buffer *buffer, const char *data, size_t size);

/* --------------------------------------------------- the file's header */

struct epochlog__file_header {
  uint16_t major;
  uint16_t header_len; /* offset of the first frame */
  uint64_t compat;
  uint64_t incompat;
  uint64_t ro_compat;
  uint8_t uuid[FORMAT_UUID_SIZE];
};

enum epochlog__header_check {
  EPOCHLOG__HEADER_VALID,
  EPOCHLOG__HEADER_NOT_A_LOG, /* the magic differs, or there are fewer than 10 bytes */
  EPOCHLOG__HEADER_DAMAGED    /* the magic fits; the rest, or its checksum, does not */
};

/* A header of version 1 with no bit set. */
void epochlog__file_header_put(uint8_t out[FORMAT_FILE_HEADER_SIZE],
                               const uint8_t uuid[FORMAT_UUID_SIZE]);

/* Reads the first `size` bytes of a file.  `header` is filled as far as the bytes
 * go also when it is damaged; `major` is to be trusted whenever the magic fits
 * (a newer major is for the caller to refuse, and reads as VALID or DAMAGED). */
enum epochlog__header_check epochlog__file_header_get(struct epochlog__file_header *header,
                                                      const void *data, size_t size);

/* ------------------------------------------------------ a frame's header */

struct epochlog__frame {
  uint64_t offset; /* of the header in the file */
  uint64_t number; /* frame_no */
  uint8_t type;    /* enum format_frame, or unknown */
  uint8_t flags;
  uint16_t header_len;
  uint32_t stored_len;
  uint32_t raw_len; /* 0 unless deflated */
  uint32_t payload_crc;
};

enum epochlog__frame_check {
  EPOCHLOG__FRAME_VALID,
  EPOCHLOG__FRAME_INVALID, /* these bytes are no header of this file at this place */
  EPOCHLOG__FRAME_SHORT    /* so far it looks like one; header_len bytes are needed */
};

/* Writes `frame` (its header_len is taken as 40) as a header. */
void epochlog__frame_put(uint8_t out[FORMAT_FRAME_HEADER_SIZE], const struct epochlog__frame *frame,
                         const uint8_t uuid[FORMAT_UUID_SIZE]);

/* Reads the header that stands at `offset` of the file from the `size` bytes
 * at `data`: sync, place, limits of FORMAT.md 11 and checksum.  With fewer bytes
 * than the header needs the answer is SHORT, if what is there fits, and
 * `frame->header_len` says how many are needed (40 when not even that is known). */
enum epochlog__frame_check epochlog__frame_get(struct epochlog__frame *frame, const void *data,
                                               size_t size, uint64_t offset,
                                               const uint8_t uuid[FORMAT_UUID_SIZE]);

/* Bytes from the start of the header to the start of the next frame. */
uint64_t epochlog__frame_total(const struct epochlog__frame *frame);

#endif
