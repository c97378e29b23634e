/* A run in a folder of the test's own, from start to what its log holds.
 *
 * Every function fails the test that calls it when something goes wrong. */
#ifndef TESTS_ONE_RUN_H
#define TESTS_ONE_RUN_H

#include "unit.h"

#include "epochlog.h"
#include "frame.h"
#include "scan.h"
#include "temp_folder.h"

epochlog_run *start_named(const char *root, const char *run_id);

/* The same with the test's folder (*state) as root and the id "run". */
epochlog_run *start(void **state);
/* The same without a thread, for tests that fork at once: a sanitizer's allocator may be
 * locked by the thread then, and stays so in the child. */
epochlog_run *start_alone(void **state);

/* The folder of start_named(root, "run"). */
const char *folder_of(const char *root);

/* What the log in that folder holds. */
struct scan scan_of(const char *root);

void complete(epochlog_run *run);

/* Ends the run, whose first failure must be this one. */
void complete_with(epochlog_run *run, epochlog_status want);

/* The body of the k-th record of `type`. */
struct epochlog__bytes body_of(const struct scan *scan, uint16_t type, size_t k);

#endif
