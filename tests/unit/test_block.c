/* Statistics and the block encoder. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "fault.h"
#include "hot.h"

#define MANY 200

/* -------------------------------------------------------------- statistics */

static struct epochlog__stats stats_of(const double *values, size_t n)
{
  struct epochlog__stats stats;

  epochlog__stats_init(&stats);
  for (size_t i = 0; i < n; i++)
    epochlog__stats_add_float(&stats, (int64_t)i, 1000 - (int64_t)i, epochlog__bits_of(values[i]));
  return stats;
}

static void statistics_leave_what_is_not_finite_out_of_the_extremes(void **state)
{
  const double values[] = {(double)INFINITY, (double)NAN, 3, -1.5, (double)-INFINITY,
                           (double)NAN,      -1.5,        7, 7};
  const struct epochlog__stats stats = stats_of(values, 9);

  (void)state;
  assert_int_equal(stats.n, 9);
  assert_int_equal(stats.n_nan, 2);
  assert_int_equal(stats.n_posinf, 1);
  assert_int_equal(stats.n_neginf, 1);
  assert_int_equal(stats.first_nan, 1);
  assert_int_equal(stats.min_at, 3);
  assert_int_equal(stats.max_at, 7);
  assert_close(epochlog__of_bits(stats.min), -1.5, 0);
  assert_close(epochlog__of_bits(stats.max), 7, 0);
  assert_close(epochlog__of_bits(stats.first), (double)INFINITY, 0);
  assert_close(epochlog__of_bits(stats.last), 7, 0);
  assert_close(stats.sum, 14, 0);
  assert_close(stats.sum_squares, 111.5, 0);
  assert_int_equal(stats.step_last, 8);
  assert_int_equal(stats.time_min, 992);
  assert_int_equal(stats.time_max, 1000);
  assert_true(stats.exact_f32);
}

static void of_two_zeros_the_earlier_is_the_extreme(void **state)
{
  const double down[] = {0.0, -0.0};
  const double up[] = {-0.0, 0.0};

  (void)state;
  assert_true(stats_of(down, 2).min == epochlog__bits_of(0.0));
  assert_true(stats_of(up, 2).min == epochlog__bits_of(-0.0));
  assert_true(stats_of(up, 2).max == epochlog__bits_of(-0.0));
}

static void without_a_finite_value_the_extremes_are_nan(void **state)
{
  const double values[] = {(double)NAN, (double)INFINITY};
  const struct epochlog__stats stats = stats_of(values, 2);
  uint8_t entry[FORMAT_ENTRY_SIZE];

  (void)state;
  epochlog__entry_put(entry, 1, false, &stats, &(struct epochlog__place){0});
  assert_true(epochlog__get_u64(entry + 72) == FORMAT_NAN_BITS);
  assert_true(epochlog__get_u64(entry + 80) == FORMAT_NAN_BITS);
  assert_int_equal(epochlog__get_u32(entry + 44), 0);
  assert_int_equal(epochlog__get_u32(entry + 48), FORMAT_NO_INDEX);
  assert_int_equal(epochlog__get_u32(entry + 52), FORMAT_NO_INDEX);
}

static void statistics_of_two_parts_joined_are_those_of_the_whole(void **state)
{
  const double values[] = {1, (double)NAN, 0.1, -4, 9, 9, (double)-INFINITY, 2};

  (void)state;
  for (size_t cut = 0; cut <= 8; cut++) {
    struct epochlog__stats joined = stats_of(values, cut);
    struct epochlog__stats later;
    struct epochlog__stats whole = stats_of(values, 8);

    epochlog__stats_init(&later);
    for (size_t i = cut; i < 8; i++)
      epochlog__stats_add_float(&later, (int64_t)i, 1000 - (int64_t)i,
                                epochlog__bits_of(values[i]));
    epochlog__stats_join(&joined, &later, false);
    assert_close(joined.sum, whole.sum, 1e-12);
    assert_close(joined.sum_squares, whole.sum_squares, 1e-12);
    joined.sum = whole.sum;
    joined.sum_squares = whole.sum_squares;
    assert_memory_equal(&joined, &whole, offsetof(struct epochlog__stats, exact_f32));
    assert_int_equal(joined.exact_f32, whole.exact_f32);
  }
}

static void integers_compare_as_integers(void **state)
{
  struct epochlog__stats stats;

  (void)state;
  epochlog__stats_init(&stats);
  epochlog__stats_add_integer(&stats, 0, 0, (uint64_t)INT64_C(9007199254740993));
  epochlog__stats_add_integer(&stats, 0, 0, (uint64_t)INT64_C(9007199254740992));
  epochlog__stats_add_integer(&stats, 0, 0, (uint64_t)INT64_C(-1));
  assert_int_equal((int64_t)stats.min, -1);
  assert_true((int64_t)stats.max == INT64_C(9007199254740993));
  assert_int_equal(stats.max_at, 0);
}

/* What is said of a chunk at once, and what of its points one after the other. */
static void chunks_agree_with_their_points(const int64_t *values, const double *floats, size_t n,
                                           bool ascend)
{
  int64_t steps[2 * MANY], times[2 * MANY], at[MANY];
  const struct epochlog__rows rows = {steps, times, ascend};
  struct epochlog__stats one_by_one, at_once;

  for (size_t i = 0; i < 2 * MANY; i++) {
    steps[i] = ascend ? (int64_t)i / 3 - 5 : (int64_t)(i * 7919 % 101) - 50;
    times[i] = ascend ? (int64_t)i * 10 : (int64_t)(i * 104729 % 997);
  }
  epochlog__stats_init(&one_by_one);
  epochlog__stats_init(&at_once);
  for (size_t i = 0; i < n; i++) {
    at[i] = (int64_t)(2 * i + i % 2);
    if (floats != NULL)
      epochlog__stats_add_float(&one_by_one, steps[at[i]], times[at[i]],
                                epochlog__bits_of(floats[i]));
    else
      epochlog__stats_add_integer(&one_by_one, steps[at[i]], times[at[i]], (uint64_t)values[i]);
  }
  if (floats != NULL)
    epochlog__stats_of_floats(&at_once, floats, n);
  else
    epochlog__stats_of_integers(&at_once, values, n);
  epochlog__stats_of_rows(&at_once, &rows, at, n);
  assert_memory_equal(&at_once, &one_by_one, offsetof(struct epochlog__stats, exact_f32));
  assert_int_equal(at_once.exact_f32, one_by_one.exact_f32);
}

static void statistics_of_a_chunk_are_those_of_its_points(void **state)
{
  const double special[] = {
      (double)NAN, (double)INFINITY, (double)-INFINITY, 0.0, -0.0, 0.1, 0.5, 1e300, -3};
  int64_t values[MANY];
  double floats[MANY];

  (void)state;
  for (unsigned round = 0; round < 200; round++)
    for (size_t n = 1; n <= MANY; n += 1 + round) {
      for (size_t i = 0; i < n; i++) {
        const uint64_t chance = (round + 1) * (i + 1) * UINT64_C(0x9E3779B97F4A7C15) >> 40;

        floats[i] = round < 100 ? special[chance % 9] : (double)(float)chance;
        values[i] = chance % 5 == 0 ? INT64_MIN + (int64_t)chance : (int64_t)chance << 30;
      }
      chunks_agree_with_their_points(NULL, floats, n, round % 2 == 0);
      chunks_agree_with_their_points(values, NULL, n, round % 2 == 0);
    }
}

/* ------------------------------------------------------------------- block */

/* Live records as they stand in a segment. */
struct stretch {
  uint8_t records[4096];
  struct epochlog__hot hot;
};

static void begin_records(struct stretch *stretch)
{
  *stretch = (struct stretch){
      .hot = {.at = stretch->records, .end = stretch->records + sizeof stretch->records}};
}

static void put_scalar(struct stretch *stretch, uint32_t series, int64_t step, double value)
{
  assert_true(epochlog__has_room(&stretch->hot, EPOCHLOG__SCALAR_SIZE));
  epochlog__publish_scalar(&stretch->hot, series, 0, step, epochlog__bits_of(value));
}

static struct epochlog__block_input input_of(const struct stretch *stretch,
                                             const struct epochlog__series *const *series,
                                             uint32_t count)
{
  return (struct epochlog__block_input){.records = stretch->records,
                                        .size = (size_t)(stretch->hot.at - stretch->records),
                                        .take = stretch->hot.next_seq,
                                        .series = series,
                                        .series_count = count};
}

/* 64 points are a chunk, 63 are not. */
static void few_points_are_sparse_and_many_a_chunk(void **state)
{
  uint8_t body[4] = {0};
  const struct epochlog__series a = {.id = 1, .body = body, .body_size = 4};
  const struct epochlog__series b = {.id = 2, .body = body, .body_size = 4};
  const struct epochlog__series *const series[] = {&a, &b};
  struct epochlog__block_input input;
  struct epochlog__block block;
  struct stretch stretch;

  (void)state;
  begin_records(&stretch);
  for (int i = 0; i < 64; i++) put_scalar(&stretch, 2, i, i);
  for (int i = 0; i < 63; i++) put_scalar(&stretch, 1, i, i);
  input = input_of(&stretch, series, 2);
  assert_int_equal(epochlog__block_encode(&block, &input), EPOCHLOG__BLOCK_OK);
  assert_int_equal(block.chunk_count, 1);
  assert_int_equal(epochlog__get_u32(block.payload.data + block.directory_at), 2);
  assert_int_equal(epochlog__get_u32(block.payload.data + 24), 127);
  assert_true(epochlog__get_u32(block.payload.data + 48) > 0);
  assert_int_equal(block.series_count, 2);
  assert_int_equal(block.series[0].stats.n, 63);
  assert_int_equal(block.series[0].stats.chunk_count, 0);
  assert_int_equal(block.series[1].stats.chunk_count, 1);
  assert_int_equal(block.last_seq, 126);
  epochlog__block_release(&block);
}

static void a_part_of_a_segment_is_a_block_of_its_own(void **state)
{
  uint8_t body[4] = {0};
  const struct epochlog__series a = {.id = 1, .body = body, .body_size = 4};
  const struct epochlog__series *const series[] = {&a};
  struct epochlog__block_input input;
  struct epochlog__block block;
  struct stretch stretch;

  (void)state;
  begin_records(&stretch);
  for (int i = 0; i < 100; i++) put_scalar(&stretch, 1, i, i);
  input = input_of(&stretch, series, 1);
  input.skip = 40;
  input.take = 10;
  assert_int_equal(epochlog__block_encode(&block, &input), EPOCHLOG__BLOCK_OK);
  assert_int_equal(epochlog__get_u64(block.payload.data + 8), 40);
  assert_int_equal(block.last_seq, 49);
  assert_int_equal(block.series[0].stats.step_first, 40);
  assert_int_equal(block.series[0].stats.step_last, 49);
  epochlog__block_release(&block);
}

/* Each series' record is 1 MiB: seventeen do not fit a frame. */
static void a_block_past_the_limit_of_a_frame_asks_for_fewer_records(void **state)
{
  uint8_t *body = calloc(1, 1 << 20);
  struct epochlog__series all[17];
  const struct epochlog__series *series[17];
  struct epochlog__block_input input;
  struct epochlog__block block;
  struct stretch stretch;

  (void)state;
  begin_records(&stretch);
  for (uint32_t i = 0; i < 17; i++) {
    all[i] = (struct epochlog__series){.id = i + 1, .body = body, .body_size = 1 << 20};
    series[i] = &all[i];
    put_scalar(&stretch, i + 1, 0, 0);
  }
  input = input_of(&stretch, series, 17);
  assert_int_equal(epochlog__block_encode(&block, &input), EPOCHLOG__BLOCK_TOO_LARGE);
  epochlog__block_release(&block);
  input.take = 9;
  assert_int_equal(epochlog__block_encode(&block, &input), EPOCHLOG__BLOCK_OK);
  epochlog__block_release(&block);
  free(body);
}

/* Points of a chunk, sparse ones, a text: all that asks for memory. */
static void without_memory_there_is_a_whole_block_or_none(void **state)
{
  uint8_t body[4] = {0};
  const struct epochlog__series a = {.id = 1, .body = body, .body_size = 4};
  const struct epochlog__series b = {.id = 2, .body = body, .body_size = 4};
  const struct epochlog__series *const series[] = {&a, &b};
  struct epochlog__block_input input;
  struct epochlog__block block;
  struct stretch stretch;
  int refused = 0;

  (void)state;
  begin_records(&stretch);
  for (int i = 0; i < 70; i++) put_scalar(&stretch, 2, i % 50, i % 7 * 0.3);
  for (int i = 0; i < 20; i++) put_scalar(&stretch, 1, i * i, i);
  input = input_of(&stretch, series, 2);
  for (int nth = 1;; nth++) {
    enum epochlog__block_check check;

    fault_arm(FAULT_ALLOCATE, nth, FAULT_ONCE);
    check = epochlog__block_encode(&block, &input);
    /* Without memory for zlib planes are stored as they are. */
    if (check != EPOCHLOG__BLOCK_NO_MEMORY) {
      assert_int_equal(check, EPOCHLOG__BLOCK_OK);
      assert_int_equal(block.series_count, 2);
      assert_int_equal(block.last_seq, 89);
    }
    epochlog__block_release(&block);
    if (!fault_fired()) break;
    refused += check == EPOCHLOG__BLOCK_NO_MEMORY;
  }
  fault_disarm();
  assert_true(refused > 8);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(statistics_leave_what_is_not_finite_out_of_the_extremes),
      cmocka_unit_test(of_two_zeros_the_earlier_is_the_extreme),
      cmocka_unit_test(without_a_finite_value_the_extremes_are_nan),
      cmocka_unit_test(statistics_of_two_parts_joined_are_those_of_the_whole),
      cmocka_unit_test(integers_compare_as_integers),
      cmocka_unit_test(statistics_of_a_chunk_are_those_of_its_points),
      cmocka_unit_test(few_points_are_sparse_and_many_a_chunk),
      cmocka_unit_test(without_memory_there_is_a_whole_block_or_none),
      cmocka_unit_test(a_part_of_a_segment_is_a_block_of_its_own),
      cmocka_unit_test(a_block_past_the_limit_of_a_frame_asks_for_fewer_records),
  };

  return cmocka_run_group_tests_name("block", tests, NULL, NULL) != 0;
}
