"""What the test vectors are made of: the register, small logs, ways to spoil them."""

from elog_maker import T0, T0_US, Chunk, Log, Series, expected
import elog_maker as m

MS = 1_000_000  # ns

FOLDERS = ("good", "torn", "damaged", "future", "live")
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


def hit(log, at, lost, why, missing=0, **options):
    """The log with one byte flipped, which loses the frame lost."""
    skipped = [(lost.offset, lost.end, why)] if lost else []
    decoding = expected(log.tells(without=[lost]), damaged=True, skipped=skipped, missing=missing,
                        **options)
    return Vector(flipped(log.bytes(), at), decoding)


def started_log():
    log = Log()
    log.run()
    return log
