/* Going on in a new pair of files.
 *
 * After an fsync has failed the system may call lost pages clean: a second fsync of
 * the same file would succeed and mean nothing.  So the writer makes a new pair, with
 * a uuid of its own, and puts there all that the ring still holds, which is all that
 * was not durable; the numbering of records goes on, so that a reader counts what both
 * have once (FORMAT.md 9).  It does the same when somebody deleted or cut one of the
 * files, and when the mapping broke.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "codec.h"
#include "record.h"
#include "run.h"
#include "system.h"

#define AGAIN_NS INT64_C(10000000000) /* after a try that failed */

/* What the present pair is called and says of itself. */
struct identity {
  uint8_t uuid[FORMAT_UUID_SIZE];
  char log_name[EPOCHLOG__FILE_NAME_SIZE];
  char live_name[EPOCHLOG__FILE_NAME_SIZE];
  char live_reason[sizeof((struct epochlog_run *)NULL)->live_reason];
  uint8_t *run_body;
  size_t run_body_size;
};

static struct identity take_identity(struct epochlog_run *run)
{
  struct identity identity = {.run_body = run->run_body, .run_body_size = run->run_body_size};

  memcpy(identity.uuid, run->uuid, sizeof identity.uuid);
  memcpy(identity.log_name, run->log_name, sizeof identity.log_name);
  memcpy(identity.live_name, run->live_name, sizeof identity.live_name);
  memcpy(identity.live_reason, run->live_reason, sizeof identity.live_reason);
  run->run_body = NULL;
  return identity;
}

static void give_identity_back(struct epochlog_run *run, const struct identity *identity)
{
  free(run->run_body);
  run->run_body = identity->run_body;
  run->run_body_size = identity->run_body_size;
  memcpy(run->uuid, identity->uuid, sizeof identity->uuid);
  memcpy(run->log_name, identity->log_name, sizeof identity->log_name);
  memcpy(run->live_name, identity->live_name, sizeof identity->live_name);
  memcpy(run->live_reason, identity->live_reason, sizeof identity->live_reason);
}

/* The run's folder, made again if it was deleted; 0 or an errno. */
static int find_folder(struct epochlog_run *run)
{
  struct stat info;
  int fd;
  int error;

  if (fstat(run->folder_fd, &info) == 0 && info.st_nlink != 0) return 0;
  if (run->absolute_folder == NULL) return ENOENT;
  error = epochlog__make_folders(run->absolute_folder);
  if (error != 0) return error;
  fd = open(run->absolute_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  /* Under the number that others use. */
  error = dup3(fd, run->folder_fd, O_CLOEXEC) < 0 ? errno : 0;
  close(fd);
  return error;
}

/* Series that have points and what is currently so, since the old log may be gone. */
static int carry_over(struct epochlog_run *run, struct epochlog__pair *pair)
{
  struct epochlog__buffer payload;
  struct epochlog__buffer deflated;
  int error = ENOMEM;

  epochlog__buffer_init(&payload, FORMAT_RAW_MAX);
  epochlog__buffer_init(&deflated, FORMAT_RAW_MAX);
  epochlog__add_u64(&payload, pair->first_seq);
  epochlog__lock(&run->hot->lock);
  for (uint32_t i = 0; i < run->dictionary.names.count; i++) {
    const struct epochlog__series *series = run->dictionary.series[i];
    size_t start;

    if (!run->dictionary.counters[i].is_announced) continue;
    start = epochlog__record_begin(&payload, FORMAT_RECORD_SERIES, epochlog__clock_wall());
    epochlog__add_bytes(&payload, series->body, series->body_size);
    epochlog__record_end(&payload, start);
  }
  epochlog__writer_note_live(run);
  epochlog__facts_carry(&run->facts, &payload);
  epochlog__unlock(&run->hot->lock);
  if (!payload.failed)
    error = epochlog__deflate(&deflated, payload.data, payload.size)
                ? epochlog__main_log_records(&pair->log, deflated.data, deflated.size,
                                             (uint32_t)payload.size)
                : epochlog__main_log_records(&pair->log, payload.data, payload.size, 0);
  epochlog__buffer_release(&payload);
  epochlog__buffer_release(&deflated);
  return error;
}

/* hot held.  Puts the new pair in the place of the old one, which `pair` has then. */
static void swap(struct epochlog_run *run, struct epochlog__pair *pair)
{
  const struct epochlog__main_log log = run->log;
  const struct epochlog__ring ring = run->ring;
  const bool has_gaps = ring.memory != NULL && epochlog__ring_fault(&ring) != 0;

  epochlog__ring_take_over(&pair->ring, &run->ring);
  run->log = pair->log;
  run->ring = pair->ring;
  if (run->ring.active != NULL)
    run->ring.active = &run->ring.segments[pair->ring.active - pair->ring.segments];
  /* A reader of the live file finds nothing behind a gap. */
  if (has_gaps) {
    epochlog__ring_retire(&run->ring);
    epochlog__ring_activate(&run->ring);
  }
  pair->log = log;
  pair->ring = ring;
  run->is_view_good = false;
  run->pair_first_seq = pair->first_seq;
}

/* hot held, before the pairs are swapped.  Counts the calls whose records are in the old
 * log only, and not certain there; told as soon as there is room.  A live file that has gone takes nothing along:
 * the ring has its records, and mending counts those that a cut made unreadable. */
static void count_uncertain(struct epochlog_run *run, uint64_t first_seq, enum epochlog__left left,
                            int why)
{
  struct epochlog__lost *possible = &run->possible;

  epochlog__facts_part(&run->facts, FORMAT_RECORD_LOSS);
  if (left == EPOCHLOG__UNMAPPED) return;
  possible->to_ns = epochlog__clock_wall();
  if (!run->has_possible)
    possible->from_ns = possible->to_ns - (epochlog__clock_mono() - run->synced_mono);
  possible->sys_errno = why;
  possible->count += run->large_late;
  if (left == EPOCHLOG__DELETED)
    possible->count += first_seq - run->pair_first_seq;
  else if (first_seq > run->durable_seq)
    possible->count += first_seq - run->durable_seq;
  run->has_possible = true;
  run->is_deleted |= left == EPOCHLOG__DELETED;
}

/* The new pair is in use; what it holds is made durable before the old live file goes. */
static void settle(struct epochlog_run *run, const struct identity *old)
{
  run->broken_errno = 0;
  epochlog__writer_flush(run, false);
  run->are_names_durable = false;
  run->broken_errno = epochlog__writer_sync_pair(run);
  if (run->broken_errno == 0) epochlog__unlink(run->folder_fd, old->live_name);
}

/* A log that only lost its live file can still be made durable. */
static bool is_old_log_certain(struct epochlog_run *run)
{
  return run->sync == EPOCHLOG_SYNC_NONE || epochlog__datasync(run->log.fd) == 0;
}

bool epochlog__renew(struct epochlog_run *run, enum epochlog__left left, int why)
{
  struct identity old;
  struct epochlog__pair pair;
  int error = find_folder(run);

  run->renew_mono = epochlog__clock_mono();
  run->broken_errno = why;
  if (error != 0) return false;
  epochlog__lock(&run->hot->lock);
  pair = (struct epochlog__pair){.first_seq = epochlog__ring_first_seq(&run->ring)};
  old = take_identity(run);
  epochlog__unlock(&run->hot->lock);
  pair.continues = old.uuid;
  error = epochlog__writer_open_pair(run, &pair);
  if (error == 0) {
    error = carry_over(run, &pair);
    /* What it continues first: a live file whose log does not tell would count twice. */
    if (error == 0 && epochlog__datasync(pair.log.fd) != 0) error = errno;
    if (error != 0) {
      epochlog__ring_release(&pair.ring);
      epochlog__unlink(run->folder_fd, run->live_name);
      epochlog__main_log_drop(&pair.log, run->folder_fd, run->log_name);
    }
  }
  if (left == EPOCHLOG__UNMAPPED && !is_old_log_certain(run)) left = EPOCHLOG__UNSYNCED;
  epochlog__lock(&run->hot->lock);
  if (error == 0) {
    count_uncertain(run, pair.first_seq, left, why);
    swap(run, &pair);
    epochlog__tell_loss(run);
  } else {
    give_identity_back(run, &old);
    epochlog__writer_note_live(run);
  }
  epochlog__unlock(&run->hot->lock);
  if (error != 0) return false;
  epochlog__main_log_release(&pair.log);
  epochlog__ring_release(&pair.ring);
  free(old.run_body);
  settle(run, &old);
  return true;
}

/* Why the pair cannot be used on, 0: it can. */
static int fault_of(const struct epochlog_run *run, enum epochlog__left *left)
{
  struct stat log;
  int error;

  *left = EPOCHLOG__DELETED;
  if (fstat(run->log.fd, &log) == 0 &&
      (log.st_nlink == 0 || (uint64_t)log.st_size < run->log.offset))
    return ENOENT;
  *left = EPOCHLOG__UNMAPPED;
  error = epochlog__ring_fault(&run->ring);
  if (error != 0) return error;
  *left = EPOCHLOG__UNSYNCED;
  return run->broken_errno;
}

void epochlog__renew_if_lost(struct epochlog_run *run)
{
  const int64_t now_mono = epochlog__clock_mono();
  enum epochlog__left left;
  const int why = fault_of(run, &left);

  if (why == 0) return;
  epochlog__run_fail(run, EPOCHLOG_WRITE, why, "%s/%s", run->folder,
                     left == EPOCHLOG__UNMAPPED ? run->live_name : run->log_name);
  if (run->renew_mono == 0 || run->broken_errno == 0 || now_mono - run->renew_mono >= AGAIN_NS)
    epochlog__renew(run, left, why);
}
