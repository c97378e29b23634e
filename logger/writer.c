/* The pair of files of one writer: opened, sealed, flushed, ended. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "record.h"
#include "run.h"
#include "system.h"

#define FINISH_TRIES 2
#define FINISH_PAUSE_NS 50000000 /* between them */

static void release_body(struct epochlog_run *run)
{
  free(run->run_body);
  run->run_body = NULL;
}

/* Both files, named and described; 0 or an errno, and then there is neither.
 * `*name` is the one concerned. */
static int open_files(struct epochlog_run *run, const char **name)
{
  int error = epochlog__main_log_open(&run->log, run->folder_fd, run->log_name, run->uuid);

  *name = run->log_name;
  if (error != 0) return error;
  error = epochlog__main_log_run(&run->log, run->run_body, run->run_body_size);
  if (error == 0) {
    *name = run->live_name;
    error = epochlog__ring_open(&run->ring, run->folder_fd, run->live_name, run->uuid,
                                run->segment_size, run->segment_count);
  }
  if (error != 0) {
    epochlog__main_log_release(&run->log);
    epochlog__unlink(run->folder_fd, run->log_name);
  }
  return error;
}

epochlog_status epochlog__writer_open(struct epochlog_run *run, epochlog_error *error)
{
  const char *name;
  int failure;

  if (!epochlog__identity_uuid(run->uuid))
    return epochlog__fail(error, EPOCHLOG_OPEN, errno, "no random numbers for the log's uuid");
  snprintf(run->log_name, sizeof run->log_name, "%05u-%02x%02x%02x%02x.elog", run->rank,
           run->uuid[0], run->uuid[1], run->uuid[2], run->uuid[3]);
  snprintf(run->live_name, sizeof run->live_name, "%.*s.live", (int)strlen(run->log_name) - 5,
           run->log_name);
  if (!epochlog__env_run_body(run))
    return epochlog__fail(error, EPOCHLOG_NO_MEMORY, 0, "%s/%s: the description of the run",
                          run->folder, run->log_name);
  failure = open_files(run, &name);
  if (failure != 0) {
    release_body(run);
    return epochlog__fail(error, failure == ENOMEM ? EPOCHLOG_NO_MEMORY : EPOCHLOG_OPEN, failure,
                          "%s/%s", run->folder, name);
  }
  if (run->sync != EPOCHLOG_SYNC_NONE) {
    /* The names too; a failure here shows again at the first sync of the data. */
    epochlog__datasync(run->log.fd);
    epochlog__folder_sync(run->folder_fd);
  }
  run->synced_mono = epochlog__clock_mono();
  return EPOCHLOG_OK;
}

void epochlog__writer_close(struct epochlog_run *run)
{
  epochlog__main_log_release(&run->log);
  epochlog__ring_release(&run->ring);
  release_body(run);
}

/* ---------------------------------------------------------------- sealing */

/* Pointers to all series, which stay while others are added. */
static const struct epochlog__series **snapshot(struct epochlog_run *run, uint32_t *count)
{
  const struct epochlog__series **series;

  pthread_mutex_lock(&run->hot);
  *count = run->dictionary.names.count;
  series = epochlog__allocate((*count + 1u) * sizeof(struct epochlog__series *));
  if (series != NULL && *count != 0)
    memcpy(series, run->dictionary.series, *count * sizeof(struct epochlog__series *));
  pthread_mutex_unlock(&run->hot);
  return series;
}

/* Writes a full segment as one block, or as several where one would pass the limit
 * of a frame.  What is already in the log from an earlier try is not written again. */
static int seal_segment(struct epochlog_run *run, const struct epochlog__segment *segment)
{
  uint32_t series_count;
  const struct epochlog__series **series = snapshot(run, &series_count);
  struct epochlog__block_input input = {
      .records = segment->image + FORMAT_SEGMENT_HEADER_SIZE,
      .size = segment->used - FORMAT_SEGMENT_HEADER_SIZE,
      .first_seq = segment->first_seq,
      .base_us = epochlog__clock_us(epochlog__get_i64(segment->image + 16)),
      .series = series,
      .series_count = series_count};
  int error = series == NULL ? ENOMEM : 0;

  if (run->log.last_seq_end > segment->first_seq)
    input.skip = run->log.last_seq_end - segment->first_seq;
  input.take = segment->records - input.skip;
  while (error == 0 && input.skip < segment->records) {
    struct epochlog__block block;
    const enum epochlog__block_check check = epochlog__block_encode(&block, &input);

    if (check == EPOCHLOG__BLOCK_OK) {
      error = epochlog__main_log_block(&run->log, &block);
      input.skip += input.take;
      input.take = segment->records - input.skip;
    } else if (check == EPOCHLOG__BLOCK_TOO_LARGE) {
      input.take = (input.take + 1) / 2;
    } else {
      error = ENOMEM;
    }
    epochlog__block_release(&block);
  }
  free(series);
  return error;
}

/* Durable before the segment may be used again, if durability is asked for. */
static int sync_log(struct epochlog_run *run)
{
  if (run->sync == EPOCHLOG_SYNC_NONE) return 0;
  if (epochlog__datasync(run->log.fd) == 0) return 0;
  epochlog__run_fail(run, EPOCHLOG_SYNC, errno, "%s/%s", run->folder, run->log_name);
  return 0; /* the data are written; a second sync would only lie about them */
}

int epochlog__writer_seal(struct epochlog_run *run)
{
  for (;;) {
    struct epochlog__segment *segment;
    int error;

    pthread_mutex_lock(&run->hot);
    segment = epochlog__ring_oldest_full(&run->ring);
    pthread_mutex_unlock(&run->hot);
    if (segment == NULL) return 0;
    error = seal_segment(run, segment);
    if (error == 0) error = sync_log(run);
    pthread_mutex_lock(&run->hot);
    if (error == 0) epochlog__ring_free(&run->ring, segment);
    run->room_errno = error;
    pthread_mutex_unlock(&run->hot);
    run->is_synced_late = true;
    run->seal_failed_mono = error == 0 ? 0 : epochlog__clock_mono();
    if (error != 0) {
      epochlog__run_fail(run, epochlog__write_status(error), error, "%s/%s", run->folder,
                         run->log_name);
      return error;
    }
  }
}

/* --------------------------------------------------------------- flushing */

/* Writes what the live file does not have yet. */
static int flush_live(struct epochlog_run *run)
{
  struct epochlog__dirty dirty;
  bool is_dirty;
  int error = 0;

  do {
    pthread_mutex_lock(&run->hot);
    is_dirty = epochlog__ring_dirty(&run->ring, &dirty);
    pthread_mutex_unlock(&run->hot);
    if (!is_dirty) break;
    error = epochlog__ring_write(&run->ring, &dirty);
    if (error == 0) {
      pthread_mutex_lock(&run->hot);
      epochlog__ring_clean(&run->ring, &dirty);
      pthread_mutex_unlock(&run->hot);
      run->is_synced_late = true;
    }
  } while (error == 0);
  return error;
}

epochlog_status epochlog__writer_flush(struct epochlog_run *run, bool durable)
{
  const int error = flush_live(run);

  if (error != 0)
    return epochlog__run_fail(run, EPOCHLOG_WRITE, error, "%s/%s", run->folder, run->live_name);
  if (!durable || !run->is_synced_late) return EPOCHLOG_OK;
  if (epochlog__datasync(run->ring.fd) != 0 || epochlog__datasync(run->log.fd) != 0)
    return epochlog__run_fail(run, EPOCHLOG_SYNC, errno, "%s/%s", run->folder, run->log_name);
  run->is_synced_late = false;
  run->synced_mono = epochlog__clock_mono();
  return EPOCHLOG_OK;
}

/* ----------------------------------------------------------------- ending */

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
      .record_count = run->ring.next_seq,
      .series = (const struct epochlog__series *const *)run->dictionary.series,
      .series_count = run->dictionary.names.count,
      .records = &records};
  int error;

  epochlog__buffer_init(&records, FORMAT_RAW_MAX);
  add_footer_records(run, &records);
  error = records.failed ? ENOMEM : epochlog__main_log_finish(&run->log, &footer);
  epochlog__buffer_release(&records);
  /* Too much for a footer: the log is whole without it, and found by scanning. */
  return error == EMSGSIZE ? 0 : error;
}

epochlog_status epochlog__writer_finish(struct epochlog_run *run)
{
  epochlog_status status = EPOCHLOG_OK;
  int error = 0;

  pthread_mutex_lock(&run->io);
  pthread_mutex_lock(&run->hot);
  epochlog__ring_retire(&run->ring);
  pthread_mutex_unlock(&run->hot);
  for (int i = 0; i < FINISH_TRIES; i++) {
    if (i != 0) nanosleep(&(struct timespec){.tv_nsec = FINISH_PAUSE_NS}, NULL);
    error = epochlog__writer_seal(run);
    if (error == 0) error = write_end(run);
    if (error == 0) break;
    status = epochlog__run_fail(run, epochlog__write_status(error), error, "%s/%s", run->folder,
                                run->log_name);
  }
  if (error == 0) {
    if (run->sync != EPOCHLOG_SYNC_NONE && epochlog__datasync(run->log.fd) != 0)
      status = epochlog__run_fail(run, EPOCHLOG_SYNC, errno, "%s/%s", run->folder, run->log_name);
    else
      epochlog__unlink(run->folder_fd, run->live_name);
  } else {
    /* The live file stays: it holds what the main log could not take. */
    epochlog__writer_flush(run, false);
  }
  pthread_mutex_unlock(&run->io);
  return status;
}
