/* Numbers that Python holds, as C takes them: without a copy where they lie as the
 * logger wants them, converted otherwise.
 *
 * Three ways in, in this order: the buffer protocol (NumPy, array, memoryview, JAX),
 * `__dlpack__` (PyTorch and whoever else speaks DLPack; a tensor on another device is
 * brought by its own `cpu()`), and any sequence of numbers, nested ones for more
 * dimensions.  What has none of these but `__array__` (pandas, polars) is asked for
 * that.  None of those packages is imported here.
 *
 *     array.c          taking and releasing
 *     array_source.c   what an object says of its memory
 *     array_load.c     one element of any type as a double or an integer
 *     array_labels.c   class labels as indices
 */
#ifndef EPOCHLOG_PYTHON_ARRAY_H
#define EPOCHLOG_PYTHON_ARRAY_H

#include <stdbool.h>
#include <stdint.h>

#include "module.h"

#define ARRAY_NDIM_MAX 4

enum array_type { ARRAY_F64, ARRAY_F32, ARRAY_I64, ARRAY_I32, ARRAY_U8 };

/* What an element is in memory. */
enum array_kind {
  ARRAY_KIND_INT,
  ARRAY_KIND_UINT,
  ARRAY_KIND_FLOAT, /* 2, 4, 8 bytes, or a long double */
  ARRAY_KIND_BFLOAT,
  ARRAY_KIND_BOOL
};

/* Memory that an object lent, and how it is laid out. */
struct array_source {
  const char *data;
  enum array_kind kind;
  Py_ssize_t item; /* bytes of an element */
  bool is_swapped; /* of the other byte order */
  int ndim;
  Py_ssize_t shape[ARRAY_NDIM_MAX];
  Py_ssize_t strides[ARRAY_NDIM_MAX]; /* bytes */
  /* Whom it is given back to. */
  Py_buffer view;
  bool has_view;
  void *tensor; /* DLManagedTensor */
};

/* An array in row-major order. */
struct array {
  const void *data;
  enum array_type type;
  int ndim;
  Py_ssize_t shape[ARRAY_NDIM_MAX];
  Py_ssize_t count; /* of elements */
  struct array_source source;
  void *copy;
};

/* What the caller can use. */
struct array_wish {
  const char *name;       /* of the argument, for sentences: "scores" */
  enum array_type type;   /* what anything else is converted to */
  bool takes_f32;         /* floats of up to 32 bits become floats */
  int ndim_min, ndim_max; /* 1 to ARRAY_NDIM_MAX; trailing dimensions of 1 may be left out
                             down to ndim_max */
};

/* Takes an object's numbers; a row of them may be a row of rows of one number each.  False with TypeError (no array of numbers), ValueError (a
 * wrong number of dimensions, rows of unequal length, a number that the type has not) or
 * what the object itself raised; then there is nothing to release. */
bool array_take(struct array *out, PyObject *object, const struct array_wish *wish);
/* The same for None, which gives NULL data and a count of 0. */
bool array_take_optional(struct array *out, PyObject *object, const struct array_wish *wish);
/* The same for out->source, which is open; array_release is the caller's in every case, and
 * another wish may be tried after one that failed. */
bool array_take_source(struct array *out, const struct array_wish *wish);
void array_release(struct array *array);

/* ---- array_source.c */

/* 1: the object lent its memory; 0: it has none of numbers to lend, and no exception is
 * set; -1 with an exception set. */
int array_source_open(struct array_source *out, PyObject *object, const char *name);
void array_source_close(struct array_source *source);
/* Whether it has as many dimensions as it says, in row-major order without gaps. */
bool array_source_is_dense(const struct array_source *source);

/* ---- array_load.c */

double array_load_double(const struct array_source *source, const char *at);
/* False: not a whole number of 64 bits. */
bool array_load_integer(const struct array_source *source, const char *at, int64_t *value);

/* ---- array_labels.c: functions of the module */

PyObject *array_distinct(PyObject *module, PyObject *args);
PyObject *array_class_indices(PyObject *module, PyObject *args);

#endif
