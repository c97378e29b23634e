/* Logs made by hand, byte by byte as FORMAT.md has them: for tests of what a reader
 * does with logs that no writer here would leave.
 *
 * A log has one series, "loss" (id 1), and a live record for each of its numbers: a
 * point whose step and value are the number, so that it shows where each point came
 * from.  (A writer spends numbers on other records, too; readers do not care.)
 */
#ifndef TESTS_MADE_LOG_H
#define TESTS_MADE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

#define MADE_SECOND INT64_C(1000000000)

/* What RUN says.  Texts that are NULL are "". */
struct made_run {
  uint8_t id;        /* the uuid is 16 times this byte */
  uint8_t continues; /* of another log, 0: none */
  uint64_t continues_seq;
  uint64_t pid_namespace;
  bool is_short; /* RUN ends behind the arguments */
  uint32_t rank;
  int64_t start_ns;
  uint64_t pid;
  uint64_t process_start;
  const char *boot_id;
  const char *host;
};

struct made_log {
  struct epochlog__buffer bytes;
  uint8_t uuid[16];
  uint64_t frame_no;
  int64_t start_ns;
  uint64_t value;   /* added to the values, to tell copies apart */
  const char *what; /* of losses; NULL: "calls" */
};

/* The file header and RUN. */
void made_log_start(struct made_log *log, const struct made_run *run);
/* A RECORDS frame with the SERIES record. */
void made_log_series(struct made_log *log);
/* A BLOCK with the points `from`..`to`, described or not. */
void made_log_block(struct made_log *log, uint64_t from, uint64_t to);
/* A RECORDS frame with one record. */
void made_log_status(struct made_log *log, uint8_t status, int64_t time_ns);
void made_log_environment(struct made_log *log, const char *name, const char *value);
/* A batch of predictions of a classifier, "test", of classes "a" and "b": row i of it is
 * of class i % 2 and has the score (first + i) / 1000000 of "b".  A damaged one ends
 * before the end of its scores, and nothing but decoding tells. */
void made_log_predictions(struct made_log *log, uint32_t first, uint32_t rows, bool is_damaged);
void made_log_loss(struct made_log *log, uint64_t count, int64_t from_ns, int64_t to_ns, int error);

/* Writes FOLDER/NAME.elog and forgets it. */
void made_log_write(struct made_log *log, const char *folder, const char *name);
/* Writes FOLDER/NAME.live with the points `from`..`to` (none if to < from) and the
 * last sign of life, before made_log_write. */
void made_live_write(const struct made_log *log, const char *folder, const char *name,
                     uint64_t from, uint64_t to, int64_t sign_of_life_ns);

#endif
