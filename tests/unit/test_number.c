#include "chart/number.h"

#include <float.h>
#include <string.h>

#include "unit.h"

static void numbers_read_as_people_write_them(void **state)
{
  char out[NUMBER_SIZE];

  (void)state;
  assert_string_equal(number_fixed(out, -0.05, 3), "−0.050");
  assert_string_equal(number_fixed(out, -0.0001, 2), "0.00");
  assert_string_equal(number_fixed(out, 1234.5, 1), "1234.5");
  assert_string_equal(number_fixed(out, 12345.5, 1), "12\u2009345.5");
  assert_string_equal(number_fixed(out, (double)NAN, 3), "–");
  assert_string_equal(number_fixed(out, -(double)INFINITY, 3), "−∞");
  assert_string_equal(number_metric(out, 0.7314), "0.731");
  assert_string_equal(number_metric(out, 0.00032), "3.2 × 10⁻⁴");
  assert_string_equal(number_metric(out, 412), "412");
  assert_string_equal(number_count(out, 9999), "9999");
  assert_string_equal(number_count(out, 1234567), "1\u2009234\u2009567");
  assert_string_equal(number_si(out, 9500), "9500");
  assert_string_equal(number_si(out, 12500), "12.5k");
  assert_string_equal(number_si(out, 2.5e6), "2.5M");
  assert_string_equal(number_percent(out, 0.034), "3.4\u2009%");
  assert_string_equal(number_percent(out, 0.0996), "10\u2009%");
  assert_string_equal(number_percent(out, 0.38), "38\u2009%");
  assert_string_equal(number_short(out, 0.05, 6), "0.05");
  assert_string_equal(number_power(out, -12), "10⁻¹²");
  assert_string_equal(number_clock(out, 3725, 0), "1:02:05");
  assert_string_equal(number_duration(out, 38.2), "38.2 s");
  assert_string_equal(number_duration(out, 4320), "1 h 12 m");
}

static void any_number_fits_its_room(void **state)
{
  static const double values[] = {0,      -0.0, 1e-320, DBL_MIN, 1e-5,   0.1,
                                  999999, 1e15, 1e21,   1e300,   DBL_MAX};
  char out[NUMBER_SIZE];
  size_t tried = 0;

  (void)state;
  for (size_t i = 0; i < 2 * sizeof values / sizeof *values; i++) {
    double value = i % 2 ? -values[i / 2] : values[i / 2];

    for (int digits = -2; digits < 20; digits++, tried++) {
      assert_true(strlen(number_fixed(out, value, digits)) < NUMBER_SIZE);
      assert_true(strlen(number_short(out, value, digits)) < NUMBER_SIZE);
    }
    assert_true(strlen(number_metric(out, value)) > 0);
    assert_true(strlen(number_si(out, value)) > 0);
    assert_true(strlen(number_count(out, value)) > 0);
    assert_true(strlen(number_percent(out, value)) > 0);
    assert_true(strlen(number_clock(out, value, 1)) > 0);
    assert_true(strlen(number_duration(out, value)) > 0);
  }
  assert_int_equal(tried, 22 * 22);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_read_as_people_write_them),
      cmocka_unit_test(any_number_fits_its_room),
  };

  return cmocka_run_group_tests_name("number", tests, NULL, NULL) != 0;
}
