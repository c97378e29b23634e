"""The part of `Run` about its parent, its children and its experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Sequence

from . import _finding, _sessions, _starting
from ._base import RunBase
from .exceptions import ArgumentException

if TYPE_CHECKING:
    import os

    from .core.experiment import Experiment
    from .core.run import Run
    from .core.script_run_config import ScriptRunConfig


class Family(RunBase):
    @property
    def id(self) -> str:
        """The run's id, which is its folder's name."""
        return self._id

    @property
    def experiment(self) -> Experiment:
        """The experiment that the run belongs to."""
        return self._experiment

    @property
    def name(self) -> str:
        """What the run was called when it began."""
        session = _sessions.of(self._folder)
        return session.writer.name if session is not None else self._saved().name

    @property
    def type(self) -> str | None:
        """ "azureml.scriptrun" for a script that was submitted; None for an interactive run."""
        return _finding.type_of(self._saved())

    @property
    def number(self) -> int:
        """Its place among the runs of its experiment by their start, from 1."""
        ids = [run.id for run in _finding.runs(self._root, self._saved().experiment)]
        return len(ids) - ids.index(self._id)

    @property
    def parent(self) -> Run | None:
        """The run that this one is a child of; None: none, or it is not below the root."""
        from .core.run import Run
        from .exceptions import RunNotFoundException

        parent_id = self._saved().parent_id
        try:
            return Run(self._experiment, parent_id) if parent_id else None
        except RunNotFoundException:
            return None

    def child_run(
        self,
        name: str | None = None,
        run_id: str | None = None,
        outputs: str | os.PathLike[str] | None = None,
    ) -> Run:
        """Starts a run that belongs to this one.

        - `name`: it is called "PARENT>NAME"; None: numbered.
        - `run_id`: None: a new one.
        - `outputs`: a folder that is made and whose files are kept when the child ends.
        """
        return self._child(name or str(self._next_child()), run_id=run_id, outputs=outputs)

    def create_children(
        self,
        count: int | None = None,
        tag_key: str | None = None,
        tag_values: Sequence[Any] | None = None,
    ) -> list[Run]:
        """Starts several children: `count` of them, or one for each of `tag_values`, which has the
        tag `tag_key` with that value.

        Raises ArgumentException (a ValueError) where it is neither or both.
        """
        if (count is None) == (tag_values is None) or (tag_key is None) != (tag_values is None):
            raise ArgumentException("give either count, or tag_key and tag_values")
        if tag_values is not None:
            values = list(tag_values)
            return [self._child(str(value), tags={tag_key: str(value)}) for value in values]
        if count is None or count < 1:
            raise ArgumentException(f"count is {count!r}, not 1 or more")
        first = self._next_child()
        return [self._child(str(first + i)) for i in range(count)]

    def get_children(
        self,
        recursive: bool = False,
        tags: Any = None,
        properties: Any = None,
        type: str | None = None,
        status: str | None = None,
        _rehydrate_runs: bool = True,
    ) -> Iterator[Run]:
        """The runs that belong to this one, newest first.

        - `recursive`: also those that belong to them, and so on.
        - `tags`, `properties`: a name that they have, or a dict of names and values.
        - `type`, `status`: None: any.
        """
        from .core.run import Run

        found = _finding.children(self._root, self._id, recursive=recursive)
        for saved in _finding.matching(
            found, type=type, tags=tags, properties=properties, status=status
        ):
            yield Run._of(self._experiment, saved.id)

    def submit_child(
        self, config: ScriptRunConfig, tags: dict[str, Any] | None = None, **kwargs: Any
    ) -> Run:
        """Runs a script as a child of this run; see `Experiment.submit`."""
        from . import _submit

        return _submit.submit(self._experiment, config, tags, parent=self._id)

    def _next_child(self) -> int:
        return 1 + len(_finding.children(self._root, self._id, recursive=False))

    def _child(self, name: str, **options: Any) -> Run:
        from .core.run import Run

        session = _starting.begin(
            self._experiment.workspace,
            self._experiment.name,
            f"{self.name}>{name}",
            parent=self._id,
            **options,
        )
        return Run._of(self._experiment, session.writer.id)
