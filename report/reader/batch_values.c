#include "reader/batch_values.h"

#include <stdlib.h>

#include "codec.h"
#include "format.h"

static enum epochlog__column_check read_column(struct batch_values *values,
                                               const struct batch_column *column,
                                               struct epochlog__bytes *in)
{
  size_t count = values->count;

  switch (column->type) {
    case FORMAT_COLUMN_FLOAT64:
    case FORMAT_COLUMN_FLOAT32:
      values->numbers = malloc((count + 1) * sizeof *values->numbers);
      if (!values->numbers) return EPOCHLOG__COLUMN_NO_MEMORY;
      return epochlog__column_get_f64(values->numbers, count, in);
    case FORMAT_COLUMN_INTEGER:
    case FORMAT_COLUMN_BOOL:
      values->integers = malloc((count + 1) * sizeof *values->integers);
      if (!values->integers) return EPOCHLOG__COLUMN_NO_MEMORY;
      return epochlog__column_get_i64(values->integers, count, in);
    case FORMAT_COLUMN_TEXT:
      values->texts = malloc((count + 1) * sizeof *values->texts);
      if (!values->texts) return EPOCHLOG__COLUMN_NO_MEMORY;
      return epochlog__column_get_text(values->texts, &values->storage, count, in);
    default: return EPOCHLOG__COLUMN_UNKNOWN;
  }
}

enum block_check batch_values_read(struct batch_values *values, struct contents *contents,
                                   const struct batch_column *column, size_t count)
{
  struct epochlog__bytes in = column->column;
  struct epochlog__column head;
  enum epochlog__column_check check = epochlog__column_peek(&head, &in, count);

  *values = (struct batch_values){.count = count};
  if (check == EPOCHLOG__COLUMN_OK && head.n != count) return BLOCK_DAMAGED;
  /* Texts are made of no words, so none but the first may be named. */
  if (check == EPOCHLOG__COLUMN_OK && head.codec == FORMAT_CODEC_TEXT &&
      head.word != FORMAT_WORD_I64)
    return BLOCK_DAMAGED;
  if (check == EPOCHLOG__COLUMN_OK && !contents_allow_cells(contents, count)) return BLOCK_DAMAGED;
  if (check == EPOCHLOG__COLUMN_OK) check = read_column(values, column, &in);
  if (check == EPOCHLOG__COLUMN_OK && epochlog__left(&in) == 0) return BLOCK_OK;
  batch_values_release(values);
  switch (check) {
    case EPOCHLOG__COLUMN_UNKNOWN: return BLOCK_UNKNOWN;
    case EPOCHLOG__COLUMN_NO_MEMORY: return BLOCK_NO_MEMORY;
    default: return BLOCK_DAMAGED;
  }
}

void batch_values_release(struct batch_values *values)
{
  free(values->numbers);
  free(values->integers);
  free(values->texts);
  free(values->storage);
  *values = (struct batch_values){0};
}
