/* What a disk may hold after the power went, for a run that is being logged.
 *
 * A model watches the seam of the logger (fault.h) and keeps for every file that is
 * made through it what is durable: its content at the beginning of its last good
 * datasync, and its name since the last good sync of the folder.  What was changed
 * since is a list of changes, found by comparing the file with what it was a moment
 * ago, so that stores through a mapping are seen like writes:
 *
 *     durable | change | change | change        content now = all of them applied
 *                op 7     op 7     op 8
 *
 * A change is one sector with its new bytes, a new size, or a name; all that one call
 * did have one op.  A crash may keep any of them: disk_cut.h makes such states.
 *
 * A datasync that fails dooms what it should have made durable: as on Linux, a later
 * one that goes well says nothing about those pages unless they are written again.
 *
 * One model at a time.  Threads may log; the model has a lock.
 */
#ifndef TESTS_DISK_MODEL_H
#define TESTS_DISK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define DISK_SECTOR 512u
#define DISK_PAGE 4096u
#define DISK_FILES_MAX 16
#define DISK_NAME_MAX 64

struct disk_file {
  char name[DISK_NAME_MAX];
  dev_t device;
  ino_t inode;
  int fd;        /* the model's own */
  bool is_named; /* durably */
  uint8_t *durable;
  uint8_t *now; /* as it was last seen; zeros from size_now to capacity */
  size_t durable_size;
  size_t size_now;
  size_t capacity; /* of both, a multiple of a page */
};

enum disk_change_kind { DISK_CHANGE_BYTES, DISK_CHANGE_SIZE, DISK_CHANGE_NAME };

struct disk_change {
  enum disk_change_kind kind;
  bool is_doomed;
  bool is_named; /* NAME: there from now on, or not */
  unsigned file;
  unsigned op;
  size_t at; /* BYTES: where the sector begins; SIZE: the new size */
  uint8_t bytes[DISK_SECTOR];
};

struct disk_model {
  struct disk_file files[DISK_FILES_MAX];
  unsigned file_count;
  struct disk_change *changes; /* in order of op */
  size_t change_count;
  size_t change_capacity;
  unsigned op; /* the last one given */
  uint64_t calls;
  const char *problem; /* of the model itself, NULL: none */
};

/* Called with the model's lock held at every moment at which the power may go: before
 * each call of the seam, and at disk_point.  `acknowledged` is what the test had told
 * before that moment. */
typedef void disk_moment(void *context, const struct disk_model *model, uint64_t acknowledged);

/* From now on the seam is watched. */
void disk_start(disk_moment *moment, void *context);
/* What the program was promised, as a number that only grows. */
void disk_acknowledge(uint64_t count);
/* One more moment. */
void disk_point(void);
/* How many datasyncs have begun on files of the model. */
uint64_t disk_syncs_begun(void);
/* How many calls of the seam there were; waits for the one that is being looked at. */
uint64_t disk_calls(void);
/* Frees all; a problem of the model itself or NULL. */
const char *disk_stop(void);

#endif
