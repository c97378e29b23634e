/* The parts of print.h and options.h that speak.  They are linked into the command
 * alone: a library that prints would surprise whoever tests or uses it. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "print.h"

void print_error(const char *format, ...)
{
  va_list arguments;
  char *message;
  int length;

  va_start(arguments, format);
  length = vasprintf(&message, format, arguments);
  va_end(arguments);
  /* What was printed so far comes first where both streams are one. */
  fflush(stdout);
  fputs("epochlog: ", stderr);
  print_clean(stderr, length < 0 ? "out of memory" : message);
  fputc('\n', stderr);
  if (length >= 0) free(message);
}

int print_finish(int code)
{
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout)) return code;
  if (errno == EPIPE) return code;
  print_error("standard output: %s; what was printed is incomplete",
              errno ? strerror(errno) : "it could not be written");
  return EXIT_NOT_DONE;
}

/* The lists of words live as long as the process: a command line is read once. */
enum { LISTS_MAX = 16 };
static const char **kept_lists[LISTS_MAX];

static void free_words(void)
{
  for (size_t i = 0; i < LISTS_MAX; i++) free(kept_lists[i]);
}

static void keep_words(const struct usage *usage, const char *values,
                       const struct text_list *operands)
{
  size_t count = 0;

  kept_lists[count++] = operands->items;
  for (size_t i = 0; i < usage->option_count && count < LISTS_MAX; i++)
    if (usage->options[i].kind == OPTION_LIST)
      kept_lists[count++] =
          ((const struct text_list *)(const void *)(values + usage->options[i].field))->items;
  atexit(free_words);
}

int options_start(const struct usage *usage, int argc, char **argv, void *values,
                  struct text_list *operands)
{
  char message[512];
  const int result = options_read(usage, argc, argv, values, operands, message, sizeof message);

  keep_words(usage, values, operands);
  switch (result) {
    case 0: return OPTIONS_GO;
    case 1: options_help(usage, stdout); return print_finish(EXIT_DONE);
    default:
      /* A question is an answer by itself. */
      print_error("%s%s (see 'epochlog %s --help')", message,
                  message[strlen(message) - 1] == '?' ? "" : "; nothing was done", usage->name);
      return EXIT_USAGE;
  }
}
