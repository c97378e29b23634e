"""The run that this process belongs to."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from . import _outputs, _sessions, _starting
from .exceptions import RunEnvironmentException, UserErrorException

if TYPE_CHECKING:
    from .core.run import Run

_OFFLINE = "EPOCHLOG_AZUREML_OFFLINE"
"""The environment variable that tells workers of multiprocessing the run of their program."""
_PREFIX = "OfflineRun_"

_current: Run | None = None
_lock = threading.Lock()


def current(allow_offline: bool) -> Run:
    """See `Run.get_context`."""
    global _current
    with _lock:
        if _current is None or _is_over(_current):
            _current = _submitted() or _of_parent() or _offline(allow_offline)
        return _current


def track(folder: str, root: str, outputs: str) -> None:
    """Has a run that this process logs keep the files of one more folder."""
    session = _sessions.of(folder)
    if session is None:
        raise UserErrorException("outputs are for a run that this process logs")
    os.makedirs(outputs, exist_ok=True)
    prefix = _outputs.prefix_of(outputs)
    session.folders.append(_outputs.TrackedFolder(outputs, prefix, root, everything=True))


def _is_over(run: Run) -> bool:
    """Whether it was a run of its own, which has ended: the next one is another."""
    return run.id.startswith(_PREFIX) and _sessions.of(run._folder) is None


def _submitted() -> Run | None:
    """The run that the environment names."""
    from .core.experiment import Experiment
    from .core.run import Run
    from .core.workspace import Workspace

    run_id = os.environ.get("EPOCHLOG_RUN_ID")
    if not run_id:
        return None
    workspace = Workspace._local()
    session = _starting.join(workspace.root, run_id)
    return Run._of(Experiment(workspace, session.writer.experiment), session.writer.id)


def _of_parent() -> Run | None:
    """In a worker that multiprocessing started: the run of the program, as one that adds to it."""
    from .core.run import Run
    from .core.workspace import Workspace

    place = os.environ.get(_OFFLINE)
    if not place or not _is_worker():
        return None
    root, run_id = os.path.split(place)
    return Run.get(Workspace._local(root), run_id)


def _is_worker() -> bool:
    """Whether multiprocessing started this process.  While a spawned one imports its program's
    main module, it knows itself as one that inherits, and has no parent yet."""
    process = sys.modules.get("multiprocessing.process")
    if process is None:
        return False
    is_inheriting = getattr(process.current_process(), "_inheriting", False)
    return is_inheriting or process.parent_process() is not None


def _offline(allow_offline: bool) -> Run:
    from .core.experiment import Experiment
    from .core.run import _OfflineRun
    from .core.workspace import Workspace

    if not allow_offline:
        raise RunEnvironmentException(
            "this process belongs to no submitted run: EPOCHLOG_RUN_ID is not set"
        )
    workspace = Workspace._local()
    experiment = Experiment(workspace, os.environ.get("EPOCHLOG_EXPERIMENT") or "default")
    session = _starting.begin(workspace, experiment.name, prefix=_PREFIX)
    os.environ[_OFFLINE] = os.path.join(workspace.root, session.writer.id)
    return _OfflineRun._of(experiment, session.writer.id)
