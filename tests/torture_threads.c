#include "torture_threads.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGE_ROWS 5000

enum call_kind { CALL_SCALAR, CALL_ROW, CALL_TEXT, CALL_TABLE, CALL_LARGE };

/* ----------------------------------------------------------------- logging */

static double value_of(int thread, size_t call, size_t part)
{
  uint64_t x = ((uint64_t)thread << 40) + (uint64_t)call * 65536 + part + 1;

  x = (x ^ x >> 31) * UINT64_C(0x7FB5D329728EA185);
  x = (x ^ x >> 27) * UINT64_C(0x81DADEF4BC2DD44D);
  return (double)((x ^ x >> 33) >> 11) * 0x1p-53;
}

static enum call_kind kind_of(size_t call)
{
  if (call == 700) return CALL_LARGE;
  if (call % 31 == 5) return CALL_TABLE;
  if (call % 17 == 3) return CALL_TEXT;
  return call % 5 == 2 ? CALL_ROW : CALL_SCALAR;
}

static const char *text_of(int thread, size_t call, char text[64])
{
  snprintf(text, 64, "text %d/%zu/%.12g", thread, call, value_of(thread, call, 0));
  return text;
}

void torture_define(struct torture_logger *logger, epochlog_run *run, int number)
{
  char name[32];

  *logger = (struct torture_logger){.run = run, .number = number};
  snprintf(name, sizeof name, "a%d", logger->number);
  logger->scalar = epochlog_define(logger->run, name, NULL);
  for (int k = 0; k < TORTURE_METRICS; k++) {
    snprintf(name, sizeof name, "r%d.%d", logger->number, k);
    logger->row[k] = epochlog_define(logger->run, name, NULL);
  }
}

static epochlog_status log_table(const struct torture_logger *logger, size_t call, const char *stem,
                                 size_t rows)
{
  int64_t *calls = malloc(rows * sizeof *calls);
  double *values = malloc(rows * sizeof *values);
  const epochlog_column columns[] = {{"call", EPOCHLOG_INT64, calls},
                                     {"value", EPOCHLOG_DOUBLE, values}};
  epochlog_status status;
  char name[32];

  snprintf(name, sizeof name, "%s%d", stem, logger->number);
  for (size_t i = 0; i < rows; i++) {
    calls[i] = (int64_t)call;
    values[i] = value_of(logger->number, call, i);
  }
  status = epochlog_log_table(logger->run, name, columns, 2, rows);
  free(calls);
  free(values);
  return status;
}

static bool log_row(const struct torture_logger *logger, size_t call)
{
  double values[TORTURE_METRICS];
  bool is_defined = true;

  for (size_t k = 0; k < TORTURE_METRICS; k++) {
    values[k] = value_of(logger->number, call, k);
    is_defined = is_defined && logger->row[k] != 0;
  }
  epochlog_scalars(logger->run, (int64_t)call, logger->row, values, TORTURE_METRICS);
  return is_defined;
}

static void log_one(struct torture_logger *logger, size_t call)
{
  char name[32];
  char text[64];
  bool is_good = true;

  switch (kind_of(call)) {
    case CALL_SCALAR:
      epochlog_scalar(logger->run, logger->scalar, (int64_t)call,
                      value_of(logger->number, call, 0));
      is_good = logger->scalar != 0;
      break;
    case CALL_ROW: is_good = log_row(logger, call); break;
    case CALL_TEXT:
      snprintf(name, sizeof name, "t%d", logger->number);
      epochlog_log_text(logger->run, name, (int64_t)call, text_of(logger->number, call, text));
      break;
    case CALL_TABLE: is_good = log_table(logger, call, "rows", 2) == EPOCHLOG_OK; break;
    case CALL_LARGE: is_good = log_table(logger, call, "large", LARGE_ROWS) == EPOCHLOG_OK; break;
  }
  logger->is_told[call] = !is_good;
}

static void *log_calls(void *argument)
{
  struct torture_logger *logger = argument;

  for (size_t i = logger->first; i < logger->end; i++) {
    log_one(logger, i);
    if (logger->number != 0) continue;
    if (i == TORTURE_CALLS / 4 || i == TORTURE_CALLS / 2) epochlog_flush(logger->run);
    if (i == TORTURE_CALLS / 3 || i == TORTURE_CALLS / 4 * 3) epochlog_sync(logger->run);
  }
  return NULL;
}

void torture_log(struct torture_logger *loggers, int count, size_t first, size_t end)
{
  pthread_t threads[TORTURE_LOGGERS_MAX];

  for (int i = 0; i < count; i++) {
    loggers[i].first = first;
    loggers[i].end = end;
    if (i != 0 && pthread_create(&threads[i], NULL, log_calls, &loggers[i]) != 0) abort();
  }
  log_calls(&loggers[0]);
  for (int i = 1; i < count; i++) pthread_join(threads[i], NULL);
}

/* ----------------------------------------------------------------- reading */

static const char *take(struct torture_found *found, int thread, int64_t call, enum call_kind kind)
{
  if (thread < 0 || thread >= found->threads || call < 0 || call >= (int64_t)found->call_count ||
      kind_of((size_t)call) != kind)
    return "a call that was never made";
  found->parts[thread][call]++;
  return NULL;
}

static const char *check_points(struct torture_found *found, const struct metric *metric)
{
  int thread;
  int part = 0;
  char text[64];
  const bool is_row = sscanf(metric->name, "r%d.%d", &thread, &part) == 2;
  const bool is_text = metric->type == VALUE_TEXT;
  const enum call_kind kind = is_row ? CALL_ROW : is_text ? CALL_TEXT : CALL_SCALAR;

  if (!is_row && sscanf(metric->name, is_text ? "t%d" : "a%d", &thread) != 1)
    return "a metric that was never logged";
  for (size_t i = 0; i < metric->count; i++) {
    const char *problem = take(found, thread, metric->steps[i], kind);
    const size_t call = (size_t)metric->steps[i];

    if (problem != NULL) return problem;
    if (i != 0 && metric->steps[i] == metric->steps[i - 1]) return "a point twice";
    if (is_text ? strcmp(metric->texts[i], text_of(thread, call, text)) != 0
                : metric->values[i] != value_of(thread, call, (size_t)part))
      return "a value that was not logged";
  }
  return NULL;
}

static const char *check_table(struct torture_found *found, const struct metric *metric)
{
  const struct metric_column *calls = metric->columns;
  const bool is_large = strncmp(metric->name, "large", 5) == 0;
  const size_t rows = is_large ? LARGE_ROWS : 2;
  int thread;

  if (sscanf(metric->name, is_large ? "large%d" : "rows%d", &thread) != 1)
    return "a metric that was never logged";
  if (metric->column_count != 2 || calls[0].count % rows != 0 || calls[0].integers == NULL ||
      calls[1].numbers == NULL)
    return "a table in pieces";
  for (size_t i = 0; i < calls[0].count; i++) {
    const int64_t call = calls[0].integers[i];

    if (i % rows == 0) {
      const char *problem = take(found, thread, call, is_large ? CALL_LARGE : CALL_TABLE);

      if (problem != NULL) return problem;
    }
    if (call != calls[0].integers[i - i % rows] ||
        calls[1].numbers[i] != value_of(thread, (size_t)call, i % rows))
      return "a cell that was not logged";
  }
  return NULL;
}

const char *torture_find(struct torture_found *found, const struct metric *metric)
{
  return metric->kind == METRIC_SCALAR ? check_points(found, metric) : check_table(found, metric);
}

unsigned torture_parts(size_t call) { return kind_of(call) == CALL_ROW ? TORTURE_METRICS : 1; }
