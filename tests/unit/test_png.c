#include "unit.h"

#include "chart/png.h"

#include <stdlib.h>
#include <string.h>

static uint32_t noise(uint32_t *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

/* A picture of `colors` different colours, most of it the first; its rows are
 * longer than they are wide. */
static struct picture paint(uint32_t width, uint32_t height, uint32_t colors)
{
  struct picture picture = {width, height, width + 3, NULL};
  uint32_t *pixels = calloc(picture.stride * height, sizeof *pixels);
  uint32_t seed = 1, used = 0;

  assert_non_null(pixels);
  for (uint32_t y = 0; y < height; y++)
    for (uint32_t x = 0; x < width; x++) {
      uint32_t number = x < 4 && used < colors ? used++
                        : noise(&seed) % 3 > 0 ? 0
                                               : noise(&seed) % colors;

      /* The top byte is not ours to use. */
      pixels[y * picture.stride + x] = 0x5A000000u | ((0xFFFFFFu - number * 2017u) & 0xFFFFFFu);
    }
  picture.pixels = pixels;
  return picture;
}

static void release(struct picture *picture) { free((void *)(uintptr_t)picture->pixels); }

static uint32_t at(const struct picture *picture, uint32_t x, uint32_t y)
{
  return picture->pixels[y * picture->stride + x] & 0xFFFFFF;
}

/* Encodes and decodes; how many pixels differ, and the furthest channel. */
static size_t differing(const struct picture *picture, enum picture_colors colors, int *furthest)
{
  struct picture back;
  size_t size, count = 0;
  uint8_t *png;

  assert_null(picture_encode(picture, &(struct picture_options){.colors = colors}, &png, &size));
  assert_null(picture_decode(png, size, &back));
  assert_int_equal(back.width, picture->width);
  assert_int_equal(back.height, picture->height);
  *furthest = 0;
  for (uint32_t y = 0; y < back.height; y++)
    for (uint32_t x = 0; x < back.width; x++) {
      uint32_t was = at(picture, x, y), is = at(&back, x, y);

      count += was != is;
      for (int shift = 0; shift < 24; shift += 8) {
        int apart = abs((int)(was >> shift & 255) - (int)(is >> shift & 255));

        if (apart > *furthest) *furthest = apart;
      }
    }
  free(png);
  release(&back);
  return count;
}

static void up_to_256_colours_are_exact(void **state)
{
  const uint32_t counts[] = {1, 2, 255, 256};
  int furthest;

  (void)state;
  for (size_t i = 0; i < 4; i++) {
    struct picture picture = paint(90, 70, counts[i]);

    assert_int_equal(differing(&picture, PICTURE_SMALL, &furthest), 0);
    assert_int_equal(differing(&picture, PICTURE_EXACT, &furthest), 0);
    release(&picture);
  }
}

static void more_colours_come_close_and_the_commonest_stays(void **state)
{
  struct picture picture = paint(200, 200, 700);
  struct picture back;
  uint8_t *png;
  size_t size;
  int furthest;

  (void)state;
  assert_int_equal(differing(&picture, PICTURE_EXACT, &furthest), 0);
  assert_true(differing(&picture, PICTURE_SMALL, &furthest) > 0);
  assert_true(furthest <= 48);
  assert_null(picture_encode(&picture, NULL, &png, &size));
  assert_int_equal(png[25], 3); /* colour type: palette */
  assert_null(picture_decode(png, size, &back));
  for (uint32_t y = 0; y < 200; y++)
    for (uint32_t x = 0; x < 200; x++)
      if (at(&picture, x, y) == 0xFFFFFF) assert_int_equal(at(&back, x, y), 0xFFFFFF);
  free(png);
  release(&back);
  release(&picture);
}

/* More than the counter's table holds: the way over five bits per channel. */
static void a_photograph_is_encoded_too(void **state)
{
  struct picture picture = paint(260, 260, 60000);
  int furthest;

  (void)state;
  assert_int_equal(differing(&picture, PICTURE_EXACT, &furthest), 0);
  assert_true(differing(&picture, PICTURE_SMALL, &furthest) > 0);
  assert_true(furthest < 128);
  release(&picture);
}

static const uint8_t *chunk(const uint8_t *png, size_t size, const char *type)
{
  for (size_t i = 8; i + 8 < size; i++)
    if (memcmp(png + i, type, 4) == 0) return png + i + 4;
  return NULL;
}

static void resolution_and_description_are_kept(void **state)
{
  struct picture picture = paint(20, 10, 3);
  struct picture_options options = {.dots_per_inch = 144, .description = "Verlust \xFF é"};
  const uint8_t resolution[] = {0, 0, 0x16, 0x25, 0, 0, 0x16, 0x25, 1}; /* 5669 per metre */
  const char text[] = "Description\0\0\0\0\0Verlust \uFFFD é";
  uint8_t *png;
  size_t size;

  (void)state;
  assert_null(picture_encode(&picture, &options, &png, &size));
  assert_non_null(chunk(png, size, "pHYs"));
  assert_memory_equal(chunk(png, size, "pHYs"), resolution, sizeof resolution);
  assert_non_null(chunk(png, size, "iTXt"));
  assert_memory_equal(chunk(png, size, "iTXt"), text, sizeof text - 1);
  assert_null(chunk(png, size, "tIME"));
  free(png);
  release(&picture);
}

static void the_same_picture_gives_the_same_bytes(void **state)
{
  struct picture picture = paint(200, 100, 900);
  uint8_t *one, *other;
  size_t one_size, other_size;

  (void)state;
  assert_null(picture_encode(&picture, NULL, &one, &one_size));
  assert_null(picture_encode(&picture, NULL, &other, &other_size));
  assert_int_equal(one_size, other_size);
  assert_memory_equal(one, other, one_size);
  free(one);
  free(other);
  release(&picture);
}

static void sizes_beyond_the_limits_are_refused(void **state)
{
  const uint32_t sides[][2] = {{0, 1}, {1, 0}, {32768, 1}, {1, 32768}, {32767, 32767}};
  uint8_t head[33] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
  uint32_t pixel = 0, width, height;

  (void)state;
  for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
    struct picture picture = {sides[i][0], sides[i][1], 0, &pixel};
    uint8_t *png = head;
    size_t size = 1;

    assert_non_null(picture_encode(&picture, NULL, &png, &size));
    assert_null(png);
    for (int b = 0; b < 4; b++) {
      head[16 + b] = (uint8_t)(sides[i][0] >> (24 - 8 * b));
      head[20 + b] = (uint8_t)(sides[i][1] >> (24 - 8 * b));
    }
    assert_non_null(picture_measure(head, sizeof head, &width, &height));
    assert_non_null(picture_decode(head, sizeof head, &picture));
    assert_null(picture.pixels);
  }
}

/* Cut at any byte, and with any byte changed: an error or a picture, no more. */
static void damage_ends_in_an_error(void **state)
{
  struct picture picture = paint(24, 12, 40);
  struct picture back;
  uint32_t width, height, seed = 9;
  size_t size, refused = 0;
  uint8_t *png;

  (void)state;
  assert_null(picture_encode(&picture, NULL, &png, &size));
  assert_null(picture_measure(png, 33, &width, &height));
  assert_int_equal(width, 24);
  assert_int_equal(height, 12);
  for (size_t cut = 0; cut < size; cut++) {
    uint8_t *exact = malloc(cut + 1);

    assert_non_null(exact);
    memcpy(exact, png, cut);
    if (picture_decode(exact, cut, &back) == NULL)
      release(&back);
    else
      refused++;
    free(exact);
  }
  assert_true(refused > size / 2);
  for (size_t i = 0; i < size; i++) {
    uint8_t was = png[i];

    png[i] ^= (uint8_t)(1u << noise(&seed) % 8);
    if (picture_decode(png, size, &back) == NULL) release(&back);
    png[i] = was;
  }
  assert_null(picture_decode(png, size, &back));
  release(&back);
  free(png);
  release(&picture);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(up_to_256_colours_are_exact),
      cmocka_unit_test(more_colours_come_close_and_the_commonest_stays),
      cmocka_unit_test(a_photograph_is_encoded_too),
      cmocka_unit_test(resolution_and_description_are_kept),
      cmocka_unit_test(the_same_picture_gives_the_same_bytes),
      cmocka_unit_test(sizes_beyond_the_limits_are_refused),
      cmocka_unit_test(damage_ends_in_an_error),
  };

  return cmocka_run_group_tests_name("png", tests, NULL, NULL) != 0;
}
