/* What a reader needs to know where a run came from: host, user, command line,
 * process, git; and the rank and world size that a launcher tells.
 */
#ifndef EPOCHLOG_ENV_H
#define EPOCHLOG_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/* The number in the first of the environment variables that is a decimal number up
 * to `most`; `otherwise` if none is.  `names` ends with NULL. */
uint32_t epochlog__env_number(const char *const *names, uint32_t otherwise, uint32_t most);
uint32_t epochlog__env_rank(void);
uint32_t epochlog__env_world_size(void);

/* The last part of the program's path, or "run". */
void epochlog__env_program(char *out, size_t size);

/* A small file below /proc or .git as text, without the line end; false: not there
 * or too long. */
bool epochlog__env_read_line(const char *path, char *out, size_t size);

/* Clock ticks after boot at which this process started; 0: unknown. */
uint64_t epochlog__env_process_start(void);

/* Adds the argument count and the arguments as `str`s. */
void epochlog__env_add_arguments(struct epochlog__buffer *out);

/* The commit that HEAD names in the repository around `folder`, 40 or 64 hex digits;
 * false: none.  Only files are read, git is not run, and so whether the tree has
 * changes stays unknown. */
bool epochlog__git_commit(const char *folder, char *out, size_t size);

#endif
