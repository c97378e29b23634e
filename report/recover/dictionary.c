#include "recover/dictionary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

static bool is_kept(const struct series *series)
{
  return series->id >= 1 && series->id <= DICTIONARY_MAX;
}

/* The body of a SERIES record.  One whose description is lost gets the name that a
 * reader shows for it. */
static int make_body(struct epochlog__series *out, const struct series *series)
{
  struct epochlog__buffer body;
  char name[32];

  epochlog__buffer_init(&body, FORMAT_STORED_MAX);
  epochlog__add_u32(&body, series->id);
  epochlog__add_u8(&body, FORMAT_SERIES_SCALAR);
  epochlog__add_u8(&body, series->type);
  epochlog__add_u8(&body, series->goal);
  epochlog__add_u8(&body, 0);
  snprintf(name, sizeof name, "series %" PRIu32, series->id);
  if (series->described)
    epochlog__add_str(&body, series->name.data, series->name.size);
  else
    epochlog__add_str(&body, name, strlen(name));
  epochlog__add_str(&body, series->unit.data, series->unit.size);
  epochlog__add_str(&body, series->description.data, series->description.size);
  if (body.failed) {
    epochlog__buffer_release(&body);
    return -1;
  }
  *out = (struct epochlog__series){
      .id = series->id,
      .kind = series->type == FORMAT_VALUE_TEXT ? EPOCHLOG__TEXT : EPOCHLOG__SCALAR,
      .type = series->type,
      .body = body.data,
      .body_size = (uint32_t)body.size};
  return 0;
}

int dictionary_init(struct dictionary *dictionary, const struct series_table *table)
{
  uint32_t count = 0;

  *dictionary = (struct dictionary){0};
  for (size_t i = 0; i < table->count; i++)
    if (is_kept(&table->items[i]) && table->items[i].id > count) count = table->items[i].id;
  dictionary->items = calloc((size_t)count + 1, sizeof *dictionary->items);
  dictionary->by_id = calloc((size_t)count + 1, sizeof *dictionary->by_id);
  if (!dictionary->items || !dictionary->by_id) {
    dictionary_release(dictionary);
    return -1;
  }
  dictionary->count = count;
  for (uint32_t i = 0; i < count; i++) dictionary->by_id[i] = &dictionary->items[i];
  for (size_t i = 0; i < table->count; i++)
    if (is_kept(&table->items[i]) &&
        make_body(&dictionary->items[table->items[i].id - 1], &table->items[i])) {
      dictionary_release(dictionary);
      return -1;
    }
  return 0;
}

void dictionary_release(struct dictionary *dictionary)
{
  for (uint32_t i = 0; i < dictionary->count; i++) free(dictionary->items[i].body);
  free(dictionary->items);
  free(dictionary->by_id);
  *dictionary = (struct dictionary){0};
}

bool dictionary_has(const struct dictionary *dictionary, uint32_t id)
{
  return id >= 1 && id <= dictionary->count && dictionary->items[id - 1].body != NULL;
}

struct epochlog__stats *dictionary_totals(const struct dictionary *dictionary,
                                          const struct series_table *table)
{
  struct epochlog__stats *totals = malloc(((size_t)dictionary->count + 1) * sizeof *totals);

  if (!totals) return NULL;
  for (uint32_t i = 0; i < dictionary->count; i++) epochlog__stats_init(&totals[i]);
  for (size_t i = 0; i < table->count; i++) {
    const struct series *series = &table->items[i];
    struct epochlog__stats *stats;

    if (!is_kept(series)) continue;
    stats = &totals[series->id - 1];
    for (size_t k = 0; k < series->count; k++) {
      int64_t step = series->steps[k], time_us = series->times_us[k];

      if (series->type == FORMAT_VALUE_TEXT)
        epochlog__stats_add_text(stats, step, time_us);
      else if (series->type == FORMAT_VALUE_FLOAT)
        epochlog__stats_add_float(stats, step, time_us, epochlog__bits_of(series->numbers[k]));
      else
        epochlog__stats_add_integer(stats, step, time_us, (uint64_t)series->integers[k]);
    }
  }
  return totals;
}
