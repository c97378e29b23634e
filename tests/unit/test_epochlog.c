/* The life of a run: start, facts, flush, end. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "epochlog.h"
#include "format.h"
#include "one_run.h"

static void assert_next_str(struct epochlog__bytes *in, const char *want)
{
  const struct epochlog__text text = epochlog__take_str(in);
  char got[300];

  snprintf(got, sizeof got, "%.*s", (int)text.size, text.data);
  assert_string_equal(got, want);
}

/* ------------------------------------------------------------------- facts */

static void parameters_and_tags_may_change_and_properties_may_not(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;

  assert_int_equal(epochlog_param(run, "lr", 0.1), EPOCHLOG_OK);
  assert_int_equal(epochlog_param_text(run, "lr", "warm"), EPOCHLOG_OK);
  assert_int_equal(epochlog_param_int(run, "epochs", 3), EPOCHLOG_OK);
  assert_int_equal(epochlog_param_bool(run, "amp", 2), EPOCHLOG_OK);
  assert_int_equal(epochlog_tag(run, "best", NULL), EPOCHLOG_OK);
  assert_int_equal(epochlog_tag(run, "best", "yes"), EPOCHLOG_OK);
  assert_int_equal(epochlog_tag_remove(run, "best"), EPOCHLOG_OK);
  assert_int_equal(epochlog_tag_remove(run, "never set"), EPOCHLOG_OK);
  assert_int_equal(epochlog_environment(run, "library.numpy", "1.24.2"), EPOCHLOG_OK);
  assert_int_equal(epochlog_property(run, "data", "sha:1"), EPOCHLOG_OK);
  assert_int_equal(epochlog_property(run, "data", "sha:1"), EPOCHLOG_OK);
  assert_int_equal(epochlog_property(run, "data", "sha:2"), EPOCHLOG_EXISTS);
  complete_with(run, EPOCHLOG_EXISTS);
  scan = scan_of(*state);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_PARAM), 4);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_TAG), 2);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_TAG_REMOVED), 2);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_PROPERTY), 1);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_ENVIRONMENT), 1);
  scan_release(&scan);
}

static void the_end_says_how_it_ended(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;
  struct epochlog__bytes body;

  assert_int_equal(epochlog_fail(run, NULL, "out of patience", "line 3", NULL), EPOCHLOG_OK);
  scan = scan_of(*state);
  body = body_of(&scan, FORMAT_RECORD_STATUS, 0);
  assert_int_equal(epochlog__take_u8(&body), FORMAT_STATUS_FAILED);
  epochlog__take_u32(&body);
  assert_next_str(&body, "UserError");
  assert_next_str(&body, "out of patience");
  assert_next_str(&body, "line 3");
  scan_release(&scan);
  run = start_named(*state, "run");
  assert_int_equal(epochlog_cancel(run, NULL), EPOCHLOG_OK);
  scan = scan_of(*state);
  assert_int_equal(scan.log_count, 2);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_STATUS), 2);
  scan_release(&scan);
}

static void documents_are_kept_as_they_are(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;
  struct epochlog__bytes body;

  assert_int_equal(epochlog_log_markdown(run, "note", "# Good"), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_json(run, "cm", "confusion_matrix", "{ }"), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_json(run, "cm", "pie_chart", "{ }"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_json(run, "cm", NULL, NULL), EPOCHLOG_INVALID);
  complete_with(run, EPOCHLOG_INVALID);
  scan = scan_of(*state);
  body = body_of(&scan, FORMAT_RECORD_DOCUMENT, 1);
  assert_next_str(&body, "cm");
  assert_next_str(&body, "confusion_matrix");
  assert_next_str(&body, "{ }");
  scan_release(&scan);
}

/* The longest text that may be: 16 MiB; one byte more is TOO_LARGE. */
static void a_text_at_the_limit_is_kept_and_one_past_it_is_refused(void **state)
{
  char *text = malloc(EPOCHLOG_TEXT_MAX + 2);
  epochlog_run *run = start(state);
  struct scan scan;

  memset(text, 'm', EPOCHLOG_TEXT_MAX + 1);
  text[EPOCHLOG_TEXT_MAX + 1] = '\0';
  assert_int_equal(epochlog_log_markdown(run, "note", text), EPOCHLOG_TOO_LARGE);
  text[EPOCHLOG_TEXT_MAX] = '\0';
  assert_int_equal(epochlog_log_markdown(run, "note", text), EPOCHLOG_OK);
  complete_with(run, EPOCHLOG_TOO_LARGE);
  scan = scan_of(*state);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_DOCUMENT), 1);
  scan_release(&scan);
  free(text);
}

/* ------------------------------------------------------------------- start */

static void a_run_id_that_is_no_folder_name_is_invalid(void **state)
{
  const char *const bad[] = {"", ".", "..", ".hidden", "a/b", "../x", "a b", "a\\b", "\xC3\xA4"};

  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    epochlog_error error;

    assert_null(epochlog_start(&(epochlog_options){.root = *state, .run_id = bad[i]}, &error));
    assert_int_equal(error.status, EPOCHLOG_INVALID);
  }
}

static void options_outside_of_what_is_documented_are_invalid(void **state)
{
  const epochlog_options bad[] = {{.root = *state, .rank_plus_one = -1},
                                  {.root = *state, .world_size = -1},
                                  {.root = *state, .sync = (epochlog_sync_policy)9},
                                  {.root = *state, .parent_id = "../x"},
                                  {.root = *state, .reserved = {0, 1}}};

  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    epochlog_error error;

    assert_null(epochlog_start(&bad[i], &error));
    assert_int_equal(error.status, EPOCHLOG_INVALID);
  }
}

static void a_root_that_cannot_be_made_is_open(void **state)
{
  char path[600];
  epochlog_error error;

  snprintf(path, sizeof path, "%s/file", (const char *)*state);
  fclose(fopen(path, "w"));
  assert_null(epochlog_start(&(epochlog_options){.root = path}, &error));
  assert_int_equal(error.status, EPOCHLOG_OPEN);
  assert_int_not_equal(error.sys_errno, 0);
  assert_non_null(strstr(error.message, path));
  assert_null(epochlog_start(&(epochlog_options){.root = path}, NULL));
}

static void the_environment_names_what_options_do_not(void **state)
{
  epochlog_run *run;
  struct scan scan;
  struct epochlog__bytes body;

  setenv("EPOCHLOG_DIR", *state, 1);
  setenv("EPOCHLOG_RUN_ID", "run", 1);
  setenv("EPOCHLOG_RUN_NAME", "from outside", 1);
  setenv("EPOCHLOG_EXPERIMENT", "trial", 1);
  setenv("SLURM_PROCID", "7", 1);
  setenv("WORLD_SIZE", "12", 1);
  run = epochlog_start(NULL, NULL);
  assert_non_null(run);
  assert_string_equal(epochlog_run_id(run), "run");
  assert_string_equal(epochlog_run_folder(run), folder_of(*state));
  complete(run);
  unsetenv("EPOCHLOG_DIR");
  unsetenv("EPOCHLOG_RUN_ID");
  unsetenv("EPOCHLOG_RUN_NAME");
  unsetenv("EPOCHLOG_EXPERIMENT");
  unsetenv("SLURM_PROCID");
  unsetenv("WORLD_SIZE");
  scan = scan_of(*state);
  body = body_of(&scan, FORMAT_RECORD_RUN, 0);
  epochlog__take_bytes(&body, 16);
  assert_next_str(&body, "run");
  assert_next_str(&body, "from outside");
  assert_next_str(&body, "trial");
  assert_next_str(&body, "");
  assert_next_str(&body, "");
  assert_int_equal(epochlog__take_u32(&body), 7);
  assert_int_equal(epochlog__take_u32(&body), 12);
  scan_release(&scan);
}

static void only_the_variables_asked_for_are_recorded(void **state)
{
  const char *const names[] = {"EPOCHLOG_TEST_SEED", "EPOCHLOG_TEST_UNSET", NULL};
  epochlog_run *run;
  struct scan scan;
  struct epochlog__bytes body;

  setenv("EPOCHLOG_TEST_SEED", "42", 1);
  run = epochlog_start(
      &(epochlog_options){.root = *state, .run_id = "run", .environment_names = names}, NULL);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_ENVIRONMENT), 1);
  body = body_of(&scan, FORMAT_RECORD_ENVIRONMENT, 0);
  assert_next_str(&body, "EPOCHLOG_TEST_SEED");
  assert_next_str(&body, "42");
  scan_release(&scan);
}

static void runs_of_one_id_share_a_folder_with_logs_of_their_own(void **state)
{
  epochlog_run *first = start(state);
  epochlog_run *second = epochlog_start(
      &(epochlog_options){.root = *state, .run_id = "run", .rank_plus_one = 4}, NULL);
  struct scan scan;

  epochlog_log(first, "loss", 1);
  epochlog_log(second, "loss", 2);
  complete(second);
  complete(first);
  scan = scan_of(*state);
  assert_int_equal(scan.log_count, 2);
  assert_int_equal(scan.finished_count, 2);
  assert_int_equal(scan_points_of(&scan, "loss"), 2);
  scan_release(&scan);
}

static void a_child_has_its_own_folder_and_its_parents_id(void **state)
{
  epochlog_run *run = start(state);
  epochlog_run *child = epochlog_child(run, NULL, NULL);
  char folder[600];
  struct scan scan;
  struct epochlog__bytes body;

  assert_non_null(child);
  assert_string_not_equal(epochlog_run_id(child), "run");
  snprintf(folder, sizeof folder, "%s", epochlog_run_folder(child));
  complete(child);
  complete(run);
  scan_folder(&scan, folder);
  body = body_of(&scan, FORMAT_RECORD_RUN, 0);
  epochlog__take_bytes(&body, 16);
  epochlog__take_str(&body);
  assert_next_str(&body, "test-1");
  assert_next_str(&body, "default");
  assert_next_str(&body, "run");
  scan_release(&scan);
}

/* ------------------------------------------------------------- flush, null */

static void what_was_flushed_is_in_the_live_file(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;

  for (int i = 0; i < 1000; i++) epochlog_log(run, "loss", i);
  assert_int_equal(epochlog_flush(run), EPOCHLOG_OK);
  scan = scan_of(*state);
  assert_int_equal(scan.finished_count, 0);
  assert_int_equal(scan.live_count, 1);
  assert_int_equal(scan_points_of(&scan, "loss"), 1000);
  scan_release(&scan);
  assert_int_equal(epochlog_sync(run), EPOCHLOG_OK);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan.live_count, 0);
  assert_int_equal(scan_points_of(&scan, "loss"), 1000);
  scan_release(&scan);
}

static void points_reach_the_live_file_without_a_call(void **state)
{
  epochlog_run *run = epochlog_start(
      &(epochlog_options){.root = *state, .run_id = "run", .flush_interval_ms = 10}, NULL);
  size_t seen = 0;

  epochlog_log(run, "loss", 1);
  for (int i = 0; i < 200 && seen == 0; i++) {
    struct scan scan;

    usleep(10000);
    scan_folder(&scan, folder_of(*state));
    seen = scan_points_of(&scan, "loss");
    scan_release(&scan);
  }
  assert_int_equal(seen, 1);
  complete(run);
}

static void a_run_that_is_null_takes_every_call(void **state)
{
  epochlog_error error;
  const double one = 1;
  const epochlog_metric none = 0;
  const epochlog_column column = {.name = "x", .values = &one};

  (void)state;
  assert_string_equal(epochlog_run_id(NULL), "");
  assert_string_equal(epochlog_run_folder(NULL), "");
  assert_int_equal(epochlog_define(NULL, "loss", NULL), 0);
  epochlog_scalar(NULL, 1, 0, 1);
  epochlog_scalar_int(NULL, 1, 0, 1);
  epochlog_scalars(NULL, 0, &none, &one, 1);
  epochlog_log(NULL, "loss", 1);
  epochlog_log_at(NULL, "loss", 1, 1);
  epochlog_log_int(NULL, "loss", 1, 1);
  epochlog_log_bool(NULL, "loss", 1, 1);
  epochlog_log_text(NULL, "loss", 1, "x");
  assert_int_equal(epochlog_log_list(NULL, "x", EPOCHLOG_DOUBLE, &one, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(NULL, "x", &column, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_table(NULL, "x", &column, 1, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_classification(NULL, "x", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_regression(NULL, "x", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_importance(NULL, "x", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_json(NULL, "x", NULL, "{}"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_markdown(NULL, "x", "x"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_data(NULL, "x", 0, "x", 1, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_file(NULL, "x", 0, "x", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_pixels(NULL, "x", 0, "x", 1, 1, 1, 0, NULL),
                   EPOCHLOG_INVALID);
  assert_int_equal(epochlog_param(NULL, "x", 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_param_int(NULL, "x", 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_param_bool(NULL, "x", 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_param_text(NULL, "x", "x"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_tag(NULL, "x", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_tag_remove(NULL, "x"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_property(NULL, "x", "x"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_environment(NULL, "x", "x"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_file(NULL, "x", "x", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_file_data(NULL, "x", "x", 1, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_folder(NULL, "x", "x", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_flush(NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_sync(NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_last_error(NULL, &error), EPOCHLOG_INVALID);
  assert_int_equal(error.status, EPOCHLOG_INVALID);
  assert_null(epochlog_child(NULL, "x", &error));
  assert_int_equal(error.status, EPOCHLOG_INVALID);
  assert_int_equal(epochlog_complete(NULL, &error), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_fail(NULL, "x", "x", "x", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_cancel(NULL, NULL), EPOCHLOG_INVALID);
}

static void every_status_has_a_sentence(void **state)
{
  (void)state;
  for (int status = EPOCHLOG_OK; status <= EPOCHLOG_SYNC; status++)
    assert_string_not_equal(epochlog_status_text(status), "unknown status");
  assert_string_equal(epochlog_status_text(-1), "unknown status");
  assert_string_equal(epochlog_status_text(1 << 30), "unknown status");
  assert_string_equal(epochlog_version(), EPOCHLOG_VERSION);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(parameters_and_tags_may_change_and_properties_may_not),
      IN_FOLDER(the_end_says_how_it_ended),
      IN_FOLDER(documents_are_kept_as_they_are),
      IN_FOLDER(a_text_at_the_limit_is_kept_and_one_past_it_is_refused),
      IN_FOLDER(a_run_id_that_is_no_folder_name_is_invalid),
      IN_FOLDER(options_outside_of_what_is_documented_are_invalid),
      IN_FOLDER(a_root_that_cannot_be_made_is_open),
      IN_FOLDER(the_environment_names_what_options_do_not),
      IN_FOLDER(only_the_variables_asked_for_are_recorded),
      IN_FOLDER(runs_of_one_id_share_a_folder_with_logs_of_their_own),
      IN_FOLDER(a_child_has_its_own_folder_and_its_parents_id),
      IN_FOLDER(what_was_flushed_is_in_the_live_file),
      IN_FOLDER(points_reach_the_live_file_without_a_call),
      cmocka_unit_test(a_run_that_is_null_takes_every_call),
      cmocka_unit_test(every_status_has_a_sentence),
  };

  return cmocka_run_group_tests_name("epochlog", tests, NULL, NULL) != 0;
}
