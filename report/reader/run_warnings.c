/* What could not be used of a run, in sentences for people. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format.h"
#include "reader/recover.h"
#include "reader/run_build.h"

/* What probably stood in a damaged range: what stands in the block before it (or,
 * at the start, in the one behind). */
static const struct block_trace *neighbour(const struct contents *contents, uint64_t offset)
{
  const struct block_trace *found = NULL;

  for (size_t i = 0; i < contents->block_count; i++)
    if (!found || contents->blocks[i].offset < offset) found = &contents->blocks[i];
  return found;
}

/* What the footer counted and no frame gave. */
static void warn_of_lost_points(struct run_state *state, const struct run_source *source)
{
  const struct contents *contents = &source->contents;
  struct epochlog__bytes section = contents->footer.series, body;
  struct series_body described;
  struct footer_totals totals;
  uint64_t lost = 0;
  size_t metrics = 0;

  for (uint32_t i = 0; series_section_next(&section, &body); i++) {
    const struct series *series;
    uint64_t count;

    if (!series_body_get(&described, body.data, body.size) ||
        !footer_totals_get(&contents->footer, i, &totals))
      continue;
    series = series_find(&contents->series, described.id);
    count = series ? series_total(series) : 0;
    if (totals.n <= count) continue;
    lost += totals.n - count;
    metrics++;
  }
  if (metrics > 0)
    run_warn(state, "%s: %" PRIu64 " points of %zu metrics are lost", log_name(source->log), lost,
             metrics);
}

static void warn_of_range(struct run_state *state, const struct run_source *source,
                          const struct skipped_range *range)
{
  const char *file = log_name(source->log);
  uint64_t size = range->to - range->from;
  const struct block_trace *near = neighbour(&source->contents, range->from);

  if (range->why == SKIPPED_CUT)
    run_warn(state,
             "%s: the last %" PRIu64
             " bytes are cut off, as when a writer is killed; all before "
             "is kept",
             file, size);
  else if (range->why == SKIPPED_ZEROS)
    run_warn(state,
             "%s: the last %" PRIu64
             " bytes are zeros, as after a power failure; all before is "
             "kept",
             file, size);
  else if (near)
    run_warn(state,
             "%s: %" PRIu64 " bytes at %" PRIu64 " were damaged and skipped; points of %" PRIu32
             " metrics around step %" PRId64 " may be missing",
             file, size, range->from, near->series_count, near->step_last);
  else
    run_warn(state, "%s: %" PRIu64 " bytes at %" PRIu64 " were damaged and skipped", file, size,
             range->from);
}

static void warn_of_log(struct run_state *state, const struct run_source *source)
{
  const struct log_account *account = log_account(source->log);
  const char *file = log_name(source->log);

  for (size_t i = 0; i < account->skipped_count; i++)
    if (!source->is_alive || account->skipped[i].to != account->size) /* else not yet written */
      warn_of_range(state, source, &account->skipped[i]);
  /* What is taken from another log is not lost. */
  if (account->damaged && account->left_out == 0 && source->contents.has_footer)
    warn_of_lost_points(state, source);
  if (source->is_missing && state->run.folder[0])
    run_warn(state,
             "%s: it continues a log that is not here; what that had before record %" PRIu64
             " is missing",
             file, source->contents.run.continues_seq);
  if (account->missing_frames > 0)
    run_warn(state, "%s: %" PRIu64 " frames are missing", file, account->missing_frames);
  if (account->unknown > 0)
    run_warn(state,
             "%s: %" PRIu64 " parts were not understood and skipped; a newer version wrote them",
             file, account->unknown);
  if (!source->contents.has_run)
    run_warn(state, "%s: what it said about its run and writer is lost", file);
  for (size_t i = 0; i < log_note_count(source->log); i++)
    run_warn(state, "%s", log_note(source->log, i));
}

/* "2026-11-21 10:03:11", without the date when that is `day` already; "" when it
 * cannot be told.  In UTC, as pages have it, where no user's time zone is known. */
static void put_time(char out[32], int64_t ns, char day[16])
{
  time_t seconds = (time_t)(ns / 1000000000 - (ns % 1000000000 < 0));
  struct tm when;
  char date[16];

  out[0] = '\0';
  if (ns == 0 || !gmtime_r(&seconds, &when) || strftime(date, sizeof date, "%Y-%m-%d", &when) == 0)
    return;
  strftime(out, 32, strcmp(date, day) == 0 ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &when);
  memcpy(day, date, sizeof date);
}

/* " between A and B", " at A". */
static void put_span(char out[96], const struct loss *loss)
{
  char from[32], to[32], day[16] = "";

  put_time(from, loss->from_ns, day);
  put_time(to, loss->to_ns, day);
  out[0] = '\0';
  if (from[0] && to[0] && loss->from_ns / 1000000000 != loss->to_ns / 1000000000)
    snprintf(out, 96, " between %s and %s UTC", from, to);
  else if (from[0])
    snprintf(out, 96, " at %s UTC", from);
}

/* A possible loss is told in the writer's own words, "records that ...". */
static void warn_of_losses(struct run_state *state)
{
  for (size_t i = 0; i < state->run.loss_count; i++) {
    const struct loss *loss = &state->run.losses[i];
    const char *reason = loss->error ? strerror(loss->error) : loss->is_possible ? "" : loss->what;
    char span[96];

    put_span(span, loss);
    if (loss->is_possible)
      run_warn(state, "%" PRIu64 " %s%s%s%s%s", loss->count, loss->what,
               span[0] || *reason ? ";" : "", span, *reason ? ": " : "", reason);
    else
      run_warn(state, "%" PRIu64 " call%s%s %s not recorded%s%s", loss->count,
               loss->count == 1 ? "" : "s", span, loss->count == 1 ? "was" : "were",
               *reason ? ": " : "", reason);
  }
}

/* Why the log of a source is written without a mapping, NULL: it is mapped. */
static const char *write_mode(struct run_state *state, size_t source)
{
  const char *why = NULL;

  for (size_t i = 0; i < state->record_count; i++) {
    struct record record;
    struct pair_body body;

    if (state->records[i].source != source ||
        state->records[i].kept->type != FORMAT_RECORD_ENVIRONMENT ||
        !run_record_get(state, &state->records[i], &record) || !pair_get(&body, &record) ||
        !text_is(body.name, "epochlog.live"))
      continue;
    why = arena_str(&state->arena, body.value);
  }
  return why;
}

/* A writer that was killed takes with it what it had not yet given to the system. */
static void warn_of_write_mode(struct run_state *state)
{
  for (size_t i = 0; i < state->source_count; i++) {
    const struct run_source *source = &state->sources[i];
    const char *why = NULL;

    if (!source->has_status && !source->is_alive && !source->is_continued)
      why = write_mode(state, i);
    if (why)
      run_warn(state,
               "%s: its writer kept points in memory from one flush to the next (%s) and is gone; "
               "those of its last flush interval may be missing",
               log_name(source->log), why);
  }
}

/* Ranks of a job that left no log. */
static void warn_of_ranks(struct run_state *state)
{
  const struct run *run = &state->run;
  uint32_t present = 0;
  unsigned char *seen;

  /* More ranks than logs by far: a number that no job has. */
  if (run->world_size < 2 || run->world_size > 1000000) return;
  seen = calloc(run->world_size, 1);
  if (!seen) return;
  for (size_t i = 0; i < run->writer_count; i++) {
    uint32_t rank = run->writers[i].rank;

    if (rank >= run->world_size || seen[rank]) continue;
    seen[rank] = 1;
    present++;
  }
  free(seen);
  if (present < run->world_size)
    run_warn(state, "%" PRIu32 " of %" PRIu32 " ranks have no log here", run->world_size - present,
             run->world_size);
}

int run_build_warnings(struct run_state *state)
{
  struct run_writer *writers = (struct run_writer *)state->run.writers;

  for (size_t i = 0; i < state->source_count; i++) {
    struct run_source *source = &state->sources[i];

    if (!source->from_footer) warn_of_log(state, source);
    writers[i].is_alive = source->is_alive;
    writers[i].account = *log_account(source->log);
  }
  warn_of_losses(state);
  warn_of_write_mode(state);
  if (state->run.folder[0]) warn_of_ranks(state);
  return 0;
}
