#include "record.h"

size_t epochlog__record_begin(struct epochlog__buffer *out, enum format_record type,
                              int64_t time_ns)
{
  const size_t start = out->size;

  epochlog__add_u32(out, 0); /* body_len, known at the end */
  epochlog__add_u16(out, (uint16_t)type);
  epochlog__add_u16(out, 0);
  epochlog__add_i64(out, time_ns);
  return start;
}

void epochlog__record_end(struct epochlog__buffer *out, size_t start)
{
  const size_t body_at = start + FORMAT_RECORD_HEADER_SIZE;

  if (out->failed) return;
  epochlog__put_u32(out->data + start, (uint32_t)(out->size - body_at));
  epochlog__add_zeros(out, (size_t)(epochlog__padded(out->size - start) - (out->size - start)));
}
