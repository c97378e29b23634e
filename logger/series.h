/* The dictionary: what each name is, the number it has, and where its steps are.
 *
 * Scalars, texts, lists, rows and tables share one space of names, so that a name
 * used again for another kind is noticed; images have one of their own, for
 * their counted steps.  A series is never moved or freed before the run ends:
 * the block encoder keeps pointers to series while the lock is not held, and
 * reads only what never changes (`id`, `type`, `body`).  Its counter moves when the
 * dictionary grows.
 */
#ifndef EPOCHLOG_SERIES_H
#define EPOCHLOG_SERIES_H

#include <stdbool.h>

#include "frame.h"
#include "names.h"

enum epochlog__kind {
  EPOCHLOG__SCALAR, /* a number: float, integer or bool */
  EPOCHLOG__TEXT,
  EPOCHLOG__LIST,
  EPOCHLOG__ROW,
  EPOCHLOG__TABLE,
  EPOCHLOG__IMAGE
};

struct epochlog__series {
  uint32_t id; /* 1.. */
  uint8_t kind;
  uint8_t type;  /* enum format_value */
  uint8_t *body; /* of its SERIES record; NULL for what has no points */
  uint32_t body_size;
};

/* What every point of a series needs and changes, kept together for the caches. */
struct epochlog__counter {
  int64_t last_step;
  bool has_step;
  bool is_announced; /* its SERIES record is in this log */
  bool is_number;    /* of kind scalar */
  uint8_t type;      /* enum format_value */
};

struct epochlog__dictionary {
  struct epochlog__names names;
  struct epochlog__series **series;   /* [names.count]; id - 1 is the index */
  struct epochlog__counter *counters; /* the same */
  uint32_t capacity;
};

/* What is asked of a new series. */
struct epochlog__definition {
  enum epochlog__kind kind;
  enum format_value type;
  int goal;
  const char *unit; /* clean, or NULL */
  const char *description;
};

/* {0} is an empty one. */
void epochlog__dictionary_release(struct epochlog__dictionary *dictionary);

/* The series of that name among those that may not share it with `kind`, or NULL.
 * Its kind may be another. */
struct epochlog__series *epochlog__series_find(const struct epochlog__dictionary *dictionary,
                                               enum epochlog__kind kind, const char *name,
                                               size_t size);

/* Adds a series under a clean name that is not there; NULL without memory. */
struct epochlog__series *epochlog__series_add(struct epochlog__dictionary *dictionary,
                                              const char *name, size_t size,
                                              const struct epochlog__definition *definition);

/* A series of floats with the name, words and count of steps of one of integers or
 * truth values, which the name means from now on; NULL without memory.  `narrow` stays,
 * under its own number. */
struct epochlog__series *epochlog__series_widen(struct epochlog__dictionary *dictionary,
                                                const struct epochlog__series *narrow);

/* `step`, or for INT64_MIN one more than the last; remembers it. */
static inline int64_t epochlog__count_step(struct epochlog__counter *counter, int64_t step)
{
  if (step == INT64_MIN) {
    if (!counter->has_step)
      step = 0;
    else
      step = counter->last_step == INT64_MAX ? INT64_MAX : counter->last_step + 1;
  }
  counter->has_step = true;
  counter->last_step = step;
  return step;
}

#endif
