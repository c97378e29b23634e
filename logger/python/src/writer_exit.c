/* Runs that are open when the interpreter ends.
 *
 * How the program ends is not known there: SystemExit, by which sys.exit and exit() work,
 * leaves no trace that could be read in Python.  The process's exit status tells it, and
 * glibc passes that to the handlers of on_exit, behind the interpreter's own end.  Until
 * then the run stays open, for threads and handlers that log; what is known of its end
 * waits here.
 *
 * A process that ends by _exit or by a signal calls no handler, and its runs have no end:
 * that is true of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "writer.h"

atomic_long writer_under_way;

#ifdef __GLIBC__

/* What the interpreter exits with after an exception, and when it could not write out what
 * was printed. */
enum { STATUS_EXCEPTION = 1, STATUS_UNWRITTEN = 120 };
#define PATIENCE 10000 /* ms, for calls that daemons have not come back from */

struct writer_ending {
  struct writer_ending *next;
  epochlog_run *run;
  pid_t owner;
  /* The exception that seems to end the program; NULL: none. */
  char *code, *message, *details;
};

static struct writer_ending *endings; /* in the order in which they are to be told */

static void release(struct writer_ending *ending)
{
  free(ending->code);
  free(ending->message);
  free(ending->details);
  free(ending);
}

static void end_run(const struct writer_ending *ending, int status)
{
  const bool is_raised = status == STATUS_EXCEPTION || status == STATUS_UNWRITTEN;
  char words[80];
  epochlog_error error;

  if (status == 0) {
    epochlog_complete(ending->run, &error);
  } else if (ending->code != NULL && is_raised) {
    epochlog_fail(ending->run, ending->code, ending->message, ending->details, &error);
  } else {
    snprintf(words, sizeof words, "the program ended with exit status %d", status);
    epochlog_fail(ending->run, "SystemExit", words, NULL, &error);
  }
  /* Python is no more, and cannot warn. */
  if (writer_is_loss(error.status)) fprintf(stderr, "epochlog: %s\n", error.message);
}

/* Daemons do not run any more, but may be on their way out of a call. */
static bool is_quiet(void)
{
  for (int i = 0; atomic_load(&writer_under_way) > 0; i++) {
    if (i == PATIENCE) return false;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  return true;
}

static void end_all(int status, void *unused)
{
  (void)unused;
  while (endings != NULL) {
    struct writer_ending *ending = endings;

    endings = ending->next;
    /* A child that was forked meanwhile has no say. */
    if (ending->owner == getpid() && is_quiet()) end_run(ending, status);
    release(ending);
  }
}

/* Not before it is needed: so it comes before the destructors of other libraries, which
 * may crash.  Forked children have it, too. */
static bool set_handler(void)
{
  static bool is_set;

  is_set = is_set || on_exit(end_all, NULL) == 0;
  return is_set;
}

static bool copy(const char *text, char **out)
{
  *out = text == NULL ? NULL : strdup(text);
  return text == NULL || *out != NULL;
}

void writer_forget_exit(struct writer *self)
{
  for (struct writer_ending **at = &endings; *at != NULL && self->ending != NULL; at = &(*at)->next)
    if (*at == self->ending) {
      *at = self->ending->next;
      release(self->ending);
      self->ending = NULL;
      return;
    }
}

PyObject *writer_end_at_exit(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  struct writer_ending *ending, **last = &endings;
  const char *code, *message, *details;

  if (!PyArg_ParseTuple(args, "zzz:_end_at_exit", &code, &message, &details) ||
      writer_run(self) == NULL)
    return NULL;
  writer_forget_exit(self);
  ending = calloc(1, sizeof *ending);
  if (ending == NULL || !copy(code, &ending->code) || !copy(message, &ending->message) ||
      !copy(details, &ending->details) || !set_handler()) {
    if (ending != NULL) release(ending);
    Py_RETURN_FALSE;
  }
  ending->owner = getpid();
  ending->run = self->run;
  while (*last != NULL) last = &(*last)->next;
  *last = self->ending = ending;
  Py_RETURN_TRUE;
}

#else /* Python decides without the exit status. */

void writer_forget_exit(struct writer *self) { (void)self; }

#endif
