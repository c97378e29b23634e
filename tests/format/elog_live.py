"""The live file of the epochlog format: FORMAT.md, section 8."""

import struct

from elog_codec import Cursor, Damaged, Unknown, crc32c, round_up_8

MAGIC = bytes.fromhex("89454C4F520D0A0A")
HEADER_LEN = 4096
SEGMENT_HEADER, SEGMENT_CHECKED = 64, 36
SCALAR, ROW, TIME, RECORD = 1, 2, 3, 4


READINGS = 5


class Live:
    """The header of a live file and what its segments held when they were read; changing: segments
    came into use during each reading."""

    def __init__(self, uuid, segments, changing=False):
        self.uuid, self.segments, self.changing = uuid, segments, changing


def read(file):
    """The Live of an open file; None if it holds none that can be told from rubbish."""
    try:
        uuid, header_len, count, size = _header(file.read(HEADER_LEN))
        return Live(uuid, *_segments(file, header_len, count, size))
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


def _segments(file, header_len, count, size):
    """The bytes of all segments, and whether one came into use meanwhile, every time."""
    offsets = [header_len + i * size for i in range(count)]
    for _ in range(READINGS):
        before = [_bytes(file, offset, SEGMENT_CHECKED) for offset in offsets]
        segments = [_bytes(file, offset, size) for offset in offsets]
        after = [_bytes(file, offset, SEGMENT_CHECKED) for offset in offsets]
        if before == after == [segment[:SEGMENT_CHECKED] for segment in segments]:
            return segments, False
    return segments, True


def _bytes(file, offset, size):
    file.seek(offset)
    return file.read(size)


def published(live, last_seq):
    """The live records behind last_seq (-1: all) as (number, type, base time_ns, payload), oldest first."""
    found = {}
    for segment in live.segments:
        for item in _records(segment):
            found.setdefault(item[0], item)
    items = [found[seq] for seq in sorted(found) if seq > last_seq]
    return _following(items, last_seq) if live.changing else items


def _following(items, last_seq):
    """What came before the first missing number: the rest was not there yet when that was."""
    for i, item in enumerate(items):
        before = items[i - 1][0] if i else last_seq
        if before >= 0 and item[0] != before + 1:
            return items[:i]
    return items


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
