/* The pair of files of one writer: opened, sealed, flushed, ended. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "medium.h"
#include "record.h"
#include "run.h"
#include "system.h"

#define FINISH_TRIES 2
#define FINISH_PAUSE_NS 50000000 /* between them */
#define SNAPSHOT_SPARE 32        /* series that may be added meanwhile */

/* ------------------------------------------------------------- the hot page */

bool epochlog__hot_open(struct epochlog_run *run)
{
  const size_t size = (size_t)sysconf(_SC_PAGESIZE);
  void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (page == MAP_FAILED) return false;
  /* Where the system cannot, the fork handler does it. */
  madvise(page, size, MADV_WIPEONFORK);
  run->hot = page;
  run->ring.hot = page;
  return true;
}

void epochlog__hot_release(struct epochlog_run *run)
{
  if (run->hot != NULL) munmap(run->hot, (size_t)sysconf(_SC_PAGESIZE));
  run->hot = NULL;
}

/* All but the lock, as it is before the first record. */
static void reset_hot(struct epochlog_run *run)
{
  struct epochlog__hot *hot = run->hot;

  hot->gate = 0;
  hot->after = (run->sync == EPOCHLOG_SYNC_ALWAYS ? EPOCHLOG__THEN_SYNC : 0) |
               (run->has_no_thread ? EPOCHLOG__THEN_LOOK : 0);
  hot->at = hot->end = NULL;
  hot->next_seq = 0;
  atomic_store(&hot->published, 0);
  hot->counters = run->dictionary.counters;
  hot->counter_count = run->dictionary.names.count;
  hot->has_crc = epochlog__crc32c_has_words();
  atomic_store(&hot->is_ours, 1);
}

/* ------------------------------------------------------------------ opening */

/* Mapped, or written where that is asked for or better; then `live_reason` says why. */
static int open_ring(struct epochlog_run *run, struct epochlog__ring *ring)
{
  char medium[64];
  int error;

  run->live_reason[0] = '\0';
  if (run->live != EPOCHLOG_LIVE_AUTO)
    return epochlog__ring_open(ring, run->folder_fd, run->live_name,
                               run->live == EPOCHLOG_LIVE_MAPPED);
  if (epochlog__medium_is_mappable(run->folder_fd, medium, sizeof medium)) {
    char words[96];

    error = epochlog__ring_open(ring, run->folder_fd, run->live_name, true);
    if (error == 0) return 0;
    snprintf(run->live_reason, sizeof run->live_reason, "written, since on %s: %s", medium,
             strerror_r(error, words, sizeof words));
  } else {
    snprintf(run->live_reason, sizeof run->live_reason,
             "written, since a mapping is not safe on the file system %s", medium);
  }
  return epochlog__ring_open(ring, run->folder_fd, run->live_name, false);
}

static int name_files(struct epochlog_run *run)
{
  if (!epochlog__identity_uuid(run->uuid)) return errno == 0 ? EIO : errno;
  snprintf(run->log_name, sizeof run->log_name, "%05u-%02x%02x%02x%02x.elog", run->rank,
           run->uuid[0], run->uuid[1], run->uuid[2], run->uuid[3]);
  snprintf(run->live_name, sizeof run->live_name, "%.*s.live", (int)strlen(run->log_name) - 5,
           run->log_name);
  return 0;
}

int epochlog__writer_open_pair(struct epochlog_run *run, struct epochlog__pair *pair)
{
  int error = name_files(run);

  pair->concerns = "a random number for";
  if (error != 0) return error;
  pair->concerns = run->log_name;
  if (!epochlog__env_run_body(run, pair->continues, pair->first_seq)) return ENOMEM;
  error = epochlog__main_log_open(&pair->log, run->folder_fd, run->log_name, run->uuid);
  if (error != 0) return error;
  pair->log.last_seq_end = pair->first_seq;
  error = epochlog__main_log_run(&pair->log, run->run_body, run->run_body_size);
  if (error == 0) {
    pair->concerns = run->live_name;
    pair->ring = (struct epochlog__ring){.fd = -1,
                                         .segment_size = run->segment_size,
                                         .segment_count = run->segment_count,
                                         .hot = run->hot};
    memcpy(pair->ring.uuid, run->uuid, FORMAT_UUID_SIZE);
    error = open_ring(run, &pair->ring);
  }
  if (error != 0) epochlog__main_log_drop(&pair->log, run->folder_fd, run->log_name);
  return error;
}

/* The name of a folder is in the folder above it. */
static int sync_folder_of(const char *folder)
{
  char *above = epochlog__copy_string(folder);
  char *slash = above == NULL ? NULL : strrchr(above, '/');
  int fd;
  int error = 0;

  if (slash == NULL) {
    free(above);
    return 0;
  }
  *(slash == above ? slash + 1 : slash) = '\0';
  fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  /* One that may not be read is somebody else's, and durable or not without us. */
  if (fd >= 0 && epochlog__folder_sync(fd) != 0) error = errno;
  if (fd >= 0) close(fd);
  free(above);
  return error;
}

int epochlog__writer_sync_names(struct epochlog_run *run)
{
  if (run->are_names_durable) return 0;
  if (epochlog__folder_sync(run->folder_fd) != 0) return errno;
  if (run->absolute_folder != NULL && sync_folder_of(run->absolute_folder) != 0) return errno;
  run->are_names_durable = true;
  return 0;
}

/* Before the first record.  Where it fails the pair must not be trusted: the sealer
 * makes another. */
static void make_pair_durable(struct epochlog_run *run)
{
  int error = 0;

  if (epochlog__datasync(run->ring.fd) != 0 || epochlog__datasync(run->log.fd) != 0) error = errno;
  if (error == 0) error = epochlog__writer_sync_names(run);
  if (error == 0) return;
  run->broken_errno = error;
  run->looked_mono = 0;
  epochlog__run_fail(run, EPOCHLOG_SYNC, error, "%s/%s", run->folder, run->log_name);
}

epochlog_status epochlog__writer_open(struct epochlog_run *run, epochlog_error *error)
{
  struct epochlog__pair pair = {.continues = NULL};
  const int failure = epochlog__writer_open_pair(run, &pair);

  if (failure != 0) {
    free(run->run_body);
    run->run_body = NULL;
    return epochlog__fail(error, failure == ENOMEM ? EPOCHLOG_NO_MEMORY : EPOCHLOG_OPEN, failure,
                          "%s/%s", run->folder, pair.concerns);
  }
  run->log = pair.log;
  run->ring = pair.ring;
  reset_hot(run);
  epochlog__ring_activate(&run->ring);
  run->synced_mono = run->flushed_mono = run->looked_mono = epochlog__clock_mono();
  if (run->sync != EPOCHLOG_SYNC_NONE) make_pair_durable(run);
  return EPOCHLOG_OK;
}

void epochlog__writer_close(struct epochlog_run *run)
{
  epochlog__main_log_release(&run->log);
  epochlog__ring_release(&run->ring);
  free(run->run_body);
  run->run_body = NULL;
}

/* ---------------------------------------------------------------- sealing */

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
  return !epochlog__renew(run, error);
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

/* --------------------------------------------------------------- flushing */

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
  return epochlog__renew(run, error) && run->broken_errno == 0 ? EPOCHLOG_OK : EPOCHLOG_SYNC;
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
      .record_count = run->hot->next_seq,
      .series = (const struct epochlog__series *const *)run->dictionary.series,
      .counters = run->dictionary.counters,
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
static epochlog_status end_live(struct epochlog_run *run)
{
  int error = run->broken_errno;

  if (run->sync != EPOCHLOG_SYNC_NONE || run->durable_seq != 0) {
    if (error == 0 && epochlog__datasync(run->log.fd) != 0) error = errno;
    if (error != 0)
      return epochlog__run_fail(run, EPOCHLOG_SYNC, error, "%s/%s", run->folder, run->log_name);
  }
  epochlog__unlink(run->folder_fd, run->live_name);
  return EPOCHLOG_OK;
}

epochlog_status epochlog__writer_finish(struct epochlog_run *run)
{
  epochlog_status status = EPOCHLOG_OK;
  int error = 0;

  epochlog__hold(&run->io, EPOCHLOG__HOLDS_IO);
  epochlog__renew_if_lost(run);
  for (int i = 0; i < FINISH_TRIES; i++) {
    if (i != 0) nanosleep(&(struct timespec){.tv_nsec = FINISH_PAUSE_NS}, NULL);
    error = seal_all(run);
    if (error == 0) error = tell_end(run);
    if (error == 0) error = write_end(run);
    if (error == 0) break;
    status = epochlog__run_fail(run, epochlog__write_status(error), error, "%s/%s", run->folder,
                                run->log_name);
  }
  if (error == 0)
    status = end_live(run);
  else
    /* The live file stays: it holds what the main log could not take. */
    epochlog__writer_flush(run, false);
  epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
  return status;
}
