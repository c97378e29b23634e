/* How far apart two colours look, to people who see colours differently.
 *
 * Colour blindness is simulated by the matrices of Machado, Oliveira and
 * Fernandes ("A Physiologically-based Model for Simulation of Color Vision
 * Deficiency", IEEE TVCG 15(6), 2009) at full severity, applied to linear RGB;
 * the distance is that of OKLab (Björn Ottosson, "A perceptual color space for
 * image processing", 2020) times 100.
 */
#ifndef EPOCHLOG_TESTS_COLOR_VISION_H
#define EPOCHLOG_TESTS_COLOR_VISION_H

#include "chart/palette.h"

enum vision { VISION_PROTAN = 0, VISION_DEUTAN, VISION_TRITAN, VISION_COUNT };

/* "protanopia" and so on. */
const char *vision_name(enum vision vision);

/* The distance of two colours as seen by `vision`: 0 for equal ones, 100
 * between black and white. */
double vision_distance(struct rgb a, struct rgb b, enum vision vision);

/* The smallest of the three. */
double vision_worst_distance(struct rgb a, struct rgb b);

#endif
