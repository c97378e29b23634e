#ifndef STATS_PAIR_COUNTS_H
#define STATS_PAIR_COUNTS_H

#include <stddef.h>
#include <stdint.h>

/* Sums of weights by pairs of classes, for so many classes that a matrix of all
 * pairs would not fit: only the pairs that occur take room. */

struct class_pair {
  int32_t actual, predicted;
  double weight;
};

/* A hash table with open addressing; all zero is an empty one. */
struct pair_counts {
  struct class_pair *slot; /* weight 0: free */
  size_t capacity;         /* 0 or a power of two, at most 2/3 full */
  size_t count;
};

/** Adds `weight` > 0 to a pair of classes >= 0.  **Returns** 0 or -1 (memory; the
 * sums so far are kept). */
int pair_counts_add(struct pair_counts *counts, int32_t actual, int32_t predicted, double weight);

/** Hands out the pairs, ascending by true, then by predicted class, as one array of
 * `count` pairs that the caller frees (NULL when there are none), and leaves the
 * table empty. */
struct class_pair *pair_counts_take(struct pair_counts *counts, size_t *count);

void pair_counts_release(struct pair_counts *counts);

#endif
