#include "unit.h"

#include <string.h>

#include "format.h"
#include "frame.h"
#include "reader/records.h"

static struct epochlog__text text(const char *word)
{
  return (struct epochlog__text){word, (uint32_t)strlen(word)};
}

static void paths_that_leave_the_run_folder_are_refused(void **state)
{
  static const char *const outside[] = {"",   "/etc/passwd", "..",  "../x", "a/../b",       "a//b",
                                        "a/", "./a",         "a/.", "a/..", "files/../../x"};
  static const char *const inside[] = {"a", "files/model.bin", "a/b/c", "...", "a/..b", ".hidden"};

  (void)state;
  for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
    if (path_is_inside(text(outside[i]))) fail_msg("\"%s\" was taken as inside", outside[i]);
  for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
    if (!path_is_inside(text(inside[i]))) fail_msg("\"%s\" was refused", inside[i]);
  assert_false(path_is_inside((struct epochlog__text){"a\0b", 3}));
}

static void a_record_that_runs_past_its_container_ends_it(void **state)
{
  uint8_t bytes[24] = {0};
  struct epochlog__bytes in = epochlog__bytes_of(bytes, sizeof bytes);
  struct record record;

  (void)state;
  epochlog__put_u32(bytes, 9); /* only 8 bytes are left for a body */
  assert_false(record_next(&in, &record));
  assert_true(in.failed);
}

static void a_body_that_ends_early_is_damaged_and_a_longer_one_is_not(void **state)
{
  uint8_t body[32] = {0};
  struct record record = {.type = FORMAT_RECORD_STATUS, .body = body};
  struct status_body status;

  (void)state;
  body[0] = FORMAT_STATUS_FAILED; /* u8, i32, three empty texts: 17 bytes */
  for (record.size = 0; record.size < 17; record.size++) assert_false(status_get(&status, &record));
  for (; record.size <= sizeof body; record.size++) {
    assert_true(status_get(&status, &record));
    assert_int_equal(status.status, FORMAT_STATUS_FAILED);
  }
}

/* A batch claiming 4 Gi columns must be refused by what is left, not by memory. */
static void counts_are_checked_against_the_bytes_left(void **state)
{
  struct epochlog__buffer out;
  struct batch_body batch;
  struct record record = {.type = FORMAT_RECORD_BATCH};

  (void)state;
  epochlog__buffer_init(&out, 1024);
  epochlog__add_u8(&out, FORMAT_BATCH_LIST);
  epochlog__add_u8(&out, 0);
  epochlog__add_u16(&out, 0);
  epochlog__add_u16(&out, 0);
  epochlog__add_i64(&out, 0);
  epochlog__add_u32(&out, UINT32_MAX);
  epochlog__add_u32(&out, UINT32_MAX);
  record.body = out.data;
  record.size = (uint32_t)out.size;
  assert_false(batch_get(&batch, &record));
  epochlog__put_u32(out.data + out.size - 4, 0);
  assert_true(batch_get(&batch, &record));
  epochlog__buffer_release(&out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paths_that_leave_the_run_folder_are_refused),
      cmocka_unit_test(a_record_that_runs_past_its_container_ends_it),
      cmocka_unit_test(a_body_that_ends_early_is_damaged_and_a_longer_one_is_not),
      cmocka_unit_test(counts_are_checked_against_the_bytes_left),
  };

  return cmocka_run_group_tests_name("records", tests, NULL, NULL) != 0;
}
