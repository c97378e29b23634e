"""What this process logs: a writer for each run, shared by all `Run` objects of that run.

A run that another process logs, or that has ended, can still be added to: with a *late* writer,
which has a rank that decides nothing about how the run ended, and leaves it in the end.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Iterator

from . import _word
from .exceptions import RunNotFoundException

if TYPE_CHECKING:
    import epochlog

    from ._outputs import TrackedFolder

LATE_RANK = 99999
"""Above that of any process that takes part in the run."""
_LATE_RING_KIB = 256
_LATE_MOST = 16
"""Late writers that are open at once: each has a file mapped and a thread."""


class Session:
    """This process's part in a run."""

    def __init__(self, writer: epochlog.Run) -> None:
        self.writer = writer
        self.is_lasting = False
        """Of a late part: it stays open from one call to the next, as metrics are logged."""
        self.users = 0
        """Of a late part: how many need it just now."""
        self.is_submitted = False
        """The process that submitted the script says how the run ended, unless the script does."""
        self.kinds: dict[str, str] = {}
        """What each name was used for: "number", "text", "list", "row" or "table"."""
        self.described: set[str] = set()
        """The names whose description was kept."""
        self.folders: list[TrackedFolder] = []
        self.wants_report = False
        """Somebody was given the address of the report: it is made when the run ends."""
        self.process = os.getpid()

    def keep_outputs(self) -> None:
        """Keeps the files of its folders, once; what cannot be kept is told as a warning."""
        folders, self.folders = self.folders, []
        if self.process != os.getpid():
            return
        problems = [problem for folder in folders for problem in folder.keep_in(self.writer)]
        if problems:
            import warnings

            told = "; ".join(problems[:3]) + ("; …" if len(problems) > 3 else "")
            warnings.warn(f"run {self.writer.id}: not kept: {told}", RuntimeWarning, stacklevel=4)


_sessions: dict[str, Session] = {}
_late: dict[str, Session] = {}
_lock = threading.RLock()
_is_watching = False


def add(session: Session) -> None:
    """Makes it this process's part in its run.  Its outputs are kept when the interpreter ends,
    if nobody ends the run before."""
    with _lock:
        _sessions[os.path.abspath(session.writer.folder)] = session
    _watch()


def of(folder: str) -> Session | None:
    """The part that this process has in a run as one that logs it; None: it has none, or it has
    ended."""
    session = _sessions.get(folder)
    if session is None:
        return None
    if session.writer.is_open:
        return session
    with _lock:
        _sessions.pop(folder, None)
    return None


def late(folder: str) -> Session:
    """A part in a run that others log or logged: opened at first use, left by `leave_late`.

    Raises RunNotFoundException where the folder is gone, OSError where it cannot be written.
    """
    with _lock:
        session = _opened(folder)
        session.is_lasting = True
        return session


@contextlib.contextmanager
def briefly_late(folder: str) -> Iterator[Session]:
    """The same for a few facts: left at the end of the block, unless somebody else uses it."""
    with _lock:
        session = _opened(folder)
        session.users += 1
    try:
        yield session
    finally:
        with _lock:
            session.users -= 1
            if session.users == 0 and not session.is_lasting:
                leave_late(folder)


def _opened(folder: str) -> Session:
    import epochlog

    from .. import _exit

    session = _late.get(folder)
    if session is not None and session.writer.is_open:
        return session
    while len(_late) >= _LATE_MOST:
        leave_late(next(iter(_late)))
    if not os.path.isdir(folder):
        raise RunNotFoundException(f"the folder of the run is gone: {folder}")
    root, run_id = os.path.split(folder)
    writer = epochlog.Run(
        run_id=run_id,
        root=root,
        rank=LATE_RANK,
        world_size=1,
        ring_kib=_LATE_RING_KIB,
        environment=False,
    )
    _exit.watch(writer, is_worker=True)  # left when the process ends, whatever ends it
    session = _late[folder] = Session(writer)
    return session


def leave_late(folder: str) -> None:
    """Leaves a run that was added to."""
    with _lock:
        session = _late.pop(folder, None)
    if session is not None and session.writer.is_open:
        session.writer.leave()


def _watch() -> None:
    """Has `_end` called when the interpreter ends: before epochlog ends the runs, since what was
    registered last is called first, and epochlog did so when the first run began."""
    global _is_watching
    if _is_watching:
        return
    _is_watching = True
    import atexit

    atexit.register(_end)


def _end() -> None:
    from .. import _exit

    for session in list(_sessions.values()):
        if not session.writer.is_open:
            continue
        session.keep_outputs()
        if session.is_submitted and _word.supervisor() is None and session.process == os.getpid():
            # Nobody else is left to tell the end: epochlog does, as for any other run.
            _exit._workers.discard(id(session.writer))
