"""Runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterator

from .. import _context
from .._details import Details
from .._facts import Facts
from .._family import Family
from .._logging import Logging
from .._models import Models
from .._reading import Reading
from .._snapshots import Snapshots
from ..exceptions import RunNotFoundException

if TYPE_CHECKING:
    from .experiment import Experiment
    from .workspace import Workspace

__all__ = ["Run", "_OfflineRun", "get_run"]


class Run(Logging, Facts, Models, Reading, Snapshots, Family, Details):
    """A run of an experiment: what Azure ML scripts know by this name, in a folder on this machine.

    `Run.get_context()` gives the run that a script belongs to, `Experiment.start_logging` and
    `Experiment.submit` start one, `Run(experiment, run_id)` opens one again.  There are no limits
    of number or length.  A run that has ended still takes metrics, tags and files; its status and
    its end stay.

    - `experiment`: that the run belongs to.
    - `run_id`: of a run below the workspace's root.
    - `outputs`: for a run that this process logs: one more folder whose files are kept in the end.

    Raises RunNotFoundException (a LookupError) where there is no such run.
    """

    def __init__(
        self,
        experiment: Experiment,
        run_id: str,
        outputs: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(experiment, _checked(experiment, run_id))
        if outputs is not None:
            _context.track(self._folder, self._root, outputs)

    @classmethod
    def _of(cls, experiment: Experiment, run_id: str) -> Run:
        """The handle of a run that is known to be there."""
        run = cls.__new__(cls)
        super(Run, run).__init__(experiment, run_id)
        return run

    @staticmethod
    def get(workspace: Workspace, run_id: str) -> Run:
        """The run of that id, whatever its experiment.  Raises RunNotFoundException."""
        import epochlog

        from .experiment import Experiment

        folder = os.path.join(workspace.root, _checked_id(workspace.root, run_id))
        return Run._of(Experiment(workspace, epochlog.open_run(folder).experiment), run_id)

    @staticmethod
    def list(
        experiment: Experiment,
        type: str | None = None,
        tags: Any = None,
        properties: Any = None,
        status: str | None = None,
        include_children: bool = False,
    ) -> Iterator[Run]:
        """As `Experiment.get_runs`."""
        return experiment.get_runs(type, tags, status, properties, include_children)

    @staticmethod
    def get_context(
        allow_offline: bool = True, used_for_context_manager: bool = False, **kwargs: Any
    ) -> Run:
        """The run that this process belongs to, the same one each time.

        In a script that was submitted, or run by `epochlog run`, it is that run
        ($EPOCHLOG_RUN_ID).  Elsewhere it is a run of its own, an `_OfflineRun`, whose id starts
        with "OfflineRun" and which keeps everything, too; it ends with `complete`, or with the
        program.

        - `allow_offline`: False raises RunEnvironmentException there.
        """
        return _context.current(allow_offline)


class _OfflineRun(Run):
    """The run of a script that nobody submitted."""


def get_run(experiment: Experiment, run_id: str) -> Run:
    """As `Run(experiment, run_id)`."""
    return Run(experiment, run_id)


def _checked(experiment: Experiment, run_id: str) -> str:
    return _checked_id(experiment.workspace.root, run_id)


def _checked_id(root: str, run_id: str) -> str:
    """The id, of a run that is there: an id with "/" or ".." is none."""
    from .._tree import is_run_folder

    is_name = isinstance(run_id, str) and os.path.basename(run_id) == run_id not in ("", ".", "..")
    folder = os.path.join(root, run_id) if is_name else ""
    if not os.path.isdir(folder) or not is_run_folder(folder):
        raise RunNotFoundException(f"no run {run_id!r} in {root}")
    return run_id
