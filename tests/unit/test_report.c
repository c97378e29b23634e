/* The pages of a run whose every name is hostile, and the files they lie in. */
#include "unit.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "page/figures_series.h"
#include "page/html.h"
#include "page/markdown.h"
#include "page/output.h"
#include "page/report.h"
#include "page/report_json.h"
#include "reader/run_build.h"

#define EVIL "</script><script>alert(1)</script>\"'|`<img src=http://x/>\n# top"

static void no_memory(void) { abort(); }

/* A run with one of everything, made by hand: three points, two classes. */
static const int64_t steps[] = {0, 1, 2};
static const int64_t times[] = {10, 20, 30};
static const double values[] = {1, (double)NAN, 3};
static const char *const classes[] = {EVIL, "b"};
static const int32_t truth[] = {0, 1, 1, 0, 7};
static const double score_a[] = {.9, .2, .4, .4, .5}, score_b[] = {.1, .8, .6, .6, .5};
static const double *const scores[] = {score_a, score_b};
static const struct metric metrics[] = {{.name = EVIL,
                                         .kind = METRIC_SCALAR,
                                         .unit = EVIL,
                                         .description = EVIL,
                                         .count = 3,
                                         .steps = steps,
                                         .times_us = times,
                                         .values = values}};
static const struct evaluation evaluations[] = {{.name = EVIL,
                                                 .type = EVALUATION_CLASSIFICATION,
                                                 .count = 5,
                                                 .class_count = 2,
                                                 .class_names = classes,
                                                 .true_class = truth,
                                                 .scores = scores,
                                                 .target = "",
                                                 .method = ""}};
static const struct named_value facts[] = {{EVIL, {.type = VALUE_TEXT, .text = EVIL}}};
static const struct kept_file files[] = {{.path = EVIL, .role = EVIL, .media_type = EVIL}};
static const char *const warnings[] = {EVIL};
static const char *const arguments[] = {EVIL};

static struct run hostile_run(void)
{
  return (struct run){.folder = "",
                      .id = EVIL,
                      .name = EVIL,
                      .experiment = EVIL,
                      .parent_id = EVIL,
                      .description = EVIL,
                      .status = RUN_FAILED,
                      .error_code = EVIL,
                      .error_message = EVIL,
                      .error_details = EVIL,
                      .start_ns = 1,
                      .end_ns = 2,
                      .host = EVIL,
                      .user = EVIL,
                      .working_folder = EVIL,
                      .git_commit = EVIL,
                      .writer_version = EVIL,
                      .argument_count = 1,
                      .arguments = arguments,
                      .metric_count = 1,
                      .metrics = metrics,
                      .evaluation_count = 1,
                      .evaluations = evaluations,
                      .param_count = 1,
                      .params = facts,
                      .tag_count = 1,
                      .tags = facts,
                      .property_count = 1,
                      .properties = facts,
                      .environment_count = 1,
                      .environment = facts,
                      .file_count = 1,
                      .files = files,
                      .warning_count = 1,
                      .warnings = warnings};
}

struct fixture {
  struct pool pool;
  struct run_state state; /* what the reader would have built around the run */
  struct metric_totals totals[1];
  struct run *runs[1];
  struct report report;
};

static int begin(void **state)
{
  struct fixture *f = calloc(1, sizeof *f);

  if (!f) return -1;
  pool_init(&f->pool, no_memory);
  f->state.run = hostile_run();
  f->totals[0] = (struct metric_totals){.count = 3, .nan_count = 1, .last = {.number = 3}};
  f->state.totals = f->totals;
  f->runs[0] = &f->state.run;
  *state = f;
  return report_make(&f->report, f->runs, 1, &(struct report_settings){.made_ns = 1}, &f->pool);
}

static int end(void **state)
{
  struct fixture *f = *state;

  report_release(&f->report);
  pool_release(&f->pool);
  free(f);
  return 0;
}

static size_t count_of(const char *text, const char *what)
{
  size_t count = 0;

  for (; (text = strstr(text, what)); text++) count++;
  return count;
}

static void page_holds_no_markup_of_the_user(void **state)
{
  struct fixture *f = *state;
  struct markup markup;
  char *html = NULL;

  markup_init(&markup, HTML_MAX);
  html_write(&markup, &f->report, EVIL);
  assert_null(markup_take(&markup, &html, NULL));
  assert_int_equal(count_of(html, "<script"), 1); /* Ours. */
  assert_int_equal(count_of(html, "alert(1)</script"), 0);
  assert_null(strstr(html, "<img src=http"));
  assert_non_null(strstr(html, "Content-Security-Policy"));
  assert_non_null(strstr(html, "default-src 'none'"));
  free(html);
}

static void every_id_of_the_page_is_unique(void **state)
{
  struct fixture *f = *state;
  struct markup markup;
  char *html = NULL;
  size_t ids = 0;

  markup_init(&markup, HTML_MAX);
  html_write(&markup, &f->report, "report");
  assert_null(markup_take(&markup, &html, NULL));
  for (const char *at = html; (at = strstr(at, " id=\"")); at++) {
    char id[200];
    const size_t length = strcspn(at + 5, "\"") + 6;

    assert_true(length < sizeof id);
    memcpy(id, at, length);
    id[length] = '\0';
    assert_int_equal(count_of(html, id), 1);
    ids++;
  }
  assert_true(ids > 10);
  free(html);
}

static void markdown_keeps_a_name_on_its_line(void **state)
{
  struct fixture *f = *state;
  struct markup markup;
  char *text = NULL;

  f->state.run.description = "";
  markup_init(&markup, HTML_MAX);
  markdown_write(&markup, &f->report, "report");
  assert_null(markup_take(&markup, &text, NULL));
  assert_int_equal(count_of(text, "\n# top"), 0);
  assert_int_equal(count_of(text, "\n<script"), 0);
  assert_int_equal(count_of(text, "|<script"), 0);
  free(text);
}

static void dropped_rows_are_told_at_the_top(void **state)
{
  struct fixture *f = *state;
  bool told = false;

  for (size_t i = 0; i < f->report.warning_count; i++)
    if (strstr(f->report.warnings[i], "1 of 5 rows dropped (unknown label)")) told = true;
  assert_true(told);
}

static void a_figure_has_a_name_that_stays_in_its_folder(void **state)
{
  struct fixture *f = *state;

  assert_true(f->report.figures.count >= 7);
  for (size_t i = 0; i < f->report.figures.count; i++) {
    const char *id = f->report.figures.list[i].id;

    assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_."), strlen(id));
    assert_int_not_equal(id[0], '.');
  }
  assert_string_equal(file_stem(&f->pool, "../../etc/passwd"), "etc-passwd");
  assert_string_equal(file_stem(&f->pool, "\xE6\x90\x8D"), "unnamed");
}

static void csv_quotes_what_needs_it(void **state)
{
  static const char *const texts[] = {"a,b", "say \"x\"\n", NULL};
  static const double numbers[] = {0.1, (double)NAN, -HUGE_VAL};
  struct fixture *f = *state;
  struct data_table table = table_begin(&f->pool, 3, 2);
  size_t size;
  char *csv;

  table_texts(&table, 0, "name", texts);
  table_numbers(&table, 1, "v", numbers);
  csv = output_csv(&table, &size);
  assert_string_equal(csv, "name,v\n\"a,b\",0.1\n\"say \"\"x\"\"\n\",NaN\n,-inf\n");
  free(csv);
}

/* Writing fails (a folder stands in the file's place): the error names it, and
 * no draft is left. */
static void a_file_that_cannot_be_written_leaves_nothing(void **state)
{
  char folder[] = "/tmp/epochlog-test-XXXXXX", path[64];
  struct output_error error = {""};
  struct dirent *entry;
  size_t entries = 0;
  DIR *dir;

  (void)state;
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/x.html", folder);
  assert_int_equal(mkdir(path, 0777), 0);
  assert_int_equal(output_write(folder, "x.html", "abc", 3, &error), -1);
  assert_non_null(strstr(error.message, "x.html"));
  dir = opendir(folder);
  while ((entry = readdir(dir))) entries += entry->d_name[0] != '.';
  closedir(dir);
  assert_int_equal(entries, 1);
  rmdir(path);
  rmdir(folder);
}

static void direction_of_a_metric_comes_from_its_goal_then_its_name(void **state)
{
  (void)state;
  assert_int_equal(metric_direction(&(struct metric){.name = "val/loss"}), -1);
  assert_int_equal(metric_direction(&(struct metric){.name = "val/loss", .goal = 2}), 1);
  assert_int_equal(metric_direction(&(struct metric){.name = "test_accuracy"}), 1);
  assert_int_equal(metric_direction(&(struct metric){.name = "learning_rate"}), 0);
}

/* A table of two columns, drawn with the given x. */
static enum figure_kind kind_of_table(struct pool *pool, const double *x)
{
  static const double y[] = {1, 2, 3};
  static const char *const labels[] = {"run"};
  const struct metric_column columns[] = {
      {.name = "x", .type = VALUE_FLOAT, .count = 3, .numbers = x},
      {.name = "y", .type = VALUE_FLOAT, .count = 3, .numbers = y}};
  const struct metric table = {
      .name = "t", .kind = METRIC_TABLE, .unit = "", .column_count = 2, .columns = columns};
  struct run run = {.name = "run", .metric_count = 1, .metrics = &table};
  struct run *runs[] = {&run};
  struct figures figures = {.pool = pool};

  figures_of_metrics(&figures, &(struct series_request){.section = "training",
                                                        .runs = runs,
                                                        .labels = labels,
                                                        .run_count = 1,
                                                        .settings = &(struct series_settings){0}});
  assert_int_equal(figures.count, 1);
  return figures.list[0].kind;
}

static void a_table_is_a_line_unless_it_goes_back_and_forth(void **state)
{
  struct fixture *f = *state;

  assert_int_equal(kind_of_table(&f->pool, (const double[]){0, 1, 2}), FIGURE_LINE);
  assert_int_equal(kind_of_table(&f->pool, (const double[]){2, 1, 0}), FIGURE_LINE);
  assert_int_equal(kind_of_table(&f->pool, (const double[]){0, 2, 1}), FIGURE_SCATTER);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(page_holds_no_markup_of_the_user, begin, end),
      cmocka_unit_test_setup_teardown(every_id_of_the_page_is_unique, begin, end),
      cmocka_unit_test_setup_teardown(markdown_keeps_a_name_on_its_line, begin, end),
      cmocka_unit_test_setup_teardown(dropped_rows_are_told_at_the_top, begin, end),
      cmocka_unit_test_setup_teardown(a_figure_has_a_name_that_stays_in_its_folder, begin, end),
      cmocka_unit_test_setup_teardown(csv_quotes_what_needs_it, begin, end),
      cmocka_unit_test_setup_teardown(a_table_is_a_line_unless_it_goes_back_and_forth, begin, end),
      cmocka_unit_test(a_file_that_cannot_be_written_leaves_nothing),
      cmocka_unit_test(direction_of_a_metric_comes_from_its_goal_then_its_name),
  };

  return cmocka_run_group_tests_name("report", tests, NULL, NULL) != 0;
}
