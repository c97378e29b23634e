/* The life of a run: started, asked about, ended.  The calls that log are in
 * points.c, batches.c, notes.c and kept.c. */
#include "epochlog.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "env.h"
#include "identity.h"
#include "notes.h"
#include "run.h"
#include "system.h"
#include "utf8.h"

#define RING_KIB 4096u
#define RING_KIB_MIN 16u
#define RING_KIB_MAX 262144u
#define SEGMENT_COUNT 4
#define DEFAULT_INTERVAL_MS 1000
#define DESCRIPTION_MAX (1u << 20)
#define ID_TRIES 16 /* another run may take the same name in the same second */

const char *epochlog_version(void) { return EPOCHLOG_VERSION; }

/* ------------------------------------------------------- making and freeing */

static void free_run(epochlog_run *run)
{
  if (run->folder_fd >= 0) close(run->folder_fd);
  epochlog__dictionary_release(&run->dictionary);
  epochlog__facts_release(&run->facts);
  for (size_t i = 0; run->environment_names != NULL && run->environment_names[i] != NULL; i++)
    free(run->environment_names[i]);
  free(run->environment_names);
  free(run->root);
  free(run->run_id);
  free(run->folder);
  free(run->name);
  free(run->experiment);
  free(run->parent_id);
  free(run->description);
  free(run->absolute_folder);
  pthread_mutex_destroy(&run->io);
  pthread_mutex_destroy(&run->words);
  epochlog__hot_release(run);
  free(run);
}

static epochlog_run *allocate_run(void)
{
  epochlog_run *run = epochlog__allocate_zeroed(sizeof *run);

  if (run == NULL) return NULL;
  run->folder_fd = -1;
  run->log.fd = -1;
  run->ring.fd = -1;
  pthread_mutex_init(&run->io, NULL);
  pthread_mutex_init(&run->words, NULL);
  if (epochlog__hot_open(run)) return run;
  free_run(run);
  return NULL;
}

/* The option, else the environment variable, else a default. */
static const char *text_of(const char *option, const char *variable, const char *otherwise)
{
  if (option != NULL) return option;
  option = getenv(variable);
  return option != NULL && *option != '\0' ? option : otherwise;
}

static bool copy_names(epochlog_run *run, const char *const *names)
{
  size_t count = 0;

  if (names == NULL) return true;
  while (names[count] != NULL) count++;
  run->environment_names = epochlog__allocate_zeroed((count + 1) * sizeof(char *));
  if (run->environment_names == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    run->environment_names[i] = epochlog__copy_string(names[i]);
    if (run->environment_names[i] == NULL) return false;
  }
  return true;
}

/* A name as it is stored: clean, trimmed, cut. */
static char *clean_name(const char *name)
{
  struct epochlog__buffer clean;

  epochlog__buffer_init(&clean, EPOCHLOG_NAME_MAX + 1);
  epochlog__utf8_add_name(&clean, name, EPOCHLOG_NAME_MAX);
  epochlog__add_u8(&clean, 0);
  if (clean.failed) epochlog__buffer_release(&clean);
  return (char *)clean.data;
}

/* The option, else $EPOCHLOG_LIVE; -1 where that is no way to keep points. */
static int live_of(const epochlog_options *options)
{
  const char *wish = getenv("EPOCHLOG_LIVE");

  if (options->live != EPOCHLOG_LIVE_AUTO || wish == NULL || *wish == '\0')
    return (int)options->live;
  if (strcmp(wish, "auto") == 0) return EPOCHLOG_LIVE_AUTO;
  if (strcmp(wish, "mapped") == 0) return EPOCHLOG_LIVE_MAPPED;
  return strcmp(wish, "written") == 0 ? EPOCHLOG_LIVE_WRITTEN : -1;
}

/* What fits into a segment, with its header, a TIME record and a head before it. */
static void set_limits(epochlog_run *run)
{
  const uint32_t room = run->segment_size - FORMAT_SEGMENT_HEADER_SIZE - EPOCHLOG__TIME_SIZE;
  const uint32_t metrics = (room - EPOCHLOG__ROW_HEAD_SIZE - 4) / 12;

  run->row_max = metrics < EPOCHLOG__ROW_MAX ? metrics : EPOCHLOG__ROW_MAX;
  run->record_max =
      room / 2 < EPOCHLOG__RING_RECORD_MAX ? room / 16 * 8 : EPOCHLOG__RING_RECORD_MAX;
}

static bool copy_options(epochlog_run *run, const epochlog_options *options)
{
  char program[256];
  const char *run_id = text_of(options->run_id, "EPOCHLOG_RUN_ID", NULL);

  epochlog__env_program(program, sizeof program);
  run->root = epochlog__copy_string(text_of(options->root, "EPOCHLOG_DIR", "./outputs"));
  run->name = clean_name(text_of(options->name, "EPOCHLOG_RUN_NAME", program));
  run->experiment = clean_name(text_of(options->experiment, "EPOCHLOG_EXPERIMENT", "default"));
  run->parent_id = epochlog__copy_string(options->parent_id);
  run->description = epochlog__copy_string(options->description);
  if (run_id != NULL) run->run_id = epochlog__copy_string(run_id);
  run->rank =
      options->rank_plus_one == 0 ? epochlog__env_rank() : (uint32_t)(options->rank_plus_one - 1);
  run->world_size =
      options->world_size == 0 ? epochlog__env_world_size() : (uint32_t)options->world_size;
  run->sync = options->sync;
  run->sync_interval_ms =
      options->sync_interval_ms == 0 ? DEFAULT_INTERVAL_MS : options->sync_interval_ms;
  run->flush_interval_ms =
      options->flush_interval_ms == 0 ? DEFAULT_INTERVAL_MS : options->flush_interval_ms;
  run->live = (epochlog_live)live_of(options);
  run->has_no_thread = options->no_thread != 0;
  run->segment_count = SEGMENT_COUNT;
  run->segment_size =
      (options->ring_kib == 0 ? RING_KIB : options->ring_kib) * (1024u / SEGMENT_COUNT);
  run->capture_environment = !options->capture_environment_off;
  set_limits(run);
  return copy_names(run, options->environment_names) && run->root != NULL && run->name != NULL &&
         run->experiment != NULL && run->parent_id != NULL && run->description != NULL &&
         (run_id == NULL || run->run_id != NULL);
}

/* ---------------------------------------------------------------- options */

static bool is_all_zero(const uint64_t *words, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (words[i] != 0) return false;
  return true;
}

static epochlog_status check_options(const epochlog_options *options, epochlog_error *error)
{
  const char *run_id = text_of(options->run_id, "EPOCHLOG_RUN_ID", NULL);

  if (options->rank_plus_one < 0 || options->rank_plus_one > 100000)
    return epochlog__fail(error, EPOCHLOG_INVALID, 0, "rank_plus_one is %d, not 0 to 100000",
                          options->rank_plus_one);
  if (options->world_size < 0)
    return epochlog__fail(error, EPOCHLOG_INVALID, 0, "world_size is negative");
  if ((int)options->sync < EPOCHLOG_SYNC_NONE || (int)options->sync > EPOCHLOG_SYNC_ALWAYS)
    return epochlog__fail(error, EPOCHLOG_INVALID, 0, "sync is %d, not a policy",
                          (int)options->sync);
  if ((int)options->live < EPOCHLOG_LIVE_AUTO || (int)options->live > EPOCHLOG_LIVE_WRITTEN)
    return epochlog__fail(error, EPOCHLOG_INVALID, 0, "live is %d, not a way to keep points",
                          (int)options->live);
  if (live_of(options) < 0)
    return epochlog__fail(error, EPOCHLOG_INVALID, 0,
                          "$EPOCHLOG_LIVE is '%.100s', not auto, mapped or written",
                          getenv("EPOCHLOG_LIVE"));
  if (options->ring_kib != 0 &&
      (options->ring_kib < RING_KIB_MIN || options->ring_kib > RING_KIB_MAX))
    return epochlog__fail(error, EPOCHLOG_INVALID, 0, "ring_kib is %u, not %u to %u",
                          options->ring_kib, RING_KIB_MIN, RING_KIB_MAX);
  if (!is_all_zero(options->reserved, sizeof options->reserved / sizeof options->reserved[0]))
    return epochlog__fail(error, EPOCHLOG_INVALID, 0, "a reserved option is not zero");
  if (run_id != NULL && !epochlog__identity_is_run_id(run_id))
    return epochlog__fail(error, EPOCHLOG_INVALID, 0,
                          "run id '%.200s': not 1 to %d of A-Z a-z 0-9 . _ - without a dot first",
                          run_id, EPOCHLOG__RUN_ID_MAX);
  if (options->parent_id != NULL && !epochlog__identity_is_run_id(options->parent_id))
    return epochlog__fail(error, EPOCHLOG_INVALID, 0, "parent id '%.200s': not a run id",
                          options->parent_id);
  if (options->description != NULL && strlen(options->description) > DESCRIPTION_MAX)
    return epochlog__fail(error, EPOCHLOG_INVALID, 0, "the description is longer than %u bytes",
                          DESCRIPTION_MAX);
  return EPOCHLOG_OK;
}

/* ---------------------------------------------------------------- the folder */

static char *join(const char *folder, const char *name)
{
  const size_t size = strlen(folder) + strlen(name) + 2;
  char *path = epochlog__allocate(size);

  if (path != NULL)
    snprintf(path, size, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
  return path;
}

/* A folder of a new id, or with `run_id` set the one of that id, joined if it is
 * there. */
static int make_run_folder(epochlog_run *run)
{
  const bool is_given = run->run_id != NULL;

  for (int i = 0; i < ID_TRIES; i++) {
    if (!is_given) {
      char id[EPOCHLOG__RUN_ID_MAX + 1];

      free(run->run_id);
      free(run->folder);
      run->folder = NULL;
      if (!epochlog__identity_make(id, run->name, epochlog__clock_wall())) return EIO;
      run->run_id = epochlog__copy_string(id);
    }
    if (run->run_id != NULL) run->folder = join(run->root, run->run_id);
    if (run->folder == NULL) return ENOMEM;
    if (mkdir(run->folder, 0777) == 0 || (is_given && errno == EEXIST)) break;
    if (errno != EEXIST || is_given) return errno;
  }
  run->absolute_folder = realpath(run->folder, NULL);
  run->folder_fd = epochlog__lift(open(run->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return run->folder_fd >= 0 ? 0 : errno;
}

static epochlog_status open_run(epochlog_run *run, epochlog_error *error)
{
  int failure = *run->root == '\0' ? ENOENT : epochlog__make_folders(run->root);
  epochlog_status status;

  if (failure != 0) return epochlog__fail(error, EPOCHLOG_OPEN, failure, "folder '%s'", run->root);
  failure = make_run_folder(run);
  if (failure != 0)
    return epochlog__fail(error, failure == ENOMEM ? EPOCHLOG_NO_MEMORY : EPOCHLOG_OPEN, failure,
                          "folder '%s'", run->folder == NULL ? run->root : run->folder);
  status = epochlog__writer_open(run, error);
  if (status != EPOCHLOG_OK) return status;
  if (!epochlog__fork_register(run)) {
    epochlog__writer_close(run);
    return epochlog__fail(error, EPOCHLOG_NO_MEMORY, 0, "the fork handlers");
  }
  /* A pair that could not be made durable is left before anything is in it. */
  if (run->broken_errno != 0 && epochlog__hold(&run->io, EPOCHLOG__HOLDS_IO)) {
    epochlog__renew_if_lost(run);
    epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
  }
  if (!epochlog__sealer_start(run)) {
    epochlog__fork_forget(run);
    epochlog__writer_close(run);
    return epochlog__fail(error, EPOCHLOG_NO_MEMORY, EAGAIN, "the sealing thread");
  }
  return EPOCHLOG_OK;
}

static void record_environment(epochlog_run *run)
{
  for (size_t i = 0; run->environment_names != NULL && run->environment_names[i] != NULL; i++) {
    const char *value = getenv(run->environment_names[i]);

    if (value != NULL) epochlog_environment(run, run->environment_names[i], value);
  }
}

/* Opens a run whose fields are copied; frees it when that fails. */
static epochlog_run *start(epochlog_run *run, epochlog_error *error)
{
  if (open_run(run, error) != EPOCHLOG_OK) {
    free_run(run);
    return NULL;
  }
  record_environment(run);
  epochlog__fail(error, EPOCHLOG_OK, 0, "%s", epochlog_status_text(EPOCHLOG_OK));
  return run;
}

epochlog_run *epochlog_start(const epochlog_options *options, epochlog_error *error)
{
  static const epochlog_options defaults = {0};
  epochlog_run *run;

  if (options == NULL) options = &defaults;
  if (check_options(options, error) != EPOCHLOG_OK) return NULL;
  run = allocate_run();
  if (run == NULL || !copy_options(run, options)) {
    if (run != NULL) free_run(run);
    epochlog__fail(error, EPOCHLOG_NO_MEMORY, 0, "the run");
    return NULL;
  }
  return start(run, error);
}

epochlog_run *epochlog_child(epochlog_run *parent, const char *name, epochlog_error *error)
{
  char numbered[EPOCHLOG_NAME_MAX + 16];
  epochlog_options options = {0};
  epochlog_run *run;

  if (parent == NULL) {
    epochlog__fail(error, EPOCHLOG_INVALID, 0, "the parent run is NULL");
    return NULL;
  }
  if (name == NULL) {
    uint32_t number;

    epochlog__lock(&parent->hot->lock);
    number = ++parent->child_count;
    epochlog__unlock(&parent->hot->lock);
    snprintf(numbered, sizeof numbered, "%s-%u", parent->name, number);
    name = numbered;
  }
  options.root = parent->root;
  options.name = name;
  options.experiment = parent->experiment;
  options.parent_id = parent->run_id;
  options.rank_plus_one = (int)parent->rank + 1;
  options.world_size = (int)parent->world_size;
  options.sync = parent->sync;
  options.sync_interval_ms = parent->sync_interval_ms;
  options.flush_interval_ms = parent->flush_interval_ms;
  options.live = parent->live;
  options.no_thread = parent->has_no_thread;
  options.ring_kib = parent->segment_size / (1024 / SEGMENT_COUNT);
  options.capture_environment_off = !parent->capture_environment;
  options.environment_names = (const char *const *)parent->environment_names;
  run = allocate_run();
  if (run == NULL || !copy_options(run, &options)) {
    if (run != NULL) free_run(run);
    epochlog__fail(error, EPOCHLOG_NO_MEMORY, 0, "the run");
    return NULL;
  }
  /* $EPOCHLOG_RUN_ID names the parent. */
  free(run->run_id);
  run->run_id = NULL;
  return start(run, error);
}

const char *epochlog_run_id(const epochlog_run *run) { return run == NULL ? "" : run->run_id; }

const char *epochlog_run_folder(const epochlog_run *run) { return run == NULL ? "" : run->folder; }

/* -------------------------------------------------------------------- end */

/* What is told of the end is told already. */
static epochlog_status close_run(epochlog_run *run, epochlog_error *error)
{
  epochlog_status result;
  bool is_dead;

  epochlog__sealer_stop(run);
  epochlog__lock(&run->hot->lock);
  is_dead = (run->hot->gate & EPOCHLOG__DEAD) != 0;
  run->hot->gate |= EPOCHLOG__ENDED;
  epochlog__unlock(&run->hot->lock);
  if (!is_dead) epochlog__writer_finish(run);
  epochlog__fork_forget(run);
  epochlog__writer_close(run);
  result = run->first_failure.status;
  if (error != NULL) *error = run->first_failure;
  if (result == EPOCHLOG_OK)
    epochlog__fail(error, EPOCHLOG_OK, 0, "%s", epochlog_status_text(EPOCHLOG_OK));
  free_run(run);
  return result;
}

static epochlog_status end(epochlog_run *run, enum format_status status,
                           const struct epochlog__end *how, epochlog_error *error)
{
  if (run == NULL) return epochlog__fail(error, EPOCHLOG_INVALID, 0, "the run is NULL");
  epochlog__put_end(run, status, how);
  return close_run(run, error);
}

epochlog_status epochlog_leave(epochlog_run *run, epochlog_error *error)
{
  if (run == NULL) return epochlog__fail(error, EPOCHLOG_INVALID, 0, "the run is NULL");
  /* A forked child without a call of its own has no files. */
  if (atomic_load(&run->hot->is_ours) == 0) epochlog__fork_abandon(run);
  return close_run(run, error);
}

epochlog_status epochlog_complete(epochlog_run *run, epochlog_error *error)
{
  return end(run, FORMAT_STATUS_COMPLETED, &(struct epochlog__end){0}, error);
}

epochlog_status epochlog_fail(epochlog_run *run, const char *code, const char *message,
                              const char *details, epochlog_error *error)
{
  const struct epochlog__end how = {
      .code = code == NULL ? "UserError" : code, .message = message, .details = details};

  return end(run, FORMAT_STATUS_FAILED, &how, error);
}

epochlog_status epochlog_cancel(epochlog_run *run, epochlog_error *error)
{
  return end(run, FORMAT_STATUS_CANCELED, &(struct epochlog__end){0}, error);
}

/* ---------------------------------------------------------- flush and sync */

static epochlog_status flush(epochlog_run *run, bool durable)
{
  epochlog_status status;
  bool is_mapped;

  if (run == NULL) return EPOCHLOG_INVALID;
  status = epochlog__enter(run);
  if (status != EPOCHLOG_OK) return status;
  is_mapped = run->ring.memory != NULL && !epochlog__guard_is_broken(run->ring.guard);
  status = epochlog__write_status(run->room_errno);
  epochlog__leave(run);
  /* Then the kernel has every point already. */
  if (is_mapped && !durable) return status;
  if (!epochlog__hold(&run->io, EPOCHLOG__HOLDS_IO)) return EPOCHLOG_INVALID;
  /* What is in the place of a broken mapping is in no file. */
  if (durable || (run->ring.memory != NULL && !is_mapped)) epochlog__renew_if_lost(run);
  status = epochlog__writer_flush(run, durable);
  epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
  return status;
}

epochlog_status epochlog_flush(epochlog_run *run)
{
  return flush(run, run != NULL && run->sync == EPOCHLOG_SYNC_ALWAYS);
}

epochlog_status epochlog_sync(epochlog_run *run) { return flush(run, true); }

epochlog_status epochlog_last_error(epochlog_run *run, epochlog_error *error)
{
  epochlog_error first;

  if (run == NULL) return epochlog__fail(error, EPOCHLOG_INVALID, 0, "the run is NULL");
  if (!epochlog__hold(&run->words, EPOCHLOG__HOLDS_WORDS)) return EPOCHLOG_INVALID;
  first = run->first_failure;
  epochlog__let_go(&run->words, EPOCHLOG__HOLDS_WORDS);
  if (first.status == EPOCHLOG_OK)
    epochlog__fail(&first, EPOCHLOG_OK, 0, "%s", epochlog_status_text(EPOCHLOG_OK));
  if (error != NULL) *error = first;
  return first.status;
}
