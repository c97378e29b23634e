#include "reader/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "format.h"
#include "frame.h"
#include "reader/block_read.h"
#include "reader/checksum.h"
#include "reader/log_open.h"

/* More sentences than this about one log help nobody. */
#define NOTES_MAX 50

int log_fail(const struct log *log, struct read_error *error, int sys_errno, const char *format,
             ...)
{
  va_list list;
  int used;

  if (!error) return -1;
  error->sys_errno = sys_errno;
  used = snprintf(error->message, sizeof error->message, "%s: ", log->path);
  if (used < 0 || (size_t)used >= sizeof error->message) return -1;
  va_start(list, format);
  vsnprintf(error->message + used, sizeof error->message - (size_t)used, format, list);
  va_end(list);
  if (sys_errno != 0) {
    size_t length = strlen(error->message);

    snprintf(error->message + length, sizeof error->message - length, ": %s", strerror(sys_errno));
  }
  return -1;
}

void log_add_note(struct log *log, const char *format, ...)
{
  char text[512];
  va_list list;
  char *copy;
  const char **notes;

  if (log->note_count >= NOTES_MAX) return;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  copy = arena_text(&log->arena, text, strlen(text));
  notes = array_grow(log->notes, &log->note_capacity, log->note_count + 1, sizeof *notes);
  if (notes) log->notes = notes;
  /* Short of memory a sentence is given up, not the log. */
  if (copy && notes) log->notes[log->note_count++] = copy;
}

/* ---- open and close ---- */

static struct log *new_log(const char *path, struct read_error *error)
{
  struct log *log = calloc(1, sizeof *log);
  const char *slash = strrchr(path, '/');

  if (!log) {
    if (error) {
      *error = (struct read_error){.sys_errno = ENOMEM};
      snprintf(error->message, sizeof error->message, "%s: out of memory", path);
    }
    return NULL;
  }
  log->own_main.fd = log->own_live.fd = -1;
  log->path = arena_text(&log->arena, path, strlen(path));
  log->name = log->path ? arena_text(&log->arena, slash ? slash + 1 : path,
                                     strlen(slash ? slash + 1 : path))
                        : NULL;
  if (!log->name) {
    log_close(log);
    return NULL;
  }
  return log;
}

static int read_live(struct log *log, const struct source *source, struct read_error *error)
{
  log->has_live = true;
  if (live_read(&log->live, source)) return log_fail(log, error, ENOMEM, "live file");
  return 0;
}

/* The live file's name is the log's with the other ending. */
static int open_live_beside(struct log *log, const char *path, struct read_error *error)
{
  size_t length = strlen(path);
  char *live_path;
  int result = 0;

  if (length < 5 || strcmp(path + length - 5, ".elog") != 0) return 0;
  live_path = malloc(length + 1);
  if (!live_path) return log_fail(log, error, ENOMEM, "live file");
  memcpy(live_path, path, length - 5);
  memcpy(live_path + length - 5, ".live", 6);
  if (source_open_file(&log->own_live, live_path) == 0)
    result = read_live(log, &log->own_live, error);
  else if (errno != ENOENT)
    log_add_note(log, "%s: its live file cannot be read (%s); the newest points may be missing",
                 log->name, strerror(errno));
  source_close(&log->own_live);
  free(live_path);
  return result;
}

static void judge_live(struct log *log)
{
  if (!log->has_live) return;
  switch (log->live.problem) {
    case LIVE_NOT_LIVE:
      log_add_note(log, "%s: its live file is damaged or no live file, and was ignored", log->name);
      return;
    case LIVE_NEWER:
      log_add_note(log, "%s: its live file was written by a newer version, and was ignored",
                   log->name);
      return;
    case LIVE_UNREADABLE:
      log_add_note(log, "%s: its live file cannot be read (%s)", log->name,
                   strerror(log->live.sys_errno));
      return;
    case LIVE_FINE: break;
  }
  log->live_usable = memcmp(log->live.uuid, log->uuid, 16) == 0;
  if (!log->live_usable)
    log_add_note(log, "%s: its live file belongs to another log, and was ignored", log->name);
}

static struct log *finish_open(struct log *log, bool scan_only, struct read_error *error)
{
  if (log_find_frames(log, scan_only, error)) {
    log_close(log);
    return NULL;
  }
  judge_live(log);
  return log;
}

struct log *log_open(const char *path, bool scan_only, struct read_error *error)
{
  struct log *log = new_log(path, error);

  if (!log) return NULL;
  if (open_live_beside(log, path, error)) goto close;
  if (source_open_file(&log->own_main, path)) {
    if (errno == EINVAL)
      log_fail(log, error, 0, "not a regular file");
    else
      log_fail(log, error, errno, "cannot be opened");
    goto close;
  }
  log->source = &log->own_main;
  return finish_open(log, scan_only, error);
close:
  log_close(log);
  return NULL;
}

struct log *log_open_source(const char *name, const struct source *main_log,
                            const struct source *live, bool scan_only, struct read_error *error)
{
  struct log *log = new_log(name, error);

  if (!log) return NULL;
  if (live && read_live(log, live, error)) {
    log_close(log);
    return NULL;
  }
  log->source = main_log;
  return finish_open(log, scan_only, error);
}

void log_close(struct log *log)
{
  if (!log) return;
  source_close(&log->own_main);
  source_close(&log->own_live);
  live_release(&log->live);
  payload_release(&log->footer_payload);
  free(log->frames.items);
  free(log->skipped.items);
  free(log->ranges.items);
  free(log->notes);
  arena_release(&log->arena);
  free(log);
}

void log_close_file(struct log *log) { source_close(&log->own_main); }

/* ---- frames ---- */

const char *log_name(const struct log *log) { return log->name; }
const unsigned char *log_uuid(const struct log *log) { return log->uuid; }
size_t log_frame_count(const struct log *log) { return log->frames.count; }

const struct log_frame *log_frame(const struct log *log, size_t index)
{
  return &log->frames.items[index];
}

void payload_release(struct payload *payload)
{
  free(payload->data);
  free(payload->stored);
  *payload = (struct payload){0};
}

static bool make_room(unsigned char **data, size_t *capacity, size_t size)
{
  unsigned char *grown;

  if (size <= *capacity && *data) return true;
  grown = realloc(*data, size + 8);
  if (!grown) return false;
  *data = grown;
  *capacity = size;
  return true;
}

/* Marks `frame` as skipped; returns 1. */
static int give_up(struct log_frame *frame)
{
  frame->bad = true;
  return 1;
}

/* What a block holds that cannot be opened may still be in the live file. */
static void note_seq(struct log *log, const struct payload *payload)
{
  struct block block = {0};

  if (block_open(&block, payload->data, payload->size) != BLOCK_OK) return;
  if (log->has_seq && block.last_seq <= log->last_seq) return;
  log->has_seq = true;
  log->last_seq = block.last_seq;
}

int log_read(struct log *log, size_t index, struct payload *payload, struct read_error *error)
{
  struct log_frame *frame = &log->frames.items[index];
  bool deflated = frame->flags & FORMAT_FRAME_DEFLATED;
  unsigned char *stored;
  int64_t got;

  if (frame->bad) return 1;
  payload->size = deflated ? frame->raw_len : frame->stored_len;
  if (!make_room(&payload->data, &payload->capacity, payload->size) ||
      (deflated && !make_room(&payload->stored, &payload->stored_capacity, frame->stored_len)))
    return log_fail(log, error, ENOMEM, "byte %llu", (unsigned long long)frame->offset);
  stored = deflated ? payload->stored : payload->data;
  got =
      log->source->read(log->source, frame->offset + frame->header_len, stored, frame->stored_len);
  if (got < 0) return log_fail(log, error, errno, "byte %llu", (unsigned long long)frame->offset);
  if (got != frame->stored_len ||
      !checksum_fits(epochlog__crc32c(0, stored, frame->stored_len), frame->payload_crc))
    return give_up(frame);
  if (deflated && !epochlog__inflate(payload->data, payload->size, stored, frame->stored_len))
    return give_up(frame);
  frame->verified = true;
  if (frame->type == FORMAT_FRAME_BLOCK) note_seq(log, payload);
  return 0;
}

int log_verify(struct log *log, struct read_error *error)
{
  struct payload payload = {0};
  int result = 0;

  for (size_t i = 0; i < log->frames.count && result >= 0; i++)
    if (!log->frames.items[i].verified) result = log_read(log, i, &payload, error);
  payload_release(&payload);
  return result < 0 ? -1 : 0;
}

const unsigned char *log_footer(const struct log *log, size_t *size)
{
  /* Reading ahead of need changes nothing that a caller can see. */
  struct log *self = (struct log *)log;

  if (log->footer == log->frames.count) return NULL;
  if (!log->footer_read) {
    self->footer_read = true;
    if (log_read(self, log->footer, &self->footer_payload, NULL) != 0)
      self->footer_payload.size = 0;
  }
  *size = log->footer_payload.size;
  return *size > 0 ? log->footer_payload.data : NULL;
}

/* ---- the live file ---- */

/* How many of the items from `first` on follow on each other by number. */
static size_t count_following(const struct live *live, size_t first)
{
  size_t end = first + 1;

  while (end < live->count && live->items[end].seq == live->items[end - 1].seq + 1) end++;
  return end - first;
}

static void note_missing(struct log *log)
{
  const struct live_item *items = log->live.items + log->live_first;
  uint64_t missing = 0;

  for (size_t i = 1; i < log->live_count; i++) missing += items[i].seq - items[i - 1].seq - 1;
  if (missing > 0)
    log_add_note(log, "%s: %llu records in its live file were damaged; their points are lost",
                 log->name, (unsigned long long)missing);
}

/* Finds the items beyond the blocks.  Where segments came into use during all
 * readings some may have been missed; what was read up to the first of them is how
 * the log stood a moment ago, and what is behind is left to a later reader. */
static void settle_live(struct log *log)
{
  const struct live *live = &log->live;
  size_t first = 0;

  log->live_settled = true;
  while (log->has_seq && first < live->count && live->items[first].seq <= log->last_seq) first++;
  log->live_first = first;
  log->live_count = live->count - first;
  if (!live->changing) {
    note_missing(log);
    return;
  }
  if (log->live_count > 0 && log->has_seq && live->items[first].seq != log->last_seq + 1)
    log->live_count = 0;
  if (log->live_count > 0) log->live_count = count_following(live, first);
}

const struct live_item *log_live_items(struct log *log, size_t *count)
{
  *count = 0;
  if (!log->live_usable || log_verify(log, NULL)) return NULL;
  if (!log->live_settled) settle_live(log);
  *count = log->live_taken = log->live_count;
  return *count > 0 ? log->live.items + log->live_first : NULL;
}

/* What a series is called may be needed by points of this log that remain. */
static bool is_series(const struct live_item *item)
{
  return item->size >= 8 + FORMAT_RECORD_HEADER_SIZE && item->bytes[6] == FORMAT_LIVE_RECORD &&
         epochlog__get_u16(item->bytes + 8 + 4) == FORMAT_RECORD_SERIES;
}

void log_leave_out_live(struct log *log, uint64_t from, uint64_t to)
{
  struct live_item *items;
  size_t count, kept = 0;

  if (!log_live_items(log, &count)) return;
  items = log->live.items + log->live_first;
  for (size_t i = 0; i < count; i++)
    if (items[i].seq < from || items[i].seq > to || is_series(&items[i])) items[kept++] = items[i];
  log->live_count = kept;
}

void log_leave_out(struct log *log, size_t index) { log->frames.items[index].left_out = true; }

int64_t log_heartbeat_ns(const struct log *log)
{
  return log->live_usable ? log->live.heartbeat_ns : 0;
}

/* ---- the account ---- */

static int compare_ranges(const void *left, const void *right)
{
  const struct skipped_range *a = left, *b = right;

  return (a->from > b->from) - (a->from < b->from);
}

/* Whether bytes up to `to` that cannot be read are those that come next. */
static bool is_not_yet_written(const struct log *log, uint64_t to)
{
  return log->being_written && to == log->source->size;
}

const struct log_account *log_account(struct log *log)
{
  struct log_account *account = &log->account;
  size_t size;

  log->ranges.count = 0;
  *account = (struct log_account){.file = log->name,
                                  .size = log->source->size,
                                  .missing_frames = log->missing_frames,
                                  .unknown = log->unknown,
                                  .live_records = log->live_taken,
                                  .finished = log_footer(log, &size) != NULL,
                                  .damaged = log->damage_marked || log->missing_frames > 0,
                                  .has_status = account->has_status};
  if (log->header_good) account->whole = log->start < account->size ? log->start : account->size;
  for (size_t i = 0; i < log->skipped.count; i++) {
    const struct skipped_range *range = &log->skipped.items[i];

    if (range->why != SKIPPED_CUT && range->why != SKIPPED_ZEROS &&
        !is_not_yet_written(log, range->to))
      account->damaged = true;
    skipped_add(&log->ranges, range->from, range->to, range->why);
  }
  for (size_t i = 0; i < log->frames.count; i++) {
    const struct log_frame *frame = &log->frames.items[i];

    account->left_out += frame->left_out;
    if (!frame->bad) {
      account->whole += frame->total_len;
      if (frame->type > FORMAT_FRAME_FOOTER && !(frame->type & FORMAT_FRAME_ANCILLARY))
        account->unknown++;
      continue;
    }
    if (!is_not_yet_written(log, frame->offset + frame->total_len)) account->damaged = true;
    skipped_add(&log->ranges, frame->offset, frame->offset + frame->total_len, SKIPPED_PAYLOAD);
  }
  if (log->ranges.count > 1)
    qsort(log->ranges.items, log->ranges.count, sizeof *log->ranges.items, compare_ranges);
  account->skipped = log->ranges.items;
  account->skipped_count = log->ranges.count;
  return account;
}

void log_count_unknown(struct log *log) { log->unknown++; }
void log_mark_damaged(struct log *log) { log->damage_marked = true; }
void log_mark_status(struct log *log) { log->account.has_status = true; }
void log_is_being_written(struct log *log) { log->being_written = true; }
size_t log_note_count(const struct log *log) { return log->note_count; }
const char *log_note(const struct log *log, size_t index) { return log->notes[index]; }
