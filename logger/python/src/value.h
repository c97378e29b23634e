/* One number of Python's, NumPy's, PyTorch's: what it is, and its value. */
#ifndef EPOCHLOG_PYTHON_VALUE_H
#define EPOCHLOG_PYTHON_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "module.h"

enum value_type { VALUE_FLOAT = 0, VALUE_INTEGER = 1, VALUE_BOOL = 2, VALUE_TEXT = 3 };

struct value {
  enum value_type type;
  double number;
  int64_t integer; /* INTEGER and BOOL */
};

/* Takes whatever has __index__ or __float__, and None as NaN.  An integer beyond 64 bits
 * is the nearest double.  False with an exception set: it is no number. */
bool value_take(PyObject *object, struct value *value);

#endif
