/* A run being logged: its place, and this process's writer in it.
 *
 * Two locks, taken in this order, and a third that is a leaf:
 *
 *     io     the main log, the live file, sealing.  Held across system calls.
 *     hot    the ring's bookkeeping, series, facts.  Held for nanoseconds; every
 *            logging call takes it, none waits for a disk under it.
 *     words  the first failure.
 *
 * A logging call takes `hot` (enter), reserves room in the ring, fills it, and
 * leaves.  When its segment is full it makes the next one active and, having left,
 * seals the full one itself if nobody else is at it.
 *
 *     writer.c    opens, seals, flushes, ends the pair of files
 *     append.c    what a logging call does under `hot`; large records
 *     flusher.c   the thread that flushes, syncs and retries
 *     fork.c      what becomes of runs in a forked child
 */
#ifndef EPOCHLOG_RUN_H
#define EPOCHLOG_RUN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "epochlog.h"
#include "facts.h"
#include "main_log.h"
#include "ring.h"
#include "series.h"

/* "00000-5e0b1234.elog" */
#define EPOCHLOG__FILE_NAME_SIZE 64

/* Records longer than this go to the main log directly: the ring is for what comes
 * often. */
#define EPOCHLOG__RING_RECORD_MAX 32768u

/* Calls that found no room while the disk was full. */
struct epochlog__lost {
  uint64_t count;
  int64_t from_ns;
  int64_t to_ns;
  int sys_errno;
};

struct epochlog_run {
  /* Set at the start, then only read. */
  char *root;
  char *run_id;
  char *folder;
  int folder_fd;
  char *name;
  char *experiment;
  char *parent_id;
  char *description;
  char **environment_names; /* NULL-terminated, or NULL */
  uint32_t rank;
  uint32_t world_size;
  bool capture_environment;
  epochlog_sync_policy sync;
  unsigned sync_interval_ms;
  unsigned flush_interval_ms;
  uint32_t segment_size;
  uint32_t segment_count;

  pthread_mutex_t io;
  pthread_mutex_t hot;
  pthread_mutex_t words;

  /* Under io. */
  struct epochlog__main_log log;
  bool is_synced_late; /* something was written since the last sync */
  int64_t synced_mono;
  int64_t seal_failed_mono; /* 0: the last seal went well */

  /* Under hot. */
  struct epochlog__ring ring;
  struct epochlog__dictionary dictionary;
  struct epochlog__facts facts;
  struct epochlog__lost lost;
  int room_errno; /* why segments are not sealed */
  bool is_ended;
  bool is_orphan; /* this is a forked child and the files are the parent's */
  bool is_dead;   /* a child's own files could not be made */
  uint32_t child_count;
  uint32_t loss_count;

  /* Names of this writer's files; io and hot to change. */
  uint8_t uuid[FORMAT_UUID_SIZE];
  char log_name[EPOCHLOG__FILE_NAME_SIZE];
  char live_name[EPOCHLOG__FILE_NAME_SIZE];
  uint8_t *run_body; /* body of the RUN record */
  size_t run_body_size;

  /* The flusher; under hot. */
  pthread_t flusher;
  pthread_cond_t wake;
  bool has_flusher;
  bool is_stopping;
  bool is_asleep; /* the flusher waits for something new */

  /* Under words. */
  epochlog_error first_failure;

  /* The list of live runs; under the lock in fork.c. */
  struct epochlog_run *next_live;
  struct epochlog_run *previous_live;
};

/* ---- failure.c */

/* Fills `error` (may be NULL) and returns `status`.  The message is the formatted
 * words and, if there is one, the system's reason; control characters become '?'. */
epochlog_status epochlog__fail(epochlog_error *error, epochlog_status status, int sys_errno,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Keeps it as the run's first failure, if it is the first. */
epochlog_status epochlog__run_fail(struct epochlog_run *run, epochlog_status status, int sys_errno,
                                   const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The status that an errno of a write comes to. */
epochlog_status epochlog__write_status(int sys_errno);

/* ---- writer.c */

/* Makes this writer's two files in the run's folder. */
epochlog_status epochlog__writer_open(struct epochlog_run *run, epochlog_error *error);
/* Closes them without a word and frees what belongs to them; `keep` them or unlink. */
void epochlog__writer_close(struct epochlog_run *run);
/* Seals full segments, oldest first; 0 or an errno.  io held, hot not. */
int epochlog__writer_seal(struct epochlog_run *run);
/* Hands all published records to the kernel; durable if asked.  io held, hot not. */
epochlog_status epochlog__writer_flush(struct epochlog_run *run, bool durable);
/* Seals everything and writes index and footer.  No lock held, no flusher. */
epochlog_status epochlog__writer_finish(struct epochlog_run *run);

/* ---- append.c.  All under hot, between enter and leave. */

/* Takes hot; CLOSED or OPEN without it when the run takes no more records. */
epochlog_status epochlog__enter(struct epochlog_run *run);
void epochlog__leave(struct epochlog_run *run);

/* One point; the step is counted and the value converted by the caller. */
void epochlog__append_scalar(struct epochlog_run *run, const struct epochlog__series *series,
                             int64_t time_ns, int64_t step, uint64_t bits);
/* Several of one call; at most EPOCHLOG__ROW_MAX. */
#define EPOCHLOG__ROW_MAX 2048u
void epochlog__append_row(struct epochlog_run *run, int64_t time_ns, int64_t step,
                          const epochlog_metric *metrics, const uint64_t *bits, uint32_t count);
/* The SERIES record, before a series' first point in this log; false: no room. */
bool epochlog__announce(struct epochlog_run *run, struct epochlog__series *series);
/* A record (begin to end of record.h) of at most EPOCHLOG__RING_RECORD_MAX bytes. */
epochlog_status epochlog__append_record(struct epochlog_run *run, const void *record, size_t size);

/* A record of any size: through the ring or straight to the main log, there deflated
 * unless it `is_dense` already.  Takes and leaves the locks itself. */
epochlog_status epochlog__put_record(struct epochlog_run *run, const void *record, size_t size,
                                     bool is_dense);

/* ---- flusher.c */

bool epochlog__flusher_start(struct epochlog_run *run);
void epochlog__flusher_stop(struct epochlog_run *run);

/* ---- fork.c */

/* Puts the run among those that a fork must know; false: no handler can be set. */
bool epochlog__fork_register(struct epochlog_run *run);
void epochlog__fork_forget(struct epochlog_run *run);
/* In a child, at its first call: files of its own.  hot held. */
epochlog_status epochlog__fork_adopt(struct epochlog_run *run);

/* ---- identity.c, env.c */

/* Sixteen random bytes with the version and variant bits of a UUID. */
bool epochlog__identity_uuid(uint8_t uuid[FORMAT_UUID_SIZE]);
/* The body of the RUN record. */
bool epochlog__env_run_body(struct epochlog_run *run);

#endif
