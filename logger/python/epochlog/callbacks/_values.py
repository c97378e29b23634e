"""What frameworks hand to callbacks, as what a run takes."""

from __future__ import annotations

from typing import Any
from collections.abc import Mapping


def scalars(values: Mapping[str, Any] | None, prefix: str = "") -> dict[str, Any]:
    """The numbers among `values`: Python's, and tensors and arrays of one element.

    Names are str() of the keys after `prefix`.
    """
    kept: dict[str, Any] = {}
    for name, value in (values or {}).items():
        if getattr(value, "ndim", 0) and getattr(value, "size", None) == 1:
            value = value.reshape(())  # NumPy's arrays of one element are no numbers by now.
        if isinstance(value, (int, float)) or hasattr(value, "__float__"):
            kept[f"{prefix}{name}"] = value
    return kept


def parameters(values: Any) -> dict[str, Any]:
    """Settings as nested dicts: of a mapping, a dataclass, or an object with attributes (such
    as argparse.Namespace)."""
    import dataclasses

    if dataclasses.is_dataclass(values) and not isinstance(values, type):
        values = {f.name: getattr(values, f.name) for f in dataclasses.fields(values)}
    elif not isinstance(values, Mapping):
        values = vars(values)
    return {
        str(name): parameters(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }
