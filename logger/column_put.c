/* Columns, encoding: which word, which predictor, then byte planes.
 *
 * The choice is made by cost on a sample: four stretches of 128 neighbours (a
 * predictor needs neighbours), the order-0 entropy of each plane of residuals
 * added up.  All in integers, so that every machine chooses alike.
 */
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "plane.h"
#include "system.h"

#define STRETCHES 4
#define STRETCH (EPOCHLOG__SAMPLE / STRETCHES)
#define RUN 64               /* values made into words and residuals at a time */
#define RAW_BELOW 4          /* so few numbers never repay the heads of eight planes */
#define EXCEPTIONS_ONE_IN 16 /* more of them, and a column is not decimal */
#define EXCEPTION_BITS 96
#define TOP64 (UINT64_C(1) << 63)
#define TOP32 (UINT32_C(1) << 31)
#define EXACT_INTEGER 9007199254740992.0 /* 2^53 */

static const double power_of_ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

/* How a column of words is written. */
struct plan {
  uint8_t word;
  uint8_t predictor;
  uint8_t exponent;
};

/* ------------------------------------------------------------------- room */

struct epochlog__room *epochlog__room_new(void)
{
  struct epochlog__room *room = epochlog__allocate(sizeof *room);
  uint64_t last = 0;

  if (room == NULL) return NULL;
  room->residuals = NULL;
  room->capacity = 0;
  room->deflaters = epochlog__deflaters_new();
  if (room->deflaters == NULL) {
    free(room);
    return NULL;
  }
  for (uint32_t x = 0; x < EPOCHLOG__SAMPLE; x++) {
    const uint64_t next = (uint64_t)(x + 1) * epochlog__log2(x + 1);

    room->growth[x] = (uint32_t)(next - last);
    last = next;
  }
  return room;
}

void epochlog__room_free(struct epochlog__room *room)
{
  if (room == NULL) return;
  epochlog__deflaters_free(room->deflaters);
  free(room->residuals);
  free(room);
}

/* Makes room for a column of n values, and for the runs that begin in it. */
static bool make_space(struct epochlog__buffer *out, size_t n, struct epochlog__room *room)
{
  const size_t capacity = n + 2 * RUN;

  if (n <= FORMAT_COLUMN_MAX && room->capacity < capacity) {
    free(room->residuals);
    room->capacity = 0;
    room->residuals = epochlog__allocate(capacity * 9);
    if (room->residuals != NULL) {
      room->capacity = capacity;
      room->bytes = (uint8_t *)(room->residuals + capacity);
    }
  }
  if (room->capacity < capacity) out->failed = true;
  return !out->failed;
}

/* ----------------------------------------------------------------- words */

bool epochlog__is_f32(double value)
{
  const float narrow = (float)value;

  return epochlog__bits_of((double)narrow) == epochlog__bits_of(value);
}

bool epochlog__are_f32(const double *values, size_t n)
{
  size_t at = 0;

  for (; at + RUN <= n; at += RUN) {
    double back[RUN];

    for (size_t i = 0; i < RUN; i++) back[i] = (double)(float)values[at + i];
    if (memcmp(values + at, back, sizeof back) != 0) return false;
  }
  for (; at < n; at++)
    if (!epochlog__is_f32(values[at])) return false;
  return true;
}

static bool is_signed_word(uint8_t word)
{
  return word == FORMAT_WORD_I64 || word == FORMAT_WORD_DECIMAL;
}

static unsigned width_of(uint8_t word) { return word == FORMAT_WORD_F32 ? 4 : 8; }

/* The integer m with value = m / 10^exponent to the last bit; false if there is
 * none.  -0 has none, nor have NaN and the infinities. */
static bool to_decimal(double value, uint8_t exponent, int64_t *m)
{
  const double scaled = value * power_of_ten[exponent];
  double back;

  if (!(scaled < EXACT_INTEGER && scaled > -EXACT_INTEGER)) return false;
  *m = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  if (*m >= (int64_t)EXACT_INTEGER || *m <= -(int64_t)EXACT_INTEGER) return false;
  back = (double)*m / power_of_ten[exponent];
  return memcmp(&back, &value, sizeof back) == 0;
}

/* Words of RUN doubles: so many always, that the loop has no end to see to. */
static void float_words(uint64_t *restrict words, const double *restrict run)
{
  for (size_t i = 0; i < RUN; i++) {
    const float narrow = (float)run[i];
    uint32_t bits;

    memcpy(&bits, &narrow, sizeof bits);
    words[i] = bits ^ ((0 - (bits >> 31)) | TOP32);
  }
}

static void double_words(uint64_t *restrict words, const double *restrict run)
{
  for (size_t i = 0; i < RUN; i++) {
    uint64_t bits;

    memcpy(&bits, &run[i], sizeof bits);
    words[i] = bits ^ ((0 - (bits >> 63)) | TOP64);
  }
}

/* Returns how many of the values are exceptions; looks at no more after `most`. */
static size_t decimal_words(uint64_t *words, const double *values, size_t n, uint8_t exponent,
                            uint64_t before, size_t most)
{
  size_t exceptions = 0;
  int64_t m;

  for (size_t i = 0; i < n && exceptions <= most; i++) {
    /* An exception takes the word before it, which costs next to nothing. */
    if (to_decimal(values[i], exponent, &m))
      before = (uint64_t)m;
    else
      exceptions++;
    words[i] = before;
  }
  return exceptions;
}

/* The words of up to RUN numbers, integers or doubles as the plan says, behind the word
 * `before`; there is room for RUN.  Returns how many are exceptions (decimal only), and
 * beyond `most` of them does not go on. */
static size_t words_of(uint64_t *words, const void *values, size_t n, const struct plan *plan,
                       uint64_t before, size_t most)
{
  double run[RUN];

  if (plan->word == FORMAT_WORD_I64) {
    memcpy(words, values, n * 8);
    return 0;
  }
  if (plan->word == FORMAT_WORD_DECIMAL)
    return decimal_words(words, values, n, plan->exponent, before, most);
  memcpy(run, values, n * 8);
  memset(run + n, 0, (RUN - n) * 8);
  if (plan->word == FORMAT_WORD_F32)
    float_words(words, run);
  else
    double_words(words, run);
  return 0;
}

/* ------------------------------------------------------------- residuals */

static uint64_t zigzag(uint64_t x) { return x << 1 ^ (0 - (x >> 63)); }

static uint64_t zigzag_narrow(uint64_t x)
{
  const uint32_t narrow = (uint32_t)x;

  return narrow << 1 ^ (0 - (narrow >> 31));
}

/* What a predictor leaves of RUN words, before which stand two more. */
static void predict(uint64_t *restrict left, const uint64_t *restrict words, uint8_t predictor)
{
  if (predictor == FORMAT_PREDICTOR_NONE)
    memcpy(left, words, RUN * sizeof *left);
  else if (predictor == FORMAT_PREDICTOR_DELTA)
    for (size_t i = 0; i < RUN; i++) left[i] = words[i] - *(words + i - 1);
  else
    for (size_t i = 0; i < RUN; i++) left[i] = words[i] - 2 * *(words + i - 1) + *(words + i - 2);
}

/* The residuals of RUN words, before which stand two more. */
static void residuals_of(uint64_t *residuals, const uint64_t *words, const struct plan *plan)
{
  predict(residuals, words, plan->predictor);
  if (plan->predictor == FORMAT_PREDICTOR_NONE && !is_signed_word(plan->word)) return;
  if (plan->word == FORMAT_WORD_F32)
    for (size_t i = 0; i < RUN; i++) residuals[i] = zigzag_narrow(residuals[i]);
  else
    for (size_t i = 0; i < RUN; i++) residuals[i] = zigzag(residuals[i]);
}

/* The bits that are not the same in all of them. */
static uint64_t changing(const uint64_t *words, size_t n)
{
  uint64_t bits = 0;

  for (size_t i = 1; i < n; i++) bits |= words[i] ^ words[0];
  return bits;
}

/* ---------------------------------------------------------------- choice */

/* A sample of a column: stretches of neighbours, evenly spread. */
struct sample {
  size_t starts[STRETCHES];
  size_t stretch;
  size_t count;
  /* The words of the stretches, one after the other; runs may end behind them. */
  uint64_t words[EPOCHLOG__SAMPLE + 2 * RUN];
};

static void take_sample(struct sample *sample, size_t n)
{
  *sample = (struct sample){.stretch = STRETCH, .count = STRETCHES};
  if (n <= EPOCHLOG__SAMPLE) {
    sample->count = 1;
    sample->stretch = n;
    return;
  }
  for (size_t k = 0; k < STRETCHES; k++) sample->starts[k] = (n - STRETCH) / (STRETCHES - 1) * k;
}

/* The words of the sample under a plan.  Returns its exceptions, and beyond `most` of
 * them does not go on. */
static size_t sample_words(struct sample *sample, const void *values, const struct plan *plan,
                           size_t most)
{
  const uint8_t *numbers = values;
  size_t exceptions = 0;

  for (size_t k = 0; k < sample->count; k++) {
    uint64_t *words = sample->words + k * sample->stretch;

    for (size_t i = 0; i < sample->stretch && exceptions <= most; i += RUN) {
      const size_t left = sample->stretch - i;

      exceptions +=
          words_of(words + i, numbers + (sample->starts[k] + i) * 8, left < RUN ? left : RUN, plan,
                   i == 0 ? 0 : words[i - 1], most - exceptions);
    }
  }
  return exceptions;
}

/* Bits (in 1/65536) of order-0 entropy of one byte of these words. */
static uint64_t entropy(const uint64_t *words, size_t n, unsigned byte,
                        const struct epochlog__room *room)
{
  uint16_t seen[256] = {0};
  uint64_t known = 0;

  for (size_t i = 0; i < n; i++) known += room->growth[seen[words[i] >> 8 * byte & 255]++];
  return n * (uint64_t)epochlog__log2((uint32_t)n) - known;
}

/* Bits (in 1/65536) that the residuals of the sample would take.  All predictors are
 * judged on the same words: those of each stretch that have two before them. */
static uint64_t cost_of(const struct sample *sample, const struct plan *plan,
                        const struct epochlog__room *room)
{
  uint64_t residuals[EPOCHLOG__SAMPLE + RUN];
  uint64_t bits = 0;
  uint64_t change;
  size_t n = 0;

  for (size_t k = 0; k < sample->count; k++) {
    const uint64_t *words = sample->words + k * sample->stretch + 2;

    for (size_t i = 0; i < sample->stretch - 2; i += RUN)
      residuals_of(residuals + n + i, words + i, plan);
    n += sample->stretch - 2;
  }
  change = changing(residuals, n);
  for (unsigned byte = 0; byte < width_of(plan->word); byte++)
    if ((change >> 8 * byte & 255) != 0) bits += entropy(residuals, n, byte, room);
  return bits;
}

/* Sets the best predictor for the sampled words and returns its cost. */
static uint64_t choose_predictor(struct plan *plan, const struct sample *sample,
                                 const struct epochlog__room *room)
{
  uint64_t best = UINT64_MAX;
  uint8_t best_predictor = FORMAT_PREDICTOR_NONE;

  for (uint8_t p = FORMAT_PREDICTOR_NONE; p <= FORMAT_PREDICTOR_DELTA2; p++) {
    uint64_t cost;

    plan->predictor = p;
    cost = cost_of(sample, plan, room);
    if (cost < best) {
      best = cost;
      best_predictor = p;
    }
  }
  plan->predictor = best_predictor;
  return best;
}

/* Chooses among floats (if all are), decimals (if most are) and doubles. */
static struct plan choose(const double *values, size_t n, bool all_f32,
                          const struct epochlog__room *room)
{
  struct plan best = {.word = all_f32 ? FORMAT_WORD_F32 : FORMAT_WORD_F64};
  struct sample sample;
  uint64_t best_cost;
  size_t most;

  take_sample(&sample, n);
  most = sample.count * sample.stretch / EXCEPTIONS_ONE_IN;
  sample_words(&sample, values, &best, 0);
  best_cost = choose_predictor(&best, &sample, room);
  for (uint8_t e = 0; e <= FORMAT_EXPONENT_MAX; e++) {
    struct plan decimal = {.word = FORMAT_WORD_DECIMAL, .exponent = e};
    const size_t exceptions = sample_words(&sample, values, &decimal, most);
    uint64_t cost;

    if (exceptions > most) continue;
    cost =
        choose_predictor(&decimal, &sample, room) + ((uint64_t)exceptions * EXCEPTION_BITS << 16);
    if (cost < best_cost) best = decimal;
    break; /* a greater exponent only makes longer words */
  }
  return best;
}

static struct plan choose_integer(const int64_t *values, size_t n,
                                  const struct epochlog__room *room)
{
  struct plan plan = {.word = FORMAT_WORD_I64};
  struct sample sample;

  take_sample(&sample, n);
  sample_words(&sample, values, &plan, 0);
  choose_predictor(&plan, &sample, room);
  return plan;
}

/* -------------------------------------------------------------- encoding */

static void put_head(struct epochlog__buffer *out, uint8_t codec, const struct plan *plan, size_t n)
{
  epochlog__add_u8(out, codec);
  epochlog__add_u8(out, plan->word);
  epochlog__add_u8(out, plan->predictor);
  epochlog__add_u8(out, plan->exponent);
  epochlog__add_u32(out, (uint32_t)n);
}

static void put_raw(struct epochlog__buffer *out, uint8_t word, const void *values, size_t n)
{
  const uint8_t *p = values;

  put_head(out, FORMAT_CODEC_RAW, &(struct plan){.word = word}, n);
  for (size_t i = 0; i < n; i++) {
    uint64_t bits;

    memcpy(&bits, p + 8 * i, 8);
    epochlog__add_u64(out, bits);
  }
}

static void put_exceptions(struct epochlog__buffer *out, const double *values, size_t n,
                           const struct plan *plan, size_t count)
{
  int64_t m;

  epochlog__add_u32(out, (uint32_t)count);
  if (count == 0) return;
  for (size_t i = 0; i < n; i++) {
    if (to_decimal(values[i], plan->exponent, &m)) continue;
    epochlog__add_u32(out, (uint32_t)i);
    epochlog__add_f64(out, values[i]);
  }
}

/* The residuals of all values go to room->residuals, from that of the first on, which
 * takes the place of a seed; returns how many of the values are exceptions. */
static size_t make_residuals(struct epochlog__room *room, uint64_t seeds[2], const void *values,
                             size_t n, const struct plan *plan)
{
  const uint8_t *numbers = values;
  uint64_t words[2 + RUN] = {0};
  size_t exceptions = 0;

  for (size_t at = 0; at < n; at += RUN) {
    words[0] = words[RUN];
    words[1] = words[RUN + 1];
    exceptions +=
        words_of(words + 2, numbers + at * 8, n - at < RUN ? n - at : RUN, plan, words[1], RUN);
    if (at == 0) memcpy(seeds, words + 2, 2 * sizeof *seeds);
    residuals_of(room->residuals + at, words + 2, plan);
  }
  return exceptions;
}

static void put_planes(struct epochlog__buffer *out, const uint64_t *residuals, size_t m,
                       unsigned width, struct epochlog__room *room)
{
  const uint64_t change = changing(residuals, m);

  for (unsigned shift = 8 * width; shift > 0;) {
    uint8_t *restrict bytes = room->bytes;

    shift -= 8;
    if ((change >> shift & 255) == 0) {
      epochlog__plane_put_constant(out, (uint8_t)(residuals[0] >> shift));
      continue;
    }
    for (size_t i = 0; i < m; i += RUN)
      for (size_t k = 0; k < RUN; k++) bytes[i + k] = (uint8_t)(residuals[i + k] >> shift);
    epochlog__plane_put(out, bytes, m, room->deflaters);
  }
}

/* Writes planes, or the numbers as they are where that is shorter; false when there
 * are too many exceptions. */
static bool put_planned(struct epochlog__buffer *out, const void *values, size_t n,
                        const struct plan *plan, struct epochlog__room *room)
{
  const size_t start = out->size;
  const size_t seed_count = n < plan->predictor ? n : plan->predictor;
  uint64_t seeds[2];
  const size_t exceptions = make_residuals(room, seeds, values, n, plan);

  if (exceptions * EXCEPTIONS_ONE_IN > n) return false;
  put_head(out, FORMAT_CODEC_PLANES, plan, n);
  put_exceptions(out, values, n, plan, exceptions);
  for (size_t i = 0; i < seed_count; i++) epochlog__add_u64(out, seeds[i]);
  if (n > seed_count)
    put_planes(out, room->residuals + seed_count, n - seed_count, width_of(plan->word), room);
  if (!out->failed && out->size - start > FORMAT_COLUMN_HEAD_SIZE + 8 * n) {
    out->size = start;
    put_raw(out, plan->word == FORMAT_WORD_I64 ? FORMAT_WORD_I64 : FORMAT_WORD_F64, values, n);
  }
  return true;
}

bool epochlog__column_put_f64_in(struct epochlog__buffer *out, const double *values, size_t n,
                                 struct epochlog__room *room)
{
  bool all_f32;
  struct plan plan;

  if (n < RAW_BELOW) {
    put_raw(out, FORMAT_WORD_F64, values, n);
    return !out->failed;
  }
  if (!make_space(out, n, room)) return false;
  all_f32 = epochlog__are_f32(values, n);
  plan = choose(values, n, all_f32, room);
  if (!put_planned(out, values, n, &plan, room)) {
    /* The sample was more decimal than the rest. */
    plan.word = all_f32 ? FORMAT_WORD_F32 : FORMAT_WORD_F64;
    plan.exponent = 0;
    put_planned(out, values, n, &plan, room);
  }
  return !out->failed;
}

static bool is_linear(const int64_t *values, size_t n)
{
  const uint64_t stride = n < 2 ? 0 : (uint64_t)values[1] - (uint64_t)values[0];

  for (size_t i = 2; i < n; i++)
    if ((uint64_t)values[i] - (uint64_t)values[i - 1] != stride) return false;
  return true;
}

static void put_linear(struct epochlog__buffer *out, const int64_t *values, size_t n)
{
  put_head(out, FORMAT_CODEC_LINEAR, &(struct plan){.word = FORMAT_WORD_I64}, n);
  epochlog__add_i64(out, n == 0 ? 0 : values[0]);
  epochlog__add_u64(out, n < 2 ? 0 : (uint64_t)values[1] - (uint64_t)values[0]);
}

bool epochlog__column_put_i64_in(struct epochlog__buffer *out, const int64_t *values, size_t n,
                                 struct epochlog__room *room)
{
  if (is_linear(values, n)) {
    put_linear(out, values, n);
  } else if (n < RAW_BELOW) {
    put_raw(out, FORMAT_WORD_I64, values, n);
  } else if (make_space(out, n, room)) {
    const struct plan plan = choose_integer(values, n, room);

    put_planned(out, values, n, &plan, room);
  }
  return !out->failed;
}

bool epochlog__column_put_i64(struct epochlog__buffer *out, const int64_t *values, size_t n)
{
  struct epochlog__room *room;

  if (is_linear(values, n)) {
    put_linear(out, values, n);
    return !out->failed;
  }
  room = epochlog__room_new();
  if (room == NULL)
    out->failed = true;
  else
    epochlog__column_put_i64_in(out, values, n, room);
  epochlog__room_free(room);
  return !out->failed;
}

bool epochlog__column_put_f64(struct epochlog__buffer *out, const double *values, size_t n)
{
  struct epochlog__room *room = epochlog__room_new();

  if (room == NULL)
    out->failed = true;
  else
    epochlog__column_put_f64_in(out, values, n, room);
  epochlog__room_free(room);
  return !out->failed;
}

bool epochlog__column_put_text(struct epochlog__buffer *out, const struct epochlog__text *values,
                               size_t n)
{
  struct epochlog__buffer raw;
  size_t length_at;

  epochlog__buffer_init(&raw, FORMAT_TEXT_RAW_MAX);
  for (size_t i = 0; i < n; i++)
    epochlog__add_u32(&raw, values[i].data == NULL ? FORMAT_TEXT_MISSING : values[i].size);
  for (size_t i = 0; i < n; i++)
    if (values[i].data != NULL) epochlog__add_bytes(&raw, values[i].data, values[i].size);
  put_head(out, FORMAT_CODEC_TEXT, &(struct plan){.word = FORMAT_WORD_I64}, n);
  epochlog__add_u32(out, (uint32_t)raw.size);
  length_at = out->size;
  epochlog__add_u32(out, (uint32_t)raw.size);
  if (raw.failed)
    out->failed = true;
  else if (epochlog__deflate(out, raw.data, raw.size))
    epochlog__put_u32(out->data + length_at, (uint32_t)(out->size - length_at - 4));
  else
    epochlog__add_bytes(out, raw.data, raw.size);
  epochlog__buffer_release(&raw);
  return !out->failed;
}
