#include "stats/accuracy_table.h"

#include "unit.h"

static const int32_t eight_actual[] = {0, 0, 0, 0, 1, 1, 1, 2};
static const double eight_a[] = {.8, .6, .35, .55, .1, .25, .5, .15};
static const double eight_b[] = {.15, .3, .45, .05, .7, .65, .2, .25};
static const double eight_c[] = {.05, .1, .2, .4, .2, .1, .3, .6};
static const double *const eight_scores[] = {eight_a, eight_b, eight_c};
static const struct predictions eight = {8, 3, eight_scores, eight_actual, NULL, NULL, -1};

static const struct accuracy_count probability_want[] = {
    {4, 4, 0, 0}, {4, 2, 2, 0}, {3, 1, 3, 1}, {1, 0, 4, 3}, {0, 0, 4, 4},
    {3, 5, 0, 0}, {2, 3, 2, 1}, {2, 0, 5, 1}, {0, 0, 5, 3}, {0, 0, 5, 3},
    {1, 7, 0, 0}, {1, 2, 5, 0}, {1, 0, 7, 0}, {0, 0, 7, 1}, {0, 0, 7, 1},
};
static const struct accuracy_count percentile_want[] = {
    {4, 4, 0, 0}, {4, 3, 1, 0}, {4, 1, 3, 0}, {3, 0, 4, 1}, {1, 0, 4, 3},
    {3, 5, 0, 0}, {3, 4, 1, 0}, {2, 2, 3, 1}, {2, 0, 5, 1}, {0, 0, 5, 3},
    {1, 7, 0, 0}, {1, 4, 3, 0}, {1, 2, 5, 0}, {1, 0, 7, 0}, {0, 0, 7, 1},
};

static struct accuracy_source source_of(const struct accuracy_table *table)
{
  return (struct accuracy_source){
      .probability_threshold = table->probability_threshold,
      .probability = table->probability,
      .probability_count = table->thresholds,
      .percentile_threshold = table->percentile_threshold,
      .percentile = table->percentile,
      .percentile_count = table->thresholds,
      .classes = table->classes,
  };
}

static void assert_counts(const struct accuracy_count *got, const struct accuracy_count *want,
                          size_t n)
{
  for (size_t i = 0; i < n; i++) {
    assert_close(got[i].tp, want[i].tp, 0);
    assert_close(got[i].fp, want[i].fp, 0);
    assert_close(got[i].tn, want[i].tn, 0);
    assert_close(got[i].fn, want[i].fn, 0);
  }
}

/* .15 is a pooled quartile neighbour of itself: interpolation must give .15
 * exactly, or the row with that score is lost. */
static void eight_rows_at_five_thresholds(void **state)
{
  const double probability[] = {0, .25, .5, .75, 1};
  const double percentile[] = {.05, .15, .275, .5125, .8};
  struct accuracy_table table;

  (void)state;
  assert_int_equal(accuracy_table_compute(&table, &eight, 5), 0);
  for (size_t i = 0; i < 5; i++) {
    assert_close(table.probability_threshold[i], probability[i], 0);
    assert_close(table.percentile_threshold[i], percentile[i], 1e-15);
  }
  assert_counts(table.probability, probability_want, 15);
  assert_counts(table.percentile, percentile_want, 15);
  accuracy_table_release(&table);
}

/* With as many thresholds as scores nothing is lost but the corner points. */
static void curves_of_a_fine_table_are_nearly_exact(void **state)
{
  struct accuracy_table table;
  struct accuracy_source source;
  struct accuracy_curves curves;

  (void)state;
  assert_int_equal(accuracy_table_compute(&table, &eight, 1000), 0);
  source = source_of(&table);
  assert_int_equal(accuracy_curves_of_class(&curves, &source, 1), 0);
  assert_true(curves.is_approximate);
  assert_close(curves.auc, .8, 1e-12);
  assert_close(curves.ap, .833333333, 1e-9);
  assert_close(curves.prevalence, .375, 1e-12);
  assert_close(curve_at(&curves.lift, 1), 1, 1e-12);
  accuracy_curves_release(&curves);
  assert_int_equal(accuracy_curves_macro(&curves, &source), 0);
  assert_close(curves.auc, .9125, 1e-12);
  assert_close(curves.ap, .927777778, 1e-9);
  accuracy_curves_release(&curves);
  assert_int_equal(accuracy_curves_micro(&curves, &source), 0);
  assert_close(curves.auc, .9140625, 1e-12);
  accuracy_curves_release(&curves);
  accuracy_table_release(&table);
}

/* Class a, quarters of [0, 1]: counts by hand from the differences of rows. */
static void calibration_comes_from_differences_of_rows(void **state)
{
  const double x[] = {.125, .375, .625, .875}, y[] = {0, .5, 2.0 / 3, 1}, n[] = {2, 2, 3, 1};
  const double threshold[] = {0, .25, .5, .75, 1};
  const struct accuracy_source source = {
      .probability_threshold = threshold,
      .probability = probability_want,
      .probability_count = 5,
      .classes = 3,
  };
  struct accuracy_curves curves;

  (void)state;
  assert_int_equal(accuracy_curves_of_class(&curves, &source, 0), 0);
  assert_int_equal(curves.calibration.count, 4);
  for (size_t i = 0; i < 4; i++) {
    assert_close(curves.calibration.x[i], x[i], 1e-12);
    assert_close(curves.calibration.y[i], y[i], 1e-12);
    assert_close(curves.calibration_count[i], n[i], 0);
  }
  accuracy_curves_release(&curves);
}

/* A table that stops short of both corners is completed to them. */
static void curve_reaches_both_corners(void **state)
{
  const struct accuracy_count count[] = {{3, 2, 2, 1}, {2, 1, 3, 2}};
  const double threshold[] = {.4, .6};
  const struct accuracy_source source = {threshold, count, 2, NULL, NULL, 0, 1, 0};
  struct accuracy_curves curves;

  (void)state;
  assert_int_equal(accuracy_curves_of_class(&curves, &source, 0), 0);
  assert_int_equal(curves.roc.count, 4);
  assert_close(curves.roc.x[0] + curves.roc.y[0], 0, 0);
  assert_close(curves.roc.x[3] + curves.roc.y[3], 2, 0);
  accuracy_curves_release(&curves);
}

static void absent_or_damaged_classes_have_a_reason(void **state)
{
  const struct accuracy_count zero[] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
  const struct accuracy_count bad[] = {{-1, 2, 2, 1}, {2, (double)NAN, 3, 2}};
  const double threshold[] = {0, 1};
  struct accuracy_source source = {threshold, zero, 2, NULL, NULL, 0, 1, 0};
  struct accuracy_curves curves;

  (void)state;
  assert_int_equal(accuracy_curves_of_class(&curves, &source, 0), 0);
  assert_string_equal(curves.reason, "class absent");
  assert_int_equal(accuracy_curves_macro(&curves, &source), 0);
  assert_string_equal(curves.reason, "no class has a curve");
  source.probability = bad;
  assert_int_equal(accuracy_curves_of_class(&curves, &source, 0), 0);
  assert_string_equal(curves.reason, "a count is negative or not a number");
  source.probability_count = 0;
  assert_int_equal(accuracy_curves_of_class(&curves, &source, 0), 0);
  assert_string_equal(curves.reason, "no thresholds");
  assert_int_equal(curves.roc.count, 0);
}

static void no_scores_make_an_empty_table(void **state)
{
  const int32_t predicted[] = {0};
  const struct predictions in = {1, 3, NULL, eight_actual, predicted, NULL, -1};
  struct accuracy_table table;

  (void)state;
  assert_int_equal(accuracy_table_compute(&table, &in, 0), 0);
  assert_int_equal(table.classes, 0);
  assert_int_equal(table.thresholds, ACCURACY_TABLE_DEFAULT);
  accuracy_table_release(&table);
}

/* .1 + .2 + .3 less its parts is a little below zero. */
static void weights_leave_no_negative_counts(void **state)
{
  const double score[] = {.9, .8, .7, .6}, other[] = {.1, .2, .3, .4};
  const double weight[] = {.1, .2, .3, .7};
  const double *const scores[] = {other, score};
  const int32_t actual[] = {1, 1, 1, 0};
  const struct predictions in = {4, 2, scores, actual, NULL, weight, -1};
  struct accuracy_table table;

  (void)state;
  assert_int_equal(accuracy_table_compute(&table, &in, 11), 0);
  for (size_t i = 0; i < 22; i++) {
    assert_true(table.probability[i].tn >= 0 && table.probability[i].fn >= 0);
    assert_true(table.percentile[i].tn >= 0 && table.percentile[i].fn >= 0);
  }
  assert_close(table.probability[11].fn, 0, 0);
  assert_close(table.probability[21].fn, .6, 1e-15);
  accuracy_table_release(&table);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(eight_rows_at_five_thresholds),
      cmocka_unit_test(curves_of_a_fine_table_are_nearly_exact),
      cmocka_unit_test(calibration_comes_from_differences_of_rows),
      cmocka_unit_test(curve_reaches_both_corners),
      cmocka_unit_test(absent_or_damaged_classes_have_a_reason),
      cmocka_unit_test(no_scores_make_an_empty_table),
      cmocka_unit_test(weights_leave_no_negative_counts),
  };

  return cmocka_run_group_tests_name("accuracy_table", tests, NULL, NULL) != 0;
}
