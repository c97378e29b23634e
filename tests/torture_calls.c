#include "torture_calls.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec.h"
#include "format.h"
#include "reader/source.h"
#include "temp_folder.h"
#include "torture_look.h"

#define RING_KIB 16
#define FILL_MAX 1500 /* scalars that take the ring round, and more */
#define LATER_S 7200  /* dt_us of a live record reaches 35 minutes */

int64_t torture_clock_ahead_s;

/* ---- what is logged, or noted ---- */

static const char *const row_names[TORTURE_ROW] = {"r0", "r1", "r2", "r3", "r4",
                                                   "r5", "r6", "r7", "r8", "r9"};

static void note(struct torture_writer *writer, const char *series, int64_t step, double number,
                 const char *text)
{
  struct torture_model *model = writer->model;

  model->points[model->count++] =
      (struct torture_point){.series = series,
                             .step = step,
                             .number = number,
                             .text = text,
                             .ahead_us = torture_clock_ahead_s * 1000000};
}

/* All 52 bits of it, so that a torn one shows. */
static double number_of(int64_t step) { return (double)(step + 1) / 3.0; }

static void put_loss(struct torture_writer *writer)
{
  const int64_t step = writer->next_loss++;

  if (writer->model != NULL)
    note(writer, "loss", step, number_of(step), NULL);
  else
    epochlog_scalar(writer->run, writer->loss, step, number_of(step));
}

/* Not on the stack: no step is spent on filling it. */
static double row_values[TORTURE_ROW];

static void put_row(struct torture_writer *writer, int64_t step)
{
  if (writer->model == NULL)
    epochlog_scalars(writer->run, step, writer->row, row_values, TORTURE_ROW);
  else
    for (int i = 0; i < TORTURE_ROW; i++) note(writer, row_names[i], step, row_values[i], NULL);
}

static void put_name(struct torture_writer *writer, const char *name, int64_t step)
{
  if (writer->model != NULL)
    note(writer, name, step, number_of(step), NULL);
  else
    epochlog_log(writer->run, name, number_of(step));
}

static void put_words(struct torture_writer *writer, const char *name, int64_t step,
                      const char *text)
{
  if (writer->model != NULL)
    note(writer, name, step, 0, text);
  else
    epochlog_log_text(writer->run, name, step, text);
}

static void set_owner(struct torture_writer *writer, const char *owner)
{
  if (writer->model != NULL)
    writer->model->owner = owner;
  else
    epochlog_tag(writer->run, "owner", owner);
}

/* Something of everything, then `fill` scalars. */
void torture_put_prefix(struct torture_writer *writer, int64_t fill)
{
  writer->loss = epochlog_define(writer->run, "loss", NULL);
  for (int i = 0; i < TORTURE_ROW; i++)
    writer->row[i] = epochlog_define(writer->run, row_names[i], NULL);
  put_row(writer, 0);
  put_row(writer, 1);
  put_name(writer, "by name", 0);
  put_name(writer, "by name", 1);
  put_words(writer, "words", 7, "the first of the words");
  set_owner(writer, "ada");
  for (int64_t i = 0; i < fill; i++) put_loss(writer);
}

/* ---- the calls ---- */

/* More than a segment takes. */
static char large_text[6000];

void torture_make_values(void)
{
  for (int i = 0; i < TORTURE_ROW; i++) row_values[i] = number_of(1000 * i);
  for (size_t i = 0; i + 1 < sizeof large_text; i++) large_text[i] = (char)('a' + i * i % 23);
}

static void call_scalar(struct torture_writer *writer) { put_loss(writer); }
static void call_row(struct torture_writer *writer) { put_row(writer, 2); }
static void call_known_name(struct torture_writer *writer) { put_name(writer, "by name", 2); }
static void call_new_name(struct torture_writer *writer)
{
  put_name(writer, "a name of its own", 0);
}
static void call_flush(struct torture_writer *writer) { epochlog_flush(writer->run); }
static void call_define(struct torture_writer *writer)
{
  epochlog_define(writer->run, "later", NULL);
}
static void call_tag(struct torture_writer *writer) { set_owner(writer, "grace"); }
static void call_text(struct torture_writer *writer)
{
  put_words(writer, "words", 8, "and the second");
}
static void call_large_text(struct torture_writer *writer)
{
  put_words(writer, "words", 9, large_text);
}
static void call_complete(struct torture_writer *writer)
{
  if (writer->model != NULL)
    writer->model->is_complete = true;
  else
    epochlog_complete(writer->run, NULL);
}

const struct torture_operation torture_operations[] = {
    {.name = "a scalar", .call = call_scalar, .is_short = true},
    {.name = "a row", .call = call_row, .is_short = true},
    {.name = "a scalar two hours later", .call = call_scalar, .clock_ahead_s = LATER_S},
    {.name = "a point of a known name", .call = call_known_name},
    {.name = "a point of a new name", .call = call_new_name},
    {.name = "a definition", .call = call_define},
    {.name = "a tag", .call = call_tag},
    {.name = "a text", .call = call_text},
    {.name = "a text larger than a segment", .call = call_large_text},
    {.name = "a flush", .call = call_flush},
    {.name = "a scalar into the next segment", .call = call_scalar, .fill = TORTURE_NEXT},
    {.name = "a row into the next segment", .call = call_row, .fill = TORTURE_NEXT, .less = 2},
    {.name = "a new name across two segments",
     .call = call_new_name,
     .fill = TORTURE_NEXT,
     .less = 2},
    /* What is left of a segment may take the one but not a TIME record too: depending
     * on the prefix that is so for this scalar or for that row. */
    {.name = "a later scalar across two segments",
     .call = call_scalar,
     .fill = TORTURE_NEXT,
     .less = 1,
     .clock_ahead_s = LATER_S},
    {.name = "a later row across two segments",
     .call = call_row,
     .fill = TORTURE_NEXT,
     .less = 4,
     .clock_ahead_s = LATER_S},
    {.name = "a scalar into a segment used before", .call = call_scalar, .fill = TORTURE_AGAIN},
    {.name = "a row into a segment used before",
     .call = call_row,
     .fill = TORTURE_AGAIN,
     .less = 2},
    {.name = "a scalar that seals", .call = call_scalar, .fill = TORTURE_SEAL},
    {.name = "the end of the run", .call = call_complete},
    {.name = "the end of a longer run", .call = call_complete, .fill = TORTURE_SEAL, .less = 1},
};
const size_t torture_operation_count = sizeof torture_operations / sizeof torture_operations[0];

epochlog_run *torture_start_run(const char *root)
{
  return epochlog_start(&(epochlog_options){.root = root,
                                            .name = "step",
                                            .run_id = "run",
                                            .capture_environment_off = 1,
                                            .live = EPOCHLOG_LIVE_MAPPED,
                                            .no_thread = 1,
                                            .ring_kib = RING_KIB},
                        NULL);
}

/* ---- how many scalars fill a segment: measured, for the layout is the library's ---- */

struct level {
  uint64_t generation; /* the newest of the live file's segments */
  uint64_t log_size;
};

static struct level read_level(const char *root)
{
  struct level level = {0, 0};
  struct source source;
  struct stat info;
  char folder[600], path[1024];
  unsigned char header[24], word[8];

  snprintf(folder, sizeof folder, "%s/run", root);
  if (torture_file(folder, ".elog", path, sizeof path) && stat(path, &info) == 0)
    level.log_size = (uint64_t)info.st_size;
  if (!torture_file(folder, ".live", path, sizeof path) || source_open_file(&source, path) != 0)
    return level;
  if (source_read_exactly(&source, 0, header, sizeof header) == 0)
    for (uint32_t i = 0; i < epochlog__get_u32(header + 12); i++) {
      const uint64_t at = FORMAT_LIVE_HEADER_SIZE + (uint64_t)i * epochlog__get_u32(header + 16);

      if (source_read_exactly(&source, at, word, sizeof word) == 0 &&
          epochlog__get_u64(word) > level.generation)
        level.generation = epochlog__get_u64(word);
    }
  source_close(&source);
  return level;
}

static _Noreturn void be_measured(const char *root, struct level *levels)
{
  struct torture_writer writer = {.run = torture_start_run(root)};

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (writer.run == NULL) _exit(1);
  torture_put_prefix(&writer, 0);
  for (int i = 0; i <= FILL_MAX; i++) {
    levels[i] = read_level(root);
    put_loss(&writer);
  }
  _exit(0);
}

/* fills[kind] scalars, and the one after them is the one wanted. */
static bool find_fills(const struct level *levels, int64_t *fills)
{
  const uint64_t first = levels[0].generation;

  fills[TORTURE_FEW] = 3;
  fills[TORTURE_NEXT] = fills[TORTURE_AGAIN] = fills[TORTURE_SEAL] = -1;
  for (int64_t i = 0; i < FILL_MAX; i++) {
    const struct level *now = &levels[i], *then = &levels[i + 1];

    if (fills[TORTURE_NEXT] < 0 && i > fills[TORTURE_FEW] && then->generation > first)
      fills[TORTURE_NEXT] = i;
    /* Four segments; the fifth lap's is the first to be used again. */
    if (fills[TORTURE_AGAIN] < 0 && then->generation > 4) fills[TORTURE_AGAIN] = i;
    if (fills[TORTURE_SEAL] < 0 && fills[TORTURE_AGAIN] >= 0 && i > fills[TORTURE_AGAIN] &&
        then->log_size > now->log_size)
      fills[TORTURE_SEAL] = i;
  }
  return fills[TORTURE_NEXT] >= 0 && fills[TORTURE_AGAIN] >= 0 && fills[TORTURE_SEAL] >= 0;
}

bool torture_measure_fills(int64_t *fills)
{
  const size_t size = (FILL_MAX + 1) * sizeof(struct level);
  struct level *levels =
      mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  void *root = NULL;
  int status = 1;
  bool is_found;
  pid_t child;

  if (levels == MAP_FAILED || temp_folder_make(&root) != 0) return false;
  child = fork();
  if (child == 0) be_measured(root, levels);
  is_found = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
             WEXITSTATUS(status) == 0 && find_fills(levels, fills);
  temp_folder_remove(&root);
  munmap(levels, size);
  return is_found;
}
