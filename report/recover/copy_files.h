/* The files of a run folder besides its logs, copied as they are. */
#ifndef EPOCHLOG_RECOVER_COPY_FILES_H
#define EPOCHLOG_RECOVER_COPY_FILES_H

#include <stddef.h>

#include "reader/run.h"

struct copied {
  size_t files;
  size_t skipped; /* links, sockets and the like: they may lead out of the folder */
};

/* Copies everything below `from` into the folder `to`, except the .elog and .live
 * files at its top.  0, or -1 with `error` filled. */
int copy_files(struct copied *copied, const char *from, int to, struct read_error *error);

#endif
