"""More vectors of the folder damaged: contents that contradict themselves under good checksums."""

import elog_maker as m
from elog_maker import Chunk, Log, Rec, Series, T0, expected
from vector_parts import EPOCH, LOSS, MS, Vector, flipped, hit, of, rows, small_log, started_log, vector

damaged = vector("damaged")

AFTER = Series(9, "after")


def left_out(log, *lost, **options):
    """A vector of a log whose points of the series in lost are left out."""
    tells = [t for t in log.tells() if t[0] != "point" or t[1] not in lost]
    return Vector(log.bytes(), expected(tells, damaged=True, **options))


@damaged
def status_only_in_the_footer():
    """A flip in the BLOCK that held the STATUS record: the FOOTER has kept it, so the state is
    finished; nothing else is taken from there."""
    log = small_log()
    return hit(log, log.frames[2].body + 70, log.frames[2], "payload")


@damaged
def file_header_flip_deflated_run():
    """A flip in the uuid of the file header, and the RUN frame that tells it is deflated."""
    log = Log()
    log.run(arguments=["--same"] * 40, deflated=True)
    log.block([LOSS], rows(1), [Chunk(1, [0.5])])
    decoding = expected(log.tells(), damaged=True, skipped=[(0, 64, "gap")])
    return Vector(flipped(log.bytes(), 45), decoding)


@damaged
def run_body_damaged():
    """A good RUN frame whose body ends too early: run is null."""
    log = Log()
    log.frame(m.RUN, m.run_body()[0][:60])
    log.block([LOSS], rows(1), [Chunk(1, [0.5])])
    return of(log, damaged=True)


@damaged
def row_count_beyond_the_limit():
    """A block of 16777217 rows: nothing of it is read, its records neither."""
    log = started_log()
    lost = log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])], records=[m.param(T0 + MS, "lr", 0.1)],
                     spoil_payload=lambda p: p[:24] + m.pack("I", 16777217) + p[28:])
    log.block([EPOCH], rows(1), [Chunk(2, [1])])
    return Vector(log.bytes(), expected(log.tells(without=[lost]), damaged=True))


@damaged
def directory_of_another_length():
    """A directory_len that is not entry_len times chunk_count: nothing of the block is read."""
    log = started_log()
    lost = log.block([LOSS], rows(2), [Chunk(1, [0.5, 0.25])],
                     spoil_payload=lambda p: p[:40] + m.pack("I", 160) + p[44:] + bytes(8))
    return Vector(log.bytes(), expected(log.tells(without=[lost]), damaged=True))


def with_head(coder, at, value):
    """A coder whose columns have another byte at a place of their head."""

    def spoiled(values):
        data = bytearray(coder(values))
        data[at] = value
        return bytes(data)

    return spoiled


@damaged
def word_where_it_may_not_stand():
    """RAW of f32 and of decimals, LINEAR of f64: words that are listed, but not for these codecs."""
    log = started_log()
    series = [LOSS, EPOCH, Series(3, "decimal"), AFTER]
    log.block(series, rows(3), [
        Chunk(1, [0.5, 0.25, 0.125], with_head(m.raw_f64, 1, 2)),
        Chunk(2, [1, 2, 3], with_head(m.linear, 1, 1)),
        Chunk(3, [0.5, 0.25, 0.125], with_head(m.raw_f64, 1, 3)), Chunk(9, [1.0, 2.0, 3.0])])
    return left_out(log, 1, 2, 3)


@damaged
def predictor_where_it_may_not_stand():
    """RAW and LINEAR with predictors, which only PLANES have."""
    log = started_log()
    log.block([LOSS, EPOCH, AFTER], rows(3), [
        Chunk(1, [0.5, 0.25, 0.125], with_head(m.raw_f64, 2, 1)),
        Chunk(2, [1, 2, 3], with_head(m.linear, 2, 2)), Chunk(9, [1.0, 2.0, 3.0])])
    return left_out(log, 1, 2)


@damaged
def text_with_word_or_predictor():
    """Text columns of a BATCH with a word and with a predictor: their values are null."""
    log = started_log()
    rec = m.batch(T0 + MS, "table", "t", [
        ("word", "text", ["a", "b"], with_head(m.texts, 1, 1)),
        ("predictor", "text", ["a", "b"], with_head(m.texts, 2, 1)), ("good", "text", ["a", "b"], m.texts)])
    rec.tells[0][2]["columns"][0]["values"] = rec.tells[0][2]["columns"][1]["values"] = None
    log.block(records=[rec])
    return of(log, damaged=True)


@damaged
def numbers_of_a_column_out_of_range():
    """An exponent where there is none, an f32 seed of more than 32 bits, a decimal of 2^53."""
    log = started_log()
    decimal = m.pack("BBBBIIQ", 2, 3, 1, 2, 1, 0, 2**53)
    log.block([LOSS, EPOCH, Series(3, "decimal"), AFTER], rows(3), [
        Chunk(1, [0.5], with_head(m.planes("f32"), 16, 1)), Chunk(2, [1, 2, 3], with_head(m.linear, 3, 1)),
        Chunk(3, [0.5], lambda _: decimal), Chunk(9, [1.0, 2.0, 3.0])])
    return left_out(log, 1, 2, 3)


@damaged
def row_indices_descend():
    """A chunk whose row indices go back: it is lost."""
    log = started_log()
    log.block([LOSS, AFTER], rows(3), [
        Chunk(1, [0.5, 0.25], row_coder=lambda rows: m.linear([1, 0])), Chunk(9, [1.0, 2.0, 3.0])])
    return left_out(log, 1)


@damaged
def chunk_of_another_kind():
    """Chunks of integers under a float series, of floats under an integer and a bool series, and of
    floats under a text series, with a sparse point of that: all left out."""
    log = started_log()
    series = [LOSS, EPOCH, Series(3, "flag", "bool"), Series(4, "note", "text"), Series(5, "log", "text")]
    log.block([*series, AFTER], rows(3), [
        Chunk(1, [1, 2, 3]), Chunk(2, [1.5, 2.5, 3.0]), Chunk(3, [1.0, 0.0, 1.0]),
        Chunk(4, [0.5, 0.25, 0.125]), Chunk(9, [1.0, 2.0, 3.0])], sparse=[(5, 1, 0.5)])
    return left_out(log, 1, 2, 3, 4, 5)


@damaged
def text_point_of_numbers():
    """TEXT_POINT records of a float and of an integer series: left out, the numbers are kept."""
    log = started_log()
    text = [m.text_point(T0 + MS, 1, 7, "0.5"), m.text_point(T0 + MS, 2, 7, "eight")]
    for record in text:
        record.tells = []
    log.block([LOSS, EPOCH], rows(2), [Chunk(1, [0.5, 0.25]), Chunk(2, [1, 2])], records=text)
    return of(log, damaged=True)


@damaged
def series_described_too_late():
    """The SERIES record that says integer stands behind a chunk of floats, which is left out, and a
    sparse point, whose bits are read by it."""
    log = started_log()
    log.block([], rows(2), [Chunk(2, [1.5, 2.5])], sparse=[(3, 1, m.from_bits(41))])
    late = Series(3, "late", "integer")
    log.block([EPOCH, late], rows(1, 2), [Chunk(2, [7]), Chunk(3, [42])])
    tells = [t for t in log.tells() if t[0] != "point" or t[4] in (7, 42)]
    tells.insert(1, ("point", 3, *rows(2)[1], 41))
    return Vector(log.bytes(), expected(tells, damaged=True))


@damaged
def lost_series_of_two_kinds():
    """Series without a SERIES record: the first chunk tells the type, and the other is left out; so
    is the text of one that has numbers."""
    log = started_log()
    log.block([], rows(2), [Chunk(5, [1, 2]), Chunk(6, [0.5, 0.25])], sparse=[(7, 1, 0.75)])
    text = m.text_point(T0 + MS, 7, 3, "text")
    text.tells = []
    log.block([], rows(2, 2), [Chunk(5, [0.5, 1.5]), Chunk(6, [3, 4])], records=[text])
    tells = [t for t in log.tells() if t[0] != "point" or t[4] not in (0.5, 1.5, 3, 4) or t[1:3] == (6, 0)]
    return Vector(log.bytes(), expected(tells, damaged=True, lost_types={5: "integer"}))


@damaged
def chunk_of_a_lost_series_flip():
    """A damaged chunk of a series without a SERIES record: nothing is left to tell of it."""
    log = started_log()
    log.block([AFTER], rows(3), [Chunk(3, [0.5, 0.25, 0.125]), Chunk(9, [1.0, 2.0, 3.0])],
              spoil=lambda data: flipped(data, 10))
    return left_out(log, 3)


@damaged
def series_of_unknown_kind():
    """A SERIES record whose kind is none of version 1: it is left out, its points are kept."""
    log = started_log()
    body = m.pack("IBBBB", 1, 7, 0, 0, 0) + m.string("loss") + m.string("") * 2
    log.records(Rec(0x02, "SERIES", T0, body))
    log.block([], rows(1), [Chunk(1, [0.5])])
    return of(log, damaged=True)
