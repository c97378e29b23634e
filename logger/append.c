/* What a logging call does: room in the ring, bytes, published. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "codec.h"
#include "record.h"
#include "run.h"

/* So long a call waits, once, for a sealer that waits for a disk, and for one that waits
 * for something else, which may be what this thread holds below a signal handler (the
 * allocator's lock).  Then calls are lost, and counted, until it goes on. */
#define STALL_NS INT64_C(10000000000)
#define KNOT_NS INT64_C(1000000000)
#define STALL_LOOK_MS 50

epochlog_status epochlog__enter_slowly(struct epochlog_run *run)
{
  struct epochlog__hot *hot = run->hot;
  epochlog_status status;

  if (atomic_load_explicit(&hot->is_ours, memory_order_relaxed) == 0) epochlog__fork_adopt(run);
  if (hot->gate == 0) return EPOCHLOG_OK;
  status = (hot->gate & EPOCHLOG__DEAD) != 0 ? EPOCHLOG_OPEN : EPOCHLOG_CLOSED;
  epochlog__unlock(&hot->lock);
  return status;
}

/* Without a thread.  Whoever holds io does it already. */
static void seal_here(struct epochlog_run *run)
{
  if (!epochlog__hold_at_once(&run->io, EPOCHLOG__HOLDS_IO)) return;
  if (epochlog__writer_may_seal(run)) epochlog__writer_seal(run);
  epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
}

static void sync_here(struct epochlog_run *run)
{
  if (epochlog__hold_soon(&run->io, EPOCHLOG__HOLDS_IO)) {
    epochlog__writer_flush(run, true);
    epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
  } else {
    epochlog__run_fail(run, EPOCHLOG_SYNC, ETIMEDOUT, "%s/%s", run->folder, run->log_name);
  }
}

void epochlog__leave_slowly(struct epochlog_run *run, uint32_t after)
{
  if ((after & EPOCHLOG__THEN_WAKE) != 0) epochlog__sealer_call(run);
  /* Below a signal handler that interrupted a write: the write will see to the rest. */
  if ((epochlog__held & EPOCHLOG__HOLDS_IO) != 0) return;
  if ((after & EPOCHLOG__THEN_SEAL) != 0) seal_here(run);
  if ((after & EPOCHLOG__THEN_LOOK) != 0) epochlog__sealer_stand_in(run);
  if ((after & EPOCHLOG__THEN_SYNC) != 0) sync_here(run);
}

/* ------------------------------------------------------------------- room */

/* A sealer that only waits for a processor will come to it. */
static bool is_too_long(const struct epochlog_run *run, int64_t waited_ns)
{
  char state;

  if (waited_ns <= KNOT_NS) return false;
  state = epochlog__sealer_state(run);
  return state == 'D' ? waited_ns > STALL_NS : state != 'R';
}

/* hot not held.  Until a segment is free, or it is known that none will be. */
static void wait_for_sealer(struct epochlog_run *run)
{
  unsigned before = atomic_load(&run->freed);
  int64_t start = epochlog__clock_mono();

  for (;;) {
    const unsigned seen = atomic_load(&run->freed);
    bool is_long;
    bool is_over;

    /* It goes on, and others were quicker to take what it freed. */
    if (seen != before) start = epochlog__clock_mono();
    before = seen;
    is_long = is_too_long(run, epochlog__clock_mono() - start);

    if (is_long)
      epochlog__run_fail(run, EPOCHLOG_WRITE, ETIMEDOUT, "%s/%s", run->folder, run->log_name);
    epochlog__lock(&run->hot->lock);
    if (is_long && run->room_errno == 0) run->room_errno = ETIMEDOUT;
    is_over = epochlog__ring_has_free(&run->ring) || run->room_errno != 0;
    epochlog__unlock(&run->hot->lock);
    if (is_over) return;
    epochlog__sealer_call(run);
    epochlog__sleep(&run->freed, seen, STALL_LOOK_MS);
  }
}

/* hot not held.  The disk may have room again. */
static void seal_for_room(struct epochlog_run *run)
{
  if (!epochlog__hold_soon(&run->io, EPOCHLOG__HOLDS_IO)) return;
  if (epochlog__writer_may_seal(run)) epochlog__writer_seal(run);
  epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
}

/* Makes another segment active.  When none is free, waits for the sealer, or seals; hot
 * is let go meanwhile.  False: none will be free soon. */
static bool next_segment(struct epochlog_run *run)
{
  struct epochlog__ring *ring = &run->ring;

  epochlog__ring_retire(ring);
  /* What was freed meanwhile others may have filled already. */
  while (!epochlog__ring_activate(ring)) {
    /* A handler that interrupted a write must not wait for that write. */
    if ((epochlog__held & EPOCHLOG__HOLDS_IO) != 0) return false;
    if (run->has_sealer && run->room_errno != 0) return false;
    epochlog__unlock(&run->hot->lock);
    if (run->has_sealer)
      wait_for_sealer(run);
    else
      seal_for_room(run);
    epochlog__lock(&run->hot->lock);
    if (run->room_errno != 0 && !epochlog__ring_activate(ring)) return false;
  }
  if (run->has_no_thread)
    run->hot->after |= EPOCHLOG__THEN_SEAL;
  else if (!epochlog__ring_has_free(ring) || run->lost.count != 0)
    run->hot->after |= EPOCHLOG__THEN_WAKE;
  return true;
}

static void lose(struct epochlog_run *run, int64_t time_us)
{
  if (run->lost.count++ == 0) run->lost.from_ns = time_us * 1000;
  run->lost.to_ns = time_us * 1000;
  run->lost.sys_errno = run->room_errno;
}

/* Room for `size` bytes in the active segment, whichever that is then.  False: the
 * call is lost, and counted. */
static bool make_room(struct epochlog_run *run, uint32_t size, int64_t time_us)
{
  while (!epochlog__has_room(run->hot, size))
    if (!next_segment(run)) {
      lose(run, time_us);
      return false;
    }
  return true;
}

static void publish_record(struct epochlog_run *run, const void *record, size_t size)
{
  memcpy(run->hot->at + FORMAT_ALIGN, record, size);
  epochlog__publish(run->hot, FORMAT_LIVE_RECORD, (uint32_t)size + FORMAT_ALIGN);
}

bool epochlog__append_loss(struct epochlog_run *run, const struct epochlog__lost *lost,
                           const char *what)
{
  struct epochlog__buffer record;
  char number[sizeof run->loss_count];
  size_t start;
  bool is_told;

  epochlog__buffer_init(&record, EPOCHLOG__RING_RECORD_MAX);
  start = epochlog__record_begin(&record, FORMAT_RECORD_LOSS, epochlog__clock_wall());
  epochlog__add_u64(&record, lost->count);
  epochlog__add_i64(&record, lost->from_ns);
  epochlog__add_i64(&record, lost->to_ns);
  epochlog__add_u32(&record, (uint32_t)lost->sys_errno);
  epochlog__add_str(&record, what, strlen(what));
  epochlog__record_end(&record, start);
  is_told = !record.failed && epochlog__has_room(run->hot, record.size + FORMAT_ALIGN);
  if (is_told) {
    publish_record(run, record.data, record.size);
    run->loss_count++;
    memcpy(number, &run->loss_count, sizeof number);
    epochlog__facts_set(&run->facts, FORMAT_RECORD_LOSS, number, sizeof number, record.data,
                        record.size);
  }
  epochlog__buffer_release(&record);
  return is_told;
}

void epochlog__tell_loss(struct epochlog_run *run)
{
  struct epochlog__lost nested = {.count = atomic_exchange(&run->nested_count, 0)};

  if (run->has_possible &&
      epochlog__append_loss(run, &run->possible,
                            run->is_deleted
                                ? "records of a log that was deleted or cut while it was written"
                                : "records that may be missing after a power failure: the log "
                                  "could not be made durable")) {
    run->has_possible = run->is_deleted = false;
    run->possible = (struct epochlog__lost){0};
  }
  if (run->lost.count != 0 &&
      epochlog__append_loss(run, &run->lost, "calls while the log could not be written"))
    run->lost = (struct epochlog__lost){0};
  if (nested.count == 0) return;
  nested.from_ns = nested.to_ns = epochlog__clock_wall();
  if (!epochlog__append_loss(run, &nested,
                             "calls in a signal handler that interrupted another call"))
    atomic_fetch_add(&run->nested_count, nested.count);
}

bool epochlog__make_timed_room(struct epochlog_run *run, uint32_t size, int64_t time_us,
                               int32_t *dt_us)
{
  if (epochlog__ring_time(&run->ring, time_us, size, dt_us)) return true;
  return make_room(run, EPOCHLOG__TIME_SIZE + size, time_us) &&
         epochlog__ring_time(&run->ring, time_us, size, dt_us);
}

/* ------------------------------------------------------------------ points */

void epochlog__append_scalar(struct epochlog_run *run, uint32_t id, int64_t time_us, int64_t step,
                             uint64_t bits)
{
  int32_t dt_us;

  if (epochlog__make_timed_room(run, EPOCHLOG__SCALAR_SIZE, time_us, &dt_us))
    epochlog__publish_scalar(run->hot, id, dt_us, step, bits);
}

/* ----------------------------------------------------------------- records */

bool epochlog__append_record(struct epochlog_run *run, const void *record, uint32_t size)
{
  if (!make_room(run, size + FORMAT_ALIGN, epochlog__clock_wall_us())) return false;
  publish_record(run, record, size);
  return true;
}

/* A frame of its own.  Compressed before any lock is taken, so that other threads
 * go on. */
static epochlog_status put_large(struct epochlog_run *run, const void *record, size_t size,
                                 bool is_dense)
{
  struct epochlog__buffer payload;
  struct epochlog__buffer deflated;
  uint64_t after_seq;
  int error = EBUSY;
  const epochlog_status entered = epochlog__enter(run);

  if (entered != EPOCHLOG_OK) return entered;
  after_seq = run->hot->next_seq;
  epochlog__leave(run);
  epochlog__buffer_init(&payload, FORMAT_RAW_MAX);
  epochlog__buffer_init(&deflated, FORMAT_RAW_MAX);
  epochlog__add_u64(&payload, after_seq);
  epochlog__add_bytes(&payload, record, size);
  if (payload.failed) {
    error = size > FORMAT_RAW_MAX - 8 ? EMSGSIZE : ENOMEM;
  } else {
    const bool shorter = !is_dense && epochlog__deflate(&deflated, payload.data, payload.size);

    if (epochlog__hold(&run->io, EPOCHLOG__HOLDS_IO)) {
      error = shorter ? epochlog__main_log_records(&run->log, deflated.data, deflated.size,
                                                   (uint32_t)payload.size)
                      : epochlog__main_log_records(&run->log, payload.data, payload.size, 0);
      run->is_written_late = true;
      run->large_late += error == 0;
      if (error == 0 && run->sync == EPOCHLOG_SYNC_ALWAYS) epochlog__writer_flush(run, true);
      epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
    }
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

  if (size > run->record_max) return put_large(run, record, size, is_dense);
  status = epochlog__enter(run);
  if (status != EPOCHLOG_OK) return status;
  if (!epochlog__append_record(run, record, (uint32_t)size)) status = EPOCHLOG_WRITE;
  epochlog__leave(run);
  return status;
}

/* Where segments are smaller than a SERIES record. */
static bool announce_large(struct epochlog_run *run, const struct epochlog__series *series)
{
  struct epochlog__buffer record;
  size_t start;
  bool is_told = false;

  epochlog__unlock(&run->hot->lock);
  epochlog__buffer_init(&record, EPOCHLOG__RING_RECORD_MAX);
  start = epochlog__record_begin(&record, FORMAT_RECORD_SERIES, epochlog__clock_wall());
  epochlog__add_bytes(&record, series->body, series->body_size);
  epochlog__record_end(&record, start);
  if (record.failed)
    epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "a metric could not be announced");
  else
    is_told = put_large(run, record.data, record.size, false) == EPOCHLOG_OK;
  epochlog__buffer_release(&record);
  epochlog__lock(&run->hot->lock);
  return is_told;
}

/* Straight into the ring: the first point of a metric allocates nothing either. */
static bool announce_live(struct epochlog_run *run, const struct epochlog__series *series,
                          uint32_t size)
{
  uint8_t *p;

  if (!make_room(run, size + FORMAT_ALIGN, epochlog__clock_wall_us())) return false;
  p = run->hot->at + FORMAT_ALIGN;
  memset(p, 0, size);
  epochlog__put_u32(p, series->body_size);
  epochlog__put_u16(p + 4, FORMAT_RECORD_SERIES);
  epochlog__put_u64(p + 8, (uint64_t)epochlog__clock_wall());
  memcpy(p + FORMAT_RECORD_HEADER_SIZE, series->body, series->body_size);
  epochlog__publish(run->hot, FORMAT_LIVE_RECORD, size + FORMAT_ALIGN);
  return true;
}

bool epochlog__announce(struct epochlog_run *run, uint32_t id)
{
  const struct epochlog__series *series = run->dictionary.series[id - 1];
  const uint64_t size = epochlog__padded(FORMAT_RECORD_HEADER_SIZE + (uint64_t)series->body_size);
  bool is_told;

  if (run->dictionary.counters[id - 1].is_announced) return true;
  is_told = size > run->record_max ? announce_large(run, series)
                                   : announce_live(run, series, (uint32_t)size);
  /* The counters may have moved while hot was let go. */
  if (is_told) run->dictionary.counters[id - 1].is_announced = true;
  return is_told;
}
