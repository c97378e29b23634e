"""A small writer of the epochlog format for the test vectors, written from FORMAT.md alone.

It puts a file together byte by byte and keeps, beside each frame, what that frame tells a reader.
The expected decoding is put together from these notes and never by reading the file. It shares
nothing with the reader, and has its own deflate so that the bytes do not depend on the zlib at hand.
"""

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


# -- records -------------------------------------------------------------------------------------


def number(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


class Rec:
    """A record: its bytes, and what it tells."""

    def __init__(self, code, name, time_ns, body, fields=None, extra=b""):
        self.code, self.time_ns, self.body = code, time_ns, body + extra
        self.tells = []
        if fields is not None:
            self.tells = [("record", time_ns, {"type": name, "time_ns": time_ns, **fields})]

    def bytes(self):
        return padded(pack("IHHq", len(self.body), self.code, 0, self.time_ns) + self.body)


def series_body(id, name, type="float", goal="none", unit="", description="", extra=b""):
    head = pack("IBBBB", id, 1, TYPES[type], GOALS[goal], 0)
    return head + string(name) + string(unit) + string(description) + extra


class Series:
    """A series and the body of its record."""

    def __init__(self, id, name, type="float", goal="none", unit="", description="", extra=b""):
        self.id, self.type = id, type
        self.body = series_body(id, name, type, goal, unit, description, extra)
        self.tells = [("series", {"id": id, "name": name, "type": type, "goal": goal,
                                  "unit": unit, "description": description})]

    def record(self, time_ns=T0):
        rec = Rec(0x02, "SERIES", time_ns, self.body)
        rec.tells = self.tells
        return rec


def text_point(time_ns, series, step, value):
    rec = Rec(0x03, "TEXT_POINT", time_ns, pack("Iq", series, step) + string(value))
    rec.tells = [("text", time_ns, series, step, value)]
    return rec


def param(time_ns, name, value, extra=b""):
    if isinstance(value, bool):
        body = pack("BB", 2, value)
    elif isinstance(value, int):
        body = pack("Bq", 1, value)
    elif isinstance(value, float):
        body = pack("Bd", 0, value)
    else:
        body = pack("B", 3) + string(value)
    fields = {"name": name, "value": number(value)}
    return Rec(0x05, "PARAM", time_ns, string(name) + body, fields, extra)


def tag(time_ns, name, value=None):
    body = string(name) + pack("B", value is not None) + string(value or "")
    return Rec(0x06, "TAG", time_ns, body, {"name": name, "value": value})


def tag_removed(time_ns, name):
    return Rec(0x07, "TAG_REMOVED", time_ns, string(name), {"name": name})


def property_(time_ns, name, value):
    fields = {"name": name, "value": value}
    return Rec(0x08, "PROPERTY", time_ns, string(name) + string(value), fields)


def environment(time_ns, name, value):
    fields = {"name": name, "value": value}
    return Rec(0x09, "ENVIRONMENT", time_ns, string(name) + string(value), fields)


def file(time_ns, path, size, sha256, role, media_type):
    body = string(path) + pack("Q", size) + sha256 + string(role) + string(media_type)
    fields = {"path": path, "size": size, "sha256": sha256.hex(), "role": role,
              "media_type": media_type}
    return Rec(0x0A, "FILE", time_ns, body, fields)


def image(time_ns, name, step, path, width, height, caption):
    body = string(name) + pack("q", step) + string(path)
    body += pack("II", width, height) + string(caption)
    fields = {"name": name, "step": step, "path": path, "width": width, "height": height,
              "caption": caption}
    return Rec(0x0B, "IMAGE", time_ns, body, fields)


def document(time_ns, name, format, text):
    fields = {"name": name, "format": format, "text": text}
    return Rec(0x0C, "DOCUMENT", time_ns, string(name) + string(format) + string(text), fields)


STATUSES = {"Completed": 1, "Failed": 2, "Canceled": 3}


def status(time_ns, status="Completed", exit_code=0, error_code="", message="", details=""):
    body = pack("Bi", STATUSES[status], exit_code)
    body += string(error_code) + string(message) + string(details)
    fields = {"status": status, "exit_code": exit_code, "error_code": error_code,
              "message": message, "details": details}
    return Rec(0x0D, "STATUS", time_ns, body, fields)


def loss(time_ns, count, from_time_ns, to_time_ns, errno, what):
    body = pack("Qqqi", count, from_time_ns, to_time_ns, errno) + string(what)
    fields = {"count": count, "from_time_ns": from_time_ns, "to_time_ns": to_time_ns,
              "errno": errno, "what": what}
    return Rec(0x0E, "LOSS", time_ns, body, fields)


KINDS = {"list": 2, "row": 3, "table": 4, "classification": 5, "regression": 6, "importance": 7}
COLUMN_TYPES = {"float64": 0, "float32": 1, "integer": 2, "bool": 3, "text": 4}


def batch(time_ns, kind, name, columns, attributes=(), names=(), step=None):
    """columns: (name, type, values, coder)."""
    rows = len(columns[0][2]) if columns else 0
    body = pack("BBH", KINDS[kind], 0, 1 + len(attributes)) + string("name") + string(name)
    body += b"".join(string(k) + string(v) for k, v in attributes)
    body += pack("H", len(names))
    for key, values in names:
        body += string(key) + pack("I", len(values)) + b"".join(map(string, values))
    body += pack("qII", NO_STEP if step is None else step, rows, len(columns))
    for column_name, type_, values, coder in columns:
        data = coder(values)
        body += string(column_name) + pack("BBI", COLUMN_TYPES[type_], 0, len(data)) + data
    fields = {
        "kind": kind, "name": name, "attributes": dict(attributes), "names": dict(names),
        "step": step, "rows": rows,
        "columns": [{"name": n, "type": t, "values": [number(v) for v in values]}
                    for n, t, values, _ in columns],
    }
    return Rec(0x04, "BATCH", time_ns, body, fields)


def run_body(uuid=UUID, run_id="run-7", name="first", experiment="mnist", parent_id="",
             description="", rank=0, world_size=1, start=T0, pid=4242, process_start=99,
             boot_id="boot", host="node1", user="ada", folder="/home/ada", commit="", dirty=0,
             writer="epochlog 0.1.0", live_file="00000-c0ffee00.live", arguments=()):
    """The body of a RUN and its JSON."""
    body = uuid
    body += b"".join(map(string, (run_id, name, experiment, parent_id, description)))
    body += pack("IIqQQ", rank, world_size, start, pid, process_start)
    body += b"".join(map(string, (boot_id, host, user, folder, commit)))
    body += pack("B", dirty) + string(writer) + string(live_file)
    body += pack("I", len(arguments)) + b"".join(map(string, arguments))
    return body, {
        "uuid": uuid.hex(), "run_id": run_id, "name": name, "experiment": experiment,
        "parent_id": parent_id, "description": description, "rank": rank,
        "world_size": world_size, "start_time_ns": start, "pid": pid,
        "process_start": process_start, "boot_id": boot_id, "host": host, "user": user,
        "working_folder": folder, "git_commit": commit, "git_dirty": dirty, "writer": writer,
        "live_file": live_file, "arguments": list(arguments),
    }


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
