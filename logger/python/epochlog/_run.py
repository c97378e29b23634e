"""A run that is being logged."""

from __future__ import annotations

import os

from . import _exit
from ._logging import Logging, one_of

TYPE_CHECKING = False  # not from typing, which takes long to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Any

    from ._console import Console
    from ._saved import SavedRun, Series

_LIVE = {"auto": 0, "mapped": 1, "written": 2}


class Run(Logging):
    """A training run: a folder below `root` that metrics, predictions and files are logged to.

    ::

        with epochlog.Run("ridge", params={"alpha": 0.1}) as run:
            for step in range(100):
                run.log("loss", 1 / (step + 1))

    Leaving the block ends the run: as Completed; as Failed, with the traceback kept, when an
    exception leaves it; as Canceled for KeyboardInterrupt.  Without a block `complete`, `fail` or
    `cancel` end it; a run that is open when the interpreter ends takes the end of the program for
    its own: Completed, Failed for an exception or an exit status other than 0, Canceled for Ctrl-C.

    What `log` was given is safe from the death of the process, `kill -9` included, once it has
    returned.  Threads may share a run.  A forked child logs to a log of its own in the same run.
    A run that is pickled (for a spawned worker) is the same run in the other process.

    - `name`: what the run is called; None: $EPOCHLOG_RUN_NAME, else the program's name.
    - `params`: a dict of parameters, nested ones as "a/b"; see `log_params`.
    - `tags`: a dict of tags, values may be None; see `tag`.
    - `experiment`: groups runs; None: $EPOCHLOG_EXPERIMENT, else "default".
    - `root`: the folder of all runs; None: $EPOCHLOG_DIR, else "./outputs".
    - `run_id`: an id that ranks and restarts of one job share; an existing run is joined.  None:
      $EPOCHLOG_RUN_ID, which names the first run of the process (further ones get "ID-2" or
      "ID-name", and children ids of their own); else one that the ranks of a job started by
      torchrun, mpirun or Slurm agree on; else a new one made from time, name and chance.
    - `parent`: a Run or the id of one that this one belongs to; None: none.
    - `description`: Markdown shown in the report.
    - `rank`, `world_size`: of this process among those of the run, from 0; None: from RANK,
      OMPI_COMM_WORLD_RANK, PMI_RANK or SLURM_PROCID and the like.  The run ends as rank 0 does.
    - `sync`: "none" leaves power failures to the kernel; a number of seconds makes the log durable
      that often; "always" before each call returns.
    - `live`: "mapped" keeps the newest points in a mapped file, "written" in memory for up to a
      second; "auto" decides by the file system.
    - `ring_kib`: size of the live file in KiB, 16 to 262144; 0: 4096.
    - `environment`: whether host, user, command line and git commit are recorded.
    - `environment_names`: names of environment variables to record; no other is.
    - `strict`: `log` raises what it otherwise warns of.

    Raises ValueError for an argument that is not as documented, OSError when the folder or the log
    cannot be made, MemoryError.
    """

    id: str
    """The run's id, which is its folder's name."""
    name: str
    folder: str
    """The run's folder, as a path from where the program was started, or an absolute one."""
    root: str
    experiment: str
    parent_id: str
    """The id of the parent run; "" for none."""
    rank: int
    world_size: int
    status: str
    """"Running" while the run is open in this process, then what it was ended as; "" after `leave`."""

    def __init__(
        self,
        name: str | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        tags: Mapping[str, str | None] | None = None,
        experiment: str | None = None,
        root: str | os.PathLike[str] | None = None,
        run_id: str | None = None,
        parent: Run | str | None = None,
        description: str | None = None,
        rank: int | None = None,
        world_size: int | None = None,
        sync: str | float = "none",
        live: str = "auto",
        ring_kib: int = 0,
        environment: bool = True,
        environment_names: Iterable[str] = (),
        strict: bool = False,
    ) -> None:
        super().__init__()
        if isinstance(environment_names, str):
            raise TypeError("environment_names is a sequence of names, not one text")
        from . import _identity

        self._options: dict[str, Any] = {
            "sync": sync,
            "live": live,
            "ring_kib": ring_kib,
            "environment": environment,
            "environment_names": tuple(environment_names),
            "strict": strict,
        }
        self.root = os.fspath(root) if root is not None else os.environ.get("EPOCHLOG_DIR") or "./outputs"
        self.name = name or os.environ.get("EPOCHLOG_RUN_NAME") or _identity.program_name()
        self.experiment = experiment or os.environ.get("EPOCHLOG_EXPERIMENT") or "default"
        self.parent_id = parent.id if isinstance(parent, Run) else parent or ""
        self.rank = _identity.rank() if rank is None else _at_least_0("rank", rank)
        self.world_size = _identity.world_size() if world_size is None else world_size
        self._console: Console | None = None
        if run_id is None:
            run_id = _identity.run_id(self.name, self.rank, self.world_size, self.parent_id)
        self._open(run_id, description)
        self.id = self._id
        self.folder = self._folder
        self._place = os.path.abspath(self.folder)  # a program may change its folder
        self.status = "Running"
        _exit.watch(self)
        try:
            self.log_params(params or {})
            for key, value in (tags or {}).items():
                self.tag(key, value)
        except BaseException as error:  # nobody has the run to end it
            _exit.end_as(self, error)
            raise

    def _open(self, run_id: str | None, description: str | None) -> None:
        options = self._options
        policy, interval_ms = _sync_policy(options["sync"])
        self._start(
            root=self.root,
            name=self.name,
            experiment=self.experiment,
            run_id=run_id,
            description=description,
            parent_id=self.parent_id or None,
            rank=self.rank,
            world_size=self.world_size,
            sync=policy,
            sync_interval_ms=interval_ms,
            live=one_of("live", options["live"], _LIVE),
            ring_kib=options["ring_kib"],
            environment=options["environment"],
            environment_names=options["environment_names"],
            strict=options["strict"],
        )

    # ---------------------------------------------------------------------- life

    def child(self, name: str | None = None, **options: Any) -> Run:
        """Starts a run that belongs to this one, beside it in the same root.

        `name` None: this run's with a number.  `options` are those of Run; what is not given is
        as for this run.
        """
        self._child_count = getattr(self, "_child_count", 0) + 1
        given = {
            **self._options,
            "root": os.path.dirname(self._place),
            "experiment": self.experiment,
            "rank": self.rank,
            "world_size": self.world_size,
        }
        given.update(options)
        return type(self)(name or f"{self.name}-{self._child_count}", parent=self, **given)

    def flush(self) -> None:
        """Hands every point to the kernel.  Where the live file is mapped that is so already.

        Raises OSError when points are being lost.
        """
        self._flush()

    def sync(self) -> None:
        """Makes all that was logged durable against power failures.  Raises OSError."""
        self._sync()

    def complete(self) -> None:
        """Ends the run as Completed.  A failure of the log since its start is told as a warning,
        or with `strict` raised as OSError."""
        self._finish("complete", "Completed")

    def fail(
        self,
        error: BaseException | str | None = None,
        *,
        code: str | None = None,
        details: str | None = None,
    ) -> None:
        """Ends the run as Failed.

        - `error`: the exception, whose traceback is kept, or words; None: not told.
        - `code`: None: the exception's type, else "UserError".
        - `details`: a stack trace, say; None: that of the exception.
        """
        if isinstance(error, BaseException):
            code = code or type(error).__name__
            details = details or _exit.traceback_text(error)
            error = _exit.message_of(error)
        self._finish("fail", "Failed", code, error, details)

    def cancel(self) -> None:
        """Ends the run as Canceled."""
        self._finish("cancel", "Canceled")

    def leave(self) -> None:
        """Ends this process's part in the run without a word on how the run ended.

        For workers of a job whose main process ends the run.
        """
        self._finish("leave", "")

    def _finish(
        self,
        how: str,
        status: str,
        code: str | None = None,
        message: str | None = None,
        details: str | None = None,
    ) -> None:
        if self._console is not None:
            self._console.close()
        failure = self._end(how, *map(_exit.plain, (code, message, details)))
        self.status = status
        _exit.forget(self)
        if failure is None:
            return
        if self._options["strict"]:
            raise OSError(failure)
        import warnings

        warnings.warn(f"run {self.id}: {failure}", RuntimeWarning, stacklevel=3)

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_open:
            _exit.end_as(self, error)

    def capture_console(self) -> Console:
        """Keeps what is printed, by this process and its children, as logs/std_log.txt, and shows
        it as before.  Ends with the run, or as a context manager with its block."""
        from ._console import Console

        if self._console is None or self._console.is_closed:
            self._console = Console(self)
        return self._console

    # ------------------------------------------------------------------- reading

    def saved(self) -> SavedRun:
        """The run as its files have it by now.  Cost: reads all of them."""
        from ._saved import open_run

        return open_run(self._place)

    def report(
        self,
        out: str | os.PathLike[str] | None = None,
        *,
        open_browser: bool = False,
        options: Iterable[str] = (),
    ) -> str:
        """Makes the report (see `SavedRun.report`) and returns the path of its report.html."""
        return self.saved().report(out, open_browser=open_browser, options=options)

    def show(self, interval: float = 2.0) -> None:
        """Shows the run in a notebook, anew every `interval` seconds until it ends; elsewhere
        prints it once."""
        from . import _notebook

        _notebook.show(self, interval)

    def get_metrics(self, name: str | None = None, recursive: bool = False) -> dict[str, Any]:
        """The values of all metrics, or of one; see `SavedRun.get_metrics`."""
        return self.saved().get_metrics(name, recursive)

    def __getitem__(self, name: str) -> Series:
        """A metric with its points until now.  Raises KeyError."""
        return self.saved()[name]

    def __contains__(self, name: object) -> bool:
        return name in self.saved()

    @property
    def metrics(self) -> list[str]:
        """The names of the metrics, in order of their first value."""
        return list(self.saved().metrics)

    @property
    def params(self) -> dict[str, Any]:
        return self.saved().params

    @property
    def tags(self) -> dict[str, str | None]:
        return self.saved().tags

    @property
    def properties(self) -> dict[str, str]:
        return self.saved().properties

    @property
    def files(self) -> list[Any]:
        """The files that were kept; see `SavedRun.files`."""
        return list(self.saved().files)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The points of all metrics as a table of Arrow; see `SavedRun`."""
        return self.saved().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"<epochlog.Run {getattr(self, 'id', '?')}: {getattr(self, 'status', '') or 'left'}>"

    def _repr_html_(self) -> str:
        return self.saved()._repr_html_()

    def __reduce__(self) -> tuple[Any, ...]:
        """In its own process the run itself; in another one the same run, which logs there to a
        log of its own; or, where it has ended, one that can only be read."""
        identity = {
            "name": self.name,
            "root": os.path.dirname(self._place),
            "experiment": self.experiment,
            "run_id": self.id,
            "parent": self.parent_id or None,
            "rank": self.rank,
            "world_size": self.world_size,
        }
        return _join, (type(self), identity, self._options, self.status)


def _join(kind: type[Run], identity: dict[str, Any], options: dict[str, Any], status: str) -> Run:
    """A run that was sent; its end is the sender's to tell."""
    folder = os.path.join(identity["root"], identity["run_id"])
    open_here = _exit.find(folder, identity["rank"])
    if open_here is not None:
        return open_here
    run = kind.__new__(kind)  # a subclass may take other arguments
    if status == "Running":
        Run.__init__(run, **identity, **options)
        _exit.watch(run, is_worker=True)
        return run
    Logging.__init__(run)
    run.id, run.name, run.experiment = identity["run_id"], identity["name"], identity["experiment"]
    run.root = identity["root"]
    run.folder = run._place = folder
    run.parent_id, run.status = identity["parent"] or "", status
    run.rank, run.world_size = identity["rank"], identity["world_size"]
    run._options, run._console = options, None
    return run


def _sync_policy(sync: str | float) -> tuple[int, int]:
    if sync in ("none", None):
        return 0, 0
    if sync == "always":
        return 2, 0
    if isinstance(sync, (int, float)) and sync is not True and 0 < sync < 4_000_000:
        return 1, max(1, round(sync * 1000))
    raise ValueError(f"sync is {sync!r}, not 'none', 'always' or a number of seconds")


def _at_least_0(what: str, value: int) -> int:
    if value < 0:
        raise ValueError(f"{what} is {value}, which is below 0")
    return value
