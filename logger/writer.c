/* The pair of files of one writer, and the page of its lock: opened and closed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "codec.h"
#include "medium.h"
#include "record.h"
#include "run.h"
#include "system.h"

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

/* Mapped, or written where that is asked for or better: then `live_reason` says why. */
static int open_ring(struct epochlog_run *run, struct epochlog__ring *ring)
{
  char medium[64];
  int error;

  run->live_reason[0] = '\0';
  if (run->live == EPOCHLOG_LIVE_MAPPED)
    return epochlog__ring_open(ring, run->folder_fd, run->live_name, true);
  if (run->live == EPOCHLOG_LIVE_WRITTEN) {
    snprintf(run->live_reason, sizeof run->live_reason, "written, as was asked for");
  } else if (epochlog__medium_is_mappable(run->folder_fd, medium, sizeof medium)) {
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

static const char live_fact[] = "epochlog.live";

void epochlog__writer_note_live(struct epochlog_run *run)
{
  struct epochlog__buffer record;
  size_t start;

  if (run->live_reason[0] == '\0') {
    epochlog__facts_remove(&run->facts, FORMAT_RECORD_ENVIRONMENT, live_fact, sizeof live_fact - 1);
    return;
  }
  epochlog__buffer_init(&record, EPOCHLOG__RING_RECORD_MAX);
  start = epochlog__record_begin(&record, FORMAT_RECORD_ENVIRONMENT, epochlog__clock_wall());
  epochlog__add_str(&record, live_fact, sizeof live_fact - 1);
  epochlog__add_str(&record, run->live_reason, strlen(run->live_reason));
  epochlog__record_end(&record, start);
  if (!record.failed)
    epochlog__facts_set(&run->facts, FORMAT_RECORD_ENVIRONMENT, live_fact, sizeof live_fact - 1,
                        record.data, record.size);
  epochlog__buffer_release(&record);
}

/* The first record of a new pair, if there is something to say. */
static void tell_live(struct epochlog_run *run)
{
  const struct epochlog__fact *fact;

  epochlog__writer_note_live(run);
  fact =
      epochlog__facts_find(&run->facts, FORMAT_RECORD_ENVIRONMENT, live_fact, sizeof live_fact - 1);
  if (fact != NULL) epochlog__append_record(run, fact->record, (uint32_t)fact->size);
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
  tell_live(run);
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
