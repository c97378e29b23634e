/* The calls that log points. */
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
static uint64_t bits_of_double(const struct epochlog__series *series, double value)
{
  if (series->type == FORMAT_VALUE_FLOAT) return epochlog__bits_of(value);
  if (series->type == FORMAT_VALUE_BOOL) return value != 0;
  /* Rounded to the nearest, halves away from 0; what has no integer is kept as near
   * as an integer can be. */
  if (value != value) return 0;
  if (value >= 9223372036854775807.0) return (uint64_t)INT64_MAX;
  if (value <= -9223372036854775808.0) return (uint64_t)INT64_MIN;
  if (value > -4503599627370496.0 && value < 4503599627370496.0) value += value < 0 ? -0.5 : 0.5;
  return (uint64_t)(int64_t)value;
}

static uint64_t bits_of_integer(const struct epochlog__series *series, int64_t value)
{
  if (series->type == FORMAT_VALUE_FLOAT) return epochlog__bits_of((double)value);
  if (series->type == FORMAT_VALUE_BOOL) return value != 0;
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

/* ----------------------------------------------------------------- scalars */

/* hot held.  A number goes to the ring. */
static void put_point(struct epochlog_run *run, struct epochlog__series *series, int64_t time_ns,
                      int64_t step, uint64_t bits)
{
  if (!series->announced && !epochlog__announce(run, series)) return;
  epochlog__append_scalar(run, series, time_ns, epochlog__series_step(series, step), bits);
}

/* The series behind a number that the caller holds; NULL, and told, if there is none. */
static struct epochlog__series *scalar_of(struct epochlog_run *run, epochlog_metric metric)
{
  struct epochlog__series *series = epochlog__series_by_id(&run->dictionary, metric);

  if (series != NULL && series->kind == EPOCHLOG__SCALAR) return series;
  if (metric != 0) epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "metric %u is not defined", metric);
  return NULL;
}

void epochlog_scalar(epochlog_run *run, epochlog_metric metric, int64_t step, double value)
{
  const int64_t time_ns = epochlog__clock_wall();
  struct epochlog__series *series;

  if (run == NULL || epochlog__enter(run) != EPOCHLOG_OK) return;
  series = scalar_of(run, metric);
  if (series != NULL) put_point(run, series, time_ns, step, bits_of_double(series, value));
  epochlog__leave(run);
}

void epochlog_scalar_int(epochlog_run *run, epochlog_metric metric, int64_t step, int64_t value)
{
  const int64_t time_ns = epochlog__clock_wall();
  struct epochlog__series *series;

  if (run == NULL || epochlog__enter(run) != EPOCHLOG_OK) return;
  series = scalar_of(run, metric);
  if (series != NULL) put_point(run, series, time_ns, step, bits_of_integer(series, value));
  epochlog__leave(run);
}

/* hot held.  At most EPOCHLOG__ROW_MAX metrics as one row; those that are not defined
 * are left out.  Returns the step. */
static int64_t put_row(struct epochlog_run *run, int64_t time_ns, int64_t step,
                       const epochlog_metric *metrics, const double *values, size_t count)
{
  epochlog_metric known[EPOCHLOG__ROW_MAX];
  uint64_t bits[EPOCHLOG__ROW_MAX];
  uint32_t known_count = 0;

  for (size_t i = 0; i < count; i++) {
    struct epochlog__series *series = scalar_of(run, metrics[i]);

    if (series == NULL) continue;
    if (!series->announced && !epochlog__announce(run, series)) continue;
    step = epochlog__series_step(series, step);
    known[known_count] = metrics[i];
    bits[known_count++] = bits_of_double(series, values[i]);
  }
  if (known_count != 0) epochlog__append_row(run, time_ns, step, known, bits, known_count);
  return step;
}

void epochlog_scalars(epochlog_run *run, int64_t step, const epochlog_metric *metrics,
                      const double *values, size_t count)
{
  const int64_t time_ns = epochlog__clock_wall();

  if (run == NULL || count == 0) return;
  if (metrics == NULL || values == NULL) {
    epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "a row's metrics or values are NULL");
    return;
  }
  if (epochlog__enter(run) != EPOCHLOG_OK) return;
  for (size_t at = 0; at < count; at += EPOCHLOG__ROW_MAX) {
    const size_t some = count - at < EPOCHLOG__ROW_MAX ? count - at : EPOCHLOG__ROW_MAX;

    step = put_row(run, time_ns, step, metrics + at, values + at, some);
  }
  epochlog__leave(run);
}

/* ----------------------------------------------------------------- by name */

void epochlog_log_at(epochlog_run *run, const char *name, int64_t step, double value)
{
  const int64_t time_ns = epochlog__clock_wall();
  const struct epochlog__wish wish = {
      .name = name, .definition = {.kind = EPOCHLOG__SCALAR, .type = FORMAT_VALUE_FLOAT}};
  struct epochlog__series *series;
  epochlog_status status;

  if (run == NULL || epochlog__enter(run) != EPOCHLOG_OK) return;
  series = epochlog__series_named(run, &wish, &status);
  if (series != NULL) put_point(run, series, time_ns, step, bits_of_double(series, value));
  epochlog__leave(run);
}

void epochlog_log(epochlog_run *run, const char *name, double value)
{
  epochlog_log_at(run, name, EPOCHLOG_AUTO, value);
}

static void log_whole(epochlog_run *run, const char *name, int64_t step, enum format_value type,
                      int64_t value)
{
  const int64_t time_ns = epochlog__clock_wall();
  const struct epochlog__wish wish = {.name = name,
                                      .definition = {.kind = EPOCHLOG__SCALAR, .type = type}};
  struct epochlog__series *series;
  epochlog_status status;

  if (run == NULL || epochlog__enter(run) != EPOCHLOG_OK) return;
  series = epochlog__series_named(run, &wish, &status);
  if (series != NULL) put_point(run, series, time_ns, step, bits_of_integer(series, value));
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

/* hot held.  Finds the series, announces it and counts the step; false: not to be
 * logged. */
static bool prepare_text(struct epochlog_run *run, const char *name, uint32_t *id, int64_t *step)
{
  const struct epochlog__wish wish = {
      .name = name, .definition = {.kind = EPOCHLOG__TEXT, .type = FORMAT_VALUE_TEXT}};
  epochlog_status status;
  struct epochlog__series *series = epochlog__series_named(run, &wish, &status);

  if (series == NULL || !epochlog__announce(run, series)) return false;
  *id = series->id;
  *step = epochlog__series_step(series, *step);
  return true;
}

void epochlog_log_text(epochlog_run *run, const char *name, int64_t step, const char *value)
{
  const int64_t time_ns = epochlog__clock_wall();
  struct epochlog__buffer record;
  uint32_t id;
  size_t start;
  bool is_large;
  bool is_ready;

  if (run == NULL) return;
  if (value == NULL) {
    epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the text of a point is NULL");
    return;
  }
  if (epochlog__enter(run) != EPOCHLOG_OK) return;
  is_ready = prepare_text(run, name, &id, &step);
  epochlog__leave(run);
  if (!is_ready) return;
  epochlog__buffer_init(&record, FORMAT_STR_MAX + 64);
  start = epochlog__record_begin(&record, FORMAT_RECORD_TEXT_POINT, time_ns);
  epochlog__add_u32(&record, id);
  epochlog__add_i64(&record, step);
  epochlog__utf8_add_str(&record, value);
  epochlog__record_end(&record, start);
  is_large = record.size > EPOCHLOG__RING_RECORD_MAX;
  if (epochlog__put_fact(run, &record, FORMAT_RECORD_TEXT_POINT, NULL) != EPOCHLOG_OK || !is_large)
    return;
  pthread_mutex_lock(&run->io);
  epochlog__main_log_count_text(&run->log, id, step, epochlog__clock_us(time_ns));
  pthread_mutex_unlock(&run->io);
}
