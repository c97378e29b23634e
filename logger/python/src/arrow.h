/* Arrow's C data and C stream interfaces, and the tables we hand out by them.
 *
 * The three structs are those of Arrow's specification, which asks every program to
 * define them itself under these guards.  Each belongs to who calls its `release`, from
 * whatever thread; a `release` of NULL says that it is released, or has moved.
 *
 * A table is cut into batches of at most ARROW_ROWS_MAX rows.  Their numbers are the
 * run's own arrays, which stay as long as a batch needs them; texts, truth values and
 * what is missing are made for the batch.
 */
#ifndef EPOCHLOG_PYTHON_ARROW_H
#define EPOCHLOG_PYTHON_ARROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read_share.h"

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif

#define ARROW_ROWS_MAX (1 << 20)
/* Offsets of texts are 32 bits; a batch ends before its texts are longer than this. */
#define ARROW_TEXT_MAX (INT64_C(1) << 30)

enum arrow_type {
  ARROW_INT64, /* `numbers`: int64 */
  ARROW_TIME,  /* `numbers`: int64, microseconds since 1970 UTC */
  ARROW_FLOAT, /* `numbers`: double; NULL: all are null */
  ARROW_BOOL,  /* `numbers`: int64, 0 or not 0 */
  ARROW_TEXT,  /* `texts`, NULL among them are null; NULL: all are null */
  ARROW_NAME   /* one of the dictionary's names, `code`, in every row */
};

/* A column of a table: arrays of as many elements as the table has rows. */
struct arrow_column {
  const char *name;
  enum arrow_type type;
  bool is_nullable;
  const void *numbers;
  const char *const *texts;
  const bool *missing; /* NULL: none is */
  int32_t code;
};

/* The names that codes stand for, shared by all batches of a stream. */
struct arrow_names;

/* Distinct names; copied.  NULL when memory is short. */
struct arrow_names *arrow_names_new(const char *const *names, size_t count);
struct arrow_names *arrow_names_keep(struct arrow_names *names);
/* NULL is no error. */
void arrow_names_drop(struct arrow_names *names);
/* The dictionary as an array.  0, or -1 when memory is short. */
int arrow_names_array(struct ArrowArray *out, struct arrow_names *names);

/* The schema of such columns.  0, or -1 when memory is short. */
int arrow_schema(struct ArrowSchema *out, const struct arrow_column *columns, size_t count);

/* A stretch of rows of a table as an array of structs, which keeps `share` and `names`
 * (NULL where no column is ARROW_NAME).  0, or -1 when memory is short. */
struct arrow_rows {
  const struct arrow_column *columns;
  size_t column_count;
  size_t from;
  size_t count;
  struct run_share *share;
  struct arrow_names *names;
};
int arrow_batch(struct ArrowArray *out, const struct arrow_rows *rows);

/* A stream of metric `index` (its points, or its columns), or with SIZE_MAX of the points
 * of all scalars.  0, or -1 when memory is short. */
int arrow_stream(struct ArrowArrayStream *out, struct run_share *share, size_t index);

#endif
