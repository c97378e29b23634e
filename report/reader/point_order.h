/* Points by step, equal steps by time, else as they were logged.
 *
 * Almost every series is in order already, which one pass finds out; several
 * writers' series one behind the other are a few ascending runs, and merging runs
 * costs n × log(number of runs).
 */
#ifndef EPOCHLOG_READER_POINT_ORDER_H
#define EPOCHLOG_READER_POINT_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* The order as indices, allocated; `*order` is NULL when the points stand in it
 * already.  0, or -1 when memory is short. */
int point_order(const int64_t *steps, const int64_t *times, size_t count, size_t **order);

/* Puts `count` elements of `size` (8 or less) bytes into that order.  0, or -1. */
int point_order_apply(void *array, size_t count, size_t size, const size_t *order);

#endif
