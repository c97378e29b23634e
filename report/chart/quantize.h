/* The few colours of a picture.
 *
 * Pixels are read once and each distinct colour gets a number; all else works
 * with the colours.  Charts are mostly runs of one colour, so the look-up per
 * pixel is seldom reached.
 */
#ifndef EPOCHLOG_CHART_QUANTIZE_H
#define EPOCHLOG_CHART_QUANTIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chart/png.h"

#define QUANTIZE_MAX 256

struct quantized {
  uint32_t palette[QUANTIZE_MAX]; /* 0x00RRGGBB */
  size_t palette_count;
  bool exact;       /* every pixel has the colour it had */
  uint8_t *indices; /* width * height, row after row */
};

/* Gives every pixel a palette entry: its own colour where there are at most 256,
 * else the nearest of 256 chosen ones.  False without memory; `quantized` is then
 * all zero.  With `only_exact` nothing is chosen: when there are more colours,
 * the result has no palette and no indices, and is not exact. */
bool quantize(struct quantized *quantized, const struct picture *picture, bool only_exact);

void quantize_release(struct quantized *quantized);

#endif
