"""Keeps what a program prints, and shows it as before."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from ._run import Run

_PIECE = 65536


class Console:
    """Standard output and error of the process and its children, copied to logs/std_log.txt.

    It works on the descriptors, so what C code and child processes print is in it, too.  Bytes go
    through unchanged and in the order in which they arrive; the two streams share one file.
    """

    def __init__(self, run: Run) -> None:
        folder = os.path.join(run.folder, "logs")
        os.makedirs(folder, exist_ok=True)
        name = "std_log.txt" if run.rank == 0 else f"std_log_rank_{run.rank:02d}.txt"
        self.path = os.path.join(folder, name)
        self.is_closed = False
        self._owner = os.getpid()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(self.path, flags, 0o666)
        self._streams = [_Stream(number, self._file) for number in (1, 2)]

    def close(self) -> None:
        """Puts the streams back; what was printed until now is in the file."""
        if self.is_closed or os.getpid() != self._owner:
            return
        self.is_closed = True
        _flush()
        for stream in self._streams:
            stream.close()
        os.close(self._file)

    def __enter__(self) -> Console:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Stream:
    """One descriptor: a pipe in its place, and a thread that copies from there to two places."""

    def __init__(self, number: int, file: int) -> None:
        _flush()
        self._number = number
        self._file = file
        self._shown = os.dup(number)
        self._source, sink = os.pipe()
        os.dup2(sink, number)
        os.close(sink)
        self._thread = threading.Thread(target=self._copy, name="epochlog-console", daemon=True)
        self._thread.start()

    def _copy(self) -> None:
        while True:
            try:
                piece = os.read(self._source, _PIECE)
            except OSError:
                return
            if not piece:
                return
            _write(self._shown, piece)
            _write(self._file, piece)

    def close(self) -> None:
        os.dup2(self._shown, self._number)
        # A child that lives on may keep the pipe open: it is not waited for.
        self._thread.join(timeout=2)
        os.close(self._shown)


def _write(number: int, piece: bytes) -> None:
    """All of it, or, where the place takes no more, none: printing goes on."""
    while piece:
        try:
            piece = piece[os.write(number, piece) :]
        except OSError:
            return


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
