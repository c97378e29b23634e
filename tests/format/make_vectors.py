#!/usr/bin/env python3
"""Makes format-spec/vectors: files byte by byte, and beside each the decoding it must have.

    python3 make_vectors.py            writes all vectors and their README
    python3 make_vectors.py --list     prints their names

A vector is a function; its name is the file's, its first words say what it is for. The decoding is
what the maker knows that it has put in, less what it has damaged.
"""

import json
import pathlib
import struct
import sys

import elog_maker as m
from elog_maker import T0, T0_US, Chunk, Log, Rec, Segment, Series, crc32c, expected, f32, planes

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "format-spec" / "vectors"
FOLDERS = ("good", "torn", "damaged", "future", "live")
MS = 1_000_000  # ns

ALL = []  # (folder, name, purpose, maker)


class Vector:
    def __init__(self, data, decoding, live=None, log=None):
        self.data, self.decoding, self.live, self.log = bytes(data), decoding, live, log


def vector(folder):
    def register(maker):
        name = maker.__name__.strip("_").replace("_", "-")
        ALL.append((folder, name, " ".join(maker.__doc__.split()), maker))
        return maker

    return register


good, torn, damaged, future, live = map(vector, FOLDERS)


def of(log, **more):
    """A vector of a log as it is."""
    return Vector(log.bytes(), expected(log.tells(), **more), log=log)


def refused(data, kind):
    return Vector(data, {"error": kind})


def rows(n, step=0, every_us=1000):
    return [(step + i, T0_US + 1000 + every_us * i) for i in range(n)]


def floats(n, seed=1):
    """n numbers with many digits in [0, 1), the same on every machine."""
    values = []
    for _ in range(n):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        values.append((seed >> 11) / 2**53)
    return values


LOSS = Series(1, "loss", goal="minimize")
EPOCH = Series(2, "epoch", "integer")
DONE = m.status(T0 + 9000 * MS)


def small_log(**options):
    """RUN, two BLOCKs, INDEX, FOOTER: what most of the torn and damaged vectors start from."""
    log = Log(**options)
    log.run()
    log.block([LOSS], rows(3), [Chunk(1, [0.5, 0.25, 0.125])],
              records=[m.param(T0 + MS, "lr", 0.1)])
    log.block([LOSS, EPOCH], rows(4, 3), [Chunk(1, [0.0625, 0.5, 1.0, -1.5]), Chunk(2, [1, 1, 2, 2])],
              records=[m.tag(T0 + 2 * MS, "baseline"), DONE])
    log.finish([LOSS, EPOCH], [m.param(T0 + MS, "lr", 0.1), m.tag(T0 + 2 * MS, "baseline"), DONE])
    return log


def open_log():
    """RUN and two BLOCKs, as a killed writer leaves them."""
    log = Log()
    log.run()
    log.block([LOSS], rows(3), [Chunk(1, [0.5, 0.25, 0.125])])
    log.block([LOSS], rows(3, 3), [Chunk(1, [0.0625, 0.5, 1.0])])
    return log


def flipped(data, at, mask=0xFF):
    data = bytearray(data)
    data[at] ^= mask
    return bytes(data)


# -- good ----------------------------------------------------------------------------------------


@good
def scalars_finished():
    """Two metrics in two blocks, a parameter, a tag, a status, an index and a footer."""
    return of(small_log())


@good
def worked_example():
    """The worked example of section 14 of FORMAT.md."""
    log = Log()
    log.run(run_id="r1", name="demo", experiment="", process_start=0, boot_id="", host="", user="",
            folder="", writer="", live_file="", pid=7)
    table = [(i, T0_US + 1_000_000 * (i + 1)) for i in range(3)]
    log.block([LOSS], table, [Chunk(1, [1.5, 1.0, 0.5], planes("f32", "delta", 0, "crcc"))])
    return of(log)


@good
def empty_finished():
    """A run that logged nothing and ended well: its only BLOCK holds the STATUS record."""
    log = Log()
    log.run(arguments=("train.py", "--epochs", "0"), commit="0123abcd", dirty=2)
    log.block(records=[DONE])
    log.finish([], [DONE])
    return of(log)


@good
def header_only():
    """The file header and nothing else: killed before the first frame."""
    return of(Log())


@good
def unfinished():
    """No index, no footer and no STATUS: killed between two frames."""
    return of(open_log())


@good
def status_without_footer():
    """The STATUS record is there but no footer: killed in the last moment; the state is finished."""
    log = Log()
    log.run()
    log.block([LOSS], rows(1), [Chunk(1, [0.5])], records=[DONE])
    return of(log)


@good
def footer_without_status():
    """A footer but no STATUS record: the state is unfinished."""
    log = Log()
    log.run()
    log.block([LOSS], rows(1), [Chunk(1, [0.5])])
    log.finish([LOSS])
    return of(log)


@good
def records_of_every_type():
    """Every record type but BATCH, and the ends of their fields."""
    log = Log()
    log.run(name="naïve run", description="two\nlines", parent_id="run-6", rank=3, world_size=8)
    t = [T0 + i * MS for i in range(40)]
    log.block([Series(7, "note", "text")], records=[
        m.param(t[1], "lr", 1e-4), m.param(t[2], "layers", 12), m.param(t[3], "amp", True),
        m.param(t[4], "optimizer", "adam"), m.param(t[5], "clip", float("inf")),
        m.param(t[6], "seed", -(2**63)), m.param(t[7], "scale", float("nan")),
        m.param(t[8], "lr", 2e-4), m.tag(t[9], "gpu", "a100"), m.tag(t[10], "best"),
        m.tag(t[11], "empty", ""), m.tag_removed(t[12], "best"), m.property_(t[13], "git", "abc"),
        m.property_(t[14], "git", "ignored"), m.environment(t[15], "PATH", "/bin:/usr/bin"),
        m.file(t[16], "files/model.bin", 2**40, bytes(range(32)), "model", "application/octet-stream"),
        m.image(t[17], "samples", 5, "files/a/b.png", 640, 480, "epoch 5"),
        m.image(t[18], "samples", -1, "files/c.svg", 0, 0, ""),
        m.document(t[19], "report", "markdown", "# Title\n\n\u201cquoted\u201d \u00e9 \U0001f600\0end"),
        m.document(t[20], "cm", "confusion_matrix", '{"labels": ["a", "b"]}'),
        m.text_point(t[21], 7, 1, "a note"),
        m.loss(t[22], 1000, t[20], t[21], 28, "No space left on device"),
        m.status(t[23], "Failed", -11, "SIGSEGV", "crashed", "line 1\nline 2"),
    ])
    return of(log)


@good
def batches():
    """BATCH of every kind: list, row, table, classification, regression, importance."""
    log = Log()
    log.run()
    f64, i64, decimal = planes("f64"), planes("i64"), planes("decimal", "delta", 2)
    t = [T0 + i * MS for i in range(10)]
    log.block(records=[
        m.batch(t[1], "list", "latency", [("value", "float64", [0.5, 0.25, 4.0], m.raw_f64)], step=3),
        m.batch(t[2], "list", "latency", [("value", "float64", [1.25, 1.5], decimal)], step=-4),
        m.batch(t[3], "row", "hparams", [("a", "float64", [1.5], f64), ("b", "text", ["x"], m.texts)]),
        m.batch(t[4], "table", "people", [
            ("name", "text", ["Ada", None, ""], m.texts), ("age", "integer", [36, -1, 2**62], i64),
            ("ok", "bool", [True, False, True], i64), ("w", "float32", [0.5, f32(0.1), f32(1e30)],
                                                      planes("f32"))]),
        m.batch(t[5], "classification", "val", [
            ("true", "integer", [0, 2, -1], i64),
            ("score:0", "float32", [0.75, 0.25, 0.5], planes("f32")),
            ("score:1", "float32", [0.125, 0.25, 0.25], planes("f32")),
            ("score:2", "float32", [0.125, 0.5, 0.25], planes("f32"))],
            names=[("classes", ["cat", "dog", "é"])], attributes=[("positive", "dog")], step=10),
        m.batch(t[6], "regression", "price", [
            ("true", "float64", [1.0, 2.0], f64), ("predicted", "float64", [1.25, float("nan")], f64)],
            attributes=[("interval_level", "0.9"), ("target", "EUR")]),
        m.batch(t[7], "importance", "trees", [
            ("feature", "text", ["age", "sex"], m.texts), ("overall", "float64", [0.75, 0.25], f64)],
            attributes=[("method", "gain")], names=[("classes", [])]),
        m.batch(t[8], "table", "nothing", []),
        m.batch(t[9], "table", "no rows", [("a", "float64", [], f64), ("b", "text", [], m.texts),
                                          ("c", "integer", [], m.linear)]),
    ])
    return of(log)


def one_series_each(codings, columns_rows):
    """A log with a block in which each (name, type, values, coder) is a series."""
    log = Log()
    log.run()
    series = [Series(i, name, type) for i, (name, type, _, _) in enumerate(codings, 1)]
    chunks = [Chunk(i, values, coder) for i, (_, _, values, coder) in enumerate(codings, 1)]
    log.block(series, columns_rows, chunks)
    return of(log)


@good
def columns_i64():
    """i64 columns: RAW, LINEAR, PLANES with each predictor."""
    a, b = [3, -1, 4, 1, -5, 9], [10, 7, 4, 1, -2, -5]
    return one_series_each([
        ("raw", "integer", a, m.raw_i64), ("linear", "integer", b, m.linear),
        ("none", "integer", a, planes("i64", "none")), ("delta", "integer", a, planes("i64", "delta")),
        ("delta of delta", "integer", a, planes("i64", "delta of delta")),
    ], rows(6))


@good
def columns_f64():
    """f64 columns: RAW, PLANES with each predictor, signs mixed."""
    a = [3.25, -1e-300, 1 / 3, 1e17, -0.1, 2.718281828459045]
    return one_series_each([
        ("raw", "float", a, m.raw_f64), ("none", "float", a, planes("f64", "none")),
        ("delta", "float", a, planes("f64", "delta")),
        ("delta of delta", "float", a, planes("f64", "delta of delta")),
    ], rows(6))


@good
def columns_f32():
    """f32 columns with each predictor, signs mixed, differences that wrap around 2^32."""
    a = [f32(v) for v in (3.25, -0.1, 1 / 3, 3.4028234663852886e38, -3.4028234663852886e38, 0.1)]
    return one_series_each([
        ("none", "float", a, planes("f32", "none")), ("delta", "float", a, planes("f32", "delta")),
        ("delta of delta", "float", a, planes("f32", "delta of delta")),
    ], rows(6))


@good
def columns_decimal():
    """Decimal columns with each predictor and exponents 0, 4 and 9; exceptions at both ends and
    within."""
    a = [0.1234, -2.5, 100.0, 0.0, 1e-4, 2.3026]
    b = [float("nan"), 0.5, 1 / 3, float("-inf"), -0.0, 1e300]
    return one_series_each([
        ("none", "float", a, planes("decimal", "none", 4)),
        ("delta", "float", a, planes("decimal", "delta", 4)),
        ("delta of delta", "float", a, planes("decimal", "delta of delta", 9)),
        ("exceptions", "float", b, planes("decimal", "delta", 4)),
        ("whole", "float", [1.0, -2.0, 9007199254740991.0, 4.0, -9007199254740991.0, 0.0],
         planes("decimal", "delta", 0)),
        ("none, exceptions", "float", b, planes("decimal", "none", 1)),
    ], rows(6))


@good
def columns_plane_modes():
    """Every plane mode where it is not the shortest, too: CONST, RAW, DEFLATE."""
    a = [float(v) for v in range(1, 41)]
    return one_series_each([
        ("raw", "float", a, planes("f64", "none", 0, "rrrrrrrr")),
        ("deflate", "float", a, planes("f64", "none", 0, "dddddddd")),
        ("mixed", "float", a, planes("f64", "delta", 0, "rrddcrcd")),
        ("constant", "float", [0.5] * 40, planes("f32", "delta", 0, "cccc")),
    ], rows(40))


@good
def columns_short():
    """Columns of one, two and three values: as many as the predictors' seeds, or fewer."""
    log = Log()
    log.run()
    coders = [m.raw_f64, *(planes(w, p) for w in ("f64", "f32", "decimal")
                           for p in ("none", "delta", "delta of delta"))]
    for n in (1, 2, 3):
        series = [Series(i, "s%d" % i) for i in range(1, len(coders) + 1)]
        chunks = [Chunk(i, [2.0, -1.0, 5.0][:n], c) for i, c in enumerate(coders, 1)]
        log.block(series, rows(n, 10 * n), chunks, deflated=True)
    return of(log)


NAN_PAYLOAD = m.from_bits(0x7FF8000000000123)
SPECIALS = [0.0, -0.0, float("inf"), float("-inf"), NAN_PAYLOAD, m.from_bits(0xFFF8000000000000),
            5e-324, -2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308]


@good
def float_specials():
    """-0, infinities, NaNs with a payload and a sign, subnormals, the greatest numbers."""
    narrow = [v for v in SPECIALS[:4]] + [float("nan"), f32(1e-45), f32(-3.4028234663852886e38)]
    log = Log()
    log.run()
    series = [Series(i, n) for i, n in enumerate(("raw", "f64", "decimal", "f32", "sparse"), 1)]
    log.block(series, rows(10), [
        Chunk(1, SPECIALS, m.raw_f64), Chunk(2, SPECIALS, planes("f64", "delta of delta")),
        Chunk(3, SPECIALS, planes("decimal")), Chunk(4, narrow, planes("f32"))],
        sparse=[(5, i, v) for i, v in enumerate(SPECIALS)])
    return of(log)


@good
def int_extremes():
    """The smallest and greatest i64, with differences and strides modulo 2^64; also as steps and
    times."""
    low, high = -(2**63), 2**63 - 1
    a = [low, high, 0, -1, high, low]
    log = Log()
    log.run()
    series = [Series(i, n, "integer") for i, n in
              enumerate(("raw", "none", "delta", "delta of delta", "linear", "sparse"), 1)]
    table = list(zip(a, [0, 1, low, high, -1, T0_US]))
    log.block(series, table, [
        Chunk(1, a, m.raw_i64), Chunk(2, a, planes("i64", "none")), Chunk(3, a, planes("i64", "delta")),
        Chunk(4, a, planes("i64", "delta of delta")),
        Chunk(5, [high, low, low + 1, low + 2, low + 3, low + 4], m.linear)],
        sparse=[(6, i, v) for i, v in enumerate(a)])
    return of(log)


@good
def text_series():
    """Text series: TEXT_POINT records in two blocks, one of another series between, an empty
    value."""
    log = Log()
    log.run()
    note, sample = Series(1, "note", "text", description="by hand"), Series(2, "sample", "text")
    t = [T0 + i * MS + 999 for i in range(6)]
    log.block([note, sample], records=[
        m.text_point(t[1], 1, 0, "first"), m.text_point(t[2], 2, 0, "a\u00e9b"),
        m.text_point(t[3], 1, 1, "")])
    log.block([note], records=[m.text_point(t[4], 1, 1, "line\nline"), m.text_point(t[5], 1, 0, "back")])
    return of(log)


@good
def bool_series():
    """Bool series: a chunk of i64 planes, a LINEAR chunk, sparse points."""
    log = Log()
    log.run()
    series = [Series(i, "b%d" % i, "bool") for i in (1, 2, 3)]
    log.block(series, rows(4), [Chunk(1, [True, False, False, True]), Chunk(2, [True] * 4, m.linear)],
              sparse=[(3, 1, True), (3, 3, False)])
    return of(log)


@good
def sparse_section():
    """Many series with a point or two each in the sparse section, beside one chunk."""
    log = Log()
    log.run()
    series = [Series(1, "loss", unit="nats")] + [Series(i, "metric %d" % i) for i in range(2, 9)]
    points = [(2, 0, 0.5), (3, 0, 1.5), (4, 1, -0.0), (8, 1, 1 / 3), (5, 2, 4.0), (2, 3, 8.0)]
    log.block(series, rows(4), [Chunk(1, floats(4))], sparse=points)
    return of(log)


@good
def rows_of_some():
    """Chunks that have only some of the rows: indices LINEAR with a stride, and irregular as
    planes."""
    log = Log()
    log.run()
    series = [Series(i, "s%d" % i) for i in (1, 2, 3)]
    log.block(series, rows(10, 100), [
        Chunk(1, floats(10)), Chunk(2, floats(4, 2), rows=[0, 3, 6, 9]),
        Chunk(3, floats(5, 3), rows=[0, 1, 5, 7, 8])])
    return of(log)


@good
def many_rows():
    """150 rows: steps LINEAR, irregular times, noisy float32 values, a rounded loss, in a deflated
    frame."""
    log = Log()
    log.run()
    noise = floats(150, 7)
    table = [(i, T0_US + 50_000 * i + int(900 * x)) for i, x in enumerate(noise)]
    losses = [round(2.3 / (1 + i / 50) + x / 10, 4) for i, x in enumerate(noise)]
    log.block([Series(1, "noise"), LOSS_2], table, [
        Chunk(1, [f32(v) for v in noise], planes("f32")),
        Chunk(2, losses, planes("decimal", "delta", 4))],
        deflated=True)
    log.finish([Series(1, "noise"), LOSS_2])
    return of(log)


LOSS_2 = Series(2, "loss", goal="minimize")


@good
def index_chain():
    """Two INDEX frames that chain, one deflated and one not, with RECORDS frames between the
    blocks."""
    log = Log()
    log.run()
    log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])])
    log.records(m.param(T0 + MS, "lr", 0.5))
    log.block([LOSS], rows(2, 2), [Chunk(1, [0.125, 1.0])])
    log.index(deflated=False)
    log.block([LOSS], rows(2, 4), [Chunk(1, [2.0, 4.0])])
    log.records(m.param(T0 + 2 * MS, "lr", 0.25))
    log.block([LOSS], rows(2, 6), [Chunk(1, [8.0, 16.0])], records=[DONE])
    log.finish([LOSS], [m.param(T0 + 2 * MS, "lr", 0.25), DONE])
    return of(log)


@good
def deflated():
    """Every frame deflated that may be, and a records section deflated in itself."""
    log = Log()
    log.run(deflated=True)
    log.records(m.param(T0 + MS, "note", "abc" * 40), deflated=True)
    params = [m.param(T0 + 2 * MS, "p%d" % i, "value") for i in range(5)]
    log.block([LOSS], rows(3), [Chunk(1, [0.5, 0.25, 0.125])], deflated=True, records=params,
              records_deflated=True)
    log.block(records=[DONE], records_deflated=True)
    log.finish([LOSS], [DONE])
    return of(log)


@good
def records_in_order_of_time():
    """A RECORDS frame stands before the block of what was logged earlier: time_ns orders them,
    text too."""
    log = Log()
    log.run()
    note = Series(1, "note", "text")
    log.block([note], records=[m.text_point(T0 + MS, 1, 0, "one")])
    log.records(m.text_point(T0 + 4 * MS, 1, 3, "four, large"), m.param(T0 + 4 * MS, "large", "x" * 30))
    log.block([note], records=[
        m.text_point(T0 + 2 * MS, 1, 1, "two"), m.text_point(T0 + 3 * MS, 1, 2, "three"),
        m.param(T0 + 3 * MS, "small", 1), m.param(T0 + 4 * MS, "equal", 2)])
    return of(log)


@good
def steps_and_times_back():
    """Steps repeated and going backwards, negative steps, time going backwards: data, in this
    order."""
    log = Log()
    log.run()
    table = [(5, T0_US + 5), (5, T0_US + 4), (3, T0_US + 9), (-7, T0_US + 9), (5, -1)]
    log.block([LOSS], table, [Chunk(1, [0.5, 0.25, 0.125, 1.0, 2.0])])
    log.block([LOSS], [(4, T0_US)], [Chunk(1, [4.0])])
    return of(log)


@good
def same_name():
    """Two series of one name, an integer and a float: both are listed."""
    log = Log()
    log.run()
    a, b = Series(1, "accuracy", "integer"), Series(2, "accuracy", goal="maximize", unit="%")
    log.block([a, b], rows(3), [Chunk(1, [0], rows=[0]), Chunk(2, [0.5, 0.75], rows=[1, 2])])
    return of(log)


@good
def series_without_points():
    """A SERIES record in a RECORDS frame, and one in a block, that have no points."""
    log = Log()
    log.run()
    log.records(Series(4, "later", "bool").record())
    log.block([Series(2, "never")], records=[Series(3, "also never", "text").record()])
    return of(log)


@good
def invalid_utf_8():
    """Bytes that are not UTF-8 in a name, a key and a value: each becomes one U+FFFD."""
    fffd = "\ufffd"
    log = Log()
    bad = b"a\xff\xe2\x82b\xed\xa0\x80\xc0\x80\xf4\x90\x80\x80"
    shown = "a" + fffd * 3 + "b" + fffd * 9
    body = m.run_body(name="?")[0].replace(m.string("?"), m.string(bad))
    log.frame(m.RUN, body, [("run", {**m.run_body()[1], "name": shown})])
    rec = Rec(0x08, "PROPERTY", T0, m.string(b"k\x80") + m.string("é".encode() + b"\xc3"),
              {"name": "k" + fffd, "value": "é" + fffd})
    series = m.series_body(1, b"\xf0\x9f\x98\x80\xf0\x9f\x98")
    loss_ = Series(1, "\U0001f600" + fffd * 3)
    loss_.body = series
    log.block([loss_], rows(1), [Chunk(1, [0.5])], records=[rec])
    return of(log)


@good
def series_lost():
    """Points of series without a SERIES record: named by their id, typed by what their chunk
    holds."""
    log = Log()
    log.run()
    log.block([], rows(3), [Chunk(5, [0.5, 0.25, 0.125]), Chunk(9, [1, 2, 3])], sparse=[(12, 1, 0.75)],
              records=[m.text_point(T0 + MS, 7, 2, "text")])
    return of(log, lost_types={5: "float", 7: "text", 9: "integer", 12: "float"})


@good
def pad_frame():
    """PAD frames, one of them empty: nothing is told of them; the index does not tell them either."""
    log = Log()
    log.run()
    log.frame(m.PAD, b"anything" * 3)
    log.block([LOSS], rows(1), [Chunk(1, [0.5])], records=[DONE])
    log.frame(m.PAD, b"")
    log.finish([LOSS], [DONE])
    return of(log)


# -- torn ----------------------------------------------------------------------------------------


def cut(log, length, lost, why="cut", more=b"", **options):
    """The log cut to length, which leaves nothing of the frames in lost; then more bytes."""
    data = log.bytes()[:length] + more
    start = lost[0].offset if lost else len(log.bytes())
    return Vector(data, expected(log.tells(without=lost), skipped=[(start, len(data), why)], **options))


@torn
def empty_file():
    """A file of no bytes: refused as empty."""
    return refused(b"", "empty")


@torn
def cut_in_file_header():
    """Killed while the file header was written: shorter than 64 bytes, so there is nothing in it."""
    return refused(Log().bytes()[:40], "empty")


@torn
def cut_in_frame_header():
    """Cut in the last frame's header."""
    log = open_log()
    return cut(log, log.frames[2].offset + 24, log.frames[2:])


@torn
def cut_behind_frame_header():
    """Cut right behind the last frame's header."""
    log = open_log()
    return cut(log, log.frames[2].body, log.frames[2:])


@torn
def cut_in_payload():
    """Cut in the last frame's payload."""
    log = open_log()
    return cut(log, log.frames[2].payload_end - 9, log.frames[2:])


@torn
def cut_in_padding():
    """Cut in the last frame's padding: the frame runs past the end, so it is cut too."""
    log = open_log()
    log.frame(m.RECORDS, m.pack("Q", log.seq) + m.param(T0 + MS, "p", "last").bytes()[:-2],
              m.param(T0 + MS, "p", "last").tells)
    frame = log.frames[3]
    assert frame.payload_end < frame.end
    return cut(log, frame.end - 1, log.frames[3:])


@torn
def cut_in_footer():
    """A finished log that lost its last 20 bytes: no trailer, and the FOOTER frame is cut."""
    log = small_log()
    return cut(log, len(log.data) - 20, log.frames[-1:])


@torn
def zero_tail():
    """Zeros behind the last frame, as a file system leaves them after a power failure."""
    log = open_log()
    return cut(log, len(log.data), [], "zeros", bytes(100))


@torn
def zero_tail_instead_of_frame():
    """The last frame's bytes are all zero."""
    log = open_log()
    last = log.frames[2]
    return cut(log, last.offset, [last], "zeros", bytes(last.end - last.offset))


@torn
def short_zero_tail():
    """Fewer than 40 bytes behind the last frame: cut, even if they are zeros."""
    log = open_log()
    return cut(log, len(log.data), [], "cut", bytes(39))


@torn
def garbage_tail():
    """Bytes behind the last frame that are neither zeros nor a frame: a torn tail, which is
    damage."""
    log = open_log()
    return cut(log, len(log.data), [], "torn", b"garbage " * 8 + b"end", damaged=True)


@torn
def finished_with_tail():
    """Bytes behind the footer: the trailer is not at the end, so the log is scanned; still
    finished."""
    log = small_log()
    return cut(log, len(log.data), [], "torn", b"appended by something else, 50 bytes of it at least",
               damaged=True)


# -- damaged -------------------------------------------------------------------------------------


def hit(log, at, lost, why, missing=0, **options):
    """The log with one byte flipped, which loses the frame lost."""
    skipped = [(lost.offset, lost.end, why)] if lost else []
    decoding = expected(log.tells(without=[lost]), damaged=True, skipped=skipped, missing=missing,
                        **options)
    return Vector(flipped(log.bytes(), at), decoding)


@damaged
def payload_flip():
    """A flip in the payload of the first BLOCK: that frame is lost, its range known; found by the
    footer."""
    log = small_log()
    return hit(log, log.frames[1].body + 70, log.frames[1], "payload")


@damaged
def payload_flip_without_footer():
    """The same in an unfinished log, found by scanning."""
    log = open_log()
    return hit(log, log.frames[1].body + 70, log.frames[1], "payload")


@damaged
def header_flip():
    """A flip in the header of the first BLOCK: a gap up to the next frame, one frame missing."""
    log = small_log()
    return hit(log, log.frames[1].offset + 24, log.frames[1], "gap", missing=1)


@damaged
def sync_flip():
    """A flip in the sync bytes of a header."""
    log = open_log()
    return hit(log, log.frames[1].offset, log.frames[1], "gap", missing=1)


@damaged
def last_header_flip():
    """A flip in the last frame's header: a torn tail; nothing tells that a frame is missing."""
    log = open_log()
    return hit(log, log.frames[2].offset + 30, log.frames[2], "torn")


@damaged
def run_payload_flip():
    """A flip in the RUN frame's payload: run is null."""
    log = small_log()
    return hit(log, log.frames[0].body + 20, log.frames[0], "payload")


@damaged
def run_header_flip():
    """A flip in the RUN frame's header: run is null, and one frame is missing."""
    log = small_log()
    return hit(log, log.frames[0].offset + 9, log.frames[0], "gap", missing=1)


@damaged
def index_flip():
    """A flip in the INDEX payload: the chain does not hold together, so the log is scanned."""
    log = small_log()
    return hit(log, log.frames[3].body + 3, log.frames[3], "payload")


@damaged
def footer_payload_flip():
    """A flip in the FOOTER payload."""
    log = small_log()
    return hit(log, log.frames[4].body + 100, log.frames[4], "payload")


@damaged
def footer_header_flip():
    """A flip in the FOOTER header: the trailer is good but what it names is not a frame."""
    log = small_log()
    return hit(log, log.frames[4].offset + 20, log.frames[4], "torn")


@damaged
def trailer_flip():
    """A flip in the trailer, which is part of the FOOTER payload."""
    log = small_log()
    return hit(log, len(log.data) - 40, log.frames[4], "payload")


def header_hit(log, at):
    decoding = expected(log.tells(), damaged=True, skipped=[(0, 64, "gap")])
    return Vector(flipped(log.bytes(), at), decoding)


@damaged
def file_header_flip():
    """A flip in the uuid of the file header: the uuid is taken from the trailer."""
    return header_hit(small_log(), 45)


@damaged
def file_header_flip_without_footer():
    """A flip in the uuid of the file header of an unfinished log: the uuid is taken from the RUN
    frame."""
    return header_hit(open_log(), 45)


@damaged
def file_header_major_flip():
    """A flip in the major version: the checksum shows that it is damage and not a newer version."""
    return header_hit(small_log(), 8)


@damaged
def file_header_incompat_flip():
    """A flip in the incompat bits: the checksum shows that it is damage and not an unknown
    feature."""
    return header_hit(small_log(), 31)


@damaged
def magic_flip():
    """A flip in the magic bytes: not a log."""
    return refused(flipped(small_log().bytes(), 1), "not a log")


@damaged
def not_a_log():
    """A text file."""
    return refused(b"step,loss\n" + b"1,0.5\n" * 20, "not a log")


@damaged
def header_without_uuid():
    """A damaged file header, and nothing in the file that tells the uuid: not readable."""
    return refused(flipped(Log().bytes(), 45) + b"nothing here is a frame " * 4, "not a log")


@damaged
def chunk_flip():
    """A flip in a column that the frame's checksum covers but the chunk's own does not fit: that
    chunk is lost."""
    log = Log()
    log.run()
    log.block([LOSS, EPOCH], rows(3), [Chunk(1, [0.5, 0.25, 0.125]), Chunk(2, [1, 2, 3])],
              spoil=lambda data: flipped(data, 10))
    tells = [t for t in log.tells() if t[:2] != ("point", 1)]
    return Vector(log.bytes(), expected(tells, damaged=True))


@damaged
def gap_of_foreign_bytes():
    """Bytes between two frames that are none, though nothing is missing."""
    log = Log()
    log.run()
    log.block([LOSS], rows(3), [Chunk(1, [0.5, 0.25, 0.125])])
    at = len(log.data)
    log.data += b"foreign!" * 9
    log.block([LOSS], rows(3, 3), [Chunk(1, [0.0625, 0.5, 1.0])])
    return Vector(log.bytes(), expected(log.tells(), damaged=True, skipped=[(at, at + 72, "gap")]))


@damaged
def gap_with_another_log():
    """Another log inside of this one, and a copy of this log's own first frame: both are foreign
    bytes."""
    other = Log(m.OTHER_UUID)
    other.run(uuid=m.OTHER_UUID, name="another")
    other.block([Series(3, "foreign")], rows(1), [Chunk(3, [9.0])])
    log = Log()
    run = log.run()
    at = len(log.data)
    foreign = other.bytes() + log.bytes()[run.offset : run.end]
    log.data += foreign
    log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])])
    skipped = [(at, at + len(foreign), "gap")]
    return Vector(log.bytes(), expected(log.tells(), damaged=True, skipped=skipped))


@damaged
def gap_with_another_log_at_its_place():
    """Frames of another log at the offsets that they had there, as a reused disk leaves them."""
    other = Log(m.OTHER_UUID)
    other.run(uuid=m.OTHER_UUID)
    stale = other.block([Series(3, "foreign")], rows(1), [Chunk(3, [9.0])])
    log = Log()
    run = log.run()
    assert run.end == stale.offset
    log.data += other.bytes()[stale.offset : stale.end]
    at = len(log.data)
    log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])])
    skipped = [(run.end, at, "gap")]
    return Vector(log.bytes(), expected(log.tells(), damaged=True, skipped=skipped))


@damaged
def zeros_between():
    """Zeros between two frames: a gap, not a zeroed tail."""
    log = Log()
    log.run()
    at = len(log.data)
    log.data += bytes(64)
    log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])])
    return Vector(log.bytes(), expected(log.tells(), damaged=True, skipped=[(at, at + 64, "gap")]))


@damaged
def missing_frames():
    """frame_no jumps by three where no byte is skipped: three frames are missing."""
    log = Log()
    log.run()
    log.frame_no += 3
    log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])])
    return Vector(log.bytes(), expected(log.tells(), damaged=True, missing=3))


@damaged
def record_with_bad_length():
    """A record that runs past its RECORDS frame: it and what follows it there are lost."""
    log = Log()
    log.run()
    bad = bytearray(m.param(T0 + 2 * MS, "bad", 1).bytes())
    bad[0:4] = m.pack("I", 1000)
    log.records(m.param(T0 + MS, "good", 1), tail=bytes(bad) + m.param(T0 + 3 * MS, "after", 1).bytes())
    log.block([LOSS], rows(1), [Chunk(1, [0.5])], records=[DONE])
    return Vector(log.bytes(), expected(log.tells(), damaged=True))


@damaged
def record_with_short_body():
    """A record whose body ends before a field of version 1: only that record is lost."""
    log = Log()
    log.run()
    short = Rec(0x06, "TAG", T0 + 2 * MS, m.string("cut") + b"\1", None)
    log.records(m.param(T0 + MS, "good", 1), short, m.param(T0 + 3 * MS, "after", 1))
    return Vector(log.bytes(), expected(log.tells(), damaged=True))


@damaged
def record_with_bad_str():
    """A str that runs past its body, and one that claims 4 GiB: only these records are lost."""
    log = Log()
    log.run()
    long = Rec(0x07, "TAG_REMOVED", T0 + 2 * MS, m.pack("I", 5) + b"four", None)
    huge = Rec(0x08, "PROPERTY", T0 + 2 * MS, m.string("p") + m.pack("I", 2**32 - 1) + b"x" * 40, None)
    log.block(records=[m.param(T0 + MS, "good", 1), long, huge, m.param(T0 + 3 * MS, "after", 1)])
    return Vector(log.bytes(), expected(log.tells(), damaged=True))


@damaged
def deflate_of_another_length():
    """A frame whose deflate stream gives fewer bytes than raw_len, though its checksum fits."""
    log = Log()
    log.run()
    bad = log.frame(m.RECORDS, m.deflate(bytes(64)), flags=1, raw_len=65)
    log.block([LOSS], rows(1), [Chunk(1, [0.5])])
    skipped = [(bad.offset, bad.end, "payload")]
    return Vector(log.bytes(), expected(log.tells(), damaged=True, skipped=skipped))


@damaged
def column_too_long():
    """A column that claims 2^32-1 values, and a row index beyond the rows: these chunks are lost."""
    log = Log()
    log.run()
    log.block([LOSS, EPOCH, Series(3, "good")], rows(3), [
        Chunk(1, [0.5, 0.25, 0.125], lambda v: b"\0\1\0\0\xff\xff\xff\xff" + m.raw_f64(v)[8:]),
        Chunk(2, [1, 2], row_coder=lambda rows: m.linear([2, 3])), Chunk(3, [1.0, 2.0, 3.0])])
    tells = [t for t in log.tells() if t[0] != "point" or t[1] == 3]
    return Vector(log.bytes(), expected(tells, damaged=True))


@damaged
def footer_contradicts():
    """A footer whose last_index names a BLOCK, all checksums good: the log is scanned, nothing is
    lost."""
    log = Log()
    log.run()
    log.block([LOSS], rows(1), [Chunk(1, [0.5])], records=[DONE])
    log.all_series, log.current = [LOSS], [DONE]
    log.prev_index = log.frames[1].offset
    log.footer()
    return of(log)


# -- future --------------------------------------------------------------------------------------


def between(what, **options):
    """A finished log in which what(log) has put something between the frames."""
    log = Log()
    log.run()
    log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])])
    what(log)
    log.block([LOSS], rows(2, 2), [Chunk(1, [0.125, 1.0])], records=[DONE])
    log.finish([LOSS], [DONE])
    return of(log, **options)


@future
def unknown_ancillary_frame():
    """A frame of type 0x9A: skipped in silence."""
    return between(lambda log: log.frame(0x9A, b"not known in version 1"))


@future
def unknown_critical_frame():
    """Frames of type 0x2A and of the private 0x71: skipped, and the user is told of two."""
    return between(lambda log: (log.frame(0x2A, b"not known in version 1"), log.frame(0x71, b"private")),
                   unknown=2)


@future
def unknown_ancillary_record():
    """Records of types 0x8001 and 0xFFFF, in a RECORDS frame and in a block: skipped in silence."""
    unknown = [Rec(0x8001, "", T0, b"not known"), Rec(0xFFFF, "", T0, b"")]

    def what(log):
        log.records(unknown[0], m.param(T0 + MS, "after", 1))
        log.block(records=unknown + [m.param(T0 + 2 * MS, "after", 2)])

    return between(what)


@future
def unknown_critical_record():
    """Records of types 0x0F, 0x00 and 0x7FFF: skipped, and the user is told of three."""
    unknown = [Rec(0x0F, "", T0, b"not known"), Rec(0x00, "", T0, b""), Rec(0x7FFF, "", T0, bytes(9))]

    def what(log):
        log.records(unknown[0], m.param(T0 + MS, "after", 1))
        log.block(records=unknown[1:] + [m.param(T0 + 2 * MS, "after", 2)])

    return between(what, unknown=3)


@future
def unknown_compat_bits():
    """All compat and ro_compat bits set: a reader does not care."""
    return of(small_log(compat=2**64 - 1, ro_compat=2**64 - 1))


@future
def reserved_fields_set():
    """Reserved fields that are not zero: ignored."""
    return of(small_log(reserved=0xA5A5A5A5))


@future
def unknown_incompat_bit():
    """An incompat bit: refused."""
    return refused(small_log(incompat=1 << 40).bytes(), "unknown feature")


@future
def major_2():
    """Major version 2: refused."""
    return refused(small_log(major=2).bytes(), "newer version")


@future
def longer_headers():
    """Every structure that has a length is longer than in version 1: headers, entries, bodies,
    totals."""
    log = Log(header_len=128, frame_header_len=64)
    log.run(extra=b"a field of a later version")
    series = Series(1, "loss", extra=b"more")
    log.block([series], rows(3), [Chunk(1, [0.5, 0.25, 0.125])], header_len=80, entry_len=168,
              records=[m.param(T0 + MS, "lr", 0.5, extra=b"\1\2\3"),
                       Rec(0x07, "TAG_REMOVED", T0 + 2 * MS, m.string("t"), {"name": "t"}, b"more"),
                       DONE])
    log.finish([series], [DONE], header_len=48, frame_entry_len=40, chunk_extra=16,
               footer={"header_len": 80, "totals_len": 144})
    return of(log)


@future
def longer_frame_header_flip():
    """A flip in the part of a frame header that version 1 does not know: its checksum covers it."""
    log = Log(frame_header_len=48)
    log.run()
    log.block([LOSS], rows(1), [Chunk(1, [0.5])])
    log.block([LOSS], rows(1, 1), [Chunk(1, [0.25])])
    return hit(log, log.frames[1].offset + 44, log.frames[1], "gap", missing=1)


def with_coder(coder, unknown=1):
    """A chunk that is not understood, between others that are."""
    log = Log()
    log.run()
    log.block([LOSS, EPOCH, Series(3, "after")], rows(3), [
        Chunk(1, [0.5, 0.25, 0.125]), Chunk(2, [1, 2, 3], coder), Chunk(3, [3.0, 2.0, 1.0])])
    tells = [t for t in log.tells() if t[:2] != ("point", 2)]
    return Vector(log.bytes(), expected(tells, unknown=unknown))


@future
def unknown_codec():
    """A column of codec 9: that chunk is not understood, the others are."""
    return with_coder(lambda v: m.pack("BBBBI", 9, 0, 0, 0, len(v)) + b"whatever")


@future
def unknown_word():
    """A column of PLANES with word 7."""
    return with_coder(lambda v: m.pack("BBBBI", 2, 7, 0, 0, len(v)) + b"whatever")


@future
def unknown_predictor():
    """A column of PLANES with predictor 3."""
    return with_coder(lambda v: m.pack("BBBBI", 2, 0, 3, 0, len(v)) + b"whatever")


@future
def unknown_plane_mode():
    """A column with a plane of mode 3."""
    return with_coder(lambda v: m.pack("BBBBIIQ", 2, 0, 1, 0, len(v), 0, 1) + b"\0\0\3whatever")


@future
def unknown_codec_in_batch():
    """A BATCH column of codec 9: its values are null, the other column is whole."""
    log = Log()
    log.run()
    rec = m.batch(T0 + MS, "table", "t", [
        ("a", "integer", [1, 2], m.linear),
        ("b", "text", ["x", "y"], lambda v: m.pack("BBBBI", 9, 0, 0, 0, len(v)) + b"whatever")])
    rec.tells[0][2]["columns"][1]["values"] = None
    log.block(records=[rec])
    return of(log, unknown=1)


# -- live ----------------------------------------------------------------------------------------


def with_live(log, segments, tells, uuid=m.UUID, **options):
    options.setdefault("damaged", False)
    return Vector(log.bytes(), expected(log.tells() + tells, **options), m.live_file(segments, uuid))


def started_log():
    log = Log()
    log.run()
    return log


def items(*items_):
    return list(items_)


@live
def records_of_every_type():
    """SCALAR, ROW, TIME and RECORD; values of floats, integers and bools; nothing sealed yet."""
    bool_, note = Series(3, "flag", "bool"), Series(4, "note", "text")
    later = T0 + 60_000 * MS + 1999
    segment = Segment(1, 0, items(
        m.live_rec(LOSS.record()), m.live_rec(EPOCH.record()), m.live_rec(bool_.record()),
        m.live_rec(note.record()), m.live_scalar(1, 100, 0, 0.5), m.live_scalar(2, 200, -3, -7),
        m.live_row(1, 300, [(1, 0.25), (2, 8), (3, True)]), m.live_scalar(1, -50, 2, float("nan")),
        m.live_time(later), m.live_scalar(1, -1, 3, -0.0, later),
        m.live_row(4, 7, [(1, 1.5), (3, False)], later),
        m.live_rec(m.text_point(T0 + MS, 4, 9, "text")), m.live_rec(m.param(T0 + 2 * MS, "lr", 0.1)),
        m.live_row(5, 8, [], later)))
    return with_live(started_log(), [segment], segment.tells())


@live
def negative_base():
    """A base before 1970 that is no whole number of microseconds: divided, it is rounded down."""
    base = -1_500
    segment = Segment(1, 0, items(m.live_rec(LOSS.record()), m.live_scalar(1, 0, 0, 0.5, base),
                                  m.live_scalar(1, 3, 1, 0.25, base)), base=base)
    return with_live(started_log(), [segment], segment.tells())


@live
def behind_the_blocks():
    """Records 0..4 are sealed, the live file still has them and 5..7: those are added."""
    log = Log()
    log.run()
    log.block([LOSS], rows(4), [Chunk(1, [0.5, 0.25, 0.125, 1.0])])
    old = [m.live_scalar(1, 1000 + 1000 * i, i, v) for i, v in enumerate([0.5, 0.25, 0.125, 1.0])]
    segment = Segment(1, 0, [m.live_rec(LOSS.record())] + old + [
        m.live_scalar(1, 9000 + i, 4 + i, 2.0 * i) for i in range(3)])
    return with_live(log, [segment], segment.tells(after=4))


@live
def segments_of_a_ring():
    """Three segments whose order in the file is not that of their records, and one never used."""
    first = Segment(7, 10, [m.live_scalar(1, i, 10 + i, 0.5 * i) for i in range(3)])
    second = Segment(5, 13, [m.live_scalar(1, i, 13 + i, 0.25 * i) for i in range(2)])
    third = Segment(6, 15, [m.live_scalar(1, 9, 15, 8.0)])
    log = Log()
    log.run()
    log.block([LOSS], rows(9), [Chunk(1, floats(9))])
    segments = [third, first, None, second]
    return with_live(log, segments, first.tells() + second.tells() + third.tells())


@live
def stale_generation():
    """Whole records of an earlier lap behind the newest: the segment ends before them."""
    stale = m.live_record(2, *m.live_scalar(1, 5, 99, 99.0)[:2]) * 3
    # The low 8 bits of this one's generation are right, the generation in its checksum is not.
    alike = m.live_record(3 + 256, *m.live_scalar(1, 5, 98, 98.0)[:2])
    segments = [
        Segment(3, 0, items(m.live_rec(LOSS.record()), m.live_scalar(1, 1, 0, 0.5)), rest=stale),
        Segment(3, 2, items(m.live_scalar(1, 2, 1, 0.25)), rest=alike + stale)]
    return with_live(started_log(), segments, segments[0].tells() + segments[1].tells())


@live
def record_not_complete():
    """A payload without its head, then a whole record: killed while writing; the segment ends
    there."""
    half = bytes(8) + m.live_record(1, *m.live_scalar(1, 5, 99, 99.0)[:2])[8:]
    segment = Segment(1, 0, items(m.live_rec(LOSS.record()), m.live_scalar(1, 1, 0, 0.5)),
                      rest=half + m.live_record(1, *m.live_scalar(1, 6, 9, 9.0)[:2]))
    return with_live(started_log(), [segment], segment.tells())


@live
def segment_full():
    """A segment that its records fill to the last byte, and a length that would run past the end."""
    n = (4096 - 64) // 32
    full = Segment(1, 0, [m.live_scalar(1, i, i, 0.5) for i in range(n)])
    over = Segment(2, n, [m.live_scalar(1, i, n + i, 0.25) for i in range(n - 1)],
                   rest=m.pack("IHBB", 0, 5, 1, 2) + bytes(24))
    return with_live(started_log(), [full, over], full.tells() + over.tells())


@live
def segment_header_damaged():
    """A segment whose header's checksum is wrong: none of its records count; the other segment's
    do."""
    a, b = Segment(1, 0, [m.live_scalar(1, 1, 1, 0.5)]), Segment(2, 1, [m.live_scalar(1, 2, 2, 0.25)])
    vector = with_live(started_log(), [a, b], b.tells())
    vector.live = flipped(vector.live, 4096 + 9)
    return vector


@live
def other_uuid():
    """The live file of another log: ignored."""
    segment = Segment(1, 0, items(m.live_rec(LOSS.record()), m.live_scalar(1, 1, 0, 0.5)))
    return with_live(open_log(), [segment], [], uuid=m.OTHER_UUID)


@live
def series_lost():
    """Live points whose SERIES record is nowhere: kept under the id, read as floats."""
    segment = Segment(1, 0, items(m.live_scalar(31, 1, 0, 0.5),
                                  m.live_row(1, 2, [(31, 0.25), (32, 1.5)])))
    return with_live(started_log(), [segment], segment.tells())


@live
def series_in_the_log():
    """Live points of an integer series whose SERIES record is only in an earlier block."""
    log = Log()
    log.run()
    log.block([EPOCH], rows(1), [Chunk(2, [1])])
    segment = Segment(2, 2, items(m.live_scalar(2, 4000, 1, 2), m.live_row(2, 5000, [(2, -3)])))
    return with_live(log, [segment], segment.tells())


@live
def last_block_damaged():
    """The last BLOCK is damaged but its records are still in the live file: they are read from
    there."""
    log = open_log()
    lost = log.frames[2]
    segment = Segment(1, 4, [m.live_rec(LOSS.record())] + [
        m.live_scalar(1, 1000 + 1000 * i, 3 + i, v) for i, v in enumerate([0.0625, 0.5, 1.0])])
    decoding = expected(log.tells(without=[lost]) + segment.tells(), damaged=True,
                        skipped=[(lost.offset, lost.end, "payload")])
    return Vector(flipped(log.bytes(), lost.body + 64), decoding, m.live_file([segment]))


@live
def unknown_live_record():
    """Live records of types 0 and 9, and a RECORD with an unknown critical and an ancillary
    record."""
    segment = Segment(1, 0, items(
        m.live_rec(LOSS.record()), (9, bytes(16), []), m.live_scalar(1, 1, 0, 0.5), (0, bytes(8), []),
        m.live_rec(Rec(0x77, "", T0, b"")), m.live_rec(Rec(0x8077, "", T0, b"")),
        m.live_scalar(1, 2, 1, 0.25)))
    return with_live(started_log(), [segment], segment.tells(), unknown=3)


@live
def live_record_damaged():
    """Live records with good checksums that contradict themselves: left out, the others are kept."""
    segment = Segment(1, 0, items(
        m.live_rec(LOSS.record()), (1, bytes(8), []), (2, m.pack("qiHH", 0, 0, 1000, 0) + bytes(24), []),
        (4, m.pack("IHHq", 500, 5, 0, T0), []), (4, bytes(8), []), m.live_scalar(1, 2, 1, 0.25)))
    return with_live(started_log(), [segment], segment.tells(), damaged=True)


@live
def uuid_from_the_live_file():
    """A damaged file header, no footer, no RUN frame: the live file tells the uuid."""
    log = Log()
    log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])])
    segment = Segment(1, 3, items(m.live_scalar(1, 1, 2, 0.125)))
    decoding = expected(log.tells() + segment.tells(), damaged=True, skipped=[(0, 64, "gap")])
    return Vector(flipped(log.bytes(), 45), decoding, m.live_file([segment]))


@live
def status_in_the_live_file():
    """The STATUS record is only in the live file: killed before it was sealed; the state is
    finished."""
    segment = Segment(1, 8, items(m.live_rec(DONE)))
    return with_live(open_log(), [segment], segment.tells())


@live
def beside_a_finished_log():
    """A live file that was not removed in time: the footer is used, nothing is added."""
    log = small_log()
    segment = Segment(1, 0, items(m.live_rec(LOSS.record()), m.live_scalar(1, 1, 0, -1.0)))
    return with_live(log, [segment], [])


@live
def not_a_live_file():
    """The file beside the log is something else: it holds no live records."""
    vector = of(open_log())
    vector.live = b"this is not a live file\n" * 3
    return vector


# -- files ---------------------------------------------------------------------------------------


def to_json(decoding):
    """JSON with one line per series, record and skipped range."""

    def value(v):
        if isinstance(v, list) and v and isinstance(v[0], dict):
            return "[\n  " + ",\n  ".join(map(json.dumps, v)) + "\n ]"
        return json.dumps(v)

    lines = ",\n ".join("%s: %s" % (json.dumps(k), value(v)) for k, v in decoding.items())
    return "{\n " + lines + "\n}\n"


def files():
    """Every file of format-spec/vectors: {path below it: bytes}."""
    made = {"README.md": readme().encode()}
    for folder, name, _, maker in ALL:
        vector = maker()
        made["%s/%s.elog" % (folder, name)] = vector.data
        made["%s/%s.json" % (folder, name)] = to_json(vector.decoding).encode()
        if vector.live is not None:
            made["%s/%s.live" % (folder, name)] = vector.live
    return made


def readme():
    text = """# Test vectors of the epochlog format

Each vector is a main log, `NAME.elog`, with its live file `NAME.live` where it is about that, and its
decoding `NAME.json` as section 12 of [FORMAT.md](../FORMAT.md) tells it. A file that a reader must
refuse has `{"error": KIND}` there, with a KIND of `empty`, `not a log`, `newer version` or
`unknown feature`. A reader is right when it gives these decodings, both by footer and index and by
scanning; numbers are compared as numbers, with the sign of a zero.

`tests/format/make_vectors.py` makes them; the files are never changed by hand.
"""
    for folder in FOLDERS:
        text += "\n## %s\n\n| vector | what it is for |\n|---|---|\n" % folder
        text += "".join("| `%s` | %s |\n" % (n, p.rstrip(".")) for f, n, p, _ in ALL if f == folder)
    return text


def main(arguments):
    made = files()
    if "--list" in arguments:
        print("\n".join(sorted(made)))
        return
    for old in VECTORS.glob("*/*.*"):
        if str(old.relative_to(VECTORS)) not in made:
            old.unlink()
    for path, data in made.items():
        (VECTORS / path).parent.mkdir(parents=True, exist_ok=True)
        (VECTORS / path).write_bytes(data)
    print("%d files, %d bytes" % (len(made), sum(map(len, made.values()))))


if __name__ == "__main__":
    main(sys.argv[1:])
