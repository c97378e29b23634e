#include "reader/run.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "format.h"
#include "reader/continued.h"
#include "reader/log_open.h"
#include "reader/run_build.h"
#include "reader/run_find.h"

/* More warnings than this help nobody; the last one says how many were left out. */
#define WARNINGS_MAX 200

const char *run_status_text(enum run_status status)
{
  switch (status) {
    case RUN_RUNNING: return "Running";
    case RUN_COMPLETED: return "Completed";
    case RUN_FAILED: return "Failed";
    case RUN_CANCELED: return "Canceled";
    case RUN_NOT_RESPONDING: break;
  }
  return "NotResponding";
}

/* ---- what the builders use ---- */

void run_warn(struct run_state *state, const char *format, ...)
{
  char text[1024];
  va_list list;
  const char **grown;
  char *copy;

  if (state->run.warning_count >= WARNINGS_MAX) return;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  if (state->run.warning_count + 1 == WARNINGS_MAX)
    snprintf(text, sizeof text, "There are more warnings than these %d", WARNINGS_MAX - 1);
  copy = arena_text(&state->arena, text, strlen(text));
  grown = array_grow(state->warnings, &state->warning_capacity, state->run.warning_count + 1,
                     sizeof *grown);
  if (!grown) return;
  state->warnings = grown;
  state->run.warnings = grown;
  if (copy) grown[state->run.warning_count++] = copy;
}

int run_own(struct run_state *state, void *array)
{
  void **owned =
      array_grow(state->owned, &state->owned_capacity, state->owned_count + 1, sizeof *owned);

  if (!owned) {
    free(array);
    return -1;
  }
  state->owned = owned;
  owned[state->owned_count++] = array;
  return 0;
}

void *run_array(struct run_state *state, size_t count, size_t size)
{
  void *array = calloc(count + 1, size);

  return array && run_own(state, array) == 0 ? array : NULL;
}

size_t run_add_metric(struct run_state *state, const struct metric *metric)
{
  size_t at = state->run.metric_count;
  struct metric *metrics =
      array_grow(state->metrics, &state->metric_capacity, at + 1, sizeof *metrics);
  struct metric_totals *totals;

  if (!metrics) return SIZE_MAX;
  state->metrics = metrics;
  state->run.metrics = metrics;
  totals = array_grow(state->totals, &state->totals_capacity, at + 1, sizeof *totals);
  if (!totals) return SIZE_MAX;
  state->totals = totals;
  metrics[at] = *metric;
  totals[at] = (struct metric_totals){0};
  state->run.metric_count++;
  return at;
}

bool run_record_get(struct run_state *state, const struct run_record *item, struct record *record)
{
  return contents_record(&state->sources[item->source].contents, item->kept, record);
}

bool run_batch_get(struct run_state *state, const struct run_record *item, uint8_t from, uint8_t to,
                   struct batch_body *batch)
{
  struct record record;

  return item->kept->type == FORMAT_RECORD_BATCH && run_record_get(state, item, &record) &&
         batch_get(batch, &record) && batch->kind >= from && batch->kind <= to;
}

size_t run_last_of(const struct run_state *state, size_t source)
{
  for (size_t steps = 0; steps < state->source_count && state->sources[source].is_continued;
       steps++) {
    size_t next = source;

    for (size_t i = 0; i < state->source_count; i++)
      if (state->sources[i].before == state->sources[source].log) next = i;
    source = next;
  }
  return source;
}

/* ---- opening ---- */

/* Logs that are linked are read in full: a footer does not tell what both have. */
static int read_source(struct run_state *state, struct run_source *source, struct read_error *error)
{
  const struct contents *before = NULL;
  int result = 1;

  for (size_t i = 0; source->before && i < state->source_count; i++)
    if (state->sources[i].log == source->before) before = &state->sources[i].contents;
  if (state->detail == RUN_SUMMARY && !source->is_continued && !source->before) {
    result = contents_read_footer(&source->contents, source->log, error);
    source->from_footer = result == 0;
    if (result > 0) contents_release(&source->contents);
  }
  if (result > 0)
    result = contents_read_after(&source->contents, source->log, before, state->points_max, error);
  if (result == 0 && !source->from_footer) result = contents_repair(&source->contents, error);
  return result;
}

static int compare_sources(const void *left, const void *right)
{
  const struct run_source *a = left, *b = right;
  const struct run_body *x = &a->contents.run, *y = &b->contents.run;

  /* One whose RUN is lost stands behind those that tell their start. */
  if (a->contents.has_run != b->contents.has_run) return a->contents.has_run ? -1 : 1;
  if (a->contents.has_run && x->start_ns != y->start_ns) return x->start_ns < y->start_ns ? -1 : 1;
  if (a->contents.has_run && x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  if (a->depth != b->depth) return a->depth < b->depth ? -1 : 1;
  return strcmp(log_name(a->log), log_name(b->log));
}

/* What the first log said that could not be read, to be told if none can. */
struct refusals {
  struct read_error first;
};

static void refuse(struct run_state *state, struct refusals *refusals,
                   const struct read_error *error)
{
  if (refusals->first.message[0] == '\0') refusals->first = *error;
  run_warn(state, "%s; this log was left out", error->message);
}

static int compare_paths(const void *left, const void *right)
{
  return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The names of a folder's logs, as they were found last. */
struct names {
  char **items; /* in order */
  long count;
};

/* Opens those that are not among `known`.  Returns how many they are; -1 when memory
 * is short. */
static long open_new(struct run_state *state, const struct names *names, const struct names *known,
                     struct refusals *refusals)
{
  struct run_source *sources =
      realloc(state->sources, (state->source_count + (size_t)names->count + 1) * sizeof *sources);
  long opened = 0;

  if (!sources) return -1;
  state->sources = sources;
  for (long i = 0; i < names->count; i++) {
    struct read_error error = {0};
    struct log *log;

    if (known->count > 0 && bsearch(&names->items[i], known->items, (size_t)known->count,
                                    sizeof *known->items, compare_paths))
      continue;
    opened++;
    log = log_open(names->items[i], false, &error);
    if (log)
      sources[state->source_count++] = (struct run_source){.log = log, .last_ns = INT64_MIN};
    else
      refuse(state, refusals, &error);
  }
  return opened;
}

/* Opens all logs.  A writer may go on in a new log, and remove the live file of the
 * old one, after the folder was looked at and before the old log is opened: so it is
 * looked at again until there is nothing new. */
static int open_all(struct run_state *state, const char *path, struct refusals *refusals,
                    struct read_error *error)
{
  enum { LOOKS = 5 };
  struct names known = {0}, names;
  long opened = 1;

  for (int look = 0; look < LOOKS && opened > 0; look++) {
    names = (struct names){0};
    names.count = run_log_paths(path, &names.items, error);
    if (names.count < 0) {
      if (look == 0) return -1;
      break; /* the folder went away; what is open can be read */
    }
    opened = open_new(state, &names, &known, refusals);
    run_paths_free(known.items, known.count);
    known = names;
  }
  run_paths_free(known.items, known.count);
  if (opened >= 0) return 0;
  *error = (struct read_error){.sys_errno = ENOMEM};
  snprintf(error->message, sizeof error->message, "%s: out of memory", path);
  return -1;
}

/* Which log continues which, and what is then taken from which. */
static int link_logs(struct run_state *state)
{
  struct linked_log *links = calloc(state->source_count + 1, sizeof *links);
  int result = links ? 0 : -1;

  for (size_t i = 0; i < state->source_count && result == 0; i++)
    links[i].log = state->sources[i].log;
  if (result == 0) {
    continued_link(links, state->source_count);
    result = continued_leave_out(links, state->source_count);
  }
  for (size_t i = 0; i < state->source_count && result == 0; i++) {
    struct run_source *source = &state->sources[i];

    source->before = links[i].before == SIZE_MAX ? NULL : links[links[i].before].log;
    source->depth = links[i].depth;
    source->is_continued = links[i].is_continued;
    source->is_missing = links[i].is_missing;
  }
  free(links);
  return result;
}

/* Closes a log that could be opened but not read, and forgets it. */
static void drop_source(struct run_state *state, size_t index)
{
  struct run_source *source = &state->sources[index];

  for (size_t i = 0; i < state->source_count; i++)
    if (state->sources[i].before == source->log) state->sources[i].before = NULL;
  contents_release(&source->contents);
  log_close(source->log);
  memmove(source, source + 1, (--state->source_count - index) * sizeof *source);
}

/* Each after the one that it continues. */
static void read_all(struct run_state *state, struct refusals *refusals)
{
  size_t deepest = 0;

  for (size_t i = 0; i < state->source_count; i++)
    if (state->sources[i].depth > deepest) deepest = state->sources[i].depth;
  for (size_t depth = 0; depth <= deepest; depth++)
    for (size_t i = 0; i < state->source_count;) {
      struct read_error error = {0};

      if (state->sources[i].depth != depth || read_source(state, &state->sources[i], &error) == 0) {
        i++;
        continue;
      }
      refuse(state, refusals, &error);
      drop_source(state, i);
    }
}

static int open_logs(struct run_state *state, const char *path, struct read_error *error)
{
  struct refusals refusals = {0};

  if (open_all(state, path, &refusals, error)) return -1;
  if (link_logs(state)) {
    *error = (struct read_error){.sys_errno = ENOMEM};
    snprintf(error->message, sizeof error->message, "%s: out of memory", path);
    return -1;
  }
  read_all(state, &refusals);
  if (state->source_count == 0) {
    if (refusals.first.message[0] == '\0')
      snprintf(refusals.first.message, sizeof refusals.first.message, "%s: no log in this folder",
               path);
    *error = refusals.first;
    return -1;
  }
  /* Contents point to their own arena; after this move that must hold again. */
  qsort(state->sources, state->source_count, sizeof *state->sources, compare_sources);
  for (size_t i = 0; i < state->source_count; i++)
    state->sources[i].contents.series.arena = &state->sources[i].contents.arena;
  return 0;
}

static int compare_run_records(const void *left, const void *right)
{
  const struct run_record *a = left, *b = right;

  if (a->kept->time_ns != b->kept->time_ns) return a->kept->time_ns < b->kept->time_ns ? -1 : 1;
  if (a->source != b->source) return a->source < b->source ? -1 : 1;
  return (a->kept > b->kept) - (a->kept < b->kept);
}

static int gather_records(struct run_state *state)
{
  size_t count = 0;

  for (size_t i = 0; i < state->source_count; i++) count += state->sources[i].contents.record_count;
  state->records = calloc(count + 1, sizeof *state->records);
  if (!state->records) return -1;
  for (size_t i = 0; i < state->source_count; i++)
    for (size_t k = 0; k < state->sources[i].contents.record_count; k++)
      state->records[state->record_count++] =
          (struct run_record){i, &state->sources[i].contents.records[k]};
  if (state->source_count > 1 && count > 1)
    qsort(state->records, count, sizeof *state->records, compare_run_records);
  return 0;
}

/* The newest writer of the lowest rank there is, by its last log; 0 unless that is lost. */
static size_t find_primary(const struct run_state *state)
{
  size_t primary = 0;

  for (size_t i = 1; i < state->source_count; i++) {
    const struct contents *contents = &state->sources[i].contents;

    if (contents->has_run && contents->run.rank <= state->sources[primary].contents.run.rank)
      primary = i;
  }
  return run_last_of(state, primary);
}

static int build(struct run_state *state)
{
  state->primary = find_primary(state);
  if (gather_records(state) || run_build_identity(state) || run_build_facts(state) ||
      run_build_scalars(state) || run_build_status(state))
    return -1;
  if (state->detail != RUN_SUMMARY && (run_build_tables(state) || run_build_evaluations(state)))
    return -1;
  if (run_build_warnings(state)) return -1;
  for (size_t i = 0; i < state->run.metric_count; i++) {
    const char *name = state->metrics[i].name;

    if (name_map_get(&state->metric_names, name, 0) == NAME_MAP_NONE &&
        name_map_put(&state->metric_names, name, 0, i))
      return -1;
  }
  return 0;
}

static struct run *open_run(const char *path, enum run_detail detail, uint64_t points_max,
                            struct read_error *error)
{
  struct run_state *state = calloc(1, sizeof *state);
  struct read_error local;
  struct stat status;

  if (!error) error = &local;
  *error = (struct read_error){0};
  if (!state) goto no_memory;
  state->detail = detail;
  state->points_max = points_max;
  state->run.folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode)
                          ? arena_format(&state->arena, "%s", path)
                          : "";
  if (!state->run.folder) goto no_memory;
  if (open_logs(state, path, error)) {
    run_close(&state->run);
    return NULL;
  }
  if (build(state) == 0) return &state->run;
no_memory:
  *error = (struct read_error){.sys_errno = ENOMEM};
  snprintf(error->message, sizeof error->message, "%s: out of memory", path);
  if (state) run_close(&state->run);
  return NULL;
}

struct run *run_open(const char *path, enum run_detail detail, struct read_error *error)
{
  return open_run(path, detail, detail == RUN_CHARTS ? RUN_POINTS_MAX : UINT64_MAX, error);
}

struct run *run_open_charts(const char *path, uint64_t points_max, struct read_error *error)
{
  return open_run(path, RUN_CHARTS, points_max, error);
}

void run_close(struct run *run)
{
  struct run_state *state = (struct run_state *)run;

  if (!state) return;
  for (size_t i = 0; i < state->source_count; i++) {
    contents_release(&state->sources[i].contents);
    log_close(state->sources[i].log);
  }
  for (size_t i = 0; i < state->owned_count; i++) free(state->owned[i]);
  free(state->owned);
  free(state->sources);
  free(state->records);
  free(state->metrics);
  free(state->totals);
  free(state->parts);
  free(state->warnings);
  name_map_release(&state->metric_names);
  arena_release(&state->arena);
  free(state);
}

void run_close_files(struct run *run)
{
  struct run_state *state = (struct run_state *)run;

  for (size_t i = 0; i < state->source_count; i++) log_close_file(state->sources[i].log);
}

struct metric_totals run_totals(const struct run *run, size_t index)
{
  const struct run_state *state = (const struct run_state *)run;

  return state->totals[index];
}

const struct metric *run_metric(const struct run *run, const char *name)
{
  const struct run_state *state = (const struct run_state *)run;
  size_t at = name_map_get(&state->metric_names, name, 0);

  return at == NAME_MAP_NONE ? NULL : &run->metrics[at];
}
