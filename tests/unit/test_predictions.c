#include "stats/predictions.h"

#include "unit.h"

static void clean_input_is_not_copied(void **state)
{
  const double a[] = {.2, .6}, b[] = {.8, .4};
  const double *scores[] = {a, b};
  const int32_t actual[] = {1, 0};
  const struct predictions in = {2, 2, scores, actual, NULL, NULL, -1};
  struct predictions_view view;

  (void)state;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_ptr_equal(view.data.scores[0], a);
  assert_ptr_equal(view.data.actual, actual);
  assert_true(view.has_probabilities);
  assert_true(view.sums_to_one);
  assert_int_equal(view.data.positive, 1);
  predictions_view_release(&view);
}

/* A NaN in any column takes the row out of all columns, labels and weights. */
static void damaged_rows_go_everywhere_and_are_counted(void **state)
{
  const double a[] = {.2, .6, .1, .5, .3}, b[] = {.8, (double)NAN, .9, .5, .7};
  const double *scores[] = {a, b};
  const double weight[] = {1, 1, 3, 0, 5};
  const int32_t actual[] = {1, 0, 7, 0, 1};
  const struct predictions in = {5, 2, scores, actual, NULL, weight, -1};
  struct predictions_view view;

  (void)state;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_int_equal(view.data.rows, 2);
  assert_int_equal(view.dropped_scores, 1);
  assert_int_equal(view.dropped_classes, 1);
  assert_int_equal(view.weightless, 1);
  assert_close(view.data.scores[0][1], .3, 0);
  assert_close(view.data.scores[1][1], .7, 0);
  assert_close(view.data.weight[1], 5, 0);
  assert_int_equal(view.data.actual[1], 1);
  predictions_view_release(&view);
}

static void missing_column_of_two_is_the_complement(void **state)
{
  const double p[] = {.25, .75}, logit[] = {-3, 2};
  const double *probability[] = {NULL, p}, *raw[] = {NULL, logit};
  const int32_t actual[] = {0, 1};
  struct predictions in = {2, 2, probability, actual, NULL, NULL, -1};
  struct predictions_view view;

  (void)state;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_close(view.data.scores[0][0], .75, 0);
  assert_true(view.sums_to_one);
  predictions_view_release(&view);
  in.scores = raw;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_close(view.data.scores[0][1], -2, 0);
  assert_false(view.has_probabilities);
  assert_int_equal(predictions_label(&view.data, 0), 0);
  assert_int_equal(predictions_label(&view.data, 1), 1);
  predictions_view_release(&view);
}

static void class_of_equal_scores_is_the_first(void **state)
{
  const double a[] = {.5}, b[] = {.5};
  const double *scores[] = {a, b};
  const int32_t actual[] = {1};
  const struct predictions in = {1, 2, scores, actual, NULL, NULL, -1};

  (void)state;
  assert_int_equal(predictions_label(&in, 0), 0);
}

static void unusable_input_has_a_reason(void **state)
{
  const double a[] = {(double)NAN}, b[] = {.5}, weight[] = {-1};
  const double *scores[] = {a, b}, *three[] = {a, NULL, b};
  const int32_t actual[] = {1};
  struct predictions in = {1, 2, scores, actual, NULL, NULL, -1};
  struct predictions_view view;

  (void)state;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_string_equal(view.reason, "no rows");
  assert_int_equal(view.dropped_scores, 1);
  predictions_view_release(&view);
  in.weight = weight;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_string_equal(view.reason, "negative or non-finite weight");
  predictions_view_release(&view);
  in = (struct predictions){1, 3, three, actual, NULL, NULL, -1};
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_string_equal(view.reason, "a class has no scores");
  predictions_view_release(&view);
  in.rows = 0;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_string_equal(view.reason, "no rows");
  predictions_view_release(&view);
}

static void labels_alone_are_enough(void **state)
{
  const int32_t actual[] = {0, 1, 2}, predicted[] = {0, 1, 9};
  const struct predictions in = {3, 3, NULL, actual, predicted, NULL, -1};
  struct predictions_view view;

  (void)state;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_null(view.reason);
  assert_int_equal(view.data.rows, 2);
  assert_int_equal(view.dropped_classes, 1);
  assert_int_equal(view.data.positive, -1);
  predictions_view_release(&view);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clean_input_is_not_copied),
      cmocka_unit_test(damaged_rows_go_everywhere_and_are_counted),
      cmocka_unit_test(missing_column_of_two_is_the_complement),
      cmocka_unit_test(class_of_equal_scores_is_the_first),
      cmocka_unit_test(unusable_input_has_a_reason),
      cmocka_unit_test(labels_alone_are_enough),
  };

  return cmocka_run_group_tests_name("predictions", tests, NULL, NULL) != 0;
}
