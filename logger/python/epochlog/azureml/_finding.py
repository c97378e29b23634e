"""Which runs there are: of a root, an experiment, a parent, with tags, properties, a status."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping

from ._facts import RUN_TYPE
from .exceptions import ArgumentTypeException

if TYPE_CHECKING:
    import epochlog


def runs(root: str, experiment: str | None = None) -> list[epochlog.SavedRun]:
    """The runs below a root, newest first; none where there is no such folder."""
    import epochlog

    if not os.path.isdir(root):
        return []
    found = epochlog.runs(root, experiment=experiment)
    return sorted(found, key=_start, reverse=True)  # ids tell seconds alone


def _start(run: epochlog.SavedRun) -> float:
    return run.start.timestamp() if run.start is not None else 0.0


def children(root: str, run_id: str, *, recursive: bool) -> list[epochlog.SavedRun]:
    """The children of a run, or all below it, newest first."""
    found = runs(root)
    wanted = {run_id}
    while True:
        below = {run.id for run in found if run.parent_id in wanted} | {run_id}
        if not recursive or below <= wanted:
            return [run for run in found if run.parent_id in wanted and run.id != run_id]
        wanted |= below


def type_of(saved: epochlog.SavedRun) -> str | None:
    """ "azureml.scriptrun" for a script that was submitted; None: an interactive run."""
    return saved.properties.get(RUN_TYPE)


def matching(
    found: Iterable[epochlog.SavedRun],
    *,
    type: str | None = None,
    tags: Any = None,
    properties: Any = None,
    status: str | None = None,
) -> Iterator[epochlog.SavedRun]:
    """Those of the type and status that have the tags and properties.

    tags, properties: a name, which a run must have; or a dict of names and values; None: any.
    Raises ArgumentTypeException (a TypeError) for another type of them.
    """
    for run in found:
        if (
            (type is None or type_of(run) == type)
            and (status is None or run.status == status)
            and _has("tags", run.tags, tags)
            and _has("properties", run.properties, properties)
        ):
            yield run


def _has(what: str, known: Mapping[str, Any], wanted: Any) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return wanted in known
    if isinstance(wanted, Mapping):
        return all(
            key in known and known[key] == (value if value is None else str(value))
            for key, value in wanted.items()
        )
    raise ArgumentTypeException(f"{what} to look for are a name or a dict, not {wanted!r}")
