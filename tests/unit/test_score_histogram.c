#include "stats/score_histogram.h"

#include "unit.h"

static double total(const struct score_histogram *from, size_t group)
{
  double sum = 0;

  for (size_t i = 0; i < from->bins; i++) sum += from->count[group][i];
  return sum;
}

static void each_class_is_counted_in_its_group(void **state)
{
  const double score[] = {0, .04, .05, .5, .95, 1};
  const int32_t actual[] = {0, 1, 0, 1, 1, 1};
  struct score_histogram out;

  (void)state;
  score_histogram_by_class(&out, score, actual, 1, NULL, 6, true);
  assert_null(out.reason);
  assert_int_equal(out.bins, 20);
  assert_close(out.edge[0], 0, 0);
  assert_close(out.edge[20], 1, 0);
  assert_int_equal(out.rows[0], 4);
  assert_int_equal(out.rows[1], 2);
  assert_close(out.count[1][0], 1, 0);
  assert_close(out.count[0][0], 1, 0);
  assert_close(out.count[1][1], 1, 0);
  assert_close(out.count[0][10], 1, 0);
  assert_close(out.count[0][19], 2, 0);
}

/* A threshold on an edge has "score >= threshold" to its right, whatever the
 * rounding of the edge. */
static void a_score_on_an_edge_opens_its_bin(void **state)
{
  struct score_histogram out;
  int32_t actual = 1;

  (void)state;
  for (size_t k = 0; k < 20; k++) {
    const double edge = (double)k / 20, below = nextafter(edge, -1);

    score_histogram_by_class(&out, &edge, &actual, 1, NULL, 1, true);
    assert_close(out.count[0][k], 1, 0);
    if (k == 0) continue;
    score_histogram_by_class(&out, &below, &actual, 1, NULL, 1, true);
    assert_close(out.count[0][k - 1], 1, 0);
  }
}

static void other_scores_get_round_bins(void **state)
{
  double score[200];
  int32_t actual[200];
  struct score_histogram out;

  (void)state;
  for (size_t i = 0; i < 200; i++) {
    score[i] = -7.3 + (double)i * .083;
    actual[i] = (int32_t)(i % 2);
  }
  score_histogram_by_class(&out, score, actual, 1, NULL, 200, false);
  assert_null(out.reason);
  assert_true(out.bins >= 20 && out.bins <= 50);
  assert_close(out.edge[1] - out.edge[0], .5, 1e-12);
  assert_close(out.edge[0], -7.5, 1e-12);
  assert_true(out.edge[out.bins] >= score[199]);
  assert_close(total(&out, 0), 100, 0);
  assert_close(total(&out, 1), 100, 0);
}

static void any_range_makes_few_bins_or_says_why_not(void **state)
{
  const double ends[][2] = {{-1e308, 1e308},  {0, 0},           {5, 5},      {-3, -3},
                            {0, 5e-324},      {1e300, 1e301},   {1, 1.001},  {0, 1},
                            {-1, 1e-9},       {1e15, 1e15 + 1}, {-19, 20.7}, {0, 99.99},
                            {-1e300, 1.7e308}};
  const int32_t actual[] = {0, 1};

  (void)state;
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    struct score_histogram out;

    score_histogram_by_class(&out, ends[i], actual, 1, NULL, 2, false);
    if (out.reason) {
      assert_int_equal(out.bins, 0);
      continue;
    }
    assert_true(out.bins >= 1 && out.bins <= SCORE_HISTOGRAM_BINS_MAX);
    assert_close(total(&out, 0), 1, 0);
    assert_close(total(&out, 1), 1, 0);
    assert_true(out.edge[0] <= ends[i][0] && out.edge[out.bins] >= ends[i][1]);
    for (size_t k = 0; k < out.bins; k++) assert_true(out.edge[k] < out.edge[k + 1]);
  }
}

static void what_is_no_number_is_left_out(void **state)
{
  const double score[] = {(double)NAN, .5, (double)INFINITY, .7}, weight[] = {1, 2, 3, 4.5};
  const int32_t actual[] = {0, 0, 1, 1};
  struct score_histogram out;

  (void)state;
  score_histogram_by_class(&out, score, actual, 1, weight, 4, true);
  assert_int_equal(out.dropped, 2);
  assert_close(total(&out, 0), 4.5, 0);
  assert_close(total(&out, 1), 2, 0);
}

static void right_and_wrong_answers_have_the_score_of_their_label(void **state)
{
  const double a[] = {.7, .2, .1, .4}, b[] = {.2, .5, .1, .3}, c[] = {.1, .3, .8, .3};
  const double *const columns[] = {a, b, c};
  const int32_t actual[] = {0, 1, 0, 0};
  const struct predictions in = {
      .rows = 4, .classes = 3, .scores = columns, .actual = actual, .positive = -1};
  struct score_histogram out;

  (void)state;
  score_histogram_by_success(&out, &in, true);
  assert_int_equal(out.rows[0], 3);
  assert_int_equal(out.rows[1], 1);
  assert_close(out.count[0][14], 1, 0); /* .7 */
  assert_close(out.count[0][10], 1, 0); /* .5 */
  assert_close(out.count[0][8], 1, 0);  /* .4 */
  assert_close(out.count[1][16], 1, 0); /* .8 */
}

static void no_rows_have_a_reason(void **state)
{
  struct score_histogram out;

  (void)state;
  score_histogram_by_class(&out, NULL, NULL, 1, NULL, 0, true);
  assert_string_equal(out.reason, "no rows");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_class_is_counted_in_its_group),
      cmocka_unit_test(a_score_on_an_edge_opens_its_bin),
      cmocka_unit_test(other_scores_get_round_bins),
      cmocka_unit_test(any_range_makes_few_bins_or_says_why_not),
      cmocka_unit_test(what_is_no_number_is_left_out),
      cmocka_unit_test(right_and_wrong_answers_have_the_score_of_their_label),
      cmocka_unit_test(no_rows_have_a_reason),
  };

  return cmocka_run_group_tests_name("score_histogram", tests, NULL, NULL) != 0;
}
