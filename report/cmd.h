/* The subcommands.  Each reads its own command line (options.h) from argv[0], its
 * name, on, prints through print.h and json.h, and returns the exit code. */
#ifndef EPOCHLOG_CMD_H
#define EPOCHLOG_CMD_H

#include <stddef.h>

#include "reader/run.h"

struct command {
  const char *name;
  const char *summary; /* for the list of commands; no capital, no full stop */
  int (*run)(int argc, char **argv);
};

/* All of them, in the order of the list. */
extern const struct command commands[];
extern const size_t command_count;

int cmd_report(int argc, char **argv);
int cmd_ls(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_metrics(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_recover(int argc, char **argv);
int cmd_import(int argc, char **argv);

/* ---- what the user named (cmd_open.c) ---- */

/* The root of all runs: `given`, else $EPOCHLOG_DIR, else "outputs". */
const char *cmd_root(const char *given);
/* The path of a run that was named on the command line, the caller's to free; NULL
 * after a complaint. */
char *cmd_find(const char *root, const char *text);
/* Finds and opens it; NULL after a complaint. */
struct run *cmd_open(const char *root, const char *text, enum run_detail detail);
/* The folder that holds the run of `path`, which is a run folder or a log file; the
 * caller's to free, NULL when memory is short. */
char *cmd_root_of(const char *path);

#endif
