"""The primitives of the epochlog format and its columns: FORMAT.md, sections 2, 5 and 11.

Written from the specification alone, with nothing but the standard library. Whatever does not hold
together raises Damaged; what a later version may have added raises Unknown. Nothing else is raised.
"""

import struct
import zlib

MAX_STR = 16 << 20
MAX_RAW = 64 << 20
MAX_COLUMN = 16777216

MISSING_TEXT = 0xFFFFFFFF


class Damaged(Exception):
    """A structure that contradicts itself, its container or a limit."""


class Unknown(Exception):
    """A structure that is whole, but of a kind that version 1 does not know."""


# -- primitives ----------------------------------------------------------------------------------


def _crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return tuple(table)


_CRC = _crc_table()


def crc32c(data):
    crc, table = 0xFFFFFFFF, _CRC
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def round_up_8(n):
    return (n + 7) & ~7


def inflate(stored, raw_len):
    """The raw_len bytes that one raw deflate stream gives, no more and no fewer."""
    if raw_len > MAX_RAW:
        raise Damaged("inflated length beyond the limit")
    stream = zlib.decompressobj(-15)
    try:
        raw = stream.decompress(stored, raw_len + 1)
    except zlib.error:
        raise Damaged("not a deflate stream") from None
    if len(raw) != raw_len or not stream.eof or stream.unused_data:
        raise Damaged("deflate stream of another length")
    return raw


def text(data):
    """UTF-8, with U+FFFD for each byte that is none."""
    decoded = data.decode("utf-8", "surrogateescape")
    return "".join("\ufffd" if 0xDC80 <= ord(c) <= 0xDCFF else c for c in decoded)


class Cursor:
    """Reads forward through a piece of memory and never past its end."""

    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def left(self):
        return len(self.data) - self.at

    def take(self, length):
        if length > self.left():
            raise Damaged("runs past its container")
        self.at += length
        return self.data[self.at - length : self.at]

    def unpack(self, layout):
        layout = "<" + layout
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def u8(self):
        return self.unpack("B")[0]

    def u16(self):
        return self.unpack("H")[0]

    def u32(self):
        return self.unpack("I")[0]

    def u64(self):
        return self.unpack("Q")[0]

    def i32(self):
        return self.unpack("i")[0]

    def i64(self):
        return self.unpack("q")[0]

    def f64(self):
        return self.unpack("d")[0]

    def str(self):
        length = self.u32()
        if length > MAX_STR:
            raise Damaged("str beyond the limit")
        return text(self.take(length))

    def count(self, count, least):
        """Checks a count against the bytes that its elements need at least."""
        if count * least > self.left():
            raise Damaged("more elements than fit")
        return count

    def end(self):
        if self.left():
            raise Damaged("bytes behind the last field")


# -- columns -------------------------------------------------------------------------------------

RAW, LINEAR, PLANES, TEXT = range(4)
I64, F64, F32, DECIMAL = range(4)
NONE, DELTA, DELTA_OF_DELTA = range(3)
CONST, PLANE_RAW, PLANE_DEFLATE = range(3)

# What the values of a column are.
INTEGERS, FLOATS, TEXTS = "integers", "floats", "texts"


def column(cursor, n_expected, holds):
    """Decodes the column at the cursor, which must have n_expected values of the kind holds."""
    codec, word, predictor, exponent, n = cursor.unpack("BBBBI")
    if codec > TEXT or word > DECIMAL or predictor > DELTA_OF_DELTA:
        raise Unknown("codec, word or predictor")
    if n > MAX_COLUMN or n != n_expected:
        raise Damaged("column of another length")
    if exponent > (9 if word == DECIMAL else 0):
        raise Damaged("exponent")
    if codec != PLANES and (predictor != NONE or word > (F64 if codec == RAW else I64)):
        raise Damaged("word or predictor that this codec does not have")
    if holds != (TEXTS if codec == TEXT else INTEGERS if word == I64 else FLOATS):
        raise Damaged("column of another kind")
    if codec == PLANES:
        return _planes(cursor, word, predictor, exponent, n)
    if codec == RAW:
        return list(cursor.unpack("%d%s" % (cursor.count(n, 8), "q" if word == I64 else "d")))
    if codec == LINEAR:
        return _linear(cursor, n)
    return _texts(cursor, n)


def whole_column(data, n_expected, holds):
    """The column that fills all of data."""
    cursor = Cursor(data)
    values = column(cursor, n_expected, holds)
    cursor.end()
    return values


def integers(cursor, n_expected):
    """A column of integers: steps, times, row indices."""
    return column(cursor, n_expected, INTEGERS)


def _linear(cursor, n):
    first, stride = cursor.unpack("qq")
    return [_signed(first + i * stride) for i in range(n)]


def _signed(word):
    """The i64 of a number modulo 2^64."""
    return (word + (1 << 63)) % (1 << 64) - (1 << 63)


def _texts(cursor, n):
    raw_len, stored_len = cursor.u32(), cursor.u32()
    if raw_len > MAX_RAW or stored_len > raw_len:
        raise Damaged("length of a text column")
    raw = cursor.take(stored_len)
    if stored_len < raw_len:
        raw = inflate(raw, raw_len)
    cells = Cursor(raw)
    cells.count(n, 4)
    lengths = cells.unpack("%dI" % n)
    values = [None if length == MISSING_TEXT else text(cells.take(length)) for length in lengths]
    cells.end()
    return values


def _planes(cursor, word, predictor, exponent, n):
    exceptions = _exceptions(cursor, word, n)
    width = 4 if word == F32 else 8
    top = 1 << (8 * width)
    seeds = [cursor.u64() for _ in range(min(n, predictor))]
    if any(seed >= top for seed in seeds):
        raise Damaged("seed")
    words = _undo(_residuals(cursor, width, n - len(seeds)), seeds, word, predictor, top)
    for index, _ in exceptions:
        words[index] = 0  # not used: its value follows
    values = _values(words, word, exponent, top)
    for index, value in exceptions:
        values[index] = value
    return values


def _exceptions(cursor, word, n):
    count = cursor.count(cursor.u32(), 12)
    if count and word != DECIMAL:
        raise Damaged("exceptions where there are none")
    exceptions = [cursor.unpack("Id") for _ in range(count)]
    before = -1
    for index, _ in exceptions:
        if not before < index < n:
            raise Damaged("index of an exception")
        before = index
    return exceptions


def _residuals(cursor, width, m):
    """The planes, most significant byte first, put together."""
    if m == 0:
        return []
    together = bytearray(width * m)
    for k in range(width):
        together[k::width] = _plane(cursor, m)
    return list(struct.unpack(">%d%s" % (m, "I" if width == 4 else "Q"), together))


def _plane(cursor, m):
    mode = cursor.u8()
    if mode == CONST:
        return cursor.take(1) * m
    if mode == PLANE_RAW:
        return cursor.take(m)
    if mode == PLANE_DEFLATE:
        return inflate(cursor.take(cursor.u32()), m)
    raise Unknown("mode of a plane")


def _unzigzag(r):
    return r >> 1 ^ -(r & 1)


def _undo(residuals, seeds, word, predictor, top):
    """The words 0 .. 2^W-1 from residuals and seeds."""
    if predictor == NONE:
        if word in (F64, F32):
            return residuals
        return [_unzigzag(r) % top for r in residuals]
    words = list(seeds)
    if not residuals:
        return words
    last = words[-1]
    difference = last - words[0] if predictor == DELTA_OF_DELTA else 0
    for r in residuals:
        if predictor == DELTA:
            difference = _unzigzag(r)
        else:
            difference += _unzigzag(r)
        last = (last + difference) % top
        words.append(last)
    return words


def _values(words, word, exponent, top):
    if word == I64:
        return [_signed(w) for w in words]
    if word == DECIMAL:
        power, signed = float(10**exponent), [_signed(w) for w in words]
        if any(abs(m) >= 1 << 53 for m in signed):
            raise Damaged("decimal that no f64 holds exactly")
        return [float(m) / power for m in signed]
    half = top >> 1
    bits = [w ^ half if w & half else w ^ (top - 1) for w in words]
    n = len(bits)
    if word == F32:
        return list(struct.unpack("<%df" % n, struct.pack("<%dI" % n, *bits)))
    return list(struct.unpack("<%dd" % n, struct.pack("<%dQ" % n, *bits)))
