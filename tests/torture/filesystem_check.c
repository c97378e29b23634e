/* Which of the calls of filesystem_log are found in its runs.
 *
 *     filesystem_check ROOT
 *
 * Prints one line:
 *
 *     runs=       folders that hold a log; unreadable= of them
 *     completed=  runs that ended well
 *     calls=      calls found whole
 *     first=      so many calls from the first on are found without a hole
 *     wrong=      found, but never logged so
 *     twice=      found more than once
 *     torn=       of which a part is found
 *     lost= losses=   calls told as lost by so many LOSS records
 *     damaged=    logs the reader calls damaged; logs= all
 *     live=       how the writer keeps its newest points, where it says so
 *
 * and fails when something is wrong, twice, torn or unreadable.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "filesystem.h"
#include "reader/run.h"

/* So many calls are expected at most: a larger index is wrong. */
#define CALLS_MAX (UINT64_C(1) << 27)

struct found {
  unsigned char *parts; /* by call: bit 0 and, for a pair, bit 1 */
  uint64_t capacity;
  uint64_t wrong;
  uint64_t twice;
  uint64_t runs;
  uint64_t unreadable;
  uint64_t completed;
  uint64_t lost;
  uint64_t losses;
  uint64_t logs;
  uint64_t damaged;
  char live[128];
};

static bool grow(struct found *found, uint64_t index)
{
  uint64_t capacity = found->capacity ? found->capacity : 4096;
  unsigned char *parts;

  if (index < found->capacity) return true;
  if (index >= CALLS_MAX) return false;
  while (capacity <= index) capacity *= 2;
  parts = realloc(found->parts, capacity);
  if (parts == NULL) abort();
  memset(parts + found->capacity, 0, capacity - found->capacity);
  found->parts = parts;
  found->capacity = capacity;
  return true;
}

static void note(struct found *found, int64_t step, bool is_right, unsigned char part)
{
  const uint64_t index = (uint64_t)step;

  if (!is_right || !grow(found, index)) {
    if (found->wrong++ < 3) fprintf(stderr, "wrong: call %" PRId64 "\n", step);
    return;
  }
  if (found->parts[index] & part && found->twice++ < 3)
    fprintf(stderr, "twice: call %" PRId64 "\n", step);
  found->parts[index] |= part;
}

/* Without lists a call that would be one is a scalar. */
static bool is_scalar(enum call_kind kind) { return kind == CALL_SCALAR || kind == CALL_LIST; }

static bool text_is(const char *text, uint64_t index)
{
  char word[WORD_SIZE];

  call_word(index, word);
  return text != NULL && strcmp(text, word) == 0;
}

static void check_point(struct found *found, const struct metric *metric, size_t k)
{
  const uint64_t index = (uint64_t)metric->steps[k];
  const enum call_kind kind = call_kind(index);
  bool is_right = false;
  unsigned char part = 1;

  if (strcmp(metric->name, "scalar") == 0 && metric->values) {
    is_right = is_scalar(kind) && metric->values[k] == call_value(index, 0);
  } else if (strcmp(metric->name, "pair_a") == 0 && metric->values) {
    is_right = kind == CALL_PAIR && metric->values[k] == call_value(index, 0);
  } else if (strcmp(metric->name, "pair_b") == 0 && metric->values) {
    is_right = kind == CALL_PAIR && metric->values[k] == call_value(index, 1);
    part = 2;
  } else if (strcmp(metric->name, "integer") == 0 && metric->integers) {
    is_right = kind == CALL_INTEGER && metric->integers[k] == (int64_t)call_bits(index, 0);
  } else if (strcmp(metric->name, "text") == 0 && metric->texts) {
    is_right = kind == CALL_TEXT && text_is(metric->texts[k], index);
  }
  note(found, metric->steps[k], is_right, part);
}

static void check_rows(struct found *found, const struct metric *metric)
{
  const struct metric_column *index = metric->columns;
  const struct metric_column *value = metric->columns + 1;

  if (metric->column_count != 2 || !index->integers || !value->numbers ||
      index->count != value->count) {
    found->wrong++;
    return;
  }
  for (size_t k = 0; k < index->count; k++)
    note(found, index->integers[k],
         call_kind((uint64_t)index->integers[k]) == CALL_ROW &&
             value->numbers[k] == call_value((uint64_t)index->integers[k], 0),
         1);
}

static void check_lists(struct found *found, const struct metric *metric)
{
  const double *values = metric->column_count == 1 ? metric->columns->numbers : NULL;

  if (values == NULL || metric->columns->count % LIST_LENGTH != 0) {
    found->wrong++;
    return;
  }
  for (size_t from = 0; from < metric->columns->count; from += LIST_LENGTH) {
    const double first = values[from];
    const int64_t index = first >= 0 && first < (double)CALLS_MAX ? (int64_t)first : -1;
    bool is_right = index >= 0 && call_kind((uint64_t)index) == CALL_LIST;

    for (uint64_t k = 1; is_right && k < LIST_LENGTH; k++)
      is_right = values[from + k] == call_value((uint64_t)index, k);
    note(found, index, is_right, 1);
  }
}

static void check_metric(struct found *found, const struct metric *metric)
{
  if (metric->kind == METRIC_SCALAR)
    for (size_t k = 0; k < metric->count; k++) check_point(found, metric, k);
  else if (strcmp(metric->name, "row") == 0)
    check_rows(found, metric);
  else if (strcmp(metric->name, "list") == 0)
    check_lists(found, metric);
  else
    found->wrong++;
}

static void check_run(struct found *found, const char *path)
{
  struct read_error error;
  struct run *run = run_open(path, RUN_ALL, &error);

  found->runs++;
  if (run == NULL) {
    fprintf(stderr, "unreadable: %s\n", error.message);
    found->unreadable++;
    return;
  }
  found->completed += run->status == RUN_COMPLETED;
  for (size_t i = 0; i < run->metric_count; i++) check_metric(found, &run->metrics[i]);
  for (size_t i = 0; i < run->loss_count; i++) found->lost += run->losses[i].count;
  found->losses += run->loss_count;
  found->logs += run->writer_count;
  for (size_t i = 0; i < run->writer_count; i++) found->damaged += run->writers[i].account.damaged;
  for (size_t i = 0; i < run->environment_count; i++)
    if (strcmp(run->environment[i].name, "epochlog.live") == 0 && run->environment[i].value.text)
      snprintf(found->live, sizeof found->live, "%s", run->environment[i].value.text);
  run_close(run);
}

static int print(const struct found *found)
{
  uint64_t calls = 0, first = 0, torn = 0;

  for (uint64_t i = 0; i < found->capacity; i++) {
    const unsigned char whole = call_kind(i) == CALL_PAIR ? 3 : 1;

    calls += found->parts[i] == whole;
    torn += found->parts[i] != 0 && found->parts[i] != whole;
    if (first == i && found->parts[i] == whole) first = i + 1;
  }
  printf("runs=%" PRIu64 " unreadable=%" PRIu64 " completed=%" PRIu64 " calls=%" PRIu64
         " first=%" PRIu64 " wrong=%" PRIu64 " twice=%" PRIu64 " torn=%" PRIu64 " lost=%" PRIu64
         " losses=%" PRIu64 " damaged=%" PRIu64 " logs=%" PRIu64 " live=%s\n",
         found->runs, found->unreadable, found->completed, calls, first, found->wrong, found->twice,
         torn, found->lost, found->losses, found->damaged, found->logs, found->live);
  return found->wrong || found->twice || torn || found->unreadable;
}

int main(int argc, char **argv)
{
  static struct found found;
  struct read_error error;
  char **paths;
  long count;

  if (argc != 2) return 2;
  count = run_list(argv[1], &paths, &error);
  if (count < 0) {
    fprintf(stderr, "unreadable: %s\n", error.message);
    return 1;
  }
  for (long i = 0; i < count; i++) check_run(&found, paths[i]);
  run_paths_free(paths, count);
  return print(&found);
}
