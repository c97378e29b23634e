/* The logging half of the module: class Writer, over epochlog.h alone.
 *
 * A Writer owns one epochlog_run.  `log` is the hot path: a name is looked up among
 * those met before, its value becomes a double, an int64 or a text, and one C call
 * keeps it.  It raises nothing unless the writer is strict: a training goes on, and
 * each cause is told once, as a RuntimeWarning.
 *
 * Calls that write much let go of the interpreter's lock.  The one that ends the run
 * first takes `run` away, so that no call can begin, and waits for those under way.
 *
 *     writer.c         the type: started, ended, asked
 *     writer_tell.c    what went wrong, told once
 *     writer_text.c    texts, names, steps
 *     writer_log.c     log, with value.c for what a number is
 *     writer_metric.c  what each name is used for
 *     writer_rows.c    lists, rows, tables
 *     writer_batch.c   predictions and importances, with writer_parts.c
 *     writer_keep.c    parameters, tags, files, images, with pixels.c
 *     writer_exit.c    runs that are open when the interpreter ends
 */
#ifndef EPOCHLOG_PYTHON_WRITER_H
#define EPOCHLOG_PYTHON_WRITER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "epochlog.h"
#include "module.h"

struct writer {
  PyObject_HEAD epochlog_run *run; /* NULL before the start and after the end */
  PyObject *metrics;     /* dict: name -> int, id << 3 | what it is used for (writer_metric.c) */
  PyObject *evaluations; /* dict: name -> what its batches consist of (writer_parts.c) */
  PyObject *told;        /* set: the causes that were told */
  Py_ssize_t calls;      /* under way without the interpreter's lock */
  struct writer_ending *ending; /* what is told when the process ends; NULL: nothing yet */
  bool is_strict;
};

/* Adds the type to the module; -1 with an exception set. */
int writer_add(PyObject *module);

/* ---- writer.c */

/* The run, or NULL with RuntimeError set: it has ended, or never began. */
epochlog_run *writer_run(struct writer *self);
/* Around a call without the interpreter's lock. */
#define WRITER_WITHOUT_LOCK(self, statement) \
  do {                                       \
    (self)->calls++;                         \
    atomic_fetch_add(&writer_under_way, 1);  \
    Py_BEGIN_ALLOW_THREADS statement;        \
    atomic_fetch_sub(&writer_under_way, 1);  \
    Py_END_ALLOW_THREADS(self)->calls--;     \
  } while (0)
/* Such calls of all runs.  A daemon whose call ends behind the interpreter's end does not
 * come back with the lock, and never counts `calls` down. */
extern atomic_long writer_under_way;
/* Whether a failure cost data: of the others the caller knows. */
bool writer_is_loss(epochlog_status status);

/* ---- writer_tell.c */

/* What a status of a call about `what` comes to: None, an exception for an argument
 * that was wrong, a warning for a disk that failed.  New reference, or NULL. */
PyObject *writer_result(struct writer *self, epochlog_status status, const char *what,
                        PyObject *name);
/* Tells once that `what` happened to `name` (NULL: none), for the reason of the exception
 * that is set, if any: as a warning, or with strict as that exception, else `exception`.
 * -1 with an exception set: strict, or one that is not ours to keep (KeyboardInterrupt). */
int writer_tell(struct writer *self, PyObject *exception, const char *what, PyObject *name);

/* ---- writer_text.c */

/* A str as UTF-8; lone surrogates become '?'.  `*owner` receives what to release, or
 * NULL.  NULL with an exception set: not a str, or it holds a NUL. */
const char *writer_text(PyObject *text, const char *what, PyObject **owner);
/* The same, but None gives NULL without an exception; false: an exception is set. */
bool writer_text_or_none(PyObject *text, const char *what, const char **out, PyObject **owner);

/* A name as it is kept, without white space at its ends: `*owner` receives it as an exact
 * str, to be released.  NULL with TypeError or, for one that is empty, too long or holds a
 * NUL, ValueError set. */
const char *writer_name(PyObject *name, const char *what, PyObject **owner);

/* A step: None is EPOCHLOG_AUTO.  False with TypeError or OverflowError set. */
bool writer_step(PyObject *object, int64_t *step);

/* ---- writer_exit.c */

/* The run is ended otherwise. */
void writer_forget_exit(struct writer *self);
/* Has the run ended when the exit status of the process is known, where the C library
 * tells that.  False: no memory. */
PyObject *writer_end_at_exit(PyObject *self, PyObject *args);

/* ---- methods of the other files */

PyObject *writer_log(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *writer_define(PyObject *self, PyObject *args);
PyObject *writer_log_list(PyObject *self, PyObject *args);
PyObject *writer_log_columns(PyObject *self, PyObject *args);
PyObject *writer_log_classification(PyObject *self, PyObject *args);
PyObject *writer_log_regression(PyObject *self, PyObject *args);
PyObject *writer_log_importance(PyObject *self, PyObject *args);
PyObject *writer_param(PyObject *self, PyObject *args);
PyObject *writer_tag(PyObject *self, PyObject *args);
PyObject *writer_remove_tag(PyObject *self, PyObject *name);
PyObject *writer_property(PyObject *self, PyObject *args);
PyObject *writer_environment(PyObject *self, PyObject *args);
PyObject *writer_markdown(PyObject *self, PyObject *args);
PyObject *writer_json(PyObject *self, PyObject *args);
PyObject *writer_add_file(PyObject *self, PyObject *args);
PyObject *writer_add_folder(PyObject *self, PyObject *args);
PyObject *writer_add_data(PyObject *self, PyObject *args);
PyObject *writer_image_data(PyObject *self, PyObject *args);
PyObject *writer_image_pixels(PyObject *self, PyObject *args);

#endif
