#include "chart/font_set.h"

#include <errno.h>
#include <fcntl.h>
#include <ft2build.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include FT_FREETYPE_H

#include "chart/font_search.h"

enum { FONTS_MAX = FONT_SET_NAMED_MAX + FONT_SEARCH_FILES, CACHE_SLOTS = 1024 };

struct font {
  void *bytes; /* mapped */
  size_t size;
  FT_Face face; /* for looking characters up, under the lock */
};

/* What was asked and answered. */
struct answer {
  uint32_t codepoint; /* 0: the slot is free */
  int font;
};

struct font_set {
  atomic_int owners;
  pthread_mutex_t lock; /* of all that follows */
  FT_Library library;
  struct font fonts[FONTS_MAX];
  int count;               /* of fonts, opened in order */
  char **folders;          /* NULL once they are searched */
  struct font_files found; /* of which `next` is the first not yet opened */
  size_t next;
  struct answer answers[CACHE_SLOTS];
};

/* Maps a whole file; returns what stands against it, or NULL. */
static const char *map_file(struct font *font, const char *path)
{
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  const char *problem = NULL;
  struct stat status;

  if (fd < 0) return strerror(errno);
  if (fstat(fd, &status) != 0)
    problem = strerror(errno);
  else if (!S_ISREG(status.st_mode))
    problem = "not a regular file";
  else if (status.st_size <= 0)
    problem = "empty";
  else if ((uintmax_t)status.st_size > FONT_FILE_MAX)
    problem = "larger than 256 MiB";
  if (problem == NULL) {
    font->size = (size_t)status.st_size;
    font->bytes = mmap(NULL, font->size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (font->bytes == MAP_FAILED) problem = strerror(errno);
  }
  close(fd);
  return problem;
}

/* Opens the next font of the set; returns what stands against it, or NULL. */
static const char *open_font(struct font_set *set, const char *path)
{
  struct font font = {.bytes = NULL};
  const char *problem = set->count < FONTS_MAX ? map_file(&font, path) : "too many fonts";

  if (problem != NULL) return problem;
  if (FT_New_Memory_Face(set->library, font.bytes, (FT_Long)font.size, 0, &font.face) != 0) {
    munmap(font.bytes, font.size);
    return "not a font";
  }
  if (!FT_IS_SCALABLE(font.face))
    problem = "has no outlines, only pictures of letters";
  else if (FT_Select_Charmap(font.face, FT_ENCODING_UNICODE) != 0)
    problem = "does not say which characters it has";
  if (problem != NULL) {
    FT_Done_Face(font.face);
    munmap(font.bytes, font.size);
    return problem;
  }
  set->fonts[set->count++] = font;
  return NULL;
}

static char **copy_folders(const char *const *folders)
{
  size_t count = 0;
  char **copy;

  while (folders[count] != NULL) count++;
  copy = calloc(count + 1, sizeof *copy);
  for (size_t i = 0; copy != NULL && i < count; i++) copy[i] = strdup(folders[i]);
  return copy; /* one without memory ends the list */
}

static void free_folders(struct font_set *set)
{
  for (size_t i = 0; set->folders != NULL && set->folders[i] != NULL; i++) free(set->folders[i]);
  free(set->folders);
  set->folders = NULL;
}

struct font_set *font_set_new(const char *const *files, size_t count, const char *const *folders,
                              char *problem, size_t problem_size)
{
  struct font_set *set = calloc(1, sizeof *set);
  const char *why = NULL;

  if (set == NULL || FT_Init_FreeType(&set->library) != 0) {
    free(set);
    snprintf(problem, problem_size, "out of memory");
    return NULL;
  }
  atomic_init(&set->owners, 1);
  pthread_mutex_init(&set->lock, NULL);
  if (count > FONT_SET_NAMED_MAX) {
    snprintf(problem, problem_size, "more than %d fonts", FONT_SET_NAMED_MAX);
    font_set_free(set);
    return NULL;
  }
  for (size_t i = 0; i < count && why == NULL; i++) {
    why = open_font(set, files[i]);
    if (why != NULL) snprintf(problem, problem_size, "%s: %s", files[i], why);
  }
  if (why == NULL && folders != NULL) {
    set->folders = copy_folders(folders);
    if (set->folders == NULL) {
      why = "out of memory";
      snprintf(problem, problem_size, "%s", why);
    }
  }
  if (why == NULL) return set;
  font_set_free(set);
  return NULL;
}

/* Opens the next font of the machine; false when there is none left.  One that
 * cannot be used is passed over: the user did not ask for it. */
static bool open_next(struct font_set *set)
{
  if (set->folders != NULL) {
    font_search(&set->found, (const char *const *)set->folders);
    free_folders(set);
  }
  while (set->next < set->found.count && set->count < FONTS_MAX)
    if (open_font(set, set->found.paths[set->next++]) == NULL) return true;
  return false;
}

static bool has(const struct font_set *set, int font, uint32_t codepoint)
{
  return FT_Get_Char_Index(set->fonts[font].face, codepoint) != 0;
}

static int find(struct font_set *set, uint32_t codepoint)
{
  for (int i = 0; i < set->count || open_next(set); i++)
    if (has(set, i, codepoint)) return i;
  return -1;
}

int font_set_find(struct font_set *set, uint32_t codepoint)
{
  struct answer *answer;
  int font;

  if (set == NULL) return -1;
  pthread_mutex_lock(&set->lock);
  answer = &set->answers[codepoint % CACHE_SLOTS];
  if (answer->codepoint != codepoint || codepoint == 0)
    *answer = (struct answer){codepoint, find(set, codepoint)};
  font = answer->font;
  pthread_mutex_unlock(&set->lock);
  return font;
}

bool font_set_has(struct font_set *set, int font, uint32_t codepoint)
{
  bool answer;

  pthread_mutex_lock(&set->lock);
  answer = has(set, font, codepoint);
  pthread_mutex_unlock(&set->lock);
  return answer;
}

struct font_bytes font_set_bytes(struct font_set *set, int font)
{
  struct font_bytes bytes;

  pthread_mutex_lock(&set->lock);
  bytes = (struct font_bytes){set->fonts[font].bytes, set->fonts[font].size, 0};
  pthread_mutex_unlock(&set->lock);
  return bytes;
}

struct font_set *font_set_share(struct font_set *set)
{
  atomic_fetch_add(&set->owners, 1);
  return set;
}

void font_set_free(struct font_set *set)
{
  if (set == NULL || atomic_fetch_sub(&set->owners, 1) > 1) return;
  for (int i = 0; i < set->count; i++) {
    FT_Done_Face(set->fonts[i].face);
    munmap(set->fonts[i].bytes, set->fonts[i].size);
  }
  FT_Done_FreeType(set->library);
  font_files_release(&set->found);
  free_folders(set);
  pthread_mutex_destroy(&set->lock);
  free(set);
}
