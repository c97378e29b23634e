/* Copies of files inside the run's folder, made so that a half-written one is never
 * under its name: written beside it, then renamed.
 */
#ifndef EPOCHLOG_FILES_H
#define EPOCHLOG_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "epochlog.h"
#include "sha256.h"

/* What was kept. */
struct epochlog__kept {
  uint64_t size;
  uint8_t sha256[EPOCHLOG__SHA256_SIZE];
};

/* Where a copy comes from: a descriptor, or memory. */
struct epochlog__origin {
  int fd; /* -1: memory */
  const void *data;
  size_t size;
  bool durable; /* make the copy durable before it gets its name */
};

/* Whether a path is relative, has no empty part and none that is "." or "..", and so
 * cannot leave the folder it is taken from. */
bool epochlog__files_is_inside(const char *path);

/* Opens a regular file for reading; -1 with errno set (EISDIR, EINVAL for what is no
 * file).  Never waits for a pipe's other end. */
int epochlog__files_open(int folder_fd, const char *path, int flags);

/* Copies into `folder_fd`/`path`, making the folders in between; symbolic links among
 * them are not followed.  OK, or READ, OPEN, WRITE, NO_MEMORY with `*sys_errno`. */
epochlog_status epochlog__files_keep(int folder_fd, const char *path,
                                     const struct epochlog__origin *origin,
                                     struct epochlog__kept *kept, int *sys_errno);

/* The media type that a file's extension tells, "application/octet-stream" if none. */
const char *epochlog__files_media_type(const char *path);

/* Walks a folder: calls `visit` with each regular file, by its path below the folder,
 * in order of name; symbolic links are not followed.  `skip_fd`, a folder, is left
 * out.  Stops at the first answer other than OK; READ for a folder that cannot be
 * read, NO_MEMORY. */
typedef epochlog_status epochlog__visit(void *context, int folder_fd, const char *path);
epochlog_status epochlog__files_walk(const char *folder, int skip_fd, epochlog__visit *visit,
                                     void *context, int *sys_errno);

#endif
