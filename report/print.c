#include "print.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- characters ---- */

struct range {
  int32_t from;
  int32_t to;
};

static bool is_in(int32_t character, const struct range *ranges, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (character >= ranges[i].from && character <= ranges[i].to) return true;
  return false;
}

int32_t print_next_character(const char **text, size_t size)
{
  const unsigned char *at = (const unsigned char *)*text;
  const unsigned first = at[0];
  /* A lead byte tells the length; the least code point of that length is what
   * keeps a character from being written in two ways. */
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  int32_t character;

  (*text)++;
  if (length == 1) return (int32_t)first;
  if (length == 0 || length > size) return -1;
  character = (int32_t)(first & (0x7fu >> length));
  for (size_t i = 1; i < length; i++) {
    if ((at[i] & 0xc0) != 0x80) return -1;
    character = character << 6 | (at[i] & 0x3f);
  }
  if (character < least[length] || character > 0x10ffff ||
      (character >= 0xd800 && character <= 0xdfff))
    return -1;
  *text += length - 1;
  return character;
}

bool print_is_control(int32_t character)
{
  static const struct range controls[] = {
      {0x00, 0x1f},     {0x7f, 0x9f},     {0x200b, 0x200f}, {0x2028, 0x202e},
      {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
  };

  return is_in(character, controls, sizeof controls / sizeof *controls);
}

static size_t character_width(int32_t character)
{
  static const struct range marks[] = {
      {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
      {0x900, 0x902},   {0x93c, 0x93c},   {0xe31, 0xe31},   {0xe34, 0xe3a},   {0x1ab0, 0x1aff},
      {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef},
  };
  static const struct range wide[] = {
      {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
      {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},
      {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
      {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
  };

  if (character < 0x300) return 1;
  if (is_in(character, marks, sizeof marks / sizeof *marks)) return 0;
  return is_in(character, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

size_t print_width(const char *text)
{
  const char *end = text + strlen(text);
  size_t width = 0;

  while (text < end) width += character_width(print_next_character(&text, (size_t)(end - text)));
  return width;
}

/* Writes what is shown for the character at `*text` and moves on. */
static void put_character(FILE *out, const char **text, const char *end)
{
  const char *at = *text;
  const int32_t character = print_next_character(text, (size_t)(end - at));

  if (character < 0)
    fprintf(out, "\\x%02x", (unsigned)(unsigned char)*at);
  else if (!print_is_control(character))
    fwrite(at, 1, (size_t)(*text - at), out);
  else if (character == '\n')
    fputs("\\n", out);
  else if (character == '\t')
    fputs("\\t", out);
  else if (character == '\r')
    fputs("\\r", out);
  else if (character < 0x100)
    fprintf(out, "\\x%02x", (unsigned)character);
  else
    fprintf(out, "\\u%04x", (unsigned)character);
}

void print_clean(FILE *out, const char *text)
{
  const char *end;

  if (!text) return;
  end = text + strlen(text);
  while (text < end) put_character(out, &text, end);
}

char *print_cleaned(const char *text)
{
  char *cleaned = NULL;
  size_t size;
  FILE *out = open_memstream(&cleaned, &size);

  if (!out) return NULL;
  print_clean(out, text);
  if (fclose(out) == 0) return cleaned;
  free(cleaned);
  return NULL;
}

/* ---- colour ---- */

bool print_has_colour(void)
{
  static int known = -1;

  if (known < 0) {
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");

    known = isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && terminal && *terminal &&
            strcmp(terminal, "dumb") != 0;
  }
  return known != 0;
}

const char *print_style(enum print_style style)
{
  static const char *const escapes[] = {
      [STYLE_PLAIN] = "\033[0m", [STYLE_BOLD] = "\033[1m", [STYLE_DIM] = "\033[2m",
      [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m", [STYLE_WARNING] = "\033[33m",
  };

  return print_has_colour() ? escapes[style] : "";
}

/* ---- values ---- */

/* Integers of 128 bits: every product below is exact. */
__extension__ typedef unsigned __int128 wide;

/* A positive double: `mantissa` / 2^shift, 2^52 <= mantissa < 2^53. */
struct binary {
  uint64_t mantissa;
  int shift;
};

/* 10^exponent, 0 to 20. */
static wide power_of_ten(int exponent)
{
  static const uint64_t powers[] = {UINT64_C(1),
                                    UINT64_C(10),
                                    UINT64_C(100),
                                    UINT64_C(1000),
                                    UINT64_C(10000),
                                    UINT64_C(100000),
                                    UINT64_C(1000000),
                                    UINT64_C(10000000),
                                    UINT64_C(100000000),
                                    UINT64_C(1000000000),
                                    UINT64_C(10000000000),
                                    UINT64_C(100000000000),
                                    UINT64_C(1000000000000),
                                    UINT64_C(10000000000000),
                                    UINT64_C(100000000000000),
                                    UINT64_C(1000000000000000),
                                    UINT64_C(10000000000000000),
                                    UINT64_C(100000000000000000),
                                    UINT64_C(1000000000000000000),
                                    UINT64_C(10000000000000000000)};

  return exponent < 20 ? powers[exponent] : (wide)powers[19] * 10;
}

/* The integer nearest to value * power, the even one of two.  Returns whether that
 * number of decimals gives the value back: it lies less than half a step of the
 * mantissa from it, or just half of it when that is rounded to an even mantissa. */
static bool scale_value(uint64_t *digits, struct binary value, wide power)
{
  const wide scaled = value.mantissa * power;
  const wide half = (wide)1 << (value.shift - 1);
  const wide rest = scaled & (2 * half - 1);
  wide back, gap;
  bool is_narrow;

  *digits = (uint64_t)(scaled >> value.shift);
  if (rest > half || (rest == half && (*digits & 1))) ++*digits;
  back = (wide)*digits << value.shift;
  /* Below a power of two doubles lie twice as close. */
  is_narrow = value.mantissa == (uint64_t)1 << 52 && back < scaled;
  gap = (back < scaled ? scaled - back : back - scaled) * (is_narrow ? 4 : 2);
  return gap < power || (gap == power && !(value.mantissa & 1));
}

/* Puts digits / 10^decimals without trailing zeros. */
static void put_decimal(char out[PRINT_SIZE], uint64_t digits, int decimals, bool is_negative)
{
  char text[PRINT_SIZE];
  char *at = text + sizeof text - 1;

  for (; decimals > 0 && digits % 10 == 0; decimals--) digits /= 10;
  *at = '\0';
  for (int i = 0; i < decimals || digits > 0 || i == decimals; i++) {
    if (i == decimals && decimals > 0) *--at = '.';
    *--at = (char)('0' + digits % 10);
    digits /= 10;
  }
  if (is_negative) *--at = '-';
  memcpy(out, at, (size_t)(text + sizeof text - at));
}

/* What the loop of print_exact finds, without printing and reading: 15 digits if they
 * do, else 16, else 17.  False where %g would write an exponent. */
static bool print_fixed(char out[PRINT_SIZE], double value)
{
  /* The doubles nearest to 0.1 and its powers here lie above them, so that comparing
   * with these is comparing with the powers. */
  static const double powers[] = {1e-3, 1e-2, 1e-1, 1e0, 1e1,  1e2,  1e3,  1e4,  1e5,
                                  1e6,  1e7,  1e8,  1e9, 1e10, 1e11, 1e12, 1e13, 1e14};
  const double size = fabs(value);
  int before = -3; /* digits before the point; -3: three zeros behind it */
  int exponent;
  struct binary binary;

  if (!(size >= 1e-4 && size < 1e15)) return false;
  while (before + 3 < (int)(sizeof powers / sizeof *powers) && size >= powers[before + 3]) before++;
  binary.mantissa = (uint64_t)ldexp(frexp(size, &exponent), 53);
  binary.shift = 53 - exponent;
  for (int places = 15; places <= 17; places++) {
    uint64_t digits;

    if (!scale_value(&digits, binary, power_of_ten(places - before)) && places < 17) continue;
    put_decimal(out, digits, places - before, value < 0);
    return true;
  }
  return false;
}

char *print_exact(char out[PRINT_SIZE], double value)
{
  if (isnan(value)) return strcpy(out, "NaN");
  if (isinf(value)) return strcpy(out, value < 0 ? "-Infinity" : "Infinity");
  if (value == 0) return strcpy(out, signbit(value) ? "-0" : "0");
  if (print_fixed(out, value)) return out;
  for (int digits = 15; digits <= 17; digits++) {
    double again;

    snprintf(out, PRINT_SIZE, "%.*g", digits, value);
    again = strtod(out, NULL);
    if (!(again < value || again > value)) break;
  }
  return out;
}

char *print_short(char out[PRINT_SIZE], double value)
{
  if (!isfinite(value)) return print_exact(out, value);
  snprintf(out, PRINT_SIZE, "%.6g", value);
  return out;
}

static int64_t floor_seconds(int64_t ns) { return ns / 1000000000 - (ns % 1000000000 < 0); }

char *print_time(char out[PRINT_SIZE], int64_t ns)
{
  const time_t seconds = (time_t)floor_seconds(ns);
  struct tm when;

  if (ns == 0 || !localtime_r(&seconds, &when) ||
      strftime(out, PRINT_SIZE, "%Y-%m-%d %H:%M:%S", &when) == 0)
    strcpy(out, "-");
  return out;
}

char *print_time_utc(char out[PRINT_SIZE], int64_t ns)
{
  const int64_t second = floor_seconds(ns);
  const time_t seconds = (time_t)second;
  const int64_t us = (ns - second * 1000000000) / 1000;
  struct tm when;
  size_t length;

  if (!gmtime_r(&seconds, &when)) return strcpy(out, "-");
  length = strftime(out, PRINT_SIZE, "%Y-%m-%dT%H:%M:%S", &when);
  snprintf(out + length, PRINT_SIZE - length, ".%06" PRId64 "Z", us);
  return out;
}

char *print_duration(char out[PRINT_SIZE], int64_t ns)
{
  const double seconds = (double)ns / 1e9;
  const int64_t whole = ns / 1000000000;

  if (ns < 0) return strcpy(out, "-");
  if (seconds < 0.0995)
    snprintf(out, PRINT_SIZE, "%.3g ms", 1e3 * seconds);
  else if (seconds < 0.9995)
    snprintf(out, PRINT_SIZE, "%.0f ms", 1e3 * seconds);
  else if (seconds < 59.95)
    snprintf(out, PRINT_SIZE, "%.1f s", seconds);
  else if (whole < 3600)
    snprintf(out, PRINT_SIZE, "%d min %02d s", (int)(whole / 60), (int)(whole % 60));
  else if (whole < 86400)
    snprintf(out, PRINT_SIZE, "%d h %02d min", (int)(whole / 3600), (int)(whole / 60 % 60));
  else
    snprintf(out, PRINT_SIZE, "%" PRId64 " d %02d h", whole / 86400, (int)(whole / 3600 % 24));
  return out;
}

char *print_size(char out[PRINT_SIZE], uint64_t bytes)
{
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double size = (double)bytes;
  size_t unit = 0;

  /* 1023.95 would be shown as 1024.0 of the smaller unit. */
  while (size >= (unit ? 1023.95 : 1023.5) && unit + 1 < sizeof units / sizeof *units) {
    size /= 1024.0;
    unit++;
  }
  snprintf(out, PRINT_SIZE, unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
  return out;
}

/* ---- tables ---- */

struct cell {
  char *text; /* cleaned */
  enum print_style style;
};

struct table {
  size_t columns;
  size_t count; /* of cells, headings included */
  size_t room;
  struct cell *cells;
  bool *right;
  bool failed;
};

struct table *table_new(size_t columns, const char *const *headings)
{
  struct table *table = calloc(1, sizeof *table);

  if (!table) return NULL;
  table->columns = columns;
  table->right = calloc(columns, sizeof *table->right);
  if (!table->right) {
    free(table);
    return NULL;
  }
  for (size_t i = 0; i < columns; i++) {
    table->right[i] = headings[i][0] == '>';
    table_add_styled(table, headings[i] + table->right[i], STYLE_BOLD);
  }
  return table;
}

void table_free(struct table *table)
{
  if (!table) return;
  for (size_t i = 0; i < table->count; i++) free(table->cells[i].text);
  free(table->cells);
  free(table->right);
  free(table);
}

void table_add_styled(struct table *table, const char *text, enum print_style style)
{
  if (!table || table->failed) return;
  if (table->count == table->room) {
    const size_t room = table->room ? 2 * table->room : 64;
    struct cell *cells = realloc(table->cells, room * sizeof *cells);

    if (!cells) {
      table->failed = true;
      return;
    }
    table->cells = cells;
    table->room = room;
  }
  table->cells[table->count].text = print_cleaned(text);
  table->cells[table->count].style = style;
  table->failed = !table->cells[table->count].text;
  table->count += !table->failed;
}

void table_add(struct table *table, const char *text)
{
  table_add_styled(table, text, STYLE_PLAIN);
}

static void print_cell(const struct cell *cell, size_t width, bool right, bool last)
{
  const size_t blanks = width - print_width(cell->text);

  if (right) printf("%*s", (int)blanks, "");
  if (cell->style == STYLE_PLAIN)
    fputs(cell->text, stdout);
  else
    printf("%s%s%s", print_style(cell->style), cell->text, print_style(STYLE_PLAIN));
  /* No blanks at the end of a line. */
  if (!last) printf("%*s", (int)((right ? 0 : blanks) + 2), "");
}

bool table_print(const struct table *table, size_t indent)
{
  size_t *widths;

  if (!table || table->failed) return false;
  widths = calloc(table->columns, sizeof *widths);
  if (!widths) return false;
  for (size_t i = 0; i < table->count; i++) {
    const size_t width = print_width(table->cells[i].text);

    if (width > widths[i % table->columns]) widths[i % table->columns] = width;
  }
  for (size_t row = 0; row + table->columns <= table->count; row += table->columns) {
    size_t shown = table->columns;

    while (shown > 0 && !*table->cells[row + shown - 1].text) shown--;
    if (shown) printf("%*s", (int)indent, "");
    for (size_t i = 0; i < shown; i++)
      print_cell(&table->cells[row + i], widths[i], table->right[i], i + 1 == shown);
    putchar('\n');
  }
  free(widths);
  return true;
}
