"""Vectors of the folder future: logs of later versions."""

import elog_maker as m
from elog_maker import Chunk, Log, Rec, Series, T0, expected
from vector_parts import DONE, EPOCH, LOSS, MS, Vector, flipped, hit, of, refused, rows, small_log
from vector_parts import started_log, vector

future = vector("future")


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
    log.run(continues=bytes(16), pid_namespace=4026531836, extra=b"a field of a later version")
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
def unknown_codec_of_no_rows():
    """A rows section of an unknown codec in a block without rows: it is not looked at."""
    log = Log()
    log.run()
    log.block(records=[m.param(T0 + MS, "lr", 0.1), DONE],
              spoil_payload=lambda payload: flipped(payload, 64))
    return of(log)


@future
def unknown_critical_frame_flip():
    """A frame of type 0x2A whose payload is damaged: skipped, and not counted as unknown."""
    log = Log()
    log.run()
    lost = log.frame(0x2A, b"not known in version 1")
    log.block([LOSS], rows(1), [Chunk(1, [0.5])])
    return hit(log, lost.body + 3, lost, "payload")


@future
def longer_live_header():
    """A live file whose header is longer: its segments start behind it."""
    log = started_log()
    segment = m.Segment(1, 0, [m.live_rec(LOSS.record()), m.live_scalar(1, 5, 0, 0.5)])
    live = m.live_file([segment], header_len=4608)
    return Vector(log.bytes(), expected(log.tells() + segment.tells()), live)


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
