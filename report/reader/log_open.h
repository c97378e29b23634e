/* What one open log consists of, for log.c (frames and account) and log_open.c
 * (finding the frames) alone.
 */
#ifndef EPOCHLOG_READER_LOG_OPEN_H
#define EPOCHLOG_READER_LOG_OPEN_H

#include "reader/arena.h"
#include "reader/live.h"
#include "reader/log.h"
#include "reader/recover.h"

struct log {
  struct arena arena; /* names, notes */
  const char *path;   /* as given, for messages */
  const char *name;
  struct source own_main;
  struct source own_live;
  const struct source *source;
  unsigned char uuid[16];
  bool header_good;
  uint64_t start; /* of the first frame */

  struct frame_list frames;
  struct range_list skipped; /* found while scanning */
  uint64_t missing_frames;
  size_t footer; /* index of the FOOTER frame; frames.count: none */
  struct payload footer_payload;
  bool footer_read;

  bool has_live;
  bool live_usable; /* of this log and understood */
  struct live live;
  bool live_settled; /* the items beyond the blocks are known: */
  size_t live_first;
  size_t live_count;
  bool has_seq;      /* a good BLOCK was read */
  uint64_t last_seq; /* the greatest of them */

  bool being_written; /* its tail is no damage */
  bool damage_marked;
  uint64_t unknown;
  uint64_t live_taken;
  struct range_list ranges; /* of the account */
  struct log_account account;
  const char **notes;
  size_t note_count;
  size_t note_capacity;
};

/* Fills `error` with "PATH: message"; returns -1. */
int log_fail(const struct log *log, struct read_error *error, int sys_errno, const char *format,
             ...) __attribute__((format(printf, 4, 5)));
void log_add_note(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* From a source with its header unread to the list of frames. */
int log_find_frames(struct log *log, bool scan_only, struct read_error *error);

#endif
