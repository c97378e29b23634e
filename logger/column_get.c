/* Columns, decoding.  Every number here may come from a damaged file. */
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "plane.h"
#include "system.h"

#define EXCEPTION_SIZE 12       /* u32 index, u64 bits */
#define DEFLATE_RATIO_MAX 1032u /* deflate gives at most so many bytes for one */
#define TOP64 (UINT64_C(1) << 63)
#define TOP32 (UINT64_C(1) << 31)
#define EXACT_INTEGER (UINT64_C(1) << 53)

static const double power_of_ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

static uint64_t word_at(const uint8_t *words, size_t i)
{
  uint64_t word;

  memcpy(&word, words + 8 * i, 8);
  return word;
}

static void set_word(uint8_t *words, size_t i, uint64_t word) { memcpy(words + 8 * i, &word, 8); }

static uint64_t unzigzag(uint64_t x) { return x >> 1 ^ (0 - (x & 1)); }

static enum epochlog__column_check spoil(struct epochlog__bytes *in,
                                         enum epochlog__column_check check)
{
  in->failed = true;
  return check;
}

enum epochlog__column_check epochlog__column_peek(struct epochlog__column *column,
                                                  const struct epochlog__bytes *in, size_t most)
{
  struct epochlog__bytes head = *in;

  column->codec = epochlog__take_u8(&head);
  column->word = epochlog__take_u8(&head);
  column->predictor = epochlog__take_u8(&head);
  column->exponent = epochlog__take_u8(&head);
  column->n = epochlog__take_u32(&head);
  if (head.failed) return EPOCHLOG__COLUMN_DAMAGED;
  if (column->codec > FORMAT_CODEC_TEXT || column->word > FORMAT_WORD_DECIMAL ||
      column->predictor > FORMAT_PREDICTOR_DELTA2)
    return EPOCHLOG__COLUMN_UNKNOWN;
  if (column->n > most || column->n > FORMAT_COLUMN_MAX) return EPOCHLOG__COLUMN_DAMAGED;
  if (column->exponent > (column->word == FORMAT_WORD_DECIMAL ? FORMAT_EXPONENT_MAX : 0))
    return EPOCHLOG__COLUMN_DAMAGED;
  if (column->codec != FORMAT_CODEC_PLANES && column->predictor != FORMAT_PREDICTOR_NONE)
    return EPOCHLOG__COLUMN_DAMAGED;
  return EPOCHLOG__COLUMN_OK;
}

/* Residuals to words, in place.  Words of 32 bits wrap at 32. */
static void undo_predictor(uint8_t *words, const struct epochlog__column *column, uint64_t mask)
{
  const size_t n = column->n;

  switch (column->predictor) {
    case FORMAT_PREDICTOR_NONE:
      if (column->word == FORMAT_WORD_I64 || column->word == FORMAT_WORD_DECIMAL)
        for (size_t i = 0; i < n; i++) set_word(words, i, unzigzag(word_at(words, i)));
      return;
    case FORMAT_PREDICTOR_DELTA: {
      uint64_t word = n != 0 ? word_at(words, 0) : 0;

      for (size_t i = 1; i < n; i++) {
        word = (word + unzigzag(word_at(words, i))) & mask;
        set_word(words, i, word);
      }
      return;
    }
    default: {
      uint64_t word = n > 1 ? word_at(words, 1) : 0;
      uint64_t slope = n > 1 ? word - word_at(words, 0) : 0;

      for (size_t i = 2; i < n; i++) {
        slope += unzigzag(word_at(words, i));
        word = (word + slope) & mask;
        set_word(words, i, word);
      }
    }
  }
}

/* Words to the bits of doubles, in place; false for a decimal out of range. */
static bool to_doubles(uint8_t *words, const struct epochlog__column *column,
                       const uint8_t *exceptions, uint32_t exception_count)
{
  uint32_t next = 0;

  for (size_t i = 0; i < column->n; i++) {
    uint64_t word = word_at(words, i);

    if (column->word == FORMAT_WORD_F64) {
      word = (word & TOP64) != 0 ? word ^ TOP64 : ~word;
    } else if (column->word == FORMAT_WORD_F32) {
      const uint32_t bits = (uint32_t)((word & TOP32) != 0 ? word ^ TOP32 : ~word);
      float narrow;

      memcpy(&narrow, &bits, sizeof narrow);
      word = epochlog__bits_of((double)narrow);
    } else if (next < exception_count &&
               epochlog__get_u32(exceptions + (size_t)next * EXCEPTION_SIZE) == i) {
      word = epochlog__get_u64(exceptions + (size_t)next * EXCEPTION_SIZE + 4);
      next++;
    } else {
      const bool negative = (word & TOP64) != 0;
      const uint64_t size = negative ? 0 - word : word;

      if (size >= EXACT_INTEGER) return false;
      word = epochlog__bits_of((negative ? -(double)size : (double)size) /
                               power_of_ten[column->exponent]);
    }
    set_word(words, i, word);
  }
  return true;
}

/* Takes the list of exceptions: NULL when it is damaged, else where it begins. */
static const uint8_t *take_exceptions(struct epochlog__bytes *in,
                                      const struct epochlog__column *column, uint32_t *count)
{
  const uint8_t *list;

  *count = epochlog__take_u32(in);
  if (in->failed || *count > (column->word == FORMAT_WORD_DECIMAL ? column->n : 0)) return NULL;
  list = epochlog__take_bytes(in, (size_t)*count * EXCEPTION_SIZE);
  for (uint32_t i = 0, last = 0; list != NULL && i < *count; i++) {
    const uint32_t index = epochlog__get_u32(list + (size_t)i * EXCEPTION_SIZE);

    if (index >= column->n || (i != 0 && index <= last)) return NULL;
    last = index;
  }
  return list;
}

static enum epochlog__column_check get_planes(uint8_t *words, const struct epochlog__column *column,
                                              struct epochlog__bytes *in)
{
  const bool narrow = column->word == FORMAT_WORD_F32;
  const uint64_t mask = narrow ? UINT32_MAX : UINT64_MAX;
  const size_t n = column->n;
  const size_t seeds = n < column->predictor ? n : column->predictor;
  uint32_t exception_count;
  const uint8_t *exceptions = take_exceptions(in, column, &exception_count);

  if (exceptions == NULL) return EPOCHLOG__COLUMN_DAMAGED;
  memset(words, 0, 8 * n);
  for (size_t i = 0; i < seeds; i++) {
    const uint64_t seed = epochlog__take_u64(in);

    if (in->failed || seed > mask) return EPOCHLOG__COLUMN_DAMAGED;
    set_word(words, i, seed);
  }
  if (n != seeds)
    for (unsigned shift = narrow ? 32 : 64; shift != 0; shift -= 8) {
      const enum epochlog__column_check check =
          epochlog__plane_get(words + 8 * seeds, n - seeds, shift - 8, in);

      if (check != EPOCHLOG__COLUMN_OK) return check;
    }
  undo_predictor(words, column, mask);
  if (column->word == FORMAT_WORD_I64) return EPOCHLOG__COLUMN_OK;
  return to_doubles(words, column, exceptions, exception_count) ? EPOCHLOG__COLUMN_OK
                                                                : EPOCHLOG__COLUMN_DAMAGED;
}

static enum epochlog__column_check get_column(uint8_t *words, const struct epochlog__column *column,
                                              struct epochlog__bytes *in)
{
  epochlog__take_bytes(in, FORMAT_COLUMN_HEAD_SIZE);
  switch (column->codec) {
    case FORMAT_CODEC_RAW:
      if (column->word > FORMAT_WORD_F64) return EPOCHLOG__COLUMN_DAMAGED;
      if (epochlog__left(in) / 8 < column->n) return EPOCHLOG__COLUMN_DAMAGED;
      for (size_t i = 0; i < column->n; i++) set_word(words, i, epochlog__take_u64(in));
      return EPOCHLOG__COLUMN_OK;
    case FORMAT_CODEC_LINEAR: {
      uint64_t word = epochlog__take_u64(in);
      const uint64_t stride = epochlog__take_u64(in);

      if (in->failed || column->word != FORMAT_WORD_I64) return EPOCHLOG__COLUMN_DAMAGED;
      for (size_t i = 0; i < column->n; i++, word += stride) set_word(words, i, word);
      return EPOCHLOG__COLUMN_OK;
    }
    case FORMAT_CODEC_PLANES: return get_planes(words, column, in);
    default: return EPOCHLOG__COLUMN_TYPE;
  }
}

static enum epochlog__column_check get_numbers(void *values, size_t n, bool integers,
                                               struct epochlog__bytes *in)
{
  struct epochlog__column column;
  enum epochlog__column_check check = epochlog__column_peek(&column, in, n);

  if (check == EPOCHLOG__COLUMN_OK && column.n != n) check = EPOCHLOG__COLUMN_DAMAGED;
  if (check == EPOCHLOG__COLUMN_OK &&
      (column.codec == FORMAT_CODEC_TEXT || (column.word == FORMAT_WORD_I64) != integers))
    check = EPOCHLOG__COLUMN_TYPE;
  if (check == EPOCHLOG__COLUMN_OK) check = get_column(values, &column, in);
  return check == EPOCHLOG__COLUMN_OK ? check : spoil(in, check);
}

enum epochlog__column_check epochlog__column_get_i64(int64_t *values, size_t n,
                                                     struct epochlog__bytes *in)
{
  return get_numbers(values, n, true, in);
}

enum epochlog__column_check epochlog__column_get_f64(double *values, size_t n,
                                                     struct epochlog__bytes *in)
{
  return get_numbers(values, n, false, in);
}

/* ------------------------------------------------------------------ text */

/* Points each text at its bytes; false unless lengths and bytes come out even. */
static bool split_texts(struct epochlog__text *values, size_t n, const char *raw, size_t size)
{
  size_t at = 4 * n;

  for (size_t i = 0; i < n; i++) {
    const uint32_t length = epochlog__get_u32(raw + 4 * i);

    values[i] = (struct epochlog__text){.data = NULL, .size = 0};
    if (length == FORMAT_TEXT_MISSING) continue;
    if (length > size - at) return false;
    values[i] = (struct epochlog__text){.data = raw + at, .size = length};
    at += length;
  }
  return at == size;
}

static enum epochlog__column_check get_text(struct epochlog__text *values, char **storage, size_t n,
                                            struct epochlog__bytes *in)
{
  uint32_t raw_len;
  uint32_t stored_len;
  const uint8_t *stored;

  epochlog__take_bytes(in, FORMAT_COLUMN_HEAD_SIZE);
  raw_len = epochlog__take_u32(in);
  stored_len = epochlog__take_u32(in);
  stored = epochlog__take_bytes(in, stored_len);
  if (stored == NULL || raw_len > FORMAT_TEXT_RAW_MAX || raw_len < 4 * n || stored_len > raw_len ||
      raw_len / DEFLATE_RATIO_MAX > stored_len)
    return EPOCHLOG__COLUMN_DAMAGED;
  *storage = epochlog__allocate((size_t)raw_len + 1);
  if (*storage == NULL) return EPOCHLOG__COLUMN_NO_MEMORY;
  if (stored_len == raw_len)
    memcpy(*storage, stored, raw_len);
  else if (!epochlog__inflate(*storage, raw_len, stored, stored_len))
    return EPOCHLOG__COLUMN_DAMAGED;
  return split_texts(values, n, *storage, raw_len) ? EPOCHLOG__COLUMN_OK : EPOCHLOG__COLUMN_DAMAGED;
}

enum epochlog__column_check epochlog__column_get_text(struct epochlog__text *values, char **storage,
                                                      size_t n, struct epochlog__bytes *in)
{
  struct epochlog__column column;
  enum epochlog__column_check check = epochlog__column_peek(&column, in, n);

  *storage = NULL;
  if (check == EPOCHLOG__COLUMN_OK && column.n != n) check = EPOCHLOG__COLUMN_DAMAGED;
  if (check == EPOCHLOG__COLUMN_OK && column.codec != FORMAT_CODEC_TEXT)
    check = EPOCHLOG__COLUMN_TYPE;
  if (check == EPOCHLOG__COLUMN_OK) check = get_text(values, storage, n, in);
  if (check == EPOCHLOG__COLUMN_OK) return check;
  free(*storage);
  *storage = NULL;
  return spoil(in, check);
}
