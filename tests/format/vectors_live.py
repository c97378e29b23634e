"""Vectors of the folder live: logs with a live file beside them."""

import elog_maker as m
from elog_maker import Chunk, Log, Rec, Segment, Series, T0, expected
from vector_parts import DONE, EPOCH, LOSS, MS, Vector, flipped
from vector_parts import floats, of, open_log, rows, small_log, started_log, vector

live = vector("live")


def with_live(log, segments, tells, uuid=m.UUID, **options):
    options.setdefault("damaged", False)
    return Vector(log.bytes(), expected(log.tells() + tells, **options), m.live_file(segments, uuid))


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
def of_a_continuing_log():
    """A log that continues another and has nothing sealed: the numbers of its live records start
    where RUN says."""
    log = Log()
    log.run(continues=m.OTHER_UUID, continues_seq=1 << 33)
    log.records(LOSS.record())
    segment = Segment(1, 1 << 33, [m.live_scalar(1, i, i, 0.5 * i) for i in range(3)])
    return with_live(log, [segment], segment.tells())


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
def bytes_behind_a_record():
    """A RECORD with a second record, or with zeros, behind its padding: both are left out whole."""
    param = m.param(T0 + MS, "not", "told").bytes()
    segment = Segment(1, 0, items(
        m.live_rec(LOSS.record()), (4, param + m.tag(T0, "behind").bytes(), []),
        m.live_scalar(1, 2, 1, 0.25), (4, param + bytes(8), []), m.live_rec(DONE)))
    return with_live(started_log(), [segment], segment.tells(), damaged=True)


@live
def block_not_usable():
    """The last BLOCK claims more rows than may be: it is not good, so its records are read from the
    live file."""
    log = Log()
    log.run()
    lost = log.block([LOSS], rows(1), [Chunk(1, [0.5])],
                     spoil_payload=lambda p: p[:24] + m.pack("I", 16777217) + p[28:])
    segment = Segment(1, 0, [m.live_rec(LOSS.record()), m.live_scalar(1, 1000, 0, 0.5)])
    decoding = expected(log.tells(without=[lost]) + segment.tells(), damaged=True)
    return Vector(log.bytes(), decoding, m.live_file([segment]))


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
