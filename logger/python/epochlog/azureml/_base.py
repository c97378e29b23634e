"""What every part of `Run` needs: who the run is, its folder, a writer, its files as read."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Iterator

from . import _sessions
from .exceptions import RunNotFoundException

if TYPE_CHECKING:
    import epochlog

    from .core.experiment import Experiment


class RunBase:
    """A handle of a run: the same whether this process logs it, another does, or it has ended."""

    def __init__(self, experiment: Experiment, run_id: str) -> None:
        self._experiment = experiment
        self._id = run_id
        self._root = experiment.workspace.root
        self._folder = os.path.join(self._root, run_id)

    def _logging(self) -> _sessions.Session:
        """This process's part in the run; where it has none, one that adds to the run."""
        return _sessions.of(self._folder) or _sessions.late(self._folder)

    @contextlib.contextmanager
    def _adding(self) -> Iterator[epochlog.Run]:
        """A writer for a few facts."""
        session = _sessions.of(self._folder)
        if session is not None:
            yield session.writer
            return
        with _sessions.briefly_late(self._folder) as late:
            yield late.writer

    def _saved(self) -> epochlog.SavedRun:
        """The run as its files have it by now; points are read when they are asked for.

        Raises RunNotFoundException.
        """
        from .. import _native
        from .._saved_run import SavedRun

        if not os.path.isdir(self._folder):
            raise RunNotFoundException(f"no run {self._id!r} in {self._root}")
        return SavedRun(self._folder, _native.open_run(self._folder, summary=True))
