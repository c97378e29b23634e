#include "unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import/csv.h"

/* Text that is written into a pipe a few bytes at a time, so that every row is met
 * cut in every place. */
struct feed {
  int fd;
  const char *text;
  size_t size;
  size_t step;
};

static void *write_slowly(void *argument)
{
  const struct feed *feed = argument;

  for (size_t at = 0; at < feed->size;) {
    const size_t left = feed->size - at, step = left < feed->step ? left : feed->step;
    const ssize_t written = write(feed->fd, feed->text + at, step);

    if (written < 0) break;
    at += (size_t)written;
  }
  close(feed->fd);
  return NULL;
}

/* Reads all rows as "1:a|b/3:c|d/": line, fields, rows.  A complaint ends it as
 * "!complaint". */
static char *read_rows(const char *text, size_t size, char separator, size_t step)
{
  struct feed feed = {.text = text, .size = size, .step = step};
  struct csv_error error;
  struct csv *csv;
  char *rows;
  size_t rows_size;
  FILE *out = open_memstream(&rows, &rows_size);
  pthread_t writer;
  int ends[2], got;

  assert_int_equal(pipe(ends), 0);
  feed.fd = ends[1];
  pthread_create(&writer, NULL, write_slowly, &feed);
  csv = csv_new(ends[0], separator);
  while ((got = csv_next(csv, &error)) == 1) {
    fprintf(out, "%llu:", (unsigned long long)csv_line(csv));
    for (size_t i = 0; i < csv_count(csv); i++)
      fprintf(out, "%s%s", i ? "|" : "", csv_fields(csv)[i].text);
    fputc('/', out);
  }
  if (got < 0) fprintf(out, "!%s", error.message);
  csv_free(csv);
  fclose(out);
  close(ends[0]);
  pthread_join(writer, NULL);
  return rows;
}

/* However the bytes come in, the rows are the same. */
static void assert_rows_sized(const char *text, size_t size, const char *want)
{
  for (size_t step = 1; step <= 5; step += 2) {
    char *rows = read_rows(text, size, 0, step);

    assert_string_equal(rows, want);
    free(rows);
  }
}

static void assert_rows(const char *text, const char *want)
{
  assert_rows_sized(text, strlen(text), want);
}

static void rows_end_in_any_way(void **state)
{
  (void)state;
  assert_rows("a,b\n1,2\n", "1:a|b/2:1|2/");
  assert_rows("a,b\r\n1,2\r\n", "1:a|b/2:1|2/");
  assert_rows("a,b\r1,2\r", "1:a|b/2:1|2/");
  assert_rows("a,b\n1,2", "1:a|b/2:1|2/");
}

static void quotes_hold_separators_line_ends_and_quotes(void **state)
{
  (void)state;
  assert_rows("a,b\n\"x,\"\"y\"\"\",\"two\nlines\"\n3,4\n", "1:a|b/2:x,\"y\"|two\nlines/4:3|4/");
  assert_rows("a,b\n\"\",\"\"\"\"", "1:a|b/2:|\"/");
  assert_rows("a,b\n5\" pipe,2\n", "1:a|b/2:5\" pipe|2/");
}

static void the_separator_is_found_in_the_first_row(void **state)
{
  (void)state;
  assert_rows("a;b;c\n1,5;2;3\n", "1:a|b|c/2:1,5|2|3/");
  assert_rows("a\tb\n1\t2\n", "1:a|b/2:1|2/");
  assert_rows("\"a,b,c\";d\n1;2\n", "1:a,b,c|d/2:1|2/");
  assert_rows("alone\n1\n", "1:alone/2:1/");
}

static void a_given_separator_is_believed(void **state)
{
  char *rows = read_rows("a;b,c\n", 6, ',', 100);

  (void)state;
  assert_string_equal(rows, "1:a;b|c/");
  free(rows);
}

static void marks_blanks_and_blank_lines_are_dropped(void **state)
{
  (void)state;
  assert_rows("\xef\xbb\xbf a , b \n\n\r\n 1,2\t\n", "1:a|b/4:1|2/");
  assert_rows("", "");
  assert_rows("\xef\xbb\xbf", "");
  assert_rows("\n\n", "");
}

static void empty_fields_are_fields(void **state)
{
  (void)state;
  assert_rows("a,b,c\n,,\n1,,", "1:a|b|c/2:||/3:1||/");
}

static void complaints_name_the_line(void **state)
{
  (void)state;
  assert_rows("a,b\n1,\"2\n3,4\n", "1:a|b/!line 2: a quote is never closed");
  assert_rows("a,b\n\"1\"x,2\n", "1:a|b/!line 2: text behind a closing quote");
  assert_rows("a,b\n\"1\n\n\"x,2\n", "1:a|b/!line 4: text behind a closing quote");
  assert_rows_sized("a,b\n1,\0\n", 8, "1:a|b/!line 2: a zero byte; this is not a text file");
  assert_rows_sized(
      "\xff\xfe"
      "a\0",
      4, "!line 1: the text is UTF-16; it must be saved as UTF-8");
}

/* Up to the limit a row is a row; one byte more is a complaint and not more memory. */
static void a_row_has_a_limit(void **state)
{
  const size_t size = CSV_ROW_MAX + 2;
  char *text = malloc(size);
  char *rows;

  (void)state;
  memset(text, 'x', size);
  text[CSV_ROW_MAX - 1] = '\n';
  rows = read_rows(text, CSV_ROW_MAX, 0, 1 << 20);
  assert_int_equal(strlen(rows), CSV_ROW_MAX - 1 + 3);
  free(rows);
  text[CSV_ROW_MAX - 1] = 'x';
  rows = read_rows(text, size, 0, 1 << 20);
  assert_non_null(strstr(rows, "!line 1: the row has more than 16777216 bytes"));
  free(rows);
  free(text);
}

static void a_row_has_a_limit_of_columns(void **state)
{
  char *text = malloc(CSV_COLUMNS_MAX + 1);
  char *rows;

  (void)state;
  memset(text, ',', CSV_COLUMNS_MAX);
  rows = read_rows(text, CSV_COLUMNS_MAX - 1, ',', 1 << 20);
  assert_int_equal(strlen(rows), CSV_COLUMNS_MAX - 1 + 3);
  free(rows);
  rows = read_rows(text, CSV_COLUMNS_MAX, ',', 1 << 20);
  assert_string_equal(rows, "!line 1: the row has more than 65536 columns");
  free(rows);
  free(text);
}

/* Reads the data rows twice from `fd` and returns how many fields were the same. */
static size_t read_twice(int fd)
{
  struct csv_error error;
  struct csv *csv = csv_new(fd, 0);
  char first[3][8];
  size_t same = 0;

  assert_int_equal(csv_next(csv, &error), 1);
  assert_int_equal(csv_keep(csv, &error), 0);
  for (int row = 0; row < 3; row++) {
    assert_int_equal(csv_next(csv, &error), 1);
    snprintf(first[row], sizeof first[row], "%s", csv_fields(csv)[1].text);
  }
  assert_int_equal(csv_next(csv, &error), 0);
  assert_int_equal(csv_rewind(csv, &error), 0);
  for (int row = 0; row < 3; row++) {
    assert_int_equal(csv_next(csv, &error), 1);
    assert_int_equal(csv_line(csv), row + 2);
    same += strcmp(first[row], csv_fields(csv)[1].text) == 0;
  }
  assert_int_equal(csv_next(csv, &error), 0);
  csv_free(csv);
  return same;
}

static void files_and_pipes_are_read_twice(void **state)
{
  static const char text[] = "\xef\xbb\xbfid,label\n1,cat\n2,dog\n3,fish\n";
  FILE *file = tmpfile();
  int ends[2];

  (void)state;
  fputs(text, file);
  fflush(file);
  lseek(fileno(file), 0, SEEK_SET);
  assert_int_equal(read_twice(fileno(file)), 3);
  fclose(file);
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
  close(ends[1]);
  assert_int_equal(read_twice(ends[0]), 3);
  close(ends[0]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_end_in_any_way),
      cmocka_unit_test(quotes_hold_separators_line_ends_and_quotes),
      cmocka_unit_test(the_separator_is_found_in_the_first_row),
      cmocka_unit_test(a_given_separator_is_believed),
      cmocka_unit_test(marks_blanks_and_blank_lines_are_dropped),
      cmocka_unit_test(empty_fields_are_fields),
      cmocka_unit_test(complaints_name_the_line),
      cmocka_unit_test(a_row_has_a_limit),
      cmocka_unit_test(a_row_has_a_limit_of_columns),
      cmocka_unit_test(files_and_pipes_are_read_twice),
  };

  /* The reader hangs up at its first complaint. */
  signal(SIGPIPE, SIG_IGN);
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL) != 0;
}
