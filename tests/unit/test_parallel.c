#include "parallel.h"

#include "unit.h"

#include <stdlib.h>

enum { PIECES = 1000 };

static void mark(void *context, size_t index) { ((int *)context)[index]++; }

static void every_piece_is_done_once(void **state)
{
  static const size_t widths[] = {1, 2, 3, 16};

  (void)state;
  for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
    int done[PIECES] = {0};

    parallel_set_width(widths[w]);
    assert_true(parallel_width() == widths[w]);
    parallel_for(PIECES, mark, done);
    for (size_t i = 0; i < PIECES; i++) assert_int_equal(done[i], 1);
  }
  parallel_set_width(0);
}

static void no_pieces_are_no_work(void **state)
{
  (void)state;
  parallel_for(0, mark, NULL);
}

static void one_piece_is_done_too(void **state)
{
  int done[2] = {0};

  (void)state;
  parallel_for(1, mark, done);
  assert_int_equal(done[0], 1);
  assert_int_equal(done[1], 0);
}

struct inner {
  int (*done)[PIECES];
};

static void mark_a_row(void *context, size_t index)
{
  const struct inner *inner = context;

  parallel_for(PIECES, mark, inner->done[index]);
}

static void a_piece_may_be_cut_into_pieces(void **state)
{
  struct inner inner = {calloc(8, sizeof *inner.done)};

  (void)state;
  assert_non_null(inner.done);
  parallel_set_width(4);
  parallel_for(8, mark_a_row, &inner);
  parallel_set_width(0);
  for (size_t row = 0; row < 8; row++)
    for (size_t i = 0; i < PIECES; i++) assert_int_equal(inner.done[row][i], 1);
  free(inner.done);
}

static void the_machine_decides_unless_told(void **state)
{
  (void)state;
  parallel_set_width(1000);
  assert_true(parallel_width() == 16);
  parallel_set_width(0);
  assert_in_range(parallel_width(), 1, 16);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_piece_is_done_once),
      cmocka_unit_test(no_pieces_are_no_work),
      cmocka_unit_test(one_piece_is_done_too),
      cmocka_unit_test(a_piece_may_be_cut_into_pieces),
      cmocka_unit_test(the_machine_decides_unless_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
