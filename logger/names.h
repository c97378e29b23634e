/* Names to small numbers: 0, 1, 2 ... in the order they were added.
 *
 * A name belongs to a space (0..255), so that a metric and an image may share
 * one.  Nothing is removed.  Not thread-safe; the run's lock is held.
 */
#ifndef EPOCHLOG_NAMES_H
#define EPOCHLOG_NAMES_H

#include <stddef.h>
#include <stdint.h>

#define EPOCHLOG__NO_NAME UINT32_MAX

struct epochlog__name {
  uint64_t hash;
  char *text; /* terminated */
  uint32_t size;
  uint8_t space;
  uint8_t is_renewed; /* a later number has the name */
};

struct epochlog__names {
  struct epochlog__name *names;
  uint32_t count;
  uint32_t capacity;
  uint32_t *slots; /* number + 1, 0: empty; a power of two, at most half full */
  uint32_t slot_count;
};

/* {0} is an empty one. */
void epochlog__names_release(struct epochlog__names *names);

/* The number of a name, or EPOCHLOG__NO_NAME. */
uint32_t epochlog__names_find(const struct epochlog__names *names, uint8_t space, const char *text,
                              size_t size);

/* Adds a name that is not there; EPOCHLOG__NO_NAME without memory. */
uint32_t epochlog__names_add(struct epochlog__names *names, uint8_t space, const char *text,
                             size_t size);

/* Adds the name of `number` again: look-ups give the new number, which is returned.
 * EPOCHLOG__NO_NAME without memory, and nothing is changed. */
uint32_t epochlog__names_renew(struct epochlog__names *names, uint32_t number);

#endif
