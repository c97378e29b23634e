#include "clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
  struct timespec now;

  if (clock_gettime(id, &now) != 0) return 0;
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t epochlog__clock_wall(void) { return read_clock(CLOCK_REALTIME); }

int64_t epochlog__clock_mono(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t epochlog__clock_us(int64_t ns) { return ns / 1000 - (ns % 1000 < 0); }
