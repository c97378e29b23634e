/* Live items to BLOCK frames.
 *
 * The writer's encoder trusts its input, so what it is given is made anew from
 * items that were checked: times counted from one base, series that the dictionary
 * has, and a TIME record (which only takes up a sequence number) in the place of an
 * item that is damaged or unknown.
 */
#include <errno.h>
#include <string.h>

#include "format.h"
#include "reader/live.h"
#include "reader/records.h"
#include "recover/recover_log.h"

/* Bytes of live records in one block; the writer's own segments are of this order. */
#define BLOCK_BYTES (UINT32_C(4) << 20)

struct sealing {
  struct epochlog__main_log *to;
  const struct dictionary *dictionary;
  struct epochlog__buffer records;
  uint64_t first_seq;
  uint64_t count;
  int64_t base_us;    /* of the block */
  int64_t current_us; /* moved by TIME records */
  uint64_t left_out;
};

static int flush_part(struct sealing *sealing, uint64_t skip, uint64_t take)
{
  struct epochlog__block_input input = {.records = sealing->records.data,
                                        .size = sealing->records.size,
                                        .first_seq = sealing->first_seq,
                                        .base_us = sealing->base_us,
                                        .skip = skip,
                                        .take = take,
                                        .series = sealing->dictionary->by_id,
                                        .series_count = sealing->dictionary->count};
  struct epochlog__block block;
  int result = EFBIG;

  switch (epochlog__block_encode(&block, &input)) {
    case EPOCHLOG__BLOCK_OK: result = epochlog__main_log_block(sealing->to, &block); break;
    case EPOCHLOG__BLOCK_NO_MEMORY: result = ENOMEM; break;
    case EPOCHLOG__BLOCK_TOO_LARGE: break;
  }
  epochlog__block_release(&block);
  return result;
}

static int flush(struct sealing *sealing)
{
  uint64_t done = 0, take = sealing->count;
  int result = 0;

  if (sealing->count == 0) return 0;
  while (done < sealing->count) {
    if (take > sealing->count - done) take = sealing->count - done;
    result = flush_part(sealing, done, take);
    if (result == EFBIG && take > 1) {
      take = (take + 1) / 2;
      continue;
    }
    if (result) return result;
    done += take;
  }
  epochlog__buffer_clear(&sealing->records);
  sealing->count = 0;
  return 0;
}

static void put_head(uint8_t *record, uint8_t type, size_t size)
{
  memset(record, 0, 8);
  epochlog__put_u16(record + 4, (uint16_t)(size / 8));
  record[6] = type;
}

/* Takes up a sequence number and changes nothing. */
static void put_nothing(struct sealing *sealing)
{
  uint8_t *record = epochlog__add_space(&sealing->records, FORMAT_LIVE_RECORD_MIN);

  if (!record) return;
  put_head(record, FORMAT_LIVE_TIME, FORMAT_LIVE_RECORD_MIN);
  /* Whole microseconds, and not beyond what nanoseconds can say. */
  if (sealing->current_us > INT64_MAX / 1000 || sealing->current_us < INT64_MIN / 1000)
    sealing->current_us = 0;
  epochlog__put_u64(record + 8, (uint64_t)sealing->current_us * 1000);
}

static bool series_are_known(const struct sealing *sealing, const struct live_points *points)
{
  for (uint32_t i = 0; i < points->count; i++) {
    uint32_t id = epochlog__get_u32(points->series + (size_t)4 * i);

    if (!dictionary_has(sealing->dictionary, id) ||
        sealing->dictionary->items[id - 1].type == FORMAT_VALUE_TEXT)
      return false;
  }
  return true;
}

static void put_points(struct sealing *sealing, const struct live_item *item)
{
  struct live_points points;
  uint8_t *record;

  if (!live_item_points(item, &points) || !series_are_known(sealing, &points)) {
    sealing->left_out++;
    put_nothing(sealing);
    return;
  }
  record = epochlog__add_space(&sealing->records, item->size);
  if (!record) return;
  memcpy(record, item->bytes, item->size);
  epochlog__put_u32(record + (item->type == FORMAT_LIVE_SCALAR ? 12 : 16),
                    (uint32_t)(item->time_us - sealing->current_us));
}

static void put_record(struct sealing *sealing, const struct live_item *item)
{
  struct text_point_body point;
  struct record record;
  bool good = live_item_record(item, &record);

  if (good && record.type == FORMAT_RECORD_TEXT_POINT)
    good = text_point_get(&point, &record) && dictionary_has(sealing->dictionary, point.series) &&
           sealing->dictionary->items[point.series - 1].type == FORMAT_VALUE_TEXT;
  if (good) {
    epochlog__add_bytes(&sealing->records, item->bytes, item->size);
    return;
  }
  sealing->left_out++;
  put_nothing(sealing);
}

static bool time_fits(const struct sealing *sealing, int64_t time_us)
{
  int64_t delta;

  return !__builtin_sub_overflow(time_us, sealing->current_us, &delta) && delta >= INT32_MIN &&
         delta <= INT32_MAX;
}

static int put_item(struct sealing *sealing, const struct live_item *item)
{
  bool timed = item->type == FORMAT_LIVE_SCALAR || item->type == FORMAT_LIVE_ROW;

  /* A segment lost between two, or a base too far away: another block. */
  if (sealing->count > 0 && (item->seq != sealing->first_seq + sealing->count ||
                             sealing->records.size + item->size > BLOCK_BYTES ||
                             (timed && !time_fits(sealing, item->time_us)))) {
    int result = flush(sealing);

    if (result) return result;
  }
  if (sealing->count == 0) {
    sealing->first_seq = item->seq;
    sealing->base_us = sealing->current_us = item->time_us;
  }
  if (timed)
    put_points(sealing, item);
  else if (item->type == FORMAT_LIVE_RECORD)
    put_record(sealing, item);
  else
    put_nothing(sealing);
  sealing->count++;
  return sealing->records.failed ? ENOMEM : 0;
}

int live_blocks_write(struct epochlog__main_log *to, const struct dictionary *dictionary,
                      const struct live_item *items, size_t count, uint64_t *left_out)
{
  struct sealing sealing = {.to = to, .dictionary = dictionary};
  int result = 0;

  epochlog__buffer_init(&sealing.records, (size_t)BLOCK_BYTES + FORMAT_LIVE_RECORD_MAX + 64);
  for (size_t i = 0; i < count && result == 0; i++) result = put_item(&sealing, &items[i]);
  if (result == 0) result = flush(&sealing);
  epochlog__buffer_release(&sealing.records);
  *left_out = sealing.left_out;
  return result;
}
