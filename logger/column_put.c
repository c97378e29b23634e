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
#define STRETCH 128
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

bool epochlog__is_f32(double value)
{
  const float narrow = (float)value;

  return epochlog__bits_of((double)narrow) == epochlog__bits_of(value);
}

static bool is_signed_word(uint8_t word)
{
  return word == FORMAT_WORD_I64 || word == FORMAT_WORD_DECIMAL;
}

static unsigned width_of(uint8_t word) { return word == FORMAT_WORD_F32 ? 4 : 8; }

/* ----------------------------------------------------------------- words */

/* The integer m with value = m / 10^exponent to the last bit; false if there is
 * none.  -0 has none, nor have NaN and the infinities. */
static bool to_decimal(double value, uint8_t exponent, int64_t *m)
{
  const double scaled = value * power_of_ten[exponent];

  if (!(scaled < EXACT_INTEGER && scaled > -EXACT_INTEGER)) return false;
  *m = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  if (*m >= (int64_t)EXACT_INTEGER || *m <= -(int64_t)EXACT_INTEGER) return false;
  return epochlog__bits_of((double)*m / power_of_ten[exponent]) == epochlog__bits_of(value);
}

static uint64_t float_word(double value, uint8_t word)
{
  if (word == FORMAT_WORD_F32) {
    const float narrow = (float)value;
    uint32_t bits;

    memcpy(&bits, &narrow, sizeof bits);
    return (bits & TOP32) != 0 ? (uint32_t)~bits : bits | TOP32;
  } else {
    const uint64_t bits = epochlog__bits_of(value);

    return (bits & TOP64) != 0 ? ~bits : bits | TOP64;
  }
}

/* Fills `words`; returns how many of the values are exceptions (decimal only). */
static size_t words_of(uint64_t *words, const double *values, size_t n, const struct plan *plan)
{
  size_t exceptions = 0;
  int64_t m = 0;

  for (size_t i = 0; i < n; i++) {
    if (plan->word != FORMAT_WORD_DECIMAL) {
      words[i] = float_word(values[i], plan->word);
      continue;
    }
    /* An exception takes the word before it, which costs next to nothing. */
    if (to_decimal(values[i], plan->exponent, &m))
      words[i] = (uint64_t)m;
    else {
      words[i] = i == 0 ? 0 : words[i - 1];
      exceptions++;
    }
  }
  return exceptions;
}

static uint64_t zigzag(uint64_t x, unsigned width)
{
  if (width == 4) {
    const uint32_t narrow = (uint32_t)x;

    return (uint32_t)(narrow << 1 ^ (0 - (narrow >> 31)));
  }
  return x << 1 ^ (0 - (x >> 63));
}

/* The residual of word i, which is not a seed. */
static uint64_t residual(const uint64_t *words, size_t i, const struct plan *plan)
{
  const unsigned width = width_of(plan->word);

  switch (plan->predictor) {
    case FORMAT_PREDICTOR_NONE:
      return is_signed_word(plan->word) ? zigzag(words[i], width) : words[i];
    case FORMAT_PREDICTOR_DELTA: return zigzag(words[i] - words[i - 1], width);
    default: return zigzag((words[i] - words[i - 1]) - (words[i - 1] - words[i - 2]), width);
  }
}

/* ---------------------------------------------------------------- choice */

/* A sample of a column: stretches of neighbours, evenly spread. */
struct sample {
  size_t starts[STRETCHES];
  size_t stretch;
  size_t count;
};

static struct sample sample_of(size_t n)
{
  struct sample sample = {.stretch = STRETCH, .count = STRETCHES};

  if (n <= (size_t)STRETCHES * STRETCH) {
    sample.count = 1;
    sample.stretch = n;
    return sample;
  }
  for (size_t k = 0; k < STRETCHES; k++) sample.starts[k] = (n - STRETCH) / (STRETCHES - 1) * k;
  return sample;
}

/* Bits (in 1/65536) that the residuals of the sampled words would take.  `words`
 * holds the stretches one after the other. */
static uint64_t cost_of(const uint64_t *words, const struct sample *sample, const struct plan *plan)
{
  uint32_t histogram[8][256];
  const unsigned width = width_of(plan->word);
  uint32_t counted = 0;
  uint64_t bits = 0;

  memset(histogram, 0, sizeof histogram);
  for (size_t k = 0; k < sample->count; k++) {
    const uint64_t *stretch = words + k * sample->stretch;

    /* All predictors are judged on the same words. */
    for (size_t i = 2; i < sample->stretch; i++) {
      uint64_t r = residual(stretch, i, plan);

      for (unsigned byte = 0; byte < width; byte++, r >>= 8) histogram[byte][r & 255]++;
      counted++;
    }
  }
  for (unsigned byte = 0; byte < width; byte++) bits += epochlog__entropy(histogram[byte], counted);
  return bits;
}

/* Sets the best predictor for these sampled words and returns its cost. */
static uint64_t choose_predictor(struct plan *plan, const uint64_t *words,
                                 const struct sample *sample)
{
  uint64_t best = UINT64_MAX;
  uint8_t best_predictor = FORMAT_PREDICTOR_NONE;

  for (uint8_t p = FORMAT_PREDICTOR_NONE; p <= FORMAT_PREDICTOR_DELTA2; p++) {
    uint64_t cost;

    plan->predictor = p;
    cost = cost_of(words, sample, plan);
    if (cost < best) {
      best = cost;
      best_predictor = p;
    }
  }
  plan->predictor = best_predictor;
  return best;
}

/* The words of the sample under a plan; returns its exceptions. */
static size_t sample_words(uint64_t *words, const double *values, const struct sample *sample,
                           const struct plan *plan)
{
  size_t exceptions = 0;

  for (size_t k = 0; k < sample->count; k++)
    exceptions +=
        words_of(words + k * sample->stretch, values + sample->starts[k], sample->stretch, plan);
  return exceptions;
}

/* Chooses among floats (if all are), decimals (if most are) and doubles. */
static struct plan choose(const double *values, size_t n, bool all_f32)
{
  uint64_t words[STRETCHES * STRETCH];
  const struct sample sample = sample_of(n);
  const size_t sampled = sample.count * sample.stretch;
  struct plan best = {.word = all_f32 ? FORMAT_WORD_F32 : FORMAT_WORD_F64};
  uint64_t best_cost;

  sample_words(words, values, &sample, &best);
  best_cost = choose_predictor(&best, words, &sample);
  for (uint8_t e = 0; e <= FORMAT_EXPONENT_MAX; e++) {
    struct plan decimal = {.word = FORMAT_WORD_DECIMAL, .exponent = e};
    const size_t exceptions = sample_words(words, values, &sample, &decimal);
    uint64_t cost;

    if (exceptions * EXCEPTIONS_ONE_IN > sampled) continue;
    cost =
        choose_predictor(&decimal, words, &sample) + ((uint64_t)exceptions * EXCEPTION_BITS << 16);
    if (cost < best_cost) best = decimal;
    break; /* a greater exponent only makes longer words */
  }
  return best;
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

/* Seeds and planes of `words`, which become residuals; `bytes[n]` is room. */
static void put_words(struct epochlog__buffer *out, uint64_t *words, size_t n,
                      const struct plan *plan, uint8_t *bytes)
{
  const size_t seeds = n < plan->predictor ? n : plan->predictor;
  const size_t m = n - seeds;

  for (size_t i = 0; i < seeds; i++) epochlog__add_u64(out, words[i]);
  if (m == 0) return;
  for (size_t i = n; i-- > seeds;) words[i] = residual(words, i, plan);
  for (unsigned byte = width_of(plan->word); byte-- > 0;) {
    for (size_t i = 0; i < m; i++) bytes[i] = (uint8_t)(words[seeds + i] >> 8 * byte);
    epochlog__plane_put(out, bytes, m);
  }
}

/* Room for n words and n bytes. */
static uint64_t *allocate_words(struct epochlog__buffer *out, size_t n)
{
  uint64_t *words = NULL;

  if (n <= FORMAT_COLUMN_MAX) words = epochlog__allocate(n * 9);
  if (words == NULL) out->failed = true;
  return words;
}

bool epochlog__column_put_f64(struct epochlog__buffer *out, const double *values, size_t n)
{
  const size_t start = out->size;
  bool all_f32 = true;
  uint64_t *words;
  struct plan plan;
  size_t exceptions;

  if (n < RAW_BELOW) {
    put_raw(out, FORMAT_WORD_F64, values, n);
    return !out->failed;
  }
  words = allocate_words(out, n);
  if (words == NULL) return false;
  for (size_t i = 0; i < n && all_f32; i++) all_f32 = epochlog__is_f32(values[i]);
  plan = choose(values, n, all_f32);
  exceptions = words_of(words, values, n, &plan);
  if (exceptions * EXCEPTIONS_ONE_IN > n) {
    /* The sample was more decimal than the rest. */
    plan = (struct plan){.word = all_f32 ? FORMAT_WORD_F32 : FORMAT_WORD_F64,
                         .predictor = plan.predictor};
    exceptions = words_of(words, values, n, &plan);
  }
  put_head(out, FORMAT_CODEC_PLANES, &plan, n);
  put_exceptions(out, values, n, &plan, exceptions);
  put_words(out, words, n, &plan, (uint8_t *)(words + n));
  free(words);
  if (!out->failed && out->size - start > FORMAT_COLUMN_HEAD_SIZE + 8 * n) {
    out->size = start;
    put_raw(out, FORMAT_WORD_F64, values, n);
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

bool epochlog__column_put_i64(struct epochlog__buffer *out, const int64_t *values, size_t n)
{
  const size_t start = out->size;
  struct plan plan = {.word = FORMAT_WORD_I64};
  const struct sample sample = sample_of(n);
  uint64_t sampled[STRETCHES * STRETCH];
  uint64_t *words;

  if (is_linear(values, n)) {
    put_linear(out, values, n);
    return !out->failed;
  }
  if (n < RAW_BELOW) {
    put_raw(out, FORMAT_WORD_I64, values, n);
    return !out->failed;
  }
  words = allocate_words(out, n);
  if (words == NULL) return false;
  for (size_t k = 0; k < sample.count; k++)
    memcpy(sampled + k * sample.stretch, values + sample.starts[k], sample.stretch * 8);
  choose_predictor(&plan, sampled, &sample);
  memcpy(words, values, n * 8);
  put_head(out, FORMAT_CODEC_PLANES, &plan, n);
  epochlog__add_u32(out, 0); /* no exceptions */
  put_words(out, words, n, &plan, (uint8_t *)(words + n));
  free(words);
  if (!out->failed && out->size - start > FORMAT_COLUMN_HEAD_SIZE + 8 * n) {
    out->size = start;
    put_raw(out, FORMAT_WORD_I64, values, n);
  }
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
