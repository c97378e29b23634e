#include "crc32c.h"

#include <string.h>

#include "crc32c_table.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define CRC_X86 1
#include <nmmintrin.h>
#elif defined(__aarch64__) && defined(__linux__) && defined(__GNUC__)
#define CRC_ARM 1
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#endif

static uint32_t advance_by_table(uint32_t state, const uint8_t *p, size_t size)
{
  const uint32_t(*const table)[256] = epochlog__crc32c_tables;

  for (; size >= 8; p += 8, size -= 8) {
    const uint32_t low = state ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                                  (uint32_t)p[3] << 24);

    state = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^
            table[4][low >> 24] ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
  }
  for (; size != 0; p++, size--) state = table[0][(state ^ *p) & 255] ^ state >> 8;
  return state;
}

uint32_t epochlog__crc32c_table(uint32_t crc, const void *data, size_t size)
{
  return ~advance_by_table(~crc, data, size);
}

#if defined(CRC_X86)

__attribute__((target("sse4.2"))) static uint32_t advance_by_instruction(uint32_t state,
                                                                         const uint8_t *p,
                                                                         size_t size)
{
  uint64_t wide;

  /* A live record's checksum begins in the middle of a word.  From the next one on the
   * words are read as they were stored, which the processor forwards at once. */
  if (((uintptr_t)p & 4) != 0 && size >= 4) {
    uint32_t half;

    memcpy(&half, p, 4);
    state = _mm_crc32_u32(state, half);
    p += 4;
    size -= 4;
  }
  wide = state;
  for (; size >= 8; p += 8, size -= 8) {
    uint64_t word;

    memcpy(&word, p, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = (uint32_t)wide;
  for (; size != 0; p++, size--) state = _mm_crc32_u8(state, *p);
  return state;
}

static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }

#elif defined(CRC_ARM)

__attribute__((target("+crc"))) static uint32_t advance_by_instruction(uint32_t state,
                                                                       const uint8_t *p,
                                                                       size_t size)
{
  for (; size >= 8; p += 8, size -= 8) {
    uint64_t word;

    memcpy(&word, p, 8);
    state = __builtin_aarch64_crc32cx(state, word);
  }
  for (; size != 0; p++, size--) state = __builtin_aarch64_crc32cb(state, *p);
  return state;
}

/* The word lies in the process's memory, a look costs no system call. */
static int has_instruction(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }

#endif

uint32_t epochlog__crc32c(uint32_t crc, const void *data, size_t size)
{
#if defined(CRC_X86) || defined(CRC_ARM)
  if (has_instruction()) return ~advance_by_instruction(~crc, data, size);
#endif
  return ~advance_by_table(~crc, data, size);
}

bool epochlog__crc32c_has_words(void)
{
#if defined(CRC_X86) || (defined(CRC_ARM) && !defined(__AARCH64EB__))
  return has_instruction() != 0;
#else
  return false;
#endif
}
