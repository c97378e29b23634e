"""What scripts log, as values that epochlog keeps.

A plain `log` keeps everything: a type that is no number, truth value or text becomes its repr().
Cells of lists, rows and tables are not converted: a wrong type is an error there, as with Azure.
"""

from __future__ import annotations

import json
import operator
from typing import Any, Iterable, Union

from .exceptions import ArgumentException, ArgumentTypeException

Scalar = Union[float, int, bool, str, None]

_INTEGERS = range(-(2**63), 2**63)


def scalar(value: Any) -> Scalar:
    """A value of `log`: a number, truth value, text or None; of any other type, its repr()."""
    kind = type(value)
    if kind is float or kind is bool or kind is str or value is None:
        return value  # type: ignore[no-any-return]
    if isinstance(value, str):
        return str.__str__(value)  # of an enumeration of texts, the text
    known = number(value)
    return repr(value) if known is None else known


def number(value: Any) -> float | int | bool | None:
    """A number or truth value of whatever library; None: it is neither."""
    if getattr(value, "ndim", 0):  # an array or tensor: of one element, that is its value
        try:
            value = value.item()
        except (TypeError, ValueError, RuntimeError, AttributeError):
            return None
    dtype = str(getattr(value, "dtype", ""))
    if "complex" in dtype or isinstance(value, (bytes, bytearray)):
        return None
    if isinstance(value, bool) or dtype.endswith("bool"):
        return bool(value)
    try:
        whole = operator.index(value)
        return whole if whole in _INTEGERS else float(whole)
    except (TypeError, OverflowError, RuntimeError):
        pass
    try:
        return float(value) if hasattr(value, "__float__") else None
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return None


def cell(value: Any, where: str) -> Scalar:
    """A value in a list, row or table.

    Raises ArgumentTypeException, a TypeError, where it is no number, truth value, text or None.
    """
    kept = scalar(value)
    if isinstance(kept, str) and not isinstance(value, str):
        raise ArgumentTypeException(
            f"{where} holds {value!r} of type {type(value).__name__}, which is no number, truth "
            "value or text"
        )
    return kept


def column(values: Any, where: str) -> Any:
    """Values of a list or of a table's column.

    An array of numbers goes through as it is; anything else that can be iterated becomes a list.
    Raises ArgumentTypeException where it cannot be iterated, or holds something else.
    """
    if is_array(values):
        return values
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise ArgumentTypeException(f"{where} is a {type(values).__name__}, not a list of values")
    return [cell(value, where) for value in values]


def is_array(values: Any) -> bool:
    """Whether it is an array, tensor or column of plain numbers in one dimension."""
    dtype = getattr(values, "dtype", None)
    if dtype is None or getattr(values, "ndim", 0) != 1:
        return False
    plain = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32")
    return str(dtype).split(".")[-1] in (*plain, "float32", "float64")


def json_text(value: Any, what: str) -> str:
    """A dict, which may hold arrays, or a JSON text, as JSON text.

    Raises ArgumentException for a text that is no JSON, ArgumentTypeException for another type.
    """
    if isinstance(value, (bytes, bytearray)):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        try:
            json.loads(value)
        except ValueError as error:
            raise ArgumentException(f"Invalid JSON provided for {what}: {error}") from None
        return value
    if not isinstance(value, dict):
        raise ArgumentTypeException(
            f"{what} is a {type(value).__name__}, not a dict or a JSON string"
        )
    try:
        return json.dumps(value, ensure_ascii=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise ArgumentTypeException(f"{what} has no form in JSON: {error}") from None


def _plain(value: Any) -> Any:
    """What json asks for: an array as a list, a scalar of another library as a number."""
    if hasattr(value, "tolist"):
        return value.tolist()
    known = number(value)
    if known is None:
        raise TypeError(f"a {type(value).__name__} is among its values")
    return known
