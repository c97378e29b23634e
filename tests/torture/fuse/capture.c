/* A file system of two files that writes down, in order, all that happens to them.
 *
 *     capture CAPTURE-FILE MOUNT-POINT
 *
 *     disk    64 MiB in memory: the block device below a real file system
 *     mark    what a program says it has been promised
 *
 * It stays in the foreground, takes one request at a time, and appends to the
 * capture file, little-endian:
 *
 *     u8 type, u64 offset, u32 length, then for 'W' and 'M' that many bytes
 *
 *     W   a write to disk
 *     Z   a range of disk became zeros
 *     F   an fsync of disk: the loop driver makes one of each flush of its cache
 *     M   a write to mark
 */
#define FUSE_USE_VERSION 31

#include <errno.h>
#include <fuse.h>
#include <linux/falloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (64u << 20)
#define MARK_SIZE 64u
#define HEAD_SIZE 13u

static unsigned char disk[DISK_SIZE];
static unsigned char mark[MARK_SIZE];
static FILE *capture;

static int is_disk(const char *path) { return strcmp(path, "/disk") == 0; }
static int is_mark(const char *path) { return strcmp(path, "/mark") == 0; }

/* A capture with a hole in it would prove nothing. */
static void append(char type, uint64_t offset, uint32_t length, const void *bytes)
{
  unsigned char head[HEAD_SIZE] = {(unsigned char)type};

  for (int i = 0; i < 8; i++) head[1 + i] = (unsigned char)(offset >> 8 * i);
  for (int i = 0; i < 4; i++) head[9 + i] = (unsigned char)(length >> 8 * i);
  if (fwrite(head, sizeof head, 1, capture) != 1 ||
      (bytes && length && fwrite(bytes, length, 1, capture) != 1)) {
    perror("capture");
    abort();
  }
}

static int get_attributes(const char *path, struct stat *attributes, struct fuse_file_info *info)
{
  (void)info;
  memset(attributes, 0, sizeof *attributes);
  if (strcmp(path, "/") == 0) {
    attributes->st_mode = S_IFDIR | 0755;
    attributes->st_nlink = 2;
    return 0;
  }
  if (!is_disk(path) && !is_mark(path)) return -ENOENT;
  attributes->st_mode = S_IFREG | 0644;
  attributes->st_nlink = 1;
  attributes->st_size = is_disk(path) ? DISK_SIZE : MARK_SIZE;
  return 0;
}

/* Every write has to come here at once, and as it was made. */
static int open_file(const char *path, struct fuse_file_info *info)
{
  if (!is_disk(path) && !is_mark(path)) return -ENOENT;
  info->direct_io = 1;
  return 0;
}

static int read_file(const char *path, char *bytes, size_t size, off_t offset,
                     struct fuse_file_info *info)
{
  const unsigned char *from = is_disk(path) ? disk : mark;
  const size_t end = is_disk(path) ? DISK_SIZE : MARK_SIZE;

  (void)info;
  if (offset < 0 || (size_t)offset >= end) return 0;
  if (size > end - (size_t)offset) size = end - (size_t)offset;
  memcpy(bytes, from + offset, size);
  return (int)size;
}

static int write_file(const char *path, const char *bytes, size_t size, off_t offset,
                      struct fuse_file_info *info)
{
  unsigned char *to = is_disk(path) ? disk : mark;
  const size_t end = is_disk(path) ? DISK_SIZE : MARK_SIZE;

  (void)info;
  if (offset < 0 || (size_t)offset > end || size > end - (size_t)offset) return -ENOSPC;
  memcpy(to + offset, bytes, size);
  append(is_disk(path) ? 'W' : 'M', (uint64_t)offset, (uint32_t)size, bytes);
  return (int)size;
}

static int sync_file(const char *path, int is_data, struct fuse_file_info *info)
{
  (void)is_data;
  (void)info;
  if (is_disk(path)) append('F', 0, 0, NULL);
  return 0;
}

static int zero_range(const char *path, int mode, off_t offset, off_t size,
                      struct fuse_file_info *info)
{
  (void)info;
  if (!is_disk(path) || !(mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))) return -EOPNOTSUPP;
  if (offset < 0 || size < 0 || offset > (off_t)DISK_SIZE || size > (off_t)DISK_SIZE - offset)
    return -EINVAL;
  memset(disk + offset, 0, (size_t)size);
  append('Z', (uint64_t)offset, (uint32_t)size, NULL);
  return 0;
}

static const struct fuse_operations operations = {.getattr = get_attributes,
                                                  .open = open_file,
                                                  .read = read_file,
                                                  .write = write_file,
                                                  .fsync = sync_file,
                                                  .fallocate = zero_range};

int main(int argc, char **argv)
{
  char in_the_foreground[] = "-f";
  char by_one_thread[] = "-s";
  char *arguments[] = {argv[0], in_the_foreground, by_one_thread, argc == 3 ? argv[2] : NULL, NULL};

  if (argc != 3) return 2;
  capture = fopen(argv[1], "wb");
  if (capture == NULL) {
    perror(argv[1]);
    return 1;
  }
  return fuse_main(4, arguments, &operations, NULL) || fclose(capture) != 0;
}
