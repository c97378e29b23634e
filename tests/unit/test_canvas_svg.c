#include "unit.h"

#include "canvas_record.h"
#include "chart/canvas_svg.h"
#include "chart/markup.h"
#include "chart/palette.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct text_style label = {.size = 12, .weight = WEIGHT_SEMIBOLD, .color = COLOR_T2};

/* Everything once. */
static void draw(struct canvas *c)
{
  struct point points[] = {{1, 2}, {3.14159, 4}, {3.141, 4}, {-0.5, 1000.25}};

  canvas_group_begin(c, "series", "run <a> & \"b\"");
  canvas_clip_begin(c, (struct rect){10, 20, 30.5, 40});
  canvas_polyline(c, points, 4, &(struct paint){.stroke = COLOR_S1, .stroke_width = 2});
  canvas_polygon(c, points, 4,
                 &(struct paint){.fill = COLOR_S1, .fill_opacity = PALETTE_BAND_OPACITY});
  canvas_clip_end(c);
  canvas_group_end(c);
  canvas_rectangle(c, (struct rect){0, 0, 5, 6},
                   &(struct paint){.fill = (enum color)(COLOR_SEQ0 + 3)});
  canvas_circle(c, (struct point){7, 8}, 4,
                &(struct paint){.fill = COLOR_BG, .stroke = COLOR_AXIS, .dash = DASH_REFERENCE});
  canvas_text(c, (struct point){9, 10}, "val & loss", &label);
}

static char *drawn(const char *id, bool standalone, size_t max_size, const char **problem)
{
  struct canvas *c = canvas_svg_new(&(struct canvas_svg_options){.width = 720,
                                                                 .height = 420,
                                                                 .id = id,
                                                                 .title = "T <1>",
                                                                 .description = "D & d",
                                                                 .standalone = standalone,
                                                                 .max_size = max_size});
  const char *failure;
  char *svg = NULL;

  assert_non_null(c);
  draw(c);
  failure = canvas_svg_end(c, &svg, NULL);
  canvas_svg_free(c);
  if (problem != NULL)
    *problem = failure;
  else
    assert_null(failure);
  return svg;
}

static void the_text_is_this(void **state)
{
  char *svg = drawn("c3-", false, 0, NULL);

  (void)state;
  assert_string_equal(
      svg,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ec\" viewBox=\"0 0 720 420\""
      " width=\"720\" height=\"420\" role=\"img\" aria-labelledby=\"c3-t c3-d\">\n"
      "<title id=\"c3-t\">T &lt;1&gt;</title>\n"
      "<desc id=\"c3-d\">D &amp; d</desc>\n"
      "<g data-kind=\"series\"><title>run &lt;a&gt; &amp; &quot;b&quot;</title>\n"
      "<clipPath id=\"c3-k1\"><rect x=\"10\" y=\"20\" width=\"30.5\" height=\"40\"/></clipPath>\n"
      "<g clip-path=\"url(#c3-k1)\">\n"
      "<polyline class=\"ks1 w2\" points=\"1,2 3.1,4 -.5,1000.3\"/>\n"
      "<polygon class=\"s1 bd\" points=\"1,2 3.14,4 -.5,1000.25\"/>\n"
      "</g>\n"
      "</g>\n"
      "<rect class=\"q3\" x=\"0\" y=\"0\" width=\"5\" height=\"6\"/>\n"
      "<circle class=\"bg kaxis x4\" cx=\"7\" cy=\"8\" r=\"4\"/>\n"
      "<text class=\"t2 f12 b\" x=\"9\" y=\"10\" textLength=\"54.4\" "
      "lengthAdjust=\"spacingAndGlyphs\">val &amp; loss</text>\n"
      "</svg>\n");
  free(svg);
}

/* Where the browser has another typeface; letters of ours only, or it would
 * stretch what it draws in a third. */
static void text_is_held_to_the_width_that_was_measured(void **state)
{
  static const struct {
    const char *words;
    bool is_held;
  } cases[] = {{"validation loss", true}, {"0.5", false}, {"\xE6\xA4\x9C\xE8\xA8\xBC loss", false}};

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct canvas *c = canvas_svg_new(&(struct canvas_svg_options){.width = 100, .height = 50});
    char *svg = NULL;

    canvas_text(c, (struct point){1, 20}, cases[i].words,
                &(struct text_style){.size = 11, .weight = WEIGHT_REGULAR, .color = COLOR_INK});
    assert_null(canvas_svg_end(c, &svg, NULL));
    assert_int_equal(strstr(svg, " textLength=") != NULL, cases[i].is_held);
    free(svg);
    canvas_svg_free(c);
  }
}

/* Or it would change places with the number behind it. */
static void a_name_from_right_to_left_stands_for_itself(void **state)
{
  struct canvas *c = canvas_svg_new(&(struct canvas_svg_options){.width = 100, .height = 50});
  char *svg = NULL;

  (void)state;
  canvas_text(c, (struct point){1, 2}, "a < דיוק 2 ב 0.991 · דקה", &label);
  assert_null(canvas_svg_end(c, &svg, NULL));
  canvas_svg_free(c);
  assert_non_null(strstr(svg,
                         ">a &lt; <tspan class=\"rtl\">דיוק 2 ב</tspan> 0.991 · "
                         "<tspan class=\"rtl\">דקה</tspan></text>"));
  assert_non_null(strstr(canvas_svg_css(), ".ec .rtl{unicode-bidi:plaintext}"));
  free(svg);
}

static void two_drawings_are_equal_byte_for_byte(void **state)
{
  char *one = drawn("a", true, 0, NULL);
  char *other = drawn("a", true, 0, NULL);

  (void)state;
  assert_string_equal(one, other);
  assert_non_null(strstr(one, "<style>"));
  assert_non_null(strstr(one, canvas_svg_css()));
  free(one);
  free(other);
}

static void numbers_are_short_in_any_locale(void **state)
{
  static const struct {
    double value;
    int decimals;
    const char *text;
  } numbers[] = {
      {0, 2, "0"},      {-0.001, 2, "0"},    {0.05, 2, ".05"},      {0.5, 2, ".5"},
      {-0.5, 1, "-.5"}, {12.34, 2, "12.34"}, {12.30, 2, "12.3"},    {12.999, 2, "13"},
      {100, 1, "100"},  {99.96, 1, "100"},   {-3.25, 2, "-3.25"},   {1234567.89, 2, "1234567.89"},
      {0.04, 1, "0"},   {10.01, 2, "10.01"}, {-100.1, 1, "-100.1"},
  };

  (void)state;
  setlocale(LC_ALL, "de_DE.UTF-8"); /* where installed, its point is a comma */
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    struct markup markup;
    char *text;

    markup_init(&markup, 100);
    markup_put_number(&markup, numbers[i].value, numbers[i].decimals);
    assert_null(markup_take(&markup, &text, NULL));
    assert_string_equal(text, numbers[i].text);
    free(text);
    markup_release(&markup);
  }
  setlocale(LC_ALL, "C");
}

static void what_is_not_text_becomes_a_replacement(void **state)
{
  struct markup markup;
  char *text;

  (void)state;
  markup_init(&markup, 1000);
  markup_put_escaped(&markup, "a\x01\n\xFF\xC3<\xEF\xBF\xBE\xC2\x85z\xED\xA0\x80", false);
  markup_put_escaped(&markup, "|x\ny\r", true);
  assert_null(markup_take(&markup, &text, NULL));
  assert_string_equal(text,
                      "a\uFFFD\uFFFD\uFFFD\uFFFD&lt;\uFFFD\uFFFDz\uFFFD\uFFFD\uFFFD|x\ny\uFFFD");
  free(text);
  markup_release(&markup);
}

/* Whatever the limit, the document is whole or there is none, and the reason is
 * given. */
static void a_limit_at_any_byte_is_kept(void **state)
{
  char *whole = drawn("c", false, 0, NULL);
  size_t size = strlen(whole);
  const char *problem;

  (void)state;
  for (size_t limit = 1; limit <= size; limit++) {
    assert_null(drawn("c", false, limit, &problem));
    assert_string_equal(problem, "the SVG would be larger than its limit");
  }
  free(whole);
  whole = drawn("c", false, size + 1, &problem);
  assert_null(problem);
  assert_int_equal(strlen(whole), size);
  free(whole);
}

static const char *problem_of(const char *id, void (*drawing)(struct canvas *))
{
  struct canvas *c =
      canvas_svg_new(&(struct canvas_svg_options){.width = 10, .height = 10, .id = id});
  const char *problem;
  char *svg;

  assert_non_null(c);
  if (drawing != NULL) drawing(c);
  problem = canvas_svg_end(c, &svg, NULL);
  assert_true((svg == NULL) == (problem != NULL));
  free(svg);
  canvas_svg_free(c);
  return problem;
}

static void draw_not_a_number(struct canvas *c)
{
  canvas_circle(c, (struct point){(double)NAN, 1}, 2, &(struct paint){.fill = COLOR_S1});
}

static void leave_open(struct canvas *c) { canvas_group_begin(c, "series", NULL); }

static void cross(struct canvas *c)
{
  canvas_group_begin(c, "series", NULL);
  canvas_clip_begin(c, (struct rect){0, 0, 1, 1});
  canvas_group_end(c);
  canvas_clip_end(c);
}

static void wrong_calls_are_told_at_the_end(void **state)
{
  (void)state;
  assert_null(problem_of(NULL, NULL));
  assert_non_null(problem_of("3c", NULL));
  assert_non_null(problem_of("c\"><script>", NULL));
  assert_non_null(problem_of("", NULL));
  assert_non_null(problem_of("a-prefix-that-is-longer-than-31-b", NULL));
  assert_non_null(problem_of("c-", draw_not_a_number));
  assert_non_null(problem_of("c-", leave_open));
  assert_non_null(problem_of("c-", cross));
}

/* Each class the writer may use stands in the style sheet, and each variable has
 * a light and a dark value. */
static void the_style_sheet_has_every_role(void **state)
{
  const char *css = canvas_svg_css();
  char wanted[64];

  (void)state;
  for (int i = COLOR_BG; i < COLOR_COUNT; i++) {
    const char *name = palette_name((enum color)i);
    struct rgb dark = palette_rgb((enum color)i, THEME_DARK);
    const char *first;

    snprintf(wanted, sizeof wanted, ".ec .%s{fill:var(--%s)}", name, name);
    assert_non_null(strstr(css, wanted));
    snprintf(wanted, sizeof wanted, ".ec .k%s{stroke:var(--%s)}", name, name);
    if (i <= COLOR_CTX) assert_non_null(strstr(css, wanted));
    snprintf(wanted, sizeof wanted, "--%s:#%02X%02X%02X;", name, dark.r, dark.g, dark.b);
    first = strstr(css, wanted);
    assert_non_null(first);
    assert_non_null(strstr(first + 1, wanted)); /* of the system, and chosen */
  }
  assert_non_null(strstr(css, "--band:.13"));
  assert_non_null(strstr(css, "--band:.15"));
  assert_non_null(strstr(css, "--pass-bg:#12261E;"));
  assert_null(strstr(css, "http"));
}

static void the_recording_keeps_boxes_and_faults(void **state)
{
  struct canvas_record record;
  const struct record_text *first, *second;

  (void)state;
  canvas_record_init(&record, 100, 50);
  draw(&record.canvas);
  canvas_record_finish(&record);
  assert_int_equal(record.faults, 0);
  assert_int_equal(record.shape_count, 4);
  assert_true(record.shapes[0].clipped);
  assert_string_equal(record.shapes[0].kind, "series");
  assert_close(record.shapes[0].bounds.height, 998.25, 1e-9);
  assert_non_null(canvas_record_find(&record, "val & loss"));
  assert_null(canvas_record_outside(&record, 1.0));
  assert_non_null(canvas_record_outside(&record, 2.0));
  assert_false(canvas_record_overlap(&record, 0, &first, &second));
  canvas_text(&record.canvas, (struct point){20, 12}, "other", &label);
  assert_true(canvas_record_overlap(&record, 0, &first, &second));
  assert_string_equal(second->utf8, "other");
  canvas_text(&record.canvas, (struct point){20, 12}, "tiny",
              &(struct text_style){.size = 9, .color = COLOR_INK});
  canvas_group_begin(&record.canvas, "axis", NULL);
  canvas_record_finish(&record);
  assert_int_equal(record.faults, 2);
  assert_non_null(strstr(record.log, "\ntext t2 12/600 left 9.00,10.00 \"val & loss\"\n"));
  assert_non_null(strstr(record.log, "    polyline stroke=s1 2px 1.00,2.00 3.14,4.00 "));
  canvas_record_release(&record);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_text_is_this),
      cmocka_unit_test(text_is_held_to_the_width_that_was_measured),
      cmocka_unit_test(a_name_from_right_to_left_stands_for_itself),
      cmocka_unit_test(two_drawings_are_equal_byte_for_byte),
      cmocka_unit_test(numbers_are_short_in_any_locale),
      cmocka_unit_test(what_is_not_text_becomes_a_replacement),
      cmocka_unit_test(a_limit_at_any_byte_is_kept),
      cmocka_unit_test(wrong_calls_are_told_at_the_end),
      cmocka_unit_test(the_style_sheet_has_every_role),
      cmocka_unit_test(the_recording_keeps_boxes_and_faults),
  };

  return cmocka_run_group_tests_name("canvas_svg", tests, NULL, NULL) != 0;
}
