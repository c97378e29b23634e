/* CRC-32C (Castagnoli), the checksum of every structure in a log.
 *
 * Reflected polynomial 0x82F63B78, initial value and final xor 0xFFFFFFFF.  The
 * processor's own instruction is used where there is one (SSE4.2, ARMv8), found
 * at run time; else a table of 8 KiB, eight bytes at a time.
 */
#ifndef EPOCHLOG_CRC32C_H
#define EPOCHLOG_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what `crc` is the checksum of, followed by `size` bytes at
 * `data`.  Start with 0; so crc(crc(0, a), b) is the checksum of a then b. */
uint32_t epochlog__crc32c(uint32_t crc, const void *data, size_t size);

/* The same by the table alone, for machines without the instruction and for the
 * test that both agree. */
uint32_t epochlog__crc32c_table(uint32_t crc, const void *data, size_t size);

#endif
