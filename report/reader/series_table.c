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

void series_retype(struct series *series, uint8_t type)
{
  bool was_float = series->type == FORMAT_VALUE_FLOAT, is_float = type == FORMAT_VALUE_FLOAT;
  bool are_numbers = series->type != FORMAT_VALUE_TEXT && type != FORMAT_VALUE_TEXT;

  if (series->type == type) return;
  if (series->count == 0) {
    /* Room made for values of another type is none for these. */
    series->type = type;
    series->capacity = 0;
    return;
  }
  if (!are_numbers) return;
  if (was_float != is_float) {
    void *words = malloc(series->capacity * 8);

    if (!words) return;
    /* The 64 bits of the log stay; they mean something else from now on. */
    for (size_t i = 0; i < series->count; i++) {
      if (is_float) ((double *)words)[i] = epochlog__of_bits((uint64_t)series->integers[i]);
      else ((int64_t *)words)[i] = (int64_t)epochlog__bits_of(series->numbers[i]);
    }
    free(series->numbers);
    free(series->integers);
    series->numbers = is_float ? words : NULL;
    series->integers = is_float ? NULL : words;
  }
  series->type = type;
}

int series_describe(struct series_table *table, const struct series_body *body)
{
  struct series *series = series_of(table, body->id, body->type);

  if (!series) return -1;
  if (series->described) return 0;
  series->described = true;
  series_retype(series, body->type);
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
  if (series->type == FORMAT_VALUE_FLOAT)
    memcpy(&series->numbers[series->count], &bits, sizeof bits);
  else
    memcpy(&series->integers[series->count], &bits, sizeof bits);
  series->count++;
  return true;
}

bool series_add_text(struct series *series, int64_t step, int64_t time_us,
                     struct epochlog__text text)
{
  if (series->type != FORMAT_VALUE_TEXT || !add_place(series, step, time_us)) return false;
  series->texts[series->count++] = text;
  return true;
}
