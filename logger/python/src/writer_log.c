/* log: one point, or a row of them, at the cost of a dictionary look-up each. */
#include <math.h>
#include <string.h>

#include "pardon.h"
#include "value.h"
#include "writer.h"
#include "writer_metric.h"

/* The members of a dict that are logged without an allocation. */
#define ROW_USUAL 64

/* ----------------------------------------------------------------- points */

/* By name, which makes the metric. */
static bool log_first_bool(struct writer *self, PyObject *name, int64_t step,
                           const struct value *value)
{
  struct entry entry = {.use = USE_BOOL};
  PyObject *clean;
  const char *text = writer_name(name, "the name of a metric", &clean);
  bool done = false;

  if (text != NULL) {
    epochlog_log_bool(self->run, text, step, value->integer != 0);
    entry.id = epochlog_define(self->run, text, NULL);
    done = entry.id != 0 ? writer_remember(self, clean, &entry)
                         : writer_refuse(self, clean, &(struct entry){.use = USE_NONE});
  }
  Py_XDECREF(clean);
  return done;
}

static bool log_number(struct writer *self, PyObject *name, int64_t step, const struct value *value)
{
  struct entry entry;

  if (!writer_find(self, name, value, &entry)) return false;
  if (entry.use == USE_FLOAT)
    epochlog_scalar(self->run, entry.id, step, value->number);
  else if (entry.id != 0)
    epochlog_scalar_int(self->run, entry.id, step, value->integer);
  else
    return log_first_bool(self, name, step, value);
  return self->run != NULL || writer_run(self) != NULL; /* ended by the value's own method */
}

static bool log_text(struct writer *self, PyObject *name, int64_t step, PyObject *value)
{
  PyObject *clean, *owner = NULL;
  const char *key = writer_name(name, "the name of a metric", &clean), *text = NULL;
  struct entry entry;

  if (key != NULL && writer_recall(self, clean, &entry)) {
    if (entry.use == USE_TEXT || entry.use == USE_NONE)
      text = writer_text(value, "the text of a point", &owner);
    else
      writer_refuse(self, clean, &entry);
  }
  if (text != NULL && strlen(text) > EPOCHLOG_TEXT_MAX) {
    PyErr_Format(PyExc_ValueError, "the text of a point is longer than %d bytes",
                 EPOCHLOG_TEXT_MAX);
    text = NULL;
  }
  if (text != NULL) {
    epochlog_log_text(self->run, key, step, text);
    if (writer_run(self) == NULL || !writer_remember(self, clean, &(struct entry){.use = USE_TEXT}))
      text = NULL;
  }
  Py_XDECREF(owner);
  Py_XDECREF(clean);
  return text != NULL;
}

static bool log_value(struct writer *self, PyObject *name, int64_t step, PyObject *object)
{
  struct value value;

  if (PyUnicode_Check(object)) return log_text(self, name, step, object);
  return value_take(object, &value) && log_number(self, name, step, &value);
}

/* ------------------------------------------------------------- nested dicts */

/* The exception that is set becomes a warning, once for each name, unless the writer is
 * strict.  Returns whether to go on. */
static bool told(struct writer *self, PyObject *name)
{
  return writer_tell(self, NULL, "was not logged", name) == 0;
}

/* Members of a dict are held while other code may run, which may change the dict. */
static void hold(PyObject *key, PyObject *value)
{
  Py_INCREF(key);
  Py_INCREF(value);
}

static void let_go(PyObject *key, PyObject *value)
{
  Py_DECREF(key);
  Py_DECREF(value);
}

static bool log_nested(struct writer *self, PyObject *prefix, PyObject *mapping, int64_t step);

/* A value of a dict; what is wrong with it is told, and the others are logged.  False with
 * an exception set: strict, or dicts lie in each other without an end. */
static bool log_member(struct writer *self, PyObject *name, PyObject *value, int64_t step)
{
  bool done;

  if (!PyDict_Check(value)) return log_value(self, name, step, value) || told(self, name);
  if (Py_EnterRecursiveCall(" in a nested dict of metrics")) return false;
  done = log_nested(self, name, value, step);
  Py_LeaveRecursiveCall();
  return done;
}

static bool log_nested(struct writer *self, PyObject *prefix, PyObject *mapping, int64_t step)
{
  PyObject *key, *value;
  Py_ssize_t at = 0;
  bool go_on = PyUnicode_GetLength(prefix) <= EPOCHLOG_NAME_MAX;

  if (!go_on) PyErr_SetString(PyExc_ValueError, "dicts of metrics lie too deep in each other");
  while (go_on && PyDict_Next(mapping, &at, &key, &value)) {
    PyObject *name;

    hold(key, value);
    name = PyUnicode_FromFormat("%U/%S", prefix, key);
    go_on = name == NULL ? told(self, prefix) : log_member(self, name, value, step);
    Py_XDECREF(name);
    let_go(key, value);
  }
  return go_on;
}

/* ------------------------------------------------------------------- rows */

/* The numbers of a dict, which are logged at once. */
struct row {
  epochlog_metric usual_ids[ROW_USUAL];
  double usual_values[ROW_USUAL];
  epochlog_metric *ids;
  double *values;
  Py_ssize_t count, capacity;
  PyObject *rest; /* list of names and values that are no part of it; NULL: none */
};

static bool begin_row(struct row *row, Py_ssize_t capacity)
{
  row->ids = row->usual_ids;
  row->values = row->usual_values;
  row->count = 0;
  row->capacity = ROW_USUAL;
  row->rest = NULL;
  if (capacity <= ROW_USUAL) return true;
  row->capacity = capacity;
  row->ids = PyMem_Malloc((size_t)capacity * sizeof *row->ids);
  row->values = PyMem_Malloc((size_t)capacity * sizeof *row->values);
  if (row->ids == NULL || row->values == NULL) PyErr_NoMemory();
  return row->ids != NULL && row->values != NULL;
}

static void end_row(struct row *row)
{
  if (row->ids != row->usual_ids) PyMem_Free(row->ids);
  if (row->values != row->usual_values) PyMem_Free(row->values);
  Py_XDECREF(row->rest);
}

/* 1: the value is in the row; 0: it is none that a double keeps exactly, or its metric is
 * none yet; -1 with an exception set. */
static int add_to_row(struct writer *self, PyObject *name, PyObject *object, struct row *row)
{
  struct value value;
  struct entry entry;

  if (row->count == row->capacity || !PyUnicode_Check(name)) return 0;
  if (PyUnicode_Check(object) || PyDict_Check(object)) return 0;
  if (!value_take(object, &value)) return -1;
  if (value.type == VALUE_INTEGER && fabs(value.number) > 9e15) return 0;
  if (!writer_find(self, name, &value, &entry)) return -1;
  if (entry.use == USE_NONE) return 0;
  row->ids[row->count] = entry.id;
  row->values[row->count++] = value.number;
  return 1;
}

static bool add_to_rest(struct row *row, PyObject *name, PyObject *value)
{
  if (row->rest == NULL) row->rest = PyList_New(0);
  return row->rest != NULL && PyList_Append(row->rest, name) == 0 &&
         PyList_Append(row->rest, value) == 0;
}

/* Adds a member, or puts it by; what is wrong with it is told. */
static bool take_member(struct writer *self, PyObject *name, PyObject *value, struct row *row)
{
  const int added = add_to_row(self, name, value, row);

  return added > 0 || (added == 0 ? add_to_rest(row, name, value) : told(self, name));
}

static bool fill_row(struct writer *self, PyObject *mapping, struct row *row)
{
  PyObject *name, *value;
  Py_ssize_t at = 0;
  bool go_on = true;

  while (go_on && PyDict_Next(mapping, &at, &name, &value)) {
    const bool is_plain = PyFloat_CheckExact(value) && PyUnicode_CheckExact(name);

    if (!is_plain) hold(name, value);
    go_on = take_member(self, name, value, row);
    if (!is_plain) let_go(name, value);
  }
  return go_on;
}

static bool log_rest(struct writer *self, PyObject *rest, int64_t step)
{
  bool go_on = true;

  for (Py_ssize_t i = 0; go_on && i < PyList_Size(rest); i += 2) {
    PyObject *name = PyList_GetItem(rest, i);

    if (PyUnicode_Check(name)) {
      go_on = log_member(self, name, PyList_GetItem(rest, i + 1), step) || told(self, name);
    } else {
      PyErr_Format(PyExc_TypeError, "the name of a metric is a str, not %R", Py_TYPE(name));
      go_on = told(self, NULL);
    }
  }
  return go_on;
}

/* Numbers first, as one row with one clock read; then what is left, at the same step
 * where one was given.  False with an exception set. */
static bool log_dict(struct writer *self, PyObject *mapping, int64_t step)
{
  struct row row;
  bool go_on = begin_row(&row, PyDict_Size(mapping)) && fill_row(self, mapping, &row);

  /* What a strict writer stops at does not take along what was good before it. */
  epochlog_scalars(self->run, step, row.ids, row.values, (size_t)row.count);
  if (go_on && row.count != 0 && self->run == NULL) go_on = writer_run(self) != NULL;
  if (go_on && row.rest != NULL) go_on = log_rest(self, row.rest, step);
  end_row(&row);
  return go_on;
}

/* -------------------------------------------------------------------- log */

/* What the caller gave, wherever it stood. */
struct call {
  PyObject *name;
  PyObject *value;
  PyObject *step;
};

static bool set_keyword(struct call *call, PyObject *keyword, PyObject *value)
{
  static const char *const words[] = {"name", "value", "step"};
  PyObject **fields[] = {&call->name, &call->value, &call->step};

  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (PyUnicode_CompareWithASCIIString(keyword, words[i]) != 0) continue;
    if (*fields[i] != NULL) {
      PyErr_Format(PyExc_TypeError, "log() got two values for '%s'", words[i]);
      return false;
    }
    *fields[i] = value;
    return true;
  }
  PyErr_Format(PyExc_TypeError, "log() has no argument '%U'; it takes name, value and step",
               keyword);
  return false;
}

static bool parse(PyObject *const *args, Py_ssize_t count, PyObject *names, struct call *call)
{
  const Py_ssize_t keywords = names == NULL ? 0 : PyTuple_Size(names);

  if (count > 3 || count + keywords == 0) {
    PyErr_Format(PyExc_TypeError, "log() takes 1 to 3 arguments (name, value, step), not %zd",
                 count + keywords);
    return false;
  }
  call->name = count > 0 ? args[0] : NULL;
  call->value = count > 1 ? args[1] : NULL;
  call->step = count > 2 ? args[2] : NULL;
  for (Py_ssize_t i = 0; i < keywords; i++)
    if (!set_keyword(call, PyTuple_GetItem(names, i), args[count + i])) return false;
  if (call->name != NULL) return true;
  PyErr_SetString(PyExc_TypeError, "log() needs the name of a metric");
  return false;
}

/* log({...}, 7): the second one is the step. */
static bool parse_dict(struct call *call)
{
  if (call->value == NULL) return true;
  if (call->step != NULL) {
    PyErr_SetString(PyExc_TypeError, "log() of a dict takes a step and no value");
    return false;
  }
  call->step = call->value;
  call->value = NULL;
  return true;
}

/* A step that is none costs the step, not the point. */
static bool take_step(struct writer *self, struct call *call, int64_t *step)
{
  return call->step == NULL || writer_step(call->step, step) ||
         writer_tell(self, NULL, "is logged at the next step", call->name) == 0;
}

static bool log_dict_call(struct writer *self, struct call *call, PyObject *dict)
{
  int64_t step = EPOCHLOG_AUTO;

  return parse_dict(call) && take_step(self, call, &step) && log_dict(self, dict, step);
}

/* Another mapping than a dict, as one. */
static bool log_mapping(struct writer *self, struct call *call)
{
  PyObject *dict = PyDict_New();
  bool done = false;

  if (dict != NULL && PyMapping_Check(call->name) && PyDict_Merge(dict, call->name, 1) == 0)
    done = log_dict_call(self, call, dict);
  else if (dict != NULL && (pardon_only(PyExc_AttributeError) || pardon_only(PyExc_TypeError)))
    PyErr_Format(PyExc_TypeError, "the name of a metric is a str, not %R", Py_TYPE(call->name));
  Py_XDECREF(dict);
  return done;
}

/* False with an exception set; what was wrong with a member of a dict is told already. */
static bool log_call(struct writer *self, struct call *call)
{
  int64_t step = EPOCHLOG_AUTO;

  if (PyDict_Check(call->name)) return log_dict_call(self, call, call->name);
  if (!PyUnicode_Check(call->name)) return log_mapping(self, call);
  if (call->value == NULL) {
    PyErr_SetString(PyExc_TypeError, "log() needs a value");
    return false;
  }
  if (!take_step(self, call, &step)) return false;
  if (PyDict_Check(call->value)) return log_nested(self, call->name, call->value, step);
  return log_value(self, call->name, step, call->value);
}

PyObject *writer_log(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
  struct writer *self = (struct writer *)object;
  struct call call = {0};
  bool go_on;

  if (self->run == NULL)
    go_on = writer_tell(self, PyExc_RuntimeError, "the run has ended: nothing more is logged",
                        NULL) == 0;
  else if (!parse(args, count, names, &call))
    go_on = writer_tell(self, NULL, "was not understood", NULL) == 0;
  else
    go_on = log_call(self, &call) || told(self, call.name);
  if (!go_on) return NULL;
  Py_RETURN_NONE;
}
