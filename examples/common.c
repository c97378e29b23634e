#include "common.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

/* ----------------------------------------------------------------- the csv */

/* Splits a line at its commas, in place, and returns the number of fields. */
static size_t line_split(char *line, char **fields, size_t limit)
{
  size_t count = 0;

  line[strcspn(line, "\r\n")] = '\0';
  for (char *next = line; next != NULL; count++) {
    char *field = strsep(&next, ",");

    if (count < limit) fields[count] = field;
  }
  return count;
}

static double field_number(const struct dataset *data, size_t line, const char *field)
{
  char *end;
  double value = strtod(field, &end);

  if (end == field || *end != '\0' || !isfinite(value))
    die("%s: line %zu: '%s' is not a number", data->path, line, field);
  return value;
}

static int32_t field_class(const struct dataset *data, size_t line, const char *field,
                           const char *const *classes, size_t class_count)
{
  for (size_t i = 0; i < class_count; i++)
    if (strcmp(field, classes[i]) == 0) return (int32_t)i;
  die("%s: line %zu: '%s' is not one of the %zu classes", data->path, line, field, class_count);
}

static void samples_grow(struct samples *samples, size_t room)
{
  samples->x = reallocarray(samples->x, room * samples->features, sizeof *samples->x);
  samples->target = reallocarray(samples->target, room, sizeof *samples->target);
  samples->label = reallocarray(samples->label, room, sizeof *samples->label);
  samples->ids = reallocarray(samples->ids, room, sizeof *samples->ids);
  if (!samples->x || !samples->target || !samples->label || !samples->ids)
    die("out of memory for %zu rows", room);
}

static void header_read(struct dataset *data, char *line)
{
  size_t columns = 1;

  for (const char *c = line; *c != '\0'; c++) columns += *c == ',';
  if (columns < 2) die("%s: line 1: one column, at least two are needed", data->path);
  data->names = allocate(columns, sizeof *data->names);
  line_split(line, data->names, columns);
  for (size_t i = 0; i < columns; i++)
    if (!(data->names[i] = strdup(data->names[i]))) die("out of memory");
  data->all.features = columns - 1;
}

void dataset_read(struct dataset *data, const char *folder, const char *file,
                  const char *const *classes, size_t class_count)
{
  struct samples *all = &data->all;
  char **fields;
  char *line = NULL;
  size_t line_size = 0;
  size_t room = 0;
  FILE *in;

  memset(data, 0, sizeof *data);
  if (asprintf(&data->path, "%s/%s", folder, file) < 0) die("out of memory");
  if (!(in = fopen(data->path, "r"))) die("%s: %s", data->path, strerror(errno));
  if (getline(&line, &line_size, in) < 0)
    die("%s: %s", data->path, ferror(in) ? strerror(errno) : "no header line");
  header_read(data, line);

  fields = allocate(all->features + 1, sizeof *fields);
  for (size_t number = 2; getline(&line, &line_size, in) >= 0; number++) {
    size_t found = line_split(line, fields, all->features + 1);
    size_t row = all->count;

    if (found != all->features + 1)
      die("%s: line %zu: %zu values where the header has %zu", data->path, number, found,
          all->features + 1);
    if (row == room) samples_grow(all, room = room ? 2 * room : 256);
    for (size_t i = 0; i < all->features; i++)
      all->x[row * all->features + i] = field_number(data, number, fields[i]);
    all->label[row] =
        classes ? field_class(data, number, fields[all->features], classes, class_count) : 0;
    all->target[row] = classes ? all->label[row] : field_number(data, number, fields[found - 1]);
    all->ids[row] = (int64_t)row;
    all->count++;
  }
  if (ferror(in)) die("%s: %s", data->path, strerror(errno));
  if (all->count == 0) die("%s: no rows", data->path);
  free(fields);
  free(line);
  fclose(in);
}

void dataset_release(struct dataset *data)
{
  for (size_t i = 0; i <= data->all.features; i++) free(data->names[i]);
  free(data->names);
  free(data->path);
  samples_release(&data->all);
}

/* --------------------------------------------------------------- the parts */

/* Adds a row to samples that have room for it. */
static void samples_add(struct samples *to, const struct samples *from, size_t row)
{
  size_t i = to->count++;

  memcpy(&to->x[i * to->features], &from->x[row * from->features], from->features * sizeof *to->x);
  to->target[i] = from->target[row];
  to->label[i] = from->label[row];
  to->ids[i] = from->ids[row];
}

struct samples samples_take(const struct samples *from, const size_t *rows, size_t count)
{
  struct samples taken = {.features = from->features};

  samples_grow(&taken, count);
  for (size_t i = 0; i < count; i++) samples_add(&taken, from, rows[i]);
  return taken;
}

struct samples samples_join(const struct samples *first, const struct samples *second)
{
  struct samples joined = {.features = first->features};

  samples_grow(&joined, first->count + second->count);
  for (size_t i = 0; i < first->count; i++) samples_add(&joined, first, i);
  for (size_t i = 0; i < second->count; i++) samples_add(&joined, second, i);
  return joined;
}

void samples_release(struct samples *samples)
{
  free(samples->x);
  free(samples->target);
  free(samples->label);
  free(samples->ids);
  *samples = (struct samples){0};
}

/* Deals the shuffled rows class by class: of each class the first go to the
 * validation part, the next to the test part, the rest to training. */
void split_make(struct split *split, const struct samples *all, double validation_share,
                double test_share, uint64_t seed)
{
  struct random random = {seed};
  size_t *order = allocate(all->count, sizeof *order);
  size_t *part[3];
  size_t count[3] = {0};
  int32_t classes = 0;

  for (size_t i = 0; i < all->count; i++) {
    order[i] = i;
    if (all->label[i] >= classes) classes = all->label[i] + 1;
  }
  random_shuffle(&random, order, all->count);
  for (int p = 0; p < 3; p++) part[p] = allocate(all->count, sizeof *part[p]);

  for (int32_t label = 0; label < classes; label++) {
    size_t of_class = 0;
    size_t seen = 0;
    size_t validation;
    size_t test;

    for (size_t i = 0; i < all->count; i++) of_class += all->label[i] == label;
    validation = (size_t)(validation_share * (double)of_class + 0.5);
    test = validation + (size_t)(test_share * (double)of_class + 0.5);
    for (size_t i = 0; i < all->count; i++) {
      int p = seen < validation ? 1 : seen < test ? 2 : 0;

      if (all->label[order[i]] != label) continue;
      part[p][count[p]++] = order[i];
      seen++;
    }
  }
  if (count[0] == 0 || count[1] == 0 || count[2] == 0)
    die("%zu rows are too few to train, validate and test", all->count);
  split->train = samples_take(all, part[0], count[0]);
  split->validation = samples_take(all, part[1], count[1]);
  split->test = samples_take(all, part[2], count[2]);
  for (int p = 0; p < 3; p++) free(part[p]);
  free(order);
}

void split_release(struct split *split)
{
  samples_release(&split->train);
  samples_release(&split->validation);
  samples_release(&split->test);
}

void scaling_fit(struct scaling *scaling, const struct samples *train)
{
  double n = (double)train->count;

  scaling->mean = allocate(train->features, sizeof *scaling->mean);
  scaling->scale = allocate(train->features, sizeof *scaling->scale);
  for (size_t f = 0; f < train->features; f++) {
    double sum = 0;
    double squares = 0;

    for (size_t i = 0; i < train->count; i++) sum += train->x[i * train->features + f];
    scaling->mean[f] = sum / n;
    for (size_t i = 0; i < train->count; i++) {
      double difference = train->x[i * train->features + f] - scaling->mean[f];

      squares += difference * difference;
    }
    scaling->scale[f] = squares > 0 ? sqrt(squares / n) : 1;
  }
}

void scaling_apply(const struct scaling *scaling, struct samples *samples)
{
  for (size_t i = 0; i < samples->count; i++) {
    double *row = &samples->x[i * samples->features];

    for (size_t f = 0; f < samples->features; f++)
      row[f] = (row[f] - scaling->mean[f]) / scaling->scale[f];
  }
}

void scaling_release(struct scaling *scaling)
{
  free(scaling->mean);
  free(scaling->scale);
}

/* ------------------------------------------------------------------ chance */

static uint64_t random_next(struct random *random)
{
  uint64_t z = random->state += 0x9e3779b97f4a7c15u;

  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double random_uniform(struct random *random)
{
  return (double)(random_next(random) >> 11) * 0x1p-53;
}

double random_normal(struct random *random)
{
  double radius = sqrt(-2 * log(1 - random_uniform(random)));

  return radius * cos(2 * M_PI * random_uniform(random));
}

void random_shuffle(struct random *random, size_t *values, size_t count)
{
  for (size_t i = count; i > 1; i--) {
    size_t j = (size_t)(random_uniform(random) * (double)i);
    size_t kept = values[i - 1];

    values[i - 1] = values[j];
    values[j] = kept;
  }
}

/* Adds to mean[] and deviation[] what one feature's shuffles do to the scores;
 * `shuffled` is a copy of `samples` and is the same again afterwards. */
static void permute_feature(const struct permutation *permutation, const struct samples *samples,
                            struct samples *shuffled, size_t feature, const double *whole,
                            double *mean, double *deviation)
{
  struct random random = {permutation->seed + feature};
  double *scores = allocate(permutation->score_count, sizeof *scores);
  size_t *order = allocate(samples->count, sizeof *order);
  size_t features = samples->features;
  double n = (double)permutation->repeats;

  for (size_t i = 0; i < samples->count; i++) order[i] = i;
  for (size_t repeat = 0; repeat < permutation->repeats; repeat++) {
    random_shuffle(&random, order, samples->count);
    for (size_t i = 0; i < samples->count; i++)
      shuffled->x[i * features + feature] = samples->x[order[i] * features + feature];
    permutation->score(permutation->model, shuffled, scores);
    for (size_t s = 0; s < permutation->score_count; s++) {
      mean[s * features + feature] += (whole[s] - scores[s]) / n;
      deviation[s * features + feature] += (whole[s] - scores[s]) * (whole[s] - scores[s]) / n;
    }
  }
  for (size_t i = 0; i < samples->count; i++)
    shuffled->x[i * features + feature] = samples->x[i * features + feature];
  for (size_t s = 0; s < permutation->score_count; s++) {
    double *square = &deviation[s * features + feature];
    double centre = mean[s * features + feature];

    *square = sqrt(fmax(0, *square - centre * centre));
  }
  free(order);
  free(scores);
}

void permutation_importance(const struct permutation *permutation, const struct samples *samples,
                            double *mean, double *deviation)
{
  size_t size = permutation->score_count * samples->features * sizeof *mean;
  double *whole = allocate(permutation->score_count, sizeof *whole);
  size_t *rows = allocate(samples->count, sizeof *rows);
  struct samples shuffled;

  for (size_t i = 0; i < samples->count; i++) rows[i] = i;
  shuffled = samples_take(samples, rows, samples->count);
  memset(mean, 0, size);
  memset(deviation, 0, size);
  permutation->score(permutation->model, samples, whole);
  for (size_t feature = 0; feature < samples->features; feature++)
    permute_feature(permutation, samples, &shuffled, feature, whole, mean, deviation);
  samples_release(&shuffled);
  free(rows);
  free(whole);
}

/* ------------------------------------------------------- memory, words, run */

double seconds_now(void)
{
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void *allocate(size_t count, size_t size)
{
  void *memory = calloc(count, size);

  if (!memory) die("out of memory");
  return memory;
}

void die(const char *format, ...)
{
  va_list arguments;

  fprintf(stderr, "%s: ", program_invocation_short_name);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

void text_open(struct text *text)
{
  if (!(text->file = open_memstream(&text->text, &text->size))) die("out of memory");
}

void text_close(struct text *text)
{
  if (fclose(text->file) != 0) die("out of memory");
}

epochlog_run *run_start(const epochlog_options *options)
{
  epochlog_error error;
  epochlog_run *run = epochlog_start(options, &error);

  if (!run)
    fprintf(stderr, "%s: %s; training goes on without a log\n", program_invocation_short_name,
            error.message);
  return run;
}

int run_finish(epochlog_run *run)
{
  char *folder = strdup(epochlog_run_folder(run)); /* the run takes its own along */
  epochlog_error error = {.message = "there is no log"};
  epochlog_status status = epochlog_complete(run, &error);

  if (status != EPOCHLOG_OK)
    fprintf(stderr, "%s: %s; the log is not complete\n", program_invocation_short_name,
            error.message);
  if (folder && *folder) puts(folder);
  free(folder);
  return status == EPOCHLOG_OK ? 0 : 1;
}
