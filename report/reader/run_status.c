/* Who a run is, how it ended, or whether it still runs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "format.h"
#include "reader/run_build.h"

/* A writer gives a sign of life at least every 15 s; the rest is for clocks that
 * differ and file systems that show a store late. */
#define HEARTBEAT_NS (INT64_C(60) * 1000000000)

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
    writers[i].is_continued = source->is_continued;
    writers[i].host = "";
    if (!source->contents.has_run) continue;
    writers[i].rank = body->rank;
    writers[i].world_size = body->world_size;
    writers[i].start_ns = body->start_ns;
    writers[i].pid = body->pid;
    writers[i].continues = run_body_continues(body);
    memcpy(writers[i].continued_uuid, body->continues, 16);
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

/* ---- whether a writer lives (FORMAT.md 9.1) ---- */

/* Whether there is a process `pid` that started so many clock ticks after boot, and
 * has not ended: a zombie is only waited for. */
static bool process_lives(uint64_t pid, uint64_t start)
{
  char path[64], text[1024], state, *at;
  uint64_t found;

  snprintf(path, sizeof path, "/proc/%" PRIu64 "/stat", pid);
  if (!read_small_file(path, text, sizeof text)) return false;
  /* The name in parentheses may hold anything; fields count from behind it. */
  at = strrchr(text, ')');
  if (!at || sscanf(at + 1, " %c", &state) != 1 || state == 'Z' || state == 'X') return false;
  for (int field = 2; at && field < 22; field++) at = strchr(at + 1, ' ');
  return at && sscanf(at, " %" SCNu64, &found) == 1 && found == start;
}

/* Not where /proc hides the processes of others. */
static bool processes_are_seen(void)
{
  char text[16];

  return read_small_file("/proc/1/stat", text, sizeof text);
}

/* Whether a process id of the writer means to us what it meant to it.  A container
 * has ids of its own; a log that does not tell its namespace is known by its host's
 * name, which most containers have of their own, too. */
static bool is_of_this_namespace(const struct run_body *body)
{
  char host[256] = "";
  struct stat status;

  if (body->pid_namespace != 0)
    return stat("/proc/self/ns/pid", &status) == 0 && status.st_ino == body->pid_namespace;
  return gethostname(host, sizeof host - 1) == 0 && text_is(body->host, host);
}

/* Whether the writer's process can be looked up: that knows better than any clock. */
static bool is_of_this_machine(const struct run_body *body)
{
  char boot[64];

  return body->pid != 0 && body->process_start != 0 &&
         read_small_file("/proc/sys/kernel/random/boot_id", boot, sizeof boot) &&
         text_is(body->boot_id, boot) && is_of_this_namespace(body) && processes_are_seen();
}

static bool writer_is_alive(const struct run_source *source)
{
  const struct run_body *body = &source->contents.run;
  int64_t heartbeat = log_heartbeat_ns(source->log);
  struct timespec now;
  int64_t age;

  if (source->contents.has_run && is_of_this_machine(body))
    return process_lives(body->pid, body->process_start);
  if (heartbeat <= 0 || clock_gettime(CLOCK_REALTIME, &now) != 0) return false;
  age = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - heartbeat;
  return age < HEARTBEAT_NS && age > -HEARTBEAT_NS;
}

/* A log with a footer and no end was left by its writer, whatever became of the process:
 * it has no word on how the run ends. */
static bool was_left(const struct run_source *source)
{
  size_t size;

  return !source->has_status && log_footer(source->log, &size) != NULL;
}

/* A log that is continued has no end of its own, and no writer. */
static void find_living(struct run_state *state)
{
  for (size_t i = 0; i < state->source_count; i++) {
    struct run_source *source = &state->sources[i];

    source->is_alive = !source->has_status && !source->is_continued && !was_left(source) &&
                       writer_is_alive(source);
    if (source->is_alive) log_is_being_written(source->log);
  }
}

/* ---- which writer's word is the run's ---- */

/* When the writer began: a log that continues others with the first of them. */
static int64_t begin_of(const struct run_state *state, const struct run_source *source)
{
  const struct run_source *first = source;

  for (size_t i = 0; first->before && i < state->source_count; i++)
    if (state->sources[i].log == first->before) {
      first = &state->sources[i];
      i = SIZE_MAX; /* the next one may stand anywhere */
    }
  return first->contents.run.start_ns;
}

/* When it was last known to live. */
static int64_t end_of(const struct run_source *source)
{
  int64_t heartbeat = log_heartbeat_ns(source->log);

  if (source->has_status) return source->status_ns;
  return heartbeat > source->last_ns ? heartbeat : source->last_ns;
}

static bool is_same(struct epochlog__text a, struct epochlog__text b)
{
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Whether two processes ran on one machine, so that one can be the other's child. */
static bool share_a_machine(const struct run_body *a, const struct run_body *b)
{
  return is_same(a->boot_id, b->boot_id) && (a->boot_id.size > 0 || is_same(a->host, b->host));
}

/* Whether the process of `child` was there before the writer that ended well had
 * ended, by the clock ticks at which they started. */
static bool was_there_before_the_end(const struct run_source *parent,
                                     const struct run_source *child)
{
  const struct run_body *a = &parent->contents.run, *b = &child->contents.run;
  int64_t ticks = sysconf(_SC_CLK_TCK);
  uint64_t later;

  if (!parent->has_status || a->process_start == 0 || b->process_start < a->process_start ||
      ticks <= 0 || a->boot_id.size == 0)
    return false;
  later = b->process_start - a->process_start;
  return later < (uint64_t)ticks * INT32_MAX &&
         a->start_ns + (int64_t)later * (1000000000 / ticks) < parent->status_ns;
}

/* Whether `child`, which began later, was forked by the writer `parent`; if not, it
 * is a restart.  A child may begin its log after the parent's end, and then leave it
 * without one. */
static bool is_child(const struct run_state *state, const struct run_source *parent,
                     const struct run_source *child)
{
  const struct run_body *a = &parent->contents.run, *b = &child->contents.run;
  int64_t begin = begin_of(state, child);

  if (!share_a_machine(a, b) || a->pid == b->pid || begin < begin_of(state, parent)) return false;
  if (parent->is_alive || begin < end_of(parent)) return true;
  return !child->has_status && !child->is_alive && was_there_before_the_end(parent, child);
}

static bool is_of_rank(const struct run_source *source, uint32_t rank)
{
  return source->contents.has_run && !source->is_continued && source->contents.run.rank == rank;
}

/* The newest writer of the primary's rank that is no child of another; one that left only
 * if all did. */
static const struct run_source *find_main(const struct run_state *state)
{
  const struct run_source *primary = &state->sources[state->primary], *found = NULL;

  for (size_t i = 0; i < state->source_count; i++) {
    const struct run_source *source = &state->sources[i];

    if (!is_of_rank(source, primary->contents.run.rank)) continue;
    if (found && was_left(source) != was_left(found)) {
      if (was_left(found)) found = source;
    } else if (!found || !is_child(state, found, source)) {
      found = source;
    }
  }
  return found ? found : primary;
}

/* The end record that counts, NULL: none.  Where the writer that should have it is
 * gone without one, it is that of a child which went on (the parent made itself a
 * daemon, say). */
static const struct run_source *deciding(const struct run_state *state,
                                         const struct run_source *main)
{
  const struct run_source *found = NULL;

  if (main->has_status) return main;
  for (size_t i = 0; i < state->source_count; i++) {
    const struct run_source *source = &state->sources[i];

    if (!is_of_rank(source, main->contents.run.rank) || !source->has_status ||
        !main->contents.has_run || source->status_ns < end_of(main))
      continue;
    if (!found || source->status_ns > found->status_ns) found = source;
  }
  return found;
}

/* The writer itself, or one of its rank that began no earlier. */
static bool any_alive(const struct run_state *state, const struct run_source *main)
{
  if (main->is_alive) return true;
  for (size_t i = 0; i < state->source_count; i++)
    if (state->sources[i].is_alive && is_of_rank(&state->sources[i], main->contents.run.rank) &&
        begin_of(state, &state->sources[i]) >= begin_of(state, main))
      return true;
  return false;
}

static void set_end(struct run_state *state)
{
  struct run *run = &state->run;

  run->end_ns = run->start_ns;
  for (size_t i = 0; i < state->source_count; i++)
    if (state->sources[i].last_ns > run->end_ns) run->end_ns = state->sources[i].last_ns;
}

int run_build_status(struct run_state *state)
{
  struct run *run = &state->run;
  const struct run_source *main, *end;

  find_ends(state);
  find_living(state);
  main = find_main(state);
  if (!main->has_status && any_alive(state, main)) {
    run->status = RUN_RUNNING;
    set_end(state);
    return 0;
  }
  end = deciding(state, main);
  if (!end) {
    run->status = RUN_NOT_RESPONDING;
    set_end(state);
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
