#include "chart/palette.h"

#include <math.h>

struct entry {
  const char *name;
  uint32_t value[2]; /* light, dark */
};

static const struct entry entries[COLOR_COUNT] = {[COLOR_NONE] = {"none", {0xFFFFFF, 0x16181D}},
#define X(role, name, light, dark) [role] = {#name, {0x##light, 0x##dark}},
                                                  PALETTE_MAP(X)
#undef X
};

static const struct entry *entry_of(enum color color)
{
  /* Compared as unsigned: an enum may hold any value of its type. */
  if ((unsigned)color >= (unsigned)COLOR_COUNT) return &entries[COLOR_NONE];
  return &entries[color];
}

struct rgb palette_rgb(enum color color, enum theme theme)
{
  uint32_t value = entry_of(color)->value[theme == THEME_DARK];

  return (struct rgb){(uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
}

const char *palette_name(enum color color) { return entry_of(color)->name; }

static double linear_light(uint8_t channel)
{
  double value = channel / 255.0;

  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(struct rgb rgb)
{
  return 0.2126 * linear_light(rgb.r) + 0.7152 * linear_light(rgb.g) + 0.0722 * linear_light(rgb.b);
}

double palette_contrast(struct rgb a, struct rgb b)
{
  double one = luminance(a) + 0.05;
  double other = luminance(b) + 0.05;

  return one > other ? one / other : other / one;
}

enum color palette_series(size_t index) { return (enum color)(COLOR_S1 + (int)(index % 6)); }

enum color palette_ink_for(enum color color)
{
  if (color >= COLOR_S1 && color <= COLOR_CTX) return (enum color)(color - COLOR_S1 + COLOR_T1);
  if (color >= COLOR_SEQ0 && color <= COLOR_SEQ8)
    return (enum color)(color - COLOR_SEQ0 + COLOR_SEQ_TEXT0);
  if (color >= COLOR_DIV0 && color <= COLOR_DIV8)
    return (enum color)(color - COLOR_DIV0 + COLOR_DIV_TEXT0);
  return color;
}

/* The stop, 0 to 8, for a share that may lie outside 0 to 1. */
static int stop_of(double share)
{
  if (share <= 0) return 0;
  if (share >= 1) return 8;
  return (int)(share * 8 + 0.5);
}

enum color palette_sequential(double share)
{
  if (isnan(share)) return COLOR_NONE;
  return (enum color)(COLOR_SEQ0 + stop_of(share));
}

/* The two signs are rounded alike, so that x and -x are equally far from the
 * neutral stop. */
enum color palette_diverging(double share)
{
  int away;

  if (isnan(share)) return COLOR_NONE;
  away = stop_of(fmin(fabs(share), 1) / 2);
  return (enum color)(share < 0 ? COLOR_DIV0 + 4 - away : COLOR_DIV0 + 4 + away);
}
