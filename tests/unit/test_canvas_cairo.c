#include "unit.h"

#include "chart/canvas_cairo.h"
#include "chart/shape.h"
#include "chart/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Two device pixels per pixel, and so 200 by 120 of them. */
static struct canvas *begin(enum theme theme)
{
  struct canvas *c =
      canvas_png_new(&(struct canvas_png_options){.width = 100, .height = 60, .theme = theme});

  assert_non_null(c);
  return c;
}

static struct picture end(struct canvas *c)
{
  struct picture pixels;

  assert_null(canvas_png_end(c, &pixels));
  return pixels;
}

static uint32_t value(enum color color, enum theme theme)
{
  struct rgb rgb = palette_rgb(color, theme);

  return (uint32_t)(rgb.r << 16 | rgb.g << 8 | rgb.b);
}

static uint32_t at(const struct picture *picture, uint32_t x, uint32_t y)
{
  return picture->pixels[y * picture->stride + x] & 0xFFFFFF;
}

static void colours_are_those_of_the_theme(void **state)
{
  (void)state;
  for (int t = THEME_LIGHT; t <= THEME_DARK; t++) {
    enum theme theme = (enum theme)t;
    struct canvas *c = begin(theme);
    struct picture pixels;

    canvas_rectangle(c, (struct rect){10, 10, 20, 20}, &(struct paint){.fill = COLOR_S2});
    canvas_rectangle(c, (struct rect){50.5, 10.5, 20, 20}, &(struct paint){.stroke = COLOR_AXIS});
    pixels = end(c);
    assert_int_equal(pixels.width, 200);
    assert_int_equal(pixels.height, 120);
    assert_int_equal(at(&pixels, 0, 0), value(COLOR_BG, theme));
    assert_int_equal(at(&pixels, 20, 20), value(COLOR_S2, theme));
    assert_int_equal(at(&pixels, 59, 59), value(COLOR_S2, theme));
    assert_int_equal(at(&pixels, 60, 60), value(COLOR_BG, theme));
    assert_int_equal(at(&pixels, 100, 20), value(COLOR_AXIS, theme));
    assert_int_equal(at(&pixels, 110, 40), value(COLOR_BG, theme));
    canvas_cairo_free(c);
  }
}

/* The first and last column with anything but the background. */
static void ink_of(const struct picture *picture, uint32_t *first, uint32_t *last)
{
  *first = picture->width;
  *last = 0;
  for (uint32_t y = 0; y < picture->height; y++)
    for (uint32_t x = 0; x < picture->width; x++)
      if (at(picture, x, y) != value(COLOR_BG, THEME_LIGHT)) {
        if (x < *first) *first = x;
        if (x > *last) *last = x;
      }
}

static void text_is_as_wide_as_measured(void **state)
{
  struct text_style style = {.size = 20, .weight = WEIGHT_SEMIBOLD, .color = COLOR_INK};
  double width = text_width("HH", 20, WEIGHT_SEMIBOLD);
  uint32_t first, last;

  (void)state;
  for (int align = ALIGN_LEFT; align <= ALIGN_RIGHT; align++) {
    struct canvas *c = begin(THEME_LIGHT);
    struct picture pixels;
    double left = 50 - width * align / 2;

    style.align = (enum align)align;
    canvas_text(c, (struct point){50, 40}, "HH", &style);
    pixels = end(c);
    ink_of(&pixels, &first, &last);
    assert_close(first / 2.0, left, 2.5); /* the side bearing of an H */
    assert_close(last / 2.0, left + width, 2.5);
    canvas_cairo_free(c);
  }
}

static void missing_characters_are_boxes_and_counted(void **state)
{
  struct canvas *c = begin(THEME_LIGHT);
  struct text_style style = {
      .size = 20, .weight = WEIGHT_REGULAR, .color = COLOR_INK, .halo = true};
  struct picture pixels;
  uint32_t first, last;

  (void)state;
  canvas_text(c, (struct point){10, 40}, "训\xF0\x9F\x98\x80\xFF", &style);
  assert_int_equal(canvas_cairo_missing(c)->count, 3);
  pixels = end(c);
  ink_of(&pixels, &first, &last);
  assert_close(first / 2.0, 11, 1);
  assert_close(last / 2.0, 69, 1);
  canvas_cairo_free(c);
}

/* A finished text must not leave a line to what comes next. */
static void nothing_is_drawn_between_text_and_line(void **state)
{
  struct canvas *c = begin(THEME_LIGHT);
  struct text_style style = {.size = 11, .weight = WEIGHT_REGULAR, .color = COLOR_INK};
  struct point line[] = {{10, 55}, {90, 55}};
  struct picture pixels;

  (void)state;
  canvas_text(c, (struct point){5, 12}, "a", &style);
  canvas_polyline(c, line, 2, &(struct paint){.stroke = COLOR_S1});
  pixels = end(c);
  for (uint32_t y = 32; y < 106; y++)
    for (uint32_t x = 0; x < 200; x++)
      assert_int_equal(at(&pixels, x, y), value(COLOR_BG, THEME_LIGHT));
  canvas_cairo_free(c);
}

static void draw_long_line(struct canvas *c, double opacity, enum dash dash)
{
  struct point points[500];

  for (size_t i = 0; i < 500; i++) points[i] = (struct point){5 + (double)i * 0.18, 30.5};
  canvas_polyline(c, points, 500,
                  &(struct paint){.stroke = COLOR_S1, .stroke_opacity = opacity, .dash = dash});
}

/* The pieces of a polyline overlap; of a translucent one this must not show. */
static void a_translucent_line_has_one_shade(void **state)
{
  struct canvas *c = begin(THEME_LIGHT);
  struct picture pixels;

  (void)state;
  draw_long_line(c, 0.28, DASH_SOLID);
  pixels = end(c);
  for (uint32_t x = 12; x < 186; x++) assert_int_equal(at(&pixels, x, 60), at(&pixels, 11, 60));
  assert_int_not_equal(at(&pixels, 11, 60), value(COLOR_BG, THEME_LIGHT));
  canvas_cairo_free(c);
}

/* 4 on, 4 off, to the last piece. */
static void dashes_run_on_over_the_pieces(void **state)
{
  struct canvas *c = begin(THEME_LIGHT);
  struct picture pixels;

  (void)state;
  draw_long_line(c, 1, DASH_REFERENCE);
  pixels = end(c);
  for (uint32_t x = 5; x + 8 < 94; x += 8) {
    assert_int_equal(at(&pixels, 2 * x + 4, 60), value(COLOR_S1, THEME_LIGHT));
    assert_int_equal(at(&pixels, 2 * x + 12, 60), value(COLOR_BG, THEME_LIGHT));
  }
  canvas_cairo_free(c);
}

static void pieces_cover_the_line_and_overlap_by_a_segment(void **state)
{
  struct point points[300];

  (void)state;
  for (size_t i = 0; i < 300; i++) points[i] = (struct point){(double)i, 0};
  for (size_t count = 2; count <= 300; count++) {
    struct shape_piece piece = {.points = NULL};
    size_t reached = 0;

    while (shape_next_piece(&piece, points, count)) {
      assert_true(piece.count >= 2 && piece.count <= SHAPE_PIECE + 1);
      assert_close(piece.offset, piece.points[0].x, 1e-9);
      if (reached > 0) assert_int_equal(piece.points - points, reached - 1); /* 1 px each */
      reached = (size_t)(piece.points - points) + piece.count - 1;
    }
    assert_int_equal(reached, count - 1);
  }
}

static void a_clip_cuts_and_ends(void **state)
{
  struct canvas *c = begin(THEME_LIGHT);
  struct picture pixels;

  (void)state;
  canvas_clip_begin(c, (struct rect){10, 10, 10, 10});
  canvas_rectangle(c, (struct rect){0, 0, 50, 50}, &(struct paint){.fill = COLOR_S1});
  canvas_clip_end(c);
  canvas_rectangle(c, (struct rect){60, 0, 10, 50}, &(struct paint){.fill = COLOR_S3});
  pixels = end(c);
  assert_int_equal(at(&pixels, 19, 30), value(COLOR_BG, THEME_LIGHT));
  assert_int_equal(at(&pixels, 20, 30), value(COLOR_S1, THEME_LIGHT));
  assert_int_equal(at(&pixels, 39, 39), value(COLOR_S1, THEME_LIGHT));
  assert_int_equal(at(&pixels, 40, 30), value(COLOR_BG, THEME_LIGHT));
  assert_int_equal(at(&pixels, 130, 30), value(COLOR_S3, THEME_LIGHT));
  canvas_cairo_free(c);
}

static void a_band_is_stronger_on_dark(void **state)
{
  struct canvas *c = begin(THEME_DARK);
  struct picture pixels;
  int ground = palette_rgb(COLOR_BG, THEME_DARK).g;
  int color = palette_rgb(COLOR_S1, THEME_DARK).g;

  (void)state;
  canvas_rectangle(c, (struct rect){0, 0, 50, 50},
                   &(struct paint){.fill = COLOR_S1, .fill_opacity = PALETTE_BAND_OPACITY});
  pixels = end(c);
  assert_close((int)(at(&pixels, 20, 20) >> 8 & 255), ground + 0.15 * (color - ground), 1);
  canvas_cairo_free(c);
}

static const char *problem_of_size(double width, double height)
{
  struct canvas *c =
      canvas_png_new(&(struct canvas_png_options){.width = width, .height = height, .scale = 1});
  struct picture pixels;
  const char *problem;

  assert_non_null(c);
  canvas_text(c, (struct point){1, 1}, "still safe to call",
              &(struct text_style){.size = 11, .color = COLOR_INK});
  canvas_clip_begin(c, (struct rect){0, 0, 1, 1});
  canvas_clip_end(c);
  problem = canvas_png_end(c, &pixels);
  canvas_cairo_free(c);
  return problem;
}

static void impossible_sizes_and_calls_are_told(void **state)
{
  struct canvas *c = begin(THEME_LIGHT);
  struct point bad[] = {{1, 1}, {(double)NAN, 2}};
  uint8_t *png;
  size_t size;

  (void)state;
  assert_null(problem_of_size(1, 32767));
  assert_non_null(problem_of_size(1, 32768));
  assert_non_null(problem_of_size(0, 10));
  assert_non_null(problem_of_size(-5, 10));
  assert_non_null(problem_of_size((double)NAN, 10));
  assert_non_null(problem_of_size(30000, 30000));
  canvas_polyline(c, bad, 2, &(struct paint){.stroke = COLOR_S1});
  assert_non_null(canvas_png_encode(c, NULL, &png, &size));
  assert_null(png);
  canvas_cairo_free(c);
  canvas_cairo_free(NULL);
}

static void draw_all(struct canvas *c)
{
  struct text_style style = {
      .size = 11, .weight = WEIGHT_REGULAR, .color = COLOR_INK, .halo = true};

  draw_long_line(c, 0.5, DASH_LONG);
  canvas_circle(c, (struct point){30, 30}, 4,
                &(struct paint){.fill = COLOR_BG, .stroke = COLOR_S2, .stroke_width = 2});
  canvas_text(c, (struct point){5, 20}, "0.8241 é Δ −3 × 10⁻⁴", &style);
  style.weight = WEIGHT_SEMIBOLD;
  style.size = 15;
  canvas_text(c, (struct point){5, 50}, "Validation", &style);
}

struct job {
  uint8_t *png;
  size_t size;
  const char *problem;
};

static void *render(void *argument)
{
  struct job *job = argument;

  for (int i = 0; i < 20 && job->problem == NULL; i++) {
    struct canvas *c = canvas_png_new(&(struct canvas_png_options){.width = 100, .height = 60});

    free(job->png);
    job->png = NULL;
    if (c == NULL) return NULL;
    draw_all(c);
    job->problem = canvas_png_encode(c, "the same in every thread", &job->png, &job->size);
    canvas_cairo_free(c);
  }
  return NULL;
}

/* Charts are drawn in threads; all pictures are equal, byte for byte. */
static void threads_draw_the_same_picture(void **state)
{
  struct job jobs[4] = {{.png = NULL}};
  pthread_t threads[4];

  (void)state;
  for (size_t i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, render, &jobs[i]), 0);
  for (size_t i = 0; i < 4; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
  for (size_t i = 0; i < 4; i++) {
    assert_null(jobs[i].problem);
    assert_non_null(jobs[i].png);
    assert_int_equal(jobs[i].size, jobs[0].size);
    assert_memory_equal(jobs[i].png, jobs[0].png, jobs[0].size);
  }
  for (size_t i = 0; i < 4; i++) free(jobs[i].png);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(colours_are_those_of_the_theme),
      cmocka_unit_test(text_is_as_wide_as_measured),
      cmocka_unit_test(missing_characters_are_boxes_and_counted),
      cmocka_unit_test(nothing_is_drawn_between_text_and_line),
      cmocka_unit_test(a_translucent_line_has_one_shade),
      cmocka_unit_test(dashes_run_on_over_the_pieces),
      cmocka_unit_test(pieces_cover_the_line_and_overlap_by_a_segment),
      cmocka_unit_test(a_clip_cuts_and_ends),
      cmocka_unit_test(a_band_is_stronger_on_dark),
      cmocka_unit_test(impossible_sizes_and_calls_are_told),
      cmocka_unit_test(threads_draw_the_same_picture),
  };

  return cmocka_run_group_tests_name("canvas_cairo", tests, NULL, NULL) != 0;
}
