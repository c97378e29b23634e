/* The wall clock and the monotonic one, in nanoseconds. */
#ifndef EPOCHLOG_CLOCK_H
#define EPOCHLOG_CLOCK_H

#include <stdint.h>

int64_t epochlog__clock_wall(void); /* since 1970-01-01T00:00:00Z */
int64_t epochlog__clock_mono(void);

/* Nanoseconds to whole microseconds, rounded down also before 1970. */
int64_t epochlog__clock_us(int64_t ns);

#endif
