/* Logs of one folder that are one writer's (FORMAT.md section 9.2).
 *
 * A writer that could no longer trust a file went on in a new log, which says so in
 * its RUN.  Live records from a certain number on may then stand in both, and are
 * taken from one: from the log that continues, where that has them all.
 *
 *     old log   | 0..99 | 100..199 | 200..260 (live)
 *     new log           continues at 100: | 100..260 | 261..300 | ...
 */
#ifndef EPOCHLOG_READER_CONTINUED_H
#define EPOCHLOG_READER_CONTINUED_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/log.h"
#include "reader/records.h"

/* One log of a folder and its place among them.  The caller sets `log`. */
struct linked_log {
  struct log *log;
  unsigned char continues[16];
  uint64_t continues_seq;
  size_t before;     /* index of the log that it continues, SIZE_MAX: none */
  size_t depth;      /* how many come before it */
  bool is_continued; /* another one continues it */
  bool is_missing;   /* it continues a log that is not here */
  size_t left_out;   /* blocks that are taken from another log */
};

/* Finds which log continues which. */
void continued_link(struct linked_log *logs, size_t count);

/* Marks in linked logs what is taken from another one (log_leave_out).  Reads their
 * payloads; logs that are not linked are not touched.  0, or -1 when memory is
 * short. */
int continued_leave_out(struct linked_log *logs, size_t count);

#endif
