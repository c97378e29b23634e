#ifndef STATS_SCALAR_TABLE_H
#define STATS_SCALAR_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/intervals.h"

/* Named numbers, some of which may be undefined and then say why.
 *
 * NaN: a value that is not finite is stored as undefined, with the reason given
 * or "not a finite number". */

enum { SCALAR_TABLE_MAX = 48 };

/* The reason of a number that nobody gave an interval. */
#define SCALAR_NO_INTERVAL "no interval for this number"

struct scalar {
  const char *name; /* static */
  double value;     /* NaN when undefined */
  bool is_defined;
  const char *reason;       /* NULL when defined; may also hold a note on a defined value */
  struct interval interval; /* 95 %, or why there is none */
};

struct scalar_table {
  struct scalar scalar[SCALAR_TABLE_MAX]; /* in the order of presentation */
  size_t count;
};

/** Adds a number; `reason` may be NULL and is then found if needed. */
void scalar_table_add(struct scalar_table *table, const char *name, double value,
                      const char *reason);

/** Gives the number of that name its interval; where the number is undefined the
 * interval is too, for the same reason.  A name not in the table is ignored. */
void scalar_table_set_interval(struct scalar_table *table, const char *name,
                               struct interval interval);

/** The scalar of that name, or NULL. */
const struct scalar *scalar_table_find(const struct scalar_table *table, const char *name);

/** Its value, or NaN when undefined or missing. */
double scalar_table_value(const struct scalar_table *table, const char *name);

/** Its interval; one with a reason when undefined or missing. */
struct interval scalar_table_interval(const struct scalar_table *table, const char *name);

#endif
