/* What a logging call touches: two cache lines, and the ring's next bytes.
 *
 * The structure has a page to itself that the kernel wipes in a forked child: a child
 * finds `is_ours` 0 and the lock free, whichever way it was made, before it could
 * touch the parent's ring.  All else in it can be made again from the run.
 *
 * A record is written in two steps: everything behind its first eight bytes, then
 * those eight, in one store, which is what makes it a record (FORMAT.md 8).
 */
#ifndef EPOCHLOG_HOT_H
#define EPOCHLOG_HOT_H

#include "crc32c.h"
#include "frame.h"
#include "lock.h"
#include "series.h"

/* Why a call may not take the short way in (gate), and what is left to do after it. */
enum epochlog__gate { EPOCHLOG__ENDED = 1, EPOCHLOG__DEAD = 2 };
enum epochlog__after {
  EPOCHLOG__THEN_WAKE = 1, /* the sealer: no segment is free behind this one */
  EPOCHLOG__THEN_SEAL = 2, /* without a thread: a segment is full */
  EPOCHLOG__THEN_SYNC = 4, /* the call is to be durable when it returns */
  EPOCHLOG__THEN_LOOK = 8  /* without a thread: something may be due */
};

/* Sizes of live records, FORMAT.md 8. */
#define EPOCHLOG__SCALAR_SIZE 32u
#define EPOCHLOG__ROW_HEAD_SIZE 24u
#define EPOCHLOG__TIME_SIZE 16u

struct epochlog__hot {
  atomic_uint lock;
  atomic_uint is_ours; /* 0: made by another process */
  uint32_t gate;
  uint32_t after;
  uint8_t *at; /* where the next record goes; NULL with `end`: no segment is active */
  uint8_t *end;
  int64_t base_us; /* what dt_us counts from, moved by TIME records */
  uint64_t next_seq;
  _Atomic uint64_t published; /* bytes, since the start; the sealer looks without the lock */
  struct epochlog__counter *counters; /* the dictionary's */
  uint32_t counter_count;
  uint32_t generation_crc; /* of the active segment: every record's begins with it */
  uint32_t head;           /* its low 8 bits where a head has them */
  uint32_t has_crc;        /* epochlog__crc32c_word works */
  uint32_t has_new_locks;  /* in a child, until it has adopted the run: fork made them */
};

/* Room for a record of `size` bytes (a multiple of 8, its head included) in the active
 * segment. */
static inline bool epochlog__has_room(const struct epochlog__hot *hot, size_t size)
{
  return size <= (size_t)(hot->end - hot->at);
}

/* The last store of a record: from now on it is one.  `high` is the upper half of its
 * head: u16 length, u8 type, u8 generation. */
static inline void epochlog__store_head(struct epochlog__hot *hot, uint8_t *at, uint32_t high,
                                        uint32_t crc, uint32_t size)
{
  uint8_t bytes[8];
  uint64_t word;

  epochlog__put_u64(bytes, (uint64_t)high << 32 | crc);
  memcpy(&word, bytes, sizeof word);
  atomic_store_explicit((_Atomic uint64_t *)(void *)at, word, memory_order_release);
  hot->at = at + size;
  hot->next_seq++;
  atomic_store_explicit(&hot->published,
                        atomic_load_explicit(&hot->published, memory_order_relaxed) + size,
                        memory_order_relaxed);
}

static inline uint32_t epochlog__high_of(const struct epochlog__hot *hot, enum format_live type,
                                         uint32_t size)
{
  return (size / FORMAT_ALIGN) | (uint32_t)type << 16 | hot->head;
}

/* The checksum of a record whose bytes from 8 to `size` stand at `at` + 8. */
static inline uint32_t epochlog__record_crc(const struct epochlog__hot *hot, uint32_t high,
                                            const uint8_t *at, uint32_t size)
{
  uint8_t bytes[4];
  uint64_t state;

  if (!hot->has_crc) {
    epochlog__put_u32(bytes, high);
    return epochlog__crc32c(epochlog__crc32c(hot->generation_crc, bytes, sizeof bytes), at + 8,
                            size - 8);
  }
  state = epochlog__crc32c_half(~hot->generation_crc, high);
  for (uint32_t i = 8; i < size; i += 8) {
    uint64_t word;

    memcpy(&word, at + i, sizeof word);
    state = epochlog__crc32c_word(state, word);
  }
  return ~(uint32_t)state;
}

/* Publishes the record whose bytes from 8 to `size` stand at hot->at + 8. */
static inline void epochlog__publish(struct epochlog__hot *hot, enum format_live type,
                                     uint32_t size)
{
  uint8_t *const at = hot->at;
  const uint32_t high = epochlog__high_of(hot, type, size);

  epochlog__store_head(hot, at, high, epochlog__record_crc(hot, high, at, size), size);
}

/* The same for the commonest record, its checksum made of what is in registers. */
static inline void epochlog__publish_scalar(struct epochlog__hot *hot, uint32_t id, int32_t dt_us,
                                            int64_t step, uint64_t bits)
{
  uint8_t *const at = hot->at;
  const uint32_t high = epochlog__high_of(hot, FORMAT_LIVE_SCALAR, EPOCHLOG__SCALAR_SIZE);
  const uint64_t first = id | (uint64_t)(uint32_t)dt_us << 32;
  const uint32_t seed = ~hot->generation_crc;
  const bool has_crc = hot->has_crc != 0;
  uint64_t state;
  uint32_t crc;

  epochlog__put_u64(at + 8, first);
  epochlog__put_u64(at + 16, (uint64_t)step);
  epochlog__put_u64(at + 24, bits);
  if (has_crc) {
    state = epochlog__crc32c_half(seed, high);
    state = epochlog__crc32c_word(state, first);
    state = epochlog__crc32c_word(state, (uint64_t)step);
    crc = ~(uint32_t)epochlog__crc32c_word(state, bits);
  } else {
    crc = epochlog__record_crc(hot, high, at, EPOCHLOG__SCALAR_SIZE);
  }
  epochlog__store_head(hot, at, high, crc, EPOCHLOG__SCALAR_SIZE);
}

/* Microseconds from the base to a time; false where they need a TIME record first. */
static inline bool epochlog__dt(const struct epochlog__hot *hot, int64_t time_us, int32_t *dt_us)
{
  const int64_t dt = time_us - hot->base_us;

  *dt_us = (int32_t)dt;
  return dt == (int32_t)dt;
}

#endif
