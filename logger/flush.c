/* What the files do not have yet, handed to the kernel and made durable. */
#include <errno.h>

#include "clock.h"
#include "run.h"
#include "system.h"

/* Writes what the live file does not have yet. */
static int flush_live(struct epochlog_run *run)
{
  struct epochlog__dirty dirty;
  bool is_dirty;
  int error = 0;

  do {
    epochlog__lock(&run->hot->lock);
    is_dirty = epochlog__ring_dirty(&run->ring, &dirty);
    epochlog__unlock(&run->hot->lock);
    if (!is_dirty) break;
    error = epochlog__ring_write(&run->ring, &dirty);
    if (error == 0) {
      epochlog__lock(&run->hot->lock);
      epochlog__ring_clean(&run->ring, &dirty);
      epochlog__unlock(&run->hot->lock);
    }
  } while (error == 0);
  return error;
}

uint64_t epochlog__writer_look(struct epochlog_run *run)
{
  const uint64_t published = atomic_load_explicit(&run->hot->published, memory_order_relaxed);

  if (run->is_view_good && published - run->view.published <= run->view.left) return published;
  epochlog__lock(&run->hot->lock);
  run->view = epochlog__ring_look(&run->ring);
  run->is_view_good = !run->view.has_full && !epochlog__has_loss(run);
  epochlog__unlock(&run->hot->lock);
  return run->view.published;
}

void epochlog__writer_prefault(struct epochlog_run *run)
{
  const uint64_t published = epochlog__writer_look(run);
  struct epochlog__stretch next[2];

  epochlog__view_ahead(&run->view, published, (size_t)run->ahead, next);
  for (int i = 0; i < 2; i++)
    if (epochlog__ring_prefault(&next[i]) != 0) run->looked_mono = 0; /* look at the files now */
}

/* The live file first: a segment is in the one or in the other.  A sync makes its pages
 * read-only again. */
int epochlog__writer_sync_pair(struct epochlog_run *run)
{
  uint64_t seq;
  int error;

  epochlog__lock(&run->hot->lock);
  seq = run->hot->next_seq;
  epochlog__unlock(&run->hot->lock);
  if (epochlog__datasync(run->ring.fd) != 0) return errno;
  epochlog__writer_prefault(run);
  if (epochlog__datasync(run->log.fd) != 0) return errno;
  error = epochlog__writer_sync_names(run);
  if (error != 0) return error;
  run->durable_seq = seq;
  run->is_written_late = false;
  run->large_late = 0;
  run->synced_mono = epochlog__clock_mono();
  return 0;
}

static epochlog_status make_durable(struct epochlog_run *run)
{
  bool is_durable;
  int error;

  epochlog__lock(&run->hot->lock);
  is_durable = run->durable_seq == run->hot->next_seq && !run->is_written_late;
  epochlog__unlock(&run->hot->lock);
  /* What another thread synced while this one waited for io. */
  if (is_durable) return EPOCHLOG_OK;
  if (run->broken_errno != 0) {
    epochlog__renew_if_lost(run);
    return run->broken_errno == 0 ? EPOCHLOG_OK : EPOCHLOG_SYNC;
  }
  error = epochlog__writer_sync_pair(run);
  if (error == 0) return EPOCHLOG_OK;
  epochlog__run_fail(run, EPOCHLOG_SYNC, error, "%s/%s", run->folder, run->log_name);
  return epochlog__renew(run, EPOCHLOG__UNSYNCED, error) && run->broken_errno == 0 ? EPOCHLOG_OK
                                                                                   : EPOCHLOG_SYNC;
}

epochlog_status epochlog__writer_flush(struct epochlog_run *run, bool durable)
{
  const int error = flush_live(run);
  epochlog_status status = EPOCHLOG_OK;

  if (error != 0)
    return epochlog__run_fail(run, EPOCHLOG_WRITE, error, "%s/%s", run->folder, run->live_name);
  run->flushed_mono = epochlog__clock_mono();
  if (durable) status = make_durable(run);
  epochlog__lock(&run->hot->lock);
  if (run->room_errno != 0 && status == EPOCHLOG_OK)
    status = epochlog__write_status(run->room_errno);
  epochlog__unlock(&run->hot->lock);
  return status;
}
