"""The part of `Run` that keeps files and gives them back."""

from __future__ import annotations

import os
import shutil
from typing import IO, Any, Iterator, Sequence

from . import _paths
from ._base import RunBase
from .exceptions import ArgumentException, ArtifactNotFoundException

SNAPSHOT_ROLE = "snapshot"
DEFINITION_ROLE = "definition"
RECORD_ROLE = "model record"
_NO_ARTIFACTS = {SNAPSHOT_ROLE, DEFINITION_ROLE, RECORD_ROLE}
"""Roles of files that the run has, but that its script did not upload."""


def snapshot_name(snapshot_id: str) -> str:
    """The name that a snapshot is kept under."""
    return f"snapshot/{snapshot_id}.zip"


class Files(RunBase):
    def upload_file(
        self,
        name: str,
        path_or_stream: str | os.PathLike[str] | IO[Any],
        datastore_name: str | None = None,
    ) -> None:
        """Keeps a file in the run.

        - `name`: under which it is kept, relative, with "/" between parts.
        - `path_or_stream`: a path, or anything with `read`, which is read to its end.
        - `datastore_name`: taken for Azure's sake; files are kept in the run's folder.

        Under a name that is kept already it replaces that file; the run's own copy may be the
        source.  Raises OSError for a file that cannot be read, ValueError for a name that leads out
        of the run.
        """
        name = _paths.artifact(name)
        with self._adding() as writer:
            if isinstance(path_or_stream, (str, os.PathLike)):
                writer.add_file(path_or_stream, name)
                return
            data = path_or_stream.read()
            writer.add_data(name, data.encode("utf-8") if isinstance(data, str) else data)

    def upload_files(
        self,
        names: Sequence[str],
        paths: Sequence[str | os.PathLike[str]],
        return_artifacts: bool = False,
        timeout_seconds: int | None = None,
        datastore_name: str | None = None,
    ) -> dict[str, str] | None:
        """Keeps several files: `paths[i]` as `names[i]`.

        Returns None; with `return_artifacts` the names and the paths of the copies.  Raises as
        `upload_file`, and ArgumentException (a ValueError) for lists of unequal length.
        """
        if len(names) != len(paths):
            raise ArgumentException(f"there are {len(names)} names and {len(paths)} paths")
        for name, path in zip(names, paths):
            self.upload_file(name, path)
        if not return_artifacts:
            return None
        return {name: self._path_of_kept(_paths.artifact(name)) for name in names}

    def upload_folder(
        self, name: str, path: str | os.PathLike[str], datastore_name: str | None = None
    ) -> None:
        """Keeps every file below a folder, as `name`/...

        Links are not followed, and folders of runs are left out.  Raises OSError where the folder
        or a file cannot be read, ValueError for a name that leads out of the run.
        """
        from ._outputs import TrackedFolder

        prefix = _paths.artifact(name)
        os.listdir(path)
        folder = TrackedFolder(os.fspath(path), prefix, self._root, everything=True)
        with self._adding() as writer:
            for found in folder.files():
                writer.add_file(found.path, f"{prefix}/{found.name}")

    def get_file_names(self) -> list[str]:
        """The names of the files that the run has kept, logs of the console among them."""
        return sorted(self._artifacts())

    def download_file(
        self, name: str, output_file_path: str | os.PathLike[str] | None = None
    ) -> None:
        """Copies a file out of the run.

        - `output_file_path`: where to; a folder that is there or a path that ends with "/": into
          it.  None: the current folder.  Folders that are missing are made.

        Raises ArtifactNotFoundException (a FileNotFoundError) for a name that the run has not.
        """
        artifacts = self._artifacts()
        source = artifacts.get(_paths.artifact(name))
        if source is None:
            raise ArtifactNotFoundException(
                f"run {self._id} has no file {name!r}; it has {sorted(artifacts)}"
            )
        target = os.fspath(output_file_path) if output_file_path is not None else "."
        if os.path.isdir(target) or target.endswith("/"):
            target = os.path.join(target, os.path.basename(source))
        _copy(source, target)

    def download_files(
        self,
        prefix: str | None = None,
        output_directory: str | os.PathLike[str] | None = None,
        output_paths: Sequence[str] | None = None,
        batch_size: int = 100,
        append_prefix: bool = True,
        timeout_seconds: int | None = None,
    ) -> None:
        """Copies files out of the run.

        - `prefix`: of their names; None: all.
        - `output_directory`: under which they are put by their names; None: the current folder.
        - `output_paths`: instead of their names, one each, in the order of `get_file_names`.
        - `append_prefix`: False leaves `prefix` out of the names that they are put under.

        Raises ArgumentException (a ValueError) where there is not one output path for each.
        """
        prefix = (prefix or "").replace("\\", "/")
        prefix = prefix[2:] if prefix.startswith("./") else prefix
        artifacts = self._artifacts()
        names = [name for name in sorted(artifacts) if name.startswith(prefix)]
        targets = list(output_paths or names)
        if output_paths is None and not append_prefix:
            targets = [_without(prefix, name) for name in names]
        if len(targets) != len(names):
            raise ArgumentException(f"{len(targets)} output paths for {len(names)} files: {names}")
        folder = os.fspath(output_directory) if output_directory is not None else "."
        for name, target in zip(names, targets):
            is_given = output_paths is not None
            path = os.path.join(folder, target) if is_given else _paths.joined(folder, target)
            _copy(artifacts[name], path)

    def _artifacts(self) -> dict[str, str]:
        """The files of the run: names, and where they are."""
        artifacts = {}
        for name, path in self._console_logs():
            artifacts[name] = path
        for file in self._saved().files:
            if file.role not in _NO_ARTIFACTS:
                artifacts[file.path.removeprefix("files/")] = os.path.join(self._folder, file.path)
        return artifacts

    def _console_logs(self) -> Iterator[tuple[str, str]]:
        """What the console printed: names, and where the files are.  A link is none."""
        try:
            with os.scandir(os.path.join(self._folder, "logs")) as entries:
                for entry in entries:
                    if entry.is_file(follow_symlinks=False):
                        yield f"logs/{entry.name}", entry.path
        except OSError:
            return

    def _path_of_kept(self, name: str) -> str:
        return os.path.join(self._folder, "files", name)


def _without(prefix: str, name: str) -> str:
    """A name without the prefix, or without the folders of a prefix that ends within a part."""
    whole = prefix if prefix.endswith("/") or not prefix else prefix + "/"
    if name.startswith(whole):
        return name[len(whole) :]
    return name[prefix.rfind("/") + 1 :]


def _copy(source: str, target: str) -> None:
    """Copies a file; onto itself, nothing happens."""
    os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    if os.path.exists(target) and os.path.samefile(source, target):
        return
    shutil.copyfile(source, target)
