"""Finding runs below a root."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from . import _native
from ._goals import goal_of_name
from ._saved_run import SavedRun, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    Path = Union[str, os.PathLike[str]]
    Tags = Union[str, Iterable[str], Mapping[str, Union[str, None]]]

STATUSES = ("Running", "Completed", "Failed", "Canceled", "NotResponding")


def root_path(root: Path | None = None) -> str:
    """The folder of all runs: as given, else $EPOCHLOG_DIR, else "./outputs"."""
    return os.fspath(root) if root is not None else os.environ.get("EPOCHLOG_DIR") or "./outputs"


def open_run(run: Path, root: Path | None = None) -> SavedRun:
    """Reads a run.

    - `run`: its folder, its log file, or its id or name or a unique beginning of either.
    - `root`: where ids and names are looked for; None: $EPOCHLOG_DIR, else "./outputs".

    Raises FileNotFoundError when there is no such run, ValueError when several fit or the file is
    no log, OSError when it cannot be read.
    """
    path = os.path.abspath(_native.find_run(root_path(root), os.fspath(run)))
    data = _native.open_run(path, summary=True)
    # What goes on is read at once: it would be another run later.
    return SavedRun(path, _native.open_run(path) if data.status == "Running" else data)


def runs(
    root: Path | None = None,
    *,
    experiment: str | None = None,
    status: str | Iterable[str] | None = None,
    name: str | None = None,
    tags: Tags | None = None,
    parent: Any = None,
) -> list[SavedRun]:
    """The runs in a folder, newest first.

    Each is read without its points, which takes some tenths of a millisecond.

    - `root`: None: $EPOCHLOG_DIR, else "./outputs".
    - `experiment`, `name`: only runs of exactly these.
    - `status`: only runs of this status, or of one of these: "Running", "Completed", "Failed",
      "Canceled", "NotResponding".
    - `tags`: only runs that have this tag, all of these, or with a dict these values (None: any).
    - `parent`: only children of this run (a SavedRun, a Run or an id); "": only runs without one.

    A run that cannot be read is left out with a RuntimeWarning.  Raises FileNotFoundError or
    another OSError when the root cannot be read, ValueError for a status that is none.
    """
    wanted = _filter(experiment, status, name, tags, parent)
    found = (_read(path) for path in _native.list_runs(root_path(root)))
    return [run for run in found if run is not None and wanted(run)]


def best(
    metric: str,
    root: Path | None = None,
    *,
    goal: str | None = None,
    experiment: str | None = None,
    status: str | Iterable[str] | None = None,
    name: str | None = None,
    tags: Tags | None = None,
    parent: Any = None,
) -> SavedRun:
    """The run that reached the best value of a scalar metric at any of its steps.

    - `goal`: "min" or "max"; None: as the runs logged it, else as the name tells: lower for loss,
      error, mse and the like, higher for accuracy, auc and the like, as in the report.
    - the others choose among the runs as in `runs`.

    Only finite values count; runs without one are passed over, and of equals the earliest wins.
    Raises KeyError when no run has the metric, ValueError when it has no finite value, when the
    goal is none of the two, is not known, or was logged as both.
    """
    if goal not in (None, "min", "max"):
        raise ValueError(f"goal is {goal!r}, not 'min' or 'max'")
    chosen = runs(root, experiment=experiment, status=status, name=name, tags=tags, parent=parent)
    entries = [(run, entry) for run in reversed(chosen) if (entry := _scalar(run, metric))]
    if not entries:
        names = {entry[0] for run in chosen for entry in run._data.metrics}
        hint = nearest(metric, sorted(names))
        raise KeyError(f"no run of {len(chosen)} has a metric {metric!r}{hint}")
    sign, which = (1, 2) if (goal or _goal(metric, entries)) == "min" else (-1, 3)
    reached = [(sign * entry[7][which], _started(run), run) for run, entry in entries]
    finite = [item for item in reached if item[0] == item[0]]
    if not finite:
        raise ValueError(f"metric {metric!r} has no finite value in {len(entries)} runs")
    return min(finite, key=lambda item: item[:2])[2]


def children_of(run: SavedRun, recursive: bool) -> list[SavedRun]:
    """The runs beside it that name it as their parent, the oldest first."""
    beside = runs(os.path.dirname(os.path.realpath(run.folder)))
    known = {run.id}
    wanted = {run.id}
    while wanted:
        wanted = {other.id for other in beside if other.parent_id in wanted} - known
        known |= wanted
        if not recursive:
            break
    return [other for other in reversed(beside) if other.id in known and other.id != run.id]


def _read(path: str) -> SavedRun | None:
    path = os.path.abspath(path)
    try:
        return SavedRun(path, _native.open_run(path, summary=True))
    except (OSError, ValueError) as error:
        import warnings

        warnings.warn(f"{error}; the run is left out", RuntimeWarning, stacklevel=4)
        return None


def _filter(
    experiment: str | None,
    status: str | Iterable[str] | None,
    name: str | None,
    tags: Tags | None,
    parent: Any,
) -> Any:
    """Whether a run is wanted, as a function."""
    statuses = _statuses(status)
    values = _tags(tags)
    parent_id = getattr(parent, "id", parent)

    def wanted(run: SavedRun) -> bool:
        data = run._data
        return (
            (experiment is None or data.experiment == experiment)
            and (statuses is None or data.status in statuses)
            and (name is None or data.name == name)
            and (parent_id is None or data.parent_id == parent_id)
            and all(
                key in data.tags and value in (None, data.tags[key])
                for key, value in values.items()
            )
        )

    return wanted


def _statuses(status: str | Iterable[str] | None) -> frozenset[str] | None:
    if status is None:
        return None
    words = frozenset([status] if isinstance(status, str) else status)
    for word in words:
        if word not in STATUSES:
            raise ValueError(f"status {word!r} is none of {', '.join(STATUSES)}")
    return words


def _tags(tags: Tags | None) -> dict[str, str | None]:
    if tags is None:
        return {}
    if isinstance(tags, str):
        return {tags: None}
    if isinstance(tags, Mapping):
        return {key: None if value is None else str(value) for key, value in tags.items()}
    return dict.fromkeys(tags)


def _scalar(run: SavedRun, metric: str) -> Any:
    """The metric as RunData has it; None where there is none of numbers."""
    for entry in run._data.metrics:
        if entry[0] == metric and entry[1] == "scalar" and entry[2] != "text" and entry[7]:
            return entry
    return None


def _goal(metric: str, entries: list[tuple[SavedRun, Any]]) -> str:
    logged = {entry[3] for _, entry in entries} - {None}
    if len(logged) > 1:
        raise ValueError(f"some runs minimize {metric!r} and some maximize it; give goal")
    goal = logged.pop() if logged else goal_of_name(metric)
    if goal is None:
        raise ValueError(
            f"whether lower or higher values of {metric!r} are better was not logged and its name "
            "does not tell; give goal='min' or goal='max'"
        )
    return str(goal)


def _started(run: SavedRun) -> tuple[bool, int]:
    """By start; one whose start is lost comes last."""
    return run._data.start_ns == 0, run._data.start_ns
