"""What a run is logged with."""

from __future__ import annotations

import os

from . import _native

TYPE_CHECKING = False  # not from typing, which takes long to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_GOALS = {None: 0, "min": 1, "max": 2}


class Logging(_native.Writer):
    """The calls of Run that log, beside `log` itself, which is C.

    After the end of the run they raise RuntimeError.  A disk that fails is told once as a
    RuntimeWarning, or with `strict` raised as OSError.
    """

    # ------------------------------------------------------------------ metrics

    def define(
        self,
        name: str,
        *,
        unit: str | None = None,
        description: str | None = None,
        goal: str | None = None,
        integer: bool = False,
    ) -> None:
        """Says more of a metric than its name, before its first point; later it changes nothing.

        - `unit`: "s", "MiB"; None: none.
        - `goal`: "min" or "max", which values are better; None: the report guesses from the name.
        - `integer`: its points are whole numbers of 64 bits.

        Raises ValueError for a goal that is none, or a name used for something else than numbers.
        """
        self._define(name, unit, description, one_of("goal", goal, _GOALS), bool(integer))

    def log_text(self, name: str, text: str, step: int | None = None) -> None:
        """Logs a text as a point of a series of texts; the same as `log` with a str."""
        if not isinstance(text, str):
            raise TypeError(f"text is a str, not {type(text).__name__}")
        self.log(name, text, step)

    def log_list(self, name: str, values: Any) -> None:
        """Logs a list: numbers, truth values or texts of one type, [n].

        An array or tensor of one dimension is read where it lies.  Whole numbers and floats
        together are floats; None is a missing value; anything with a text makes all texts.
        Raises TypeError for what is no sequence, ValueError for more dimensions.
        """
        self._log_list(name, values)

    def log_row(self, name: str, columns: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Logs one row of named values; rows logged under one name form a table.

        Columns may come and go.  Raises TypeError for a value that is a list.
        """
        self._log_columns(name, {**(columns or {}), **more}, True)

    def log_table(self, name: str, columns: Any) -> None:
        """Logs a table: a dict (or data frame) of columns, each [n]; again, rows are appended.

        Raises ValueError for columns of unequal length, TypeError for what has no columns.
        """
        if not hasattr(columns, "items"):
            raise TypeError(f"a table is a dict of columns, not {type(columns).__name__}")
        self._log_columns(name, dict(columns.items()), False)

    # -------------------------------------------------------------- evaluations

    def log_classification(
        self,
        y_true: Any,
        scores: Any = None,
        *,
        classes: Any = None,
        predicted: Any = None,
        weights: Any = None,
        ids: Any = None,
        positive: Any = None,
        name: str = "test",
    ) -> None:
        """Logs predictions of a classifier; batches under one name are one evaluation.

        - `y_true`: the true labels, [n]: texts, numbers or truth values that are among `classes`,
          or, where `classes` are names, their indices from 0.
        - `scores`: a probability or score for each class, [n, classes], or for two classes one of
          the positive class, [n]; float32 is kept as such.  None: labels alone, with `predicted`.
        - `classes`: the labels in the order of the columns of `scores`, 2 or more; None: the
          distinct labels in ascending order, as scikit-learn has them.
        - `predicted`: the predicted labels, [n]; None: the class of the highest score.
        - `weights`: [n], finite and not negative; None: all 1.
        - `ids`: whole numbers, [n], by which runs are compared sample by sample; None: row numbers.
        - `positive`: the positive class of two; None: the second.
        - `name`: of the evaluation.

        Arrays, tensors and columns of data frames are read where they lie if their layout allows
        it.  Raises ValueError for lengths that differ, a label that is no class, NaN as a label or
        weight; TypeError for an argument that is no array or sequence.
        """
        from . import _evaluations

        self._log_classification(
            name,
            *_evaluations.classification(y_true, scores, classes, predicted, positive, weights, ids),
        )

    def log_regression(
        self,
        y_true: Any,
        predicted: Any,
        *,
        lower: Any = None,
        upper: Any = None,
        level: float | None = None,
        weights: Any = None,
        ids: Any = None,
        target: str | None = None,
        name: str = "test",
    ) -> None:
        """Logs predictions of a regression; batches under one name are one evaluation.

        - `y_true`, `predicted`: [n]; in the unit of the target.
        - `lower`, `upper`: bounds of a prediction interval, [n]; both or none.
        - `level`: nominal level of the interval, above 0 and below 1; None: unknown.
        - `weights`, `ids`: as for `log_classification`.
        - `target`: what is predicted, with its unit; None: not told.

        Raises ValueError for lengths that differ, a single bound or a level that is none.
        """
        if (lower is None) != (upper is None):
            raise ValueError("a prediction interval has both bounds: lower and upper")
        if level is not None and not 0 < level < 1:
            raise ValueError(f"level is {level!r}, not between 0 and 1")
        if y_true is None or predicted is None:
            raise TypeError("y_true and predicted are arrays or sequences of numbers, not None")
        self._log_regression(name, y_true, predicted, lower, upper, level or 0.0, weights, ids, target)

    def log_importance(
        self,
        features: Any,
        values: Any = None,
        *,
        deviation: Any = None,
        per_class: Any = None,
        classes: Iterable[Any] | None = None,
        method: str | None = None,
        name: str = "importance",
    ) -> None:
        """Logs how important each feature is to a model.

        - `features`: names, [f], or a dict of name and value.
        - `values`: [f]; signed values keep their sign.  None with a dict.
        - `deviation`: [f]; None: none.
        - `per_class`: [classes, f], or a dict of class and [f]; None: none.
        - `classes`: names for `per_class`, unless it is a dict.
        - `method`: "permutation", "coefficient"; None: not told.

        Raises ValueError for lengths that differ.
        """
        from . import _evaluations

        self._log_importance(
            name, *_evaluations.importance(features, values, deviation, per_class, classes, method)
        )

    def log_json(self, name: str, value: Any, schema: str | None = None) -> None:
        """Logs an evaluation that is aggregated already: a dict or JSON text in one of Azure ML's
        schemas "confusion_matrix", "accuracy_table", "residuals", "predictions".

        `schema` None: what the JSON says.  Raises ValueError for a schema or text that is none,
        TypeError for a dict that has no JSON.
        """
        import json

        if schema not in (None, "confusion_matrix", "accuracy_table", "residuals", "predictions"):
            raise ValueError(f"schema {schema!r} is none of Azure ML's four")
        if isinstance(value, str):
            json.loads(value)
        else:
            value = json.dumps(value)
        self._log_json(name, schema, value)

    def log_markdown(self, name: str, text: str) -> None:
        """Adds a piece of Markdown to the report: a note, a conclusion."""
        self._log_markdown(name, text)

    def log_image(
        self,
        name: str,
        image: Any,
        step: int | None = None,
        *,
        caption: str | None = None,
        layout: str | None = None,
    ) -> None:
        """Logs an image, which is kept among the run's files.

        - `image`: the path of a PNG, JPEG, GIF or WebP file or the bytes of one; a figure (anything
          with `savefig`); a picture of PIL; an array or tensor of pixels, whole numbers from 0 to
          255 or floats from 0 to 1.
        - `layout`: of an array: "HW", "HWC" or "CHW" (height, width, 1, 3 or 4 channels); None: the
          last dimension is the channels if it can be, else the first.

        Raises OSError for a file that cannot be read, ValueError for what is no image.
        """
        from . import _pictures

        _pictures.log(self, name, image, step, caption, layout)

    # ----------------------------------------------------- parameters, tags, files

    def log_param(self, name: str, value: Any) -> None:
        """Sets a parameter: a number, truth value or text; anything else by its str().

        Set again, the last value counts.
        """
        self._param(name, _plain(value))

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Sets parameters from a dict, a nested one as "a/b"."""
        for key, value in _flat(params):
            self.log_param(key, value)

    def tag(self, name: str, value: str | None = None) -> None:
        """Sets a tag; None is a tag without a value.  Set again, the last value counts."""
        self._tag(name, value)

    def remove_tag(self, name: str) -> None:
        """Removes a tag; one that is not set is no error."""
        self._remove_tag(name)

    def set_property(self, name: str, value: str) -> None:
        """Sets a property, once: ValueError when it has another value already."""
        self._property(name, value)

    def log_environment(self, name: str, value: str) -> None:
        """Records a fact about the environment: "library.numpy", "1.26.4"."""
        self._environment(name, value)

    def add_file(
        self, path: str | os.PathLike[str], name: str | None = None, role: str | None = None
    ) -> None:
        """Keeps a copy of a file as files/`name`, with its size and SHA-256.

        - `name`: relative, with "/" between parts; None: the last part of `path`.  Added again, it
          replaces the copy.
        - `role`: a word for the report ("model", "data"); None: "file".

        Raises OSError when it cannot be read, ValueError for a name that leaves the run.
        """
        with open(path, "rb"):
            pass
        self._add_file(name, path, role)

    def add_data(self, name: str, data: Any, role: str | None = None) -> None:
        """The same for bytes, or anything with the buffer protocol, in memory."""
        self._add_data(name, data, role)

    def add_folder(
        self, path: str | os.PathLike[str], name: str | None = None, role: str | None = None
    ) -> None:
        """Keeps every regular file below a folder as files/`name`/...; symbolic links are left out.

        Raises OSError when the folder or a file in it cannot be read.
        """
        os.listdir(path)
        self._add_folder(name, path, role)


def one_of(what: str, value: Any, known: Mapping[Any, int]) -> int:
    """What a word stands for; ValueError with the known ones."""
    try:
        return known[value]
    except (KeyError, TypeError):
        words = " or ".join(repr(word) for word in known)
        raise ValueError(f"{what} is {value!r}, not {words}") from None


def _plain(value: Any) -> Any:
    """A number or text; of NumPy's and PyTorch's scalars what Python has for them."""
    if isinstance(value, (str, int, float)):
        return value
    try:
        value = value.item() if hasattr(value, "item") else float(value)
    except (TypeError, ValueError, RuntimeError):  # no number, or an array of several
        return str(value)
    return value if isinstance(value, (str, int, float)) else str(value)


def _flat(mapping: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in mapping.items():
        if hasattr(value, "items"):
            yield from _flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value
