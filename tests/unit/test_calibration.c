#include "stats/calibration.h"

#include "unit.h"

static const double nine_score[] = {.1, .2, .3, .4, .65, .7, .8, .9, 1};
static const int32_t nine_actual[] = {0, 0, 0, 0, 1, 1, 1, 1, 1};
static const double ten_score[] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9};
static const int32_t ten_actual[] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1};

static void compute(struct calibration *calibration, const double *score, const int32_t *actual,
                    size_t n, size_t bins)
{
  struct sweep sweep;

  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, n), 0);
  assert_int_equal(calibration_compute(calibration, &sweep, bins), 0);
  sweep_release(&sweep);
}

static void bins_hold_mean_and_fraction(void **state)
{
  const double mean[] = {.2, .525, .85}, fraction[] = {0, .5, 1};
  struct calibration c;

  (void)state;
  compute(&c, nine_score, nine_actual, 9, 3);
  assert_int_equal(c.bins, 3);
  for (size_t k = 0; k < 3; k++) {
    assert_close(c.bin[k].mean_probability, mean[k], 1e-12);
    assert_close(c.bin[k].fraction_positive, fraction[k], 1e-12);
  }
  calibration_release(&c);
}

static void murphy_parts_add_up_to_the_brier_score(void **state)
{
  struct calibration c;

  (void)state;
  compute(&c, nine_score, nine_actual, 9, 3);
  assert_close(c.rel, .0234722222, 1e-9);
  assert_close(c.res, .1913580247, 1e-9);
  assert_close(c.unc, .2469135802, 1e-9);
  assert_close(c.wbv, .01125, 1e-9);
  assert_close(c.wbc, .0277777778, 1e-9);
  assert_close(c.brier, .0625, 1e-12);
  assert_close(c.rel - c.res + c.unc + c.wbv - c.wbc, c.brier, 1e-15);
  calibration_release(&c);
}

static void isotonic_parts_of_a_perfect_order(void **state)
{
  struct calibration c;

  (void)state;
  compute(&c, nine_score, nine_actual, 9, 3);
  assert_close(c.mcb, .0625, 1e-12);
  assert_close(c.dsc, .2469135802, 1e-9);
  assert_int_equal(c.steps, 2);
  calibration_release(&c);
}

static void isotonic_curve_pools_violators(void **state)
{
  const double lo[] = {.1, .15, .35, .9}, hi[] = {.1, .3, .85, .9};
  const double value[] = {0, .5, 2.0 / 3, 1};
  struct calibration c;

  (void)state;
  compute(&c, ten_score, ten_actual, 10, 5);
  assert_int_equal(c.steps, 4);
  for (size_t i = 0; i < 4; i++) {
    assert_close(c.step[i].lo, lo[i], 0);
    assert_close(c.step[i].hi, hi[i], 0);
    assert_close(c.step[i].value, value[i], 1e-12);
  }
  assert_close(c.mcb, .1006666667, 1e-9);
  assert_close(c.dsc, .0566666667, 1e-9);
  assert_close(c.unc, .24, 1e-12);
  calibration_release(&c);
}

static void ten_samples_in_five_bins(void **state)
{
  struct calibration c;

  (void)state;
  compute(&c, ten_score, ten_actual, 10, 5);
  assert_close(c.brier, .284, 1e-12);
  assert_close(c.rel, .0914583333, 1e-9);
  assert_close(c.res, .0233333333, 1e-9);
  assert_close(c.wbv, .000875, 1e-9);
  assert_close(c.wbc, .025, 1e-9);
  assert_close(c.ece, .28, 1e-9);
  assert_close(c.mce, .375, 1e-9);
  assert_close(c.rms, .3024207885, 1e-9);
  calibration_release(&c);
}

static void expected_errors_of_five_samples_in_two_bins(void **state)
{
  const double score[] = {.25, .25, .55, .75, .75};
  const int32_t actual[] = {0, 0, 1, 1, 1};
  struct calibration c;

  (void)state;
  compute(&c, score, actual, 5, 2);
  assert_close(c.ece, .29, 5e-5);
  assert_close(c.rms, .2918, 5e-5);
  assert_close(c.mce, .3167, 5e-5);
  calibration_release(&c);
}

static void brier_score_of_four_samples(void **state)
{
  const double score[] = {.1, .9, .8, .3};
  const int32_t actual[] = {0, 1, 1, 0};
  struct calibration c;

  (void)state;
  compute(&c, score, actual, 4, 0);
  assert_close(c.brier, .0375, 1e-12);
  assert_int_equal(c.bins, CALIBRATION_DEFAULT_BINS);
  calibration_release(&c);
}

/* 0.3 is 3 * 0.1 but for the last bit; an edge must be the very number that
 * i * (1 / n) gives, and belongs to the bin below it. */
static void value_on_an_edge_belongs_to_the_bin_below(void **state)
{
  const double score[] = {0, .2, .5, 1};
  const int32_t actual[] = {0, 1, 0, 1};
  struct calibration c;

  (void)state;
  compute(&c, score, actual, 4, 10);
  assert_int_equal(c.bin[0].rows, 1);
  assert_int_equal(c.bin[1].rows, 1);
  assert_int_equal(c.bin[4].rows, 1);
  assert_int_equal(c.bin[9].rows, 1);
  assert_close(c.bin[2].mean_probability, (double)NAN, 0);
  calibration_release(&c);
}

static void scores_beyond_one_are_no_probabilities(void **state)
{
  const double score[] = {.5, 1.5}, below[] = {-.5, .5};
  const int32_t actual[] = {0, 1};
  struct calibration c;

  (void)state;
  compute(&c, score, actual, 2, 10);
  assert_string_equal(c.reason, "not probabilities");
  assert_close(c.brier, (double)NAN, 0);
  compute(&c, below, actual, 2, 10);
  assert_string_equal(c.reason, "not probabilities");
  assert_int_equal(c.bins, 0);
  compute(&c, score, actual, 0, 10);
  assert_string_equal(c.reason, "no samples");
}

static void one_sample_or_one_class_still_has_bins(void **state)
{
  const double score[] = {.5};
  const int32_t actual[] = {1};
  struct calibration c;

  (void)state;
  compute(&c, score, actual, 1, 10);
  assert_null(c.reason);
  assert_close(c.brier, .25, 0);
  assert_close(c.unc, 0, 0);
  assert_close(c.brier_skill, (double)NAN, 0);
  assert_int_equal(c.steps, 1);
  calibration_release(&c);
}

static void merged_problems_equal_the_whole(void **state)
{
  struct calibration first, second, whole, merged;
  const struct calibration *parts[] = {&first, &second};

  (void)state;
  compute(&first, ten_score, ten_actual, 5, 5);
  compute(&second, ten_score + 5, ten_actual + 5, 5, 5);
  compute(&whole, ten_score, ten_actual, 10, 5);
  assert_int_equal(calibration_merge(&merged, parts, 2), 0);
  assert_close(merged.ece, whole.ece, 1e-12);
  assert_close(merged.brier, whole.brier, 1e-12);
  assert_close(merged.res, whole.res, 1e-12);
  assert_close(merged.bin[1].wilson_hi, whole.bin[1].wilson_hi, 1e-12);
  calibration_release(&merged);
  assert_int_equal(calibration_mean(&merged, parts, NULL, 2), 0);
  assert_close(merged.ece, (first.ece + second.ece) / 2, 1e-12);
  calibration_release(&merged);
  calibration_release(&first);
  calibration_release(&second);
  calibration_release(&whole);
}

static void quantile_bins_merge_equal_edges(void **state)
{
  const double score[] = {.1, .1, .1, .1, .5, .6, .7, .8};
  const int32_t actual[] = {0, 0, 0, 1, 0, 1, 1, 1};
  struct sweep sweep;
  struct calibration c;
  size_t rows = 0;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 8), 0);
  assert_int_equal(calibration_compute_quantile(&c, &sweep, 4), 0);
  assert_int_equal(c.bins, 3);
  for (size_t k = 0; k < c.bins; k++) rows += c.bin[k].rows;
  assert_int_equal(rows, 8);
  assert_int_equal(c.bin[0].rows, 4);
  calibration_release(&c);
  sweep_release(&sweep);
}

/* A rare class: 1 - prevalence has few digits left, the negatives' weight has all. */
static void uncertainty_of_a_rare_class_keeps_its_digits(void **state)
{
  const double score[] = {.5, .5};
  const int32_t actual[] = {1, 0};
  const double weight[] = {1e6, 1e-6};
  struct calibration c;
  struct sweep sweep;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, 2), 0);
  assert_int_equal(calibration_compute(&c, &sweep, 10), 0);
  assert_close(c.unc * 1e12, 1 - 2e-12, 1e-15);
  assert_close(c.brier_skill * 1e-12, -.25, 1e-12);
  calibration_release(&c);
  sweep_release(&sweep);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bins_hold_mean_and_fraction),
      cmocka_unit_test(murphy_parts_add_up_to_the_brier_score),
      cmocka_unit_test(isotonic_parts_of_a_perfect_order),
      cmocka_unit_test(isotonic_curve_pools_violators),
      cmocka_unit_test(ten_samples_in_five_bins),
      cmocka_unit_test(expected_errors_of_five_samples_in_two_bins),
      cmocka_unit_test(brier_score_of_four_samples),
      cmocka_unit_test(value_on_an_edge_belongs_to_the_bin_below),
      cmocka_unit_test(scores_beyond_one_are_no_probabilities),
      cmocka_unit_test(one_sample_or_one_class_still_has_bins),
      cmocka_unit_test(merged_problems_equal_the_whole),
      cmocka_unit_test(quantile_bins_merge_equal_edges),
      cmocka_unit_test(uncertainty_of_a_rare_class_keeps_its_digits),
  };

  return cmocka_run_group_tests_name("calibration", tests, NULL, NULL) != 0;
}
