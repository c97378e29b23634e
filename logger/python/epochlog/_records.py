"""What a run that was read is made of, beside its metrics."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def time_of(ns: int) -> datetime | None:
    """Nanoseconds since 1970 as a time in UTC; None for 0, and for what no calendar has."""
    if ns == 0:
        return None
    try:
        return _EPOCH + timedelta(microseconds=ns // 1000)
    except OverflowError:
        return None


class File(NamedTuple):
    """A file that the run keeps."""

    path: str
    """Relative to the run's folder, "files/model.pkl", with "/" between its parts."""
    size: int
    """Bytes, when it was kept."""
    sha256: str
    """64 hexadecimal digits of the bytes that were kept."""
    role: str
    """A word for the report: "model", "data", "file"."""
    media_type: str
    """Such as "image/png"; "" where it is not known."""


class Image(NamedTuple):
    """An image that was logged."""

    name: str
    step: int | None
    """None: logged without a step."""
    path: str
    """Relative to the run's folder."""
    width: int
    """Pixels."""
    height: int
    caption: str


class Document(NamedTuple):
    """A text for the report: Markdown, or an evaluation as JSON."""

    name: str
    format: str
    """One of "markdown", "confusion_matrix", "accuracy_table", "residuals", "predictions", ""."""
    text: str


class Loss(NamedTuple):
    """Points that were logged and are not in the log, as the writer told it."""

    points: int
    is_possible: bool
    """Whether so many may be missing; else so many are."""
    start: datetime | None
    """From when, UTC."""
    end: datetime | None
    errno: int
    """The system's reason; 0: none."""
    what: str


class Log(NamedTuple):
    """One log file of the run: that of a rank, a restart or a forked child."""

    file: str
    rank: int
    world_size: int
    pid: int
    host: str
    start: datetime | None
    is_alive: bool
    """Whether its process runs, or gave a sign of life of late."""
    size: int
    """Bytes."""
    whole: int
    """How many of them could be read."""
    is_finished: bool
    """Whether it was ended in order; a run that was killed has a log that was not."""
    is_damaged: bool
    skipped: tuple[tuple[int, int, str], ...]
    """(from, to, why) of the bytes that could not be read."""


def loss_of(entry: Sequence[Any]) -> Loss:
    count, is_possible, from_ns, to_ns, errno, what = entry
    return Loss(count, is_possible, time_of(from_ns), time_of(to_ns), errno, what)


def log_of(entry: Sequence[Any]) -> Log:
    file, rank, world_size, pid, host, start_ns, *rest = entry
    return Log(file, rank, world_size, pid, host, time_of(start_ns), *rest)


class Evaluation:
    """Predictions, or importances of features, as they were logged under one name.

    All batches are joined.  An array is a memoryview, or None where it was not logged.

    - `name`, `type` ("classification", "regression", "importance"), `count`: of samples, n, or
      of features, f.

    Of a classification:

    - `classes`: the names of the classes, c of them.
    - `true_class`, `predicted_class`: [n] int32, indices into `classes`; another number is an
      unknown class.
    - `scores`: for each class [n] float64.  With `binary_scores` only those of the second
      class were logged, and the first ones are 1 minus those.
    - `positive`: the name of the positive class, or None.

    Of a regression:

    - `true_value`, `predicted`: [n] float64; `target`: what they are, "" if not told.
    - `lower`, `upper`: [n] float64, bounds of a prediction interval; `interval_level`: its
      nominal level, or None.

    Of both: `weights`: [n] float64; `ids`: [n] int64.

    Of an importance:

    - `features`: [f] str; `overall`, `deviation`: [f] float64; `per_class`: for each class
      [f] float64; `method`: "" if not told.
    """

    name: str
    type: str
    count: int
    classes: tuple[str, ...]
    true_class: memoryview | None
    predicted_class: memoryview | None
    scores: tuple[memoryview, ...] | None
    binary_scores: bool
    positive: str | None
    true_value: memoryview | None
    predicted: memoryview | None
    lower: memoryview | None
    upper: memoryview | None
    interval_level: float | None
    target: str
    weights: memoryview | None
    ids: memoryview | None
    features: tuple[str, ...] | None
    overall: memoryview | None
    deviation: memoryview | None
    per_class: tuple[memoryview, ...] | None
    method: str

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__.update(fields)

    def __len__(self) -> int:
        return self.count

    def __repr__(self) -> str:
        return f"<epochlog.Evaluation {self.name!r}: {self.type}, {self.count}>"
