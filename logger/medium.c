#include "medium.h"

#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Those known to keep a promise of space: what was written once can be stored into
 * again.  btrfs does so for a file that is pinned. */
static const char *const mappable[] = {"ext2",  "ext3",  "ext4",    "xfs",
                                       "tmpfs", "ramfs", "overlay", "btrfs"};

/* The number of the mount that a descriptor is on, -1: not told. */
static int mount_of(int fd)
{
  char path[64];
  char line[256];
  int mount = -1;
  FILE *file;

  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  file = fopen(path, "re");
  if (file == NULL) return -1;
  while (mount < 0 && fgets(line, sizeof line, file) != NULL)
    if (sscanf(line, "mnt_id: %d", &mount) != 1) mount = -1;
  fclose(file);
  return mount;
}

bool epochlog__medium_of_line(const char *line, int mount, char *name, size_t size)
{
  char *end;
  const long number = strtol(line, &end, 10);
  const char *dash = strstr(line, " - ");
  size_t length;

  if (end == line || *end != ' ' || number != mount || dash == NULL) return false;
  length = strcspn(dash + 3, " \n");
  if (length == 0 || length >= size) return false;
  snprintf(name, size, "%.*s", (int)length, dash + 3);
  return true;
}

/* statfs would say less: some file systems answer for the one below them. */
static void name_of(int fd, char *name, size_t size)
{
  const int mount = mount_of(fd);
  FILE *file = mount < 0 ? NULL : fopen("/proc/self/mountinfo", "re");
  char *line = NULL;
  size_t room = 0;

  snprintf(name, size, "unknown");
  if (file == NULL) return;
  while (getline(&line, &room, file) > 0 && !epochlog__medium_of_line(line, mount, name, size)) {}
  free(line);
  fclose(file);
}

bool epochlog__medium_is_mappable(int folder_fd, char *name, size_t size)
{
  name_of(folder_fd, name, size);
  for (size_t i = 0; i < sizeof mappable / sizeof mappable[0]; i++)
    if (strcmp(name, mappable[i]) == 0) return true;
  return false;
}

void epochlog__medium_pin(int fd)
{
#if defined(FS_IOC_GETFLAGS) && defined(FS_NOCOW_FL)
  int flags = 0;

  if (ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0 || (flags & FS_NOCOW_FL) != 0) return;
  flags |= FS_NOCOW_FL;
  ioctl(fd, FS_IOC_SETFLAGS, &flags);
#else
  (void)fd;
#endif
}
