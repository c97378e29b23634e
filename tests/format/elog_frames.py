"""The frames of an epochlog main log, found by scanning or as its footer tells them: FORMAT.md,
sections 3, 7 and 9."""

import struct

from elog_codec import MAX_RAW, Cursor, Damaged, crc32c, inflate, round_up_8

TRAILER_MAGIC = bytes.fromhex("89454C4F540D0A0A")
FRAME_HEADER, TRAILER = 40, 64
SYNC = struct.pack("<I", 0x6D52F0C9)
RUN, BLOCK, RECORDS, INDEX, FOOTER, PAD = 0x01, 0x02, 0x03, 0x04, 0x05, 0x80
MAX_STORED = 16 << 20


# -- frames --------------------------------------------------------------------------------------


class Frame:
    """A valid frame header and where its parts stand."""

    def __init__(self, data, offset, fields):
        self.data, self.offset = data, offset
        (_, self.type, self.flags, header_len, _, self.frame_no, self.stored_len, self.raw_len,
         self.payload_crc, _) = fields
        self.body = offset + header_len
        self.end = round_up_8(self.body + self.stored_len)

    def whole(self):
        return self.end <= len(self.data)

    def payload(self):
        """The payload, inflated; None if it is damaged."""
        stored = self.data[self.body : self.body + self.stored_len]
        if crc32c(stored) != self.payload_crc:
            return None
        if not self.flags & 1:
            return stored
        try:
            return inflate(stored, self.raw_len)
        except Damaged:
            return None


def frame_at(data, p, uuid):
    """The frame whose header stands at p, or None if no valid header does."""
    if data[p : p + 4] != SYNC or p + FRAME_HEADER > len(data):
        return None
    fields = struct.unpack_from("<IBBHQQIIII", data, p)
    _, kind, flags, header_len, self_offset, _, stored_len, raw_len, _, header_crc = fields
    if self_offset != p or kind == 0 or stored_len > MAX_STORED:
        return None
    if not 40 <= header_len <= 1024 or header_len % 8 or p + header_len > len(data):
        return None
    if flags & 1 and raw_len > MAX_RAW:
        return None
    if crc32c(uuid + data[p : p + 36] + data[p + 40 : p + header_len]) != header_crc:
        return None
    return Frame(data, p, fields)


def next_frame(data, p, uuid):
    """The first valid header at p or a multiple of 8 after it."""
    while True:
        p = data.find(SYNC, p)
        if p < 0:
            return None
        if p % 8 == 0:
            frame = frame_at(data, p, uuid)
            if frame:
                return frame
        p += 1


def scan(data, start, uuid):
    """All frames by scanning, and the ranges that are none."""
    frames, skipped = [], []
    p = start
    while p < len(data):
        frame = frame_at(data, p, uuid)
        if len(data) - p < FRAME_HEADER or frame and not frame.whole():
            skipped.append((p, len(data), "cut"))
            break
        if not frame and not any(data[p:]):
            skipped.append((p, len(data), "zeros"))
            break
        if not frame:
            frame = next_frame(data, p, uuid)
            there = frame.offset if frame else len(data)
            skipped.append((p, there, "gap" if frame else "torn"))
            p = there
            continue
        frames.append(frame)
        p = frame.end
    return frames, skipped


# -- the footer's way ----------------------------------------------------------------------------


def by_footer(data, start, uuid):
    """All frames as the footer and the indexes tell them; None where these do not hold together."""
    try:
        return _told_frames(data, start, uuid)
    except Damaged:
        return None


def _told_frames(data, start, uuid):
    footer, last_index = _footer(data, uuid)
    frames, upper = [footer], footer.offset
    at = last_index
    while at:
        index = _frame(data, at, uuid, INDEX)
        if index.end != upper:
            raise Damaged("frames between the index and what follows")
        told, covers_from, at = _index(data, index, uuid)
        frames = told + [index] + frames
        upper = covers_from
    if upper != start:
        raise Damaged("the indexes do not begin at the first frame")
    return frames


def _frame(data, offset, uuid, kind):
    frame = frame_at(data, offset, uuid)
    if not frame or frame.type != kind or not frame.whole():
        raise Damaged("no such frame")
    return frame


def _footer(data, uuid):
    t = Cursor(data[-TRAILER:])
    magic, offset, file_len, its_uuid, stored_len, _, _, crc = t.unpack("8sQQ16sIIQI")
    if magic != TRAILER_MAGIC or crc != crc32c(t.data[:56]):
        raise Damaged("no trailer")
    if its_uuid != uuid or file_len != len(data):
        raise Damaged("trailer of another file")
    footer = _frame(data, offset, uuid, FOOTER)
    payload = footer.payload()
    if payload is None or footer.flags & 1 or footer.stored_len != stored_len:
        raise Damaged("footer")
    if footer.end != len(data):
        raise Damaged("footer is not the last frame")
    _header_len, _totals_len, _, last_index = Cursor(payload).unpack("HHIQ")
    if not 0 < last_index < footer.offset:
        raise Damaged("offset of the last index")
    return footer, last_index


def _index(data, index, uuid):
    """The frames that an INDEX tells, the offset of the first, and that of the INDEX before."""
    payload = index.payload()
    if payload is None:
        raise Damaged("payload of an index")
    c = Cursor(payload)
    header_len, entry_len, chunk_len, _, prev, covers_from, covers_to = c.unpack("HHHHQQQ")
    frame_count, _chunk_count = c.unpack("II")
    if header_len < 40 or entry_len < 32 or chunk_len < 160:
        raise Damaged("lengths in an index")
    if covers_to != index.offset or prev >= index.offset:
        raise Damaged("offsets in an index")
    c = Cursor(payload, header_len)
    frames, at = [], covers_from
    for _ in range(c.count(frame_count, entry_len)):
        entry = Cursor(c.take(entry_len))
        offset, total_len, kind = entry.unpack("QIB")
        frame = _frame(data, offset, uuid, kind)
        if offset != at or frame.end - offset != total_len:
            raise Damaged("frames that do not follow one another")
        frames.append(frame)
        at = frame.end
    if at != covers_to:
        raise Damaged("frames that the index does not tell")
    return frames, covers_from, prev
