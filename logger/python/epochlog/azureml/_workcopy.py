"""The folder that a submitted script runs in: a copy of its source, of its own for each run.

Two runs of one script would else overwrite each other's ./outputs, and what is edited after the
submission would run in the place of the snapshot.  What the snapshot leaves out (data, say) is
linked, so that the script finds it.
"""

from __future__ import annotations

import os
import shutil
from typing import Iterable, Mapping

from . import _tree

NAME = "work"
"""The folder's name in the run's folder."""


def make(folder: str, entries: Iterable[_tree.Entry]) -> dict[str, list[int]]:
    """Makes the copy in a run's folder, with ./outputs and ./logs empty.

    Returns what was put there: names, and by what it is known to be unchanged.  Raises OSError.
    """
    work = os.path.join(folder, NAME)
    for name in _tree.PRODUCTS:
        os.makedirs(os.path.join(work, name))
    placed = {}
    for entry in entries:
        target = os.path.join(work, *entry.name.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if entry.is_kept:
            shutil.copy2(entry.path, target)
        elif os.path.basename(entry.path) != "__pycache__":
            os.symlink(os.path.abspath(entry.path), target)
        else:
            continue
        placed[entry.name] = _state_of(target)
    return placed


def clear(work: str, placed: Mapping[str, list[int]]) -> None:
    """Removes what is as `make` put it there, bytecode, and empty folders.

    Other files that the script left behind stay, and so do those of its source that it changed.
    """
    for name, state in placed.items():
        path = os.path.join(work, *name.split("/"))
        try:
            if is_within(work, os.path.dirname(name)) and _state_of(path) == state:
                os.unlink(path)
        except OSError:
            pass
    for base, _, _ in os.walk(work, topdown=False):
        if os.path.basename(base) == "__pycache__":
            shutil.rmtree(base, ignore_errors=True)
        else:
            _remove_if_empty(base)


def is_within(work: str, name: str) -> bool:
    """Whether a folder is there and where it seems to be, and not behind a link that the script
    has put in its place."""
    path = os.path.join(os.path.realpath(work), *filter(None, name.split("/")))
    return os.path.isdir(path) and os.path.realpath(path) == path


def _state_of(path: str) -> list[int]:
    info = os.lstat(path)
    return [info.st_ino, info.st_size, info.st_mtime_ns]


def _remove_if_empty(folder: str) -> None:
    try:
        os.rmdir(folder)
    except OSError:
        pass
