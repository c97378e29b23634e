#include "read_share.h"

#include <stdatomic.h>
#include <stdlib.h>

struct run_share {
  struct run *run;
  atomic_size_t holders;
};

struct run_share *run_share_new(struct run *run)
{
  struct run_share *share = malloc(sizeof *share);

  if (share == NULL) {
    run_close(run);
    return NULL;
  }
  share->run = run;
  atomic_init(&share->holders, 1);
  return share;
}

struct run_share *run_share_keep(struct run_share *share)
{
  atomic_fetch_add_explicit(&share->holders, 1, memory_order_relaxed);
  return share;
}

void run_share_drop(struct run_share *share)
{
  if (share == NULL) return;
  if (atomic_fetch_sub_explicit(&share->holders, 1, memory_order_acq_rel) != 1) return;
  run_close(share->run);
  free(share);
}

struct run *run_share_run(const struct run_share *share) { return share->run; }
