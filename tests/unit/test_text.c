#include "unit.h"

#include "chart/placed_text.h"
#include "chart/text.h"

#include <stdlib.h>
#include <string.h>

struct utf8_case {
  const char *why;
  const char *bytes;
  uint32_t codepoint;
  size_t moved;
};

static struct utf8_case cases[] = {
    {"one byte", "A", 'A', 1},
    {"two bytes", "\xC3\xA9", 0xE9, 2},
    {"three bytes", "\xE2\x88\x92", 0x2212, 3},
    {"four bytes", "\xF0\x9F\x98\x80", 0x1F600, 4},
    {"the last code point", "\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
    {"beyond the last", "\xF4\x90\x80\x80", 0xFFFD, 1},
    {"a slash written too long", "\xC0\xAF", 0xFFFD, 1},
    {"three bytes for two", "\xE0\x82\xA9", 0xFFFD, 1},
    {"a surrogate", "\xED\xA0\x80", 0xFFFD, 1},
    {"cut after two of three", "\xE2\x88", 0xFFFD, 1},
    {"a continuation alone", "\x80", 0xFFFD, 1},
    {"a lead and a letter", "\xC3g", 0xFFFD, 1},
    {"a byte that never occurs", "\xFF", 0xFFFD, 1},
};

#define CASES (sizeof cases / sizeof cases[0])

static void decodes(void **state)
{
  const struct utf8_case *c = *state;
  size_t length = strlen(c->bytes);
  char *exact = malloc(length); /* without a terminator, so that reading on is seen */
  const char *at = exact;

  assert_non_null(exact);
  memcpy(exact, c->bytes, length);
  assert_int_equal(text_next(&at, exact + length), c->codepoint);
  assert_int_equal(at - exact, c->moved);
  free(exact);
}

static void digits_are_of_one_width(void **state)
{
  const enum weight weights[] = {WEIGHT_REGULAR, WEIGHT_SEMIBOLD};

  (void)state;
  for (size_t w = 0; w < 2; w++)
    for (char d[2] = "1"; d[0] <= '9'; d[0]++)
      assert_close(text_width(d, 11, weights[w]), text_width("0", 11, weights[w]), 0);
}

static void width_adds_up_and_scales(void **state)
{
  double one = text_width("loss", 11, WEIGHT_REGULAR);

  (void)state;
  assert_true(one > 15 && one < 30);
  assert_close(text_width("lossloss", 11, WEIGHT_REGULAR), 2 * one, 1e-9);
  assert_close(text_width("loss", 22, WEIGHT_REGULAR), 2 * one, 1e-9);
  assert_true(text_width("loss", 11, WEIGHT_SEMIBOLD) > one);
  assert_close(text_width("", 11, WEIGHT_REGULAR), 0, 0);
  assert_close(text_width(NULL, 11, WEIGHT_REGULAR), 0, 0);
}

static void what_the_font_lacks_is_one_em_wide(void **state)
{
  (void)state;
  assert_false(text_has_glyph(0x8BAD));
  assert_false(text_has_glyph(0xFFFD));
  assert_false(text_has_glyph('\n'));
  assert_close(text_width("\xE8\xAE\xAD", 12, WEIGHT_REGULAR), 12, 1e-9);
  assert_close(text_width("\xFF\xFE", 12, WEIGHT_SEMIBOLD), 24, 1e-9);
}

/* All that titles, axes and notes are written with. */
static void the_signs_of_the_charts_are_there(void **state)
{
  const char *signs = "−×±≥≤≠≈∞ΔΣ√μ⁻⁰¹²³⁴⁵⁶⁷⁸⁹←↑→↓✓✗▲▼…–—·αβχρφЖяéłğş\u2009\u202F\u00A0";
  const char *end = signs + strlen(signs);

  (void)state;
  while (signs < end) assert_true(text_has_glyph(text_next(&signs, end)));
}

static void a_text_that_fits_is_left_alone(void **state)
{
  char out[32];

  (void)state;
  assert_close(text_fit(out, sizeof out, "run a", 100, 12, WEIGHT_REGULAR),
               text_width("run a", 12, WEIGHT_REGULAR), 0);
  assert_string_equal(out, "run a");
}

/* Whatever the width and room: never wider, never longer, both ends kept. */
static void a_long_text_is_cut_in_the_middle(void **state)
{
  const char *name = "outputs/2026-11-21/длинное-имя-训练-\xFF\xF0\x9F-end";
  char out[128];

  (void)state;
  for (double width = 0; width < 320; width += 3.7)
    for (size_t room = 1; room < sizeof out; room += 5) {
      double got;

      memset(out, 'x', sizeof out);
      got = text_fit(out, room, name, width, 12, WEIGHT_SEMIBOLD);
      assert_true(strlen(out) < room);
      assert_true(got <= width);
      assert_close(got, text_width(out, 12, WEIGHT_SEMIBOLD), 1e-9);
    }
  text_fit(out, sizeof out, name, 120, 12, WEIGHT_SEMIBOLD);
  assert_non_null(strstr(out, "…"));
  assert_memory_equal(out, "outputs", 7);
  assert_string_equal(out + strlen(out) - 4, "-end");
}

static void no_room_gives_no_text(void **state)
{
  char out[8] = "before";

  (void)state;
  assert_close(text_fit(out, 0, "abc", 100, 12, WEIGHT_REGULAR), 0, 0);
  assert_string_equal(out, "before");
  assert_close(text_fit(out, sizeof out, "abc", 1, 12, WEIGHT_REGULAR), 0, 0);
  assert_string_equal(out, "");
  assert_close(text_fit(out, sizeof out, NULL, 100, 12, WEIGHT_REGULAR), 0, 0);
}

static void a_line_is_as_high_as_its_letters(void **state)
{
  (void)state;
  assert_true(text_ascent(100) > 70 && text_ascent(100) < 85);
  assert_true(text_descent(100) > 15 && text_descent(100) < 30);
}

/* What is measured is what is drawn, also where a box stands for a character. */
static void characters_stand_where_they_were_measured(void **state)
{
  const char *words = "a训\xFFz";
  struct text_style style = {.size = 12, .weight = WEIGHT_REGULAR, .align = ALIGN_RIGHT};
  struct placed_text text = placed_begin((struct point){100, 20}, words, &style);
  struct placed_character character, digits[PLACED_BOX_DIGITS];
  struct rect frame;

  (void)state;
  assert_close(text.at.x, 100 - text_width(words, 12, WEIGHT_REGULAR), 1e-9);
  assert_true(placed_next(&text, &character));
  assert_int_equal(character.codepoint, 'a');
  assert_false(character.missing);
  assert_true(placed_next(&text, &character));
  assert_true(character.missing);
  assert_int_equal(placed_box(&character, &frame, digits), 4);
  assert_int_equal(digits[0].codepoint, '8');
  assert_int_equal(digits[3].codepoint, 'D');
  assert_true(frame.x >= character.at.x && frame.x + frame.width <= character.at.x + 12);
  assert_true(placed_next(&text, &character));
  assert_int_equal(character.codepoint, 0xFFFD);
  assert_true(placed_next(&text, &character));
  assert_false(placed_next(&text, &character));
  assert_close(text.at.x, 100, 1e-9);
}

int main(void)
{
  const struct CMUnitTest others[] = {
      cmocka_unit_test(digits_are_of_one_width),
      cmocka_unit_test(width_adds_up_and_scales),
      cmocka_unit_test(what_the_font_lacks_is_one_em_wide),
      cmocka_unit_test(the_signs_of_the_charts_are_there),
      cmocka_unit_test(a_text_that_fits_is_left_alone),
      cmocka_unit_test(a_long_text_is_cut_in_the_middle),
      cmocka_unit_test(no_room_gives_no_text),
      cmocka_unit_test(a_line_is_as_high_as_its_letters),
      cmocka_unit_test(characters_stand_where_they_were_measured),
  };
  struct CMUnitTest decoding[CASES];
  int failed;

  for (size_t i = 0; i < CASES; i++)
    decoding[i] =
        (struct CMUnitTest){.name = cases[i].why, .test_func = decodes, .initial_state = &cases[i]};
  failed = cmocka_run_group_tests_name("text, decoding", decoding, NULL, NULL);
  failed += cmocka_run_group_tests_name("text", others, NULL, NULL);
  return failed != 0;
}
