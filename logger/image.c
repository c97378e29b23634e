#include "image.h"

#include <string.h>

static uint32_t big(const uint8_t *p, size_t bytes)
{
  uint32_t value = 0;

  for (size_t i = 0; i < bytes; i++) value = value << 8 | p[i];
  return value;
}

static uint32_t little(const uint8_t *p, size_t bytes)
{
  uint32_t value = 0;

  for (size_t i = bytes; i-- > 0;) value = value << 8 | p[i];
  return value;
}

/* JPEG is a row of segments, FF type length; the one of a frame (SOF) has the size:
 *
 *     FF C0 length:2 precision:1 height:2 width:2 ...
 */
static void look_at_jpeg(struct epochlog__image *image, const uint8_t *p, size_t size)
{
  size_t at = 2;

  while (at + 9 <= size && p[at] == 0xFF) {
    const uint8_t type = p[at + 1];

    if (type == 0xFF) { /* filling */
      at++;
      continue;
    }
    if (type >= 0xC0 && type <= 0xCF && type != 0xC4 && type != 0xC8 && type != 0xCC) {
      image->height = big(p + at + 5, 2);
      image->width = big(p + at + 7, 2);
      return;
    }
    if (type == 0x01 || (type >= 0xD0 && type <= 0xD8)) /* without a length */
      at += 2;
    else
      at += 2 + big(p + at + 2, 2);
  }
}

/* WebP has one of three first chunks, each with the size in its own place. */
static void look_at_webp(struct epochlog__image *image, const uint8_t *p, size_t size)
{
  if (size < 30) return;
  if (memcmp(p + 12, "VP8X", 4) == 0) {
    image->width = little(p + 24, 3) + 1;
    image->height = little(p + 27, 3) + 1;
  } else if (memcmp(p + 12, "VP8L", 4) == 0) {
    const uint32_t bits = little(p + 21, 4);

    image->width = (bits & 0x3FFF) + 1;
    image->height = (bits >> 14 & 0x3FFF) + 1;
  } else if (memcmp(p + 12, "VP8 ", 4) == 0) {
    image->width = little(p + 26, 2) & 0x3FFF;
    image->height = little(p + 28, 2) & 0x3FFF;
  }
}

bool epochlog__image_look(struct epochlog__image *image, const void *data, size_t size)
{
  const uint8_t *p = data;

  *image = (struct epochlog__image){0};
  if (size >= 24 && memcmp(p, "\x89PNG\r\n\x1A\n", 8) == 0) {
    *image = (struct epochlog__image){.extension = ".png",
                                      .media_type = "image/png",
                                      .width = big(p + 16, 4),
                                      .height = big(p + 20, 4)};
  } else if (size >= 3 && memcmp(p, "\xFF\xD8\xFF", 3) == 0) {
    *image = (struct epochlog__image){.extension = ".jpg", .media_type = "image/jpeg"};
    look_at_jpeg(image, p, size);
  } else if (size >= 10 && (memcmp(p, "GIF87a", 6) == 0 || memcmp(p, "GIF89a", 6) == 0)) {
    *image = (struct epochlog__image){.extension = ".gif",
                                      .media_type = "image/gif",
                                      .width = little(p + 6, 2),
                                      .height = little(p + 8, 2)};
  } else if (size >= 16 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBP", 4) == 0) {
    *image = (struct epochlog__image){.extension = ".webp", .media_type = "image/webp"};
    look_at_webp(image, p, size);
  }
  return image->extension != NULL;
}
