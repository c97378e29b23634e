/* Short runs whose power goes at every moment.
 *
 *     crash [-r RANDOM] [-s SEED] [-n SEEDS] [-f SYNCS [-d DENSITY]] [-w WORKLOAD]
 *
 * A workload is a few calls, written as letters (struct workload).  Before each file
 * call of the logger and after each of the program's calls every state that the disk
 * could be in is made (disk_cut.h), the reader opens it, and this must hold:
 *
 *   - what the policy promised at that moment is there, and equal;
 *   - what is there was logged, once, with the values it was logged with;
 *   - the run's state is one it had, and where nothing is torn nothing is damaged.
 *
 * Every value follows from the place of its call, so nothing has to be remembered.
 * -r: random states at each moment; -n: all of it with so many seeds, from SEED on; -f:
 * workloads are tried again with one datasync that fails, each of the first DENSITY, then
 * one in DENSITY up to SYNCS (DENSITY 0: one for each workload); -w: that workload alone.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "disk_cut.h"
#include "disk_model.h"
#include "epochlog.h"
#include "fault.h"
#include "reader/run.h"

#define CALLS_MAX 32
#define ROW_METRICS 40u
#define LARGE_ROWS 5000u
#define NOTE_SIZE 1900u
#define RUN_ID "run"

struct workload {
  const char *name;
  /* ^ start; s a scalar; r a row of metrics; t a text; n a long text; T a row of a
   * table; L a table too large for the live file; p a parameter; S sync; w time passes;
   * $ complete */
  const char *calls;
  epochlog_sync_policy sync;
  epochlog_live live;
  int no_thread;
  unsigned interval_ms;
};

#define NONE EPOCHLOG_SYNC_NONE
#define INTERVAL EPOCHLOG_SYNC_INTERVAL
#define ALWAYS EPOCHLOG_SYNC_ALWAYS
#define MAPPED EPOCHLOG_LIVE_MAPPED
#define WRITTEN EPOCHLOG_LIVE_WRITTEN

/* A segment takes two long texts, so that nine of them go once around the ring. */
static const struct workload workloads[] = {
    {"always", "^ssrtTpsrL$", ALWAYS, MAPPED, 1, 0},
    {"always, reuse", "^rnnnnnnrnnnnsnnrL$", ALWAYS, MAPPED, 1, 0},
    {"always, written", "^ssrtTpLrnnnnnnnnnrs$", ALWAYS, WRITTEN, 1, 0},
    {"always, thread", "^srtrnnnnnLnnnnrs$", ALWAYS, MAPPED, 0, 0},
    {"interval", "^ssrwtwTpwsrLws$", INTERVAL, MAPPED, 1, 1},
    {"interval, reuse", "^rnnnwnnrnnwnnnnnws$", INTERVAL, MAPPED, 1, 1},
    {"interval, reuse between syncs", "^rswnnnnnnnnnnnnnnnnr$", INTERVAL, MAPPED, 1, 400},
    {"interval, written", "^ssrwtTpwLnnnnwnnnnnnws$", INTERVAL, WRITTEN, 1, 1},
    {"interval, thread", "^ssnnwnnntLnnnnnnws$", INTERVAL, MAPPED, 0, 1},
    {"sync", "^ssSrtTSpLSs$", NONE, MAPPED, 1, 0},
    {"sync, reuse", "^rrSnnnnnnnSrnnnnS", NONE, MAPPED, 1, 0},
    {"sync, then reuse", "^rsSnnnnnnnnnnnr$", NONE, MAPPED, 1, 0},
    {"sync, written", "^srSnnnnnnSrLnnnnnS$", NONE, WRITTEN, 1, 0},
    {"sync, thread", "^srSnnnnnnSrLnnnnnS$", NONE, MAPPED, 0, 0},
    {"never", "^srtnnnnnnnnrTrLnnrp$", NONE, MAPPED, 1, 0},
};

#define WORKLOAD_COUNT (sizeof workloads / sizeof *workloads)

/* ------------------------------------------------------------------ values */

static double value_of(size_t call, size_t place)
{
  uint64_t x = (uint64_t)call * 1000003 + place + 1;

  x = (x ^ x >> 31) * UINT64_C(0x7FB5D329728EA185);
  x = (x ^ x >> 27) * UINT64_C(0x81DADEF4BC2DD44D);
  return (double)((x ^ x >> 33) >> 11) * 0x1p-53;
}

/* In a buffer of the caller. */
static const char *text_of(size_t call, bool is_long, char text[NOTE_SIZE + 1])
{
  const size_t size = is_long ? NOTE_SIZE : 40;

  for (size_t i = 0; i < size; i++) text[i] = (char)('a' + (int)(value_of(call, i) * 26));
  text[size] = '\0';
  return text;
}

/* ----------------------------------------------------------------- verdict */

struct scene {
  const struct workload *workload;
  const char *calls;   /* without the start */
  atomic_size_t begun; /* calls that were begun, the start among them */
  bool has_fault;
  uint64_t lost;
};

/* What a state held of each call. */
struct found {
  const struct scene *scene;
  size_t begun;
  uint64_t acknowledged;
  unsigned parts[CALLS_MAX];
};

static const char *take(struct found *found, int64_t call, const char *letters)
{
  if (call < 0 || call >= (int64_t)found->begun) return "a call that was never made";
  if (strchr(letters, found->scene->workload->calls[call]) == NULL)
    return "a value that another kind of call made";
  found->parts[call]++;
  return NULL;
}

/* Which series it is, 0: "a", 1: "r0", ...; -1: none. */
static int series_of(const char *name)
{
  unsigned number;

  if (strcmp(name, "a") == 0) return 0;
  if (sscanf(name, "r%u", &number) == 1 && number < ROW_METRICS) return (int)number + 1;
  /* Its SERIES record may be lost with what was not durable; ids are given in order. */
  if (sscanf(name, "series %u", &number) != 1 || number < 1 || number > ROW_METRICS + 1) return -1;
  return (int)number - 1;
}

static const char *check_scalar(struct found *found, const struct metric *metric)
{
  const int series = series_of(metric->name);
  const size_t place = series > 0 ? (size_t)series - 1 : 0;

  if (series < 0) return "a metric that was never logged";
  for (size_t i = 0; i < metric->count; i++) {
    const char *problem = take(found, metric->steps[i], series > 0 ? "r" : "s");

    if (problem != NULL) return problem;
    if (metric->values == NULL || metric->values[i] != value_of((size_t)metric->steps[i], place))
      return "a number that was not logged";
    if (i != 0 && metric->steps[i] == metric->steps[i - 1]) return "a point twice";
    if ((uint64_t)metric->steps[i] < found->acknowledged && metric->name[0] == 's')
      return "a call that was promised, and the name of its series is lost";
  }
  return NULL;
}

static const char *check_texts(struct found *found, const struct metric *metric)
{
  char text[NOTE_SIZE + 1];

  for (size_t i = 0; i < metric->count; i++) {
    const char *problem = take(found, metric->steps[i], "tn");
    const size_t call = (size_t)metric->steps[i];

    if (problem != NULL) return problem;
    if (strcmp(metric->texts[i], text_of(call, found->scene->workload->calls[call] == 'n', text)) !=
        0)
      return "a text that was not logged";
  }
  return NULL;
}

/* `rows` of one call follow each other. */
static const char *check_table(struct found *found, const struct metric *metric, size_t rows,
                               const char *letter)
{
  const struct metric_column *calls = metric->columns;

  if (metric->column_count != 2 || calls[0].count != calls[1].count || calls[0].count % rows != 0 ||
      calls[0].integers == NULL || calls[1].numbers == NULL)
    return "a table in pieces";
  for (size_t i = 0; i < calls[0].count; i++) {
    const int64_t call = calls[0].integers[i];

    if (i % rows == 0) {
      const char *problem = take(found, call, letter);

      if (problem != NULL) return problem;
    } else if (call != calls[0].integers[i - 1]) {
      return "a table of two calls";
    }
    if (calls[1].numbers[i] != value_of((size_t)call, i % rows))
      return "a cell that was not logged";
  }
  return NULL;
}

static const char *check_params(struct found *found, const struct run *run)
{
  for (size_t i = 0; i < run->param_count; i++) {
    unsigned call;
    const char *problem;

    if (sscanf(run->params[i].name, "p%u", &call) != 1) return "a parameter that was never set";
    problem = take(found, call, "p");
    if (problem != NULL) return problem;
    if (run->params[i].value.number != value_of(call, 0)) return "a parameter that was not set so";
  }
  return NULL;
}

static const char *check_metric(struct found *found, const struct metric *metric)
{
  if (metric->kind == METRIC_SCALAR)
    return metric->type == VALUE_TEXT ? check_texts(found, metric) : check_scalar(found, metric);
  if (strcmp(metric->name, "rows") == 0) return check_table(found, metric, 1, "T");
  if (strcmp(metric->name, "large") == 0) return check_table(found, metric, LARGE_ROWS, "L");
  return "a metric that was never logged";
}

static const char *check_promises(const struct found *found, const struct run *run)
{
  static char problem[128];
  const char *calls = found->scene->workload->calls;

  for (size_t i = 0; i < found->begun; i++) {
    const unsigned whole = calls[i] == 'r' ? ROW_METRICS : 1;
    const bool has_points = strchr("srtnTLp", calls[i]) != NULL;

    if (!has_points || found->parts[i] == whole) continue;
    if (found->parts[i] > whole) {
      snprintf(problem, sizeof problem, "call %zu ('%c') is there twice", i, calls[i]);
      return problem;
    }
    /* A failed sync may cost what it should have kept, if the log tells. */
    if (i >= found->acknowledged || (found->scene->has_fault && run->loss_count > 0)) continue;
    snprintf(problem, sizeof problem, "call %zu ('%c') was promised and is lost", i, calls[i]);
    return problem;
  }
  return NULL;
}

static const char *check_state(const struct found *found, const struct run *run,
                               const struct disk_cut *cut)
{
  const bool may_be_complete = found->scene->workload->calls[found->begun - 1] == '$';
  const bool must_be_complete = may_be_complete && cut->acknowledged == found->begun;

  if (run->status == RUN_FAILED || run->status == RUN_CANCELED) return "an end that was never said";
  if (run->status == RUN_COMPLETED && !may_be_complete) return "complete before its end";
  if (run->status != RUN_COMPLETED && must_be_complete) return "its end was promised and is lost";
  if (run->loss_count > 0 && !found->scene->has_fault) return "it tells of a loss";
  for (size_t i = 0; i < run->writer_count; i++) {
    const struct log_account *account = &run->writers[i].account;
    uint64_t skipped = 0;

    for (size_t k = 0; k < account->skipped_count; k++)
      skipped += account->skipped[k].to - account->skipped[k].from;
    if (account->whole + skipped != account->size) return "bytes are not accounted for";
    if (account->damaged && cut->is_orderly) return "damaged, and nothing is torn";
  }
  return NULL;
}

static const char *verdict(void *context, const struct disk_cut *cut)
{
  struct scene *scene = context;
  struct found found = {
      .scene = scene, .begun = atomic_load(&scene->begun), .acknowledged = cut->acknowledged};
  static struct read_error error;
  struct run *run = run_open(cut->folder, RUN_ALL, &error);
  const char *problem = NULL;

  if (run == NULL) {
    if (cut->acknowledged == 0) return NULL;
    scene->lost++;
    return error.message;
  }
  for (size_t i = 0; i < run->metric_count && problem == NULL; i++)
    problem = check_metric(&found, &run->metrics[i]);
  if (problem == NULL) problem = check_params(&found, run);
  if (problem == NULL) problem = check_state(&found, run, cut);
  if (problem == NULL) {
    problem = check_promises(&found, run);
    scene->lost += problem != NULL;
  }
  run_close(run);
  return problem;
}

/* ------------------------------------------------------------------- calls */

struct stage {
  struct scene *scene;
  char root[512];
  epochlog_run *run;
  epochlog_metric scalar;
  epochlog_metric row[ROW_METRICS];
};

static bool start(struct stage *stage)
{
  const struct workload *workload = stage->scene->workload;
  epochlog_error error;

  stage->run = epochlog_start(&(epochlog_options){.root = stage->root,
                                                  .run_id = RUN_ID,
                                                  .name = "cut",
                                                  .sync = workload->sync,
                                                  .sync_interval_ms = workload->interval_ms,
                                                  .flush_interval_ms = 1,
                                                  .capture_environment_off = 1,
                                                  .live = workload->live,
                                                  .no_thread = workload->no_thread,
                                                  .ring_kib = 16},
                              &error);
  if (stage->run == NULL) return false;
  stage->scalar = epochlog_define(stage->run, "a", NULL);
  for (unsigned k = 0; k < ROW_METRICS; k++) {
    char name[16];

    snprintf(name, sizeof name, "r%u", k);
    stage->row[k] = epochlog_define(stage->run, name, NULL);
  }
  return true;
}

static void log_row_of_metrics(const struct stage *stage, size_t call)
{
  double values[ROW_METRICS];

  for (unsigned k = 0; k < ROW_METRICS; k++) values[k] = value_of(call, k);
  epochlog_scalars(stage->run, (int64_t)call, stage->row, values, ROW_METRICS);
}

static void log_table(const struct stage *stage, size_t call, const char *name, size_t rows)
{
  static int64_t calls[LARGE_ROWS];
  static double values[LARGE_ROWS];
  const epochlog_column columns[] = {{"call", EPOCHLOG_INT64, calls},
                                     {"value", EPOCHLOG_DOUBLE, values}};

  for (size_t i = 0; i < rows; i++) {
    calls[i] = (int64_t)call;
    values[i] = value_of(call, i);
  }
  if (rows == 1)
    epochlog_log_row(stage->run, name, columns, 2);
  else
    epochlog_log_table(stage->run, name, columns, 2, rows);
}

/* A thread of low priority that has nothing left to do makes no call for so long, also on
 * a machine that is busy. */
#define QUIET_MS 300
#define PATIENCE_MS 1500
/* More than one that fails and those of the new pair. */
#define FAULT_SYNCS 24

/* Long enough for a sync to be due; with a thread it has to have come round, and where a
 * sync fails so must the new pair of files. */
static void pause_for_sync(const struct stage *stage)
{
  const uint64_t enough = disk_syncs_begun() + (stage->scene->has_fault ? FAULT_SYNCS : 5);
  uint64_t calls = disk_calls();

  nanosleep(&(struct timespec){.tv_nsec = (stage->scene->workload->interval_ms + 1) * 1000000L},
            NULL);
  if (stage->scene->workload->no_thread) return;
  for (int i = 0, quiet = 0; i < PATIENCE_MS && quiet < QUIET_MS && disk_syncs_begun() < enough;
       i++) {
    const uint64_t now = disk_calls();

    quiet = now == calls ? quiet + 1 : 0;
    calls = now;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
}

/* Whether the call returned as a success. */
static bool make_call(struct stage *stage, size_t call)
{
  char text[NOTE_SIZE + 1];
  const char letter = stage->scene->workload->calls[call];

  switch (letter) {
    case 's': epochlog_scalar(stage->run, stage->scalar, (int64_t)call, value_of(call, 0)); break;
    case 'r': log_row_of_metrics(stage, call); break;
    case 't':
    case 'n':
      epochlog_log_text(stage->run, "t", (int64_t)call, text_of(call, letter == 'n', text));
      break;
    case 'T': log_table(stage, call, "rows", 1); break;
    case 'L': log_table(stage, call, "large", LARGE_ROWS); break;
    case 'p':
      snprintf(text, sizeof text, "p%zu", call);
      epochlog_param(stage->run, text, value_of(call, 0));
      break;
    case 'S': return epochlog_sync(stage->run) == EPOCHLOG_OK;
    case 'w': pause_for_sync(stage); break;
    case '$': return epochlog_complete(stage->run, NULL) == EPOCHLOG_OK;
    default: return start(stage);
  }
  return true;
}

/* What is promised once a call has returned: the number of calls. */
static size_t promised_after(const struct workload *workload, size_t call)
{
  const char letter = workload->calls[call];
  const bool is_end = letter == '$' || letter == '^';

  if (letter == 'S' || workload->sync == ALWAYS) return call + 1;
  if (workload->sync == NONE) return 0;
  if (is_end) return call + 1;
  /* After the interval the next call, or the thread, has synced what was before. */
  if (letter == 'w' && !workload->no_thread) return call;
  return call > 0 && workload->calls[call - 1] == 'w' ? call - 1 : 0;
}

static void play(struct stage *stage)
{
  struct scene *scene = stage->scene;
  const char *calls = scene->workload->calls;
  bool is_ended = false;

  for (size_t i = 0; calls[i] != '\0'; i++) {
    size_t promised;

    atomic_store(&scene->begun, i + 1);
    is_ended |= calls[i] == '$'; /* the run is gone even when that fails */
    if (!make_call(stage, i)) {
      if (stage->run == NULL) return;
      continue;
    }
    promised = promised_after(scene->workload, i);
    if (promised != 0) disk_acknowledge(promised);
    disk_point();
  }
  if (is_ended) return;
  /* The rest of its life is not of interest. */
  fault_watch(NULL);
  epochlog_complete(stage->run, NULL);
}

/* ---------------------------------------------------------------- workloads */

struct totals {
  uint64_t states;
  uint64_t lost;
  uint64_t failures;
  uint64_t runs;
};

struct settings {
  unsigned random_count;
  uint64_t seed;
  uint64_t seed_count;
  int sync_faults;
  int density;
  const char *only;
};

/* With the nth call of a kind failing, 0: none.  Whether that call was made. */
static bool run_workload(const struct workload *workload, const struct settings *settings,
                         enum fault_kind kind, int nth, struct totals *totals)
{
  struct scene scene = {.workload = workload, .has_fault = nth != 0};
  struct stage stage = {.scene = &scene};
  struct disk_cutter cutter;
  char name[80];
  const char *problem;
  bool fired;

  snprintf(name, sizeof name, nth == 0 ? "%s" : "%s, %s %d fails", workload->name,
           kind == FAULT_SYNC ? "sync" : "folder sync", nth);
  if (!disk_cutter_open(&cutter,
                        &(struct disk_cutter_options){.name = name,
                                                      .seed = settings->seed,
                                                      .random_count = settings->random_count,
                                                      .verdict = verdict,
                                                      .context = &scene})) {
    perror("crash: the scratch folder");
    exit(2);
  }
  snprintf(stage.root, sizeof stage.root, "%s", cutter.scratch);
  if (nth != 0) fault_arm(kind, nth, FAULT_ONCE);
  disk_start(disk_cut, &cutter);
  play(&stage);
  problem = disk_stop();
  fired = fault_fired();
  fault_disarm();
  if (problem != NULL) {
    fprintf(stderr, "%s: %s\n", name, problem);
    totals->failures++;
  }
  totals->states += cutter.states;
  totals->failures += cutter.failures;
  totals->lost += scene.lost;
  totals->runs++;
  disk_cutter_close(&cutter);
  return fired;
}

/* One of its syncs fails, the one after the other; without a density only one of them,
 * another for each workload. */
static void run_with_faults(const struct workload *workload, const struct settings *settings,
                            struct totals *totals)
{
  const int number = (int)(workload - workloads);
  const int most = settings->sync_faults;

  if (most == 0) return;
  run_workload(workload, settings, FAULT_FOLDER_SYNC, 1, totals);
  if (settings->density == 0)
    run_workload(workload, settings, FAULT_SYNC, 1 + number * 5 % most, totals);
  for (int n = 1; settings->density != 0 && n <= most; n += 1 + n / settings->density)
    if (!run_workload(workload, settings, FAULT_SYNC, n, totals)) break;
}

static void run_all(const struct settings *settings, struct totals *totals)
{
  for (size_t i = 0; i < WORKLOAD_COUNT; i++) {
    if (settings->only != NULL && strcmp(settings->only, workloads[i].name) != 0) continue;
    run_workload(&workloads[i], settings, FAULT_SYNC, 0, totals);
    run_with_faults(&workloads[i], settings, totals);
  }
}

int main(int argc, char **argv)
{
  struct settings settings = {.random_count = 20, .seed = 1, .seed_count = 1, .density = INT_MAX};
  struct totals totals = {0};
  int option;

  while ((option = getopt(argc, argv, "r:s:n:f:d:w:")) != -1) switch (option) {
      case 'r': settings.random_count = (unsigned)strtoul(optarg, NULL, 10); break;
      case 's': settings.seed = strtoull(optarg, NULL, 10); break;
      case 'n': settings.seed_count = strtoull(optarg, NULL, 10); break;
      case 'f': settings.sync_faults = (int)strtol(optarg, NULL, 10); break;
      case 'd': settings.density = (int)strtol(optarg, NULL, 10); break;
      case 'w': settings.only = optarg; break;
      default: settings.density = 0; break;
    }
  if (settings.density < 0) {
    fprintf(stderr,
            "usage: crash [-r RANDOM] [-s SEED] [-n SEEDS] [-f SYNCS [-d DENSITY]] "
            "[-w WORKLOAD]\n");
    return 2;
  }
  for (; settings.seed_count > 0; settings.seed_count--, settings.seed++)
    run_all(&settings, &totals);
  printf("%" PRIu64 " power cuts in %" PRIu64 " workloads, %" PRIu64 " promises broken\n",
         totals.states, totals.runs, totals.lost);
  return totals.failures == 0 && totals.states != 0 ? 0 : 1;
}
