"""Vectors of the folder good: whole logs, everything that version 1 can hold."""

import elog_maker as m
from elog_maker import Chunk, Log, Rec, Series, T0, T0_US, f32, planes
from vector_parts import DONE, LOSS, MS, floats, of, open_log, rows, small_log, vector

good = vector("good")


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


LOSS_2 = Series(2, "loss", goal="minimize")


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
def series_described_twice():
    """Two SERIES records of one id, with another name and type: the first counts."""
    log = Log()
    log.run()
    other = Series(1, "other", "integer", "maximize")
    log.block([LOSS, other], rows(2), [Chunk(1, [0.5, 0.25])])
    log.records(other.record())
    log.block([other], rows(2, 2), [Chunk(1, [0.125, 1.0])])
    return of(log)


@good
def run_record_in_a_block():
    """RUN records outside of the FOOTER, one of them no RUN body at all: ignored."""
    log = Log()
    log.run()
    body, _ = m.run_body(run_id="another", name="ignored")
    records = [Rec(0x01, "RUN", T0, body), Rec(0x01, "RUN", T0, b"nonsense")]
    log.block([LOSS], rows(1), [Chunk(1, [0.5])], records=[*records, DONE])
    log.records(*records)
    return of(log)


@good
def attribute_repeated():
    """A BATCH with keys given twice, the name among them: the last of each counts."""
    log = Log()
    log.run()
    rec = m.batch(T0 + MS, "table", "first", [("a", "integer", [1, 2], m.linear)],
                  attributes=[("key", "1"), ("name", "last"), ("key", "2")],
                  names=[("classes", ["a", "b"]), ("classes", ["c"])])
    rec.tells[0][2].update(name="last", attributes={"key": "2"}, names={"classes": ["c"]})
    log.block(records=[rec])
    return of(log)


@good
def block_without_chunks():
    """A block whose points are all sparse: its entry_len, here 0, is not looked at."""
    log = Log()
    log.run()
    log.block([LOSS], rows(2), sparse=[(1, 0, 0.5), (1, 1, 0.25)], records=[DONE], entry_len=0)
    return of(log)


@good
def continuing():
    """A log that continues another: its numbers start where RUN says; its RECORDS frame repeats the
    series and facts."""
    log = Log()
    log.run(continues=m.OTHER_UUID, continues_seq=1000, pid_namespace=4026531836)
    log.seq = 1000
    log.records(LOSS.record(), m.param(T0 + MS, "lr", 0.1))
    log.block([], rows(3, 990), [Chunk(1, [0.5, 0.25, 0.125])])
    log.block([LOSS], rows(1, 993), [Chunk(1, [0.0625])], records=[DONE])
    log.finish([LOSS], [m.param(T0 + MS, "lr", 0.1), DONE])
    return of(log)


@good
def continues_nothing():
    """RUN has the fields of a continuing log, but no uuid in them: its continues_seq does not
    count, what stands behind does."""
    log = Log()
    log.run(continues=bytes(16), continues_seq=7, pid_namespace=4026532001)
    log.block([LOSS], rows(1), [Chunk(1, [0.5])])
    return of(log)


@good
def continues_without_a_namespace():
    """RUN ends within the field behind continues_seq: that one is not there."""
    log = Log()
    log.run(continues=m.OTHER_UUID, continues_seq=5, extra=bytes(7))
    return of(log)


@good
def continues_cut():
    """RUN ends within continues_seq: neither it nor continues is there, and nothing is damaged."""
    log = Log()
    log.run(extra=m.OTHER_UUID + bytes(7))
    return of(log)


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
