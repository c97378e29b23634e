/* A set of labels, each with the number of its place: 0, 1, 2 ... in the order in
 * which they were added. */
#ifndef EPOCHLOG_IMPORT_LABELS_H
#define EPOCHLOG_IMPORT_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct labels {
  size_t count;
  char **names;     /* owned */
  size_t room;      /* of names */
  int32_t *slots;   /* hash table: place + 1, 0 is free */
  size_t slot_room; /* a power of two, 0 before the first label */
};

/* Place of a label, or -1. */
int32_t labels_find(const struct labels *labels, const char *name);
/* The same, adding it when it is new; -1 when memory is short. */
int32_t labels_add(struct labels *labels, const char *name);
/* Sorts: by value when all are numbers, else byte by byte.  Places change. */
bool labels_sort(struct labels *labels);
/* "'a', 'b', 'c' and 4 more" into `out`. */
void labels_list(const struct labels *labels, char *out, size_t size);
void labels_release(struct labels *labels);

#endif
