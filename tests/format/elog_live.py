"""The live file of the epochlog format: FORMAT.md, section 8."""

import struct

from elog_codec import Cursor, Damaged, Unknown, crc32c, round_up_8

MAGIC = bytes.fromhex("89454C4F520D0A0A")
HEADER_LEN = 4096
SEGMENT_HEADER = 64
SCALAR, ROW, TIME, RECORD = 1, 2, 3, 4


class Live:
    """The header of a live file and what its segments held when they were read."""

    def __init__(self, uuid, segments):
        self.uuid = uuid
        self.segments = segments


def read(file):
    """The Live of an open file; None if it holds none that can be told from rubbish."""
    try:
        uuid, header_len, count, size = _header(file.read(HEADER_LEN))
        return Live(uuid, [_segment(file, header_len + i * size, size) for i in range(count)])
    except Damaged:
        return None


def _header(data):
    c = Cursor(data)
    if c.take(8) != MAGIC:
        raise Damaged("magic")
    major, header_len, count, size, _flags, incompat = c.unpack("HHIIIQ")
    uuid = c.take(16)
    if c.u32() != crc32c(data[:48]):
        raise Damaged("checksum")
    if major != 1 or incompat or header_len < 64 or header_len % 8:
        raise Damaged("not of this version")
    if not 1 <= count <= 16 or not 4096 <= size <= 64 << 20 or size % 8:
        raise Damaged("size beyond the limits")
    return uuid, header_len, count, size


def _segment(file, offset, size):
    """A segment's bytes, with the same header before and after, if three attempts give that."""
    for _ in range(3):
        file.seek(offset)
        data = file.read(size)
        file.seek(offset)
        if file.read(SEGMENT_HEADER) == data[:SEGMENT_HEADER]:
            break
    return data


def published(live):
    """Every live record as (sequence number, type, base time_ns, payload), oldest first."""
    found = {}
    for segment in live.segments:
        for item in _records(segment):
            found.setdefault(item[0], item)
    return [found[seq] for seq in sorted(found)]


def _records(segment):
    if len(segment) < SEGMENT_HEADER:
        return
    generation, seq, base, _mono, crc = struct.unpack_from("<QQqqI", segment)
    if generation == 0 or crc != crc32c(segment[:32]):
        return
    at = SEGMENT_HEADER
    while at + 8 <= len(segment):
        crc, units, kind, low_bits = struct.unpack_from("<IHBB", segment, at)
        end = at + 8 * units
        if units < 2 or end > len(segment) or low_bits != generation & 0xFF:
            return
        if crc != crc32c(segment[:8] + segment[at + 4 : end]):
            return
        payload = segment[at + 8 : end]
        if kind == TIME:
            base = struct.unpack_from("<q", payload)[0]
        yield seq, kind, base, payload
        seq, at = seq + 1, end


def points(kind, base, payload):
    """The points of a SCALAR or ROW: (series, step, time_us, 8 bytes of value)."""
    c = Cursor(payload)
    if kind == SCALAR:
        series, dt_us, step = c.unpack("Iiq")
        return [(series, step, base // 1000 + dt_us, c.take(8))]
    if kind == ROW:
        step, dt_us, count, _reserved = c.unpack("qiHH")
        ids = c.unpack("%dI" % c.count(count, 12))
        c.take(round_up_8(c.at) - c.at)
        return [(series, step, base // 1000 + dt_us, c.take(8)) for series in ids]
    raise Unknown("type of a live record")
