/* What every chart owes its reader, whatever the numbers: no text on text, no
 * text off the canvas, no shape off the canvas, no coordinate that is not a
 * number.  And arrays to try it with. */
#ifndef TESTS_CHART_CHECK_H
#define TESTS_CHART_CHECK_H

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canvas_record.h"
#include "unit.h"

enum numbers {
  ORDINARY,
  TINY,
  HUGE_ONES,
  WIDEST,
  NEGATIVE,
  CONSTANT,
  ZEROS,
  NAN_ONLY,
  WITH_GAPS,
  INFINITE,
  NUMBERS_COUNT
};

#define SOME 40

/* Fills `out` with `count` numbers of a kind; the same every time. */
static inline void fill_numbers(enum numbers kind, double *out, size_t count)
{
  uint32_t state = 12345;

  for (size_t i = 0; i < count; i++) {
    double share;

    state = state * 1664525u + 1013904223u;
    share = (double)(state >> 8) / (1 << 24);
    switch (kind) {
      case ORDINARY: out[i] = share; break;
      case TINY: out[i] = share * 1e-300; break;
      case HUGE_ONES: out[i] = share * 1e300; break;
      case WIDEST: out[i] = i % 2 ? DBL_MAX : -DBL_MAX; break;
      case NEGATIVE: out[i] = -1234.5 * share - 7; break;
      case CONSTANT: out[i] = 0.1; break;
      case ZEROS: out[i] = 0; break;
      case NAN_ONLY: out[i] = (double)NAN; break;
      case WITH_GAPS: out[i] = i % 3 ? share * 1e6 : (double)NAN; break;
      default: out[i] = i % 4 == 0 ? (double)INFINITY : i % 4 == 2 ? -(double)INFINITY : share;
    }
  }
}

static const char *const long_name =
    "валидационная выборка 検証データ \xf0\x9f\x90\x88 with a name that is much longer than any "
    "chart has room for, and then some more of it";

static inline void check_shapes(const struct canvas_record *record, const char *what)
{
  for (size_t i = 0; i < record->shape_count; i++) {
    struct rect box = record->shapes[i].bounds;

    if (box.x >= -0.01 && box.y >= -0.01 && box.x + box.width <= record->canvas.width + 0.01 &&
        box.y + box.height <= record->canvas.height + 0.01)
      continue;
    fail_msg("%s: a shape of %s leaves the canvas: %g %g %g %g", what, record->shapes[i].kind,
             box.x, box.y, box.width, box.height);
  }
}

static inline void check_record(struct canvas_record *record, const char *what)
{
  const struct record_text *first, *second;

  canvas_record_finish(record);
  assert_false(record->failed);
  if (record->faults)
    fail_msg("%s: %zu faults\n%s", what, record->faults, strstr(record->log, "fault:"));
  assert_true(record->text_count > 0);
  first = canvas_record_outside(record, 1.0);
  if (first) fail_msg("%s: \"%s\" leaves the canvas", what, first->utf8);
  if (canvas_record_overlap(record, 0.01, &first, &second))
    fail_msg("%s: \"%s\" lies on \"%s\"", what, first->utf8, second->utf8);
  check_shapes(record, what);
}

/* Draws `chart` on a recording of the size it asks for, and checks it. */
#define CHECK_CHART(kind, chart, what)                           \
  do {                                                           \
    struct canvas_record record_;                                \
    double width_, height_;                                      \
    kind##_chart_size((chart), &width_, &height_);               \
    assert_true(width_ > 100 && width_ <= 960 && height_ > 100); \
    canvas_record_init(&record_, width_, height_);               \
    kind##_chart_draw((chart), &record_.canvas);                 \
    check_record(&record_, what);                                \
    canvas_record_release(&record_);                             \
  } while (0)

/* Compares the recording with tests/charts/NAME.txt; BLESS=1 writes it. */
static inline void check_golden(const struct canvas_record *record, const char *name)
{
  char path[256];
  char *want;
  size_t length;
  FILE *file;

  (void)snprintf(path, sizeof path, "tests/charts/%s.txt", name);
  if (getenv("BLESS")) {
    file = fopen(path, "wb");
    if (!file) fail_msg("%s cannot be written", path);
    (void)fwrite(record->log, 1, record->log_length, file);
    assert_int_equal(fclose(file), 0);
    return;
  }
  file = fopen(path, "rb");
  if (!file) fail_msg("%s is missing: run once with BLESS=1", path);
  want = malloc(record->log_length + 2);
  assert_non_null(want);
  length = fread(want, 1, record->log_length + 1, file);
  (void)fclose(file);
  want[length] = '\0';
  for (size_t i = 0; i < length || i < record->log_length; i++) {
    if (i < length && i < record->log_length && want[i] == record->log[i]) continue;
    while (i > 0 && record->log[i - 1] != '\n') i--;
    fail_msg("%s differs at: got %.120s\nwant %.120s", path, record->log + i, want + i);
  }
  free(want);
}

#define CHECK_GOLDEN(kind, chart, name)            \
  do {                                             \
    struct canvas_record record_;                  \
    double width_, height_;                        \
    kind##_chart_size((chart), &width_, &height_); \
    canvas_record_init(&record_, width_, height_); \
    kind##_chart_draw((chart), &record_.canvas);   \
    check_record(&record_, name);                  \
    check_golden(&record_, name);                  \
    canvas_record_release(&record_);               \
  } while (0)

/* Whether some text of `chart` holds `words`. */
#define CHECK_SAYS(kind, chart, words, is_said)                                             \
  do {                                                                                      \
    struct canvas_record record_;                                                           \
    double width_, height_;                                                                 \
    bool found_ = false;                                                                    \
    kind##_chart_size((chart), &width_, &height_);                                          \
    canvas_record_init(&record_, width_, height_);                                          \
    kind##_chart_draw((chart), &record_.canvas);                                            \
    check_record(&record_, words);                                                          \
    for (size_t i_ = 0; i_ < record_.text_count; i_++)                                      \
      found_ = found_ || strstr(record_.texts[i_].utf8, words) != NULL;                     \
    if (found_ != (is_said)) fail_msg("\"%s\" is %s", words, found_ ? "said" : "not said"); \
    canvas_record_release(&record_);                                                        \
  } while (0)

#endif
