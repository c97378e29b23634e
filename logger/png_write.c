#include "png_write.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "system.h"

#define PIECE 65536u
#define LEVEL 6
#define FILTERS 5 /* none, sub, up, average, paeth */

static void put_big(uint8_t *p, uint32_t value)
{
  p[0] = (uint8_t)(value >> 24);
  p[1] = (uint8_t)(value >> 16);
  p[2] = (uint8_t)(value >> 8);
  p[3] = (uint8_t)value;
}

/* A chunk: length, type, data, CRC-32 of type and data. */
static void add_chunk(struct epochlog__buffer *out, const char *type, const void *data, size_t size)
{
  uint8_t word[4];
  uint32_t crc;

  put_big(word, (uint32_t)size);
  epochlog__add_bytes(out, word, 4);
  epochlog__add_bytes(out, type, 4);
  epochlog__add_bytes(out, data, size);
  crc = (uint32_t)crc32(crc32(0, NULL, 0), (const Bytef *)type, 4);
  if (size != 0) crc = (uint32_t)crc32(crc, data, (uInt)size);
  put_big(word, crc);
  epochlog__add_bytes(out, word, 4);
}

/* Of left, above and above left, the one nearest to left + above - above left. */
static uint8_t paeth(uint8_t left, uint8_t above, uint8_t corner)
{
  const int from_left = abs((int)above - corner);
  const int from_above = abs((int)left - corner);
  const int from_corner = abs((int)left + above - 2 * corner);

  if (from_left <= from_above && from_left <= from_corner) return left;
  return from_above <= from_corner ? above : corner;
}

/* Filters a row into `out`; returns the sum of its bytes taken as signed, by which the
 * filters are compared. */
static uint64_t filter_row(uint8_t *out, const uint8_t *row, const uint8_t *above, size_t size,
                           size_t channels, int filter)
{
  uint64_t sum = 0;

  out[0] = (uint8_t)filter;
  for (size_t i = 0; i < size; i++) {
    const uint8_t left = i < channels ? 0 : row[i - channels];
    const uint8_t up = above == NULL ? 0 : above[i];
    const uint8_t corner = above == NULL || i < channels ? 0 : above[i - channels];
    uint8_t guess = 0;

    switch (filter) {
      case 1: guess = left; break;
      case 2: guess = up; break;
      case 3: guess = (uint8_t)((left + up) / 2); break;
      case 4: guess = paeth(left, up, corner); break;
      default: break;
    }
    out[i + 1] = (uint8_t)(row[i] - guess);
    sum += (uint64_t)(out[i + 1] < 128 ? out[i + 1] : 256 - out[i + 1]);
  }
  return sum;
}

/* Deflates what is given, adding IDAT chunks as `piece` fills. */
static bool deflate_some(z_stream *stream, struct epochlog__buffer *out, uint8_t *piece,
                         const uint8_t *data, size_t size, int flush)
{
  int result;

  stream->next_in = (Bytef *)(uintptr_t)data;
  stream->avail_in = (uInt)size;
  do {
    if (stream->avail_out == 0) {
      add_chunk(out, "IDAT", piece, PIECE);
      stream->next_out = piece;
      stream->avail_out = PIECE;
    }
    result = deflate(stream, flush);
    if (result == Z_STREAM_ERROR || out->failed) return false;
  } while (stream->avail_in != 0 || (flush == Z_FINISH && result != Z_STREAM_END));
  return true;
}

/* Each row under the filter whose bytes are smallest; `work` has room for two filtered
 * rows and a piece. */
static bool add_rows(z_stream *stream, struct epochlog__buffer *out,
                     const struct epochlog__pixels *pixels, uint8_t *work)
{
  const size_t size = (size_t)pixels->width * pixels->channels;
  uint8_t *piece = work + 2 * (size + 1);
  uint8_t *best = work;
  uint8_t *other = work + size + 1;

  stream->next_out = piece;
  stream->avail_out = PIECE;
  for (uint32_t y = 0; y < pixels->height; y++) {
    const uint8_t *row = pixels->data + y * pixels->row_bytes;
    const uint8_t *above = y == 0 ? NULL : row - pixels->row_bytes;
    uint64_t best_sum = filter_row(best, row, above, size, pixels->channels, 0);

    for (int filter = 1; filter < FILTERS; filter++) {
      const uint64_t sum = filter_row(other, row, above, size, pixels->channels, filter);

      if (sum < best_sum) {
        uint8_t *swap = best;

        best = other;
        other = swap;
        best_sum = sum;
      }
    }
    if (!deflate_some(stream, out, piece, best, size + 1, Z_NO_FLUSH)) return false;
  }
  if (!deflate_some(stream, out, piece, NULL, 0, Z_FINISH)) return false;
  add_chunk(out, "IDAT", piece, PIECE - stream->avail_out);
  return !out->failed;
}

bool epochlog__png_write(struct epochlog__buffer *out, const struct epochlog__pixels *pixels)
{
  static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  const size_t size = (size_t)pixels->width * pixels->channels;
  z_stream stream = {0};
  uint8_t header[13] = {0};
  uint8_t *work;
  bool is_whole;

  put_big(header, pixels->width);
  put_big(header + 4, pixels->height);
  header[8] = 8;                                                         /* bits */
  header[9] = pixels->channels == 1 ? 0 : pixels->channels == 3 ? 2 : 6; /* colour type */
  epochlog__add_bytes(out, signature, sizeof signature);
  add_chunk(out, "IHDR", header, sizeof header);
  work = epochlog__allocate(2 * (size + 1) + PIECE);
  if (work == NULL) return false;
  if (deflateInit(&stream, LEVEL) != Z_OK) {
    free(work);
    return false;
  }
  is_whole = add_rows(&stream, out, pixels, work);
  deflateEnd(&stream);
  free(work);
  add_chunk(out, "IEND", NULL, 0);
  return is_whole && !out->failed;
}
