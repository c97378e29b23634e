/* What the command says, and to whom.
 *
 * Results go to standard output, complaints to standard error as one line
 * "epochlog: FILE: what; consequence".  Text from logs, files and the command
 * line is untrusted: a run's name may hold escape sequences that move the cursor
 * or retitle the window, so every text goes through print_clean or one of the
 * functions that call it.  Colour and bold are used on a terminal only, and not
 * with NO_COLOR set or TERM=dumb.
 */
#ifndef EPOCHLOG_PRINT_H
#define EPOCHLOG_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum print_style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BAD, STYLE_WARNING };

/* One line on standard error, "epochlog: " before it.  Control characters in the
 * result are shown, not sent, so it stays one line whatever the arguments hold. */
void print_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends a subcommand: flushes standard output and returns `code`; if anything
 * written there was lost (a full disk), says so and returns EXIT_NOT_DONE.  A
 * reader that went away (`| head`) is no failure and ends the process quietly. */
int print_finish(int code);

/* Writes `text` with control characters as \n, \t, \x1b, and characters that
 * reorder or hide text (U+202E and its like) as \u202e.  Bytes that are not UTF-8
 * are shown as \xff.  NULL prints nothing. */
void print_clean(FILE *out, const char *text);

/* The same into new memory; NULL when memory is short. */
char *print_cleaned(const char *text);

/* How many columns a terminal needs for `text` (UTF-8): 0 for combining marks,
 * 2 for wide characters. */
size_t print_width(const char *text);

/* Reads the character at `*text`, of which `size` bytes are left (at least 1), and
 * moves `*text` behind it.  Returns its code point, or -1 for one byte that is not
 * part of a UTF-8 character. */
int32_t print_next_character(const char **text, size_t size);

/* Whether a character is one that a terminal acts on, or that reorders or hides
 * the text around it. */
bool print_is_control(int32_t character);

/* Whether standard output takes colours. */
bool print_has_colour(void);

/* The escape sequence that turns `style` on (or, STYLE_PLAIN, all off), "" when
 * there is no colour.  For standard output only. */
const char *print_style(enum print_style style);

/* ---- values as people read them; each fills `out` and returns it ---- */

enum { PRINT_SIZE = 48 };

/* A double in the fewest digits that give it back, "NaN", "Infinity". */
char *print_exact(char out[PRINT_SIZE], double value);
/* A double in at most six significant digits. */
char *print_short(char out[PRINT_SIZE], double value);
/* Nanoseconds since 1970 as "2026-11-21 13:45:02", in local time (TZ); "-" for 0. */
char *print_time(char out[PRINT_SIZE], int64_t ns);
/* The same as ISO 8601 in UTC with microseconds, "2026-11-21T13:45:02.123456Z". */
char *print_time_utc(char out[PRINT_SIZE], int64_t ns);
/* Nanoseconds as "850 ms", "12.3 s", "3 min 20 s", "2 h 05 min", "3 d 04 h". */
char *print_duration(char out[PRINT_SIZE], int64_t ns);
/* Bytes as "512 B", "1.5 KiB". */
char *print_size(char out[PRINT_SIZE], uint64_t bytes);

/* ---- tables ---- */

/* A table is filled cell by cell, then printed with columns as wide as they need.
 * Cells are copied and cleaned. */
struct table;

/* `headings` has `columns` words; one that begins with '>' is set to the right. */
struct table *table_new(size_t columns, const char *const *headings);
void table_free(struct table *table);
/* Adds the next cell, row after row.  NULL is an empty cell. */
void table_add(struct table *table, const char *text);
void table_add_styled(struct table *table, const char *text, enum print_style style);
/* Prints to standard output, `indent` columns in.  Returns false when memory was
 * short at any time since table_new (which may be NULL then). */
bool table_print(const struct table *table, size_t indent);

#endif
