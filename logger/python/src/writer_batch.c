/* Predictions and importances: arrays in, one call of the logger. */
#include <math.h>
#include <string.h>

#include "array.h"
#include "writer.h"
#include "writer_parts.h"

static struct array_wish doubles(const char *name)
{
  return (struct array_wish){.name = name, .type = ARRAY_F64, .ndim_min = 1, .ndim_max = 1};
}

/* Whether an optional array has one value for each sample. */
static bool is_as_long(const struct array *array, const char *name, Py_ssize_t count,
                       const char *of)
{
  if (array->data == NULL || array->shape[0] == count) return true;
  PyErr_Format(PyExc_ValueError, "%s has %zd values, %s has %zd", name, array->shape[0], of, count);
  return false;
}

/* A weight is a finite number, not below 0. */
static bool are_weights(const struct array *array)
{
  const double *weights = array->data;

  for (Py_ssize_t i = 0; weights != NULL && i < array->count; i++) {
    PyObject *value;

    if (weights[i] >= 0 && isfinite(weights[i])) continue;
    value = PyFloat_FromDouble(weights[i]);
    PyErr_Format(PyExc_ValueError, "weights: element %zd is %R, not a finite number from 0 on", i,
                 value);
    Py_XDECREF(value);
    return false;
  }
  return true;
}

/* Weights and ids, which every batch may have. */
struct extras {
  struct array weights;
  struct array ids;
};

static bool take_extras(struct extras *out, PyObject *weights, PyObject *ids, Py_ssize_t count,
                        const char *of)
{
  const struct array_wish weight_wish = doubles("weights");
  const struct array_wish id_wish = {
      .name = "ids", .type = ARRAY_I64, .ndim_min = 1, .ndim_max = 1};

  return array_take_optional(&out->weights, weights, &weight_wish) &&
         is_as_long(&out->weights, "weights", count, of) && are_weights(&out->weights) &&
         array_take_optional(&out->ids, ids, &id_wish) && is_as_long(&out->ids, "ids", count, of);
}

static void add_extras(struct parts *parts, const struct extras *extras)
{
  writer_add_part(parts, extras->weights.data, "weights");
  writer_add_part(parts, extras->ids.data, "ids");
}

static void release_extras(struct extras *extras)
{
  array_release(&extras->weights);
  array_release(&extras->ids);
}

/* ------------------------------------------------------------- texts of a list */

/* The strings of a list of str. */
struct texts {
  const char **items;
  PyObject **owners;
  Py_ssize_t count;
};

static void release_texts(struct texts *texts)
{
  for (Py_ssize_t i = 0; texts->owners != NULL && i < texts->count; i++)
    Py_XDECREF(texts->owners[i]);
  PyMem_Free((void *)texts->owners);
  PyMem_Free((void *)texts->items);
}

static bool take_texts(struct texts *texts, PyObject *list, const char *what)
{
  texts->count = PyList_Size(list);
  texts->items = PyMem_Calloc((size_t)texts->count + 1, sizeof *texts->items);
  texts->owners = PyMem_Calloc((size_t)texts->count + 1, sizeof *texts->owners);
  if (texts->items == NULL || texts->owners == NULL) {
    PyErr_NoMemory();
    return false;
  }
  for (Py_ssize_t i = 0; i < texts->count; i++) {
    texts->items[i] = writer_text(PyList_GetItem(list, i), what, &texts->owners[i]);
    if (texts->items[i] == NULL) return false;
  }
  return true;
}

/* ------------------------------------------------------------- classification */

struct classification {
  struct texts classes;
  struct array true_class;
  struct array scores;
  struct array predicted;
  struct extras extras;
  PyObject *name_owner;
  PyObject *positive_owner;
  const char *name;
  epochlog_classification batch;
};

/* Whether scores has a column for each class, or one for two; of no samples the columns
 * cannot be told. */
static bool are_columns(struct classification *c, bool is_one)
{
  const Py_ssize_t columns = is_one ? 1 : c->scores.shape[1], classes = c->classes.count;

  if (c->scores.shape[0] == 0 || columns == classes || (is_one && classes == 2)) return true;
  if (is_one)
    PyErr_Format(PyExc_ValueError,
                 "scores has one value for each sample, which is for 2 classes, not %zd", classes);
  else
    PyErr_Format(PyExc_ValueError, "scores has %zd columns for %zd classes", columns, classes);
  return false;
}

static bool take_scores(struct classification *c, PyObject *scores)
{
  static const struct array_wish wish = {
      .name = "scores", .type = ARRAY_F64, .takes_f32 = true, .ndim_min = 1, .ndim_max = 2};
  epochlog_classification *batch = &c->batch;
  bool is_one;

  if (!array_take_optional(&c->scores, scores, &wish) ||
      !is_as_long(&c->scores, "scores", c->true_class.count, "y_true"))
    return false;
  if (c->scores.data == NULL) return true;
  is_one = c->scores.ndim == 1 || c->scores.shape[1] == 1;
  if (!are_columns(c, is_one)) return false;
  batch->binary_scores = is_one && c->classes.count == 2;
  if (c->scores.type == ARRAY_F32)
    batch->scores_f32 = c->scores.data;
  else
    batch->scores = c->scores.data;
  return true;
}

static bool take_classification(struct classification *c, PyObject *args)
{
  static const struct array_wish index_wish = {
      .name = "y_true", .type = ARRAY_I32, .ndim_min = 1, .ndim_max = 1};
  PyObject *name, *classes, *true_class, *scores, *predicted, *weights, *ids, *positive;
  epochlog_classification *batch = &c->batch;

  if (!PyArg_ParseTuple(args, "OO!OOOOOO:log_classification", &name, &PyList_Type, &classes,
                        &true_class, &scores, &predicted, &weights, &ids, &positive))
    return false;
  c->name = writer_name(name, "the name of an evaluation", &c->name_owner);
  if (c->name == NULL || !take_texts(&c->classes, classes, "the name of a class") ||
      !writer_text_or_none(positive, "the positive class", &batch->positive_class,
                           &c->positive_owner) ||
      !array_take(&c->true_class, true_class, &index_wish) || !take_scores(c, scores) ||
      !array_take_optional(&c->predicted, predicted, &index_wish) ||
      !is_as_long(&c->predicted, "predicted", c->true_class.count, "y_true") ||
      !take_extras(&c->extras, weights, ids, c->true_class.count, "y_true"))
    return false;
  batch->class_names = c->classes.items;
  batch->class_count = (size_t)c->classes.count;
  batch->count = (size_t)c->true_class.count;
  batch->true_class = c->true_class.data;
  batch->predicted_class = c->predicted.data;
  batch->weights = c->extras.weights.data;
  batch->ids = c->extras.ids.data;
  return true;
}

static bool is_like_others(struct writer *self, const struct classification *c, PyObject *classes)
{
  const bool is_binary = c->batch.binary_scores != 0;
  struct parts parts = {.kind = "classification", .classes = classes};

  writer_add_part(&parts, c->true_class.data, "y_true");
  writer_add_part(&parts, c->scores.data, is_binary ? "one score" : "scores of all classes");
  writer_add_part(&parts, c->predicted.data, "predicted");
  add_extras(&parts, &c->extras);
  return writer_is_alike(self, c->name_owner, &parts);
}

/* A batch of no samples says nothing. */
PyObject *writer_log_classification(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  struct classification c = {0};
  PyObject *result = NULL;
  epochlog_status status;

  if (writer_run(self) == NULL) return NULL;
  if (!take_classification(&c, args)) {
    /* The arguments are wrong. */
  } else if (c.batch.count == 0) {
    result = writer_result(self, EPOCHLOG_OK, NULL, NULL);
  } else if (is_like_others(self, &c, PyTuple_GetItem(args, 1))) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self, status = epochlog_log_classification(run, c.name, &c.batch));
    result = writer_result(self, status, "evaluation", c.name_owner);
  }
  release_extras(&c.extras);
  array_release(&c.predicted);
  array_release(&c.scores);
  array_release(&c.true_class);
  release_texts(&c.classes);
  Py_XDECREF(c.positive_owner);
  Py_XDECREF(c.name_owner);
  return result;
}

/* ----------------------------------------------------------------- regression */

struct regression {
  struct array true_value, predicted, lower, upper;
  struct extras extras;
  PyObject *name_owner;
  PyObject *target_owner;
  const char *name;
  epochlog_regression batch;
};

/* One of the arrays beside y_true. */
static bool take_beside(struct array *out, PyObject *object, const char *name, Py_ssize_t count)
{
  const struct array_wish wish = doubles(name);

  return array_take_optional(out, object, &wish) && is_as_long(out, name, count, "y_true");
}

static bool take_regression(struct regression *r, PyObject *args)
{
  const struct array_wish wish = doubles("y_true");
  PyObject *name, *true_value, *predicted, *lower, *upper, *weights, *ids, *target;
  epochlog_regression *batch = &r->batch;

  if (!PyArg_ParseTuple(args, "OOOOOdOOO:log_regression", &name, &true_value, &predicted, &lower,
                        &upper, &batch->interval_level, &weights, &ids, &target))
    return false;
  r->name = writer_name(name, "the name of an evaluation", &r->name_owner);
  if (r->name == NULL ||
      !writer_text_or_none(target, "the name of the target", &batch->target_name,
                           &r->target_owner) ||
      !array_take(&r->true_value, true_value, &wish) ||
      !take_beside(&r->predicted, predicted, "predicted", r->true_value.count) ||
      !take_beside(&r->lower, lower, "lower", r->true_value.count) ||
      !take_beside(&r->upper, upper, "upper", r->true_value.count) ||
      !take_extras(&r->extras, weights, ids, r->true_value.count, "y_true"))
    return false;
  batch->count = (size_t)r->true_value.count;
  batch->true_value = r->true_value.data;
  batch->predicted = r->predicted.data;
  batch->lower = r->lower.data;
  batch->upper = r->upper.data;
  batch->weights = r->extras.weights.data;
  batch->ids = r->extras.ids.data;
  return true;
}

static bool is_like_others_of(struct writer *self, const struct regression *r)
{
  struct parts parts = {.kind = "regression"};

  writer_add_part(&parts, r->true_value.data, "y_true");
  writer_add_part(&parts, r->predicted.data, "predicted");
  writer_add_part(&parts, r->lower.data, "lower");
  writer_add_part(&parts, r->upper.data, "upper");
  add_extras(&parts, &r->extras);
  return writer_is_alike(self, r->name_owner, &parts);
}

PyObject *writer_log_regression(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  struct regression r = {0};
  PyObject *result = NULL;
  epochlog_status status;

  if (writer_run(self) == NULL) return NULL;
  if (!take_regression(&r, args)) {
    /* The arguments are wrong. */
  } else if (r.batch.count == 0) {
    result = writer_result(self, EPOCHLOG_OK, NULL, NULL);
  } else if (is_like_others_of(self, &r)) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self, status = epochlog_log_regression(run, r.name, &r.batch));
    result = writer_result(self, status, "evaluation", r.name_owner);
  }
  release_extras(&r.extras);
  array_release(&r.upper);
  array_release(&r.lower);
  array_release(&r.predicted);
  array_release(&r.true_value);
  Py_XDECREF(r.target_owner);
  Py_XDECREF(r.name_owner);
  return result;
}

/* ----------------------------------------------------------------- importance */

struct importance {
  struct texts features;
  struct texts classes;
  struct array overall, deviation, per_class;
  PyObject *name_owner;
  PyObject *method_owner;
  const char *name;
  epochlog_importance importance;
};

static bool take_per_class(struct importance *i, PyObject *per_class)
{
  static const struct array_wish wish = {
      .name = "per_class", .type = ARRAY_F64, .ndim_min = 2, .ndim_max = 2};
  const struct array *array = &i->per_class;

  if (!array_take_optional(&i->per_class, per_class, &wish)) return false;
  if (array->data == NULL) return true;
  if (array->shape[0] == i->classes.count && array->shape[1] == i->features.count) return true;
  PyErr_Format(PyExc_ValueError, "per_class is %zd x %zd, for %zd classes and %zd features",
               array->shape[0], array->shape[1], i->classes.count, i->features.count);
  return false;
}

static bool take_importance(struct importance *i, PyObject *args)
{
  const struct array_wish wish = doubles("values"), deviation_wish = doubles("deviation");
  PyObject *name, *features, *overall, *deviation, *classes, *per_class, *method;
  epochlog_importance *out = &i->importance;

  if (!PyArg_ParseTuple(args, "OO!OOO!OO:log_importance", &name, &PyList_Type, &features, &overall,
                        &deviation, &PyList_Type, &classes, &per_class, &method))
    return false;
  i->name = writer_name(name, "the name of an importance", &i->name_owner);
  if (i->name == NULL || !take_texts(&i->features, features, "the name of a feature") ||
      !take_texts(&i->classes, classes, "the name of a class") ||
      !writer_text_or_none(method, "the method", &out->method, &i->method_owner) ||
      !array_take(&i->overall, overall, &wish) ||
      !is_as_long(&i->overall, "values", i->features.count, "features") ||
      !array_take_optional(&i->deviation, deviation, &deviation_wish) ||
      !is_as_long(&i->deviation, "deviation", i->features.count, "features") ||
      !take_per_class(i, per_class))
    return false;
  out->feature_count = (size_t)i->features.count;
  out->feature_names = i->features.items;
  out->overall = i->overall.data;
  out->deviation = i->deviation.data;
  out->class_count = i->per_class.data == NULL ? 0 : (size_t)i->classes.count;
  out->class_names = i->classes.items;
  out->per_class = i->per_class.data;
  return true;
}

PyObject *writer_log_importance(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  struct importance i = {0};
  PyObject *result = NULL;
  epochlog_status status;

  if (writer_run(self) == NULL) return NULL;
  if (take_importance(&i, args)) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self, status = epochlog_log_importance(run, i.name, &i.importance));
    result = writer_result(self, status, "importance", i.name_owner);
  }
  array_release(&i.per_class);
  array_release(&i.deviation);
  array_release(&i.overall);
  release_texts(&i.classes);
  release_texts(&i.features);
  Py_XDECREF(i.method_owner);
  Py_XDECREF(i.name_owner);
  return result;
}
