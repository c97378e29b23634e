/* BATCH records (FORMAT.md 4.4): a table of typed columns, written as one record or,
 * where that would be too long, as several of fewer rows.
 *
 * A column is told by where its values lie; nothing is copied before a stretch of
 * rows is encoded.
 */
#ifndef EPOCHLOG_BATCH_H
#define EPOCHLOG_BATCH_H

#include "run.h"

enum epochlog__source {
  EPOCHLOG__FROM_DOUBLE,
  EPOCHLOG__FROM_FLOAT,
  EPOCHLOG__FROM_INT32,
  EPOCHLOG__FROM_INT64,
  EPOCHLOG__FROM_BYTE, /* a truth value */
  EPOCHLOG__FROM_TEXT  /* const char *, NULL: missing */
};

struct epochlog__batch_column {
  const char *name; /* made clean when written, unless numbered */
  int number;       /* with `is_numbered`: the name is "name:number" */
  bool is_numbered;
  enum epochlog__source source;
  const void *values;
  size_t stride; /* elements from one row to the next */
};

struct epochlog__batch_attribute {
  const char *key;
  const char *value; /* NULL: the attribute is left out */
};

struct epochlog__batch {
  enum format_batch kind;
  const char *name;                                   /* as the caller gave it */
  const struct epochlog__batch_attribute *attributes; /* without the name */
  size_t attribute_count;
  const char *names_key; /* NULL: no list of names */
  const char *const *names;
  size_t names_count;
  const struct epochlog__batch_column *columns;
  size_t column_count;
  size_t row_count;
};

/* Encodes and logs it; compresses without holding a lock. */
epochlog_status epochlog__batch_put(struct epochlog_run *run, const struct epochlog__batch *batch);

#endif
