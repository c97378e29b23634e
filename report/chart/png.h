/* Pictures to PNG and back.
 *
 * Encoding a chart costs more than drawing it, so the encoder is made for what
 * charts are: few colours and long runs of one colour.  Up to 256 colours go
 * into a palette as they are, more are mapped to the 256 most frequent, which
 * in a chart (edges of lines) cannot be seen.  Photographs ask for PICTURE_EXACT.
 *
 * Decoding is for files from elsewhere, the pictures a training run logged.
 * Nothing in them is trusted: the size is checked before memory is asked for,
 * and a damaged file ends in an error.
 *
 * Functions return NULL on success, else a static sentence without a full stop.
 *
 * Named `picture_`, because `png_` belongs to libpng.
 */
#ifndef EPOCHLOG_CHART_PNG_H
#define EPOCHLOG_CHART_PNG_H

#include <stddef.h>
#include <stdint.h>

/* The most pixels per side, and in all (256 MiB once decoded), that are read. */
#define PICTURE_MAX_SIDE 32767
#define PICTURE_MAX_PIXELS (64u * 1024u * 1024u)

/* Opaque pixels, row by row from the top, each 0x00RRGGBB; the top byte is
 * ignored.  `stride` counts pixels from one row to the next. */
struct picture {
  uint32_t width;
  uint32_t height;
  size_t stride;
  const uint32_t *pixels;
};

enum picture_colors {
  PICTURE_SMALL = 0, /* at most 256 colours, the rest to the nearest of them */
  PICTURE_EXACT      /* every pixel as it is: a palette if it fits, else RGB */
};

struct picture_options {
  enum picture_colors colors;
  double dots_per_inch;    /* 0 leaves it out; a chart at scale 2 has 144 */
  const char *description; /* UTF-8, kept as iTXt "Description"; NULL or "" leaves it out */
};

/* Encodes `picture` to memory; `options` NULL means all zero.  On success the
 * caller frees `*png`; on failure it is NULL. */
const char *picture_encode(const struct picture *picture, const struct picture_options *options,
                           uint8_t **png, size_t *size);

/* Reads width and height from the head of a PNG of `size` bytes, without
 * decoding; the first 33 bytes of a file suffice.  A side of 0 or above
 * PICTURE_MAX_SIDE, or more than PICTURE_MAX_PIXELS, is an error. */
const char *picture_measure(const uint8_t *png, size_t size, uint32_t *width, uint32_t *height);

/* Decodes a PNG, transparent parts over white.  On success the caller frees
 * `(void *)picture->pixels`; on failure the picture is all zero. */
const char *picture_decode(const uint8_t *png, size_t size, struct picture *picture);

#endif
