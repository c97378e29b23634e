"""What becomes of open runs when their block, their process or the interpreter ends.

A run is told the truth about its end: an exception that ends the program makes it Failed, Ctrl-C
Canceled, an exit status other than 0 Failed, anything else Completed.  A process that is killed,
or ends by os._exit, says nothing: its run is NotResponding for every reader.  Workers (forked
children, processes that were sent a run) never speak for the run: they leave it.
"""

from __future__ import annotations

import os
import sys
TYPE_CHECKING = False  # not from typing, which takes long to import
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from ._run import Run

_open: dict[int, Run] = {}
"""The runs that nobody has ended, which keeps them alive."""
_workers: set[int] = set()
"""Those of them that belong to another process: a parent, or who sent them."""
_error: BaseException | None = None
"""The exception that ends the program, once it is known."""
_is_set = False


def watch(run: Run, is_worker: bool = False) -> None:
    """Has the run ended with the interpreter, if nobody ends it before."""
    _set_hooks()
    _open[id(run)] = run
    if is_worker:
        _workers.add(id(run))
        _leave_with_multiprocessing()


def forget(run: Run) -> None:
    """The run has ended."""
    _open.pop(id(run), None)
    _workers.discard(id(run))


def traceback_text(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(type(error), error, error.__traceback__))


def end_as(run: Run, error: BaseException | None) -> None:
    """Ends a run as the exception that left its block, or none, says."""
    if id(run) in _workers:
        run.leave()
    elif error is None or isinstance(error, GeneratorExit):
        run.complete()
    elif isinstance(error, KeyboardInterrupt):
        run.cancel()
    elif isinstance(error, SystemExit):
        _end_with_status(run, error.code)
    else:
        run.fail(error)


def _end_with_status(run: Run, code: object) -> None:
    if code in (None, 0):
        run.complete()
    elif isinstance(code, int):
        run.fail(f"the program ended with exit status {code}", code="SystemExit")
    else:
        run.fail(str(code), code="SystemExit")


# ---------------------------------------------------------------------- hooks


def _set_hooks() -> None:
    global _is_set
    if _is_set:
        return
    _is_set = True
    import atexit

    atexit.register(_end_all)
    os.register_at_fork(after_in_child=_forked)
    sys.excepthook = _Hook(sys.excepthook)
    sys.exit = _exit_told(sys.exit)


class _Hook:
    """Remembers the exception that ends the program, and has the former hook show it."""

    def __init__(self, former: Any) -> None:
        self.former = former

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        global _error
        # An interactive session goes on behind it.
        if not hasattr(sys, "ps1"):
            _error = error
        self.former(kind, error, trace)


def _exit_told(former: Any) -> Any:
    """sys.exit, which tells with what status the program means to end."""
    import functools

    @functools.wraps(former)
    def exit(status: object = None, /) -> None:
        global _error
        import threading

        if threading.current_thread() is threading.main_thread():
            _error = SystemExit(status)
        former(status)

    return exit


def _end_all() -> None:
    """The interpreter ends."""
    for run in list(_open.values()):
        if run.is_open:
            end_as(run, _error)


def _forked() -> None:
    """A child that was forked has the runs of its parent, and no word on how they end."""
    global _error
    _error = None
    for run in _open.values():
        run._forked()
        _workers.add(id(run))
    if _open:
        _leave_with_multiprocessing()


def _leave_with_multiprocessing() -> None:
    """A process of multiprocessing ends without atexit, but by its own finalizers."""
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.Finalize(None, _leave_all, exitpriority=0)


def _leave_all() -> None:
    for run in list(_open.values()):
        if run.is_open and id(run) in _workers:
            run.leave()
