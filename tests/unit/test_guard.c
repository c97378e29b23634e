/* A live file that somebody cuts short under a running program, and SIGBUS that is
 * nobody's business of ours. */
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "epochlog.h"
#include "format.h"
#include "guard.h"
#include "one_run.h"

/* Sanitizers would not give the signal away. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
  return "handle_sigbus=0";
}
__attribute__((visibility("default"))) const char *__tsan_default_options(void)
{
  return "handle_sigbus=0";
}

#define CHILD_SECONDS 30 /* whoever takes longer hangs */

/* The frame of these tests takes the signal for itself in each of them; the library takes
 * it when the first run is started, once. */
static void take_the_signal(const char *root)
{
  static struct sigaction ours;
  static bool is_known;

  if (is_known) {
    sigaction(SIGBUS, &ours, NULL);
    return;
  }
  signal(SIGBUS, SIG_DFL);
  complete(start_named(root, "first"));
  sigaction(SIGBUS, NULL, &ours);
  assert_true((ours.sa_flags & SA_SIGINFO) != 0);
  is_known = true;
}

/* ---------------------------------------------------------------- cutting */

/* Cuts every live file of the folder to `part` of `whole`, and `more` bytes. */
static size_t cut_live_files(const char *folder, off_t part, off_t whole, off_t more)
{
  DIR *stream = opendir(folder);
  const struct dirent *entry;
  size_t count = 0;

  if (stream == NULL) return 0;
  while ((entry = readdir(stream)) != NULL) {
    char path[900];
    struct stat info;

    if (strstr(entry->d_name, ".live") == NULL) continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (stat(path, &info) == 0) count += truncate(path, info.st_size / whole * part + more) == 0;
  }
  closedir(stream);
  return count;
}

static uint64_t lost_in(const struct scan *scan)
{
  uint64_t lost = 0;

  for (size_t k = 0; k < scan_records_of(scan, FORMAT_RECORD_LOSS); k++) {
    struct epochlog__bytes body = body_of(scan, FORMAT_RECORD_LOSS, k);

    lost += epochlog__take_u64(&body);
  }
  return lost;
}

/* Each point that is there has the value of its step, once. */
static size_t whole_points(const struct scan *scan, const char *name, size_t made)
{
  unsigned char *seen = calloc(made + 1, 1);
  size_t count = 0;

  for (size_t i = 0; i < scan->point_count; i++) {
    const struct scan_point *point = &scan->points[i];
    const char *of = "";

    for (size_t k = 0; k < scan->series_count; k++)
      if (scan->series[k].log == point->log && scan->series[k].id == point->series)
        of = scan->series[k].name;
    if (strcmp(of, name) != 0) continue;
    assert_true(point->step >= 0 && (size_t)point->step < made);
    assert_int_equal(seen[point->step], 0);
    assert_true(point->bits == epochlog__bits_of((double)point->step / 3));
    assert_true(point->time_us > INT64_C(1500000000000000));
    seen[point->step] = 1;
    count++;
  }
  free(seen);
  return count;
}

static void log_points(epochlog_run *run, const char *name, size_t from, size_t count)
{
  for (size_t i = from; i < from + count; i++)
    epochlog_log_at(run, name, (int64_t)i, (double)i / 3);
}

/* What is read is true, what came after the cut is there, and the end is well.  Returns
 * how many points from before the cut are there or told as lost. */
static size_t check_truth(void **state, size_t before, size_t later)
{
  struct scan scan = scan_of(*state);
  const size_t accounted = whole_points(&scan, "before", before) + (size_t)lost_in(&scan);

  assert_int_equal(whole_points(&scan, "later", later), later);
  assert_true(scan.finished_count >= 1);
  scan_release(&scan);
  return accounted;
}

/* And what was logged before the cut is there or told. */
static void check(void **state, size_t before, size_t later)
{
  assert_in_range(check_truth(state, before, later), before, SIZE_MAX);
}

/* Logs, has the file cut, and goes on at once, later, and where it is asked to write. */
static void go_on_after_a_cut(void **state, const epochlog_options *options, off_t part, off_t more)
{
  const size_t before = 7000;
  const size_t later = 20000;
  epochlog_options here = *options;
  epochlog_run *run;

  take_the_signal(*state);
  here.root = *state;
  here.run_id = "run";
  run = epochlog_start(&here, NULL);
  assert_non_null(run);
  log_points(run, "before", 0, before);
  assert_int_equal(cut_live_files(folder_of(*state), part, 2, more), 1);
  log_points(run, "between", 0, 3);
  assert_int_equal(epochlog_sync(run), EPOCHLOG_OK);
  usleep(20000);
  assert_int_equal(epochlog_flush(run), EPOCHLOG_OK);
  log_points(run, "later", 0, later);
  complete_with(run, EPOCHLOG_WRITE);
  check(state, before, later);
}

static void a_live_file_cut_to_nothing_costs_what_was_in_it_at_most(void **state)
{
  go_on_after_a_cut(state, &(epochlog_options){.no_thread = 0}, 0, 0);
}

static void a_live_file_cut_to_half_costs_what_was_in_it_at_most(void **state)
{
  go_on_after_a_cut(state, &(epochlog_options){.no_thread = 0}, 1, 0);
}

/* The rest of the last page is zeros then, without a fault. */
static void a_live_file_cut_in_the_middle_of_a_record_is_no_danger(void **state)
{
  const off_t ends[] = {1, 63, 4096 + 64 + 13, 70001, 100020};

  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    char command[700];

    go_on_after_a_cut(state, &(epochlog_options){.no_thread = i % 2 == 1}, 0, ends[i]);
    snprintf(command, sizeof command, "rm -rf '%s'", folder_of(*state));
    assert_int_equal(system(command), 0);
  }
}

static void a_small_ring_that_is_cut_goes_on(void **state)
{
  go_on_after_a_cut(state, &(epochlog_options){.ring_kib = 16}, 1, 100);
}

static void without_a_thread_the_calls_notice(void **state)
{
  go_on_after_a_cut(state, &(epochlog_options){.no_thread = 1, .ring_kib = 64}, 0, 0);
}

/* Only the main log's end tells that, and what is lost is what nobody can give back. */
static void a_file_cut_right_before_the_end_is_noticed_by_the_end(void **state)
{
  take_the_signal(*state);
  for (off_t part = 0; part < 2; part++) {
    epochlog_run *run = start(state);
    char command[700];

    log_points(run, "before", 0, 1000);
    cut_live_files(folder_of(*state), part, 2, 77);
    complete_with(run, EPOCHLOG_WRITE);
    check(state, 1000, 0);
    snprintf(command, sizeof command, "rm -rf '%s'", folder_of(*state));
    assert_int_equal(system(command), 0);
  }
}

/* A ring that is written has its records in memory. */
static void a_written_live_file_that_is_cut_costs_nothing(void **state)
{
  epochlog_run *run = epochlog_start(
      &(epochlog_options){.root = *state, .run_id = "run", .live = EPOCHLOG_LIVE_WRITTEN}, NULL);
  struct scan scan;

  log_points(run, "before", 0, 1000);
  assert_int_equal(epochlog_flush(run), EPOCHLOG_OK);
  cut_live_files(folder_of(*state), 0, 2, 0);
  log_points(run, "later", 0, 1000);
  complete_with(run, EPOCHLOG_WRITE);
  scan = scan_of(*state);
  assert_int_equal(whole_points(&scan, "before", 1000), 1000);
  assert_int_equal(whole_points(&scan, "later", 1000), 1000);
  scan_release(&scan);
}

/* ------------------------------------------------------------- busy writers */

static atomic_bool is_over;

static void *cut_again_and_again(void *folder)
{
  for (off_t i = 0; !atomic_load(&is_over); i++) {
    cut_live_files(folder, i % 3, 3, i % 5 * 1001);
    usleep(3000);
  }
  return NULL;
}

/* Several new pairs are made meanwhile.  Nothing is promised but that the program lives,
 * that what is read is true, and that the end is well again. */
static void cut_while_busy(void **state, const epochlog_options *options)
{
  const size_t before = 60000;
  epochlog_options here = *options;
  epochlog_run *run;
  pthread_t thread;

  take_the_signal(*state);
  here.root = *state;
  here.run_id = "run";
  run = epochlog_start(&here, NULL);
  atomic_store(&is_over, false);
  assert_int_equal(pthread_create(&thread, NULL, cut_again_and_again, (void *)folder_of(*state)),
                   0);
  for (size_t i = 0; i < before; i += 6000) {
    log_points(run, "before", i, 6000);
    usleep(2000);
  }
  atomic_store(&is_over, true);
  pthread_join(thread, NULL);
  usleep(10000);
  epochlog_sync(run);
  log_points(run, "later", 0, 5000);
  complete_with(run, EPOCHLOG_WRITE);
  /* A second cut may take the record that told what the first one took. */
  check_truth(state, before, 5000);
}

static void a_file_cut_while_the_sealer_reads_it_is_survived(void **state)
{
  cut_while_busy(state, &(epochlog_options){.ring_kib = 64});
}

static void a_file_cut_while_the_calls_seal_it_is_survived(void **state)
{
  cut_while_busy(state, &(epochlog_options){.ring_kib = 64, .no_thread = 1});
}

/* ------------------------------------------------------------ other faults */

/* How a child ends that does `what`: its wait status. */
static int status_of_child(void **state, bool is_guarded, int (*what)(void **state))
{
  const pid_t child = fork();
  int status;

  if (child == 0) {
    if (is_guarded) take_the_signal(*state);
    alarm(CHILD_SECONDS);
    _exit(what(state));
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  return status;
}

static volatile sig_atomic_t own_faults;
static volatile char *own_page;

static void on_own_fault(int number)
{
  (void)number;
  own_faults++;
  mmap((void *)own_page, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
       0);
}

/* A mapping of the program's own whose file is cut. */
static bool make_broken_page(const char *folder)
{
  char path[700];
  int fd;

  snprintf(path, sizeof path, "%s/own", folder);
  fd = open(path, O_RDWR | O_CREAT, 0600);
  if (fd < 0 || ftruncate(fd, 4096) != 0) return false;
  own_page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return own_page != MAP_FAILED && ftruncate(fd, 0) == 0;
}

static int keep_own_handler(void **state)
{
  struct sigaction now;
  epochlog_run *run;

  signal(SIGBUS, on_own_fault);
  run = start(state);
  sigaction(SIGBUS, NULL, &now);
  if (now.sa_handler != on_own_fault || !make_broken_page(*state)) return 1;
  *own_page = 1;
  if (own_faults != 1) return 2;
  epochlog_log(run, "loss", 1);
  return epochlog_complete(run, NULL) == EPOCHLOG_OK ? 0 : 3;
}

static void a_handler_of_the_programs_own_is_left_alone(void **state)
{
  assert_int_equal(status_of_child(state, false, keep_own_handler), 0);
}

static int ignore_faults(void **state)
{
  struct sigaction now;
  epochlog_run *run;

  signal(SIGBUS, SIG_IGN);
  run = start(state);
  sigaction(SIGBUS, NULL, &now);
  epochlog_complete(run, NULL);
  return now.sa_handler == SIG_IGN ? 0 : 1;
}

static void a_program_that_ignores_the_signal_still_does(void **state)
{
  assert_int_equal(status_of_child(state, false, ignore_faults), 0);
}

static int fault_elsewhere(void **state)
{
  epochlog_run *run = start(state);

  epochlog_log(run, "loss", 1);
  if (!make_broken_page(*state)) return 1;
  *own_page = 1;
  return 0;
}

static void expect_bus_error(int status)
{
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGBUS);
}

static void a_fault_that_is_not_ours_ends_the_program_as_ever(void **state)
{
  struct scan scan;

  expect_bus_error(status_of_child(state, true, fault_elsewhere));
  scan = scan_of(*state);
  assert_int_equal(scan_points_of(&scan, "loss"), 1);
  scan_release(&scan);
}

static int be_killed(void **state)
{
  epochlog_log(start(state), "loss", 1);
  kill(getpid(), SIGBUS);
  usleep(1000000);
  return 0;
}

static void the_signal_sent_by_someone_ends_the_program_too(void **state)
{
  expect_bus_error(status_of_child(state, true, be_killed));
}

/* The sealer has made a new pair by then: a sync has to. */
static int die_after_a_cut(void **state)
{
  epochlog_run *run = start(state);

  log_points(run, "before", 0, 1000);
  cut_live_files(folder_of(*state), 0, 2, 300);
  log_points(run, "between", 0, 3);
  epochlog_sync(run);
  log_points(run, "later", 0, 1000);
  kill(getpid(), SIGKILL);
  return 0;
}

static void what_came_after_a_cut_survives_a_kill(void **state)
{
  const int status = status_of_child(state, true, die_after_a_cut);
  struct scan scan;

  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGKILL);
  scan = scan_of(*state);
  assert_int_equal(whole_points(&scan, "later", 1000), 1000);
  scan_release(&scan);
}

/* ------------------------------------------------------------------- slots */

/* There are 64 of them. */
static void a_guards_place_is_free_again_when_its_run_has_ended(void **state)
{
  for (int i = 0; i < 200; i++) {
    epochlog_run *run = epochlog_start(&(epochlog_options){.root = *state,
                                                           .run_id = "other",
                                                           .ring_kib = 16,
                                                           .no_thread = 1,
                                                           .capture_environment_off = 1},
                                       NULL);

    assert_non_null(run);
    epochlog_log(run, "loss", 1);
    complete(run);
  }
  go_on_after_a_cut(state, &(epochlog_options){.ring_kib = 16}, 0, 0);
}

static void more_mappings_than_places_are_not_guarded_and_no_harm_is_done(void **state)
{
  struct epochlog__guard *guards[70];
  char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  size_t count = 0;

  (void)state;
  for (size_t i = 0; i < 70; i++) guards[i] = epochlog__guard_add(memory, 4096, 0);
  for (size_t i = 0; i < 70; i++) {
    count += guards[i] != NULL;
    assert_false(epochlog__guard_is_broken(guards[i]));
    epochlog__guard_remove(guards[i]);
  }
  assert_int_equal(count, 64);
  munmap(memory, 4096);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      /* These two first: the library looks once who has the signal. */
      IN_FOLDER(a_handler_of_the_programs_own_is_left_alone),
      IN_FOLDER(a_program_that_ignores_the_signal_still_does),
      IN_FOLDER(a_live_file_cut_to_nothing_costs_what_was_in_it_at_most),
      IN_FOLDER(a_live_file_cut_to_half_costs_what_was_in_it_at_most),
      IN_FOLDER(a_live_file_cut_in_the_middle_of_a_record_is_no_danger),
      IN_FOLDER(a_small_ring_that_is_cut_goes_on),
      IN_FOLDER(without_a_thread_the_calls_notice),
      IN_FOLDER(a_file_cut_right_before_the_end_is_noticed_by_the_end),
      IN_FOLDER(a_written_live_file_that_is_cut_costs_nothing),
      IN_FOLDER(a_file_cut_while_the_sealer_reads_it_is_survived),
      IN_FOLDER(a_file_cut_while_the_calls_seal_it_is_survived),
      IN_FOLDER(a_fault_that_is_not_ours_ends_the_program_as_ever),
      IN_FOLDER(the_signal_sent_by_someone_ends_the_program_too),
      IN_FOLDER(what_came_after_a_cut_survives_a_kill),
      IN_FOLDER(a_guards_place_is_free_again_when_its_run_has_ended),
      IN_FOLDER(more_mappings_than_places_are_not_guarded_and_no_harm_is_done),
  };

  if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
  return cmocka_run_group_tests_name("guard", tests, NULL, NULL) != 0;
}
