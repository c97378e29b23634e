#include "color_vision.h"

#include <math.h>

/* Severity 1.0; rows are red, green and blue of what is seen. */
static const double machado[VISION_COUNT][3][3] = {{{0.152286, 1.052583, -0.204868},
                                                    {0.114503, 0.786281, 0.099216},
                                                    {-0.003882, -0.048116, 1.051998}},
                                                   {{0.367322, 0.860646, -0.227968},
                                                    {0.280085, 0.672501, 0.047413},
                                                    {-0.011820, 0.042940, 0.968881}},
                                                   {{1.255528, -0.076749, -0.178779},
                                                    {-0.078411, 0.930809, 0.147602},
                                                    {0.004733, 0.691367, 0.303900}}};

const char *vision_name(enum vision vision)
{
  static const char *const names[VISION_COUNT] = {"protanopia", "deuteranopia", "tritanopia"};

  return names[vision];
}

static double linear(uint8_t channel)
{
  double value = channel / 255.0;

  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static void seen(struct rgb color, enum vision vision, double out[3])
{
  const double in[3] = {linear(color.r), linear(color.g), linear(color.b)};

  for (int row = 0; row < 3; row++) {
    out[row] = 0;
    for (int i = 0; i < 3; i++) out[row] += machado[vision][row][i] * in[i];
    out[row] = fmin(fmax(out[row], 0), 1);
  }
}

static void to_oklab(const double rgb[3], double lab[3])
{
  double l = cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2]);
  double m = cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2]);
  double s = cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2]);

  lab[0] = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
  lab[1] = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
  lab[2] = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
}

double vision_distance(struct rgb a, struct rgb b, enum vision vision)
{
  double one[3], other[3], lab_one[3], lab_other[3], sum = 0;

  seen(a, vision, one);
  seen(b, vision, other);
  to_oklab(one, lab_one);
  to_oklab(other, lab_other);
  for (int i = 0; i < 3; i++) sum += (lab_one[i] - lab_other[i]) * (lab_one[i] - lab_other[i]);
  return 100 * sqrt(sum);
}

double vision_worst_distance(struct rgb a, struct rgb b)
{
  double worst = vision_distance(a, b, VISION_PROTAN);

  worst = fmin(worst, vision_distance(a, b, VISION_DEUTAN));
  return fmin(worst, vision_distance(a, b, VISION_TRITAN));
}
