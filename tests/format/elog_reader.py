#!/usr/bin/env python3
"""Reads an epochlog main log, and its live file if there is one, and prints its decoding.

    python3 elog_reader.py FILE.elog [--scan]

Written from FORMAT.md alone; the JSON is that of its section 12. --scan reads by scanning even
where the footer and the index would tell all frames. Nothing that a file holds makes this raise:
a file that cannot be read gives {"error": KIND} and exit status 1.
"""

import json
import pathlib
import struct
import sys

import elog_live
import elog_records
from elog_codec import FLOATS, INTEGERS, MAX_COLUMN, MAX_RAW, Cursor, Damaged, Unknown
from elog_codec import crc32c, inflate, integers, round_up_8, whole_column
from elog_frames import BLOCK, FOOTER, FRAME_HEADER, INDEX, MAX_STORED, RECORDS, RUN, SYNC, TRAILER
from elog_frames import TRAILER_MAGIC, Frame, by_footer, next_frame, scan
from elog_records import ANCILLARY, BODIES, SERIES, TEXT_POINT, TYPES, number

MAGIC = bytes.fromhex("89454C4F470D0A0A")
FILE_HEADER, MAX_FILE_HEADER = 64, 4096
FIRST_ANCILLARY = 0x80


class Refused(Exception):
    """A file that is not to be read: the kind, and a sentence."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


# -- what the frames hold ------------------------------------------------------------------------


class Log:
    """Collects what frames and live records hold."""

    def __init__(self):
        self.run = None
        self.series = {}  # id: fields of the SERIES record
        self.chunk_types = {}  # id: what the chunks of a series hold
        self.points = {}  # id: list of [step, time_us, value or 8 bytes of it]
        self.footer = None  # payload of the last FOOTER frame
        self.records = []  # (time_ns, JSON, or None and the point of a text series)
        self.skipped = []  # (from, to, why)
        self.missing_frames = 0
        self.unknown = 0
        self.broken = False  # something was damaged inside of a whole frame
        self.last_seq = -1
        self.start = FILE_HEADER  # where the first frame starts
        self.frames = []  # whole frames with good payloads

    def attempt(self, what, *arguments):
        """Calls what; notes that it is damaged or unknown, and then gives None."""
        try:
            return what(*arguments)
        except Damaged:
            self.broken = True
        except Unknown:
            self.unknown += 1
        return None

    def add_frames(self, frames, skipped):
        expected = 0
        for frame in frames:
            self.missing_frames += max(0, frame.frame_no - expected)
            expected = frame.frame_no + 1
            payload = frame.payload()
            if frame.type == FOOTER:
                self.footer = payload
            if payload is None:
                self.skipped.append((frame.offset, frame.end, "payload"))
            else:
                self.frames.append(frame)
                self.attempt(self.add_frame, frame.type, payload)
        self.skipped = sorted(self.skipped + skipped)

    def add_frame(self, kind, payload):
        if kind == RUN:
            self.run = self.run or elog_records.run(payload)
        elif kind == BLOCK:
            self.add_block(payload)
        elif kind == RECORDS:
            Cursor(payload).u64()  # after_seq
            self.add_records(payload, 8)
        elif kind not in (INDEX, FOOTER) and kind < FIRST_ANCILLARY:
            self.unknown += 1

    # -- blocks

    def add_block(self, payload):
        c = Cursor(payload)
        header_len, entry_len, _, _first_seq, last_seq = c.unpack("HHIQQ")
        row_count, chunk_count, *lengths, records_raw_len, _ = c.unpack("10I")
        if not 64 <= header_len <= len(payload):
            raise Damaged("header of a block")
        if row_count > MAX_COLUMN or records_raw_len > MAX_RAW:
            raise Damaged("block beyond the limits")
        if chunk_count and (entry_len < 152 or lengths[2] != entry_len * chunk_count):
            raise Damaged("directory of a block")
        series, rows, directory, data, sparse, records = _sections(payload, header_len, lengths)
        self.last_seq = max(self.last_seq, last_seq)
        self.attempt(self.add_series_section, series)
        table = self.attempt(_rows, rows, row_count)
        if table is not None:
            for i in range(chunk_count):
                entry = directory[i * entry_len : (i + 1) * entry_len]
                self.attempt(self.add_chunk, entry, data, table)
            self.attempt(self.add_sparse, sparse, table)
        if records_raw_len:
            records = self.attempt(inflate, records, records_raw_len) or b""
        self.add_records(records)

    def add_series_section(self, section):
        c = Cursor(section)
        while c.left():
            self.attempt(self.add_series, c.take(c.u32()))

    def add_series(self, body):
        fields = elog_records.series(body)
        self.series.setdefault(fields["id"], fields)

    def add_chunk(self, entry, data, table):
        series, n, rows_off, rows_len, values_off, values_len, crc, flags = Cursor(entry).unpack("8I")
        row_bytes = Cursor(data, rows_off).take(rows_len)
        value_bytes = Cursor(data, values_off).take(values_len)
        type_ = "integer" if flags & 2 else "float"
        if series in self.series and not _is_of(0 if flags & 2 else 0.0, self.series[series]["type"]):
            raise Damaged("chunk of another kind than its series")
        if n == 0 or crc32c(row_bytes + value_bytes) != crc:
            raise Damaged("chunk")
        rows = whole_column(row_bytes, n, INTEGERS)
        values = whole_column(value_bytes, n, INTEGERS if flags & 2 else FLOATS)
        if any(a > b for a, b in zip(rows, rows[1:])):
            raise Damaged("row indices descend")
        self.add_points([series] * n, rows, values, table)
        self.chunk_types.setdefault(series, type_)

    def add_sparse(self, section, table):
        if not section:
            return
        n = Cursor(section, 4).u32()
        c = Cursor(section)
        ids, rows, bits = integers(c, n), integers(c, n), integers(c, n)
        c.end()
        for series, row, b in zip(ids, rows, bits):
            self.attempt(self.add_points, [series], [row], [struct.pack("<q", b)], table)

    def add_points(self, ids, rows, values, table):
        if rows and not 0 <= min(rows) <= max(rows) < len(table):
            raise Damaged("index of a row")
        if not 0 <= min(ids) <= max(ids) < 1 << 32:
            raise Damaged("id of a series")
        for series, row, value in zip(ids, rows, values):
            self.points.setdefault(series, []).append([*table[row], value])

    # -- records

    def add_records(self, data, at=0):
        for record in elog_records.records(data, at):
            if record is None:
                self.broken = True
            else:
                self.attempt(self.add_record, *record)

    def add_record(self, kind, time_ns, body):
        if kind == SERIES:
            self.add_series(body)
        elif kind == TEXT_POINT:
            self.records.append((time_ns, None, elog_records.text_point(body)))
        elif kind in BODIES:
            name, decode = BODIES[kind]
            fields = {"type": name, "time_ns": time_ns, **decode(body)}
            self.records.append((time_ns, fields, None))
            for column in fields.get("columns", ()):
                column["values"] = self.attempt(_values_of, column["values"])
        elif kind != elog_records.RUN and not kind & ANCILLARY:
            raise Unknown("type of a record")

    # -- live records

    def add_live(self, live):
        for _seq, kind, base, payload in elog_live.published(live, self.last_seq):
            self.attempt(self.add_live_record, kind, base, payload)

    def add_live_record(self, kind, base, payload):
        if kind == elog_live.RECORD:
            found = list(elog_records.records(payload))
            if len(found) != 1 or found[0] is None:
                raise Damaged("not one record in a live record")
            self.add_record(*found[0])
        elif kind != elog_live.TIME:
            for series, *point in elog_live.points(kind, base, payload):
                self.points.setdefault(series, []).append(point)

    # -- the decoding

    def decoding(self):
        finished = any(r and r["type"] == "STATUS" for _, r, _ in self.records)
        finished = finished or _has_status(self.footer)
        tail = ("cut", "zeros")
        self.records.sort(key=lambda record: record[0])
        series = self.decoded_series()  # may find damage
        return {
            "state": "finished" if finished else "unfinished",
            "damaged": self.broken
            or self.missing_frames > 0
            or any(why not in tail for _, _, why in self.skipped),
            "skipped": [{"from": a, "to": b, "why": why} for a, b, why in self.skipped],
            "missing_frames": self.missing_frames,
            "unknown": self.unknown,
            "run": self.run,
            "series": series,
            "records": [record for _, record, _ in self.records if record],
        }

    def decoded_series(self):
        for time_ns, _, point in self.records:
            if point:
                where = self.points.setdefault(point["series"], [])
                where.append([point["step"], time_ns // 1000, point["value"]])
        return [self.decoded_one(series) for series in sorted({*self.series, *self.points})]

    def decoded_one(self, series):
        fields = self.series.get(series) or self.lost_series(series)
        points = self.points.get(series, [])
        kept = [point for point in points if _is_of(point[2], fields["type"])]
        self.broken = self.broken or len(kept) < len(points)
        return {
            **fields,
            "points": [[step, t, _value(v, fields["type"])] for step, t, v in kept],
        }

    def lost_series(self, series):
        """What is told of a series whose SERIES record is lost: its first chunk tells the type."""
        all_text = all(isinstance(value, str) for _, _, value in self.points[series])
        return {
            "id": series,
            "name": "series %d" % series,
            "type": self.chunk_types.get(series, "text" if all_text else "float"),
            "goal": "none",
            "unit": "",
            "description": "",
        }


def _sections(payload, at, lengths):
    sections = []
    for length in lengths:
        sections.append(Cursor(payload, min(at, len(payload))).take(length))
        at = round_up_8(at + length)
    return sections


def _rows(section, row_count):
    """The (step, time_us) of each row."""
    if row_count == 0:
        return []
    c = Cursor(section)
    steps, times = integers(c, row_count), integers(c, row_count)
    c.end()
    return list(zip(steps, times))


def _values_of(values):
    """The values of a BATCH column, or what is wrong with them."""
    if isinstance(values, Exception):
        raise values
    return values


def _is_of(value, type_):
    """Whether a point's value is of the kind that the series has; 8 bytes are of any number."""
    if isinstance(value, str) or type_ == "text":
        return isinstance(value, str) and type_ == "text"
    return isinstance(value, bytes) or isinstance(value, float) == (type_ == "float")


def _has_status(footer):
    """Whether the payload of a FOOTER, which may be None, repeats a STATUS."""
    try:
        c = Cursor(footer or b"")
        header_len, totals_len, _, _, _, _, series_count, series_len, records_len = c.unpack(
            "HHIQQQIII")
        if not 64 <= header_len <= len(footer) or totals_len < 128:
            return False
        lengths = series_len, totals_len * series_count, records_len
        for record in elog_records.records(_sections(footer, header_len, lengths)[2]):
            if record and record[0] == elog_records.STATUS:
                return bool(elog_records.status(record[2]))
    except Damaged:
        pass
    return False


def _value(value, type_):
    """A point's value as JSON; 8 bytes are what the series' type says."""
    if isinstance(value, bytes):
        value = struct.unpack("<q" if type_ in ("integer", "bool") else "<d", value)[0]
    if type_ == "bool" and isinstance(value, int):
        return value != 0
    return number(value)


# -- a file --------------------------------------------------------------------------------------


def load(data, live=None, scanning=False):
    """The Log of a main log's bytes and of a Live."""
    start, uuid, whole_header = _file_header(data, live)
    log = Log()
    told = by_footer(data, start, uuid) if whole_header and not scanning else None
    frames, skipped = (told, []) if told else scan(data, start, uuid)
    if not whole_header:
        skipped.insert(0, (0, FILE_HEADER, "gap"))
    log.start = start
    log.add_frames(frames, skipped)
    if live and live.uuid == uuid:
        log.add_live(live)
    return log


def _file_header(data, live):
    """Where the first frame starts, the uuid, and whether the header is whole."""
    if not data or len(data) < FILE_HEADER and MAGIC.startswith(data[:8]):
        raise Refused("empty")
    if data[:8] != MAGIC:
        raise Refused("not a log")
    major, header_len, _, _compat, incompat, _ro_compat, uuid, crc = struct.unpack_from(
        "<HHIQQQ16sI", data, 8)
    if crc != crc32c(data[:56]):
        return FILE_HEADER, _search_uuid(data, live), False
    if major != 1:
        raise Refused("newer version" if major > 1 else "not a log")
    if incompat:
        raise Refused("unknown feature")
    if not 64 <= header_len <= 4096 or header_len % 8:
        return FILE_HEADER, _search_uuid(data, live), False
    return header_len, uuid, True


def _search_uuid(data, live):
    """The uuid that makes frame headers valid, where the file header's checksum is wrong."""
    candidates = [data[40:56]]
    trailer = data[-TRAILER:]
    if trailer[:8] == TRAILER_MAGIC and trailer[56:60] == struct.pack("<I", crc32c(trailer[:56])):
        candidates.append(trailer[24:40])
    if live:
        candidates.append(live.uuid)
    candidates.extend(_uuids_of_runs(data))
    for uuid in candidates:
        if next_frame(data, FILE_HEADER, uuid):
            return uuid
    raise Refused("not a log")


def _uuids_of_runs(data):
    p = data.find(SYNC)
    while 0 <= p <= MAX_FILE_HEADER and p + FRAME_HEADER <= len(data):  # RUN is the first frame
        fields = struct.unpack_from("<IBBHQQIIII", data, p)
        if p % 8 == 0 and fields[1] == RUN and fields[4] == p and fields[6] <= MAX_STORED:
            payload = Frame(data, p, fields).payload()
            if payload and len(payload) >= 16:
                yield payload[:16]
        p = data.find(SYNC, p + 1)


def read(path, scanning=False):
    """The decoding of a main log and of the live file beside it, or {"error": KIND}."""
    try:
        path = pathlib.Path(path)
        live = _live(path.with_suffix(".live"))  # first: section 9
        return load(path.read_bytes(), live, scanning).decoding()
    except Refused as refused:
        return {"error": refused.kind}
    except (OSError, ValueError) as error:
        return {"error": "cannot read: %s" % error}
    except MemoryError:
        return {"error": "too large"}


def _live(path):
    try:
        with open(path, "rb") as file:
            return elog_live.read(file)
    except OSError:
        return None


def main(arguments):
    scanning = "--scan" in arguments
    paths = [argument for argument in arguments if argument != "--scan"]
    if len(paths) != 1:
        sys.stderr.write("usage: elog_reader.py FILE.elog [--scan]\n")
        return 2
    decoding = read(paths[0], scanning)
    print(json.dumps(decoding))
    return 1 if "error" in decoding else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
