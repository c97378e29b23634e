"""A small writer of the epochlog format for the test vectors, written from FORMAT.md alone.

It puts a file together byte by byte and keeps, beside each frame, what that frame tells a reader.
The expected decoding is put together from these notes and never by reading the file. It shares
nothing with the reader, and has its own deflate so that the bytes do not depend on the zlib at hand.
"""

import math
import struct

from maker_bytes import *  # the writer is one vocabulary in three files
from maker_records import *


# -- blocks --------------------------------------------------------------------------------------


class Chunk:
    """Points of one series: indices of rows, values, and the coder of the values."""

    def __init__(self, series, values, coder=None, rows=None, row_coder=None):
        self.series, self.values = series, values
        self.rows = list(range(len(values))) if rows is None else rows
        self.integers = not isinstance(values[0], float)
        default = planes("i64") if self.integers else planes("f64")
        self.value_column = (coder or default)(values)
        self.row_column = (row_coder or _integers)(self.rows)

    def entry(self, data_at, table):
        """The directory entry, for columns that stand at data_at."""
        values = [int(v) if self.integers else v for v in self.values]
        finite = [(v, i) for i, v in enumerate(values) if self.integers or math.isfinite(v)]
        smallest = min(finite, key=lambda vi: vi[0], default=(None, NO_INDEX))
        greatest = max(finite, key=lambda vi: vi[0], default=(None, NO_INDEX))
        nans = [i for i, v in enumerate(values) if v != v]
        narrow = not self.integers and all(_is_f32(v) for v in values)
        steps = [table[r][0] for r in self.rows]
        times = [table[r][1] for r in self.rows]
        floats = [float(v) for v, _ in finite]
        out = pack("IIIIII", self.series, len(values), data_at, len(self.row_column),
                   data_at + len(self.row_column), len(self.value_column))
        out += pack("II", crc32c(self.row_column + self.value_column), narrow | self.integers << 1)
        out += pack("IIIIII", len(nans), values.count(math.inf), values.count(-math.inf),
                    nans[0] if nans else NO_INDEX, smallest[1], greatest[1])
        out += b"".join(map(self.bits, (values[0], values[-1], smallest[0], greatest[0])))
        out += pack("dd", added(floats), added(v * v for v in floats))
        out += pack("qqqq", steps[0], steps[-1], min(steps), max(steps))
        return out + pack("qq", min(times), max(times))

    def bits(self, value):
        if value is None:
            return pack("Q", NAN_BITS)
        return pack("q" if self.integers else "d", value)


def added(values):
    """The sum, added in order. (sum() rounds differently from Python 3.12 on.)"""
    total = 0.0
    for value in values:
        total += value
    return total


def _is_f32(value):
    try:
        return f64_bits(f32(value)) == f64_bits(value)
    except OverflowError:
        return False


def _integers(values):
    """Row indices, steps and times: linear where they are, else planes."""
    strides = {b - a for a, b in zip(values, values[1:])}
    return linear(values) if len(strides) < 2 else planes("i64", "delta")(values)


def sparse_section(points, series_types):
    """points: (series, row, value)."""
    if not points:
        return b""
    bits = [v if series_types.get(s) in ("integer", "bool") else
            struct.unpack("<q", struct.pack("<d", v))[0] for s, _, v in points]
    columns = ([s for s, _, _ in points], [r for _, r, _ in points], bits)
    return b"".join(_integers([int(v) for v in column]) for column in columns)


def series_section(series):
    return b"".join(pack("I", len(s.body)) + s.body for s in series)


# -- the main log --------------------------------------------------------------------------------


class Made:
    """A frame as it was made: where it stands and what it tells."""

    def __init__(self, offset, type, header_len, stored_len, end, tells, payload, last_seq=0,
                 entries=()):
        self.offset, self.type, self.tells, self.payload = offset, type, tells, payload
        self.body, self.end = offset + header_len, end
        self.payload_end = self.body + stored_len
        self.last_seq, self.entries = last_seq, entries


class Log:
    """A main log that grows frame by frame."""

    def __init__(self, uuid=UUID, major=1, header_len=64, compat=0, incompat=0, ro_compat=0,
                 frame_header_len=40, reserved=0):
        header = bytes.fromhex("89454C4F470D0A0A")
        header += pack("HHIQQQ", major, header_len, reserved, compat, incompat, ro_compat) + uuid
        header += pack("II", crc32c(header), reserved)
        self.data = bytearray(header + b"\xEE" * (header_len - 64))
        self.uuid, self.start, self.frame_header_len = uuid, header_len, frame_header_len
        self.reserved = reserved
        self.frames = []
        self.frame_no = self.seq = self.indexed = self.prev_index = 0

    # -- frames

    def frame(self, type, payload, tells=(), deflated=False, flags=0, raw_len=0, **more):
        offset, header_len = len(self.data), self.frame_header_len
        stored = payload
        if deflated:
            stored, flags, raw_len = deflate(payload), flags | 1, len(payload)
        head = pack("IBBHQQIII", SYNC, type, flags, header_len, offset, self.frame_no,
                    len(stored), raw_len, crc32c(stored))
        extra = b"\xAB" * (header_len - 40)
        head += pack("I", crc32c(self.uuid + head + extra)) + extra
        self.data += padded(head + stored)
        self.frame_no += 1
        made = Made(offset, type, header_len, len(stored), len(self.data), list(tells), payload, **more)
        self.frames.append(made)
        return made

    def run(self, extra=b"", deflated=False, **fields):
        body, json = run_body(**fields)
        self.run_record = Rec(0x01, "RUN", json["start_time_ns"], body)
        return self.frame(RUN, body + extra, [("run", json)], deflated)

    def records(self, *records, deflated=False, tail=b""):
        payload = pack("Q", self.seq) + b"".join(r.bytes() for r in records) + tail
        return self.frame(RECORDS, payload, _tells_of(records), deflated)

    def block(self, series=(), rows=(), chunks=(), sparse=(), records=(), deflated=False,
              records_deflated=False, header_len=64, entry_len=152, spoil=None, spoil_sparse=None,
              spoil_payload=None):
        """spoil(data section) may change the columns behind the directory's back; spoil_sparse is
        put in the place of the sparse section's column of row indices, of the same length;
        spoil_payload(payload) may change anything."""
        data, entries = b"", []
        for chunk in chunks:
            entries.append(chunk.entry(len(data), rows) + b"\xCD" * (entry_len - 152))
            data += chunk.row_column + chunk.value_column
        data = spoil(data) if spoil else data
        types = {s.id: s.type for s in series}
        sections = [
            series_section(series),
            _integers([s for s, _ in rows]) + _integers([t for _, t in rows]),
            b"".join(entries), data, sparse_section(sparse, types),
            b"".join(r.bytes() for r in records),
        ]
        if spoil_sparse:
            n = len(spoil_sparse)
            sections[4] = sections[4][:n] + spoil_sparse + sections[4][2 * n :]
        raw_len = 0
        if records_deflated:
            raw_len, sections[5] = len(sections[5]), deflate(sections[5])
        count = len(series) + len(rows) + len(records)
        first_seq, last_seq = self.seq, self.seq + count - 1
        self.seq += count
        payload = pack("HHIQQ", header_len, entry_len, self.reserved, first_seq, last_seq)
        payload += pack("8I", len(rows), len(chunks), *map(len, sections))
        payload += pack("II", raw_len, self.reserved)
        payload += b"\xBC" * (header_len - 64) + b"".join(map(padded, sections))
        payload = spoil_payload(payload) if spoil_payload else payload
        tells = [t for s in series for t in s.tells]
        tells += [("point", c.series, *rows[r], v) for c in chunks for r, v in zip(c.rows, c.values)]
        tells += [("point", s, *rows[r], v) for s, r, v in sparse]
        tells += _tells_of(records)
        return self.frame(BLOCK, payload, tells, deflated, last_seq=last_seq, entries=entries)

    # -- the end

    def index(self, deflated=True, header_len=40, frame_entry_len=32, chunk_extra=0):
        frames = [f for f in self.frames[self.indexed :] if f.type in (RUN, BLOCK, RECORDS)]
        start = self.frames[self.indexed].offset
        frame_entries, chunk_entries = b"", []
        for i, f in enumerate(frames):
            frame_entries += pack("QIBBHQII", f.offset, f.end - f.offset, f.type, 0, 0, f.last_seq,
                                  len(chunk_entries), len(f.entries))
            frame_entries += b"\xDE" * (frame_entry_len - 32)
            extra = b"\xEF" * chunk_extra
            chunk_entries += [pack("II", i, 0) + entry[:152] + extra for entry in f.entries]
        payload = pack("HHHHQQQII", header_len, frame_entry_len, 160 + chunk_extra, 0,
                       self.prev_index, start, len(self.data), len(frames), len(chunk_entries))
        payload += b"\xFA" * (header_len - 40) + frame_entries + b"".join(chunk_entries)
        self.prev_index = len(self.data)
        self.frame(INDEX, payload, deflated=deflated)
        self.indexed = len(self.frames)

    def footer(self, header_len=64, totals_len=128):
        tells = [tell for f in self.frames for tell in f.tells]
        bodies = {s.body: s for f in self.frames for s in self.series_of(f)}
        series = sorted(bodies.values(), key=lambda s: s.id)
        section, totals = series_section(series), b""
        for s in series:
            totals += _totals(s, tells, self.frames) + b"\x77" * (totals_len - 128)
        records = self.run_record.bytes() + b"".join(r.bytes() for r in self.current)
        offset = len(self.data)
        payload = pack("HHIQQQIIIIQQ", header_len, totals_len, 0, self.prev_index, self.seq,
                       self.frame_no, len(series), len(section), len(records), 0, 0, 0)
        payload += b"\x88" * (header_len - 64) + padded(section) + padded(totals) + padded(records)
        stored_len = len(payload) + 64
        end = offset + self.frame_header_len + stored_len
        trailer = bytes.fromhex("89454C4F540D0A0A") + pack("QQ", offset, end) + self.uuid
        trailer += pack("IIQ", stored_len, 0, 0)
        trailer += pack("II", crc32c(trailer), 0)
        kept = [("kept status",) for r in self.current if r.code == 0x0D]
        self.frame(FOOTER, payload + trailer, kept)

    current = ()  # the records that the footer repeats
    all_series = ()

    def series_of(self, frame):
        return [s for s in self.all_series if s.tells[0] in frame.tells]

    def finish(self, series=(), records=(), **options):
        """INDEX and FOOTER."""
        self.all_series, self.current = series, records
        self.index(**{k: v for k, v in options.items() if k != "footer"})
        self.footer(**options.get("footer", {}))

    def bytes(self):
        return bytes(self.data)

    def tells(self, without=()):
        return [tell for f in self.frames if f not in without for tell in f.tells]


def _tells_of(records):
    return [tell for record in records for tell in record.tells]


def _totals(series, tells, frames):
    points = [t[2:] for t in tells if t[0] == "point" and t[1] == series.id]
    points += [(t[3], t[1] // 1000, t[4]) for t in tells if t[0] == "text" and t[2] == series.id]
    chunks = sum(entry[:4] == pack("I", series.id) for f in frames for entry in f.entries)
    is_text, wide = series.type == "text", "d" if series.type == "float" else "q"
    values = [] if is_text else [v for _, _, v in points]
    finite = [v for v in values if math.isfinite(v)]
    out = pack("QQQQ", len(points), sum(v != v for v in values), values.count(math.inf),
               values.count(-math.inf))
    out += pack(wide, values[0]) + pack(wide, values[-1]) if values else bytes(16)
    if finite:
        out += pack(wide, min(finite)) + pack(wide, max(finite))
    else:
        out += pack("QQ", NAN_BITS, NAN_BITS)
    out += pack("d", added(map(float, finite)))
    steps = [s for s, _, _ in points] or [0]
    times = [t for _, t, _ in points] or [0]
    out += pack("qqqqqq", steps[0], steps[-1], min(steps), max(steps), times[0], times[-1])
    return out + pack("Q", chunks)


# -- the live file -------------------------------------------------------------------------------


class Segment:
    """A segment of a live file: records as (bytes behind the head, type, what they tell)."""

    def __init__(self, generation, first_seq, items, base=T0, rest=b""):
        self.generation, self.first_seq, self.items = generation, first_seq, items
        self.base, self.rest = base, rest

    def bytes(self, size):
        head = pack("QQqq", self.generation, self.first_seq, self.base, 12345)
        out = head + pack("I", crc32c(head)) + bytes(28)
        out += b"".join(live_record(self.generation, kind, payload) for kind, payload, _ in self.items)
        out += self.rest
        assert len(out) <= size
        return out + bytes(size - len(out))

    def tells(self, after=-1):
        return [t for i, item in enumerate(self.items) if self.first_seq + i > after for t in item[2]]


def live_record(generation, kind, payload):
    payload = padded(payload)
    checked = pack("HBB", (8 + len(payload)) // 8, kind, generation & 0xFF) + payload
    return pack("I", crc32c(pack("Q", generation) + checked)) + checked


def live_scalar(series, dt_us, step, value, base=T0):
    data = pack("Iiq", series, dt_us, step) + pack("d" if isinstance(value, float) else "q", value)
    return 1, data, [("point", series, step, base // 1000 + dt_us, value)]


def live_row(step, dt_us, values, base=T0):
    data = pack("qiHH", step, dt_us, len(values), 0)
    data += padded(pack("%dI" % len(values), *(s for s, _ in values)))
    data += b"".join(pack("d" if isinstance(v, float) else "q", v) for _, v in values)
    return 2, data, [("point", s, step, base // 1000 + dt_us, v) for s, v in values]


def live_time(time_ns):
    return 3, pack("q", time_ns), []


def live_rec(record):
    return 4, record.bytes(), record.tells


def live_file(segments, uuid=UUID, size=4096, major=1, incompat=0, header_len=4096):
    head = bytes.fromhex("89454C4F520D0A0A")
    head += pack("HHIIIQ", major, header_len, len(segments), size, 0, incompat) + uuid
    head += pack("I", crc32c(head))
    head += bytes(512 - len(head)) + pack("q", T0 + 5_000_000_000)
    head += bytes(header_len - len(head))
    return head + b"".join(s.bytes(size) if s else bytes(size) for s in segments)


# -- the expected decoding -----------------------------------------------------------------------


def expected(tells, damaged=False, skipped=(), missing=0, unknown=0, lost_types=None):
    """The JSON for what is told; lost_types: types of series whose record is lost."""
    series, points = {}, {}
    texts_ = sorted((t for t in tells if t[0] == "text"), key=lambda t: t[1])
    for tell in tells:
        if tell[0] == "series":
            series.setdefault(tell[1]["id"], tell[1])
        elif tell[0] == "point":
            points.setdefault(tell[1], []).append([tell[2], tell[3], number(tell[4])])
    for _, time_ns, id, step, value in texts_:
        points.setdefault(id, []).append([step, time_ns // 1000, value])
    for id in points:
        type_ = (lost_types or {}).get(id, "float")
        lost = {"id": id, "name": "series %d" % id, "type": type_, "goal": "none", "unit": "",
                "description": ""}
        series.setdefault(id, lost)
    records = sorted((t for t in tells if t[0] == "record"), key=lambda t: t[1])
    runs = [t[1] for t in tells if t[0] == "run"]
    finished = ("kept status",) in tells or any(r["type"] == "STATUS" for _, _, r in records)
    return {
        "state": "finished" if finished else "unfinished",
        "damaged": damaged,
        "skipped": [{"from": a, "to": b, "why": why} for a, b, why in skipped],
        "missing_frames": missing,
        "unknown": unknown,
        "run": runs[0] if runs else None,
        "series": [{**series[id], "points": points.get(id, [])} for id in sorted(series)],
        "records": [r for _, _, r in records],
    }
