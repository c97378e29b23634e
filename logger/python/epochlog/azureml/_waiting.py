"""Waits for the end of a run that another process logs, and shows its console meanwhile."""

from __future__ import annotations

import codecs
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from .exceptions import ActivityFailedException

if TYPE_CHECKING:
    from ._details import Details

CONSOLE = os.path.join("logs", "std_log.txt")
_PAUSE_S = 0.05
"""Between two looks at what is cheap to look at: the console, the live files."""
_DOUBT_S = 2.0
"""A live file that stays may be that of a process which was killed: so often the run is asked."""


def wait(run: Details, show_output: bool, raise_on_error: bool) -> dict[str, Any]:
    """See `Run.wait_for_completion`."""
    console = _Console(os.path.join(run._folder, CONSOLE)) if show_output else None
    if console is not None:
        print(f"RunId: {run._id}\nWeb View: {_place_of_report(run)}\n")
        print(f"Streaming {CONSOLE}\n{'=' * (10 + len(CONSOLE))}\n", flush=True)
    asked = 0.0
    while True:
        if not _is_logged(run._folder) or time.monotonic() - asked > _DOUBT_S:
            if run._saved().status != "Running":
                break
            asked = time.monotonic()
        if console is not None:
            console.show()
        time.sleep(_PAUSE_S)
    if console is not None:
        console.show(is_last=True)
    details = run.get_details()
    if console is not None:
        print(f"\nExecution Summary\n=================\nRunId: {run._id}")
        print(f"Status: {details['status']}\nWeb View: {_place_of_report(run)}\n", flush=True)
    if raise_on_error and details["status"] != "Completed":
        raise ActivityFailedException(_failure(run._id, details))
    return details


def _place_of_report(run: Details) -> str:
    import pathlib

    return pathlib.Path(run._folder, "report", "report.html").as_uri()


def _failure(run_id: str, details: dict[str, Any]) -> str:
    status = details["status"]
    if "error" not in details:
        return f"run {run_id} ended as {status}"
    error = details["error"]["error"]
    return f"run {run_id} ended as {status}: {error['message']}\n{json.dumps(error, indent=4)}"


def _is_logged(folder: str) -> bool:
    """Whether a live file is there: it goes when a writer ends, and stays when it is killed."""
    try:
        return any(name.endswith(".live") for name in os.listdir(folder))
    except OSError:
        return False


class _Console:
    """A console log that grows, shown on standard output."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._at = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def show(self, is_last: bool = False) -> None:
        """Prints what has come since; a character that is cut waits for its rest."""
        try:
            with open(self._path, "rb") as file:
                file.seek(self._at)
                data = file.read()
        except OSError:
            data = b""
        self._at += len(data)
        text = self._decoder.decode(data, final=is_last)
        if text:
            _write(text)


def _write(text: str) -> None:
    """Prints; what standard output cannot encode is replaced."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()
