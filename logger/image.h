/* What kind of picture some bytes are, and how large it is. */
#ifndef EPOCHLOG_IMAGE_H
#define EPOCHLOG_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct epochlog__image {
  const char *extension; /* ".png" */
  const char *media_type;
  uint32_t width; /* 0: not found in the header */
  uint32_t height;
};

/* Looks at the first bytes: PNG, JPEG, GIF or WebP; false for anything else. */
bool epochlog__image_look(struct epochlog__image *image, const void *data, size_t size);

#endif
