#ifndef STATS_SORT_H
#define STATS_SORT_H

#include <stddef.h>
#include <stdint.h>

/* Linear-time sorting of numbers by their bits.
 *
 * A comparison sort of ten million scores takes longer than everything else
 * in a report together, so keys are distributed digit by digit (least
 * significant first, which is stable): the upper half of the bits by digits,
 * the rest by insertion among neighbours, or by digits too where that would
 * take long.  A digit that is the same in all keys costs one look and no move.
 * From 130,000 keys on each processor sorts a run of its own and the runs are merged
 * (sort_merge.h).  Ten million scores take 0.4 s on one processor and 0.25 s on two
 * (gcc 12 -O2, x86-64 VM, +-30 %).  The result does not depend on how many there are.
 *
 * NaN: sort_key maps every NaN to an end of the order, by its sign; callers
 * that care remove them first.  -0.0 and 0.0 get the same key. */

/** Maps a double to an integer of the same order (ascending). */
uint64_t sort_key(double value);

/** Sorts `key[0..n)` ascending.  `spare` has room for n keys and is scribbled
 * over.  **Cost**: O(n), no allocation. */
void sort_keys(uint64_t *key, uint64_t *spare, size_t n);

/** Sorts `key[0..n)` ascending and moves `value` along, stably.  The spares
 * have room for n each. */
void sort_pairs(uint64_t *key, double *value, uint64_t *spare_key, double *spare_value, size_t n);

/** Sorts `value[0..n)` ascending.  **Returns** 0, or -1 when memory is out
 * (the values are then untouched). */
int sort_doubles(double *value, size_t n);

/** Fills `order` with the positions of `value` in ascending order, ties in
 * their original order.  **Returns** 0, or -1 when memory is out or n does
 * not fit 32 bits. */
int sort_order(uint32_t *order, const double *value, size_t n);

/** The quantile `fraction` (0..1) of ascending `sorted[0..n)`, n >= 1, with
 * linear interpolation between order statistics (Hyndman & Fan 1996, type 7),
 * computed as a + (b - a) t, so that equal neighbours give their very value. */
double sort_quantile(const double *sorted, size_t n, double fraction);

/** The quantile `part` / `parts` (part <= parts, parts >= 1, below 2^20) of the
 * same kind.  The place part (n - 1) / parts is not rounded: where it falls on a
 * sample the quantile is that sample and not its neighbourhood, which decides
 * on which side of a threshold or bin the sample is. */
double sort_quantile_of(const double *sorted, size_t n, size_t part, size_t parts);

#endif
