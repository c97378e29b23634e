/* Where bytes come from: a file or memory.  A reader asks for a range and gets as
 * much of it as there is; nothing else is known about the place.
 */
#ifndef EPOCHLOG_READER_SOURCE_H
#define EPOCHLOG_READER_SOURCE_H

#include <stddef.h>
#include <stdint.h>

struct source {
  /* Copies up to `count` bytes from `offset`; returns how many there were (fewer
   * only at the end), or -1 with errno set. */
  int64_t (*read)(const struct source *self, uint64_t offset, void *out, size_t count);
  uint64_t size;
  int fd;
  const unsigned char *bytes;
};

/* Over `size` bytes that stay the caller's. */
void source_init_memory(struct source *source, const void *bytes, size_t size);
/* Opens a regular file read-only.  Returns 0, or -1 with errno set (EINVAL: not a
 * regular file). */
int source_open_file(struct source *source, const char *path);
void source_close(struct source *source);

/* All `count` bytes or nothing: 0, or -1 (errno 0: the end came first). */
int source_read_exactly(const struct source *source, uint64_t offset, void *out, size_t count);

#endif
