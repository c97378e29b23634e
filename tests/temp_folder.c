#include "temp_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int temp_folder_make(void **state)
{
  const char *root = getenv("TMPDIR");
  char path[512];

  snprintf(path, sizeof path, "%s/epochlog-test-XXXXXX", root == NULL ? "/tmp" : root);
  if (mkdtemp(path) == NULL) return -1;
  *state = strdup(path);
  return *state == NULL ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
  (void)info;
  (void)type;
  (void)place;
  return remove(path);
}

int temp_folder_remove(void **state)
{
  const int result = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

  free(*state);
  return result;
}
