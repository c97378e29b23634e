#include "unit.h"

#include "chart/canvas_cairo.h"
#include "chart/font_search.h"
#include "chart/font_set.h"
#include "chart/placed_text.h"
#include "chart/script.h"
#include "chart/text.h"
#include "temp_folder.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The font of tests/font.py, which lies beside the folder of this program. */
static char font_path[4096];

static int find_font(void **state)
{
  ssize_t length = readlink("/proc/self/exe", font_path, sizeof font_path - 32);

  (void)state;
  if (length <= 0) return -1;
  font_path[length] = '\0';
  strcpy(strrchr(font_path, '/'), "/../font.ttf");
  return access(font_path, R_OK);
}

static struct font_set *open_set(const char *file, const char *const *folders)
{
  char problem[512] = "";
  struct font_set *set = font_set_new(&file, file ? 1 : 0, folders, problem, sizeof problem);

  if (set == NULL) fail_msg("%s", problem);
  return set;
}

static char *read_font(size_t *size)
{
  FILE *file = fopen(font_path, "rb");
  char *bytes = malloc(1 << 20);

  assert_non_null(file);
  assert_non_null(bytes);
  *size = fread(bytes, 1, 1 << 20, file);
  assert_true(*size > 500);
  fclose(file);
  return bytes;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
  FILE *file = fopen(path, "wb");

  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

/* ---- what has which character -------------------------------------------- */

static void a_named_font_has_what_it_has(void **state)
{
  struct font_set *set = open_set(font_path, NULL);

  (void)state;
  assert_int_equal(font_set_find(set, 0x8BAD), 0);
  assert_int_equal(font_set_find(set, 0x8BAE), -1);
  assert_int_equal(font_set_find(set, 0x8BAE), -1);
  assert_int_equal(font_set_find(set, 0), -1);
  assert_int_equal(font_set_find(NULL, 0x8BAD), -1);
  assert_true(font_set_has(set, 0, 0x0628));
  assert_false(font_set_has(set, 0, 'x'));
  font_set_free(set);
  font_set_free(NULL);
}

static void a_font_of_the_machine_is_found_in_its_folders(void **state)
{
  const char *folder = *state;
  char deep[4096], file[4096 + 32];
  const char *folders[] = {"/nonexistent", folder, NULL};
  struct font_set *set;
  size_t size;
  char *bytes = read_font(&size);

  snprintf(deep, sizeof deep, "%s/deep", folder);
  assert_int_equal(mkdir(deep, 0777), 0);
  snprintf(file, sizeof file, "%s/NotoSans-Regular.ttf", folder);
  write_file(file, "no font at all", 14); /* passed over */
  snprintf(file, sizeof file, "%s/Rectangles.TTF", deep);
  write_file(file, bytes, size);
  set = open_set(NULL, folders);
  assert_int_equal(font_set_find(set, 0x8BAD), 0);
  assert_int_equal(font_set_find(set, 0x8BAE), -1);
  font_set_free(set);
  free(bytes);
}

/* The order follows from the names, not from the order in a folder. */
static void likelier_families_come_first(void **state)
{
  static const char *const names[] = {
      "ZZZ-Regular.otf", "Aaa-Bold.ttf",         "NotoSansCJK-Regular.ttc",
      "DejaVuSans.ttf",  "readme.txt",           "NotoSansArabic-Regular.ttf",
      ".hidden.ttf",     "NotoSans-Regular.ttf", "NotoSansMono-Regular.ttf"};
  static const char *const wanted[] = {"NotoSans-Regular.ttf",    "NotoSansArabic-Regular.ttf",
                                       "NotoSansCJK-Regular.ttc", "DejaVuSans.ttf",
                                       "ZZZ-Regular.otf",         "Aaa-Bold.ttf",
                                       "NotoSansMono-Regular.ttf"};
  const char *folder = *state;
  const char *folders[] = {folder, NULL};
  struct font_files files;
  char path[4096];

  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    write_file(path, "", 0);
  }
  assert_true(font_search(&files, folders));
  assert_int_equal(files.count, sizeof wanted / sizeof *wanted);
  for (size_t i = 0; i < files.count; i++)
    assert_string_equal(strrchr(files.paths[i], '/') + 1, wanted[i]);
  font_files_release(&files);
}

/* A ring of links ends, and so does a deep tree. */
static void a_walk_ends(void **state)
{
  const char *folder = *state;
  const char *folders[] = {folder, NULL};
  struct font_files files;
  char path[4096];
  size_t length = (size_t)snprintf(path, sizeof path, "%s", folder);

  for (int depth = 0; depth < FONT_SEARCH_DEPTH + 3; depth++) {
    length += (size_t)snprintf(path + length, sizeof path - length, "/d");
    assert_int_equal(mkdir(path, 0777), 0);
    snprintf(path + length, sizeof path - length, "/x.ttf");
    write_file(path, "", 0);
    snprintf(path + length, sizeof path - length, "/ring");
    assert_int_equal(symlink(folder, path), 0);
    path[length] = '\0';
  }
  assert_true(font_search(&files, folders));
  assert_int_equal(files.count, FONT_SEARCH_DEPTH);
  font_files_release(&files);
}

static void the_users_folders_are_known(void **state)
{
  const char **folders = font_search_folders("/home/ada");
  const char **without = font_search_folders(NULL);
  size_t own = 0, others = 0;

  (void)state;
  for (size_t i = 0; folders[i] != NULL; i++) own += strncmp(folders[i], "/home/ada/", 10) == 0;
  for (size_t i = 0; without[i] != NULL; i++) others += strncmp(without[i], "/home", 5) == 0;
  assert_string_equal(folders[0], "/usr/share/fonts");
  assert_int_equal(own, 3);
  assert_int_equal(others, 0);
  free(folders);
  free(without);
}

static void expect_problem(const char *path, const char *why)
{
  char problem[512] = "";
  struct font_set *set = font_set_new(&path, 1, NULL, problem, sizeof problem);

  assert_null(set);
  if (strstr(problem, path) == NULL || strstr(problem, why) == NULL) fail_msg("%s", problem);
}

static void a_named_file_that_is_no_font_is_told(void **state)
{
  const char *folder = *state;
  char path[4096];

  expect_problem(folder, "not a regular file");
  snprintf(path, sizeof path, "%s/none.ttf", folder);
  expect_problem(path, "No such file");
  write_file(path, "", 0);
  expect_problem(path, "empty");
  write_file(path, "<!doctype html>", 15);
  expect_problem(path, "not a font");
}

/* ---- drawing ---------------------------------------------------------------- */

#define SIDE 100

static struct canvas *begin(struct font_set *set)
{
  struct canvas *c = canvas_png_new(
      &(struct canvas_png_options){.width = SIDE, .height = SIDE, .scale = 1, .fonts = set});

  assert_non_null(c);
  return c;
}

static void put(struct canvas *c, double x, enum align align, const char *words)
{
  canvas_text(c, (struct point){x, 60}, words,
              &(struct text_style){
                  .size = 40, .weight = WEIGHT_REGULAR, .color = COLOR_INK, .align = align});
}

static struct picture end(struct canvas *c)
{
  struct picture pixels;

  assert_null(canvas_png_end(c, &pixels));
  return pixels;
}

static bool has_ink(const struct picture *pixels, uint32_t x, uint32_t y)
{
  return (pixels->pixels[y * pixels->stride + x] & 0xFF) < 0x80;
}

/* The first column of ink and the one after the last, and the first row. */
static void bounds(const struct picture *pixels, uint32_t *left, uint32_t *right, uint32_t *top)
{
  *left = *top = SIDE;
  *right = 0;
  for (uint32_t y = 0; y < SIDE; y++)
    for (uint32_t x = 0; x < SIDE; x++)
      if (has_ink(pixels, x, y)) {
        if (x < *left) *left = x;
        if (x + 1 > *right) *right = x + 1;
        if (y < *top) *top = y;
      }
}

static void a_character_is_drawn_with_the_font_that_has_it(void **state)
{
  struct font_set *set = open_set(font_path, NULL);
  struct canvas *c = begin(set);
  struct picture pixels;
  uint32_t left, right, top;

  (void)state;
  put(c, 20, ALIGN_LEFT, "训");
  assert_int_equal(canvas_cairo_missing(c)->count, 0);
  pixels = end(c);
  bounds(&pixels, &left, &right, &top);
  assert_int_equal(left, 20);
  assert_int_equal(right, 60);
  assert_int_equal(top, 60 - 32);
  assert_true(has_ink(&pixels, 40, 45)); /* a box would be hollow there */
  canvas_cairo_free(c);
  font_set_free(set);
}

/* A word from right to left whose letters take the forms of their places. */
static void arabic_letters_join_from_right_to_left(void **state)
{
  struct font_set *set = open_set(font_path, NULL);
  struct canvas *c = begin(set);
  double width = text_width("بب", 40, WEIGHT_REGULAR);
  struct picture pixels;
  uint32_t left, right, top;

  (void)state;
  put(c, 90, ALIGN_RIGHT, "بب");
  pixels = end(c);
  bounds(&pixels, &left, &right, &top);
  assert_int_equal(right, 90);
  assert_int_equal(left, 90 - 48);        /* as wide as the font has them, */
  assert_true(width >= 48);               /* within what was kept */
  assert_true(has_ink(&pixels, 80, 40));  /* the first letter is tall, at the right */
  assert_false(has_ink(&pixels, 50, 40)); /* the last is low, at the left */
  assert_true(has_ink(&pixels, 50, 56));
  canvas_cairo_free(c);
  font_set_free(set);
}

/* Else it would cover what stands beside it. */
static void a_word_that_is_too_wide_is_made_smaller(void **state)
{
  struct font_set *set = open_set(font_path, NULL);
  struct canvas *c = begin(set);
  double width = text_width("क", 40, WEIGHT_REGULAR);
  struct picture pixels;
  uint32_t left, right, top;

  (void)state;
  put(c, 20, ALIGN_LEFT, "क");
  pixels = end(c);
  bounds(&pixels, &left, &right, &top);
  assert_int_equal(left, 20);
  assert_close(right, 20 + width, 1);
  assert_close(top, 60 - 0.7 * width / 2, 1);
  canvas_cairo_free(c);
  font_set_free(set);
}

static void draw_ordinary(struct canvas *c)
{
  struct text_style style = {
      .size = 11, .weight = WEIGHT_REGULAR, .color = COLOR_INK, .halo = true};

  canvas_text(c, (struct point){5, 20}, "0.8241 é Δ −3 × 10⁻⁴ ✓", &style);
  style.weight = WEIGHT_SEMIBOLD;
  canvas_text(c, (struct point){5, 50}, "Validation Жą", &style);
}

static void ordinary_text_has_the_same_pixels_with_fonts_and_without(void **state)
{
  const char *folders[] = {"/usr/share/fonts", NULL};
  struct font_set *sets[3] = {NULL, open_set(font_path, NULL), open_set(NULL, folders)};
  struct canvas *canvases[3];
  struct picture pixels[3];

  (void)state;
  for (int i = 0; i < 3; i++) {
    canvases[i] = begin(sets[i]);
    draw_ordinary(canvases[i]);
    pixels[i] = end(canvases[i]);
    assert_memory_equal(pixels[i].pixels, pixels[0].pixels,
                        pixels[0].stride * pixels[0].height * sizeof(uint32_t));
  }
  for (int i = 0; i < 3; i++) {
    canvas_cairo_free(canvases[i]);
    font_set_free(sets[i]);
  }
}

/* Whatever a font file says: an error, a box or a strange letter, but a picture. */
static void a_damaged_font_does_no_harm(void **state)
{
  const char *folder = *state;
  size_t size, opened = 0;
  char *bytes = read_font(&size);
  char path[4096];

  snprintf(path, sizeof path, "%s/font.ttf", folder);
  for (size_t at = 0; at < 2 * size; at += 13) {
    const char *name = path;
    char problem[512];
    struct font_set *set;
    char kept = bytes[at % size];

    if (at < size) bytes[at] = (char)(kept ^ 0xFF);
    write_file(path, bytes, at < size ? size : at - size + 1);
    bytes[at % size] = kept;
    set = font_set_new(&name, 1, NULL, problem, sizeof problem);
    if (set != NULL) {
      struct canvas *c = begin(set);
      struct picture pixels;

      opened++;
      put(c, 10, ALIGN_CENTER, "训 بب क");
      assert_null(canvas_png_end(c, &pixels));
      canvas_cairo_free(c);
    }
    font_set_free(set);
  }
  assert_true(opened > 5);
  free(bytes);
}

struct job {
  struct font_set *set;
  struct canvas *canvas;
  struct picture pixels;
};

static void *render(void *argument)
{
  struct job *job = argument;

  for (int i = 0; i < 10; i++) {
    canvas_cairo_free(job->canvas);
    job->canvas = canvas_png_new(
        &(struct canvas_png_options){.width = SIDE, .height = SIDE, .scale = 1, .fonts = job->set});
    if (job->canvas == NULL) return NULL;
    put(job->canvas, 50, ALIGN_CENTER, "训 بب क");
    canvas_png_end(job->canvas, &job->pixels);
  }
  return NULL;
}

static void threads_share_the_fonts(void **state)
{
  struct font_set *set = open_set(font_path, NULL);
  struct job jobs[4] = {{.set = NULL}};
  pthread_t threads[4];

  (void)state;
  for (size_t i = 0; i < 4; i++) {
    jobs[i].set = set;
    assert_int_equal(pthread_create(&threads[i], NULL, render, &jobs[i]), 0);
  }
  for (size_t i = 0; i < 4; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
  font_set_free(set); /* before the canvases */
  for (size_t i = 0; i < 4; i++) {
    assert_non_null(jobs[i].pixels.pixels);
    assert_memory_equal(jobs[i].pixels.pixels, jobs[0].pixels.pixels, SIDE * SIDE * 4);
  }
  for (size_t i = 0; i < 4; i++) canvas_cairo_free(jobs[i].canvas);
}

/* ---- scripts ----------------------------------------------------------------- */

static void marks_take_no_room_and_letters_less_than_an_em(void **state)
{
  (void)state;
  assert_close(script_width(0x0301), 0, 0);  /* an accent */
  assert_close(script_width(0x064E), 0, 0);  /* an Arabic vowel */
  assert_close(script_width(0xFE0F), 0, 0);  /* which form of an emoji */
  assert_close(script_width(0x1D165), 1, 0); /* a sign with width among such without */
  assert_close(script_width(0x8BAD), 1, 0);
  assert_close(script_width(0x1F600), 1, 0);
  assert_true(script_width(0x0628) < 0.7);
  assert_true(script_width(0x0915) < 1);
}

static void expect_phrase(const char *words, const char *phrase)
{
  const char *end = script_rtl_end(words, words + strlen(words));

  assert_int_equal(end - words, strlen(phrase));
  assert_memory_equal(words, phrase, strlen(phrase));
}

static void a_phrase_ends_with_its_last_letter(void **state)
{
  (void)state;
  expect_phrase("دقة", "دقة");
  expect_phrase("دقة 0.93", "دقة");
  expect_phrase("دقة 2 طبقة 7", "دقة 2 طبقة");
  expect_phrase("דיוק (בדיקה)", "דיוק (בדיקה");
  expect_phrase("דיוק · בדיקה", "דיוק");
  expect_phrase("דיוק loss", "דיוק");
  expect_phrase("בָּ 3", "בָּ"); /* with its points */
}

/* Numbers stay to the right of the name that stands before them. */
static void pieces_follow_each_other_from_left_to_right(void **state)
{
  struct text_style style = {.size = 10, .weight = WEIGHT_REGULAR};
  struct placed_text text = placed_begin((struct point){0, 0}, "a دقة 0.9训", &style), piece;
  static const struct {
    enum piece_kind kind;
    size_t bytes;
  } wanted[] = {{PIECE_TYPEFACE, 2}, {PIECE_RTL, 6}, {PIECE_TYPEFACE, 4}, {PIECE_FOREIGN, 3}};
  double at = 0;

  (void)state;
  for (size_t i = 0; i < 4; i++) {
    assert_true(placed_next_piece(&text, &piece));
    assert_int_equal(piece.kind, wanted[i].kind);
    assert_int_equal(piece.end - piece.next, wanted[i].bytes);
    assert_close(piece.at.x, at, 1e-9);
    at += piece.width;
  }
  assert_false(placed_next_piece(&text, &piece));
  assert_close(at, text_width("a دقة 0.9训", 10, WEIGHT_REGULAR), 1e-9);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_named_font_has_what_it_has),
      cmocka_unit_test_setup_teardown(a_font_of_the_machine_is_found_in_its_folders,
                                      temp_folder_make, temp_folder_remove),
      cmocka_unit_test_setup_teardown(likelier_families_come_first, temp_folder_make,
                                      temp_folder_remove),
      cmocka_unit_test_setup_teardown(a_walk_ends, temp_folder_make, temp_folder_remove),
      cmocka_unit_test(the_users_folders_are_known),
      cmocka_unit_test_setup_teardown(a_named_file_that_is_no_font_is_told, temp_folder_make,
                                      temp_folder_remove),
      cmocka_unit_test(a_character_is_drawn_with_the_font_that_has_it),
      cmocka_unit_test(arabic_letters_join_from_right_to_left),
      cmocka_unit_test(a_word_that_is_too_wide_is_made_smaller),
      cmocka_unit_test(ordinary_text_has_the_same_pixels_with_fonts_and_without),
      cmocka_unit_test_setup_teardown(a_damaged_font_does_no_harm, temp_folder_make,
                                      temp_folder_remove),
      cmocka_unit_test(threads_share_the_fonts),
      cmocka_unit_test(marks_take_no_room_and_letters_less_than_an_em),
      cmocka_unit_test(a_phrase_ends_with_its_last_letter),
      cmocka_unit_test(pieces_follow_each_other_from_left_to_right),
  };

  return cmocka_run_group_tests(tests, find_font, NULL);
}
