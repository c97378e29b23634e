#include "stats/classification_scalars.h"

#include "unit.h"

static const int32_t eight_actual[] = {0, 0, 0, 0, 1, 1, 1, 2};
static const double eight_a[] = {.8, .6, .35, .55, .1, .25, .5, .15};
static const double eight_b[] = {.15, .3, .45, .05, .7, .65, .2, .25};
static const double eight_c[] = {.05, .1, .2, .4, .2, .1, .3, .6};
static const double *const eight_scores[] = {eight_a, eight_b, eight_c};

static void compute(struct scalar_table *table, const struct predictions *in)
{
  struct predictions_view view;
  struct confusion confusion;
  struct multiclass curves;

  assert_int_equal(predictions_view_init(&view, in), 0);
  assert_int_equal(confusion_of_predictions(&confusion, &view.data), 0);
  assert_int_equal(multiclass_compute(&curves, &view, NULL), 0);
  classification_scalars(table, &view, &confusion, &curves);
  multiclass_release(&curves);
  confusion_release(&confusion);
  predictions_view_release(&view);
}

static void three_classes_have_every_scalar(void **state)
{
  static const struct {
    const char *name;
    double value;
  } want[] = {
      {"accuracy", .75},
      {"balanced_accuracy", .805555556},
      {"norm_macro_recall", .708333333},
      {"weighted_accuracy", .730769231},
      {"log_loss", .661168712},
      {"AUC_macro", .9125},
      {"AUC_weighted", .89375},
      {"AUC_micro", .9140625},
      {"average_precision_score_macro", .927777778},
      {"average_precision_score_weighted", .9125},
      {"average_precision_score_micro", .896323529},
      {"matthews_correlation", .578947368},
      {"f1_score_macro", .805555556},
      {"f1_score_micro", .75},
      {"f1_score_weighted", .75},
      {"precision_score_macro", .805555556},
      {"recall_score_weighted", .75},
  };
  const struct predictions in = {8, 3, eight_scores, eight_actual, NULL, NULL, -1};
  struct scalar_table table;

  (void)state;
  compute(&table, &in);
  for (size_t i = 0; i < sizeof want / sizeof *want; i++)
    assert_close(scalar_table_value(&table, want[i].name), want[i].value, 1e-9);
  assert_null(scalar_table_find(&table, "AUC_binary"));
  assert_int_equal(table.count, 23);
}

static void log_loss_of_four_messages(void **state)
{
  const double ham[] = {.1, .9, .8, .35}, spam[] = {.9, .1, .2, .65};
  const double *scores[] = {ham, spam};
  const int32_t actual[] = {1, 0, 0, 1};
  const struct predictions in = {4, 2, scores, actual, NULL, NULL, -1};

  (void)state;
  assert_close(classification_log_loss(&in), .2161618747, 1e-9);
}

static void two_classes_have_binary_scalars_too(void **state)
{
  const double p[] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9};
  const double *scores[] = {NULL, p};
  const int32_t actual[] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1};
  const struct predictions in = {10, 2, scores, actual, NULL, NULL, -1};
  struct scalar_table table;

  (void)state;
  compute(&table, &in);
  assert_close(scalar_table_value(&table, "AUC_binary"), .625, 1e-12);
  assert_close(scalar_table_value(&table, "average_precision_score_binary"), .7440476190, 1e-9);
  assert_close(scalar_table_value(&table, "log_loss"), .7860225673, 1e-9);
  assert_close(scalar_table_value(&table, "brier_score"), .284, 1e-12);
  assert_close(scalar_table_value(&table, "precision_score_binary"), .6, 1e-12);
  assert_close(scalar_table_value(&table, "recall_score_binary"), .5, 1e-12);
  assert_close(scalar_table_value(&table, "f1_score_binary"), 6.0 / 11, 1e-12);
  assert_int_equal(table.count, 28);
}

static void certain_and_wrong_costs_a_finite_loss(void **state)
{
  const double a[] = {1}, b[] = {0};
  const double *scores[] = {a, b};
  const int32_t actual[] = {1};
  const struct predictions in = {1, 2, scores, actual, NULL, NULL, -1};

  (void)state;
  assert_close(classification_log_loss(&in), 36.04365338911715, 1e-9);
}

static void labels_alone_have_the_label_scalars(void **state)
{
  const int32_t predicted[] = {0, 0, 1, 0, 1, 1, 0, 2};
  const struct predictions in = {8, 3, NULL, eight_actual, predicted, NULL, -1};
  struct scalar_table table;

  (void)state;
  compute(&table, &in);
  assert_int_equal(table.count, 15);
  assert_close(scalar_table_value(&table, "accuracy"), .75, 1e-12);
  assert_null(scalar_table_find(&table, "AUC_macro"));
}

static void undefined_numbers_are_listed_with_a_reason(void **state)
{
  const double logit[] = {-2, 3};
  const double *scores[] = {NULL, logit};
  const int32_t actual[] = {1, 1};
  const struct predictions in = {2, 2, scores, actual, NULL, NULL, -1};
  struct scalar_table table;
  const struct scalar *s;

  (void)state;
  compute(&table, &in);
  s = scalar_table_find(&table, "AUC_macro");
  assert_false(s->is_defined);
  assert_string_equal(s->reason, "only one class present");
  s = scalar_table_find(&table, "AUC_binary");
  assert_string_equal(s->reason, "only one class present");
  s = scalar_table_find(&table, "log_loss");
  assert_string_equal(s->reason, "scores are not probabilities");
  assert_true(scalar_table_find(&table, "accuracy")->is_defined);
}

static void no_rows_undefine_everything(void **state)
{
  const struct predictions in = {0, 2, eight_scores, eight_actual, NULL, NULL, -1};
  struct scalar_table table;

  (void)state;
  compute(&table, &in);
  for (size_t i = 0; i < table.count; i++) {
    assert_false(table.scalar[i].is_defined);
    assert_string_equal(table.scalar[i].reason, "no rows");
  }
  assert_int_equal(table.count, 28);
}

static void one_row_is_enough_for_the_labels(void **state)
{
  const struct predictions in = {1, 3, eight_scores, eight_actual, NULL, NULL, -1};
  struct scalar_table table;

  (void)state;
  compute(&table, &in);
  assert_close(scalar_table_value(&table, "accuracy"), 1, 0);
  assert_close(scalar_table_value(&table, "log_loss"), -log(.8), 1e-12);
  assert_false(scalar_table_find(&table, "AUC_macro")->is_defined);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(three_classes_have_every_scalar),
      cmocka_unit_test(log_loss_of_four_messages),
      cmocka_unit_test(two_classes_have_binary_scalars_too),
      cmocka_unit_test(certain_and_wrong_costs_a_finite_loss),
      cmocka_unit_test(labels_alone_have_the_label_scalars),
      cmocka_unit_test(undefined_numbers_are_listed_with_a_reason),
      cmocka_unit_test(no_rows_undefine_everything),
      cmocka_unit_test(one_row_is_enough_for_the_labels),
  };

  return cmocka_run_group_tests_name("classification_scalars", tests, NULL, NULL) != 0;
}
