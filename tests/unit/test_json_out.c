#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader/arena.h"
#include "reader/json_out.h"

static char *written;
static size_t written_size;

static struct json_out begin(void)
{
  return (struct json_out){.file = open_memstream(&written, &written_size)};
}

static void assert_written(struct json_out *out, const char *want)
{
  fclose(out->file);
  assert_string_equal(written, want);
  free(written);
}

static void doubles_read_back_as_they_were(void **state)
{
  static const struct {
    double value;
    const char *want;
  } cases[] = {
      {0.1, "0.1"},
      {3, "3.0"},
      {-0.0, "-0.0"},
      {1e300, "1e+300"},
      {(double)NAN, "\"NaN\""},
      {HUGE_VAL, "\"Infinity\""},
      {-HUGE_VAL, "\"-Infinity\""},
      {0.1 + 0.2, "0.30000000000000004"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct json_out out = begin();

    json_f64(&out, cases[i].value);
    assert_written(&out, cases[i].want);
  }
}

static void commas_stand_between_values(void **state)
{
  struct json_out out = begin();

  (void)state;
  json_begin(&out, '{');
  json_key(&out, "a");
  json_begin(&out, '[');
  json_i64(&out, INT64_MIN);
  json_null(&out);
  json_end(&out, ']');
  json_key(&out, "b");
  json_bool(&out, true);
  json_end(&out, '}');
  assert_written(&out, "{\"a\":[-9223372036854775808,null],\"b\":true}");
}

/* Each byte that is not part of a character becomes one U+FFFD; NUL stays. */
static void text_is_escaped_and_made_valid(void **state)
{
  struct json_out out = begin();

  (void)state;
  json_str(&out, (struct epochlog__text){"q\"\\\n\0\xC3\xA9\xE2\x82\xED\xA0\x80", 12});
  assert_written(&out,
                 "\"q\\\"\\\\\\n\\u0000\xC3\xA9"
                 "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

static void overlong_forms_and_what_is_beyond_unicode_are_no_characters(void **state)
{
  (void)state;
  assert_int_equal(utf8_length("\xC0\x80", 2), 0);
  assert_int_equal(utf8_length("\xE0\x9F\xBF", 3), 0);
  assert_int_equal(utf8_length("\xF0\x8F\xBF\xBF", 4), 0);
  assert_int_equal(utf8_length("\xF4\x90\x80\x80", 4), 0);
  assert_int_equal(utf8_length("\xF4\x8F\xBF\xBF", 4), 4);
  assert_int_equal(utf8_length("\xF0\x9F\x98\x80", 3), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(doubles_read_back_as_they_were),
      cmocka_unit_test(commas_stand_between_values),
      cmocka_unit_test(text_is_escaped_and_made_valid),
      cmocka_unit_test(overlong_forms_and_what_is_beyond_unicode_are_no_characters),
  };

  return cmocka_run_group_tests_name("json_out", tests, NULL, NULL) != 0;
}
