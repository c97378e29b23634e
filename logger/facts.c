#include "facts.h"

#include <stdlib.h>
#include <string.h>

#include "system.h"

#define FIRST_CAPACITY 32

void epochlog__facts_release(struct epochlog__facts *facts)
{
  for (uint32_t i = 0; i < facts->names.count; i++) free(facts->list[i].record);
  free(facts->list);
  epochlog__names_release(&facts->names);
  *facts = (struct epochlog__facts){0};
}

/* The place of a name, made if need be; NULL without memory. */
static struct epochlog__fact *place_of(struct epochlog__facts *facts, enum format_record type,
                                       const char *name, size_t name_size)
{
  uint32_t index = epochlog__names_find(&facts->names, (uint8_t)type, name, name_size);

  if (index != EPOCHLOG__NO_NAME) return &facts->list[index];
  if (facts->names.count == facts->capacity) {
    const uint32_t capacity = facts->capacity == 0 ? FIRST_CAPACITY : facts->capacity * 2;
    struct epochlog__fact *list = epochlog__reallocate(facts->list, capacity * sizeof *list);

    if (list == NULL) return NULL;
    facts->list = list;
    facts->capacity = capacity;
  }
  index = epochlog__names_add(&facts->names, (uint8_t)type, name, name_size);
  if (index == EPOCHLOG__NO_NAME) return NULL;
  facts->list[index] = (struct epochlog__fact){0};
  return &facts->list[index];
}

bool epochlog__facts_set(struct epochlog__facts *facts, enum format_record type, const char *name,
                         size_t name_size, const void *record, size_t size)
{
  uint8_t *copy = epochlog__allocate(size);
  struct epochlog__fact *fact = copy == NULL ? NULL : place_of(facts, type, name, name_size);

  if (fact == NULL) {
    free(copy);
    return false;
  }
  memcpy(copy, record, size);
  free(fact->record);
  *fact = (struct epochlog__fact){.record = copy, .size = size};
  return true;
}

void epochlog__facts_remove(struct epochlog__facts *facts, enum format_record type,
                            const char *name, size_t name_size)
{
  const uint32_t index = epochlog__names_find(&facts->names, (uint8_t)type, name, name_size);

  if (index == EPOCHLOG__NO_NAME) return;
  free(facts->list[index].record);
  facts->list[index] = (struct epochlog__fact){0};
}

const struct epochlog__fact *epochlog__facts_find(const struct epochlog__facts *facts,
                                                  enum format_record type, const char *name,
                                                  size_t name_size)
{
  const uint32_t index = epochlog__names_find(&facts->names, (uint8_t)type, name, name_size);

  return index == EPOCHLOG__NO_NAME || facts->list[index].record == NULL ? NULL
                                                                         : &facts->list[index];
}

void epochlog__facts_inherit(struct epochlog__facts *facts)
{
  for (uint32_t i = 0; i < facts->names.count; i++) facts->list[i].inherited = true;
}

/* A record says of what type it is. */
static uint16_t type_of(const struct epochlog__fact *fact)
{
  return epochlog__get_u16(fact->record + 4);
}

void epochlog__facts_part(struct epochlog__facts *facts, enum format_record type)
{
  for (uint32_t i = 0; i < facts->names.count; i++)
    if (facts->list[i].record != NULL && type_of(&facts->list[i]) == type)
      facts->list[i].inherited = true;
}

void epochlog__facts_carry(const struct epochlog__facts *facts, struct epochlog__buffer *out)
{
  for (uint32_t i = 0; i < facts->names.count; i++) {
    const struct epochlog__fact *fact = &facts->list[i];

    if (fact->record == NULL || fact->inherited || type_of(fact) == FORMAT_RECORD_LOSS ||
        type_of(fact) == FORMAT_RECORD_STATUS)
      continue;
    epochlog__add_bytes(out, fact->record, fact->size);
  }
}

void epochlog__facts_add(const struct epochlog__facts *facts, struct epochlog__buffer *out)
{
  for (uint32_t i = 0; i < facts->names.count; i++)
    if (facts->list[i].record != NULL && !facts->list[i].inherited)
      epochlog__add_bytes(out, facts->list[i].record, facts->list[i].size);
}
