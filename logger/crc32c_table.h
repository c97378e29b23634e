/* The look-up tables of crc32c.c, made from the polynomial 0x82F63B78:
 * [0][i] is i shifted through eight steps of the division, and
 * [k][i] = [0][[k-1][i] & 255] ^ [k-1][i] >> 8.
 *
 * So [0] advances the checksum by one byte and [k] by that byte and k zero bytes
 * behind it: eight look-ups advance it by eight bytes at once.
 */
#ifndef EPOCHLOG_CRC32C_TABLE_H
#define EPOCHLOG_CRC32C_TABLE_H

#include <stdint.h>

extern const uint32_t epochlog__crc32c_tables[8][256];

#endif
