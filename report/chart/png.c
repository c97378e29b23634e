#include "chart/png.h"

#include <png.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "chart/quantize.h"
#include "chart/text.h"

/* Measured with zlib 1.2.13 on the 65 charts of five reports (digits, breast
 * cancer, diabetes, ten thousand scores, labels in ten scripts), 1.15 million
 * pixels each, as palette, mean time and size of a chart, without filter:
 *
 *   level 1 3.6 ms 36.9 kB    level 4 6.7 ms 29.5 kB    runs only 3.6 ms 38.1 kB
 *   level 2 3.7 ms 35.9 kB    level 6 8.4 ms 28.0 kB
 *   level 3 3.8 ms 34.6 kB    level 9  46 ms 25.0 kB
 *
 * Every filter is worse at every level (level 3: sub 4.5 ms 39.4 kB, up 4.5 ms
 * 38.1 kB), since neighbouring numbers of a palette say nothing of colour, and so
 * are zlib's strategy for filtered rows and its highest memory level (4.8 ms). */
#define LEVEL 3

/* A description is a sentence or two. */
#define MAX_DESCRIPTION 16384

/* A chunk of a foreign file that wants more memory than this is skipped. */
#define MAX_CHUNK_SIZE (1u << 20)

static const char no_memory[] = "out of memory";

/* ---- writing --------------------------------------------------------------- */

/* All that must outlive a jump out of libpng stands here and not in a local
 * variable. */
struct writer {
  const struct picture *picture;
  const struct picture_options *options;
  struct quantized colors; /* without a palette: RGB */
  char *description;
  png_byte *row;
  uint8_t *data;
  size_t size;
  size_t capacity;
  const char *problem;
  png_structp png;
  png_infop info;
};

/* libpng's own words are not kept: they may stand in memory it frees. */
static void on_error(png_structp png, png_const_charp words)
{
  (void)words;
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp words)
{
  (void)png;
  (void)words;
}

static void on_write(png_structp png, png_bytep bytes, size_t count)
{
  struct writer *writer = png_get_io_ptr(png);
  size_t capacity = writer->capacity > 0 ? writer->capacity : 32768;
  uint8_t *data;

  if (count > writer->capacity - writer->size) {
    while (capacity - writer->size < count) capacity *= 2;
    data = realloc(writer->data, capacity);
    if (data == NULL) {
      writer->problem = no_memory;
      png_error(png, "out of memory");
    }
    writer->data = data;
    writer->capacity = capacity;
  }
  memcpy(writer->data + writer->size, bytes, count);
  writer->size += count;
}

static void on_flush(png_structp png) { (void)png; }

static void write_palette(struct writer *writer)
{
  const struct quantized *colors = &writer->colors;
  png_color entries[QUANTIZE_MAX];

  for (size_t i = 0; i < colors->palette_count; i++)
    entries[i] = (png_color){(png_byte)(colors->palette[i] >> 16),
                             (png_byte)(colors->palette[i] >> 8), (png_byte)colors->palette[i]};
  png_set_PLTE(writer->png, writer->info, entries, (int)colors->palette_count);
}

static void write_head(struct writer *writer)
{
  const struct picture *picture = writer->picture;
  png_text text = {.compression = PNG_ITXT_COMPRESSION_NONE};
  char key[] = "Description";
  char none[] = "";

  png_set_IHDR(writer->png, writer->info, picture->width, picture->height, 8,
               writer->colors.palette_count > 0 ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (writer->colors.palette_count > 0) write_palette(writer);
  if (writer->options->dots_per_inch > 0 && writer->options->dots_per_inch < 1e6) {
    png_uint_32 per_metre = (png_uint_32)(writer->options->dots_per_inch / 0.0254 + 0.5);

    png_set_pHYs(writer->png, writer->info, per_metre, per_metre, PNG_RESOLUTION_METER);
  }
  if (writer->description != NULL) {
    text.key = key;
    text.text = writer->description;
    text.lang = none;
    text.lang_key = none;
    png_set_text(writer->png, writer->info, &text, 1);
  }
  png_write_info(writer->png, writer->info);
}

static void write_rows(struct writer *writer)
{
  const struct picture *picture = writer->picture;

  for (uint32_t y = 0; y < picture->height; y++) {
    const uint32_t *pixels = picture->pixels + y * picture->stride;
    png_byte *out = writer->row;

    if (writer->colors.palette_count > 0) {
      png_write_row(writer->png, writer->colors.indices + (size_t)y * picture->width);
      continue;
    }
    for (uint32_t x = 0; x < picture->width; x++) {
      *out++ = (png_byte)(pixels[x] >> 16);
      *out++ = (png_byte)(pixels[x] >> 8);
      *out++ = (png_byte)pixels[x];
    }
    png_write_row(writer->png, writer->row);
  }
}

/* The part that libpng may leave by a jump. */
static const char *write_png(struct writer *writer)
{
  writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  if (writer->png == NULL) return no_memory;
  writer->info = png_create_info_struct(writer->png);
  if (writer->info == NULL) return no_memory;
  if (setjmp(png_jmpbuf(writer->png)))
    return writer->problem != NULL ? writer->problem : "the PNG could not be written";
  png_set_write_fn(writer->png, writer, on_write, on_flush);
  png_set_filter(writer->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_compression_level(writer->png, LEVEL);
  write_head(writer);
  write_rows(writer);
  png_write_end(writer->png, writer->info);
  return NULL;
}

static const char *prepare(struct writer *writer)
{
  const char *description = writer->options->description;

  if (!quantize(&writer->colors, writer->picture, writer->options->colors == PICTURE_EXACT))
    return no_memory;
  if (description != NULL && description[0] != '\0') {
    writer->description = text_clean_copy(description, MAX_DESCRIPTION);
    if (writer->description == NULL) return no_memory;
  }
  writer->row = malloc((size_t)writer->picture->width * 3);
  return writer->row != NULL ? NULL : no_memory;
}

static const char *check_size(uint32_t width, uint32_t height)
{
  if (width == 0 || height == 0) return "the picture has no pixels";
  if (width > PICTURE_MAX_SIDE || height > PICTURE_MAX_SIDE ||
      (uint64_t)width * height > PICTURE_MAX_PIXELS)
    return "the picture is too large";
  return NULL;
}

const char *picture_encode(const struct picture *picture, const struct picture_options *options,
                           uint8_t **png, size_t *size)
{
  static const struct picture_options defaults = {.colors = PICTURE_SMALL};
  struct writer writer = {.picture = picture, .options = options != NULL ? options : &defaults};
  const char *problem = check_size(picture->width, picture->height);

  *png = NULL;
  *size = 0;
  if (problem != NULL) return problem;
  problem = prepare(&writer);
  if (problem == NULL) problem = write_png(&writer);
  png_destroy_write_struct(&writer.png, &writer.info);
  quantize_release(&writer.colors);
  free(writer.description);
  free(writer.row);
  if (problem != NULL) {
    free(writer.data);
    return problem;
  }
  *png = writer.data;
  *size = writer.size;
  return NULL;
}

/* ---- reading --------------------------------------------------------------- */

static uint32_t big_endian(const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

const char *picture_measure(const uint8_t *png, size_t size, uint32_t *width, uint32_t *height)
{
  static const uint8_t head[16] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n',
                                   0,    0,   0,   13,  'I',  'H',  'D',  'R'};

  *width = *height = 0;
  if (size < 33 || memcmp(png, head, sizeof head) != 0) return "not a PNG";
  if (check_size(big_endian(png + 16), big_endian(png + 20)) != NULL)
    return check_size(big_endian(png + 16), big_endian(png + 20));
  *width = big_endian(png + 16);
  *height = big_endian(png + 20);
  return NULL;
}

/* As for the writer: what must outlive a jump. */
struct reader {
  const uint8_t *bytes;
  size_t left;
  uint32_t width;
  uint32_t height;
  uint32_t *pixels;
  png_bytep *rows;
  png_structp png;
  png_infop info;
};

static void on_read(png_structp png, png_bytep bytes, size_t count)
{
  struct reader *reader = png_get_io_ptr(png);

  if (count > reader->left) png_error(png, "cut short");
  memcpy(bytes, reader->bytes, count);
  reader->bytes += count;
  reader->left -= count;
}

/* Whatever the file holds, rows of RGBA with 8 bits come out. */
static void ask_for_rgba(struct reader *reader)
{
  png_set_expand(reader->png);
  png_set_scale_16(reader->png);
  png_set_gray_to_rgb(reader->png);
  png_set_add_alpha(reader->png, 0xFF, PNG_FILLER_AFTER);
  png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
}

/* In place: four bytes of RGBA become one pixel over white. */
static void flatten(struct reader *reader)
{
  size_t count = (size_t)reader->width * reader->height;

  for (size_t i = 0; i < count; i++) {
    uint8_t rgba[4];
    uint32_t pixel = 0;

    memcpy(rgba, &reader->pixels[i], sizeof rgba);
    for (int c = 0; c < 3; c++)
      pixel = pixel << 8 | (rgba[c] * rgba[3] + 255u * (255u - rgba[3]) + 127u) / 255u;
    reader->pixels[i] = pixel;
  }
}

static const char *read_png(struct reader *reader)
{
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  if (reader->png == NULL) return no_memory;
  reader->info = png_create_info_struct(reader->png);
  if (reader->info == NULL) return no_memory;
  if (setjmp(png_jmpbuf(reader->png))) return "the PNG is damaged";
  png_set_read_fn(reader->png, reader, on_read);
  png_set_user_limits(reader->png, PICTURE_MAX_SIDE, PICTURE_MAX_SIDE);
  png_set_chunk_malloc_max(reader->png, MAX_CHUNK_SIZE);
  png_set_chunk_cache_max(reader->png, 16);
  png_read_info(reader->png, reader->info);
  /* The file has one head only, so these are the checked ones; if libpng should
   * read otherwise, nothing of it is trusted. */
  if (png_get_image_width(reader->png, reader->info) != reader->width ||
      png_get_image_height(reader->png, reader->info) != reader->height)
    png_error(reader->png, "size differs");
  ask_for_rgba(reader);
  if (png_get_rowbytes(reader->png, reader->info) != (size_t)reader->width * 4)
    png_error(reader->png, "unexpected layout");

  reader->pixels = calloc((size_t)reader->width * reader->height, sizeof *reader->pixels);
  reader->rows = malloc(reader->height * sizeof *reader->rows);
  if (reader->pixels == NULL || reader->rows == NULL) return no_memory;
  for (uint32_t y = 0; y < reader->height; y++)
    reader->rows[y] = (png_bytep)(reader->pixels + (size_t)y * reader->width);
  png_read_image(reader->png, reader->rows);
  flatten(reader);
  return NULL;
}

const char *picture_decode(const uint8_t *png, size_t size, struct picture *picture)
{
  struct reader reader = {.bytes = png, .left = size};
  const char *problem = picture_measure(png, size, &reader.width, &reader.height);

  *picture = (struct picture){.pixels = NULL};
  if (problem != NULL) return problem;
  problem = read_png(&reader);
  png_destroy_read_struct(&reader.png, &reader.info, NULL);
  free(reader.rows);
  if (problem != NULL) {
    free(reader.pixels);
    return problem;
  }
  *picture = (struct picture){reader.width, reader.height, reader.width, reader.pixels};
  return NULL;
}
