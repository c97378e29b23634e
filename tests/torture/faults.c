/* Runs in which one call of the system fails: each kind of call, with each error, at
 * each place, once, for a while or for good.
 *
 *     faults [-a] [-j JOBS] [-d DENSITY] [-k KIND]
 *
 * Every run is a process of its own that logs thousands of calls through a live file
 * of 16 KiB and is read again.  It must not crash, hang or take much memory, and
 *
 *   - what is read was logged, once, with the values it was logged with;
 *   - what is missing is told: by LOSS records, by the status of the call, or, where
 *     the end could not be written, by the failure that the end returns;
 *   - that failure is the first one, and names the file;
 *   - once the calls go well again everything is kept, and the run ends well.
 *
 * The fault moves on by one call up to DENSITY, then by one in DENSITY, until there is
 * no such call any more.  -a: each in every place (struct place), not in one of them.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "epochlog.h"
#include "fault.h"
#include "reader/run.h"
#include "torture_threads.h"

#define SPELL 25
#define PAUSE_NS 400000000 /* a disk that was full is asked again after a quarter of a second */
#define HANG_SECONDS 30
#define JOBS_MAX 64
#define FAILURES_MAX 40

/* A process that keeps more than this has no bound. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_MAX_KIB LONG_MAX
#else
#define MEMORY_MAX_KIB (96L << 10)
#endif

enum outcome { OUTCOME_GOOD = 0, OUTCOME_BAD = 1, OUTCOME_NO_FAULT = 3 };

/* ------------------------------------------------------------- what is tried */

struct place {
  const char *name;
  int threads;
  epochlog_sync_policy sync;
  epochlog_live live;
  int no_thread;
};

static const struct place places[] = {
    {"alone, mapped", 1, EPOCHLOG_SYNC_NONE, EPOCHLOG_LIVE_AUTO, 1},
    {"3 threads, mapped, interval", 3, EPOCHLOG_SYNC_INTERVAL, EPOCHLOG_LIVE_AUTO, 0},
    {"3 threads, written", 3, EPOCHLOG_SYNC_NONE, EPOCHLOG_LIVE_WRITTEN, 0},
    {"alone, mapped, always", 1, EPOCHLOG_SYNC_ALWAYS, EPOCHLOG_LIVE_AUTO, 1},
    {"alone, written, interval", 1, EPOCHLOG_SYNC_INTERVAL, EPOCHLOG_LIVE_WRITTEN, 1},
};

#define PLACE_COUNT (sizeof places / sizeof *places)

struct kind {
  enum fault_kind kind;
  const char *name;
  int errors[4]; /* ends with 0 */
  bool has_other;
  enum fault_kind other; /* fails too when the first has */
};

static const struct kind kinds[] = {
    {FAULT_ALLOCATE, "allocate", {ENOMEM, 0}, false, 0},
    {FAULT_WRITE, "write", {ENOSPC, EDQUOT, EIO, 0}, false, 0},
    {FAULT_SYNC, "sync", {EIO, ENOSPC, EDQUOT, 0}, false, 0},
    {FAULT_CREATE, "create", {EMFILE, EROFS, ENOSPC, 0}, false, 0},
    {FAULT_UNLINK, "unlink", {EROFS, EIO, 0}, false, 0},
    {FAULT_TRUNCATE, "truncate", {EIO, EROFS, 0}, false, 0},
    {FAULT_RESERVE, "reserve", {ENOSPC, EOPNOTSUPP, EDQUOT, 0}, false, 0},
    {FAULT_FOLDER_SYNC, "folder sync", {EIO, EINVAL, 0}, false, 0},
    {FAULT_MAP, "map", {ENODEV, ENOMEM, EACCES, 0}, false, 0},
    {FAULT_POPULATE, "populate", {ENOMEM, EFAULT, ENOSPC, 0}, false, 0},
    {FAULT_WRITE, "write and truncate", {ENOSPC, EIO, 0}, true, FAULT_TRUNCATE},
    {FAULT_RESERVE, "reserve and truncate", {ENOSPC, 0}, true, FAULT_TRUNCATE},
    {FAULT_SYNC, "sync and create", {EIO, 0}, true, FAULT_CREATE},
    {FAULT_SYNC, "sync and write", {EIO, ENOSPC, 0}, true, FAULT_WRITE},
    {FAULT_SYNC, "sync and folder sync", {EIO, 0}, true, FAULT_FOLDER_SYNC},
    {FAULT_SYNC, "sync and map", {EIO, 0}, true, FAULT_MAP},
    {FAULT_SYNC, "sync and allocate", {EIO, 0}, true, FAULT_ALLOCATE},
    {FAULT_SYNC, "sync and reserve", {EIO, 0}, true, FAULT_RESERVE},
    {FAULT_SYNC, "sync and unlink", {EIO, 0}, true, FAULT_UNLINK},
};

#define KIND_COUNT (sizeof kinds / sizeof *kinds)

static const char *const span_names[] = {"once", "from then on", "for a while"};

struct scenario {
  const struct kind *kind;
  const struct place *place;
  int error;
  enum fault_span span;
  int nth;
};

static int complain(const struct scenario *scenario, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int complain(const struct scenario *scenario, const char *format, ...)
{
  char words[600];
  va_list list;

  va_start(list, format);
  vsnprintf(words, sizeof words, format, list);
  va_end(list);
  fprintf(stderr, "%s: %s %d fails %s with errno %d: %s\n", scenario->place->name,
          scenario->kind->name, scenario->nth, span_names[scenario->span], scenario->error, words);
  return OUTCOME_BAD;
}

/* ----------------------------------------------------------------- reading */

struct story {
  const struct scenario *scenario;
  const char *folder;
  struct torture_logger *loggers;
  struct torture_found found;
  uint64_t missing;
  uint64_t missing_after; /* untold, of the calls when all went well again */
  uint64_t missing_untold;
  uint64_t losses;
  bool has_fired;
  bool is_complete;
  epochlog_status status;
  epochlog_error error;
};

static const char *count_missing(struct story *story)
{
  const struct torture_found *found = &story->found;

  for (int t = 0; t < found->threads; t++)
    for (size_t i = 0; i < found->call_count; i++) {
      const unsigned whole = torture_parts(i);

      if (found->parts[t][i] > whole) return "a call is there twice";
      if (found->parts[t][i] == whole) continue;
      story->missing++;
      story->missing_after += i >= TORTURE_CALLS && !story->loggers[t].is_told[i];
      story->missing_untold += !story->loggers[t].is_told[i];
    }
  return NULL;
}

/* A piece of a frame that cannot be cut off stays. */
static bool may_damage(const struct kind *kind)
{
  return kind->has_other && kind->other == FAULT_TRUNCATE;
}

static const char *read_back(struct story *story)
{
  static struct read_error error;
  struct run *run = run_open(story->folder, RUN_ALL, &error);
  const char *problem = NULL;

  if (run == NULL) return error.message;
  for (size_t i = 0; i < run->metric_count && problem == NULL; i++)
    problem = torture_find(&story->found, &run->metrics[i]);
  for (size_t i = 0; i < run->loss_count; i++)
    if (!run->losses[i].is_possible) story->losses += run->losses[i].count;
  story->is_complete = run->status == RUN_COMPLETED;
  for (size_t i = 0; i < run->writer_count && problem == NULL; i++)
    if (run->writers[i].account.damaged && !may_damage(story->scenario->kind))
      problem = "the log is damaged";
  if (problem == NULL) problem = count_missing(story);
  if (run->status == RUN_FAILED || run->status == RUN_CANCELED) problem = "an end never said";
  run_close(run);
  return problem;
}

/* ----------------------------------------------------------------- judging */

/* What leaves a file's content as it is, or does without. */
static bool is_harmless(const struct kind *kind)
{
  return !kind->has_other && (kind->kind == FAULT_RESERVE || kind->kind == FAULT_MAP ||
                              kind->kind == FAULT_POPULATE || kind->kind == FAULT_UNLINK);
}

/* A call without memory is not counted; the first failure says that there was none. */
static bool is_of_memory(const struct kind *kind)
{
  return kind->kind == FAULT_ALLOCATE || (kind->has_other && kind->other == FAULT_ALLOCATE);
}

static bool is_sync(enum fault_kind kind)
{
  return kind == FAULT_SYNC || kind == FAULT_FOLDER_SYNC;
}

static bool names_file(const epochlog_error *error)
{
  return strstr(error->message, ".elog") != NULL || strstr(error->message, ".live") != NULL ||
         strstr(error->message, "/run") != NULL;
}

/* On a busy machine the thread that seals may not run for a second; calls are then lost
 * and told, as if the disk hung. */
static bool was_starved(const struct story *story)
{
  return story->error.sys_errno == ETIMEDOUT && !story->scenario->place->no_thread;
}

/* Kinds that cost nothing but durability. */
static bool keeps_all(const struct kind *kind)
{
  return !kind->has_other && (is_sync(kind->kind) || is_harmless(kind));
}

static int judge_losses(const struct story *story)
{
  const struct scenario *scenario = story->scenario;
  const bool is_over = story->found.call_count == TORTURE_CALLS_ALL;

  /* The failure of the end says that not everything was written. */
  if (story->status != EPOCHLOG_OK && !story->is_complete && !is_over) return OUTCOME_GOOD;
  if (story->missing != 0 && keeps_all(scenario->kind) && !was_starved(story))
    return complain(scenario, "%" PRIu64 " calls are missing", story->missing);
  if (story->missing_untold > story->losses && !is_of_memory(scenario->kind))
    return complain(scenario,
                    "%" PRIu64 " calls are missing, %" PRIu64 " told, %" PRIu64 " by status",
                    story->missing, story->losses, story->missing - story->missing_untold);
  if (story->losses > story->missing)
    return complain(scenario, "%" PRIu64 " calls are told as lost, and %" PRIu64 " are",
                    story->losses, story->missing);
  if (is_over && story->missing_after != 0)
    return complain(scenario, "%" PRIu64 " calls of after the fault are missing",
                    story->missing_after);
  if (is_over && !story->is_complete) return complain(scenario, "the end is missing");
  return OUTCOME_GOOD;
}

static int judge(const struct story *story)
{
  const struct scenario *scenario = story->scenario;

  if (story->status == EPOCHLOG_OK) {
    if (story->missing != 0)
      return complain(scenario, "%" PRIu64 " calls are missing and the end returned success",
                      story->missing);
    if (!story->is_complete) return complain(scenario, "no end and success");
    if (story->has_fired && is_sync(scenario->kind->kind))
      return complain(scenario, "not durable and success");
    return OUTCOME_GOOD;
  }
  if (is_harmless(scenario->kind) && !was_starved(story))
    return complain(scenario, "the end returned %d, %s", (int)story->status, story->error.message);
  if (story->error.status != story->status || story->error.message[0] == '\0')
    return complain(scenario, "the failure is not told");
  if (!is_of_memory(scenario->kind) &&
      (!names_file(&story->error) ||
       (story->error.sys_errno != scenario->error && !was_starved(story))))
    return complain(scenario, "the first failure is errno %d, %s", story->error.sys_errno,
                    story->error.message);
  if (scenario->kind->kind == FAULT_ALLOCATE && story->status != EPOCHLOG_NO_MEMORY &&
      !was_starved(story))
    return complain(scenario, "the first failure is %d, %s", (int)story->status,
                    story->error.message);
  return judge_losses(story);
}

/* --------------------------------------------------------------- one process */

/* A start that failed leaves nothing but its folder. */
static int judge_no_start(const struct scenario *scenario, const char *folder,
                          const epochlog_error *error)
{
  DIR *stream = opendir(folder);
  const struct dirent *entry;
  int result = OUTCOME_GOOD;

  if (!fault_fired()) result = complain(scenario, "no start: %s", error->message);
  if (is_harmless(scenario->kind)) result = complain(scenario, "no start: %s", error->message);
  if (error->status != EPOCHLOG_OPEN && error->status != EPOCHLOG_NO_MEMORY &&
      error->status != EPOCHLOG_SYNC)
    result = complain(scenario, "no start, status %d", (int)error->status);
  if (error->message[0] == '\0') result = complain(scenario, "no start, and no words");
  while (stream != NULL && (entry = readdir(stream)) != NULL)
    if (strstr(entry->d_name, ".elog") != NULL || strstr(entry->d_name, ".live") != NULL)
      result = complain(scenario, "no start, but %s is left", entry->d_name);
  if (stream != NULL) closedir(stream);
  return result;
}

static int finish(struct story *story, epochlog_run *run, bool fired)
{
  const char *problem;
  epochlog_error last;

  epochlog_last_error(run, &last);
  story->status = epochlog_complete(run, &story->error);
  story->has_fired = fired || fault_fired();
  fault_disarm();
  if (last.status != EPOCHLOG_OK && last.status != story->status)
    return complain(story->scenario, "the end returned %d after %d", (int)story->status,
                    (int)last.status);
  problem = read_back(story);
  if (problem != NULL) return complain(story->scenario, "%s", problem);
  if (judge(story) == OUTCOME_BAD) return OUTCOME_BAD;
  return story->has_fired ? OUTCOME_GOOD : OUTCOME_NO_FAULT;
}

static int play(const struct scenario *scenario, const char *root)
{
  static struct torture_logger loggers[TORTURE_LOGGERS_MAX];
  static struct story story;
  const struct place *place = scenario->place;
  char folder[600];
  epochlog_error error;
  epochlog_run *run;
  bool fired;

  snprintf(folder, sizeof folder, "%s/run", root);
  story = (struct story){
      .scenario = scenario, .folder = folder, .loggers = loggers, .found.threads = place->threads};
  fault_arm(scenario->kind->kind, scenario->nth, scenario->span);
  fault_errno(scenario->error);
  if (scenario->kind->has_other) fault_also(scenario->kind->other);
  if (scenario->kind->other == FAULT_TRUNCATE) fault_partial(13); /* a piece to cut off */
  fault_spell(SPELL);
  run = epochlog_start(&(epochlog_options){.root = root,
                                           .run_id = "run",
                                           .sync = place->sync,
                                           .sync_interval_ms = 1,
                                           .flush_interval_ms = 1,
                                           .capture_environment_off = 1,
                                           .live = place->live,
                                           .no_thread = place->no_thread,
                                           .ring_kib = 16},
                       &error);
  if (run == NULL) return judge_no_start(scenario, folder, &error);
  for (int i = 0; i < place->threads; i++) torture_define(&loggers[i], run, i);
  torture_log(loggers, place->threads, 0, TORTURE_CALLS);
  story.found.call_count = TORTURE_CALLS;
  fired = fault_fired();
  if (fired && scenario->span != FAULT_ALWAYS) {
    fault_disarm();
    nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    torture_log(loggers, place->threads, TORTURE_CALLS, TORTURE_CALLS_ALL);
    story.found.call_count = TORTURE_CALLS_ALL;
  }
  return finish(&story, run, fired);
}

static void remove_folder(const char *folder)
{
  char command[700];

  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) fprintf(stderr, "%s: is left\n", folder);
}

static int play_in_folder(const struct scenario *scenario)
{
  const char *root = getenv("TMPDIR");
  char folder[512];
  struct rusage usage;
  int result;

  if (access("/dev/shm", W_OK) == 0) root = "/dev/shm"; /* memory, where there is a folder of it */
  snprintf(folder, sizeof folder, "%s/epochlog-fault-XXXXXX", root == NULL ? "/tmp" : root);
  if (mkdtemp(folder) == NULL) return complain(scenario, "no folder");
  result = play(scenario, folder);
  getrusage(RUSAGE_SELF, &usage);
  if (usage.ru_maxrss > MEMORY_MAX_KIB)
    result = complain(scenario, "%ld KiB of memory", usage.ru_maxrss);
  if (result == OUTCOME_BAD)
    fprintf(stderr, "  kept in %s\n", folder);
  else
    remove_folder(folder);
  return result;
}

/* -------------------------------------------------------------- many of them */

/* One line of scenarios, which differ in where the fault comes. */
struct line {
  struct scenario next;
  int running;
  bool is_over;
};

struct job {
  pid_t pid;
  struct line *line;
  struct scenario scenario;
};

struct pool {
  struct line *lines;
  size_t line_count;
  size_t turn;
  struct job jobs[JOBS_MAX];
  int job_count;
  int running;
  int density;
  uint64_t faults;
  uint64_t failures;
};

static void begin_job(struct pool *pool, struct line *line)
{
  struct job *job = pool->jobs;
  pid_t child;

  while (job->pid != 0) job++;
  fflush(stderr);
  child = fork();
  if (child == 0) {
    alarm(HANG_SECONDS);
    _exit(play_in_folder(&line->next));
  }
  if (child < 0) {
    perror("faults: fork");
    exit(2);
  }
  *job = (struct job){.pid = child, .line = line, .scenario = line->next};
  line->running++;
  pool->running++;
  line->next.nth += 1 + line->next.nth / pool->density;
}

static void end_job(struct pool *pool)
{
  int status;
  const pid_t pid = wait(&status);
  struct job *job = pool->jobs;

  while (job < pool->jobs + JOBS_MAX && job->pid != pid) job++;
  if (pid < 0 || job == pool->jobs + JOBS_MAX) return;
  if (WIFSIGNALED(status))
    complain(&job->scenario, WTERMSIG(status) == SIGALRM ? "it hangs" : "signal %d",
             WTERMSIG(status));
  if (!WIFEXITED(status) || WEXITSTATUS(status) == OUTCOME_BAD) {
    pool->failures++;
  } else if (WEXITSTATUS(status) == OUTCOME_NO_FAULT) {
    job->line->is_over = true;
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == OUTCOME_GOOD) pool->faults++;
  job->line->running--;
  job->pid = 0;
  pool->running--;
}

/* The next line in turn; NULL: all are over. */
static struct line *next_line(struct pool *pool)
{
  for (size_t i = 0; i < pool->line_count; i++) {
    struct line *line = &pool->lines[pool->turn++ % pool->line_count];

    if (!line->is_over) return line;
  }
  return NULL;
}

static void run_all(struct pool *pool)
{
  struct line *line;

  while (pool->failures < FAILURES_MAX && (line = next_line(pool)) != NULL) {
    begin_job(pool, line);
    if (pool->running >= pool->job_count) end_job(pool);
  }
  while (pool->running > 0) end_job(pool);
}

/* Every kind, error and span; in each place, or else the places in turn. */
static void make_lines(struct pool *pool, bool all_places, const char *only)
{
  size_t turn = 0;

  pool->lines = calloc(KIND_COUNT * 4 * 3 * PLACE_COUNT, sizeof *pool->lines);
  if (pool->lines == NULL) abort();
  for (size_t k = 0; k < KIND_COUNT; k++)
    for (const int *error = kinds[k].errors; *error != 0; error++)
      for (int span = FAULT_ONCE; span <= FAULT_SPELL; span++)
        for (size_t p = 0; p < (all_places ? PLACE_COUNT : 1); p++) {
          const size_t place = all_places ? p : turn++ % PLACE_COUNT;

          if (only != NULL && strcmp(only, kinds[k].name) != 0) continue;
          pool->lines[pool->line_count++].next = (struct scenario){.kind = &kinds[k],
                                                                   .place = &places[place],
                                                                   .error = *error,
                                                                   .span = (enum fault_span)span,
                                                                   .nth = 1};
        }
}

int main(int argc, char **argv)
{
  static struct pool pool = {.job_count = 8, .density = 4};
  const char *only = NULL;
  bool all_places = false;
  int option;

  while ((option = getopt(argc, argv, "aj:d:k:")) != -1) switch (option) {
      case 'a': all_places = true; break;
      case 'j': pool.job_count = (int)strtol(optarg, NULL, 10); break;
      case 'd': pool.density = (int)strtol(optarg, NULL, 10); break;
      case 'k': only = optarg; break;
      default: pool.job_count = 0; break;
    }
  if (pool.job_count < 1 || pool.job_count > JOBS_MAX || pool.density < 1) {
    fprintf(stderr, "usage: faults [-a] [-j JOBS] [-d DENSITY] [-k KIND]\n");
    return 2;
  }
  make_lines(&pool, all_places, only);
  run_all(&pool);
  printf("%" PRIu64 " faults in %zu lines, %" PRIu64 " not survived\n", pool.faults,
         pool.line_count, pool.failures);
  free(pool.lines);
  return pool.failures == 0 && pool.faults != 0 ? 0 : 1;
}
