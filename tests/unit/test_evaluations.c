/* Batches of predictions are decoded at the same time and yet stand in their order, each
 * behind the last that could be read. */
#include "unit.h"

#include <string.h>

#include "made_log.h"
#include "parallel.h"
#include "reader/run.h"
#include "temp_folder.h"

/* More batches than are decoded at once. */
enum { BATCHES = 150, ROWS = 40 };

static const struct made_run made = {.id = 1, .start_ns = INT64_C(1790000000) * MADE_SECOND};

static void write_batches(const char *folder, const bool *is_damaged)
{
  struct made_log log;

  made_log_start(&log, &made);
  for (uint32_t b = 0; b < BATCHES; b++) made_log_predictions(&log, b * ROWS, ROWS, is_damaged[b]);
  made_log_write(&log, folder, "00000-a");
}

static void assert_rows(const struct run *run, const bool *is_damaged)
{
  const struct evaluation *evaluation = &run->evaluations[0];
  size_t at = 0, damaged = 0, said = 0;

  assert_int_equal(run->evaluation_count, 1);
  for (uint32_t b = 0; b < BATCHES; b++) {
    damaged += is_damaged[b];
    for (uint32_t i = 0; i < ROWS && !is_damaged[b]; i++, at++) {
      assert_true(at < evaluation->count);
      assert_close(evaluation->scores[1][at], (b * ROWS + i) / 1e6, 0);
      assert_close(evaluation->scores[0][at], 1 - (b * ROWS + i) / 1e6, 0);
      assert_int_equal(evaluation->true_class[at], i % 2);
    }
  }
  assert_int_equal(evaluation->count, at);
  for (size_t i = 0; i < run->warning_count; i++)
    said += strstr(run->warnings[i], "a column of it cannot be read") != NULL;
  assert_int_equal(said, damaged);
}

static void read_batches(const char *folder, const bool *is_damaged)
{
  static const size_t widths[] = {1, 2, 16};

  write_batches(folder, is_damaged);
  for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
    struct read_error error;
    struct run *run;

    parallel_set_width(widths[w]);
    run = run_open(folder, RUN_ALL, &error);
    if (!run) fail_msg("%s", error.message);
    assert_rows(run, is_damaged);
    run_close(run);
  }
  parallel_set_width(0);
}

static void whole_batches_stand_in_their_order(void **state)
{
  static const bool is_damaged[BATCHES] = {false};

  read_batches(*state, is_damaged);
}

/* The first, the last, and those at both ends of what is decoded at once. */
static void a_damaged_batch_is_left_out_and_the_rest_close_up(void **state)
{
  static const bool is_damaged[BATCHES] = {[0] = true,          [5] = true,  [6] = true,
                                           [63] = true,         [64] = true, [127] = true,
                                           [BATCHES - 1] = true};

  read_batches(*state, is_damaged);
}

static void nothing_is_left_of_damaged_batches_alone(void **state)
{
  bool is_damaged[BATCHES];

  for (size_t i = 0; i < BATCHES; i++) is_damaged[i] = true;
  read_batches(*state, is_damaged);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(whole_batches_stand_in_their_order),
      IN_FOLDER(a_damaged_batch_is_left_out_and_the_rest_close_up),
      IN_FOLDER(nothing_is_left_of_damaged_batches_alone),
  };

  return cmocka_run_group_tests_name("evaluations", tests, NULL, NULL) != 0;
}
