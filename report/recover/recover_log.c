#include "recover/recover_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec.h"
#include "format.h"
#include "reader/batch_values.h"
#include "reader/log_open.h"
#include "reader/name_map.h"
#include "record.h"

struct copy {
  struct log *log;
  struct contents contents;
  struct dictionary dictionary;
  struct epochlog__main_log to;
  struct recovered_log *out;
};

/* ---- frames ---- */

static int copy_block(struct copy *copy, const struct payload *payload)
{
  struct epochlog__block block = {0};
  int result = ENOMEM;

  /* The chunks of a later version's directory are not told in the index: they are
   * hints, and this program does not know what they would say. */
  if (payload->size >= FORMAT_BLOCK_HEADER_SIZE) {
    block.last_seq = epochlog__get_u64(payload->data + 16);
    if (epochlog__get_u16(payload->data + 2) == FORMAT_ENTRY_SIZE) {
      uint64_t directory = epochlog__get_u16(payload->data);

      block.chunk_count = epochlog__get_u32(payload->data + 28);
      directory += epochlog__padded(epochlog__get_u32(payload->data + 32));
      directory += epochlog__padded(epochlog__get_u32(payload->data + 36));
      block.directory_at = (size_t)directory;
      if (directory > payload->size ||
          block.chunk_count > (payload->size - directory) / FORMAT_ENTRY_SIZE)
        block.chunk_count = 0;
    }
  }
  epochlog__buffer_init(&block.payload, FORMAT_RAW_MAX);
  epochlog__add_bytes(&block.payload, payload->data, payload->size);
  if (!block.payload.failed) result = epochlog__main_log_block(&copy->to, &block);
  epochlog__buffer_release(&block.payload);
  return result;
}

static int copy_records(struct copy *copy, const struct payload *payload)
{
  struct epochlog__buffer deflated;
  int result;

  epochlog__buffer_init(&deflated, FORMAT_STORED_MAX);
  if (epochlog__deflate(&deflated, payload->data, payload->size))
    result = epochlog__main_log_records(&copy->to, deflated.data, deflated.size,
                                        (uint32_t)payload->size);
  else
    result = epochlog__main_log_records(&copy->to, payload->data, payload->size, 0);
  epochlog__buffer_release(&deflated);
  return result;
}

/* 0 or an errno. */
static int copy_frames(struct copy *copy)
{
  struct payload payload = {0};
  int result = 0;

  for (size_t i = 0; i < log_frame_count(copy->log) && result == 0; i++) {
    const struct log_frame *frame = log_frame(copy->log, i);
    int got = log_read(copy->log, i, &payload, NULL);

    if (got < 0) result = EIO;
    if (got != 0 || frame->left_out) continue;
    switch (frame->type) {
      case FORMAT_FRAME_BLOCK: result = copy_block(copy, &payload); break;
      case FORMAT_FRAME_RECORDS: result = copy_records(copy, &payload); break;
      default: continue; /* RUN is written, INDEX and FOOTER are made anew, others left out */
    }
    copy->out->frames += result == 0;
  }
  payload_release(&payload);
  return result;
}

/* ---- the footer ---- */

static void repeat(struct epochlog__buffer *out, const struct record *record)
{
  size_t start = epochlog__record_begin(out, (enum format_record)record->type, record->time_ns);

  epochlog__add_bytes(out, record->body, record->size);
  epochlog__record_end(out, start);
}

/* The name a record is current under; false for what the footer does not repeat. */
static bool name_of(const struct record *record, struct epochlog__text *name)
{
  struct param_body param;
  struct pair_body pair;
  struct file_body file;

  *name = (struct epochlog__text){"", 0};
  switch (record->type) {
    case FORMAT_RECORD_PARAM:
      if (!param_get(&param, record)) return false;
      *name = param.name;
      return true;
    case FORMAT_RECORD_TAG:
    case FORMAT_RECORD_TAG_REMOVED:
    case FORMAT_RECORD_PROPERTY:
    case FORMAT_RECORD_ENVIRONMENT:
      if (!pair_get(&pair, record)) return false;
      *name = pair.name;
      return true;
    case FORMAT_RECORD_FILE:
      if (!file_get(&file, record)) return false;
      *name = file.path;
      return true;
    default: return record->type == FORMAT_RECORD_STATUS || record->type == FORMAT_RECORD_LOSS;
  }
}

/* Whether record `i` is the one of its name that counts so far; the names that were
 * seen are noted. */
static int is_first_seen(struct contents *contents, size_t i, struct name_map *seen,
                         struct arena *arena, bool *first)
{
  struct record record;
  struct epochlog__text text;
  char *name;
  int kind;

  *first = false;
  if (!contents_record(contents, &contents->records[i], &record) || !name_of(&record, &text))
    return 0;
  if (record.type == FORMAT_RECORD_LOSS) {
    *first = true;
    return 0;
  }
  kind = record.type == FORMAT_RECORD_TAG_REMOVED ? FORMAT_RECORD_TAG : record.type;
  name = arena_str(arena, text);
  if (!name) return ENOMEM;
  if (name_map_get(seen, name, kind) != NAME_MAP_NONE) return 0;
  *first = record.type != FORMAT_RECORD_TAG_REMOVED;
  return name_map_put(seen, name, kind, i) ? ENOMEM : 0;
}

/* Marks the records that are current: of a property the first of its name, of all
 * others the last. */
static int find_current(struct copy *copy, bool *current)
{
  struct contents *contents = &copy->contents;
  struct name_map seen = {0};
  struct arena arena = {0};
  size_t count = contents->record_count;
  int result = 0;

  for (size_t i = 0; i < count && result == 0; i++)
    if (contents->records[i].type == FORMAT_RECORD_PROPERTY)
      result = is_first_seen(contents, i, &seen, &arena, &current[i]);
  for (size_t i = count; i-- > 0 && result == 0;)
    if (contents->records[i].type != FORMAT_RECORD_PROPERTY)
      result = is_first_seen(contents, i, &seen, &arena, &current[i]);
  name_map_release(&seen);
  arena_release(&arena);
  return result;
}

/* The body of the RUN: of its frame, or when that is lost of the footer. */
static bool find_run(struct copy *copy, struct payload *payload, struct record *run)
{
  struct epochlog__bytes in;

  for (size_t i = 0; i < log_frame_count(copy->log); i++) {
    if (log_frame(copy->log, i)->type != FORMAT_FRAME_RUN ||
        log_read(copy->log, i, payload, NULL) != 0)
      continue;
    *run = (struct record){
        .type = FORMAT_RECORD_RUN, .body = payload->data, .size = (uint32_t)payload->size};
    return true;
  }
  if (!copy->contents.has_footer) return false;
  in = copy->contents.footer.records;
  while (record_next(&in, run))
    if (run->type == FORMAT_RECORD_RUN) return true;
  return false;
}

static int footer_records(struct copy *copy, struct epochlog__buffer *out)
{
  struct contents *contents = &copy->contents;
  bool *current = calloc(contents->record_count + 1, sizeof *current);
  struct payload payload = {0};
  struct record record;
  int result = current ? find_current(copy, current) : ENOMEM;

  if (find_run(copy, &payload, &record)) {
    record.time_ns = contents->has_run ? contents->run.start_ns : 0;
    repeat(out, &record);
  }
  for (size_t i = 0; i < contents->record_count && result == 0; i++)
    if (current[i] && contents_record(contents, &contents->records[i], &record))
      repeat(out, &record);
  payload_release(&payload);
  free(current);
  return result ? result : out->failed ? ENOMEM : 0;
}

/* A RUN frame, also when it is only left in the footer; it must come first. */
static int write_run(struct copy *copy)
{
  struct payload payload = {0};
  struct record run;
  int result = 0;

  if (find_run(copy, &payload, &run)) {
    result = epochlog__main_log_run(&copy->to, run.body, run.size);
    copy->out->frames += result == 0;
  }
  payload_release(&payload);
  return result;
}

/* The facts a good footer repeats of frames that are lost, as records again.  Those
 * that are not lost come twice, which changes none of them. */
static int write_facts(struct copy *copy)
{
  struct epochlog__buffer out;
  struct epochlog__bytes in;
  struct record record;
  int result = 0;

  if (!copy->contents.has_footer || !log_account(copy->log)->damaged) return 0;
  epochlog__buffer_init(&out, FORMAT_STORED_MAX);
  epochlog__add_u64(&out, copy->to.last_seq_end);
  in = copy->contents.footer.records;
  while (record_next(&in, &record))
    if (record.type != FORMAT_RECORD_RUN && record.type != FORMAT_RECORD_LOSS)
      repeat(&out, &record);
  if (out.failed)
    result = ENOMEM;
  else if (out.size > 8)
    result = epochlog__main_log_records(&copy->to, out.data, out.size, 0);
  epochlog__buffer_release(&out);
  return result ? result : contents_repair(&copy->contents, NULL) ? ENOMEM : 0;
}

static int finish(struct copy *copy)
{
  struct epochlog__buffer records;
  struct epochlog__footer footer = {.record_count = copy->to.last_seq_end,
                                    .series = copy->dictionary.by_id,
                                    .series_count = copy->dictionary.count,
                                    .records = &records};
  int result;

  epochlog__buffer_init(&records, FORMAT_STORED_MAX);
  result = footer_records(copy, &records);
  /* What was added while blocks were written knows nothing of copied ones. */
  free(copy->to.totals);
  copy->to.totals = dictionary_totals(&copy->dictionary, &copy->contents.series);
  copy->to.totals_capacity = copy->to.totals ? copy->dictionary.count : 0;
  if (result == 0 && !copy->to.totals) result = ENOMEM;
  if (result == 0) result = epochlog__main_log_finish(&copy->to, &footer);
  epochlog__buffer_release(&records);
  return result;
}

/* ---- one log ---- */

/* Columns of batches are decoded only here: whether a copy is clean must be known. */
static void check_batches(struct copy *copy)
{
  for (size_t i = 0; i < copy->contents.record_count; i++) {
    struct record record;
    struct batch_body batch;
    struct batch_column column;

    if (copy->contents.records[i].type != FORMAT_RECORD_BATCH ||
        !contents_record(&copy->contents, &copy->contents.records[i], &record) ||
        !batch_get(&batch, &record))
      continue;
    while (batch_next_column(&batch.columns, &column)) {
      struct batch_values values;
      enum block_check check =
          batch_values_read(&values, &copy->contents, &column, batch.row_count);

      if (check == BLOCK_UNKNOWN) log_count_unknown(copy->log);
      if (check == BLOCK_DAMAGED) log_mark_damaged(copy->log);
      batch_values_release(&values);
    }
  }
}

static int keep_account(struct recovered_log *out, struct log *log)
{
  const struct log_account *account = log_account(log);
  struct skipped_range *ranges = calloc(account->skipped_count + 1, sizeof *ranges);
  char *file = strdup(log_name(log));

  if (!ranges || !file) {
    free(ranges);
    free(file);
    return -1;
  }
  if (account->skipped_count > 0)
    memcpy(ranges, account->skipped, account->skipped_count * sizeof *ranges);
  out->account = *account;
  out->account.skipped = ranges;
  out->account.file = file;
  return 0;
}

void recovered_log_release(struct recovered_log *log)
{
  free((void *)log->account.skipped);
  free((char *)log->account.file);
  free((char *)log->reason);
  *log = (struct recovered_log){0};
}

/* 0 or an errno. */
static int write_copy(struct copy *copy, int folder_fd, const char *name)
{
  uint64_t left_out = 0;
  size_t count;
  const struct live_item *items = log_live_items(copy->log, &count);
  int result = epochlog__main_log_open(&copy->to, folder_fd, name, log_uuid(copy->log));

  if (result) return result;
  result = write_run(copy);
  if (result == 0) result = copy_frames(copy);
  if (result == 0)
    result = live_blocks_write(&copy->to, &copy->dictionary, items, count, &left_out);
  if (left_out > 0) log_mark_damaged(copy->log);
  if (result == 0) result = write_facts(copy);
  if (result == 0) result = finish(copy);
  if (result == 0 && fsync(copy->to.fd) != 0) result = errno;
  copy->out->out_size = copy->to.offset;
  epochlog__main_log_release(&copy->to);
  if (result) unlinkat(folder_fd, name, 0);
  return result;
}

int recover_log(struct recovered_log *out, struct log *log, int folder_fd, const char *name,
                struct read_error *error)
{
  struct copy copy = {.out = out, .log = log};
  int result;

  *out = (struct recovered_log){0};
  result = contents_read(&copy.contents, copy.log, error);
  if (result == 0) check_batches(&copy);
  if (result == 0 && dictionary_init(&copy.dictionary, &copy.contents.series))
    result = log_fail(copy.log, error, ENOMEM, "recovery");
  if (result == 0) {
    int written = write_copy(&copy, folder_fd, name);

    if (written) result = log_fail(copy.log, error, written, "its copy cannot be written");
  }
  for (size_t i = 0; i < copy.contents.series.count; i++)
    out->points += copy.contents.series.items[i].count;
  out->records = copy.contents.record_count;
  out->usable = result == 0;
  if (result == 0 && keep_account(out, copy.log))
    result = log_fail(copy.log, error, ENOMEM, "recovery");
  dictionary_release(&copy.dictionary);
  contents_release(&copy.contents);
  return result;
}
