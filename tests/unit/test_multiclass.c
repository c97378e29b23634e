#include "stats/multiclass.h"

#include "unit.h"

#include <stdlib.h>

#include "parallel.h"

static const int32_t eight_actual[] = {0, 0, 0, 0, 1, 1, 1, 2};
static const double eight_a[] = {.8, .6, .35, .55, .1, .25, .5, .15};
static const double eight_b[] = {.15, .3, .45, .05, .7, .65, .2, .25};
static const double eight_c[] = {.05, .1, .2, .4, .2, .1, .3, .6};
static const double *const eight_scores[] = {eight_a, eight_b, eight_c, eight_c};

static void compute(struct multiclass *m, const struct predictions *in)
{
  struct predictions_view view;

  assert_int_equal(predictions_view_init(&view, in), 0);
  assert_int_equal(multiclass_compute(m, &view, NULL), 0);
  predictions_view_release(&view);
}

static void areas_per_class_and_averaged(void **state)
{
  const struct predictions in = {8, 3, eight_scores, eight_actual, NULL, NULL, -1};
  const double auc[] = {.9375, .8, 1}, ap[] = {.95, .833333333, 1};
  struct multiclass m;

  (void)state;
  compute(&m, &in);
  for (size_t k = 0; k < 3; k++) {
    assert_close(m.per_class[k].roc.auc, auc[k], 1e-12);
    assert_close(m.per_class[k].pr.ap, ap[k], 1e-9);
  }
  assert_close(m.auc_macro, .9125, 1e-12);
  assert_close(m.auc_weighted, .89375, 1e-12);
  assert_close(m.auc_micro, .9140625, 1e-12);
  assert_close(m.ap_macro, .927777778, 1e-9);
  assert_close(m.ap_weighted, .9125, 1e-12);
  assert_close(m.ap_micro, .896323529, 1e-9);
  multiclass_release(&m);
}

/* A fourth class that no row belongs to: its column counts for micro alone. */
static void absent_class_is_left_out_of_means_but_not_of_micro(void **state)
{
  const struct predictions in = {8, 4, eight_scores, eight_actual, NULL, NULL, -1};
  struct multiclass m;

  (void)state;
  compute(&m, &in);
  assert_int_equal(m.present, 3);
  assert_string_equal(m.per_class[3].reason, "only one class present");
  assert_close(m.auc_macro, .9125, 1e-12);
  assert_close(m.auc_weighted, .89375, 1e-12);
  assert_true(fabs(m.auc_micro - .9140625) > 1e-3);
  assert_int_equal(m.macro.gain.gain.x[m.macro.gain.gain.count - 1], 1);
  multiclass_release(&m);
}

static void mean_curves_run_from_corner_to_corner(void **state)
{
  const struct predictions in = {8, 3, eight_scores, eight_actual, NULL, NULL, -1};
  struct multiclass m;

  (void)state;
  compute(&m, &in);
  assert_close(m.macro.roc.curve.x[0], 0, 0);
  /* At no false positives: 3 of 4, 2 of 3 and all. */
  assert_close(m.macro.roc.curve.y[0], (.75 + 2.0 / 3 + 1) / 3, 1e-12);
  assert_close(curve_at(&m.macro.roc.curve, 1), 1, 0);
  assert_close(curve_step_at(&m.macro.pr.curve, 1), (.8 + .5 + 1) / 3, 1e-12);
  assert_close(curve_at(&m.macro.gain.gain, 1), 1, 1e-12);
  assert_close(curve_at(&m.macro.gain.lift, 1), 1, 1e-12);
  multiclass_release(&m);
}

static void weighted_curves_follow_the_support(void **state)
{
  const struct predictions in = {8, 3, eight_scores, eight_actual, NULL, NULL, -1};
  struct multiclass m;

  (void)state;
  compute(&m, &in);
  assert_close(m.weighted.roc.auc, .89375, 1e-12);
  /* Supports 4, 3 and 1 of 8. */
  assert_close(m.weighted.roc.curve.y[0], .75 * .5 + 2.0 / 3 * .375 + .125, 1e-12);
  assert_close(curve_step_at(&m.weighted.pr.curve, 1), .8 * .5 + .5 * .375 + .125, 1e-12);
  assert_close(m.weighted.calibration.ece,
               m.per_class[0].calibration.ece * .5 + m.per_class[1].calibration.ece * .375 +
                   m.per_class[2].calibration.ece * .125,
               1e-12);
  assert_string_equal(m.weighted.det.reason, "an average over classes");
  multiclass_release(&m);
}

static void thresholds_are_tabulated_for_the_class_asked_for(void **state)
{
  const struct predictions in = {8, 3, eight_scores, eight_actual, NULL, NULL, -1};
  const struct threshold_options thresholds = {.has_probabilities = true};
  const struct multiclass_options options = {.thresholds = &thresholds, .thresholds_class = 1};
  struct predictions_view view;
  struct multiclass m;

  (void)state;
  assert_int_equal(predictions_view_init(&view, &in), 0);
  assert_int_equal(multiclass_compute(&m, &view, &options), 0);
  /* Scores of class 1 from 0.5 up: two, both right; one of its rows has 0.2. */
  assert_close(m.thresholds.row[4].tp, 2, 0);
  assert_close(m.thresholds.row[4].fp, 0, 0);
  assert_close(m.thresholds.row[4].fn, 1, 0);
  assert_int_equal(m.per_class[1].det.curve.count, m.per_class[1].roc.thresholds + 1);
  multiclass_release(&m);
  predictions_view_release(&view);
}

static void calibration_is_merged_and_averaged(void **state)
{
  const struct predictions in = {8, 3, eight_scores, eight_actual, NULL, NULL, -1};
  struct multiclass m;
  size_t rows = 0;

  (void)state;
  compute(&m, &in);
  for (size_t k = 0; k < m.micro.calibration.bins; k++) rows += m.micro.calibration.bin[k].rows;
  assert_int_equal(rows, 24);
  assert_close(m.micro.calibration.prevalence, 1.0 / 3, 1e-12);
  assert_close(m.macro.calibration.ece,
               (m.per_class[0].calibration.ece + m.per_class[1].calibration.ece +
                m.per_class[2].calibration.ece) /
                   3,
               1e-12);
  multiclass_release(&m);
}

static void single_class_leaves_only_micro(void **state)
{
  const int32_t actual[] = {1, 1, 1};
  const double p[] = {.9, .8, .3};
  const double *scores[] = {NULL, p};
  const struct predictions in = {3, 2, scores, actual, NULL, NULL, -1};
  struct multiclass m;

  (void)state;
  compute(&m, &in);
  assert_string_equal(m.reason, "only one class present");
  assert_close(m.auc_macro, (double)NAN, 0);
  assert_null(m.micro.reason);
  assert_close(m.auc_micro, 8.0 / 9, 1e-12);
  assert_int_equal(m.macro.roc.curve.count, 0);
  multiclass_release(&m);
}

static void labels_alone_have_no_curves(void **state)
{
  const int32_t predicted[] = {0, 0, 0, 0, 1, 1, 1, 2};
  struct predictions in = {8, 3, NULL, eight_actual, predicted, NULL, -1};
  struct multiclass m;

  (void)state;
  compute(&m, &in);
  assert_string_equal(m.reason, "no scores");
  assert_int_equal(m.classes, 0);
  multiclass_release(&m);
  in.rows = 0;
  compute(&m, &in);
  assert_string_equal(m.reason, "no rows");
  multiclass_release(&m);
}

static void scores_that_are_no_probabilities_still_have_curves(void **state)
{
  const int32_t actual[] = {0, 1, 0, 1};
  const double logit[] = {-3, 2, 1, 4};
  const double *scores[] = {NULL, logit};
  const struct predictions in = {4, 2, scores, actual, NULL, NULL, -1};
  struct multiclass m;

  (void)state;
  compute(&m, &in);
  assert_close(m.auc_macro, 1, 0);
  assert_string_equal(m.per_class[1].calibration.reason, "not probabilities");
  assert_string_equal(m.micro.calibration.reason, "not probabilities");
  assert_string_equal(m.macro.calibration.reason, "not probabilities");
  multiclass_release(&m);
}

/* Long walks go by blocks, some of which are settled at their ends, and classes and
 * averages are computed at the same time: each number must be that of one plain walk
 * of its own, to the last point of a thinned curve. */
static void many_processors_and_blocks_change_no_number(void **state)
{
  enum { N = 20000, CLASSES = 3 };
  static const size_t widths[] = {1, 2, 16};
  double *column[CLASSES];
  int32_t *actual = malloc(N * sizeof *actual);
  uint32_t random = 3;

  (void)state;
  assert_non_null(actual);
  for (size_t k = 0; k < CLASSES; k++) assert_non_null(column[k] = malloc(N * sizeof(double)));
  for (size_t i = 0; i < N; i++) {
    double sum = 0;

    random = random * 1664525u + 1013904223u;
    actual[i] = (int32_t)(random >> 16) % CLASSES;
    for (size_t k = 0; k < CLASSES; k++) {
      random = random * 1664525u + 1013904223u;
      column[k][i] = (double)(random >> 16) + (actual[i] == (int32_t)k ? 30000 : 0);
      sum += column[k][i];
    }
    for (size_t k = 0; k < CLASSES; k++) column[k][i] /= sum;
  }
  for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
    const double *const scores[] = {column[0], column[1], column[2]};
    const struct predictions in = {
        .rows = N, .classes = CLASSES, .scores = scores, .actual = actual, .positive = -1};
    const struct multiclass_options options = {.curves = {.max_points = 500}};
    struct predictions_view view;
    struct multiclass m;

    parallel_set_width(widths[w]);
    assert_int_equal(predictions_view_init(&view, &in), 0);
    assert_int_equal(multiclass_compute(&m, &view, &options), 0);
    for (size_t k = 0; k < CLASSES; k++) {
      struct sweep sweep;
      struct calibration calibration;
      struct delong delong;
      struct roc roc;
      struct pr pr;

      assert_int_equal(sweep_init(&sweep, scores[k], actual, (int32_t)k, NULL, N), 0);
      assert_int_equal(roc_compute(&roc, &sweep, &options.curves), 0);
      assert_int_equal(pr_compute(&pr, &sweep, &options.curves), 0);
      assert_int_equal(calibration_compute(&calibration, &sweep, 0), 0);
      delong_compute(&delong, &sweep, 0.95);
      assert_true(m.per_class[k].roc.auc == roc.auc);
      assert_true(m.per_class[k].roc.best_threshold == roc.best_threshold);
      assert_true(m.per_class[k].pr.ap == pr.ap);
      assert_true(m.per_class[k].delong.variance == delong.variance);
      assert_true(m.per_class[k].calibration.brier == calibration.brier);
      assert_true(m.per_class[k].calibration.mcb == calibration.mcb);
      assert_int_equal(m.per_class[k].roc.curve.count, roc.curve.count);
      assert_memory_equal(m.per_class[k].roc.curve.y, roc.curve.y, roc.curve.count * 8);
      assert_int_equal(m.per_class[k].pr.curve.count, pr.curve.count);
      assert_memory_equal(m.per_class[k].pr.curve.y, pr.curve.y, pr.curve.count * 8);
      roc_release(&roc);
      pr_release(&pr);
      calibration_release(&calibration);
      sweep_release(&sweep);
    }
    multiclass_release(&m);
    predictions_view_release(&view);
  }
  parallel_set_width(0);
  for (size_t k = 0; k < CLASSES; k++) free(column[k]);
  free(actual);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(areas_per_class_and_averaged),
      cmocka_unit_test(absent_class_is_left_out_of_means_but_not_of_micro),
      cmocka_unit_test(mean_curves_run_from_corner_to_corner),
      cmocka_unit_test(weighted_curves_follow_the_support),
      cmocka_unit_test(thresholds_are_tabulated_for_the_class_asked_for),
      cmocka_unit_test(calibration_is_merged_and_averaged),
      cmocka_unit_test(single_class_leaves_only_micro),
      cmocka_unit_test(labels_alone_have_no_curves),
      cmocka_unit_test(scores_that_are_no_probabilities_still_have_curves),
      cmocka_unit_test(many_processors_and_blocks_change_no_number),
  };

  return cmocka_run_group_tests_name("multiclass", tests, NULL, NULL) != 0;
}
