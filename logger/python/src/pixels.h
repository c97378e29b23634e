/* Arrays as pixels. */
#ifndef EPOCHLOG_PYTHON_PIXELS_H
#define EPOCHLOG_PYTHON_PIXELS_H

#include "module.h"

#define PIXELS_SIDE_MAX 65535

/* pixels(array, layout): (bytes, height, width, channels), rows top down. */
PyObject *pixels_of(PyObject *module, PyObject *args);

#endif
