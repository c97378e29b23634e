/* The commit that is checked out, read from .git without running git. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env.h"

#define PATH_SIZE 4096
#define HEX_SHA1 40
#define HEX_SHA256 64

static bool is_commit(const char *text)
{
  const size_t size = strspn(text, "0123456789abcdef");

  return text[size] == '\0' && (size == HEX_SHA1 || size == HEX_SHA256);
}

/* Joins folder and name; false when it does not fit. */
static bool join(char out[PATH_SIZE], const char *folder, const char *name)
{
  const int size = snprintf(out, PATH_SIZE, "%s/%s", folder, name);

  return size > 0 && size < PATH_SIZE;
}

/* The git folder of a working tree: .git, or where a .git file ("gitdir: X", of a
 * worktree or submodule) points. */
static bool find_git_folder(const char *from, char out[PATH_SIZE])
{
  char folder[PATH_SIZE];
  char line[PATH_SIZE];
  struct stat info;

  if (snprintf(folder, sizeof folder, "%s", from) >= PATH_SIZE) return false;
  for (;;) {
    char *slash;

    if (join(out, folder, ".git") && stat(out, &info) == 0) {
      if (S_ISDIR(info.st_mode)) return true;
      if (!epochlog__env_read_line(out, line, sizeof line) || strncmp(line, "gitdir: ", 8) != 0)
        return false;
      return line[8] == '/' ? snprintf(out, PATH_SIZE, "%s", line + 8) < PATH_SIZE
                            : join(out, folder, line + 8);
    }
    slash = strrchr(folder, '/');
    if (slash == NULL || folder[0] == '\0') return false;
    *slash = '\0';
  }
}

/* Looks a ref up in packed-refs: lines "COMMIT REF". */
static bool find_packed(const char *path, const char *ref, char *out, size_t size)
{
  char line[PATH_SIZE];
  FILE *file = fopen(path, "re");
  bool found = false;

  if (file == NULL) return false;
  while (!found && fgets(line, sizeof line, file) != NULL) {
    char *space = strchr(line, ' ');

    line[strcspn(line, "\n")] = '\0';
    if (space == NULL || line[0] == '#') continue;
    *space = '\0';
    found = strcmp(space + 1, ref) == 0 && is_commit(line) &&
            snprintf(out, size, "%s", line) < (int)size;
  }
  fclose(file);
  return found;
}

/* A ref as a file of its own, or packed, in one git folder. */
static bool find_ref(const char *git, const char *ref, char *out, size_t size)
{
  char path[PATH_SIZE];
  char line[PATH_SIZE];

  if (join(path, git, ref) && epochlog__env_read_line(path, line, sizeof line) && is_commit(line))
    return snprintf(out, size, "%s", line) < (int)size;
  return join(path, git, "packed-refs") && find_packed(path, ref, out, size);
}

bool epochlog__git_commit(const char *folder, char *out, size_t size)
{
  char git[PATH_SIZE];
  char common[PATH_SIZE];
  char path[PATH_SIZE];
  char head[PATH_SIZE];
  char line[PATH_SIZE];
  const char *ref = head + 5;

  if (!find_git_folder(folder, git) || !join(path, git, "HEAD") ||
      !epochlog__env_read_line(path, head, sizeof head))
    return false;
  if (is_commit(head)) return snprintf(out, size, "%s", head) < (int)size;
  if (strncmp(head, "ref: ", 5) != 0 || strstr(ref, "..") != NULL) return false;
  if (find_ref(git, ref, out, size)) return true;
  /* A worktree keeps its branches where "commondir" says, relative to its own. */
  if (!join(path, git, "commondir") || !epochlog__env_read_line(path, line, sizeof line))
    return false;
  if (line[0] != '/') return join(common, git, line) && find_ref(common, ref, out, size);
  return find_ref(line, ref, out, size);
}
