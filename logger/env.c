#include "env.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "identity.h"
#include "run.h"
#include "utf8.h"

#define RANK_MAX 99999u /* five digits in the file's name */
#define ARGUMENTS_MAX 1024u
#define COMMAND_LINE_MAX 65536u
#define RUN_BODY_MAX (8u << 20)

uint32_t epochlog__env_number(const char *const *names, uint32_t otherwise, uint32_t most)
{
  for (; *names != NULL; names++) {
    const char *text = getenv(*names);
    uint64_t number = 0;
    size_t digits = 0;

    if (text == NULL) continue;
    for (; text[digits] >= '0' && text[digits] <= '9' && number <= most; digits++)
      number = number * 10 + (uint64_t)(text[digits] - '0');
    if (digits != 0 && text[digits] == '\0' && number <= most) return (uint32_t)number;
  }
  return otherwise;
}

uint32_t epochlog__env_rank(void)
{
  static const char *const names[] = {"RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK",
                                      NULL};

  return epochlog__env_number(names, 0, RANK_MAX);
}

uint32_t epochlog__env_world_size(void)
{
  static const char *const names[] = {"WORLD_SIZE", "SLURM_NTASKS", "OMPI_COMM_WORLD_SIZE",
                                      "PMI_SIZE", NULL};

  return epochlog__env_number(names, 1, RANK_MAX + 1);
}

/* Reads at most `size` bytes of a file; 0 when there are none or it is not there. */
static size_t read_file(const char *path, char *out, size_t size)
{
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  size_t done = 0;

  if (fd < 0) return 0;
  while (done < size) {
    const ssize_t n = read(fd, out + done, size - done);

    if (n <= 0) break;
    done += (size_t)n;
  }
  close(fd);
  return done;
}

bool epochlog__env_read_line(const char *path, char *out, size_t size)
{
  const size_t n = read_file(path, out, size);

  if (n == 0 || n == size) return false;
  out[n] = '\0';
  out[strcspn(out, "\r\n")] = '\0';
  return true;
}

void epochlog__env_program(char *out, size_t size)
{
  char path[4096];
  const ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  const char *last;

  path[n < 0 ? 0 : n] = '\0';
  last = strrchr(path, '/');
  last = last == NULL ? path : last + 1;
  snprintf(out, size, "%s", *last == '\0' ? "run" : last);
}

uint64_t epochlog__env_process_start(void)
{
  char stat[1024];
  const size_t n = read_file("/proc/self/stat", stat, sizeof stat - 1);
  const char *p;

  stat[n] = '\0';
  /* The second field is the program's name in brackets and may hold anything. */
  p = strrchr(stat, ')');
  for (int field = 2; p != NULL && field < 22; field++) p = strchr(p + 1, ' ');
  return p == NULL ? 0 : strtoull(p + 1, NULL, 10);
}

void epochlog__env_add_arguments(struct epochlog__buffer *out)
{
  char *line = malloc(COMMAND_LINE_MAX + 1);
  const size_t size = line == NULL ? 0 : read_file("/proc/self/cmdline", line, COMMAND_LINE_MAX);
  const size_t count_at = out->size;
  uint32_t count = 0;

  epochlog__add_u32(out, 0);
  if (line != NULL) line[size] = '\0';
  for (size_t at = 0; at < size && count < ARGUMENTS_MAX; at += strlen(line + at) + 1) {
    epochlog__utf8_add_str(out, line + at);
    count++;
  }
  if (!out->failed) epochlog__put_u32(out->data + count_at, count);
  free(line);
}

static void add_user(struct epochlog__buffer *out)
{
  const char *user = getenv("USER");
  struct passwd entry;
  struct passwd *found = NULL;
  char strings[1024];

  if (user == NULL || *user == '\0') {
    if (getpwuid_r(geteuid(), &entry, strings, sizeof strings, &found) != 0) found = NULL;
    user = found == NULL ? NULL : found->pw_name;
  }
  epochlog__utf8_add_str(out, user);
}

/* Process, host, user, folder, git: all "" and 0 when they are not to be told, save
 * what the liveness of the writer is judged by. */
static void add_environment(struct epochlog__buffer *out, bool capture)
{
  char text[4096];

  epochlog__add_u64(out, (uint64_t)getpid());
  epochlog__add_u64(out, epochlog__env_process_start());
  epochlog__utf8_add_str(
      out,
      epochlog__env_read_line("/proc/sys/kernel/random/boot_id", text, sizeof text) ? text : NULL);
  if (!capture) {
    for (int i = 0; i < 4; i++) epochlog__utf8_add_str(out, NULL);
    epochlog__add_u8(out, FORMAT_DIRTY_UNKNOWN);
    return;
  }
  text[0] = '\0';
  if (gethostname(text, sizeof text) != 0) text[0] = '\0';
  text[sizeof text - 1] = '\0';
  epochlog__utf8_add_str(out, text);
  add_user(out);
  if (getcwd(text, sizeof text) == NULL) text[0] = '\0';
  epochlog__utf8_add_str(out, text);
  if (text[0] == '\0' || !epochlog__git_commit(text, text, sizeof text)) text[0] = '\0';
  epochlog__utf8_add_str(out, text);
  epochlog__add_u8(out, FORMAT_DIRTY_UNKNOWN);
}

/* In another one the writer's process number means another process; 0: not known. */
static uint64_t pid_namespace(void)
{
  struct stat info;

  return stat("/proc/self/ns/pid", &info) == 0 ? (uint64_t)info.st_ino : 0;
}

bool epochlog__env_run_body(struct epochlog_run *run, const uint8_t *continues, uint64_t first_seq)
{
  struct epochlog__buffer body;

  epochlog__buffer_init(&body, RUN_BODY_MAX);
  epochlog__add_bytes(&body, run->uuid, FORMAT_UUID_SIZE);
  epochlog__utf8_add_str(&body, run->run_id);
  epochlog__utf8_add_str(&body, run->name);
  epochlog__utf8_add_str(&body, run->experiment);
  epochlog__utf8_add_str(&body, run->parent_id);
  epochlog__utf8_add_str(&body, run->description);
  epochlog__add_u32(&body, run->rank);
  epochlog__add_u32(&body, run->world_size);
  epochlog__add_i64(&body, epochlog__clock_wall());
  add_environment(&body, run->capture_environment);
  epochlog__utf8_add_str(&body, "epochlog " EPOCHLOG_VERSION);
  epochlog__utf8_add_str(&body, run->live_name);
  if (run->capture_environment)
    epochlog__env_add_arguments(&body);
  else
    epochlog__add_u32(&body, 0);
  if (continues != NULL)
    epochlog__add_bytes(&body, continues, FORMAT_UUID_SIZE);
  else
    epochlog__add_zeros(&body, FORMAT_UUID_SIZE);
  epochlog__add_u64(&body, first_seq);
  epochlog__add_u64(&body, pid_namespace());
  if (body.failed) {
    epochlog__buffer_release(&body);
    return false;
  }
  free(run->run_body);
  run->run_body = body.data;
  run->run_body_size = body.size;
  return true;
}
