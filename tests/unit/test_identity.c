/* What a run is called, and what is read from its surroundings. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env.h"
#include "identity.h"
#include "temp_folder.h"
#include "utf8.h"

static void a_slug_is_safe_as_a_part_of_a_folders_name(void **state)
{
  const struct {
    const char *name;
    const char *slug;
  } cases[] = {
      {"ridge", "ridge"},
      {"Ridge (\xCE\xB1=0.1)", "ridge-0.1"},
      {"  a  b  ", "a-b"},
      {"../../etc/passwd", "etc-passwd"},
      {"...", "run"},
      {"", "run"},
      {"\xE6\x97\xA5\xE6\x9C\xAC", "run"},
      {"a.", "a"},
      {"x_y-z", "x_y-z"},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char slug[EPOCHLOG__SLUG_MAX + 1];

    epochlog__identity_slug(slug, cases[i].name);
    assert_string_equal(slug, cases[i].slug);
  }
}

static void an_id_begins_with_the_time_in_utc(void **state)
{
  char id[EPOCHLOG__RUN_ID_MAX + 1];

  (void)state;
  setenv("TZ", "America/New_York", 1);
  assert_true(epochlog__identity_make(id, "ridge", INT64_C(1795268702123456789)));
  unsetenv("TZ");
  assert_memory_equal(id, "20261121-134502-ridge-", 22);
  assert_int_equal(strlen(id), 28);
  assert_true(epochlog__identity_is_run_id(id));
}

static void an_id_at_the_limit_is_one_and_past_it_is_none(void **state)
{
  char id[EPOCHLOG__RUN_ID_MAX + 2];

  (void)state;
  memset(id, 'i', sizeof id);
  id[EPOCHLOG__RUN_ID_MAX] = '\0';
  assert_true(epochlog__identity_is_run_id(id));
  id[EPOCHLOG__RUN_ID_MAX] = 'i';
  id[EPOCHLOG__RUN_ID_MAX + 1] = '\0';
  assert_false(epochlog__identity_is_run_id(id));
}

static void two_uuids_differ_and_say_that_they_are_random(void **state)
{
  uint8_t a[FORMAT_UUID_SIZE];
  uint8_t b[FORMAT_UUID_SIZE];

  (void)state;
  assert_true(epochlog__identity_uuid(a));
  assert_true(epochlog__identity_uuid(b));
  assert_memory_not_equal(a, b, sizeof a);
  assert_int_equal(a[6] >> 4, 4);
  assert_int_equal(a[8] >> 6, 2);
}

/* ------------------------------------------------------------- environment */

static void a_variable_that_is_no_number_is_passed_over(void **state)
{
  const char *const names[] = {"EPOCHLOG_TEST_A", "EPOCHLOG_TEST_B", NULL};
  const char *const no[] = {"", "x", "-1", "1x", " 1", "100000", "99999999999999999999"};

  (void)state;
  setenv("EPOCHLOG_TEST_B", "12", 1);
  for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
    setenv("EPOCHLOG_TEST_A", no[i], 1);
    assert_int_equal(epochlog__env_number(names, 7, 99999), 12);
  }
  setenv("EPOCHLOG_TEST_A", "99999", 1);
  assert_int_equal(epochlog__env_number(names, 7, 99999), 99999);
  unsetenv("EPOCHLOG_TEST_A");
  unsetenv("EPOCHLOG_TEST_B");
  assert_int_equal(epochlog__env_number(names, 7, 99999), 7);
}

static void this_process_has_a_start_and_arguments(void **state)
{
  struct epochlog__buffer out;
  struct epochlog__bytes in;
  char program[100];

  (void)state;
  assert_true(epochlog__env_process_start() != 0);
  epochlog__buffer_init(&out, 1 << 20);
  epochlog__env_add_arguments(&out);
  in = epochlog__bytes_of(out.data, out.size);
  assert_true(epochlog__take_u32(&in) >= 1);
  assert_true(epochlog__take_str(&in).size > 0);
  epochlog__buffer_release(&out);
  epochlog__env_program(program, sizeof program);
  assert_non_null(strstr(program, "identity"));
}

/* --------------------------------------------------------------------- git */

#define COMMIT_A "0123456789abcdef0123456789abcdef01234567"
#define COMMIT_B "89abcdef0123456789abcdef0123456789abcdef"

static void put(void **state, const char *name, const char *content)
{
  char path[600];
  FILE *file;

  for (const char *p = name; (p = strchr(p, '/')) != NULL; p++) {
    snprintf(path, sizeof path, "%s/%.*s", (const char *)*state, (int)(p - name), name);
    mkdir(path, 0777);
  }
  snprintf(path, sizeof path, "%s/%s", (const char *)*state, name);
  file = fopen(path, "w");
  fputs(content, file);
  fclose(file);
}

static void assert_commit(void **state, const char *folder, const char *want)
{
  char path[600];
  char got[100];

  snprintf(path, sizeof path, "%s/%s", (const char *)*state, folder);
  if (!epochlog__git_commit(path, got, sizeof got)) strcpy(got, "none");
  assert_string_equal(got, want);
}

static void the_commit_is_found_from_any_folder_below(void **state)
{
  put(state, ".git/HEAD", "ref: refs/heads/main\n");
  put(state, "deep/er/x", "");
  assert_commit(state, "deep/er", "none");
  put(state, ".git/refs/heads/main", COMMIT_A "\n");
  assert_commit(state, "deep/er", COMMIT_A);
  put(state, ".git/HEAD", COMMIT_B "\n");
  assert_commit(state, "deep", COMMIT_B);
  put(state, ".git/HEAD", "nonsense\n");
  assert_commit(state, "deep", "none");
}

static void a_packed_branch_has_a_commit_too(void **state)
{
  put(state, ".git/HEAD", "ref: refs/heads/topic/a\n");
  put(state, ".git/packed-refs",
      "# pack-refs with: peeled fully-peeled sorted\n" COMMIT_B " refs/heads/topic/ab\n" COMMIT_A
      " refs/heads/topic/a\n^" COMMIT_B "\n");
  assert_commit(state, ".", COMMIT_A);
}

static void a_worktree_finds_its_branch_in_the_repository(void **state)
{
  put(state, "repository/.git/worktrees/w/HEAD", "ref: refs/heads/topic\n");
  put(state, "repository/.git/worktrees/w/commondir", "../..\n");
  put(state, "repository/.git/refs/heads/topic", COMMIT_A "\n");
  put(state, "tree/.git", "gitdir: ../repository/.git/worktrees/w\n");
  assert_commit(state, "tree", COMMIT_A);
}

static void a_ref_cannot_point_out_of_the_repository(void **state)
{
  put(state, "commit", COMMIT_A "\n");
  put(state, ".git/HEAD", "ref: ../commit\n");
  assert_commit(state, ".", "none");
}

/* -------------------------------------------------------------------- utf-8 */

static void assert_clean(const char *text, const char *want)
{
  struct epochlog__buffer out;

  epochlog__buffer_init(&out, 1000);
  epochlog__utf8_add(&out, text, strlen(text));
  epochlog__add_u8(&out, 0);
  assert_string_equal((const char *)out.data, want);
  epochlog__buffer_release(&out);
}

static void each_byte_that_is_not_utf8_becomes_a_replacement(void **state)
{
#define R "\xEF\xBF\xBD"
  (void)state;
  assert_clean("plain", "plain");
  assert_clean("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
  assert_clean("\x80", R);
  assert_clean("a\xC3", "a" R);
  assert_clean("\xC0\x80", R R);             /* overlong */
  assert_clean("\xE0\x80\x80", R R R);       /* overlong */
  assert_clean("\xED\xA0\x80", R R R);       /* a surrogate */
  assert_clean("\xF4\x90\x80\x80", R R R R); /* past U+10FFFF */
  assert_clean("\xF0\x8F\xBF\xBF", R R R R); /* overlong */
  assert_clean("\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF");
  assert_clean("\xE2\x82x", R R "x");
  assert_clean("\xFF\xFE", R R);
#undef R
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_slug_is_safe_as_a_part_of_a_folders_name),
      cmocka_unit_test(an_id_begins_with_the_time_in_utc),
      cmocka_unit_test(an_id_at_the_limit_is_one_and_past_it_is_none),
      cmocka_unit_test(two_uuids_differ_and_say_that_they_are_random),
      cmocka_unit_test(a_variable_that_is_no_number_is_passed_over),
      cmocka_unit_test(this_process_has_a_start_and_arguments),
      IN_FOLDER(the_commit_is_found_from_any_folder_below),
      IN_FOLDER(a_packed_branch_has_a_commit_too),
      IN_FOLDER(a_worktree_finds_its_branch_in_the_repository),
      IN_FOLDER(a_ref_cannot_point_out_of_the_repository),
      cmocka_unit_test(each_byte_that_is_not_utf8_becomes_a_replacement),
  };

  return cmocka_run_group_tests_name("identity", tests, NULL, NULL) != 0;
}
