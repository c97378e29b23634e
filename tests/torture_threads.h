/* Threads that log into one run while things fail: what a thread's call number `i` logs
 * follows from the thread and `i` alone, so what is read back can be told from garbage.
 *
 * Every function that returns words returns NULL when nothing is wrong. */
#ifndef TESTS_TORTURE_THREADS_H
#define TESTS_TORTURE_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "epochlog.h"
#include "reader/run.h"

#define TORTURE_LOGGERS_MAX 3
#define TORTURE_CALLS 1200     /* of a thread while faults may come */
#define TORTURE_CALLS_AFTER 60 /* and when they are over */
#define TORTURE_CALLS_ALL (TORTURE_CALLS + TORTURE_CALLS_AFTER)
#define TORTURE_METRICS 3 /* of a row */

struct torture_logger {
  epochlog_run *run;
  int number;
  size_t first;
  size_t end;
  epochlog_metric scalar;
  epochlog_metric row[TORTURE_METRICS];
  bool is_told[TORTURE_CALLS_ALL]; /* that it failed, by its status */
};

/* The run is given; defines the metrics of logger `number`. */
void torture_define(struct torture_logger *logger, epochlog_run *run, int number);
/* Calls `first` to `end` - 1 of each of `count` loggers, each in its thread. */
void torture_log(struct torture_logger *loggers, int count, size_t first, size_t end);

/* What was found of each call: of a row as many parts as it has metrics. */
struct torture_found {
  int threads;
  size_t call_count; /* of each thread */
  unsigned parts[TORTURE_LOGGERS_MAX][TORTURE_CALLS_ALL];
};

/* Finds the calls of one metric; words for what was never logged. */
const char *torture_find(struct torture_found *found, const struct metric *metric);
/* How many parts the call must have. */
unsigned torture_parts(size_t call);

#endif
