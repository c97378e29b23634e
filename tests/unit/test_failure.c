/* Which of several failures a run tells: the first, but one that cost data before one that
 * is about an argument. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "epochlog.h"
#include "fault.h"
#include "one_run.h"
#include "reader/run.h"
#include "run.h"

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

/* Of each status that an argument can have, and what told it. */
static void make_wrong_calls(epochlog_run *run)
{
  const double one = 1;

  epochlog_property(run, "p", "one");
  assert_int_equal(epochlog_property(run, "p", "two"), EPOCHLOG_EXISTS);
  assert_int_equal(epochlog_tag(run, "", "x"), EPOCHLOG_INVALID);
  epochlog_log(run, "x", 1);
  assert_int_equal(epochlog_log_list(run, "x", EPOCHLOG_DOUBLE, &one, 1), EPOCHLOG_KIND);
  assert_int_equal(epochlog_add_file(run, NULL, "/nowhere/at/all", NULL), EPOCHLOG_READ);
}

static void of_wrong_arguments_the_first_is_told(void **state)
{
  epochlog_run *run = start(state);

  make_wrong_calls(run);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_EXISTS);
  complete_with(run, EPOCHLOG_EXISTS);
}

static void a_full_disk_is_told_behind_wrong_arguments(void **state)
{
  epochlog_run *run = start(state);
  epochlog_error error;

  make_wrong_calls(run);
  fault_arm(FAULT_WRITE, 1, FAULT_ALWAYS);
  assert_int_equal(epochlog_complete(run, &error), EPOCHLOG_WRITE);
  assert_int_equal(error.sys_errno, ENOSPC);
  assert_non_null(strstr(error.message, ".elog"));
}

/* The run mends itself by new files; the sync that failed in the old ones was a failure. */
static epochlog_run *start_with_failed_sync(void **state)
{
  epochlog_run *run = start(state);

  epochlog_log(run, "loss", 1);
  fault_arm(FAULT_SYNC, 1, FAULT_ALWAYS);
  assert_int_equal(epochlog_sync(run), EPOCHLOG_SYNC);
  fault_disarm();
  return run;
}

static void a_failed_sync_is_told_behind_wrong_arguments(void **state)
{
  epochlog_run *run = start(state);
  epochlog_error error;

  make_wrong_calls(run);
  fault_arm(FAULT_SYNC, 1, FAULT_ALWAYS);
  assert_int_equal(epochlog_sync(run), EPOCHLOG_SYNC);
  assert_int_equal(epochlog_last_error(run, &error), EPOCHLOG_SYNC);
  fault_disarm();
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_SYNC);
}

static void short_memory_is_told_behind_wrong_arguments(void **state)
{
  epochlog_run *run = start(state);

  make_wrong_calls(run);
  fault_arm(FAULT_ALLOCATE, 1, FAULT_ALWAYS);
  epochlog_log(run, "new", 1);
  fault_disarm();
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_NO_MEMORY);
  complete_with(run, EPOCHLOG_NO_MEMORY);
}

static void wrong_arguments_do_not_hide_what_cost_data(void **state)
{
  epochlog_run *run = start_with_failed_sync(state);

  make_wrong_calls(run);
  complete_with(run, EPOCHLOG_SYNC);
}

static void of_what_cost_data_the_first_is_told(void **state)
{
  epochlog_run *run = start_with_failed_sync(state);

  fault_arm(FAULT_WRITE, 1, FAULT_ALWAYS);
  complete_with(run, EPOCHLOG_SYNC);
}

/* What is too much for a footer is in the log before it. */
static void large_parameters_are_no_failure(void **state)
{
  char *text = malloc(EPOCHLOG_TEXT_MAX + 1);
  char name[16];

  memset(text, 't', EPOCHLOG_TEXT_MAX);
  text[EPOCHLOG_TEXT_MAX] = '\0';
  for (size_t count = 1; count <= 5; count += 4) {
    epochlog_run *run;
    struct read_error error;
    struct run *read;
    char folder[700];

    snprintf(name, sizeof name, "run%zu", count);
    run = start_named(*state, name);
    snprintf(folder, sizeof folder, "%s/%s", (const char *)*state, name);
    for (size_t i = 0; i < count; i++) {
      snprintf(name, sizeof name, "p%zu", i);
      assert_int_equal(epochlog_param_text(run, name, text), EPOCHLOG_OK);
    }
    complete(run);
    read = run_open(folder, RUN_ALL, &error);
    assert_non_null(read);
    assert_int_equal(read->status, RUN_COMPLETED);
    assert_int_equal(read->param_count, count);
    assert_string_equal(read->params[count - 1].value.text, text);
    run_close(read);
  }
  free(text);
}

/* Each status against the two that are there already. */
static void every_status_has_its_rank(void **state)
{
  static const struct {
    epochlog_status status;
    bool is_loss;
  } all[] = {{EPOCHLOG_INVALID, false},   {EPOCHLOG_NO_MEMORY, true}, {EPOCHLOG_OPEN, true},
             {EPOCHLOG_WRITE, true},      {EPOCHLOG_READ, false},     {EPOCHLOG_KIND, false},
             {EPOCHLOG_TOO_LARGE, false}, {EPOCHLOG_EXISTS, false},   {EPOCHLOG_SYNC, true}};

  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char id[16];
    epochlog_run *run;

    snprintf(id, sizeof id, "run%zu", i);
    run = start_named(*state, id);
    epochlog__run_fail(run, EPOCHLOG_KIND, 0, "first");
    epochlog__run_fail(run, all[i].status, 0, "second");
    epochlog__run_fail(run, EPOCHLOG_OPEN, 0, "third");
    epochlog__run_fail(run, EPOCHLOG_KIND, 0, "fourth");
    complete_with(run, all[i].is_loss ? all[i].status : EPOCHLOG_OPEN);
  }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_calm_folder, remove_folder)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(of_wrong_arguments_the_first_is_told),
      IN_FOLDER(a_full_disk_is_told_behind_wrong_arguments),
      IN_FOLDER(a_failed_sync_is_told_behind_wrong_arguments),
      IN_FOLDER(short_memory_is_told_behind_wrong_arguments),
      IN_FOLDER(wrong_arguments_do_not_hide_what_cost_data),
      IN_FOLDER(of_what_cost_data_the_first_is_told),
      IN_FOLDER(large_parameters_are_no_failure),
      IN_FOLDER(every_status_has_its_rank),
  };

  return cmocka_run_group_tests_name("failure", tests, NULL, NULL) != 0;
}
