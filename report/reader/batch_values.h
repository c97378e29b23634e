/* The values of one column of a batch, decoded. */
#ifndef EPOCHLOG_READER_BATCH_VALUES_H
#define EPOCHLOG_READER_BATCH_VALUES_H

#include <stddef.h>

#include "reader/block_read.h"
#include "reader/contents.h"
#include "reader/records.h"

struct batch_values {
  size_t count;
  double *numbers;              /* float64 and float32 columns */
  int64_t *integers;            /* integer and bool columns */
  struct epochlog__text *texts; /* text columns; a missing one has data NULL */
  char *storage;                /* bytes of the texts */
};

/* Decodes a column of `count` values.  Not OK: `values` holds nothing. */
enum block_check batch_values_read(struct batch_values *values, struct contents *contents,
                                   const struct batch_column *column, size_t count);
void batch_values_release(struct batch_values *values);

#endif
