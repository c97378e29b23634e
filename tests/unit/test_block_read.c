/* A block of one chunk and one sparse point, made by hand, and then with lies in it. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "crc32c.h"
#include "format.h"
#include "reader/block_read.h"

static const int64_t steps[] = {0, 1, 2}, times[] = {10, 20, 40};

struct fixture {
  struct epochlog__buffer bytes;
  size_t directory_at;
  struct block block;
};

static void end_section(struct epochlog__buffer *out, size_t field, size_t *start)
{
  epochlog__put_u32(out->data + field, (uint32_t)(out->size - *start));
  epochlog__add_padding(out);
  *start = out->size;
}

static int make_block(void **state)
{
  const int64_t rows[] = {0, 2}, id = 9, row = 1, bits = 77;
  const double values[] = {0.5, -1.5};
  struct fixture *fixture = calloc(1, sizeof *fixture);
  struct epochlog__buffer *out = &fixture->bytes;
  size_t start = FORMAT_BLOCK_HEADER_SIZE, data, middle;

  epochlog__buffer_init(out, 65536);
  epochlog__add_zeros(out, FORMAT_BLOCK_HEADER_SIZE);
  epochlog__put_u16(out->data, FORMAT_BLOCK_HEADER_SIZE);
  epochlog__put_u16(out->data + 2, FORMAT_ENTRY_SIZE);
  epochlog__put_u32(out->data + 24, 3);
  epochlog__put_u32(out->data + 28, 1);
  end_section(out, 32, &start);
  epochlog__column_put_i64(out, steps, 3);
  epochlog__column_put_i64(out, times, 3);
  end_section(out, 36, &start);
  fixture->directory_at = start;
  epochlog__add_zeros(out, FORMAT_ENTRY_SIZE);
  end_section(out, 40, &start);
  data = start;
  epochlog__column_put_i64(out, rows, 2);
  middle = out->size;
  epochlog__column_put_f64(out, values, 2);
  epochlog__put_u32(out->data + fixture->directory_at, 4);
  epochlog__put_u32(out->data + fixture->directory_at + 4, 2);
  epochlog__put_u32(out->data + fixture->directory_at + 12, (uint32_t)(middle - data));
  epochlog__put_u32(out->data + fixture->directory_at + 16, (uint32_t)(middle - data));
  epochlog__put_u32(out->data + fixture->directory_at + 20, (uint32_t)(out->size - middle));
  epochlog__put_u32(out->data + fixture->directory_at + 24,
                    epochlog__crc32c(0, out->data + data, out->size - data));
  end_section(out, 44, &start);
  epochlog__column_put_i64(out, &id, 1);
  epochlog__column_put_i64(out, &row, 1);
  epochlog__column_put_i64(out, &bits, 1);
  end_section(out, 48, &start);
  end_section(out, 52, &start);
  *state = fixture;
  return out->failed ? -1 : 0;
}

static int free_block(void **state)
{
  struct fixture *fixture = *state;

  block_release(&fixture->block);
  epochlog__buffer_release(&fixture->bytes);
  free(fixture);
  return 0;
}

static enum block_check open_block(struct fixture *fixture)
{
  return block_open(&fixture->block, fixture->bytes.data, fixture->bytes.size);
}

/* Reads the only chunk into arrays of two. */
static enum block_check read_chunk(struct fixture *fixture, int64_t *got_steps, int64_t *got_times,
                                   double *values)
{
  const struct chunk_target target = {got_steps, got_times, values};
  struct chunk chunk;

  assert_int_equal(open_block(fixture), BLOCK_OK);
  assert_int_equal(block_read_rows(&fixture->block, 1000), BLOCK_OK);
  assert_true(block_chunk(&fixture->block, 0, &chunk));
  return block_read_chunk(&fixture->block, &chunk, &target);
}

static void points_get_step_and_time_from_their_rows(void **state)
{
  struct fixture *fixture = *state;
  int64_t got_steps[2], got_times[2], *ids, *rows, *bits;
  double values[2];
  size_t count;

  assert_int_equal(read_chunk(fixture, got_steps, got_times, values), BLOCK_OK);
  assert_int_equal(got_steps[1], 2);
  assert_int_equal(got_times[1], 40);
  assert_close(values[1], -1.5, 0);
  assert_int_equal(block_read_sparse(&fixture->block, 10, &count, &ids, &rows, &bits), BLOCK_OK);
  assert_int_equal(count, 1);
  assert_int_equal(ids[0], 9);
  assert_int_equal(rows[0], 1);
  assert_int_equal(bits[0], 77);
  free(ids);
}

static void a_chunk_is_damaged_when_its_directory_entry_lies(void **state)
{
  static const struct {
    size_t field;
    uint32_t value;
  } lies[] = {
      {4, 0},          {4, 3},           {4, UINT32_MAX},
      {8, UINT32_MAX}, {12, UINT32_MAX}, {16, UINT32_MAX},
      {20, 0},         {24, 1},          {28, FORMAT_CHUNK_INTEGER},
  };
  struct fixture *fixture = *state;

  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    uint8_t *at = fixture->bytes.data + fixture->directory_at + lies[i].field;
    uint32_t truth = epochlog__get_u32(at);
    int64_t got_steps[4], got_times[4];
    double values[4];

    epochlog__put_u32(at, lies[i].value);
    /* A count that fits no array is refused by the column before it is filled. */
    if (lies[i].value != UINT32_MAX || lies[i].field != 4)
      assert_int_equal(read_chunk(fixture, got_steps, got_times, values), BLOCK_DAMAGED);
    epochlog__put_u32(at, truth);
  }
}

static void sections_must_fit_into_the_payload(void **state)
{
  struct fixture *fixture = *state;

  for (size_t field = 32; field <= 52; field += 4) {
    uint32_t truth = epochlog__get_u32(fixture->bytes.data + field);

    epochlog__put_u32(fixture->bytes.data + field, UINT32_MAX);
    assert_int_equal(open_block(fixture), BLOCK_DAMAGED);
    epochlog__put_u32(fixture->bytes.data + field, truth);
  }
  for (size_t size = 0; size < fixture->bytes.size; size++)
    block_open(&fixture->block, fixture->bytes.data, size); /* no crash */
  epochlog__put_u32(fixture->bytes.data + 28, 2);           /* more chunks than entries */
  assert_int_equal(open_block(fixture), BLOCK_DAMAGED);
}

static void more_rows_than_allowed_are_refused(void **state)
{
  struct fixture *fixture = *state;

  assert_int_equal(open_block(fixture), BLOCK_OK);
  assert_int_equal(block_read_rows(&fixture->block, 2), BLOCK_DAMAGED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(points_get_step_and_time_from_their_rows, make_block,
                                      free_block),
      cmocka_unit_test_setup_teardown(a_chunk_is_damaged_when_its_directory_entry_lies, make_block,
                                      free_block),
      cmocka_unit_test_setup_teardown(sections_must_fit_into_the_payload, make_block, free_block),
      cmocka_unit_test_setup_teardown(more_rows_than_allowed_are_refused, make_block, free_block),
  };

  return cmocka_run_group_tests_name("block_read", tests, NULL, NULL) != 0;
}
