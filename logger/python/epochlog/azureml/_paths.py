"""Names of files in a run: relative, with "/" between parts, never outside."""

from __future__ import annotations

import os


def is_inside(path: str) -> bool:
    """Whether a path is relative and stays below where it starts."""
    parts = os.path.normpath(path.replace("\\", "/")).split("/")
    return not os.path.isabs(path) and parts[0] not in ("..", ".", "")


def artifact(name: str) -> str:
    """The name that a file is kept under: "./a//b" and "/a/b" are "a/b".

    Raises ValueError where nothing is left, or where ".." leads out of the run.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or ".." in parts:
        raise ValueError(f"{name!r} is no name of a file within the run")
    return "/".join(parts)


def joined(folder: str, name: str) -> str:
    """A path below `folder` for a name that came from a run.  Raises ValueError as `artifact`."""
    return os.path.join(folder, *artifact(name).split("/"))
