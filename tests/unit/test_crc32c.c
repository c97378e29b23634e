#include "unit.h"

#include <string.h>

#include "crc32c.h"
#include "crc32c_table.h"

/* The vectors of RFC 3720, B.4, and the usual check string. */
static void the_checksum_is_that_of_the_published_vectors(void **state)
{
  uint8_t bytes[32];

  (void)state;
  assert_int_equal(epochlog__crc32c(0, "123456789", 9), 0xE3069283);
  memset(bytes, 0, sizeof bytes);
  assert_int_equal(epochlog__crc32c(0, bytes, sizeof bytes), 0x8A9136AA);
  memset(bytes, 0xFF, sizeof bytes);
  assert_int_equal(epochlog__crc32c(0, bytes, sizeof bytes), 0x62A8AB43);
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)i;
  assert_int_equal(epochlog__crc32c(0, bytes, sizeof bytes), 0x46DD794E);
  assert_int_equal(epochlog__crc32c(0, NULL, 0), 0);
}

static void the_checksum_of_two_parts_is_that_of_the_whole(void **state)
{
  const char text[] = "a run that nobody watched";

  (void)state;
  for (size_t cut = 0; cut <= sizeof text; cut++)
    assert_int_equal(
        epochlog__crc32c(epochlog__crc32c(0, text, cut), text + cut, sizeof text - cut),
        epochlog__crc32c(0, text, sizeof text));
}

/* At every alignment and length: the instruction reads words, the table bytes. */
static void instruction_and_table_agree(void **state)
{
  uint8_t bytes[128];

  (void)state;
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 37 + 11);
  for (size_t start = 0; start < 16; start++)
    for (size_t size = 0; start + size <= sizeof bytes; size++)
      assert_int_equal(epochlog__crc32c(7, bytes + start, size),
                       epochlog__crc32c_table(7, bytes + start, size));
}

static void the_table_follows_from_the_polynomial(void **state)
{
  (void)state;
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;

    for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
    for (size_t k = 0; k < 8; k++) {
      assert_int_equal(epochlog__crc32c_tables[k][i], crc);
      crc = epochlog__crc32c_tables[0][crc & 255] ^ crc >> 8;
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_checksum_is_that_of_the_published_vectors),
      cmocka_unit_test(the_checksum_of_two_parts_is_that_of_the_whole),
      cmocka_unit_test(instruction_and_table_agree),
      cmocka_unit_test(the_table_follows_from_the_polynomial),
  };

  return cmocka_run_group_tests_name("crc32c", tests, NULL, NULL) != 0;
}
