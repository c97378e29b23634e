/* What the batches of an evaluation consist of.  Every batch has the same classes and
 * arrays as the first, or a reader leaves it out: it is refused here, where the caller
 * can still do something about it. */
#ifndef EPOCHLOG_PYTHON_WRITER_PARTS_H
#define EPOCHLOG_PYTHON_WRITER_PARTS_H

#include "writer.h"

struct parts {
  const char *kind;  /* of evaluation; each has names of its own */
  PyObject *classes; /* list of str; NULL: none */
  const char *words[6];
  size_t count;
};

/* Adds a word for an array, unless it is NULL. */
void writer_add_part(struct parts *parts, const void *data, const char *word);

/* Whether a batch is like those before it under its name, which it is if it is the first.
 * False with ValueError set. */
bool writer_is_alike(struct writer *self, PyObject *name, const struct parts *parts);

#endif
