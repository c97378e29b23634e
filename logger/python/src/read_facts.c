#include <stddef.h>
#include <stdio.h>

#include "read.h"

/* ---- single fields */

static const void *field(const struct run *run, size_t at) { return (const char *)run + at; }

static PyObject *make_text(const struct run *run, size_t at)
{
  return read_text(*(const char *const *)field(run, at));
}

static PyObject *make_path(const struct run *run, size_t at)
{
  return read_path(*(const char *const *)field(run, at));
}

static PyObject *make_time(const struct run *run, size_t at)
{
  return PyLong_FromLongLong(*(const int64_t *)field(run, at));
}

static PyObject *make_status(const struct run *run, size_t at)
{
  (void)at;
  return read_text(run_status_text(run->status));
}

static PyObject *make_world_size(const struct run *run, size_t at)
{
  (void)at;
  return PyLong_FromUnsignedLong(run->world_size);
}

static PyObject *make_git_state(const struct run *run, size_t at)
{
  static const char *const words[] = {"", "clean", "dirty"};

  (void)at;
  return read_text(words[run->git_dirty == 1 || run->git_dirty == 2 ? run->git_dirty : 0]);
}

static PyObject *make_arguments(const struct run *run, size_t at)
{
  (void)at;
  return read_texts(run->arguments, run->argument_count);
}

static PyObject *make_warnings(const struct run *run, size_t at)
{
  (void)at;
  return read_texts(run->warnings, run->warning_count);
}

/* ---- names and their values, as a dict that cannot be changed */

static int put_named(PyObject *dict, const struct named_value *named)
{
  PyObject *name = read_text(named->name);
  PyObject *value = name == NULL ? NULL : read_value(&named->value);
  const int failed = value == NULL || PyDict_SetItem(dict, name, value) != 0;

  Py_XDECREF(name);
  Py_XDECREF(value);
  return !failed;
}

static PyObject *make_named(const struct named_value *values, size_t count)
{
  PyObject *dict = PyDict_New(), *proxy;

  for (size_t i = 0; dict != NULL && i < count; i++)
    if (!put_named(dict, &values[i])) Py_CLEAR(dict);
  proxy = dict == NULL ? NULL : PyDictProxy_New(dict);
  Py_XDECREF(dict);
  return proxy;
}

static PyObject *make_params(const struct run *run, size_t at)
{
  (void)at;
  return make_named(run->params, run->param_count);
}

static PyObject *make_tags(const struct run *run, size_t at)
{
  (void)at;
  return make_named(run->tags, run->tag_count);
}

static PyObject *make_properties(const struct run *run, size_t at)
{
  (void)at;
  return make_named(run->properties, run->property_count);
}

static PyObject *make_environment(const struct run *run, size_t at)
{
  (void)at;
  return make_named(run->environment, run->environment_count);
}

/* ---- lists of things, as tuples of tuples */

static PyObject *hex_of(const unsigned char *bytes, size_t count)
{
  char text[65];

  for (size_t i = 0; i < count; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
  return read_text(text);
}

static PyObject *file_of(const struct run *run, size_t i)
{
  const struct kept_file *file = &run->files[i];

  return Py_BuildValue("NKNNN", read_text(file->path), (unsigned long long)file->size,
                       hex_of(file->sha256, sizeof file->sha256), read_text(file->role),
                       read_text(file->media_type));
}

static PyObject *step_of(int64_t step)
{
  if (step == INT64_MIN) Py_RETURN_NONE;
  return PyLong_FromLongLong(step);
}

static PyObject *image_of(const struct run *run, size_t i)
{
  const struct logged_image *image = &run->images[i];

  return Py_BuildValue("NNNkkN", read_text(image->name), step_of(image->step),
                       read_text(image->path), (unsigned long)image->width,
                       (unsigned long)image->height, read_text(image->caption));
}

static PyObject *document_of(const struct run *run, size_t i)
{
  const struct document *document = &run->documents[i];

  return Py_BuildValue("NNN", read_text(document->name), read_text(document->format),
                       PyUnicode_DecodeUTF8(document->text, (Py_ssize_t)document->size, "replace"));
}

static PyObject *loss_of(const struct run *run, size_t i)
{
  const struct loss *loss = &run->losses[i];

  return Py_BuildValue("KNLLiN", (unsigned long long)loss->count,
                       PyBool_FromLong(loss->is_possible), (long long)loss->from_ns,
                       (long long)loss->to_ns, loss->error, read_text(loss->what));
}

static PyObject *range_of(const struct skipped_range *range)
{
  return Py_BuildValue("KKN", (unsigned long long)range->from, (unsigned long long)range->to,
                       read_text(range->why));
}

static PyObject *log_of(const struct run *run, size_t i)
{
  const struct run_writer *writer = &run->writers[i];
  const struct log_account *account = &writer->account;
  PyObject *skipped = PyTuple_New((Py_ssize_t)account->skipped_count);

  for (size_t k = 0; skipped != NULL && k < account->skipped_count; k++)
    if (!read_put(skipped, (Py_ssize_t)k, range_of(&account->skipped[k]))) Py_CLEAR(skipped);
  if (skipped == NULL) return NULL;
  return Py_BuildValue("NkkKNLNKKNNN", read_path(account->file), (unsigned long)writer->rank,
                       (unsigned long)writer->world_size, (unsigned long long)writer->pid,
                       read_text(writer->host), (long long)writer->start_ns,
                       PyBool_FromLong(writer->is_alive), (unsigned long long)account->size,
                       (unsigned long long)account->whole, PyBool_FromLong(account->finished),
                       PyBool_FromLong(account->damaged), skipped);
}

static PyObject *make_each(const struct run *run, size_t count,
                           PyObject *(*make)(const struct run *run, size_t index))
{
  PyObject *tuple = PyTuple_New((Py_ssize_t)count);

  for (size_t i = 0; tuple != NULL && i < count; i++)
    if (!read_put(tuple, (Py_ssize_t)i, make(run, i))) Py_CLEAR(tuple);
  return tuple;
}

static PyObject *make_files(const struct run *run, size_t at)
{
  (void)at;
  return make_each(run, run->file_count, file_of);
}

static PyObject *make_images(const struct run *run, size_t at)
{
  (void)at;
  return make_each(run, run->image_count, image_of);
}

static PyObject *make_documents(const struct run *run, size_t at)
{
  (void)at;
  return make_each(run, run->document_count, document_of);
}

static PyObject *make_losses(const struct run *run, size_t at)
{
  (void)at;
  return make_each(run, run->loss_count, loss_of);
}

static PyObject *make_logs(const struct run *run, size_t at)
{
  (void)at;
  return make_each(run, run->writer_count, log_of);
}

/* ---- all of them */

#define AT(field) offsetof(struct run, field)

const struct read_fact read_facts[] = {
    {"folder", make_path, AT(folder), "The folder as it was opened; '' for a lone log."},
    {"id", make_text, AT(id), NULL},
    {"name", make_text, AT(name), NULL},
    {"experiment", make_text, AT(experiment), NULL},
    {"parent_id", make_text, AT(parent_id), "'' for a run without a parent."},
    {"description", make_text, AT(description), "Markdown."},
    {"status", make_status, 0, "Running, Completed, Failed, Canceled or NotResponding."},
    {"error_code", make_text, AT(error_code), NULL},
    {"error_message", make_text, AT(error_message), NULL},
    {"error_details", make_text, AT(error_details), NULL},
    {"start_ns", make_time, AT(start_ns), "Nanoseconds since 1970."},
    {"end_ns", make_time, AT(end_ns), "The same of its end, or of its last record."},
    {"world_size", make_world_size, 0, NULL},
    {"host", make_text, AT(host), NULL},
    {"user", make_text, AT(user), NULL},
    {"working_folder", make_text, AT(working_folder), NULL},
    {"git_commit", make_text, AT(git_commit), NULL},
    {"git_state", make_git_state, 0, "clean, dirty or ''."},
    {"writer_version", make_text, AT(writer_version), NULL},
    {"arguments", make_arguments, 0, NULL},
    {"warnings", make_warnings, 0, NULL},
    {"params", make_params, 0, NULL},
    {"tags", make_tags, 0, NULL},
    {"properties", make_properties, 0, NULL},
    {"environment", make_environment, 0, NULL},
    {"files", make_files, 0, "(path, size, sha256, role, media_type) of each."},
    {"images", make_images, 0, "(name, step, path, width, height, caption) of each."},
    {"documents", make_documents, 0, "(name, format, text) of each."},
    {"losses", make_losses, 0, "(count, is_possible, from_ns, to_ns, errno, what) of each."},
    {"logs", make_logs, 0,
     "(file, rank, world_size, pid, host, start_ns, is_alive, size, whole, finished,\n"
     "damaged, ((from, to, why) of what was skipped)) of each."},
    {"metrics", read_metrics, 0,
     "(name, kind, type, goal, unit, description, count, totals) of each; totals are None\n"
     "or (first, last, min, max, first_step, last_step, nan_count, infinite_count)."},
};

_Static_assert(sizeof read_facts / sizeof *read_facts == READ_FACT_COUNT, "each has its place");
