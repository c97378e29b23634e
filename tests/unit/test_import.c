#include "unit.h"

#include <dirent.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import/import.h"
#include "import/labels.h"
#include "import/parse_number.h"
#include "reader/run.h"

/* ---- a folder of its own for each test ---- */

static char folder[] = "/tmp/epochlog-import-XXXXXX";

static int enter_folder(void **state)
{
  (void)state;
  strcpy(folder + strlen(folder) - 6, "XXXXXX");
  return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
  (void)status;
  (void)type;
  (void)walk;
  return remove(path);
}

static int leave_folder(void **state)
{
  (void)state;
  return chdir("/") || nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static size_t count_entries(const char *path)
{
  DIR *entries = opendir(path);
  size_t count = 0;

  if (!entries) return 0;
  while (readdir(entries)) count++;
  closedir(entries);
  return count - 2; /* "." and ".." */
}

/* ---- numbers ---- */

static void numbers_are_the_doubles_that_strtod_gives(void **state)
{
  static const char *const texts[] = {"0",
                                      "-0",
                                      "1",
                                      "+1.5",
                                      ".5",
                                      "5.",
                                      "1e22",
                                      "1e23",
                                      "9007199254740993",
                                      "0.1",
                                      "1e-22",
                                      "123456789012345678901234567890",
                                      "2.2250738585072011e-308",
                                      "4.9e-324",
                                      "1e-400",
                                      "1.7976931348623157e308",
                                      "0000000000000000000000001.5",
                                      "8.5e0000000000000001",
                                      "1E5"};

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const double want = strtod(texts[i], NULL);
    double got;

    assert_int_equal(parse_number(texts[i], strlen(texts[i]), &got), PARSE_OK);
    if (memcmp(&got, &want, sizeof got) != 0)
      fail_msg("%s: got %.17g, want %.17g", texts[i], got, want);
  }
}

/* Digits, point and exponent at random, a quarter of a million times: bit by bit
 * what strtod gives. */
static void random_numbers_are_too(void **state)
{
  uint64_t seed = 20261121;

  (void)state;
  for (int round = 0; round < 250000; round++) {
    char text[48];
    double got, want;
    int at = 0, digits;

    seed = seed * 6364136223846793005u + 1442695040888963407u;
    digits = 1 + (int)(seed >> 59) % 21;
    for (int i = 0; i < digits; i++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      if (i == digits / 2) text[at++] = '.';
      text[at++] = (char)('0' + (seed >> 33) % 10);
    }
    at += sprintf(text + at, "e%d", (int)(seed >> 40) % 61 - 30);
    want = strtod(text, NULL);
    assert_int_equal(parse_number(text, (size_t)at, &got), PARSE_OK);
    if (memcmp(&got, &want, sizeof got) != 0)
      fail_msg("%s: got %.17g, want %.17g", text, got, want);
  }
}

static void words_are_numbers_too(void **state)
{
  double got;

  (void)state;
  assert_int_equal(parse_number("NaN", 3, &got), PARSE_OK);
  assert_true(isnan(got));
  assert_int_equal(parse_number("-inf", 4, &got), PARSE_OK);
  assert_close(got, (double)-INFINITY, 0);
  assert_int_equal(parse_number("Infinity", 8, &got), PARSE_OK);
  assert_close(got, (double)INFINITY, 0);
}

static void what_is_no_number_is_refused(void **state)
{
  static const char *const texts[] = {"",     "-",   ".",   "e5",     "1e",  "1e+",   "1.2.3",
                                      "0x10", "1,5", "1 2", "nan(1)", "--1", "infin", "1f"};
  double number;

  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (parse_number(texts[i], strlen(texts[i]), &number) != PARSE_NOT_A_NUMBER)
      fail_msg("'%s' was taken for %.17g", texts[i], number);
  assert_int_equal(parse_number("1e999", 5, &number), PARSE_OUT_OF_RANGE);
}

static void whole_numbers_come_in_several_dresses(void **state)
{
  static const struct {
    const char *text;
    enum parse_result result;
    int64_t want;
  } cases[] = {
      {"7", PARSE_OK, 7},
      {"-7.0", PARSE_OK, -7},
      {"1e3", PARSE_OK, 1000},
      {"9223372036854775807", PARSE_OK, INT64_MAX},
      {"-9223372036854775808", PARSE_OK, INT64_MIN},
      {"9223372036854775808", PARSE_OUT_OF_RANGE, 0},
      {"1e300", PARSE_OUT_OF_RANGE, 0},
      {"1.5", PARSE_NOT_A_NUMBER, 0},
      {"nan", PARSE_NOT_A_NUMBER, 0},
      {"", PARSE_NOT_A_NUMBER, 0},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t got = 0;

    assert_int_equal(parse_integer(cases[i].text, strlen(cases[i].text), &got), cases[i].result);
    if (cases[i].result == PARSE_OK) assert_int_equal(got, cases[i].want);
  }
}

/* ---- labels ---- */

static void labels_keep_their_places_while_they_grow(void **state)
{
  struct labels labels = {0};
  char name[16];

  (void)state;
  assert_int_equal(labels_find(&labels, "0"), -1);
  for (int i = 0; i < 5000; i++) {
    sprintf(name, "%d", i);
    assert_int_equal(labels_add(&labels, name), i);
  }
  for (int i = 0; i < 5000; i++) {
    sprintf(name, "%d", i);
    assert_int_equal(labels_find(&labels, name), i);
    assert_int_equal(labels_add(&labels, name), i);
  }
  assert_int_equal(labels_find(&labels, "5000"), -1);
  labels_release(&labels);
}

static void assert_sorted(const char *const *names, size_t count, const char *want)
{
  struct labels labels = {0};
  char list[128];

  for (size_t i = 0; i < count; i++) labels_add(&labels, names[i]);
  assert_true(labels_sort(&labels));
  labels_list(&labels, list, sizeof list);
  assert_string_equal(list, want);
  for (size_t i = 0; i < count; i++)
    assert_string_equal(labels.names[labels_find(&labels, names[i])], names[i]);
  labels_release(&labels);
}

static void labels_sort_by_value_when_all_are_numbers(void **state)
{
  (void)state;
  assert_sorted((const char *[]){"10", "9", "-1"}, 3, "'-1', '9' and '10'");
  assert_sorted((const char *[]){"10", "9", "b"}, 3, "'10', '9' and 'b'");
  assert_sorted((const char *[]){"g", "f", "e", "d", "c", "b", "a"}, 7,
                "'a', 'b', 'c', 'd', 'e' and 2 more");
}

/* ---- whole imports ---- */

static void write_file(const char *name, const char *text)
{
  FILE *file = fopen(name, "w");

  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

/* More rows than a batch holds, and not a multiple of it: every value is read back
 * as it was written. */
static void rows_of_many_batches_come_back_unchanged(void **state)
{
  enum { ROWS = 150001 };
  const struct import_options options = {
      .path = "p.csv", .type = "classification", .root = "runs", .positive = "yes"};
  struct import_result result;
  struct read_error error;
  struct run *run;
  FILE *file = fopen("p.csv", "w");

  (void)state;
  fputs("true,score,weight,id\n", file);
  for (int i = 0; i < ROWS; i++)
    fprintf(file, "%s,%.17g,%d,%d\n", i % 3 ? "no" : "yes", i / (double)ROWS, i % 5, ROWS - i);
  fclose(file);
  assert_int_equal(import_file(&options, &result), 0);
  assert_int_equal(result.rows, ROWS);
  run = run_open(result.folder, RUN_ALL, &error);
  assert_non_null(run);
  assert_int_equal(run->status, RUN_COMPLETED);
  assert_int_equal(run->evaluation_count, 1);
  assert_int_equal(run->evaluations[0].count, ROWS);
  assert_string_equal(run->evaluations[0].class_names[1], "yes");
  for (int i = 0; i < ROWS; i++) {
    const struct evaluation *got = &run->evaluations[0];

    if (got->true_class[i] != (i % 3 == 0) || got->ids[i] != ROWS - i) fail_msg("row %d", i);
    assert_close(got->scores[1][i], i / (double)ROWS, 0);
    assert_close(got->weights[i], i % 5, 0);
  }
  run_close(run);
  free(result.folder);
}

/* However many rows were already logged, a fault leaves nothing. */
static void a_fault_anywhere_leaves_nothing_behind(void **state)
{
  static const int places[] = {0, 1, 65535, 65536, 65537, 140000};
  const struct import_options options = {.path = "p.csv", .type = "regression", .root = "a/runs"};

  (void)state;
  assert_int_equal(mkdir("a", 0777), 0);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    FILE *file = fopen("p.csv", "w");
    struct import_result result;
    char want[32];

    fputs("true,predicted\n", file);
    for (int row = 0; row < places[i]; row++) fputs("1,2\n", file);
    fputs("1,two\n", file);
    fclose(file);
    assert_int_equal(import_file(&options, &result), -1);
    sprintf(want, "line %d: ", places[i] + 2);
    assert_memory_equal(result.message, want, strlen(want));
    assert_int_equal(count_entries("a"), 0);
  }
}

/* The root was there before, and other runs in it: they stay. */
static void a_fault_does_not_touch_other_runs(void **state)
{
  struct import_options options = {.path = "p.csv", .type = "metrics", .root = "runs"};
  struct import_result result;

  (void)state;
  write_file("p.csv", "step,loss\n1,2\n");
  assert_int_equal(import_file(&options, &result), 0);
  free(result.folder);
  assert_int_equal(count_entries("runs"), 1);
  write_file("p.csv", "step,loss\n1,two\n");
  assert_int_equal(import_file(&options, &result), -1);
  assert_int_equal(count_entries("runs"), 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_the_doubles_that_strtod_gives),
      cmocka_unit_test(random_numbers_are_too),
      cmocka_unit_test(words_are_numbers_too),
      cmocka_unit_test(what_is_no_number_is_refused),
      cmocka_unit_test(whole_numbers_come_in_several_dresses),
      cmocka_unit_test(labels_keep_their_places_while_they_grow),
      cmocka_unit_test(labels_sort_by_value_when_all_are_numbers),
      cmocka_unit_test_setup_teardown(rows_of_many_batches_come_back_unchanged, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_fault_anywhere_leaves_nothing_behind, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_fault_does_not_touch_other_runs, enter_folder,
                                      leave_folder),
  };

  return cmocka_run_group_tests_name("import", tests, NULL, NULL) != 0;
}
