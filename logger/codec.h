/* Columns (FORMAT.md 5): n values of one type, coded by themselves; and the two
 * deflate calls the rest of the library needs, since the codec's files are the
 * only ones that see zlib besides the PNG writer.
 *
 * Both directions stand side by side in codec*.c.  Encoding chooses the word, the
 * predictor and the mode of each plane from a sample, by integers alone; the same
 * values give the same bytes wherever zlib does.  Decoding trusts nothing: every length is checked
 * against what is left before it is used, a plane must inflate to exactly its
 * bytes, and memory is bounded by what the caller allows: numbers go into the
 * caller's array, texts into one block of at most 64 MiB that the compressed
 * bytes can really stand for.
 *
 * How to read one:
 *
 *     struct epochlog__column column;
 *     struct epochlog__bytes in = epochlog__bytes_of(data, size);
 *
 *     if (epochlog__column_peek(&column, &in, rows) != EPOCHLOG__COLUMN_OK) ...
 *     values = malloc(column.n * sizeof *values);
 *     if (epochlog__column_get_f64(values, column.n, &in) != EPOCHLOG__COLUMN_OK) ...
 *     if (epochlog__left(&in) != 0) ... bytes that belong to nobody
 *
 * A get consumes exactly the column, so columns may stand one behind the other.
 * After anything but OK the cursor is spoilt (failed) and the values are not to
 * be used.
 */
#ifndef EPOCHLOG_CODEC_H
#define EPOCHLOG_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

enum epochlog__column_check {
  EPOCHLOG__COLUMN_OK,
  EPOCHLOG__COLUMN_UNKNOWN, /* a codec, word, predictor or mode of a later version */
  EPOCHLOG__COLUMN_DAMAGED, /* lengths or contents contradict each other, or a limit */
  EPOCHLOG__COLUMN_TYPE,    /* a whole column, but not of the type asked for */
  EPOCHLOG__COLUMN_NO_MEMORY
};

/* What a column says of itself. */
struct epochlog__column {
  uint8_t codec;     /* enum format_codec */
  uint8_t word;      /* enum format_word */
  uint8_t predictor; /* enum format_predictor */
  uint8_t exponent;
  uint32_t n;
};

/* -------------------------------------------------------------- encoding */

/* Each appends one column to `out`; false when out of memory or past the
 * buffer's limit (out->failed).  n is at most FORMAT_COLUMN_MAX. */
bool epochlog__column_put_i64(struct epochlog__buffer *out, const int64_t *values, size_t n);
bool epochlog__column_put_f64(struct epochlog__buffer *out, const double *values, size_t n);

/* The same with scratch memory that is kept from column to column. */
struct epochlog__room;
struct epochlog__room *epochlog__room_new(void); /* NULL without memory */
void epochlog__room_free(struct epochlog__room *room);
bool epochlog__column_put_i64_in(struct epochlog__buffer *out, const int64_t *values, size_t n,
                                 struct epochlog__room *room);
bool epochlog__column_put_f64_in(struct epochlog__buffer *out, const double *values, size_t n,
                                 struct epochlog__room *room);

bool epochlog__column_put_text(struct epochlog__buffer *out, const struct epochlog__text *values,
                               size_t n);

/* Whether `value` is exactly a float: narrowing and widening gives all 64 bits
 * again, NaN payloads too. */
bool epochlog__is_f32(double value);
bool epochlog__are_f32(const double *values, size_t n);

/* -------------------------------------------------------------- decoding */

/* Reads the head of the column at the cursor without moving it.  DAMAGED when
 * it says more than `most` values (or FORMAT_COLUMN_MAX): nothing was allocated. */
enum epochlog__column_check epochlog__column_peek(struct epochlog__column *column,
                                                  const struct epochlog__bytes *in, size_t most);

/* Decodes the column at the cursor, which must have exactly `n` values, into
 * `values[n]`.  i64 takes columns of integers, f64 those of doubles, floats and
 * decimals; the other is TYPE. */
enum epochlog__column_check epochlog__column_get_i64(int64_t *values, size_t n,
                                                     struct epochlog__bytes *in);
enum epochlog__column_check epochlog__column_get_f64(double *values, size_t n,
                                                     struct epochlog__bytes *in);

/* Decodes a column of exactly `n` texts.  A missing one has data NULL.  The bytes
 * lie in `*storage`, which the caller frees with free(); NULL unless OK. */
enum epochlog__column_check epochlog__column_get_text(struct epochlog__text *values, char **storage,
                                                      size_t n, struct epochlog__bytes *in);

/* --------------------------------------------------------------- deflate */

/* Appends raw deflate of `size` bytes to `out` if that is shorter than they are;
 * else, or when failed, adds nothing and returns false. */
bool epochlog__deflate(struct epochlog__buffer *out, const void *data, size_t size);

/* Inflates `size` bytes into exactly `raw_size` at `raw`; false when they are
 * damaged, give more or less, or have bytes behind the end of the stream. */
bool epochlog__inflate(void *raw, size_t raw_size, const void *data, size_t size);

#endif
