#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

/* What is known while one command line is read. */
struct reading {
  const struct usage *usage;
  char *values;
  char *message;
  size_t message_size;
};

static int complain(const struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The one place where a wrong command line gets its words. */
static int complain(const struct reading *reading, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(reading->message, reading->message_size, format, arguments);
  va_end(arguments);
  return -1;
}

bool text_list_add(struct text_list *list, const char *word)
{
  /* Powers of two: the list is full exactly when its count is one. */
  if ((list->count & (list->count - 1)) == 0) {
    const size_t room = list->count ? 2 * list->count : 1;
    const char **items = realloc(list->items, room * sizeof *items);

    if (!items) return false;
    list->items = items;
  }
  list->items[list->count++] = word;
  return true;
}

/* ---- values ---- */

static bool is_choice(const char *choices, const char *word)
{
  const size_t length = strlen(word);

  for (const char *at = choices; *at;) {
    const size_t size = strcspn(at, "|");

    if (size == length && memcmp(at, word, size) == 0) return true;
    at += size + (at[size] == '|');
  }
  return false;
}

static int set_count(const struct reading *reading, const struct option_spec *option,
                     const char *word)
{
  uint64_t *field = (uint64_t *)(void *)(reading->values + option->field);
  char *end;

  errno = 0;
  /* strtoull takes "-1" and " 1"; a count does not. */
  if (isdigit((unsigned char)word[0])) {
    *field = strtoull(word, &end, 10);
    if (!*end && !errno) return 0;
  }
  return complain(reading, "option '--%s' of %s wants a whole number, not '%s'", option->name,
                  reading->usage->name, word);
}

static int set_number(const struct reading *reading, const struct option_spec *option,
                      const char *word)
{
  double *field = (double *)(void *)(reading->values + option->field);
  char *end;
  const double value = strtod(word, &end);

  if (end == word || *end || !isfinite(value))
    return complain(reading, "option '--%s' of %s wants a number, not '%s'", option->name,
                    reading->usage->name, word);
  *field = value;
  return 0;
}

static int set_value(const struct reading *reading, const struct option_spec *option,
                     const char *word)
{
  char *field = reading->values + option->field;

  switch (option->kind) {
    case OPTION_FLAG: *(bool *)(void *)field = true; return 0;
    case OPTION_CHOICE:
      if (!is_choice(option->argument, word))
        return complain(reading, "option '--%s' of %s is one of %s, not '%s'", option->name,
                        reading->usage->name, option->argument, word);
      *(const char **)(void *)field = word;
      return 0;
    case OPTION_TEXT: *(const char **)(void *)field = word; return 0;
    case OPTION_LIST:
      if (!text_list_add((struct text_list *)(void *)field, word))
        return complain(reading, "out of memory");
      return 0;
    case OPTION_COUNT: return set_count(reading, option, word);
    case OPTION_NUMBER: return set_number(reading, option, word);
  }
  return 0;
}

/* ---- words ---- */

static const struct option_spec *find_long(const struct usage *usage, const char *name,
                                           size_t length)
{
  for (size_t i = 0; i < usage->option_count; i++) {
    const struct option_spec *option = &usage->options[i];

    if (strlen(option->name) == length && memcmp(option->name, name, length) == 0) return option;
  }
  return NULL;
}

static const struct option_spec *find_short(const struct usage *usage, char letter)
{
  for (size_t i = 0; i < usage->option_count; i++)
    if (usage->options[i].letter && usage->options[i].letter == letter) return &usage->options[i];
  return NULL;
}

static int unknown_option(const struct reading *reading, const char *word, size_t length)
{
  struct text_list names = {0, NULL};
  const char *near = NULL;
  char name[64];

  if (length > 2 && length < sizeof name + 2 && word[1] == '-') {
    memcpy(name, word + 2, length - 2);
    name[length - 2] = '\0';
    for (size_t i = 0; i < reading->usage->option_count; i++)
      if (!text_list_add(&names, reading->usage->options[i].name)) break;
    near = options_nearest(name, names.items, names.count);
    free(names.items);
  }
  if (near)
    return complain(reading, "unknown option '%.*s' of %s; did you mean '--%s'?", (int)length, word,
                    reading->usage->name, near);
  return complain(reading, "unknown option '%.*s' of %s", (int)length, word, reading->usage->name);
}

/* Reads "--name", "--name=VALUE" or "--name VALUE" at argv[*at]. */
static int read_long(const struct reading *reading, int argc, char **argv, int *at)
{
  const char *word = argv[*at];
  const size_t length = strcspn(word, "=");
  const struct option_spec *option = find_long(reading->usage, word + 2, length - 2);

  if (!option) return unknown_option(reading, word, length);
  if (option->kind == OPTION_FLAG) {
    if (word[length])
      return complain(reading, "option '--%s' of %s takes no value", option->name,
                      reading->usage->name);
    return set_value(reading, option, NULL);
  }
  if (word[length]) return set_value(reading, option, word + length + 1);
  if (*at + 1 >= argc)
    return complain(reading, "option '--%s' of %s wants a value: %s", option->name,
                    reading->usage->name, option->argument);
  return set_value(reading, option, argv[++*at]);
}

/* Reads "-n VALUE", "-nVALUE", or flags together, "-ab". */
static int read_short(const struct reading *reading, int argc, char **argv, int *at)
{
  const char *word = argv[*at];

  for (const char *letter = word + 1; *letter; letter++) {
    const struct option_spec *option = find_short(reading->usage, *letter);

    if (!option) return unknown_option(reading, word, strlen(word));
    if (option->kind == OPTION_FLAG) {
      set_value(reading, option, NULL);
      continue;
    }
    if (letter[1]) return set_value(reading, option, letter + 1);
    if (*at + 1 >= argc)
      return complain(reading, "option '-%c' of %s wants a value: %s", *letter,
                      reading->usage->name, option->argument);
    return set_value(reading, option, argv[++*at]);
  }
  return 0;
}

static int check_operands(const struct reading *reading, const struct text_list *operands)
{
  const struct usage *usage = reading->usage;

  if (operands->count < usage->operand_min) {
    if (usage->operand_min == 1)
      return complain(reading, "%s wants %s", usage->name, usage->operands);
    return complain(reading, "%s wants %zu operands: %s", usage->name, usage->operand_min,
                    usage->operands);
  }
  if (operands->count > usage->operand_max)
    return complain(reading, "unexpected '%s' after the operands of %s",
                    operands->items[usage->operand_max], usage->name);
  return 0;
}

int options_read(const struct usage *usage, int argc, char **argv, void *values,
                 struct text_list *operands, char *message, size_t message_size)
{
  const struct reading reading = {usage, values, message, message_size};
  bool ended = false;

  for (int i = 1; i < argc; i++) {
    const char *word = argv[i];
    int failed = 0;

    if (ended || word[0] != '-' || !word[1]) {
      if (!text_list_add(operands, word)) return complain(&reading, "out of memory");
    } else if (strcmp(word, "--") == 0) {
      ended = true;
    } else if (strcmp(word, "--help") == 0 ||
               (strcmp(word, "-h") == 0 && !find_short(usage, 'h'))) {
      return 1;
    } else if (word[1] == '-') {
      failed = read_long(&reading, argc, argv, &i);
    } else {
      failed = read_short(&reading, argc, argv, &i);
    }
    if (failed) return failed;
  }
  return check_operands(&reading, operands);
}

/* ---- help ---- */

/* Writes words from column `indent` to column 79. */
static void wrap(FILE *out, const char *text, size_t indent)
{
  size_t column = indent;

  while (*text) {
    const size_t length = strcspn(text, " ");

    if (column > indent && column + 1 + print_width(text) - print_width(text + length) > 79) {
      fprintf(out, "\n%*s", (int)indent, "");
      column = indent;
    }
    if (column > indent) {
      fputc(' ', out);
      column++;
    }
    fprintf(out, "%.*s", (int)length, text);
    column += print_width(text) - print_width(text + length);
    text += length;
    while (*text == ' ') text++;
  }
  fputc('\n', out);
}

static void help_option(FILE *out, char letter, const char *name, const char *argument,
                        const char *help)
{
  enum { HELP_COLUMN = 26 };
  char head[128];
  size_t width;

  if (letter)
    snprintf(head, sizeof head, "  -%c, --%s%s%s", letter, name, argument ? " " : "",
             argument ? argument : "");
  else
    snprintf(head, sizeof head, "      --%s%s%s", name, argument ? " " : "",
             argument ? argument : "");
  width = print_width(head);
  fputs(head, out);
  if (width + 2 > HELP_COLUMN)
    fprintf(out, "\n%*s", HELP_COLUMN, "");
  else
    fprintf(out, "%*s", (int)(HELP_COLUMN - width), "");
  wrap(out, help, HELP_COLUMN);
}

void options_help(const struct usage *usage, FILE *out)
{
  fprintf(out, "usage: epochlog %s%s%s%s\n\n%s\noptions:\n", usage->name,
          usage->option_count ? " [options]" : "", *usage->operands ? " " : "", usage->operands,
          usage->about);
  for (size_t i = 0; i < usage->option_count; i++) {
    const struct option_spec *option = &usage->options[i];

    help_option(out, option->letter, option->name, option->argument, option->help);
  }
  help_option(out, 0, "help", NULL, "show this");
  if (usage->examples) fprintf(out, "\nexamples:\n%s", usage->examples);
  fprintf(out, "\nexit status:\n%s",
          usage->exits ? usage->exits : "  0 done, 1 not done, 2 wrong usage\n");
}

/* ---- near words ---- */

/* The number of letters to insert, drop, change or swap with their neighbour to
 * get from one word to the other. */
static size_t distance(const char *a, const char *b)
{
  enum { WORD_MAX = 40 };
  size_t row[3][WORD_MAX + 1];
  const size_t n = strlen(a), m = strlen(b);

  if (n > WORD_MAX || m > WORD_MAX) return n > m ? n : m;
  for (size_t j = 0; j <= m; j++) row[0][j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t *now = row[i % 3];
    const size_t *before = row[(i + 2) % 3], *two_before = row[(i + 1) % 3];

    now[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t best = before[j - 1] + (a[i - 1] != b[j - 1]);

      if (before[j] + 1 < best) best = before[j] + 1;
      if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
          two_before[j - 2] + 1 < best)
        best = two_before[j - 2] + 1;
      now[j] = best;
    }
  }
  return row[n % 3][m];
}

const char *options_nearest(const char *word, const char *const *names, size_t count)
{
  const char *nearest = NULL;
  size_t least = SIZE_MAX;

  for (size_t i = 0; i < count; i++) {
    const size_t letters = strlen(names[i]) > strlen(word) ? strlen(names[i]) : strlen(word);
    const size_t far = distance(word, names[i]);

    if (far < least && far <= (letters + 2) / 3) {
      least = far;
      nearest = names[i];
    }
  }
  return nearest;
}
