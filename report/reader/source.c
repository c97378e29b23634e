#include "reader/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t read_memory(const struct source *self, uint64_t offset, void *out, size_t count)
{
  if (offset >= self->size) return 0;
  if (count > self->size - offset) count = (size_t)(self->size - offset);
  if (count > 0) memcpy(out, self->bytes + offset, count);
  return (int64_t)count;
}

static int64_t read_file(const struct source *self, uint64_t offset, void *out, size_t count)
{
  size_t done = 0;

  if (offset > (uint64_t)INT64_MAX - count) return 0;
  while (done < count) {
    ssize_t got = pread(self->fd, (char *)out + done, count - done, (off_t)(offset + done));

    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += (size_t)got;
  }
  return (int64_t)done;
}

void source_init_memory(struct source *source, const void *bytes, size_t size)
{
  *source = (struct source){.read = read_memory, .size = size, .fd = -1, .bytes = bytes};
}

int source_open_file(struct source *source, const char *path)
{
  /* Not blocking: a FIFO with such a name must not hang the reader. */
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status;

  *source = (struct source){.read = read_file, .fd = -1};
  if (fd < 0) return -1;
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    int reason = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;

    close(fd);
    errno = reason;
    return -1;
  }
  source->fd = fd;
  source->size = (uint64_t)status.st_size;
  return 0;
}

void source_close(struct source *source)
{
  if (source->fd >= 0) close(source->fd);
  source->fd = -1;
}

int source_read_exactly(const struct source *source, uint64_t offset, void *out, size_t count)
{
  int64_t got = source->read(source, offset, out, count);

  if (got == (int64_t)count) return 0;
  if (got >= 0) errno = 0;
  return -1;
}
