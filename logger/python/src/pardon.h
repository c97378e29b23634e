/* Exceptions that a training can live with, and those that are not ours to keep. */
#ifndef EPOCHLOG_PYTHON_PARDON_H
#define EPOCHLOG_PYTHON_PARDON_H

#include <stdbool.h>

#include "module.h"

/* Clears the exception that is set, if any.  False: it stays, since it is no Exception
 * (KeyboardInterrupt, SystemExit) and whoever called must learn of it. */
bool pardon(void);

/* The same for one of `kind` alone: any other stays. */
bool pardon_only(PyObject *kind);

#endif
