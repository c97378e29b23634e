/* One log: a main log and the live file beside it, opened for reading.
 *
 * The live file is read first and whole (a segment is used again only after its
 * block stands in the main log, so what is seen twice can be removed and nothing
 * is missed).  The main log is opened through its footer when it has a good one
 * and by scanning when not; either way the result is a list of frames in file
 * order.  A payload is read when it is asked for, into the caller's buffer, and
 * its checksum is verified then: memory is that of the frame list and one
 * payload.  Input is never mapped: a file that shrinks under a mapping kills the
 * reader.
 *
 * What is *cut* or *zeros* is the normal end of a log whose writer was killed;
 * *payload*, *gap* and *torn* are damage.  After log_verify, or after every
 * payload was asked for once, `account.whole` plus the bytes of
 * `account.skipped` is `account.size`.
 */
#ifndef EPOCHLOG_READER_LOG_H
#define EPOCHLOG_READER_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/run.h"
#include "reader/source.h"

/* A frame whose header is valid. */
struct log_frame {
  uint64_t offset;    /* of its header */
  uint64_t total_len; /* with header and padding */
  uint64_t frame_no;
  uint32_t stored_len;
  uint32_t raw_len;
  uint32_t payload_crc;
  uint16_t header_len;
  uint8_t type;
  uint8_t flags;
  bool verified; /* the payload was read and its checksum fits */
  bool bad;      /* the payload was read and is damaged: the frame is skipped */
  bool left_out; /* whole, but what it holds is taken from another log of the writer */
};

/* A record of the live file that is not yet in a block: `bytes` is the whole live
 * record with its head.  `time_us` is its time resolved to microseconds. */
struct live_item {
  uint64_t seq;
  size_t place; /* among all as they were read: of a number found twice the first counts */
  int64_t time_us;
  const unsigned char *bytes;
  uint32_t size;
  uint8_t type;
};

struct log;

/* Opens `path` and the live file beside it, if there is one.  `scan_only`: do not
 * believe index and footer.  Returns NULL with `error` filled when the file cannot
 * be read or is no log this reader understands. */
struct log *log_open(const char *path, bool scan_only, struct read_error *error);

/* The same from anything that can be read; `live` may be NULL.  The sources stay
 * the caller's and must outlive the log.  `name` is used in messages. */
struct log *log_open_source(const char *name, const struct source *main_log,
                            const struct source *live, bool scan_only, struct read_error *error);
void log_close(struct log *log);
/* Closes the file alone; a payload that is read after that is an error of the system. */
void log_close_file(struct log *log);

/* The file's name without folders. */
const char *log_name(const struct log *log);
/* 16 bytes. */
const unsigned char *log_uuid(const struct log *log);

size_t log_frame_count(const struct log *log);
const struct log_frame *log_frame(const struct log *log, size_t index);

/* A growing buffer for payloads; zero-initialise it, release it at the end. */
struct payload {
  unsigned char *data; /* inflated */
  size_t size;
  size_t capacity;
  unsigned char *stored;
  size_t stored_capacity;
};
void payload_release(struct payload *payload);

/* Reads frame `index`, verifies and inflates it.  Returns 0; 1 when the frame is
 * damaged (it is then marked and in the account); -1 when the system failed or
 * memory is short, with `error` filled. */
int log_read(struct log *log, size_t index, struct payload *payload, struct read_error *error);

/* Reads every payload not read so far, so that the account is complete. */
int log_verify(struct log *log, struct read_error *error);

/* The footer's payload when the log has a good one, else NULL. */
const unsigned char *log_footer(const struct log *log, size_t *size);

/* What the live file holds beyond the blocks that are good, in order.  The log is
 * verified first. */
const struct live_item *log_live_items(struct log *log, size_t *count);

/* A block, or the live records from one number to another, that are taken from
 * another log of the same writer (continued.h). */
void log_leave_out(struct log *log, size_t index);
void log_leave_out_live(struct log *log, uint64_t from, uint64_t to);
/* Time of the last sign of life told by the live file, 0 if there is none. */
int64_t log_heartbeat_ns(const struct log *log);

/* `account.finished` and `account.damaged` included; belongs to the log. */
const struct log_account *log_account(struct log *log);

/* Adds to what could not be understood or was damaged inside a whole frame. */
void log_count_unknown(struct log *log);
void log_mark_damaged(struct log *log);
/* A STATUS record was read: the writer ended its run. */
void log_mark_status(struct log *log);
/* The writer lives: what cannot be read up to the very end of the main log is not
 * yet written, and no damage. */
void log_is_being_written(struct log *log);

/* Sentences for people about this log: a foreign live file, an unreadable one. */
size_t log_note_count(const struct log *log);
const char *log_note(const struct log *log, size_t index);

#endif
