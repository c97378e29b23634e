/* A BATCH as JSON: its head and every value of its columns. */
#include "format.h"
#include "reader/batch_values.h"
#include "reader/record_json.h"

const char *batch_kind_name(uint8_t kind)
{
  static const char *const names[] = {
      "", "", "list", "row", "table", "classification", "regression", "importance"};

  return kind < sizeof names / sizeof *names ? names[kind] : "";
}

static void attributes_json(struct json_out *out, const struct batch_body *batch)
{
  struct epochlog__bytes attributes = batch->attributes;
  struct epochlog__text key, value;

  json_key(out, "attributes");
  json_begin(out, '{');
  while (batch_next_attribute(&attributes, &key, &value)) {
    if (text_is(key, "name")) continue;
    json_key_str(out, key);
    json_str(out, value);
  }
  json_end(out, '}');
}

static void names_json(struct json_out *out, const struct batch_body *batch)
{
  struct epochlog__bytes names = batch->names, texts;
  struct epochlog__text key;
  uint32_t count;

  json_key(out, "names");
  json_begin(out, '{');
  while (batch_next_names(&names, &key, &count, &texts)) {
    json_key_str(out, key);
    json_begin(out, '[');
    for (uint32_t i = 0; i < count; i++) json_str(out, epochlog__take_str(&texts));
    json_end(out, ']');
  }
  json_end(out, '}');
}

static void values_json(struct json_out *out, const struct batch_values *values, uint8_t type)
{
  json_begin(out, '[');
  for (size_t i = 0; i < values->count; i++) {
    if (values->numbers)
      json_f64(out, values->numbers[i]);
    else if (values->texts && !values->texts[i].data)
      json_null(out);
    else if (values->texts)
      json_str(out, values->texts[i]);
    else if (type == FORMAT_COLUMN_BOOL)
      json_bool(out, values->integers[i] != 0);
    else
      json_i64(out, values->integers[i]);
  }
  json_end(out, ']');
}

int batch_json(struct json_out *out, struct contents *contents, const struct record *record)
{
  static const char *const types[] = {"float64", "float32", "integer", "bool", "text"};
  struct batch_body batch;
  struct batch_column column;

  if (!batch_get(&batch, record)) return 0;
  json_key(out, "kind");
  json_text(out, batch_kind_name(batch.kind));
  json_key(out, "name");
  json_str(out, batch.name);
  attributes_json(out, &batch);
  names_json(out, &batch);
  json_key(out, "step");
  if (batch.step == FORMAT_NO_STEP)
    json_null(out);
  else
    json_i64(out, batch.step);
  json_key(out, "rows");
  json_u64(out, batch.row_count);
  json_key(out, "columns");
  json_begin(out, '[');
  while (batch_next_column(&batch.columns, &column)) {
    struct batch_values values;
    enum block_check check = batch_values_read(&values, contents, &column, batch.row_count);

    if (check == BLOCK_NO_MEMORY) return -1;
    if (check == BLOCK_UNKNOWN) log_count_unknown(contents->log);
    if (check == BLOCK_DAMAGED) log_mark_damaged(contents->log);
    json_begin(out, '{');
    json_key(out, "name");
    json_str(out, column.name);
    json_key(out, "type");
    json_text(out, column.type < 5 ? types[column.type] : "");
    json_key(out, "values");
    if (check == BLOCK_OK)
      values_json(out, &values, column.type);
    else
      json_null(out);
    json_end(out, '}');
    batch_values_release(&values);
  }
  json_end(out, ']');
  return 0;
}
