/* Runs whose writer went on in another log: each number counts once, whatever became
 * of the two copies. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "made_log.h"
#include "reader/run.h"
#include "recover/run_recover.h"
#include "temp_folder.h"

#define START (INT64_C(1790000000) * MADE_SECOND)

/* The old log: blocks 0..99 and 100..199; points of the new one have values from
 * 1000000 up. */
static void write_old(const char *folder, const struct made_run *run)
{
  struct made_log log;

  made_log_start(&log, run);
  made_log_block(&log, 0, 99);
  made_log_block(&log, 100, 199);
  made_log_write(&log, folder, "old");
}

static const struct made_run old_run = {.id = 1, .start_ns = START, .is_short = true};
static const struct made_run new_run = {
    .id = 2, .continues = 1, .continues_seq = 100, .start_ns = START + MADE_SECOND};

static void start_new(struct made_log *log, const struct made_run *run)
{
  made_log_start(log, run);
  made_log_series(log);
  log->value = 1000000;
}

static struct run *open_run(const char *folder, enum run_detail detail)
{
  struct read_error error;
  struct run *run = run_open(folder, detail, &error);

  if (!run) fail_msg("%s", error.message);
  return run;
}

/* Every step from 0 up is there once; those from `first_new` on are of the new log. */
static void assert_points(const struct run *run, size_t count, size_t first_new)
{
  const struct metric *loss = run_metric(run, "loss");

  assert_non_null(loss);
  assert_int_equal(loss->count, count);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(loss->steps[i], i);
    assert_close(loss->values[i], (double)(i < first_new ? i : i + 1000000), 0);
  }
}

static void assert_folder(const char *folder, size_t count, size_t first_new)
{
  struct run *run = open_run(folder, RUN_ALL);

  assert_points(run, count, first_new);
  run_close(run);
  run = open_run(folder, RUN_SUMMARY);
  assert_int_equal(run_totals(run, 0).count, count);
  run_close(run);
}

/* The same of a copy that recovery made of it. */
static void assert_copy(const char *folder, size_t count, size_t first_new)
{
  struct recovery recovery;
  struct read_error error;
  char copy[600];

  snprintf(copy, sizeof copy, "%s-copy", folder);
  if (run_recover(folder, copy, &recovery, &error) == RECOVER_UNUSABLE)
    fail_msg("%s", error.message);
  recovery_release(&recovery);
  assert_folder(copy, count, first_new);
  temp_folder_remove((void *[]){strdup(copy)});
}

static void what_both_have_is_taken_from_the_log_that_continues(void **state)
{
  struct made_log log;

  write_old(*state, &old_run);
  start_new(&log, &new_run);
  made_log_block(&log, 100, 249);
  made_log_block(&log, 250, 299);
  made_log_write(&log, *state, "new");
  assert_folder(*state, 300, 100);
  assert_copy(*state, 300, 100);
}

/* Its first block is not yet sealed: the numbers stand in its live file. */
static void live_records_of_the_new_log_replace_blocks_of_the_old(void **state)
{
  struct made_log log;

  write_old(*state, &old_run);
  start_new(&log, &new_run);
  made_live_write(&log, *state, "new", 100, 260, 0);
  made_log_write(&log, *state, "new");
  assert_folder(*state, 261, 100);
  assert_copy(*state, 261, 100);
}

/* The new log was lost on its way: 100..149 is all it has of 100..199. */
static void a_block_that_the_new_log_has_only_in_part_is_kept_whole(void **state)
{
  struct made_log log;

  write_old(*state, &old_run);
  start_new(&log, &new_run);
  made_log_block(&log, 100, 119);
  made_live_write(&log, *state, "new", 120, 149, 0);
  made_log_write(&log, *state, "new");
  assert_folder(*state, 200, 200);
  assert_copy(*state, 200, 200);
}

static void live_records_of_the_old_log_count_only_up_to_where_the_new_one_begins(void **state)
{
  const struct made_run later = {
      .id = 2, .continues = 1, .continues_seq = 200, .start_ns = START + MADE_SECOND};
  const struct metric *loss;
  struct made_log log;
  struct run *run;

  made_log_start(&log, &old_run);
  made_log_block(&log, 0, 199);
  made_live_write(&log, *state, "old", 200, 279, 0);
  made_log_write(&log, *state, "old");
  start_new(&log, &later);
  made_log_block(&log, 200, 249);
  made_log_write(&log, *state, "new");
  run = open_run(*state, RUN_ALL);
  loss = run_metric(run, "loss");
  assert_int_equal(loss->count, 280);
  assert_close(loss->values[249], 1000249, 0);
  assert_close(loss->values[250], 250, 0); /* the new log does not have it */
  run_close(run);
}

static void a_series_that_only_the_old_log_describes_keeps_its_name(void **state)
{
  struct made_log log;

  write_old(*state, &old_run);
  made_log_start(&log, &new_run); /* without the RECORDS frame */
  log.value = 1000000;
  made_live_write(&log, *state, "new", 100, 220, 0);
  made_log_write(&log, *state, "new");
  assert_folder(*state, 221, 100);
}

static void chains_are_followed_to_their_end(void **state)
{
  const struct made_run third = {
      .id = 3, .continues = 2, .continues_seq = 250, .start_ns = START + 2 * MADE_SECOND};
  struct made_log log;
  struct run *run;

  write_old(*state, &old_run);
  start_new(&log, &new_run);
  made_log_block(&log, 100, 249);
  made_log_block(&log, 250, 299);
  made_log_write(&log, *state, "new");
  start_new(&log, &third);
  made_log_block(&log, 250, 399);
  made_log_status(&log, FORMAT_STATUS_COMPLETED, START + 9 * MADE_SECOND);
  made_log_write(&log, *state, "anew");
  assert_folder(*state, 400, 100);
  assert_copy(*state, 400, 100);
  run = open_run(*state, RUN_ALL);
  assert_int_equal(run->status, RUN_COMPLETED);
  assert_int_equal(run->warning_count, 0); /* those without an end are no matter */
  assert_true(run->writers[0].is_continued);
  assert_int_equal(run->writers[0].account.left_out, 1);
  assert_true(run->writers[2].continues);
  assert_false(run->writers[2].is_continued);
  run_close(run);
}

/* The first attempt at a new log failed, too. */
static void two_logs_may_continue_the_same_one(void **state)
{
  const struct made_run second = {
      .id = 3, .continues = 1, .continues_seq = 100, .start_ns = START + 2 * MADE_SECOND};
  struct made_log log;

  write_old(*state, &old_run);
  start_new(&log, &new_run);
  made_log_write(&log, *state, "first");
  start_new(&log, &second);
  made_log_block(&log, 100, 299);
  made_log_write(&log, *state, "second");
  assert_folder(*state, 300, 100);
}

static void logs_that_continue_each_other_are_read_as_if_they_did_not(void **state)
{
  const struct made_run a = {.id = 1, .continues = 2, .continues_seq = 100, .start_ns = START};
  const struct made_run self = {.id = 3, .continues = 3, .start_ns = START};
  struct made_log log;
  struct run *run;

  write_old(*state, &a);
  start_new(&log, &new_run);
  made_log_block(&log, 100, 199);
  made_log_write(&log, *state, "new");
  start_new(&log, &self);
  made_log_block(&log, 300, 309);
  made_log_write(&log, *state, "self");
  run = open_run(*state, RUN_ALL);
  assert_int_equal(run_metric(run, "loss")->count, 310);
  run_close(run);
}

static void a_log_whose_predecessor_is_gone_is_read_and_the_loss_told(void **state)
{
  struct made_log log;
  struct run *run;

  start_new(&log, &new_run);
  made_log_block(&log, 100, 299);
  made_log_write(&log, *state, "new");
  run = open_run(*state, RUN_ALL);
  assert_int_equal(run_metric(run, "loss")->count, 200);
  assert_int_equal(run->warning_count, 1);
  assert_non_null(strstr(run->warnings[0], "before record 100 is missing"));
  run_close(run);
}

/* A RUN without the fields, as all logs were before there were any. */
static void logs_of_one_folder_that_are_not_linked_all_count(void **state)
{
  const struct made_run other = {.id = 2, .start_ns = START + MADE_SECOND, .is_short = true};
  struct made_log log;
  struct run *run;

  write_old(*state, &old_run);
  start_new(&log, &other);
  made_log_block(&log, 0, 99);
  made_log_write(&log, *state, "new");
  run = open_run(*state, RUN_ALL);
  assert_int_equal(run_metric(run, "loss")->count, 300);
  assert_int_equal(run->writers[0].account.left_out, 0);
  run_close(run);
}

/* What has no numbers is in one log only, whether that is continued or not. */
static void losses_of_both_logs_are_told(void **state)
{
  struct made_log log;
  struct run *run;

  made_log_start(&log, &old_run);
  made_log_block(&log, 0, 99);
  made_log_block(&log, 100, 199);
  made_log_loss(&log, 12, START + 11 * MADE_SECOND, START + 40 * MADE_SECOND, 28);
  made_log_write(&log, *state, "old");
  start_new(&log, &new_run);
  made_log_block(&log, 100, 199);
  made_log_loss(&log, 1, START + 86400 * MADE_SECOND, START + 86400 * MADE_SECOND, 0);
  made_log_write(&log, *state, "new");
  run = open_run(*state, RUN_ALL);
  assert_points(run, 200, 100);
  assert_int_equal(run->loss_count, 2);
  assert_int_equal(run->warning_count, 2);
  assert_string_equal(run->warnings[0],
                      "12 calls between 2026-09-21 14:13:31 and 14:14:00 UTC were not recorded: "
                      "No space left on device");
  assert_string_equal(run->warnings[1],
                      "1 call at 2026-09-22 14:13:20 UTC was not recorded: calls");
  run_close(run);
}

/* What a writer could not take along, in its own words. */
static void a_possible_loss_is_told_as_one(void **state)
{
  struct made_log log;
  struct run *run;

  made_log_start(&log, &old_run);
  log.what = "records that may be missing";
  made_log_loss(&log, 12, START, START + 5 * MADE_SECOND, 5);
  made_log_write(&log, *state, "old");
  run = open_run(*state, RUN_ALL);
  assert_int_equal(run->warning_count, 1);
  assert_string_equal(run->warnings[0],
                      "12 records that may be missing; between 2026-09-21 14:13:20 and 14:13:25 "
                      "UTC: Input/output error");
  run_close(run);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(what_both_have_is_taken_from_the_log_that_continues),
      IN_FOLDER(live_records_of_the_new_log_replace_blocks_of_the_old),
      IN_FOLDER(a_block_that_the_new_log_has_only_in_part_is_kept_whole),
      IN_FOLDER(live_records_of_the_old_log_count_only_up_to_where_the_new_one_begins),
      IN_FOLDER(a_series_that_only_the_old_log_describes_keeps_its_name),
      IN_FOLDER(chains_are_followed_to_their_end),
      IN_FOLDER(two_logs_may_continue_the_same_one),
      IN_FOLDER(logs_that_continue_each_other_are_read_as_if_they_did_not),
      IN_FOLDER(a_log_whose_predecessor_is_gone_is_read_and_the_loss_told),
      IN_FOLDER(logs_of_one_folder_that_are_not_linked_all_count),
      IN_FOLDER(losses_of_both_logs_are_told),
      IN_FOLDER(a_possible_loss_is_told_as_one),
  };

  return cmocka_run_group_tests_name("continued", tests, NULL, NULL) != 0;
}
