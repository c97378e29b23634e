/* The user's own words, written in Markdown, as HTML.
 *
 * The only file that knows cmark.  Raw HTML is left out and links that could run
 * a script lose their target (cmark's safe mode); images from elsewhere would
 * be requests to somewhere, so the page's security policy blocks them. */
#ifndef EPOCHLOG_PAGE_PROSE_H
#define EPOCHLOG_PAGE_PROSE_H

#include <stddef.h>

#include "chart/markup.h"

/** The longest Markdown rendered, in bytes; the rest is left out, and said. */
#define PROSE_MAX ((size_t)1024 * 1024)

void prose_put(struct markup *markup, const char *markdown, size_t size);

#endif
