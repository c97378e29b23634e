#include "metric.h"

#include <string.h>

#include "notes.h"

static const char *kind_text(uint8_t kind)
{
  static const char *const words[] = {"a number", "a text",  "a list",
                                      "a row",    "a table", "an image"};

  return words[kind];
}

/* The series of a clean name, made if it is new.  NULL: of another kind, or no
 * memory; told. */
static struct epochlog__series *find_or_add(struct epochlog_run *run, const char *name, size_t size,
                                            const struct epochlog__wish *wish)
{
  struct epochlog__series *series =
      epochlog__series_find(&run->dictionary, wish->definition.kind, name, size);

  if (series == NULL) {
    series = epochlog__series_add(&run->dictionary, name, size, &wish->definition);
    /* They moved, or are one more. */
    run->hot->counters = run->dictionary.counters;
    run->hot->counter_count = run->dictionary.names.count;
    if (series == NULL)
      epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "metric '%.*s'", size > 200 ? 200 : (int)size,
                         name);
    return series;
  }
  if (series->kind == wish->definition.kind) return series;
  epochlog__run_fail(run, EPOCHLOG_KIND, 0, "metric '%.*s' is %s, not %s",
                     size > 200 ? 200 : (int)size, name, kind_text(series->kind),
                     kind_text((uint8_t)wish->definition.kind));
  return NULL;
}

/* The usual case, a known name that needs no cleaning, is one look-up. */
struct epochlog__series *epochlog__series_named(struct epochlog_run *run,
                                                const struct epochlog__wish *wish,
                                                epochlog_status *status)
{
  struct epochlog__series *series = NULL;
  struct epochlog__buffer name;
  size_t size;

  *status = EPOCHLOG_OK;
  if (wish->name != NULL) {
    size = strlen(wish->name);
    series = epochlog__series_find(&run->dictionary, wish->definition.kind, wish->name, size);
    if (series != NULL && series->kind == wish->definition.kind) return series;
  }
  *status = epochlog__clean_name(run, &name, wish->name, "metric");
  if (*status == EPOCHLOG_OK) {
    series = find_or_add(run, (const char *)name.data, name.size, wish);
    if (series == NULL)
      *status = epochlog__series_find(&run->dictionary, wish->definition.kind,
                                      (const char *)name.data, name.size) == NULL
                    ? EPOCHLOG_NO_MEMORY
                    : EPOCHLOG_KIND;
  }
  epochlog__buffer_release(&name);
  return series;
}
