#include "reader/continued.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "reader/arena.h"
#include "reader/block_read.h"
#include "reader/footer.h"

#define NONE SIZE_MAX

/* ---- who continues whom ---- */

static bool take_link(struct linked_log *to, const void *body, size_t size)
{
  struct run_body run;

  if (!run_body_get(&run, body, size)) return false;
  if (run_body_continues(&run)) {
    memcpy(to->continues, run.continues, sizeof to->continues);
    to->continues_seq = run.continues_seq;
  }
  return true;
}

static bool link_of_frames(struct linked_log *to)
{
  struct payload payload = {0};
  bool found = false;

  for (size_t i = 0; i < log_frame_count(to->log) && !found; i++)
    if (log_frame(to->log, i)->type == FORMAT_FRAME_RUN &&
        log_read(to->log, i, &payload, NULL) == 0)
      found = take_link(to, payload.data, payload.size);
  payload_release(&payload);
  return found;
}

/* The RUN frame tells; where it is lost, what the footer kept of it. */
static void read_link(struct linked_log *to)
{
  struct footer footer;
  struct record record;
  const unsigned char *payload;
  size_t size;

  memset(to->continues, 0, sizeof to->continues);
  to->continues_seq = 0;
  if (link_of_frames(to)) return;
  payload = log_footer(to->log, &size);
  if (!payload || !footer_get(&footer, payload, size)) return;
  while (record_next(&footer.records, &record))
    if (record.type == FORMAT_RECORD_RUN && take_link(to, record.body, record.size)) return;
}

static bool says_that_it_continues(const struct linked_log *log)
{
  static const unsigned char none[16];

  return memcmp(log->continues, none, sizeof none) != 0;
}

static size_t find_uuid(const struct linked_log *logs, size_t count, const unsigned char uuid[16])
{
  for (size_t i = 0; i < count; i++)
    if (memcmp(log_uuid(logs[i].log), uuid, 16) == 0) return i;
  return NONE;
}

/* Logs in a circle continue nothing; what leads into it still does. */
static void cut_circles(struct linked_log *logs, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    size_t at = logs[i].before, steps = 0;

    while (at != NONE && at != i && steps++ < count) at = logs[at].before;
    if (at != i) continue;
    for (at = i; at != NONE;) {
      size_t next = logs[at].before;

      logs[at].before = NONE;
      at = next;
    }
  }
}

void continued_link(struct linked_log *logs, size_t count)
{
  for (size_t i = 0; i < count; i++) read_link(&logs[i]);
  for (size_t i = 0; i < count; i++) {
    logs[i].before = NONE;
    logs[i].depth = logs[i].left_out = 0;
    logs[i].is_continued = logs[i].is_missing = false;
    if (!says_that_it_continues(&logs[i])) continue;
    logs[i].before = find_uuid(logs, count, logs[i].continues);
    logs[i].is_missing = logs[i].before == NONE;
  }
  cut_circles(logs, count);
  for (size_t i = 0; i < count; i++) {
    if (logs[i].before != NONE) logs[logs[i].before].is_continued = true;
    for (size_t at = logs[i].before; at != NONE; at = logs[at].before) logs[i].depth++;
  }
}

/* ---- which numbers a log has ---- */

/* Numbers from..to, and the BLOCK frame they stand in (NONE: live records). */
struct part {
  uint64_t from;
  uint64_t to;
  size_t frame;
};

struct parts {
  struct part *items;
  size_t count;
  size_t capacity;
};

static int add_part(struct parts *parts, struct part part)
{
  struct part *items = array_grow(parts->items, &parts->capacity, parts->count + 1, sizeof *items);

  if (!items) return -1;
  parts->items = items;
  items[parts->count++] = part;
  return 0;
}

static int compare_parts(const void *left, const void *right)
{
  const struct part *a = left, *b = right;

  return (a->from > b->from) - (a->from < b->from);
}

static int find_blocks(struct parts *parts, struct log *log)
{
  struct payload payload = {0};
  struct block block = {0};
  int result = 0;

  for (size_t i = 0; i < log_frame_count(log) && result == 0; i++)
    if (log_frame(log, i)->type == FORMAT_FRAME_BLOCK && log_read(log, i, &payload, NULL) == 0 &&
        block_open(&block, payload.data, payload.size) == BLOCK_OK &&
        block.first_seq <= block.last_seq)
      result = add_part(parts, (struct part){block.first_seq, block.last_seq, i});
  block_release(&block);
  payload_release(&payload);
  return result;
}

/* Blocks, then stretches of live records. */
static int find_parts(struct parts *parts, struct log *log)
{
  size_t count;
  const struct live_item *items = log_live_items(log, &count);

  if (find_blocks(parts, log)) return -1;
  for (size_t i = 0; i < count;) {
    size_t end = i + 1;

    while (end < count && items[end].seq == items[end - 1].seq + 1) end++;
    if (add_part(parts, (struct part){items[i].seq, items[end - 1].seq, NONE})) return -1;
    i = end;
  }
  return 0;
}

/* Orders the parts and joins those that meet, frames forgotten. */
static void join_parts(struct parts *parts)
{
  size_t kept = 0;

  if (parts->count == 0) return;
  qsort(parts->items, parts->count, sizeof *parts->items, compare_parts);
  for (size_t i = 1; i < parts->count; i++) {
    struct part *last = &parts->items[kept], next = parts->items[i];

    if (last->to == UINT64_MAX || next.from <= last->to + 1) {
      if (next.to > last->to) last->to = next.to;
    } else {
      parts->items[++kept] = next;
    }
  }
  parts->count = kept + 1;
}

/* Whether joined parts hold all numbers from..to. */
static bool hold_all(const struct parts *joined, uint64_t from, uint64_t to)
{
  for (size_t i = 0; i < joined->count; i++)
    if (joined->items[i].from <= from && to <= joined->items[i].to) return true;
  return false;
}

/* ---- one log against those that continue it ---- */

static bool comes_after(const struct linked_log *logs, size_t index, size_t first)
{
  size_t at = logs[index].before;

  while (at != NONE && at != first) at = logs[at].before;
  return at == first;
}

/* The lowest number from which a log is continued. */
static uint64_t continued_from(const struct linked_log *logs, size_t count, size_t index)
{
  uint64_t from = UINT64_MAX;

  for (size_t i = 0; i < count; i++)
    if (logs[i].before == index && logs[i].continues_seq < from) from = logs[i].continues_seq;
  return from;
}

static void leave_out_block(struct linked_log *of, size_t frame)
{
  if (log_frame(of->log, frame)->left_out) return;
  log_leave_out(of->log, frame);
  of->left_out++;
}

/* Leaves out of `of` what lies within `joined`, not before `from`. */
static void leave_out_parts(struct linked_log *of, const struct parts *parts,
                            const struct parts *joined, uint64_t from)
{
  for (size_t i = 0; i < parts->count; i++) {
    const struct part *part = &parts->items[i];

    if (part->frame != NONE && part->from >= from && hold_all(joined, part->from, part->to))
      leave_out_block(of, part->frame);
  }
  for (size_t i = 0; i < joined->count; i++)
    if (joined->items[i].to >= from)
      log_leave_out_live(of->log, joined->items[i].from > from ? joined->items[i].from : from,
                         joined->items[i].to);
}

/* The blocks that still count. */
static int find_kept(struct parts *kept, const struct linked_log *of, const struct parts *parts)
{
  for (size_t i = 0; i < parts->count; i++)
    if (parts->items[i].frame != NONE && !log_frame(of->log, parts->items[i].frame)->left_out &&
        add_part(kept, parts->items[i]))
      return -1;
  join_parts(kept);
  return 0;
}

static int settle_one(struct linked_log *logs, size_t count, struct parts *parts, size_t index)
{
  struct parts after = {0}, kept = {0};
  int result = 0;

  for (size_t i = 0; i < count && result == 0; i++)
    for (size_t k = 0; comes_after(logs, i, index) && k < parts[i].count && result == 0; k++)
      result = add_part(&after, parts[i].items[k]);
  if (result == 0) {
    join_parts(&after);
    leave_out_parts(&logs[index], &parts[index], &after, continued_from(logs, count, index));
    result = find_kept(&kept, &logs[index], &parts[index]);
  }
  for (size_t i = 0; i < count && result == 0; i++)
    if (comes_after(logs, i, index)) leave_out_parts(&logs[i], &parts[i], &kept, 0);
  free(after.items);
  free(kept.items);
  return result;
}

int continued_leave_out(struct linked_log *logs, size_t count)
{
  struct parts *parts = NULL;
  size_t deepest = 0;
  int result = 0;

  for (size_t i = 0; i < count; i++)
    if (logs[i].depth > deepest) deepest = logs[i].depth;
  if (deepest == 0) return 0;
  parts = calloc(count, sizeof *parts);
  if (!parts) return -1;
  for (size_t i = 0; i < count && result == 0; i++)
    if (logs[i].is_continued || logs[i].before != NONE) result = find_parts(&parts[i], logs[i].log);
  /* From the end of the chains: who is judged last is continued by all others. */
  for (size_t depth = deepest; depth-- > 0 && result == 0;)
    for (size_t i = 0; i < count && result == 0; i++)
      if (logs[i].is_continued && logs[i].depth == depth)
        result = settle_one(logs, count, parts, i);
  for (size_t i = 0; i < count; i++) free(parts[i].items);
  free(parts);
  return result;
}
