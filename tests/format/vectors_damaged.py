"""Vectors of the folder damaged: logs with bytes changed, foreign or contradictory."""

import elog_maker as m
from elog_maker import Chunk, Log, Rec, Series, T0, expected
from vector_parts import DONE, EPOCH, LOSS, MS, Vector, flipped
from vector_parts import hit, of, open_log, refused, rows, small_log, vector

damaged = vector("damaged")


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


@damaged
def batch_column_of_another_length():
    """A BATCH column with more values than the batch has rows: its values are null, the others' not."""
    log = Log()
    log.run()
    rec = m.batch(T0 + MS, "table", "t", [
        ("a", "integer", [1, 2], m.linear), ("b", "integer", [3, 4], lambda v: m.linear(v + [5]))])
    rec.tells[0][2]["columns"][1]["values"] = None
    log.block(records=[rec])
    return of(log, damaged=True)


@damaged
def sparse_row_beyond():
    """A point of the sparse section that names a row beyond the last: only that point is lost."""
    log = Log()
    log.run()
    log.block([LOSS], rows(2), sparse=[(1, 0, 0.5), (1, 1, 0.25)], spoil_sparse=m.linear([0, 2]))
    return Vector(log.bytes(), expected([t for t in log.tells() if t[-1] != 0.25], damaged=True))
