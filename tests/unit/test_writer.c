/* The writer when the world is unkind: no memory, a full disk, a failing sync,
 * a kill. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec.h"
#include "epochlog.h"
#include "fault.h"
#include "format.h"
#include "frame.h"
#include "one_run.h"
#include "reader/run.h"
#include "run.h"
#include "scan.h"
#include "temp_folder.h"

static int make_calm_folder(void **state)
{
  fault_disarm();
  return temp_folder_make(state);
}

static int remove_folder(void **state)
{
  fault_disarm();
  return temp_folder_remove(state);
}

static epochlog_run *start_unflushed(const char *root, epochlog_error *error)
{
  return epochlog_start(
      &(epochlog_options){
          .root = root, .name = "test", .run_id = "run", .flush_interval_ms = 3600000},
      error);
}

/* Everything a run can log, in small. */
static void log_everything(epochlog_run *run, const char *root)
{
  const char *const classes[] = {"no", "yes"};
  const char *const texts[] = {"a", NULL, "\xFF"};
  const int32_t truth[] = {0, 1, 1};
  const float scores[] = {0.25F, 0.75F, 0.5F};
  const double numbers[] = {1, 2, 3};
  const epochlog_column columns[] = {{"x", EPOCHLOG_DOUBLE, numbers}, {"y", EPOCHLOG_TEXT, texts}};
  const uint8_t pixels[12] = {0};
  epochlog_metric metrics[2];
  char path[600];

  snprintf(path, sizeof path, "%s/kept", root);
  metrics[0] = epochlog_define(run, "a", &(epochlog_metric_options){.unit = "s"});
  metrics[1] = epochlog_define(run, "b", &(epochlog_metric_options){.integer = 1});
  for (int i = 0; i < 40; i++) epochlog_scalars(run, i, metrics, numbers, 2);
  epochlog_log(run, "loss", 1);
  epochlog_log_text(run, "note", 0, "text");
  epochlog_param_text(run, "optimizer", "adam");
  epochlog_tag(run, "t", "v");
  epochlog_property(run, "p", "v");
  epochlog_log_list(run, "list", EPOCHLOG_DOUBLE, numbers, 3);
  epochlog_log_table(run, "table", columns, 2, 3);
  epochlog_log_classification(run, "test",
                              &(epochlog_classification){.class_names = classes,
                                                         .class_count = 2,
                                                         .count = 3,
                                                         .true_class = truth,
                                                         .scores_f32 = scores,
                                                         .binary_scores = 1});
  epochlog_log_image_pixels(run, "image", 0, pixels, 2, 2, 3, 0, "black");
  epochlog_add_file_data(run, "a/b.txt", "content", 7, NULL);
  epochlog_add_folder(run, "k", path, NULL);
}

static void make_kept_folder(const char *root)
{
  char path[600];

  snprintf(path, sizeof path, "%s/kept", root);
  mkdir(path, 0777);
  snprintf(path, sizeof path, "%s/kept/one.txt", root);
  fclose(fopen(path, "w"));
}

static void remove_run(const char *root)
{
  char command[700];

  snprintf(command, sizeof command, "rm -rf '%s/run'", root);
  assert_int_equal(system(command), 0);
}

/* Whatever allocation is the one that fails, once or from then on: nothing leaks or
 * crashes, the status says NO_MEMORY, and what was written is whole. */
static void every_allocation_may_fail(void **state)
{
  const enum fault_span spans[] = {FAULT_ONCE, FAULT_ALWAYS};
  int most = 0;

  make_kept_folder(*state);
  for (size_t k = 0; k < 2; k++)
    for (int n = 1;; n++) {
      epochlog_error error;
      epochlog_run *run;
      epochlog_status status = EPOCHLOG_NO_MEMORY;
      bool fired;

      fault_arm(FAULT_ALLOCATE, n, spans[k]);
      run = start_unflushed(*state, &error);
      if (run != NULL) {
        log_everything(run, *state);
        status = epochlog_complete(run, &error);
      }
      fired = fault_fired();
      fault_disarm();
      if (run != NULL) {
        struct scan scan;

        scan_folder(&scan, folder_of(*state));
        if (scan.fault != NULL) fail_msg("allocation %d: %s", n, scan.fault);
        assert_int_equal(scan.skipped, 0);
        scan_release(&scan);
        remove_run(*state);
      }
      if (!fired) {
        assert_int_equal(status, EPOCHLOG_OK);
        break;
      }
      /* Deflate without memory stores instead, which is no failure. */
      if (status != EPOCHLOG_OK && status != EPOCHLOG_NO_MEMORY)
        fail_msg("allocation %d: status %d, %s", n, (int)status, error.message);
      if (n > most) most = n;
    }
  assert_true(most > 100);
}

/* The disk may be full at any write, for a moment or for good, after some bytes of it
 * were taken or none. */
static void every_write_may_fail(void **state)
{
  int failed = 0;

  make_kept_folder(*state);
  for (int k = 0; k < 4; k++)
    for (int n = 1;; n++) {
      epochlog_error error;
      epochlog_run *run;
      epochlog_status status = EPOCHLOG_OPEN;

      fault_arm(FAULT_WRITE, n, k % 2 == 0 ? FAULT_ONCE : FAULT_ALWAYS);
      if (k >= 2) fault_partial(13);
      run = start_unflushed(*state, &error);
      if (run != NULL) {
        log_everything(run, *state);
        status = epochlog_complete(run, &error);
      }
      if (!fault_fired()) {
        assert_int_equal(status, EPOCHLOG_OK);
        remove_run(*state);
        break;
      }
      fault_disarm();
      failed++;
      if (run != NULL) {
        struct scan scan;

        scan_folder(&scan, folder_of(*state));
        /* A live file that could not be filled is written instead, and that is told. */
        if (status == EPOCHLOG_OK && scan_records_of(&scan, FORMAT_RECORD_ENVIRONMENT) == 0)
          fail_msg("write %d: nobody was told", n);
        if (status != EPOCHLOG_OK) {
          assert_int_equal(status, EPOCHLOG_WRITE);
          assert_int_equal(error.sys_errno, ENOSPC);
        }
        if (scan.fault != NULL) fail_msg("write %d: %s", n, scan.fault);
        assert_int_equal(scan.skipped, 0);
        scan_release(&scan);
      } else {
        assert_int_equal(error.status, EPOCHLOG_OPEN);
      }
      remove_run(*state);
    }
  assert_true(failed > 20);
}

static void a_write_that_fails_once_loses_no_point(void **state)
{
  for (int n = 1;; n++) {
    epochlog_run *run = start_unflushed(*state, NULL);
    bool fired;
    struct scan scan;

    fault_arm(FAULT_WRITE, n, FAULT_ONCE);
    for (int i = 0; i < 70000; i++) epochlog_log(run, "loss", i);
    epochlog_complete(run, NULL);
    fired = fault_fired();
    fault_disarm();
    scan_folder(&scan, folder_of(*state));
    assert_null(scan.fault);
    assert_int_equal(scan.finished_count, 1);
    assert_int_equal(scan.point_count, 70000);
    scan_release(&scan);
    remove_run(*state);
    if (!fired) break;
    assert_true(n < 100);
  }
}

/* Four segments are kept; what comes after them is counted, and told when the disk
 * takes bytes again. */
static void a_full_disk_neither_hangs_nor_kills_and_the_gap_is_told(void **state)
{
  const size_t n = 200000; /* six segments */
  epochlog_run *run = start_unflushed(*state, NULL);
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  epochlog_error error;
  struct scan scan;
  struct epochlog__bytes body;
  size_t lost;

  epochlog_scalar(run, loss, EPOCHLOG_AUTO, 0);
  fault_arm(FAULT_WRITE, 1, FAULT_ALWAYS);
  for (size_t i = 1; i < n; i++) epochlog_scalar(run, loss, EPOCHLOG_AUTO, (double)i);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_WRITE);
  assert_int_equal(epochlog_flush(run), EPOCHLOG_WRITE);
  fault_disarm();
  /* A disk that was full is asked again after a tenth of a second or two. */
  for (int i = 0; i < 100 && epochlog_flush(run) != EPOCHLOG_OK; i++) usleep(20000);
  for (size_t i = 0; i < 10; i++) epochlog_log_at(run, "after", (int64_t)i, 1);
  assert_int_equal(epochlog_complete(run, &error), EPOCHLOG_WRITE);
  assert_int_equal(error.sys_errno, ENOSPC);
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.finished_count, 1);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_LOSS), 1);
  body = epochlog__bytes_of(scan_record_at(&scan, FORMAT_RECORD_LOSS, 0)->body,
                            scan_record_at(&scan, FORMAT_RECORD_LOSS, 0)->size);
  lost = (size_t)epochlog__take_u64(&body);
  epochlog__take_i64(&body);
  epochlog__take_i64(&body);
  assert_int_equal(epochlog__take_u32(&body), ENOSPC);
  assert_true(lost > 0);
  assert_int_equal(scan_points_of(&scan, "loss") + lost, n);
  assert_int_equal(scan_points_of(&scan, "after"), 10);
  scan_release(&scan);
}

static void a_disk_that_stays_full_leaves_what_was_flushed(void **state)
{
  epochlog_run *run = start_unflushed(*state, NULL);
  struct scan scan;

  for (int i = 0; i < 100; i++) epochlog_log(run, "loss", i);
  assert_int_equal(epochlog_flush(run), EPOCHLOG_OK);
  fault_arm(FAULT_WRITE, 1, FAULT_ALWAYS);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_WRITE);
  fault_disarm();
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.finished_count, 0);
  assert_int_equal(scan.live_count, 1);
  assert_int_equal(scan.point_count, 100);
  scan_release(&scan);
}

static void short_and_interrupted_writes_are_taken_up_again(void **state)
{
  epochlog_run *run;
  struct scan scan;

  fault_short_writes(1000);
  fault_interrupt(true);
  run = start_unflushed(*state, NULL);
  make_kept_folder(*state);
  log_everything(run, *state);
  assert_int_equal(epochlog_flush(run), EPOCHLOG_OK);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  fault_disarm();
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.finished_count, 1);
  assert_int_equal(scan_points_of(&scan, "a"), 40);
  scan_release(&scan);
}

/* Points of a metric as the reader joins them from all logs of the run. */
static size_t points_read(const char *root, const char *name)
{
  char path[600];
  struct read_error error;
  struct run *run;
  size_t count = 0;

  snprintf(path, sizeof path, "%s/run", root);
  run = run_open(path, RUN_ALL, &error);
  if (run == NULL) fail_msg("%s", error.message);
  for (size_t i = 0; i < run->metric_count; i++)
    if (strcmp(run->metrics[i].name, name) == 0) count = run->metrics[i].count;
  run_close(run);
  return count;
}

static void a_sync_that_fails_is_told_and_the_log_is_written(void **state)
{
  const epochlog_sync_policy policies[] = {EPOCHLOG_SYNC_NONE, EPOCHLOG_SYNC_INTERVAL,
                                           EPOCHLOG_SYNC_ALWAYS};

  for (size_t i = 0; i < 3; i++) {
    epochlog_run *run = epochlog_start(
        &(epochlog_options){.root = *state, .run_id = "run", .sync = policies[i]}, NULL);
    struct scan scan;

    epochlog_log(run, "loss", 1);
    fault_arm(FAULT_SYNC, 1, FAULT_ALWAYS);
    epochlog_log(run, "loss", 2);
    assert_int_equal(epochlog_sync(run), EPOCHLOG_SYNC);
    assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_SYNC);
    fault_disarm();
    scan_folder(&scan, folder_of(*state));
    assert_int_equal(scan.finished_count, 1);
    scan_release(&scan);
    assert_int_equal(points_read(*state, "loss"), 2);
    remove_run(*state);
  }
}

/* Of all LOSS records. */
static uint64_t told_as_lost(const struct scan *scan)
{
  uint64_t count = 0;

  for (size_t k = 0; k < scan_records_of(scan, FORMAT_RECORD_LOSS); k++) {
    struct epochlog__bytes body = body_of(scan, FORMAT_RECORD_LOSS, k);

    count += epochlog__take_u64(&body);
  }
  return count;
}

/* Nothing is missing and nothing is there twice, though the log goes on in another. */
static void after_a_failed_sync_the_run_goes_on_in_new_files(void **state)
{
  epochlog_run *run = epochlog_start(
      &(epochlog_options){.root = *state, .run_id = "run", .sync = EPOCHLOG_SYNC_INTERVAL}, NULL);
  struct scan scan;

  for (int i = 0; i < 40000; i++) epochlog_log(run, "loss", i);
  fault_arm(FAULT_SYNC, 1, FAULT_ONCE);
  assert_int_equal(epochlog_sync(run), EPOCHLOG_OK);
  assert_true(fault_fired());
  fault_disarm();
  for (int i = 0; i < 40000; i++) epochlog_log(run, "loss", i);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_SYNC);
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.log_count, 2);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_LOSS), 1);
  /* At most what was sealed before the sync that failed; the rest is in the new log. */
  assert_true(told_as_lost(&scan) <= 40001);
  scan_release(&scan);
  assert_int_equal(points_read(*state, "loss"), 80000);
}

/* What is in no other file is counted, and nothing else. */
static void what_a_deleted_log_had_is_counted(void **state)
{
  epochlog_run *run = start_unflushed(*state, NULL);
  struct scan scan;
  uint64_t told;

  for (int i = 0; i < 100000; i++) epochlog_log(run, "loss", i);
  remove_run(*state);
  for (int i = 0; i < 100; i++) epochlog_log(run, "loss", i);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_WRITE);
  scan_folder(&scan, folder_of(*state));
  told = told_as_lost(&scan);
  scan_release(&scan);
  assert_true(told > 0);
  /* The SERIES record has a number too. */
  assert_int_equal(points_read(*state, "loss") + told, 100101);
}

static void a_run_whose_folder_was_deleted_goes_on_in_a_new_one(void **state)
{
  epochlog_run *run = start_unflushed(*state, NULL);

  for (int i = 0; i < 100; i++) epochlog_log(run, "loss", i);
  remove_run(*state);
  for (int i = 0; i < 100; i++) epochlog_log(run, "loss", i);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_WRITE);
  assert_int_equal(points_read(*state, "loss"), 200);
}

static void delete_live_files(const char *folder)
{
  DIR *stream = opendir(folder);
  const struct dirent *entry;

  assert_non_null(stream);
  while ((entry = readdir(stream)) != NULL)
    if (strstr(entry->d_name, ".live") != NULL)
      assert_int_equal(unlinkat(dirfd(stream), entry->d_name, 0), 0);
  closedir(stream);
}

/* The ring has what the file had, and the log was never in danger. */
static void a_deleted_live_file_is_named_and_takes_no_record_along(void **state)
{
  const epochlog_sync_policy policies[] = {EPOCHLOG_SYNC_NONE, EPOCHLOG_SYNC_INTERVAL};

  for (size_t i = 0; i < 2; i++) {
    epochlog_run *run = epochlog_start(
        &(epochlog_options){.root = *state, .run_id = "run", .sync = policies[i]}, NULL);
    epochlog_error error;
    struct scan scan;

    for (int k = 0; k < 40000; k++) epochlog_log(run, "loss", k);
    delete_live_files(folder_of(*state));
    for (int k = 0; k < 100; k++) epochlog_log(run, "loss", k);
    assert_int_equal(epochlog_complete(run, &error), EPOCHLOG_WRITE);
    assert_non_null(strstr(error.message, ".live"));
    scan_folder(&scan, folder_of(*state));
    assert_null(scan.fault);
    assert_int_equal(scan.log_count, 2);
    assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_LOSS), 0);
    scan_release(&scan);
    assert_int_equal(points_read(*state, "loss"), 40100);
    remove_run(*state);
  }
}

/* The time that a reader finds in the header of the only live file. */
static uint64_t sign_of_life(const char *folder)
{
  DIR *stream = opendir(folder);
  const struct dirent *entry;
  uint8_t word[8] = {0};

  assert_non_null(stream);
  while ((entry = readdir(stream)) != NULL) {
    const bool is_live = strstr(entry->d_name, ".live") != NULL;
    const int fd = is_live ? openat(dirfd(stream), entry->d_name, O_RDONLY) : -1;

    if (!is_live) continue;
    assert_int_equal(pread(fd, word, sizeof word, FORMAT_LIVE_SIGN_OF_LIFE), sizeof word);
    close(fd);
  }
  closedir(stream);
  return epochlog__get_u64(word);
}

/* Its thread alone gives it; half a second is how seldom it looks. */
static void a_writer_that_logs_nothing_gives_signs_of_life(void **state)
{
  const epochlog_live lives[] = {EPOCHLOG_LIVE_MAPPED, EPOCHLOG_LIVE_WRITTEN};

  for (size_t i = 0; i < 2; i++) {
    epochlog_run *run = epochlog_start(
        &(epochlog_options){.root = *state, .run_id = "run", .live = lives[i]}, NULL);
    uint64_t before, after;

    usleep(50000);
    before = after = sign_of_life(folder_of(*state));
    pthread_mutex_lock(&run->io);
    run->alive_mono -= INT64_C(6000000000); /* as if six seconds had gone by */
    pthread_mutex_unlock(&run->io);
    for (int k = 0; k < 400 && after == before; k++) {
      usleep(10000);
      after = sign_of_life(folder_of(*state));
    }
    assert_true(after > before);
    assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
    remove_run(*state);
  }
}

/* A limit on the size of files is a full disk and not a signal. */
static void a_file_size_limit_does_not_end_the_program(void **state)
{
  const pid_t child = fork();
  struct scan scan;
  int status;

  if (child == 0) {
    epochlog_run *run = start_unflushed(*state, NULL);
    epochlog_error error;

    setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 40000, .rlim_max = 40000});
    for (int i = 0; i < 100000; i++) epochlog_log(run, "loss", 1.0 / (i + 3));
    epochlog_complete(run, &error);
    _exit(error.status == EPOCHLOG_WRITE && error.sys_errno == EFBIG ? 0 : 1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  scan_release(&scan);
}

/* The public calls cannot be made after the end, which frees the run; the gate they
 * all pass can. */
static void a_run_that_has_ended_takes_no_more_records(void **state)
{
  epochlog_run *run = start_unflushed(*state, NULL);

  assert_int_equal(epochlog__enter(run), EPOCHLOG_OK);
  run->hot->gate = EPOCHLOG__ENDED;
  epochlog__leave(run);
  assert_int_equal(epochlog_param(run, "lr", 1), EPOCHLOG_CLOSED);
  assert_int_equal(epochlog_flush(run), EPOCHLOG_CLOSED);
  epochlog__lock(&run->hot->lock);
  run->hot->gate = 0;
  epochlog__unlock(&run->hot->lock);
  epochlog_complete(run, NULL);
}

/* A run without an end is readable, whenever the process went. */
static void a_killed_process_leaves_what_was_flushed(void **state)
{
  const pid_t child = fork();
  struct scan scan;
  int status;

  if (child == 0) {
    epochlog_run *run = start_unflushed(*state, NULL);

    for (int i = 0; i < 50000; i++) epochlog_log(run, "loss", i);
    epochlog_flush(run);
    for (int i = 0; i < 100; i++) epochlog_log(run, "loss", i);
    kill(getpid(), SIGKILL);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.finished_count, 0);
  assert_true(scan.point_count >= 50000);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_STATUS), 0);
  scan_release(&scan);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_calm_folder, remove_folder)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(every_allocation_may_fail),
      IN_FOLDER(every_write_may_fail),
      IN_FOLDER(a_write_that_fails_once_loses_no_point),
      IN_FOLDER(a_full_disk_neither_hangs_nor_kills_and_the_gap_is_told),
      IN_FOLDER(a_disk_that_stays_full_leaves_what_was_flushed),
      IN_FOLDER(short_and_interrupted_writes_are_taken_up_again),
      IN_FOLDER(a_sync_that_fails_is_told_and_the_log_is_written),
      IN_FOLDER(after_a_failed_sync_the_run_goes_on_in_new_files),
      IN_FOLDER(a_run_whose_folder_was_deleted_goes_on_in_a_new_one),
      IN_FOLDER(what_a_deleted_log_had_is_counted),
      IN_FOLDER(a_writer_that_logs_nothing_gives_signs_of_life),
      IN_FOLDER(a_deleted_live_file_is_named_and_takes_no_record_along),
      IN_FOLDER(a_file_size_limit_does_not_end_the_program),
      IN_FOLDER(a_run_that_has_ended_takes_no_more_records),
      IN_FOLDER(a_killed_process_leaves_what_was_flushed),
  };

  return cmocka_run_group_tests_name("writer", tests, NULL, NULL) != 0;
}
