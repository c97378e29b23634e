#include "reader/name_map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t hash(const char *name, int kind)
{
  uint64_t h = UINT64_C(1469598103934665603) ^ (uint64_t)kind;

  for (const unsigned char *p = (const unsigned char *)name; *p; p++)
    h = (h ^ *p) * UINT64_C(1099511628211);
  return (size_t)(h ^ h >> 32);
}

static struct name_entry *slot_for(const struct name_map *map, const char *name, int kind)
{
  size_t at = hash(name, kind) & (map->slot_count - 1);

  while (map->slots[at].name &&
         (map->slots[at].kind != kind || strcmp(map->slots[at].name, name) != 0))
    at = (at + 1) & (map->slot_count - 1);
  return &map->slots[at];
}

size_t name_map_get(const struct name_map *map, const char *name, int kind)
{
  const struct name_entry *slot;

  if (map->slot_count == 0) return NAME_MAP_NONE;
  slot = slot_for(map, name, kind);
  return slot->name ? slot->value : NAME_MAP_NONE;
}

int name_map_put(struct name_map *map, const char *name, int kind, size_t value)
{
  if (map->count * 2 >= map->slot_count) {
    struct name_map bigger = {.slot_count = map->slot_count ? map->slot_count * 2 : 64};

    bigger.slots = calloc(bigger.slot_count, sizeof *bigger.slots);
    if (!bigger.slots) return -1;
    for (size_t i = 0; i < map->slot_count; i++)
      if (map->slots[i].name)
        *slot_for(&bigger, map->slots[i].name, map->slots[i].kind) = map->slots[i];
    bigger.count = map->count;
    free(map->slots);
    *map = bigger;
  }
  *slot_for(map, name, kind) = (struct name_entry){name, kind, value};
  map->count++;
  return 0;
}

void name_map_release(struct name_map *map)
{
  free(map->slots);
  *map = (struct name_map){0};
}
