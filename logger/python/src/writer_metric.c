#include "writer_metric.h"

bool writer_remember(struct writer *self, PyObject *name, const struct entry *entry)
{
  PyObject *packed =
      PyLong_FromUnsignedLong((unsigned long)entry->id << 3 | (unsigned long)entry->use);
  int failed = packed == NULL || PyDict_SetItem(self->metrics, name, packed) != 0;

  Py_XDECREF(packed);
  return !failed;
}

bool writer_refuse(struct writer *self, PyObject *name, const struct entry *entry)
{
  if (writer_run(self) == NULL) return false; /* ended meanwhile */
  if (entry->use == USE_NONE)
    PyErr_NoMemory();
  else
    PyErr_Format(PyExc_ValueError, "metric '%U' %s", name,
                 entry->use == USE_TEXT    ? "has texts, and takes no number"
                 : entry->use == USE_OTHER ? "is a list, row or table, and takes no point"
                                           : "has numbers, and takes no text");
  return false;
}

/* Defines a metric that is new; what another one is stays. */
static bool define_as(struct writer *self, PyObject *name, const char *text,
                      const epochlog_metric_options *options)
{
  struct entry entry;

  if (!writer_recall(self, name, &entry)) return false;
  if (entry.id != 0) return true;
  if (entry.use != USE_NONE) return writer_refuse(self, name, &entry);
  entry.id = epochlog_define(self->run, text, options);
  if (entry.id == 0) return writer_refuse(self, name, &entry);
  entry.use = options->integer ? USE_INTEGER : USE_FLOAT;
  return writer_remember(self, name, &entry);
}

/* A metric of integers or truth values that gets another number goes on as floats. */
static bool widen(struct writer *self, PyObject *name, const char *text, struct entry *entry)
{
  entry->id = epochlog_widen(self->run, text);
  entry->use = entry->id == 0 ? USE_NONE : USE_FLOAT;
  return entry->id == 0 ? writer_refuse(self, name, entry) : writer_remember(self, name, entry);
}

bool writer_find_slowly(struct writer *self, PyObject *name, const struct value *value,
                        struct entry *entry)
{
  const epochlog_metric_options options = {.integer = value->type == VALUE_INTEGER};
  PyObject *clean;
  const char *text = writer_name(name, "the name of a metric", &clean);
  bool done = text != NULL && writer_recall(self, clean, entry);

  if (done && !writer_takes(entry, value)) {
    if (entry->use == USE_TEXT || entry->use == USE_OTHER)
      done = writer_refuse(self, clean, entry);
    else if (entry->use != USE_NONE)
      done = widen(self, clean, text, entry);
    else if (value->type != VALUE_BOOL)
      done = define_as(self, clean, text, &options) && writer_recall(self, clean, entry);
  }
  Py_XDECREF(clean);
  return done;
}

PyObject *writer_define(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  epochlog_metric_options options = {0};
  PyObject *given, *unit, *description, *name, *owners[2] = {NULL};
  const char *text;
  bool done = false;
  int goal;

  if (!PyArg_ParseTuple(args, "OOOip:define", &given, &unit, &description, &goal,
                        &options.integer) ||
      writer_run(self) == NULL)
    return NULL;
  options.goal = (epochlog_goal)goal;
  text = writer_name(given, "the name of a metric", &name);
  if (text != NULL && writer_text_or_none(unit, "unit", &options.unit, &owners[0]) &&
      writer_text_or_none(description, "description", &options.description, &owners[1]))
    done = define_as(self, name, text, &options);
  Py_XDECREF(owners[0]);
  Py_XDECREF(owners[1]);
  Py_XDECREF(name);
  if (!done) return NULL;
  Py_RETURN_NONE;
}
