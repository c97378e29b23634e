/* Whether a run still runs, and whose word counts when it has ended. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "epochlog.h"
#include "format.h"
#include "made_log.h"
#include "reader/run.h"
#include "temp_folder.h"

static char boot_id[64], host[256];
static uint64_t own_namespace;

static void read_line(const char *path, char *out, size_t size)
{
  FILE *file = fopen(path, "r");

  assert_non_null(file);
  assert_non_null(fgets(out, (int)size, file));
  out[strcspn(out, "\n")] = '\0';
  fclose(file);
}

static uint64_t start_of(pid_t pid)
{
  char path[64], text[1024], *at;

  snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
  read_line(path, text, sizeof text);
  at = strrchr(text, ')');
  for (int field = 2; field < 22; field++) at = strchr(at + 1, ' ');
  return strtoull(at, NULL, 10);
}

static int64_t now_ns(void)
{
  struct timespec now;

  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * MADE_SECOND + now.tv_nsec;
}

static int learn_machine(void **state)
{
  struct stat status;

  (void)state;
  read_line("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);
  gethostname(host, sizeof host - 1);
  if (stat("/proc/self/ns/pid", &status) != 0) return -1;
  own_namespace = status.st_ino;
  return 0;
}

/* A writer on this machine that began `ago` seconds ago, as process `pid`. */
static struct made_run writer(uint8_t id, int64_t ago, uint64_t pid, uint64_t process_start)
{
  return (struct made_run){.id = id,
                           .start_ns = now_ns() - ago * MADE_SECOND,
                           .pid = pid,
                           .process_start = process_start,
                           .pid_namespace = own_namespace,
                           .boot_id = boot_id,
                           .host = host};
}

/* This process, which lives. */
static struct made_run living(uint8_t id, int64_t ago)
{
  return writer(id, ago, (uint64_t)getpid(), start_of(getpid()));
}

/* A process id that nothing here can have; started when it began to log. */
static struct made_run gone(uint8_t id, int64_t ago)
{
  return writer(id, ago, 99999990 + id, (uint64_t)((10000000 - ago) * sysconf(_SC_CLK_TCK)));
}

enum { NO_STATUS = 0, NO_LIVE_FILE = INT32_MAX };

/* Writes a log with a point; `end_ago` is of its status, or of its sign of life. */
static void write_log(const char *folder, const char *name, const struct made_run *run,
                      uint8_t status, int64_t end_ago)
{
  int64_t end_ns = now_ns() - end_ago * MADE_SECOND;
  struct made_log log;

  made_log_start(&log, run);
  made_log_block(&log, 0, 0);
  if (status != NO_STATUS)
    made_log_status(&log, status, end_ns);
  else if (end_ago != NO_LIVE_FILE)
    made_live_write(&log, folder, name, 1, 0, end_ns);
  made_log_write(&log, folder, name);
}

static void assert_status(const char *folder, enum run_status want)
{
  struct read_error error;
  struct run *run = run_open(folder, RUN_ALL, &error);

  if (!run) fail_msg("%s", error.message);
  if (run->status != want)
    fail_msg("%s, wanted %s", run_status_text(run->status), run_status_text(want));
  run_close(run);
}

/* One log alone. */
static void assert_alone(const char *folder, const struct made_run *run, int64_t sign_ago,
                         enum run_status want)
{
  write_log(folder, "one", run, NO_STATUS, sign_ago);
  assert_status(folder, want);
}

/* ---- the process ---- */

static void a_run_runs_as_long_as_its_process_whatever_the_clock_says(void **state)
{
  struct made_run run = living(1, 3600);

  assert_alone(*state, &run, 1800, RUN_RUNNING);
}

static void a_killed_writer_is_gone_at_once(void **state)
{
  struct made_run run = gone(1, 3600);

  assert_alone(*state, &run, 0, RUN_NOT_RESPONDING);
}

static void a_process_id_that_was_given_again_is_another_process(void **state)
{
  struct made_run run = living(1, 3600);

  run.process_start--;
  assert_alone(*state, &run, 0, RUN_NOT_RESPONDING);
}

static void a_process_that_is_only_waited_for_has_ended(void **state)
{
  siginfo_t info;
  pid_t child = fork();
  struct made_run run;

  if (child == 0) _exit(0);
  assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
  run = writer(1, 3600, (uint64_t)child, start_of(child));
  assert_alone(*state, &run, 0, RUN_NOT_RESPONDING);
  waitpid(child, NULL, 0);
}

/* A stopped process (SIGSTOP, a debugger) gives no sign of life and lives. */
static void a_stopped_process_lives(void **state)
{
  pid_t child = fork();
  struct made_run run;
  int status;

  if (child == 0) {
    pause();
    _exit(0);
  }
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  run = writer(1, 3600, (uint64_t)child, start_of(child));
  assert_alone(*state, &run, 600, RUN_RUNNING);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  assert_alone(*state, &run, 600, RUN_NOT_RESPONDING);
}

/* ---- the sign of life ---- */

static void assert_sign_of_life_counts(const char *folder, const struct made_run *run)
{
  assert_alone(folder, run, 50, RUN_RUNNING);
  assert_alone(folder, run, 70, RUN_NOT_RESPONDING);
  assert_alone(folder, run, -50, RUN_RUNNING); /* the other clock is ahead */
  assert_alone(folder, run, -70, RUN_NOT_RESPONDING);
}

/* Its process id may be one of ours by chance. */
static void on_another_machine_the_sign_of_life_counts(void **state)
{
  struct made_run run = living(1, 3600);

  run.boot_id = "another boot";
  assert_sign_of_life_counts(*state, &run);
}

static void in_another_container_with_our_host_name_the_sign_of_life_counts(void **state)
{
  struct made_run run = gone(1, 3600);

  run.pid_namespace = own_namespace + 1;
  assert_sign_of_life_counts(*state, &run);
}

/* Of a log that does not tell its namespace the host's name is asked. */
static void without_a_namespace_the_name_of_the_host_tells_a_container(void **state)
{
  struct made_run run = gone(1, 3600);

  run.is_short = true;
  assert_alone(*state, &run, 0, RUN_NOT_RESPONDING);
  run.host = "container";
  assert_sign_of_life_counts(*state, &run);
}

static void without_process_or_live_file_a_run_does_not_respond(void **state)
{
  struct made_run run = living(1, 3600);

  run.boot_id = "another boot";
  assert_alone(*state, &run, NO_LIVE_FILE, RUN_NOT_RESPONDING);
}

/* Storing through a mapping need not change them. */
static void the_times_of_the_live_file_say_nothing(void **state)
{
  const struct timespec long_ago[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
  struct made_run run = living(1, 3600);
  char path[600];

  run.boot_id = "another boot";
  write_log(*state, "one", &run, NO_STATUS, 5);
  snprintf(path, sizeof path, "%s/one.live", (char *)*state);
  assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
  assert_status(*state, RUN_RUNNING);
  write_log(*state, "one", &run, NO_STATUS, 500); /* written now */
  assert_status(*state, RUN_NOT_RESPONDING);
}

/* ---- several writers ---- */

static void a_requeued_run_is_as_its_newest_writer_says(void **state)
{
  struct made_run first = gone(1, 3600), second = gone(2, 1800), third = living(3, 60);

  first.boot_id = "another boot";
  write_log(*state, "a", &first, NO_STATUS, 3000);
  write_log(*state, "b", &second, FORMAT_STATUS_COMPLETED, 1000);
  assert_status(*state, RUN_COMPLETED);
  write_log(*state, "b", &second, NO_STATUS, 1000);
  assert_status(*state, RUN_NOT_RESPONDING);
  write_log(*state, "c", &third, NO_STATUS, 0);
  assert_status(*state, RUN_RUNNING);
}

/* It was canceled, requeued, and then killed. */
static void the_end_of_a_writer_that_was_started_again_does_not_count(void **state)
{
  struct made_run first = gone(1, 3600), second = gone(2, 1800);

  write_log(*state, "a", &first, FORMAT_STATUS_CANCELED, 3000);
  write_log(*state, "b", &second, NO_STATUS, 1000);
  assert_status(*state, RUN_NOT_RESPONDING);
}

/* The machine that was given up ends later than the one that took its place. */
static void a_restart_on_another_machine_counts_though_the_old_one_hung_on(void **state)
{
  struct made_run first = gone(1, 3600), second = gone(2, 1800);

  first.boot_id = "another boot";
  write_log(*state, "a", &first, NO_STATUS, 500);
  write_log(*state, "b", &second, FORMAT_STATUS_COMPLETED, 1000);
  assert_status(*state, RUN_COMPLETED);
}

static void forked_children_without_an_end_do_not_undo_a_completed_run(void **state)
{
  struct made_run parent = gone(1, 3600), child = gone(2, 3000), late = gone(3, 900);

  write_log(*state, "a", &parent, FORMAT_STATUS_COMPLETED, 1000);
  write_log(*state, "b", &child, NO_STATUS, 2000);
  write_log(*state, "c", &child, NO_STATUS, 500); /* outlived its parent a while */
  assert_status(*state, RUN_COMPLETED);
  /* Forked ten minutes into the run, it logged first when that had ended. */
  late.process_start = parent.process_start + 600 * (uint64_t)sysconf(_SC_CLK_TCK);
  write_log(*state, "d", &late, NO_STATUS, 850);
  assert_status(*state, RUN_COMPLETED);
  /* Started after that, it is the run again. */
  late.process_start = parent.process_start + 2690 * (uint64_t)sysconf(_SC_CLK_TCK);
  write_log(*state, "d", &late, NO_STATUS, 850);
  assert_status(*state, RUN_NOT_RESPONDING);
}

static void a_child_that_ended_well_is_not_the_end_of_its_parent(void **state)
{
  struct made_run parent = living(1, 3600), child = gone(2, 3000);

  write_log(*state, "a", &parent, NO_STATUS, 0);
  write_log(*state, "b", &child, FORMAT_STATUS_COMPLETED, 2000);
  assert_status(*state, RUN_RUNNING);
  parent = gone(1, 3600); /* killed later */
  write_log(*state, "a", &parent, NO_STATUS, 1000);
  assert_status(*state, RUN_NOT_RESPONDING);
}

static void a_child_that_goes_on_without_its_parent_has_the_last_word(void **state)
{
  struct made_run parent = gone(1, 3600), child = living(2, 3590);

  write_log(*state, "a", &parent, NO_STATUS, 3580);
  write_log(*state, "b", &child, NO_STATUS, 0);
  assert_status(*state, RUN_RUNNING);
  write_log(*state, "b", &child, FORMAT_STATUS_FAILED, 100);
  assert_status(*state, RUN_FAILED);
}

/* A worker's log is finished, and says nothing of the run. */
static void a_writer_that_left_is_gone_while_its_process_lives(void **state)
{
  epochlog_run *run = epochlog_start(&(epochlog_options){.root = *state, .run_id = "one"}, NULL);
  struct run *read;
  char path[1024];

  epochlog_log(run, "loss", 0.5);
  snprintf(path, sizeof path, "%s", epochlog_run_folder(run));
  read = run_open(path, RUN_ALL, NULL);
  assert_int_equal(read->status, RUN_RUNNING);
  run_close(read);
  assert_int_equal(epochlog_leave(run, NULL), EPOCHLOG_OK);
  read = run_open(path, RUN_ALL, NULL);
  assert_int_equal(read->status, RUN_NOT_RESPONDING);
  assert_int_equal(run_metric(read, "loss")->count, 1);
  assert_true(read->writers[0].account.finished);
  assert_int_equal(read->writer_count, 1);
  run_close(read);
}

/* Higher ranks neither end a run nor keep it running. */
static void the_lowest_rank_speaks_for_the_run(void **state)
{
  struct made_run zero = gone(1, 3600), one = living(2, 3600);

  one.rank = 1;
  write_log(*state, "a", &zero, FORMAT_STATUS_FAILED, 10);
  write_log(*state, "b", &one, NO_STATUS, 0);
  assert_status(*state, RUN_FAILED);
}

/* The old log has no end, and is not asked for one; a child began between the two. */
static void the_end_of_a_continued_log_is_that_of_the_one_that_continues_it(void **state)
{
  struct made_run old = gone(1, 3600), child = gone(3, 3000), new = gone(2, 1800);

  new.pid = old.pid;
  new.continues = 1;
  new.continues_seq = 1;
  write_log(*state, "a", &old, NO_STATUS, 1801);
  write_log(*state, "b", &child, NO_STATUS, 2000);
  write_log(*state, "c", &new, FORMAT_STATUS_COMPLETED, 1000);
  assert_status(*state, RUN_COMPLETED);
  write_log(*state, "c", &new, NO_STATUS, 1000);
  assert_status(*state, RUN_NOT_RESPONDING);
  new.pid = (uint64_t)getpid();
  new.process_start = start_of(getpid());
  write_log(*state, "c", &new, NO_STATUS, 1000);
  assert_status(*state, RUN_RUNNING);
}

/* ---- what is said of a run in progress ---- */

static struct run *open_run(const char *folder)
{
  struct read_error error;
  struct run *run = run_open(folder, RUN_ALL, &error);

  if (!run) fail_msg("%s", error.message);
  return run;
}

/* Half a frame, zeros, or bytes of which no header can be made. */
static void what_is_not_yet_written_is_no_damage(void **state)
{
  static const char *const tails[] = {"\xC9\xF0\x52\x6D\x02", "\0\0\0\0\0\0\0\0\0\0\0\0",
                                      "................................................"};
  static const size_t sizes[] = {5, 12, 48};

  for (size_t i = 0; i < 3; i++)
    for (int alive = 0; alive < 2; alive++) {
      struct made_run from = alive ? living(1, 60) : gone(1, 60);
      struct made_log log;
      struct run *run;

      made_log_start(&log, &from);
      made_log_block(&log, 0, 9);
      made_live_write(&log, *state, "one", 10, 19, now_ns());
      epochlog__add_bytes(&log.bytes, tails[i], sizes[i]);
      made_log_write(&log, *state, "one");
      run = open_run(*state);
      assert_int_equal(run_metric(run, "loss")->count, 20);
      assert_int_equal(run->status, alive ? RUN_RUNNING : RUN_NOT_RESPONDING);
      assert_int_equal(run->writers[0].is_alive, alive);
      assert_int_equal(run->warning_count, !alive);
      assert_int_equal(run->writers[0].account.damaged, !alive && i == 2);
      run_close(run);
    }
}

/* A hole is one whoever writes on behind it. */
static void damage_before_the_end_is_told_of_a_living_writer_too(void **state)
{
  struct made_run from = living(1, 60);
  struct made_log log;
  struct run *run;

  made_log_start(&log, &from);
  made_log_block(&log, 0, 9);
  log.bytes.data[log.bytes.size - 20] ^= 1;
  made_log_block(&log, 10, 19);
  made_log_write(&log, *state, "one");
  run = open_run(*state);
  assert_int_equal(run->status, RUN_RUNNING);
  assert_true(run->writers[0].account.damaged);
  assert_int_equal(run->warning_count, 1);
  run_close(run);
}

static void write_unmapped(const char *folder, const struct made_run *from, uint8_t status)
{
  struct made_log log;

  made_log_start(&log, from);
  made_log_block(&log, 0, 9);
  made_log_environment(&log, "epochlog.live", "the file system cannot map files");
  if (status) made_log_status(&log, status, now_ns());
  made_log_write(&log, folder, "one");
}

static void points_that_a_killed_writer_had_in_memory_are_told(void **state)
{
  struct made_run dead = gone(1, 60), alive = living(1, 60);
  struct run *run;

  write_unmapped(*state, &dead, NO_STATUS);
  run = open_run(*state);
  assert_int_equal(run->warning_count, 1);
  assert_string_equal(run->warnings[0],
                      "one.elog: its writer kept points in memory from one flush to the next (the "
                      "file system cannot map files) and is gone; those of its last flush interval "
                      "may be missing");
  run_close(run);
  write_unmapped(*state, &dead, FORMAT_STATUS_FAILED);
  run = open_run(*state);
  assert_int_equal(run->warning_count, 0);
  run_close(run);
  write_unmapped(*state, &alive, NO_STATUS);
  run = open_run(*state);
  assert_int_equal(run->warning_count, 0);
  run_close(run);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_run_runs_as_long_as_its_process_whatever_the_clock_says),
      IN_FOLDER(a_killed_writer_is_gone_at_once),
      IN_FOLDER(a_process_id_that_was_given_again_is_another_process),
      IN_FOLDER(a_process_that_is_only_waited_for_has_ended),
      IN_FOLDER(a_stopped_process_lives),
      IN_FOLDER(on_another_machine_the_sign_of_life_counts),
      IN_FOLDER(in_another_container_with_our_host_name_the_sign_of_life_counts),
      IN_FOLDER(without_a_namespace_the_name_of_the_host_tells_a_container),
      IN_FOLDER(without_process_or_live_file_a_run_does_not_respond),
      IN_FOLDER(the_times_of_the_live_file_say_nothing),
      IN_FOLDER(a_requeued_run_is_as_its_newest_writer_says),
      IN_FOLDER(the_end_of_a_writer_that_was_started_again_does_not_count),
      IN_FOLDER(a_restart_on_another_machine_counts_though_the_old_one_hung_on),
      IN_FOLDER(forked_children_without_an_end_do_not_undo_a_completed_run),
      IN_FOLDER(a_child_that_ended_well_is_not_the_end_of_its_parent),
      IN_FOLDER(a_child_that_goes_on_without_its_parent_has_the_last_word),
      IN_FOLDER(a_writer_that_left_is_gone_while_its_process_lives),
      IN_FOLDER(the_lowest_rank_speaks_for_the_run),
      IN_FOLDER(the_end_of_a_continued_log_is_that_of_the_one_that_continues_it),
      IN_FOLDER(what_is_not_yet_written_is_no_damage),
      IN_FOLDER(damage_before_the_end_is_told_of_a_living_writer_too),
      IN_FOLDER(points_that_a_killed_writer_had_in_memory_are_told),
  };

  return cmocka_run_group_tests_name("run_status", tests, learn_machine, NULL) != 0;
}
