/* Which series a name means. */
#ifndef EPOCHLOG_METRIC_H
#define EPOCHLOG_METRIC_H

#include "run.h"

/* What is asked for, and under which name. */
struct epochlog__wish {
  const char *name; /* as the caller gave it; NULL is told as INVALID */
  struct epochlog__definition definition;
};

/* The series of that name, made if it is new; hot held.  NULL with `*status` INVALID,
 * KIND or NO_MEMORY, kept as the run's failure. */
struct epochlog__series *epochlog__series_named(struct epochlog_run *run,
                                                const struct epochlog__wish *wish,
                                                epochlog_status *status);

#endif
