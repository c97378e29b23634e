/* The series of a recovered log as the writer's encoder wants them: an array by
 * id, each with the body of its SERIES record.
 *
 * Ids come from a file that cannot be trusted, and an array by id must not be as
 * long as one of them says.  Writers count ids from 1 up, so one far beyond the
 * number of series is damage; points of such a series that are in blocks are
 * copied with their block, only its totals and its live points are left out.
 */
#ifndef EPOCHLOG_RECOVER_DICTIONARY_H
#define EPOCHLOG_RECOVER_DICTIONARY_H

#include <stdbool.h>
#include <stdint.h>

#include "chunk.h"
#include "reader/contents.h"
#include "series.h"

#define DICTIONARY_MAX UINT32_C(262144)

struct dictionary {
  uint32_t count; /* greatest id */
  struct epochlog__series *items;
  const struct epochlog__series **by_id; /* [count] */
};

/* 0, or -1 when memory is short. */
int dictionary_init(struct dictionary *dictionary, const struct series_table *table);
void dictionary_release(struct dictionary *dictionary);

/* Whether points of `id` can be put into a block: described or not, it is there. */
bool dictionary_has(const struct dictionary *dictionary, uint32_t id);

/* Totals of all series, [count], allocated; NULL when memory is short. */
struct epochlog__stats *dictionary_totals(const struct dictionary *dictionary,
                                          const struct series_table *table);

#endif
