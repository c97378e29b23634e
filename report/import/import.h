/* A run from a file that already exists: predictions, metrics, or an evaluation
 * that was aggregated elsewhere.
 *
 * Rows go to the logger in batches, so memory does not grow with the file.  What is
 * wrong with the file is told with line and column, and then nothing is left on
 * disk (staging.h).
 */
#ifndef EPOCHLOG_IMPORT_IMPORT_H
#define EPOCHLOG_IMPORT_IMPORT_H

#include <stddef.h>
#include <stdint.h>

struct import_options {
  const char *path;           /* "-": standard input */
  const char *type;           /* "classification", "regression", "metrics", "azureml" */
  const char *root;           /* of all runs */
  const char *run_name;       /* NULL: the file's name without folder and ending */
  const char *experiment;     /* NULL: as the logger has it */
  const char *evaluation;     /* NULL: as run_name without one */
  const char *positive;       /* classification; NULL: not told */
  const char *target;         /* regression: name of what is predicted; NULL: not told */
  double level;               /* regression: of the interval; 0: not told */
  const char *schema;         /* azureml; NULL: what the file says */
  const char *separator_word; /* as given to the command; only it uses this */
  char separator;             /* 0: found out */
};

struct import_result {
  char *folder; /* of the run; the caller's to free */
  uint64_t rows;
  char note[512];    /* what was left out, "" nothing */
  char message[600]; /* what is wrong, one line without the file's name */
};

/* What messages call the file. */
const char *import_source(const struct import_options *options);

/* Returns 0, or -1 with `result->message` filled. */
int import_file(const struct import_options *options, struct import_result *result);

#endif
