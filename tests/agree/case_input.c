#include "case_input.h"

#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *name)
{
  fprintf(stderr, "numbers: %s: %s\n", name, what);
  exit(2);
}

void case_release(struct case_input *in)
{
  for (size_t i = 0; i < in->arrays; i++) free(in->array[i].value);
  *in = (struct case_input){.arrays = 0};
}

static void read_array(struct case_array *array, FILE *file)
{
  char word[64];

  if (fscanf(file, "%zu", &array->count) != 1) die("no count", array->name);
  array->value = malloc((array->count + 1) * sizeof *array->value);
  if (!array->value) die("no memory", array->name);
  for (size_t i = 0; i < array->count; i++) {
    char *end;

    if (fscanf(file, "%63s", word) != 1) die("a value is missing", array->name);
    array->value[i] = strtod(word, &end);
    if (*end) die("a value is no number", array->name);
  }
}

int case_read(struct case_input *in, FILE *file)
{
  char word[CASE_NAME];

  case_release(in);
  if (fscanf(file, "%31s", word) != 1) return 0;
  if (strcmp(word, "case") != 0 || fscanf(file, "%31s", in->kind) != 1) die("no case", word);
  for (;;) {
    struct case_array *array = &in->array[in->arrays];

    if (fscanf(file, "%31s", word) != 1) die("no end", in->kind);
    if (strcmp(word, "end") == 0) return 1;
    if (in->arrays == CASE_ARRAYS) die("too many arrays", in->kind);
    memcpy(array->name, word, sizeof word);
    read_array(array, file);
    in->arrays++;
  }
}

const double *case_values(const struct case_input *in, const char *name, size_t *count)
{
  for (size_t i = 0; i < in->arrays; i++) {
    if (strcmp(in->array[i].name, name) != 0) continue;
    if (count) *count = in->array[i].count;
    return in->array[i].value;
  }
  if (count) *count = 0;
  return NULL;
}

double case_value(const struct case_input *in, const char *name, double otherwise)
{
  size_t count;
  const double *value = case_values(in, name, &count);

  return count > 0 ? value[0] : otherwise;
}

int32_t *case_labels(const struct case_input *in, const char *name)
{
  size_t count;
  const double *value = case_values(in, name, &count);
  int32_t *label;

  if (!value) return NULL;
  label = malloc((count + 1) * sizeof *label);
  if (!label) die("no memory", name);
  for (size_t i = 0; i < count; i++) label[i] = (int32_t)value[i];
  return label;
}
