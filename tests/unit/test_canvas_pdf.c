#include "unit.h"

#include "chart/canvas_cairo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static struct canvas *begin(const char *title, const char *description)
{
  struct canvas *c = canvas_pdf_new(&(struct canvas_pdf_options){
      .width = 460, .height = 604, .title = title, .description = description});

  assert_non_null(c);
  return c;
}

static void draw(struct canvas *c)
{
  struct point line[300];

  for (size_t i = 0; i < 300; i++) line[i] = (struct point){20 + (double)i, i % 2 ? 90 : 110};
  canvas_clip_begin(c, (struct rect){20.3, 60.7, 400, 300});
  canvas_polyline(c, line, 300, &(struct paint){.stroke = COLOR_S1, .stroke_opacity = 0.5});
  canvas_clip_end(c);
  canvas_rectangle(c, (struct rect){20, 200, 100, 30}, &(struct paint){.fill = COLOR_S2});
  canvas_text(c, (struct point){20, 40}, "Précision × rappel",
              &(struct text_style){
                  .size = 15, .weight = WEIGHT_SEMIBOLD, .color = COLOR_INK, .halo = true});
  canvas_text(c, (struct point){20, 300}, "AUC 0.991 ≥ 0.9",
              &(struct text_style){.size = 11, .weight = WEIGHT_REGULAR, .color = COLOR_INK2});
}

/* All of a PDF, its compressed parts unpacked, in one text for searching. */
static char *unpacked(const uint8_t *pdf, size_t size)
{
  static const char mark[] = "stream\n";
  size_t room = 100 * size, length = 0;
  char *text = malloc(room + 1);

  assert_non_null(text);
  for (size_t i = 0; i < size; i++) {
    uLongf more = (uLongf)(room - length);

    assert_true(length < room);
    text[length++] = pdf[i] ? (char)pdf[i] : ' ';
    if (i < 16 || memcmp(pdf + i - 6, mark, 7) != 0 || memcmp(pdf + i - 9, "end", 3) == 0) continue;
    /* The stream is not alone in what follows, so the rest is not an error. */
    more = (uLongf)(room - length);
    if (uncompress((Bytef *)text + length, &more, pdf + i + 1, (uLong)(size - i - 1)) == Z_OK)
      for (uLongf k = 0; k < more; k++, length++)
        if (!text[length]) text[length] = ' ';
  }
  text[length] = '\0';
  return text;
}

static void end(struct canvas *c, uint8_t **pdf, size_t *size)
{
  const char *problem = canvas_pdf_end(c, pdf, size);

  if (problem != NULL) fail_msg("%s", problem);
  canvas_cairo_free(c);
}

static void a_page_has_the_size_of_the_chart_in_points(void **state)
{
  struct canvas *c = begin("ROC curve", NULL);
  uint8_t *pdf;
  size_t size;
  char *text;

  (void)state;
  draw(c);
  end(c, &pdf, &size);
  assert_memory_equal(pdf, "%PDF-1.", 7);
  text = unpacked(pdf, size);
  assert_non_null(strstr(text, "/MediaBox [ 0 0 345 453 ]"));
  free(text);
  free(pdf);
}

/* Letters stay letters: the file says which, and has the part of the typeface. */
static void text_is_text(void **state)
{
  struct canvas *c = begin("ROC curve", "The curve rises.");
  uint8_t *pdf;
  size_t size;
  char *text;

  (void)state;
  draw(c);
  end(c, &pdf, &size);
  text = unpacked(pdf, size);
  assert_non_null(strstr(text, "/Title (ROC curve)"));
  assert_non_null(strstr(text, "/Subject (The curve rises.)"));
  assert_non_null(strstr(text, "/FontFile3"));
  assert_non_null(strstr(text, "/ToUnicode"));
  assert_non_null(strstr(text, "Tj"));     /* text is shown */
  assert_non_null(strstr(text, "<2265>")); /* and the sign ≥ is known as such */
  assert_null(strstr(text, "/Image"));
  free(text);
  free(pdf);
}

/* cairo would write the time of day. */
static void two_renderings_are_one_file_without_a_date(void **state)
{
  uint8_t *pdf[2];
  size_t size[2];
  char *text;

  (void)state;
  for (int i = 0; i < 2; i++) {
    struct canvas *c = begin("Übersicht", "n = 359");

    draw(c);
    end(c, &pdf[i], &size[i]);
  }
  assert_int_equal(size[0], size[1]);
  assert_memory_equal(pdf[0], pdf[1], size[0]);
  text = unpacked(pdf[0], size[0]);
  assert_null(strstr(text, "Date"));
  free(text);
  free(pdf[0]);
  free(pdf[1]);
}

static void words_that_are_not_utf8_do_no_harm(void **state)
{
  struct canvas *c = begin("a\xFF\xC0z", "\xED\xA0\x80");
  uint8_t *pdf;
  size_t size;

  (void)state;
  draw(c);
  end(c, &pdf, &size);
  assert_true(size > 1000);
  free(pdf);
}

static void missing_characters_are_named_once_and_in_order(void **state)
{
  struct canvas *c = begin(NULL, NULL);
  const struct missing_characters *missing;
  struct text_style style = {.size = 12, .color = COLOR_INK, .halo = true};

  (void)state;
  canvas_text(c, (struct point){10, 40}, "训练损失", &style);
  canvas_text(c, (struct point){10, 60}, "训", &style);
  missing = canvas_cairo_missing(c);
  assert_int_equal(missing->count, 5);
  assert_int_equal(missing->kept, 4);
  assert_int_equal(missing->first[0], 0x5931);
  assert_int_equal(missing->first[1], 0x635F);
  assert_int_equal(missing->first[2], 0x7EC3);
  assert_int_equal(missing->first[3], 0x8BAD);
  assert_string_equal(missing_font_example(missing), "NotoSansCJK-Regular.ttc");
  canvas_cairo_free(c); /* without an end */
}

static const char *problem_of_size(double width, double height)
{
  struct canvas *c = canvas_pdf_new(&(struct canvas_pdf_options){.width = width, .height = height});
  const char *problem;
  uint8_t *pdf;
  size_t size;

  assert_non_null(c);
  draw(c);
  problem = canvas_pdf_end(c, &pdf, &size);
  assert_true((problem == NULL) == (pdf != NULL));
  free(pdf);
  canvas_cairo_free(c);
  return problem;
}

static void impossible_pages_and_calls_are_told(void **state)
{
  struct canvas *c = begin(NULL, NULL);
  struct point bad[] = {{1, 1}, {(double)INFINITY, 2}};
  uint8_t *pdf;
  size_t size;

  (void)state;
  assert_null(problem_of_size(1, 19200));
  assert_non_null(problem_of_size(1, 19201));
  assert_non_null(problem_of_size(0, 10));
  assert_non_null(problem_of_size(10, (double)NAN));
  canvas_polyline(c, bad, 2, &(struct paint){.stroke = COLOR_S1});
  assert_non_null(canvas_pdf_end(c, &pdf, &size));
  assert_null(pdf);
  canvas_cairo_free(c);

  c = begin(NULL, NULL);
  canvas_clip_begin(c, (struct rect){0, 0, 10, 10});
  assert_string_equal(canvas_pdf_end(c, &pdf, &size), "a clip was not closed");
  canvas_cairo_free(c);

  c = begin(NULL, NULL);
  assert_null(canvas_pdf_end(c, &pdf, &size));
  free(pdf);
  assert_string_equal(canvas_pdf_end(c, &pdf, &size), "the PDF was already taken");
  canvas_cairo_free(c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_page_has_the_size_of_the_chart_in_points),
      cmocka_unit_test(text_is_text),
      cmocka_unit_test(two_renderings_are_one_file_without_a_date),
      cmocka_unit_test(words_that_are_not_utf8_do_no_harm),
      cmocka_unit_test(missing_characters_are_named_once_and_in_order),
      cmocka_unit_test(impossible_pages_and_calls_are_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
