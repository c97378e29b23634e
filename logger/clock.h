/* The two clocks, in nanoseconds; 0 when the system has none. */
#ifndef EPOCHLOG_CLOCK_H
#define EPOCHLOG_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Since 1970, and since some start that does not jump. */
int64_t epochlog__clock_wall(void);
int64_t epochlog__clock_mono(void);

/* Microseconds of a time in nanoseconds, rounded down. */
int64_t epochlog__clock_us(int64_t ns);

/* The wall clock in microseconds: the one clock read of a logging call. */
static inline int64_t epochlog__clock_wall_us(void)
{
  struct timespec now;

  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return 0;
  return (int64_t)now.tv_sec * 1000000 + (int64_t)((uint32_t)now.tv_nsec / 1000);
}

#endif
