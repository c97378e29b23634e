/* Scanning a main log that was made by hand here, frame by frame, and spoilt. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "frame.h"
#include "reader/recover.h"

static const uint8_t uuid[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/* A file header and three PAD frames with 5, 8 and 100 bytes of payload. */
struct fixture {
  struct epochlog__buffer bytes;
  uint64_t at[4]; /* of the frames; the last is the end */
  struct frame_list frames;
  struct range_list skipped;
  uint64_t missing;
};

static void add_frame(struct fixture *fixture, uint64_t number, size_t size)
{
  uint8_t payload[100];
  struct epochlog__frame frame = {.offset = fixture->bytes.size,
                                  .number = number,
                                  .type = FORMAT_FRAME_PAD,
                                  .header_len = FORMAT_FRAME_HEADER_SIZE,
                                  .stored_len = (uint32_t)size};

  memset(payload, 'x', sizeof payload);
  frame.payload_crc = epochlog__crc32c(0, payload, size);
  epochlog__frame_put(epochlog__add_space(&fixture->bytes, FORMAT_FRAME_HEADER_SIZE), &frame, uuid);
  epochlog__add_bytes(&fixture->bytes, payload, size);
  epochlog__add_padding(&fixture->bytes);
}

static int make_log(void **state)
{
  const size_t sizes[] = {5, 8, 100};
  struct fixture *fixture = calloc(1, sizeof *fixture);

  epochlog__buffer_init(&fixture->bytes, 4096);
  epochlog__file_header_put(epochlog__add_space(&fixture->bytes, FORMAT_FILE_HEADER_SIZE), uuid);
  for (size_t i = 0; i < 3; i++) {
    fixture->at[i] = fixture->bytes.size;
    add_frame(fixture, i, sizes[i]);
  }
  fixture->at[3] = fixture->bytes.size;
  *state = fixture;
  return 0;
}

static int free_log(void **state)
{
  struct fixture *fixture = *state;

  free(fixture->frames.items);
  free(fixture->skipped.items);
  epochlog__buffer_release(&fixture->bytes);
  free(fixture);
  return 0;
}

static void scan(struct fixture *fixture, uint64_t size)
{
  struct source source;

  source_init_memory(&source, fixture->bytes.data, (size_t)size);
  assert_int_equal(recover_scan(&fixture->frames, &fixture->skipped, &fixture->missing, &source,
                                FORMAT_FILE_HEADER_SIZE, uuid),
                   0);
}

/* One skipped range, and it with the frames is the whole file. */
static void assert_skipped(const struct fixture *fixture, uint64_t from, uint64_t to,
                           const char *why)
{
  assert_int_equal(fixture->skipped.count, 1);
  assert_int_equal(fixture->skipped.items[0].from, from);
  assert_int_equal(fixture->skipped.items[0].to, to);
  assert_string_equal(fixture->skipped.items[0].why, why);
}

static void all_frames_of_a_whole_log_are_found(void **state)
{
  struct fixture *fixture = *state;

  scan(fixture, fixture->at[3]);
  assert_int_equal(fixture->frames.count, 3);
  assert_int_equal(fixture->skipped.count, 0);
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(fixture->frames.items[i].offset, fixture->at[i]);
    assert_int_equal(fixture->frames.items[i].frame_no, i);
  }
}

static void a_cut_anywhere_in_the_last_frame_is_a_cut_tail(void **state)
{
  struct fixture *fixture = *state;

  for (uint64_t size = fixture->at[2] + 1; size < fixture->at[3]; size++) {
    fixture->frames.count = fixture->skipped.count = 0;
    scan(fixture, size);
    assert_int_equal(fixture->frames.count, 2);
    assert_skipped(fixture, fixture->at[2], size, "cut");
  }
}

static void a_spoilt_header_is_a_gap_up_to_the_next_frame(void **state)
{
  struct fixture *fixture = *state;

  fixture->bytes.data[fixture->at[1] + 8] ^= 1;
  scan(fixture, fixture->at[3]);
  assert_int_equal(fixture->frames.count, 2);
  assert_int_equal(fixture->missing, 1);
  assert_skipped(fixture, fixture->at[1], fixture->at[2], "gap");
}

static void a_spoilt_last_header_is_a_torn_tail(void **state)
{
  struct fixture *fixture = *state;

  fixture->bytes.data[fixture->at[2]] ^= 0x80;
  scan(fixture, fixture->at[3]);
  assert_int_equal(fixture->missing, 0);
  assert_skipped(fixture, fixture->at[2], fixture->at[3], "torn");
}

static void zeros_up_to_the_end_are_a_zeroed_tail(void **state)
{
  struct fixture *fixture = *state;

  memset(fixture->bytes.data + fixture->at[2], 0, (size_t)(fixture->at[3] - fixture->at[2]));
  scan(fixture, fixture->at[3]);
  assert_skipped(fixture, fixture->at[2], fixture->at[3], "zeros");
}

static void zeros_before_a_frame_are_a_gap(void **state)
{
  struct fixture *fixture = *state;

  memset(fixture->bytes.data + fixture->at[1], 0, (size_t)(fixture->at[2] - fixture->at[1]));
  scan(fixture, fixture->at[3]);
  assert_skipped(fixture, fixture->at[1], fixture->at[2], "gap");
}

/* The uuid in the checksum: frames of another writer are bytes like any other. */
static void frames_of_another_writer_are_not_found(void **state)
{
  struct fixture *fixture = *state;
  const uint8_t other[16] = {9};
  struct source source;

  source_init_memory(&source, fixture->bytes.data, fixture->bytes.size);
  assert_int_equal(recover_scan(&fixture->frames, &fixture->skipped, &fixture->missing, &source,
                                FORMAT_FILE_HEADER_SIZE, other),
                   0);
  assert_int_equal(fixture->frames.count, 0);
  assert_skipped(fixture, FORMAT_FILE_HEADER_SIZE, fixture->at[3], "torn");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(all_frames_of_a_whole_log_are_found, make_log, free_log),
      cmocka_unit_test_setup_teardown(a_cut_anywhere_in_the_last_frame_is_a_cut_tail, make_log,
                                      free_log),
      cmocka_unit_test_setup_teardown(a_spoilt_header_is_a_gap_up_to_the_next_frame, make_log,
                                      free_log),
      cmocka_unit_test_setup_teardown(a_spoilt_last_header_is_a_torn_tail, make_log, free_log),
      cmocka_unit_test_setup_teardown(zeros_up_to_the_end_are_a_zeroed_tail, make_log, free_log),
      cmocka_unit_test_setup_teardown(zeros_before_a_frame_are_a_gap, make_log, free_log),
      cmocka_unit_test_setup_teardown(frames_of_another_writer_are_not_found, make_log, free_log),
  };

  return cmocka_run_group_tests_name("recover", tests, NULL, NULL) != 0;
}
