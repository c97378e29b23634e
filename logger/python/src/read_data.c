/* RunData: a run that was read, whole or without its points. */
#include <string.h>

#include "read.h"

struct run_data {
  PyObject_HEAD struct run_share *share; /* NULL: the run was closed, its facts are known */
  PyObject *facts[READ_FACT_COUNT];      /* each NULL until it is asked for */
  PyObject *evaluations;
};

/* ---- what is asked for */

static PyObject *fact(struct run_data *self, size_t at)
{
  const struct read_fact *described = &read_facts[at];

  if (self->facts[at] == NULL) {
    PyObject *made = described->make(run_share_run(self->share), described->at);

    /* Another thread may have been here meanwhile. */
    if (self->facts[at] == NULL)
      self->facts[at] = made;
    else
      Py_XDECREF(made);
  }
  Py_XINCREF(self->facts[at]);
  return self->facts[at];
}

static PyObject *get_fact(PyObject *object, void *at)
{
  return fact((struct run_data *)object, (size_t)(uintptr_t)at);
}

static PyObject *get_is_summary(PyObject *object, void *unused)
{
  (void)unused;
  return PyBool_FromLong(((struct run_data *)object)->share == NULL);
}

/* The run with its points; NULL with an exception set. */
static struct run_share *whole(struct run_data *self)
{
  if (self->share == NULL) PyErr_SetString(PyExc_RuntimeError, "a summary has no points");
  return self->share;
}

static PyObject *get_evaluations(PyObject *object, void *unused)
{
  struct run_data *self = (struct run_data *)object;

  (void)unused;
  if (whole(self) == NULL) return NULL;
  if (self->evaluations == NULL) {
    PyObject *made = read_evaluations(object, self->share);

    if (self->evaluations == NULL)
      self->evaluations = made;
    else
      Py_XDECREF(made);
  }
  Py_XINCREF(self->evaluations);
  return self->evaluations;
}

static PyObject *of_metric(PyObject *object, PyObject *argument,
                           PyObject *(*make)(PyObject *owner, struct run_share *share,
                                             size_t index))
{
  struct run_share *share = whole((struct run_data *)object);
  const size_t index = share == NULL ? 0 : PyLong_AsSize_t(argument);

  if (share == NULL || (index == (size_t)-1 && PyErr_Occurred())) return NULL;
  return make(object, share, index);
}

static PyObject *data_steps(PyObject *self, PyObject *index)
{
  return of_metric(self, index, read_steps);
}

static PyObject *data_times(PyObject *self, PyObject *index)
{
  return of_metric(self, index, read_times);
}

static PyObject *data_values(PyObject *self, PyObject *index)
{
  return of_metric(self, index, read_values);
}

static PyObject *data_columns(PyObject *self, PyObject *index)
{
  return of_metric(self, index, read_columns);
}

static PyObject *data_spans(PyObject *object, PyObject *args)
{
  struct run_share *share = whole((struct run_data *)object);
  Py_ssize_t columns, most = -1;

  if (share == NULL || !PyArg_ParseTuple(args, "n|n:spans", &columns, &most)) return NULL;
  return read_spans(object, run_share_run(share), columns, most);
}

static PyObject *stream_of(PyObject *owner, struct run_share *share, size_t index)
{
  (void)owner;
  return read_arrow(share, index);
}

static PyObject *data_arrow_stream(PyObject *object, PyObject *index)
{
  struct run_share *share;

  if (index != Py_None) return of_metric(object, index, stream_of);
  share = whole((struct run_data *)object);
  return share == NULL ? NULL : read_arrow(share, SIZE_MAX);
}

/* ---- opening */

/* A RunData that takes the run; NULL with an exception set. */
static struct run_data *make_data(PyObject *module, struct run *run)
{
  PyObject *type = PyObject_GetAttrString(module, "RunData");
  struct run_data *self =
      type == NULL ? NULL : (struct run_data *)PyType_GenericAlloc((PyTypeObject *)type, 0);

  Py_XDECREF(type);
  if (self == NULL) {
    run_close(run);
    return NULL;
  }
  self->share = run_share_new(run);
  if (self->share != NULL) return self;
  Py_DECREF((PyObject *)self);
  PyErr_NoMemory();
  return NULL;
}

/* Makes every fact and closes the run, with its files.  0, or -1 with an exception set. */
static int let_go(struct run_data *self)
{
  for (size_t i = 0; i < READ_FACT_COUNT; i++) {
    PyObject *made = fact(self, i);

    if (made == NULL) return -1;
    Py_DECREF(made);
  }
  run_share_drop(self->share);
  self->share = NULL;
  return 0;
}

static struct run_data *open_data(PyObject *module, PyObject *path, enum run_detail detail)
{
  const char *text = PyBytes_AsString(path);
  struct read_error error = {0};
  struct run *run;

  if (text == NULL) return NULL;
  Py_BEGIN_ALLOW_THREADS;
  run = run_open(text, detail, &error);
  if (run != NULL && run->status == RUN_NOT_RESPONDING) {
    /* It may have ended well between the look at its log and the look for its process:
     * now that this is gone, the log is what it will stay. */
    run_close(run);
    run = run_open(text, detail, &error);
  }
  if (run != NULL && detail == RUN_ALL) run_close_files(run);
  Py_END_ALLOW_THREADS;
  if (run != NULL) return make_data(module, run);
  read_fail(&error, text);
  return NULL;
}

PyObject *read_open_run(PyObject *module, PyObject *args, PyObject *keywords)
{
  static char *words[] = {"path", "summary", NULL};
  struct run_data *self;
  PyObject *path;
  int summary = 0;

  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&|p:open_run", words, PyUnicode_FSConverter,
                                   &path, &summary))
    return NULL;
  self = open_data(module, path, summary ? RUN_SUMMARY : RUN_ALL);
  Py_DECREF(path);
  if (self == NULL || !summary || let_go(self) == 0) return (PyObject *)self;
  Py_DECREF((PyObject *)self);
  return NULL;
}

PyObject *read_open_charts(PyObject *module, PyObject *args, PyObject *keywords)
{
  static char *words[] = {"path", "columns", "most", NULL};
  struct run_data *self;
  PyObject *path, *spans;
  Py_ssize_t columns, most = -1;

  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&n|n:open_charts", words,
                                   PyUnicode_FSConverter, &path, &columns, &most))
    return NULL;
  self = open_data(module, path, RUN_CHARTS);
  Py_DECREF(path);
  if (self == NULL) return NULL;
  spans = read_spans((PyObject *)self, run_share_run(self->share), columns, most);
  if (spans != NULL && let_go(self) == 0) return Py_BuildValue("NN", (PyObject *)self, spans);
  Py_XDECREF(spans);
  Py_DECREF((PyObject *)self);
  return NULL;
}

/* ---- the type */

static void data_dealloc(PyObject *object)
{
  struct run_data *self = (struct run_data *)object;
  PyTypeObject *type = Py_TYPE(object);

  for (size_t i = 0; i < READ_FACT_COUNT; i++) Py_XDECREF(self->facts[i]);
  Py_XDECREF(self->evaluations);
  run_share_drop(self->share);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
  Py_DECREF(type);
}

static PyObject *data_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
  (void)type;
  (void)args;
  (void)keywords;
  PyErr_SetString(PyExc_TypeError, "a RunData is made by open_run");
  return NULL;
}

static PyMethodDef methods[] = {
    {"steps", data_steps, METH_O,
     "steps($self, index, /)\n--\n\nThe steps of a scalar metric, a memoryview of int64."},
    {"times", data_times, METH_O,
     "times($self, index, /)\n--\n\nIts times in seconds since 1970 UTC, a memoryview of doubles."},
    {"values", data_values, METH_O,
     "values($self, index, /)\n--\n\nIts values: a memoryview of doubles, or of int64 for integers "
     "and\n"
     "truth values; a list of str for texts."},
    {"columns", data_columns, METH_O,
     "columns($self, index, /)\n--\n\n(name, type, values, missing) of each column of a list, row "
     "or table;\n"
     "`missing` is None or a memoryview of bool."},
    {"spans", data_spans, METH_VARARGS,
     "spans($self, columns, most=-1, /)\n--\n\n"
     "For each metric None or (lows, highs, means): memoryviews of doubles over equal parts\n"
     "of its steps, NaN where there is no finite value.  Only the first `most` are reduced."},
    {"arrow_stream", data_arrow_stream, METH_O,
     "arrow_stream($self, index, /)\n--\n\nA capsule of an Arrow C stream of a metric; of all "
     "scalars for\n"
     "None."},
    {NULL, NULL, 0, NULL}};

int read_data_add(PyObject *module)
{
  static PyGetSetDef fields[READ_FACT_COUNT + 3];
  static PyType_Slot slots[] = {{Py_tp_new, (void *)data_new},
                                {Py_tp_dealloc, (void *)data_dealloc},
                                {Py_tp_methods, methods},
                                {Py_tp_getset, fields},
                                {Py_tp_doc, (void *)"A run that was read."},
                                {0, NULL}};
  static PyType_Spec spec = {.name = "epochlog._native.RunData",
                             .basicsize = sizeof(struct run_data),
                             .flags = Py_TPFLAGS_DEFAULT,
                             .slots = slots};
  PyObject *type;

  for (size_t i = 0; i < READ_FACT_COUNT; i++)
    fields[i] =
        (PyGetSetDef){read_facts[i].name, get_fact, NULL, read_facts[i].doc, (void *)(uintptr_t)i};
  fields[READ_FACT_COUNT] = (PyGetSetDef){"evaluations", get_evaluations, NULL,
                                          "A dict for each: what was logged, else None.", NULL};
  fields[READ_FACT_COUNT + 1] =
      (PyGetSetDef){"is_summary", get_is_summary, NULL, "Whether it has no points.", NULL};
  type = PyType_FromModuleAndSpec(module, &spec, NULL);
  /* The name takes the reference, if it can be set. */
  if (type != NULL && PyModule_AddObject(module, "RunData", type) == 0) return 0;
  Py_XDECREF(type);
  return -1;
}
