"""The `epochlog` command that comes with the package, and how to run it."""

from __future__ import annotations

import errno
import os
import sys

TYPE_CHECKING = False  # not from typing: starting the command takes no longer than it must
if TYPE_CHECKING:
    from collections.abc import Sequence
    from subprocess import CompletedProcess

_BUNDLED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "epochlog")


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _is_this(path: str) -> bool:
    """Whether a file is the script that pip makes of `main`, which would find itself."""
    with open(path, "rb") as file:
        head = file.read(4096)
    return head.startswith(b"#!") and b"epochlog._command" in head


def path() -> str:
    """Where the command is.

    `$EPOCHLOG_COMMAND` where that is set; else the one that the package carries; else
    the first `epochlog` on PATH.

    Raises FileNotFoundError where there is none, or where EPOCHLOG_COMMAND names
    something that cannot be run.
    """
    chosen = os.environ.get("EPOCHLOG_COMMAND")
    if chosen:
        if _is_program(chosen):
            return chosen
        raise FileNotFoundError(errno.ENOENT, "EPOCHLOG_COMMAND names no program", chosen)
    if _is_program(_BUNDLED):
        return _BUNDLED
    for folder in os.get_exec_path():
        found = os.path.join(folder, "epochlog")
        if _is_program(found) and not _is_this(found):
            return found
    raise FileNotFoundError(
        errno.ENOENT,
        "this package was built without the epochlog command, and none is on PATH; "
        "install it, or set EPOCHLOG_COMMAND to where it is",
        "epochlog",
    )


def run(args: Sequence[str | os.PathLike[str]], *, check: bool = True) -> CompletedProcess[str]:
    """Runs the command to its end.

    args: its arguments, such as `["report", folder]`.
    check: whether a status other than 0 raises; 1 is "not done", 2 "wrong usage".

    Returns a `subprocess.CompletedProcess` with `returncode`, `stdout` and `stderr`.

    Raises FileNotFoundError where there is no command (see `path`), RuntimeError with
    what the command said where `check` is true and it did not end with 0.
    """
    import subprocess

    done = subprocess.run(
        [path(), *[os.fspath(arg) for arg in args]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="surrogateescape",
    )
    if check and done.returncode != 0:
        said = done.stderr.strip() or "epochlog ended with status %d" % done.returncode
        raise RuntimeError(said)
    return done


def main() -> None:
    """Becomes the command, with this process's arguments."""
    try:
        command = path()
    except FileNotFoundError as error:
        sys.exit("epochlog: %s" % error)
    os.execv(command, ["epochlog", *sys.argv[1:]])
