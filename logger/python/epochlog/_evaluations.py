"""Predictions as the logger takes them: labels become indices of classes."""

from __future__ import annotations

from typing import Any

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def classification(
    y_true: Any,
    scores: Any,
    classes: Any,
    predicted: Any,
    positive: Any,
    weights: Any,
    ids: Any,
) -> tuple[Any, ...]:
    """What Writer._log_classification takes behind the name."""
    if y_true is None:
        raise TypeError("y_true is an array or a sequence of labels, not None")
    if scores is None and predicted is None:
        raise ValueError("neither scores nor predicted labels were given")
    labels = _native.distinct(y_true, "y_true")
    if predicted is not None:
        labels |= _native.distinct(predicted, "predicted")
    values = _values(classes, labels, _column_count(scores))
    if len(values) < 2:
        raise ValueError(f"a classification has 2 classes or more, not {len(values)}")
    lookup = _lookup(values, labels)
    names = [str(value) for value in values]
    if len(set(names)) != len(names):
        raise ValueError(f"class {_twice(names)!r} is there twice")
    if positive is not None:
        positive = names[_find_positive(positive, values)]
        if positive == names[0] and scores is not None and _column_count(scores) is None:
            # One score is that of the second class.
            names.reverse()
            lookup = {label: 1 - index for label, index in lookup.items()}
    return (
        names,
        _native.class_indices(y_true, lookup, "y_true"),
        scores,
        None if predicted is None else _native.class_indices(predicted, lookup, "predicted"),
        weights,
        ids,
        positive,
    )


def _column_count(scores: Any) -> int | None:
    """How many columns scores has; None: one score for each sample, or none at all."""
    shape = getattr(scores, "shape", None)
    if shape is not None:
        return int(shape[1]) if len(shape) == 2 and shape[1] != 1 else None
    if isinstance(scores, (list, tuple)) and scores and hasattr(scores[0], "__len__"):
        return len(scores[0]) if len(scores[0]) != 1 else None
    return None


def _values(classes: Any, labels: set[Any], columns: int | None) -> list[Any]:
    """The classes as the caller gave them, or as the labels and scores tell."""
    if classes is not None:
        return _given(classes)
    if columns is not None and len(labels) != columns:
        if all(isinstance(label, int) and 0 <= label < columns for label in labels):
            return list(range(columns))
        raise ValueError(
            f"scores has {columns} columns and there are {len(labels)} distinct labels: "
            "classes says which column is whose"
        )
    if columns is None and labels <= {0, 1}:  # True and False, too
        return [False, True] if any(isinstance(label, bool) for label in labels) else [0, 1]
    try:
        return sorted(labels)
    except TypeError:
        return sorted(labels, key=str)


def _given(classes: Any) -> list[Any]:
    if isinstance(classes, (str, bytes)) or not hasattr(classes, "__iter__"):
        raise TypeError(f"classes is a sequence of labels, not {type(classes)!r}")
    values = [_plain(value) for value in classes]
    for i, value in enumerate(values):
        try:
            hash(value)
        except TypeError:
            raise TypeError(f"classes: element {i} is {value!r}, which is no label") from None
        if value is None or isinstance(value, float) and value != value:
            raise ValueError(f"classes: element {i} is {value!r}, which is no label")
    return values


def _plain(value: Any) -> Any:
    """A label as Python has it: what NumPy or PyTorch wraps is taken out."""
    return value.item() if hasattr(value, "item") else value


def _twice(names: list[str]) -> str:
    return next(name for i, name in enumerate(names) if name in names[:i])


def _lookup(values: list[Any], labels: set[Any]) -> dict[Any, int]:
    """The index of each label: by the class itself, by its text, or, where no label is a class by
    either and all are whole numbers, by its place."""
    by_value = {value: i for i, value in enumerate(values)}
    by_text = {str(value): i for i, value in enumerate(values)}
    found = {label: by_value.get(label, by_text.get(str(label))) for label in labels}
    if all(index is None for index in found.values()):
        if all(isinstance(label, int) and 0 <= label < len(values) for label in labels):
            return {label: int(label) for label in labels}
    return {label: index for label, index in found.items() if index is not None}


def _find_positive(positive: Any, values: list[Any]) -> int:
    """The index of the positive class."""
    if len(values) != 2:
        raise ValueError(f"positive is one of 2 classes, and there are {len(values)}")
    found = _lookup(values, {_plain(positive)})
    if not found:
        raise ValueError(f"positive is {positive!r}, which is none of the classes")
    return next(iter(found.values()))


def importance(
    features: Any,
    values: Any,
    deviation: Any,
    per_class: Any,
    classes: Iterable[Any] | None,
    method: str | None,
) -> tuple[Any, ...]:
    """What Writer._log_importance takes behind the name."""
    if isinstance(features, (str, bytes)) or not hasattr(features, "__iter__"):
        raise TypeError(f"features is a dict or a sequence of names, not {type(features)!r}")
    if isinstance(features, dict):
        if values is not None:
            raise ValueError("features is a dict of names and values, and values was given, too")
        features, values = list(features), list(features.values())
    if values is None:
        raise ValueError("values of the features were not given")
    names = [str(feature) for feature in features]
    if isinstance(per_class, dict):
        if classes is not None:
            raise ValueError("per_class is a dict by class, and classes was given, too")
        classes, per_class = list(per_class), [list(row) for row in per_class.values()]
    if (per_class is None) != (classes is None):
        raise ValueError("per_class and classes, the names of its rows, are given together")
    class_names = [] if per_class is None else [str(value) for value in classes or ()]
    return names, values, deviation, class_names, per_class, method
