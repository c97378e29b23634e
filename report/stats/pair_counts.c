#include "stats/pair_counts.h"

#include <stdlib.h>

#define FIRST_CAPACITY 4096

/* Where a pair is, or where it would be put. */
static struct class_pair *find(struct class_pair *slot, size_t capacity, int32_t actual,
                               int32_t predicted)
{
  const uint64_t key = (uint64_t)(uint32_t)actual << 32 | (uint32_t)predicted;
  /* Fibonacci hashing (Knuth 6.4): the upper bits of the product are mixed best. */
  size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (capacity - 1);

  while (slot[at].weight > 0 && (slot[at].actual != actual || slot[at].predicted != predicted))
    at = (at + 1) & (capacity - 1);
  return &slot[at];
}

static int grow(struct pair_counts *counts)
{
  const size_t capacity = counts->capacity ? 2 * counts->capacity : FIRST_CAPACITY;
  struct class_pair *slot = calloc(capacity, sizeof *slot);

  if (!slot) return -1;
  for (size_t i = 0; i < counts->capacity; i++) {
    const struct class_pair *pair = &counts->slot[i];

    if (pair->weight > 0) *find(slot, capacity, pair->actual, pair->predicted) = *pair;
  }
  free(counts->slot);
  counts->slot = slot;
  counts->capacity = capacity;
  return 0;
}

int pair_counts_add(struct pair_counts *counts, int32_t actual, int32_t predicted, double weight)
{
  struct class_pair *pair;

  if (counts->count >= counts->capacity / 3 * 2 && grow(counts)) return -1;
  pair = find(counts->slot, counts->capacity, actual, predicted);
  if (!(pair->weight > 0)) {
    *pair = (struct class_pair){actual, predicted, 0};
    counts->count++;
  }
  pair->weight += weight;
  return 0;
}

static int by_classes(const void *left, const void *right)
{
  const struct class_pair *a = left;
  const struct class_pair *b = right;

  if (a->actual != b->actual) return a->actual < b->actual ? -1 : 1;
  return a->predicted < b->predicted ? -1 : a->predicted > b->predicted;
}

struct class_pair *pair_counts_take(struct pair_counts *counts, size_t *count)
{
  struct class_pair *pairs = counts->slot;
  struct class_pair *shorter;
  size_t kept = 0;

  for (size_t i = 0; i < counts->capacity; i++)
    if (pairs[i].weight > 0) pairs[kept++] = pairs[i];
  *counts = (struct pair_counts){0};
  *count = kept;
  if (!kept) {
    free(pairs);
    return NULL;
  }
  qsort(pairs, kept, sizeof *pairs, by_classes);
  shorter = realloc(pairs, kept * sizeof *pairs);
  return shorter ? shorter : pairs;
}

void pair_counts_release(struct pair_counts *counts)
{
  free(counts->slot);
  *counts = (struct pair_counts){0};
}
