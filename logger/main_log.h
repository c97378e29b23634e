/* The main log: frames at the end of a file, its index and its footer (FORMAT.md
 * 3, 6, 7).
 *
 * The holder of the run's `io` lock is the only one to call in here.  A frame is
 * written whole with one system call where the system takes it.  When it does not
 * (a full disk), what was written of it is cut off again and the same place used
 * for the next; where even that fails, the torn piece stays and the next frame
 * begins behind it, at a multiple of 8, where a reader finds it.
 */
#ifndef EPOCHLOG_MAIN_LOG_H
#define EPOCHLOG_MAIN_LOG_H

#include "block.h"
#include "chunk.h"
#include "frame.h"

struct epochlog__main_log {
  int fd;
  uint8_t uuid[FORMAT_UUID_SIZE];
  uint64_t offset; /* where the next frame goes */
  uint64_t frame_no;
  uint64_t last_seq_end; /* one more than the last sequence number in a block */

  /* Since the last INDEX frame: */
  uint64_t index_from;
  uint64_t prev_index; /* its offset, 0: none */
  uint32_t index_blocks;
  uint32_t index_frames;
  uint32_t index_chunks;
  struct epochlog__buffer frame_entries;
  struct epochlog__buffer chunk_entries;

  struct epochlog__stats *totals; /* [totals_capacity], by series id - 1 */
  uint32_t totals_capacity;

  struct epochlog__buffer frame; /* the frame being made */
};

/* What the footer repeats. */
struct epochlog__footer {
  uint64_t record_count; /* live records published in all */
  const struct epochlog__series *const *series;
  const struct epochlog__counter *counters; /* NULL: all series have been announced */
  uint32_t series_count;
  const struct epochlog__buffer *records;
};

/* Makes the file `name` in a folder and writes its header; 0 or an errno. */
int epochlog__main_log_open(struct epochlog__main_log *log, int folder_fd, const char *name,
                            const uint8_t uuid[FORMAT_UUID_SIZE]);
void epochlog__main_log_release(struct epochlog__main_log *log);
/* Takes the file `name` away again, or leaves it empty where that fails: half a log must
 * not look like a whole one. */
void epochlog__main_log_drop(struct epochlog__main_log *log, int folder_fd, const char *name);
/* What a forked child does instead: the thread that kept these books was not copied,
 * and may have been in the middle of a change. */
void epochlog__main_log_abandon(struct epochlog__main_log *log);

/* Each appends a frame; 0 or an errno, and then the log is as before the call.
 * `deflate`: try to, and store what is shorter. */
int epochlog__main_log_run(struct epochlog__main_log *log, const void *body, size_t size);
int epochlog__main_log_records(struct epochlog__main_log *log, const void *payload, size_t size,
                               uint32_t raw_size);
int epochlog__main_log_block(struct epochlog__main_log *log, const struct epochlog__block *block);

/* Adds a text point that was written outside of a block to its series' totals. */
int epochlog__main_log_count_text(struct epochlog__main_log *log, uint32_t id, int64_t step,
                                  int64_t time_us);

/* INDEX and FOOTER, the last frames.  EMSGSIZE: the footer would pass the limit of a
 * frame and is left out. */
int epochlog__main_log_finish(struct epochlog__main_log *log,
                              const struct epochlog__footer *footer);

#endif
