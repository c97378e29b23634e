/* Markup from a format, escaped by default.
 *
 *     put(m, "<td class=\"%r\">%s</td>", class, name);
 *
 * %s writes text from anywhere, escaped; %r writes our own markup as it is; %z a
 * size_t, %d a long long, %% a percent sign.  There is nothing else, so a value
 * cannot reach the page unescaped by mistake: that takes writing %r.
 */
#ifndef EPOCHLOG_PAGE_PUT_H
#define EPOCHLOG_PAGE_PUT_H

#include "chart/markup.h"

void put(struct markup *markup, const char *format, ...);

/** The bytes in base64. */
void put_base64(struct markup *markup, const void *bytes, size_t size);

#endif
