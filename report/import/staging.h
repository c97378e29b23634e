/* A run that appears whole or not at all.
 *
 * The run is built in ROOT/.import-XXXXXX/ID and moved to ROOT/ID at the end with
 * one rename.  Until then it is one level too deep to be listed as a run, and
 * leaving it removes every file of it, so an import that fails, is interrupted or
 * killed leaves no run behind.
 */
#ifndef EPOCHLOG_IMPORT_STAGING_H
#define EPOCHLOG_IMPORT_STAGING_H

#include <stdbool.h>
#include <stddef.h>

#include "epochlog.h"

struct staging {
  char *root;     /* where the run is to be */
  char *folder;   /* ROOT/.import-XXXXXX */
  bool root_made; /* by us: taken away again when nothing comes of it */
  epochlog_run *run;
};

/* Starts a run of that name in a staging folder below `root`, which is made if it
 * is missing.  `experiment` may be NULL.  Returns 0, or -1 with a line in `message`
 * and nothing left on disk. */
int staging_start(struct staging *staging, const char *root, const char *name,
                  const char *experiment, char *message, size_t message_size);

/* Completes the run and moves it to its place; `*folder` is its path, the caller's
 * to free.  Returns 0, or -1 with a line in `message` and nothing left on disk. */
int staging_complete(struct staging *staging, char **folder, char *message, size_t message_size);

/* Ends the run and removes what there is of it. */
void staging_abandon(struct staging *staging);

#endif
