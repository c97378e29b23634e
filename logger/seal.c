/* Sealing: a full segment becomes a block of the main log. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "run.h"
#include "system.h"

#define RETRY_NS INT64_C(100000000)
#define SNAPSHOT_SPARE 32 /* series that may be added meanwhile */

/* Pointers to all series, which stay while others are added.  Allocated without the lock:
 * a handler that interrupted an allocation may be waiting for it. */
static const struct epochlog__series **snapshot(struct epochlog_run *run, uint32_t *count)
{
  const struct epochlog__series **series = NULL;
  uint32_t room = 0;

  for (;;) {
    bool fits;

    epochlog__lock(&run->hot->lock);
    *count = run->dictionary.names.count;
    fits = series != NULL && *count <= room;
    if (fits && *count != 0)
      memcpy(series, run->dictionary.series, *count * sizeof(struct epochlog__series *));
    epochlog__unlock(&run->hot->lock);
    if (fits) return series;
    free(series);
    room = *count + SNAPSHOT_SPARE;
    series = epochlog__allocate(room * sizeof(struct epochlog__series *));
    if (series == NULL) return NULL;
  }
}

/* What is sealed of a segment. */
struct content {
  const uint8_t *image;
  uint8_t *copy; /* NULL: the segment itself */
  uint32_t used;
  uint32_t lost; /* records that are not there any more */
};

/* A mapping may change under the encoder's feet when somebody cuts the file, so a copy is
 * encoded, and looked through if that has happened.  False without memory. */
static bool take_content(const struct epochlog_run *run, const struct epochlog__segment *segment,
                         struct content *content)
{
  *content = (struct content){.image = segment->image, .used = segment->used};
  if (run->ring.memory == NULL && !segment->is_doubtful) return true;
  content->copy = epochlog__allocate(segment->used);
  if (content->copy == NULL) return false;
  memcpy(content->copy, segment->image, segment->used);
  content->image = content->copy;
  if (segment->is_doubtful || epochlog__ring_fault(&run->ring) != 0)
    content->lost = epochlog__ring_mend(segment, content->copy, &content->used);
  return true;
}

static void count_lost(struct epochlog_run *run, const struct epochlog__segment *segment,
                       uint32_t count)
{
  if (count == 0) return;
  epochlog__lock(&run->hot->lock);
  if (run->lost.count == 0) run->lost.from_ns = segment->base_ns;
  run->lost.count += count;
  run->lost.to_ns = epochlog__clock_wall();
  run->lost.sys_errno = EIO;
  epochlog__unlock(&run->hot->lock);
}

/* Writes a full segment as one block, or as several where one would pass the limit
 * of a frame.  What is already in the log from an earlier try is not written again. */
static int seal_content(struct epochlog_run *run, const struct epochlog__segment *segment,
                        const struct content *content)
{
  uint32_t series_count;
  const struct epochlog__series **series = snapshot(run, &series_count);
  struct epochlog__block_input input = {.records = content->image + FORMAT_SEGMENT_HEADER_SIZE,
                                        .size = content->used - FORMAT_SEGMENT_HEADER_SIZE,
                                        .first_seq = segment->first_seq,
                                        .base_us = epochlog__clock_us(segment->base_ns),
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

static int seal_segment(struct epochlog_run *run, const struct epochlog__segment *segment)
{
  struct content content;
  int error = ENOMEM;

  if (take_content(run, segment, &content)) error = seal_content(run, segment, &content);
  free(content.copy);
  if (error == 0) count_lost(run, segment, content.lost);
  return error;
}

/* Durable before the segment may be used again, where its records were promised to be
 * or are already.  False: the segment is to be sealed again, into a new pair. */
static bool sync_sealed(struct epochlog_run *run, const struct epochlog__segment *segment)
{
  int error;

  if (run->sync == EPOCHLOG_SYNC_NONE && segment->first_seq >= run->durable_seq) return true;
  if (run->broken_errno != 0 || epochlog__datasync(run->log.fd) == 0) return true;
  error = errno;
  epochlog__run_fail(run, EPOCHLOG_SYNC, error, "%s/%s", run->folder, run->log_name);
  return !epochlog__renew(run, EPOCHLOG__UNSYNCED, error);
}

/* The oldest full segment's turn is over: it is free, or `error` says why it is not. */
static void end_turn(struct epochlog_run *run, struct epochlog__segment *segment, int error)
{
  epochlog__lock(&run->hot->lock);
  if (error == 0) epochlog__ring_free(&run->ring, segment);
  if (run->ring.full_count == 0) run->hot->after &= ~(uint32_t)EPOCHLOG__THEN_SEAL;
  run->room_errno = error;
  epochlog__unlock(&run->hot->lock);
  run->seal_failed_mono = error == 0 ? 0 : epochlog__clock_mono();
  atomic_fetch_add(&run->freed, 1);
  epochlog__wake(&run->freed, INT_MAX);
}

bool epochlog__writer_may_seal(const struct epochlog_run *run)
{
  return run->seal_failed_mono == 0 || epochlog__clock_mono() - run->seal_failed_mono >= RETRY_NS;
}

int epochlog__writer_seal(struct epochlog_run *run)
{
  for (;;) {
    struct epochlog__segment *segment;
    int error;

    epochlog__lock(&run->hot->lock);
    segment = epochlog__ring_oldest_full(&run->ring);
    epochlog__unlock(&run->hot->lock);
    if (segment == NULL) return 0;
    error = seal_segment(run, segment);
    run->is_written_late = true;
    if (error == 0 && !sync_sealed(run, segment)) continue;
    /* Told before the calls that wait for room lose anything. */
    if (error != 0)
      epochlog__run_fail(run, epochlog__write_status(error), error, "%s/%s", run->folder,
                         run->log_name);
    end_turn(run, segment, error);
    if (error != 0) return error;
  }
}
