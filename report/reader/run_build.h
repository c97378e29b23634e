/* How a run is put together from its logs; shared by the run*.c files alone.
 *
 *     run.c              opens the logs, links and orders the writers, calls the rest
 *     run_facts.c        parameters, tags, files, images, documents
 *     run_status.c       identity; how the run ended, or whether it still runs
 *     run_scalars.c      points of all writers joined by metric, totals
 *     run_long.c         totals of series that stay in their logs
 *     run_reduce.c       such series cut into columns
 *     run_tables.c       lists, rows and tables
 *     run_evaluations.c  batches of predictions joined
 *     run_warnings.c     what was skipped, in sentences
 *
 * Everything public lies in the arena; large arrays are allocated alone and listed
 * in `owned`.
 */
#ifndef EPOCHLOG_READER_RUN_BUILD_H
#define EPOCHLOG_READER_RUN_BUILD_H

#include "reader/arena.h"
#include "reader/contents.h"
#include "reader/name_map.h"
#include "reader/run.h"

/* One writer's log. */
struct run_source {
  struct log *log;
  const struct log *before; /* the log that this one continues; NULL: none */
  size_t depth;             /* how many logs come before it */
  bool is_continued;
  bool is_missing; /* what it continues is not here */
  bool is_alive;   /* no end record, and its writer lives */
  struct contents contents;
  bool from_footer; /* the footer alone was read */
  bool has_status;
  struct status_body status; /* the last one */
  int64_t status_ns;
  int64_t last_ns; /* of its last record or point; INT64_MIN: nothing */
};

/* A record and the log it stands in. */
struct run_record {
  size_t source;
  const struct kept_record *kept;
};

/* A series that belongs to a metric. */
struct run_part {
  size_t source;
  uint32_t index; /* in the source's table */
  size_t metric;
};

/* Totals of one series with what is needed to join them. */
struct part_totals {
  struct metric_totals totals;
  int64_t time_first_us;
  int64_t time_last_us;
  int64_t step_min, step_max; /* of a long metric's series */
  int64_t time_min_us, time_max_us;
};

struct run_state {
  struct run run; /* first, so that a run is its state */
  struct arena arena;
  enum run_detail detail;
  uint64_t points_max;        /* of a metric that is kept in memory */
  struct run_source *sources; /* by start, then rank */
  size_t source_count;
  size_t primary;             /* the source that speaks for the run */
  struct run_record *records; /* of all sources, by time */
  size_t record_count;

  struct metric *metrics;
  struct metric_totals *totals;
  size_t metric_capacity;
  size_t totals_capacity;
  struct name_map metric_names;
  struct run_part *parts; /* by metric, then source */
  size_t part_count;
  const char **warnings;
  size_t warning_capacity;
  void **owned;
  size_t owned_count;
  size_t owned_capacity;
};

/* Each builds its part of state->run.  0, or -1 when memory is short. */
int run_build_identity(struct run_state *state);
int run_build_facts(struct run_state *state);
int run_build_status(struct run_state *state);
int run_build_scalars(struct run_state *state);
int run_build_tables(struct run_state *state);
int run_build_evaluations(struct run_state *state);
int run_build_warnings(struct run_state *state);

/* The log that goes on where this one ends, the last of them; itself if there is none. */
size_t run_last_of(const struct run_state *state, size_t source);

/* A warning; when memory is short it is given up. */
void run_warn(struct run_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* `count` zeroed elements that live as long as the run; NULL: no memory. */
void *run_array(struct run_state *state, size_t count, size_t size);
/* Takes a malloc'd array into the run's keeping; it is freed when that fails. */
int run_own(struct run_state *state, void *array);

/* Adds a metric with totals of zero; SIZE_MAX when memory is short. */
size_t run_add_metric(struct run_state *state, const struct metric *metric);

struct series *run_series(const struct run_state *state, const struct run_part *part);
struct value run_value_of_bits(uint8_t type, uint64_t bits);

/* Totals of a series of numbers of a long metric, which may itself be short.  0, or -1
 * when memory is short. */
int run_total_long(struct run_state *state, const struct run_part *part, struct part_totals *out);

/* The record's body; false when it is damaged. */
bool run_record_get(struct run_state *state, const struct run_record *item, struct record *record);

/* A batch of one of the kinds `from`..`to`; false when the item is none. */
bool run_batch_get(struct run_state *state, const struct run_record *item, uint8_t from, uint8_t to,
                   struct batch_body *batch);

#endif
