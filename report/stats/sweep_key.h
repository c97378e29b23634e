#ifndef STATS_SWEEP_KEY_H
#define STATS_SWEEP_KEY_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "stats/sweep.h"

/* A sample as one word: 63 bits that grow as the score falls, then the label.
 * Scores below zero stand in a stretch of their own, so that the sign bit is
 * free for the label. */
#define SWEEP_MAGNITUDE (UINT64_MAX >> 1)

static inline uint64_t sweep_pack(double score, bool positive)
{
  uint64_t bits;

  memcpy(&bits, &score, sizeof bits);
  bits = score < 0 ? bits & SWEEP_MAGNITUDE : SWEEP_MAGNITUDE - (bits & SWEEP_MAGNITUDE);
  return bits << 1 | (positive ? 1u : 0u);
}

static inline double sweep_unpack(uint64_t rank, bool is_negative)
{
  const uint64_t bits = is_negative ? rank | ~SWEEP_MAGNITUDE : SWEEP_MAGNITUDE - rank;
  double score;

  memcpy(&score, &bits, sizeof score);
  return score;
}

/* Knuth's two-sum (The Art of Computer Programming 2, 4.2.2), the rests summed
 * up as in Ogita, Rump, Oishi (2005, SIAM J. Sci. Comput. 26:1955). */
static inline void sweep_sum_add(struct sweep_sum *total, double weight)
{
  const double sum = total->sum + weight;
  const double added = sum - total->sum;

  total->rest += (total->sum - (sum - added)) + (weight - added);
  total->sum = sum;
}

static inline void sweep_sum_join(struct sweep_sum *total, const struct sweep_sum *more)
{
  sweep_sum_add(total, more->sum);
  sweep_sum_add(total, more->rest);
}

static inline double sweep_sum_value(const struct sweep_sum *total)
{
  return total->sum + total->rest;
}

/* The score of the sample at `place` of the order. */
static inline double sweep_score_at(const struct sweep *sweep, size_t place)
{
  return sweep_unpack(sweep->key[place] >> 1, place >= sweep->nonnegative);
}

#endif
