/* A clean, finished copy of a run whose logs were cut, damaged or left open.
 *
 * Every good frame is written again, under its old content and the old uuid of
 * its writer, with new offsets and frame numbers; what is left in the live file
 * becomes blocks; INDEX and FOOTER are made anew.  Keeping the uuid means that
 * the copy is still the same writer's log; a reader must therefore not be given
 * the damaged original and the copy in one folder, which the refusal to write
 * into an existing folder sees to.  Other files of the run folder are copied as
 * they are.
 *
 * What is wrong inside a frame whose checksum fits (a writer's mistake, not the
 * disk's) is copied as it is, and makes the result lossy.
 *
 * A run without an end record gets none: the copy is `NotResponding` as the
 * original was, recovery does not decide how a run ended.
 *
 * The input is only read.  The copy is built under a name of its own beside
 * `out` and renamed at the end, so a failure leaves nothing at `out`.
 */
#ifndef EPOCHLOG_RECOVER_RUN_RECOVER_H
#define EPOCHLOG_RECOVER_RUN_RECOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/run.h"

enum recover_result {
  RECOVER_CLEAN = 0, /* everything is in the copy; cut and zeroed tails lose nothing whole */
  RECOVER_LOSSY,     /* a copy was made, something was damaged and is not in it */
  RECOVER_UNUSABLE   /* no copy was made; `error` says why */
};

/* What became of one log. */
struct recovered_log {
  struct log_account account; /* of the input: whole + skipped = size */
  uint64_t frames;            /* good frames copied */
  uint64_t points;            /* scalar points in the copy, those of the live file included */
  uint64_t records;
  uint64_t out_size; /* bytes of the copy */
  bool usable;       /* false: nothing could be read, `reason` says why */
  const char *reason;
};

struct recovery {
  size_t log_count;
  struct recovered_log *logs;
  size_t file_count; /* other files copied */
  size_t warning_count;
  char **warnings; /* one sentence each */
};

/* Recovers `path`, a run folder or one .elog file, to `out`, which must not
 * exist: a folder for a folder, a file for a file.  `recovery` is filled in every
 * case and released by the caller. */
enum recover_result run_recover(const char *path, const char *out, struct recovery *recovery,
                                struct read_error *error);
void recovery_release(struct recovery *recovery);

#endif
