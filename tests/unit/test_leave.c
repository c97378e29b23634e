/* epochlog_leave: this process's part in a run ends, and how the run ends is another's to
 * say. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "epochlog.h"
#include "fault.h"
#include "format.h"
#include "one_run.h"
#include "reader/run.h"

static int make_calm_folder(void **state)
{
  fault_disarm();
  return temp_folder_make(state);
}

static int remove_folder(void **state)
{
  fault_disarm();
  return temp_folder_remove(state);
}

static void leave(epochlog_run *run)
{
  epochlog_error error;

  if (epochlog_leave(run, &error) != EPOCHLOG_OK) fail_msg("%s", error.message);
  assert_int_equal(error.status, EPOCHLOG_OK);
}

static struct run *read_run(void **state)
{
  struct read_error error;
  struct run *run = run_open(folder_of(*state), RUN_ALL, &error);

  if (run == NULL) fail_msg("%s", error.message);
  return run;
}

static void expect_status(void **state, enum run_status want)
{
  struct run *run = read_run(state);

  assert_string_equal(run_status_text(run->status), run_status_text(want));
  run_close(run);
}

static void expect_success(pid_t child)
{
  int status = -1;

  assert_int_equal(waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status)) fail_msg("a child ended by signal %d", WTERMSIG(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

static size_t count_in(const char *folder)
{
  DIR *stream = opendir(folder);
  size_t count = 0;

  assert_non_null(stream);
  while (readdir(stream) != NULL) count++;
  closedir(stream);
  return count;
}

/* ------------------------------------------------------------------ one process */

/* The log is whole, with index and footer; only the word of the end is not in it. */
static void what_was_logged_is_sealed_and_the_live_file_goes(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;

  for (int i = 0; i < 40000; i++) epochlog_log(run, "loss", i);
  epochlog_log_text(run, "note", 0, "text");
  epochlog_tag(run, "tag", "value");
  leave(run);
  scan = scan_of(*state);
  assert_int_equal(scan.log_count, 1);
  assert_int_equal(scan.finished_count, 1);
  assert_int_equal(scan.index_count, 1);
  assert_int_equal(scan.live_count, 0);
  assert_int_equal(scan.skipped, 0);
  assert_int_equal(scan_points_of(&scan, "loss"), 40000);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_STATUS), 0);
  scan_release(&scan);
  expect_status(state, RUN_NOT_RESPONDING);
}

static void descriptors_and_threads_are_gone(void **state)
{
  const size_t files = count_in("/proc/self/fd"), threads = count_in("/proc/self/task");

  for (int i = 0; i < 5; i++) {
    char id[16];
    epochlog_run *run;

    snprintf(id, sizeof id, "run%d", i);
    run = start_named(*state, id);
    epochlog_log(run, "loss", 1);
    leave(run);
  }
  assert_int_equal(count_in("/proc/self/fd"), files);
  assert_int_equal(count_in("/proc/self/task"), threads);
}

static void a_run_that_was_left_at_once_is_whole(void **state)
{
  struct run *read;

  leave(start(state));
  read = read_run(state);
  assert_int_equal(read->metric_count, 0);
  assert_int_equal(read->warning_count, 0);
  run_close(read);
}

static void a_null_run_is_invalid(void **state)
{
  epochlog_error error;

  (void)state;
  assert_int_equal(epochlog_leave(NULL, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_leave(NULL, &error), EPOCHLOG_INVALID);
  assert_int_equal(error.status, EPOCHLOG_INVALID);
}

/* A program that adds to a run says nothing new of how it ended. */
static void a_run_that_has_ended_stays_as_it_ended(void **state)
{
  epochlog_run *run = start(state);
  struct run *read;

  epochlog_log(run, "loss", 1);
  epochlog_fail(run, "ValueError", "too small", "at line 3", NULL);
  run = start(state);
  epochlog_log_at(run, "loss", 1, 2);
  leave(run);
  expect_status(state, RUN_FAILED);
  read = read_run(state);
  assert_string_equal(read->error_code, "ValueError");
  assert_int_equal(read->metrics[0].count, 2);
  run_close(read);
}

/* ------------------------------------------------------------------ the failure */

static void it_returns_the_first_failure(void **state)
{
  epochlog_run *run = start(state);
  epochlog_error error;

  epochlog_property(run, "p", "one");
  assert_int_equal(epochlog_property(run, "p", "two"), EPOCHLOG_EXISTS);
  epochlog_log(run, "", 1);
  assert_int_equal(epochlog_leave(run, &error), EPOCHLOG_EXISTS);
  assert_int_equal(error.status, EPOCHLOG_EXISTS);
}

/* What the main log cannot take stays in the live file. */
static void on_a_full_disk_the_live_file_stays(void **state)
{
  epochlog_run *run = start(state);
  epochlog_error error;
  struct run *read;

  for (int i = 0; i < 1000; i++) epochlog_log(run, "loss", i);
  fault_arm(FAULT_WRITE, 1, FAULT_ALWAYS);
  assert_int_equal(epochlog_leave(run, &error), EPOCHLOG_WRITE);
  assert_true(fault_fired());
  assert_int_equal(error.sys_errno, ENOSPC);
  fault_disarm();
  read = read_run(state);
  assert_int_equal(read->metrics[0].count, 1000);
  run_close(read);
}

/* ------------------------------------------------------------------ forked children */

/* Name, size and time of change of each file of the folder. */
static void list_folder(const char *folder, char *out, size_t size)
{
  char command[800];
  FILE *list;
  size_t read;

  snprintf(command, sizeof command,
           "cd '%s' && find . -type f -printf '%%P %%s ' -exec cksum {} \\; | sort", folder);
  list = popen(command, "r");
  assert_non_null(list);
  read = fread(out, 1, size - 1, list);
  out[read] = '\0';
  pclose(list);
}

/* The parent's thread gives signs of life to its live file, so the bytes of that are not
 * compared: the child must not have removed or cut it. */
static void a_child_that_never_logged_leaves_the_parents_files_alone(void **state)
{
  static char before[4096], after[4096];
  epochlog_run *run =
      epochlog_start(&(epochlog_options){.root = *state, .run_id = "run", .no_thread = 1}, NULL);
  struct scan scan;

  for (int i = 0; i < 40000; i++) epochlog_log(run, "loss", i);
  list_folder(folder_of(*state), before, sizeof before);
  assert_non_null(strstr(before, ".live"));
  for (int i = 0; i < 3; i++) {
    const pid_t child = fork();

    if (child == 0) _exit(epochlog_leave(run, NULL) != EPOCHLOG_OK);
    expect_success(child);
  }
  list_folder(folder_of(*state), after, sizeof after);
  assert_string_equal(after, before);
  for (int i = 0; i < 40000; i++) epochlog_log(run, "loss", i);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan.log_count, 1);
  assert_int_equal(scan_points_of(&scan, "loss"), 80000);
  scan_release(&scan);
  expect_status(state, RUN_COMPLETED);
}

static void the_parents_failure_is_not_the_childs(void **state)
{
  epochlog_run *run = start_alone(state);
  pid_t child;

  epochlog_log(run, "", 1);
  child = fork();
  if (child == 0) _exit(epochlog_leave(run, NULL) != EPOCHLOG_OK);
  expect_success(child);
  complete_with(run, EPOCHLOG_INVALID);
}

static void a_child_that_logged_leaves_a_log_of_its_own(void **state)
{
  epochlog_run *run = start_alone(state);
  struct run *read;
  struct scan scan;

  epochlog_log(run, "parent", 1);
  for (int i = 0; i < 3; i++) {
    const pid_t child = fork();

    if (child == 0) {
      for (int k = 0; k < 100; k++) epochlog_log(run, "child", k);
      _exit(epochlog_leave(run, NULL) != EPOCHLOG_OK);
    }
    expect_success(child);
  }
  expect_status(state, RUN_RUNNING);
  epochlog_log(run, "parent", 2);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan.log_count, 4);
  assert_int_equal(scan.finished_count, 4);
  assert_int_equal(scan.live_count, 0);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_STATUS), 1);
  assert_int_equal(scan_points_of(&scan, "child"), 300);
  assert_int_equal(scan_points_of(&scan, "parent"), 2);
  scan_release(&scan);
  read = read_run(state);
  assert_int_equal(read->status, RUN_COMPLETED);
  assert_int_equal(read->warning_count, 0);
  run_close(read);
}

/* The child's copies of the parent's descriptors are closed, too. */
static void a_child_keeps_no_descriptor(void **state)
{
  epochlog_run *run = start_alone(state);
  pid_t child;

  epochlog_log(run, "loss", 1);
  child = fork();
  if (child == 0) {
    char command[700];

    epochlog_leave(run, NULL);
    snprintf(command, sizeof command, "ls -l /proc/%d/fd | grep -q '%s'", (int)getpid(),
             (const char *)*state);
    _exit(system(command) == 0);
  }
  expect_success(child);
  complete(run);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_calm_folder, remove_folder)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(what_was_logged_is_sealed_and_the_live_file_goes),
      IN_FOLDER(descriptors_and_threads_are_gone),
      IN_FOLDER(a_run_that_was_left_at_once_is_whole),
      IN_FOLDER(a_null_run_is_invalid),
      IN_FOLDER(a_run_that_has_ended_stays_as_it_ended),
      IN_FOLDER(it_returns_the_first_failure),
      IN_FOLDER(on_a_full_disk_the_live_file_stays),
      IN_FOLDER(a_child_that_never_logged_leaves_the_parents_files_alone),
      IN_FOLDER(the_parents_failure_is_not_the_childs),
      IN_FOLDER(a_child_that_logged_leaves_a_log_of_its_own),
      IN_FOLDER(a_child_keeps_no_descriptor),
  };

  return cmocka_run_group_tests_name("leave", tests, NULL, NULL) != 0;
}
