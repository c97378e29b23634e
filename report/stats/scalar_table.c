#include "stats/scalar_table.h"

#include <math.h>
#include <string.h>

void scalar_table_add(struct scalar_table *table, const char *name, double value,
                      const char *reason)
{
  struct scalar *scalar;

  if (table->count == SCALAR_TABLE_MAX) return;
  scalar = &table->scalar[table->count++];
  scalar->name = name;
  scalar->is_defined = isfinite(value);
  scalar->value = scalar->is_defined ? value : (double)NAN;
  scalar->reason = scalar->is_defined || reason ? reason : "not a finite number";
  scalar->interval = interval_none(scalar->is_defined ? SCALAR_NO_INTERVAL : scalar->reason);
}

void scalar_table_set_interval(struct scalar_table *table, const char *name,
                               struct interval interval)
{
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(table->scalar[i].name, name) == 0 && table->scalar[i].is_defined)
      table->scalar[i].interval = interval;
}

const struct scalar *scalar_table_find(const struct scalar_table *table, const char *name)
{
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(table->scalar[i].name, name) == 0) return &table->scalar[i];
  return NULL;
}

double scalar_table_value(const struct scalar_table *table, const char *name)
{
  const struct scalar *scalar = scalar_table_find(table, name);

  return scalar ? scalar->value : (double)NAN;
}

struct interval scalar_table_interval(const struct scalar_table *table, const char *name)
{
  const struct scalar *scalar = scalar_table_find(table, name);

  return scalar ? scalar->interval : interval_none("no such number");
}
