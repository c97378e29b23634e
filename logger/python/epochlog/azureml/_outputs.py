"""Folders whose files a run keeps by itself: ./outputs, ./logs, and what a script names."""

from __future__ import annotations

import filecmp
import os
from typing import TYPE_CHECKING, Iterator, NamedTuple, Tuple

from . import _tree

if TYPE_CHECKING:
    import epochlog

_State = Tuple[int, int, int, int]


class Found(NamedTuple):
    """A file in it: its name relative to the folder, with "/" between parts, and its path."""

    name: str
    path: str
    state: _State


class TrackedFolder:
    """A folder whose files are kept when the run ends.

    - `path`: the folder, which need not be there yet.
    - `prefix`: under which its files are kept.
    - `everything`: also what was in it before the run began; else only what is new or has
      changed, since scripts that run one after the other share ./outputs.
    - `root`: the folder of all runs, which often is ./outputs, too: run folders are left out.
    """

    def __init__(self, path: str, prefix: str, root: str, *, everything: bool) -> None:
        self.path = os.path.abspath(path)
        self.prefix = prefix
        self._root = root
        self._before = {} if everything else {found.path: found.state for found in self.files()}

    def keep_in(self, writer: epochlog.Run) -> list[str]:
        """Keeps the files, save those that the run has as they are.  Returns what went wrong."""
        problems = []
        for found in self.files():
            if self._before.get(found.path) == found.state:
                continue
            name = f"{self.prefix}/{found.name}"
            copy = os.path.join(writer.folder, "files", name)
            try:
                if not (_is_file(copy) and filecmp.cmp(found.path, copy, shallow=False)):
                    writer.add_file(found.path, name, "output")
                    if not _is_file(copy):
                        problems.append(f"{name}: it could not be written")
            except (OSError, ValueError) as error:
                problems.append(f"{name}: {error}")
        return problems

    def files(self) -> Iterator[Found]:
        """Regular files; links are not followed."""
        root_place = _tree.place_of(self._root)
        waiting = [""]
        while waiting:
            base = waiting.pop()
            try:
                with os.scandir(os.path.join(self.path, base)) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in listed:
                if entry.is_dir(follow_symlinks=False):
                    is_root = _tree.place_of(entry.path) == root_place
                    if not is_root and not _tree.is_run_folder(entry.path):
                        waiting.append(f"{base}{entry.name}/")
                elif entry.is_file(follow_symlinks=False):
                    yield Found(base + entry.name, entry.path, _state_of(entry))


def prefix_of(path: str) -> str:
    """Under what name a folder that a script names is kept: its path, where that is below ".",
    else its last part."""
    path = os.path.normpath(path)
    is_outside = os.path.isabs(path) or path.split(os.sep)[0] in ("..", ".")
    return (os.path.basename(os.path.abspath(path)) or "outputs") if is_outside else path


def _state_of(entry: os.DirEntry[str]) -> _State:
    try:
        info = entry.stat(follow_symlinks=False)
    except OSError:
        return (0, 0, 0, 0)
    return (info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)


def _is_file(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)
