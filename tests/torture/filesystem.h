/* Calls that can be checked afterwards: what call number i logs follows from i.
 *
 * filesystem_log.c makes them and filesystem_check.c looks for them, so nothing else
 * has to be kept of what was logged.
 */
#ifndef EPOCHLOG_TESTS_FILESYSTEM_H
#define EPOCHLOG_TESTS_FILESYSTEM_H

#include <stdint.h>
#include <stdio.h>

/* Each has the index as its step, or as its first value. */
enum call_kind {
  CALL_SCALAR,  /* "scalar" */
  CALL_INTEGER, /* "integer" */
  CALL_PAIR,    /* "pair_a" and "pair_b", logged as one row of points */
  CALL_TEXT,    /* "text" */
  CALL_ROW,     /* a row of the table "row" */
  CALL_LIST     /* the list "list": too large for the live file */
};

#define LIST_LENGTH 5000u
#define WORD_SIZE 32

static inline enum call_kind call_kind(uint64_t index)
{
  if (index % 997 == 20) return CALL_LIST;
  switch (index % 16) {
    case 3: return CALL_TEXT;
    case 7: return CALL_PAIR;
    case 9: return CALL_ROW;
    case 11: return CALL_INTEGER;
    default: return CALL_SCALAR;
  }
}

/* Another one gives other values to the same calls: what is left on a disk of an
 * earlier training must not pass for this one's. */
static uint64_t call_salt;

/* splitmix64: no two neighbours alike, so that nothing is found by luck. */
static inline uint64_t call_bits(uint64_t index, uint64_t part)
{
  uint64_t x = (index * 8191 + part + 1 + call_salt) * UINT64_C(0x9E3779B97F4A7C15);

  x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
  return x ^ x >> 31;
}

static inline double call_value(uint64_t index, uint64_t part)
{
  return (double)(call_bits(index, part) >> 11) * 0x1p-53;
}

static inline void call_word(uint64_t index, char word[WORD_SIZE])
{
  snprintf(word, WORD_SIZE, "word %016llx", (unsigned long long)call_bits(index, 0));
}

#endif
