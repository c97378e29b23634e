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

struct rows_seen {
  size_t rows;
  unsigned char *seen;
};

static void mark_rows(void *context, size_t index, size_t begin, size_t end)
{
  const struct rows_seen *rows = context;

  assert_true(begin == index * PARALLEL_ROWS);
  assert_true(begin < end && end <= rows->rows);
  for (size_t i = begin; i < end; i++) rows->seen[i]++;
}

static void stretches_cover_every_row_once(void **state)
{
  static const size_t sizes[] = {
      0, 1, PARALLEL_ROWS - 1, PARALLEL_ROWS, PARALLEL_ROWS + 1, 5 * PARALLEL_ROWS + 7};

  (void)state;
  parallel_set_width(3);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    struct rows_seen rows = {sizes[s], calloc(sizes[s] + 1, 1)};

    assert_non_null(rows.seen);
    parallel_rows(sizes[s], mark_rows, &rows);
    for (size_t i = 0; i < sizes[s]; i++) assert_int_equal(rows.seen[i], 1);
    assert_int_equal(rows.seen[sizes[s]], 0);
    assert_int_equal(parallel_stretches(sizes[s]), (sizes[s] + PARALLEL_ROWS - 1) / PARALLEL_ROWS);
    free(rows.seen);
  }
  parallel_set_width(0);
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
      cmocka_unit_test(stretches_cover_every_row_once),
      cmocka_unit_test(the_machine_decides_unless_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
