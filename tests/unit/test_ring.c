/* The ring's segments, mapped and written. */
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ring.h"
#include "temp_folder.h"

static struct epochlog__hot hot;

static int folder_of(void **state) { return open(*state, O_RDONLY | O_DIRECTORY); }

static void open_ring_as(struct epochlog__ring *ring, void **state, const char *name,
                         bool is_mapped)
{
  const int folder = folder_of(state);

  hot = (struct epochlog__hot){.at = NULL};
  *ring = (struct epochlog__ring){
      .fd = -1, .uuid = {7}, .segment_size = FORMAT_SEGMENT_MIN, .segment_count = 2, .hot = &hot};
  assert_int_equal(epochlog__ring_open(ring, folder, name, is_mapped), 0);
  assert_true(epochlog__ring_activate(ring));
  close(folder);
}

static void open_ring(struct epochlog__ring *ring, void **state)
{
  open_ring_as(ring, state, "x.live", true);
}

static bool put_scalar(struct epochlog__ring *ring, uint32_t series, int64_t step, double value)
{
  int32_t dt_us;

  if (!epochlog__ring_time(ring, epochlog__clock_wall_us(), EPOCHLOG__SCALAR_SIZE, &dt_us))
    return false;
  epochlog__publish_scalar(ring->hot, series, dt_us, step, epochlog__bits_of(value));
  return true;
}

static void a_segment_takes_records_up_to_its_last_byte(void **state)
{
  struct epochlog__ring ring;
  size_t count = 0;

  open_ring(&ring, state);
  while (put_scalar(&ring, 1, 0, 0)) count++;
  assert_int_equal(count, (FORMAT_SEGMENT_MIN - FORMAT_SEGMENT_HEADER_SIZE) / 32);
  epochlog__ring_release(&ring);
}

static void a_segment_is_used_again_only_when_it_is_free(void **state)
{
  struct epochlog__ring ring;
  struct epochlog__segment *oldest;

  open_ring(&ring, state);
  epochlog__ring_retire(&ring); /* without a record it stays active */
  assert_non_null(ring.active);
  put_scalar(&ring, 1, 0, 0);
  epochlog__ring_retire(&ring);
  assert_true(epochlog__ring_activate(&ring));
  put_scalar(&ring, 1, 1, 0);
  epochlog__ring_retire(&ring);
  assert_false(epochlog__ring_activate(&ring));
  assert_false(put_scalar(&ring, 1, 2, 0));
  oldest = epochlog__ring_oldest_full(&ring);
  assert_int_equal(oldest->first_seq, 0);
  assert_int_equal(epochlog__ring_first_seq(&ring), 0);
  epochlog__ring_free(&ring, oldest);
  assert_int_equal(epochlog__ring_oldest_full(&ring)->first_seq, 1);
  assert_int_equal(epochlog__ring_first_seq(&ring), 1);
  assert_true(epochlog__ring_activate(&ring));
  assert_ptr_equal(ring.active, oldest);
  assert_int_equal(ring.active->generation, 3);
  assert_int_equal(ring.active->first_seq, 2);
  epochlog__ring_release(&ring);
}

static void a_time_far_from_the_base_gets_a_new_base(void **state)
{
  struct epochlog__ring ring;
  const int64_t later_us = epochlog__clock_wall_us() + INT64_C(4000000000);
  int32_t dt_us;

  open_ring(&ring, state);
  assert_true(epochlog__ring_time(&ring, later_us, EPOCHLOG__SCALAR_SIZE, &dt_us));
  assert_int_equal(dt_us, 0);
  assert_int_equal(hot.next_seq, 1); /* a TIME record */
  assert_true(epochlog__ring_time(&ring, later_us - 5, EPOCHLOG__SCALAR_SIZE, &dt_us));
  assert_int_equal(dt_us, -5);
  assert_int_equal(hot.next_seq, 1);
  epochlog__ring_release(&ring);
}

/* The bytes of the file behind its header. */
static void read_file(const struct epochlog__ring *ring, uint8_t *bytes, size_t size)
{
  assert_int_equal(pread(ring->fd, bytes, size, FORMAT_LIVE_HEADER_SIZE), size);
}

static void a_mapped_record_is_in_the_file_at_once(void **state)
{
  struct epochlog__ring ring;
  uint8_t bytes[FORMAT_SEGMENT_MIN];

  open_ring(&ring, state);
  put_scalar(&ring, 1, 5, 0.5);
  read_file(&ring, bytes, sizeof bytes);
  assert_memory_equal(bytes, ring.image, sizeof bytes);
  assert_int_equal(epochlog__get_i64(bytes + FORMAT_SEGMENT_HEADER_SIZE + 16), 5);
  epochlog__ring_release(&ring);
}

static void a_written_record_is_in_the_file_when_the_ring_is_clean(void **state)
{
  struct epochlog__ring ring;
  struct epochlog__dirty dirty;
  uint8_t bytes[FORMAT_SEGMENT_MIN];

  open_ring_as(&ring, state, "x.live", false);
  assert_false(epochlog__ring_dirty(&ring, &dirty));
  put_scalar(&ring, 1, 5, 0.5);
  assert_true(epochlog__ring_dirty(&ring, &dirty));
  assert_int_equal(epochlog__ring_write(&ring, &dirty), 0);
  epochlog__ring_clean(&ring, &dirty);
  assert_false(epochlog__ring_dirty(&ring, &dirty));
  read_file(&ring, bytes, sizeof bytes);
  assert_memory_equal(bytes, ring.image, dirty.to);
  epochlog__ring_release(&ring);
}

static void a_ring_taken_over_goes_on_where_the_other_stopped(void **state)
{
  struct epochlog__ring old;
  struct epochlog__ring new;
  const int folder = folder_of(state);

  open_ring(&old, state);
  put_scalar(&old, 1, 1, 0);
  epochlog__ring_retire(&old);
  assert_true(epochlog__ring_activate(&old));
  put_scalar(&old, 1, 2, 0);
  new = (struct epochlog__ring){
      .fd = -1, .uuid = {8}, .segment_size = FORMAT_SEGMENT_MIN, .segment_count = 2, .hot = &hot};
  assert_int_equal(epochlog__ring_open(&new, folder, "y.live", true), 0);
  close(folder);
  epochlog__ring_take_over(&new, &old);
  assert_memory_equal(new.segments[0].image, old.segments[0].image, old.segments[0].used);
  assert_memory_equal(new.segments[1].image, old.segments[1].image, old.segments[1].used);
  epochlog__ring_release(&old);
  put_scalar(&new, 1, 3, 0);
  assert_int_equal(hot.next_seq, 3);
  assert_int_equal(epochlog__ring_oldest_full(&new)->first_seq, 0);
  assert_int_equal(new.active->first_seq, 1);
  epochlog__ring_release(&new);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_segment_takes_records_up_to_its_last_byte),
      IN_FOLDER(a_segment_is_used_again_only_when_it_is_free),
      IN_FOLDER(a_time_far_from_the_base_gets_a_new_base),
      IN_FOLDER(a_mapped_record_is_in_the_file_at_once),
      IN_FOLDER(a_written_record_is_in_the_file_when_the_ring_is_clean),
      IN_FOLDER(a_ring_taken_over_goes_on_where_the_other_stopped),
  };

  return cmocka_run_group_tests_name("ring", tests, NULL, NULL) != 0;
}
