/* The reading half of the module: runs as they lie on disk, over reader/run.h alone.
 *
 * A RunData is a run that was read.  Its facts become Python objects when they are
 * asked for, and stay; its points stay where the reader put them, and Python sees them
 * as memoryviews.  A summary keeps its facts alone and is closed at once.  Neither holds
 * a file open, however many there are.
 *
 *     read_module.c       what the module offers: open_run, open_charts, list_runs, find_run
 *     read_data.c         the type RunData
 *     read_facts.c        identity, parameters, files and the like as Python objects
 *     read_metrics.c      metrics: totals, points, columns
 *     read_spans.c        metrics reduced to a picture's width
 *     read_evaluations.c  predictions
 *     read_view.c         arrays that keep their run
 *     read_value.c        texts, values and errors
 *     read_share.c        a run that several hold
 *     read_arrow.c        streams as capsules
 *     arrow_*.c           Arrow's C stream interface; they know nothing of Python
 */
#ifndef EPOCHLOG_PYTHON_READER_H
#define EPOCHLOG_PYTHON_READER_H

#include "module.h"

/* Adds its types and functions to the module; -1 with an exception set. */
int reader_add(PyObject *module);

#endif
