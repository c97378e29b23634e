/* A run that several hold: the RunData of Python, its arrays, and Arrow's buffers,
 * which may be let go from any thread and without an interpreter.  Nothing here knows
 * Python; a share does not change, but for the count of those that hold it.
 */
#ifndef EPOCHLOG_PYTHON_READ_SHARE_H
#define EPOCHLOG_PYTHON_READ_SHARE_H

#include "reader/run.h"

struct run_share;

/* Takes the run, which is closed when the last holder lets go; the caller is the first
 * of them.  NULL when memory is short; the run is closed then. */
struct run_share *run_share_new(struct run *run);
struct run_share *run_share_keep(struct run_share *share);
/* NULL is no error. */
void run_share_drop(struct run_share *share);

struct run *run_share_run(const struct run_share *share);

#endif
