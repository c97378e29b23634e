/* The end of a log: everything sealed, its index and footer, no live file. */
#include <errno.h>
#include <time.h>

#include "record.h"
#include "run.h"
#include "system.h"

#define FINISH_TRIES 2
#define FINISH_PAUSE_NS 50000000 /* between them */

/* Appends RUN and the facts as records. */
static void add_footer_records(struct epochlog_run *run, struct epochlog__buffer *out)
{
  struct epochlog__bytes body = epochlog__bytes_of(run->run_body, run->run_body_size);
  const uint32_t strings = 5; /* run_id .. description stand before rank */
  size_t start;
  int64_t start_ns;

  epochlog__take_bytes(&body, FORMAT_UUID_SIZE);
  for (uint32_t i = 0; i < strings; i++) epochlog__take_str(&body);
  epochlog__take_u64(&body); /* rank and world size */
  start_ns = epochlog__take_i64(&body);
  start = epochlog__record_begin(out, FORMAT_RECORD_RUN, start_ns);
  epochlog__add_bytes(out, run->run_body, run->run_body_size);
  epochlog__record_end(out, start);
  epochlog__facts_add(&run->facts, out);
}

static int write_end(struct epochlog_run *run)
{
  struct epochlog__buffer records;
  struct epochlog__footer footer = {
      .record_count = run->hot->next_seq,
      .series = (const struct epochlog__series *const *)run->dictionary.series,
      .counters = run->dictionary.counters,
      .series_count = run->dictionary.names.count,
      .records = &records};
  int error;

  epochlog__buffer_init(&records, FORMAT_RAW_MAX);
  add_footer_records(run, &records);
  if (records.failed)
    error = records.is_full ? EMSGSIZE : ENOMEM;
  else
    error = epochlog__main_log_finish(&run->log, &footer);
  epochlog__buffer_release(&records);
  /* Too much for a footer: the log is whole without it, and found by scanning. */
  return error == EMSGSIZE ? 0 : error;
}

/* The end of a run found no room in a ring that could not be sealed. */
static int tell_end(struct epochlog_run *run)
{
  const struct epochlog__fact *end = epochlog__facts_find(&run->facts, FORMAT_RECORD_STATUS, "", 0);
  struct epochlog__buffer payload;
  int error = ENOMEM;

  if (run->is_end_told || end == NULL) return 0;
  epochlog__buffer_init(&payload, FORMAT_RAW_MAX);
  epochlog__add_u64(&payload, run->hot->next_seq);
  epochlog__add_bytes(&payload, end->record, end->size);
  if (!payload.failed) error = epochlog__main_log_records(&run->log, payload.data, payload.size, 0);
  epochlog__buffer_release(&payload);
  run->is_end_told = error == 0;
  return error;
}

/* Everything that is in the ring becomes a block, what was lost included. */
static int seal_all(struct epochlog_run *run)
{
  int error;

  /* What sealing finds to be lost is told by another block. */
  for (int i = 0; i < 3; i++) {
    bool is_empty;

    epochlog__lock(&run->hot->lock);
    epochlog__ring_activate(&run->ring);
    epochlog__tell_loss(run);
    epochlog__ring_retire(&run->ring);
    epochlog__unlock(&run->hot->lock);
    error = epochlog__writer_seal(run);
    epochlog__lock(&run->hot->lock);
    is_empty = !epochlog__has_loss(run) && atomic_load(&run->nested_count) == 0;
    epochlog__unlock(&run->hot->lock);
    if (error != 0 || is_empty) break;
  }
  return error;
}

/* The live file is not needed any more, unless the main log may not be durable though
 * it should. */
static void end_live(struct epochlog_run *run)
{
  int error = run->broken_errno;

  if (run->sync != EPOCHLOG_SYNC_NONE || run->durable_seq != 0) {
    if (error == 0 && epochlog__datasync(run->log.fd) != 0) error = errno;
    if (error != 0) {
      epochlog__run_fail(run, EPOCHLOG_SYNC, error, "%s/%s", run->folder, run->log_name);
      return;
    }
  }
  epochlog__unlink(run->folder_fd, run->live_name);
}

void epochlog__writer_finish(struct epochlog_run *run)
{
  int error = 0;

  epochlog__hold(&run->io, EPOCHLOG__HOLDS_IO);
  epochlog__renew_if_lost(run);
  for (int i = 0; i < FINISH_TRIES; i++) {
    if (i != 0) nanosleep(&(struct timespec){.tv_nsec = FINISH_PAUSE_NS}, NULL);
    error = seal_all(run);
    if (error == 0) error = tell_end(run);
    if (error == 0) error = write_end(run);
    if (error == 0) break;
    epochlog__run_fail(run, epochlog__write_status(error), error, "%s/%s", run->folder,
                       run->log_name);
  }
  if (error == 0)
    end_live(run);
  else
    /* The live file stays: it holds what the main log could not take. */
    epochlog__writer_flush(run, false);
  epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
}
