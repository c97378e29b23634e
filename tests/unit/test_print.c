#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

static void assert_cleaned(const char *text, const char *want)
{
  char *cleaned = print_cleaned(text);

  assert_string_equal(cleaned, want);
  free(cleaned);
}

/* A run's name may hold anything; nothing of it may steer a terminal. */
static void control_characters_are_shown_and_not_sent(void **state)
{
  (void)state;
  assert_cleaned("plain, \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                 "plain, \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
  assert_cleaned("\033[31mred\007", "\\x1b[31mred\\x07");
  assert_cleaned("two\nlines\tand\r", "two\\nlines\\tand\\r");
  assert_cleaned(
      "\xc2\x9b"
      "2J",
      "\\x9b2J");
  assert_cleaned(
      "safe\xe2\x80\xae"
      "exe.txt",
      "safe\\u202eexe.txt");
  assert_cleaned("zero\xe2\x80\x8bwidth", "zero\\u200bwidth");
}

static void bytes_that_are_no_text_are_shown(void **state)
{
  (void)state;
  assert_cleaned("\xff", "\\xff");
  assert_cleaned("cut \xe2\x82", "cut \\xe2\\x82");
  assert_cleaned("\xc0\x80", "\\xc0\\x80");          /* Two bytes for what needs one. */
  assert_cleaned("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* Half of a surrogate pair. */
  assert_cleaned("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
}

static void widths_are_those_of_a_terminal(void **state)
{
  (void)state;
  assert_int_equal(print_width(""), 0);
  assert_int_equal(print_width("abc"), 3);
  assert_int_equal(print_width("\xc3\xa4"), 1);
  assert_int_equal(print_width("a\xcc\x88"), 1);                /* a and a combining mark. */
  assert_int_equal(print_width("\xe6\x97\xa5\xe6\x9c\xac"), 4); /* Two wide characters. */
  assert_int_equal(print_width("\xf0\x9f\x98\x80"), 2);
}

static void numbers_have_the_fewest_digits_that_give_them_back(void **state)
{
  static const struct {
    double value;
    const char *want;
  } cases[] = {
      {0.1, "0.1"},
      {1.0 / 3,
       "0.333333333333333"
       "3"},
      {0.1 + 0.2, "0.30000000000000004"},
      {100, "100"},
      {1e300, "1e+300"},
      {-0.0, "-0"},
      {DBL_MAX, "1.7976931348623157e+308"},
      {5e-324, "4.94065645841247e-324"},
      {(double)NAN, "NaN"},
      {(double)-INFINITY, "-Infinity"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[PRINT_SIZE];

    assert_string_equal(print_exact(text, cases[i].value), cases[i].want);
    if (isfinite(cases[i].value)) assert_close(strtod(text, NULL), cases[i].value, 0);
  }
}

/* What print_exact must give: the first of 15, 16 and 17 digits that reads back. */
static void print_by_trying(char *out, double value)
{
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(out, PRINT_SIZE, "%.*g", digits, value);
    if (strtod(out, NULL) == value) return;
  }
}

static void assert_printed(double value)
{
  char got[PRINT_SIZE], want[PRINT_SIZE];

  print_by_trying(want, value);
  print_exact(got, value);
  if (strcmp(got, want) != 0) fail_msg("%a: got %s, want %s", value, got, want);
}

/* Numbers of every size, and those that are hard to tell apart: around powers of two,
 * where the steps change, and of ten, where the digits do; ratios; few decimals. */
static void every_double_is_printed_as_printf_would(void **state)
{
  uint64_t random = 1;

  (void)state;
  for (int i = 0; i < 200000; i++) {
    uint64_t bits;
    double value;

    random = random * 6364136223846793005u + 1442695040888963407u;
    bits = (random >> 12) | (uint64_t)(1023 - 20 + i % 75) << 52;
    memcpy(&value, &bits, sizeof value);
    assert_printed(i % 2 ? value : -value);
    assert_printed((double)(random >> 40) / (double)(1 + (random >> 20 & 0xfffff)));
    assert_printed((double)(random >> 44) / 1000);
  }
  for (int e = -20; e <= 55; e++) {
    double value = nextafter(nextafter(ldexp(1, e), 0), 0);

    for (int i = 0; i < 5; i++, value = nextafter(value, HUGE_VAL)) assert_printed(value);
  }
  for (int e = -6; e <= 17; e++) {
    double value = nextafter(nextafter(pow(10, e), 0), 0);

    for (int i = 0; i < 5; i++, value = nextafter(value, HUGE_VAL)) assert_printed(value);
  }
  assert_printed(0);
  assert_printed(-0.0);
}

static void times_and_sizes_read_well(void **state)
{
  char text[PRINT_SIZE];

  (void)state;
  assert_string_equal(print_time(text, 0), "-");
  assert_string_equal(print_time(text, 1763732702123456789), "2025-11-21 13:45:02");
  assert_string_equal(print_time_utc(text, 1763732702123456789), "2025-11-21T13:45:02.123456Z");
  assert_string_equal(print_time_utc(text, -1), "1969-12-31T23:59:59.999999Z");
  assert_string_equal(print_duration(text, 1500000), "1.5 ms");
  assert_string_equal(print_duration(text, 850000000), "850 ms");
  assert_string_equal(print_duration(text, 999600000), "1.0 s");
  assert_string_equal(print_duration(text, 12340000000), "12.3 s");
  assert_string_equal(print_duration(text, 59999000000), "0 min 59 s");
  assert_string_equal(print_duration(text, 200000000000), "3 min 20 s");
  assert_string_equal(print_duration(text, 7500000000000), "2 h 05 min");
  assert_string_equal(print_duration(text, 273600000000000), "3 d 04 h");
  assert_string_equal(print_size(text, 0), "0 B");
  assert_string_equal(print_size(text, 1023), "1023 B");
  assert_string_equal(print_size(text, 1536), "1.5 KiB");
  assert_string_equal(print_size(text, 1048575), "1.0 MiB");
  assert_string_equal(print_size(text, UINT64_MAX), "16.0 EiB");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(control_characters_are_shown_and_not_sent),
      cmocka_unit_test(bytes_that_are_no_text_are_shown),
      cmocka_unit_test(widths_are_those_of_a_terminal),
      cmocka_unit_test(numbers_have_the_fewest_digits_that_give_them_back),
      cmocka_unit_test(times_and_sizes_read_well),
      cmocka_unit_test(every_double_is_printed_as_printf_would),
  };

  setenv("TZ", "UTC", 1);
  return cmocka_run_group_tests_name("print", tests, NULL, NULL) != 0;
}
