/* What a run's folder holds, whoever writes it, stopped it or killed it: every log
 * with its series in order of logging, and the run as a user sees it.
 *
 * Whatever a log must never show, dead or alive, is found here: damage, frames that
 * are missing, records of a loss, points of a series that was never described.
 * What it must show is for the caller to compare.
 */
#ifndef TESTS_TORTURE_LOOK_H
#define TESTS_TORTURE_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/contents.h"
#include "reader/run.h"

#define TORTURE_LOGS_MAX 4

struct torture_log {
  struct log *log;
  struct contents contents;
};

struct torture_look {
  struct torture_log logs[TORTURE_LOGS_MAX];
  size_t log_count;
  struct run *run;
  char problem[640]; /* what is wrong, "": nothing */
};

/* Opens all there is in a run's folder.  `is_still`: nobody writes to it, so that the
 * logs and the run must have the same points.  False: something is wrong. */
bool torture_look(struct torture_look *look, const char *folder, bool is_still);
/* After every look, a good one or not. */
void torture_look_away(struct torture_look *look);

/* Keeps the first problem, in words; always false. */
bool torture_wrong(struct torture_look *look, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "<folder>/<the first file whose name ends so>"; false: there is none. */
bool torture_file(const char *folder, const char *ending, char *path, size_t size);

/* 1234567 as "1,234,567", one of four buffers in turn. */
const char *torture_number(uint64_t number);

#endif
