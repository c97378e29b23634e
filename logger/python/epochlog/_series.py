"""One metric of a run that was read."""

from __future__ import annotations

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, Union

    from . import _native
    from ._saved_run import SavedRun

    Value = Union[float, int, bool, str]
    # As RunData.metrics has it.
    Entry = tuple[str, str, str, Optional[str], str, str, int, Optional[tuple[Any, ...]]]
    Column = Union[memoryview, list[Optional[Value]]]


class Series:
    """A metric of a run: the points of a scalar, or the columns of a list, rows or a table.

    A scalar's points stand in order of step, then time.  Arrays are memoryviews of the run's own
    memory, which they keep; `numpy.asarray`, `torch.frombuffer` and the like take them without a
    copy.  In a run of a listing the points are read from its files at first use, which raises
    OSError or ValueError when they can no longer be read.
    """

    __slots__ = ("_columns", "_entry", "_run", "_texts")

    def __init__(self, run: SavedRun, entry: Entry) -> None:
        self._run = run
        self._entry = entry
        self._texts: list[str] | None = None
        self._columns: dict[str, Column] | None = None

    # ------------------------------------------------------------- what it is

    @property
    def name(self) -> str:
        return self._entry[0]

    @property
    def kind(self) -> str:
        """What it was logged as: "scalar", "list", "row" (one or more of them) or "table"."""
        return self._entry[1]

    @property
    def type(self) -> str:
        """Of a scalar's or a list's values: "float", "integer", "bool" or "text"; "" for rows and
        tables, as each column has its own."""
        if self.kind == "scalar":
            return self._entry[2]
        return self._list()[1] if self.kind == "list" else ""

    @property
    def goal(self) -> str | None:
        """Which values are better, "min" or "max", as it was logged; None: not told."""
        return self._entry[3]

    @property
    def unit(self) -> str:
        """Of the values; "" where none was told."""
        return self._entry[4]

    @property
    def description(self) -> str:
        return self._entry[5]

    def __len__(self) -> int:
        """How many points, values or rows there are."""
        return self._entry[6]

    def __repr__(self) -> str:
        what = self._entry[2] if self.kind == "scalar" else self.kind
        return f"<epochlog.Series {self.name!r}: {what}, {len(self)}>"

    # ---------------------------------------------------------------- points

    @property
    def steps(self) -> memoryview:
        """The step of each point: [n] int64.  AttributeError where there are no points."""
        data, index = self._points("steps")
        return data.steps(index)

    @property
    def times(self) -> memoryview:
        """When each point was logged: [n] float64, seconds since 1970 UTC, to a microsecond."""
        data, index = self._points("times")
        return data.times(index)

    @property
    def values(self) -> memoryview | list[Any]:
        """The values of a scalar's points or of a list.

        [n] float64; int64 for integers and for truth values (0 and 1); a list of str for texts.
        A list with missing values: as in `columns`.  AttributeError for rows and tables.
        """
        if self.kind == "list":
            return next(iter(self.columns.values()), [])
        data, index = self._points("values")
        if self._texts is not None:
            return self._texts
        values = data.values(index)
        if isinstance(values, list):
            self._texts = values
        return values

    @property
    def columns(self) -> dict[str, Column]:
        """The columns of rows, a table, or a list (whose one is "value"): name -> [n].

        A memoryview as in `values`, where a missing number is NaN; a list for texts, and for
        integers and truth values some of which are missing, which are None.
        AttributeError for a scalar, which has `steps`, `times` and `values`.
        """
        if self.kind == "scalar":
            raise AttributeError(f"metric {self.name!r} is a scalar: it has points, no columns")
        if self._columns is None:
            data, index = self._run._find(self._entry)
            self._columns = {entry[0]: column_of(*entry[1:]) for entry in data.columns(index)}
        return self._columns

    # ---------------------------------------------------------------- totals

    @property
    def first(self) -> Any:
        """The first value, in order of logging; of its `type`."""
        return self._total(0)

    @property
    def last(self) -> Any:
        """The last value, in order of logging.  None for a list of no values."""
        return self._total(1)

    @property
    def min(self) -> Any:
        """The least finite value; NaN when none is finite, None for texts."""
        return self._total(2)

    @property
    def max(self) -> Any:
        """The greatest finite value; NaN when none is finite, None for texts."""
        return self._total(3)

    @property
    def last_step(self) -> int | None:
        """The step of the point that was logged last; None for a list."""
        total: int | None = self._total(5)
        return total

    @property
    def nan_count(self) -> int:
        """How many values are NaN."""
        total: int = self._total(6)
        return total

    @property
    def infinite_count(self) -> int:
        """How many values are infinite."""
        total: int = self._total(7)
        return total

    # ----------------------------------------------------------------- Arrow

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The points as a table of Arrow: step int64, time timestamp[us, UTC], value of the exact
        type; of a list, rows or a table its columns.

        `requested_schema` is not followed, as the protocol allows: who wants other types casts.
        """
        data, index = self._run._find(self._entry)
        return data.arrow_stream(index)

    def __reduce__(self) -> tuple[Any, ...]:
        return Series, (self._run, self._entry)

    # --------------------------------------------------------------- helpers

    def _points(self, what: str) -> tuple[_native.RunData, int]:
        if self.kind != "scalar":
            raise AttributeError(
                f"metric {self.name!r} is a {self.kind}: it has columns, no {what}"
            )
        data, index = self._run._find(self._entry)
        self._entry = data.metrics[index]
        return data, index

    def _list(self) -> tuple[str, str, Any, Any]:
        data, index = self._run._find(self._entry)
        return next(iter(data.columns(index)), ("value", "float", [], None))

    def _total(self, which: int) -> Any:
        if self.kind == "list":
            return list_totals(exact(self.type, self.values))[which]
        if self.kind != "scalar":
            raise AttributeError(f"metric {self.name!r} is a {self.kind}: its columns have values")
        if self._entry[7] is None:  # a summary does not tell texts
            self._points("values")
        totals = self._entry[7]
        return None if totals is None else totals[which]


def column_of(
    kind: str, values: memoryview | list[str | None], missing: memoryview | None
) -> Column:
    """A column as `Series.columns` gives it."""
    if isinstance(values, list):
        return list(values)
    if missing is None or kind == "float":
        return values
    return [None if gone else value for gone, value in zip(missing, exact(kind, values))]


def exact(kind: str, values: memoryview | list[Any]) -> list[Any]:
    """Values as Python has them: float, int, bool or str."""
    items = values if isinstance(values, list) else values.tolist()
    return [None if item is None else bool(item) for item in items] if kind == "bool" else items


def list_totals(values: list[Any]) -> tuple[Any, ...]:
    """As those of a scalar: first, last, min, max, first step, last step, NaN, infinite."""
    if len(values) == 0:
        return (None, None, None, None, None, None, 0, 0)
    if any(isinstance(value, str) for value in values):
        return (values[0], values[-1], None, None, None, None, 0, 0)
    numbers = [value for value in values if value is not None]
    finite = [value for value in numbers if math.isfinite(value)]
    nans = sum(math.isnan(value) for value in numbers)
    return (
        values[0],
        values[-1],
        min(finite, default=math.nan),
        max(finite, default=math.nan),
        None,
        None,
        nans,
        len(numbers) - len(finite) - nans,
    )
