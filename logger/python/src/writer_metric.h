/* The names of a writer's metrics: what each is used for, and its number. */
#ifndef EPOCHLOG_PYTHON_WRITER_METRIC_H
#define EPOCHLOG_PYTHON_WRITER_METRIC_H

#include "value.h"
#include "writer.h"

/* What a name is used for; the first three are as enum value_type has them. */
enum use { USE_FLOAT, USE_INTEGER, USE_BOOL, USE_TEXT, USE_OTHER, USE_NONE };

/* What is known of a name. */
struct entry {
  epochlog_metric id; /* 0: no metric of numbers */
  enum use use;
};

/* The name is as writer_name gives it.  False with an exception set, as everywhere here. */
bool writer_remember(struct writer *self, PyObject *name, const struct entry *entry);

/* What is remembered of a name; one that is not as writer_name gives it is not known. */
static inline bool writer_recall(struct writer *self, PyObject *name, struct entry *entry)
{
  PyObject *known;
  unsigned long packed;

  *entry = (struct entry){.use = USE_NONE};
  if (!PyUnicode_CheckExact(name)) return true; /* its own __hash__ and __eq__ stay out */
  known = PyDict_GetItemWithError(self->metrics, name);
  if (known == NULL) return PyErr_Occurred() == NULL;
  packed = PyLong_AsUnsignedLong(known);
  *entry = (struct entry){.id = (epochlog_metric)(packed >> 3), .use = (enum use)(packed & 7)};
  return true;
}

/* Whether the metric can have the value as it is. */
static inline bool writer_takes(const struct entry *entry, const struct value *value)
{
  return entry->use == USE_FLOAT || (int)entry->use == (int)value->type ||
         (entry->use == USE_INTEGER && value->type == VALUE_BOOL);
}

bool writer_find_slowly(struct writer *self, PyObject *name, const struct value *value,
                        struct entry *entry);

/* Finds what to log a number as: makes the metric, or makes it fit.  A new metric of truth
 * values stays USE_NONE: its first point, logged by name, makes it. */
static inline bool writer_find(struct writer *self, PyObject *name, const struct value *value,
                               struct entry *entry)
{
  if (!writer_recall(self, name, entry)) return false;
  return writer_takes(entry, value) || writer_find_slowly(self, name, value, entry);
}

/* Sets why a name does not take what it was given; always false. */
bool writer_refuse(struct writer *self, PyObject *name, const struct entry *entry);

#endif
