/* Finding and opening the runs that are named on the command line. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"
#include "print.h"

const char *cmd_root(const char *given)
{
  const char *root = given;

  if (!root) root = getenv("EPOCHLOG_DIR");
  return root && *root ? root : "outputs";
}

/* Whether a word can only be meant as a path. */
static bool is_path(const char *text)
{
  const size_t length = strlen(text), ending = strlen(".elog");

  return strchr(text, '/') || (length > ending && strcmp(text + length - ending, ".elog") == 0);
}

/* Why there is no such run: in words of files where a file was meant. */
static void explain(const char *text, const struct read_error *error)
{
  struct stat status;

  if (stat(text, &status) == 0 && S_ISDIR(status.st_mode))
    print_error("%s: is a folder without a log (*.elog); nothing was done", text);
  else if (stat(text, &status) != 0 && (errno != ENOENT || is_path(text)))
    print_error("%s: %s; nothing was done", text, strerror(errno));
  else
    print_error("%s; nothing was done", error->message);
}

char *cmd_find(const char *root, const char *text)
{
  struct read_error error;
  char *path = run_find(root, text, &error);

  if (!path) explain(text, &error);
  return path;
}

struct run *cmd_open(const char *root, const char *text, enum run_detail detail)
{
  struct read_error error;
  char *path = cmd_find(root, text);
  struct run *run;

  if (!path) return NULL;
  run = run_open(path, detail, &error);
  if (!run) print_error("%s; the run cannot be shown", error.message);
  free(path);
  return run;
}

/* "a/b/" -> "a", "a" -> "."; in place. */
static void drop_last_part(char *path)
{
  size_t length = strlen(path);

  while (length > 1 && path[length - 1] == '/') length--;
  while (length > 0 && path[length - 1] != '/') length--;
  while (length > 1 && path[length - 1] == '/') length--;
  if (length == 0)
    strcpy(path, ".");
  else
    path[length] = '\0';
}

char *cmd_root_of(const char *path)
{
  struct stat status;
  /* The real path, as "." and "run/.." have no last part to drop. */
  char *root = realpath(path, NULL);

  if (!root) return NULL;
  if (stat(root, &status) == 0 && !S_ISDIR(status.st_mode)) drop_last_part(root);
  drop_last_part(root);
  return root;
}
