#include "page/image_file.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *media_type(const unsigned char *bytes, size_t size)
{
  if (size > 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0) return "image/png";
  if (size > 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0) return "image/jpeg";
  if (size > 6 && (memcmp(bytes, "GIF87a", 6) == 0 || memcmp(bytes, "GIF89a", 6) == 0))
    return "image/gif";
  if (size > 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0)
    return "image/webp";
  return NULL;
}

/* Opens one part of a path after another, none of them a symbolic link.  The
 * reader has checked the parts; this holds even where it had not. */
static int open_below(const char *folder, const char *path)
{
  int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  while (at >= 0) {
    const size_t length = strcspn(path, "/");
    const int last = !path[length];
    char part[256];
    int next;

    if (!length || length >= sizeof part || (length <= 2 && strncmp(path, "..", length) == 0)) {
      close(at);
      return -1;
    }
    memcpy(part, path, length);
    part[length] = '\0';
    next =
        openat(at, part, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (last ? 0 : O_DIRECTORY));
    close(at);
    if (last) return next;
    at = next;
    path += length + 1;
  }
  return -1;
}

int image_file_read(struct image_file *file, const char *folder, const char *path, size_t max_size)
{
  const int fd = open_below(folder, path);
  struct stat status;
  size_t got = 0;

  memset(file, 0, sizeof *file);
  if (fd < 0) return -1;
  if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_size <= 0 ||
      (uintmax_t)status.st_size > max_size)
    goto close_file;
  file->bytes = malloc((size_t)status.st_size);
  if (!file->bytes) goto close_file;
  while (got < (size_t)status.st_size) {
    const ssize_t more = read(fd, file->bytes + got, (size_t)status.st_size - got);

    if (more <= 0) break;
    got += (size_t)more;
  }
  file->size = got;
  file->media_type = media_type(file->bytes, got);
  close(fd);
  if (got == (size_t)status.st_size && file->media_type) return 0;
  image_file_release(file);
  return -1;

close_file:
  close(fd);
  return -1;
}

void image_file_release(struct image_file *file)
{
  free(file->bytes);
  memset(file, 0, sizeof *file);
}
