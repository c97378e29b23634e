"""The files of a script's folder that belong to its snapshot."""

from __future__ import annotations

import os
from typing import Iterator, NamedTuple

from . import _ignore

_NEVER = {".git", ".hg", ".svn", "__pycache__", ".ipynb_checkpoints"}
"""Folders that are no source."""
PRODUCTS = ("outputs", "logs")
"""Folders of what scripts make."""


class Entry(NamedTuple):
    """A file or folder that was met."""

    name: str
    """Relative to the folder, with "/" between parts."""
    path: str
    size: int
    """In bytes; 0 for what is left out."""
    is_kept: bool
    """False: left out by a pattern, no regular file, or a link; a folder with all below it."""


def place_of(folder: str) -> tuple[int, int] | None:
    """Device and number, which tell a folder whatever its path is; None: there is none."""
    try:
        info = os.stat(folder)
    except OSError:
        return None
    return (info.st_dev, info.st_ino)


def is_run_folder(path: str) -> bool:
    """Whether a folder is that of a run, or not readable."""
    try:
        with os.scandir(path) as entries:
            return any(entry.name.endswith(".elog") for entry in entries)
    except OSError:
        return True


def source(folder: str, root: str) -> list[Entry]:
    """What is in a script's folder as `entries`, without what scripts make."""
    return [e for e in entries(folder, root) if e.name.split("/")[0] not in PRODUCTS]


def entries(folder: str, root: str) -> Iterator[Entry]:
    """What is in `folder` and below, in order of name within each folder.

    - `root`: the folder of all runs, which is left out, and so is every run's folder.

    A link to a file within `folder` is kept as that file; other links are left out and never
    followed, and so are version control, caches of bytecode and virtual environments.  A folder
    that cannot be read counts as left out.
    """
    top = os.path.realpath(folder)
    root_place = place_of(root)
    waiting: list[tuple[str, list[tuple[str, list[_ignore.Pattern]]]]] = [("", [])]
    while waiting:
        base, above = waiting.pop()
        here = os.path.join(folder, base)
        patterns = _ignore.of_folder(here)
        levels = [*above, (base, patterns)] if patterns else above
        below = []
        for found in _listed(here):
            name = base + found.name
            is_folder = found.is_dir(follow_symlinks=False)
            if _ignore.is_left_out(levels, name, is_folder):
                yield Entry(name, found.path, 0, False)
            elif is_folder and _is_source(found, root_place):
                below.append((name + "/", levels))
            else:
                yield _file(found, name, top)
        waiting.extend(reversed(below))


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_source(folder: os.DirEntry[str], root_place: tuple[int, int] | None) -> bool:
    return (
        folder.name not in _NEVER
        and place_of(folder.path) != root_place
        and not os.path.exists(os.path.join(folder.path, "pyvenv.cfg"))
        and not is_run_folder(folder.path)
    )


def _file(found: os.DirEntry[str], name: str, top: str) -> Entry:
    """A file, or a link to one that does not lead out of the folder; else nothing that is kept."""
    try:
        is_inside = not found.is_symlink() or os.path.realpath(found.path).startswith(top + os.sep)
        if is_inside and found.is_file():
            return Entry(name, found.path, found.stat().st_size, True)
    except OSError:
        pass
    return Entry(name, found.path, 0, False)
