#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

/* More threads than this wait for memory rather than compute. */
#define WIDTH_MAX 16

/* Each thread takes the next piece until none is left. */
struct pieces {
  parallel_work *work;
  void *context;
  size_t count;
  atomic_size_t next;
};

static atomic_size_t chosen_width;

size_t parallel_width(void)
{
  const size_t chosen = atomic_load(&chosen_width);
  cpu_set_t set;
  int processors;

  if (chosen > 0) return chosen;
  processors = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return processors < 1 ? 1 : processors > WIDTH_MAX ? WIDTH_MAX : (size_t)processors;
}

void parallel_set_width(size_t width)
{
  atomic_store(&chosen_width, width > WIDTH_MAX ? WIDTH_MAX : width);
}

static void *do_pieces(void *argument)
{
  struct pieces *pieces = argument;
  size_t index;

  while ((index = atomic_fetch_add(&pieces->next, 1)) < pieces->count)
    pieces->work(pieces->context, index);
  return NULL;
}

void parallel_for(size_t count, parallel_work *work, void *context)
{
  struct pieces pieces = {.work = work, .context = context, .count = count};
  pthread_t threads[WIDTH_MAX];
  size_t width = count > 1 ? parallel_width() : 1;
  size_t started = 0;

  if (width > count) width = count;
  while (started + 1 < width && pthread_create(&threads[started], NULL, do_pieces, &pieces) == 0)
    started++;
  do_pieces(&pieces);
  while (started > 0) pthread_join(threads[--started], NULL);
}
