/* What the statistics do when memory is short: every allocation of every function
 * fails once, in turn, and each time the function must say so, hold nothing, and be
 * usable again.
 *
 * The linker puts the functions below in the place of malloc and its like
 * (--wrap, see the Makefile), in this program alone.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "parallel.h"
#include "stats/accuracy_table.h"
#include "stats/classification_intervals.h"
#include "stats/coverage.h"
#include "stats/det.h"
#include "stats/multiclass.h"
#include "stats/point_cells.h"
#include "stats/predicted_bins.h"
#include "stats/qq.h"
#include "stats/ranking.h"
#include "stats/regression.h"
#include "stats/regression_spread.h"
#include "stats/residuals.h"
#include "stats/sort.h"
#include "stats/threshold_table.h"
#include "unit.h"

/* ---- memory that fails on demand ---- */

static atomic_long countdown; /* the allocation that fails; 0: none does */
static atomic_long held;      /* pieces that were not given back */
static atomic_bool fired;
static atomic_size_t asked; /* bytes, by malloc and calloc */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *piece, size_t size);
void __real_free(void *piece);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *piece, size_t size);
void __wrap_free(void *piece);

static bool fails(void)
{
  if (atomic_load(&countdown) <= 0 || atomic_fetch_sub(&countdown, 1) != 1) return false;
  atomic_store(&fired, true);
  return true;
}

static void *hold(void *piece)
{
  if (piece) atomic_fetch_add(&held, 1);
  return piece;
}

void *__wrap_malloc(size_t size)
{
  atomic_fetch_add(&asked, size);
  return fails() ? NULL : hold(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
  atomic_fetch_add(&asked, count * size);
  return fails() ? NULL : hold(__real_calloc(count, size));
}

void *__wrap_realloc(void *piece, size_t size)
{
  if (fails()) return NULL;
  return piece ? __real_realloc(piece, size) : hold(__real_realloc(NULL, size));
}

void __wrap_free(void *piece)
{
  if (piece) atomic_fetch_sub(&held, 1);
  __real_free(piece);
}

/* ---- what they are tried with ---- */

enum { ROWS = 600, CLASSES = 3, MANY = 70000 };

static double score[CLASSES][ROWS], rest[ROWS], truth[ROWS], value[ROWS], weight[ROWS];
static double lower[ROWS], upper[ROWS];
static int32_t actual[ROWS], predicted[ROWS], binary[ROWS];
static bool is_positive[ROWS];
static double many_score[MANY];
static int32_t many_actual[MANY];
static const double *const columns[] = {score[0], score[1], score[2]};

static void make_data(void)
{
  uint32_t random = 17;

  for (size_t i = 0; i < ROWS; i++) {
    double sum = 0;

    for (size_t k = 0; k < CLASSES; k++) {
      random = random * 1664525u + 1013904223u;
      sum += score[k][i] = (double)(random >> 20) + 1;
    }
    for (size_t k = 0; k < CLASSES; k++) score[k][i] /= sum;
    rest[i] = 1 - score[1][i];
    actual[i] = (int32_t)((random >> 8) % CLASSES);
    predicted[i] = (int32_t)((random >> 12) % CLASSES);
    binary[i] = actual[i] == 1;
    is_positive[i] = actual[i] == 1;
    truth[i] = (double)(random >> 16) / 100;
    value[i] = truth[i] + (double)(random >> 4 & 1023) / 50 - 10;
    lower[i] = value[i] - 8;
    upper[i] = value[i] + 8;
    weight[i] = (double)(1 + i % 3);
  }
  for (size_t i = 0; i < MANY; i++) {
    random = random * 1664525u + 1013904223u;
    many_score[i] = (double)(random >> 8) / 16777216;
    many_actual[i] = random >> 5 & 1;
  }
}

/* ---- the functions, each given back what it made ---- */

/* A sweep that is there already; its own allocations do not count. */
static struct sweep ready, ready_weighted;

static int make_sweep(void)
{
  struct sweep sweep;

  if (sweep_init(&sweep, score[1], actual, 1, NULL, ROWS)) return -1;
  sweep_release(&sweep);
  return 0;
}

static int make_weighted_sweep(void)
{
  struct sweep sweep;

  if (sweep_init(&sweep, score[1], actual, 1, weight, ROWS)) return -1;
  sweep_release(&sweep);
  return 0;
}

static int make_complement(void)
{
  struct sweep sweep;

  if (sweep_init_complement(&sweep, &ready_weighted)) return -1;
  sweep_release(&sweep);
  return 0;
}

static int start_merged(void)
{
  const struct sweep sweeps[] = {ready, ready_weighted};
  struct sweep_cursor at;

  if (sweep_start_merged(&at, sweeps, 2)) return -1;
  sweep_stop(&at);
  return 0;
}

static int make_roc(void)
{
  struct roc roc;

  if (roc_compute(&roc, &ready, NULL)) return -1;
  roc_release(&roc);
  return 0;
}

static int make_pr(void)
{
  struct pr pr;

  if (pr_compute(&pr, &ready, NULL)) return -1;
  pr_release(&pr);
  return 0;
}

static int make_gain(void)
{
  struct gain gain;

  if (gain_compute(&gain, &ready, NULL)) return -1;
  gain_release(&gain);
  return 0;
}

static int make_det(void)
{
  struct det det;

  if (det_compute(&det, &ready, NULL)) return -1;
  det_release(&det);
  return 0;
}

static int make_threshold_table(void)
{
  struct threshold_table table;

  return threshold_table_compute(&table, &ready, NULL);
}

static int make_calibration(void)
{
  struct calibration calibration;

  if (calibration_compute(&calibration, &ready, 10)) return -1;
  calibration_release(&calibration);
  return 0;
}

static int make_quantile_calibration(void)
{
  struct calibration calibration;

  if (calibration_compute_quantile(&calibration, &ready_weighted, 10)) return -1;
  calibration_release(&calibration);
  return 0;
}

/* An interval that could not be had for want of memory says so, which will do. */
static int says_so(const struct scalar_table *table)
{
  for (size_t i = 0; i < table->count; i++) {
    const char *reason = table->scalar[i].interval.reason;

    if (reason && strcmp(reason, "out of memory") == 0) return -1;
  }
  return 0;
}

static int make_classes(const struct predictions *in, bool with_intervals)
{
  struct predictions_view view;
  struct confusion confusion;
  struct multiclass curves;
  struct class_intervals per_class[CLASSES];
  struct scalar_table table;
  int status = -1;

  if (predictions_view_init(&view, in)) return -1;
  if (confusion_of_predictions(&confusion, &view.data)) goto release_view;
  if (multiclass_compute(&curves, &view, NULL)) goto release_confusion;
  status = 0;
  if (with_intervals) {
    classification_scalars(&table, &view, &confusion, &curves);
    status = classification_intervals(&table, per_class, &view, &confusion, &curves);
    if (status == 0) status = says_so(&table);
  }
  multiclass_release(&curves);
release_confusion:
  confusion_release(&confusion);
release_view:
  predictions_view_release(&view);
  return status;
}

static int make_three_classes(void)
{
  const struct predictions in = {
      .rows = ROWS, .classes = CLASSES, .scores = columns, .actual = actual, .positive = -1};

  return make_classes(&in, false);
}

/* Few rows, since all are drawn again and again. */
static int make_intervals(void)
{
  const struct predictions in = {
      .rows = 60, .classes = CLASSES, .scores = columns, .actual = actual, .positive = -1};

  return make_classes(&in, true);
}

/* Rows that are dropped are copied around. */
static int make_with_dropped_rows(void)
{
  static int32_t some[ROWS];
  const struct predictions in = {.rows = ROWS,
                                 .classes = CLASSES,
                                 .scores = columns,
                                 .actual = some,
                                 .predicted = predicted,
                                 .weight = weight,
                                 .positive = -1};

  memcpy(some, actual, sizeof some);
  some[3] = -1;
  return make_classes(&in, false);
}

static int make_two_classes(void)
{
  const double *const both[] = {rest, score[1]};
  const struct predictions in = {
      .rows = ROWS, .classes = 2, .scores = both, .actual = binary, .positive = 1};

  return make_classes(&in, false);
}

/* One column is completed; rows are enough to be counted apart. */
static int make_many_rows(void)
{
  const double *const one[] = {NULL, many_score};
  const struct predictions in = {
      .rows = MANY, .classes = 2, .scores = one, .actual = many_actual, .positive = 1};
  struct predictions_view view;
  struct confusion confusion;

  if (predictions_view_init(&view, &in)) return -1;
  if (confusion_of_predictions(&confusion, &view.data)) {
    predictions_view_release(&view);
    return -1;
  }
  confusion_release(&confusion);
  predictions_view_release(&view);
  return 0;
}

static int make_matrix(void)
{
  static const double cells[] = {3, 1, 2, 4};
  struct confusion confusion;

  if (confusion_from_matrix(&confusion, cells, 2)) return -1;
  confusion_release(&confusion);
  return 0;
}

static int make_accuracy_table(void)
{
  const struct predictions in = {
      .rows = ROWS, .classes = CLASSES, .scores = columns, .actual = actual, .positive = -1};
  struct accuracy_table table;
  struct accuracy_curves curves[3];
  struct accuracy_source source;
  int status;

  if (accuracy_table_compute(&table, &in, 20)) return -1;
  source = (struct accuracy_source){.probability_threshold = table.probability_threshold,
                                    .probability = table.probability,
                                    .probability_count = 20,
                                    .percentile_threshold = table.percentile_threshold,
                                    .percentile = table.percentile,
                                    .percentile_count = 20,
                                    .classes = CLASSES};
  status = accuracy_curves_of_class(&curves[0], &source, 1);
  if (status == 0) {
    status = accuracy_curves_micro(&curves[1], &source);
    if (status == 0) {
      status = accuracy_curves_macro(&curves[2], &source);
      if (status == 0) accuracy_curves_release(&curves[2]);
      accuracy_curves_release(&curves[1]);
    }
    accuracy_curves_release(&curves[0]);
  }
  accuracy_table_release(&table);
  return status;
}

static int compare_delong(void)
{
  struct delong_paired paired;

  return delong_compare(&paired, score[1], score[2], is_positive, ROWS, 0.95);
}

static int rank_scores(void)
{
  struct ranking ranking;

  if (ranking_init(&ranking, score[0], ROWS, actual, ROWS, 0)) return -1;
  ranking_release(&ranking);
  return 0;
}

static int make_regression(void)
{
  struct regression regression;

  if (regression_compute(&regression, truth, value, ROWS, NULL)) return -1;
  if (regression_intervals(&regression, truth, value, NULL, ROWS)) return -1;
  return says_so(&regression.table);
}

static int make_weighted_regression(void)
{
  const struct regression_options options = {.weight = weight};
  struct regression regression;

  if (regression_compute(&regression, truth, value, ROWS, &options)) return -1;
  if (regression_intervals(&regression, truth, value, weight, ROWS)) return -1;
  return says_so(&regression.table);
}

static int make_histogram(void)
{
  struct residual_histogram histogram;

  return residual_histogram_compute(&histogram, truth, value, ROWS);
}

static int make_predicted_bins(void)
{
  struct predicted_bins bins;

  return predicted_bins_compute(&bins, truth, value, ROWS);
}

static int make_coverage(void)
{
  struct coverage coverage;
  struct coverage_bins bins;

  if (coverage_compute(&coverage, truth, lower, upper, ROWS, 0.9, 0.95)) return -1;
  return coverage_bins_compute(&bins, truth, value, lower, upper, ROWS, 0.95);
}

static int make_qq(void)
{
  struct qq qq;

  if (qq_compute(&qq, value, ROWS, 0.95, 50)) return -1;
  qq_release(&qq);
  return 0;
}

static int make_cells(void)
{
  struct point_cells cells;

  if (point_cells_compute(&cells, truth, value, ROWS)) return -1;
  point_cells_release(&cells);
  return 0;
}

static int sort_values(void)
{
  static double sorted[ROWS];
  static uint32_t order[ROWS];

  memcpy(sorted, value, sizeof sorted);
  if (sort_doubles(sorted, ROWS)) {
    assert_memory_equal(sorted, value, sizeof sorted);
    return -1;
  }
  return sort_order(order, value, ROWS);
}

/* ---- the tests ---- */

struct step {
  const char *name;
  int (*run)(void);
  int least; /* allocations that there are to fail */
};

static const struct step steps[] = {
    {"sweep", make_sweep, 2},
    {"weighted sweep", make_weighted_sweep, 4},
    {"complement of a sweep", make_complement, 2},
    {"merged walk", start_merged, 1},
    {"ROC", make_roc, 4},
    {"precision-recall", make_pr, 4},
    {"gain and lift", make_gain, 8},
    {"error tradeoff", make_det, 4},
    {"threshold table", make_threshold_table, 8},
    {"calibration", make_calibration, 4},
    {"calibration by quantiles", make_quantile_calibration, 3},
    {"three classes", make_three_classes, 60},
    {"intervals of three classes", make_intervals, 60},
    {"three classes, rows dropped", make_with_dropped_rows, 60},
    {"two classes", make_two_classes, 40},
    {"many rows", make_many_rows, 8},
    {"confusion matrix", make_matrix, 3},
    {"accuracy table", make_accuracy_table, 20},
    {"DeLong's comparison", compare_delong, 4},
    {"ranking", rank_scores, 2},
    {"regression", make_regression, 5},
    {"weighted regression", make_weighted_regression, 5},
    {"histogram of residuals", make_histogram, 2},
    {"bins of predictions", make_predicted_bins, 2},
    {"coverage", make_coverage, 4},
    {"QQ", make_qq, 3},
    {"cells", make_cells, 2},
    {"sorting", sort_values, 3},
};

static void try_all(size_t width)
{
  parallel_set_width(width);
  for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
    int failed = 0;

    for (int n = 1;; n++) {
      const long before = atomic_load(&held);
      int status;

      atomic_store(&fired, false);
      atomic_store(&countdown, n);
      status = steps[s].run();
      atomic_store(&countdown, 0);
      if (atomic_load(&held) != before)
        fail_msg("%s, allocation %d: %ld pieces left", steps[s].name, n,
                 atomic_load(&held) - before);
      if (!atomic_load(&fired)) {
        if (status) fail_msg("%s: status %d without a fault", steps[s].name, status);
        break;
      }
      if (status != -1) fail_msg("%s, allocation %d: status %d", steps[s].name, n, status);
      failed++;
    }
    if (failed < steps[s].least) fail_msg("%s: only %d allocations", steps[s].name, failed);
  }
  parallel_set_width(0);
}

static void every_allocation_may_fail(void **state)
{
  (void)state;
  try_all(1);
}

/* The same while other threads go on. */
static void every_allocation_may_fail_on_any_thread(void **state)
{
  (void)state;
  try_all(4);
}

/* More rows than are resampled take no memory to find that out. */
static void a_refused_spread_takes_no_memory(void **state)
{
  const size_t many = SPREAD_VALUES_MAX / 4, few = many / 2;
  double *values = calloc(many, sizeof *values);
  const struct scalar_table table = {0};
  struct spread spread;

  (void)state;
  assert_non_null(values);
  atomic_store(&asked, 0);
  assert_int_equal(regression_spread(&spread, values, values, NULL, many, &table), 0);
  assert_string_equal(spread.reason, "too many rows to resample");
  assert_true(atomic_load(&asked) < 4096);
  spread_release(&spread);
  assert_int_equal(regression_spread(&spread, values, values, NULL, few, &table), 0);
  assert_null(spread.reason);
  assert_true(atomic_load(&asked) > few * 4 * sizeof *values);
  spread_release(&spread);
  free(values);
}

static int prepare(void **state)
{
  (void)state;
  make_data();
  return sweep_init(&ready, score[1], actual, 1, NULL, ROWS) ||
         sweep_init(&ready_weighted, score[1], actual, 1, weight, ROWS);
}

static int finish(void **state)
{
  (void)state;
  sweep_release(&ready);
  sweep_release(&ready_weighted);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(every_allocation_may_fail_on_any_thread),
      cmocka_unit_test(a_refused_spread_takes_no_memory),
  };

  return cmocka_run_group_tests_name("statistics without memory", tests, prepare, finish) != 0;
}
