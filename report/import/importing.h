/* An import while it runs: what its four kinds share.  Inside report/import only. */
#ifndef EPOCHLOG_IMPORT_IMPORTING_H
#define EPOCHLOG_IMPORT_IMPORTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "epochlog.h"
#include "import/csv.h"
#include "import/import.h"
#include "import/labels.h"
#include "import/staging.h"

/* The column that does not exist. */
#define NO_COLUMN SIZE_MAX

struct importing {
  const struct import_options *options;
  struct import_result *result;
  const char *evaluation; /* its name */
  const char *run_name;
  int fd;
  struct csv *csv; /* NULL for JSON */
  size_t column_count;
  char **columns; /* the header's names, owned */
  struct staging staging;
};

/* Fills the message; always returns -1. */
int importing_fail(struct importing *importing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same with "line N: column 'NAME': " of the current row before it. */
int importing_fail_at(struct importing *importing, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds a sentence to the note. */
void importing_note(struct importing *importing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Index of the column of that name, or NO_COLUMN. */
size_t importing_column(const struct importing *importing, const char *name);
/* The same for one that has to be there: fails with a message. */
int importing_need(struct importing *importing, const char *name, size_t *column);

/* Starts the run, once the header is known to be good. */
int importing_start(struct importing *importing);

/* Goes to the next row and checks its length.  Returns 1, 0 at the end, -1. */
int importing_row(struct importing *importing);
/* The current row's value in a column; each returns 0, or -1 with the message. */
int importing_number(struct importing *importing, size_t column, double *value);
int importing_whole(struct importing *importing, size_t column, int64_t *value);
int importing_weight(struct importing *importing, size_t column, double *value);

/* Rows of one batch: fewer when a row has many cells, so that a batch is bounded. */
size_t importing_batch_rows(size_t columns);
/* Checks what the logger said to a batch. */
int importing_logged(struct importing *importing, epochlog_status status);

/* The four kinds.  The header was read, `csv` stands behind it.  Each returns 0 or
 * -1 with the message. */
int import_classification(struct importing *importing);
int import_regression(struct importing *importing);
int import_metrics(struct importing *importing);
int import_azureml(struct importing *importing);

#endif
