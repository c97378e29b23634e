#include "chart/font_search.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* In this order.  Noto has a family for each script; the others have one script
 * or many. */
static const char *const known[] = {
    "NotoSans-Regular.*",
    "NotoSans*-Regular.*",
    "NotoSansCJK*-Regular.*",
    "NotoSansCJK*.*",
    "SourceHanSans*",
    "wqy-microhei.*",
    "wqy-zenhei.*",
    "DroidSansFallback*",
    "ipaexg.*",
    "ipag.*",
    "TakaoGothic.*",
    "TakaoPGothic.*",
    "VL-Gothic-Regular.*",
    "NanumGothic.*",
    "UnDotum.*",
    "NotoNaskhArabic-Regular.*",
    "Amiri-Regular.*",
    "KacstOne.*",
    "Lohit-*",
    "DejaVuSans.*",
    "FreeSans.*",
    "LiberationSans-Regular.*",
    "Arial Unicode*",
    "ArialUnicode*",
    "NotoEmoji-Regular.*",
    "Symbola*",
};

/* Faces that would look wrong among upright regular ones. */
static const char *const styled[] = {"bold",  "italic", "oblique",  "light", "thin",  "black",
                                     "heavy", "medium", "condens",  "mono",  "serif", "display",
                                     "extra", "semi",   "nastaliq", "rashi", "ui-",   "color"};

struct candidate {
  char *path;
  size_t rank;
};

struct search {
  struct candidate *list;
  size_t count;
  size_t capacity;
  size_t names; /* looked at so far */
  bool failed;
};

static bool is_font(const char *name)
{
  const char *ending = strrchr(name, '.');

  return ending != NULL && (strcasecmp(ending, ".ttf") == 0 || strcasecmp(ending, ".otf") == 0 ||
                            strcasecmp(ending, ".ttc") == 0 || strcasecmp(ending, ".otc") == 0);
}

static size_t rank_of(const char *name)
{
  const size_t known_count = sizeof known / sizeof *known;

  for (size_t i = 0; i < sizeof styled / sizeof *styled; i++)
    if (strcasestr(name, styled[i]) != NULL) return known_count + 1;
  for (size_t i = 0; i < known_count; i++)
    if (fnmatch(known[i], name, FNM_CASEFOLD) == 0) return i;
  return known_count;
}

static void add(struct search *search, const char *path, const char *name)
{
  struct candidate *list = search->list;

  if (search->count == search->capacity) {
    size_t capacity = search->capacity > 0 ? 2 * search->capacity : 64;

    list = realloc(list, capacity * sizeof *list);
    if (list == NULL) {
      search->failed = true;
      return;
    }
    search->list = list;
    search->capacity = capacity;
  }
  list[search->count] = (struct candidate){strdup(path), rank_of(name)};
  if (list[search->count].path == NULL)
    search->failed = true;
  else
    search->count++;
}

/* Links to files are followed, links to folders are not: they may go in rings. */
static void walk(struct search *search, const char *folder, int depth)
{
  DIR *directory = opendir(folder);
  const struct dirent *entry;
  char path[4096];
  struct stat status;

  if (directory == NULL) return;
  while (!search->failed && (entry = readdir(directory)) != NULL &&
         search->names++ < FONT_SEARCH_NAMES) {
    if (entry->d_name[0] == '.') continue;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= sizeof path)
      continue;
    if (is_font(entry->d_name)) {
      if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) add(search, path, entry->d_name);
    } else if (depth < FONT_SEARCH_DEPTH && lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
      walk(search, path, depth + 1);
    }
  }
  closedir(directory);
}

static int by_rank(const void *left, const void *right)
{
  const struct candidate *a = left, *b = right;

  if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
  return strcmp(a->path, b->path);
}

bool font_search(struct font_files *files, const char *const *folders)
{
  struct search search = {.list = NULL};

  *files = (struct font_files){.paths = NULL};
  for (; *folders != NULL; folders++) walk(&search, *folders, 0);
  if (search.count > 0) {
    qsort(search.list, search.count, sizeof *search.list, by_rank);
    files->paths = malloc(search.count * sizeof *files->paths);
  }
  for (size_t i = 0; i < search.count; i++)
    if (files->paths != NULL && i < FONT_SEARCH_FILES)
      files->paths[files->count++] = search.list[i].path;
    else
      free(search.list[i].path);
  if (search.count > 0 && files->paths == NULL) search.failed = true;
  free(search.list);
  return !search.failed;
}

void font_files_release(struct font_files *files)
{
  for (size_t i = 0; i < files->count; i++) free(files->paths[i]);
  free(files->paths);
  *files = (struct font_files){.paths = NULL};
}

const char **font_search_folders(const char *home)
{
  static const char *const shared[] = {"/usr/share/fonts", "/usr/local/share/fonts",
                                       "/run/current-system/sw/share/X11/fonts", "/Library/Fonts",
                                       "/System/Library/Fonts"};
  static const char *const own[] = {".local/share/fonts", ".fonts", "Library/Fonts"};
  enum { SHARED = sizeof shared / sizeof *shared, OWN = sizeof own / sizeof *own };
  size_t room = home != NULL ? strlen(home) + 32 : 0;
  const char **folders = malloc((SHARED + OWN + 1) * sizeof *folders + OWN * room);
  size_t count = 0;
  char *text;

  if (folders == NULL) return NULL;
  text = (char *)(folders + SHARED + OWN + 1);
  for (size_t i = 0; i < SHARED; i++) folders[count++] = shared[i];
  for (size_t i = 0; home != NULL && home[0] == '/' && i < OWN; i++, text += room) {
    snprintf(text, room, "%s/%s", home, own[i]);
    folders[count++] = text;
  }
  folders[count] = NULL;
  return folders;
}
