/* What holds for any chart holds for those a report makes, from evaluations
 * with ties, weights, one class, constant scores, NaN, and the like; and they
 * have titles, captions, words for those who cannot see, square plots and
 * labelled reference lines.
 *
 * EPOCHLOG_REPORTS=N makes N reports; EPOCHLOG_REPORT=SEED makes one and prints
 * its broken charts. */
#include "unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart_properties.h"
#include "page/html.h"
#include "page/markdown.h"
#include "page/report.h"
#include "page/report_json.h"
#include "random_run.h"

#define REPORTS 150
#define RUNS_MAX 3

static void no_memory(void) { abort(); }

static bool is_square(const struct figure *figure)
{
  return figure->kind == FIGURE_CALIBRATION || figure->kind == FIGURE_PREDICTION ||
         (figure->kind == FIGURE_CURVE && !figure->chart.curve.wide);
}

/* How to read it; a chart that could not be drawn says why instead. */
static bool has_reading(const struct figure *figure)
{
  struct figure copy = *figure;

  return *figure->caption || figure->kind == FIGURE_LINE || figure_text(&copy)->message != NULL;
}

static bool figure_holds(const struct figure *figure, bool say, char problem[PROPERTY_PROBLEM_MAX])
{
  unsigned asked = PROPERTY_TITLED | PROPERTY_LABELLED;
  struct canvas_record record;
  double width, height;
  bool good;

  if (figure->kind != FIGURE_MATRIX) asked |= PROPERTY_MARKED;
  if (is_square(figure)) asked |= PROPERTY_SQUARE;
  figure_size(figure, &width, &height);
  canvas_record_init(&record, width, height);
  figure_draw(figure, &record.canvas);
  good = chart_properties_hold(&record, asked, problem);
  if (good && !(*figure->title && *figure->alt && has_reading(figure))) {
    (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "title, caption or alternative is missing");
    good = false;
  }
  if (!good && say) puts(record.log);
  canvas_record_release(&record);
  return good;
}

/* The pages can be written from it; what they say is other tests' matter. */
static void check_pages(const struct report *report)
{
  FILE *nowhere = fopen("/dev/null", "w");
  struct markup markup;
  char *text = NULL;

  markup_init(&markup, HTML_MAX);
  html_write(&markup, report, "report");
  assert_null(markup_take(&markup, &text, NULL));
  free(text);
  markup_init(&markup, HTML_MAX);
  markdown_write(&markup, report, "report");
  assert_null(markup_take(&markup, &text, NULL));
  free(text);
  assert_non_null(nowhere);
  report_json_write(nowhere, report);
  assert_int_equal(fclose(nowhere), 0);
}

/* How many charts of the report from `seed` are broken. */
static size_t check_report(uint64_t seed, bool say, size_t *charts)
{
  struct run_state states[RUNS_MAX];
  struct run *runs[RUNS_MAX];
  struct random random = {seed};
  size_t broken = 0, count = random_chance(&random, 0.8) ? 1 : 2 + random_below(&random, 2);
  struct report report;
  struct pool pool;

  pool_init(&pool, no_memory);
  for (size_t i = 0; i < count; i++) {
    random_run(&states[i], &random, &pool);
    runs[i] = &states[i].run;
  }
  assert_int_equal(
      report_make(&report, runs, count, &(struct report_settings){.made_ns = 1}, &pool), 0);
  for (size_t i = 0; i < report.figures.count; i++) {
    char problem[PROPERTY_PROBLEM_MAX];

    ++*charts;
    if (figure_holds(&report.figures.list[i], say, problem)) continue;
    broken++;
    print_error("EPOCHLOG_REPORT=%" PRIu64 ", %s: %s\n", seed, report.figures.list[i].id, problem);
  }
  if (seed % 4 == 0) check_pages(&report);
  report_release(&report);
  pool_release(&pool);
  return broken;
}

static void any_chart_of_a_report_is_readable(void **state)
{
  const char *many = getenv("EPOCHLOG_REPORTS"), *one = getenv("EPOCHLOG_REPORT");
  uint64_t from = one ? strtoull(one, NULL, 10) : 0, count = REPORTS;
  size_t broken = 0, charts = 0;

  (void)state;
  if (many) count = strtoull(many, NULL, 10);
  if (one) count = 1;
  for (uint64_t seed = from; seed < from + count && broken < 10; seed++)
    broken += check_report(seed, one != NULL, &charts);
  if (broken) fail_msg("%zu of %zu charts are broken", broken, charts);
  assert_true(charts >= count);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(any_chart_of_a_report_is_readable)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
