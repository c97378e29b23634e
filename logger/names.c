#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "system.h"

#define FIRST_SLOTS 64

void epochlog__names_release(struct epochlog__names *names)
{
  for (uint32_t i = 0; i < names->count; i++) free(names->names[i].text);
  free(names->names);
  free(names->slots);
  *names = (struct epochlog__names){0};
}

/* Eight bytes at a time; good enough for names that nobody chooses to collide,
 * and a look-up stays correct when they do. */
static uint64_t hash_of(uint8_t space, const char *text, size_t size)
{
  uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)space << 56 ^ size;

  for (; size >= 8; text += 8, size -= 8) {
    uint64_t word;

    memcpy(&word, text, 8);
    hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
    hash ^= hash >> 32;
  }
  if (size != 0) {
    uint64_t word = 0;

    memcpy(&word, text, size);
    hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
    hash ^= hash >> 32;
  }
  return hash;
}

uint32_t epochlog__names_find(const struct epochlog__names *names, uint8_t space, const char *text,
                              size_t size)
{
  const uint64_t hash = hash_of(space, text, size);

  if (names->slot_count == 0) return EPOCHLOG__NO_NAME;
  for (uint32_t at = (uint32_t)hash & (names->slot_count - 1);;
       at = (at + 1) & (names->slot_count - 1)) {
    const struct epochlog__name *name;

    if (names->slots[at] == 0) return EPOCHLOG__NO_NAME;
    name = &names->names[names->slots[at] - 1];
    if (name->hash == hash && name->size == size && name->space == space &&
        memcmp(name->text, text, size) == 0)
      return names->slots[at] - 1;
  }
}

static void enter(struct epochlog__names *names, uint32_t number)
{
  uint32_t at = (uint32_t)names->names[number].hash & (names->slot_count - 1);

  while (names->slots[at] != 0) at = (at + 1) & (names->slot_count - 1);
  names->slots[at] = number + 1;
}

/* Room for one more name in the list and in the slots. */
static int make_room(struct epochlog__names *names)
{
  if (names->count == names->capacity) {
    const uint32_t capacity = names->capacity == 0 ? FIRST_SLOTS / 2 : names->capacity * 2;
    struct epochlog__name *list =
        epochlog__reallocate(names->names, capacity * sizeof *names->names);

    if (list == NULL) return 0;
    names->names = list;
    names->capacity = capacity;
  }
  if ((names->count + 1) * 2 > names->slot_count) {
    const uint32_t slot_count = names->slot_count == 0 ? FIRST_SLOTS : names->slot_count * 2;
    uint32_t *slots = epochlog__allocate_zeroed(slot_count * sizeof *slots);

    if (slots == NULL) return 0;
    free(names->slots);
    names->slots = slots;
    names->slot_count = slot_count;
    for (uint32_t i = 0; i < names->count; i++)
      if (!names->names[i].is_renewed) enter(names, i);
  }
  return 1;
}

/* The name is not looked up, or not found. */
static uint32_t add(struct epochlog__names *names, const struct epochlog__name *name)
{
  char *copy;

  if (names->count >= (UINT32_C(1) << 30) || !make_room(names)) return EPOCHLOG__NO_NAME;
  copy = epochlog__allocate(name->size + 1);
  if (copy == NULL) return EPOCHLOG__NO_NAME;
  memcpy(copy, name->text, name->size);
  copy[name->size] = '\0';
  names->names[names->count] = *name;
  names->names[names->count].text = copy;
  return names->count++;
}

uint32_t epochlog__names_add(struct epochlog__names *names, uint8_t space, const char *text,
                             size_t size)
{
  const struct epochlog__name name = {.hash = hash_of(space, text, size),
                                      .text = (char *)(uintptr_t)text,
                                      .size = (uint32_t)size,
                                      .space = space};
  const uint32_t number = add(names, &name);

  if (number != EPOCHLOG__NO_NAME) enter(names, number);
  return number;
}

uint32_t epochlog__names_renew(struct epochlog__names *names, uint32_t number)
{
  const struct epochlog__name name = names->names[number];
  const uint32_t renewed = add(names, &name);
  uint32_t at;

  if (renewed == EPOCHLOG__NO_NAME) return renewed;
  names->names[number].is_renewed = 1;
  at = (uint32_t)name.hash & (names->slot_count - 1);
  while (names->slots[at] != number + 1) at = (at + 1) & (names->slot_count - 1);
  names->slots[at] = renewed + 1;
  return renewed;
}
