/* Files, folders and images that a run keeps. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "epochlog.h"
#include "files.h"
#include "format.h"
#include "frame.h"
#include "image.h"
#include "scan.h"
#include "temp_folder.h"

static const char *path_of(void **state, const char *name)
{
  static char path[4][600];
  static size_t next;
  char *out = path[next++ % 4];

  snprintf(out, sizeof path[0], "%s/%s", (const char *)*state, name);
  return out;
}

static void write_file(void **state, const char *name, const char *content)
{
  FILE *file = fopen(path_of(state, name), "wb");

  fputs(content, file);
  fclose(file);
}

static void assert_content(void **state, const char *name, const char *want)
{
  char got[200] = {0};
  FILE *file = fopen(path_of(state, name), "rb");

  if (file == NULL) fail_msg("%s is not there", name);
  got[fread(got, 1, sizeof got - 1, file)] = '\0';
  fclose(file);
  assert_string_equal(got, want);
}

static epochlog_run *start(void **state)
{
  return epochlog_start(&(epochlog_options){.root = *state, .run_id = "run"}, NULL);
}

static struct scan scan_of(void **state)
{
  struct scan scan;

  scan_folder(&scan, path_of(state, "run"));
  if (scan.fault != NULL) fail_msg("the log is damaged: %s", scan.fault);
  return scan;
}

/* The path in the k-th FILE or IMAGE record. */
static const char *path_in(const struct scan *scan, uint16_t type, size_t k)
{
  static char path[300];
  const struct scan_record *record = scan_record_at(scan, type, k);
  struct epochlog__bytes in;
  struct epochlog__text text;

  if (record == NULL) return "none";
  in = epochlog__bytes_of(record->body, record->size);
  if (type == FORMAT_RECORD_IMAGE) {
    epochlog__take_str(&in);
    epochlog__take_i64(&in);
  }
  text = epochlog__take_str(&in);
  snprintf(path, sizeof path, "%.*s", (int)text.size, text.data);
  return path;
}

static void paths_that_leave_the_run_are_told_from_those_that_do_not(void **state)
{
  const char *const inside[] = {"a", "a/b", "..a", "a..", "...", ".hidden", "a b/c"};
  const char *const outside[] = {"",   "/",    "/a",   "a/",     "a//b", ".",
                                 "..", "../a", "a/..", "a/../b", "./a",  "a/."};

  (void)state;
  for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++)
    assert_true(epochlog__files_is_inside(inside[i]));
  for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
    assert_false(epochlog__files_is_inside(outside[i]));
}

static void a_file_is_copied_with_its_size_and_hash(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;
  struct epochlog__bytes in;

  write_file(state, "model.bin", "abc");
  assert_int_equal(epochlog_add_file(run, NULL, path_of(state, "model.bin"), "model"), EPOCHLOG_OK);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  assert_content(state, "run/files/model.bin", "abc");
  scan = scan_of(state);
  assert_string_equal(path_in(&scan, FORMAT_RECORD_FILE, 0), "files/model.bin");
  in = epochlog__bytes_of(scan_record_at(&scan, FORMAT_RECORD_FILE, 0)->body, 1000);
  epochlog__take_str(&in);
  assert_int_equal(epochlog__take_u64(&in), 3);
  assert_int_equal(epochlog__take_u32(&in), 0xBF1678BA); /* SHA-256("abc") begins ba7816bf */
  epochlog__take_bytes(&in, 28);
  assert_int_equal(epochlog__take_str(&in).size, 5);
  scan_release(&scan);
}

static void the_same_name_again_replaces_the_copy(void **state)
{
  epochlog_run *run = start(state);

  assert_int_equal(epochlog_add_file_data(run, "a/b/c.txt", "first", 5, NULL), EPOCHLOG_OK);
  assert_int_equal(epochlog_add_file_data(run, "a/b/c.txt", "second", 6, NULL), EPOCHLOG_OK);
  assert_int_equal(epochlog_add_file_data(run, "empty", NULL, 0, NULL), EPOCHLOG_OK);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  assert_content(state, "run/files/a/b/c.txt", "second");
  assert_content(state, "run/files/empty", "");
}

static void a_file_is_never_written_outside_of_the_run(void **state)
{
  epochlog_run *run = start(state);
  char link[600];

  write_file(state, "x", "x");
  assert_int_equal(epochlog_add_file(run, "../x", path_of(state, "x"), NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_file(run, "/x", path_of(state, "x"), NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_file(run, " ", path_of(state, "x"), NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_file(run, NULL, path_of(state, "x/.."), NULL), EPOCHLOG_INVALID);
  /* Through a link that somebody put there. */
  assert_int_equal(epochlog_add_file_data(run, "a", "a", 1, NULL), EPOCHLOG_OK);
  snprintf(link, sizeof link, "%s", path_of(state, "run/files/link"));
  assert_int_equal(symlink(*state, link), 0);
  assert_int_equal(epochlog_add_file_data(run, "link/y", "y", 1, NULL), EPOCHLOG_OPEN);
  assert_int_equal(access(path_of(state, "y"), F_OK), -1);
  epochlog_complete(run, NULL);
}

static void what_cannot_be_read_is_read(void **state)
{
  epochlog_run *run = start(state);
  epochlog_error error;

  mkfifo(path_of(state, "pipe"), 0600);
  assert_int_equal(epochlog_add_file(run, NULL, path_of(state, "nowhere"), NULL), EPOCHLOG_READ);
  assert_int_equal(epochlog_add_file(run, "f", path_of(state, "run"), NULL), EPOCHLOG_READ);
  assert_int_equal(epochlog_add_file(run, "p", path_of(state, "pipe"), NULL), EPOCHLOG_READ);
  assert_int_equal(epochlog_add_folder(run, "d", path_of(state, "nowhere"), NULL), EPOCHLOG_READ);
  assert_int_equal(epochlog_log_image_file(run, "i", 0, path_of(state, "nowhere"), NULL),
                   EPOCHLOG_READ);
  assert_int_equal(epochlog_add_file(run, "n", NULL, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_complete(run, &error), EPOCHLOG_READ);
  assert_non_null(strstr(error.message, "nowhere"));
}

static void a_name_longer_than_the_system_takes_is_open(void **state)
{
  char name[301];
  epochlog_run *run = start(state);

  memset(name, 'n', 300);
  name[300] = '\0';
  assert_int_equal(epochlog_add_file_data(run, name, "x", 1, NULL), EPOCHLOG_OPEN);
  epochlog_complete(run, NULL);
}

static void a_folder_is_kept_without_following_links(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;
  char link[600];

  mkdir(path_of(state, "src"), 0777);
  mkdir(path_of(state, "src/deep"), 0777);
  mkdir(path_of(state, "src/empty"), 0777);
  mkdir(path_of(state, "secret"), 0777);
  write_file(state, "secret/key", "k");
  write_file(state, "src/b.txt", "b");
  write_file(state, "src/a.txt", "a");
  write_file(state, "src/deep/c.txt", "c");
  snprintf(link, sizeof link, "%s", path_of(state, "src/link"));
  assert_int_equal(symlink(path_of(state, "secret"), link), 0);
  snprintf(link, sizeof link, "%s", path_of(state, "src/key"));
  assert_int_equal(symlink(path_of(state, "secret/key"), link), 0);
  assert_int_equal(epochlog_add_folder(run, NULL, path_of(state, "src/"), "source"), EPOCHLOG_OK);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan = scan_of(state);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_FILE), 3);
  assert_string_equal(path_in(&scan, FORMAT_RECORD_FILE, 0), "files/src/a.txt");
  assert_string_equal(path_in(&scan, FORMAT_RECORD_FILE, 1), "files/src/b.txt");
  assert_string_equal(path_in(&scan, FORMAT_RECORD_FILE, 2), "files/src/deep/c.txt");
  assert_content(state, "run/files/src/deep/c.txt", "c");
  scan_release(&scan);
}

static void a_folder_that_holds_the_run_is_kept_without_the_run(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;

  write_file(state, "train.py", "pass");
  assert_int_equal(epochlog_add_folder(run, "source", *state, NULL), EPOCHLOG_OK);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan = scan_of(state);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_FILE), 1);
  scan_release(&scan);
}

/* ------------------------------------------------------------------ images */

static void pictures_are_told_by_their_first_bytes(void **state)
{
  const struct {
    const char *extension;
    const char *bytes;
    size_t size;
    uint32_t width;
    uint32_t height;
  } pictures[] = {
      {".png", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\1\2\0\0\0\3", 24, 258, 3},
      {".gif", "GIF89a\5\0\6\1", 10, 5, 262},
      {".jpg", "\xFF\xD8\xFF\xE0\0\4ab\xFF\xC0\0\x0B\x08\0\x10\0\x20\1\1\x11\0", 21, 32, 16},
      {".jpg", "\xFF\xD8\xFF\xE0", 4, 0, 0},
      {".webp", "RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\7\0\0\x0B\0\0", 30, 8, 12},
      {".webp", "RIFF\x16\0\0\0WEBPVP8L\x0A\0\0\0\x2F\x07\xC0\x02\0\0\0\0\0\0", 31, 8, 12},
      {".webp", "RIFF\x16\0\0\0WEBPVP8 \x0A\0\0\0\0\0\0\x9D\x01\x2A\7\0\x0B\0", 30, 7, 11},
  };
  struct epochlog__image image;

  (void)state;
  for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++) {
    assert_true(epochlog__image_look(&image, pictures[i].bytes, pictures[i].size));
    assert_string_equal(image.extension, pictures[i].extension);
    assert_int_equal(image.width, pictures[i].width);
    assert_int_equal(image.height, pictures[i].height);
    for (size_t size = 0; size < pictures[i].size; size++) {
      /* Exactly so many bytes, so that a sanitizer sees a read past them. */
      char *exact = malloc(size == 0 ? 1 : size);

      memcpy(exact, pictures[i].bytes, size);
      epochlog__image_look(&image, exact, size);
      free(exact);
    }
  }
  assert_false(epochlog__image_look(&image, "BM", 2));
  assert_false(epochlog__image_look(&image, "", 0));
}

static void images_are_kept_once_and_counted(void **state)
{
  const uint8_t pixels[2 * 3 * 3] = {255, 0, 0, 0, 255, 0};
  epochlog_run *run = start(state);
  struct scan scan;
  char first[300];
  struct epochlog__bytes in;

  for (int i = 0; i < 2; i++)
    assert_int_equal(
        epochlog_log_image_pixels(run, "Sample 1", EPOCHLOG_AUTO, pixels, 2, 3, 3, 0, "two"),
        EPOCHLOG_OK);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan = scan_of(state);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_IMAGE), 2);
  snprintf(first, sizeof first, "%s", path_in(&scan, FORMAT_RECORD_IMAGE, 0));
  assert_string_equal(path_in(&scan, FORMAT_RECORD_IMAGE, 1), first);
  assert_memory_equal(first, "files/images/sample-1-", 22);
  in = epochlog__bytes_of(scan_record_at(&scan, FORMAT_RECORD_IMAGE, 1)->body, 1000);
  epochlog__take_str(&in);
  assert_int_equal(epochlog__take_i64(&in), 1);
  epochlog__take_str(&in);
  assert_int_equal(epochlog__take_u32(&in), 2);
  assert_int_equal(epochlog__take_u32(&in), 3);
  scan_release(&scan);
}

static void what_is_no_picture_is_invalid(void **state)
{
  const uint8_t pixel[4] = {0};
  epochlog_run *run = start(state);

  assert_int_equal(epochlog_log_image_data(run, "i", 0, "text", 4, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_data(run, "i", 0, NULL, 0, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_pixels(run, "i", 0, pixel, 0, 1, 1, 0, NULL),
                   EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_pixels(run, "i", 0, pixel, 65536, 1, 1, 0, NULL),
                   EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_pixels(run, "i", 0, pixel, 1, 1, 2, 0, NULL),
                   EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_pixels(run, "i", 0, pixel, 2, 1, 3, 5, NULL),
                   EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_pixels(run, "i", 0, pixel, 1, 1, 4, 0, NULL), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_image_pixels(run, " ", 0, pixel, 1, 1, 4, 0, NULL),
                   EPOCHLOG_INVALID);
  epochlog_complete(run, NULL);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paths_that_leave_the_run_are_told_from_those_that_do_not),
      IN_FOLDER(a_file_is_copied_with_its_size_and_hash),
      IN_FOLDER(the_same_name_again_replaces_the_copy),
      IN_FOLDER(a_file_is_never_written_outside_of_the_run),
      IN_FOLDER(what_cannot_be_read_is_read),
      IN_FOLDER(a_name_longer_than_the_system_takes_is_open),
      IN_FOLDER(a_folder_is_kept_without_following_links),
      IN_FOLDER(a_folder_that_holds_the_run_is_kept_without_the_run),
      cmocka_unit_test(pictures_are_told_by_their_first_bytes),
      IN_FOLDER(images_are_kept_once_and_counted),
      IN_FOLDER(what_is_no_picture_is_invalid),
  };

  return cmocka_run_group_tests_name("files", tests, NULL, NULL) != 0;
}
