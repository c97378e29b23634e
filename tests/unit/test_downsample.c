#include "stats/downsample.h"

#include "unit.h"

enum { N = 10000, COLUMNS = 50, ROOM = 6 * COLUMNS };

static double y[N], x[N];
static size_t kept[ROOM];

static void make_series(void)
{
  uint32_t random = 11;

  for (size_t i = 0; i < N; i++) {
    random = random * 1664525u + 1013904223u;
    y[i] = (double)random / 4294967296.0;
    x[i] = (double)i * (double)i;
  }
}

static int is_kept(size_t i, size_t count)
{
  for (size_t k = 0; k < count; k++)
    if (kept[k] == i) return 1;
  return 0;
}

static void every_column_keeps_its_extremes(void **state)
{
  size_t count;

  (void)state;
  make_series();
  count = downsample_m4(kept, x, y, N, COLUMNS);
  assert_in_range(count, COLUMNS, ROOM);
  for (size_t c = 0; c < COLUMNS; c++) {
    size_t low = N, high = N;

    for (size_t i = 0; i < N; i++) {
      size_t column = (size_t)(x[i] * ((double)COLUMNS / x[N - 1]));

      if (column >= COLUMNS) column = COLUMNS - 1;
      if (column != c) continue;
      if (low == N || y[i] < y[low]) low = i;
      if (high == N || y[i] > y[high]) high = i;
    }
    assert_true(is_kept(low, count));
    assert_true(is_kept(high, count));
  }
}

static void a_single_spike_survives(void **state)
{
  size_t count;

  (void)state;
  make_series();
  y[4321] = 1e9;
  y[7777] = -1e9;
  count = downsample_m4(kept, NULL, y, N, COLUMNS);
  assert_true(is_kept(4321, count));
  assert_true(is_kept(7777, count));
  assert_true(is_kept(0, count));
  assert_true(is_kept(N - 1, count));
}

static void indices_ascend_without_repetition(void **state)
{
  size_t count;

  (void)state;
  make_series();
  count = downsample_m4(kept, NULL, y, N, COLUMNS);
  for (size_t k = 1; k < count; k++) assert_true(kept[k - 1] < kept[k]);
  assert_true(count <= downsample_room(COLUMNS, N));
}

/* A line through the kept points is broken where the series is. */
static void gaps_stay_gaps(void **state)
{
  size_t count;
  int before = 0, inside = 0;

  (void)state;
  make_series();
  for (size_t i = 3050; i < 5130; i++) y[i] = (double)NAN;
  count = downsample_m4(kept, NULL, y, N, COLUMNS);
  for (size_t k = 0; k < count; k++) {
    if (kept[k] == 3049) before = 1;
    if (kept[k] >= 3050 && kept[k] < 5130) inside++;
    if (kept[k] >= 5130) break;
  }
  assert_int_equal(before, 1);
  assert_true(inside >= 2);
  assert_true(is_kept(5130, count));
}

static void short_series_are_kept_whole(void **state)
{
  (void)state;
  make_series();
  assert_int_equal(downsample_m4(kept, NULL, y, ROOM, COLUMNS), ROOM);
  assert_int_equal(kept[ROOM - 1], ROOM - 1);
  assert_int_equal(downsample_m4(kept, NULL, y, 0, COLUMNS), 0);
  assert_int_equal(downsample_m4(kept, NULL, y, 1, COLUMNS), 1);
}

static void equal_or_unsorted_x_never_outgrow_the_room(void **state)
{
  (void)state;
  make_series();
  for (size_t i = 0; i < N; i++) x[i] = 3;
  assert_in_range(downsample_m4(kept, x, y, N, COLUMNS), 2, 6);
  for (size_t i = 0; i < N; i++) x[i] = i % 2 ? (double)i : 0;
  assert_in_range(downsample_m4(kept, x, y, N, COLUMNS), 2, ROOM);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_column_keeps_its_extremes),
      cmocka_unit_test(a_single_spike_survives),
      cmocka_unit_test(indices_ascend_without_repetition),
      cmocka_unit_test(gaps_stay_gaps),
      cmocka_unit_test(short_series_are_kept_whole),
      cmocka_unit_test(equal_or_unsorted_x_never_outgrow_the_room),
  };

  return cmocka_run_group_tests_name("downsample", tests, NULL, NULL) != 0;
}
