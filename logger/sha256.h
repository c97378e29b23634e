/* SHA-256 (FIPS 180-4), for the files a run keeps. */
#ifndef EPOCHLOG_SHA256_H
#define EPOCHLOG_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define EPOCHLOG__SHA256_SIZE 32

struct epochlog__sha256 {
  uint32_t state[8];
  uint64_t size; /* bytes so far */
  uint8_t block[64];
};

void epochlog__sha256_init(struct epochlog__sha256 *hash);
void epochlog__sha256_add(struct epochlog__sha256 *hash, const void *data, size_t size);
void epochlog__sha256_end(struct epochlog__sha256 *hash, uint8_t digest[EPOCHLOG__SHA256_SIZE]);

#endif
