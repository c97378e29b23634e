#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "run.h"
#include "utf8.h"

const char *epochlog_status_text(int status)
{
  switch (status) {
#define X(name, value, text) \
  case value: return text;
    EPOCHLOG_STATUS_MAP(X)
#undef X
    default: return "unknown status";
  }
}

/* One printable line that ends with a whole character. */
static void make_printable(char *message)
{
  size_t size = strlen(message);

  for (size_t i = 0; i < size;) {
    const size_t length = epochlog__utf8_length(message + i, size - i);

    if (length == 0 && size - i < 4 && size >= sizeof((epochlog_error *)NULL)->message - 4) {
      message[i] = '\0'; /* cut in the middle of a character */
      return;
    }
    if (length == 0 || (unsigned char)message[i] < 0x20 || message[i] == 0x7F) message[i] = '?';
    i += length == 0 ? 1 : length;
  }
}

static void fill(epochlog_error *error, epochlog_status status, int sys_errno, const char *format,
                 va_list arguments)
{
  char reason[96];
  size_t size;

  error->status = status;
  error->sys_errno = sys_errno;
  vsnprintf(error->message, sizeof error->message, format, arguments);
  size = strlen(error->message);
  /* The GNU form: it answers with a string that need not be `reason`. */
  if (sys_errno != 0)
    snprintf(error->message + size, sizeof error->message - size, ": %s",
             strerror_r(sys_errno, reason, sizeof reason));
  make_printable(error->message);
}

epochlog_status epochlog__fail(epochlog_error *error, epochlog_status status, int sys_errno,
                               const char *format, ...)
{
  va_list arguments;

  if (error == NULL) return status;
  va_start(arguments, format);
  fill(error, status, sys_errno, format, arguments);
  va_end(arguments);
  return status;
}

/* Whether a failure cost data; the others are about an argument of one call. */
static bool is_loss(epochlog_status status)
{
  return status == EPOCHLOG_NO_MEMORY || status == EPOCHLOG_OPEN || status == EPOCHLOG_WRITE ||
         status == EPOCHLOG_SYNC;
}

epochlog_status epochlog__run_fail(struct epochlog_run *run, epochlog_status status, int sys_errno,
                                   const char *format, ...)
{
  va_list arguments;

  if (!epochlog__hold(&run->words, EPOCHLOG__HOLDS_WORDS)) return status;
  if (run->first_failure.status == EPOCHLOG_OK ||
      (is_loss(status) && !is_loss(run->first_failure.status))) {
    va_start(arguments, format);
    fill(&run->first_failure, status, sys_errno, format, arguments);
    va_end(arguments);
  }
  epochlog__let_go(&run->words, EPOCHLOG__HOLDS_WORDS);
  return status;
}

epochlog_status epochlog__write_status(int sys_errno)
{
  return sys_errno == 0          ? EPOCHLOG_OK
         : sys_errno == ENOMEM   ? EPOCHLOG_NO_MEMORY
         : sys_errno == EMSGSIZE ? EPOCHLOG_TOO_LARGE
                                 : EPOCHLOG_WRITE;
}
