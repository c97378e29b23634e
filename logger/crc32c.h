/* CRC-32C (Castagnoli), the checksum of every structure in a log.
 *
 * Reflected polynomial 0x82F63B78, initial value and final xor 0xFFFFFFFF.  The
 * processor's own instruction is used where there is one (SSE4.2, ARMv8), found
 * at run time; else a table of 8 KiB, eight bytes at a time.
 */
#ifndef EPOCHLOG_CRC32C_H
#define EPOCHLOG_CRC32C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The checksum of what `crc` is the checksum of, followed by `size` bytes at
 * `data`.  Start with 0; so crc(crc(0, a), b) is the checksum of a then b. */
uint32_t epochlog__crc32c(uint32_t crc, const void *data, size_t size);

/* The same by the table alone, for machines without the instruction and for the
 * test that both agree. */
uint32_t epochlog__crc32c_table(uint32_t crc, const void *data, size_t size);

/* ---- for the few bytes of a live record, in the caller's own registers */

/* Whether the two calls below may be used on this machine. */
bool epochlog__crc32c_has_words(void);

/* The state (the complement of a checksum) after four bytes, and after eight. */
#if defined(__x86_64__) && defined(__GNUC__)
static inline uint64_t epochlog__crc32c_half(uint64_t state, uint32_t half)
{
  uint32_t low = (uint32_t)state;

  __asm__("crc32l %1, %0" : "+r"(low) : "rm"(half));
  return low;
}
static inline uint64_t epochlog__crc32c_word(uint64_t state, uint64_t word)
{
  __asm__("crc32q %1, %0" : "+r"(state) : "rm"(word));
  return state;
}
#elif defined(__aarch64__) && defined(__GNUC__) && !defined(__AARCH64EB__)
static inline uint64_t epochlog__crc32c_half(uint64_t state, uint32_t half)
{
  uint32_t low = (uint32_t)state;

  __asm__(".arch_extension crc\n\tcrc32cw %w0, %w0, %w1" : "+r"(low) : "r"(half));
  return low;
}
static inline uint64_t epochlog__crc32c_word(uint64_t state, uint64_t word)
{
  uint32_t low = (uint32_t)state;

  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(low) : "r"(word));
  return low;
}
#else
static inline uint64_t epochlog__crc32c_half(uint64_t state, uint32_t half)
{
  (void)half;
  return state;
}
static inline uint64_t epochlog__crc32c_word(uint64_t state, uint64_t word)
{
  (void)word;
  return state;
}
#endif

#endif
