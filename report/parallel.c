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
/* Threads that help in calls going on now, so that nested calls start no more threads
 * than there are processors. */
static atomic_size_t helpers;

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

/* Takes one of the `most` helpers there may be. */
static int take_helper(size_t most)
{
  if (atomic_fetch_add(&helpers, 1) < most) return 1;
  atomic_fetch_sub(&helpers, 1);
  return 0;
}

void parallel_for(size_t count, parallel_work *work, void *context)
{
  struct pieces pieces = {.work = work, .context = context, .count = count};
  pthread_t threads[WIDTH_MAX];
  const size_t most = count > 1 ? parallel_width() - 1 : 0;
  size_t started = 0;

  while (started < most && started + 1 < count && take_helper(most)) {
    if (pthread_create(&threads[started], NULL, do_pieces, &pieces) != 0) {
      atomic_fetch_sub(&helpers, 1);
      break;
    }
    started++;
  }
  do_pieces(&pieces);
  while (started > 0) {
    pthread_join(threads[--started], NULL);
    atomic_fetch_sub(&helpers, 1);
  }
}

struct stretches {
  parallel_stretch *work;
  void *context;
  size_t rows;
};

static void do_stretch(void *context, size_t index)
{
  const struct stretches *all = context;
  const size_t begin = index * PARALLEL_ROWS;
  const size_t left = all->rows - begin;

  all->work(all->context, index, begin, begin + (left < PARALLEL_ROWS ? left : PARALLEL_ROWS));
}

size_t parallel_stretches(size_t rows) { return rows / PARALLEL_ROWS + (rows % PARALLEL_ROWS > 0); }

void parallel_rows(size_t rows, parallel_stretch *work, void *context)
{
  struct stretches all = {work, context, rows};

  parallel_for(parallel_stretches(rows), do_stretch, &all);
}
