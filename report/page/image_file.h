/* A picture the run logged, read from its folder.
 *
 * Nothing about it is trusted: the path may not leave the run's folder, symbolic
 * links are not followed, the size is bounded, and what it is is decided by its
 * first bytes, not by its name. */
#ifndef EPOCHLOG_PAGE_IMAGE_FILE_H
#define EPOCHLOG_PAGE_IMAGE_FILE_H

#include <stddef.h>

struct image_file {
  unsigned char *bytes;
  size_t size;
  const char *media_type; /* "image/png", static */
};

/** Reads `path` below `folder`, at most `max_size` bytes.  **Returns** 0, or -1
 * when it is missing, larger, or no PNG, JPEG, GIF or WebP. */
int image_file_read(struct image_file *file, const char *folder, const char *path, size_t max_size);

void image_file_release(struct image_file *file);

#endif
