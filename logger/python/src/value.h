/* One number of Python's, NumPy's, PyTorch's: what it is, and its value. */
#ifndef EPOCHLOG_PYTHON_VALUE_H
#define EPOCHLOG_PYTHON_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "module.h"

enum value_type { VALUE_FLOAT, VALUE_INTEGER, VALUE_BOOL };

struct value {
  enum value_type type;
  double number;
  int64_t integer; /* INTEGER and BOOL; else 0 */
};

bool value_take_slowly(PyObject *object, struct value *value);

/* Takes whatever has __index__ or __float__, and what is missing as NaN.  An integer
 * beyond 64 bits is the nearest double.  False with an exception set: it is no number. */
static inline bool value_take(PyObject *object, struct value *value)
{
  if (!PyFloat_CheckExact(object)) return value_take_slowly(object, value);
  *value = (struct value){.type = VALUE_FLOAT, .number = PyFloat_AsDouble(object)};
  return true;
}

/* None, and what pandas has in its place (NA, NaT). */
bool value_is_missing(PyObject *object);

#endif
