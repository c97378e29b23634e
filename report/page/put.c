#include "page/put.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void put_decimal(struct markup *markup, long long value)
{
  char digits[24];

  snprintf(digits, sizeof digits, "%lld", value);
  markup_put(markup, digits);
}

void put(struct markup *markup, const char *format, ...)
{
  va_list arguments;
  const char *mark;

  va_start(arguments, format);
  while ((mark = strchr(format, '%'))) {
    markup_put_bytes(markup, format, (size_t)(mark - format));
    switch (mark[1]) {
      case 's': markup_put_escaped(markup, va_arg(arguments, const char *), true); break;
      case 'r': markup_put(markup, va_arg(arguments, const char *)); break;
      case 'z': put_decimal(markup, (long long)va_arg(arguments, size_t)); break;
      case 'd': put_decimal(markup, va_arg(arguments, long long)); break;
      case '%': markup_put(markup, "%"); break;
      default: assert(0 && "an unknown mark in the format");
    }
    format = mark + (mark[1] ? 2 : 1);
  }
  va_end(arguments);
  markup_put(markup, format);
}

void put_base64(struct markup *markup, const void *bytes, size_t size)
{
  static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *at = bytes;

  for (; size; at += 3, size -= size < 3 ? size : 3) {
    const unsigned triple =
        (unsigned)at[0] << 16 | (size > 1 ? (unsigned)at[1] << 8 : 0) | (size > 2 ? at[2] : 0u);
    const char four[4] = {digit[triple >> 18], digit[triple >> 12 & 63],
                          size > 1 ? digit[triple >> 6 & 63] : '=',
                          size > 2 ? digit[triple & 63] : '='};

    markup_put_bytes(markup, four, 4);
  }
}
