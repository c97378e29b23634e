/* The body of a BATCH record: its head, and steps over its parts. */
#include <string.h>

#include "format.h"
#include "reader/records.h"

bool batch_next_attribute(struct epochlog__bytes *attributes, struct epochlog__text *key,
                          struct epochlog__text *value)
{
  if (attributes->failed || epochlog__left(attributes) == 0) return false;
  *key = epochlog__take_str(attributes);
  *value = epochlog__take_str(attributes);
  return !attributes->failed;
}

bool batch_next_names(struct epochlog__bytes *names, struct epochlog__text *key, uint32_t *count,
                      struct epochlog__bytes *texts)
{
  size_t start;

  if (names->failed || epochlog__left(names) == 0) return false;
  *key = epochlog__take_str(names);
  *count = epochlog__take_u32(names);
  if (names->failed || *count > epochlog__left(names) / 4) {
    names->failed = true;
    return false;
  }
  start = names->at;
  for (uint32_t i = 0; i < *count; i++) epochlog__take_str(names);
  if (names->failed) return false;
  *texts = epochlog__bytes_of(names->data + start, names->at - start);
  return true;
}

bool batch_next_column(struct epochlog__bytes *columns, struct batch_column *column)
{
  uint32_t length;

  if (columns->failed || epochlog__left(columns) == 0) return false;
  column->name = epochlog__take_str(columns);
  column->type = epochlog__take_u8(columns);
  epochlog__take_u8(columns);
  length = epochlog__take_u32(columns);
  column->column = epochlog__take_part(columns, length);
  return !columns->failed;
}

/* Each of these leaves `in` behind its part and `out` over it. */

static bool take_attributes(struct epochlog__bytes *in, struct batch_body *out)
{
  struct epochlog__text key, value;
  size_t start;

  out->attribute_count = epochlog__take_u16(in);
  start = in->at;
  out->name = (struct epochlog__text){"", 0};
  for (uint32_t i = 0; i < out->attribute_count && !in->failed; i++) {
    key = epochlog__take_str(in);
    value = epochlog__take_str(in);
    if (text_is(key, "name")) out->name = value; /* of a repeated key the last counts */
  }
  if (in->failed) return false;
  out->attributes = epochlog__bytes_of(in->data + start, in->at - start);
  return true;
}

static bool take_names(struct epochlog__bytes *in, struct batch_body *out)
{
  struct epochlog__text key;
  struct epochlog__bytes texts;
  uint32_t count;
  size_t start;

  out->names_count = epochlog__take_u16(in);
  start = in->at;
  for (uint32_t i = 0; i < out->names_count; i++)
    if (!batch_next_names(in, &key, &count, &texts)) return false;
  if (in->failed) return false;
  out->names = epochlog__bytes_of(in->data + start, in->at - start);
  return true;
}

static bool take_columns(struct epochlog__bytes *in, struct batch_body *out)
{
  struct batch_column column;
  size_t start;

  out->column_count = epochlog__take_u32(in);
  if (in->failed || out->column_count > FORMAT_BATCH_COLUMNS_MAX) return false;
  start = in->at;
  for (uint32_t i = 0; i < out->column_count; i++)
    if (!batch_next_column(in, &column) || column.type > FORMAT_COLUMN_TEXT) return false;
  out->columns = epochlog__bytes_of(in->data + start, in->at - start);
  return true;
}

bool batch_get(struct batch_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);

  out->kind = epochlog__take_u8(&in);
  epochlog__take_u8(&in);
  if (out->kind < FORMAT_BATCH_LIST || out->kind > FORMAT_BATCH_IMPORTANCE) return false;
  if (!take_attributes(&in, out) || !take_names(&in, out)) return false;
  out->step = epochlog__take_i64(&in);
  out->row_count = epochlog__take_u32(&in);
  return !in.failed && take_columns(&in, out);
}
