/* What the library asks of the system and what may be refused: memory, files,
 * writing, mapping, making durable.
 *
 * Everything that allocates, and everything a log's two files go through, are these
 * calls.  They are weak
 * symbols that a test program replaces by linking its own (tests/fault.c), so
 * that the Nth of them can be made to fail without a switch in the library.
 */
#ifndef EPOCHLOG_SYSTEM_H
#define EPOCHLOG_SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* malloc, calloc and realloc; what they give is freed with free. */
void *epochlog__allocate(size_t size);
void *epochlog__allocate_zeroed(size_t size);
void *epochlog__reallocate(void *memory, size_t size);

/* write, pwrite and fdatasync, as they are. */
ssize_t epochlog__write(int fd, const void *data, size_t size);
ssize_t epochlog__pwrite(int fd, const void *data, size_t size, off_t offset);
int epochlog__datasync(int fd);
/* The same file under a number above those of the standard streams (-1: -1, errno stays):
 * where one of these is closed, what the program prints would go into a log opened there. */
int epochlog__lift(int fd);

/* Makes a file that is not there, to be read and written; a descriptor or -1. */
int epochlog__create(int folder_fd, const char *name);
/* unlinkat, ftruncate, and fallocate: the file gets that size and its blocks. */
int epochlog__unlink(int folder_fd, const char *name);
int epochlog__truncate(int fd, uint64_t size);
int epochlog__reserve(int fd, uint64_t size);
/* fsync of a folder: its names become durable. */
int epochlog__folder_sync(int folder_fd);

/* The first `size` bytes of a file, shared; NULL with errno.  A forked child does
 * not have the mapping. */
void *epochlog__map(int fd, size_t size);
void epochlog__unmap(void *memory, size_t size);
/* Makes the pages of a mapping writable ahead of the first store, so that no store
 * has to wait for it; contents stay.  -1 with errno when the file system refuses. */
int epochlog__populate(void *memory, size_t size);

/* ---- built on them, in posix_io.c */

/* Writes all of it, going on after interruptions and short writes.  0 or an
 * errno; `*done` bytes were written in any case. */
int epochlog__pwrite_all(int fd, const void *data, size_t size, uint64_t offset, size_t *done);
int epochlog__write_all(int fd, const void *data, size_t size);

/* epochlog__reserve and epochlog__truncate; 0 or an errno. */
int epochlog__reserve_all(int fd, uint64_t size);
int epochlog__truncate_to(int fd, uint64_t size);

/* Makes a folder and those above it that are missing; 0 or an errno. */
int epochlog__make_folders(const char *path);

/* A copy of a string, "" for NULL; NULL without memory. */
char *epochlog__copy_string(const char *text);

#endif
