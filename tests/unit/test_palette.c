#include "unit.h"

#include "chart/palette.h"

#include <string.h>

static const enum theme themes[] = {THEME_LIGHT, THEME_DARK};

static double contrast(enum color a, enum color b, enum theme theme)
{
  return palette_contrast(palette_rgb(a, theme), palette_rgb(b, theme));
}

static void contrast_of_black_and_white_is_21(void **state)
{
  const struct rgb black = {0, 0, 0}, white = {255, 255, 255};

  (void)state;
  assert_close(palette_contrast(black, white), 21, 1e-9);
  assert_close(palette_contrast(white, black), 21, 1e-9);
  assert_close(palette_contrast(white, white), 1, 1e-9);
}

/* The label inks, and the texts of axes and titles, on the page in both themes. */
static void all_text_reaches_four_and_a_half(void **state)
{
  const enum color inks[] = {COLOR_INK, COLOR_INK2, COLOR_PASS, COLOR_WARN, COLOR_FAIL, COLOR_T1,
                             COLOR_T2,  COLOR_T3,   COLOR_T4,   COLOR_T5,   COLOR_T6,   COLOR_TCTX};

  (void)state;
  for (size_t t = 0; t < 2; t++)
    for (size_t i = 0; i < sizeof inks / sizeof inks[0]; i++)
      assert_true(contrast(inks[i], COLOR_BG, themes[t]) >= 4.5);
}

static void all_marks_reach_three(void **state)
{
  (void)state;
  for (size_t t = 0; t < 2; t++) {
    assert_true(contrast(COLOR_AXIS, COLOR_BG, themes[t]) >= 3);
    for (int i = COLOR_S1; i <= COLOR_CTX; i++)
      assert_true(contrast((enum color)i, COLOR_BG, themes[t]) >= 3);
  }
}

/* Black or white on a filled cell: whichever contrasts more, and enough. */
static void text_on_a_stop_is_the_better_of_black_and_white(void **state)
{
  const struct rgb black = {0, 0, 0}, white = {255, 255, 255};

  (void)state;
  for (size_t t = 0; t < 2; t++)
    for (int i = 0; i <= 8; i++)
      for (int ramp = COLOR_SEQ0; ramp <= COLOR_DIV0; ramp += COLOR_DIV0 - COLOR_SEQ0) {
        enum color stop = (enum color)(ramp + i);
        struct rgb fill = palette_rgb(stop, themes[t]);
        double used = palette_contrast(palette_rgb(palette_ink_for(stop), themes[t]), fill);

        assert_true(used >= palette_contrast(black, fill));
        assert_true(used >= palette_contrast(white, fill));
        assert_true(used >= 4.58);
      }
}

static void names_are_those_of_the_style_sheet(void **state)
{
  (void)state;
  assert_string_equal(palette_name(COLOR_S1), "s1");
  assert_string_equal(palette_name(COLOR_TCTX), "tctx");
  assert_string_equal(palette_name((enum color)(COLOR_SEQ0 + 3)), "q3");
  assert_string_equal(palette_name(COLOR_DIV_TEXT8), "e8");
  assert_string_equal(palette_name(COLOR_NONE), "none");
  assert_string_equal(palette_name((enum color)9999), "none");
  for (int i = COLOR_NONE; i < COLOR_COUNT; i++)
    for (int j = COLOR_NONE; j < i; j++)
      assert_string_not_equal(palette_name((enum color)i), palette_name((enum color)j));
}

static void values_are_those_of_the_style(void **state)
{
  struct rgb light = palette_rgb(COLOR_S2, THEME_LIGHT);
  struct rgb dark = palette_rgb(COLOR_S2, THEME_DARK);

  (void)state;
  assert_int_equal(light.r << 16 | light.g << 8 | light.b, 0xD55E00);
  assert_int_equal(dark.r << 16 | dark.g << 8 | dark.b, 0xE69F00);
}

static void a_share_finds_its_stop(void **state)
{
  (void)state;
  assert_int_equal(palette_sequential(-1), COLOR_SEQ0);
  assert_int_equal(palette_sequential(0.5), COLOR_SEQ0 + 4);
  assert_int_equal(palette_sequential(1e300), COLOR_SEQ8);
  assert_int_equal(palette_sequential((double)NAN), COLOR_NONE);
  assert_int_equal(palette_diverging(0), COLOR_DIV0 + 4);
  assert_int_equal(palette_diverging(-1), COLOR_DIV0);
  assert_int_equal(palette_diverging(0.1), COLOR_DIV0 + 4);
  assert_int_equal(palette_diverging(-0.125), COLOR_DIV0 + 3);
  assert_int_equal(palette_diverging(0.125), COLOR_DIV0 + 5);
  assert_int_equal(palette_diverging((double)INFINITY), COLOR_DIV8);
}

static void hues_repeat_after_six(void **state)
{
  (void)state;
  assert_int_equal(palette_series(0), COLOR_S1);
  assert_int_equal(palette_series(5), COLOR_S6);
  assert_int_equal(palette_series(6), COLOR_S1);
  assert_int_equal(palette_ink_for(COLOR_S6), COLOR_T6);
  assert_int_equal(palette_ink_for(COLOR_CTX), COLOR_TCTX);
  assert_int_equal(palette_ink_for(COLOR_INK), COLOR_INK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(contrast_of_black_and_white_is_21),
      cmocka_unit_test(all_text_reaches_four_and_a_half),
      cmocka_unit_test(all_marks_reach_three),
      cmocka_unit_test(text_on_a_stop_is_the_better_of_black_and_white),
      cmocka_unit_test(names_are_those_of_the_style_sheet),
      cmocka_unit_test(values_are_those_of_the_style),
      cmocka_unit_test(a_share_finds_its_stop),
      cmocka_unit_test(hues_repeat_after_six),
  };

  return cmocka_run_group_tests_name("palette", tests, NULL, NULL) != 0;
}
