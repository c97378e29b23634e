/* The calls that log points. */
#include <string.h>

#include "clock.h"
#include "metric.h"
#include "notes.h"
#include "record.h"
#include "run.h"
#include "utf8.h"

#define UNIT_MAX 256u
#define SERIES_TEXT_MAX 4096u

/* ----------------------------------------------------------------- values */

/* A double as the bits a series keeps. */
static uint64_t bits_of_double(uint8_t type, double value)
{
  if (type == FORMAT_VALUE_FLOAT) return epochlog__bits_of(value);
  if (type == FORMAT_VALUE_BOOL) return value != 0;
  /* Rounded to the nearest, halves away from 0; what has no integer is kept as near
   * as an integer can be. */
  if (value != value) return 0;
  if (value >= 9223372036854775807.0) return (uint64_t)INT64_MAX;
  if (value <= -9223372036854775808.0) return (uint64_t)INT64_MIN;
  if (value > -4503599627370496.0 && value < 4503599627370496.0) value += value < 0 ? -0.5 : 0.5;
  return (uint64_t)(int64_t)value;
}

static uint64_t bits_of_integer(uint8_t type, int64_t value)
{
  if (type == FORMAT_VALUE_FLOAT) return epochlog__bits_of((double)value);
  if (type == FORMAT_VALUE_BOOL) return value != 0;
  return (uint64_t)value;
}

/* -------------------------------------------------------------- definition */

/* Clean words of a definition; empty ones for NULL. */
static bool clean_text(struct epochlog_run *run, struct epochlog__buffer *out, const char *text,
                       size_t most)
{
  epochlog__buffer_init(out, most + 1);
  if (text != NULL && epochlog__utf8_add_name(out, text, most))
    epochlog__run_fail(run, EPOCHLOG_TOO_LARGE, 0, "unit or description cut to %zu bytes", most);
  epochlog__add_u8(out, 0);
  return !out->failed;
}

epochlog_metric epochlog_define(epochlog_run *run, const char *name,
                                const epochlog_metric_options *options)
{
  static const epochlog_metric_options defaults = {0};
  struct epochlog__series *series = NULL;
  struct epochlog__buffer unit;
  struct epochlog__buffer description;
  epochlog_status status;
  bool is_clean;

  if (run == NULL) return 0;
  if (options == NULL) options = &defaults;
  if ((int)options->goal < 0 || (int)options->goal > EPOCHLOG_GOAL_MAXIMIZE) {
    epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "goal %d is not one", (int)options->goal);
    return 0;
  }
  is_clean = clean_text(run, &unit, options->unit, UNIT_MAX);
  is_clean = clean_text(run, &description, options->description, SERIES_TEXT_MAX) && is_clean;
  if (!is_clean) {
    epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "a metric");
  } else if (epochlog__enter(run) == EPOCHLOG_OK) {
    const struct epochlog__wish wish = {
        .name = name,
        .definition = {.kind = EPOCHLOG__SCALAR,
                       .type = options->integer ? FORMAT_VALUE_INTEGER : FORMAT_VALUE_FLOAT,
                       .goal = (int)options->goal,
                       .unit = (const char *)unit.data,
                       .description = (const char *)description.data}};

    series = epochlog__series_named(run, &wish, &status);
    epochlog__leave(run);
  }
  epochlog__buffer_release(&unit);
  epochlog__buffer_release(&description);
  return series == NULL ? 0 : series->id;
}

/* hot held. */
static struct epochlog__series *widen(struct epochlog_run *run, struct epochlog__series *series)
{
  if (series->type == FORMAT_VALUE_FLOAT) return series;
  series = epochlog__series_widen(&run->dictionary, series);
  run->hot->counters = run->dictionary.counters;
  run->hot->counter_count = run->dictionary.names.count;
  if (series == NULL) epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "a metric");
  return series;
}

epochlog_metric epochlog_widen(epochlog_run *run, const char *name)
{
  const struct epochlog__wish wish = {
      .name = name, .definition = {.kind = EPOCHLOG__SCALAR, .type = FORMAT_VALUE_FLOAT}};
  struct epochlog__series *series;
  epochlog_status status;

  if (run == NULL || epochlog__enter(run) != EPOCHLOG_OK) return 0;
  series = epochlog__series_named(run, &wish, &status);
  if (series != NULL) series = widen(run, series);
  epochlog__leave(run);
  return series == NULL ? 0 : series->id;
}

/* ----------------------------------------------------------------- scalars */

/* hot held.  The counter of a number that the caller holds, announced; NULL, and told,
 * if there is none, or no room.  hot may have been let go meanwhile. */
static struct epochlog__counter *counter_of(struct epochlog_run *run, epochlog_metric metric)
{
  const bool is_number =
      metric - 1 < run->hot->counter_count && run->hot->counters[metric - 1].is_number;

  if (!is_number) {
    if (metric != 0)
      epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "metric %u is not defined", metric);
    return NULL;
  }
  return epochlog__announce(run, metric) ? &run->hot->counters[metric - 1] : NULL;
}

/* hot held.  The counter of a number that is announced already; NULL: take the long
 * way. */
static inline struct epochlog__counter *ready(const struct epochlog__hot *hot,
                                              epochlog_metric metric)
{
  struct epochlog__counter *counter;

  if (metric - 1 >= hot->counter_count) return NULL;
  counter = &hot->counters[metric - 1];
  return counter->is_announced && counter->is_number ? counter : NULL;
}

/* hot held.  A point by the long way. */
static void put_point(struct epochlog_run *run, epochlog_metric metric, int64_t time_us,
                      int64_t step, double value)
{
  struct epochlog__counter *counter = counter_of(run, metric);

  if (counter == NULL) return;
  step = epochlog__count_step(counter, step);
  epochlog__append_scalar(run, metric, time_us, step, bits_of_double(counter->type, value));
}

static void put_whole(struct epochlog_run *run, epochlog_metric metric, int64_t time_us,
                      int64_t step, int64_t value)
{
  struct epochlog__counter *counter = counter_of(run, metric);

  if (counter == NULL) return;
  step = epochlog__count_step(counter, step);
  epochlog__append_scalar(run, metric, time_us, step, bits_of_integer(counter->type, value));
}

/* A call for one point, from its clock read to where it knows what to do. */
struct call {
  int64_t time_us;
  int32_t dt_us;
  struct epochlog__counter *counter; /* NULL: by the long way */
};

/* Takes hot; false: the run takes no point, and hot is not held. */
static inline bool begin_call(epochlog_run *run, epochlog_metric metric, struct call *call)
{
  struct epochlog__hot *hot;

  if (run == NULL) return false;
  hot = run->hot;
  __builtin_prefetch(hot, 1); /* comes while the clock is read */
  call->time_us = epochlog__clock_wall_us();
  if (epochlog__enter(run) != EPOCHLOG_OK) return false;
  call->counter = ready(hot, metric);
  if (!epochlog__has_room(hot, EPOCHLOG__SCALAR_SIZE) ||
      !epochlog__dt(hot, call->time_us, &call->dt_us))
    call->counter = NULL;
  return true;
}

void epochlog_scalar(epochlog_run *run, epochlog_metric metric, int64_t step, double value)
{
  struct call call;

  if (!begin_call(run, metric, &call)) return;
  if (call.counter != NULL && call.counter->type == FORMAT_VALUE_FLOAT)
    epochlog__publish_scalar(run->hot, metric, call.dt_us, epochlog__count_step(call.counter, step),
                             epochlog__bits_of(value));
  else
    put_point(run, metric, call.time_us, step, value);
  epochlog__leave(run);
}

void epochlog_scalar_int(epochlog_run *run, epochlog_metric metric, int64_t step, int64_t value)
{
  struct call call;

  if (!begin_call(run, metric, &call)) return;
  if (call.counter != NULL)
    epochlog__publish_scalar(run->hot, metric, call.dt_us, epochlog__count_step(call.counter, step),
                             bits_of_integer(call.counter->type, value));
  else
    put_whole(run, metric, call.time_us, step, value);
  epochlog__leave(run);
}

/* -------------------------------------------------------------------- rows */

/* A row as the caller gave it. */
struct row {
  int64_t time_us;
  int64_t step;
  const epochlog_metric *metrics;
  const double *values;
  uint32_t count; /* at most row_max */
};

/* hot held.  Counts the steps of a row whose metrics are all ready: the first one's
 * automatic step is that of all.  False, and nothing done, if they are not. */
static bool count_steps(const struct epochlog__hot *hot, struct row *row)
{
  for (uint32_t i = 0; i < row->count; i++)
    if (ready(hot, row->metrics[i]) == NULL) return false;
  for (uint32_t i = 0; i < row->count; i++)
    row->step = epochlog__count_step(&hot->counters[row->metrics[i] - 1], row->step);
  return true;
}

static uint32_t ids_size(uint32_t count) { return (uint32_t)epochlog__padded((uint64_t)count * 4); }

static uint32_t row_size(uint32_t count)
{
  return EPOCHLOG__ROW_HEAD_SIZE + ids_size(count) + count * 8;
}

/* hot held.  Writes the row, whose metrics are all numbers and for which there is room,
 * where it will stay. */
static inline void publish_row(struct epochlog__hot *hot, const struct row *row, int32_t dt_us)
{
  const uint32_t count = row->count;
  uint8_t *ids = hot->at + EPOCHLOG__ROW_HEAD_SIZE;
  uint8_t *bits = ids + ids_size(count);

  epochlog__put_u64(hot->at + 8, (uint64_t)row->step);
  epochlog__put_u64(hot->at + 16, (uint32_t)dt_us | (uint64_t)count << 32);
  /* Two at a time, since the checksum reads them back so. */
  for (uint32_t i = 0; i < count; i += 2)
    epochlog__put_u64(
        ids + (size_t)i * 4,
        row->metrics[i] | (i + 1 < count ? (uint64_t)row->metrics[i + 1] << 32 : UINT64_C(0)));
  for (uint32_t i = 0; i < count; i++)
    epochlog__put_u64(bits + (size_t)i * 8,
                      bits_of_double(hot->counters[row->metrics[i] - 1].type, row->values[i]));
  epochlog__publish(hot, FORMAT_LIVE_ROW, row_size(count));
}

/* hot held.  False, and nothing done, if something stands in the way. */
static bool put_row_at_once(struct epochlog__hot *hot, struct row *row)
{
  int32_t dt_us;

  if (!epochlog__has_room(hot, row_size(row->count)) || !epochlog__dt(hot, row->time_us, &dt_us) ||
      !count_steps(hot, row))
    return false;
  publish_row(hot, row, dt_us);
  return true;
}

/* hot held.  The long way; metrics that are not defined are left out. */
static void put_row(struct epochlog_run *run, struct row *row)
{
  epochlog_metric metrics[EPOCHLOG__ROW_MAX];
  double values[EPOCHLOG__ROW_MAX];
  struct row known = {.metrics = metrics, .values = values};
  int32_t dt_us;

  for (uint32_t i = 0; i < row->count; i++) {
    const uint64_t lost = run->lost.count;
    struct epochlog__counter *counter = counter_of(run, row->metrics[i]);

    if (run->lost.count != lost) return; /* one call, with all of its metrics */
    if (counter == NULL) continue;
    row->step = epochlog__count_step(counter, row->step);
    metrics[known.count] = row->metrics[i];
    values[known.count++] = row->values[i];
  }
  known.step = row->step;
  if (known.count != 0 &&
      epochlog__make_timed_room(run, row_size(known.count), row->time_us, &dt_us))
    publish_row(run->hot, &known, dt_us);
}

void epochlog_scalars(epochlog_run *run, int64_t step, const epochlog_metric *metrics,
                      const double *values, size_t count)
{
  struct row row = {.step = step};

  if (run == NULL || count == 0) return;
  __builtin_prefetch(run->hot, 1);
  row.time_us = epochlog__clock_wall_us();
  if (metrics == NULL || values == NULL) {
    epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "a row's metrics or values are NULL");
    return;
  }
  if (epochlog__enter(run) != EPOCHLOG_OK) return;
  for (size_t at = 0; at < count; at += row.count) {
    row.metrics = metrics + at;
    row.values = values + at;
    row.count = count - at < run->row_max ? (uint32_t)(count - at) : run->row_max;
    if (!put_row_at_once(run->hot, &row)) put_row(run, &row);
  }
  epochlog__leave(run);
}

/* ----------------------------------------------------------------- by name */

void epochlog_log_at(epochlog_run *run, const char *name, int64_t step, double value)
{
  const int64_t time_us = epochlog__clock_wall_us();
  const struct epochlog__wish wish = {
      .name = name, .definition = {.kind = EPOCHLOG__SCALAR, .type = FORMAT_VALUE_FLOAT}};
  struct epochlog__series *series;
  epochlog_status status;

  if (run == NULL || epochlog__enter(run) != EPOCHLOG_OK) return;
  series = epochlog__series_named(run, &wish, &status);
  if (series != NULL) put_point(run, series->id, time_us, step, value);
  epochlog__leave(run);
}

void epochlog_log(epochlog_run *run, const char *name, double value)
{
  epochlog_log_at(run, name, EPOCHLOG_AUTO, value);
}

static void log_whole(epochlog_run *run, const char *name, int64_t step, enum format_value type,
                      int64_t value)
{
  const int64_t time_us = epochlog__clock_wall_us();
  const struct epochlog__wish wish = {.name = name,
                                      .definition = {.kind = EPOCHLOG__SCALAR, .type = type}};
  struct epochlog__series *series;
  epochlog_status status;

  if (run == NULL || epochlog__enter(run) != EPOCHLOG_OK) return;
  series = epochlog__series_named(run, &wish, &status);
  if (series != NULL) put_whole(run, series->id, time_us, step, value);
  epochlog__leave(run);
}

void epochlog_log_int(epochlog_run *run, const char *name, int64_t step, int64_t value)
{
  log_whole(run, name, step, FORMAT_VALUE_INTEGER, value);
}

void epochlog_log_bool(epochlog_run *run, const char *name, int64_t step, int value)
{
  log_whole(run, name, step, FORMAT_VALUE_BOOL, value != 0);
}

/* -------------------------------------------------------------------- texts */

/* Of a record beside its text: its header, series, step and length. */
#define TEXT_POINT_HEAD (FORMAT_RECORD_HEADER_SIZE + 4 + 8 + 4)

struct text_point {
  int64_t time_ns;
  int64_t step;
  bool is_large;
};

/* hot held.  Finds the series, announces it and counts the step; NULL: not to be
 * logged. */
static const struct epochlog__series *prepare_text(struct epochlog_run *run, const char *name,
                                                   int64_t *step)
{
  const struct epochlog__wish wish = {
      .name = name, .definition = {.kind = EPOCHLOG__TEXT, .type = FORMAT_VALUE_TEXT}};
  epochlog_status status;
  struct epochlog__series *series = epochlog__series_named(run, &wish, &status);

  if (series == NULL || !epochlog__announce(run, series->id)) return NULL;
  *step = epochlog__count_step(&run->dictionary.counters[series->id - 1], *step);
  return series;
}

/* The record of a point.  One that will be a frame of its own is preceded by that of its
 * series, so that it can be read before the ring's records have been. */
static void put_text(struct epochlog__buffer *out, const struct epochlog__series *series,
                     const char *value, const struct text_point *point)
{
  size_t start;

  if (point->is_large) {
    start = epochlog__record_begin(out, FORMAT_RECORD_SERIES, point->time_ns);
    epochlog__add_bytes(out, series->body, series->body_size);
    epochlog__record_end(out, start);
  }
  start = epochlog__record_begin(out, FORMAT_RECORD_TEXT_POINT, point->time_ns);
  epochlog__add_u32(out, series->id);
  epochlog__add_i64(out, point->step);
  epochlog__utf8_add_str(out, value);
  epochlog__record_end(out, start);
}

void epochlog_log_text(epochlog_run *run, const char *name, int64_t step, const char *value)
{
  struct text_point point = {.time_ns = epochlog__clock_wall(), .step = step};
  const struct epochlog__series *series;
  struct epochlog__buffer record;

  if (run == NULL) return;
  if (value == NULL) {
    epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the text of a point is NULL");
    return;
  }
  if (epochlog__enter(run) != EPOCHLOG_OK) return;
  series = prepare_text(run, name, &point.step);
  epochlog__leave(run);
  if (series == NULL) return;
  epochlog__buffer_init(&record,
                        FORMAT_STR_MAX + UNIT_MAX + SERIES_TEXT_MAX + 2 * EPOCHLOG_NAME_MAX);
  point.is_large = strlen(value) > run->record_max - TEXT_POINT_HEAD;
  put_text(&record, series, value, &point);
  point.is_large = record.size > run->record_max;
  if (epochlog__put_fact(run, &record, FORMAT_RECORD_TEXT_POINT, NULL) != EPOCHLOG_OK ||
      !point.is_large || !epochlog__hold(&run->io, EPOCHLOG__HOLDS_IO))
    return;
  epochlog__main_log_count_text(&run->log, series->id, point.step,
                                epochlog__clock_us(point.time_ns));
  epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
}
