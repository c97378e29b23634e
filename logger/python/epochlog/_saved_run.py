"""A run that was read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from . import _native
from ._records import Document, Evaluation, File, Image, Log, Loss, log_of, loss_of, time_of
from ._series import Series, exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._series import Entry

_ENDED = ("Completed", "Failed", "Canceled")


class SavedRun:
    """A run as its files told it when it was read; made by `open_run`, `runs` and `best`.

    ::

        run = epochlog.open_run("ridge")
        run.params["alpha"], run["loss"].min
        plt.plot(run["loss"].steps, run["loss"].values)

    It never changes.  Of a run that had ended the points, and with them images, texts,
    evaluations, warnings and what is not a scalar, are read at first use, which raises OSError or
    ValueError when its files are gone by then.  One that goes on was read whole by `open_run`;
    `runs` has it as it stood, until its points are first used.

    As a mapping it has its metrics by name.  pandas, polars, duckdb and pyarrow take it as a table
    by Arrow's C stream interface: the points of all scalars in columns metric (a dictionary of
    texts), step (int64), time (timestamp[us, UTC]), value (float64, null for texts) and text (null
    for numbers), one metric after the other.
    """

    __slots__ = ("__weakref__", "_data", "_evaluations", "_metrics", "_places", "path")

    path: str
    """The run's folder, or its log file where it has none; absolute."""

    def __init__(self, path: str, data: _native.RunData) -> None:
        self.path = path
        self._data = data
        self._metrics: dict[str, Entry] | None = None
        self._places: dict[tuple[str, str, bool], int] | None = None
        self._evaluations: dict[str, Evaluation] | None = None

    # ---------------------------------------------------------------- who it is

    @property
    def id(self) -> str:
        return self._data.id

    @property
    def name(self) -> str:
        return self._data.name

    @property
    def experiment(self) -> str:
        return self._data.experiment

    @property
    def parent_id(self) -> str:
        """The id of the run it belongs to; "" for none."""
        return self._data.parent_id

    @property
    def description(self) -> str:
        """Markdown; "" for none."""
        return self._data.description

    @property
    def rank(self) -> int:
        """The lowest rank of the processes that logged."""
        return min((log.rank for log in self.logs), default=0)

    @property
    def world_size(self) -> int:
        """How many processes the job had."""
        return self._data.world_size

    @property
    def host(self) -> str:
        return self._data.host

    @property
    def user(self) -> str:
        return self._data.user

    @property
    def command(self) -> list[str]:
        """The program and its arguments; empty where they were not recorded."""
        return list(self._data.arguments)

    @property
    def working_folder(self) -> str:
        return self._data.working_folder

    @property
    def git_commit(self) -> str:
        """Hexadecimal; "" where it is not known."""
        return self._data.git_commit

    @property
    def git_state(self) -> str:
        """What the working tree was: "clean", "dirty", or "" where it is not known."""
        return self._data.git_state

    # ------------------------------------------------------------- how it went

    @property
    def status(self) -> str:
        """One of "Running", "Completed", "Failed", "Canceled" and "NotResponding": its program is
        gone and left no word."""
        return self._data.status

    @property
    def error_code(self) -> str:
        """Of a run that failed: the exception's type, or what it was given; "" for none."""
        return self._data.error_code

    @property
    def error_message(self) -> str:
        return self._data.error_message

    @property
    def error_details(self) -> str:
        """The traceback."""
        return self._data.error_details

    @property
    def start(self) -> datetime | None:
        """UTC; None where the log lost it."""
        return time_of(self._data.start_ns)

    @property
    def end(self) -> datetime | None:
        """UTC; None while the run has not ended, and for one whose program is gone."""
        return time_of(self._data.end_ns) if self.status in _ENDED else None

    @property
    def duration(self) -> float:
        """Seconds from the start to the end, or to the last record of a run that has no end."""
        if self._data.start_ns == 0:
            return 0.0
        return max(0, self._data.end_ns - self._data.start_ns) / 1e9

    @property
    def warnings(self) -> list[str]:
        """What could not be read, or is not as it was logged; one sentence each."""
        return list(self._whole().warnings)

    @property
    def losses(self) -> list[Loss]:
        """Points that were logged and are missing, as the writer told."""
        return [loss_of(entry) for entry in self._data.losses]

    @property
    def logs(self) -> list[Log]:
        """The log files: one for each rank, restart and forked child."""
        return [log_of(entry) for entry in self._data.logs]

    # --------------------------------------------------------- what it was given

    @property
    def params(self) -> dict[str, Any]:
        """Each a float, int, bool or str."""
        return dict(self._data.params)

    @property
    def tags(self) -> dict[str, str | None]:
        """None is a tag without a value."""
        return dict(self._data.tags)

    @property
    def properties(self) -> dict[str, str]:
        return dict(self._data.properties)

    @property
    def environment(self) -> dict[str, str]:
        return dict(self._data.environment)

    # ------------------------------------------------------------- what it kept

    @property
    def files(self) -> list[File]:
        """The files that were kept; `os.path.join(run.path, file.path)` is where one lies."""
        return [File(*entry) for entry in self._data.files]

    @property
    def images(self) -> list[Image]:
        return [Image(*entry) for entry in self._whole().images]

    @property
    def documents(self) -> list[Document]:
        """Pieces of Markdown, and evaluations logged as JSON."""
        return [Document(*entry) for entry in self._whole().documents]

    @property
    def evaluations(self) -> dict[str, Evaluation]:
        """Predictions and importances by name.  Where a name has several types, the first."""
        if self._evaluations is None:
            found: dict[str, Evaluation] = {}
            for fields in self._whole().evaluations:
                found.setdefault(fields["name"], Evaluation(fields))
            self._evaluations = found
        return dict(self._evaluations)

    # ------------------------------------------------------------------- metrics

    @property
    def metrics(self) -> list[str]:
        """The names of the metrics: scalars in order of first appearance, then the others."""
        return list(self._entries(True))

    def __getitem__(self, name: str) -> Series:
        """A metric.  KeyError with the nearest name when there is none."""
        entry = self._entries(False).get(name) or self._entries(True).get(name)
        if entry is None:
            hint = nearest(name, self._entries(True))
            raise KeyError(f"run {self.id} has no metric {name!r}{hint}")
        return Series(self, entry)

    def __contains__(self, name: object) -> bool:
        return name in self._entries(False) or name in self._entries(True)

    def __iter__(self) -> Iterator[str]:
        return iter(self.metrics)

    def __len__(self) -> int:
        """How many metrics there are."""
        return len(self._entries(True))

    def get_metrics(self, name: str | None = None, recursive: bool = False) -> dict[str, Any]:
        """The values of all metrics, or of the one called `name`, in the shapes of Azure ML:

        - a scalar logged once, a list of one: the bare value
        - a scalar logged again, a list: [values], a scalar's in order of step
        - a row logged once, a table of one row: {column: value}
        - rows, a table: {column: [values]}

        A missing cell is None.  Without a metric of that name the result is {}.

        `recursive`: {run id: {metric: value}} of this run and its descendants, the oldest child
        first; runs without metrics are left out.
        """
        if recursive:
            family = [self, *self.children(recursive=True)]
            found = {run.id: run.get_metrics(name) for run in family}
            return {run_id: values for run_id, values in found.items() if values}
        data = self._whole()
        values: dict[str, Any] = {}
        for index, entry in enumerate(data.metrics):
            if entry[0] not in values and name in (None, entry[0]):
                values[entry[0]] = _shaped(data, index)
        return values

    # --------------------------------------------------------------------- others

    def children(self, recursive: bool = False) -> list[SavedRun]:
        """The runs in the same root that name this one as their parent, the oldest first.

        `recursive`: with their children, and so on.  They are read as by `runs`.
        """
        from ._runs import children_of

        return children_of(self, recursive)

    def report(
        self,
        out: str | os.PathLike[str] | None = None,
        *,
        open_browser: bool = False,
        options: Iterable[str] = (),
    ) -> str:
        """Makes the report and returns the path of its report.html.

        - `out`: the folder to write to; None: `report` in the run's folder.
        - `open_browser`: shows the page.
        - `options`: more words for `epochlog report`, ["--smooth", "0.9"].

        Raises FileNotFoundError where the package has no command, RuntimeError with the command's
        words when it fails.
        """
        from . import _command

        folder = os.fspath(out) if out is not None else os.path.join(self.folder, "report")
        _command.run(["report", self.path, "--output", folder, *options])
        page = os.path.join(folder, "report.html")
        if open_browser:
            import pathlib
            import webbrowser

            webbrowser.open(pathlib.Path(page).absolute().as_uri())
        return page

    @property
    def folder(self) -> str:
        """The folder that the run's files lie in; absolute."""
        return self.path if os.path.isdir(self.path) else os.path.dirname(self.path)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The points of all scalars as a table of Arrow (see above).

        `requested_schema` is not followed, as the protocol allows: who wants other types casts.
        """
        return self._whole().arrow_stream(None)

    def __repr__(self) -> str:
        return f"<epochlog.SavedRun {self.id}: {self.status}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process it is read again."""
        from ._runs import open_run

        return open_run, (self.path,)

    def _ipython_key_completions_(self) -> list[str]:
        return self.metrics

    def _repr_html_(self) -> str:
        from ._notebook import html

        return html(self)

    # -------------------------------------------------------------------- helpers

    def _whole(self) -> _native.RunData:
        """The run with its points."""
        if self._data.is_summary:
            self._data = _native.open_run(self.path)
            self._metrics = None
        return self._data

    def _entries(self, whole: bool) -> dict[str, Entry]:
        """Metrics by name, the first of each; a summary knows the scalars alone."""
        data = self._whole() if whole else self._data
        if self._metrics is None:
            self._metrics = {}
            for entry in data.metrics:
                self._metrics.setdefault(entry[0], entry)
        return self._metrics

    def _find(self, wanted: Entry) -> tuple[_native.RunData, int]:
        """The run with its points, and where the metric is in it."""
        data = self._whole()
        if self._places is None:
            self._places = {}
            for index, entry in enumerate(data.metrics):
                self._places.setdefault(_key(entry), index)
        try:
            return data, self._places[_key(wanted)]
        except KeyError:
            raise ValueError(f"{self.path}: metric {wanted[0]!r} is no longer there") from None


def _key(entry: Entry) -> tuple[str, str, bool]:
    """Numbers, texts and tables may share a name."""
    return entry[0], entry[1], entry[2] == "text"


def nearest(name: object, names: Iterable[str]) -> str:
    """The end of a sentence, "; did you mean 'loss'?", with the nearest name; "" for none."""
    import difflib

    near = difflib.get_close_matches(str(name), list(names), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _shaped(data: _native.RunData, index: int) -> Any:
    """A metric as `get_metrics` gives it."""
    kind, type_ = data.metrics[index][1:3]
    if kind == "scalar":
        return _bare(exact(type_, data.values(index)))
    cells = {entry[0]: _bare(_cells(*entry[1:])) for entry in data.columns(index)}
    return next(iter(cells.values())) if kind == "list" and len(cells) == 1 else cells


def _bare(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _cells(
    kind: str, values: memoryview | list[str | None], missing: memoryview | None
) -> list[Any]:
    items = exact(kind, values)
    if missing is None or isinstance(values, list):
        return items
    return [None if gone else item for gone, item in zip(missing, items)]
