#include "unit.h"

#include <string.h>

#include "frame.h"

static const uint8_t uuid[FORMAT_UUID_SIZE] = {1, 2,  3,  4,  5,  6,  7,  8,
                                               9, 10, 11, 12, 13, 14, 15, 16};

static void integers_are_little_endian_at_any_alignment(void **state)
{
  uint8_t bytes[16];

  (void)state;
  for (size_t at = 0; at < 8; at++) {
    epochlog__put_u64(bytes + at, UINT64_C(0x0102030405060708));
    assert_int_equal(bytes[at], 8);
    assert_int_equal(bytes[at + 7], 1);
    assert_true(epochlog__get_u64(bytes + at) == UINT64_C(0x0102030405060708));
    assert_int_equal(epochlog__get_u32(bytes + at), 0x05060708);
    assert_int_equal(epochlog__get_u16(bytes + at), 0x0708);
  }
}

static void a_cursor_that_ran_past_the_end_stays_failed(void **state)
{
  const uint8_t data[6] = {1, 0, 0, 0, 9, 9};
  struct epochlog__bytes in = epochlog__bytes_of(data, sizeof data);

  (void)state;
  assert_int_equal(epochlog__take_u32(&in), 1);
  assert_int_equal(epochlog__take_u32(&in), 0);
  assert_true(in.failed);
  assert_int_equal(epochlog__take_u8(&in), 0);
  assert_null(epochlog__take_bytes(&in, 0));
}

static void a_string_longer_than_its_container_is_empty_and_failed(void **state)
{
  const uint8_t data[8] = {5, 0, 0, 0, 'a', 'b', 'c', 'd'};
  struct epochlog__bytes in = epochlog__bytes_of(data, sizeof data);
  const struct epochlog__text text = epochlog__take_str(&in);

  (void)state;
  assert_true(in.failed);
  assert_int_equal(text.size, 0);
  assert_non_null(text.data);
}

static void a_part_ends_where_it_was_cut(void **state)
{
  const uint8_t data[4] = {1, 2, 3, 4};
  struct epochlog__bytes in = epochlog__bytes_of(data, sizeof data);
  struct epochlog__bytes part = epochlog__take_part(&in, 2);

  (void)state;
  assert_int_equal(epochlog__take_u16(&part), 0x0201);
  epochlog__take_u8(&part);
  assert_true(part.failed);
  assert_int_equal(epochlog__take_u16(&in), 0x0403);
  assert_false(in.failed);
  part = epochlog__take_part(&in, 1);
  assert_true(part.failed);
}

static void a_buffer_takes_its_limit_and_not_one_byte_more(void **state)
{
  struct epochlog__buffer buffer;

  (void)state;
  epochlog__buffer_init(&buffer, 100);
  epochlog__add_zeros(&buffer, 100);
  assert_false(buffer.failed);
  epochlog__add_u8(&buffer, 1);
  assert_true(buffer.failed);
  assert_int_equal(buffer.size, 100);
  epochlog__buffer_clear(&buffer);
  epochlog__add_u8(&buffer, 1);
  assert_false(buffer.failed);
  epochlog__buffer_release(&buffer);
}

static struct epochlog__frame a_frame(void)
{
  return (struct epochlog__frame){.offset = 4096,
                                  .number = 7,
                                  .type = FORMAT_FRAME_BLOCK,
                                  .flags = FORMAT_FRAME_DEFLATED,
                                  .header_len = FORMAT_FRAME_HEADER_SIZE,
                                  .stored_len = 1001,
                                  .raw_len = 5000,
                                  .payload_crc = 0xABCDEF01};
}

static void a_frame_header_is_read_as_it_was_written(void **state)
{
  const struct epochlog__frame frame = a_frame();
  struct epochlog__frame got;
  uint8_t bytes[FORMAT_FRAME_HEADER_SIZE];

  (void)state;
  epochlog__frame_put(bytes, &frame, uuid);
  assert_int_equal(epochlog__frame_get(&got, bytes, sizeof bytes, 4096, uuid),
                   EPOCHLOG__FRAME_VALID);
  assert_memory_equal(&got, &frame, sizeof got);
  assert_int_equal(epochlog__frame_total(&got), 1048);
}

static void any_flipped_bit_makes_a_frame_header_invalid(void **state)
{
  const struct epochlog__frame frame = a_frame();
  uint8_t bytes[1024] = {0};

  (void)state;
  epochlog__frame_put(bytes, &frame, uuid);
  for (size_t bit = 0; bit < 8 * FORMAT_FRAME_HEADER_SIZE; bit++) {
    struct epochlog__frame got;

    bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_int_equal(epochlog__frame_get(&got, bytes, sizeof bytes, 4096, uuid),
                     EPOCHLOG__FRAME_INVALID);
    bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
  }
}

static void a_frame_header_belongs_to_one_file_and_one_place(void **state)
{
  const struct epochlog__frame frame = a_frame();
  uint8_t other[FORMAT_UUID_SIZE] = {0};
  uint8_t bytes[FORMAT_FRAME_HEADER_SIZE];
  struct epochlog__frame got;

  (void)state;
  epochlog__frame_put(bytes, &frame, uuid);
  assert_int_equal(epochlog__frame_get(&got, bytes, sizeof bytes, 4104, uuid),
                   EPOCHLOG__FRAME_INVALID);
  assert_int_equal(epochlog__frame_get(&got, bytes, sizeof bytes, 4096, other),
                   EPOCHLOG__FRAME_INVALID);
}

static void a_cut_frame_header_asks_for_more(void **state)
{
  const struct epochlog__frame frame = a_frame();
  uint8_t bytes[FORMAT_FRAME_HEADER_SIZE];
  struct epochlog__frame got;

  (void)state;
  epochlog__frame_put(bytes, &frame, uuid);
  for (size_t size = 0; size < sizeof bytes; size++) {
    assert_int_equal(epochlog__frame_get(&got, bytes, size, 4096, uuid), EPOCHLOG__FRAME_SHORT);
    assert_int_equal(got.header_len, 40);
  }
}

static void lengths_past_the_limits_make_a_frame_header_invalid(void **state)
{
  uint8_t bytes[FORMAT_FRAME_HEADER_SIZE];
  struct epochlog__frame got;
  struct epochlog__frame frame = a_frame();

  (void)state;
  frame.stored_len = FORMAT_STORED_MAX;
  frame.raw_len = FORMAT_RAW_MAX;
  epochlog__frame_put(bytes, &frame, uuid);
  assert_int_equal(epochlog__frame_get(&got, bytes, sizeof bytes, 4096, uuid),
                   EPOCHLOG__FRAME_VALID);
  frame.stored_len++;
  epochlog__frame_put(bytes, &frame, uuid);
  assert_int_equal(epochlog__frame_get(&got, bytes, sizeof bytes, 4096, uuid),
                   EPOCHLOG__FRAME_INVALID);
  frame.stored_len--;
  frame.raw_len++;
  epochlog__frame_put(bytes, &frame, uuid);
  assert_int_equal(epochlog__frame_get(&got, bytes, sizeof bytes, 4096, uuid),
                   EPOCHLOG__FRAME_INVALID);
}

static void a_file_header_is_read_as_it_was_written(void **state)
{
  uint8_t bytes[FORMAT_FILE_HEADER_SIZE];
  struct epochlog__file_header header;

  (void)state;
  epochlog__file_header_put(bytes, uuid);
  assert_memory_equal(bytes,
                      "\x89"
                      "ELOG\r\n\n",
                      8);
  assert_int_equal(epochlog__file_header_get(&header, bytes, sizeof bytes), EPOCHLOG__HEADER_VALID);
  assert_int_equal(header.major, 1);
  assert_int_equal(header.header_len, 64);
  assert_memory_equal(header.uuid, uuid, sizeof uuid);
  bytes[30] ^= 1;
  assert_int_equal(epochlog__file_header_get(&header, bytes, sizeof bytes),
                   EPOCHLOG__HEADER_DAMAGED);
  assert_int_equal(epochlog__file_header_get(&header, bytes, 20), EPOCHLOG__HEADER_DAMAGED);
  bytes[0] ^= 1;
  assert_int_equal(epochlog__file_header_get(&header, bytes, sizeof bytes),
                   EPOCHLOG__HEADER_NOT_A_LOG);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(integers_are_little_endian_at_any_alignment),
      cmocka_unit_test(a_cursor_that_ran_past_the_end_stays_failed),
      cmocka_unit_test(a_string_longer_than_its_container_is_empty_and_failed),
      cmocka_unit_test(a_part_ends_where_it_was_cut),
      cmocka_unit_test(a_buffer_takes_its_limit_and_not_one_byte_more),
      cmocka_unit_test(a_frame_header_is_read_as_it_was_written),
      cmocka_unit_test(any_flipped_bit_makes_a_frame_header_invalid),
      cmocka_unit_test(a_frame_header_belongs_to_one_file_and_one_place),
      cmocka_unit_test(a_cut_frame_header_asks_for_more),
      cmocka_unit_test(lengths_past_the_limits_make_a_frame_header_invalid),
      cmocka_unit_test(a_file_header_is_read_as_it_was_written),
  };

  return cmocka_run_group_tests_name("frame", tests, NULL, NULL) != 0;
}
