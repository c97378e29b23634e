/* Charts of every kind from a seed: odd numbers, odd names, none or hundreds
 * of everything.  The same seed gives the same chart, anywhere.
 */
#ifndef EPOCHLOG_TESTS_RANDOM_CHART_H
#define EPOCHLOG_TESTS_RANDOM_CHART_H

#include <stddef.h>
#include <stdint.h>

#include "page/figure.h"
#include "pool.h"

/* SplitMix64 (Steele, Lea, Flood 2014). */
struct random {
  uint64_t state;
};

uint64_t random_bits(struct random *random);
double random_unit(struct random *random);                     /* 0 <= x < 1 */
size_t random_below(struct random *random, size_t count);      /* 0 for 0 */
bool random_chance(struct random *random, double probability); /* true that often */

/* Small numbers mostly, up to `most` now and then. */
size_t random_count(struct random *random, size_t most);

/* `count` numbers of one kind or another: ordinary, rising, tiny, huge, with
 * gaps, all NaN, infinite, constant, negative, counts, a training loss. */
double *random_numbers(struct random *random, struct pool *pool, size_t count);

/* `count` numbers that rise, all finite. */
double *random_edges(struct random *random, struct pool *pool, size_t count);

/* A name from anywhere: none, empty, long, Chinese, Arabic, emoji, combining
 * marks, control characters, bytes that are not UTF-8. */
const char *random_name(struct random *random, struct pool *pool);

/* One chart; its arrays live in `pool`. */
void random_chart(struct figure *figure, enum figure_kind kind, uint64_t seed, struct pool *pool);

#endif
