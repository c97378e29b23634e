/* A run in a process that forks.  Not under the thread sanitizer, which cannot start
 * threads in a forked child. */
#include "unit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "epochlog.h"
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

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_forked_child_writes_a_log_of_its_own),
      IN_FOLDER(a_child_that_logs_nothing_leaves_nothing),
      IN_FOLDER(files_are_closed_when_another_program_is_run),
  };

  return cmocka_run_group_tests_name("fork", tests, NULL, NULL) != 0;
}
