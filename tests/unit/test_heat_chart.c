#include "chart/heat_chart.h"

#include <math.h>

#include "chart_check.h"

enum { ROWS = 5, COLUMNS = 8, CELLS = ROWS * COLUMNS };

static const char *const rows[ROWS] = {"mean radius", "area", "texture", "age", "s5"};
static const char *const columns[COLUMNS] = {"overall", "0", "1", "2", "3", "4", "5", "6"};

static void record_map(struct canvas_record *record, const double *cells)
{
  const struct heat_chart chart = {.text = {.title = "Importance"},
                                   .rows = rows,
                                   .row_count = ROWS,
                                   .columns = columns,
                                   .column_count = COLUMNS,
                                   .cells = cells};
  double width, height;

  heat_chart_size(&chart, &width, &height);
  canvas_record_init(record, width, height);
  heat_chart_draw(&chart, &record->canvas);
  check_record(record, "heat map");
}

/* Numbers within cells; each must lie in the rectangle drawn just before. */
static size_t numbers_in_cells(const struct canvas_record *record)
{
  size_t count = 0;

  for (size_t i = 0; i < record->text_count; i++) {
    const struct record_text *text = &record->texts[i];

    if (strcmp(text->kind, "cell") != 0) continue;
    for (size_t k = 0; k < record->shape_count; k++) {
      const struct rect box = record->shapes[k].bounds;

      if (record->shapes[k].group != text->group) continue;
      assert_true(text->box.x >= box.x && text->box.x + text->box.width <= box.x + box.width);
      count++;
    }
  }
  return count;
}

static void every_cell_has_its_number_whatever_the_numbers(void **state)
{
  static const double factors[] = {1, 1e-5, 3e-300, 5e-324, 12, 99.97, 12345, 1e300};

  (void)state;
  for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
    struct canvas_record record;
    double cells[CELLS];

    /* From the factor down to a millionth of it, of both signs. */
    for (size_t i = 0; i < CELLS; i++)
      cells[i] = factors[f] * pow(10, -(double)(i % 7)) * (i % 3 ? 1 : -1);
    record_map(&record, cells);
    assert_int_equal(numbers_in_cells(&record), CELLS);
    canvas_record_release(&record);
  }
}

static void small_numbers_stand_in_a_power_of_ten(void **state)
{
  struct canvas_record record;
  double cells[CELLS];

  (void)state;
  for (size_t i = 0; i < CELLS; i++) cells[i] = 3.21e-5;
  cells[1] = -1.2e-7;
  cells[2] = 0;
  record_map(&record, cells);
  assert_non_null(canvas_record_find(&record, "× 10⁻⁵"));
  assert_non_null(canvas_record_find(&record, "3.21"));
  assert_non_null(canvas_record_find(&record, "−0.01"));
  assert_non_null(canvas_record_find(&record, "0"));
  canvas_record_release(&record);
}

static void numbers_around_one_need_no_power(void **state)
{
  struct canvas_record record;
  double cells[CELLS];

  (void)state;
  for (size_t i = 0; i < CELLS; i++) cells[i] = 0.25;
  cells[1] = 1e-7;
  record_map(&record, cells);
  assert_non_null(canvas_record_find(&record, "0.25"));
  assert_non_null(canvas_record_find(&record, "0.00"));
  for (size_t i = 0; i < record.text_count; i++) assert_null(strstr(record.texts[i].utf8, "×"));
  canvas_record_release(&record);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_cell_has_its_number_whatever_the_numbers),
      cmocka_unit_test(small_numbers_stand_in_a_power_of_ten),
      cmocka_unit_test(numbers_around_one_need_no_power),
  };

  return cmocka_run_group_tests_name("heat_chart", tests, NULL, NULL) != 0;
}
