/* The states a disk may be in after the power went at one moment, each written into a
 * folder for a reader to look at.
 *
 * Of the changes that are not durable (disk_model.h) a state keeps
 *
 *     none, or the first of them in order, one op after the other;
 *     the last op in part: its first sectors, or its last ones;
 *     any subset, where there are few;
 *     for every sector or every page of 4 KiB what it was at one time or another,
 *     drawn at random, a sector also torn between two times, and with that
 *     any size the file had: data may be lost where the size was kept (zeros);
 *
 * and of the names that are not durable any, in all ways where they are few.  What
 * was seen before with the same promises is not looked at again.
 *
 *     struct disk_cutter cutter;
 *
 *     disk_cutter_open(&cutter, &options);
 *     disk_start(disk_cut, &cutter);
 *     ... the run ...
 *     disk_stop();
 *     disk_cutter_close(&cutter);
 */
#ifndef TESTS_DISK_CUT_H
#define TESTS_DISK_CUT_H

#include <stdbool.h>
#include <stdint.h>

#include "disk_model.h"

/* One state. */
struct disk_cut {
  const char *folder;
  uint64_t acknowledged;
  bool is_orderly; /* whole ops in order: nothing is torn or lost in between */
};

/* NULL, or what is wrong with it. */
typedef const char *disk_verdict(void *context, const struct disk_cut *cut);

struct disk_cutter_options {
  const char *name;
  uint64_t seed;
  unsigned random_count; /* random states at each moment */
  disk_verdict *verdict;
  void *context;
};

struct disk_cutter {
  struct disk_cutter_options options;
  char scratch[512];
  char folder[600];
  uint64_t random;
  uint64_t moments;
  uint64_t states; /* that differ */
  uint64_t failures;
  uint64_t *seen; /* open hash */
  size_t seen_count;
  size_t seen_capacity;
  uint8_t *image[DISK_FILES_MAX];
  size_t image_capacity[DISK_FILES_MAX];
  size_t image_size[DISK_FILES_MAX];
  uint64_t hash[DISK_FILES_MAX];
  bool is_named[DISK_FILES_MAX];
  uint64_t written[DISK_FILES_MAX]; /* hash of what the folder has, 0: not there */
  uint8_t *is_torn;                 /* scratch of one state */
};

bool disk_cutter_open(struct disk_cutter *cutter, const struct disk_cutter_options *options);
/* Removes the scratch folder, but for states that failed. */
void disk_cutter_close(struct disk_cutter *cutter);

/* A disk_moment; its context is a cutter. */
void disk_cut(void *cutter, const struct disk_model *model, uint64_t acknowledged);

#endif
