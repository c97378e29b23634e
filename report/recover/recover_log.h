/* One log written again, clean and finished: recover_log.c copies what is in good
 * frames, live_blocks.c seals what is left in the live file.
 */
#ifndef EPOCHLOG_RECOVER_RECOVER_LOG_H
#define EPOCHLOG_RECOVER_RECOVER_LOG_H

#include "main_log.h"
#include "recover/dictionary.h"
#include "recover/run_recover.h"

/* Recovers an opened log to the new file `name` in the folder `folder_fd`, without
 * what was left out of it (continued.h).  Returns 0 with `out` filled, or -1 when
 * the copy could not be made. */
int recover_log(struct recovered_log *out, struct log *log, int folder_fd, const char *name,
                struct read_error *error);
void recovered_log_release(struct recovered_log *log);

/* Appends the live items as blocks.  `*left_out` counts points that could not be
 * kept.  0 or an errno. */
int live_blocks_write(struct epochlog__main_log *to, const struct dictionary *dictionary,
                      const struct live_item *items, size_t count, uint64_t *left_out);

#endif
