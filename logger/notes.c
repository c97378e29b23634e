#include "notes.h"

#include <string.h>

#include "clock.h"
#include "record.h"
#include "utf8.h"

epochlog_status epochlog__clean_name(struct epochlog_run *run, struct epochlog__buffer *out,
                                     const char *name, const char *what)
{
  epochlog__buffer_init(out, EPOCHLOG_NAME_MAX + 1);
  if (name == NULL)
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the name of a %s is NULL", what);
  if (epochlog__utf8_add_name(out, name, EPOCHLOG_NAME_MAX))
    epochlog__run_fail(run, EPOCHLOG_TOO_LARGE, 0, "the name of a %s is cut to %d bytes: %.100s",
                       what, EPOCHLOG_NAME_MAX, name);
  if (out->failed) return epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "the name of a %s", what);
  if (out->size == 0)
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the name of a %s is empty", what);
  return EPOCHLOG_OK;
}

epochlog_status epochlog__put_fact(struct epochlog_run *run, struct epochlog__buffer *record,
                                   enum format_record type, const struct epochlog__buffer *name)
{
  epochlog_status status;

  if (record->failed) {
    status = record->is_full ? epochlog__run_fail(
                                   run, EPOCHLOG_TOO_LARGE, 0, "'%.*s' is longer than %d bytes",
                                   name == NULL || name->size > 100 ? 0 : (int)name->size,
                                   name == NULL ? "" : (const char *)name->data, EPOCHLOG_TEXT_MAX)
                             : epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "a record");
    epochlog__buffer_release(record);
    return status;
  }
  status = epochlog__put_record(run, record->data, record->size, false);
  if (status == EPOCHLOG_OK && name != NULL) {
    epochlog__lock(&run->hot->lock);
    if (!epochlog__facts_set(&run->facts, type, (const char *)name->data, name->size, record->data,
                             record->size))
      status = epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "a record for the footer");
    epochlog__unlock(&run->hot->lock);
  }
  epochlog__buffer_release(record);
  return status;
}

/* Begins the record of a named fact. */
static size_t begin(struct epochlog__buffer *record, enum format_record type,
                    const struct epochlog__buffer *name)
{
  size_t start;

  epochlog__buffer_init(record, FORMAT_STR_MAX + EPOCHLOG_NAME_MAX + 256);
  start = epochlog__record_begin(record, type, epochlog__clock_wall());
  epochlog__add_str(record, (const char *)name->data, name->size);
  return start;
}

/* ------------------------------------------------------------- parameters */

struct param {
  enum format_value type;
  double number;
  int64_t integer;
  const char *text;
};

static epochlog_status put_param(epochlog_run *run, const char *param_name,
                                 const struct param *param)
{
  struct epochlog__buffer name;
  struct epochlog__buffer record;
  epochlog_status status;
  size_t start;

  if (run == NULL) return EPOCHLOG_INVALID;
  status = epochlog__clean_name(run, &name, param_name, "parameter");
  if (status == EPOCHLOG_OK) {
    start = begin(&record, FORMAT_RECORD_PARAM, &name);
    epochlog__add_u8(&record, (uint8_t)param->type);
    switch (param->type) {
      case FORMAT_VALUE_FLOAT: epochlog__add_f64(&record, param->number); break;
      case FORMAT_VALUE_INTEGER: epochlog__add_i64(&record, param->integer); break;
      case FORMAT_VALUE_BOOL: epochlog__add_u8(&record, param->integer != 0); break;
      case FORMAT_VALUE_TEXT: epochlog__utf8_add_str(&record, param->text); break;
    }
    epochlog__record_end(&record, start);
    status = epochlog__put_fact(run, &record, FORMAT_RECORD_PARAM, &name);
  }
  epochlog__buffer_release(&name);
  return status;
}

epochlog_status epochlog_param(epochlog_run *run, const char *name, double value)
{
  return put_param(run, name, &(struct param){.type = FORMAT_VALUE_FLOAT, .number = value});
}

epochlog_status epochlog_param_int(epochlog_run *run, const char *name, int64_t value)
{
  return put_param(run, name, &(struct param){.type = FORMAT_VALUE_INTEGER, .integer = value});
}

epochlog_status epochlog_param_bool(epochlog_run *run, const char *name, int value)
{
  return put_param(run, name, &(struct param){.type = FORMAT_VALUE_BOOL, .integer = value != 0});
}

epochlog_status epochlog_param_text(epochlog_run *run, const char *name, const char *value)
{
  if (run != NULL && value == NULL)
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the text of a parameter is NULL");
  return put_param(run, name, &(struct param){.type = FORMAT_VALUE_TEXT, .text = value});
}

/* ------------------------------------------- tags, properties, environment */

epochlog_status epochlog_tag(epochlog_run *run, const char *tag, const char *value)
{
  struct epochlog__buffer name;
  struct epochlog__buffer record;
  epochlog_status status;
  size_t start;

  if (run == NULL) return EPOCHLOG_INVALID;
  status = epochlog__clean_name(run, &name, tag, "tag");
  if (status == EPOCHLOG_OK) {
    start = begin(&record, FORMAT_RECORD_TAG, &name);
    epochlog__add_u8(&record, value != NULL);
    epochlog__utf8_add_str(&record, value);
    epochlog__record_end(&record, start);
    status = epochlog__put_fact(run, &record, FORMAT_RECORD_TAG, &name);
  }
  epochlog__buffer_release(&name);
  return status;
}

epochlog_status epochlog_tag_remove(epochlog_run *run, const char *tag)
{
  struct epochlog__buffer name;
  struct epochlog__buffer record;
  epochlog_status status;
  size_t start;

  if (run == NULL) return EPOCHLOG_INVALID;
  status = epochlog__clean_name(run, &name, tag, "tag");
  if (status == EPOCHLOG_OK) {
    start = begin(&record, FORMAT_RECORD_TAG_REMOVED, &name);
    epochlog__record_end(&record, start);
    status = epochlog__put_fact(run, &record, FORMAT_RECORD_TAG_REMOVED, NULL);
  }
  if (status == EPOCHLOG_OK) {
    epochlog__lock(&run->hot->lock);
    epochlog__facts_remove(&run->facts, FORMAT_RECORD_TAG, (const char *)name.data, name.size);
    epochlog__unlock(&run->hot->lock);
  }
  epochlog__buffer_release(&name);
  return status;
}

/* EXISTS if the property has another value; OK with `*is_set` if it has this one. */
static epochlog_status check_property(epochlog_run *run, const struct epochlog__buffer *name,
                                      const struct epochlog__buffer *record, bool *is_set)
{
  const struct epochlog__fact *fact;
  epochlog_status status = EPOCHLOG_OK;

  epochlog__lock(&run->hot->lock);
  fact = epochlog__facts_find(&run->facts, FORMAT_RECORD_PROPERTY, (const char *)name->data,
                              name->size);
  *is_set = fact != NULL;
  /* The header holds the time, which may differ. */
  if (fact != NULL &&
      (fact->size != record->size ||
       memcmp(fact->record + FORMAT_RECORD_HEADER_SIZE, record->data + FORMAT_RECORD_HEADER_SIZE,
              record->size - FORMAT_RECORD_HEADER_SIZE) != 0))
    status = EPOCHLOG_EXISTS;
  epochlog__unlock(&run->hot->lock);
  if (status != EPOCHLOG_OK)
    epochlog__run_fail(run, status, 0, "property '%.*s' is already set to another value",
                       name->size > 200 ? 200 : (int)name->size, (const char *)name->data);
  return status;
}

epochlog_status epochlog_property(epochlog_run *run, const char *property, const char *value)
{
  struct epochlog__buffer name;
  struct epochlog__buffer record;
  epochlog_status status;
  bool is_set = false;
  size_t start;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (value == NULL)
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the value of a property is NULL");
  status = epochlog__clean_name(run, &name, property, "property");
  if (status == EPOCHLOG_OK) {
    start = begin(&record, FORMAT_RECORD_PROPERTY, &name);
    epochlog__utf8_add_str(&record, value);
    epochlog__record_end(&record, start);
    if (!record.failed) status = check_property(run, &name, &record, &is_set);
    if (status == EPOCHLOG_OK && !is_set)
      status = epochlog__put_fact(run, &record, FORMAT_RECORD_PROPERTY, &name);
    epochlog__buffer_release(&record);
  }
  epochlog__buffer_release(&name);
  return status;
}

epochlog_status epochlog_environment(epochlog_run *run, const char *fact, const char *value)
{
  struct epochlog__buffer name;
  struct epochlog__buffer record;
  epochlog_status status;
  size_t start;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (value == NULL)
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the value of a fact is NULL");
  status = epochlog__clean_name(run, &name, fact, "fact about the environment");
  if (status == EPOCHLOG_OK) {
    start = begin(&record, FORMAT_RECORD_ENVIRONMENT, &name);
    epochlog__utf8_add_str(&record, value);
    epochlog__record_end(&record, start);
    status = epochlog__put_fact(run, &record, FORMAT_RECORD_ENVIRONMENT, &name);
  }
  epochlog__buffer_release(&name);
  return status;
}

/* --------------------------------------------------------------- documents */

static epochlog_status put_document(epochlog_run *run, const char *document, const char *format,
                                    const char *text)
{
  struct epochlog__buffer name;
  struct epochlog__buffer record;
  epochlog_status status;
  size_t start;

  status = epochlog__clean_name(run, &name, document, "document");
  if (status == EPOCHLOG_OK) {
    start = begin(&record, FORMAT_RECORD_DOCUMENT, &name);
    epochlog__utf8_add_str(&record, format);
    epochlog__utf8_add_str(&record, text);
    epochlog__record_end(&record, start);
    status = epochlog__put_fact(run, &record, FORMAT_RECORD_DOCUMENT, NULL);
  }
  epochlog__buffer_release(&name);
  return status;
}

epochlog_status epochlog_log_json(epochlog_run *run, const char *name, const char *schema,
                                  const char *json)
{
  static const char *const known[] = {"confusion_matrix", "accuracy_table", "residuals",
                                      "predictions"};
  bool is_known = schema == NULL;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (json == NULL) return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the JSON is NULL");
  for (size_t i = 0; i < sizeof known / sizeof known[0] && !is_known; i++)
    is_known = strcmp(schema, known[i]) == 0;
  if (!is_known)
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "schema '%.100s' is not known", schema);
  return put_document(run, name, schema, json);
}

epochlog_status epochlog_log_markdown(epochlog_run *run, const char *name, const char *markdown)
{
  if (run == NULL) return EPOCHLOG_INVALID;
  if (markdown == NULL) return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the Markdown is NULL");
  return put_document(run, name, "markdown", markdown);
}

/* ------------------------------------------------------------------ the end */

void epochlog__put_end(struct epochlog_run *run, enum format_status status,
                       const struct epochlog__end *end)
{
  struct epochlog__buffer record;
  size_t start;

  epochlog__buffer_init(&record, 3 * (size_t)FORMAT_STR_MAX);
  start = epochlog__record_begin(&record, FORMAT_RECORD_STATUS, epochlog__clock_wall());
  epochlog__add_u8(&record, (uint8_t)status);
  epochlog__add_u32(&record, status == FORMAT_STATUS_COMPLETED ? 0 : 1);
  epochlog__utf8_add_str(&record, end->code);
  epochlog__utf8_add_str(&record, end->message);
  epochlog__utf8_add_str(&record, end->details);
  epochlog__record_end(&record, start);
  /* Kept until the end is written, if there is no room for it now. */
  epochlog__lock(&run->hot->lock);
  if (!record.failed)
    epochlog__facts_set(&run->facts, FORMAT_RECORD_STATUS, "", 0, record.data, record.size);
  epochlog__unlock(&run->hot->lock);
  run->is_end_told = epochlog__put_fact(run, &record, FORMAT_RECORD_STATUS, NULL) == EPOCHLOG_OK;
  if (run->is_end_told) return;
  /* It is not a lost call: it will be written. */
  epochlog__lock(&run->hot->lock);
  if (run->lost.count != 0) run->lost.count--;
  epochlog__unlock(&run->hot->lock);
}
