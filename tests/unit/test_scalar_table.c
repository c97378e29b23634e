#include "stats/scalar_table.h"

#include "unit.h"

static void names_find_their_values(void **state)
{
  struct scalar_table table = {.count = 0};

  (void)state;
  scalar_table_add(&table, "accuracy", .5, NULL);
  scalar_table_add(&table, "kappa", (double)NAN, "no rows");
  assert_close(scalar_table_value(&table, "accuracy"), .5, 0);
  assert_true(scalar_table_find(&table, "accuracy")->is_defined);
  assert_string_equal(scalar_table_find(&table, "kappa")->reason, "no rows");
  assert_null(scalar_table_find(&table, "loss"));
  assert_close(scalar_table_value(&table, "loss"), (double)NAN, 0);
}

static void infinity_is_undefined_and_gets_a_reason(void **state)
{
  struct scalar_table table = {.count = 0};

  (void)state;
  scalar_table_add(&table, "loss", (double)INFINITY, NULL);
  assert_false(table.scalar[0].is_defined);
  assert_close(table.scalar[0].value, (double)NAN, 0);
  assert_string_equal(table.scalar[0].reason, "not a finite number");
}

static void full_table_stays_full(void **state)
{
  struct scalar_table table = {.count = 0};

  (void)state;
  for (int i = 0; i < SCALAR_TABLE_MAX + 1; i++) scalar_table_add(&table, "x", i, NULL);
  assert_int_equal(table.count, SCALAR_TABLE_MAX);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_find_their_values),
      cmocka_unit_test(infinity_is_undefined_and_gets_a_reason),
      cmocka_unit_test(full_table_stays_full),
  };

  return cmocka_run_group_tests_name("scalar_table", tests, NULL, NULL) != 0;
}
