/* Evaluations that arrive already aggregated: Azure ML's four JSON schemas.
 *
 *     {"schema_type": "confusion_matrix", "schema_version": "1.0.0", "data": {...}}
 *
 * Published samples contradict their own schema here and there, so reading is
 * lenient: what can be used is used, what cannot is said in `warnings`.  A text
 * without an envelope is taken for the data itself when the schema is known.
 *
 * This is the only file besides json.c and the reader's dump that knows the JSON
 * library.
 */
#ifndef EPOCHLOG_ANALYSIS_AGGREGATED_H
#define EPOCHLOG_ANALYSIS_AGGREGATED_H

#include <stdbool.h>
#include <stddef.h>

#include "pool.h"
#include "stats/accuracy_table.h"

enum aggregated_type {
  AGGREGATED_NONE = 0, /* nothing usable: see `warnings` */
  AGGREGATED_CONFUSION,
  AGGREGATED_ACCURACY,
  AGGREGATED_RESIDUALS,
  AGGREGATED_PREDICTIONS
};

enum { AGGREGATED_WARNINGS_MAX = 8 };

struct aggregated {
  enum aggregated_type type;
  size_t class_count;
  const char *const *class_names; /* confusion, accuracy */
  const double *matrix;           /* confusion: class_count * class_count, row = true class */
  struct accuracy_source tables;  /* accuracy */
  size_t bins;                    /* residuals, predictions */
  const double *edges;            /* bins + 1 */
  const double *counts;
  const double *averages; /* predictions */
  const double *errors;
  double mean, stddev; /* residuals; NaN where not given */
  const char *warnings[AGGREGATED_WARNINGS_MAX];
  size_t warning_count;
};

/** Reads `text` of `size` bytes.  `format` is the schema by which it was logged,
 * "" unknown.  Never fails: what is wrong is in the warnings.  Everything lives
 * in `pool`. */
void aggregated_read(struct aggregated *out, const char *text, size_t size, const char *format,
                     struct pool *pool);

#endif
