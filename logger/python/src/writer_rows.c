/* Lists, rows and tables: columns of one type each. */
#include <math.h>

#include "array.h"
#include "pardon.h"
#include "value.h"
#include "writer.h"
#include "writer_metric.h"

/* A column that was taken from Python. */
struct column {
  epochlog_type type;
  Py_ssize_t count;
  const void *values;
  struct array array; /* where it lent its memory */
  void *copy;
  PyObject *texts; /* list that owns the characters */
};

static void release_column(struct column *column)
{
  array_release(&column->array);
  PyMem_Free(column->copy);
  Py_XDECREF(column->texts);
}

/* --------------------------------------------------------- from Python objects */

/* What there is among the cells of a column. */
struct cells {
  bool has_float, has_integer, has_bool, has_missing, has_text;
};

static bool is_plain_number(PyObject *cell) { return PyFloat_Check(cell) || PyLong_Check(cell); }

/* Whether a cell has others in it; false as well with an exception set. */
static bool is_container(PyObject *cell)
{
  if (is_plain_number(cell) || PyUnicode_Check(cell) || PyBytes_Check(cell)) return false;
  if (PyObject_Size(cell) >= 0) return true;
  pardon(); /* an array of no dimension */
  return false;
}

/* What is neither plain nor missing: a cell that is no number becomes a text. */
static bool look_closely(PyObject *cell, struct value *value, struct cells *cells)
{
  if (value_take(cell, value)) return true;
  cells->has_text = true;
  return pardon_only(PyExc_TypeError) || pardon_only(PyExc_ValueError);
}

static bool look_at(PyObject *cell, Py_ssize_t i, struct cells *cells, const char *what)
{
  struct value value = {.type = VALUE_FLOAT};

  if (PyUnicode_Check(cell)) {
    cells->has_text = true;
    return true;
  }
  if (!is_plain_number(cell) && value_is_missing(cell)) {
    cells->has_missing = true;
    return true;
  }
  if (is_container(cell))
    PyErr_Format(PyExc_ValueError, "%s: element %zd is a %R, and there is one dimension", what, i,
                 Py_TYPE(cell));
  if (PyErr_Occurred() || !look_closely(cell, &value, cells)) return false;
  cells->has_float |= value.type == VALUE_FLOAT;
  cells->has_integer |= value.type == VALUE_INTEGER;
  cells->has_bool |= value.type == VALUE_BOOL;
  return true;
}

static epochlog_type type_of(const struct cells *cells)
{
  if (cells->has_text) return EPOCHLOG_TEXT;
  if (cells->has_float || cells->has_missing) return EPOCHLOG_DOUBLE;
  if (cells->has_integer) return EPOCHLOG_INT64;
  return cells->has_bool ? EPOCHLOG_BOOL : EPOCHLOG_DOUBLE;
}

/* The text of a cell, kept alive by column->texts; NULL with an exception set. */
static const char *cell_text(struct column *column, PyObject *cell, const char *what)
{
  PyObject *text = PyObject_Str(cell), *owner = NULL;
  const char *characters = text == NULL ? NULL : writer_text(text, what, &owner);

  if (characters != NULL && PyList_Append(column->texts, owner == NULL ? text : owner) != 0)
    characters = NULL;
  Py_XDECREF(owner);
  Py_XDECREF(text);
  return characters;
}

/* Among texts a NaN is none either: pandas has it for those that are missing. */
static bool is_no_text(PyObject *cell)
{
  if (PyUnicode_Check(cell)) return false;
  return PyFloat_Check(cell) ? isnan(PyFloat_AsDouble(cell)) : value_is_missing(cell);
}

static bool store_cell(struct column *column, Py_ssize_t i, PyObject *cell, const char *what)
{
  struct value value;

  if (column->type == EPOCHLOG_TEXT) {
    const char **texts = column->copy;

    if (is_no_text(cell)) return true;
    texts[i] = cell_text(column, cell, what);
    return texts[i] != NULL;
  }
  if (!value_take(cell, &value)) return false; /* another answer than before */
  if (column->type == EPOCHLOG_DOUBLE)
    ((double *)column->copy)[i] = value.number;
  else if (column->type == EPOCHLOG_INT64)
    ((int64_t *)column->copy)[i] = value.integer;
  else
    ((unsigned char *)column->copy)[i] = value.integer != 0;
  return true;
}

static bool take_cells(struct column *column, PyObject *list, const char *what)
{
  struct cells cells = {0};

  column->count = PyList_Size(list);
  for (Py_ssize_t i = 0; i < column->count; i++)
    if (!look_at(PyList_GetItem(list, i), i, &cells, what)) return false;
  column->type = type_of(&cells);
  column->copy = PyMem_Calloc((size_t)column->count + 1, sizeof(double));
  column->texts = PyList_New(0);
  column->values = column->copy;
  if (column->copy == NULL || column->texts == NULL) {
    if (!PyErr_Occurred()) PyErr_NoMemory();
    return false;
  }
  for (Py_ssize_t i = 0; i < column->count; i++)
    if (!store_cell(column, i, PyList_GetItem(list, i), what)) return false;
  return true;
}

/* ------------------------------------------------------------- from memory */

static epochlog_type type_in(enum array_type type)
{
  switch (type) {
    case ARRAY_F32: return EPOCHLOG_FLOAT;
    case ARRAY_I64: return EPOCHLOG_INT64;
    case ARRAY_U8: return EPOCHLOG_BOOL;
    default: return EPOCHLOG_DOUBLE;
  }
}

/* 1: taken; 0: the object lends no numbers; -1 with an exception set. */
static int take_numbers(struct column *column, PyObject *values, const char *what)
{
  struct array_wish wish = {
      .name = what, .type = ARRAY_F64, .takes_f32 = true, .ndim_min = 1, .ndim_max = 1};
  struct array *array = &column->array;
  const int opened = array_source_open(&array->source, values, what);
  const enum array_kind kind = array->source.kind;
  bool taken;

  if (opened < 0) /* an array of strings or objects: its elements are asked */
    return pardon_only(PyExc_TypeError) ? 0 : -1;
  if (opened == 0) return 0;
  if (kind == ARRAY_KIND_INT || kind == ARRAY_KIND_UINT) wish.type = ARRAY_I64;
  if (kind == ARRAY_KIND_BOOL) wish.type = ARRAY_U8;
  taken = array_take_source(array, &wish);
  if (!taken && kind == ARRAY_KIND_UINT && array->ndim == 1 && pardon_only(PyExc_ValueError)) {
    wish.type = ARRAY_F64; /* beyond 63 bits: as near as a double comes */
    taken = array_take_source(array, &wish);
  }
  if (!taken) return -1;
  column->type = type_in(array->type);
  column->count = array->count;
  column->values = array->data;
  return 1;
}

/* One value as a column of one cell. */
static bool take_cell(struct column *column, PyObject *value, const char *what)
{
  PyObject *list = PyList_New(1);
  bool taken;

  if (list == NULL) return false;
  Py_INCREF(value);
  PyList_SetItem(list, 0, value);
  taken = take_cells(column, list, what);
  Py_DECREF(list);
  return taken;
}

static bool take_column(struct column *column, PyObject *values, const char *what)
{
  PyObject *list = NULL;
  const int taken = take_numbers(column, values, what);
  bool done;

  if (taken != 0) return taken > 0;
  if (!PyUnicode_Check(values) && !PyBytes_Check(values) && !PyDict_Check(values) &&
      !PyAnySet_Check(values))
    list = PySequence_List(values);
  if (list == NULL) {
    if (pardon_only(PyExc_TypeError))
      PyErr_Format(PyExc_TypeError, "%s is a sequence of values, not %R", what, Py_TYPE(values));
    return false;
  }
  done = take_cells(column, list, what);
  Py_DECREF(list);
  return done;
}

/* Behind a call about a name that is none of a metric of points. */
static PyObject *logged(struct writer *self, epochlog_status status, const char *what,
                        PyObject *name)
{
  const bool is_kept = status != EPOCHLOG_INVALID && status != EPOCHLOG_KIND;

  if (is_kept && !writer_remember(self, name, &(struct entry){.use = USE_OTHER})) return NULL;
  return writer_result(self, status, what, name);
}

/* -------------------------------------------------------------------- lists */

PyObject *writer_log_list(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *values, *owner, *result = NULL;
  struct column column = {0};
  const char *text;
  epochlog_status status;

  if (!PyArg_ParseTuple(args, "OO:log_list", &name, &values) || writer_run(self) == NULL)
    return NULL;
  text = writer_name(name, "the name of a list", &owner);
  if (text != NULL && take_column(&column, values, "values")) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self, status = epochlog_log_list(run, text, column.type, column.values,
                                                         (size_t)column.count));
    result = logged(self, status, "list", owner);
  }
  release_column(&column);
  Py_XDECREF(owner);
  return result;
}

/* ----------------------------------------------------------- rows and tables */

/* The columns of one call. */
struct table {
  Py_ssize_t count;
  struct column *columns;
  epochlog_column *described;
  PyObject **owners; /* of their names */
};

static void release_table(struct table *table)
{
  for (Py_ssize_t i = 0; i < table->count; i++) {
    if (table->columns != NULL) release_column(&table->columns[i]);
    if (table->owners != NULL) Py_XDECREF(table->owners[i]);
  }
  PyMem_Free(table->columns);
  PyMem_Free(table->described);
  PyMem_Free((void *)table->owners);
}

static bool allocate_table(struct table *table, Py_ssize_t count)
{
  table->count = count;
  table->columns = PyMem_Calloc((size_t)count + 1, sizeof *table->columns);
  table->described = PyMem_Calloc((size_t)count + 1, sizeof *table->described);
  table->owners = PyMem_Calloc((size_t)count + 1, sizeof *table->owners);
  if (table->columns != NULL && table->described != NULL && table->owners != NULL) return true;
  PyErr_NoMemory();
  return false;
}

/* A row's value, or a column's values; a number is a column of one. */
static bool take_values(struct column *column, PyObject *values, const char *name, bool is_row)
{
  if (is_row && is_container(values))
    PyErr_Format(PyExc_TypeError,
                 "column '%s' of a row is one value, not %R; log_table takes columns", name,
                 Py_TYPE(values));
  if (PyErr_Occurred()) return false;
  if (is_row || (PyNumber_Check(values) && !is_container(values)))
    return take_cell(column, values, name);
  return take_column(column, values, name);
}

static bool take_member(struct table *table, Py_ssize_t i, PyObject *key, PyObject *values,
                        bool is_row)
{
  struct column *column = &table->columns[i];
  const char *name;

  if (i == table->count) return false; /* no dict of ours */
  name = writer_name(key, "the name of a column", &table->owners[i]);
  if (name == NULL || !take_values(column, values, name, is_row)) return false;
  table->described[i] =
      (epochlog_column){.name = name, .type = column->type, .values = column->values};
  if (column->count == table->columns[0].count) return true;
  PyErr_Format(PyExc_ValueError, "column '%s' has %zd rows, '%s' has %zd", name, column->count,
               table->described[0].name, table->columns[0].count);
  return false;
}

static bool take_table(struct table *table, PyObject *dict, bool is_row)
{
  PyObject *key, *values;
  Py_ssize_t at = 0, i = 0;

  if (PyDict_Size(dict) == 0)
    PyErr_Format(PyExc_ValueError, "a %s has columns, and this has none", is_row ? "row" : "table");
  if (PyErr_Occurred() || !allocate_table(table, PyDict_Size(dict))) return false;
  while (PyDict_Next(dict, &at, &key, &values))
    if (!take_member(table, i++, key, values, is_row)) return false;
  return true;
}

PyObject *writer_log_columns(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *dict, *owner, *result = NULL;
  struct table table = {0};
  const char *text;
  epochlog_status status = EPOCHLOG_OK;
  int is_row;

  if (!PyArg_ParseTuple(args, "OO!p:log_table", &name, &PyDict_Type, &dict, &is_row) ||
      writer_run(self) == NULL)
    return NULL;
  text = writer_name(name, is_row ? "the name of a row" : "the name of a table", &owner);
  if (text != NULL && take_table(&table, dict, is_row != 0)) {
    epochlog_run *run = self->run;
    const size_t count = (size_t)table.count;

    WRITER_WITHOUT_LOCK(
        self, status = is_row
                           ? epochlog_log_row(run, text, table.described, count)
                           : epochlog_log_table(run, text, table.described, count,
                                                count == 0 ? 0 : (size_t)table.columns[0].count));
    result = logged(self, status, is_row ? "row" : "table", owner);
  }
  release_table(&table);
  Py_XDECREF(owner);
  return result;
}
