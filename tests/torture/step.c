/* Kills a writer after every single instruction of a logging call.
 *
 *     step short|long [OPERATION]
 *
 * A child starts a run in a small ring, logs a prefix that is known, stops, makes one
 * call, stops, and would go on.  From the first stop on it is moved by one machine
 * instruction at a time, and then:
 *
 *   - looked at: it stands still, so its files are read as they are, after every
 *     instruction that changed them; what is there then is what a kill leaves.  Of
 *     long calls `short` passes over what is far from a system call;
 *   - killed after n instructions, n = 0, 1, 2, ...: the same with a real death, a
 *     new run each.  It costs the sum of all n, so only short calls have every n;
 *   - killed before and after each of its system calls.
 *
 * Either way the whole prefix must be there, and of the one call all or nothing; all,
 * once it returned.  No thread of the library's runs, so everything a call leads to,
 * sealing too, happens in the thread that is stepped.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "epochlog.h"
#include "temp_folder.h"
#include "torture_calls.h"
#include "torture_look.h"

#define STEPS_MAX 50000000
#define FAULTS_MAX 10
#define EXIT_NO_PTRACE 77

/* What the calls see, see torture_calls.h. */
int clock_gettime(clockid_t id, struct timespec *now)
{
  const long result = syscall(SYS_clock_gettime, id, now);

  if (id == CLOCK_REALTIME) now->tv_sec += torture_clock_ahead_s;
  return (int)result;
}

/* ---- the child ---- */

static _Noreturn void be_child(const char *root, const struct torture_operation *operation,
                               int64_t fill)
{
  struct torture_writer writer = {.run = NULL};

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(EXIT_NO_PTRACE);
  writer.run = torture_start_run(root);
  if (writer.run == NULL) _exit(1);
  torture_put_prefix(&writer, fill);
  torture_clock_ahead_s = operation->clock_ahead_s;
  raise(SIGSTOP);
  operation->call(&writer);
  raise(SIGSTOP);
  _exit(0);
}

/* ---- what is found against what was logged ---- */

struct trial {
  const struct torture_operation *operation;
  int64_t fill;
  void *root;
  char folder[600];
  int64_t start_us;
  pid_t child;
  uint64_t steps;
  bool is_returned; /* the call */
  struct torture_model *before;
  struct torture_model *after;
};

static int64_t now_us(void)
{
  struct timespec now;

  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool is_point(const struct series *series, size_t at, const struct torture_point *point)
{
  if (series->steps[at] != point->step) return false;
  if (point->text == NULL)
    return series->type == FORMAT_VALUE_FLOAT &&
           memcmp(&series->numbers[at], &point->number, sizeof point->number) == 0;
  return series->type == FORMAT_VALUE_TEXT && text_is(series->texts[at], point->text);
}

/* The series' points are the first `count` of the model that have its name. */
static bool check_points(struct torture_look *look, const struct trial *trial,
                         const struct series *series, size_t count)
{
  const struct torture_model *model = trial->after;
  const int64_t end_us = now_us();
  size_t at = 0;

  for (size_t i = 0; i < count; i++) {
    const struct torture_point *point = &model->points[i];

    if (!text_is(series->name, point->series)) continue;
    if (at == series->count || !is_point(series, at, point))
      return torture_wrong(look, "point %zu of '%s' %s", at, point->series,
                           at == series->count ? "is lost" : "is another");
    if (series->times_us[at] < trial->start_us + point->ahead_us ||
        series->times_us[at] > end_us + point->ahead_us)
      return torture_wrong(look, "point %zu of '%s' has another time", at, point->series);
    at++;
  }
  if (at != series->count)
    return torture_wrong(look, "'%.*s' has %zu points too many", (int)series->name.size,
                         series->name.data, series->count - at);
  return true;
}

static bool check_all_points(struct torture_look *look, const struct trial *trial)
{
  const struct series_table *table = &look->logs[0].contents.series;
  const size_t before = trial->is_returned ? trial->after->count : trial->before->count;
  size_t count = 0;

  for (size_t i = 0; i < table->count; i++) count += table->items[i].count;
  if (count != before && count != trial->after->count)
    return torture_wrong(look, "%zu points, not %zu or %zu", count, before, trial->after->count);
  for (size_t i = 0; i < table->count; i++)
    if (!check_points(look, trial, &table->items[i], count)) return false;
  return true;
}

static bool check_facts(struct torture_look *look, const struct trial *trial)
{
  const struct run *run = look->run;
  const char *owner = run->tag_count == 1 ? run->tags[0].value.text : NULL;
  const bool is_before = owner != NULL && strcmp(owner, trial->before->owner) == 0;
  const bool is_after = owner != NULL && strcmp(owner, trial->after->owner) == 0;

  if (!is_after && !(is_before && !trial->is_returned))
    return torture_wrong(look, "the tag is '%s'", owner == NULL ? "" : owner);
  if (run->status == RUN_COMPLETED && !trial->after->is_complete)
    return torture_wrong(look, "the run is completed");
  if (run->status != RUN_COMPLETED && trial->is_returned && trial->after->is_complete)
    return torture_wrong(look, "the run was completed and is not");
  if (run->status == RUN_FAILED || run->status == RUN_CANCELED)
    return torture_wrong(look, "the run is %s", run_status_text(run->status));
  return true;
}

/* Says what is wrong. */
static bool check(const struct trial *trial, const char *what)
{
  struct torture_look look;
  const bool is_right = torture_look(&look, trial->folder, true) &&
                        check_all_points(&look, trial) && check_facts(&look, trial);

  if (!is_right)
    fprintf(stderr, "step: %s, %s after %" PRIu64 " steps: %s\n", trial->operation->name, what,
            trial->steps, look.problem);
  torture_look_away(&look);
  return is_right;
}

/* ---- one trial ---- */

static void expect(struct trial *trial, struct torture_model *before, struct torture_model *after)
{
  struct torture_writer writer = {.model = before};

  before->count = after->count = 0;
  before->is_complete = false;
  torture_put_prefix(&writer, trial->fill);
  *after = *before;
  writer.model = after;
  torture_clock_ahead_s = trial->operation->clock_ahead_s;
  trial->operation->call(&writer);
  torture_clock_ahead_s = 0;
  trial->before = before;
  trial->after = after;
}

/* A child at its first stop.  0, EXIT_NO_PTRACE, or another number when it died. */
static int begin(struct trial *trial)
{
  int status;

  trial->root = NULL;
  trial->steps = 0;
  trial->is_returned = false;
  if (temp_folder_make(&trial->root) != 0) return 1;
  snprintf(trial->folder, sizeof trial->folder, "%s/run", (const char *)trial->root);
  trial->start_us = now_us();
  trial->child = fork();
  if (trial->child == 0) be_child(trial->root, trial->operation, trial->fill);
  if (trial->child < 0 || waitpid(trial->child, &status, 0) != trial->child) return 1;
  if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP) return 0;
  fprintf(stderr, "step: the writer does not start\n");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* One instruction further, or with PTRACE_SYSCALL to where the next system call
 * begins.  False: it cannot be. */
static bool advance(struct trial *trial, enum __ptrace_request how)
{
  int status;

  if (ptrace(how, trial->child, NULL, NULL) != 0 ||
      waitpid(trial->child, &status, 0) != trial->child)
    return false;
  if (!WIFSTOPPED(status) || (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP)) {
    fprintf(stderr, "step: %s: died of itself (%d)\n", trial->operation->name, status);
    return false;
  }
  if (WSTOPSIG(status) == SIGSTOP)
    trial->is_returned = true;
  else
    trial->steps++;
  return trial->steps < STEPS_MAX;
}

static void put_to_death(struct trial *trial)
{
  int status;

  if (trial->child <= 0) return;
  kill(trial->child, SIGKILL);
  while (waitpid(trial->child, &status, 0) == trial->child && !WIFSIGNALED(status) &&
         !WIFEXITED(status)) {}
  trial->child = 0;
}

/* What failed stays to be looked at. */
static void end(struct trial *trial, bool is_right)
{
  put_to_death(trial);
  if (is_right)
    temp_folder_remove(&trial->root);
  else
    fprintf(stderr, "step: the run is in %s\n", trial->folder);
}

/* ---- looking after every instruction ---- */

/* The two files' bytes, sizes and numbers of names, to see when they change. */
struct image {
  size_t size;
  unsigned char bytes[1 << 18];
};

struct watch {
  int fds[2];
  struct image images[2];
  int last;
};

static void watch_begin(struct watch *watch, const char *folder)
{
  static const char *const endings[] = {".live", ".elog"};
  char path[1024];

  watch->images[0].size = watch->images[1].size = 0;
  for (int i = 0; i < 2; i++)
    watch->fds[i] =
        torture_file(folder, endings[i], path, sizeof path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static void watch_end(struct watch *watch)
{
  for (int i = 0; i < 2; i++)
    if (watch->fds[i] >= 0) close(watch->fds[i]);
}

static void put_in(struct image *image, const void *data, size_t size)
{
  memcpy(image->bytes + image->size, data, size);
  image->size += size;
}

static void put_file(struct image *image, int fd)
{
  struct stat info;
  ssize_t got;

  if (fstat(fd, &info) != 0) return;
  put_in(image, &info.st_size, sizeof info.st_size);
  put_in(image, &info.st_nlink, sizeof info.st_nlink);
  got = pread(fd, image->bytes + image->size, sizeof image->bytes / 3, 0);
  if (got > 0) image->size += (size_t)got;
}

static bool is_changed(struct watch *watch)
{
  struct image *now = &watch->images[!watch->last];
  const struct image *then = &watch->images[watch->last];

  now->size = 0;
  for (int i = 0; i < 2; i++) put_file(now, watch->fds[i]);
  watch->last = !watch->last;
  return now->size != then->size || memcmp(now->bytes, then->bytes, now->size) != 0;
}

struct tally {
  uint64_t looks;
  uint64_t kills;
  uint64_t faults;
};

/* One child through all of its call, read after every instruction that changed its
 * files.  With a `window` only so many instructions are made one by one at the start
 * and from each system call on; what is between is left to pass.  Leaves the number
 * of instructions in `trial`. */
static void look_through(struct trial *trial, uint64_t window, struct tally *tally)
{
  static struct watch watch;
  bool is_right = begin(trial) == 0;
  uint64_t alone = 0;

  watch_begin(&watch, trial->folder);
  while (is_right) {
    tally->looks++;
    if (is_changed(&watch) || trial->is_returned)
      is_right = check(trial, trial->is_returned ? "returned" : "stopped");
    if (trial->is_returned || !is_right) break;
    if (window != 0 && alone++ >= window) {
      alone = 0;
      is_right = advance(trial, PTRACE_SYSCALL);
    } else {
      is_right = advance(trial, PTRACE_SINGLESTEP);
    }
  }
  watch_end(&watch);
  tally->faults += !is_right;
  end(trial, is_right);
}

/* ---- killing ---- */

/* After so many instructions, or so many beginnings and ends of system calls.  False:
 * the call returned before. */
static bool kill_after(struct trial *trial, uint64_t steps, enum __ptrace_request how,
                       struct tally *tally)
{
  bool is_right = begin(trial) == 0;

  while (is_right && trial->steps < steps && !trial->is_returned) is_right = advance(trial, how);
  put_to_death(trial);
  tally->kills++;
  is_right = is_right && check(trial, how == PTRACE_SYSCALL ? "killed at system calls" : "killed");
  tally->faults += !is_right;
  end(trial, is_right);
  return is_right && !trial->is_returned;
}

/* ---- all of it ---- */

struct effort {
  uint64_t window;  /* of look_through */
  uint64_t stepped; /* instructions that the kills of one call may cost */
};

/* The smallest stride at which killing after 0, stride, ... steps stays affordable. */
static uint64_t kill_stride(const struct torture_operation *operation, uint64_t steps,
                            const struct effort *effort)
{
  const uint64_t stride = steps * steps / 2 / effort->stepped;

  return stride == 0 || operation->is_short ? 1 : stride;
}

static void torture(const struct torture_operation *operation, const int64_t *fills,
                    const struct effort *effort, struct tally *tally)
{
  static struct torture_model before, after;
  struct trial trial = {.operation = operation, .fill = fills[operation->fill] - operation->less};
  uint64_t steps, stride;

  expect(&trial, &before, &after);
  look_through(&trial, effort->window, tally);
  steps = trial.steps;
  stride = kill_stride(operation, steps, effort);
  if (getenv("V") != NULL)
    fprintf(stderr, "step: %s: %s instructions, killed at every %s\n", operation->name,
            torture_number(steps), torture_number(stride));
  for (uint64_t n = 0; n <= steps && tally->faults < FAULTS_MAX; n += stride)
    kill_after(&trial, n, PTRACE_SINGLESTEP, tally);
  for (uint64_t n = 1; tally->faults < FAULTS_MAX; n++)
    if (!kill_after(&trial, n, PTRACE_SYSCALL, tally)) break;
}

/* One processor for both: the one only ever runs while the other waits. */
static void stay_on_one_processor(void)
{
  const int processor = sched_getcpu();
  cpu_set_t set;

  if (processor < 0) return;
  CPU_ZERO(&set);
  CPU_SET((size_t)processor, &set);
  sched_setaffinity(0, sizeof set, &set);
}

static bool may_trace(void)
{
  int status = 0;
  const pid_t child = fork();
  bool may;

  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(EXIT_NO_PTRACE);
    raise(SIGSTOP);
    _exit(0);
  }
  if (child < 0 || waitpid(child, &status, 0) != child) return false;
  if (!WIFSTOPPED(status)) return false;
  may = ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) == 0 && waitpid(child, &status, 0) == child &&
        WIFSTOPPED(status);
  kill(child, SIGKILL);
  while (waitpid(child, &status, 0) == child && !WIFSIGNALED(status)) {}
  return may;
}

/* Why nothing can be stepped here, NULL: it can.  Where atomics are loops of exclusive
 * loads and stores, a step between the two takes the exclusiveness away: they never end. */
static const char *hindrance(void)
{
#if defined(__aarch64__)
  if ((getauxval(AT_HWCAP) & HWCAP_ATOMICS) == 0) return "atomics cannot be stepped through here";
#elif !defined(__x86_64__)
  return "this processor's single steps are not known";
#endif
  return may_trace() ? NULL : "processes may not be traced here";
}

int main(int argc, char **argv)
{
  const bool is_long = argc >= 2 && strcmp(argv[1], "long") == 0;
  const char *wanted = argc == 3 ? argv[2] : NULL;
  const struct effort effort = is_long ? (struct effort){0, 2000000} : (struct effort){1000, 10000};
  struct tally tally = {0, 0, 0};
  int64_t fills[TORTURE_FILLS];
  size_t done = 0;

  if (argc < 2 || argc > 3 || (!is_long && strcmp(argv[1], "short") != 0)) {
    fprintf(stderr, "usage: step short|long [OPERATION]\n");
    return 2;
  }
  if (hindrance() != NULL) {
    printf("step: skipped: %s\n", hindrance());
    return 0;
  }
  torture_make_values();
  stay_on_one_processor();
  if (!torture_measure_fills(fills)) {
    fprintf(stderr, "step: no segment is ever full\n");
    return 1;
  }
  for (size_t i = 0; i < torture_operation_count && tally.faults < FAULTS_MAX; i++) {
    if (wanted != NULL && strcmp(wanted, torture_operations[i].name) != 0) continue;
    torture(&torture_operations[i], fills, &effort, &tally);
    done++;
  }
  if (done == 0) {
    fprintf(stderr, "step: no operation is called '%s'\n", wanted);
    return 2;
  }
  printf("step: read at %s and killed at %s instructions of %zu operations, %s\n",
         torture_number(tally.looks), torture_number(tally.kills), done,
         tally.faults == 0 ? "0 points lost" : "NOT all right");
  return tally.faults == 0 ? 0 : 1;
}
