#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "png_write.h"

static uint32_t big(const uint8_t *p)
{
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint8_t paeth(int left, int above, int corner)
{
  const int guess = left + above - corner;
  const int a = abs(guess - left);
  const int b = abs(guess - above);
  const int c = abs(guess - corner);

  return (uint8_t)(a <= b && a <= c ? left : b <= c ? above : corner);
}

/* Undoes the filters, as the PNG specification (12) has them. */
static void unfilter(uint8_t *rows, size_t height, size_t size, size_t channels)
{
  for (size_t y = 0; y < height; y++) {
    uint8_t *row = rows + y * (size + 1) + 1;
    const uint8_t *above = y == 0 ? NULL : row - size - 1;

    for (size_t i = 0; i < size; i++) {
      const int left = i < channels ? 0 : row[i - channels];
      const int up = above == NULL ? 0 : above[i];
      const int corner = above == NULL || i < channels ? 0 : above[i - channels];
      const int guess[] = {0, left, up, (left + up) / 2, paeth(left, up, corner)};

      assert_in_range(row[-1], 0, 4);
      row[i] = (uint8_t)(row[i] + guess[row[-1]]);
    }
  }
}

/* Checks every chunk and returns the pixels, freed by the caller. */
static uint8_t *decode(const struct epochlog__buffer *png, const struct epochlog__pixels *pixels)
{
  const size_t size = (size_t)pixels->width * pixels->channels;
  uLongf raw_size = (uLongf)((size + 1) * pixels->height);
  uint8_t *raw = malloc(raw_size);
  uint8_t *idat = malloc(png->size);
  size_t idat_size = 0;
  size_t at = 8;

  assert_memory_equal(png->data, "\x89PNG\r\n\x1A\n", 8);
  assert_int_equal(big(png->data + 16), pixels->width);
  assert_int_equal(big(png->data + 20), pixels->height);
  while (at < png->size) {
    const uint32_t length = big(png->data + at);
    const uint8_t *type = png->data + at + 4;

    assert_true(length <= png->size - at - 12);
    assert_int_equal(crc32(0, type, length + 4), big(type + 4 + length));
    if (memcmp(type, "IDAT", 4) == 0) {
      memcpy(idat + idat_size, type + 4, length);
      idat_size += length;
    }
    at += 12 + length;
    if (memcmp(type, "IEND", 4) == 0) break;
  }
  assert_int_equal(at, png->size);
  assert_int_equal(uncompress(raw, &raw_size, idat, (uLong)idat_size), Z_OK);
  assert_int_equal(raw_size, (size + 1) * pixels->height);
  free(idat);
  unfilter(raw, pixels->height, size, pixels->channels);
  return raw;
}

static void pixels_come_back_in_every_shape(void **state)
{
  const struct {
    uint32_t width;
    uint32_t height;
    uint32_t channels;
    size_t extra; /* bytes between rows */
    bool noise;
  } shapes[] = {{1, 1, 1, 0, true},     {2, 3, 3, 5, true},      {17, 9, 4, 0, false},
                {200, 300, 3, 1, true}, {640, 480, 1, 0, false}, {65535, 1, 1, 0, true},
                {1, 65535, 4, 0, false}};

  (void)state;
  for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
    struct epochlog__pixels pixels = {
        .width = shapes[k].width, .height = shapes[k].height, .channels = shapes[k].channels};
    const size_t size = (size_t)pixels.width * pixels.channels;
    struct epochlog__buffer png;
    uint8_t *data;
    uint8_t *got;
    uint32_t seed = 1;

    pixels.row_bytes = size + shapes[k].extra;
    data = malloc(pixels.row_bytes * pixels.height);
    for (size_t i = 0; i < pixels.row_bytes * pixels.height; i++) {
      seed = seed * 1664525 + 1013904223;
      data[i] = (uint8_t)(shapes[k].noise ? seed >> 24 : i / 3 + i / size);
    }
    pixels.data = data;
    epochlog__buffer_init(&png, SIZE_MAX / 2);
    assert_true(epochlog__png_write(&png, &pixels));
    got = decode(&png, &pixels);
    for (size_t y = 0; y < pixels.height; y++)
      assert_memory_equal(got + y * (size + 1) + 1, data + y * pixels.row_bytes, size);
    free(got);
    free(data);
    epochlog__buffer_release(&png);
  }
}

static void a_smooth_picture_shrinks(void **state)
{
  enum { SIDE = 256 };
  static uint8_t data[SIDE * SIDE * 3];
  struct epochlog__buffer png;

  (void)state;
  for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i / 3 % SIDE + i / 3 / SIDE);
  epochlog__buffer_init(&png, SIZE_MAX / 2);
  assert_true(epochlog__png_write(
      &png,
      &(struct epochlog__pixels){
          .data = data, .width = SIDE, .height = SIDE, .channels = 3, .row_bytes = SIDE * 3}));
  assert_true(png.size < sizeof data / 50);
  epochlog__buffer_release(&png);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pixels_come_back_in_every_shape),
      cmocka_unit_test(a_smooth_picture_shrinks),
  };

  return cmocka_run_group_tests_name("png_write", tests, NULL, NULL) != 0;
}
