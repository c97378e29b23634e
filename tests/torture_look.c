#include "torture_look.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "format.h"
#include "reader/log.h"

bool torture_wrong(struct torture_look *look, const char *format, ...)
{
  va_list list;

  if (look->problem[0] != '\0') return false;
  va_start(list, format);
  vsnprintf(look->problem, sizeof look->problem, format, list);
  va_end(list);
  return false;
}

/* ---- files ---- */

static bool ends_with(const char *name, const char *ending)
{
  const size_t length = strlen(name), tail = strlen(ending);

  return length > tail && strcmp(name + length - tail, ending) == 0;
}

bool torture_file(const char *folder, const char *ending, char *path, size_t size)
{
  DIR *stream = opendir(folder);
  const struct dirent *entry;
  bool is_found = false;

  if (stream == NULL) return false;
  while (!is_found && (entry = readdir(stream)) != NULL)
    if (ends_with(entry->d_name, ending))
      is_found = snprintf(path, size, "%s/%s", folder, entry->d_name) < (int)size;
  closedir(stream);
  return is_found;
}

/* ---- what no log may show ---- */

static bool check_account(struct torture_look *look, struct log *log)
{
  const struct log_account *account = log_account(log);

  /* A word about a live file that is not whole is in order as long as the writer was
   * making it: then nothing but RUN stands in the log, and no point is there to lose. */
  if (log_note_count(log) != 0 && log_frame_count(log) > 1)
    return torture_wrong(look, "%s: %s", log_name(log), log_note(log, 0));
  if (account->missing_frames != 0)
    return torture_wrong(look, "%s: %" PRIu64 " frames are missing", log_name(log),
                         account->missing_frames);
  if (account->unknown != 0)
    return torture_wrong(look, "%s: %" PRIu64 " unknown parts", log_name(log), account->unknown);
  if (account->damaged && account->skipped_count != 0)
    return torture_wrong(look, "%s: damaged, %s from %" PRIu64 " to %" PRIu64, log_name(log),
                         account->skipped[0].why, account->skipped[0].from, account->skipped[0].to);
  if (account->damaged) return torture_wrong(look, "%s: damaged", log_name(log));
  return true;
}

static bool check_series(struct torture_look *look, const struct contents *contents)
{
  for (size_t i = 0; i < contents->series.count; i++)
    if (!contents->series.items[i].described)
      return torture_wrong(look, "%s: points of series %" PRIu32 ", which was not announced",
                           log_name(contents->log), contents->series.items[i].id);
  return true;
}

/* Who dies between making a log and its first bytes leaves a file that is none yet. */
static bool is_begun(const char *path)
{
  struct stat info;

  return stat(path, &info) == 0 && info.st_size < FORMAT_FILE_HEADER_SIZE;
}

static bool open_log(struct torture_look *look, const char *path)
{
  struct torture_log *one = &look->logs[look->log_count];
  struct read_error error;

  one->log = log_open(path, false, &error);
  if (one->log == NULL) return is_begun(path) || torture_wrong(look, "%s", error.message);
  look->log_count++;
  if (contents_read(&one->contents, one->log, &error))
    return torture_wrong(look, "%s", error.message);
  return check_account(look, one->log) && check_series(look, &one->contents);
}

static bool open_logs(struct torture_look *look, const char *folder)
{
  DIR *stream = opendir(folder);
  const struct dirent *entry;
  char path[1024];

  if (stream == NULL) return torture_wrong(look, "%s: no such folder", folder);
  while ((entry = readdir(stream)) != NULL) {
    if (!ends_with(entry->d_name, ".elog")) continue;
    if (look->log_count == TORTURE_LOGS_MAX) {
      torture_wrong(look, "%s: more than %d logs", folder, TORTURE_LOGS_MAX);
      break;
    }
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (!open_log(look, path)) break;
  }
  closedir(stream);
  if (look->log_count == 0) torture_wrong(look, "%s: no log", folder);
  return look->problem[0] == '\0';
}

/* ---- the run ---- */

static uint64_t points_of_logs(const struct torture_look *look)
{
  uint64_t count = 0;

  for (size_t i = 0; i < look->log_count; i++) {
    const struct series_table *table = &look->logs[i].contents.series;

    for (size_t k = 0; k < table->count; k++) count += table->items[k].count;
  }
  return count;
}

static bool open_run(struct torture_look *look, const char *folder, bool is_still)
{
  struct read_error error;
  uint64_t count = 0;

  look->run = run_open(folder, RUN_ALL, &error);
  if (look->run == NULL) return torture_wrong(look, "%s", error.message);
  if (look->run->loss_count != 0)
    return torture_wrong(look, "%" PRIu64 " calls are told as lost", look->run->losses[0].count);
  for (size_t i = 0; i < look->run->writer_count; i++)
    if (look->run->writers[i].account.damaged)
      return torture_wrong(look, "%s: damaged", look->run->writers[i].account.file);
  for (size_t i = 0; i < look->run->metric_count; i++) count += look->run->metrics[i].count;
  /* The run was read after its logs, and points only come. */
  if (is_still ? count != points_of_logs(look) : count < points_of_logs(look))
    return torture_wrong(look, "the run has %" PRIu64 " points, its logs %" PRIu64, count,
                         points_of_logs(look));
  return true;
}

bool torture_look(struct torture_look *look, const char *folder, bool is_still)
{
  *look = (struct torture_look){.log_count = 0};
  return open_logs(look, folder) && open_run(look, folder, is_still);
}

void torture_look_away(struct torture_look *look)
{
  for (size_t i = 0; i < look->log_count; i++) {
    contents_release(&look->logs[i].contents);
    log_close(look->logs[i].log);
  }
  run_close(look->run);
  *look = (struct torture_look){.log_count = 0};
}

/* ---- words ---- */

const char *torture_number(uint64_t number)
{
  static char buffers[4][32];
  static unsigned turn;
  char *out = buffers[turn++ % 4], digits[24];
  const int count = snprintf(digits, sizeof digits, "%" PRIu64, number);
  int at = 0;

  for (int i = 0; i < count; i++) {
    if (i != 0 && (count - i) % 3 == 0) out[at++] = ',';
    out[at++] = digits[i];
  }
  out[at] = '\0';
  return out;
}
