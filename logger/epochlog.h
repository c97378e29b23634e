/* epochlog: a training run's log that costs little and survives a crash.
 *
 * A run is a folder below ./outputs.  A training program opens it, logs numbers
 * as they come, logs predictions once, and closes it; `epochlog report` turns
 * the folder into charts and a page later, on this machine or another.
 *
 * The smallest complete program:
 *
 *     #include <epochlog.h>
 *
 *     int main(void)
 *     {
 *       epochlog_run *run = epochlog_start(&(epochlog_options){.name = "ridge"}, NULL);
 *
 *       for (int step = 0; step < 100; step++)
 *         epochlog_log(run, "loss", 1.0 / (step + 1));
 *       return epochlog_complete(run, NULL) == EPOCHLOG_OK ? 0 : 1;
 *     }
 *
 * Rules that hold for every function:
 *
 * - **A failure never stops the training.**  Nothing here prints, exits or
 *   aborts.  The first failure is kept in the run (the first that cost data, if
 *   any did, before one that is about an argument): later calls go on as well as they can, `epochlog_last_error` tells it at any time and `epochlog_complete`
 *   returns it.  A run that could not be opened is NULL, and every function
 *   accepts a NULL run and does nothing (returning EPOCHLOG_INVALID where it
 *   returns a status), so a program needs no check between open and close.
 * - **A call that returned is safe** from the death of the process (kill -9, an
 *   abort, the out-of-memory killer) where the live file can be mapped, which is
 *   every usual local file system; elsewhere up to `flush_interval_ms` of points
 *   can be lost, and the log says so.  Power failures are the sync policy's matter.
 * - **Threads** may share a run; every function may be called from any thread,
 *   except that no call may follow or overlap the one that ends the run.
 * - **Fork**: the child writes to a log of its own in the same folder, made at its
 *   first call; the parent is undisturbed.  No descriptor survives `exec`.
 * - **Signal handlers** may call epochlog_scalar, epochlog_scalar_int and
 *   epochlog_scalars with metrics that have a point already.  A call that finds
 *   the interrupted thread inside this library is counted and not recorded; the
 *   log says how many.  It never waits for itself.  With `no_thread` or
 *   EPOCHLOG_SYNC_ALWAYS such a call may have to seal or sync, which allocates:
 *   then only where the program cannot be interrupted while it allocates.
 * - **A disk that is full or gone** costs points only once the ring is full; calls
 *   go on at full speed meanwhile, those lost are counted, and the log tells from
 *   when to when once it can be written again.  So it is when somebody deletes or
 *   cuts the files: the run goes on in new ones.  (A mapping that breaks raises
 *   SIGBUS; where the program has no handler of its own, one is set that handles
 *   the faults of live files and no others.)
 * - **Strings** are UTF-8 and copied.  Names are trimmed of white space at both
 *   ends; bytes that are not UTF-8 are stored as U+FFFD.  A name is 1 to
 *   EPOCHLOG_NAME_MAX bytes; a longer one is cut at a character and the run's
 *   last error says so.  An empty one is EPOCHLOG_INVALID, and so is NULL.  Control
 *   characters are kept.  A text that is too long is not kept: EPOCHLOG_TOO_LARGE.
 * - **Numbers** are kept bit for bit: NaN, infinities and -0 are data.
 * - **Steps** are signed 64-bit; they may repeat or go backwards.  EPOCHLOG_AUTO
 *   as a step means "one more than the last step of this metric", from 0; behind
 *   INT64_MAX it stays there.
 * - **Time** is the wall clock (UTC) at the call, with microseconds.
 */
#ifndef EPOCHLOG_H
#define EPOCHLOG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EPOCHLOG_VERSION "0.1.0"

#if defined(__GNUC__)
#define EPOCHLOG_API __attribute__((visibility("default")))
#else
#define EPOCHLOG_API
#endif

/** The longest name of a metric, tag, parameter, evaluation or file, in bytes. */
#define EPOCHLOG_NAME_MAX 4096
/** The longest text value (tag, parameter, string point, document), in bytes: 16 MiB. */
#define EPOCHLOG_TEXT_MAX 16777216
/** A step counted by the metric itself. */
#define EPOCHLOG_AUTO INT64_MIN

/* What a call came to.  Numbers are pinned and never reused. */
#define EPOCHLOG_STATUS_MAP(X)                                      \
  X(OK, 0, "success")                                               \
  X(INVALID, 1, "an argument is outside what is documented")        \
  X(NO_MEMORY, 2, "out of memory")                                  \
  X(OPEN, 3, "a file or folder could not be opened or created")     \
  X(WRITE, 4, "the log could not be written")                       \
  X(READ, 5, "a file to be kept could not be read")                 \
  X(KIND, 6, "a name is already used for another kind of metric")   \
  X(TOO_LARGE, 7, "a name, text or batch is larger than its limit") \
  X(EXISTS, 8, "a property is already set to another value")        \
  X(CLOSED, 9, "the run has ended")                                 \
  X(SYNC, 10, "the system could not make the log durable")

typedef enum epochlog_status {
#define X(name, value, text) EPOCHLOG_##name = value,
  EPOCHLOG_STATUS_MAP(X)
#undef X
} epochlog_status;

/** An error in full, on the caller's stack.  `message` is one printable line
 * that names the file or field concerned. */
typedef struct epochlog_error {
  epochlog_status status;
  int sys_errno; /**< the system's reason, 0 where there is none */
  char message[480];
} epochlog_error;

/** The sentence for a status; any integer is accepted; never NULL. */
EPOCHLOG_API const char *epochlog_status_text(int status);

/** The library's version, "MAJOR.MINOR.PATCH". */
EPOCHLOG_API const char *epochlog_version(void);

/* ------------------------------------------------------------------ a run */

/** A run that is being logged.  Opaque; made by epochlog_start, ended by
 * epochlog_complete, epochlog_fail or epochlog_cancel. */
typedef struct epochlog_run epochlog_run;

/** When data is made durable against power failures.  Under every policy nothing
 * that was made durable is lost later, and what is read back is never garbage.
 * After a failed sync the run goes on in a new pair of files. */
typedef enum epochlog_sync_policy {
  EPOCHLOG_SYNC_NONE = 0, /**< never by us; the kernel writes back within seconds */
  EPOCHLOG_SYNC_INTERVAL, /**< every `sync_interval_ms` */
  EPOCHLOG_SYNC_ALWAYS    /**< before each call returns, which takes as long as the disk */
} epochlog_sync_policy;

/** Where the newest points are kept until they are sealed into the log. */
typedef enum epochlog_live {
  EPOCHLOG_LIVE_AUTO = 0, /**< $EPOCHLOG_LIVE ("mapped" or "written"), else mapped where the file
                               system is known to be safe for it, else written */
  EPOCHLOG_LIVE_MAPPED,   /**< in a mapping of the live file: a call that returned survives
                               kill -9.  EPOCHLOG_OPEN when the file cannot be mapped */
  EPOCHLOG_LIVE_WRITTEN   /**< in memory, written every `flush_interval_ms`: kill -9 loses up to
                               that much.  For network and FUSE file systems */
} epochlog_live;

/** How a run is started.  Zero is the default of every field; pass NULL for all
 * defaults. */
typedef struct epochlog_options {
  const char *root;            /**< folder of all runs; NULL: $EPOCHLOG_DIR, else "./outputs" */
  const char *name;            /**< NULL: $EPOCHLOG_RUN_NAME, else the program's name */
  const char *experiment;      /**< NULL: $EPOCHLOG_EXPERIMENT, else "default" */
  const char *run_id;          /**< an id chosen by the caller, shared by ranks and restarts of
                               one job; NULL: $EPOCHLOG_RUN_ID, else made from time, name and
                               chance.  An existing run folder of that id is joined. */
  const char *description;     /**< Markdown shown in the report; NULL: none */
  const char *parent_id;       /**< id of the parent run; NULL: none.  See epochlog_child. */
  int rank_plus_one;           /**< 0: rank from RANK, SLURM_PROCID, OMPI_COMM_WORLD_RANK or
                                PMI_RANK, else 0; otherwise rank + 1 */
  int world_size;              /**< 0: from WORLD_SIZE, SLURM_NTASKS, OMPI_COMM_WORLD_SIZE or
                                PMI_SIZE, else 1 */
  epochlog_sync_policy sync;   /**< default EPOCHLOG_SYNC_NONE */
  unsigned sync_interval_ms;   /**< for EPOCHLOG_SYNC_INTERVAL; 0: 1000 */
  unsigned flush_interval_ms;  /**< with EPOCHLOG_LIVE_WRITTEN points reach the kernel at least
                                this often; 0: 1000 */
  int capture_environment_off; /**< 1: host, user, command line and git are not recorded */
  const char *const *environment_names; /**< NULL-terminated names of environment variables to
                                             record; NULL: none.  Nothing else of the
                                             environment is ever recorded. */
  epochlog_live live;                   /**< default EPOCHLOG_LIVE_AUTO */
  int no_thread;        /**< 1: no thread of ours; points are sealed, and synced when
                                             that is due, in the logging calls */
  unsigned ring_kib;    /**< size of the live file in KiB, 16 to 262144; 0: 4096.
                                             Larger takes longer bursts and thousands of metrics */
  uint64_t reserved[6]; /**< zero */
} epochlog_options;

/** Starts a run: makes its folder below the root and its log, and returns it.
 *
 * - `options` may be NULL; copied.
 * - `error`   may be NULL; filled in every case.
 *
 * **Returns** the run, or NULL with `error->status`
 * EPOCHLOG_INVALID (a string is not usable as a run id, a rank is negative, another
 * option or $EPOCHLOG_LIVE is not one of those documented),
 * EPOCHLOG_NO_MEMORY, or EPOCHLOG_OPEN (the folder or log could not be made).
 *
 * **Owner**: the caller ends the run once with complete, fail or cancel.
 * **Cost**: creates two files, fills one with `ring_kib` of zeros, starts one
 * low-priority thread.
 */
EPOCHLOG_API epochlog_run *epochlog_start(const epochlog_options *options, epochlog_error *error);

/** Starts a child run: a run of its own beside its parent, whose id it records.
 * `name` NULL takes the parent's name with a number; root, experiment and
 * policies are the parent's.  Otherwise as epochlog_start. */
EPOCHLOG_API epochlog_run *epochlog_child(epochlog_run *parent, const char *name,
                                          epochlog_error *error);

/** The run's id, which is also its folder's name.  Valid until the run ends;
 * "" for a NULL run. */
EPOCHLOG_API const char *epochlog_run_id(const epochlog_run *run);

/** The run's folder as a path usable from where the program was started.  Valid
 * until the run ends; "" for a NULL run. */
EPOCHLOG_API const char *epochlog_run_folder(const epochlog_run *run);

/** Ends the run as Completed: everything is written, the log gets its index and
 * footer, and the run is freed even when that fails.
 *
 * **Returns** EPOCHLOG_OK, or the first failure the run met since its start,
 * told in `error` (may be NULL). */
EPOCHLOG_API epochlog_status epochlog_complete(epochlog_run *run, epochlog_error *error);

/** Ends the run as Failed.  `code` (NULL: "UserError"), `message` and `details`
 * (a stack trace, say) may be NULL.  Otherwise as epochlog_complete. */
EPOCHLOG_API epochlog_status epochlog_fail(epochlog_run *run, const char *code, const char *message,
                                           const char *details, epochlog_error *error);

/** Ends the run as Canceled.  Otherwise as epochlog_complete. */
EPOCHLOG_API epochlog_status epochlog_cancel(epochlog_run *run, epochlog_error *error);

/** Ends this process's part in the run without a word on how the run ended: what it
 * logged is sealed and gets its index and footer, the live file goes, and the run is
 * freed.  For workers of a job whose main process ends the run, and for programs that
 * add to a run that has ended.  Otherwise as epochlog_complete. */
EPOCHLOG_API epochlog_status epochlog_leave(epochlog_run *run, epochlog_error *error);

/** Hands every point logged so far to the kernel: what returned before this
 * call survives the death of the process.  With a mapped ring there is nothing to
 * do.  No fsync unless the policy is ALWAYS.
 * **Returns** EPOCHLOG_OK, INVALID, or WRITE (calls are being lost now). */
EPOCHLOG_API epochlog_status epochlog_flush(epochlog_run *run);

/** epochlog_flush, and makes it durable against power loss.
 * **Returns** EPOCHLOG_OK, INVALID, WRITE or SYNC.  **Cost**: an fdatasync. */
EPOCHLOG_API epochlog_status epochlog_sync(epochlog_run *run);

/** The first failure since the start, EPOCHLOG_OK if there was none; `error`
 * (may be NULL) is filled in every case. */
EPOCHLOG_API epochlog_status epochlog_last_error(epochlog_run *run, epochlog_error *error);

/* ---------------------------------------------------------------- scalars */

/* A metric is a named series of points.  The same name again appends to the
 * series.  Defining a metric first gives a small number to log with, which is
 * the fast path; logging by name looks the number up. */

typedef uint32_t epochlog_metric;

typedef enum epochlog_goal {
  EPOCHLOG_GOAL_NONE = 0, /**< unknown: the report guesses from the name (loss, error: lower) */
  EPOCHLOG_GOAL_MINIMIZE,
  EPOCHLOG_GOAL_MAXIMIZE
} epochlog_goal;

/** What is known about a metric beyond its name; zero is the default. */
typedef struct epochlog_metric_options {
  const char *unit;        /**< "s", "MiB"; NULL: none */
  const char *description; /**< NULL: none */
  epochlog_goal goal;
  int integer; /**< 1: points are logged with epochlog_scalar_int */
} epochlog_metric_options;

/** Defines a scalar metric, or finds it again (options of the first call stay).
 * `options` may be NULL.  **Returns** its number, or 0 (which every logging call
 * ignores) when the name is empty, used for another kind, the goal is none, or memory
 * is short; the run's last error says which.  **Cost**: allocates. */
EPOCHLOG_API epochlog_metric epochlog_define(epochlog_run *run, const char *name,
                                             const epochlog_metric_options *options);

/** Records that `metric` had `value` at `step`.
 *
 * **Cost**: about two clock reads; no allocation and no system call, except that
 * who takes the ring's last free segment (of four, each some 32,000 points) wakes the
 * thread that seals, and who finds none free waits for it.  An unknown metric is
 * ignored and kept as last error; 0 is ignored.  A metric of integers takes the nearest
 * integer, halves away from 0; NaN is 0, and what is too large the last one. */
EPOCHLOG_API void epochlog_scalar(epochlog_run *run, epochlog_metric metric, int64_t step,
                                  double value);

/** The same for a metric defined with `.integer = 1`; kept exactly.  On a
 * metric of doubles the value is converted. */
EPOCHLOG_API void epochlog_scalar_int(epochlog_run *run, epochlog_metric metric, int64_t step,
                                      int64_t value);

/** Records `count` metrics of one step with one clock read: `values[i]` belongs
 * to `metrics[i]`; a metric may be among them twice.  Unknown ones are left out and
 * kept as last error, and metrics of integers take the nearest, as above.  With
 * EPOCHLOG_AUTO the step is one more than the last step of the first metric known.
 * A `count` of 0 is no error. */
EPOCHLOG_API void epochlog_scalars(epochlog_run *run, int64_t step, const epochlog_metric *metrics,
                                   const double *values, size_t count);

/** Goes on with a metric of integers or truth values as one of doubles: the same name,
 * unit, goal and count of steps under a new number, which later look-ups of the name give,
 * too.  A reader joins the two.  What is logged under the old number stays as it was.
 * A name that is new is defined.  **Returns** the number, that of a metric of doubles as
 * it is; 0 where the name is used for another kind, or memory is short, as the run's last
 * error says.  **Cost**: allocates. */
EPOCHLOG_API epochlog_metric epochlog_widen(epochlog_run *run, const char *name);

/** By name, with the step counted: defines the metric at first use. */
EPOCHLOG_API void epochlog_log(epochlog_run *run, const char *name, double value);
/** By name, with a step. */
EPOCHLOG_API void epochlog_log_at(epochlog_run *run, const char *name, int64_t step, double value);
/** An integer, a truth value, a text, by name; `step` may be EPOCHLOG_AUTO.  The
 * first call decides the type of the series; a number of the other type is
 * converted, a text in a series of numbers (or the reverse) is EPOCHLOG_KIND. */
EPOCHLOG_API void epochlog_log_int(epochlog_run *run, const char *name, int64_t step,
                                   int64_t value);
EPOCHLOG_API void epochlog_log_bool(epochlog_run *run, const char *name, int64_t step, int value);
EPOCHLOG_API void epochlog_log_text(epochlog_run *run, const char *name, int64_t step,
                                    const char *value);

/* --------------------------------------------------- lists, rows, tables */

typedef enum epochlog_type {
  EPOCHLOG_DOUBLE = 0, /**< const double * */
  EPOCHLOG_FLOAT,      /**< const float * */
  EPOCHLOG_INT64,      /**< const int64_t * */
  EPOCHLOG_BOOL,       /**< const unsigned char *, 0 or not 0 */
  EPOCHLOG_TEXT        /**< const char *const *, NULL elements are missing values */
} epochlog_type;

/** A named column of `n` values of one type; the array is read during the call. */
typedef struct epochlog_column {
  const char *name;
  epochlog_type type;
  const void *values;
} epochlog_column;

/** Logs a list: `count` values of one type at one time.  An empty list is kept.
 * **Returns** EPOCHLOG_OK, INVALID, KIND, TOO_LARGE, NO_MEMORY or WRITE; the same
 * holds for rows and tables. */
EPOCHLOG_API epochlog_status epochlog_log_list(epochlog_run *run, const char *name,
                                               epochlog_type type, const void *values,
                                               size_t count);

/** Logs one row of named columns (each `values` points to one value).  Rows
 * logged under one name form a table; columns may come and go. */
EPOCHLOG_API epochlog_status epochlog_log_row(epochlog_run *run, const char *name,
                                              const epochlog_column *columns, size_t column_count);

/** Logs a table of `row_count` rows; logged again, its rows are appended. */
EPOCHLOG_API epochlog_status epochlog_log_table(epochlog_run *run, const char *name,
                                                const epochlog_column *columns, size_t column_count,
                                                size_t row_count);

/* ------------------------------------------------------------ evaluations */

/** A batch of predictions of a classifier.  Batches under one name are one
 * evaluation.  Arrays are read during the call. */
typedef struct epochlog_classification {
  const char *const *class_names; /**< `class_count` names; the same in every batch */
  size_t class_count;             /**< at least 2 */
  size_t count;                   /**< samples in this batch */
  const int32_t *true_class;      /**< [count], index into class_names; others (-1) are kept and
                                       reported as unknown */
  const double *scores;    /**< [count][class_count] row-major: a probability or score per class; or
                               [count] when `binary_scores`; NULL: labels only */
  const float *scores_f32; /**< the same as floats, instead of `scores` */
  int binary_scores;       /**< 1: one score per sample, of class_names[1]; class_count is 2 */
  const int32_t *predicted_class; /**< [count]; NULL: the class of the highest score.  Required
                                       without scores. */
  const double *weights;          /**< [count], >= 0; NULL: all 1 */
  const int64_t *ids; /**< [count], for comparing runs sample by sample; NULL: row number */
  const char
      *positive_class; /**< the positive class of a binary evaluation; NULL: class_names[1] */
} epochlog_classification;

/** Logs predictions of a classifier under `name` ("test").  **Returns**
 * EPOCHLOG_OK, INVALID (class_count < 2, no true_class, neither scores nor
 * predicted classes, both kinds of scores), TOO_LARGE, NO_MEMORY or WRITE.
 * **Cost**: compresses and writes the batch; other threads go on meanwhile. */
EPOCHLOG_API epochlog_status epochlog_log_classification(epochlog_run *run, const char *name,
                                                         const epochlog_classification *batch);

/** A batch of predictions of a regression. */
typedef struct epochlog_regression {
  size_t count;
  const double *true_value; /**< [count] */
  const double *predicted;  /**< [count] */
  const double *lower;      /**< [count], bounds of a prediction interval; NULL: none */
  const double *upper;
  double interval_level;   /**< nominal level of the interval, 0.9 say; 0: unknown */
  const double *weights;   /**< NULL: all 1 */
  const int64_t *ids;      /**< NULL: row number */
  const char *target_name; /**< with unit if any; NULL: none */
} epochlog_regression;

EPOCHLOG_API epochlog_status epochlog_log_regression(epochlog_run *run, const char *name,
                                                     const epochlog_regression *batch);

/** Feature importance of a model. */
typedef struct epochlog_importance {
  size_t feature_count;
  const char *const *feature_names;
  const double *overall;   /**< [feature_count]; signed values keep their sign */
  const double *deviation; /**< [feature_count]; NULL: none */
  size_t class_count;      /**< 0: no values per class */
  const char *const *class_names;
  const double *per_class; /**< [class_count][feature_count]; NULL with class_count 0 */
  const char *method;      /**< "permutation", "coefficient"; NULL: not told */
} epochlog_importance;

EPOCHLOG_API epochlog_status epochlog_log_importance(epochlog_run *run, const char *name,
                                                     const epochlog_importance *importance);

/** An evaluation that is already aggregated, as JSON in one of Azure ML's four
 * schemas; `schema` is "confusion_matrix", "accuracy_table", "residuals" or
 * "predictions", NULL: what the JSON says.  The text is kept as it is; the
 * report reads it leniently and warns. */
EPOCHLOG_API epochlog_status epochlog_log_json(epochlog_run *run, const char *name,
                                               const char *schema, const char *json);

/** A piece of Markdown for the report: a note, a conclusion. */
EPOCHLOG_API epochlog_status epochlog_log_markdown(epochlog_run *run, const char *name,
                                                   const char *markdown);

/* ----------------------------------------------------------------- images */

/** Logs an image given as PNG, JPEG, GIF or WebP bytes; it is kept in the run's
 * files/images.  `caption` may be NULL.  **Returns** EPOCHLOG_OK, INVALID (not
 * such an image), NO_MEMORY, OPEN or WRITE. */
EPOCHLOG_API epochlog_status epochlog_log_image_data(epochlog_run *run, const char *name,
                                                     int64_t step, const void *data, size_t size,
                                                     const char *caption);
/** The same from a file, which is copied; READ when it cannot be read. */
EPOCHLOG_API epochlog_status epochlog_log_image_file(epochlog_run *run, const char *name,
                                                     int64_t step, const char *path,
                                                     const char *caption);
/** The same from raw 8-bit pixels, rows top down: `channels` 1 (grey), 3 (RGB)
 * or 4 (RGBA); `row_bytes` 0 means width * channels.  At most 65 535 on a side. */
EPOCHLOG_API epochlog_status epochlog_log_image_pixels(epochlog_run *run, const char *name,
                                                       int64_t step, const void *pixels,
                                                       size_t width, size_t height, int channels,
                                                       size_t row_bytes, const char *caption);

/* ------------------------------------------------- parameters, tags, files */

/** Parameters of the run: set once or again (the last value counts). */
EPOCHLOG_API epochlog_status epochlog_param(epochlog_run *run, const char *name, double value);
EPOCHLOG_API epochlog_status epochlog_param_int(epochlog_run *run, const char *name, int64_t value);
EPOCHLOG_API epochlog_status epochlog_param_bool(epochlog_run *run, const char *name, int value);
EPOCHLOG_API epochlog_status epochlog_param_text(epochlog_run *run, const char *name,
                                                 const char *value);

/** Sets a tag; `value` may be NULL (a tag without a value). */
EPOCHLOG_API epochlog_status epochlog_tag(epochlog_run *run, const char *name, const char *value);
/** Removes a tag; one that is not set is no error. */
EPOCHLOG_API epochlog_status epochlog_tag_remove(epochlog_run *run, const char *name);
/** Sets a property, once: EPOCHLOG_EXISTS when it has another value already. */
EPOCHLOG_API epochlog_status epochlog_property(epochlog_run *run, const char *name,
                                               const char *value);
/** Records a fact about the environment: "library.numpy" = "1.24.2". */
EPOCHLOG_API epochlog_status epochlog_environment(epochlog_run *run, const char *name,
                                                  const char *value);

/** Keeps a copy of a file in the run, as files/`name`, with its size and
 * SHA-256.  `name` NULL takes the last part of `path`; it is relative, with '/'
 * between parts, and neither "." nor ".." is one of them.  `role` is a word for
 * the report ("model", "data"); NULL: "file".  Adding the same name again
 * replaces the copy.  **Returns** EPOCHLOG_OK, INVALID (the name leaves the run),
 * READ, OPEN, NO_MEMORY or WRITE. */
EPOCHLOG_API epochlog_status epochlog_add_file(epochlog_run *run, const char *name,
                                               const char *path, const char *role);
/** The same from memory. */
EPOCHLOG_API epochlog_status epochlog_add_file_data(epochlog_run *run, const char *name,
                                                    const void *data, size_t size,
                                                    const char *role);
/** Every regular file below a folder, as files/`name`/...; symbolic links are not
 * followed. */
EPOCHLOG_API epochlog_status epochlog_add_folder(epochlog_run *run, const char *name,
                                                 const char *path, const char *role);

#ifdef __cplusplus
}
#endif

#endif
