/* The style sheet of the SVGs, made by the preprocessor from the table of
 * colours.
 *
 * Dark values are given for screens only, so that paper is always light without
 * a third copy of them.  A theme switch sets data-theme on the root element. */
#include "chart/canvas_svg.h"
#include "chart/palette.h"

#define VARIABLE_LIGHT(role, name, light, dark) "--" #name ":#" #light ";"
#define VARIABLE_DARK(role, name, light, dark) "--" #name ":#" #dark ";"
#define PAGE_LIGHT(name, light, dark) "--" name ":#" #light ";"
#define PAGE_DARK(name, light, dark) "--" name ":#" #dark ";"

#define LIGHT PALETTE_MAP(VARIABLE_LIGHT) PALETTE_PAGE_MAP(PAGE_LIGHT) "--band:.13"
#define DARK PALETTE_MAP(VARIABLE_DARK) PALETTE_PAGE_MAP(PAGE_DARK) "--band:.15"

#define FILL_CLASS(role, name, light, dark) ".ec ." #name "{fill:var(--" #name ")}\n"

/* Roles that outline; canvas_svg.c writes a style attribute for the others. */
#define STROKE_CLASS(name) ".ec .k" #name "{stroke:var(--" #name ")}\n"
/* clang-format off */
#define STROKE_CLASSES \
  STROKE_CLASS(bg) STROKE_CLASS(card) STROKE_CLASS(line) STROKE_CLASS(grid) STROKE_CLASS(axis) \
  STROKE_CLASS(ink) STROKE_CLASS(ink2) STROKE_CLASS(pass) STROKE_CLASS(warn) STROKE_CLASS(fail) \
  STROKE_CLASS(s1) STROKE_CLASS(s2) STROKE_CLASS(s3) STROKE_CLASS(s4) STROKE_CLASS(s5) \
  STROKE_CLASS(s6) STROKE_CLASS(ctx)
/* clang-format on */

#define VARIABLES_LIGHT ":root{color-scheme:light dark;" LIGHT "}\n"

#define VARIABLES_SYSTEM_DARK                      \
  "@media screen and (prefers-color-scheme:dark){" \
  ":root:not([data-theme=light]){" DARK "}}\n"

#define VARIABLES_CHOSEN                        \
  "@media screen{"                              \
  ":root[data-theme=light]{color-scheme:light}" \
  ":root[data-theme=dark]{color-scheme:dark;" DARK "}}\n"

/* `rtl` sets a phrase apart without a direction of its own: with one, browsers
 * would anchor the text by its other end.
 *
 * A shape without a fill class has no fill; a class comes with two names in its
 * selector and so goes before. */
#define CLASSES                                                                                \
  ".ec{max-width:100%;height:auto;font-family:Inter,system-ui,-apple-system,"                  \
  "\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}\n"                                          \
  ".ec polyline,.ec polygon,.ec rect,.ec circle{fill:none}\n"                                  \
  ".ec polyline,.ec polygon{stroke-linejoin:round}\n"                                          \
  ".ec text{font-size:11px;font-weight:400;font-variant-numeric:tabular-nums;white-space:pre;" \
  "stroke-linejoin:round}\n"                                                                   \
  ".ec .f12{font-size:12px}\n.ec .f13{font-size:13px}\n"                                       \
  ".ec .f15{font-size:15px}\n.ec .f24{font-size:24px}\n"                                       \
  ".ec .b{font-weight:600}\n.ec .m{text-anchor:middle}\n.ec .r{text-anchor:end}\n"             \
  ".ec .rtl{unicode-bidi:plaintext}\n"                                                         \
  ".ec .h{paint-order:stroke;stroke:var(--bg);stroke-width:3px}\n"                             \
  ".ec .w2{stroke-width:2}\n.ec .bd{fill-opacity:var(--band)}\n"                               \
  ".ec .x1{stroke-dasharray:6 3}\n.ec .x2{stroke-dasharray:2 3}\n"                             \
  ".ec .x3{stroke-dasharray:8 3 2 3}\n.ec .x4{stroke-dasharray:4 4}\n"

#define FILLS PALETTE_MAP(FILL_CLASS)

const char *canvas_svg_css(void)
{
  /* A string literal may have 4095 bytes in portable C, and this is more.  Arrays
   * of char without their terminators lie side by side in a struct, so the parts
   * make one text; only the last has a terminator. */
  static const struct {
    char light[sizeof VARIABLES_LIGHT - 1];
    char system_dark[sizeof VARIABLES_SYSTEM_DARK - 1];
    char chosen[sizeof VARIABLES_CHOSEN - 1];
    char classes[sizeof CLASSES - 1];
    char fills[sizeof FILLS - 1];
    char strokes[sizeof STROKE_CLASSES];
  } sheet = {VARIABLES_LIGHT, VARIABLES_SYSTEM_DARK, VARIABLES_CHOSEN, CLASSES,
             FILLS,           STROKE_CLASSES};

  return (const char *)&sheet;
}
