/* The tables of a run as streams (arrow.h): one table for each metric, in its order. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arrow.h"

/* Of the table of a run: metric, step, time, value, text. */
#define RUN_COLUMNS 5

struct stream {
  struct run_share *share;
  struct arrow_names *names; /* of a run's table; NULL: one metric alone */
  int32_t *codes;            /* of each metric, -1 where it has no points */
  size_t metric;             /* at which it is */
  size_t end;                /* the metric at which it stops */
  size_t row;
  size_t column_count;
  struct arrow_column *columns; /* of the metric at hand */
};

/* ---- columns */

static void columns_of_run(struct arrow_column *out, const struct metric *metric, int32_t code)
{
  out[0] = (struct arrow_column){.name = "metric", .type = ARROW_NAME, .code = code};
  out[1] = (struct arrow_column){.name = "step", .type = ARROW_INT64};
  out[2] = (struct arrow_column){.name = "time", .type = ARROW_TIME};
  out[3] = (struct arrow_column){.name = "value", .type = ARROW_FLOAT, .is_nullable = true};
  out[4] = (struct arrow_column){.name = "text", .type = ARROW_TEXT, .is_nullable = true};
  if (!metric) return;
  out[1].numbers = metric->steps;
  out[2].numbers = metric->times_us;
  out[3].numbers = metric->values;
  out[4].texts = metric->texts;
}

static enum arrow_type type_of(enum value_type type)
{
  switch (type) {
    case VALUE_FLOAT: return ARROW_FLOAT;
    case VALUE_INTEGER: return ARROW_INT64;
    case VALUE_BOOL: return ARROW_BOOL;
    case VALUE_TEXT: break;
  }
  return ARROW_TEXT;
}

static const void *numbers_of(enum value_type type, const int64_t *integers, const double *doubles)
{
  return type == VALUE_FLOAT ? (const void *)doubles : integers;
}

static void columns_of_scalar(struct arrow_column *out, const struct metric *metric)
{
  out[0] = (struct arrow_column){.name = "step", .type = ARROW_INT64, .numbers = metric->steps};
  out[1] = (struct arrow_column){.name = "time", .type = ARROW_TIME, .numbers = metric->times_us};
  out[2] =
      (struct arrow_column){.name = "value",
                            .type = type_of(metric->type),
                            .is_nullable = true,
                            .numbers = numbers_of(metric->type, metric->integers, metric->values),
                            .texts = metric->texts};
}

static void columns_of_table(struct arrow_column *out, const struct metric *metric)
{
  for (size_t i = 0; i < metric->column_count; i++) {
    const struct metric_column *column = &metric->columns[i];

    out[i] = (struct arrow_column){
        .name = column->name,
        .type = type_of(column->type),
        .is_nullable = true,
        .numbers = numbers_of(column->type, column->integers, column->numbers),
        .texts = column->texts,
        .missing = column->missing};
  }
}

/* ---- the callbacks */

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out)
{
  struct stream *stream = self->private_data;

  return arrow_schema(out, stream->columns, stream->column_count) == 0 ? 0 : ENOMEM;
}

/* How many of the rows left go into a batch: its texts have to fit. */
static size_t rows_that_fit(const struct stream *stream, size_t left)
{
  const size_t most = left < ARROW_ROWS_MAX ? left : ARROW_ROWS_MAX;
  int64_t size = 0;

  for (size_t i = 0; i < most; i++) {
    for (size_t k = 0; k < stream->column_count; k++) {
      const struct arrow_column *column = &stream->columns[k];
      const char *text = column->texts ? column->texts[stream->row + i] : NULL;

      if (text) size += (int64_t)strlen(text);
    }
    if (size > ARROW_TEXT_MAX) return i > 0 ? i : 1;
  }
  return most;
}

static bool has_texts(const struct stream *stream)
{
  for (size_t i = 0; i < stream->column_count; i++)
    if (stream->columns[i].texts) return true;
  return false;
}

/* Goes on to the next metric that has rows; false at the end. */
static bool find_rows(struct stream *stream, const struct metric **metric)
{
  const struct run *run = run_share_run(stream->share);

  for (; stream->metric < stream->end; stream->metric++, stream->row = 0) {
    *metric = &run->metrics[stream->metric];
    if (stream->names && stream->codes[stream->metric] < 0) continue;
    if (stream->row < (*metric)->count) return true;
  }
  return false;
}

static int get_next(struct ArrowArrayStream *self, struct ArrowArray *out)
{
  struct stream *stream = self->private_data;
  const struct metric *metric;
  struct arrow_rows rows = {.columns = stream->columns,
                            .column_count = stream->column_count,
                            .share = stream->share,
                            .names = stream->names};
  size_t left;

  *out = (struct ArrowArray){0};
  if (!find_rows(stream, &metric)) return 0;
  if (stream->names) columns_of_run(stream->columns, metric, stream->codes[stream->metric]);
  left = metric->count - stream->row;
  rows.from = stream->row;
  rows.count = has_texts(stream)       ? rows_that_fit(stream, left)
               : left < ARROW_ROWS_MAX ? left
                                       : ARROW_ROWS_MAX;
  if (arrow_batch(out, &rows)) return ENOMEM;
  stream->row += rows.count;
  return 0;
}

/* Nothing else can fail. */
static const char *get_last_error(struct ArrowArrayStream *self)
{
  (void)self;
  return "out of memory";
}

static void stream_free(struct stream *stream)
{
  if (!stream) return;
  run_share_drop(stream->share);
  arrow_names_drop(stream->names);
  free(stream->codes);
  free(stream->columns);
  free(stream);
}

static void release(struct ArrowArrayStream *self)
{
  stream_free(self->private_data);
  self->release = NULL;
}

/* ---- opening */

/* Gives each scalar the code of its name; numbers and texts may share one. */
static int name_metrics(struct stream *stream, const struct run *run)
{
  const char **names = calloc(run->metric_count + 1, sizeof *names);
  int32_t count = 0;

  stream->codes = calloc(run->metric_count + 1, sizeof *stream->codes);
  for (size_t i = 0; names && stream->codes && i < run->metric_count; i++) {
    const struct metric *first = run_metric(run, run->metrics[i].name);
    const size_t at = (size_t)(first - run->metrics);

    stream->codes[i] = -1;
    if (run->metrics[i].kind != METRIC_SCALAR) continue;
    if (at < i && stream->codes[at] >= 0) {
      stream->codes[i] = stream->codes[at];
      continue;
    }
    names[count] = run->metrics[i].name;
    stream->codes[i] = count++;
  }
  if (names && stream->codes) stream->names = arrow_names_new(names, (size_t)count);
  free((void *)names);
  return stream->names ? 0 : -1;
}

static int start_run(struct stream *stream, const struct run *run)
{
  stream->end = run->metric_count;
  stream->column_count = RUN_COLUMNS;
  stream->columns = calloc(RUN_COLUMNS, sizeof *stream->columns);
  if (!stream->columns) return -1;
  columns_of_run(stream->columns, NULL, 0);
  return name_metrics(stream, run);
}

static int start_metric(struct stream *stream, const struct run *run, size_t index)
{
  const struct metric *metric = &run->metrics[index];
  const bool is_scalar = metric->kind == METRIC_SCALAR;

  stream->metric = index;
  stream->end = index + 1;
  stream->column_count = is_scalar ? 3 : metric->column_count;
  stream->columns = calloc(stream->column_count + 1, sizeof *stream->columns);
  if (!stream->columns) return -1;
  if (is_scalar)
    columns_of_scalar(stream->columns, metric);
  else
    columns_of_table(stream->columns, metric);
  return 0;
}

int arrow_stream(struct ArrowArrayStream *out, struct run_share *share, size_t index)
{
  const struct run *run = run_share_run(share);
  struct stream *stream = calloc(1, sizeof *stream);
  int failed;

  *out = (struct ArrowArrayStream){0};
  if (!stream) return -1;
  stream->share = run_share_keep(share);
  failed = index == SIZE_MAX ? start_run(stream, run) : start_metric(stream, run, index);
  if (failed) {
    stream_free(stream);
    return -1;
  }
  *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                   .get_next = get_next,
                                   .get_last_error = get_last_error,
                                   .release = release,
                                   .private_data = stream};
  return 0;
}
