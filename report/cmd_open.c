/* Finding and opening the runs that are named on the command line. */
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

char *cmd_find(const char *root, const char *text)
{
  struct read_error error;
  char *path = run_find(root, text, &error);

  if (!path) print_error("%s; nothing was done", error.message);
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
  if (length == 0) strcpy(path, ".");
  else path[length] = '\0';
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
