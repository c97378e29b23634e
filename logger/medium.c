#include "medium.h"

#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINE_MAX_BYTES 8192

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

/* A line of mountinfo: "36 35 98:0 /root /point options [fields] - TYPE source ..." */
static bool type_of_line(const char *line, int mount, char *name, size_t size)
{
  const char *dash;
  size_t length;

  if (atoi(line) != mount) return false;
  dash = strstr(line, " - ");
  if (dash == NULL) return false;
  length = strcspn(dash + 3, " \n");
  snprintf(name, size, "%.*s", (int)length, dash + 3);
  return true;
}

/* statfs would say less: some file systems answer for the one below them. */
static void name_of(int fd, char *name, size_t size)
{
  const int mount = mount_of(fd);
  char *line = malloc(LINE_MAX_BYTES);
  FILE *file = mount < 0 || line == NULL ? NULL : fopen("/proc/self/mountinfo", "re");

  snprintf(name, size, "unknown");
  if (file != NULL) {
    while (fgets(line, LINE_MAX_BYTES, file) != NULL && !type_of_line(line, mount, name, size)) {}
    fclose(file);
  }
  free(line);
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
