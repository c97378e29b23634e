/* Shared by the reading half (reader.h) alone.  What returns a PyObject returns a new
 * reference, or NULL with an exception set. */
#ifndef EPOCHLOG_PYTHON_READ_H
#define EPOCHLOG_PYTHON_READ_H

#include "module.h"
#include "read_share.h"

/* ---- read_value.c */

/* NULL becomes None. */
PyObject *read_text(const char *text);
/* The same for a path, which need not be UTF-8. */
PyObject *read_path(const char *path);
/* A text without a value becomes None. */
PyObject *read_value(const struct value *value);
/* A number of a metric: bool, int or float, as its type says. */
PyObject *read_number(enum value_type type, double number, int64_t integer);
/* A tuple of str, or of None where a text is missing. */
PyObject *read_texts(const char *const *texts, size_t count);
PyObject *read_text_list(const char *const *texts, size_t count);
/* Puts `item` into a tuple that is being made, and takes it; false: it is NULL. */
int read_put(PyObject *tuple, Py_ssize_t at, PyObject *item);
/* Sets what the reader failed with: an OSError with its errno, FileNotFoundError where there
 * is no run, ValueError where a file was read and is no log. */
void read_fail(const struct read_error *error, const char *path);
/* A folder that holds no log. */
bool read_says_no_run(const struct read_error *error);
/* FileNotFoundError with the reader's message. */
void read_fail_missing(const struct read_error *error);

/* ---- read_view.c */

int read_view_add(PyObject *module);
/* A memoryview of `count` elements of the run's own, which it keeps.  `format` is 'd', 'l'
 * (64 bits), 'i' (32) or '?'.  `owner` is an object of the module's types. */
PyObject *read_view(PyObject *owner, struct run_share *share, const void *data, size_t count,
                    char format);
/* The same of an array that was made with malloc, which it takes also when it fails. */
PyObject *read_view_taken(PyObject *owner, void *data, size_t count, char format);

/* ---- read_facts.c */

/* What a run tells without its points; the names of these are RunData's attributes. */
struct read_fact {
  const char *name;
  PyObject *(*make)(const struct run *run, size_t at);
  size_t at; /* of a field in struct run */
  const char *doc;
};
extern const struct read_fact read_facts[];
#define READ_FACT_COUNT 31

/* ---- read_metrics.c, read_spans.c, read_evaluations.c; `owner` is a RunData */

PyObject *read_metrics(const struct run *run, size_t at);
PyObject *read_steps(PyObject *owner, struct run_share *share, size_t index);
PyObject *read_times(PyObject *owner, struct run_share *share, size_t index);
PyObject *read_values(PyObject *owner, struct run_share *share, size_t index);
PyObject *read_columns(PyObject *owner, struct run_share *share, size_t index);
/* Of the first `most` metrics; None stands for the others. */
PyObject *read_spans(PyObject *owner, struct run *run, Py_ssize_t columns, Py_ssize_t most);
PyObject *read_evaluations(PyObject *owner, struct run_share *share);

/* ---- read_data.c */

int read_data_add(PyObject *module);
/* Functions of the module. */
PyObject *read_open_run(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *read_open_charts(PyObject *module, PyObject *args, PyObject *keywords);

/* ---- read_arrow.c */

/* A capsule "arrow_array_stream" of a metric, or of all scalars with SIZE_MAX. */
PyObject *read_arrow(struct run_share *share, size_t index);

#endif
