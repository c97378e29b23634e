/* The calls that keep files and images. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "files.h"
#include "identity.h"
#include "image.h"
#include "metric.h"
#include "notes.h"
#include "png_write.h"
#include "record.h"
#include "run.h"
#include "system.h"
#include "utf8.h"

#define KEPT_PREFIX "files/"
#define IMAGES_PREFIX "files/images/"
#define IMAGE_FILE_MAX (UINT64_C(1) << 30)
#define IMAGE_SIDE_MAX 65535u

/* ------------------------------------------------------------------- files */

/* "files/NAME" in `path`; INVALID if the name would leave the run. */
static epochlog_status make_path(epochlog_run *run, struct epochlog__buffer *path, const char *name)
{
  epochlog_status status;
  struct epochlog__buffer clean;

  epochlog__buffer_init(path, EPOCHLOG_NAME_MAX + sizeof KEPT_PREFIX + 1);
  status = epochlog__clean_name(run, &clean, name, "file");
  if (status == EPOCHLOG_OK) {
    epochlog__add_bytes(path, KEPT_PREFIX, sizeof KEPT_PREFIX - 1);
    epochlog__add_bytes(path, clean.data, clean.size);
    epochlog__add_u8(path, 0);
    if (path->failed)
      status = epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "the name of a file");
    else if (!epochlog__files_is_inside((const char *)path->data))
      status = epochlog__run_fail(run, EPOCHLOG_INVALID, 0,
                                  "file name '%.200s': not a path that stays in the run", name);
  }
  epochlog__buffer_release(&clean);
  return status;
}

/* Logs FILE for a copy that was made. */
static epochlog_status put_file(epochlog_run *run, const char *path, const char *role,
                                const char *media_type, const struct epochlog__kept *kept)
{
  const struct epochlog__buffer name = {.data = (uint8_t *)(uintptr_t)path, .size = strlen(path)};
  struct epochlog__buffer record;
  size_t start;

  epochlog__buffer_init(&record, FORMAT_STR_MAX);
  start = epochlog__record_begin(&record, FORMAT_RECORD_FILE, epochlog__clock_wall());
  epochlog__add_str(&record, path, strlen(path));
  epochlog__add_u64(&record, kept->size);
  epochlog__add_bytes(&record, kept->sha256, sizeof kept->sha256);
  epochlog__utf8_add_str(&record, role == NULL ? "file" : role);
  epochlog__utf8_add_str(&record, media_type);
  epochlog__record_end(&record, start);
  return epochlog__put_fact(run, &record, FORMAT_RECORD_FILE, &name);
}

/* Copies under a path that is checked, and logs it. */
static epochlog_status keep(epochlog_run *run, const char *path, const char *role,
                            const struct epochlog__origin *origin)
{
  struct epochlog__origin from = *origin;
  struct epochlog__kept kept;
  int sys_errno;
  epochlog_status status;

  from.durable = run->sync != EPOCHLOG_SYNC_NONE;
  status = epochlog__files_keep(run->folder_fd, path, &from, &kept, &sys_errno);

  if (status != EPOCHLOG_OK)
    return epochlog__run_fail(run, status, sys_errno, "%s/%s", run->folder, path);
  return put_file(run, path, role, epochlog__files_media_type(path), &kept);
}

epochlog_status epochlog_add_file(epochlog_run *run, const char *name, const char *path,
                                  const char *role)
{
  struct epochlog__origin origin = {.fd = -1};
  struct epochlog__buffer kept_path;
  epochlog_status status;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (path == NULL) return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the path is NULL");
  if (name == NULL) {
    const char *slash = strrchr(path, '/');

    name = slash == NULL ? path : slash + 1;
  }
  status = make_path(run, &kept_path, name);
  if (status == EPOCHLOG_OK) {
    origin.fd = epochlog__files_open(AT_FDCWD, path, 0);
    if (origin.fd < 0)
      status = epochlog__run_fail(run, EPOCHLOG_READ, errno, "%.300s", path);
    else
      status = keep(run, (const char *)kept_path.data, role, &origin);
    if (origin.fd >= 0) close(origin.fd);
  }
  epochlog__buffer_release(&kept_path);
  return status;
}

epochlog_status epochlog_add_file_data(epochlog_run *run, const char *name, const void *data,
                                       size_t size, const char *role)
{
  const struct epochlog__origin origin = {.fd = -1, .data = data, .size = size};
  struct epochlog__buffer kept_path;
  epochlog_status status;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (data == NULL && size != 0)
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the data of a file are NULL");
  status = make_path(run, &kept_path, name);
  if (status == EPOCHLOG_OK) status = keep(run, (const char *)kept_path.data, role, &origin);
  epochlog__buffer_release(&kept_path);
  return status;
}

/* A folder being added. */
struct adding {
  epochlog_run *run;
  const char *prefix; /* files/NAME */
  const char *role;
};

static epochlog_status add_one(void *context, int folder_fd, const char *path)
{
  const struct adding *adding = context;
  struct epochlog__origin origin = {.fd = epochlog__files_open(folder_fd, path, O_NOFOLLOW)};
  struct epochlog__buffer kept_path;
  epochlog_status status;

  if (origin.fd < 0) return epochlog__run_fail(adding->run, EPOCHLOG_READ, errno, "%.300s", path);
  /* Bytes that are not UTF-8 grow to three. */
  epochlog__buffer_init(&kept_path, strlen(adding->prefix) + 3 * strlen(path) + 2);
  epochlog__add_bytes(&kept_path, adding->prefix, strlen(adding->prefix));
  epochlog__add_u8(&kept_path, '/');
  epochlog__utf8_add(&kept_path, path, strlen(path));
  epochlog__add_u8(&kept_path, 0);
  if (kept_path.failed)
    status = epochlog__run_fail(adding->run, EPOCHLOG_NO_MEMORY, 0, "path %.300s", path);
  else
    status = keep(adding->run, (const char *)kept_path.data, adding->role, &origin);
  epochlog__buffer_release(&kept_path);
  close(origin.fd);
  return status;
}

/* The last part of a path that may end with '/'. */
static char *last_part(const char *path)
{
  size_t size = strlen(path);
  size_t start;
  char *part;

  while (size > 1 && path[size - 1] == '/') size--;
  start = size;
  while (start > 0 && path[start - 1] != '/') start--;
  part = epochlog__allocate(size - start + 1);
  if (part == NULL) return NULL;
  memcpy(part, path + start, size - start);
  part[size - start] = '\0';
  return part;
}

epochlog_status epochlog_add_folder(epochlog_run *run, const char *name, const char *path,
                                    const char *role)
{
  struct adding adding = {.run = run, .role = role};
  struct epochlog__buffer kept_path;
  char *part = NULL;
  epochlog_status status;
  int sys_errno;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (path == NULL) return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the path is NULL");
  if (name == NULL) {
    part = last_part(path);
    if (part == NULL) return epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "%.300s", path);
    name = part;
  }
  status = make_path(run, &kept_path, name);
  if (status == EPOCHLOG_OK) {
    adding.prefix = (const char *)kept_path.data;
    status = epochlog__files_walk(path, run->folder_fd, add_one, &adding, &sys_errno);
    if (status != EPOCHLOG_OK) epochlog__run_fail(run, status, sys_errno, "%.300s", path);
  }
  epochlog__buffer_release(&kept_path);
  free(part);
  return status;
}

/* ------------------------------------------------------------------ images */

/* "files/images/SLUG-HASH.png": the same picture is kept once. */
static void image_path(char *out, size_t size, const char *name, const void *data, size_t data_size,
                       const char *extension)
{
  char slug[EPOCHLOG__SLUG_MAX + 1];
  uint8_t digest[EPOCHLOG__SHA256_SIZE];
  struct epochlog__sha256 hash;

  epochlog__identity_slug(slug, name);
  epochlog__sha256_init(&hash);
  epochlog__sha256_add(&hash, data, data_size);
  epochlog__sha256_end(&hash, digest);
  snprintf(out, size, "%s%s-%02x%02x%02x%02x%02x%02x%s", IMAGES_PREFIX, slug, digest[0], digest[1],
           digest[2], digest[3], digest[4], digest[5], extension);
}

/* The step of an image, counted by its name where it is not given. */
static epochlog_status image_step(epochlog_run *run, const char *name, int64_t *step)
{
  const struct epochlog__wish wish = {.name = name, .definition = {.kind = EPOCHLOG__IMAGE}};
  struct epochlog__series *series;
  epochlog_status status = epochlog__enter(run);

  if (status != EPOCHLOG_OK) return status;
  series = epochlog__series_named(run, &wish, &status);
  if (series != NULL)
    *step = epochlog__count_step(&run->dictionary.counters[series->id - 1], *step);
  epochlog__leave(run);
  return status;
}

static epochlog_status put_image(epochlog_run *run, const struct epochlog__buffer *name,
                                 int64_t step, const char *path,
                                 const struct epochlog__image *image, const char *caption)
{
  struct epochlog__buffer record;
  size_t start;

  epochlog__buffer_init(&record, FORMAT_STR_MAX + EPOCHLOG_NAME_MAX + 256);
  start = epochlog__record_begin(&record, FORMAT_RECORD_IMAGE, epochlog__clock_wall());
  epochlog__add_str(&record, (const char *)name->data, name->size);
  epochlog__add_i64(&record, step);
  epochlog__add_str(&record, path, strlen(path));
  epochlog__add_u32(&record, image->width);
  epochlog__add_u32(&record, image->height);
  epochlog__utf8_add_str(&record, caption);
  epochlog__record_end(&record, start);
  return epochlog__put_fact(run, &record, FORMAT_RECORD_IMAGE, NULL);
}

epochlog_status epochlog_log_image_data(epochlog_run *run, const char *name, int64_t step,
                                        const void *data, size_t size, const char *caption)
{
  const struct epochlog__origin origin = {.fd = -1, .data = data, .size = size};
  struct epochlog__image image;
  struct epochlog__buffer clean;
  char path[128];
  epochlog_status status;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (data == NULL || !epochlog__image_look(&image, data, size))
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "image '%.200s': not PNG, JPEG, GIF, WebP",
                              name == NULL ? "" : name);
  status = epochlog__clean_name(run, &clean, name, "image");
  if (status == EPOCHLOG_OK) {
    epochlog__add_u8(&clean, 0);
    if (clean.failed) status = epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "an image");
  }
  if (status == EPOCHLOG_OK) {
    clean.size--; /* the terminator is for what follows, not of the name */
    image_path(path, sizeof path, (const char *)clean.data, data, size, image.extension);
    status = keep(run, path, "image", &origin);
  }
  if (status == EPOCHLOG_OK) status = image_step(run, (const char *)clean.data, &step);
  if (status == EPOCHLOG_OK) status = put_image(run, &clean, step, path, &image, caption);
  epochlog__buffer_release(&clean);
  return status;
}

/* Reads a whole file of at most IMAGE_FILE_MAX bytes; freed by the caller. */
static epochlog_status read_whole(const char *path, uint8_t **data, size_t *size, int *sys_errno)
{
  const int fd = epochlog__files_open(AT_FDCWD, path, 0);
  epochlog_status status = EPOCHLOG_OK;
  struct stat info;
  size_t done = 0;

  *data = NULL;
  *sys_errno = errno;
  if (fd < 0) return EPOCHLOG_READ;
  if (fstat(fd, &info) != 0 || (uint64_t)info.st_size > IMAGE_FILE_MAX) {
    *sys_errno = EFBIG;
    status = EPOCHLOG_READ;
  } else {
    *size = (size_t)info.st_size;
    *data = epochlog__allocate(*size + 1);
    if (*data == NULL) status = EPOCHLOG_NO_MEMORY;
  }
  while (status == EPOCHLOG_OK && done < *size) {
    const ssize_t n = read(fd, *data + done, *size - done);

    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      *sys_errno = errno;
      status = EPOCHLOG_READ;
    }
    if (n <= 0) break;
    done += (size_t)n;
  }
  close(fd);
  if (status == EPOCHLOG_OK) *size = done;
  return status;
}

epochlog_status epochlog_log_image_file(epochlog_run *run, const char *name, int64_t step,
                                        const char *path, const char *caption)
{
  uint8_t *data;
  size_t size = 0;
  int sys_errno;
  epochlog_status status;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (path == NULL) return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "the path is NULL");
  status = read_whole(path, &data, &size, &sys_errno);
  if (status == EPOCHLOG_OK)
    status = epochlog_log_image_data(run, name, step, data, size, caption);
  else
    epochlog__run_fail(run, status, sys_errno, "%.300s", path);
  free(data);
  return status;
}

epochlog_status epochlog_log_image_pixels(epochlog_run *run, const char *name, int64_t step,
                                          const void *pixels, size_t width, size_t height,
                                          int channels, size_t row_bytes, const char *caption)
{
  struct epochlog__buffer png;
  epochlog_status status;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (pixels == NULL || width == 0 || height == 0 || width > IMAGE_SIDE_MAX ||
      height > IMAGE_SIDE_MAX || (channels != 1 && channels != 3 && channels != 4) ||
      (row_bytes != 0 && row_bytes < width * (size_t)channels))
    return epochlog__run_fail(run, EPOCHLOG_INVALID, 0,
                              "pixels of %zu x %zu with %d channels in rows of %zu bytes", width,
                              height, channels, row_bytes);
  epochlog__buffer_init(&png, SIZE_MAX / 4);
  if (epochlog__png_write(&png,
                          &(struct epochlog__pixels){
                              .data = pixels,
                              .width = (uint32_t)width,
                              .height = (uint32_t)height,
                              .channels = (uint32_t)channels,
                              .row_bytes = row_bytes == 0 ? width * (size_t)channels : row_bytes}))
    status = epochlog_log_image_data(run, name, step, png.data, png.size, caption);
  else
    status = epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "an image");
  epochlog__buffer_release(&png);
  return status;
}
