"""The part of `Run` that gives back what was logged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterator

from ._base import RunBase
from .exceptions import ArgumentException

if TYPE_CHECKING:
    import epochlog


class Artifact:
    """A file that a metric stands for.  `bytes(artifact)` is its content."""

    def __init__(self, artifact_id: str, path: str) -> None:
        self.artifact_id = artifact_id
        """"aml://artifactId/ExperimentRun/dcid.RUN/NAME"."""
        self.path = path
        """Where the file is."""

    @property
    def content(self) -> bytes:
        """What the file holds.  Raises OSError."""
        with open(self.path, "rb") as file:
            return file.read()

    def __bytes__(self) -> bytes:
        return self.content

    def __repr__(self) -> str:
        return f"Artifact({self.artifact_id!r})"


class Reading(RunBase):
    def get_metrics(
        self,
        name: str | None = None,
        recursive: bool = False,
        run_type: str | None = None,
        populate: bool = False,
    ) -> dict[str, Any]:
        """What was logged.

        A value that was logged once is that value, several are a list in their order; a row is
        {column: value}, rows and tables are {column: [values]}; an image or one of the four
        evaluations is the address of its file, and several of one name are a list of them (as
        "NAME (file)" where there is a metric of that name).

        - `name`: of one metric: a dict with it alone, empty where there is none of that name.
        - `recursive`: {run id: {metric: value}} of this run and all below it, those without metrics
          left out.
        - `run_type`: with `recursive`, only descendants of this type.
        - `populate`: gives `Artifact` objects in the place of addresses.
        """
        if not recursive:
            return _metrics_of(self._saved(), self._folder, name, populate)
        found = {}
        for folder, saved in self._with_descendants(run_type):
            metrics = _metrics_of(saved, folder, name, populate)
            if metrics:
                found[saved.id] = metrics
        return found

    def _with_descendants(self, run_type: str | None) -> Iterator[tuple[str, epochlog.SavedRun]]:
        import epochlog

        from . import _finding

        yield self._folder, self._saved()
        for summary in _finding.children(self._root, self._id, recursive=True):
            if run_type is None or _finding.type_of(summary) == run_type:
                folder = os.path.join(self._root, summary.id)
                yield folder, epochlog.open_run(folder)


def _metrics_of(
    saved: epochlog.SavedRun, folder: str, name: str | None, populate: bool
) -> dict[str, Any]:
    metrics = {key: _in_order_logged(saved, key, v) for key, v in saved.get_metrics().items()}
    for metric, files in _artifacts_of(saved).items():
        values: list[Any] = [f"aml://artifactId/ExperimentRun/dcid.{saved.id}/{f}" for f in files]
        if populate:
            values = [
                Artifact(address, os.path.join(folder, "files", file))
                for address, file in zip(values, files)
            ]
        key = metric if metric not in metrics else f"{metric} (file)"
        metrics[key] = values[0] if len(values) == 1 else values
    if name is None:
        return metrics
    if not isinstance(name, str):
        raise ArgumentException(f"name is {name!r}, not the name of a metric")
    wanted = name.strip()
    return {wanted: metrics[wanted]} if wanted in metrics else {}


def _in_order_logged(saved: epochlog.SavedRun, name: str, values: Any) -> Any:
    """The points of a scalar, which come in order of step, as they were logged."""
    series = saved[name] if isinstance(values, list) else None
    if series is None or series.kind != "scalar":
        return values
    times = series.times
    if all(times[i] <= times[i + 1] for i in range(len(times) - 1)):
        return values
    return [values[i] for i in sorted(range(len(values)), key=times.__getitem__)]


def _artifacts_of(saved: epochlog.SavedRun) -> dict[str, list[str]]:
    """Names that images and evaluations were logged under, and the files they are in."""
    from ._paths import artifact

    found: dict[str, list[str]] = {}
    for image in saved.images:
        found.setdefault(image.name, []).append(image.path.removeprefix("files/"))
    kept = {file.path.removeprefix("files/") for file in saved.files}
    counts: dict[str, int] = {}
    for document in saved.documents:
        if document.format == "markdown":
            continue
        try:
            file = artifact(document.name)
        except ValueError:
            continue
        counts[file] = counts.get(file, 0) + 1
        file = file if counts[file] == 1 else f"{file}_{counts[file]}"
        if file in kept:
            found.setdefault(document.name, []).append(file)
    return found
