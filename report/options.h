/* The command line of a subcommand, as a table.
 *
 * A subcommand fills one `struct usage`; what it accepts, its one-line usage and
 * its --help all come from that table, so they cannot disagree.  An option's
 * value goes to a field of the subcommand's own struct, found by `offsetof`, so
 * the tables can be static and const:
 *
 *     struct ls_options { bool json; struct text_list metrics; };
 *
 *     static const struct option_spec options[] = {
 *         {0, "metric", OPTION_LIST, "NAME", offsetof(struct ls_options, metrics),
 *          "show the metric NAME; may be repeated"},
 *         {0, "json", OPTION_FLAG, NULL, offsetof(struct ls_options, json),
 *          "print an array of objects"},
 *     };
 *
 * Every subcommand has --help without listing it.  Options may stand before and
 * after operands, as "--name VALUE", "--name=VALUE", "-n VALUE" or "-nVALUE";
 * "--" ends them, "-" is an operand.  An option given again replaces its value,
 * except in a list.  Fields of options not given are left as they were, so the
 * defaults are what the caller put there.
 */
#ifndef EPOCHLOG_OPTIONS_H
#define EPOCHLOG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_kind {
  OPTION_FLAG,   /* bool: set to true */
  OPTION_TEXT,   /* const char *: the word that follows */
  OPTION_CHOICE, /* const char *: one of the words of `argument`, "light|dark" */
  OPTION_LIST,   /* struct text_list: every word given */
  OPTION_COUNT,  /* uint64_t: decimal digits */
  OPTION_NUMBER  /* double: any finite number */
};

/* Words of the command line; the words themselves are not copied. */
struct text_list {
  size_t count;
  const char **items;
};

struct option_spec {
  char letter;      /* 0: none */
  const char *name; /* without dashes */
  enum option_kind kind;
  const char *argument; /* what stands for the value in the help; NULL for a flag */
  size_t field;         /* offset of the value in the subcommand's struct */
  const char *help;     /* one sentence without capital and full stop; wrapped by us */
};

struct usage {
  const char *name;     /* "ls" */
  const char *operands; /* "[ROOT]", as in the usage line */
  const char *about;    /* paragraphs, lines of at most 80 columns, ending in a newline */
  const struct option_spec *options;
  size_t option_count;
  size_t operand_min;
  size_t operand_max;   /* SIZE_MAX: any */
  const char *examples; /* lines indented by two, ending in a newline */
  const char *exits;    /* NULL: the usual 0, 1 and 2 */
};

/* What options_start returns when the subcommand should go on. */
enum { OPTIONS_GO = -1 };

/* Exit codes of the command. */
enum { EXIT_DONE = 0, EXIT_NOT_DONE = 1, EXIT_USAGE = 2, EXIT_LOSSES = 3 };

/* Reads argv[1] to argv[argc - 1] into `values` and `operands`.  Answers --help
 * on standard output and a wrong command line on standard error.
 *
 * Returns OPTIONS_GO, or the code to exit with.  Lists grow on the heap and live
 * until the process ends: a command line is read once. */
int options_start(const struct usage *usage, int argc, char **argv, void *values,
                  struct text_list *operands);

/* The same without printing: 0, 1 for --help, or -1 with the complaint, without
 * "epochlog: ", in `message`. */
int options_read(const struct usage *usage, int argc, char **argv, void *values,
                 struct text_list *operands, char *message, size_t message_size);

/* The whole help of a subcommand. */
void options_help(const struct usage *usage, FILE *out);

/* The item nearest to a mistyped word, or NULL when none is near (more than a
 * third of the letters differ).  `names` has `count` words. */
const char *options_nearest(const char *word, const char *const *names, size_t count);

/* Appends a word. Returns false when memory is short. */
bool text_list_add(struct text_list *list, const char *word);

#endif
