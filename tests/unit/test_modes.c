/* How points are kept: mapped or written, with a thread or without, in rings of all
 * sizes, by several writers of one run. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "epochlog.h"
#include "fault.h"
#include "format.h"
#include "medium.h"
#include "one_run.h"

#define MS INT64_C(1000000)

static int make_calm_folder(void **state)
{
  unsetenv("EPOCHLOG_LIVE");
  fault_disarm();
  return temp_folder_make(state);
}

static int remove_folder(void **state)
{
  unsetenv("EPOCHLOG_LIVE");
  fault_watch(NULL);
  fault_disarm();
  return temp_folder_remove(state);
}

/* How many of this process's mappings are of live files below a folder. */
static size_t mappings_of(const char *root)
{
  FILE *file = fopen("/proc/self/maps", "r");
  char line[1200];
  size_t count = 0;

  assert_non_null(file);
  while (fgets(line, sizeof line, file) != NULL)
    count += strstr(line, root) != NULL && strstr(line, ".live") != NULL;
  fclose(file);
  return count;
}

static size_t threads_here(void)
{
  DIR *stream = opendir("/proc/self/task");
  const struct dirent *entry;
  size_t count = 0;

  while ((entry = readdir(stream)) != NULL) count += entry->d_name[0] != '.';
  closedir(stream);
  return count;
}

static epochlog_run *start_as(void **state, const epochlog_options *options)
{
  epochlog_options here = *options;
  epochlog_error error;
  epochlog_run *run;

  here.root = *state;
  here.run_id = "run";
  run = epochlog_start(&here, &error);
  if (run == NULL) fail_msg("%s", error.message);
  return run;
}

/* The value of the ENVIRONMENT record `epochlog.live`; "" if there is none. */
static const char *live_told(void **state)
{
  static char value[200];
  struct scan scan = scan_of(*state);

  value[0] = '\0';
  for (size_t k = 0; k < scan_records_of(&scan, FORMAT_RECORD_ENVIRONMENT); k++) {
    struct epochlog__bytes body = body_of(&scan, FORMAT_RECORD_ENVIRONMENT, k);
    const struct epochlog__text name = epochlog__take_str(&body);
    const struct epochlog__text text = epochlog__take_str(&body);

    if (name.size == 13 && memcmp(name.data, "epochlog.live", 13) == 0)
      snprintf(value, sizeof value, "%.*s", (int)text.size, text.data);
  }
  scan_release(&scan);
  return value;
}

/* -------------------------------------------------------------- live files */

/* Starts, says whether the live file is mapped, logs and ends. */
static size_t mappings_with(void **state, epochlog_live live, const char *variable)
{
  epochlog_run *run;
  size_t count;
  char command[700];
  struct scan scan;

  if (variable == NULL)
    unsetenv("EPOCHLOG_LIVE");
  else
    setenv("EPOCHLOG_LIVE", variable, 1);
  run = start_as(state, &(epochlog_options){.live = live});
  for (int i = 0; i < 1000; i++) epochlog_log(run, "loss", i);
  count = mappings_of(*state);
  complete(run);
  assert_int_equal(mappings_of(*state), 0);
  assert_string_equal(live_told(state), count != 0 ? "" : "written, as was asked for");
  scan = scan_of(*state);
  assert_int_equal(scan_points_of(&scan, "loss"), 1000);
  scan_release(&scan);
  snprintf(command, sizeof command, "rm -rf '%s'", folder_of(*state));
  assert_int_equal(system(command), 0);
  return count;
}

static void a_live_file_is_mapped_or_written_as_the_options_say(void **state)
{
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_AUTO, NULL), 1);
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_MAPPED, NULL), 1);
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_WRITTEN, NULL), 0);
}

static void the_variable_decides_where_the_options_leave_it_open(void **state)
{
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_AUTO, "written"), 0);
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_AUTO, "mapped"), 1);
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_AUTO, "auto"), 1);
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_AUTO, ""), 1);
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_MAPPED, "written"), 1);
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_WRITTEN, "mapped"), 0);
  assert_int_equal(mappings_with(state, EPOCHLOG_LIVE_WRITTEN, "nonsense"), 0);
}

static void a_variable_that_is_nonsense_is_invalid_and_named(void **state)
{
  const char *const bad[] = {"nonsense", "Mapped", "written ", "2"};

  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    epochlog_error error;

    setenv("EPOCHLOG_LIVE", bad[i], 1);
    assert_null(epochlog_start(&(epochlog_options){.root = *state}, &error));
    assert_int_equal(error.status, EPOCHLOG_INVALID);
    assert_non_null(strstr(error.message, "EPOCHLOG_LIVE"));
    assert_non_null(strstr(error.message, bad[i]));
  }
}

static void what_is_outside_of_an_options_range_is_invalid(void **state)
{
  const epochlog_options bad[] = {
      {.root = *state, .ring_kib = 15},           {.root = *state, .ring_kib = 1},
      {.root = *state, .ring_kib = 262145},       {.root = *state, .ring_kib = UINT32_MAX},
      {.root = *state, .live = (epochlog_live)3}, {.root = *state, .live = (epochlog_live)-1},
      {.root = *state, .rank_plus_one = 100001}};

  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    epochlog_error error;

    assert_null(epochlog_start(&bad[i], &error));
    assert_int_equal(error.status, EPOCHLOG_INVALID);
    assert_true(error.message[0] != '\0');
  }
}

/* What a file system refuses to do with a mapping, a written file needs not. */
static void where_mapping_is_refused_the_file_is_written_and_the_log_says_so(void **state)
{
  const enum fault_kind kinds[] = {FAULT_MAP, FAULT_RESERVE, FAULT_POPULATE};

  for (size_t i = 0; i < 3; i++) {
    epochlog_run *run;
    struct scan scan;
    char command[700];

    fault_arm(kinds[i], 1, FAULT_ONCE);
    fault_errno(kinds[i] == FAULT_RESERVE ? EPERM : 0);
    run = start_as(state, &(epochlog_options){.live = EPOCHLOG_LIVE_AUTO});
    assert_true(fault_fired());
    fault_disarm();
    assert_int_equal(mappings_of(*state), 0);
    for (int k = 0; k < 1000; k++) epochlog_log(run, "loss", k);
    complete(run);
    assert_memory_equal(live_told(state), "written, since on ", 18);
    scan = scan_of(*state);
    assert_int_equal(scan.log_count, 1);
    assert_int_equal(scan_points_of(&scan, "loss"), 1000);
    scan_release(&scan);
    snprintf(command, sizeof command, "rm -rf '%s'", folder_of(*state));
    assert_int_equal(system(command), 0);
  }
}

static void where_mapping_is_demanded_and_refused_there_is_no_run(void **state)
{
  const enum fault_kind kinds[] = {FAULT_MAP, FAULT_RESERVE, FAULT_POPULATE};

  for (size_t i = 0; i < 3; i++) {
    epochlog_error error;

    fault_arm(kinds[i], 1, FAULT_ALWAYS);
    assert_null(epochlog_start(
        &(epochlog_options){.root = *state, .run_id = "run", .live = EPOCHLOG_LIVE_MAPPED},
        &error));
    fault_disarm();
    assert_true(error.status == EPOCHLOG_OPEN || error.status == EPOCHLOG_NO_MEMORY);
    assert_int_not_equal(error.sys_errno, 0);
    assert_int_equal(mappings_of(*state), 0);
  }
}

/* A file system that cannot reserve blocks gets zeros, which does as well. */
static void a_file_system_that_knows_no_reserving_is_mapped(void **state)
{
  epochlog_run *run;

  fault_arm(FAULT_RESERVE, 1, FAULT_ALWAYS);
  fault_errno(EOPNOTSUPP);
  run = start_as(state, &(epochlog_options){.live = EPOCHLOG_LIVE_AUTO});
  assert_int_equal(mappings_of(*state), 1);
  fault_disarm();
  epochlog_log(run, "loss", 1);
  complete(run);
}

/* ------------------------------------------------------------ without a thread */

static void without_a_thread_there_is_one_and_everything_arrives(void **state)
{
  const epochlog_live lives[] = {EPOCHLOG_LIVE_MAPPED, EPOCHLOG_LIVE_WRITTEN};
  const size_t n = 30000;

  for (size_t k = 0; k < 2; k++) {
    epochlog_run *run = start_as(
        state, &(epochlog_options){.no_thread = 1, .live = lives[k], .ring_kib = k == 0 ? 0 : 16});
    struct scan scan;
    char command[700];

    assert_int_equal(threads_here(), 1);
    for (size_t i = 0; i < n; i++) epochlog_log(run, "loss", (double)i);
    assert_int_equal(threads_here(), 1);
    complete(run);
    scan = scan_of(*state);
    assert_int_equal(scan_points_of(&scan, "loss"), n);
    assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_LOSS), 0);
    scan_release(&scan);
    snprintf(command, sizeof command, "rm -rf '%s'", folder_of(*state));
    assert_int_equal(system(command), 0);
  }
}

static void with_a_thread_there_are_two_while_the_run_lasts(void **state)
{
  epochlog_run *run = start_as(state, &(epochlog_options){.no_thread = 0});

  assert_int_equal(threads_here(), 2);
  complete(run);
  assert_int_equal(threads_here(), 1);
}

static atomic_int syncs;

static void count_syncs(const struct fault_call *call, enum fault_moment moment)
{
  if (call->kind == FAULT_SYNC && moment == FAULT_DONE) atomic_fetch_add(&syncs, 1);
}

/* Logs now and then for a while; returns how often the files were synced meanwhile. */
static int syncs_while_logging(epochlog_run *run, int64_t ms)
{
  const int64_t end = epochlog__clock_mono() + ms * MS;

  atomic_store(&syncs, 0);
  fault_watch(count_syncs);
  while (epochlog__clock_mono() < end) {
    epochlog_log(run, "loss", 1);
    usleep(1000);
  }
  fault_watch(NULL);
  return atomic_load(&syncs);
}

static void syncs_come_at_intervals_with_a_thread_and_without(void **state)
{
  for (int no_thread = 0; no_thread < 2; no_thread++) {
    epochlog_run *run = start_as(
        state, &(epochlog_options){
                   .no_thread = no_thread, .sync = EPOCHLOG_SYNC_INTERVAL, .sync_interval_ms = 20});
    const int count = syncs_while_logging(run, 300);

    /* Two files each time; a busy machine may be late. */
    assert_true(count >= 4 && count <= 60);
    complete(run);
  }
}

static void nothing_is_synced_that_nobody_asked_for(void **state)
{
  for (int no_thread = 0; no_thread < 2; no_thread++) {
    epochlog_run *run = start_as(state, &(epochlog_options){.no_thread = no_thread});

    assert_int_equal(syncs_while_logging(run, 50), 0);
    complete(run);
  }
}

static void a_written_file_is_written_in_time_by_the_calls_themselves(void **state)
{
  epochlog_run *run = start_as(
      state,
      &(epochlog_options){.no_thread = 1, .live = EPOCHLOG_LIVE_WRITTEN, .flush_interval_ms = 10});
  const int64_t end = epochlog__clock_mono() + 200 * MS;
  struct scan scan;

  while (epochlog__clock_mono() < end) {
    epochlog_log(run, "loss", 1);
    usleep(1000);
  }
  scan = scan_of(*state);
  assert_true(scan_points_of(&scan, "loss") > 10);
  scan_release(&scan);
  complete(run);
}

/* --------------------------------------------------------------- small rings */

#define WIDE 3000

/* Each of these is larger than a segment. */
static void a_ring_of_16_kib_takes_what_is_larger_than_itself(void **state)
{
  static epochlog_metric wide[WIDE];
  static double values[WIDE];
  char *name = malloc(EPOCHLOG_NAME_MAX + 1);
  char *text = malloc(1000001);

  memset(text, 't', 1000000);
  text[1000000] = '\0';
  for (int no_thread = 0; no_thread < 2; no_thread++) {
    epochlog_run *run =
        start_as(state, &(epochlog_options){.ring_kib = 16, .no_thread = no_thread});
    struct scan scan;
    char command[700];

    for (int i = 0; i < 20; i++) {
      memset(name, 'a' + i, EPOCHLOG_NAME_MAX);
      name[EPOCHLOG_NAME_MAX] = '\0';
      epochlog_log_at(run, name, 0, i);
      epochlog_log_at(run, name, 1, i);
      epochlog_tag(run, name, "long");
    }
    for (int i = 0; i < 3; i++) epochlog_log_text(run, "text", i, text);
    for (int i = 0; i < WIDE; i++) {
      snprintf(name, EPOCHLOG_NAME_MAX, "wide %d", i);
      wide[i] = epochlog_define(run, name, NULL);
      values[i] = i;
    }
    for (int step = 0; step < 10; step++) epochlog_scalars(run, step, wide, values, WIDE);
    complete(run);
    scan = scan_of(*state);
    assert_int_equal(scan.point_count, 40 + 10 * WIDE);
    assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_TEXT_POINT), 3);
    assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_TAG), 20);
    assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_LOSS), 0);
    assert_int_equal(scan_points_of(&scan, "wide 2999"), 10);
    assert_true(scan_point_at(&scan, "wide 2999", 9)->bits == epochlog__bits_of(2999));
    scan_release(&scan);
    snprintf(command, sizeof command, "rm -rf '%s'", folder_of(*state));
    assert_int_equal(system(command), 0);
  }
  free(name);
  free(text);
}

static void a_large_ring_is_one_too(void **state)
{
  epochlog_run *run = start_as(state, &(epochlog_options){.ring_kib = 32768});
  struct scan scan;

  for (int i = 0; i < 100000; i++) epochlog_log(run, "loss", i);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan.point_count, 100000);
  scan_release(&scan);
}

/* ------------------------------------------------------------- several writers */

#define POINTS 5000

static void runs_of_one_id_in_one_process_have_a_pair_each(void **state)
{
  epochlog_run *first = start_as(state, &(epochlog_options){.ring_kib = 16});
  epochlog_run *second = start_as(state, &(epochlog_options){.live = EPOCHLOG_LIVE_WRITTEN});
  struct scan scan;

  for (int i = 0; i < POINTS; i++) {
    epochlog_log(first, "first", i);
    epochlog_log(second, "second", i);
    epochlog_log(i % 2 == 0 ? first : second, "both", i);
  }
  complete(first);
  complete(second);
  scan = scan_of(*state);
  assert_int_equal(scan.log_count, 2);
  assert_int_equal(scan.finished_count, 2);
  assert_int_equal(scan_points_of(&scan, "first"), POINTS);
  assert_int_equal(scan_points_of(&scan, "second"), POINTS);
  assert_int_equal(scan_points_of(&scan, "both"), POINTS);
  scan_release(&scan);
}

static void ranks_of_one_id_in_processes_of_their_own_have_a_pair_each(void **state)
{
  pid_t children[4];
  struct scan scan;
  bool is_there[4] = {false};

  for (int rank = 0; rank < 4; rank++) {
    children[rank] = fork();
    if (children[rank] == 0) {
      epochlog_run *run = epochlog_start(
          &(epochlog_options){
              .root = *state, .run_id = "run", .rank_plus_one = rank + 1, .world_size = 4},
          NULL);

      for (int i = 0; i < POINTS; i++) epochlog_log_at(run, "loss", i, rank);
      _exit(epochlog_complete(run, NULL) != EPOCHLOG_OK);
    }
  }
  for (int rank = 0; rank < 4; rank++) {
    int status;

    assert_int_equal(waitpid(children[rank], &status, 0), children[rank]);
    assert_int_equal(status, 0);
  }
  scan = scan_of(*state);
  assert_int_equal(scan.log_count, 4);
  assert_int_equal(scan.finished_count, 4);
  assert_int_equal(scan_points_of(&scan, "loss"), 4 * POINTS);
  for (size_t k = 0; k < 4; k++) {
    struct epochlog__bytes body = body_of(&scan, FORMAT_RECORD_RUN, k);
    uint32_t rank;

    epochlog__take_bytes(&body, FORMAT_UUID_SIZE);
    for (int i = 0; i < 5; i++) epochlog__take_str(&body);
    rank = epochlog__take_u32(&body);
    assert_true(rank < 4 && !is_there[rank]);
    is_there[rank] = true;
    assert_int_equal(epochlog__take_u32(&body), 4);
  }
  scan_release(&scan);
}

/* --------------------------------------------------------------- file systems */

static void the_file_system_is_what_stands_behind_the_dash(void **state)
{
  const struct {
    const char *line;
    const char *name; /* "" for none */
  } lines[] = {
      {"36 35 98:0 / /mnt rw,noatime master:1 - ext4 /dev/root rw,errors=continue\n", "ext4"},
      {"36 35 98:0 / /mnt rw - xfs /dev/sda1 rw\n", "xfs"},
      {"36 35 98:0 / /my\\040-\\040disk rw shared:7 master:1 - fuse.sshfs host:/ rw\n",
       "fuse.sshfs"},
      {"36 35 98:0 / /mnt rw - nfs4 host:/a\\040b rw\n", "nfs4"},
      {"36 35 98:0 / /mnt rw - tmpfs", "tmpfs"},
      {"36 35 98:0 / /mnt rw - tmpfs\n", "tmpfs"},
      {"37 35 98:0 / /mnt rw - ext4 /dev/root rw\n", ""},
      {"360 35 98:0 / /mnt rw - ext4 /dev/root rw\n", ""},
      {"36x 35 98:0 / /mnt rw - ext4 /dev/root rw\n", ""},
      {"36 35 98:0 / /mnt rw ext4 /dev/root rw\n", ""},
      {"36 35 98:0 / /mnt rw -", ""},
      {"36 35 98:0 / /mnt rw - \n", ""},
      {"36", ""},
      {"", ""},
      {"\n", ""},
      {" - ext4 /dev/root rw\n", ""},
      {"nonsense", ""},
  };

  (void)state;
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    char name[64] = "";
    const bool is_found = epochlog__medium_of_line(lines[i].line, 36, name, sizeof name);

    assert_string_equal(name, lines[i].name);
    assert_int_equal(is_found, lines[i].name[0] != '\0');
  }
}

static void lines_of_any_length_are_read(void **state)
{
  char *line = malloc(200200);
  char name[64] = "";

  (void)state;
  memset(line, 'x', 200200);
  memcpy(line, "36 35 98:0 / /", 14);
  strcpy(line + 100000, " rw - overlay overlay rw,lowerdir=");
  line[strlen(line)] = 'x';
  line[200199] = '\0';
  assert_true(epochlog__medium_of_line(line, 36, name, sizeof name));
  assert_string_equal(name, "overlay");
  /* A name that is no name. */
  memset(line + 100000, 'x', 100000);
  memcpy(line + 100000, " rw - ", 6);
  assert_false(epochlog__medium_of_line(line, 36, name, sizeof name));
  free(line);
}

static void a_folder_of_this_machine_has_a_file_system(void **state)
{
  const int fd = open(*state, O_RDONLY | O_DIRECTORY);
  char name[64];

  assert_true(epochlog__medium_is_mappable(fd, name, sizeof name));
  assert_string_not_equal(name, "unknown");
  close(fd);
  assert_false(epochlog__medium_is_mappable(fd, name, sizeof name));
  assert_string_equal(name, "unknown");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_calm_folder, remove_folder)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_live_file_is_mapped_or_written_as_the_options_say),
      IN_FOLDER(the_variable_decides_where_the_options_leave_it_open),
      IN_FOLDER(a_variable_that_is_nonsense_is_invalid_and_named),
      IN_FOLDER(what_is_outside_of_an_options_range_is_invalid),
      IN_FOLDER(where_mapping_is_refused_the_file_is_written_and_the_log_says_so),
      IN_FOLDER(where_mapping_is_demanded_and_refused_there_is_no_run),
      IN_FOLDER(a_file_system_that_knows_no_reserving_is_mapped),
      IN_FOLDER(without_a_thread_there_is_one_and_everything_arrives),
      IN_FOLDER(with_a_thread_there_are_two_while_the_run_lasts),
      IN_FOLDER(syncs_come_at_intervals_with_a_thread_and_without),
      IN_FOLDER(nothing_is_synced_that_nobody_asked_for),
      IN_FOLDER(a_written_file_is_written_in_time_by_the_calls_themselves),
      IN_FOLDER(a_ring_of_16_kib_takes_what_is_larger_than_itself),
      IN_FOLDER(a_large_ring_is_one_too),
      IN_FOLDER(runs_of_one_id_in_one_process_have_a_pair_each),
      IN_FOLDER(ranks_of_one_id_in_processes_of_their_own_have_a_pair_each),
      cmocka_unit_test(the_file_system_is_what_stands_behind_the_dash),
      cmocka_unit_test(lines_of_any_length_are_read),
      IN_FOLDER(a_folder_of_this_machine_has_a_file_system),
  };

  /* Syncs are counted here, and none has to reach a disk. */
  if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
  return cmocka_run_group_tests_name("modes", tests, NULL, NULL) != 0;
}
