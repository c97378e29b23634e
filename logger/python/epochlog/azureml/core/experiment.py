"""Experiments: runs under one name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterator

from .. import _finding, _starting
from ..exceptions import ArgumentTypeException

if TYPE_CHECKING:
    from .run import Run
    from .script_run_config import ScriptRunConfig
    from .workspace import Workspace

__all__ = ["Experiment"]


class Experiment:
    """A name that runs are grouped by.  It is made by its first run.

    - `workspace`: where its runs are.
    - `name`: any text that is not empty.

    Raises ArgumentTypeException (a TypeError) for another workspace or name.
    """

    def __init__(self, workspace: Workspace, name: str, **kwargs: Any) -> None:
        from .workspace import Workspace

        if not isinstance(workspace, Workspace):
            raise ArgumentTypeException(f"workspace is {workspace!r}, not a Workspace")
        if not isinstance(name, str) or not name.strip():
            raise ArgumentTypeException(f"the name of an experiment is {name!r}, not a text")
        self._workspace = workspace
        self._name = name.strip()

    @property
    def name(self) -> str:
        return self._name

    @property
    def workspace(self) -> Workspace:
        return self._workspace

    def start_logging(
        self,
        *args: Any,
        outputs: str | os.PathLike[str] | None = None,
        snapshot_directory: str | os.PathLike[str] | None = ".",
        display_name: str | None = None,
        **kwargs: Any,
    ) -> Run:
        """Starts a run that this process logs, until `complete`, `fail` or `cancel`, or its end.

        - `outputs`: a folder that is made and whose files are kept when the run ends.  What is new
          in ./outputs and ./logs by then is kept in any case.
        - `snapshot_directory`: whose source is kept now; None: none.  Of the current folder, the
          default, only the program is kept when it has more than 2000 files or 64 MiB.
        - `display_name`: what the run is called; None: as the program.

        Raises OSError where the run's folder cannot be made, or a snapshot_directory that was given
        cannot be read.
        """
        from .run import Run

        session = _starting.begin(self._workspace, self._name, display_name, outputs=outputs)
        run = Run._of(self, session.writer.id)
        if snapshot_directory == ".":
            run._take_implied_snapshot()
        elif snapshot_directory is not None:
            run.take_snapshot(snapshot_directory)
        return run

    def submit(
        self, config: ScriptRunConfig, tags: dict[str, Any] | None = None, **kwargs: Any
    ) -> Run:
        """Runs a script on this machine as a run of its own, and returns at once.

        The source directory is kept as the run's snapshot; the script runs in a copy of it, with
        what it prints in logs/std_log.txt, and what it leaves in ./outputs and ./logs is kept.  The
        run goes on when this process ends; `Run.wait_for_completion` waits for it, `Run.cancel`
        ends it.

        - `config`: a ScriptRunConfig.
        - `tags`: of the run.

        Raises ArgumentTypeException (a TypeError) for another config, ArgumentException (a
        ValueError) for a script that is not in its folder, ExperimentExecutionException where it
        cannot be started.
        """
        from .. import _submit

        return _submit.submit(self, config, tags)

    def get_runs(
        self,
        type: str | None = None,
        tags: Any = None,
        status: str | None = None,
        properties: Any = None,
        include_children: bool = False,
    ) -> Iterator[Run]:
        """The runs of this experiment, newest first.

        - `type`: "azureml.scriptrun" for submitted scripts; None: any.
        - `tags`, `properties`: a name that they have, or a dict of names and values; None: any.
        - `status`: None: any.
        - `include_children`: also runs that belong to another.
        """
        from .run import Run

        found = _finding.runs(self._workspace.root, self._name)
        for saved in _finding.matching(
            found, type=type, tags=tags, properties=properties, status=status
        ):
            if include_children or not saved.parent_id:
                yield Run._of(self, saved.id)

    @staticmethod
    def list(workspace: Workspace) -> list[Experiment]:
        """The experiments that have runs, in order of name."""
        return sorted(workspace.experiments.values(), key=lambda experiment: experiment.name)

    def __str__(self) -> str:
        return f"Experiment(Name: {self._name},\nWorkspace: {self._workspace.name})"

    def __repr__(self) -> str:
        return str(self)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Experiment)
            and self._name == other._name
            and self._workspace.root == other._workspace.root
        )

    def __hash__(self) -> int:
        return hash((self._name, self._workspace.root))
