/* Which log files belong to what a caller named. */
#ifndef EPOCHLOG_READER_RUN_FIND_H
#define EPOCHLOG_READER_RUN_FIND_H

#include "reader/run.h"

/* The .elog files of a run folder, by name, or `path` alone when it is no folder.
 * Released with run_paths_free; -1 with `error` filled. */
long run_log_paths(const char *path, char ***paths, struct read_error *error);

#endif
