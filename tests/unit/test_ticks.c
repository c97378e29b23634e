#include "chart/ticks.h"

#include <math.h>
#include <stdio.h>

#include "unit.h"

enum method { EXTENDED, LOOSE, HECKBERT };

struct tick_case {
  const char *why;
  enum method method;
  double low;
  double high;
  unsigned wanted;
  double expected[12];
  size_t count;
};

/* The first block agrees with the reference implementation of the 2010 paper. */
static struct tick_case round_case[] = {
    {"inside the data", EXTENDED, 8.1, 14.1, 4, {8, 10, 12, 14}, 4},
    {"enclosing the data", LOOSE, 8.1, 14.1, 4, {7.5, 10, 12.5, 15}, 4},
    {"nearly a hundred", EXTENDED, 0, 97, 5, {0, 25, 50, 75, 100}, 5},
    {"small numbers", EXTENDED, .0123, .0987, 5, {0, .025, .05, .075, .1}, 5},
    {"across zero", EXTENDED, -1.3, 2.7, 5, {-1, 0, 1, 2, 3}, 5},
    {"unit in five", EXTENDED, 0, 1, 5, {0, .25, .5, .75, 1}, 5},
    {"unit in six", EXTENDED, 0, 1, 6, {0, .2, .4, .6, .8, 1}, 6},
    {"a little above one", EXTENDED, 0, 1.18, 5, {0, .3, .6, .9, 1.2}, 5},
    {"forty epochs", EXTENDED, 0, 40, 5, {0, 10, 20, 30, 40}, 5},
    {"forty epochs, half a step in", EXTENDED, .5, 39.5, 6, {0, 10, 20, 30, 40}, 5},
    {"accuracies", EXTENDED, .82, .97, 5, {.82, .86, .90, .94, .98}, 5},
    {"small, across zero", EXTENDED, -3e-4, 2.1e-3, 5, {-.0005, 0, .0005, .001, .0015, .002}, 6},
    {"learning rates", EXTENDED, 1e-7, 9e-7, 5, {0, 2.5e-7, 5e-7, 7.5e-7, 1e-6}, 5},
    {"far from zero", EXTENDED, 2, 2.0001, 4, {2, 2.00005, 2.0001}, 3},
    {"a million", EXTENDED, 0, 1e6, 6, {0, 2e5, 4e5, 6e5, 8e5, 1e6}, 6},
    {"symmetric", EXTENDED, -100, 100, 7, {-100, -50, 0, 50, 100}, 5},
    {"enclosing a short range", LOOSE, 12, 12.9, 3, {12, 12.5, 13}, 3},
    {"one value", EXTENDED, 3, 3, 5, {3}, 1},
    {"Heckbert, a handful", HECKBERT, 8.1, 14.1, 4, {5, 10, 15}, 3},
    {"Heckbert, nearly a hundred", HECKBERT, 0, 97, 5, {0, 20, 40, 60, 80, 100}, 6},
    {"Heckbert, across zero", HECKBERT, -1.3, 2.7, 5, {-2, -1, 0, 1, 2, 3}, 6},
    {"Heckbert, small", HECKBERT, .0123, .0987, 5, {0, .02, .04, .06, .08, .1}, 6},
};

static void marks_are_where_the_papers_put_them(void **state)
{
  const struct tick_case *row = *state;
  struct ticks ticks;

  if (row->method == HECKBERT)
    ticks_heckbert(&ticks, row->low, row->high, row->wanted);
  else
    ticks_extended(&ticks, row->low, row->high, row->wanted, row->method == LOOSE);
  for (size_t i = 0; i < ticks.count; i++)
    if (i >= row->count || fabs(ticks.at[i] - row->expected[i]) > 1e-12 * fabs(row->high))
      print_error("mark %zu: got %.17g, want %.17g\n", i, ticks.at[i], row->expected[i]);
  assert_int_equal(ticks.count, row->count);
  for (size_t i = 0; i < ticks.count; i++)
    assert_true(fabs(ticks.at[i] - row->expected[i]) <= 1e-12 * fabs(row->high));
}

/* Joins the labels with blanks. */
static const char *labels_of(const struct ticks *ticks, char out[512])
{
  char label[TICKS_LABEL_SIZE];
  size_t used = 0;

  out[0] = '\0';
  for (size_t i = 0; i < ticks->count; i++) {
    ticks_label(ticks, i, label);
    used += (size_t)snprintf(out + used, 512 - used, "%s%s", i ? " | " : "", label);
    assert_true(used < 512);
  }
  return out;
}

static void labels_of_an_axis_share_their_decimals(void **state)
{
  struct ticks ticks;
  char out[512];

  (void)state;
  ticks_extended(&ticks, -.5, 1, 4, false);
  assert_string_equal(labels_of(&ticks, out), "−0.5 | 0.0 | 0.5 | 1.0");
  ticks_extended(&ticks, 0, .2, 9, false);
  assert_string_equal(labels_of(&ticks, out),
                      "0.000 | 0.025 | 0.050 | 0.075 | 0.100 | 0.125 | 0.150 | 0.175 | 0.200");
  ticks_extended(&ticks, 0, 40000, 5, false);
  assert_string_equal(labels_of(&ticks, out), "0 | 10 000 | 20 000 | 30 000 | 40 000");
}

/* What is too small or too large for plain digits is divided by a power of ten
 * that the axis name tells. */
static void far_values_are_divided_by_a_power_of_ten(void **state)
{
  struct ticks ticks;
  char out[512];

  (void)state;
  ticks_extended(&ticks, 0, 1e-6, 5, false);
  assert_int_equal(ticks.exponent, -6);
  assert_string_equal(labels_of(&ticks, out), "0.00 | 0.25 | 0.50 | 0.75 | 1.00");
  ticks_extended(&ticks, 0, 4e300, 5, false);
  assert_int_equal(ticks.exponent, 300);
  assert_string_equal(labels_of(&ticks, out), "0 | 1 | 2 | 3 | 4");
}

static void steps_are_whole_numbers(void **state)
{
  struct ticks ticks;
  char out[512];

  (void)state;
  ticks_integer(&ticks, 0, 3, 8);
  assert_string_equal(labels_of(&ticks, out), "0 | 1 | 2 | 3");
  ticks_integer(&ticks, 0.5, 1.5, 8);
  assert_string_equal(labels_of(&ticks, out), "1");
  ticks_integer(&ticks, 0, 100000, 6);
  assert_string_equal(labels_of(&ticks, out), "0 | 20k | 40k | 60k | 80k | 100k");
  for (unsigned wanted = 2; wanted < 12; wanted++) {
    for (double high = 1; high < 40; high++) {
      ticks_integer(&ticks, 0, high, wanted);
      assert_true(ticks.count > 0);
      for (size_t i = 0; i < ticks.count; i++) assert_true(floor(ticks.at[i]) == ticks.at[i]);
    }
  }
}

static void log_marks_are_powers_of_ten_where_they_are_many(void **state)
{
  struct ticks ticks;
  char out[512];

  (void)state;
  ticks_log(&ticks, 0.05, 3, 6);
  assert_string_equal(labels_of(&ticks, out), "0.05 | 0.1 | 0.2 | 0.5 | 1 | 2");
  ticks_log(&ticks, 1e-6, 1, 7);
  assert_string_equal(labels_of(&ticks, out), "10⁻⁶ | 10⁻⁵ | 10⁻⁴ | 10⁻³ | 10⁻² | 10⁻¹ | 10⁰");
  ticks_log(&ticks, 1e-300, 1e300, 6);
  assert_true(ticks.count >= 3 && ticks.count <= 7);
  ticks_log(&ticks, 3.1, 3.9, 5);
  assert_true(ticks.count >= 2);
}

static void clocks_tick_in_minutes_and_hours(void **state)
{
  struct ticks ticks;
  char out[512];

  (void)state;
  ticks_elapsed(&ticks, 0, 5400, 7);
  assert_string_equal(labels_of(&ticks, out),
                      "0:00 | 15:00 | 30:00 | 45:00 | 1:00:00 | 1:15:00 | 1:30:00");
  ticks_utc(&ticks, 1738360800, 1738378800, 6);
  assert_string_equal(labels_of(&ticks, out),
                      "2025-01-31 22:00 | 23:00 | 2025-02-01 00:00 | 01:00 | 02:00 | 03:00");
}

/* Whatever the ends, the search ends and what it gives is finite. */
static void hostile_ends_give_finite_marks(void **state)
{
  static const double end[] = {-1.7e308, -1e300, -1e16,     -1,   -1e-300,  -5e-324, 0,      5e-324,
                               1e-300,   1,      1 + 1e-15, 1e16, 1e16 + 2, 1e300,   1.7e308};
  struct ticks ticks;
  char label[TICKS_LABEL_SIZE];
  size_t count = sizeof end / sizeof *end, tried = 0;

  (void)state;
  for (size_t low = 0; low < count; low++) {
    for (size_t high = 0; high < count; high++) {
      for (int method = 0; method < 6; method++, tried++) {
        switch (method) {
          case 0: ticks_extended(&ticks, end[low], end[high], 6, false); break;
          case 1: ticks_extended(&ticks, end[low], end[high], 6, true); break;
          case 2: ticks_heckbert(&ticks, end[low], end[high], 6); break;
          case 3: ticks_integer(&ticks, end[low], end[high], 6); break;
          case 4: ticks_log(&ticks, end[low], end[high], 6); break;
          default: ticks_utc(&ticks, end[low], end[high], 6); break;
        }
        assert_true(ticks.count <= TICKS_MAX);
        for (size_t i = 0; i < ticks.count; i++) {
          assert_true(isfinite(ticks.at[i]));
          ticks_label(&ticks, i, label);
        }
      }
    }
  }
  assert_int_equal(tried, 15 * 15 * 6);
}

#define CASES (sizeof round_case / sizeof *round_case)

int main(void)
{
  struct CMUnitTest tests[CASES + 6] = {
      [CASES + 0] = cmocka_unit_test(labels_of_an_axis_share_their_decimals),
      [CASES + 1] = cmocka_unit_test(far_values_are_divided_by_a_power_of_ten),
      [CASES + 2] = cmocka_unit_test(steps_are_whole_numbers),
      [CASES + 3] = cmocka_unit_test(log_marks_are_powers_of_ten_where_they_are_many),
      [CASES + 4] = cmocka_unit_test(clocks_tick_in_minutes_and_hours),
      [CASES + 5] = cmocka_unit_test(hostile_ends_give_finite_marks),
  };

  for (size_t i = 0; i < CASES; i++)
    tests[i] = (struct CMUnitTest){.name = round_case[i].why,
                                   .test_func = marks_are_where_the_papers_put_them,
                                   .initial_state = &round_case[i]};
  return cmocka_run_group_tests_name("ticks", tests, NULL, NULL) != 0;
}
