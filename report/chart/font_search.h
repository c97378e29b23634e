/* The font files of a machine, the likelier ones first.
 *
 * No font service is asked: well-known folders are walked, within limits.  Files
 * are not opened.  The order depends on names alone, so two machines with the
 * same fonts draw the same pictures.
 */
#ifndef EPOCHLOG_CHART_FONT_SEARCH_H
#define EPOCHLOG_CHART_FONT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/* How deep below a folder, and how many names in all, are looked at. */
#define FONT_SEARCH_DEPTH 6
#define FONT_SEARCH_NAMES 20000

/* The most files in a list. */
#define FONT_SEARCH_FILES 512

struct font_files {
  char **paths;
  size_t count;
};

/* Lists the fonts below `folders` (of which any may not exist; NULL ends them):
 * families that have one wide script or many, then other upright regular faces,
 * then the rest.  False without memory; what was listed by then is fine. */
bool font_search(struct font_files *files, const char *const *folders);

void font_files_release(struct font_files *files);

/* The folders where fonts usually are, those of the user included if `home` is
 * not NULL; an array that NULL ends, freed by the caller as one block.  NULL
 * without memory. */
const char **font_search_folders(const char *home);

#endif
