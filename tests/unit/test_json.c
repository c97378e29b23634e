#include "unit.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* A document in memory. */
struct document {
  struct json_writer json;
  char *text;
  size_t size;
};

static void begin(struct document *document, unsigned indent)
{
  json_write_start(&document->json, open_memstream(&document->text, &document->size), indent);
}

/* Ends the document, checks that another reader takes it, and compares. */
static void end(struct document *document, const char *want)
{
  json_error_t error;
  json_t *tree;

  json_write_finish(&document->json);
  fclose(document->json.out);
  tree = json_loads(document->text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
  if (!tree) fail_msg("not JSON: %s in %s", error.text, document->text);
  json_decref(tree);
  assert_string_equal(document->text, want);
  free(document->text);
}

static void lines_and_levels_stand_where_they_should(void **state)
{
  struct document document;

  (void)state;
  begin(&document, 2);
  json_write_open(&document.json, '{');
  json_add_text(&document.json, "name", "ridge");
  json_write_key(&document.json, "empty");
  json_write_open(&document.json, '{');
  json_write_close(&document.json);
  json_write_key(&document.json, "values");
  json_write_open_line(&document.json, '[');
  json_write_integer(&document.json, 1);
  json_write_open(&document.json, '[');
  json_write_null(&document.json);
  json_write_close(&document.json);
  json_write_bool(&document.json, true);
  json_write_close(&document.json);
  json_write_close(&document.json);
  end(&document,
      "{\n  \"name\": \"ridge\",\n  \"empty\": {},\n  \"values\": [1, [null], true]\n}\n");
}

static void without_indent_all_is_on_one_line(void **state)
{
  struct document document;

  (void)state;
  begin(&document, 0);
  json_write_open(&document.json, '[');
  json_write_open(&document.json, '{');
  json_add_integer(&document.json, "a", -1);
  json_add_unsigned(&document.json, "b", UINT64_MAX / 2);
  json_write_close(&document.json);
  json_write_text(&document.json, NULL);
  json_write_close(&document.json);
  end(&document, "[{\"a\":-1,\"b\":9223372036854775807},null]\n");
}

/* A double stays a double for readers that tell 1 from 1.0. */
static void numbers_are_short_and_exact(void **state)
{
  struct document document;

  (void)state;
  begin(&document, 2);
  json_write_open_line(&document.json, '[');
  json_write_number(&document.json, 0.1);
  json_write_number(&document.json, 1);
  json_write_number(&document.json, -0.0);
  json_write_number(&document.json, 1e22);
  json_write_number(&document.json, (double)NAN);
  json_write_number(&document.json, (double)INFINITY);
  json_write_number(&document.json, (double)-INFINITY);
  json_write_close(&document.json);
  end(&document, "[0.1, 1.0, -0.0, 1e+22, \"NaN\", \"Infinity\", \"-Infinity\"]\n");
}

static void text_is_valid_and_harmless_whatever_it_holds(void **state)
{
  struct document document;

  (void)state;
  begin(&document, 2);
  json_write_open_line(&document.json, '[');
  json_write_text(&document.json, "a\"b\\c\n\t\r");
  json_write_text(&document.json, "\033[2J \xc2\x9b \xe2\x80\xae");
  json_write_text(&document.json, "\xc3\xa4 \xff \xe2\x82");
  json_write_text(&document.json, "\xf3\xa0\x80\x81"); /* U+E0001, an invisible tag. */
  json_write_text_sized(&document.json, "x\0y", 3);
  json_write_close(&document.json);
  end(&document,
      "[\"a\\\"b\\\\c\\n\\t\\r\", \"\\u001b[2J \\u009b \\u202e\", \"\xc3\xa4 "
      "\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\", \"\\udb40\\udc01\", \"x\\u0000y\"]\n");
}

static void schemas_are_read_and_faults_told(void **state)
{
  static const struct {
    const char *text;
    int result;
    int line;
    const char *want; /* the schema or the beginning of the message */
  } cases[] = {
      {"{\"schema_type\": \"residuals\", \"data\": {}}", 0, 0, "residuals"},
      {"{\"data\": {}}", 0, 0, ""},
      {"{\"schema_type\": 3}", 0, 0, ""},
      {"{\"big\": 123456789012345678901234567890}", 0, 0, ""},
      {"[1]", -1, 0, "it is JSON but not an object"},
      {"{\n\"a\": 1,\n}", -1, 3, "it is not JSON: "},
      {"", -1, 1, "it is not JSON: "},
      {"{\"a\": NaN}", -1, 1, "it is not JSON: "},
      {"{\"a\": \"\xff\"}", -1, 1, "it is not JSON: "},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char schema[64], message[128];
    int line;
    const int result = json_schema_type(cases[i].text, strlen(cases[i].text), schema, sizeof schema,
                                        &line, message, sizeof message);

    assert_int_equal(result, cases[i].result);
    assert_int_equal(line, cases[i].line);
    if (result == 0)
      assert_string_equal(schema, cases[i].want);
    else
      assert_memory_equal(message, cases[i].want, strlen(cases[i].want));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_and_levels_stand_where_they_should),
      cmocka_unit_test(without_indent_all_is_on_one_line),
      cmocka_unit_test(numbers_are_short_and_exact),
      cmocka_unit_test(text_is_valid_and_harmless_whatever_it_holds),
      cmocka_unit_test(schemas_are_read_and_faults_told),
  };

  return cmocka_run_group_tests_name("json", tests, NULL, NULL) != 0;
}
