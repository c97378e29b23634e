"""Things that are said once in a process."""

from __future__ import annotations

import warnings

_told: set[str] = set()


def warn_once(text: str) -> None:
    """A warning, the first time."""
    if text not in _told:
        _told.add(text)
        warnings.warn(text, RuntimeWarning, stacklevel=4)
