"""Numbers, strings, deflate and columns as bytes: the lowest part of the vectors' writer."""

import math
import struct

UUID = bytes.fromhex("c0ffee00112233445566778899aabbcc")
OTHER_UUID = bytes.fromhex("0badcafe0badcafe0badcafe0badcafe")
T0 = 1_790_000_000_000_000_000  # ns; all times of the vectors count from here
T0_US = T0 // 1000

SYNC = 0x6D52F0C9
RUN, BLOCK, RECORDS, INDEX, FOOTER, PAD = 1, 2, 3, 4, 5, 0x80
NO_STEP = -(2**63)
NAN_BITS = 0x7FF8000000000000
NO_INDEX = 0xFFFFFFFF

TYPES = {"float": 0, "integer": 1, "bool": 2, "text": 3}
GOALS = {"none": 0, "minimize": 1, "maximize": 2}



# -- primitives ----------------------------------------------------------------------------------


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82F63B78 * (crc & 1)
    return crc ^ 0xFFFFFFFF


def pack(layout, *values):
    return struct.pack("<" + layout, *values)


def string(value):
    data = value if isinstance(value, bytes) else value.encode()
    return pack("I", len(data)) + data


def padded(data):
    return data + bytes(-len(data) % 8)


def zigzag(x, bits):
    """Of a two's complement number given modulo 2^bits."""
    x %= 1 << bits
    sign = x >> (bits - 1)
    return (x << 1) % (1 << bits) ^ (sign and (1 << bits) - 1)


class Bits:
    """Bits in the order of deflate: fields from the low bit, codes from the high one."""

    def __init__(self):
        self.value, self.count = 0, 0

    def field(self, value, width):
        self.value |= value << self.count
        self.count += width

    def code(self, code, width):
        for i in reversed(range(width)):
            self.field(code >> i & 1, 1)

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, "little")


LENGTHS = [(3 + i, 0) for i in range(8)]
LENGTHS += [((4 + i % 4 << 1 + i // 4) + 3, 1 + i // 4) for i in range(20)]
LENGTHS += [(258, 0)]
DISTANCES = [(1 + i, 0) for i in range(4)]
DISTANCES += [((2 + i % 2 << 1 + i // 2) + 1, 1 + i // 2) for i in range(26)]


def deflate(data):
    """One block of fixed Huffman codes, greedy matches."""
    out, seen, at = Bits(), {}, 0
    out.field(1, 1)
    out.field(1, 2)
    while at < len(data):
        start = seen.get(data[at : at + 3])
        length = _match(data, start, at) if start is not None else 0
        if length >= 3:
            _put(out, LENGTHS, length, lambda i: _symbol(out, 257 + i))
            _put(out, DISTANCES, at - start, lambda i: out.code(i, 5))
        else:
            length = 1
            _symbol(out, data[at])
        for i in range(at, at + length):
            seen[data[i : i + 3]] = i
        at += length
    _symbol(out, 256)
    return out.bytes()


def _match(data, start, at):
    length = 0
    while length < 258 and at + length < len(data) and data[start + length] == data[at + length]:
        length += 1
    return length if at - start <= 32768 else 0


def _put(out, table, value, put_symbol):
    i = max(i for i, (base, _) in enumerate(table) if base <= value)
    put_symbol(i)
    out.field(value - table[i][0], table[i][1])


def _symbol(out, symbol):
    if symbol < 144:
        out.code(0x30 + symbol, 8)
    elif symbol < 256:
        out.code(0x190 + symbol - 144, 9)
    elif symbol < 280:
        out.code(symbol - 256, 7)
    else:
        out.code(0xC0 + symbol - 280, 8)


# -- columns -------------------------------------------------------------------------------------


def f64_bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def from_bits(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def f32(value):
    """The nearest float32, widened."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def raw_i64(values):
    return pack("BBBBI", 0, 0, 0, 0, len(values)) + pack("%dq" % len(values), *values)


def raw_f64(values):
    return pack("BBBBI", 0, 1, 0, 0, len(values)) + pack("%dd" % len(values), *values)


def linear(values):
    first = values[0] if values else 0
    stride = (values[1] - first + 2**63) % 2**64 - 2**63 if len(values) > 1 else 0
    for i, value in enumerate(values):
        assert (first + i * stride - value) % 2**64 == 0, "not linear"
    return pack("BBBBIqq", 1, 0, 0, 0, len(values), first, stride)


def texts(values, stored=None):
    """stored: None the shorter way, "raw" or "deflate"."""
    raw = b"".join(pack("I", NO_INDEX if v is None else len(v.encode())) for v in values)
    raw += b"".join(v.encode() for v in values if v is not None)
    small = deflate(raw)
    if stored == "raw" or stored is None and len(small) >= len(raw):
        small = raw
    assert len(small) < len(raw) or small == raw
    return pack("BBBBI", 3, 0, 0, 0, len(values)) + pack("II", len(raw), len(small)) + small


WORDS = {"i64": 0, "f64": 1, "f32": 2, "decimal": 3}
PREDICTORS = {"none": 0, "delta": 1, "delta of delta": 2}


def planes(word, predictor="delta", exponent=0, modes=None):
    """A coder of columns; modes: one of c, r, d for each plane, or None for the smallest."""

    def coder(values):
        return _planes(values, word, PREDICTORS[predictor], exponent, modes)

    return coder


def _planes(values, word, predictor, exponent, modes):
    width = 4 if word == "f32" else 8
    top = 1 << 8 * width
    words, exceptions = _words(values, word, exponent)
    out = pack("BBBBI", 2, WORDS[word], predictor, exponent, len(values))
    out += pack("I", len(exceptions))
    out += b"".join(pack("IQ", i, f64_bits(values[i])) for i in exceptions)
    out += b"".join(pack("Q", w) for w in words[:predictor])
    residuals = _residuals(words, word, predictor, 8 * width)
    if residuals:
        for k in range(width):
            plane = bytes(r % top >> 8 * (width - 1 - k) & 0xFF for r in residuals)
            out += _plane(plane, modes[k] if modes else None)
    return out


def _words(values, word, exponent):
    if word == "i64":
        return [v % 2**64 for v in values], []
    if word == "f64":
        bits = [f64_bits(v) for v in values]
        return [b ^ (2**64 - 1) if b >> 63 else b | 1 << 63 for b in bits], []
    if word == "f32":
        bits = [struct.unpack("<I", struct.pack("<f", v))[0] for v in values]
        return [b ^ (2**32 - 1) if b >> 31 else b | 1 << 31 for b in bits], []
    words, exceptions = [], []
    for i, value in enumerate(values):
        m = _decimal(value, exponent)
        if m is None:
            exceptions.append(i)
            words.append(words[-1] if words else 0)
        else:
            words.append(m % 2**64)
    return words, exceptions


def _decimal(value, exponent):
    if not math.isfinite(value):
        return None
    m = round(value * 10**exponent)
    same = abs(m) < 2**53 and f64_bits(float(m) / float(10**exponent)) == f64_bits(value)
    return m if same else None


def _residuals(words, word, predictor, bits):
    if predictor == 0:
        return [zigzag(w, bits) for w in words] if word in ("i64", "decimal") else words
    differences = [b - a for a, b in zip(words, words[1:])]
    if predictor == 2:
        differences = [b - a for a, b in zip(differences, differences[1:])]
    return [zigzag(d, bits) for d in differences]


def _plane(plane, mode):
    small = deflate(plane)
    if mode == "c" or mode is None and len(set(plane)) == 1:
        assert len(set(plane)) == 1, "not constant"
        return pack("BB", 0, plane[0])
    if mode == "d" or mode is None and len(small) + 4 < len(plane):
        return pack("BI", 2, len(small)) + small
    return pack("B", 1) + plane
