/* What could not be used of a run, in sentences for people. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    count = series ? series->count : 0;
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
    warn_of_range(state, source, &account->skipped[i]);
  if (account->damaged && source->contents.has_footer) warn_of_lost_points(state, source);
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

static void warn_of_losses(struct run_state *state)
{
  for (size_t i = 0; i < state->run.loss_count; i++) {
    const struct loss *loss = &state->run.losses[i];

    run_warn(state, "%" PRIu64 " calls were lost while the log could not be written%s%s%s%s",
             loss->count, loss->error ? ": " : "", loss->error ? strerror(loss->error) : "",
             loss->what[0] ? "; " : "", loss->what);
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
    writers[i].account = *log_account(source->log);
  }
  warn_of_losses(state);
  if (state->run.folder[0]) warn_of_ranks(state);
  return 0;
}
