/* What a logging call does: room in the ring, bytes, published. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "codec.h"
#include "record.h"
#include "run.h"

#define SCALAR_SIZE 32u
#define ROW_HEAD 24u

/* A disk that was full a moment ago is not asked again by every call. */
#define RETRY_AFTER_NS 100000000

epochlog_status epochlog__enter(struct epochlog_run *run)
{
  pthread_mutex_lock(&run->hot);
  if (run->is_orphan && !run->is_dead) epochlog__fork_adopt(run);
  if (!run->is_ended && !run->is_dead) return EPOCHLOG_OK;
  pthread_mutex_unlock(&run->hot);
  return run->is_dead ? EPOCHLOG_OPEN : EPOCHLOG_CLOSED;
}

void epochlog__leave(struct epochlog_run *run)
{
  const bool has_full = run->ring.full_count != 0 && run->room_errno == 0;

  if (run->is_asleep) {
    run->is_asleep = false;
    pthread_cond_signal(&run->wake);
  }
  pthread_mutex_unlock(&run->hot);
  /* Whoever holds io seals all there is, or the flusher will. */
  if (has_full && pthread_mutex_trylock(&run->io) == 0) {
    epochlog__writer_seal(run);
    pthread_mutex_unlock(&run->io);
  }
}

/* ------------------------------------------------------------------- room */

/* Makes another segment active.  When none is free, waits for whoever seals, or
 * seals; hot is let go meanwhile.  False: the disk does not take them. */
static bool next_segment(struct epochlog_run *run)
{
  bool may_try = true;

  epochlog__ring_retire(&run->ring);
  if (epochlog__ring_activate(&run->ring)) return true;
  pthread_mutex_unlock(&run->hot);
  pthread_mutex_lock(&run->io);
  if (run->seal_failed_mono != 0)
    may_try = epochlog__clock_mono() - run->seal_failed_mono > RETRY_AFTER_NS;
  if (may_try) epochlog__writer_seal(run);
  pthread_mutex_unlock(&run->io);
  pthread_mutex_lock(&run->hot);
  /* Another thread may have made one active already. */
  return run->ring.active != NULL || epochlog__ring_activate(&run->ring);
}

static void lose(struct epochlog_run *run, int64_t time_ns)
{
  if (run->lost.count++ == 0) run->lost.from_ns = time_ns;
  run->lost.to_ns = time_ns;
  run->lost.sys_errno = run->room_errno;
}

static void publish_record(struct epochlog_run *run, const void *record, size_t size)
{
  const uint32_t live_size = (uint32_t)size + FORMAT_ALIGN;
  uint8_t *p = epochlog__ring_reserve(&run->ring, live_size);

  memcpy(p + FORMAT_ALIGN, record, size);
  epochlog__ring_publish(&run->ring, FORMAT_LIVE_RECORD, live_size);
}

/* Says what was lost, once there is room again. */
static void tell_loss(struct epochlog_run *run)
{
  static const char what[] = "calls while the log could not be written";
  struct epochlog__buffer record;
  char number[sizeof run->loss_count];
  size_t start;

  epochlog__buffer_init(&record, EPOCHLOG__RING_RECORD_MAX);
  start = epochlog__record_begin(&record, FORMAT_RECORD_LOSS, epochlog__clock_wall());
  epochlog__add_u64(&record, run->lost.count);
  epochlog__add_i64(&record, run->lost.from_ns);
  epochlog__add_i64(&record, run->lost.to_ns);
  epochlog__add_u32(&record, (uint32_t)run->lost.sys_errno);
  epochlog__add_str(&record, what, sizeof what - 1);
  epochlog__record_end(&record, start);
  if (!record.failed &&
      epochlog__ring_reserve(&run->ring, (uint32_t)record.size + FORMAT_ALIGN) != NULL) {
    publish_record(run, record.data, record.size);
    run->loss_count++;
    memcpy(number, &run->loss_count, sizeof number);
    epochlog__facts_set(&run->facts, FORMAT_RECORD_LOSS, number, sizeof number, record.data,
                        record.size);
    run->lost = (struct epochlog__lost){0};
  }
  epochlog__buffer_release(&record);
}

/* Room for `size` bytes in the active segment, whichever that is then.  False: the
 * call is lost, and counted. */
static bool make_room(struct epochlog_run *run, uint32_t size, int64_t time_ns)
{
  if (epochlog__ring_reserve(&run->ring, size) == NULL && !next_segment(run)) {
    lose(run, time_ns);
    return false;
  }
  if (run->lost.count != 0) tell_loss(run);
  if (epochlog__ring_reserve(&run->ring, size) != NULL) return true;
  /* Others filled the segment while hot was let go. */
  if (next_segment(run) && epochlog__ring_reserve(&run->ring, size) != NULL) return true;
  lose(run, time_ns);
  return false;
}

/* Room for a record with a dt_us; NULL: lost. */
static uint8_t *reserve_timed(struct epochlog_run *run, uint32_t size, int64_t time_ns,
                              int32_t *dt_us)
{
  uint8_t *p = epochlog__ring_reserve(&run->ring, size);

  /* Nearly always. */
  if (p != NULL && run->lost.count == 0 && epochlog__ring_time(&run->ring, time_ns, size, dt_us))
    return epochlog__ring_reserve(&run->ring, size);
  if (!make_room(run, size, time_ns)) return NULL;
  if (!epochlog__ring_time(&run->ring, time_ns, size, dt_us)) {
    /* The base had to be moved and there was no room for that too: a new segment. */
    if (!next_segment(run) || !epochlog__ring_time(&run->ring, time_ns, size, dt_us)) {
      lose(run, time_ns);
      return NULL;
    }
  }
  return epochlog__ring_reserve(&run->ring, size);
}

/* ------------------------------------------------------------------ points */

void epochlog__append_scalar(struct epochlog_run *run, const struct epochlog__series *series,
                             int64_t time_ns, int64_t step, uint64_t bits)
{
  int32_t dt_us;
  uint8_t *p = reserve_timed(run, SCALAR_SIZE, time_ns, &dt_us);

  if (p == NULL) return;
  epochlog__put_u64(p + 8, series->id | (uint64_t)(uint32_t)dt_us << 32);
  epochlog__put_u64(p + 16, (uint64_t)step);
  epochlog__put_u64(p + 24, bits);
  epochlog__ring_publish(&run->ring, FORMAT_LIVE_SCALAR, SCALAR_SIZE);
}

void epochlog__append_row(struct epochlog_run *run, int64_t time_ns, int64_t step,
                          const epochlog_metric *metrics, const uint64_t *bits, uint32_t count)
{
  const uint32_t ids_size = (uint32_t)epochlog__padded((uint64_t)count * 4);
  const uint32_t size = ROW_HEAD + ids_size + count * 8;
  int32_t dt_us;
  uint8_t *p = reserve_timed(run, size, time_ns, &dt_us);

  if (p == NULL) return;
  epochlog__put_u64(p + 8, (uint64_t)step);
  epochlog__put_u64(p + 16, (uint32_t)dt_us | (uint64_t)count << 32);
  for (uint32_t i = 0; i < count; i++) epochlog__put_u32(p + ROW_HEAD + (size_t)i * 4, metrics[i]);
  if (count % 2 != 0) epochlog__put_u32(p + ROW_HEAD + (size_t)count * 4, 0);
  p += ROW_HEAD + ids_size;
  for (uint32_t i = 0; i < count; i++) epochlog__put_u64(p + (size_t)i * 8, bits[i]);
  epochlog__ring_publish(&run->ring, FORMAT_LIVE_ROW, size);
}

/* ----------------------------------------------------------------- records */

epochlog_status epochlog__append_record(struct epochlog_run *run, const void *record, size_t size)
{
  if (!make_room(run, (uint32_t)size + FORMAT_ALIGN, epochlog__clock_wall())) return EPOCHLOG_WRITE;
  publish_record(run, record, size);
  return EPOCHLOG_OK;
}

bool epochlog__announce(struct epochlog_run *run, struct epochlog__series *series)
{
  struct epochlog__buffer record;
  size_t start;

  if (series->announced) return true;
  epochlog__buffer_init(&record, EPOCHLOG__RING_RECORD_MAX);
  start = epochlog__record_begin(&record, FORMAT_RECORD_SERIES, epochlog__clock_wall());
  epochlog__add_bytes(&record, series->body, series->body_size);
  epochlog__record_end(&record, start);
  if (record.failed)
    epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "a metric could not be announced");
  else
    series->announced = epochlog__append_record(run, record.data, record.size) == EPOCHLOG_OK;
  epochlog__buffer_release(&record);
  return series->announced;
}

/* A frame of its own.  Compressed before any lock is taken, so that other threads
 * go on. */
static epochlog_status put_large(struct epochlog_run *run, const void *record, size_t size,
                                 bool is_dense)
{
  struct epochlog__buffer payload;
  struct epochlog__buffer deflated;
  uint64_t after_seq;
  int error;
  const epochlog_status entered = epochlog__enter(run);

  if (entered != EPOCHLOG_OK) return entered;
  after_seq = run->ring.next_seq;
  epochlog__leave(run);
  epochlog__buffer_init(&payload, FORMAT_RAW_MAX);
  epochlog__buffer_init(&deflated, FORMAT_RAW_MAX);
  epochlog__add_u64(&payload, after_seq);
  epochlog__add_bytes(&payload, record, size);
  if (payload.failed) {
    error = size > FORMAT_RAW_MAX - 8 ? EMSGSIZE : ENOMEM;
  } else {
    const bool shorter = !is_dense && epochlog__deflate(&deflated, payload.data, payload.size);

    pthread_mutex_lock(&run->io);
    error = shorter ? epochlog__main_log_records(&run->log, deflated.data, deflated.size,
                                                 (uint32_t)payload.size)
                    : epochlog__main_log_records(&run->log, payload.data, payload.size, 0);
    run->is_synced_late = true;
    if (error == 0 && run->sync == EPOCHLOG_SYNC_ALWAYS) epochlog__writer_flush(run, true);
    pthread_mutex_unlock(&run->io);
  }
  epochlog__buffer_release(&payload);
  epochlog__buffer_release(&deflated);
  if (error == 0) return EPOCHLOG_OK;
  return epochlog__run_fail(run, epochlog__write_status(error), error, "%s/%s", run->folder,
                            run->log_name);
}

epochlog_status epochlog__put_record(struct epochlog_run *run, const void *record, size_t size,
                                     bool is_dense)
{
  epochlog_status status;

  if (size > EPOCHLOG__RING_RECORD_MAX) return put_large(run, record, size, is_dense);
  status = epochlog__enter(run);
  if (status != EPOCHLOG_OK) return status;
  status = epochlog__append_record(run, record, size);
  epochlog__leave(run);
  return status;
}
