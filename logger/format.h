/* The numbers of format-spec/FORMAT.md: magics, types, sizes and limits.
 *
 * No code and no structs: a structure of the file is a picture in FORMAT.md and
 * is put and got field by field (frame.h), so that neither alignment nor byte
 * order of the machine can leak into a log.  Shared by the writer and the
 * reader.  The section that each group comes from is named above it.
 */
#ifndef EPOCHLOG_FORMAT_H
#define EPOCHLOG_FORMAT_H

#include <stdint.h>

/* ---- 2, 3.1: magics (8 bytes; the arrays have a terminator besides) */

#define FORMAT_MAGIC_SIZE 8
#define FORMAT_MAGIC_LOG \
  "\x89"                 \
  "ELOG\r\n\n"
#define FORMAT_MAGIC_LIVE \
  "\x89"                  \
  "ELOR\r\n\n"
#define FORMAT_MAGIC_TRAILER \
  "\x89"                     \
  "ELOT\r\n\n"

#define FORMAT_MAJOR 1
#define FORMAT_UUID_SIZE 16
#define FORMAT_COMPAT_KNOWN UINT64_C(0)
#define FORMAT_INCOMPAT_KNOWN UINT64_C(0)
#define FORMAT_RO_COMPAT_KNOWN UINT64_C(0)
#define FORMAT_FILE_HEADER_SIZE 64
#define FORMAT_ALIGN 8

/* ---- 3.2: frames */

#define FORMAT_SYNC UINT32_C(0x6D52F0C9)
#define FORMAT_FRAME_HEADER_SIZE 40
#define FORMAT_FRAME_DEFLATED 0x01  /* flags, bit 0 */
#define FORMAT_FRAME_ANCILLARY 0x80 /* type, bit 7: skipped in silence when unknown */

enum format_frame {
  FORMAT_FRAME_RUN = 0x01,
  FORMAT_FRAME_BLOCK = 0x02,
  FORMAT_FRAME_RECORDS = 0x03,
  FORMAT_FRAME_INDEX = 0x04,
  FORMAT_FRAME_FOOTER = 0x05,
  FORMAT_FRAME_PAD = 0x80
};

/* ---- 4: records */

#define FORMAT_RECORD_HEADER_SIZE 16
#define FORMAT_RECORD_ANCILLARY 0x8000 /* type, bit 15 */

enum format_record {
  FORMAT_RECORD_RUN = 0x01,
  FORMAT_RECORD_SERIES = 0x02,
  FORMAT_RECORD_TEXT_POINT = 0x03,
  FORMAT_RECORD_BATCH = 0x04,
  FORMAT_RECORD_PARAM = 0x05,
  FORMAT_RECORD_TAG = 0x06,
  FORMAT_RECORD_TAG_REMOVED = 0x07,
  FORMAT_RECORD_PROPERTY = 0x08,
  FORMAT_RECORD_ENVIRONMENT = 0x09,
  FORMAT_RECORD_FILE = 0x0A,
  FORMAT_RECORD_IMAGE = 0x0B,
  FORMAT_RECORD_DOCUMENT = 0x0C,
  FORMAT_RECORD_STATUS = 0x0D,
  FORMAT_RECORD_LOSS = 0x0E
};

#define FORMAT_SERIES_SCALAR 1 /* SERIES kind */

/* SERIES type and PARAM type. */
enum format_value {
  FORMAT_VALUE_FLOAT = 0,
  FORMAT_VALUE_INTEGER = 1,
  FORMAT_VALUE_BOOL = 2,
  FORMAT_VALUE_TEXT = 3
};

enum format_status {
  FORMAT_STATUS_COMPLETED = 1,
  FORMAT_STATUS_FAILED = 2,
  FORMAT_STATUS_CANCELED = 3
};

enum format_dirty { FORMAT_DIRTY_UNKNOWN = 0, FORMAT_DIRTY_CLEAN = 1, FORMAT_DIRTY_DIRTY = 2 };

/* ---- 4.4: batches */

#define FORMAT_NO_STEP INT64_MIN

enum format_batch {
  FORMAT_BATCH_LIST = 2,
  FORMAT_BATCH_ROW = 3,
  FORMAT_BATCH_TABLE = 4,
  FORMAT_BATCH_CLASSIFICATION = 5,
  FORMAT_BATCH_REGRESSION = 6,
  FORMAT_BATCH_IMPORTANCE = 7
};

/* Type of a column of a batch. */
enum format_column {
  FORMAT_COLUMN_FLOAT64 = 0,
  FORMAT_COLUMN_FLOAT32 = 1,
  FORMAT_COLUMN_INTEGER = 2,
  FORMAT_COLUMN_BOOL = 3,
  FORMAT_COLUMN_TEXT = 4
};

/* ---- 5: columns */

#define FORMAT_COLUMN_HEAD_SIZE 8

enum format_codec {
  FORMAT_CODEC_RAW = 0,
  FORMAT_CODEC_LINEAR = 1,
  FORMAT_CODEC_PLANES = 2,
  FORMAT_CODEC_TEXT = 3
};

enum format_word {
  FORMAT_WORD_I64 = 0,
  FORMAT_WORD_F64 = 1,
  FORMAT_WORD_F32 = 2,
  FORMAT_WORD_DECIMAL = 3
};

enum format_predictor {
  FORMAT_PREDICTOR_NONE = 0,
  FORMAT_PREDICTOR_DELTA = 1,
  FORMAT_PREDICTOR_DELTA2 = 2
};

enum format_plane { FORMAT_PLANE_CONST = 0, FORMAT_PLANE_RAW = 1, FORMAT_PLANE_DEFLATE = 2 };

#define FORMAT_EXPONENT_MAX 9
#define FORMAT_TEXT_MISSING UINT32_C(0xFFFFFFFF)

/* ---- 6: blocks */

#define FORMAT_BLOCK_HEADER_SIZE 64
#define FORMAT_ENTRY_SIZE 152
#define FORMAT_CHUNK_EXACT_F32 0x01                  /* entry flags, bit 0 */
#define FORMAT_CHUNK_INTEGER 0x02                    /* entry flags, bit 1: values are i64 */
#define FORMAT_NO_INDEX UINT32_C(0xFFFFFFFF)         /* first_nan, min_at, max_at: there is none */
#define FORMAT_NAN_BITS UINT64_C(0x7FF8000000000000) /* min and max of no finite value */

/* ---- 7: index, footer, trailer */

#define FORMAT_INDEX_HEADER_SIZE 40
#define FORMAT_INDEX_FRAME_SIZE 32
#define FORMAT_INDEX_CHUNK_SIZE 160
#define FORMAT_INDEX_EVERY_BLOCKS 64
#define FORMAT_INDEX_EVERY_BYTES UINT64_C(16777216)
#define FORMAT_FOOTER_HEADER_SIZE 64
#define FORMAT_TOTALS_SIZE 128
#define FORMAT_TRAILER_SIZE 64

/* ---- 8: the live file */

#define FORMAT_LIVE_HEADER_SIZE 4096
#define FORMAT_LIVE_SIGN_OF_LIFE 512 /* offset of the advisory i64 time_ns */
#define FORMAT_SEGMENT_HEADER_SIZE 64
#define FORMAT_LIVE_RECORD_MIN 16 /* bytes: two units of 8 */

enum format_live {
  FORMAT_LIVE_SCALAR = 1,
  FORMAT_LIVE_ROW = 2,
  FORMAT_LIVE_TIME = 3,
  FORMAT_LIVE_RECORD = 4
};

/* ---- 11: limits.  A structure beyond one is damaged. */

#define FORMAT_STORED_MAX UINT32_C(16777216)   /* stored_len of a frame */
#define FORMAT_RAW_MAX UINT32_C(67108864)      /* raw_len of a deflated frame */
#define FORMAT_COLUMN_MAX UINT32_C(16777216)   /* n of a column */
#define FORMAT_TEXT_RAW_MAX UINT32_C(67108864) /* text of a column, raw */
#define FORMAT_RECORDS_MAX UINT32_C(67108864)  /* records section of a block, raw */
#define FORMAT_STR_MAX UINT32_C(16777216)
#define FORMAT_BATCH_COLUMNS_MAX UINT32_C(65536)
#define FORMAT_FILE_HEADER_MAX 4096
#define FORMAT_FRAME_HEADER_MAX 1024
#define FORMAT_LIVE_RECORD_MAX UINT32_C(524280)
#define FORMAT_SEGMENT_MIN UINT32_C(4096)
#define FORMAT_SEGMENT_MAX UINT32_C(67108864)
#define FORMAT_SEGMENTS_MAX 16

#endif
