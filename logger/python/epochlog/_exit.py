"""What becomes of open runs when their block, their process or the interpreter ends.

A run is told the truth about its end: an exception that ends the program makes it Failed, Ctrl-C
Canceled, an exit status other than 0 Failed, anything else Completed.  A process that is killed
or ends by os._exit says nothing: its run is NotResponding for every reader.  Workers (forked
children, processes that were sent a run) never speak for a run of others: they leave it.

Nothing of the program is replaced for that.  The exception is the one that the interpreter has
shown as the last, and the exit status comes from the C library when Python has ended: sys.exit,
exit() and `raise SystemExit` are told apart from those that somebody caught.  What exit status a
script has that C code ends by exit(3), or a C library without on_exit, is not known.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # not from typing, which takes long to import
if TYPE_CHECKING:
    from types import FrameType

    from ._run import Run

_DETAILS_MAX = 1 << 20
"""Characters of a traceback that are kept, half of them from its end."""

_open: dict[int, Run] = {}
"""The runs that nobody has ended, which keeps them alive."""
_workers: set[int] = set()
"""Those of them that belong to another process: a parent, or who sent them."""
_is_set = False
_is_multiprocessing_told = False
_finalized = 0
"""The process that has the finalizer."""


def watch(run: Run, is_worker: bool = False) -> None:
    """Has the run ended with the process, if nobody ends it before."""
    _set_hooks()
    _open[id(run)] = run
    if is_worker:
        _workers.add(id(run))
    _tell_multiprocessing()


def forget(run: Run) -> None:
    """The run has ended."""
    _open.pop(id(run), None)
    _workers.discard(id(run))


def find(folder: str, rank: int) -> Run | None:
    """The run that this process has open already, as its own or as a worker; None: none."""
    for run in list(_open.values()):
        if run.is_open and run._place == folder and run.rank == rank:
            return run
    return None


# ---------------------------------------------------------------- exceptions


def traceback_text(error: BaseException) -> str:
    """A traceback as Python shows it; of one that is very long, the beginning and the end."""
    import traceback

    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    half = _DETAILS_MAX // 2
    return text if len(text) <= _DETAILS_MAX else f"{text[:half]}\n[...]\n{text[-half:]}"


def message_of(error: BaseException) -> str:
    """What an exception says, also where it fails to say it."""
    try:
        text = str(error)
    except Exception as failure:
        return f"(its text cannot be made: {type(failure).__name__})"
    return text if len(text) <= _DETAILS_MAX else f"{text[:_DETAILS_MAX]}[...]"


def plain(text: str | None) -> str | None:
    """A text that C takes: what cannot be encoded is replaced."""
    if text is None:
        return None
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def end_as(run: Run, error: BaseException | None) -> None:
    """Ends a run as the exception that left its block, or none, says."""
    if id(run) in _workers:
        run.leave()
    elif error is None or isinstance(error, GeneratorExit):
        run.complete()
    elif isinstance(error, KeyboardInterrupt) or _is_cancelled_task(error):
        run.cancel()
    elif isinstance(error, SystemExit):
        _end_with_code(run, error.code)
    else:
        details = traceback_text(error)
        if run._console is not None:  # the interpreter shows it later, if at all
            run._console.keep(details)
        run.fail(message_of(error), code=type(error).__name__, details=details)


def _is_cancelled_task(error: BaseException) -> bool:
    """As which Ctrl-C arrives in a coroutine."""
    asyncio = sys.modules.get("asyncio.exceptions")
    return asyncio is not None and isinstance(error, asyncio.CancelledError)


def _end_with_code(run: Run, code: object) -> None:
    """`code` is that of a SystemExit: None, the exit status, or words for an exit status of 1."""
    if code is None or (isinstance(code, int) and code == 0):
        run.complete()
    elif isinstance(code, int):
        run.fail(f"the program ended with exit status {int(code)}", code="SystemExit")
    else:
        run.fail(str(code), code="SystemExit")


# ------------------------------------------------------ the end of a process


def _set_hooks() -> None:
    global _is_set
    if _is_set:
        return
    _is_set = True
    import atexit

    atexit.register(_end_all)
    os.register_at_fork(after_in_child=_forked)


def _end_all() -> None:
    """The interpreter, or a process of multiprocessing, ends.  Child runs end before parents."""
    for run in reversed(list(_open.values())):
        try:
            if run.is_open:
                _end_with_process(run)
        except Exception:  # a disk that is full, say: the other runs are ended nevertheless
            import traceback

            traceback.print_exc()


def _end_with_process(run: Run) -> None:
    if id(run) in _workers:
        run.leave()
        return
    if run._console is not None:  # the traceback is in it already
        run._console.close()
    known = _end_of_multiprocessing()
    if known is not None:
        end_as(run, known[0])
        return
    shown = _last_shown()
    # An interactive session goes on behind its exceptions.
    error = None if hasattr(sys, "ps1") else shown
    # Behind Ctrl-C the interpreter kills itself by SIGINT: there may be no exit status.
    if isinstance(shown, KeyboardInterrupt) or not _end_with_status(run, error):
        end_as(run, error)


def _end_with_status(run: Run, error: BaseException | None) -> bool:
    """Has the run ended when the process's exit status is known, and takes points until then.

    False: it cannot be known.
    """
    take = getattr(run, "_end_at_exit", None)  # only where the C library tells it
    if take is None:
        return False
    words: list[str | None] = [None, None, None]
    if error is not None:
        words = [type(error).__name__, message_of(error), traceback_text(error)]
    return bool(take(*map(plain, words)))


def _last_shown() -> BaseException | None:
    """The exception that ended the program, if one did: the last that was shown for unhandled.

    Some that are shown do not end it (a slot of Qt's, a test that failed); then the exit status
    is another than that of an exception, or that of the program which showed it.
    """
    error: BaseException | None = getattr(sys, "last_exc", None)  # since Python 3.12
    return getattr(sys, "last_value", None) if error is None else error


# --------------------------------------------------- forks, multiprocessing


def _forked() -> None:
    """A child that was forked has the runs of its parent, and no word on how they end."""
    for run in _open.values():
        run._forked()
        _workers.add(id(run))
    if _open:
        _tell_multiprocessing()


def _tell_multiprocessing() -> None:
    """Its processes end by os._exit, behind finalizers of their own.

    Those that are there before such a process begins are dropped, so they are made in it.
    """
    global _is_multiprocessing_told
    util = sys.modules.get("multiprocessing.util")
    if util is None:
        return
    if not _is_multiprocessing_told:
        _is_multiprocessing_told = True
        util.register_after_fork(_tell_multiprocessing, _add_finalizer)
    is_child = sys.modules["multiprocessing.process"].parent_process() is not None
    if is_child and _finalized != os.getpid():
        _add_finalizer()


def _add_finalizer(unused: object = None) -> None:
    global _finalized
    _finalized = os.getpid()
    # The last of all: what runs before may log.
    sys.modules["multiprocessing.util"].Finalize(None, _end_all, exitpriority=-1000)


def _end_of_multiprocessing() -> tuple[BaseException | None] | None:
    """How the process of multiprocessing that is being ended came to that; None: it is none.

    Up to Python 3.12 the exception is under way meanwhile; later only its exit status is known.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith("multiprocessing."):
            if frame.f_code.co_name == "_bootstrap":
                return (sys.exc_info()[1],)
            if "code" in frame.f_locals:
                return (SystemExit(frame.f_locals["code"]),)
        frame = frame.f_back
    return None
