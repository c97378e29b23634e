"""The part of `Run` that logs metrics, images and evaluations."""

from __future__ import annotations

import os
import warnings
from typing import Any, Iterable, Mapping

from . import _paths, _values
from ._base import RunBase
from ._sessions import Session
from .exceptions import ArgumentException, ArgumentTypeException


class Logging(RunBase):
    def log(self, name: str, value: Any, description: str = "", step: int | None = None) -> None:
        """Logs one value; the same name again makes a series.

        - `value`: a number, truth value or text; None is a missing value; of any other type, its
          repr() is kept as a text.
        - `description`: of the metric; kept at the first call that has one.
        - `step`: a whole number of 64 bits; None: one more than the metric's last, from 0.

        Never raises for a value.  A name that was used for lists gets the value as one more item;
        one whose other values cannot stand beside this one is continued under another name, and a
        warning says so.
        """
        session = self._logging()
        if not isinstance(name, str):
            session.writer.log(name, _values.scalar(value), step)
            return
        kept = _values.scalar(value)
        kind = "text" if type(kept) is str else "number"
        known = session.kinds.get(name)
        if known is None or description:
            known = _begin(session, name, kind, kept, description)
        if known != kind or kept is None:
            _log_unlike(session, name, known, kept, step)
        else:
            session.writer.log(name, kept, step)

    def log_list(self, name: str, value: Iterable[Any], description: str = "") -> None:
        """Logs the values of a list or of anything that can be iterated, in their order.

        - `value`: numbers, truth values, texts or None.  Empty is kept as an empty list.
        - `description`: kept at the first call that has one.

        A name that was logged with `log` gets each value as one more.  Raises ArgumentTypeException
        (a TypeError) for what cannot be iterated or an item of another type.
        """
        session = self._logging()
        column = _values.column(value, f"the list {name!r}")
        if session.kinds.get(name) in ("number", "text"):
            for item in column:
                self.log(name, item, description)
            return
        session.writer.log_list(_place(session, name, "list", description), column)

    def log_row(self, name: str, description: str | None = None, **kwargs: Any) -> None:
        """Logs one row, each keyword a column; the same name again makes a table.

        Raises ArgumentTypeException (a TypeError) for a value that is no number, truth value, text
        or None, such as a list; ArgumentException (a ValueError) without a column.
        """
        if not kwargs:
            raise ArgumentException(f"the row {name!r} has no column: give them as keywords")
        cells = {
            column: _values.cell(value, f"column {column!r} of the row {name!r}")
            for column, value in kwargs.items()
        }
        session = self._logging()
        name = _place(session, name, "row", description or "")
        if session.kinds[name] == "table":
            session.writer.log_table(name, {column: [cell] for column, cell in cells.items()})
        else:
            _log_row(session, name, cells)

    def log_table(self, name: str, value: Mapping[str, Any], description: str = "") -> None:
        """Logs a table: a dict of columns, each a list; logged again, its rows are appended.

        A column that is one value is a list of one.  Raises ArgumentTypeException (a TypeError) for
        what is no dict, or a cell of another type; ArgumentException (a ValueError) for an empty
        dict or columns of unequal length.
        """
        table = _table(name, value)
        session = self._logging()
        name = _place(session, name, "table", description)
        if session.kinds[name] == "table":
            session.writer.log_table(name, table)
            return
        for cells in zip(*table.values()):
            _log_row(session, name, dict(zip(table, cells)))

    def log_image(
        self, name: str, path: Any = None, plot: Any = None, description: str = ""
    ) -> None:
        """Logs an image; the same name again makes a series of images.

        - `path`: of a PNG, JPEG, GIF or WebP file, which is also kept under that path; or a plot.
        - `plot`: anything with `savefig`, such as matplotlib.pyplot, saved as PNG; also a picture
          of PIL or an array of pixels.
        - `description`: the caption.

        Exactly one of both: else ArgumentException (a ValueError).  Raises OSError for a file that
        cannot be read, ArgumentException for one that is no image.
        """
        if (path is None) == (plot is None):
            raise ArgumentException(f"the image {name!r} is either a path or a plot: give one")
        image = path if plot is None else plot
        if plot is not None and isinstance(plot, (str, os.PathLike)):
            raise ArgumentTypeException("plot is a figure, such as matplotlib.pyplot, not a path")
        with self._adding() as writer:
            try:
                writer.log_image(name, image, caption=description or None)
            except (TypeError, ValueError) as error:
                raise ArgumentException(f"the image {name!r}: {error}") from error
            if isinstance(image, (str, os.PathLike)) and _paths.is_inside(os.fspath(image)):
                writer.add_file(image, _paths.artifact(os.fspath(image)), "image")

    def log_confusion_matrix(self, name: str, value: Any, description: str = "") -> None:
        """Logs a confusion matrix that is counted already: a dict or JSON text with
        {"data": {"class_labels": [c], "matrix": [c][c]}}, rows being the true classes."""
        self._log_evaluation(name, value, description, "confusion_matrix")

    def log_accuracy_table(self, name: str, value: Any, description: str = "") -> None:
        """Logs counts at thresholds: a dict or JSON text with {"data": {"probability_tables":
        [class][threshold][TP, FP, TN, FN], "percentile_tables": …, "class_labels": …, …}}."""
        self._log_evaluation(name, value, description, "accuracy_table")

    def log_residuals(self, name: str, value: Any, description: str = "") -> None:
        """Logs a histogram of residuals: a dict or JSON text with {"data": {"bin_edges": [n + 1],
        "bin_counts": [n]}}."""
        self._log_evaluation(name, value, description, "residuals")

    def log_predictions(self, name: str, value: Any, description: str = "") -> None:
        """Logs binned predictions: a dict or JSON text with {"data": {"bin_edges": [n + 1],
        "bin_counts": [n], "bin_averages": [n], "bin_errors": [n]}}."""
        self._log_evaluation(name, value, description, "predictions")

    def _log_evaluation(self, name: str, value: Any, description: str, schema: str) -> None:
        """Keeps it as an evaluation for the report, and its JSON as a file of that name.

        Raises ArgumentException (a ValueError) for a text that is no JSON, ArgumentTypeException (a
        TypeError) for another type.
        """
        text = _values.json_text(value, name)
        with self._adding() as writer:
            writer.log_json(name, text, schema)
            file = self._unused_file(_paths.artifact(name))
            writer.add_data(file, text.encode("utf-8", "replace"), schema)
            if description:
                writer.log_markdown(f"About {name}", description)

    def _unused_file(self, name: str) -> str:
        """The name of a file that the run has not kept yet: logged again, nothing is replaced."""
        other, count = name, 1
        while os.path.exists(os.path.join(self._folder, "files", other)):
            count += 1
            other = f"{name}_{count}"
        return other


def _begin(session: Session, name: str, kind: str, kept: _values.Scalar, description: str) -> str:
    """The first value of a name, or one with a description: what the name is used for."""
    trimmed = name.strip()
    is_new = trimmed not in session.kinds
    known = session.kinds[name] = session.kinds.setdefault(trimmed, kind)
    if description and trimmed not in session.described:
        session.described.add(trimmed)
        if is_new and kind == "number" and not isinstance(kept, bool):
            whole = isinstance(kept, int)
            session.writer.define(trimmed, description=description, integer=whole)
        else:
            session.writer.log_markdown(f"About {trimmed}", description)
    return known


def _log_unlike(
    session: Session, name: str, known: str, kept: _values.Scalar, step: int | None
) -> None:
    """A value that differs from those that its name has."""
    if known == "list":
        session.writer.log_list(name, [kept])
    elif known == "text":
        session.writer.log(name, str(kept), step)
    elif known == "number" and kept is None:
        session.writer.log(name, float("nan"), step)
    else:
        kind = "text" if isinstance(kept, str) else "number"
        session.writer.log(_other_name(session, name, known, kind), kept, step)


def _place(session: Session, name: str, kind: str, description: str) -> str:
    """The name under which a list, row or table is logged."""
    if not isinstance(name, str):
        raise ArgumentTypeException(f"the name of a {kind} is {name!r}, not a str")
    name = name.strip()
    known = session.kinds.setdefault(name, kind)
    if description and name not in session.described:
        session.described.add(name)
        session.writer.log_markdown(f"About {name}", description)
    if known == kind or {known, kind} == {"row", "table"}:
        return name
    return _other_name(session, name, known, kind)


def _other_name(session: Session, name: str, known: str, kind: str) -> str:
    other = f"{name} ({kind})"
    if session.kinds.setdefault(other, kind) == kind and other not in session.described:
        session.described.add(other)
        warnings.warn(
            f"{name!r} was logged as a {known}; as a {kind} it goes on as {other!r}",
            RuntimeWarning,
            stacklevel=4,
        )
    return other


def _log_row(session: Session, name: str, cells: Mapping[str, _values.Scalar]) -> None:
    """A cell that is None is missing: the column has the type of those that are there."""
    there = {column: cell for column, cell in cells.items() if cell is not None}
    session.writer.log_row(name, there or dict.fromkeys(cells, float("nan")))


def _table(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) and not (
        hasattr(value, "items") and hasattr(value, "columns")
    ):
        raise ArgumentTypeException(
            f"the table {name!r} is a {type(value).__name__}, not a dict of columns"
        )
    table: dict[str, Any] = {}
    for key, cells in value.items():
        where = f"column {key!r} of the table {name!r}"
        is_list = _values.is_array(cells) or (
            isinstance(cells, Iterable) and not isinstance(cells, (str, bytes))
        )
        table[str(key)] = _values.column(cells if is_list else [cells], where)
    if not table:
        raise ArgumentException(f"the table {name!r} has no column")
    lengths = {column: len(cells) for column, cells in table.items()}
    if len(set(lengths.values())) > 1:
        raise ArgumentException(f"the columns of the table {name!r} differ in length: {lengths}")
    return table
