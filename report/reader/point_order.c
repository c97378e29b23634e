#include "reader/point_order.h"

#include <stdlib.h>
#include <string.h>

struct keys {
  const int64_t *steps;
  const int64_t *times;
};

/* Whether point b must stand before point a; equal ones stay. */
static int is_before(const struct keys *keys, size_t b, size_t a)
{
  if (keys->steps[b] != keys->steps[a]) return keys->steps[b] < keys->steps[a];
  return keys->times[b] < keys->times[a];
}

static void merge(const struct keys *keys, const size_t *from, size_t *to, size_t left,
                  size_t middle, size_t right)
{
  size_t a = left, b = middle;

  for (size_t i = left; i < right; i++)
    to[i] =
        b >= right || (a < middle && !is_before(keys, from[b], from[a])) ? from[a++] : from[b++];
}

/* Starts of the ascending runs, with `count` behind the last; NULL: no memory. */
static size_t *find_runs(const struct keys *keys, size_t count, size_t *run_count)
{
  size_t runs = 1, at = 1, *starts;

  for (size_t i = 1; i < count; i++) runs += (size_t)is_before(keys, i, i - 1);
  starts = malloc((runs + 1) * sizeof *starts);
  if (!starts) return NULL;
  starts[0] = 0;
  for (size_t i = 1; i < count; i++)
    if (is_before(keys, i, i - 1)) starts[at++] = i;
  starts[runs] = count;
  *run_count = runs;
  return starts;
}

int point_order(const int64_t *steps, const int64_t *times, size_t count, size_t **order)
{
  struct keys keys = {steps, times};
  size_t runs, *starts, *from, *to;

  *order = NULL;
  if (count < 2) return 0;
  starts = find_runs(&keys, count, &runs);
  if (!starts) return -1;
  if (runs == 1) {
    free(starts);
    return 0;
  }
  from = malloc(count * sizeof *from);
  to = malloc(count * sizeof *to);
  if (!from || !to) {
    free(starts);
    free(from);
    free(to);
    return -1;
  }
  for (size_t i = 0; i < count; i++) from[i] = i;
  while (runs > 1) {
    size_t merged = 0, *swap = from;

    for (size_t i = 0; i < runs; i += 2) {
      size_t middle = starts[i + 1], right = starts[i + 2 <= runs ? i + 2 : runs];

      merge(&keys, from, to, starts[i], middle, right);
      starts[merged++] = starts[i];
    }
    starts[merged] = count;
    runs = merged;
    from = to;
    to = swap;
  }
  free(to);
  free(starts);
  *order = from;
  return 0;
}

int point_order_apply(void *array, size_t count, size_t size, const size_t *order)
{
  char *copy, *out = array;

  if (!array || count == 0) return 0;
  copy = malloc(count * size);
  if (!copy) return -1;
  memcpy(copy, array, count * size);
  for (size_t i = 0; i < count; i++) memcpy(out + i * size, copy + order[i] * size, size);
  free(copy);
  return 0;
}
