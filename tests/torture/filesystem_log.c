/* A training program whose every logging call can be checked afterwards
 * (filesystem.h), for the scripts that take its file system away.
 *
 *     filesystem_log KEY=VALUE ...
 *
 *     root=FOLDER       of the runs; they are named run-00000, run-00001 ...
 *     count=N           calls in all; 0: until SIGTERM
 *     per_run=N         calls of a run before it is completed and the next one is
 *                       started; 0: all in one
 *     live= sync= interval_ms= flush_ms= ring_kib= no_thread=   as in epochlog_options
 *     lists=0           no large records
 *     salt=N            other values, of an earlier training
 *     end=0             the last run is left as it is: as killed
 *     burst=N pause_us=N   a pause after every N calls
 *     ack=call|sync|flush|age|none   when calls count as acknowledged: on return; after
 *                       epochlog_sync or epochlog_flush; when they are age_ms old
 *     every=N           so many calls between two epochlog_sync or epochlog_flush
 *     mark=FILE         written at every acknowledgement: how many calls, how many runs
 *                       completed.  Opened at the start
 *     state=FILE        a page that is kept up to date without a system call, below
 *     wait=1            nothing is logged before that page says `go`
 *     file_limit=BYTES file_limit_at=N      RLIMIT_FSIZE before call N
 *     descriptor_limit_at=N                 no descriptor can be had from call N on
 *
 * Nothing is acknowledged any more after a failure was told.  SIGUSR1 starts a new
 * phase.  At the end one line is printed, of the page's fields and of each phase's
 * calls per second; the status is 0, or 1 when a failure was told.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "epochlog.h"
#include "filesystem.h"

#define PHASES_MAX 8
#define TEXT(symbol) TEXT_OF(symbol)
#define TEXT_OF(symbol) #symbol

enum acknowledge { ACK_NONE, ACK_CALL, ACK_SYNC, ACK_FLUSH, ACK_AGE };

struct plan {
  epochlog_options options;
  enum acknowledge acknowledge;
  uint64_t count;
  uint64_t per_run;
  uint64_t every;
  uint64_t burst;
  uint64_t pause_us;
  uint64_t age_ms;
  uint64_t file_limit;
  uint64_t file_limit_at;
  uint64_t descriptor_limit_at;
  bool has_lists;
  bool ends;
  bool waits;
  const char *mark;
  const char *state;
};

/* Shared with whoever reads it after the program was killed; syscalls.py knows the
 * layout. */
struct state {
  volatile uint64_t made;         /* calls that have returned */
  volatile uint64_t acknowledged; /* of them, so many from the first on must be found */
  volatile uint64_t completed;    /* runs */
  volatile uint64_t refused;      /* large records whose call returned a failure */
  volatile uint64_t unstarted;    /* runs that could not be started */
  volatile uint64_t status;       /* the first failure told */
  volatile uint64_t sys_errno;
  volatile uint64_t longest_us; /* the slowest call */
  volatile uint64_t ready;      /* with wait=1: nothing is done now but waiting for... */
  volatile uint64_t go;         /* ...this, which another program stores */
  char message[480];
};

struct phase {
  uint64_t made;
  int64_t from_ns;
};

struct training {
  struct plan plan;
  struct state *state;
  epochlog_run *run;
  epochlog_metric scalar;
  epochlog_metric pair[2];
  int mark_fd;
  int64_t *times_ns; /* of calls, for ACK_AGE; a ring */
  struct phase phases[PHASES_MAX];
  int phase_count;
  long rss_kib; /* after the first calls */
};

#define TIMES_KEPT (1u << 20)

static volatile sig_atomic_t is_stopped;
static volatile sig_atomic_t phases_asked;

static void on_stop(int number)
{
  (void)number;
  is_stopped = 1;
}

static void on_phase(int number)
{
  (void)number;
  phases_asked++;
}

static int64_t now_ns(void)
{
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static _Noreturn void give_up(const char *what)
{
  perror(what);
  exit(2);
}

/* ---- the plan ---- */

static bool take_options(epochlog_options *options, const char *key, const char *text)
{
  const unsigned number = (unsigned)strtoul(text, NULL, 10);

  if (strcmp(key, "root") == 0)
    options->root = text;
  else if (strcmp(key, "live") == 0)
    options->live = strcmp(text, "mapped") == 0    ? EPOCHLOG_LIVE_MAPPED
                    : strcmp(text, "written") == 0 ? EPOCHLOG_LIVE_WRITTEN
                                                   : EPOCHLOG_LIVE_AUTO;
  else if (strcmp(key, "sync") == 0)
    options->sync = strcmp(text, "always") == 0     ? EPOCHLOG_SYNC_ALWAYS
                    : strcmp(text, "interval") == 0 ? EPOCHLOG_SYNC_INTERVAL
                                                    : EPOCHLOG_SYNC_NONE;
  else if (strcmp(key, "interval_ms") == 0)
    options->sync_interval_ms = number;
  else if (strcmp(key, "flush_ms") == 0)
    options->flush_interval_ms = number;
  else if (strcmp(key, "ring_kib") == 0)
    options->ring_kib = number;
  else if (strcmp(key, "no_thread") == 0)
    options->no_thread = number != 0;
  else
    return false;
  return true;
}

static enum acknowledge acknowledge_named(const char *text)
{
  static const char *const names[] = {"none", "call", "sync", "flush", "age"};

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(text, names[i]) == 0) return (enum acknowledge)i;
  return ACK_NONE;
}

static bool take_number(struct plan *plan, const char *key, uint64_t number)
{
  const struct {
    const char *key;
    uint64_t *to;
  } numbers[] = {{"count", &plan->count},
                 {"per_run", &plan->per_run},
                 {"every", &plan->every},
                 {"burst", &plan->burst},
                 {"pause_us", &plan->pause_us},
                 {"age_ms", &plan->age_ms},
                 {"salt", &call_salt},
                 {"file_limit", &plan->file_limit},
                 {"file_limit_at", &plan->file_limit_at},
                 {"descriptor_limit_at", &plan->descriptor_limit_at}};

  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (strcmp(key, numbers[i].key) == 0) {
      *numbers[i].to = number;
      return true;
    }
  return false;
}

static void take(struct plan *plan, char *argument)
{
  char *text = strchr(argument, '=');
  uint64_t number;

  if (text == NULL) {
    errno = EINVAL;
    give_up(argument);
  }
  *text++ = 0;
  number = strtoull(text, NULL, 10);
  if (take_options(&plan->options, argument, text) || take_number(plan, argument, number)) return;
  if (strcmp(argument, "ack") == 0) {
    plan->acknowledge = acknowledge_named(text);
  } else if (strcmp(argument, "mark") == 0) {
    plan->mark = text;
  } else if (strcmp(argument, "state") == 0) {
    plan->state = text;
  } else if (strcmp(argument, "lists") == 0) {
    plan->has_lists = number != 0;
  } else if (strcmp(argument, "end") == 0) {
    plan->ends = number != 0;
  } else if (strcmp(argument, "wait") == 0) {
    plan->waits = number != 0;
  } else {
    errno = EINVAL;
    give_up(argument);
  }
}

/* ---- what is told ---- */

static void tell(struct state *state, const epochlog_error *error)
{
  if (error->status == EPOCHLOG_OK || state->status != 0) return;
  state->sys_errno = (uint64_t)error->sys_errno;
  memcpy(state->message, error->message, sizeof state->message);
  state->status = (uint64_t)error->status;
}

static void publish(struct training *training, uint64_t acknowledged)
{
  struct state *state = training->state;
  char text[64];
  int size;

  if (training->run != NULL) {
    epochlog_error error;

    epochlog_last_error(training->run, &error);
    tell(state, &error);
  }
  if (state->status != 0) return;
  state->acknowledged = acknowledged;
  if (training->mark_fd < 0) return;
  size = snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64 "\n", acknowledged, state->completed);
  if (pwrite(training->mark_fd, text, (size_t)size, 0) != size) give_up("mark");
}

static void acknowledge(struct training *training)
{
  const struct plan *plan = &training->plan;
  struct state *state = training->state;
  uint64_t acknowledged = state->acknowledged;
  int64_t before_ns;

  switch (plan->acknowledge) {
    case ACK_NONE: return;
    case ACK_CALL: acknowledged = state->made; break;
    case ACK_SYNC:
    case ACK_FLUSH:
      if (state->made % plan->every != 0) return;
      if (plan->acknowledge == ACK_SYNC)
        epochlog_sync(training->run);
      else
        epochlog_flush(training->run);
      acknowledged = state->made;
      break;
    case ACK_AGE:
      before_ns = now_ns() - (int64_t)plan->age_ms * 1000000;
      while (acknowledged < state->made &&
             training->times_ns[acknowledged % TIMES_KEPT] < before_ns)
        acknowledged++;
      break;
  }
  if (acknowledged != state->acknowledged) publish(training, acknowledged);
}

/* ---- the calls ---- */

static epochlog_status log_list(epochlog_run *run, uint64_t index)
{
  static double values[LIST_LENGTH];

  values[0] = (double)index;
  for (uint64_t k = 1; k < LIST_LENGTH; k++) values[k] = call_value(index, k);
  return epochlog_log_list(run, "list", EPOCHLOG_DOUBLE, values, LIST_LENGTH);
}

static void log_row(epochlog_run *run, uint64_t index)
{
  const int64_t number = (int64_t)index;
  const double value = call_value(index, 0);
  const epochlog_column columns[] = {{"index", EPOCHLOG_INT64, &number},
                                     {"value", EPOCHLOG_DOUBLE, &value}};

  epochlog_log_row(run, "row", columns, 2);
}

static void make_call(struct training *training, uint64_t index)
{
  epochlog_run *run = training->run;
  const int64_t step = (int64_t)index;
  const double pair[] = {call_value(index, 0), call_value(index, 1)};
  enum call_kind kind = call_kind(index);
  char word[WORD_SIZE];

  if (kind == CALL_LIST && !training->plan.has_lists) kind = CALL_SCALAR;
  switch (kind) {
    case CALL_SCALAR: epochlog_scalar(run, training->scalar, step, pair[0]); break;
    case CALL_INTEGER: epochlog_log_int(run, "integer", step, (int64_t)call_bits(index, 0)); break;
    case CALL_PAIR: epochlog_scalars(run, step, training->pair, pair, 2); break;
    case CALL_TEXT:
      call_word(index, word);
      epochlog_log_text(run, "text", step, word);
      break;
    case CALL_ROW: log_row(run, index); break;
    case CALL_LIST:
      if (log_list(run, index) != EPOCHLOG_OK) training->state->refused++;
      break;
  }
}

/* ---- runs ---- */

static void start_run(struct training *training, uint64_t number)
{
  char run_id[32];
  epochlog_error error;

  snprintf(run_id, sizeof run_id, "run-%05u", (unsigned)number);
  training->plan.options.run_id = run_id;
  training->run = epochlog_start(&training->plan.options, &error);
  tell(training->state, &error);
  if (training->run == NULL) training->state->unstarted++;
  training->scalar = epochlog_define(training->run, "scalar", NULL);
  training->pair[0] = epochlog_define(training->run, "pair_a", NULL);
  training->pair[1] = epochlog_define(training->run, "pair_b", NULL);
}

static void end_run(struct training *training)
{
  epochlog_error error = {0};

  if (training->run == NULL) return;
  if (epochlog_complete(training->run, &error) == EPOCHLOG_OK) training->state->completed++;
  training->run = NULL;
  tell(training->state, &error);
  if (training->plan.acknowledge != ACK_NONE) publish(training, training->state->made);
}

/* ---- what is taken away ---- */

static void limit_files(uint64_t bytes)
{
  const struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) give_up("RLIMIT_FSIZE");
}

static void use_up_descriptors(void)
{
  const struct rlimit limit = {.rlim_cur = 64, .rlim_max = 64};

  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("RLIMIT_NOFILE");
  while (dup(0) >= 0) {}
}

static void take_away(const struct plan *plan, uint64_t index)
{
  if (plan->file_limit != 0 && index == plan->file_limit_at) limit_files(plan->file_limit);
  if (index == plan->descriptor_limit_at) use_up_descriptors();
}

/* ---- the loop ---- */

static long rss_kib(void)
{
  char line[256];
  long pages = 0;
  FILE *statm = fopen("/proc/self/statm", "r");

  if (statm == NULL) return 0; /* no descriptor is left */
  if (fgets(line, sizeof line, statm) != NULL && strchr(line, ' ') != NULL)
    pages = strtol(strchr(line, ' '), NULL, 10);
  fclose(statm);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void note_phase(struct training *training)
{
  if (training->phase_count == PHASES_MAX) return;
  training->phases[training->phase_count].made = training->state->made;
  training->phases[training->phase_count++].from_ns = now_ns();
}

static void step(struct training *training, uint64_t index)
{
  const struct plan *plan = &training->plan;
  struct state *state = training->state;
  int64_t from_ns;
  uint64_t took_us;

  while (training->phase_count <= phases_asked && training->phase_count < PHASES_MAX)
    note_phase(training);
  take_away(plan, index);
  if (plan->per_run != 0 && index != 0 && index % plan->per_run == 0) {
    end_run(training);
    start_run(training, index / plan->per_run);
  }
  from_ns = now_ns();
  training->times_ns[index % TIMES_KEPT] = from_ns;
  make_call(training, index);
  state->made = index + 1;
  took_us = (uint64_t)(now_ns() - from_ns) / 1000;
  if (took_us > state->longest_us) state->longest_us = took_us;
  acknowledge(training);
  if (plan->burst != 0 && index % plan->burst == 0) usleep((useconds_t)plan->pause_us);
  if (index == 20000) training->rss_kib = rss_kib();
}

static void print_end(struct training *training, long rss_end_kib)
{
  const struct state *state = training->state;

  printf("made=%" PRIu64 " acknowledged=%" PRIu64 " completed=%" PRIu64 " refused=%" PRIu64
         " unstarted=%" PRIu64 " status=%" PRIu64 " errno=%" PRIu64 " longest_us=%" PRIu64
         " rss_kib=%ld rss_end_kib=%ld",
         state->made, state->acknowledged, state->completed, state->refused, state->unstarted,
         state->status, state->sys_errno, state->longest_us, training->rss_kib, rss_end_kib);
  for (int i = 0; i + 1 < training->phase_count; i++) {
    const struct phase *phase = &training->phases[i];

    printf(
        " rate%d=%.0f", i,
        (double)(phase[1].made - phase->made) * 1e9 / (double)(phase[1].from_ns - phase->from_ns));
  }
  printf(" message=%s\n", state->message);
}

/* A page of a file, or of memory when nobody asks. */
static struct state *state_page(const char *path)
{
  int flags = MAP_SHARED;
  int fd = -1;
  void *page;

  if (path == NULL) {
    flags |= MAP_ANONYMOUS;
  } else {
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || ftruncate(fd, sizeof(struct state)) != 0) give_up(path);
  }
  page = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, flags, fd, 0);
  if (page == MAP_FAILED) give_up("state");
  if (fd >= 0) close(fd);
  return page;
}

static void prepare(struct training *training)
{
  const struct plan *plan = &training->plan;

  signal(SIGTERM, on_stop);
  signal(SIGUSR1, on_phase);
  training->state = state_page(plan->state);
  training->times_ns = calloc(TIMES_KEPT, sizeof *training->times_ns);
  if (training->times_ns == NULL) give_up("memory");
  if (plan->mark != NULL) {
    training->mark_fd = open(plan->mark, O_WRONLY);
    if (training->mark_fd < 0) give_up(plan->mark);
  }
  training->state->ready = 1;
  while (plan->waits && !training->state->go) usleep(1000);
}

int main(int argc, char **argv)
{
  static struct training training;
  struct plan *plan = &training.plan;
  uint64_t index = 0;
  long rss_end_kib;

  *plan =
      (struct plan){.every = 1, .has_lists = true, .ends = true, .descriptor_limit_at = UINT64_MAX};
  training.mark_fd = -1;
  for (int i = 1; i < argc; i++) take(plan, argv[i]);
  prepare(&training);
  if (plan->file_limit_at == 0 || plan->descriptor_limit_at == 0) take_away(plan, 0);
  start_run(&training, 0);
  while (!is_stopped && (plan->count == 0 || index < plan->count)) step(&training, index++);
  note_phase(&training);
  rss_end_kib = rss_kib();
  if (plan->ends) end_run(&training);
  print_end(&training, rss_end_kib);
  fflush(stdout);
  _exit(training.state->status == 0 ? 0 : 1);
}
