/* A run as the report sees it: all logs of one folder, read and merged.
 *
 * The reader opens each log (log.h), through its footer when it has one and by
 * scanning when not, adds what is left in live files, and joins the writers
 * (ranks, restarts, forked children) into one set of metrics, evaluations and
 * facts.  Nothing here draws, computes statistics or prints.  What was skipped
 * is told in `logs[].account`, in words in `warnings`.
 *
 * Everything belongs to the run and lives until run_close.  Strings are valid
 * UTF-8 and never NULL unless a field says so.
 *
 * Metrics are read whole into memory: 16 bytes per point and 8 for the time.  For
 * pages and overviews RUN_CHARTS leaves long ones in the logs (`is_long`): some 200
 * bytes for each of their chunks, and run_reduce for the picture.
 */
#ifndef EPOCHLOG_READER_RUN_H
#define EPOCHLOG_READER_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum run_status {
  RUN_RUNNING, /* no end record, writer alive */
  RUN_COMPLETED,
  RUN_FAILED,
  RUN_CANCELED,
  RUN_NOT_RESPONDING /* no end record, writer gone */
};

/* "Running", "Completed", "Failed", "Canceled", "NotResponding". */
const char *run_status_text(enum run_status status);

enum value_type { VALUE_FLOAT = 0, VALUE_INTEGER, VALUE_BOOL, VALUE_TEXT };

/* One typed value. */
struct value {
  enum value_type type;
  double number;    /* FLOAT; INTEGER and BOOL converted */
  int64_t integer;  /* INTEGER, BOOL */
  const char *text; /* TEXT, else NULL */
};

enum metric_kind { METRIC_SCALAR = 1, METRIC_LIST = 2, METRIC_ROW = 3, METRIC_TABLE = 4 };

/* A named column of a list, row or table metric: `count` values.  Exactly one of
 * `numbers`, `texts` is not NULL.  A text that is missing is NULL; a number that
 * is missing (a row without that column) is NaN with `missing` set. */
struct metric_column {
  const char *name;
  enum value_type type;
  size_t count;
  const double *numbers;
  const int64_t *integers; /* INTEGER and BOOL: the exact values; else NULL */
  const char *const *texts;
  const bool *missing; /* NULL: none is missing */
};

/* One metric of the run.  A scalar has points; list, row and table have columns
 * (a list one, named "value"). */
struct metric {
  const char *name;
  enum metric_kind kind;
  enum value_type type; /* of a scalar's points */
  int goal;             /* 0 unknown, 1 minimize, 2 maximize: as logged */
  const char *unit;     /* "" none */
  const char *description;

  /* A scalar's points, in order of step, then time, then logging; arrays of
   * `count`.  `values` holds numbers of every type but TEXT, `texts` those. */
  size_t count;
  const int64_t *steps;
  const int64_t *times_us;
  const double *values;     /* NULL for TEXT */
  const int64_t *integers;  /* INTEGER and BOOL: the exact values; else NULL */
  const char *const *texts; /* TEXT, else NULL */

  /* A scalar that was left in its logs: `count` is right, the arrays are NULL, and
   * its points lie between these. */
  bool is_long;
  int64_t step_min, step_max;
  int64_t time_min_us, time_max_us;

  size_t column_count;
  const struct metric_column *columns;
  size_t batches; /* how many calls logged it */
};

enum evaluation_type {
  EVALUATION_CLASSIFICATION = 5,
  EVALUATION_REGRESSION = 6,
  EVALUATION_IMPORTANCE = 7
};

/* Raw predictions logged under one name, all batches joined.  Arrays of `count`;
 * NULL where not logged.  Where batches differ in their classes or columns the
 * later batch is left out and a warning says so. */
struct evaluation {
  const char *name;
  enum evaluation_type type;
  size_t count;
  size_t class_count;
  const char *const *class_names;
  const int32_t *true_class;      /* classification; an index out of range is unknown */
  const int32_t *predicted_class; /* NULL: from the scores */
  const double *const *scores;    /* [class_count] arrays of count; NULL without scores.  For
                                     binary scores only scores[1] was logged and scores[0] is
                                     1 - scores[1] */
  bool binary_scores;
  const char *positive;     /* a class name or NULL */
  const double *true_value; /* regression */
  const double *predicted;
  const double *lower;
  const double *upper;
  double interval_level; /* 0 unknown */
  const char *target;    /* "" none */
  const double *weights;
  const int64_t *ids;
  const char *const *features; /* importance: count names */
  const double *overall;
  const double *deviation;
  const double *const *per_class; /* [class_count] arrays of count */
  const char *method;             /* "" none */
};

struct named_value {
  const char *name;
  struct value value; /* a tag without a value: TEXT with text NULL */
};

struct kept_file {
  const char *path; /* relative to the run folder; checked: stays inside */
  uint64_t size;
  unsigned char sha256[32];
  const char *role;
  const char *media_type;
};

struct logged_image {
  const char *name;
  int64_t step; /* INT64_MIN: none */
  const char *path;
  uint32_t width;
  uint32_t height;
  const char *caption;
};

struct document {
  const char *name;
  const char *format; /* "markdown", one of Azure's four schemas, or "" */
  const char *text;
  size_t size;
};

/* What a reader could not use of one log: a range of bytes and why ("payload",
 * "gap", "cut", "zeros", "torn", as in FORMAT.md section 12). */
struct skipped_range {
  uint64_t from;
  uint64_t to;
  const char *why;
};

struct log_account {
  const char *file; /* name within the run folder */
  uint64_t size;
  uint64_t whole; /* bytes of whole frames and the file header */
  size_t skipped_count;
  const struct skipped_range *skipped;
  uint64_t missing_frames;
  uint64_t unknown;
  uint64_t live_records; /* taken from the live file */
  uint64_t left_out;     /* frames whose records are taken from another log of the writer */
  bool finished;         /* has a footer */
  bool damaged;
  bool has_status;
};

/* One writer: a rank, a restart, a forked child. */
struct run_writer {
  unsigned char uuid[16];
  uint32_t rank;
  uint32_t world_size;
  int64_t start_ns;
  uint64_t pid;
  const char *host;
  bool is_alive;     /* its process runs, or gave a sign of life of late */
  bool is_continued; /* another log goes on where this one ends: it has no end itself */
  bool continues;    /* this one goes on where another log ends: */
  unsigned char continued_uuid[16];
  struct log_account account;
};

struct loss {
  bool is_possible; /* records that may be missing; else calls that were not recorded */
  uint64_t count;
  int64_t from_ns;
  int64_t to_ns;
  int error;
  const char *what;
};

struct run {
  const char *folder; /* as opened; "" for a lone log file */
  const char *id;
  const char *name;
  const char *experiment;
  const char *parent_id;   /* "" none */
  const char *description; /* Markdown, "" none */
  enum run_status status;
  const char *error_code; /* of a failed run, "" none */
  const char *error_message;
  const char *error_details;
  int64_t start_ns;
  int64_t end_ns; /* of a run that ended; else the time of its last record */
  uint32_t world_size;
  const char *host;
  const char *user;
  const char *working_folder;
  const char *git_commit; /* "" unknown */
  int git_dirty;          /* 0 unknown, 1 clean, 2 dirty */
  const char *writer_version;
  size_t argument_count;
  const char *const *arguments;

  size_t writer_count;
  const struct run_writer *writers;
  size_t metric_count;
  const struct metric *metrics; /* in order of first appearance */
  size_t evaluation_count;
  const struct evaluation *evaluations;
  size_t param_count;
  const struct named_value *params;
  size_t tag_count;
  const struct named_value *tags;
  size_t property_count;
  const struct named_value *properties;
  size_t environment_count;
  const struct named_value *environment;
  size_t file_count;
  const struct kept_file *files;
  size_t image_count;
  const struct logged_image *images;
  size_t document_count;
  const struct document *documents;
  size_t loss_count;
  const struct loss *losses;
  size_t warning_count;
  const char *const *warnings; /* one sentence each, for people */
};

/* Why a run could not be read.  `message` is one line that names the file and
 * place, without a leading "epochlog: ". */
struct read_error {
  int sys_errno;
  char message[512];
};

/* How much of a run is read.  RUN_SUMMARY reads footers alone where logs are
 * finished: metrics have `count` 0 and no points; run_totals has their numbers.
 * RUN_CHARTS reads all, but leaves scalars of numbers with more than RUN_POINTS_MAX
 * points in their logs; every block is still read and its checksum verified.  Memory:
 * 24 bytes for each point kept, of which no log keeps more than 16 Mi before shorter
 * metrics are left in it, too. */
enum run_detail { RUN_SUMMARY, RUN_CHARTS, RUN_ALL };
#define RUN_POINTS_MAX 100000

/* Opens the run in `path`: a run folder or one .elog file.  Returns NULL with
 * `error` filled when nothing in it can be read. */
struct run *run_open(const char *path, enum run_detail detail, struct read_error *error);
/* RUN_CHARTS with another limit than RUN_POINTS_MAX. */
struct run *run_open_charts(const char *path, uint64_t points_max, struct read_error *error);
void run_close(struct run *run);
/* Closes the log files of a run of RUN_ALL or RUN_SUMMARY and keeps what was read, for who
 * holds thousands of runs.  Points that were left in the logs can no longer be read. */
void run_close_files(struct run *run);

/* Totals of a scalar metric, exact also for a summary. */
struct metric_totals {
  uint64_t count;
  uint64_t nan_count;
  uint64_t posinf_count;
  uint64_t neginf_count;
  struct value first;
  struct value last;
  struct value min; /* of the finite values; NaN if there is none */
  struct value max;
  int64_t first_step;
  int64_t last_step;
  int64_t min_step; /* where min is; INT64_MIN when only a footer was read, which */
  int64_t max_step; /* does not tell it */
  double sum;
};

/* Totals of run->metrics[index] (scalars of numbers; others give count alone and
 * a text's first and last). */
struct metric_totals run_totals(const struct run *run, size_t index);

/* ---- long metrics ---- */

/* The points of a metric in one column of a picture. */
struct span {
  uint64_t count;
  uint64_t nan_count;
  uint64_t posinf_count;
  uint64_t neginf_count;
  int64_t at_min, at_max; /* the smallest and greatest step (or time) of its points */
  double min, max;        /* of the finite values; NaN if there is none */
  double sum;             /* of the finite values */
};

/* A metric of numbers cut into `columns`: column i has the points with edges[i] <=
 * step < edges[i + 1] (times in microseconds, if `by_time`).  Edges ascend; what lies
 * outside is left out. */
struct reduction {
  size_t metric;
  bool by_time;
  size_t columns;
  const int64_t *edges; /* [columns + 1] */
  struct span *spans;   /* [columns], filled by run_reduce */
  uint64_t unread;      /* points that could not be read again */
};

/* Reduces metrics, long or not, to the same as all their points would give, whatever
 * their order: a chunk within one column gives its statistics, any other is decoded.
 * Asking for all at once reads each block once.  Sums of chunks are added, so the last
 * digits of `sum` may differ from those of a sum in order.  Returns 0, or -1 when
 * memory is short. */
int run_reduce(struct run *run, struct reduction *list, size_t count);

/* Finds by exact name; NULL when there is none. */
const struct metric *run_metric(const struct run *run, const char *name);

/* ---- finding runs ---- */

/* Every folder directly below `root` that holds a log, newest first by its name's
 * time.  Returns the count and allocates `*paths` (release with run_paths_free),
 * or -1 with `error` filled. */
long run_list(const char *root, char ***paths, struct read_error *error);
void run_paths_free(char **paths, long count);

/* What a user types for a run: a folder, a log file, or a run id or name or unique
 * prefix of either below `root`.  Returns an allocated path, or NULL with `error`
 * filled (not found; several match, with their ids). */
char *run_find(const char *root, const char *text, struct read_error *error);

#endif
