"""The process that keeps and shows what another one prints; see _console.py.

It imports nothing of the package and ends when nobody can print any more.  Its descriptors:

    3    a socket: "d" is answered when the pipes are empty, "s" as well, and nothing is kept since
    4    the file in which it is kept
    5 6  the pipe of standard output, and where that is shown
    7 8  the same of standard error
"""

from __future__ import annotations

import os
import select

CONTROL, FILE = 3, 4
SHOWN = {5: 6, 7: 8}
PIECE = 1 << 16
MOST = 1 << 20
"""As much as a pipe can hold: what comes behind it was printed later."""


class Copier:
    def __init__(self) -> None:
        self.is_keeping = True
        self.lost = 0
        self.poll = select.poll()
        self.sources = set(SHOWN)
        for source in self.sources:
            os.set_blocking(source, False)
        for number in (CONTROL, *self.sources):
            self.poll.register(number, select.POLLIN)

    def run(self) -> None:
        os.write(CONTROL, b".")
        while self.sources:
            ready = {number for number, _ in self.poll.poll()}
            for source in sorted(ready - {CONTROL}):
                self.copy(source)
            if CONTROL in ready:
                self.answer()

    def answer(self) -> None:
        word = os.read(CONTROL, 1)
        if not word:  # who printed is gone; children of it may not be
            self.poll.unregister(CONTROL)
            return
        for source in sorted(self.sources):
            left = MOST
            while left > 0 and (size := self.copy(source)):
                left -= size
        self.keep(b"")
        if word == b"s":
            self.is_keeping = False
        try:
            os.write(CONTROL, b".")
        except OSError:
            pass  # it has not waited

    def copy(self, source: int) -> int:
        """One piece; its size, 0: there is none now."""
        try:
            piece = os.read(source, PIECE)
        except BlockingIOError:
            return 0
        if not piece:
            self.poll.unregister(source)
            self.sources.discard(source)
        elif self.is_keeping:
            self.keep(piece)
        show(SHOWN[source], piece)
        return len(piece)

    def keep(self, piece: bytes) -> None:
        """In the file; while it takes nothing, what is lost is counted, and then told there."""
        try:
            if self.lost:
                os.write(FILE, b"\n[epochlog: %d bytes are missing here]\n" % self.lost)
                self.lost = 0
            while piece:
                piece = piece[os.write(FILE, piece) :]
        except OSError:
            self.lost += len(piece)


def show(number: int, piece: bytes) -> None:
    while piece:
        try:
            piece = piece[os.write(number, piece) :]
        except BlockingIOError:  # a terminal that others have set so
            select.select([], [number], [])
        except OSError:
            return  # nobody looks


def main() -> None:
    if os.fork():
        os._exit(0)
    os.setsid()
    for name in os.listdir("/proc/self/fd"):
        if int(name) > max(SHOWN.values()):
            try:
                os.close(int(name))
            except OSError:
                pass  # that of the listing
    Copier().run()


if __name__ == "__main__":
    main()
