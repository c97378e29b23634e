/* A run being logged: its place, and this process's writer in it.
 *
 * Two locks, taken in this order, and a third that is a leaf:
 *
 *     io     the main log, the live file, sealing.  Held across system calls.
 *     hot    the ring's bookkeeping, series, facts.  Held for nanoseconds; every
 *            logging call takes it, none waits for a disk under it.
 *     words  the first failure.
 *
 * A logging call takes `hot` (enter), writes its record where the ring has room, and
 * leaves.  When its segment is full it makes the next one active; the sealer, a thread
 * of low priority, turns full segments into blocks of the main log.  Without that
 * thread the call does so itself once it has left.
 *
 *     writer.c    opens and closes the pair of files
 *     seal.c      turns full segments into blocks
 *     flush.c     hands to the kernel, makes durable
 *     finish.c    ends the log
 *     renew.c     goes on in a new pair where the old one cannot be trusted any more
 *     append.c    what a logging call does under `hot`; large records
 *     sealer.c    the thread
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

/* The longest record that the ring takes, where segments are large enough. */
#define EPOCHLOG__RING_RECORD_MAX 32768u

/* The most metrics of a row record. */
#define EPOCHLOG__ROW_MAX 2048u

/* Calls that were not recorded, what a LOSS record says. */
struct epochlog__lost {
  uint64_t count;
  int64_t from_ns;
  int64_t to_ns;
  int sys_errno;
};

/* How fast the ring fills, as the sealer sees it. */
struct epochlog__pace {
  uint64_t bytes; /* published until the last look */
  int64_t mono;   /* when that was */
  unsigned idle_ms;
};

struct epochlog_run {
  /* Set at the start, then only read. */
  char *root;
  char *run_id;
  char *folder;
  char *absolute_folder; /* to find it again when it was deleted; NULL: not known */
  int folder_fd;
  char *name;
  char *experiment;
  char *parent_id;
  char *description;
  char **environment_names; /* NULL-terminated, or NULL */
  uint32_t rank;
  uint32_t world_size;
  bool capture_environment;
  bool has_no_thread; /* by the caller's wish */
  epochlog_sync_policy sync;
  unsigned sync_interval_ms;
  unsigned flush_interval_ms;
  epochlog_live live;
  uint32_t segment_size;
  uint32_t segment_count;
  uint32_t record_max; /* longer records go to the main log directly: the ring is for what
                          comes often */
  uint32_t row_max;    /* metrics in a row record */

  pthread_mutex_t io;
  struct epochlog__hot *hot; /* a page of its own */
  pthread_mutex_t words;

  /* Under io. */
  struct epochlog__main_log log;
  bool is_end_told;         /* the STATUS record is in the ring or the log */
  bool is_written_late;     /* the main log has what was not synced */
  uint64_t large_late;      /* of it, large records, which are nowhere else */
  int64_t synced_mono;      /* the last sync that went well */
  int64_t flushed_mono;     /* a written ring: the last time it was */
  int64_t looked_mono;      /* the last look whether the files are still there */
  int64_t alive_mono;       /* the last sign of life */
  int64_t told_mono;        /* the last time that something lost was told */
  int64_t seal_failed_mono; /* 0: the last seal went well */
  int64_t renew_mono;       /* the last try to go on in a new pair, 0: none */
  bool are_names_durable;   /* of the folder and the present pair */
  int broken_errno;         /* why the present pair must not be synced again, 0: it may */
  uint64_t durable_seq;     /* all records before it are durable */
  uint64_t pair_first_seq;  /* number of the first record of the present pair */

  /* Under hot. */
  struct epochlog__ring ring;
  struct epochlog__dictionary dictionary;
  struct epochlog__facts facts;
  struct epochlog__lost lost;
  struct epochlog__lost possible; /* what may be missing since the files were left */
  bool has_possible;
  bool is_deleted; /* and somebody had deleted them */
  int room_errno;  /* why segments are not sealed */
  uint32_t child_count;
  uint32_t loss_count;

  /* Calls in a signal handler that interrupted a logging call of the same thread. */
  atomic_ullong nested_count;

  /* Names of this writer's files; io and hot to change. */
  uint8_t uuid[FORMAT_UUID_SIZE];
  char log_name[EPOCHLOG__FILE_NAME_SIZE];
  char live_name[EPOCHLOG__FILE_NAME_SIZE];
  uint8_t *run_body; /* body of the RUN record */
  size_t run_body_size;
  char live_reason[128]; /* why the ring is written; "": it is mapped */

  /* The sealer. */
  pthread_t sealer;
  bool has_sealer;
  atomic_int sealer_id; /* the system's number of it; 0: not known yet */
  atomic_bool is_stopping;
  atomic_bool is_asleep;
  atomic_uint work;  /* changes when there is something to do at once */
  atomic_uint freed; /* changes when a segment was freed or cannot be */
  struct epochlog__pace pace;
  struct epochlog__view view;   /* io */
  bool is_view_good;            /* it shows nothing that asks for the lock */
  uint64_t ahead;               /* bytes that may be published before the sealer looks again */
  atomic_llong next_round_mono; /* without the thread */

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

/* ---- writer.c, seal.c, flush.c, finish.c */

/* A page for `hot`; false without memory. */
bool epochlog__hot_open(struct epochlog_run *run);
void epochlog__hot_release(struct epochlog_run *run);

/* Makes this writer's two files in the run's folder.  hot held, or nobody else there. */
epochlog_status epochlog__writer_open(struct epochlog_run *run, epochlog_error *error);
/* Closes them without a word and frees what belongs to them. */
void epochlog__writer_close(struct epochlog_run *run);
/* Seals full segments, oldest first; 0 or an errno.  io held, hot not. */
int epochlog__writer_seal(struct epochlog_run *run);
/* Whether it is time to try: a disk that was full a moment ago is not asked again by
 * every call.  io held. */
bool epochlog__writer_may_seal(const struct epochlog_run *run);
/* Hands all published records to the kernel; durable if asked.  io held, hot not. */
epochlog_status epochlog__writer_flush(struct epochlog_run *run, bool durable);
/* Seals everything and writes index and footer; a failure is the run's.  No lock held, no
 * sealer. */
void epochlog__writer_finish(struct epochlog_run *run);

/* A new pair of files: what is told of it, and what it is. */
struct epochlog__pair {
  const uint8_t *continues; /* uuid of the log that it continues; NULL: none */
  uint64_t first_seq;       /* number of its first record */
  const char *concerns;     /* the name of the file that failed */
  struct epochlog__main_log log;
  struct epochlog__ring ring;
};
/* Gives the run's writer a uuid, names and a description, and makes the files.  0 or
 * an errno, and then there are none. */
int epochlog__writer_open_pair(struct epochlog_run *run, struct epochlog__pair *pair);
/* Keeps among the facts why the ring is written, or that it is not.  hot held. */
void epochlog__writer_note_live(struct epochlog_run *run);
/* Brings run->view up to date, with the lock where it must be taken; returns the bytes
 * published by now.  io held, hot not. */
uint64_t epochlog__writer_look(struct epochlog_run *run);
/* Makes the pages writable that are stored into next.  io held, hot not. */
void epochlog__writer_prefault(struct epochlog_run *run);
/* Makes the names of the run's folder and files durable, if they are not; 0 or an errno. */
int epochlog__writer_sync_names(struct epochlog_run *run);
/* Makes the present pair durable; 0 or an errno. */
int epochlog__writer_sync_pair(struct epochlog_run *run);

/* ---- renew.c.  io held, hot not. */

/* Why a pair is left. */
enum epochlog__left {
  EPOCHLOG__UNSYNCED, /* an fsync failed: what was written since the last may be missing */
  EPOCHLOG__DELETED,  /* the log was deleted or cut: what it had is gone */
  EPOCHLOG__UNMAPPED  /* the live file was, or its mapping broke: the log is whole */
};
/* Goes on in a new pair of files, for the errno `why`; false: not now, and the old one is
 * used on, but not synced. */
bool epochlog__renew(struct epochlog_run *run, enum epochlog__left left, int why);
/* Looks whether the pair has gone or broken, and does so then. */
void epochlog__renew_if_lost(struct epochlog_run *run);

/* ---- append.c.  All under hot, between enter and leave. */

epochlog_status epochlog__enter_slowly(struct epochlog_run *run);
void epochlog__leave_slowly(struct epochlog_run *run, uint32_t after);

/* Takes hot; CLOSED, OPEN or INVALID without it when the run takes no more records, or
 * none from here. */
static inline epochlog_status epochlog__enter(struct epochlog_run *run)
{
  struct epochlog__hot *hot = run->hot;

  if (!epochlog__lock_soon(&hot->lock)) {
    atomic_fetch_add_explicit(&run->nested_count, 1, memory_order_relaxed);
    return EPOCHLOG_INVALID;
  }
  if (hot->gate == 0 && atomic_load_explicit(&hot->is_ours, memory_order_relaxed) != 0)
    return EPOCHLOG_OK;
  return epochlog__enter_slowly(run);
}

static inline void epochlog__leave(struct epochlog_run *run)
{
  struct epochlog__hot *hot = run->hot;
  const uint32_t after = hot->after;

  if (after != 0) hot->after = after & ~(uint32_t)EPOCHLOG__THEN_WAKE;
  epochlog__unlock(&hot->lock);
  if (after != 0) epochlog__leave_slowly(run, after);
}

/* One point; the step is counted and the value converted by the caller. */
void epochlog__append_scalar(struct epochlog_run *run, uint32_t id, int64_t time_us, int64_t step,
                             uint64_t bits);
/* Room for a record of `size` bytes that begins `dt_us` after the last TIME, which is put
 * there if need be.  False: no room, and the call counts as lost. */
bool epochlog__make_timed_room(struct epochlog_run *run, uint32_t size, int64_t time_us,
                               int32_t *dt_us);
/* The SERIES record, before a series' first point in this log; false: no room.  hot may
 * be let go meanwhile. */
bool epochlog__announce(struct epochlog_run *run, uint32_t id);
/* What was lost until now, as a record, where there is room for it.  Allocates. */
void epochlog__tell_loss(struct epochlog_run *run);
/* hot held. */
static inline bool epochlog__has_loss(const struct epochlog_run *run)
{
  return run->lost.count != 0 || run->has_possible;
}
/* A LOSS record now; false: no room. */
bool epochlog__append_loss(struct epochlog_run *run, const struct epochlog__lost *lost,
                           const char *what);

/* A record of at most record_max bytes; false: no room, and the call counts as lost. */
bool epochlog__append_record(struct epochlog_run *run, const void *record, uint32_t size);

/* A record of any size: through the ring or straight to the main log, there deflated
 * unless it `is_dense` already.  Takes and leaves the locks itself. */
epochlog_status epochlog__put_record(struct epochlog_run *run, const void *record, size_t size,
                                     bool is_dense);

/* ---- sealer.c */

bool epochlog__sealer_start(struct epochlog_run *run);
void epochlog__sealer_stop(struct epochlog_run *run);
/* What the system says it does: 'R' runs or could, 'D' waits for a disk, 'S' for something
 * else; '?' is not known. */
char epochlog__sealer_state(const struct epochlog_run *run);
/* Has it look now; callable from anywhere. */
void epochlog__sealer_call(struct epochlog_run *run);
/* Without the thread: does what it would do, if it is time and nobody else does.  No
 * lock held. */
void epochlog__sealer_stand_in(struct epochlog_run *run);

/* ---- fork.c */

/* Puts the run among those that a fork must know; false: no handler can be set. */
bool epochlog__fork_register(struct epochlog_run *run);
void epochlog__fork_forget(struct epochlog_run *run);
/* In a child, at its first call: files of its own.  hot held. */
epochlog_status epochlog__fork_adopt(struct epochlog_run *run);
/* In a child that has logged nothing and will not: lets go of what is the parent's. */
void epochlog__fork_abandon(struct epochlog_run *run);

/* ---- identity.c, env.c */

/* Sixteen random bytes with the version and variant bits of a UUID. */
bool epochlog__identity_uuid(uint8_t uuid[FORMAT_UUID_SIZE]);
/* The body of the RUN record; `continues` the log of that uuid, with the number of the
 * first record that this one has; NULL: none. */
bool epochlog__env_run_body(struct epochlog_run *run, const uint8_t *continues, uint64_t first_seq);

#endif
