/* The reading half of the module: runs as they lie on disk. */
#ifndef EPOCHLOG_PYTHON_READER_H
#define EPOCHLOG_PYTHON_READER_H

#include "module.h"

/* Adds its types and functions to the module; -1 with an exception set. */
int reader_add(PyObject *module);

#endif
