#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

/* cmocka after the headers it wants, and a comparison of doubles that means
 * it: cmocka 1.1.5 compares as float. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

/* Equal within `tolerance`; NaN equals NaN, and an infinity itself. */
#define assert_close(got, want, tolerance)                                             \
  do {                                                                                 \
    const double got_ = (got);                                                         \
    const double want_ = (want);                                                       \
    const int close_ = isnan(want_)   ? isnan(got_)                                    \
                       : isinf(want_) ? isinf(got_) && signbit(got_) == signbit(want_) \
                                      : fabs(got_ - want_) <= (tolerance);             \
    if (!close_) fail_msg("%s: got %.17g, want %.17g", #got, got_, want_);             \
  } while (0)

#endif
