#include "reader/series_table.h"

#include <stdlib.h>
#include <string.h>

#include "format.h"

void series_table_release(struct series_table *table)
{
  for (size_t i = 0; i < table->count; i++) {
    free(table->items[i].steps);
    free(table->items[i].times_us);
    free(table->items[i].numbers);
    free(table->items[i].integers);
    free(table->items[i].texts);
    free(table->items[i].parts);
    free(table->items[i].chunks);
  }
  free(table->items);
  free(table->slots);
  *table = (struct series_table){.arena = table->arena};
}

struct epochlog__text text_keep(struct arena *arena, struct epochlog__text text)
{
  struct epochlog__text copy = {"", 0};
  char *bytes;

  if (text.size == 0) return copy;
  bytes = arena_alloc(arena, text.size);
  if (bytes) memcpy(bytes, text.data, text.size);
  copy.data = bytes;
  copy.size = bytes ? text.size : 0;
  return copy;
}

static size_t slot_of(uint32_t id, size_t slot_count)
{
  return (size_t)(id * UINT32_C(2654435761)) & (slot_count - 1);
}

static void place(struct series_table *table, uint32_t id, uint32_t index)
{
  size_t slot = slot_of(id, table->slot_count);

  while (table->slots[slot] != 0) slot = (slot + 1) & (table->slot_count - 1);
  table->slots[slot] = index + 1;
}

static int grow_slots(struct series_table *table)
{
  size_t slot_count = table->slot_count ? table->slot_count * 2 : 64;
  uint32_t *slots = calloc(slot_count, sizeof *slots);

  if (!slots) return -1;
  free(table->slots);
  table->slots = slots;
  table->slot_count = slot_count;
  for (size_t i = 0; i < table->count; i++) place(table, table->items[i].id, (uint32_t)i);
  return 0;
}

struct series *series_find(const struct series_table *table, uint32_t id)
{
  size_t slot;

  if (table->slot_count == 0) return NULL;
  slot = slot_of(id, table->slot_count);
  while (table->slots[slot] != 0) {
    struct series *series = &table->items[table->slots[slot] - 1];

    if (series->id == id) return series;
    slot = (slot + 1) & (table->slot_count - 1);
  }
  return NULL;
}

struct series *series_of(struct series_table *table, uint32_t id, uint8_t type)
{
  struct series *series = series_find(table, id), *items;

  if (series) return series;
  if (table->count * 2 >= table->slot_count && grow_slots(table)) return NULL;
  items = array_grow(table->items, &table->capacity, table->count + 1, sizeof *items);
  if (!items) return NULL;
  table->items = items;
  series = &items[table->count];
  *series = (struct series){
      .id = id, .type = type, .name = {"", 0}, .unit = {"", 0}, .description = {"", 0}};
  place(table, id, (uint32_t)table->count++);
  return series;
}

/* The values of numbers, 8 bytes each, whatever they are. */
static unsigned char *words_of(const struct series *series)
{
  return series->type == FORMAT_VALUE_FLOAT ? (unsigned char *)series->numbers
                                            : (unsigned char *)series->integers;
}

/* Without points there is nothing to keep: room made for another type is none. */
static void retype_empty(struct series *series, uint8_t type)
{
  free(series->numbers);
  free(series->integers);
  free(series->texts);
  series->numbers = NULL;
  series->integers = NULL;
  series->texts = NULL;
  series->type = type;
  series->capacity = 0;
}

/* Points of text and of numbers cannot become each other.  The 64 bits of the log
 * stay; they mean something else from now on. */
static void retype(struct series *series, uint8_t type)
{
  bool was_float = series->type == FORMAT_VALUE_FLOAT, is_float = type == FORMAT_VALUE_FLOAT;
  bool are_numbers = series->type != FORMAT_VALUE_TEXT && type != FORMAT_VALUE_TEXT;

  if (series->type == type) return;
  if (series->count == 0) {
    retype_empty(series, type);
    return;
  }
  if (!are_numbers) return;
  if (was_float != is_float) {
    void *words = malloc(series->capacity * 8);

    if (!words) return;
    memcpy(words, words_of(series), series->count * 8);
    free(series->numbers);
    free(series->integers);
    series->numbers = NULL;
    series->integers = NULL;
    if (is_float)
      series->numbers = words;
    else
      series->integers = words;
  }
  series->type = type;
}

static bool kind_fits(enum series_kind kind, uint8_t type)
{
  if (type == FORMAT_VALUE_TEXT) return false;
  return kind == SERIES_BITS || (kind == SERIES_FLOATS) == (type == FORMAT_VALUE_FLOAT);
}

/* Leaves out the points that are not of `type`; returns how many. */
static size_t keep_of_type(struct series *series, uint8_t type)
{
  unsigned char *words = words_of(series);
  size_t from = 0, to = 0, kept = 0;

  for (size_t i = 0; i < series->part_count; i++) {
    struct series_part part = series->parts[i];

    if (kind_fits(part.kind, type)) {
      memmove(series->steps + to, series->steps + from, part.count * sizeof *series->steps);
      memmove(series->times_us + to, series->times_us + from,
              part.count * sizeof *series->times_us);
      memmove(words + 8 * to, words + 8 * from, 8 * part.count);
      series->parts[kept++] = part;
      to += part.count;
    }
    from += part.count;
  }
  series->part_count = kept;
  series->count = to;
  return from - to;
}

static void settle(struct series_table *table, struct series *series, uint8_t type)
{
  if (series->part_count > 0) table->left_out += keep_of_type(series, type);
  retype(series, type);
}

void series_settle_lost(struct series_table *table)
{
  for (size_t i = 0; i < table->count; i++) {
    struct series *series = &table->items[i];
    uint8_t type = FORMAT_VALUE_FLOAT;

    for (size_t k = 0; k < series->part_count; k++) {
      if (series->parts[k].kind == SERIES_BITS) continue;
      if (series->parts[k].kind == SERIES_INTEGERS) type = FORMAT_VALUE_INTEGER;
      break;
    }
    if (series->part_count > 0) settle(table, series, type);
  }
}

void series_become_text(struct series *series)
{
  if (!series->described && series->count == 0) retype(series, FORMAT_VALUE_TEXT);
}

bool series_takes(const struct series *series, bool integers)
{
  if (series->type == FORMAT_VALUE_TEXT) return false;
  return !series->described || (series->type != FORMAT_VALUE_FLOAT) == integers;
}

void *series_next_value(struct series *series) { return words_of(series) + 8 * series->count; }

int series_took(struct series *series, size_t count, enum series_kind kind)
{
  struct series_part *parts = series->parts, *last;

  if (!series->described) {
    last = series->part_count > 0 ? &parts[series->part_count - 1] : NULL;
    if (last && last->kind == kind) {
      last->count += count;
    } else {
      parts = array_grow(parts, &series->part_capacity, series->part_count + 1, sizeof *parts);
      if (!parts) return -1;
      series->parts = parts;
      parts[series->part_count++] = (struct series_part){count, kind};
    }
  }
  series->count += count;
  return 0;
}

int series_describe(struct series_table *table, const struct series_body *body)
{
  struct series *series = series_of(table, body->id, body->type);

  if (!series) return -1;
  if (series->described) return 0;
  series->described = true;
  settle(table, series, body->type);
  free(series->parts);
  series->parts = NULL;
  series->part_count = series->part_capacity = 0;
  series->goal = body->goal;
  series->name = text_keep(table->arena, body->name);
  series->unit = text_keep(table->arena, body->unit);
  series->description = text_keep(table->arena, body->description);
  return series->name.data && series->unit.data && series->description.data ? 0 : -1;
}

int series_reserve(struct series *series, size_t more)
{
  size_t capacity = series->capacity ? series->capacity : 16, needed;
  void *grown;

  if (more > SIZE_MAX / 64 - series->count) return -1;
  needed = series->count + more;
  if (needed <= series->capacity) return 0;
  while (capacity < needed) capacity *= 2;
  if (!(grown = realloc(series->steps, capacity * sizeof *series->steps))) return -1;
  series->steps = grown;
  if (!(grown = realloc(series->times_us, capacity * sizeof *series->times_us))) return -1;
  series->times_us = grown;
  if (series->type == FORMAT_VALUE_TEXT) {
    if (!(grown = realloc(series->texts, capacity * sizeof *series->texts))) return -1;
    series->texts = grown;
  } else if (series->type == FORMAT_VALUE_FLOAT) {
    if (!(grown = realloc(series->numbers, capacity * sizeof *series->numbers))) return -1;
    series->numbers = grown;
  } else {
    if (!(grown = realloc(series->integers, capacity * sizeof *series->integers))) return -1;
    series->integers = grown;
  }
  series->capacity = capacity;
  return 0;
}

static bool add_place(struct series *series, int64_t step, int64_t time_us)
{
  if (series->count == series->capacity && series_reserve(series, 1)) return false;
  series->steps[series->count] = step;
  series->times_us[series->count] = time_us;
  return true;
}

bool series_add_bits(struct series *series, int64_t step, int64_t time_us, uint64_t bits)
{
  if (series->type == FORMAT_VALUE_TEXT || !add_place(series, step, time_us)) return false;
  memcpy(series_next_value(series), &bits, sizeof bits);
  return series_took(series, 1, SERIES_BITS) == 0;
}

bool series_add_text(struct series *series, int64_t step, int64_t time_us,
                     struct epochlog__text text)
{
  if (series->type != FORMAT_VALUE_TEXT || !add_place(series, step, time_us)) return false;
  series->texts[series->count++] = text;
  return true;
}

/* ---- long series ---- */

int series_keep_chunk(struct series *series, size_t frame, const struct chunk *entry)
{
  struct series_chunk *chunks =
      array_grow(series->chunks, &series->chunk_capacity, series->chunk_count + 1, sizeof *chunks);

  if (!chunks) return -1;
  series->chunks = chunks;
  if (!series->is_long) series->in_chunks += entry->n;
  chunks[series->chunk_count++] = (struct series_chunk){
      .frame = frame,
      .before = series->is_long ? series->count : series->count - series->in_chunks,
      .entry = *entry};
  if (series->is_long) series->in_chunks += entry->n;
  return 0;
}

/* Moves `count` points from `from` to `to`, which is not behind it. */
static void move_points(struct series *series, size_t to, size_t from, size_t count)
{
  unsigned char *words = words_of(series);

  memmove(series->steps + to, series->steps + from, count * sizeof *series->steps);
  memmove(series->times_us + to, series->times_us + from, count * sizeof *series->times_us);
  memmove(words + 8 * to, words + 8 * from, 8 * count);
}

void series_make_long(struct series *series)
{
  size_t from = 0, to = 0;

  for (size_t i = 0; i < series->chunk_count; i++) {
    size_t apart = (size_t)series->chunks[i].before - to;

    move_points(series, to, from, apart);
    to += apart;
    from += apart + series->chunks[i].entry.n;
  }
  move_points(series, to, from, series->count - from);
  series->count = to + series->count - from;
  series->is_long = true;
  if (series->count > 0) return;
  free(series->steps);
  free(series->times_us);
  series->steps = series->times_us = NULL;
  retype_empty(series, series->type);
}

uint64_t series_total(const struct series *series)
{
  return series->count + (series->is_long ? series->in_chunks : 0);
}
