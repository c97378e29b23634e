#ifndef STATS_SCALAR_TABLE_H
#define STATS_SCALAR_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Named numbers, some of which may be undefined and then say why.
 *
 * NaN: a value that is not finite is stored as undefined, with the reason given
 * or "not a finite number". */

enum { SCALAR_TABLE_MAX = 48 };

struct scalar {
  const char *name; /* static */
  double value;     /* NaN when undefined */
  bool is_defined;
  const char *reason; /* NULL when defined; may also hold a note on a defined value */
};

struct scalar_table {
  struct scalar scalar[SCALAR_TABLE_MAX]; /* in the order of presentation */
  size_t count;
};

/** Adds a number; `reason` may be NULL and is then found if needed. */
void scalar_table_add(struct scalar_table *table, const char *name, double value,
                      const char *reason);

/** The scalar of that name, or NULL. */
const struct scalar *scalar_table_find(const struct scalar_table *table, const char *name);

/** Its value, or NaN when undefined or missing. */
double scalar_table_value(const struct scalar_table *table, const char *name);

#endif
