/* epochlog metrics: the values of a run, shaped as Azure ML's get_metrics(). */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "json.h"
#include "options.h"
#include "print.h"
#include "run_text.h"

struct metrics_options {
  bool recursive;
  bool steps;
  bool json;
  const char *root;
};

static const struct option_spec options[] = {
    {'r', "recursive", OPTION_FLAG, NULL, offsetof(struct metrics_options, recursive),
     "the run and all its descendants: {run id: {metric: value}}; runs without metrics are "
     "left out"},
    {0, "steps", OPTION_FLAG, NULL, offsetof(struct metrics_options, steps),
     "scalars as {\"steps\": [], \"times\": [], \"values\": []}, times in seconds since 1970"},
    {0, "json", OPTION_FLAG, NULL, offsetof(struct metrics_options, json),
     "on one line; the output is JSON either way"},
    {0, "root", OPTION_TEXT, "DIR", offsetof(struct metrics_options, root),
     "where the run's id or name is looked for; $EPOCHLOG_DIR or ./outputs if not given"},
};

static const struct usage usage = {
    .name = "metrics",
    .operands = "RUN [NAME]",
    .about =
        "Prints the values of a run's metrics, or of the one called NAME, as JSON in the\n"
        "shape of Azure ML's get_metrics():\n"
        "\n"
        "  a scalar logged once, a list of one   the bare value\n"
        "  a scalar logged again, a list         [values], scalars in order of step\n"
        "  a row logged once, a table of one     {column: value}\n"
        "  rows, a table                         {column: [values]}\n"
        "\n"
        "JSON has no word for numbers that are not finite: they are the strings \"NaN\",\n"
        "\"Infinity\" and \"-Infinity\".  A missing cell is null.  Without a metric NAME the\n"
        "result is {}, and the exit status 1.\n"
        "\n"
        "Descendants are looked for in the folder that holds the run.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operand_min = 1,
    .operand_max = 2,
    .examples =
        "  epochlog metrics ridge\n"
        "  epochlog metrics ridge loss --steps\n"
        "  epochlog metrics --recursive sweep | python3 -m json.tool\n",
    .exits = "  0 done, 1 the run cannot be read or has no metric NAME, 2 wrong usage\n",
};

/* ---- one metric ---- */

static void write_point(struct json_writer *json, const struct metric *metric, size_t i)
{
  switch (metric->type) {
    case VALUE_TEXT: json_write_text(json, metric->texts[i]); return;
    case VALUE_INTEGER: json_write_integer(json, metric->integers[i]); return;
    case VALUE_BOOL: json_write_bool(json, metric->integers[i] != 0); return;
    case VALUE_FLOAT: json_write_number(json, metric->values[i]); return;
  }
}

static void write_scalar(struct json_writer *json, const struct metric *metric)
{
  if (metric->count == 1) {
    write_point(json, metric, 0);
    return;
  }
  json_write_open_line(json, '[');
  for (size_t i = 0; i < metric->count; i++) write_point(json, metric, i);
  json_write_close(json);
}

static void write_steps(struct json_writer *json, const struct metric *metric)
{
  json_write_open(json, '{');
  json_write_key(json, "steps");
  json_write_open_line(json, '[');
  for (size_t i = 0; i < metric->count; i++) json_write_integer(json, metric->steps[i]);
  json_write_close(json);
  json_write_key(json, "times");
  json_write_open_line(json, '[');
  for (size_t i = 0; i < metric->count; i++)
    json_write_number(json, (double)metric->times_us[i] / 1e6);
  json_write_close(json);
  json_write_key(json, "values");
  json_write_open_line(json, '[');
  for (size_t i = 0; i < metric->count; i++) write_point(json, metric, i);
  json_write_close(json);
  json_write_close(json);
}

static void write_cell(struct json_writer *json, const struct metric_column *column, size_t i)
{
  if (column->texts)
    json_write_text(json, column->texts[i]);
  else if (column->missing && column->missing[i])
    json_write_null(json);
  else if (column->type == VALUE_BOOL)
    json_write_bool(json, column->integers[i] != 0);
  else if (column->type == VALUE_INTEGER)
    json_write_integer(json, column->integers[i]);
  else
    json_write_number(json, column->numbers[i]);
}

static void write_column(struct json_writer *json, const struct metric_column *column)
{
  if (column->count == 1) {
    write_cell(json, column, 0);
    return;
  }
  json_write_open_line(json, '[');
  for (size_t i = 0; i < column->count; i++) write_cell(json, column, i);
  json_write_close(json);
}

static void write_metric(struct json_writer *json, const struct metric *metric, bool steps)
{
  json_write_key(json, metric->name);
  if (metric->kind == METRIC_SCALAR) {
    if (steps)
      write_steps(json, metric);
    else
      write_scalar(json, metric);
  } else if (metric->kind == METRIC_LIST && metric->column_count == 1) {
    write_column(json, &metric->columns[0]);
  } else {
    json_write_open(json, '{');
    for (size_t i = 0; i < metric->column_count; i++) {
      json_write_key(json, metric->columns[i].name);
      write_column(json, &metric->columns[i]);
    }
    json_write_close(json);
  }
}

/* The members of a run's object.  Returns how many there were. */
static size_t write_metrics(struct json_writer *json, const struct run *run, const char *name,
                            bool steps)
{
  size_t written = 0;

  for (size_t i = 0; i < run->metric_count; i++) {
    if (name && strcmp(run->metrics[i].name, name) != 0) continue;
    write_metric(json, &run->metrics[i], steps);
    written++;
  }
  return written;
}

/* ---- one run ---- */

static int no_metric(const struct run *run, const char *name)
{
  struct text_list names = {0, NULL};
  const char *near;

  for (size_t i = 0; i < run->metric_count; i++)
    if (!text_list_add(&names, run->metrics[i].name)) break;
  near = options_nearest(name, names.items, names.count);
  free(names.items);
  if (near)
    print_error("%s: has no metric '%s'; did you mean '%s'?", run->id, name, near);
  else
    print_error("%s: has no metric '%s'; the result is empty", run->id, name);
  return EXIT_NOT_DONE;
}

static int print_one(const struct metrics_options *metrics, const char *text, const char *name)
{
  struct run *run = cmd_open(cmd_root(metrics->root), text, RUN_ALL);
  struct json_writer json;
  int code = EXIT_DONE;

  if (!run) return EXIT_NOT_DONE;
  json_write_start(&json, stdout, metrics->json ? 0 : 2);
  json_write_open(&json, '{');
  if (write_metrics(&json, run, name, metrics->steps) == 0 && name) code = EXIT_NOT_DONE;
  json_write_close(&json);
  json_write_finish(&json);
  if (code != EXIT_DONE) code = no_metric(run, name);
  run_close(run);
  return code;
}

/* ---- a run and its descendants ---- */

/* A run of the root: who it is and whose child. */
struct relative {
  const char *path;
  char *id;
  char *parent_id;
  bool wanted;
};

static bool read_relative(struct relative *relative)
{
  struct read_error error;
  struct run *run = run_open(relative->path, RUN_SUMMARY, &error);

  if (!run) {
    print_error("%s; whose child it is is unknown, it was left out", error.message);
    return false;
  }
  relative->id = strdup(run->id);
  relative->parent_id = strdup(run->parent_id);
  run_close(run);
  return relative->id && relative->parent_id;
}

static const struct relative *find_relative(const struct relative *relatives, long count,
                                            const char *id)
{
  for (long i = 0; i < count; i++)
    if (relatives[i].id && strcmp(relatives[i].id, id) == 0) return &relatives[i];
  return NULL;
}

/* Marks all whose chain of parents leads to `id`.  Each pass goes one generation
 * further, so a chain that closes on itself ends too. */
static void mark_descendants(struct relative *relatives, long count, const char *id)
{
  bool more = true;

  for (long i = 0; i < count; i++)
    relatives[i].wanted = relatives[i].id && strcmp(relatives[i].id, id) == 0;
  while (more) {
    more = false;
    for (long i = 0; i < count; i++) {
      const struct relative *parent;

      if (relatives[i].wanted || !relatives[i].id || !*relatives[i].parent_id) continue;
      parent = find_relative(relatives, count, relatives[i].parent_id);
      if (parent && parent->wanted) relatives[i].wanted = more = true;
    }
  }
}

static size_t write_run(struct json_writer *json, const char *path, const char *name, bool steps)
{
  struct read_error error;
  struct run *run = run_open(path, RUN_ALL, &error);
  const bool has_any = run && (name ? run_metric(run, name) != NULL : run->metric_count > 0);

  if (!run) print_error("%s; the run was left out", error.message);
  if (has_any) {
    json_write_key(json, run->id);
    json_write_open(json, '{');
    write_metrics(json, run, name, steps);
    json_write_close(json);
  }
  if (run) run_close(run);
  return has_any;
}

static int print_family(const struct metrics_options *metrics, const char *path, const char *name)
{
  struct relative self = {.path = path};
  struct relative *relatives = NULL;
  struct read_error error = {0};
  struct json_writer json;
  char *root = cmd_root_of(path), **paths = NULL;
  size_t written;
  long count = root ? run_list(root, &paths, &error) : -1;

  free(root);
  if (count > 0) relatives = calloc((size_t)count, sizeof *relatives);
  if (count < 0 || (count > 0 && !relatives) || !read_relative(&self)) {
    print_error("%s: %s; nothing was printed", path,
                *error.message ? error.message : "it cannot be read");
    run_paths_free(paths, count > 0 ? count : 0);
    return EXIT_NOT_DONE;
  }
  for (long i = 0; i < count; i++) {
    relatives[i].path = paths[i];
    read_relative(&relatives[i]);
  }
  mark_descendants(relatives, count, self.id);
  json_write_start(&json, stdout, metrics->json ? 0 : 2);
  json_write_open(&json, '{');
  written = write_run(&json, path, name, metrics->steps);
  /* Listed newest first; children read better in the order they were made. */
  for (long i = count - 1; i >= 0; i--)
    if (relatives[i].wanted && strcmp(relatives[i].id, self.id) != 0)
      written += write_run(&json, paths[i], name, metrics->steps);
  json_write_close(&json);
  json_write_finish(&json);
  for (long i = 0; i < count; i++) {
    free(relatives[i].id);
    free(relatives[i].parent_id);
  }
  free(relatives);
  free(self.id);
  free(self.parent_id);
  run_paths_free(paths, count);
  if (!name || written) return EXIT_DONE;
  print_error("%s: neither it nor a descendant has a metric '%s'; the result is empty", path, name);
  return EXIT_NOT_DONE;
}

int cmd_metrics(int argc, char **argv)
{
  struct metrics_options metrics = {0};
  struct text_list operands = {0, NULL};
  int code = options_start(&usage, argc, argv, &metrics, &operands);
  const char *name;
  char *path;

  if (code != OPTIONS_GO) return code;
  name = operands.count > 1 ? operands.items[1] : NULL;
  if (!metrics.recursive) return print_finish(print_one(&metrics, operands.items[0], name));
  path = cmd_find(cmd_root(metrics.root), operands.items[0]);
  if (!path) return EXIT_NOT_DONE;
  code = print_family(&metrics, path, name);
  free(path);
  return print_finish(code);
}
