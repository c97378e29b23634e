#include "stats/sweep.h"

#include "unit.h"

#include <stdlib.h>

#include "parallel.h"

#include <stdlib.h>

static void thresholds_fall_and_ties_make_one_of_them(void **state)
{
  const double score[] = {0.5, 0.5, 0.3, 0.3, 0.9};
  const int32_t actual[] = {0, 1, 0, 1, 1};
  const double want[][3] = {{0.9, 1, 0}, {0.5, 2, 1}, {0.3, 3, 2}};
  struct sweep sweep;
  struct sweep_cursor at;
  size_t i = 0;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 5), 0);
  for (sweep_start(&at, &sweep); sweep_next(&at); i++) {
    assert_close(at.threshold, want[i][0], 0);
    assert_close(at.tp, want[i][1], 0);
    assert_close(at.fp, want[i][2], 0);
  }
  assert_int_equal(i, 3);
  sweep_release(&sweep);
}

/* The sign bit lends its place to the label; scores of both signs, both zeros
 * and the smallest numbers must still come back as they were. */
static void scores_of_either_sign_come_back_unchanged(void **state)
{
  const double score[] = {-0.0, 3.5, -1e-300, 5e-324, -7, 0.0, 1e300, -5e-324};
  const double want[] = {1e300, 3.5, 5e-324, 0, -5e-324, -1e-300, -7};
  const int32_t actual[] = {1, 0, 1, 0, 1, 0, 1, 0};
  struct sweep sweep;
  struct sweep_cursor at;
  size_t i = 0;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 8), 0);
  for (sweep_start(&at, &sweep); sweep_next(&at); i++) {
    assert_close(at.threshold, want[i], 0);
    if (want[i] == 0) assert_close(at.group_tp + at.group_fp, 2, 0);
  }
  assert_int_equal(i, 7);
  assert_close(sweep_highest(&sweep), 1e300, 0);
  assert_close(sweep_lowest(&sweep), -7, 0);
  sweep_release(&sweep);
}

static void samples_without_weight_make_no_threshold(void **state)
{
  const double score[] = {0.1, 0.2, 0.3, 0.4};
  const double weight[] = {1, 0, 1, 1};
  const int32_t actual[] = {0, 1, 1, 0};
  struct sweep sweep;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, 4), 0);
  assert_int_equal(sweep.rows, 3);
  assert_int_equal(sweep.weightless, 1);
  assert_close(sweep.positives, 1, 0);
  sweep_release(&sweep);
}

static void scores_that_are_no_numbers_are_dropped_and_counted(void **state)
{
  const double score[] = {(double)NAN, 0.2, (double)INFINITY, 0.4};
  const int32_t actual[] = {0, 1, 1, 0};
  struct sweep sweep;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 4), 0);
  assert_int_equal(sweep.rows, 2);
  assert_int_equal(sweep.dropped, 2);
  assert_null(sweep.reason);
  sweep_release(&sweep);
}

static void sweep_says_why_it_has_no_curves(void **state)
{
  const double score[] = {0.2, 0.4};
  const double weight[] = {1, -1};
  const int32_t actual[] = {1, 1};
  struct sweep sweep;
  struct sweep_cursor at;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 0), 0);
  assert_string_equal(sweep.reason, "no samples");
  sweep_start(&at, &sweep);
  assert_false(sweep_next(&at));
  sweep_release(&sweep);
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 2), 0);
  assert_string_equal(sweep.reason, "only one class present");
  sweep_release(&sweep);
  assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, 2), 0);
  assert_string_equal(sweep.reason, "negative or non-finite weight");
  assert_int_equal(sweep.rows, 0);
  sweep_release(&sweep);
}

/* Walking three sweeps as one is the same as one sweep of all samples. */
static void merged_walk_equals_one_sweep_of_everything(void **state)
{
  double score[300];
  int32_t actual[300];
  struct sweep part[3], whole;
  struct sweep_cursor merged, single;
  uint32_t random = 7;
  size_t thresholds = 0;

  (void)state;
  for (size_t i = 0; i < 300; i++) {
    random = random * 1664525u + 1013904223u;
    score[i] = (double)(random >> 26) / 20 - 1;
    actual[i] = random >> 20 & 1;
  }
  for (size_t k = 0; k < 3; k++)
    assert_int_equal(sweep_init(&part[k], score + 100 * k, actual + 100 * k, 1, NULL, 100), 0);
  assert_int_equal(sweep_init(&whole, score, actual, 1, NULL, 300), 0);
  assert_int_equal(sweep_start_merged(&merged, part, 3), 0);
  for (sweep_start(&single, &whole); sweep_next(&single); thresholds++) {
    assert_true(sweep_next(&merged));
    assert_close(merged.threshold, single.threshold, 0);
    assert_close(merged.tp, single.tp, 0);
    assert_close(merged.fp, single.fp, 0);
    assert_int_equal(merged.rows, single.rows);
  }
  assert_false(sweep_next(&merged));
  assert_in_range(thresholds, 50, 64);
  sweep_stop(&merged);
  for (size_t k = 0; k < 3; k++) sweep_release(&part[k]);
  sweep_release(&whole);
}

enum { MANY = 3000 };

/* Ties within and across blocks, both signs, weights of every kind. */
static void make_samples(double *score, int32_t *actual, double *weight, double low)
{
  uint32_t random = 11;

  for (size_t i = 0; i < MANY; i++) {
    random = random * 1664525u + 1013904223u;
    score[i] = low + (double)(random >> (i % 2 ? 8 : 24)) / (i % 2 ? 16777216.0 : 256.0);
    actual[i] = random >> 20 & 1;
    weight[i] = (double)(random >> 5 & 3) / 2;
  }
}

static void assert_same_walk(struct sweep_cursor *blocks, struct sweep_cursor *steps, size_t most)
{
  struct sweep_stop stops[SWEEP_STOPS];

  for (size_t n; (n = sweep_next_stops(blocks, stops, most)) > 0;) {
    for (size_t i = 0; i < n; i++) {
      assert_true(sweep_next(steps));
      assert_memory_equal(&stops[i], &steps->stop, sizeof *stops);
    }
    assert_memory_equal(&blocks->stop, &steps->stop, sizeof steps->stop);
  }
  assert_false(sweep_next(steps));
}

static void a_walk_by_blocks_makes_the_same_stops(void **state)
{
  static double score[MANY], weight[MANY];
  static int32_t actual[MANY];

  (void)state;
  for (int kind = 0; kind < 4; kind++) {
    const int weighted = kind % 2;

    make_samples(score, actual, weight, kind < 2 ? -0.5 : 0);
    /* One sweep ends long before the other. */
    for (size_t i = 0; kind == 2 && i < MANY / 2; i++) score[i] += 0.5;
    for (size_t most = 1; most <= SWEEP_STOPS; most += 85) {
      struct sweep part[2];
      struct sweep_cursor blocks, steps;

      for (size_t k = 0; k < 2; k++)
        assert_int_equal(sweep_init(&part[k], score + k * MANY / 2, actual + k * MANY / 2, 1,
                                    weighted ? weight + k * MANY / 2 : NULL, MANY / 2),
                         0);
      sweep_start(&blocks, &part[0]);
      sweep_start(&steps, &part[0]);
      assert_same_walk(&blocks, &steps, most);
      assert_int_equal(sweep_start_merged(&blocks, part, 2), 0);
      assert_int_equal(sweep_start_merged(&steps, part, 2), 0);
      assert_same_walk(&blocks, &steps, most);
      sweep_stop(&blocks);
      sweep_stop(&steps);
      for (size_t k = 0; k < 2; k++) sweep_release(&part[k]);
    }
  }
}

/* The other class's sweep need not be sorted: 1 - s turns the order around.  Scores
 * above 1 become negative, tiny ones all become 1. */
static void complement_is_the_sweep_of_one_minus_the_scores(void **state)
{
  static const double lows[] = {0, -0.75, 0.5};
  static double score[MANY], rest[MANY], weight[MANY];
  static int32_t actual[MANY];

  (void)state;
  for (size_t l = 0; l < sizeof lows / sizeof *lows; l++) {
    make_samples(score, actual, weight, lows[l]);
    for (size_t i = 0; i < MANY; i += 7) score[i] *= 1e-18;
    for (size_t i = 0; i < MANY; i++) rest[i] = 1 - score[i];
    for (int weighted = 0; weighted < 2; weighted++) {
      struct sweep one, want, got;
      struct sweep_cursor a, b;

      assert_int_equal(sweep_init(&one, score, actual, 1, weighted ? weight : NULL, MANY), 0);
      assert_int_equal(sweep_init(&want, rest, actual, 0, weighted ? weight : NULL, MANY), 0);
      assert_int_equal(sweep_init_complement(&got, &one), 0);
      assert_int_equal(got.rows, want.rows);
      assert_int_equal(got.weightless, want.weightless);
      assert_int_equal(got.positive_rows, want.positive_rows);
      assert_int_equal(got.nonnegative, want.nonnegative);
      assert_close(got.positives, want.positives, 0);
      assert_close(got.squared, want.squared, 0);
      sweep_start(&a, &want);
      for (sweep_start(&b, &got); sweep_next(&b);) {
        assert_true(sweep_next(&a));
        assert_memory_equal(&a.stop, &b.stop, sizeof a.stop);
      }
      assert_false(sweep_next(&a));
      sweep_release(&one);
      sweep_release(&want);
      sweep_release(&got);
    }
  }
}

/* Rows are counted and packed by stretches: more of them than one, with all kinds of
 * samples on both sides of each border, on any number of threads. */
static void stretches_of_rows_make_one_sweep(void **state)
{
  const size_t n = 2 * PARALLEL_ROWS + 1234;
  static const size_t widths[] = {1, 2, 16};
  double *score = malloc(n * sizeof *score), *weight = malloc(n * sizeof *weight);
  int32_t *actual = malloc(n * sizeof *actual);
  struct sweep first = {0};
  size_t kept = 0, dropped = 0, weightless = 0, negative = 0, positive = 0;
  uint32_t random = 23;

  (void)state;
  assert_true(score && weight && actual);
  for (size_t i = 0; i < n; i++) {
    random = random * 1664525u + 1013904223u;
    score[i] = random >> 27 == 1 ? (double)NAN : (double)(random >> 4) / 16777216 - 3;
    weight[i] = random >> 25 == 3 ? 0 : (double)(random >> 20) / 1000;
    actual[i] = random >> 6 & 1;
    if (!isfinite(score[i])) {
      dropped++;
    } else if (weight[i] == 0) {
      weightless++;
    } else {
      kept++;
      negative += score[i] < 0;
      positive += actual[i] == 1;
    }
  }
  for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
    struct sweep sweep;
    struct sweep_cursor at;

    parallel_set_width(widths[w]);
    assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, n), 0);
    assert_int_equal(sweep.rows, kept);
    assert_int_equal(sweep.dropped, dropped);
    assert_int_equal(sweep.weightless, weightless);
    assert_int_equal(sweep.positive_rows, positive);
    assert_int_equal(sweep.nonnegative, kept - negative);
    for (sweep_start(&at, &sweep); sweep_next(&at);) continue;
    assert_int_equal(at.rows, kept);
    assert_close(at.tp, sweep.positives, 0);
    assert_close(at.fp, sweep.negatives, 0);
    if (w == 0) {
      first = sweep;
      continue;
    }
    assert_memory_equal(sweep.key, first.key, kept * sizeof *sweep.key);
    assert_memory_equal(sweep.weight, first.weight, kept * sizeof *sweep.weight);
    assert_true(sweep.positives == first.positives && sweep.squared == first.squared);
    sweep_release(&sweep);
  }
  sweep_release(&first);
  parallel_set_width(0);
  free(score);
  free(weight);
  free(actual);
}

static void complement_of_nothing_is_nothing(void **state)
{
  const double score[] = {(double)NAN};
  const int32_t actual[] = {1};
  struct sweep one, other;

  (void)state;
  assert_int_equal(sweep_init(&one, score, actual, 1, NULL, 1), 0);
  assert_int_equal(sweep_init_complement(&other, &one), 0);
  assert_string_equal(other.reason, "no samples");
  assert_int_equal(other.dropped, 1);
  sweep_release(&one);
  sweep_release(&other);
}

/* Weights of which ten make not quite 1, and some a million times larger. */
static void weighted_walks_end_at_the_totals(void **state)
{
  double score[3][40], weight[40];
  int32_t actual[40];
  struct sweep part[3];
  struct sweep_cursor at;
  double tp = 0;

  (void)state;
  for (size_t i = 0; i < 40; i++) {
    for (size_t k = 0; k < 3; k++) score[k][i] = (double)((i * 17 + k * 5) % 23);
    actual[i] = i % 3 == 0;
    weight[i] = i % 5 == 0 ? 1e5 / 3 : 0.1 * (double)(i % 7 + 1);
  }
  for (size_t k = 0; k < 3; k++) {
    assert_int_equal(sweep_init(&part[k], score[k], actual, 1, weight, 40), 0);
    for (sweep_start(&at, &part[k]); sweep_next(&at);) continue;
    assert_close(at.tp, part[k].positives, 0);
    assert_close(at.fp, part[k].negatives, 0);
  }
  assert_int_equal(sweep_start_merged(&at, part, 3), 0);
  while (sweep_next(&at)) tp = at.tp;
  assert_close(tp, at.positives, 0);
  assert_close(at.fp, at.negatives, 0);
  sweep_stop(&at);
  for (size_t k = 0; k < 3; k++) sweep_release(&part[k]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(thresholds_fall_and_ties_make_one_of_them),
      cmocka_unit_test(scores_of_either_sign_come_back_unchanged),
      cmocka_unit_test(samples_without_weight_make_no_threshold),
      cmocka_unit_test(scores_that_are_no_numbers_are_dropped_and_counted),
      cmocka_unit_test(sweep_says_why_it_has_no_curves),
      cmocka_unit_test(merged_walk_equals_one_sweep_of_everything),
      cmocka_unit_test(weighted_walks_end_at_the_totals),
      cmocka_unit_test(a_walk_by_blocks_makes_the_same_stops),
      cmocka_unit_test(complement_is_the_sweep_of_one_minus_the_scores),
      cmocka_unit_test(complement_of_nothing_is_nothing),
      cmocka_unit_test(stretches_of_rows_make_one_sweep),
  };

  return cmocka_run_group_tests_name("sweep", tests, NULL, NULL) != 0;
}
