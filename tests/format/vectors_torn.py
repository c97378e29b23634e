"""Vectors of the folder torn: logs whose end is missing, as a crash leaves them."""

import elog_maker as m
from elog_maker import Chunk, Log, T0, expected
from vector_parts import LOSS, MS, Vector, flipped, of, open_log, refused, rows, small_log, vector

torn = vector("torn")


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
def cut_behind_header_checksum():
    """62 bytes: the file header's checksum is there and fits, but the header is not whole."""
    return refused(Log().bytes()[:62], "empty")


@torn
def cut_in_longer_frame_header():
    """Cut behind 50 bytes of a frame header of 64: it cannot be checked, so the tail is torn."""
    log = Log(frame_header_len=64)
    log.run()
    frame = log.block([LOSS], rows(1), [Chunk(1, [0.5])])
    return cut(log, frame.offset + 50, [frame], "torn", damaged=True)


@torn
def cut_behind_damaged_file_header():
    """A damaged file header, and the only frame is cut: its header shows that the uuid is right."""
    log = Log()
    run = log.run()
    skipped = [(0, 64, "gap"), (64, run.end - 8, "cut")]
    decoding = expected([], damaged=True, skipped=skipped)
    return Vector(flipped(log.bytes()[: run.end - 8], 20), decoding)


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
