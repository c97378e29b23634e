#include "stats/confusion.h"

#include "unit.h"

static const int32_t eight_actual[] = {0, 0, 0, 0, 1, 1, 1, 2};
static const int32_t eight_predicted[] = {0, 0, 1, 0, 1, 1, 0, 2};

static void rows_are_true_and_columns_predicted(void **state)
{
  const double want[] = {3, 1, 0, 1, 2, 0, 0, 0, 1};
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_compute(&c, eight_actual, eight_predicted, NULL, 8, 3), 0);
  for (size_t i = 0; i < 9; i++) assert_close(c.cell[i], want[i], 0);
  assert_close(confusion_row_share(&c, 0, 1), .25, 0);
  confusion_release(&c);
}

static void everything_follows_from_the_matrix(void **state)
{
  const double per_class[] = {.75, 2.0 / 3, 1};
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_compute(&c, eight_actual, eight_predicted, NULL, 8, 3), 0);
  for (size_t k = 0; k < 3; k++) {
    assert_close(c.per_class[k].precision, per_class[k], 1e-12);
    assert_close(c.per_class[k].recall, per_class[k], 1e-12);
    assert_close(c.per_class[k].f1, per_class[k], 1e-12);
  }
  assert_close(c.accuracy, .75, 1e-12);
  assert_close(c.balanced_accuracy, .805555556, 1e-9);
  assert_close(c.norm_macro_recall, .708333333, 1e-9);
  assert_close(c.weighted_accuracy, 19.0 / 26, 1e-12);
  assert_close(c.matthews, .578947368, 1e-9);
  confusion_release(&c);
}

static void matthews_of_two_classes(void **state)
{
  const int32_t actual[] = {1, 1, 1, 0}, predicted[] = {1, 0, 1, 1};
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_compute(&c, actual, predicted, NULL, 4, 2), 0);
  assert_close(c.matthews, -.3333333333, 1e-9);
  confusion_release(&c);
}

static void a_logged_matrix_gives_the_same_numbers(void **state)
{
  const double cell[] = {25, 0, 0, 0, 23, 2, 0, 1, 24};
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_from_matrix(&c, cell, 3), 0);
  assert_close(c.kappa, .94, 1e-12);
  assert_close(c.accuracy, .96, 1e-12);
  assert_close(c.macro.precision, .9605, 5e-5);
  assert_close(c.macro.recall, .96, 1e-12);
  assert_close(c.macro.f1, .96, 5e-5);
  assert_int_equal(c.rows, 75);
  confusion_release(&c);
}

/* Class 2 is never true and never predicted, class 1 predicted only: the mean
 * over classes knows the second but not the first (scikit-learn's rule). */
static void absent_classes_are_told_from_poor_ones(void **state)
{
  const int32_t actual[] = {0, 0, 0, 0}, predicted[] = {0, 0, 0, 1};
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_compute(&c, actual, predicted, NULL, 4, 3), 0);
  assert_true(c.per_class[0].present);
  assert_false(c.per_class[1].present);
  assert_int_equal(c.present, 1);
  assert_close(confusion_row_share(&c, 1, 0), (double)NAN, 0);
  assert_close(c.macro.recall, .375, 1e-12);
  assert_close(c.balanced_accuracy, .75, 1e-12);
  assert_close(c.norm_macro_recall, (double)NAN, 0);
  assert_close(c.matthews, 0, 0);
  confusion_release(&c);
}

static void weights_count_but_not_for_weighted_accuracy(void **state)
{
  const int32_t actual[] = {0, 0, 1}, predicted[] = {0, 1, 1};
  const double weight[] = {3, 1, 2};
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_compute(&c, actual, predicted, weight, 3, 2), 0);
  assert_close(c.accuracy, 5.0 / 6, 1e-12);
  assert_close(c.weighted_accuracy, 3.0 / 5, 1e-12);
  confusion_release(&c);
}

static void unknown_classes_are_dropped_and_counted(void **state)
{
  const int32_t actual[] = {0, -1, 5}, predicted[] = {0, 0, 0};
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_compute(&c, actual, predicted, NULL, 3, 2), 0);
  assert_int_equal(c.rows, 1);
  assert_int_equal(c.dropped, 2);
  confusion_release(&c);
}

static void empty_matrix_has_a_reason(void **state)
{
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_compute(&c, NULL, NULL, NULL, 0, 3), 0);
  assert_string_equal(c.reason, "no rows");
  assert_close(c.accuracy, (double)NAN, 0);
  assert_close(c.macro.f1, (double)NAN, 0);
  confusion_release(&c);
  assert_int_equal(confusion_compute(&c, NULL, NULL, NULL, 0, 0), 0);
  assert_string_equal(c.reason, "no rows");
  confusion_release(&c);
}

/* The same rows among so many classes that only pairs are kept. */
static void many_classes_are_kept_as_pairs(void **state)
{
  enum { N = 20000, CLASSES = 12 };
  static int32_t actual[N], predicted[N], far_actual[N], far_predicted[N];
  static double weight[N];
  struct confusion dense, sparse;
  uint32_t noise = 3;

  (void)state;
  for (size_t i = 0; i < N; i++) {
    noise = noise * 1664525u + 1013904223u;
    actual[i] = (int32_t)(noise >> 28) % CLASSES;
    noise = noise * 1664525u + 1013904223u;
    predicted[i] = noise >> 30 ? actual[i] : (int32_t)(noise >> 8 & 15) % CLASSES;
    weight[i] = (double)(noise >> 20 & 3) / 2;
    far_actual[i] = actual[i] * 900;
    far_predicted[i] = predicted[i] * 900;
  }
  assert_int_equal(confusion_compute(&dense, actual, predicted, weight, N, CLASSES), 0);
  assert_int_equal(confusion_compute(&sparse, far_actual, far_predicted, weight, N, 10000), 0);
  assert_null(sparse.cell);
  assert_true(sparse.pairs <= CLASSES * CLASSES);
  for (size_t t = 0; t < CLASSES; t++)
    for (size_t p = 0; p < CLASSES; p++)
      assert_close(confusion_count(&sparse, t * 900, p * 900), confusion_count(&dense, t, p), 0);
  assert_close(confusion_count(&sparse, 1, 0), 0, 0);
  assert_int_equal(sparse.rows, dense.rows);
  assert_close(sparse.accuracy, dense.accuracy, 0);
  assert_close(sparse.macro.f1, dense.macro.f1, 1e-15);
  assert_close(sparse.matthews, dense.matthews, 1e-15);
  assert_close(sparse.weighted_accuracy, dense.weighted_accuracy, 0);
  assert_close(sparse.balanced_accuracy, dense.balanced_accuracy, 1e-15);
  confusion_release(&dense);
  confusion_release(&sparse);
}

static void top_confusions_are_the_largest_off_the_diagonal(void **state)
{
  const double cell[] = {25, 0, 3, 0, 23, 2, 3, 4, 24};
  struct class_pair top[10];
  struct confusion c;

  (void)state;
  assert_int_equal(confusion_from_matrix(&c, cell, 3), 0);
  assert_int_equal(confusion_top(&c, top, 10), 4);
  assert_int_equal(top[0].actual, 2);
  assert_int_equal(top[0].predicted, 1);
  assert_close(top[0].weight, 4, 0);
  /* Of equal counts the earlier class first. */
  assert_int_equal(top[1].actual, 0);
  assert_int_equal(top[2].actual, 2);
  assert_close(top[3].weight, 2, 0);
  assert_int_equal(confusion_top(&c, top, 2), 2);
  assert_close(top[0].weight, 4, 0);
  assert_int_equal(top[1].actual, 0);
  assert_int_equal(confusion_top(&c, top, 0), 0);
  confusion_release(&c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_true_and_columns_predicted),
      cmocka_unit_test(everything_follows_from_the_matrix),
      cmocka_unit_test(matthews_of_two_classes),
      cmocka_unit_test(a_logged_matrix_gives_the_same_numbers),
      cmocka_unit_test(absent_classes_are_told_from_poor_ones),
      cmocka_unit_test(weights_count_but_not_for_weighted_accuracy),
      cmocka_unit_test(unknown_classes_are_dropped_and_counted),
      cmocka_unit_test(empty_matrix_has_a_reason),
      cmocka_unit_test(many_classes_are_kept_as_pairs),
      cmocka_unit_test(top_confusions_are_the_largest_off_the_diagonal),
  };

  return cmocka_run_group_tests_name("confusion", tests, NULL, NULL) != 0;
}
