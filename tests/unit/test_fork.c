/* A run in a process that forks.  Not under the thread sanitizer, which cannot start
 * threads in a forked child. */
#include "unit.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "epochlog.h"
#include "fault.h"
#include "format.h"
#include "scan.h"
#include "temp_folder.h"

#define PARENT_POINTS 100000

static epochlog_run *start(const char *root, epochlog_error *error)
{
  return epochlog_start(&(epochlog_options){.root = root, .run_id = "run"}, error);
}

static const char *folder_of(const char *root)
{
  static char path[600];

  snprintf(path, sizeof path, "%s/run", root);
  return path;
}

static void *log_until_told(void *argument)
{
  epochlog_run *run = argument;

  for (int i = 0; i < PARENT_POINTS; i++) epochlog_log(run, "parent", i);
  return NULL;
}

/* The fork comes while another thread logs as fast as it can. */
static void a_forked_child_writes_a_log_of_its_own(void **state)
{
  epochlog_run *run = start(*state, NULL);
  pthread_t thread;
  pid_t children[3];
  struct scan scan;

  epochlog_property(run, "data", "one");
  assert_int_equal(pthread_create(&thread, NULL, log_until_told, run), 0);
  for (size_t k = 0; k < 3; k++) {
    usleep(1000);
    children[k] = fork();
    if (children[k] == 0) {
      int failures = 0;

      for (int i = 0; i < 1000; i++) epochlog_log(run, "child", i);
      failures += epochlog_property(run, "data", "two") != EPOCHLOG_EXISTS;
      failures += epochlog_flush(run) != EPOCHLOG_OK;
      failures += k == 0 && epochlog_complete(run, NULL) != EPOCHLOG_EXISTS;
      _exit(failures);
    }
  }
  for (size_t k = 0; k < 3; k++) {
    int status;

    assert_int_equal(waitpid(children[k], &status, 0), children[k]);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
  }
  pthread_join(thread, NULL);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.log_count, 4);
  assert_int_equal(scan.finished_count, 2);
  assert_int_equal(scan_points_of(&scan, "parent"), PARENT_POINTS);
  assert_int_equal(scan_points_of(&scan, "child"), 3000);
  scan_release(&scan);
}

static void a_child_that_logs_nothing_leaves_nothing(void **state)
{
  epochlog_run *run = start(*state, NULL);
  struct scan scan;
  int status;
  pid_t child;

  epochlog_log(run, "loss", 1);
  child = fork();
  if (child == 0) _exit(0);
  waitpid(child, &status, 0);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan_folder(&scan, folder_of(*state));
  assert_int_equal(scan.log_count, 1);
  assert_int_equal(scan.point_count, 1);
  scan_release(&scan);
}

static void files_are_closed_when_another_program_is_run(void **state)
{
  epochlog_run *run = start(*state, NULL);
  char command[700];

  snprintf(command, sizeof command, "ls -l /proc/self/fd | grep -q '%s'", (const char *)*state);
  assert_int_not_equal(system(command), 0);
  epochlog_complete(run, NULL);
}

/* ------------------------------------------------------ children of all kinds */

/* The address sanitizer of gcc 12 does not take its allocator's locks at a fork: a child
 * that allocates may find one taken by a thread of its parent, for ever. */
#if defined(__SANITIZE_ADDRESS__)
#define CHILDREN_MAY_ALLOCATE false
#else
#define CHILDREN_MAY_ALLOCATE true
#endif

#define CHILDREN 8
#define CHILD_POINTS 500
#define CHILD_SECONDS 20 /* whoever takes longer hangs */

static pid_t by_fork(void) { return fork(); }

/* Neither calls the handlers that a library may set. */
static pid_t by_clone(void) { return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
static pid_t by_fork_alone(void) { return _Fork(); }
#else
static pid_t by_fork_alone(void) { return by_clone(); }
#endif

typedef pid_t way(void);

static way *const ways[] = {by_fork, by_fork_alone, by_clone};

static void expect_success(pid_t child)
{
  int status = -1;

  assert_int_equal(waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status)) fail_msg("a child ended by signal %d", WTERMSIG(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

/* What a child does: the exit status says how many things went wrong. */
static int log_as_child(epochlog_run *run)
{
  alarm(CHILD_SECONDS);
  for (int i = 0; i < CHILD_POINTS; i++) epochlog_log(run, "child", i);
  return epochlog_flush(run) != EPOCHLOG_OK;
}

static struct scan scan_whole(const char *root)
{
  struct scan scan;

  scan_folder(&scan, folder_of(root));
  if (scan.fault != NULL) fail_msg("the log is damaged: %s", scan.fault);
  return scan;
}

/* The kernel wipes what says that the ring is ours, so no handler is needed. */
static void a_child_made_in_any_way_writes_a_log_of_its_own(void **state)
{
  epochlog_run *run = start(*state, NULL);
  struct scan scan;

  epochlog_log(run, "parent", 1);
  for (size_t k = 0; k < 3; k++) {
    const pid_t child = ways[k]();

    if (child == 0) _exit(log_as_child(run) + (epochlog_complete(run, NULL) != EPOCHLOG_OK));
    expect_success(child);
  }
  epochlog_log(run, "parent", 2);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan = scan_whole(*state);
  assert_int_equal(scan.log_count, 4);
  assert_int_equal(scan.finished_count, 4);
  assert_int_equal(scan_points_of(&scan, "parent"), 2);
  assert_int_equal(scan_points_of(&scan, "child"), 3 * CHILD_POINTS);
  scan_release(&scan);
}

/* Each log says for itself that its live file is written. */
static void a_child_says_how_its_live_file_is_kept(void **state)
{
  epochlog_run *run = epochlog_start(
      &(epochlog_options){.root = *state, .run_id = "run", .live = EPOCHLOG_LIVE_WRITTEN}, NULL);
  struct scan scan;
  pid_t child;

  epochlog_log(run, "loss", 1);
  child = fork();
  if (child == 0) {
    epochlog_log(run, "loss", 2);
    _exit(epochlog_complete(run, NULL) != EPOCHLOG_OK);
  }
  expect_success(child);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan_folder(&scan, folder_of(*state));
  assert_int_equal(scan.log_count, 2);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_ENVIRONMENT), 2);
  scan_release(&scan);
}

static void children_of_children_do_so_too(void **state)
{
  epochlog_run *run = start(*state, NULL);
  struct scan scan;

  epochlog_log(run, "parent", 1);
  for (size_t k = 0; k < 3; k++) {
    const pid_t child = ways[k]();

    if (child == 0) {
      int failures = k == 0 ? log_as_child(run) : 0; /* or has not logged when it forks */
      const pid_t grandchild = ways[k]();
      int status;

      if (grandchild == 0) _exit(log_as_child(run));
      if (k != 0) failures += log_as_child(run);
      failures += waitpid(grandchild, &status, 0) != grandchild || status != 0;
      _exit(failures);
    }
    expect_success(child);
  }
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan = scan_whole(*state);
  assert_int_equal(scan.log_count, 7);
  assert_int_equal(scan_points_of(&scan, "child"), 6 * CHILD_POINTS);
  scan_release(&scan);
}

/* ------------------------------------------------------ the parent's own files */

struct content {
  char *data;
  size_t size;
};

/* The files of the one writer that the folder has yet. */
static struct content content_of(const char *folder, const char *ending)
{
  struct content content = {NULL, 0};
  const struct dirent *entry;
  DIR *stream = opendir(folder);
  char path[900];
  FILE *file;

  assert_non_null(stream);
  while ((entry = readdir(stream)) != NULL)
    if (strstr(entry->d_name, ending) != NULL) {
      snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
      break;
    }
  assert_non_null(entry);
  closedir(stream);
  file = fopen(path, "rb");
  fseek(file, 0, SEEK_END);
  content.size = (size_t)ftell(file);
  content.data = malloc(content.size);
  rewind(file);
  assert_int_equal(fread(content.data, 1, content.size, file), content.size);
  fclose(file);
  return content;
}

static void the_parents_files_stay_as_they_are_to_the_last_byte(void **state)
{
  epochlog_run *run = start(*state, NULL);
  char ending[2][300];
  const char *folder = folder_of(*state);
  struct content before[2];
  pid_t children[CHILDREN];
  const struct dirent *entry;
  DIR *stream = opendir(folder);
  size_t files = 0;

  while ((entry = readdir(stream)) != NULL)
    if (entry->d_name[0] != '.' && files < 2)
      snprintf(ending[files++], sizeof ending[0], "%s", entry->d_name);
  closedir(stream);
  assert_int_equal(files, 2);
  for (int i = 0; i < 40000; i++) epochlog_log(run, "parent", i);
  usleep(300000); /* what is full is sealed */
  for (size_t i = 0; i < 2; i++) before[i] = content_of(folder, ending[i]);
  for (size_t k = 0; k < CHILDREN; k++) {
    children[k] = ways[k % 3]();
    if (children[k] == 0) _exit(log_as_child(run));
  }
  for (size_t k = 0; k < CHILDREN; k++) expect_success(children[k]);
  for (size_t i = 0; i < 2; i++) {
    struct content after = content_of(folder, ending[i]);

    assert_int_equal(after.size, before[i].size);
    if (strstr(ending[i], ".live") != NULL) /* the parent's own pulse */
      memcpy(after.data + FORMAT_LIVE_SIGN_OF_LIFE, before[i].data + FORMAT_LIVE_SIGN_OF_LIFE, 8);
    assert_memory_equal(after.data, before[i].data, after.size);
    free(after.data);
    free(before[i].data);
  }
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
}

/* ------------------------------------------------------------- busy parents */

static atomic_bool is_over;

struct counting {
  epochlog_run *run;
  char name[16];
  size_t calls;
};

static void *log_until_over(void *argument)
{
  struct counting *counting = argument;

  while (!atomic_load(&is_over)) {
    epochlog_log(counting->run, counting->name, (double)counting->calls);
    counting->calls++;
  }
  return NULL;
}

/* Segments are a hundred points, so one of them is being sealed at every fork. */
static void children_may_be_forked_while_threads_log_and_the_sealer_seals(void **state)
{
  epochlog_run *run =
      epochlog_start(&(epochlog_options){.root = *state, .run_id = "run", .ring_kib = 16}, NULL);
  struct counting counting[3];
  pthread_t threads[3];
  pid_t children[CHILDREN];
  const size_t logging = CHILDREN_MAY_ALLOCATE ? CHILDREN : 0;
  struct scan scan;

  atomic_store(&is_over, false);
  for (size_t i = 0; i < 3; i++) {
    counting[i] = (struct counting){.run = run};
    snprintf(counting[i].name, sizeof counting[i].name, "parent %zu", i);
    assert_int_equal(pthread_create(&threads[i], NULL, log_until_over, &counting[i]), 0);
  }
  for (size_t k = 0; k < CHILDREN; k++) {
    usleep(2000);
    children[k] = fork();
    if (children[k] == 0) _exit(CHILDREN_MAY_ALLOCATE ? log_as_child(run) : 0);
  }
  for (size_t k = 0; k < CHILDREN; k++) expect_success(children[k]);
  atomic_store(&is_over, true);
  for (size_t i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan = scan_whole(*state);
  assert_int_equal(scan.log_count, 1 + logging);
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(scan_points_of(&scan, counting[i].name), counting[i].calls);
  assert_int_equal(scan_points_of(&scan, "child"), logging * CHILD_POINTS);
  scan_release(&scan);
}

/* ---------------------------------------------------------------- slow disks */

#define SLOW_MS 1500

static atomic_bool is_syncing;

static void sync_slowly(const struct fault_call *call, enum fault_moment moment)
{
  if (call->kind != FAULT_SYNC || moment != FAULT_BEFORE || atomic_exchange(&is_syncing, true))
    return;
  usleep(SLOW_MS * 1000);
}

static void *sync_once(void *argument)
{
  return epochlog_sync(argument) == EPOCHLOG_OK ? argument : NULL;
}

/* Neither the fork nor the child waits for the disk that a thread of the parent waits
 * for, though that thread holds a lock. */
static void a_fork_does_not_wait_for_a_sync_of_another_thread(void **state)
{
  epochlog_run *run = start(*state, NULL);
  int64_t begin;
  pthread_t thread;
  void *synced;
  struct scan scan;

  epochlog_log(run, "parent", 1);
  atomic_store(&is_syncing, false);
  fault_watch(sync_slowly);
  assert_int_equal(pthread_create(&thread, NULL, sync_once, run), 0);
  while (!atomic_load(&is_syncing)) usleep(100);
  begin = epochlog__clock_mono();
  for (size_t k = 0; k < 3; k++) {
    const pid_t child = ways[k]();

    if (child == 0) _exit(log_as_child(run));
    expect_success(child);
  }
  assert_true(epochlog__clock_mono() - begin < SLOW_MS * INT64_C(1000000));
  pthread_join(thread, &synced);
  fault_watch(NULL);
  assert_non_null(synced);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan = scan_whole(*state);
  assert_int_equal(scan_points_of(&scan, "child"), 3 * CHILD_POINTS);
  scan_release(&scan);
}

/* ------------------------------------------------------------ other programs */

extern char **environ;

/* Succeeds if the program run has no descriptor below the folder. */
static char *const *look(const char *folder)
{
  static char script[900];
  static char shell[] = "sh";
  static char option[] = "-c";
  static char *arguments[] = {shell, option, script, NULL};

  snprintf(script, sizeof script, "! ls -l /proc/$$/fd | grep -q '%s'", folder);
  return arguments;
}

static pid_t exec_after_vfork(char *const *arguments)
{
  const pid_t child = vfork();

  if (child == 0) {
    execv("/bin/sh", arguments);
    _exit(127);
  }
  return child;
}

static pid_t exec_after_fork(char *const *arguments)
{
  const pid_t child = fork();

  if (child == 0) {
    execv("/bin/sh", arguments);
    _exit(127);
  }
  return child;
}

static pid_t exec_after_logging(epochlog_run *run, char *const *arguments)
{
  const pid_t child = fork();

  if (child == 0) {
    if (log_as_child(run) != 0) _exit(126);
    execv("/bin/sh", arguments);
    _exit(127);
  }
  return child;
}

static void no_other_program_gets_a_descriptor_however_it_is_started(void **state)
{
  epochlog_run *run = start(*state, NULL);
  struct counting counting = {.run = run, .name = "parent"};
  char *const *arguments = look(*state);
  pthread_t thread;
  struct scan scan;
  pid_t child;

  atomic_store(&is_over, false);
  assert_int_equal(pthread_create(&thread, NULL, log_until_over, &counting), 0);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ), 0);
    expect_success(child);
    expect_success(exec_after_vfork(arguments));
    expect_success(exec_after_fork(arguments));
    if (CHILDREN_MAY_ALLOCATE) expect_success(exec_after_logging(run, arguments));
    assert_int_equal(system(arguments[2]), 0);
  }
  atomic_store(&is_over, true);
  pthread_join(thread, NULL);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan = scan_whole(*state);
  assert_int_equal(scan.log_count, CHILDREN_MAY_ALLOCATE ? 4 : 1);
  assert_int_equal(scan_points_of(&scan, "parent"), counting.calls);
  scan_release(&scan);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_forked_child_writes_a_log_of_its_own),
      IN_FOLDER(a_child_that_logs_nothing_leaves_nothing),
      IN_FOLDER(files_are_closed_when_another_program_is_run),
      IN_FOLDER(a_child_made_in_any_way_writes_a_log_of_its_own),
      IN_FOLDER(a_child_says_how_its_live_file_is_kept),
      IN_FOLDER(children_of_children_do_so_too),
      IN_FOLDER(the_parents_files_stay_as_they_are_to_the_last_byte),
      IN_FOLDER(children_may_be_forked_while_threads_log_and_the_sealer_seals),
      IN_FOLDER(a_fork_does_not_wait_for_a_sync_of_another_thread),
      IN_FOLDER(no_other_program_gets_a_descriptor_however_it_is_started),
  };

  return cmocka_run_group_tests_name("fork", tests, NULL, NULL) != 0;
}
