#ifndef STATS_RANDOM_H
#define STATS_RANDOM_H

#include <stdint.h>

/* Random numbers that are the same on every machine: xoshiro256++ (Blackman and
 * Vigna 2021, ACM TOMS 47:36), seeded through splitmix64.
 *
 * Resampling starts from a constant seed, so that a report made twice says the
 * same twice. */

struct random {
  uint64_t state[4];
};

static inline void random_seed(struct random *random, uint64_t seed)
{
  for (int i = 0; i < 4; i++) {
    uint64_t z = seed += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    random->state[i] = z ^ (z >> 31);
  }
}

static inline uint64_t random_rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t random_bits(struct random *random)
{
  uint64_t *s = random->state;
  const uint64_t out = random_rotate(s[0] + s[3], 23) + s[0];
  const uint64_t shifted = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = random_rotate(s[3], 45);
  return out;
}

/** A whole number below `n` (n >= 1), by multiplication (Lemire 2019, ACM TOMACS
 * 29:3) without its rejection: some numbers come up more often than others by
 * one part in 2^32 / n. */
static inline uint32_t random_below(struct random *random, uint32_t n)
{
  return (uint32_t)(((random_bits(random) >> 32) * n) >> 32);
}

#endif
