#include "chart/quantize.h"

#include <stdlib.h>
#include <string.h>

/* More colours than this make a photograph: they are cut to 5 bits per channel
 * first, which leaves at most this many. */
#define MAX_COLORS 32768u

/* A power of two, twice the colours at least, so that a search is short. */
#define SLOTS 65536u

#define BUCKETS 32768u

#define ALL_BITS 0xFFFFFFu
#define FIVE_BITS 0xF8F8F8u

/* ---- counting colours ------------------------------------------------------ */

struct tally {
  uint32_t color;
  uint32_t count;
  uint8_t index; /* into the palette, once it is chosen */
};

/* Neighbours of one colour. */
struct run {
  uint16_t number; /* of the tally */
  uint16_t length;
};

struct colors {
  struct tally *tallies; /* MAX_COLORS of them, `count` in use */
  size_t count;
  uint16_t *slots;  /* SLOTS: 1 + the tally's number, or 0; MAX_COLORS fits */
  struct run *runs; /* all pixels in order; a run ends with its row */
  size_t run_count;
  uint32_t keep; /* the bits of a colour that count */
};

static void colors_release(struct colors *colors)
{
  free(colors->tallies);
  free(colors->slots);
  free(colors->runs);
}

static bool colors_init(struct colors *colors, const struct picture *picture)
{
  *colors = (struct colors){.keep = ALL_BITS};
  colors->tallies = malloc(MAX_COLORS * sizeof *colors->tallies);
  colors->slots = calloc(SLOTS, sizeof *colors->slots);
  /* Room for the worst; the system gives memory only as it is written to. */
  colors->runs = malloc((size_t)picture->width * picture->height * sizeof *colors->runs);
  return colors->tallies != NULL && colors->slots != NULL && colors->runs != NULL;
}

/* The number of `color`; a new one gets the next.  MAX_COLORS when none is left. */
static size_t number_of(struct colors *colors, uint32_t color)
{
  uint32_t slot = (color * 2654435761u) >> 16;

  for (; colors->slots[slot] != 0; slot = (slot + 1) % SLOTS)
    if (colors->tallies[colors->slots[slot] - 1u].color == color) return colors->slots[slot] - 1u;
  if (colors->count == MAX_COLORS) return MAX_COLORS;
  colors->tallies[colors->count] = (struct tally){.color = color};
  colors->slots[slot] = (uint16_t)(colors->count + 1);
  return colors->count++;
}

/* Where the run of row[x] ends: two pixels at a time while they are alike. */
static uint32_t run_end(const uint32_t *row, uint32_t x, uint32_t width, uint32_t keep)
{
  const uint32_t color = row[x] & keep;
  const uint64_t both = (uint64_t)color << 32 | color;
  const uint64_t keep_both = (uint64_t)keep << 32 | keep;
  uint64_t pair;

  for (x++; x + 2 <= width; x += 2) {
    memcpy(&pair, row + x, sizeof pair);
    if ((pair & keep_both) != both) break;
  }
  while (x < width && (row[x] & keep) == color) x++;
  return x;
}

/* Splits one row; false when there are too many colours. */
static bool split_row(struct colors *colors, const uint32_t *row, uint32_t width)
{
  for (uint32_t x = 0, end; x < width; x = end) {
    size_t number = number_of(colors, row[x] & colors->keep);

    if (number == MAX_COLORS) return false;
    end = run_end(row, x, width, colors->keep);
    colors->runs[colors->run_count++] = (struct run){(uint16_t)number, (uint16_t)(end - x)};
    colors->tallies[number].count += end - x;
  }
  return true;
}

/* The runs from `first` on again, for a row like the one above it. */
static void repeat_runs(struct colors *colors, size_t first)
{
  size_t count = colors->run_count - first;

  memcpy(colors->runs + colors->run_count, colors->runs + first, count * sizeof *colors->runs);
  for (size_t i = first; i < first + count; i++)
    colors->tallies[colors->runs[i].number].count += colors->runs[i].length;
  colors->run_count += count;
}

/* A third to a half of the rows of a chart are like the row above. */
static bool split_rows(struct colors *colors, const struct picture *picture)
{
  size_t first = 0; /* run of the last row */

  colors->count = 0;
  colors->run_count = 0;
  memset(colors->slots, 0, SLOTS * sizeof *colors->slots);
  for (uint32_t y = 0; y < picture->height; y++) {
    const uint32_t *row = picture->pixels + y * picture->stride;
    size_t start = colors->run_count;

    if (y > 0 && memcmp(row, row - picture->stride, picture->width * sizeof *row) == 0)
      repeat_runs(colors, first);
    else if (!split_row(colors, row, picture->width))
      return false;
    first = start;
  }
  return true;
}

static void count_colors(struct colors *colors, const struct picture *picture)
{
  if (split_rows(colors, picture)) return;
  colors->keep = FIVE_BITS;
  split_rows(colors, picture);
}

/* ---- choosing a palette ---------------------------------------------------- */

/* A candidate for the palette.  `first` ranks before the rest. */
struct candidate {
  uint32_t count;  /* pixels of the whole bucket, or of the colour alone */
  uint16_t number; /* of the tally */
  bool first;
};

static int by_rank(const void *left, const void *right)
{
  const struct candidate *a = left;
  const struct candidate *b = right;

  if (a->first != b->first) return a->first ? -1 : 1;
  if (a->count != b->count) return a->count > b->count ? -1 : 1;
  return a->number < b->number ? -1 : 1; /* so that the order is one */
}

static uint32_t bucket_of(uint32_t color)
{
  return (color >> 9 & 0x7C00) | (color >> 6 & 0x03E0) | (color >> 3 & 0x001F);
}

/* Ranks all colours for the palette: first the buckets of 5-5-5 bits by how
 * frequent they are, each by its most frequent colour.
 * Buckets keep the many greys of text edges from taking all places; the most
 * frequent colour, and not the mean, keeps the background what it is.  Places
 * left over go to the most frequent of the other colours. */
static void rank_popular(const struct colors *colors, struct candidate *buckets,
                         struct candidate *ranked)
{
  for (size_t i = 0; i < colors->count; i++) {
    const struct tally *tally = &colors->tallies[i];
    struct candidate *bucket = &buckets[bucket_of(tally->color)];

    if (bucket->count == 0 || tally->count > colors->tallies[bucket->number].count)
      bucket->number = (uint16_t)i;
    bucket->count += tally->count;
  }
  for (size_t i = 0; i < colors->count; i++) {
    const struct candidate *bucket = &buckets[bucket_of(colors->tallies[i].color)];
    bool first = bucket->number == i;

    ranked[i].number = (uint16_t)i;
    ranked[i].first = first;
    ranked[i].count = first ? bucket->count : colors->tallies[i].count;
  }
  qsort(ranked, colors->count, sizeof *ranked, by_rank);
}

static int channel(uint32_t color, int shift) { return (int)(color >> shift & 0xFF); }

/* Green counts most and blue least, about as to the eye. */
static uint8_t nearest(const uint32_t *palette, uint32_t color)
{
  int best_distance = 255 * 255 * 10 + 1;
  size_t best = 0;

  for (size_t i = 0; i < QUANTIZE_MAX; i++) {
    int red = channel(palette[i], 16) - channel(color, 16);
    int green = channel(palette[i], 8) - channel(color, 8);
    int blue = channel(palette[i], 0) - channel(color, 0);
    int distance = 3 * red * red + 6 * green * green + blue * blue;

    if (distance >= best_distance) continue;
    best = i;
    best_distance = distance;
  }
  return (uint8_t)best;
}

/* Takes the first of `ranked` for the palette and gives every colour its entry.
 * The search is made once per bucket, for its most frequent colour: the others
 * differ from it by less than can be seen. */
static void assign_popular(struct colors *colors, const struct candidate *buckets,
                           const struct candidate *ranked, uint32_t *palette)
{
  struct tally *tallies = colors->tallies;

  for (size_t i = 0; i < QUANTIZE_MAX; i++) palette[i] = tallies[ranked[i].number].color;
  for (size_t i = 0; i < colors->count; i++)
    if (buckets[bucket_of(tallies[i].color)].number == i)
      tallies[i].index = nearest(palette, tallies[i].color);
  for (size_t i = 0; i < colors->count; i++)
    tallies[i].index = tallies[buckets[bucket_of(tallies[i].color)].number].index;
  for (size_t i = 0; i < QUANTIZE_MAX; i++) tallies[ranked[i].number].index = (uint8_t)i;
}

static bool choose_popular(struct colors *colors, uint32_t *palette)
{
  struct candidate *buckets = calloc(BUCKETS, sizeof *buckets);
  struct candidate *ranked = calloc(colors->count, sizeof *ranked);
  bool done = buckets != NULL && ranked != NULL;

  if (done) {
    rank_popular(colors, buckets, ranked);
    assign_popular(colors, buckets, ranked, palette);
  }
  free(ranked);
  free(buckets);
  return done;
}

static bool choose_palette(struct colors *colors, struct quantized *quantized)
{
  if (colors->count > QUANTIZE_MAX) {
    quantized->palette_count = QUANTIZE_MAX;
    return choose_popular(colors, quantized->palette);
  }
  for (size_t i = 0; i < colors->count; i++) {
    quantized->palette[i] = colors->tallies[i].color;
    colors->tallies[i].index = (uint8_t)i;
  }
  quantized->palette_count = colors->count;
  quantized->exact = colors->keep == ALL_BITS;
  return true;
}

static bool index_pixels(const struct colors *colors, size_t count, struct quantized *quantized)
{
  quantized->indices = malloc(count);
  if (quantized->indices == NULL) return false;
  for (size_t i = 0, at = 0; i < colors->run_count; at += colors->runs[i++].length)
    memset(quantized->indices + at, colors->tallies[colors->runs[i].number].index,
           colors->runs[i].length);
  return true;
}

bool quantize(struct quantized *quantized, const struct picture *picture, bool only_exact)
{
  struct colors colors;
  bool done = colors_init(&colors, picture);

  memset(quantized, 0, sizeof *quantized);
  if (done) count_colors(&colors, picture);
  if (done && !(only_exact && (colors.count > QUANTIZE_MAX || colors.keep != ALL_BITS)))
    done = choose_palette(&colors, quantized) &&
           index_pixels(&colors, (size_t)picture->width * picture->height, quantized);
  if (!done) memset(quantized, 0, sizeof *quantized);
  colors_release(&colors);
  return done;
}

void quantize_release(struct quantized *quantized)
{
  free(quantized->indices);
  memset(quantized, 0, sizeof *quantized);
}
