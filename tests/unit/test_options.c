#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

struct values {
  bool json;
  bool all;
  const char *name;
  const char *theme;
  struct text_list metrics;
  uint64_t limit;
  double level;
};

static const struct option_spec specs[] = {
    {'j', "json", OPTION_FLAG, NULL, offsetof(struct values, json), "print JSON"},
    {'a', "all", OPTION_FLAG, NULL, offsetof(struct values, all), "show all"},
    {'o', "output", OPTION_TEXT, "DIR", offsetof(struct values, name), "write to DIR"},
    {0, "theme", OPTION_CHOICE, "light|dark", offsetof(struct values, theme), "colours"},
    {'m', "metric", OPTION_LIST, "NAME", offsetof(struct values, metrics), "show NAME"},
    {'n', "limit", OPTION_COUNT, "N", offsetof(struct values, limit), "the first N"},
    {0, "level", OPTION_NUMBER, "P", offsetof(struct values, level), "a share"},
};

static const struct usage usage = {
    .name = "draw",
    .operands = "RUN [NAME]",
    .about = "Draws.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof *specs,
    .operand_min = 1,
    .operand_max = 2,
};

/* What came of one command line. */
struct outcome {
  int result;
  struct values values;
  struct text_list operands;
  char message[256];
};

/* Reads a command line whose words are separated by blanks. */
static struct outcome read_line(const char *line)
{
  struct outcome outcome = {.values = {.limit = 7}};
  static char copy[256];
  char *argv[16];
  int argc = 0;

  snprintf(copy, sizeof copy, "draw %s", line);
  for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) argv[argc++] = word;
  outcome.result = options_read(&usage, argc, argv, &outcome.values, &outcome.operands,
                                outcome.message, sizeof outcome.message);
  return outcome;
}

static void release(struct outcome *outcome)
{
  free(outcome->values.metrics.items);
  free(outcome->operands.items);
}

static void options_stand_before_and_after_operands(void **state)
{
  struct outcome got = read_line("-j run-7 --output here loss --all");

  (void)state;
  assert_int_equal(got.result, 0);
  assert_true(got.values.json);
  assert_true(got.values.all);
  assert_string_equal(got.values.name, "here");
  assert_int_equal(got.operands.count, 2);
  assert_string_equal(got.operands.items[0], "run-7");
  assert_string_equal(got.operands.items[1], "loss");
  release(&got);
}

static void a_value_is_written_in_four_ways(void **state)
{
  static const char *const lines[] = {"r --output here", "r --output=here", "r -o here",
                                      "r -ohere"};

  (void)state;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    struct outcome got = read_line(lines[i]);

    assert_int_equal(got.result, 0);
    assert_string_equal(got.values.name, "here");
    release(&got);
  }
}

/* A sort key or a negative number begins with a dash. */
static void a_value_may_begin_with_a_dash(void **state)
{
  struct outcome got = read_line("r --output -auc --level -0.5");

  (void)state;
  assert_int_equal(got.result, 0);
  assert_string_equal(got.values.name, "-auc");
  assert_close(got.values.level, -0.5, 0);
  release(&got);
}

static void flags_go_together_and_lists_grow(void **state)
{
  struct outcome got = read_line("r -ja -m a -m b --metric c -n 12");

  (void)state;
  assert_int_equal(got.result, 0);
  assert_true(got.values.json && got.values.all);
  assert_int_equal(got.values.metrics.count, 3);
  assert_string_equal(got.values.metrics.items[2], "c");
  assert_int_equal(got.values.limit, 12);
  release(&got);
}

static void two_dashes_end_the_options(void **state)
{
  struct outcome got = read_line("-- --json -");

  (void)state;
  assert_int_equal(got.result, 0);
  assert_false(got.values.json);
  assert_string_equal(got.operands.items[0], "--json");
  assert_string_equal(got.operands.items[1], "-");
  release(&got);
}

static void what_is_not_given_keeps_its_default(void **state)
{
  struct outcome got = read_line("r");

  (void)state;
  assert_int_equal(got.values.limit, 7);
  assert_null(got.values.name);
  release(&got);
}

static void help_is_asked_for_anywhere(void **state)
{
  struct outcome got = read_line("r --help --nope");

  (void)state;
  assert_int_equal(got.result, 1);
  release(&got);
}

/* Each wrong command line, and the words it must get. */
static void complaints_name_what_is_wrong(void **state)
{
  static const struct {
    const char *line;
    const char *words;
  } cases[] = {
      {"", "draw wants RUN [NAME]"},
      {"a b c", "unexpected 'c' after the operands of draw"},
      {"r --jsn", "unknown option '--jsn' of draw; did you mean '--json'?"},
      {"r --quite-other", "unknown option '--quite-other' of draw"},
      {"r -x", "unknown option '-x' of draw"},
      {"r --json=1", "option '--json' of draw takes no value"},
      {"r --output", "option '--output' of draw wants a value: DIR"},
      {"r -o", "option '-o' of draw wants a value: DIR"},
      {"r --theme blue", "option '--theme' of draw is one of light|dark, not 'blue'"},
      {"r --theme ligh", "option '--theme' of draw is one of light|dark, not 'ligh'"},
      {"r -n -1", "option '--limit' of draw wants a whole number, not '-1'"},
      {"r -n 99999999999999999999",
       "option '--limit' of draw wants a whole number, not '99999999999999999999'"},
      {"r --level high", "option '--level' of draw wants a number, not 'high'"},
      {"r --level inf", "option '--level' of draw wants a number, not 'inf'"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct outcome got = read_line(cases[i].line);

    assert_int_equal(got.result, -1);
    assert_string_equal(got.message, cases[i].words);
    release(&got);
  }
}

static void help_shows_every_option_of_the_table(void **state)
{
  char text[4096] = {0};
  FILE *out = fmemopen(text, sizeof text, "w");

  (void)state;
  options_help(&usage, out);
  fclose(out);
  assert_non_null(strstr(text, "usage: epochlog draw [options] RUN [NAME]\n"));
  for (size_t i = 0; i < usage.option_count; i++) assert_non_null(strstr(text, specs[i].help));
  assert_non_null(strstr(text, "  -o, --output DIR"));
  assert_non_null(strstr(text, "      --theme light|dark"));
}

static void near_words_are_found_and_far_ones_not(void **state)
{
  static const char *const names[] = {"report", "ls", "show", "metrics", "recover"};
  const size_t count = sizeof names / sizeof *names;

  (void)state;
  assert_string_equal(options_nearest("shwo", names, count), "show");
  assert_string_equal(options_nearest("reprot", names, count), "report");
  assert_string_equal(options_nearest("metric", names, count), "metrics");
  assert_null(options_nearest("train", names, count));
  assert_null(options_nearest("", names, count));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(options_stand_before_and_after_operands),
      cmocka_unit_test(a_value_is_written_in_four_ways),
      cmocka_unit_test(a_value_may_begin_with_a_dash),
      cmocka_unit_test(flags_go_together_and_lists_grow),
      cmocka_unit_test(two_dashes_end_the_options),
      cmocka_unit_test(what_is_not_given_keeps_its_default),
      cmocka_unit_test(help_is_asked_for_anywhere),
      cmocka_unit_test(complaints_name_what_is_wrong),
      cmocka_unit_test(help_shows_every_option_of_the_table),
      cmocka_unit_test(near_words_are_found_and_far_ones_not),
  };

  return cmocka_run_group_tests_name("options", tests, NULL, NULL) != 0;
}
