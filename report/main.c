/* The command `epochlog`: picks the subcommand. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "epochlog.h"
#include "options.h"
#include "print.h"

const struct command commands[] = {
    {"report", "charts and a page of one run, or a comparison of several", cmd_report},
    {"ls", "the runs below a folder, newest first", cmd_ls},
    {"show", "everything about one run", cmd_show},
    {"metrics", "the values of a run's metrics, as JSON", cmd_metrics},
    {"import", "a run from a CSV file of predictions or metrics", cmd_import},
    {"dump", "the frames and records of one log", cmd_dump},
    {"recover", "a clean copy of a damaged log or run", cmd_recover},
};
const size_t command_count = sizeof commands / sizeof *commands;

static const struct command *find_command(const char *name)
{
  for (size_t i = 0; i < command_count; i++)
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  return NULL;
}

static void print_usage(FILE *out)
{
  fputs(
      "usage: epochlog COMMAND [options] ...\n\n"
      "Reads the logs of training runs and writes reports, with no network.\n\n"
      "commands:\n",
      out);
  for (size_t i = 0; i < command_count; i++)
    fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
  fputs(
      "  help      what a command does: epochlog help COMMAND\n\n"
      "A RUN is a run folder, a log file, or a run's id or name or a unique beginning\n"
      "of either, looked for below $EPOCHLOG_DIR or, without it, ./outputs.\n\n"
      "examples:\n"
      "  epochlog import predictions.csv --type classification\n"
      "  epochlog ls --sort -auc --limit 5\n"
      "  epochlog report outputs/20261121-134502-ridge-7f3a9c\n\n"
      "exit status:\n"
      "  0 done, 1 not done or a check failed, 2 wrong usage\n",
      out);
}

static int print_version(void)
{
  printf(
      "epochlog %s\n"
      "MIT licence.  Uses zlib, libpng, cairo, FreeType, cmark and jansson, and draws\n"
      "with a subset of the Inter typeface (SIL Open Font License); README.md names\n"
      "their licences.\n",
      epochlog_version());
  return print_finish(EXIT_DONE);
}

static int unknown_command(const char *name)
{
  const char *names[sizeof commands / sizeof *commands + 1], *near;

  for (size_t i = 0; i < command_count; i++) names[i] = commands[i].name;
  names[command_count] = "help";
  near = options_nearest(name, names, command_count + 1);
  if (name[0] == '-')
    print_error("unknown option '%s'; nothing was done (see 'epochlog --help')", name);
  else if (near)
    print_error("unknown command '%s'; did you mean '%s'? (see 'epochlog --help')", name, near);
  else
    print_error("unknown command '%s'; nothing was done (see 'epochlog --help')", name);
  return EXIT_USAGE;
}

static int help(int argc, char **argv)
{
  static char ask[] = "--help";
  const struct command *command;

  if (argc < 2) {
    print_usage(stdout);
    return print_finish(EXIT_DONE);
  }
  command = find_command(argv[1]);
  if (!command) return unknown_command(argv[1]);
  return command->run(2, (char *[]){argv[1], ask, NULL});
}

int main(int argc, char **argv)
{
  const struct command *command;

  /* A parent that ignores SIGPIPE would make `epochlog ls | head` an error. */
  signal(SIGPIPE, SIG_DFL);
  if (argc < 2) {
    print_usage(stderr);
    return EXIT_USAGE;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
    return help(argc - 1, argv + 1);
  if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) return print_version();
  command = find_command(argv[1]);
  if (!command) return unknown_command(argv[1]);
  return command->run(argc - 1, argv + 1);
}
