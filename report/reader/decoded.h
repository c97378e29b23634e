/* One log as text, for `epochlog dump` and for the tests of the format.
 *
 * All three write to `out` as they read, so memory stays that of one frame and
 * the points of the log; a damaged log is no failure, what is left of it is
 * written.  They return 0, or -1 with `error` filled when the file is no
 * readable log at all or `out` does not take the text.
 */
#ifndef EPOCHLOG_READER_DECODED_H
#define EPOCHLOG_READER_DECODED_H

#include <stdbool.h>
#include <stdio.h>

#include "reader/run.h"

/* The canonical JSON of FORMAT.md section 12, one object and a line feed.  The
 * live file beside `path` is read too.  With `scan_only` index and footer are not
 * believed and the frames are found by scanning; the text is the same. */
int log_decoded(const char *path, bool scan_only, FILE *out, struct read_error *error);

/* The same of a log that is open. */
struct log;
int log_decoded_open(struct log *log, FILE *out, struct read_error *error);

/* For people: a line for each frame, one for each record and chunk in it, and one
 * for each range that was skipped; then the live file. */
int log_dump_text(const char *path, FILE *out, struct read_error *error);

/* For programs: the same as JSON lines. */
int log_dump_jsonl(const char *path, FILE *out, struct read_error *error);

#endif
