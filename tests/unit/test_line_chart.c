#include "chart/line_chart.h"

#include "chart_check.h"

static const struct chart_text words = {.title = "Validation loss",
                                        .subtitle = "3 runs. Faint = raw, bold = EMA 0.6.",
                                        .x_name = "epoch",
                                        .y_name = "loss"};

static void any_numbers_make_a_readable_chart(void **state)
{
  static const size_t counts[] = {SOME, 1, 2, 0};
  double x[SOME], y[SOME], low[SOME], high[SOME];
  char what[96];
  size_t tried = 0;

  (void)state;
  for (int xs = 0; xs < NUMBERS_COUNT; xs++) {
    for (int ys = 0; ys < NUMBERS_COUNT; ys++) {
      for (int kind = 0; kind < 64; kind++, tried++) {
        struct line_series series = {.name = kind % 2 ? long_name : "run 1", .x = x, .y = y};
        struct line_chart chart = {.text = words, .series = &series, .series_count = 1};

        fill_numbers((enum numbers)xs, x, SOME);
        fill_numbers((enum numbers)ys, y, SOME);
        fill_numbers((enum numbers)((ys + 1) % NUMBERS_COUNT), low, SOME);
        fill_numbers((enum numbers)((ys + 2) % NUMBERS_COUNT), high, SOME);
        series.count = counts[kind % 4];
        series.low = low;
        series.high = high;
        series.raw_x = x;
        series.raw_y = y;
        series.raw_count = series.count;
        series.has_ring = true;
        series.ring_x = x[0];
        series.ring_y = y[0];
        chart.x_kind = (enum line_x_kind)(kind / 4 % 4);
        chart.y_kind = (enum line_y_kind)(kind / 16);
        chart.references = &(struct line_reference){.label = "target", .at = y[1]};
        chart.reference_count = 1;
        (void)snprintf(what, sizeof what, "x %d, y %d, kind %d", xs, ys, kind);
        CHECK_CHART(line, &chart, what);
      }
    }
  }
  assert_int_equal(tried, NUMBERS_COUNT * NUMBERS_COUNT * 64);
}

/* Names of lines that end together are pushed apart; above six they move to a
 * legend, above twelve the rest turns grey. */
static void any_number_of_series_keeps_its_names_apart(void **state)
{
  struct line_series series[30];
  double y[30][SOME];
  char names[30][24], what[32];

  (void)state;
  for (size_t i = 0; i < 30; i++) {
    (void)snprintf(names[i], sizeof names[i], "run %zu", i);
    fill_numbers(ORDINARY, y[i], SOME);
    series[i] =
        (struct line_series){.name = i % 5 == 4 ? long_name : names[i], .y = y[i], .count = SOME};
  }
  for (size_t count = 1; count <= 30; count++) {
    struct line_chart chart = {.text = words, .series = series, .series_count = count};

    (void)snprintf(what, sizeof what, "%zu series", count);
    CHECK_CHART(line, &chart, what);
  }
}

/* One of very many: the same data on a small canvas. */
static void a_panel_is_readable_with_any_numbers(void **state)
{
  double x[SOME], y[SOME];
  char what[96];

  (void)state;
  for (int xs = 0; xs < NUMBERS_COUNT; xs++) {
    for (int ys = 0; ys < NUMBERS_COUNT; ys++) {
      for (int kind = 0; kind < 16; kind++) {
        struct line_series series = {.name = long_name, .x = x, .y = y, .count = SOME};
        struct line_chart chart = {.text = words,
                                   .series = &series,
                                   .series_count = 1,
                                   .is_panel = true,
                                   .x_kind = (enum line_x_kind)(kind % 4),
                                   .y_kind = (enum line_y_kind)(kind / 4)};

        fill_numbers((enum numbers)xs, x, SOME);
        fill_numbers((enum numbers)ys, y, SOME);
        if (kind % 3 == 0) chart.text.title = long_name;
        (void)snprintf(what, sizeof what, "panel, x %d, y %d, kind %d", xs, ys, kind);
        CHECK_CHART(line, &chart, what);
      }
    }
  }
}

static void long_words_are_cut_or_broken(void **state)
{
  double y[SOME];
  struct line_series series = {.name = long_name, .y = y, .count = SOME};
  struct line_chart chart = {.series = &series, .series_count = 1};

  (void)state;
  fill_numbers(ORDINARY, y, SOME);
  chart.text = (struct chart_text){
      .title = long_name, .subtitle = long_name, .x_name = long_name, .y_name = long_name};
  CHECK_CHART(line, &chart, "long words");
  chart.text.message = long_name;
  CHECK_CHART(line, &chart, "long message");
  chart.text = (struct chart_text){.title = NULL};
  CHECK_CHART(line, &chart, "no words");
}

/* A spike of one point among 100,000 is drawn, and the line costs little. */
static void no_spike_is_lost_in_a_long_series(void **state)
{
  const size_t count = 100000;
  double *y = malloc(count * sizeof *y);
  struct line_series series = {.y = y, .count = count};
  struct line_chart chart = {
      .text = words, .series = &series, .series_count = 1, .keep_outliers = true};
  struct canvas_record record;
  double width, height, highest = 1e9;
  size_t points = 0;

  (void)state;
  assert_non_null(y);
  fill_numbers(ORDINARY, y, count);
  y[77777] = 5;
  line_chart_size(&chart, &width, &height);
  canvas_record_init(&record, width, height);
  line_chart_draw(&chart, &record.canvas);
  check_record(&record, "a long series");
  for (size_t i = 0; i < record.shape_count; i++) {
    if (strcmp(record.shapes[i].kind, "series") != 0) continue;
    points += record.shapes[i].point_count;
    highest = fmin(highest, record.shapes[i].bounds.y);
  }
  assert_true(points > 1000 && points < 3000);
  assert_true(highest < 120);
  canvas_record_release(&record);
  free(y);
}

static size_t count_kind(const struct canvas_record *record, const char *kind, enum record_op op,
                         enum color stroke)
{
  size_t count = 0;

  for (size_t i = 0; i < record->shape_count; i++)
    count += strcmp(record->shapes[i].kind, kind) == 0 && record->shapes[i].op == op &&
             record->shapes[i].paint.stroke == stroke;
  return count;
}

/* A reduced series: spans instead of points, one of which stands out. */
static void a_span_that_stands_out_is_drawn_at_full_strength(void **state)
{
  double x[2 * SOME], low[2 * SOME], high[2 * SOME], odd[2 * SOME], mean[SOME], middle[SOME];
  struct line_series series = {.x = middle,
                               .y = mean,
                               .count = SOME,
                               .raw_x = x,
                               .raw_y = odd,
                               .raw_low = low,
                               .raw_high = high,
                               .raw_count = 2 * SOME};
  struct line_chart chart = {.text = words, .series = &series, .series_count = 1};
  struct canvas_record record;
  double width, height, highest = 1e9;

  (void)state;
  for (size_t i = 0; i < 2 * SOME; i++) {
    x[i] = (double)((i + 1) / 2);
    low[i] = 1;
    high[i] = i / 2 == 10 ? 4 : 2;
    odd[i] = i == 33 ? (double)NAN : 1.5;
    mean[i / 2] = 1.5;
    middle[i / 2] = (double)(i / 2) + 0.5;
  }
  CHECK_CHART(line, &chart, "spans");
  line_chart_size(&chart, &width, &height);
  canvas_record_init(&record, width, height);
  line_chart_draw(&chart, &record.canvas);
  assert_int_equal(count_kind(&record, "raw", RECORD_POLYLINE, COLOR_S1), 1);
  assert_int_equal(count_kind(&record, "marks", RECORD_POLYLINE, COLOR_FAIL), 1);
  for (size_t i = 0; i < record.shape_count; i++)
    if (strcmp(record.shapes[i].kind, "raw") == 0 && record.shapes[i].op == RECORD_POLYLINE)
      highest = record.shapes[i].bounds.y;
  assert_true(highest < 150); /* near the top of the plot */
  canvas_record_release(&record);
}

static void nan_breaks_the_line_and_is_marked_at_the_baseline(void **state)
{
  const double y[] = {1, 2, (double)NAN, 3, 4, (double)NAN, 5, 6};
  struct line_series series = {.y = y, .count = 8};
  struct line_chart chart = {
      .text = words, .series = &series, .series_count = 1, .x_kind = LINE_X_STEP};
  struct canvas_record record;
  double width, height;

  (void)state;
  line_chart_size(&chart, &width, &height);
  canvas_record_init(&record, width, height);
  line_chart_draw(&chart, &record.canvas);
  assert_int_equal(count_kind(&record, "series", RECORD_POLYLINE, COLOR_S1), 3);
  assert_int_equal(count_kind(&record, "marks", RECORD_POLYLINE, COLOR_FAIL), 2);
  canvas_record_release(&record);
}

static void an_axis_turns_logarithmic_only_when_that_helps(void **state)
{
  double steep[SOME], flat[SOME];
  struct line_series series = {.count = SOME};
  struct line_chart chart = {.text = words, .series = &series, .series_count = 1};
  struct canvas_record record;
  double width, height;

  (void)state;
  for (size_t i = 0; i < SOME; i++) {
    steep[i] = pow(10, -(double)i / 8);
    flat[i] = 1 + (double)i;
  }
  for (int is_steep = 0; is_steep < 2; is_steep++) {
    series.y = is_steep ? steep : flat;
    line_chart_size(&chart, &width, &height);
    canvas_record_init(&record, width, height);
    line_chart_draw(&chart, &record.canvas);
    assert_int_equal(canvas_record_find(&record, "loss (log scale)") != NULL, is_steep);
    canvas_record_release(&record);
  }
}

static void three_runs_are_drawn_as_recorded(void **state)
{
  static const double x[] = {0, 1, 2, 3, 4, 5};
  static const double a[] = {1.2, 0.9, 0.7, 0.55, 0.5, 0.48},
                      b[] = {1.1, 0.8, 0.6, 0.5, 0.52, 0.56};
  static const double c[] = {1.3, 1.0, 0.8, 0.6, 0.53, 0.5},
                      raw[] = {1.2, 0.85, 0.72, 0.5, 0.55, 0.46};
  const struct line_series series[] = {
      {.name = "resnet18",
       .x = x,
       .y = a,
       .count = 6,
       .raw_x = x,
       .raw_y = raw,
       .raw_count = 6,
       .has_ring = true,
       .ring_x = 5,
       .ring_y = 0.48},
      {.name = "resnet34",
       .x = x,
       .y = b,
       .count = 6,
       .has_ring = true,
       .ring_x = 3,
       .ring_y = 0.5},
      {.name = "train", .x = x, .y = c, .count = 6, .role = LINE_TRAIN, .hue = 1},
  };
  const struct line_chart chart = {
      .text = words, .series = series, .series_count = 3, .x_kind = LINE_X_STEP};

  (void)state;
  CHECK_GOLDEN(line, &chart, "line_three_runs");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_numbers_make_a_readable_chart),
      cmocka_unit_test(any_number_of_series_keeps_its_names_apart),
      cmocka_unit_test(long_words_are_cut_or_broken),
      cmocka_unit_test(a_panel_is_readable_with_any_numbers),
      cmocka_unit_test(a_span_that_stands_out_is_drawn_at_full_strength),
      cmocka_unit_test(no_spike_is_lost_in_a_long_series),
      cmocka_unit_test(nan_breaks_the_line_and_is_marked_at_the_baseline),
      cmocka_unit_test(an_axis_turns_logarithmic_only_when_that_helps),
      cmocka_unit_test(three_runs_are_drawn_as_recorded),
  };

  return cmocka_run_group_tests_name("line_chart", tests, NULL, NULL) != 0;
}
