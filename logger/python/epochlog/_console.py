"""Keeps what a program prints, and shows it as before.

Standard output and error become pipes to a small process of its own (_copier.py), which writes
what comes to the run's file and to where it went before.  So nothing hangs on this process: what
was printed before `kill -9`, and what a crash says with its last breath, is kept and shown; C code
that prints while it holds the interpreter's lock waits for nobody; children that live on print as
before.  What is still in a buffer of the program's (Python's, or libc's stdout) when it is killed
was not printed yet.

Programs that ask whether they print to a terminal are told no, and may leave out colours.
"""

from __future__ import annotations

import os
import sys
import threading

TYPE_CHECKING = False  # not from typing, which takes long to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Any

    from ._run import Run

_HIGH = 32
"""Our descriptors are no smaller: the lowest may be closed, or are the copier's to set."""
_START_S = 30.0
"""For the copier's first word."""
_DRAIN_S = 10.0
"""For what is left in the pipes at the end, after which a terminal that stands still is left."""

_lock = threading.RLock()
_consoles: list[Console] = []
"""Those that are in the way of a stream, the last one on top."""


class Console:
    """Standard output and error of the process and its children, copied to logs/std_log.txt.

    It works on the descriptors, so what C code and child processes print is in it, too.  Bytes go
    through unchanged and in the order in which they arrive; the two streams share one file.  Where
    sys.stdout is no such descriptor (in a notebook, under pytest), texts written to it are kept as
    well.  A disk that is full is said in the file once there is room again; printing goes on.

    Raises OSError where the file cannot be made or the copier cannot be started.
    """

    def __init__(self, run: Run) -> None:
        folder = os.path.join(run._place, "logs")
        os.makedirs(folder, exist_ok=True)
        name = "std_log.txt" if run.rank == 0 else f"std_log_rank_{run.rank:02d}.txt"
        self.path = os.path.join(folder, name)
        self.is_closed = False
        self._owner = os.getpid()
        with _lock:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            self._file = _raised(os.open(self.path, flags, 0o666))
            _flush()
            try:
                self._redirect()
            except OSError:
                os.close(self._file)
                raise
            _consoles.append(self)
            streams = [name for name in ("stdout", "stderr") if _is_apart(name)]
            self._tees = [_Tee(name, self._file) for name in streams]

    def _redirect(self) -> None:
        python = _interpreter()
        self._shown = {number: _copy(number) for number in (1, 2)}
        pipes = {number: [_raised(end) for end in os.pipe()] for number in (1, 2)}
        sources = {number: source for number, (source, _) in pipes.items()}
        self._pipes = {number: _identity(sink) for number, (_, sink) in pipes.items()}
        try:
            self._copier = _Copier(python, self._file, self._shown, sources)
            for number, (_, sink) in pipes.items():
                os.dup2(sink, number)
        except OSError:
            _close_all(self._shown.values())
            raise
        finally:
            for ends in pipes.values():
                _close_all(ends)

    def keep(self, text: str) -> None:
        """Adds a text to the file that is not shown."""
        if os.getpid() != self._owner:
            return
        with _lock:
            if not self.is_closed:
                _flush()
                for console in _from_the_top():
                    console._copier.drain()
                _write(self._file, text.encode("utf-8", "replace"))

    def close(self) -> None:
        """Puts the streams back; what was printed until now is in the file.

        In a forked child it does nothing: the streams are the parent's to put back.
        """
        if os.getpid() != self._owner:
            return
        with _lock:
            if self.is_closed:
                return
            _flush()
            self.is_closed = True
            for tee in self._tees:
                tee.close()
            _take_off_closed()
            # Down to the last one: what comes next is shown behind what is under way.
            for console in _from_the_top():
                if console is self:
                    self._copier.stop()
                else:
                    console._copier.drain()
            os.close(self._file)
            while _consoles and _consoles[-1].is_closed:
                _consoles.pop()._release()

    def _is_on(self, number: int) -> bool:
        return self._pipes[number] == _identity(number)

    def _take_off(self, number: int) -> None:
        shown = self._shown[number]
        if shown < 0:
            os.close(number)
        else:
            os.dup2(shown, number)

    def _release(self) -> None:
        self._copier.close()
        _close_all(self._shown.values())

    def __enter__(self) -> Console:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            from ._exit import traceback_text

            self.keep(traceback_text(error))
        self.close()


def _from_the_top() -> list[Console]:
    """What is printed comes through all of them, one after the other.  Copiers that a forked child
    has from its parent listen to that alone."""
    return [console for console in reversed(_consoles) if console._owner == os.getpid()]


def _take_off_closed() -> None:
    """Takes closed consoles off the streams.  One below another that is open stays, and shows; so
    does one that somebody else has redirected since, who may put it back."""
    for number in (1, 2):
        for console in reversed(_consoles):
            if console.is_closed and console._is_on(number):
                console._take_off(number)


class _Copier:
    """The process that copies.  It lives as long as somebody can print to the pipes."""

    def __init__(
        self, python: str, file: int, shown: dict[int, int], sources: dict[int, int]
    ) -> None:
        import signal
        import socket

        ours, other = socket.socketpair()
        self._control = socket.socket(fileno=_raised(ours.detach()))
        control = _raised(other.detach())
        null = _raised(os.open(os.devnull, os.O_RDWR))
        places = [null, null, null, control, file]
        for number in (1, 2):
            places += [sources[number], shown[number] if shown[number] >= 0 else null]
        program = os.path.join(os.path.dirname(__file__), "_copier.py")
        try:
            process = os.posix_spawn(
                python,
                [python, "-I", "-S", program],
                os.environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, fd, i) for i, fd in enumerate(places)],
                # What ends or stops the program is not for the copier.
                setsigmask=signal.valid_signals(),
            )
        except OSError:
            self._control.close()
            raise
        finally:
            os.close(control)
            os.close(null)
        try:
            os.waitpid(process, 0)  # the copier itself is nobody's child
        except ChildProcessError:
            pass  # somebody else waits for all
        if not self._hears(_START_S):
            self._control.close()
            raise OSError(f"'{python}' did not start to keep what is printed")

    def _hears(self, seconds: float) -> bool:
        """Whether the copier answers: it does so when the pipes are empty."""
        self._control.settimeout(seconds)
        try:
            return self._control.recv(1) == b"."
        except OSError:
            return False

    def drain(self) -> None:
        """Waits until what was printed before is in the file."""
        self._ask(b"d")

    def stop(self) -> None:
        """The same; from now on what comes is shown, but not kept."""
        self._ask(b"s")

    def close(self) -> None:
        self._control.close()

    def _ask(self, word: bytes) -> None:
        try:
            self._control.sendall(word)
        except OSError:
            return  # it was killed
        self._hears(_DRAIN_S)


def _interpreter() -> str:
    """Python; where it is part of another program, the one installed beside its library."""
    for path in (sys.executable or "", os.path.join(sys.exec_prefix, "bin", "python3")):
        if os.path.basename(path).startswith(("python", "pypy")) and os.access(path, os.X_OK):
            return path
    raise OSError("there is no Python interpreter that could keep what is printed")


class _Tee:
    """A stream of Python's that is on neither descriptor, with a copy of its texts in a file."""

    def __init__(self, name: str, file: int) -> None:
        self._name = name
        self._stream: Any = getattr(sys, name)
        self._file = file
        setattr(sys, name, self)

    def write(self, text: str) -> int:
        count: int = self._stream.write(text)
        if self._file >= 0:
            _write(self._file, text.encode("utf-8", "replace"))
        return count

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def close(self) -> None:
        """Steps back; who has kept a reference prints as before."""
        self._file = -1
        if getattr(sys, self._name) is self:
            setattr(sys, self._name, self._stream)


# ---------------------------------------------------------------- descriptors


def _raised(number: int) -> int:
    """The descriptor under a number that is in nobody's way."""
    import fcntl

    try:
        return fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    finally:
        os.close(number)


def _copy(number: int) -> int:
    """Another descriptor for the same, or -1 where the number is closed."""
    import fcntl

    try:
        return fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except OSError:
        return -1


def _close_all(numbers: Iterable[int]) -> None:
    for number in numbers:
        if number >= 0:
            os.close(number)


def _identity(number: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(number)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _write(number: int, piece: bytes) -> None:
    """All of it, or, where the place takes no more, none: printing goes on."""
    while piece:
        try:
            piece = piece[os.write(number, piece) :]
        except OSError:
            return


def _is_apart(name: str) -> bool:
    """Whether the stream prints elsewhere than to its descriptor."""
    stream = getattr(sys, name)
    if stream is None:
        return False
    try:
        return stream.fileno() not in (1, 2)
    except Exception:  # each kind of stream says in its own way that it has none
        return True


def _flush() -> None:
    """What Python and C have in their buffers goes out, to where it belongs now."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
    try:
        import ctypes

        libc = ctypes.CDLL(None)
        libc.fflush(ctypes.c_void_p.in_dll(libc, "stdout"))
    except (ImportError, OSError, ValueError, AttributeError):
        pass
