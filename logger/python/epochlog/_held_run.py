"""The run that a callback or a writer logs into: the user's, or one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from epochlog._run import Run


class HeldRun:
    """A run that was given, and is left open; or one that is made when it is first asked for.

    One holder has one run for life: when its own run has ended and is asked for again (an
    evaluation after the training, a second fit), the run of the same id is joined, and ended
    again by the next `complete` or `fail`.
    """

    def __init__(self, run: Run | None = None, options: dict[str, Any] | None = None) -> None:
        """`run`: an open run, or None for a run of its own, made with `options` (the keyword
        arguments of `epochlog.Run`).  TypeError when both are given."""
        if run is not None and options:
            raise TypeError(f"with run= given, {', '.join(sorted(options))} would have no effect")
        self._run = run
        self._options = dict(options or {})
        self.is_own = run is None

    @property
    def run(self) -> Run | None:
        """The run as it stands, open or ended; None: not started yet."""
        return self._run

    @property
    def options(self) -> dict[str, Any]:
        """The keyword arguments that an own run is, or was, started with."""
        return self._options

    @property
    def is_open(self) -> bool:
        return self._run is not None and self._run.is_open

    def open(self, **defaults: Any) -> Run:
        """The run; an own one is started, or joined if it has ended.

        `defaults` stand in for options that the user did not give.
        """
        if self._run is None:
            self._options = {**defaults, **self._options}
            self._run = self._start(self._options)
        elif self.is_own and not self._run.is_open:
            self._run = self._start(self._continued())
        return self._run

    def complete(self) -> None:
        """Ends an own run as Completed; a given one is flushed."""
        if self._run is None or not self._run.is_open:
            return
        if self.is_own:
            self._run.complete()
        else:
            self._run.flush()

    def fail(self, error: Any = None) -> None:
        """Ends an own run as Failed, as Canceled when `error` is a KeyboardInterrupt.

        `error`: an exception, a sentence, or None.  A given run is left to its owner.
        """
        if self._run is None or not self._run.is_open or not self.is_own:
            return
        if isinstance(error, KeyboardInterrupt):
            self._run.cancel()
        else:
            self._run.fail(error)

    def end_as(self, error: BaseException | None) -> None:
        """Ends an own run as the exception that left its block, or None, says."""
        if error is None or not self.is_own:
            self.complete()
        elif self._run is not None and self._run.is_open:
            self._run.__exit__(type(error), error, error.__traceback__)

    def _continued(self) -> dict[str, Any]:
        """The options that lead to the same run again."""
        if self._run is None:
            return self._options
        kept = {k: v for k, v in self._options.items() if k not in ("params", "tags")}
        return {**kept, "run_id": self._run.id, "root": self._run.root, "name": self._run.name}

    @staticmethod
    def _start(options: dict[str, Any]) -> Run:
        from epochlog._run import Run

        return Run(**options)

    def __deepcopy__(self, memo: dict[int, Any]) -> HeldRun:
        """A copy of a callback (as scikit-learn's clone makes) gets a run of its own; one that
        logs into the user's run goes on doing so."""
        return HeldRun(None if self.is_own else self._run, self._options if self.is_own else None)

    def __getstate__(self) -> dict[str, Any]:
        """In another process the run of the same id is joined."""
        return {"_run": None, "_options": self._continued(), "is_own": self.is_own}
