/* Who a run is, how it ended, or whether it still runs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "format.h"
#include "reader/run_build.h"

/* A writer gives a sign of life every second; one that is quiet this long may be
 * stopped or on a file system that shows its writes late. */
#define HEARTBEAT_NS (INT64_C(30) * 1000000000)

/* ---- identity ---- */

static int texts_of(struct run_state *state, const struct run_body *body)
{
  struct run *run = &state->run;
  struct epochlog__bytes arguments = body->arguments;
  const char **list = arena_array(&state->arena, (size_t)body->argument_count + 1, sizeof *list);
  const struct {
    const char **out;
    struct epochlog__text text;
  } fields[] = {
      {&run->id, body->run_id},
      {&run->name, body->name},
      {&run->experiment, body->experiment},
      {&run->parent_id, body->parent_id},
      {&run->description, body->description},
      {&run->host, body->host},
      {&run->user, body->user},
      {&run->working_folder, body->working_folder},
      {&run->git_commit, body->git_commit},
      {&run->writer_version, body->writer},
  };

  if (!list) return -1;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (!(*fields[i].out = arena_str(&state->arena, fields[i].text))) return -1;
  for (uint32_t i = 0; i < body->argument_count; i++)
    if (!(list[i] = arena_str(&state->arena, epochlog__take_str(&arguments)))) return -1;
  run->arguments = list;
  run->argument_count = body->argument_count;
  run->git_dirty = body->git_dirty <= 2 ? body->git_dirty : 0;
  run->world_size = body->world_size;
  return 0;
}

/* Without a RUN frame the folder's name is all that is left. */
static const char *name_of_folder(struct run_state *state)
{
  const char *path =
      state->run.folder[0] ? state->run.folder : log_name(state->sources[state->primary].log);
  size_t end = strlen(path), start;

  while (end > 1 && path[end - 1] == '/') end--;
  start = end;
  while (start > 0 && path[start - 1] != '/') start--;
  return arena_text(&state->arena, path + start, end - start);
}

static int build_writers(struct run_state *state)
{
  struct run_writer *writers = arena_array(&state->arena, state->source_count + 1, sizeof *writers);

  if (!writers) return -1;
  state->run.writers = writers;
  state->run.writer_count = state->source_count;
  for (size_t i = 0; i < state->source_count; i++) {
    const struct run_source *source = &state->sources[i];
    const struct run_body *body = &source->contents.run;

    memcpy(writers[i].uuid, log_uuid(source->log), 16);
    writers[i].host = "";
    if (!source->contents.has_run) continue;
    writers[i].rank = body->rank;
    writers[i].world_size = body->world_size;
    writers[i].start_ns = body->start_ns;
    writers[i].pid = body->pid;
    if (!(writers[i].host = arena_str(&state->arena, body->host))) return -1;
  }
  return 0;
}

int run_build_identity(struct run_state *state)
{
  static const struct run_body unknown;
  const struct run_source *primary = &state->sources[state->primary];
  struct run *run = &state->run;

  if (texts_of(state, primary->contents.has_run ? &primary->contents.run : &unknown)) return -1;
  if (!run->id[0] && !(run->id = name_of_folder(state))) return -1;
  if (!run->name[0]) run->name = run->id;
  run->error_code = run->error_message = run->error_details = "";
  for (size_t i = 0; i < state->source_count; i++) {
    const struct contents *contents = &state->sources[i].contents;

    if (contents->has_run && (run->start_ns == 0 || contents->run.start_ns < run->start_ns))
      run->start_ns = contents->run.start_ns;
  }
  return build_writers(state);
}

/* ---- status ---- */

/* Last records and points of each writer. */
static void find_ends(struct run_state *state)
{
  for (size_t i = 0; i < state->record_count; i++) {
    struct run_source *source = &state->sources[state->records[i].source];
    struct record record;

    if (state->records[i].kept->time_ns > source->last_ns)
      source->last_ns = state->records[i].kept->time_ns;
    if (state->records[i].kept->type != FORMAT_RECORD_STATUS ||
        !run_record_get(state, &state->records[i], &record))
      continue;
    source->has_status = status_get(&source->status, &record);
    source->status_ns = record.time_ns;
  }
}

static bool read_small_file(const char *path, char *out, size_t size)
{
  FILE *file = fopen(path, "re");
  size_t got;

  if (!file) return false;
  got = fread(out, 1, size - 1, file);
  fclose(file);
  while (got > 0 && (out[got - 1] == '\n' || out[got - 1] == ' ')) got--;
  out[got] = '\0';
  return got > 0;
}

/* Clock ticks after boot at which a process started; 0: there is none. */
static uint64_t process_start(uint64_t pid)
{
  char path[64], text[1024], *at;
  uint64_t start;

  snprintf(path, sizeof path, "/proc/%" PRIu64 "/stat", pid);
  if (!read_small_file(path, text, sizeof text)) return 0;
  /* The name in parentheses may hold anything; fields count from behind it. */
  at = strrchr(text, ')');
  for (int field = 2; at && field < 22; field++) at = strchr(at + 1, ' ');
  return at && sscanf(at, " %" SCNu64, &start) == 1 ? start : 0;
}

/* Whether the writer ran on this machine since it was started, so that its process
 * can be looked up: that knows better than any clock. */
static bool is_of_this_machine(const struct run_body *body)
{
  char host[256] = "", boot[64];

  return body->pid != 0 && body->process_start != 0 && gethostname(host, sizeof host - 1) == 0 &&
         text_is(body->host, host) &&
         read_small_file("/proc/sys/kernel/random/boot_id", boot, sizeof boot) &&
         text_is(body->boot_id, boot);
}

static bool writer_is_alive(const struct run_source *source)
{
  const struct run_body *body = &source->contents.run;
  int64_t heartbeat = log_heartbeat_ns(source->log);
  struct timespec now;
  int64_t age;

  if (source->contents.has_run && is_of_this_machine(body))
    return process_start(body->pid) == body->process_start;
  if (heartbeat <= 0 || clock_gettime(CLOCK_REALTIME, &now) != 0) return false;
  age = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - heartbeat;
  return age < HEARTBEAT_NS && age > -HEARTBEAT_NS;
}

/* The end record that counts: the latest of the writers of the primary's rank, if
 * it is from the newest of them or later.  (A restart begins after the end of the
 * writer before it; a forked child begins before its parent's end.) */
static const struct run_source *deciding(const struct run_state *state)
{
  const struct run_source *primary = &state->sources[state->primary], *found = NULL;

  if (primary->has_status) return primary;
  for (size_t i = 0; i < state->source_count; i++) {
    const struct run_source *source = &state->sources[i];

    if (!source->has_status || !source->contents.has_run || !primary->contents.has_run ||
        source->contents.run.rank != primary->contents.run.rank ||
        source->status_ns < primary->contents.run.start_ns)
      continue;
    if (!found || source->status_ns > found->status_ns) found = source;
  }
  return found;
}

static bool any_alive(const struct run_state *state)
{
  const struct run_body *primary = &state->sources[state->primary].contents.run;

  for (size_t i = 0; i < state->source_count; i++) {
    const struct run_source *source = &state->sources[i];

    if (!source->has_status && source->contents.run.rank == primary->rank &&
        writer_is_alive(source))
      return true;
  }
  return false;
}

int run_build_status(struct run_state *state)
{
  struct run *run = &state->run;
  const struct run_source *end;

  find_ends(state);
  end = deciding(state);
  if (!end) {
    run->status = any_alive(state) ? RUN_RUNNING : RUN_NOT_RESPONDING;
    run->end_ns = run->start_ns;
    for (size_t i = 0; i < state->source_count; i++)
      if (state->sources[i].last_ns > run->end_ns) run->end_ns = state->sources[i].last_ns;
    return 0;
  }
  run->status = end->status.status == FORMAT_STATUS_COMPLETED ? RUN_COMPLETED
                : end->status.status == FORMAT_STATUS_FAILED  ? RUN_FAILED
                                                              : RUN_CANCELED;
  run->end_ns = end->status_ns;
  run->error_code = arena_str(&state->arena, end->status.error_code);
  run->error_message = arena_str(&state->arena, end->status.message);
  run->error_details = arena_str(&state->arena, end->status.details);
  return run->error_code && run->error_message && run->error_details ? 0 : -1;
}
