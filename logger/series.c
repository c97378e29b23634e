#include "series.h"

#include <stdlib.h>
#include <string.h>

#include "system.h"

#define FIRST_CAPACITY 32

void epochlog__dictionary_release(struct epochlog__dictionary *dictionary)
{
  for (uint32_t i = 0; i < dictionary->names.count; i++) {
    free(dictionary->series[i]->body);
    free(dictionary->series[i]);
  }
  free(dictionary->series);
  free(dictionary->counters);
  epochlog__names_release(&dictionary->names);
  *dictionary = (struct epochlog__dictionary){0};
}

static uint8_t space_of(enum epochlog__kind kind) { return kind == EPOCHLOG__IMAGE ? 1 : 0; }

struct epochlog__series *epochlog__series_find(const struct epochlog__dictionary *dictionary,
                                               enum epochlog__kind kind, const char *name,
                                               size_t size)
{
  const uint32_t index = epochlog__names_find(&dictionary->names, space_of(kind), name, size);

  return index == EPOCHLOG__NO_NAME ? NULL : dictionary->series[index];
}

/* The body of the SERIES record, which never changes. */
static bool make_body(struct epochlog__series *series, const char *name, size_t size,
                      const struct epochlog__definition *definition)
{
  struct epochlog__buffer body;
  const char *unit = definition->unit == NULL ? "" : definition->unit;
  const char *description = definition->description == NULL ? "" : definition->description;

  epochlog__buffer_init(&body, FORMAT_STR_MAX);
  epochlog__add_u32(&body, series->id);
  epochlog__add_u8(&body, FORMAT_SERIES_SCALAR);
  epochlog__add_u8(&body, series->type);
  epochlog__add_u8(&body, (uint8_t)definition->goal);
  epochlog__add_u8(&body, 0);
  epochlog__add_str(&body, name, size);
  epochlog__add_str(&body, unit, strlen(unit));
  epochlog__add_str(&body, description, strlen(description));
  if (body.failed) {
    epochlog__buffer_release(&body);
    return false;
  }
  series->body = body.data;
  series->body_size = (uint32_t)body.size;
  return true;
}

static bool make_room(struct epochlog__dictionary *dictionary)
{
  const uint32_t capacity = dictionary->capacity == 0 ? FIRST_CAPACITY : dictionary->capacity * 2;
  struct epochlog__series **series;
  struct epochlog__counter *counters;

  if (dictionary->names.count < dictionary->capacity) return true;
  series = epochlog__reallocate(dictionary->series, capacity * sizeof(struct epochlog__series *));
  if (series == NULL) return false;
  dictionary->series = series;
  counters = epochlog__reallocate(dictionary->counters, capacity * sizeof *counters);
  if (counters == NULL) return false;
  dictionary->counters = counters;
  dictionary->capacity = capacity;
  return true;
}

static void free_series(struct epochlog__series *series)
{
  free(series->body);
  free(series);
}

/* A series with the next number, which is not entered yet. */
static struct epochlog__series *make_series(const struct epochlog__dictionary *dictionary,
                                            const char *name, size_t size,
                                            const struct epochlog__definition *definition)
{
  struct epochlog__series *series = epochlog__allocate_zeroed(sizeof *series);

  if (series == NULL) return NULL;
  series->id = dictionary->names.count + 1;
  series->kind = (uint8_t)definition->kind;
  series->type = (uint8_t)definition->type;
  if (definition->kind > EPOCHLOG__TEXT || make_body(series, name, size, definition)) return series;
  free_series(series);
  return NULL;
}

struct epochlog__series *epochlog__series_add(struct epochlog__dictionary *dictionary,
                                              const char *name, size_t size,
                                              const struct epochlog__definition *definition)
{
  struct epochlog__series *series;
  uint32_t index;

  if (!make_room(dictionary)) return NULL;
  series = make_series(dictionary, name, size, definition);
  if (series == NULL) return NULL;
  index = epochlog__names_add(&dictionary->names, space_of(definition->kind), name, size);
  if (index == EPOCHLOG__NO_NAME) {
    free_series(series);
    return NULL;
  }
  dictionary->series[index] = series;
  dictionary->counters[index] = (struct epochlog__counter){
      .is_number = definition->kind == EPOCHLOG__SCALAR, .type = series->type};
  return series;
}

/* A text of a body, terminated: behind it stands the length of the next one, or nothing. */
static char *copy_text(struct epochlog__bytes *body)
{
  const struct epochlog__text text = epochlog__take_str(body);
  char *copy = epochlog__allocate(text.size + 1);

  if (copy == NULL) return NULL;
  if (text.size != 0) memcpy(copy, text.data, text.size);
  copy[text.size] = '\0';
  return copy;
}

struct epochlog__series *epochlog__series_widen(struct epochlog__dictionary *dictionary,
                                                const struct epochlog__series *narrow)
{
  const struct epochlog__name *name = &dictionary->names.names[narrow->id - 1];
  struct epochlog__bytes body = epochlog__bytes_of(narrow->body, narrow->body_size);
  struct epochlog__definition definition = {.kind = EPOCHLOG__SCALAR, .type = FORMAT_VALUE_FLOAT};
  struct epochlog__series *series = NULL;
  char *unit, *description;
  uint32_t index = EPOCHLOG__NO_NAME;

  epochlog__take_u32(&body); /* id; then kind, type, goal, reserved */
  definition.goal = (int)(epochlog__take_u32(&body) >> 16 & 0xFF);
  epochlog__take_str(&body); /* name */
  definition.unit = unit = copy_text(&body);
  definition.description = description = copy_text(&body);
  if (unit != NULL && description != NULL && make_room(dictionary))
    series = make_series(dictionary, name->text, name->size, &definition);
  free(unit);
  free(description);
  if (series == NULL) return NULL;
  index = epochlog__names_renew(&dictionary->names, narrow->id - 1);
  if (index == EPOCHLOG__NO_NAME) {
    free_series(series);
    return NULL;
  }
  dictionary->series[index] = series;
  dictionary->counters[index] = dictionary->counters[narrow->id - 1];
  dictionary->counters[index].type = series->type;
  dictionary->counters[index].is_announced = false;
  return series;
}
