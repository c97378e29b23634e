#include "import/labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/parse_number.h"

/* FNV-1a: labels are short. */
static uint64_t hash(const char *name)
{
  uint64_t value = 0xcbf29ce484222325u;

  for (; *name; name++) value = (value ^ (unsigned char)*name) * 0x100000001b3u;
  return value;
}

/* The slot of a label, or the free one where it belongs. */
static size_t slot_of(const struct labels *labels, const char *name)
{
  const size_t mask = labels->slot_room - 1;
  size_t slot = (size_t)hash(name) & mask;

  while (labels->slots[slot] && strcmp(labels->names[labels->slots[slot] - 1], name) != 0)
    slot = (slot + 1) & mask;
  return slot;
}

int32_t labels_find(const struct labels *labels, const char *name)
{
  return labels->slot_room ? labels->slots[slot_of(labels, name)] - 1 : -1;
}

/* Makes the table anew from the names. */
static bool index_names(struct labels *labels, size_t slot_room)
{
  int32_t *slots = calloc(slot_room, sizeof *slots);

  if (!slots) return false;
  free(labels->slots);
  labels->slots = slots;
  labels->slot_room = slot_room;
  for (size_t i = 0; i < labels->count; i++)
    slots[slot_of(labels, labels->names[i])] = (int32_t)i + 1;
  return true;
}

int32_t labels_add(struct labels *labels, const char *name)
{
  const int32_t found = labels_find(labels, name);
  char *copy;

  if (found >= 0) return found;
  /* At most half full; places are 32-bit numbers. */
  if (labels->count >= INT32_MAX / 4) return -1;
  if (2 * (labels->count + 1) > labels->slot_room &&
      !index_names(labels, labels->slot_room ? 2 * labels->slot_room : 16))
    return -1;
  if (labels->count == labels->room) {
    const size_t room = labels->room ? 2 * labels->room : 16;
    char **names = realloc(labels->names, room * sizeof *names);

    if (!names) return -1;
    labels->names = names;
    labels->room = room;
  }
  copy = strdup(name);
  if (!copy) return -1;
  labels->slots[slot_of(labels, name)] = (int32_t)labels->count + 1;
  labels->names[labels->count] = copy;
  return (int32_t)labels->count++;
}

static int by_value(const void *a, const void *b)
{
  const char *left = *(char *const *)a, *right = *(char *const *)b;
  double x = 0.0, y = 0.0;

  parse_number(left, strlen(left), &x);
  parse_number(right, strlen(right), &y);
  if (x < y || x > y) return x < y ? -1 : 1;
  return strcmp(left, right);
}

static int by_bytes(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

bool labels_sort(struct labels *labels)
{
  bool numbers = true;

  if (labels->count == 0) return true;
  for (size_t i = 0; i < labels->count && numbers; i++) {
    double value;

    numbers = parse_number(labels->names[i], strlen(labels->names[i]), &value) == PARSE_OK;
  }
  qsort(labels->names, labels->count, sizeof *labels->names, numbers ? by_value : by_bytes);
  return index_names(labels, labels->slot_room);
}

void labels_list(const struct labels *labels, char *out, size_t size)
{
  enum { SHOWN = 5 };
  size_t used = 0;

  out[0] = '\0';
  for (size_t i = 0; i < labels->count && i < SHOWN && used < size; i++)
    used += (size_t)snprintf(out + used, size - used, "%s'%.30s'",
                             i == 0                   ? ""
                             : i + 1 == labels->count ? " and "
                                                      : ", ",
                             labels->names[i]);
  if (labels->count > SHOWN && used < size)
    snprintf(out + used, size - used, " and %zu more", labels->count - SHOWN);
}

void labels_release(struct labels *labels)
{
  for (size_t i = 0; i < labels->count; i++) free(labels->names[i]);
  free(labels->names);
  free(labels->slots);
  *labels = (struct labels){0};
}
