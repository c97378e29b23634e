/* Logs that are written while they are read: every store of a mapped writer may come
 * between any two bytes that a reader copies.
 *
 * The writer here is a model: its ring of three segments and its main log are in
 * memory, and it goes on by one store at a time whenever the reader copies a piece. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "format.h"
#include "frame.h"
#include "reader/live.h"
#include "reader/log_open.h"

#define SEGMENTS 3
#define SEGMENT 4096
#define RECORD 32
#define RECORDS_PER_SEGMENT 126 /* (4096 - 64) / 32 */
#define MAIN_MAX (8u << 20)

static const uint8_t uuid[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

struct store {
  uint8_t *to;
  uint8_t bytes[8];
};

struct writer {
  uint8_t live[FORMAT_LIVE_HEADER_SIZE + SEGMENTS * SEGMENT];
  uint8_t *main_log;
  uint64_t main_size; /* as a reader sees it: in the middle of a frame, too */
  uint64_t main_end;
  uint64_t frame_no;

  struct store stores[8]; /* of what is being done; the last is the one that completes it */
  size_t store_count, store_done;
  bool is_publishing;

  size_t active; /* SEGMENTS: none */
  size_t sealed; /* the segment that is sealed next */
  size_t full;
  uint64_t generation[SEGMENTS];
  uint64_t first_seq[SEGMENTS];
  uint64_t next_seq; /* records published: all below */
  size_t used;       /* of the active one */
  uint64_t last_generation;
};

static uint32_t random_state;

static uint32_t random_below(uint32_t n)
{
  random_state = random_state * 1664525 + 1013904223;
  return (uint32_t)(((uint64_t)random_state * n) >> 32);
}

/* ---- the writer ---- */

static void shuffle(struct store *stores, size_t count)
{
  for (size_t i = count; i > 1; i--) {
    size_t k = random_below((uint32_t)i);
    struct store kept = stores[i - 1];

    stores[i - 1] = stores[k];
    stores[k] = kept;
  }
}

static uint8_t *segment_of(struct writer *writer, size_t index)
{
  return writer->live + FORMAT_LIVE_HEADER_SIZE + index * SEGMENT;
}

static void plan(struct writer *writer, uint8_t *to, const uint8_t *bytes)
{
  struct store *store = &writer->stores[writer->store_count++];

  store->to = to;
  memcpy(store->bytes, bytes, 8);
}

/* A header's four words in any order; the last holds crc and reserved bytes. */
static void plan_header(struct writer *writer, size_t index)
{
  uint8_t head[40] = {0}, *at = segment_of(writer, index);

  epochlog__put_u64(head, ++writer->last_generation);
  epochlog__put_u64(head + 8, writer->next_seq);
  epochlog__put_u64(head + 16, 1000);
  epochlog__put_u32(head + 32, epochlog__crc32c(0, head, 32));
  writer->generation[index] = writer->last_generation;
  writer->first_seq[index] = writer->next_seq;
  writer->active = index;
  writer->used = 0;
  plan(writer, at, head);
  plan(writer, at + 8, head + 8);
  plan(writer, at + 16, head + 16);
  plan(writer, at + 32, head + 32);
  shuffle(writer->stores, writer->store_count);
}

/* A scalar whose step is its number: the payload in any order, then the head. */
static void plan_record(struct writer *writer)
{
  uint8_t record[RECORD] = {0}, lap[8];
  uint8_t *at =
      segment_of(writer, writer->active) + FORMAT_SEGMENT_HEADER_SIZE + writer->used * RECORD;
  uint64_t generation = writer->generation[writer->active];

  epochlog__put_u16(record + 4, RECORD / 8);
  record[6] = FORMAT_LIVE_SCALAR;
  record[7] = (uint8_t)generation;
  epochlog__put_u32(record + 8, 1);
  epochlog__put_u64(record + 16, writer->next_seq);
  epochlog__put_u64(record + 24, epochlog__bits_of((double)writer->next_seq));
  epochlog__put_u64(lap, generation);
  epochlog__put_u32(record, epochlog__crc32c(epochlog__crc32c(0, lap, 8), record + 4, RECORD - 4));
  for (size_t i = 8; i < RECORD; i += 8) plan(writer, at + i, record + i);
  shuffle(writer->stores, writer->store_count);
  plan(writer, at, record);
  writer->is_publishing = true;
}

static void add_frame(struct writer *writer, uint8_t type, const uint8_t *payload, size_t size)
{
  struct epochlog__frame frame = {.offset = writer->main_end,
                                  .number = writer->frame_no++,
                                  .type = type,
                                  .header_len = FORMAT_FRAME_HEADER_SIZE,
                                  .stored_len = (uint32_t)size,
                                  .payload_crc = epochlog__crc32c(0, payload, size)};

  assert_true(writer->main_end + size + 64 < MAIN_MAX);
  epochlog__frame_put(writer->main_log + writer->main_end, &frame, uuid);
  memcpy(writer->main_log + writer->main_end + FORMAT_FRAME_HEADER_SIZE, payload, size);
  writer->main_end += FORMAT_FRAME_HEADER_SIZE + size;
}

/* A BLOCK that tells its numbers and holds nothing. */
static void add_block(struct writer *writer, uint64_t first_seq, uint64_t last_seq)
{
  uint8_t payload[FORMAT_BLOCK_HEADER_SIZE] = {0};

  epochlog__put_u16(payload, FORMAT_BLOCK_HEADER_SIZE);
  epochlog__put_u16(payload + 2, FORMAT_ENTRY_SIZE);
  epochlog__put_u64(payload + 8, first_seq);
  epochlog__put_u64(payload + 16, last_seq);
  add_frame(writer, FORMAT_FRAME_BLOCK, payload, sizeof payload);
}

/* What comes next: a record; else, with the segment full, another one, sealed before. */
static void plan_next(struct writer *writer)
{
  writer->store_count = writer->store_done = 0;
  if (writer->active < SEGMENTS && writer->used < RECORDS_PER_SEGMENT) {
    plan_record(writer);
  } else if (writer->active < SEGMENTS) {
    writer->full++;
    writer->active = SEGMENTS;
  } else if (writer->full == SEGMENTS || (writer->full > 0 && random_below(3) == 0)) {
    size_t index = writer->sealed;

    add_block(writer, writer->first_seq[index], writer->first_seq[index] + RECORDS_PER_SEGMENT - 1);
    writer->sealed = (index + 1) % SEGMENTS;
    writer->full--;
  } else {
    plan_header(writer, (writer->sealed + writer->full) % SEGMENTS);
  }
}

/* One store, or some bytes more of the frame that is being written. */
static void step(struct writer *writer)
{
  if (writer->main_size < writer->main_end) {
    writer->main_size += 1 + random_below(60);
    if (writer->main_size > writer->main_end) writer->main_size = writer->main_end;
    return;
  }
  if (writer->store_done == writer->store_count) plan_next(writer);
  if (writer->store_done == writer->store_count) return;
  memcpy(writer->stores[writer->store_done].to, writer->stores[writer->store_done].bytes, 8);
  if (++writer->store_done < writer->store_count || !writer->is_publishing) return;
  writer->is_publishing = false;
  writer->used++;
  writer->next_seq++;
}

/* Until `count` records are published, and nothing is half done. */
static void publish(struct writer *writer, uint64_t count)
{
  while (writer->next_seq < count || writer->store_done < writer->store_count ||
         writer->main_size < writer->main_end)
    step(writer);
}

static int make_writer(void **state)
{
  struct writer *writer = calloc(1, sizeof *writer);
  uint8_t *at = writer->live;

  writer->main_log = calloc(1, MAIN_MAX);
  epochlog__file_header_put(writer->main_log, uuid);
  writer->main_size = writer->main_end = FORMAT_FILE_HEADER_SIZE;
  writer->active = SEGMENTS;
  memcpy(at, FORMAT_MAGIC_LIVE, 8);
  epochlog__put_u16(at + 8, 1);
  epochlog__put_u16(at + 10, FORMAT_LIVE_HEADER_SIZE);
  epochlog__put_u32(at + 12, SEGMENTS);
  epochlog__put_u32(at + 16, SEGMENT);
  memcpy(at + 32, uuid, sizeof uuid);
  epochlog__put_u32(at + 48, epochlog__crc32c(0, at, 48));
  random_state = 1;
  *state = writer;
  return 0;
}

static int free_writer(void **state)
{
  struct writer *writer = *state;

  free(writer->main_log);
  free(writer);
  return 0;
}

/* ---- the reader ---- */

/* A file of the writer, which goes on while it is read. */
struct moving {
  struct source source; /* first: a source is its moving one */
  struct writer *writer;
  const uint8_t *bytes;
  uint32_t speed;       /* at most so many stores for each piece that is read */
  struct moving *other; /* the main log, whose size is only taken when it is opened */
  unsigned reads;
  void (*before)(struct moving *moving); /* a read, counted from 1 */
};

/* Mostly in step with the reader, and now and then a good while: it was preempted. */
static void go_on(struct moving *moving)
{
  uint32_t most = moving->speed;

  if (most > 0 && random_below(100) == 0) most *= 100;
  for (uint32_t n = random_below(most + 1); n > 0; n--) step(moving->writer);
}

static int64_t read_moving(const struct source *self, uint64_t offset, void *out, size_t count)
{
  struct moving *moving = (struct moving *)self;

  moving->reads++;
  if (moving->before) moving->before(moving);
  if (offset >= self->size) return 0;
  if (count > self->size - offset) count = (size_t)(self->size - offset);
  for (size_t done = 0; done < count;) {
    size_t piece = 8 * (1 + random_below(16)); /* what is aligned is not torn */

    go_on(moving);
    if (moving->other) moving->other->source.size = moving->writer->main_size;
    if (piece > count - done) piece = count - done;
    memcpy((uint8_t *)out + done, moving->bytes + offset + done, piece);
    done += piece;
  }
  return (int64_t)count;
}

static struct moving moving_over(struct writer *writer, const uint8_t *bytes, uint64_t size)
{
  return (struct moving){
      .source = {.read = read_moving, .size = size, .fd = -1}, .writer = writer, .bytes = bytes};
}

static struct log *open_log(struct moving *live, struct moving *main_log)
{
  struct read_error error;
  struct log *log = log_open_source("model.elog", &main_log->source, &live->source, false, &error);

  if (!log) fail_msg("%s", error.message);
  return log;
}

/* The numbers of all blocks, then of the live records, go up by one; each record is
 * the one its number says.  Returns how many there are. */
static uint64_t count_in_order(struct log *log)
{
  struct payload payload = {0};
  uint64_t next = 0;
  size_t count;
  const struct live_item *items;

  for (size_t i = 0; i < log_frame_count(log); i++) {
    assert_int_equal(log_read(log, i, &payload, NULL), 0);
    assert_int_equal(epochlog__get_u64(payload.data + 8), next);
    next = epochlog__get_u64(payload.data + 16) + 1;
  }
  payload_release(&payload);
  items = log_live_items(log, &count);
  for (size_t i = 0; i < count; i++) {
    struct live_points points;

    assert_int_equal(items[i].seq, next);
    assert_true(live_item_points(&items[i], &points));
    assert_int_equal(points.step, next);
    assert_close(epochlog__get_f64(points.values), (double)next, 0);
    next++;
  }
  return next;
}

/* ---- whatever the writer does ---- */

/* From a writer that stands still to one that fills a segment while it is read. */
static void a_log_is_read_as_it_stood_when_the_reading_began_or_later(void **state)
{
  static const uint32_t speeds[] = {0, 1, 2, 3, 5, 10, 30};
  struct writer *writer = *state;
  uint64_t at_once = 0;

  for (unsigned round = 0; round < 420; round++) {
    struct moving live = moving_over(writer, writer->live, sizeof writer->live);
    struct moving main_log = moving_over(writer, writer->main_log, writer->main_size);
    uint64_t published, counted;
    struct log *log;

    for (uint32_t n = random_below(3000); n > 0; n--) step(writer);
    live.other = &main_log;
    live.speed = speeds[round % 7];
    main_log.speed = live.speed > 0; /* more would grow faster than it is read */
    main_log.source.size = writer->main_size;
    published = writer->next_seq;
    log = open_log(&live, &main_log);
    counted = count_in_order(log);
    assert_true(counted <= writer->next_seq);
    if (!log->live.changing) assert_true(counted >= published);
    at_once += !log->live.changing;
    assert_false(log_account(log)->damaged);
    assert_int_equal(log_note_count(log), 0);
    log_close(log);
  }
  assert_true(at_once > 100); /* the others gave a shorter log, and a whole one */
}

/* ---- one interleaving at a time: the reads of a live file are its header (1, 2),
 * then of each attempt three heads, three segments, three heads ---- */

enum { HEADS = 3, FIRST_SEGMENT = 6, HEADS_AGAIN = 9, SECOND_ATTEMPT = 12 };

static uint64_t count_live(struct writer *writer, void (*before)(struct moving *), unsigned *reads)
{
  struct moving live = moving_over(writer, writer->live, sizeof writer->live);
  struct moving main_log = moving_over(writer, writer->main_log, writer->main_size);
  struct log *log;
  uint64_t counted;

  live.before = before;
  live.other = &main_log;
  log = open_log(&live, &main_log);
  counted = count_in_order(log);
  assert_false(log_account(log)->damaged);
  *reads = live.reads;
  log_close(log);
  return counted;
}

static void nothing_happens(struct moving *moving) { (void)moving; }

static void a_file_that_stands_still_is_read_once(void **state)
{
  struct writer *writer = *state;
  unsigned reads;

  publish(writer, 200);
  assert_int_equal(count_live(writer, nothing_happens, &reads), 200);
  assert_int_equal(reads, SECOND_ATTEMPT - 1);
}

/* Records that come while the file is read change no header: one reading is enough. */
static void records_that_come_meanwhile_cost_no_second_reading(void **state)
{
  struct writer *writer = *state;
  unsigned reads;

  publish(writer, 20);
  assert_true(count_live(writer, NULL, &reads) >= 20);
  assert_int_equal(reads, SECOND_ATTEMPT - 1);
}

/* The first segment fills, and a second begins, after the first was copied. */
static void fill_after_the_first_segment(struct moving *moving)
{
  if (moving->reads == FIRST_SEGMENT + 1) publish(moving->writer, 150);
}

static void a_segment_that_fills_behind_the_reader_is_read_again(void **state)
{
  struct writer *writer = *state;
  unsigned reads;

  publish(writer, 100);
  assert_int_equal(count_live(writer, fill_after_the_first_segment, &reads), 150);
  assert_int_equal(reads, SECOND_ATTEMPT + 8);
}

static void reuse_before_the_segments(struct moving *moving)
{
  if (moving->reads == FIRST_SEGMENT) publish(moving->writer, 3 * RECORDS_PER_SEGMENT + 5);
}

static void a_header_that_changed_between_its_two_readings_is_read_again(void **state)
{
  struct writer *writer = *state;
  unsigned reads;

  publish(writer, 3 * RECORDS_PER_SEGMENT);
  assert_int_equal(count_live(writer, reuse_before_the_segments, &reads),
                   3 * RECORDS_PER_SEGMENT + 5);
  assert_int_equal(reads, SECOND_ATTEMPT + 8);
}

static void reuse_after_the_segments(struct moving *moving)
{
  if (moving->reads == HEADS_AGAIN) publish(moving->writer, 3 * RECORDS_PER_SEGMENT + 5);
}

/* The copy of the old lap is whole, but it is no longer what stands there. */
static void a_generation_that_changed_after_its_records_were_copied_is_read_again(void **state)
{
  struct writer *writer = *state;
  unsigned reads;

  publish(writer, 3 * RECORDS_PER_SEGMENT);
  assert_int_equal(count_live(writer, reuse_after_the_segments, &reads),
                   3 * RECORDS_PER_SEGMENT + 5);
  assert_int_equal(reads, SECOND_ATTEMPT + 8);
}

/* The stores of a segment's header, one by one, in any order: at each of them the
 * reader has all that was published. */
static void a_header_half_written_hides_no_record(void **state)
{
  struct writer *writer = *state;
  unsigned reads;

  for (unsigned round = 0; round < 30; round++) {
    uint64_t published;

    publish(writer, writer->next_seq + RECORDS_PER_SEGMENT - writer->used % RECORDS_PER_SEGMENT);
    while (writer->store_count != 4 || writer->is_publishing || writer->store_done == 0)
      step(writer);
    published = writer->next_seq;
    while (writer->store_done < 4) {
      assert_int_equal(count_live(writer, nothing_happens, &reads), published);
      step(writer);
    }
  }
}

/* And the stores of a record. */
static void a_record_is_there_with_its_head_and_not_before(void **state)
{
  struct writer *writer = *state;
  unsigned reads;

  for (uint64_t n = 1; n < 2 * RECORDS_PER_SEGMENT; n++) {
    publish(writer, n);
    step(writer);
    while (writer->is_publishing) {
      assert_int_equal(count_live(writer, nothing_happens, &reads), n);
      step(writer);
    }
  }
}

/* A lap of the ring before each read, so no reading is of one moment. */
static void race_ahead(struct moving *moving)
{
  publish(moving->writer, moving->writer->next_seq + 2 * RECORDS_PER_SEGMENT);
}

static void a_writer_that_is_always_faster_still_gives_a_whole_log(void **state)
{
  struct writer *writer = *state;
  unsigned reads;

  publish(writer, 1000);
  assert_true(count_live(writer, race_ahead, &reads) >= 500);
  assert_true(reads > 3 * 9);
}

/* What is left of a ring that a crash of the machine tore in the middle is kept. */
static void records_behind_a_damaged_one_are_kept_when_nobody_writes(void **state)
{
  struct writer *writer = *state;
  struct source main_log, live;
  struct read_error error;
  struct log *log;
  size_t count;

  publish(writer, 2 * RECORDS_PER_SEGMENT);
  segment_of(writer, 0)[FORMAT_SEGMENT_HEADER_SIZE + 100 * RECORD + 9] ^= 1;
  source_init_memory(&main_log, writer->main_log, (size_t)writer->main_size);
  source_init_memory(&live, writer->live, sizeof writer->live);
  log = log_open_source("model.elog", &main_log, &live, false, &error);
  assert_non_null(log);
  log_live_items(log, &count);
  if (writer->frame_no == 0) {
    assert_int_equal(count, 100 + RECORDS_PER_SEGMENT);
    assert_int_equal(log_note_count(log), 1);
    assert_non_null(strstr(log_note(log, 0), "26 records in its live file were damaged"));
  }
  log_close(log);
}

#define WITH_WRITER(test) cmocka_unit_test_setup_teardown(test, make_writer, free_writer)

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_WRITER(a_log_is_read_as_it_stood_when_the_reading_began_or_later),
      WITH_WRITER(a_file_that_stands_still_is_read_once),
      WITH_WRITER(records_that_come_meanwhile_cost_no_second_reading),
      WITH_WRITER(a_segment_that_fills_behind_the_reader_is_read_again),
      WITH_WRITER(a_header_that_changed_between_its_two_readings_is_read_again),
      WITH_WRITER(a_generation_that_changed_after_its_records_were_copied_is_read_again),
      WITH_WRITER(a_header_half_written_hides_no_record),
      WITH_WRITER(a_record_is_there_with_its_head_and_not_before),
      WITH_WRITER(a_writer_that_is_always_faster_still_gives_a_whole_log),
      WITH_WRITER(records_behind_a_damaged_one_are_kept_when_nobody_writes),
  };

  return cmocka_run_group_tests_name("live_run", tests, NULL, NULL) != 0;
}
