"""The part of `Run` about its life: status, end, waiting for the end."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

from . import _finding, _sessions, _starting, _word
from ._base import RunBase
from .exceptions import ArgumentTypeException, UserErrorException

if TYPE_CHECKING:
    from types import TracebackType

    import epochlog

ENDED = ("Completed", "Failed", "Canceled")
CANCEL_FILE = "cancel"
"""In the folder of a submitted run: its supervisor is asked to end the script."""


class Life(RunBase):
    @property
    def status(self) -> str:
        """As `get_status`."""
        return self.get_status()

    def get_status(self) -> str:
        """ "Running", "CancelRequested", "Completed", "Failed", "Canceled", or "NotResponding" for
        a run whose process is gone without a word."""
        if _sessions.of(self._folder) is not None:
            return "Running"
        word = _word.look(self._folder)
        if word is not None:  # its script has told the end, and is about to end
            return word["status"]
        status = self._saved().status
        if status == "Running" and os.path.exists(os.path.join(self._folder, CANCEL_FILE)):
            return "CancelRequested"
        return status

    def start(self) -> None:
        """Nothing: a run has started when it is made."""

    def flush(self, timeout_seconds: int = 300) -> None:
        """Hands everything that was logged to the system.  It takes no time worth a limit.

        Raises OSError when points are being lost.
        """
        session = _sessions.of(self._folder)
        if session is not None:
            session.writer.flush()
        _sessions.leave_late(self._folder)

    def complete(self, _set_status: bool = True) -> None:
        """Ends the run as Completed, with the files of its output folders kept.

        A run that has ended stays as it is.  Raises UserErrorException for a run that another
        process logs.
        """
        self._end("Completed", _set_status)

    def fail(
        self,
        error_details: BaseException | str | None = None,
        error_code: str | None = None,
        _set_status: bool = True,
    ) -> None:
        """Ends the run as Failed; otherwise as `complete`.

        - `error_details`: words, or an exception, whose traceback is kept.
        - `error_code`: None: "UserError".

        Raises ArgumentTypeException (a TypeError) for other details.
        """
        message, trace = _told(error_details)
        self._end("Failed", _set_status, error_code or "UserError", message, trace)

    def cancel(self) -> None:
        """Ends the run as Canceled.  A submitted script is asked to end, and killed with its
        processes when it does not within five seconds; `wait_for_completion` waits for that.

        A run that has ended stays as it is.  Raises UserErrorException for a run that another
        process logs interactively.
        """
        if not self._is_submitted_elsewhere():
            self._end("Canceled", True)
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        os.close(os.open(os.path.join(self._folder, CANCEL_FILE), flags, 0o666))

    def wait_for_completion(
        self,
        show_output: bool = False,
        wait_post_processing: bool = False,
        raise_on_error: bool = True,
    ) -> dict[str, Any]:
        """Waits until the run has ended, and returns its details.

        - `show_output`: prints what the script prints, as it comes.
        - `raise_on_error`: raises ActivityFailedException when the run did not complete.

        Interrupted by Ctrl-C it stops waiting; a submitted run goes on.  Raises UserErrorException
        for a run that this process logs itself, which would wait for ever.
        """
        from . import _waiting
        from ._details import Details

        assert isinstance(self, Details)
        if _sessions.of(self._folder) is not None:
            raise UserErrorException(
                f"run {self._id} is logged by this process: it ends with complete, fail or cancel"
            )
        return _waiting.wait(self, show_output, raise_on_error)

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the run, unless it has ended: Completed, or what the exception makes of it."""
        if _sessions.of(self._folder) is None:
            return
        if error is None or isinstance(error, GeneratorExit):
            self.complete()
        elif isinstance(error, KeyboardInterrupt):
            self.cancel()
        elif isinstance(error, SystemExit):
            if error.code in (None, 0):
                self.complete()
            else:
                self.fail(f"the program ended with exit status {error.code}", "SystemExit")
        else:
            self.fail(error)

    def _end(
        self, status: str, is_told: bool, code: str = "", message: str = "", details: str = ""
    ) -> None:
        """Keeps the outputs and ends the run, or without `is_told` only the former."""
        session = _sessions.of(self._folder)
        _sessions.leave_late(self._folder)
        if session is None:
            if is_told:
                self._end_elsewhere(status, code, message, details)
            return
        session.writer.flush()
        session.keep_outputs()
        if not is_told:
            return
        if session.is_submitted and _word.supervisor() is not None:
            _word.give(self._folder, status, code, message, details)
            session.writer.leave()
        else:
            _end_writer(session.writer, status, code, message, details)
        if session.wants_report:
            self._make_report()

    def _end_elsewhere(self, status: str, code: str, message: str, details: str) -> None:
        """The end of a run that this process does not log: one whose process is gone gets it."""
        import epochlog

        saved = self._saved()
        if saved.status in ENDED:
            if saved.status != status:
                warnings.warn(
                    f"run {self._id} has ended as {saved.status} and stays so",
                    RuntimeWarning,
                    stacklevel=4,
                )
            return
        if saved.status == "Running":
            raise UserErrorException(f"run {self._id} is logged by another process, which ends it")
        writer = epochlog.Run(
            run_id=self._id,
            root=self._root,
            rank=saved.rank,
            world_size=max(saved.world_size, saved.rank + 1),
            environment=False,
            **_starting.identity(self._folder),
        )
        _end_writer(writer, status, code, message, details)

    def _is_submitted_elsewhere(self) -> bool:
        if _sessions.of(self._folder) is not None:
            return False
        saved = self._saved()
        return saved.status == "Running" and _finding.type_of(saved) is not None

    def _make_report(self) -> str:
        """The path of the report, which is made; where that fails, the path it would have."""
        try:
            return self._saved().report()
        except (OSError, RuntimeError) as error:
            warnings.warn(f"no report was made: {error}", RuntimeWarning, stacklevel=3)
            return os.path.join(self._folder, "report", "report.html")


def _end_writer(writer: epochlog.Run, status: str, code: str, message: str, details: str) -> None:
    if status == "Completed":
        writer.complete()
    elif status == "Canceled":
        writer.cancel()
    else:
        writer.fail(message or None, code=code or None, details=details or None)


def _told(details: BaseException | str | None) -> tuple[str, str]:
    """The message and the traceback of an error."""
    if details is None:
        return "", ""
    if isinstance(details, str):
        return details, ""
    if isinstance(details, BaseException):
        from .._exit import traceback_text

        name = type(details).__name__
        return f"User program failed with {name}: {details}", traceback_text(details)
    raise ArgumentTypeException(
        f"error_details is a {type(details).__name__}, not an exception or a str"
    )
