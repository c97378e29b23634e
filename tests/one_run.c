#include "one_run.h"

#include <stdio.h>

epochlog_run *start_named(const char *root, const char *run_id)
{
  epochlog_error error;
  epochlog_run *run =
      epochlog_start(&(epochlog_options){.root = root, .name = "test", .run_id = run_id}, &error);

  if (run == NULL) fail_msg("%s", error.message);
  return run;
}

/* The folder of start_named(root, "run"). */
const char *folder_of(const char *root)
{
  static char path[600];

  snprintf(path, sizeof path, "%s/run", root);
  return path;
}

struct scan scan_of(const char *root)
{
  struct scan scan;

  scan_folder(&scan, folder_of(root));
  if (scan.fault != NULL) fail_msg("the log is damaged: %s", scan.fault);
  return scan;
}

epochlog_run *start(void **state) { return start_named(*state, "run"); }

epochlog_run *start_alone(void **state)
{
  epochlog_run *run =
      epochlog_start(&(epochlog_options){.root = *state, .run_id = "run", .no_thread = 1}, NULL);

  assert_non_null(run);
  return run;
}

void complete(epochlog_run *run)
{
  epochlog_error error;

  if (epochlog_complete(run, &error) != EPOCHLOG_OK) fail_msg("%s", error.message);
}

/* Ends the run, whose first failure must be this one. */
void complete_with(epochlog_run *run, epochlog_status want)
{
  epochlog_error error;

  assert_int_equal(epochlog_complete(run, &error), want);
  assert_int_equal(error.status, want);
  assert_true(error.message[0] != '\0');
}

struct epochlog__bytes body_of(const struct scan *scan, uint16_t type, size_t k)
{
  const struct scan_record *record = scan_record_at(scan, type, k);

  assert_non_null(record);
  return epochlog__bytes_of(record->body, record->size);
}
