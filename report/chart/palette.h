/* The colours, all of them.
 *
 * One table gives each role its name, its value on a light page and its value
 * on a dark one.  The PNG takes the values from here, the SVG takes the names
 * and writes `var(--name)`, and the style sheet is made from the same table, so
 * the three cannot differ.
 *
 * The series colours were chosen to stay apart for colour-blind readers and to
 * reach 3:1 against the page; as text some of them do not reach 4.5:1 on white,
 * which is why text has inks of its own (t1..t6).  Text on a filled cell is pure
 * black or white, whichever contrasts more; that pair never falls under 4.58:1.
 */
#ifndef EPOCHLOG_CHART_PALETTE_H
#define EPOCHLOG_CHART_PALETTE_H

#include <stddef.h>
#include <stdint.h>

#include "chart/canvas.h"

enum theme { THEME_LIGHT = 0, THEME_DARK };

struct rgb {
  uint8_t r;
  uint8_t g;
  uint8_t b;
};

/* X(role, name, light, dark): the name is the CSS variable without its dashes
 * and also the class that fills with it; the values are hexadecimal RRGGBB.
 * In the order of `enum color`. */
/* clang-format off */
#define PALETTE_MAP(X)                      \
  X(COLOR_BG, bg, FFFFFF, 16181D)           \
  X(COLOR_CARD, card, F6F8FA, 1E2128)       \
  X(COLOR_LINE, line, D0D7DE, 30363D)       \
  X(COLOR_GRID, grid, E6E8EB, 272B33)       \
  X(COLOR_AXIS, axis, 8C959F, 6E7681)       \
  X(COLOR_INK, ink, 1F2328, E6EDF3)         \
  X(COLOR_INK2, ink2, 59636E, 9198A1)       \
  X(COLOR_PASS, pass, 1A7F37, 3FB950)       \
  X(COLOR_WARN, warn, 9A6700, D29922)       \
  X(COLOR_FAIL, fail, CF222E, F85149)       \
  X(COLOR_S1, s1, 0072B2, 56B4E9)           \
  X(COLOR_S2, s2, D55E00, E69F00)           \
  X(COLOR_S3, s3, 009E73, 7CE0B8)           \
  X(COLOR_S4, s4, AA3377, D36BA8)           \
  X(COLOR_S5, s5, 332288, F7E463)           \
  X(COLOR_S6, s6, 7F5A3A, E5533D)           \
  X(COLOR_CTX, ctx, 8A8F98, 8A93A0)         \
  X(COLOR_T1, t1, 0072B2, 56B4E9)           \
  X(COLOR_T2, t2, B84F00, E69F00)           \
  X(COLOR_T3, t3, 007F5C, 7CE0B8)           \
  X(COLOR_T4, t4, AA3377, D36BA8)           \
  X(COLOR_T5, t5, 332288, F7E463)           \
  X(COLOR_T6, t6, 7F5A3A, E5533D)           \
  X(COLOR_TCTX, tctx, 6B7280, 8A93A0)       \
  X(COLOR_SEQ0 + 0, q0, F7FBFF, 1C232D)     \
  X(COLOR_SEQ0 + 1, q1, DEEBF7, 20394E)     \
  X(COLOR_SEQ0 + 2, q2, C6DBEF, 214F72)     \
  X(COLOR_SEQ0 + 3, q3, 9ECAE1, 266996)     \
  X(COLOR_SEQ0 + 4, q4, 6BAED6, 3A88B9)     \
  X(COLOR_SEQ0 + 5, q5, 4292C6, 4FA9DD)     \
  X(COLOR_SEQ0 + 6, q6, 2171B5, 7CC3EE)     \
  X(COLOR_SEQ0 + 7, q7, 08519C, AEDAF5)     \
  X(COLOR_SEQ0 + 8, q8, 08306B, DDF0FB)     \
  X(COLOR_SEQ_TEXT0 + 0, u0, 000000, FFFFFF) \
  X(COLOR_SEQ_TEXT0 + 1, u1, 000000, FFFFFF) \
  X(COLOR_SEQ_TEXT0 + 2, u2, 000000, FFFFFF) \
  X(COLOR_SEQ_TEXT0 + 3, u3, 000000, FFFFFF) \
  X(COLOR_SEQ_TEXT0 + 4, u4, 000000, 000000) \
  X(COLOR_SEQ_TEXT0 + 5, u5, 000000, 000000) \
  X(COLOR_SEQ_TEXT0 + 6, u6, FFFFFF, 000000) \
  X(COLOR_SEQ_TEXT0 + 7, u7, FFFFFF, 000000) \
  X(COLOR_SEQ_TEXT0 + 8, u8, FFFFFF, 000000) \
  X(COLOR_DIV0 + 0, d0, B35806, F2A654)     \
  X(COLOR_DIV0 + 1, d1, E08214, BD7F39)     \
  X(COLOR_DIV0 + 2, d2, FDB863, 8A5A1E)     \
  X(COLOR_DIV0 + 3, d3, FEE0B6, 594431)     \
  X(COLOR_DIV0 + 4, d4, F7F7F7, 2A2D35)     \
  X(COLOR_DIV0 + 5, d5, D8DAEB, 413C64)     \
  X(COLOR_DIV0 + 6, d6, B2ABD2, 5A4A96)     \
  X(COLOR_DIV0 + 7, d7, 8073AC, 8577C1)     \
  X(COLOR_DIV0 + 8, d8, 542788, B3A5EE)     \
  X(COLOR_DIV_TEXT0 + 0, e0, FFFFFF, 000000) \
  X(COLOR_DIV_TEXT0 + 1, e1, 000000, 000000) \
  X(COLOR_DIV_TEXT0 + 2, e2, 000000, FFFFFF) \
  X(COLOR_DIV_TEXT0 + 3, e3, 000000, FFFFFF) \
  X(COLOR_DIV_TEXT0 + 4, e4, 000000, FFFFFF) \
  X(COLOR_DIV_TEXT0 + 5, e5, 000000, FFFFFF) \
  X(COLOR_DIV_TEXT0 + 6, e6, 000000, FFFFFF) \
  X(COLOR_DIV_TEXT0 + 7, e7, 000000, 000000) \
  X(COLOR_DIV_TEXT0 + 8, e8, FFFFFF, 000000)

/* Variables of the page that no chart draws with: X(name, light, dark). */
#define PALETTE_PAGE_MAP(X)    \
  X("link", 0969DA, 4493F8)      \
  X("pass-bg", DAFBE1, 12261E)   \
  X("warn-bg", FFF8C5, 272115)   \
  X("fail-bg", FFEBE9, 25171C)
/* clang-format on */

/* The value of `color` in `theme`.  COLOR_NONE and anything outside the enum
 * give the background, which draws nothing one could see. */
struct rgb palette_rgb(enum color color, enum theme theme);

/* The CSS variable of `color` without its dashes, "s1" for `var(--s1)`; also
 * the name of the class that fills with it.  "none" for COLOR_NONE and anything
 * outside the enum. */
const char *palette_name(enum color color);

/* The WCAG contrast of two colours, 1 to 21, in either order. */
double palette_contrast(struct rgb a, struct rgb b);

/* The line colour of the series with number `index` (0 first).  After six the
 * hues repeat; the chart then adds a dash. */
enum color palette_series(size_t index);

/* The ink for text about a mark in `color`: s2 gives t2, a ramp stop gives the
 * text on it, COLOR_CTX gives COLOR_TCTX; any other colour gives itself. */
enum color palette_ink_for(enum color color);

/* The stop of the sequential ramp nearest to `share`, 0 to 1, and of the
 * diverging ramp nearest to `share`, -1 to 1.  Values outside are clamped; NaN
 * gives COLOR_NONE. */
enum color palette_sequential(double share);
enum color palette_diverging(double share);

/* The opacity of an interval band: a dark page needs a little more.  The SVG
 * cannot know the theme, so charts draw bands with PALETTE_BAND_OPACITY and the
 * PNG and the style sheet both adjust that very value for dark. */
#define PALETTE_BAND_OPACITY 0.13
#define PALETTE_BAND_OPACITY_DARK 0.15

#endif
