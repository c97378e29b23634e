/* A program without standard streams: what it prints goes nowhere, and never into a log. */
#include "unit.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "epochlog.h"
#include "one_run.h"
#include "reader/run.h"
#include "temp_folder.h"

/* As who has no standard streams, and prints nevertheless. */
static int train(const char *root)
{
  static const char text[] = "epoch 1: loss 0.5\n";
  epochlog_run *run;

  for (int fd = 0; fd <= STDERR_FILENO; fd++) close(fd);
  run = epochlog_start(&(epochlog_options){.root = root, .run_id = "run"}, NULL);
  for (int step = 0; step < 1000; step++) {
    epochlog_log(run, "loss", 0.5);
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
      if (write(fd, text, strlen(text)) != -1) return 1;
  }
  epochlog_add_file_data(run, "model", text, strlen(text), "model");
  return epochlog_complete(run, NULL) == EPOCHLOG_OK ? 0 : 2;
}

static void no_file_of_a_run_is_where_a_stream_would_be(void **state)
{
  const pid_t child = fork();
  struct read_error error;
  struct run *run;
  int status = -1;

  if (child == 0) _exit(train(*state));
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  run = run_open(folder_of(*state), RUN_ALL, &error);
  if (run == NULL) fail_msg("%s", error.message);
  assert_int_equal(run->status, RUN_COMPLETED);
  assert_int_equal(run_metric(run, "loss")->count, 1000);
  assert_int_equal(run->warning_count, 0);
  run_close(run);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(no_file_of_a_run_is_where_a_stream_would_be, temp_folder_make,
                                      temp_folder_remove),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
