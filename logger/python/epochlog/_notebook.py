"""Runs in notebooks: a picture of one, and one that follows a training as it goes."""

from __future__ import annotations

import os
import sys

from . import _native
from ._html import METRICS_MAX, run_html, run_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._saved_run import SavedRun

COLUMNS = 60
"""Of the small pictures of metrics."""
FAILURES_MAX = 5
"""So many looks in a row may fail before a display is given up."""


def html(run: SavedRun) -> str:
    """A run that was read, as HTML: status, parameters, metrics with small pictures.

    Takes the memory of the pictures, not of the points, unless those were read already.
    """
    data = run._data
    if data.is_summary:
        return run_html(*_picture(run.path))
    return run_html(data, data.spans(COLUMNS, METRICS_MAX))


def text(run: SavedRun) -> str:
    """The same in some lines of plain text."""
    return run_text(_native.open_charts(run.path, 1, 0)[0] if run._data.is_summary else run._data)


def show(run: Any, interval: float = 2.0) -> None:
    """Shows a run, and in a notebook goes on showing it as it trains.

    - `run`: a Run, a SavedRun, or the path of a run's folder or log.
    - `interval`: seconds between two looks at its files; longer where a look takes long.

    In a notebook the picture is renewed by a thread of its own until the run has ended or its
    program is gone; this thread neither delays the interpreter's end nor is it waited for.
    Elsewhere the run is printed once as text.  Raises FileNotFoundError, OSError or ValueError when
    it cannot be read, ValueError for an interval that is not above 0.
    """
    if not interval > 0:
        raise ValueError(f"interval is {interval!r}, not a number of seconds above 0")
    path = _path_of(run)
    display = _display()
    if display is None:
        print(run_text(_native.open_charts(path, 1, 0)[0]))
        return
    data, spans = _picture(path)
    handle = display(_bundle(data, spans), raw=True, display_id=True)
    if data.status == "Running" and handle is not None:
        _follow(path, handle, interval)


def _picture(path: str) -> tuple[_native.RunData, _native._Spans]:
    return _native.open_charts(path, COLUMNS, METRICS_MAX)


def _path_of(run: Any) -> str:
    path = getattr(run, "path", None) or getattr(run, "folder", None) or run
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"run is a Run, a SavedRun or a path, not {type(run).__name__}")
    return os.path.abspath(path)


def _display() -> Any:
    """The display function of the notebook that runs this; None outside of one."""
    ipython = sys.modules.get("IPython")
    shell = (
        ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    )
    if getattr(shell, "kernel", None) is None:  # a terminal shows no HTML
        return None
    from IPython.display import display

    return display


def _bundle(data: _native.RunData, spans: Any) -> dict[str, str]:
    return {"text/html": run_html(data, spans), "text/plain": run_text(data)}


def _follow(path: str, handle: Any, interval: float) -> None:
    """Renews the display from a daemon thread until the run ends or the interpreter does."""
    import atexit
    import threading

    ending = threading.Event()

    def renew() -> None:
        try:
            _renew_until(ending, path, handle, interval)
        finally:
            atexit.unregister(ending.set)

    atexit.register(ending.set)
    threading.Thread(target=renew, name=f"epochlog show {path}", daemon=True).start()


def _renew_until(ending: Any, path: str, handle: Any, interval: float) -> None:
    import time

    pause = interval
    failures = 0
    while failures < FAILURES_MAX and not ending.wait(pause):
        began = time.monotonic()
        try:
            data, spans = _picture(path)
        except (OSError, ValueError):  # a disk may come back; the last picture stays
            failures += 1
            continue
        failures = 0
        handle.update(_bundle(data, spans), raw=True)
        if data.status != "Running":
            return
        # A look takes at most a tenth of the time.
        pause = max(interval, 9 * (time.monotonic() - began))
