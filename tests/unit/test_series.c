/* From logged scalars to line charts: which share one, over what, and how. */
#include "unit.h"

#include <epochlog.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "page/figures_series.h"
#include "page/series.h"

enum { RUNS_MAX = 16 };

static char root[] = "/tmp/epochlog-series-XXXXXX";

/* Runs that were logged, and the figures made of them. */
static struct {
  char folders[RUNS_MAX][512];
  struct run *runs[RUNS_MAX];
  const char *labels[RUNS_MAX];
  size_t count;
  struct pool pool;
  struct figures figures;
  char warnings[1024];
} made;

static void no_memory(void) { abort(); }

static int make_root(void **state)
{
  (void)state;
  memcpy(root + sizeof root - 7, "XXXXXX", 6);
  return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *ftw)
{
  (void)status;
  (void)flag;
  (void)ftw;
  return remove(path);
}

static int remove_root(void **state)
{
  (void)state;
  return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static epochlog_run *start(const char *name)
{
  epochlog_run *run = epochlog_start(
      &(epochlog_options){.root = root, .name = name, .ring_kib = 64, .no_thread = 1}, NULL);

  assert_non_null(run);
  snprintf(made.folders[made.count], sizeof made.folders[0], "%s", epochlog_run_folder(run));
  made.labels[made.count++] = name;
  return run;
}

static int begin(void **state)
{
  (void)state;
  memset(&made, 0, sizeof made);
  pool_init(&made.pool, no_memory);
  made.figures.pool = &made.pool;
  return 0;
}

static int end(void **state)
{
  (void)state;
  for (size_t i = 0; i < made.count; i++) run_close(made.runs[i]);
  pool_release(&made.pool);
  return 0;
}

static void take_warning(void *context, size_t run, const char *sentence)
{
  (void)context;
  (void)run;
  strncat(made.warnings, sentence, sizeof made.warnings - strlen(made.warnings) - 1);
}

/* Opens what was logged and draws it; metrics of more than `points_max` are long. */
static void draw(uint64_t points_max, const struct series_settings *settings)
{
  struct series_request request = {.section = "training",
                                   .runs = made.runs,
                                   .labels = made.labels,
                                   .run_count = made.count,
                                   .settings = settings,
                                   .warn = take_warning};
  struct read_error error;

  for (size_t i = 0; i < made.count; i++) {
    made.runs[i] = run_open_charts(made.folders[i], points_max, &error);
    if (!made.runs[i]) fail_msg("%s", error.message);
  }
  figures_of_metrics(&made.figures, &request);
}

static const struct figure *figure(const char *title)
{
  for (size_t i = 0; i < made.figures.count; i++)
    if (strcmp(made.figures.list[i].title, title) == 0) return &made.figures.list[i];
  fail_msg("there is no chart of %s", title);
  return NULL;
}

static void says(const char *text, const char *words)
{
  if (!strstr(text, words)) fail_msg("\"%s\" does not say \"%s\"", text, words);
}

static const struct series_settings ordinary;

static void log_curve(epochlog_run *run, const char *name, int64_t count, double end)
{
  for (int64_t i = 0; i < count; i++)
    epochlog_log_at(run, name, i, end + (1 - end) * exp(-(double)i / 10));
}

static void metrics_of_two_phases_share_a_chart(void **state)
{
  static const char *const pairs[][2] = {{"train/loss", "val/loss"},
                                         {"acc_train", "acc_val"},
                                         {"train_f1", "valid_f1"},
                                         {"mae", "validation.mae"}};
  epochlog_run *run = start("pairs");

  (void)state;
  for (size_t i = 0; i < 4; i++) {
    log_curve(run, pairs[i][0], 40, 0.1);
    log_curve(run, pairs[i][1], 40, 0.2);
  }
  epochlog_complete(run, NULL);
  draw(1000, &ordinary);
  assert_int_equal(made.figures.count, 4);
  for (size_t i = 0; i < 4; i++) {
    const struct line_chart *chart = &made.figures.list[i].chart.line;

    assert_int_equal(chart->series_count, 2);
    assert_int_equal(chart->series[0].role, LINE_TRAIN);
    assert_int_equal(chart->series[1].role, LINE_MAIN);
    assert_int_equal(chart->series[0].hue, chart->series[1].hue);
    assert_string_equal(chart->series[1].name, pairs[i][1]);
  }
}

/* The charts of metrics logged in this order: names, " | " between charts. */
static void groups_of(const char *const *names, size_t count, const char *charts)
{
  epochlog_run *run = start("groups");
  char got[256] = "";

  for (size_t i = 0; i < count; i++) log_curve(run, names[i], 20, 0.1 * (double)i);
  epochlog_complete(run, NULL);
  made.figures.count = 0;
  draw(1000, &ordinary);
  for (size_t i = 0; i < made.figures.count; i++) {
    const struct figure *figure = &made.figures.list[i];
    const struct line_chart *chart = &figure->chart.line;

    for (size_t k = 0; k < chart->series_count; k++)
      snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s",
               k   ? " "
               : i ? " | "
                   : "",
               chart->series_count == 1 ? figure->title : chart->series[k].name);
  }
  assert_string_equal(got, charts);
}

static void a_chart_has_one_line_of_each_phase(void **state)
{
  static const char *const names[] = {"loss", "val/loss", "val_loss"};

  (void)state;
  groups_of(names, 3, "loss val/loss | val_loss");
}

static void phases_of_one_spelling_pair_first(void **state)
{
  static const char *const names[] = {"train_loss", "val/loss", "train/loss", "val_loss"};

  (void)state;
  groups_of(names, 4, "train_loss val_loss | val/loss train/loss");
}

static void a_name_without_a_phase_leaves_a_pair_alone(void **state)
{
  static const char *const names[] = {"loss", "train/loss", "val/loss", "test/loss", "test_loss"};

  (void)state;
  groups_of(names, 5, "loss test_loss | train/loss val/loss test/loss");
}

static void a_name_without_a_phase_takes_those_of_one_spelling(void **state)
{
  static const char *const names[] = {"val/acc", "acc", "test_acc", "test/acc"};

  (void)state;
  groups_of(names, 4, "val/acc acc test/acc | test_acc");
}

static void a_reading_tells_overfitting(void **state)
{
  epochlog_run *run = start("overfit");
  const struct figure *loss;

  (void)state;
  for (int64_t i = 0; i < 40; i++) {
    epochlog_log_at(run, "train/loss", i, 2.0 / (1 + (double)i));
    epochlog_log_at(run, "val/loss", i, 1 + pow((double)(i - 10) / 10, 2));
  }
  epochlog_complete(run, NULL);
  draw(1000, &ordinary);
  loss = figure("loss");
  says(loss->caption, "Validation is best (1.000) at step 10; training stands at 0.182 there");
  says(loss->caption, "overfitting");
  assert_true(loss->chart.line.series[1].has_ring);
  assert_true(loss->chart.line.series[1].ring_x > 9.5 && loss->chart.line.series[1].ring_x < 10.5);
}

static void nan_and_infinities_are_told_apart(void **state)
{
  epochlog_run *run = start("odd");

  (void)state;
  for (int64_t i = 0; i < 50; i++)
    epochlog_log_at(run, "loss", i,
                    i == 7 || i == 9 ? (double)NAN
                    : i == 20        ? (double)INFINITY
                    : i > 40         ? -(double)INFINITY
                                     : (double)i);
  epochlog_complete(run, NULL);
  draw(1000, &ordinary);
  says(figure("loss")->chart.line.text.subtitle, "2 NaN, 1 +∞, 9 −∞");
  says(figure("loss")->caption, "the first at step 7");
}

static void epochs_come_from_the_metric_of_that_name(void **state)
{
  epochlog_run *run = start("epochs");
  const struct series_settings by_epoch = {.x = SERIES_X_EPOCH};
  const struct line_chart *chart;

  (void)state;
  for (int64_t i = 0; i <= 100; i++) {
    if (i % 10 == 0) epochlog_log_at(run, "epoch", i, (double)i / 10);
    epochlog_log_at(run, "loss", i, 1.0 / (1 + (double)i));
  }
  epochlog_complete(run, NULL);
  draw(1000, &by_epoch);
  chart = &figure("loss")->chart.line;
  assert_string_equal(chart->text.x_name, "Epoch");
  assert_true(fabs(chart->series[0].x[15] - 1.5) < 1e-12);
  assert_true(fabs(chart->series[0].x[100] - 10) < 1e-12);
  says(chart->text.subtitle, "at epoch 10");
  assert_string_equal(made.warnings, "");
}

static void without_epochs_steps_are_used_and_a_warning_says_so(void **state)
{
  epochlog_run *run = start("steps");
  const struct series_settings by_epoch = {.x = SERIES_X_EPOCH};

  (void)state;
  log_curve(run, "loss", 20, 0);
  epochlog_complete(run, NULL);
  draw(1000, &by_epoch);
  assert_string_equal(figure("loss")->chart.line.text.x_name, "Step");
  says(made.warnings, "No metric named epoch");
}

static void times_are_seconds_since_the_start_or_of_the_day(void **state)
{
  epochlog_run *run = start("times");
  const struct series_settings elapsed = {.x = SERIES_X_ELAPSED};
  const struct line_chart *chart;

  (void)state;
  log_curve(run, "loss", 20, 0);
  epochlog_complete(run, NULL);
  draw(1000, &elapsed);
  chart = &figure("loss")->chart.line;
  assert_int_equal(chart->x_kind, LINE_X_ELAPSED);
  assert_true(chart->series[0].x[0] > -0.001 && chart->series[0].x[19] < 60);
}

static void runs_that_differ_in_a_seed_are_drawn_as_their_mean(void **state)
{
  const struct line_chart *chart;

  (void)state;
  for (int64_t i = 0; i < 6; i++) {
    epochlog_run *run = start(i < 5 ? "ridge" : "lasso");

    epochlog_param_int(run, "seed", i);
    epochlog_param_int(run, "width", 64);
    for (int64_t k = 0; k < 10; k++) epochlog_log_at(run, "loss", k, (double)(i + k));
    epochlog_complete(run, NULL);
  }
  draw(1000, &ordinary);
  chart = &figure("loss")->chart.line;
  assert_int_equal(chart->series_count, 2);
  assert_string_equal(chart->series[0].name, "ridge (5 runs)");
  assert_true(fabs(chart->series[0].y[3] - 5) < 1e-12); /* 3 4 5 6 7 */
  assert_true(fabs(chart->series[0].high[3] - 5 - sqrt(2.5)) < 1e-12);
  assert_null(chart->series[1].low);
  says(chart->text.subtitle, "band ± SD");
  assert_string_equal(figure("loss")->data.columns[3].name, "deviation");
}

static void runs_that_differ_in_more_are_drawn_apart_unless_asked(void **state)
{
  const struct series_settings mean = {.mean = true};

  (void)state;
  for (int64_t i = 0; i < 3; i++) {
    epochlog_run *run = start("ridge");

    epochlog_param_int(run, "seed", i);
    epochlog_param_int(run, "width", 64 * i);
    for (int64_t k = 0; k < 10; k++) epochlog_log_at(run, "loss", k, (double)(i + k));
    epochlog_complete(run, NULL);
  }
  draw(1000, &ordinary);
  assert_int_equal(figure("loss")->chart.line.series_count, 3);
  for (size_t i = 0; i < made.count; i++) run_close(made.runs[i]);
  made.figures.count = 0;
  draw(1000, &mean);
  assert_int_equal(figure("loss")->chart.line.series_count, 1);
}

static void metrics_stand_together_when_asked(void **state)
{
  static const char *const names[] = {"lr, loss"};
  const struct series_settings together = {.together = names, .together_count = 1};
  epochlog_run *run = start("together");

  (void)state;
  log_curve(run, "loss", 20, 0.1);
  log_curve(run, "accuracy", 20, 0.1);
  log_curve(run, "lr", 20, 0.1);
  epochlog_complete(run, NULL);
  draw(1000, &together);
  assert_int_equal(made.figures.count, 2);
  assert_int_equal(figure("loss, lr")->chart.line.series_count, 2);
}

static void smoothing_is_as_asked(void **state)
{
  const struct series_settings none = {.has_smooth = true},
                               some = {.has_smooth = true, .smooth = 0.6};
  epochlog_run *run = start("smooth");

  (void)state;
  for (int64_t i = 0; i < 3; i++) epochlog_log_at(run, "loss", i, (double)(i + 1));
  epochlog_complete(run, NULL);
  draw(1000, &some);
  assert_int_equal(figure("loss")->chart.line.series[0].raw_count, 3);
  /* TensorBoard's values for 1, 2, 3 and a weight of 0.6. */
  assert_true(fabs(figure("loss")->chart.line.series[0].y[2] - 2.3265306122448979) < 1e-12);
  run_close(made.runs[0]);
  made.figures.count = 0;
  draw(1000, &none);
  assert_int_equal(figure("loss")->chart.line.series[0].raw_count, 0);
}

/* An average that lags behind a steep loss would show values that never were. */
static void a_line_is_smoothed_no_more_than_it_follows(void **state)
{
  epochlog_run *run = start("steep");
  const struct line_series *line;

  (void)state;
  for (int64_t i = 0; i < 1000; i++) {
    const double noise = i % 2 ? 0.1 : -0.1;

    epochlog_log_at(run, "steep", i, 10.0 / (1 + (double)i / 50) + noise);
    epochlog_log_at(run, "flat", i, 10 - (double)i / 1000 + noise);
  }
  epochlog_complete(run, NULL);
  draw(2000, &ordinary);
  line = &figure("steep")->chart.line.series[0];
  for (size_t i = 100; i < line->count; i++)
    assert_true(fabs(line->y[i] - 10.0 / (1 + (double)i / 50)) < 0.15);
  says(figure("flat")->chart.line.text.subtitle, "EMA 0.95");
}

static void log_choice_reaches_the_chart(void **state)
{
  const struct series_settings log = {.log = SERIES_LOG_ON};
  epochlog_run *run = start("log");

  (void)state;
  log_curve(run, "loss", 20, 0.1);
  epochlog_complete(run, NULL);
  draw(1000, &log);
  assert_int_equal(figure("loss")->chart.line.y_kind, LINE_Y_LOG);
}

/* Lowest, highest and mean of every column, each spike among them; never a row a
 * point. */
static void a_long_metric_is_drawn_as_columns(void **state)
{
  epochlog_run *run = start("long");
  const struct line_series *line;
  double low = 0, high = 0;
  const struct figure *found;

  (void)state;
  for (int64_t i = 0; i < 200000; i++)
    epochlog_log_at(run, "loss", i,
                    i == 123456  ? 40
                    : i == 654   ? -30
                    : i == 99999 ? (double)NAN
                                 : (double)(i % 7) + (double)i / 200000);
  epochlog_complete(run, NULL);
  draw(1000, &ordinary);
  found = figure("loss");
  line = &found->chart.line.series[0];
  assert_int_equal(line->count, SERIES_COLUMNS);
  for (size_t i = 0; i < line->raw_count; i++) {
    low = fmin(low, line->raw_low[i]);
    high = fmax(high, line->raw_high[i]);
  }
  assert_true(low < -29.999 && low > -30.001 && high > 39.999 && high < 40.001);
  /* The mean of 0 to 6 and a slope. */
  assert_true(fabs(line->y[320] - 3.5) < 0.02);
  assert_int_equal(found->data.rows, SERIES_COLUMNS);
  assert_string_equal(found->data.columns[2].name, "step_low");
  says(found->chart.line.text.subtitle, "in 640 columns");
  says(found->chart.line.text.subtitle, "1 NaN");
  says(found->chart.line.text.subtitle, "lowest −30 at step 654");
}

static void the_first_run_and_the_best_stand_out_of_many(void **state)
{
  const struct line_chart *chart;
  size_t coloured = 0;

  (void)state;
  for (size_t i = 0; i < 14; i++) {
    char name[16];
    epochlog_run *run;

    snprintf(name, sizeof name, "run %zu", i);
    run = start(pool_printf(&made.pool, "%s", name));
    for (int64_t k = 0; k < 5; k++) epochlog_log_at(run, "loss", k, i == 9 ? 0.1 : (double)(i + 1));
    epochlog_complete(run, NULL);
  }
  draw(1000, &ordinary);
  chart = &figure("loss")->chart.line;
  for (size_t i = 0; i < chart->series_count; i++) {
    if (chart->series[i].role == LINE_CONTEXT) continue;
    coloured++;
    assert_true(i == 0 || strcmp(chart->series[i].name, "run 9") == 0);
  }
  assert_int_equal(coloured, 2);
  says(chart->text.subtitle, "run 9");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(metrics_of_two_phases_share_a_chart, begin, end),
      cmocka_unit_test_setup_teardown(a_chart_has_one_line_of_each_phase, begin, end),
      cmocka_unit_test_setup_teardown(phases_of_one_spelling_pair_first, begin, end),
      cmocka_unit_test_setup_teardown(a_name_without_a_phase_leaves_a_pair_alone, begin, end),
      cmocka_unit_test_setup_teardown(a_name_without_a_phase_takes_those_of_one_spelling, begin,
                                      end),
      cmocka_unit_test_setup_teardown(a_reading_tells_overfitting, begin, end),
      cmocka_unit_test_setup_teardown(nan_and_infinities_are_told_apart, begin, end),
      cmocka_unit_test_setup_teardown(epochs_come_from_the_metric_of_that_name, begin, end),
      cmocka_unit_test_setup_teardown(without_epochs_steps_are_used_and_a_warning_says_so, begin,
                                      end),
      cmocka_unit_test_setup_teardown(times_are_seconds_since_the_start_or_of_the_day, begin, end),
      cmocka_unit_test_setup_teardown(runs_that_differ_in_a_seed_are_drawn_as_their_mean, begin,
                                      end),
      cmocka_unit_test_setup_teardown(runs_that_differ_in_more_are_drawn_apart_unless_asked, begin,
                                      end),
      cmocka_unit_test_setup_teardown(metrics_stand_together_when_asked, begin, end),
      cmocka_unit_test_setup_teardown(smoothing_is_as_asked, begin, end),
      cmocka_unit_test_setup_teardown(a_line_is_smoothed_no_more_than_it_follows, begin, end),
      cmocka_unit_test_setup_teardown(log_choice_reaches_the_chart, begin, end),
      cmocka_unit_test_setup_teardown(a_long_metric_is_drawn_as_columns, begin, end),
      cmocka_unit_test_setup_teardown(the_first_run_and_the_best_stand_out_of_many, begin, end),
  };

  return cmocka_run_group_tests_name("series", tests, make_root, remove_root) != 0;
}
