"""The part of `Run` about its snapshot: the source it was made with."""

from __future__ import annotations

import os
import shutil
import sys
import warnings

from . import _archive, _tree
from ._base import RunBase
from ._facts import SNAPSHOT_ID
from ._files import SNAPSHOT_ROLE, snapshot_name
from .exceptions import SnapshotException


class Snapshots(RunBase):
    def take_snapshot(self, path: str | os.PathLike[str]) -> str:
        """Keeps the source in a folder, or one file, in the run, and returns the snapshot's id,
        which is also the property ContentSnapshotId.

        Left out is what .amlignore, or else .gitignore, says; so are runs, links that lead out of
        the folder, version control and virtual environments.  There is no limit of size.  Raises
        SnapshotException where the run has a snapshot already, OSError where it cannot be read.
        """
        if self.get_snapshot_id() is not None:
            raise SnapshotException(f"run {self._id} has a snapshot already")
        path = os.fspath(path)
        if os.path.isdir(path):
            os.listdir(path)
            found = [entry for entry in _tree.entries(path, self._root) if entry.is_kept]
        else:
            found = [_tree.Entry(os.path.basename(path), path, os.path.getsize(path), True)]
        return self._keep_snapshot(found)

    def get_snapshot_id(self) -> str | None:
        """The id of the snapshot; None: the run has none."""
        return self._saved().properties.get(SNAPSHOT_ID)

    def restore_snapshot(
        self, snapshot_id: str | None = None, path: str | os.PathLike[str] | None = None
    ) -> str:
        """Writes the snapshot as a zip file, and returns its path.

        - `snapshot_id`: None: that of this run.
        - `path`: the folder it is put in, made if it is missing; None: the current one.

        Raises SnapshotException where the run has no snapshot, or not that one.
        """
        kept = self.get_snapshot_id()
        files = [file.path for file in self._saved().files if file.role == SNAPSHOT_ROLE]
        if kept is None or f"files/{snapshot_name(kept)}" not in files:
            raise SnapshotException(f"run {self._id} has no snapshot")
        if snapshot_id not in (None, kept):
            raise SnapshotException(f"run {self._id} has no snapshot {snapshot_id}, only {kept}")
        folder = os.fspath(path) if path is not None else "."
        os.makedirs(folder, exist_ok=True)
        target = os.path.join(folder, os.path.basename(snapshot_name(kept)))
        shutil.copyfile(os.path.join(self._folder, "files", snapshot_name(kept)), target)
        return target

    def _take_implied_snapshot(self) -> None:
        """That of ".", which nobody asked for, with the program that runs: nothing that is wrong
        with it stops the training, and of a folder that is large it is the program alone."""
        try:
            found = [entry for entry in _tree.source(".", self._root) if entry.is_kept]
            program = _program()
            if _archive.is_too_much(found):
                found = program
                warnings.warn(
                    "the current folder is too large to keep with the run unasked: its snapshot "
                    "holds the program alone; leave data out with .amlignore, or give "
                    "snapshot_directory",
                    RuntimeWarning,
                    stacklevel=4,
                )
            there = {os.path.realpath(entry.path) for entry in found}
            found += [entry for entry in program if entry.path not in there]
            if found:
                self._keep_snapshot(found)
        except OSError as error:
            warnings.warn(f"no snapshot was kept: {error}", RuntimeWarning, stacklevel=4)

    def _keep_snapshot(self, files: list[_tree.Entry]) -> str:
        archive = os.path.join(self._folder, f"snapshot.{os.getpid()}.tmp")
        try:
            written = _archive.write(archive, files)
            with self._adding() as writer:
                writer.add_file(archive, snapshot_name(written.id), SNAPSHOT_ROLE)
                writer.set_property(SNAPSHOT_ID, written.id)
        finally:
            if os.path.exists(archive):
                os.unlink(archive)
        if written.unreadable:
            warnings.warn(
                f"the snapshot lacks files that could not be read: {written.unreadable}",
                RuntimeWarning,
                stacklevel=4,
            )
        return written.id


def _program() -> list[_tree.Entry]:
    """The script that runs; nothing in a notebook, or for a tool that came with Python."""
    script = os.path.realpath(sys.argv[0]) if sys.argv and sys.argv[0] else ""
    is_tool = script.startswith((sys.prefix + "/", sys.base_prefix + "/")) or "-packages/" in script
    if is_tool or not os.path.isfile(script):
        return []
    return [_tree.Entry(os.path.basename(script), script, os.path.getsize(script), True)]
