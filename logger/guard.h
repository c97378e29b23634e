/* A store into a mapping can fail: the file was cut short by someone else, or the file
 * system became read-only or broke.  The system then raises SIGBUS, which ends the
 * program.  The guard keeps a training alive through that: it puts private memory, with
 * the same content, in the place of the page, and notes that the mapping is broken.
 *
 * A handler is set when the first mapping is guarded, and only where the program has
 * none of its own for SIGBUS.  A fault that is not in a guarded mapping goes on as it
 * would have gone without us.
 */
#ifndef EPOCHLOG_GUARD_H
#define EPOCHLOG_GUARD_H

#include <stdbool.h>
#include <stddef.h>

struct epochlog__guard;

/* Guards `size` bytes at `memory`, a mapping of the file `fd` from its start.  NULL:
 * there is no guard for it; all else works. */
struct epochlog__guard *epochlog__guard_add(void *memory, size_t size, int fd);
/* NULL is accepted. */
void epochlog__guard_remove(struct epochlog__guard *guard);
/* Whether a page had to be replaced; NULL: no. */
bool epochlog__guard_is_broken(const struct epochlog__guard *guard);

#endif
