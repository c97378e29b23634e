/* Live files made by hand: a header and two segments of 4096 bytes. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "format.h"
#include "frame.h"
#include "reader/live.h"

#define SEGMENT 4096

struct fixture {
  uint8_t bytes[FORMAT_LIVE_HEADER_SIZE + 2 * SEGMENT];
  struct live live;
};

static uint8_t *segment_of(struct fixture *fixture, size_t index)
{
  return fixture->bytes + FORMAT_LIVE_HEADER_SIZE + index * SEGMENT;
}

static void put_segment(struct fixture *fixture, size_t index, uint64_t generation,
                        uint64_t first_seq)
{
  uint8_t *at = segment_of(fixture, index);

  epochlog__put_u64(at, generation);
  epochlog__put_u64(at + 8, first_seq);
  epochlog__put_u64(at + 16, UINT64_C(5000999)); /* 5000.999 us */
  epochlog__put_u32(at + 32, epochlog__crc32c(0, at, 32));
}

/* Record `place` of a segment: a scalar of series 1, step as given. */
static void put_scalar(struct fixture *fixture, size_t index, size_t place, uint64_t generation,
                       int64_t step)
{
  uint8_t *at = segment_of(fixture, index) + FORMAT_SEGMENT_HEADER_SIZE + place * 32, lap[8];

  epochlog__put_u16(at + 4, 4);
  at[6] = FORMAT_LIVE_SCALAR;
  at[7] = (uint8_t)generation;
  epochlog__put_u32(at + 8, 1);
  epochlog__put_u32(at + 12, (uint32_t)-2);
  epochlog__put_u64(at + 16, (uint64_t)step);
  epochlog__put_u64(at + 24, epochlog__bits_of(0.5));
  epochlog__put_u64(lap, generation);
  epochlog__put_u32(at, epochlog__crc32c(epochlog__crc32c(0, lap, 8), at + 4, 28));
}

/* Segment 0 holds records 7 and 8, written after segment 1's 5 and 6. */
static int make_file(void **state)
{
  struct fixture *fixture = calloc(1, sizeof *fixture);
  uint8_t *at = fixture->bytes;

  memcpy(at, FORMAT_MAGIC_LIVE, 8);
  epochlog__put_u16(at + 8, 1);
  epochlog__put_u16(at + 10, FORMAT_LIVE_HEADER_SIZE);
  epochlog__put_u32(at + 12, 2);
  epochlog__put_u32(at + 16, SEGMENT);
  epochlog__put_u32(at + 48, epochlog__crc32c(0, at, 48));
  put_segment(fixture, 0, 300, 7);
  put_segment(fixture, 1, 299, 5);
  for (size_t i = 0; i < 2; i++) {
    put_scalar(fixture, 0, i, 300, (int64_t)i + 7);
    put_scalar(fixture, 1, i, 299, (int64_t)i + 5);
  }
  *state = fixture;
  return 0;
}

static int free_file(void **state)
{
  struct fixture *fixture = *state;

  live_release(&fixture->live);
  free(fixture);
  return 0;
}

static void read_file(struct fixture *fixture)
{
  struct source source;

  source_init_memory(&source, fixture->bytes, sizeof fixture->bytes);
  assert_int_equal(live_read(&fixture->live, &source), 0);
}

static void records_come_in_the_order_of_their_numbers(void **state)
{
  struct fixture *fixture = *state;
  struct live_points points;

  read_file(fixture);
  assert_int_equal(fixture->live.problem, LIVE_FINE);
  assert_int_equal(fixture->live.count, 4);
  for (size_t i = 0; i < 4; i++) {
    const struct live_item *item = &fixture->live.items[i];

    assert_int_equal(item->seq, 5 + i);
    assert_int_equal(item->time_us, 4998); /* the base rounded down, and -2 */
    assert_true(live_item_points(item, &points));
    assert_int_equal(points.step, 5 + i);
    assert_int_equal(points.count, 1);
  }
}

/* The low byte of 44 and 300 is the same: only the checksum tells the laps apart. */
static void a_record_of_an_earlier_lap_ends_the_segment(void **state)
{
  struct fixture *fixture = *state;

  put_scalar(fixture, 0, 1, 44, 99);
  read_file(fixture);
  assert_int_equal(fixture->live.count, 3);
}

static void a_flipped_bit_ends_the_segment_before_its_record(void **state)
{
  struct fixture *fixture = *state;

  for (size_t byte = 0; byte < 32; byte++) {
    uint8_t *at = segment_of(fixture, 1) + FORMAT_SEGMENT_HEADER_SIZE + byte;

    *at ^= 1;
    read_file(fixture);
    assert_int_equal(fixture->live.count, 2);
    live_release(&fixture->live);
    *at ^= 1;
  }
}

static void a_segment_with_a_damaged_header_has_no_records(void **state)
{
  struct fixture *fixture = *state;

  segment_of(fixture, 0)[9] ^= 1;
  read_file(fixture);
  assert_int_equal(fixture->live.count, 2);
}

static void a_damaged_header_or_another_file_is_no_live_file(void **state)
{
  struct fixture *fixture = *state;

  fixture->bytes[16] ^= 1;
  read_file(fixture);
  assert_int_equal(fixture->live.problem, LIVE_NOT_LIVE);
  assert_int_equal(fixture->live.count, 0);
}

/* A ROW that says it has more points than its bytes hold. */
static void a_row_is_checked_against_its_length(void **state)
{
  uint8_t row[48] = {0};
  const struct live_item item = {.bytes = row, .size = sizeof row, .type = FORMAT_LIVE_ROW};
  struct live_points points;

  (void)state;
  epochlog__put_u16(row + 20, 2); /* 24 + 8 + 16 bytes */
  assert_true(live_item_points(&item, &points));
  epochlog__put_u16(row + 20, 3);
  assert_false(live_item_points(&item, &points));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(records_come_in_the_order_of_their_numbers, make_file,
                                      free_file),
      cmocka_unit_test_setup_teardown(a_record_of_an_earlier_lap_ends_the_segment, make_file,
                                      free_file),
      cmocka_unit_test_setup_teardown(a_flipped_bit_ends_the_segment_before_its_record, make_file,
                                      free_file),
      cmocka_unit_test_setup_teardown(a_segment_with_a_damaged_header_has_no_records, make_file,
                                      free_file),
      cmocka_unit_test_setup_teardown(a_damaged_header_or_another_file_is_no_live_file, make_file,
                                      free_file),
      cmocka_unit_test(a_row_is_checked_against_its_length),
  };

  return cmocka_run_group_tests_name("live", tests, NULL, NULL) != 0;
}
