#include <ctype.h>
#include <string.h>

#include "page/series.h"

/* How people name the phase a metric belongs to. */
static const struct {
  const char *word;
  enum phase phase;
} phase_words[] = {
    {"training", PHASE_TRAIN},   {"train", PHASE_TRAIN},    {"validation", PHASE_VALIDATION},
    {"valid", PHASE_VALIDATION}, {"val", PHASE_VALIDATION}, {"evaluation", PHASE_VALIDATION},
    {"eval", PHASE_VALIDATION},  {"dev", PHASE_VALIDATION}, {"test", PHASE_TEST},
};

static bool is_separator(char c) { return c != '\0' && strchr("/_-. ", c) != NULL; }

enum phase series_phase(struct pool *pool, const char *name, const char **key)
{
  const size_t size = strlen(name);

  *key = name;
  for (size_t i = 0; i < sizeof phase_words / sizeof *phase_words; i++) {
    const char *word = phase_words[i].word;
    const size_t length = strlen(word);

    if (size < length + 2) continue;
    if (strncasecmp(name, word, length) == 0 && is_separator(name[length])) {
      *key = name + length + 1;
      return phase_words[i].phase;
    }
    if (strcasecmp(name + size - length, word) == 0 && is_separator(name[size - length - 1])) {
      *key = pool_printf(pool, "%.*s", (int)(size - length - 1), name);
      return phase_words[i].phase;
    }
  }
  return PHASE_NONE;
}

int series_spelling(const struct series_item *item)
{
  const char *name = item->metric->name;
  const size_t size = strlen(name), key = strlen(item->key);

  if (item->phase == PHASE_NONE) return 0;
  if (item->key == name + size - key) return name[size - key - 1];
  return -name[key];
}

const char *series_prefix(struct pool *pool, const char *name)
{
  const char *slash = strchr(name, '/');

  return slash ? pool_printf(pool, "%.*s", (int)(slash - name), name) : "";
}

static bool has_word(const char *name, const char *const *words)
{
  for (; *words; words++)
    if (strcasestr(name, *words)) return true;
  return false;
}

int metric_direction(const struct metric *metric)
{
  static const char *const lower[] = {"loss", "err",        "mse", "mae", "rmse",
                                      "mape", "perplexity", "ppl", "nll", "brier",
                                      "ece",  "deviance",   NULL};
  static const char *const higher[] = {"acc", "auc",    "f1",          "precision", "recall",
                                       "r2",  "score",  "bleu",        "iou",       "dice",
                                       "map", "reward", "correlation", "kappa",     NULL};

  if (metric->goal == 1) return -1;
  if (metric->goal == 2) return 1;
  if (has_word(metric->name, lower)) return -1;
  if (has_word(metric->name, higher)) return 1;
  return 0;
}
