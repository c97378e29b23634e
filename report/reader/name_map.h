/* Names to numbers: an open-addressing table of strings that stay the caller's.
 * A kind keeps apart equal names of different things.
 */
#ifndef EPOCHLOG_READER_NAME_MAP_H
#define EPOCHLOG_READER_NAME_MAP_H

#include <stddef.h>

struct name_entry {
  const char *name;
  int kind;
  size_t value;
};

/* Zero-initialise. */
struct name_map {
  struct name_entry *slots;
  size_t slot_count;
  size_t count;
};

#define NAME_MAP_NONE ((size_t)-1)

/* The value of a name, NAME_MAP_NONE when it is not there. */
size_t name_map_get(const struct name_map *map, const char *name, int kind);
/* Adds a name that is not there.  0, or -1 when memory is short. */
int name_map_put(struct name_map *map, const char *name, int kind, size_t value);
void name_map_release(struct name_map *map);

#endif
