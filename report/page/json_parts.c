#include "page/json_parts.h"

#include <math.h>

void json_put_number(struct json_writer *json, const char *key, double value)
{
  json_write_key(json, key);
  if (isnan(value))
    json_write_null(json);
  else
    json_write_number(json, value);
}

void json_put_numbers(struct json_writer *json, const char *key, const double *numbers,
                      size_t count)
{
  json_write_key(json, key);
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count; i++) {
    if (isnan(numbers[i]))
      json_write_null(json);
    else
      json_write_number(json, numbers[i]);
  }
  json_write_close(json);
}

void json_put_interval(struct json_writer *json, const char *key, struct interval interval)
{
  const double ends[] = {interval.lo, interval.hi};

  if (isnan(interval.lo)) return;
  json_put_numbers(json, key, ends, 2);
}

void json_put_interval_object(struct json_writer *json, const char *key,
                              const struct interval *interval)
{
  const bool is_defined = interval_is_defined(interval);

  json_write_key(json, key);
  json_write_open_line(json, '{');
  json_put_number(json, "lo", interval->lo);
  json_put_number(json, "hi", interval->hi);
  json_add_text(json, is_defined ? "method" : "reason",
                is_defined ? interval->method : interval->reason);
  json_write_close(json);
}

void json_put_texts(struct json_writer *json, const char *key, const char *const *texts,
                    size_t count)
{
  json_write_key(json, key);
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count; i++) json_write_text(json, texts[i]);
  json_write_close(json);
}

void json_put_scalars(struct json_writer *json, const struct scalar_table *table)
{
  json_write_key(json, "scalars");
  json_write_open(json, '{');
  for (size_t i = 0; i < table->count; i++)
    json_put_number(json, table->scalar[i].name,
                    table->scalar[i].is_defined ? table->scalar[i].value : (double)NAN);
  json_write_close(json);
  json_write_key(json, "intervals");
  json_write_open(json, '{');
  for (size_t i = 0; i < table->count; i++) {
    if (!table->scalar[i].is_defined) continue;
    json_put_interval_object(json, table->scalar[i].name, &table->scalar[i].interval);
  }
  json_write_close(json);
  json_write_key(json, "notes");
  json_write_open(json, '{');
  for (size_t i = 0; i < table->count; i++)
    if (table->scalar[i].reason)
      json_add_text(json, table->scalar[i].name, table->scalar[i].reason);
  json_write_close(json);
}
