/* Two functions of newer C libraries, so that the wheel's command runs with older ones.
 *
 * A program is bound to the newest version of each function that the building machine
 * has.  Both of these are asked for by libraries that are linked in, and would be all
 * that asks for more than glibc 2.34: hypot has a version of 2.35, which differs in what
 * it does to errno, and arc4random_buf came with 2.36. */
#include <stdlib.h>
#include <unistd.h>

#ifdef __GLIBC__

#if defined(__x86_64__)
__asm__(".symver first_hypot,hypot@GLIBC_2.2.5");
#elif defined(__aarch64__)
__asm__(".symver first_hypot,hypot@GLIBC_2.17");
#endif

#if defined(__x86_64__) || defined(__aarch64__)
double first_hypot(double x, double y);
double hypot(double x, double y);

double hypot(double x, double y) { return first_hypot(x, y); }
#endif

/* What getentropy gives in one call. */
#define ENTROPY_MAX 256

void arc4random_buf(void *out, size_t size);

void arc4random_buf(void *out, size_t size)
{
  char *next = out;

  while (size > 0) {
    size_t now = size < ENTROPY_MAX ? size : ENTROPY_MAX;

    if (getentropy(next, now) != 0) abort();
    next += now;
    size -= now;
  }
}

#endif
