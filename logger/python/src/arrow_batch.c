/* Rows of a table as an Arrow array of structs (arrow.h). */
#include <stdlib.h>
#include <string.h>

#include "arrow.h"

/* What a column's array is made of: the run it looks into, and memory of its own. */
struct parts {
  struct run_share *share;
  void *owned[3];
  const void *buffers[3]; /* validity, then as the type asks */
};

static void release_column(struct ArrowArray *array)
{
  struct parts *parts = array->private_data;

  for (int i = 0; i < 3; i++) free(parts->owned[i]);
  run_share_drop(parts->share);
  free(parts);
  if (array->dictionary) {
    if (array->dictionary->release) array->dictionary->release(array->dictionary);
    free(array->dictionary);
  }
  array->release = NULL;
}

static void release_batch(struct ArrowArray *array)
{
  for (int64_t i = 0; i < array->n_children; i++) {
    struct ArrowArray *child = array->children[i];

    if (child->release) child->release(child);
    free(child);
  }
  free(array->children);
  free(array->private_data);
  array->release = NULL;
}

/* Zeroed memory that the column owns and shows as buffer `at`.  NULL: no memory. */
static void *own(struct parts *parts, int at, size_t count, size_t size)
{
  parts->owned[at] = calloc(count + 1, size);
  parts->buffers[at] = parts->owned[at];
  return parts->owned[at];
}

static void set_bit(unsigned char *bits, size_t i)
{
  bits[i / 8] = (unsigned char)(bits[i / 8] | 1u << i % 8);
}

/* ---- what is null */

static bool is_null(const struct arrow_column *column, size_t row)
{
  return (column->missing && column->missing[row]) ||
         (column->type == ARROW_TEXT && !column->texts[row]);
}

static bool is_all_null(const struct arrow_column *column)
{
  return (column->type == ARROW_TEXT && !column->texts) ||
         (column->type == ARROW_FLOAT && !column->numbers);
}

/* Fills `null_count`, and the validity bits where there is a null.  -1: no memory. */
static int fill_validity(struct ArrowArray *array, struct parts *parts,
                         const struct arrow_column *column, const struct arrow_rows *rows)
{
  unsigned char *bits;

  if (is_all_null(column)) {
    array->null_count = array->length;
  } else if (column->missing || column->type == ARROW_TEXT) {
    for (size_t i = 0; i < rows->count; i++) array->null_count += is_null(column, rows->from + i);
  }
  if (array->null_count == 0) return 0;
  bits = own(parts, 0, rows->count / 8 + 1, 1);
  if (!bits) return -1;
  if (array->null_count == array->length) return 0;
  for (size_t i = 0; i < rows->count; i++)
    if (!is_null(column, rows->from + i)) set_bit(bits, i);
  return 0;
}

/* ---- values */

static int fill_texts(struct parts *parts, const struct arrow_column *column,
                      const struct arrow_rows *rows)
{
  int32_t *offsets = own(parts, 1, rows->count + 1, sizeof *offsets);
  size_t size = 0, at = 0;
  char *text;

  if (!offsets) return -1;
  for (size_t i = 0; column->texts && i < rows->count; i++)
    if (!is_null(column, rows->from + i)) size += strlen(column->texts[rows->from + i]);
  text = own(parts, 2, size, 1);
  if (!text) return -1;
  for (size_t i = 0; column->texts && i < rows->count; i++) {
    if (!is_null(column, rows->from + i)) {
      const size_t length = strlen(column->texts[rows->from + i]);

      memcpy(text + at, column->texts[rows->from + i], length);
      at += length;
    }
    offsets[i + 1] = (int32_t)at;
  }
  return 0;
}

static int fill_bools(struct parts *parts, const struct arrow_column *column,
                      const struct arrow_rows *rows)
{
  unsigned char *bits = own(parts, 1, rows->count / 8 + 1, 1);
  const int64_t *values = (const int64_t *)column->numbers + rows->from;

  if (!bits) return -1;
  for (size_t i = 0; i < rows->count; i++)
    if (values[i]) set_bit(bits, i);
  return 0;
}

static int fill_codes(struct parts *parts, const struct arrow_column *column,
                      const struct arrow_rows *rows)
{
  int32_t *codes = own(parts, 1, rows->count, sizeof *codes);

  if (!codes) return -1;
  for (size_t i = 0; i < rows->count; i++) codes[i] = column->code;
  return 0;
}

/* 8 bytes each, where the run has them. */
static int fill_numbers(struct parts *parts, const struct arrow_column *column,
                        const struct arrow_rows *rows)
{
  if (!column->numbers) return own(parts, 1, rows->count, sizeof(double)) ? 0 : -1;
  parts->buffers[1] = (const char *)column->numbers + rows->from * sizeof(double);
  parts->share = run_share_keep(rows->share);
  return 0;
}

static int fill_values(struct parts *parts, const struct arrow_column *column,
                       const struct arrow_rows *rows)
{
  switch (column->type) {
    case ARROW_TEXT: return fill_texts(parts, column, rows);
    case ARROW_BOOL: return fill_bools(parts, column, rows);
    case ARROW_NAME: return fill_codes(parts, column, rows);
    case ARROW_INT64:
    case ARROW_TIME:
    case ARROW_FLOAT: break;
  }
  return fill_numbers(parts, column, rows);
}

static int add_dictionary(struct ArrowArray *array, struct arrow_names *names)
{
  array->dictionary = calloc(1, sizeof *array->dictionary);
  return array->dictionary ? arrow_names_array(array->dictionary, names) : -1;
}

/* An array of its own.  NULL when memory is short. */
static struct ArrowArray *column_array(const struct arrow_column *column,
                                       const struct arrow_rows *rows)
{
  struct ArrowArray *array = calloc(1, sizeof *array);
  struct parts *parts = calloc(1, sizeof *parts);

  if (!array || !parts) {
    free(array);
    free(parts);
    return NULL;
  }
  *array = (struct ArrowArray){.length = (int64_t)rows->count,
                               .n_buffers = column->type == ARROW_TEXT ? 3 : 2,
                               .buffers = parts->buffers,
                               .release = release_column,
                               .private_data = parts};
  if (fill_validity(array, parts, column, rows) == 0 && fill_values(parts, column, rows) == 0 &&
      (column->type != ARROW_NAME || add_dictionary(array, rows->names) == 0))
    return array;
  release_column(array);
  free(array);
  return NULL;
}

int arrow_batch(struct ArrowArray *out, const struct arrow_rows *rows)
{
  /* A struct has one buffer, its validity: none is null. */
  const void **buffers = calloc(1, sizeof *buffers);

  *out = (struct ArrowArray){.length = (int64_t)rows->count,
                             .n_buffers = 1,
                             .buffers = buffers,
                             .release = release_batch,
                             .private_data = (void *)buffers};
  out->children = buffers ? calloc(rows->column_count + 1, sizeof(struct ArrowArray *)) : NULL;
  for (size_t i = 0; out->children && i < rows->column_count; i++) {
    out->children[i] = column_array(&rows->columns[i], rows);
    if (!out->children[i]) break;
    out->n_children++;
  }
  if (out->children && out->n_children == (int64_t)rows->column_count) return 0;
  release_batch(out);
  return -1;
}
