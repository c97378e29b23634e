"""A run that is being logged."""

from __future__ import annotations

import os
from . import _exit, _native

TYPE_CHECKING = False  # not from typing, which takes long to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Any

    from ._console import Console
    from ._saved import SavedRun, Series

_GOALS = {None: 0, "min": 1, "max": 2}
_LIVE = {"auto": 0, "mapped": 1, "written": 2}


class Run(_native.Writer):
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
      $EPOCHLOG_RUN_ID; else one that the ranks of a job started by torchrun or Slurm agree on; else
      a new one made from time, name and chance.
    - `parent`: a Run or the id of one that this one belongs to; None: none.
    - `description`: Markdown shown in the report.
    - `rank`, `world_size`: of this process among those of the run, from 0; None: from RANK,
      SLURM_PROCID, OMPI_COMM_WORLD_RANK or PMI_RANK and the like.
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
        from . import _identity

        self._options: dict[str, Any] = {
            "experiment": experiment,
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
        if run_id is None and parent is None:
            run_id = _identity.agreed_run_id(self.name, self.rank, self.world_size)
        self._open(run_id, description)
        self.id = self._id
        self.folder = self._folder
        self.status = "Running"
        _exit.watch(self)
        if params:
            self.log_params(params)
        for key, value in (tags or {}).items():
            self.tag(key, value)

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
            live=_one_of("live", options["live"], _LIVE),
            ring_kib=options["ring_kib"],
            environment=options["environment"],
            environment_names=options["environment_names"],
            strict=options["strict"],
        )

    # ------------------------------------------------------------------ metrics

    def define(
        self,
        name: str,
        *,
        unit: str | None = None,
        description: str | None = None,
        goal: str | None = None,
        integer: bool = False,
    ) -> None:
        """Says more of a metric than its name, before its first point; later it changes nothing.

        - `unit`: "s", "MiB"; None: none.
        - `goal`: "min" or "max", which values are better; None: the report guesses from the name.
        - `integer`: its points are whole numbers of 64 bits.

        Raises ValueError for a goal that is none, or a name used for something else than numbers.
        """
        self._define(name, unit, description, _one_of("goal", goal, _GOALS), bool(integer))

    def log_text(self, name: str, text: str, step: int | None = None) -> None:
        """Logs a text as a point of a series of texts; the same as `log` with a str."""
        if not isinstance(text, str):
            raise TypeError(f"text is a str, not {type(text).__name__}")
        self.log(name, text, step)

    def log_list(self, name: str, values: Any) -> None:
        """Logs a list: numbers, truth values or texts of one type, [n].

        An array or tensor of one dimension is read where it lies.  Whole numbers and floats
        together are floats; None is a missing value; anything with a text makes all texts.
        Raises TypeError for what is no sequence, ValueError for more dimensions.
        """
        self._log_list(name, values)

    def log_row(self, name: str, columns: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Logs one row of named values; rows logged under one name form a table.

        Columns may come and go.  Raises TypeError for a value that is a list.
        """
        self._log_columns(name, {**(columns or {}), **more}, True)

    def log_table(self, name: str, columns: Any) -> None:
        """Logs a table: a dict (or data frame) of columns, each [n]; again, rows are appended.

        Raises ValueError for columns of unequal length, TypeError for what has no columns.
        """
        if not hasattr(columns, "items"):
            raise TypeError(f"a table is a dict of columns, not {type(columns).__name__}")
        self._log_columns(name, dict(columns.items()), False)

    # -------------------------------------------------------------- evaluations

    def log_classification(
        self,
        y_true: Any,
        scores: Any = None,
        *,
        classes: Any = None,
        predicted: Any = None,
        weights: Any = None,
        ids: Any = None,
        positive: Any = None,
        name: str = "test",
    ) -> None:
        """Logs predictions of a classifier; batches under one name are one evaluation.

        - `y_true`: the true labels, [n]: texts, numbers or truth values that are among `classes`,
          or, where `classes` are names, their indices from 0.
        - `scores`: a probability or score for each class, [n, classes], or for two classes one of
          the positive class, [n]; float32 is kept as such.  None: labels alone, with `predicted`.
        - `classes`: the labels in the order of the columns of `scores`, 2 or more; None: the
          distinct labels in ascending order, as scikit-learn has them.
        - `predicted`: the predicted labels, [n]; None: the class of the highest score.
        - `weights`: [n], finite and not negative; None: all 1.
        - `ids`: whole numbers, [n], by which runs are compared sample by sample; None: row numbers.
        - `positive`: the positive class of two; None: the second.
        - `name`: of the evaluation.

        Arrays, tensors and columns of data frames are read where they lie if their layout allows
        it.  Raises ValueError for lengths that differ, a label that is no class, NaN as a label or
        weight; TypeError for an argument that is no array or sequence.
        """
        from . import _evaluations

        self._log_classification(
            name,
            *_evaluations.classification(y_true, scores, classes, predicted, positive, weights, ids),
        )

    def log_regression(
        self,
        y_true: Any,
        predicted: Any,
        *,
        lower: Any = None,
        upper: Any = None,
        level: float | None = None,
        weights: Any = None,
        ids: Any = None,
        target: str | None = None,
        name: str = "test",
    ) -> None:
        """Logs predictions of a regression; batches under one name are one evaluation.

        - `y_true`, `predicted`: [n]; in the unit of the target.
        - `lower`, `upper`: bounds of a prediction interval, [n]; both or none.
        - `level`: nominal level of the interval, above 0 and below 1; None: unknown.
        - `weights`, `ids`: as for `log_classification`.
        - `target`: what is predicted, with its unit; None: not told.

        Raises ValueError for lengths that differ, a single bound or a level that is none.
        """
        if (lower is None) != (upper is None):
            raise ValueError("a prediction interval has both bounds: lower and upper")
        if level is not None and not 0 < level < 1:
            raise ValueError(f"level is {level!r}, not between 0 and 1")
        if y_true is None or predicted is None:
            raise TypeError("y_true and predicted are arrays or sequences of numbers, not None")
        self._log_regression(name, y_true, predicted, lower, upper, level or 0.0, weights, ids, target)

    def log_importance(
        self,
        features: Any,
        values: Any = None,
        *,
        deviation: Any = None,
        per_class: Any = None,
        classes: Iterable[Any] | None = None,
        method: str | None = None,
        name: str = "importance",
    ) -> None:
        """Logs how important each feature is to a model.

        - `features`: names, [f], or a dict of name and value.
        - `values`: [f]; signed values keep their sign.  None with a dict.
        - `deviation`: [f]; None: none.
        - `per_class`: [classes, f], or a dict of class and [f]; None: none.
        - `classes`: names for `per_class`, unless it is a dict.
        - `method`: "permutation", "coefficient"; None: not told.

        Raises ValueError for lengths that differ.
        """
        from . import _evaluations

        self._log_importance(
            name, *_evaluations.importance(features, values, deviation, per_class, classes, method)
        )

    def log_json(self, name: str, value: Any, schema: str | None = None) -> None:
        """Logs an evaluation that is aggregated already: a dict or JSON text in one of Azure ML's
        schemas "confusion_matrix", "accuracy_table", "residuals", "predictions".

        `schema` None: what the JSON says.  Raises ValueError for a schema or text that is none,
        TypeError for a dict that has no JSON.
        """
        import json

        if schema not in (None, "confusion_matrix", "accuracy_table", "residuals", "predictions"):
            raise ValueError(f"schema {schema!r} is none of Azure ML's four")
        if isinstance(value, str):
            json.loads(value)
        else:
            value = json.dumps(value)
        self._log_json(name, schema, value)

    def log_markdown(self, name: str, text: str) -> None:
        """Adds a piece of Markdown to the report: a note, a conclusion."""
        self._log_markdown(name, text)

    def log_image(
        self,
        name: str,
        image: Any,
        step: int | None = None,
        *,
        caption: str | None = None,
        layout: str | None = None,
    ) -> None:
        """Logs an image, which is kept among the run's files.

        - `image`: the path of a PNG, JPEG, GIF or WebP file or the bytes of one; a figure (anything
          with `savefig`); a picture of PIL; an array or tensor of pixels, whole numbers from 0 to
          255 or floats from 0 to 1.
        - `layout`: of an array: "HW", "HWC" or "CHW" (height, width, 1, 3 or 4 channels); None: the
          last dimension is the channels if it can be, else the first.

        Raises OSError for a file that cannot be read, ValueError for what is no image.
        """
        from . import _pictures

        _pictures.log(self, name, image, step, caption, layout)

    # ----------------------------------------------------- parameters, tags, files

    def log_param(self, name: str, value: Any) -> None:
        """Sets a parameter: a number, truth value or text; anything else by its str().

        Set again, the last value counts.
        """
        if not isinstance(value, (str, int, float)) and not hasattr(value, "__float__"):
            value = str(value)
        self._param(name, value)

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Sets parameters from a dict, a nested one as "a/b"."""
        for key, value in _flat(params):
            self.log_param(key, value)

    def tag(self, name: str, value: str | None = None) -> None:
        """Sets a tag; None is a tag without a value.  Set again, the last value counts."""
        self._tag(name, value)

    def remove_tag(self, name: str) -> None:
        """Removes a tag; one that is not set is no error."""
        self._remove_tag(name)

    def set_property(self, name: str, value: str) -> None:
        """Sets a property, once: ValueError when it has another value already."""
        self._property(name, value)

    def log_environment(self, name: str, value: str) -> None:
        """Records a fact about the environment: "library.numpy", "1.26.4"."""
        self._environment(name, value)

    def add_file(
        self, path: str | os.PathLike[str], name: str | None = None, role: str | None = None
    ) -> None:
        """Keeps a copy of a file as files/`name`, with its size and SHA-256.

        - `name`: relative, with "/" between parts; None: the last part of `path`.  Added again, it
          replaces the copy.
        - `role`: a word for the report ("model", "data"); None: "file".

        Raises OSError when it cannot be read, ValueError for a name that leaves the run.
        """
        with open(path, "rb"):
            pass
        self._add_file(name, path, role)

    def add_data(self, name: str, data: Any, role: str | None = None) -> None:
        """The same for bytes, or anything with the buffer protocol, in memory."""
        self._add_data(name, data, role)

    def add_folder(
        self, path: str | os.PathLike[str], name: str | None = None, role: str | None = None
    ) -> None:
        """Keeps every regular file below a folder as files/`name`/...; symbolic links are left out.

        Raises OSError when the folder or a file in it cannot be read.
        """
        os.listdir(path)
        self._add_folder(name, path, role)

    # ---------------------------------------------------------------------- life

    def child(self, name: str | None = None, **options: Any) -> Run:
        """Starts a run that belongs to this one, beside it in the same root.

        `name` None: this run's with a number.  `options` are those of Run; what is not given is
        as for this run.
        """
        self._child_count = getattr(self, "_child_count", 0) + 1
        given = {**self._options, "root": self.root, "experiment": self.experiment}
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
            error = str(error)
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
        failure = self._end(how, _plain(code), _plain(message), _plain(details))
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

        return open_run(self.folder)

    def report(
        self,
        out: str | os.PathLike[str] | None = None,
        *,
        open_browser: bool = False,
        options: Iterable[str] = (),
    ) -> str:
        """Makes the report (see `SavedRun.report`) and returns the path of its report.html."""
        return self.saved().report(out, open_browser=open_browser, options=options)

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
        """The same run in another process, which logs there to a log of its own."""
        options = {**self._options, "world_size": self.world_size, "rank": self.rank}
        return (_join, (type(self), self.id, self.name, os.path.abspath(self.root), self.parent_id, options))


def _join(
    kind: type[Run], run_id: str, name: str, root: str, parent_id: str, options: dict[str, Any]
) -> Run:
    """A run of another process; its end is that process's to tell."""
    run = kind(name, run_id=run_id, root=root, parent=parent_id or None, **options)
    _exit.watch(run, is_worker=True)
    return run


def _sync_policy(sync: str | float) -> tuple[int, int]:
    if sync in ("none", None):
        return 0, 0
    if sync == "always":
        return 2, 0
    if isinstance(sync, (int, float)) and 0 < sync < 4_000_000:
        return 1, max(1, round(sync * 1000))
    raise ValueError(f"sync is {sync!r}, not 'none', 'always' or a number of seconds")


def _one_of(what: str, value: Any, known: Mapping[Any, int]) -> int:
    try:
        return known[value]
    except (KeyError, TypeError):
        words = " or ".join(repr(word) for word in known)
        raise ValueError(f"{what} is {value!r}, not {words}") from None


def _at_least_0(what: str, value: int) -> int:
    if value < 0:
        raise ValueError(f"{what} is {value}, which is below 0")
    return value


def _flat(mapping: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in mapping.items():
        if hasattr(value, "items"):
            yield from _flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value


def _plain(text: str | None) -> str | None:
    """A text that C takes: what cannot be encoded is replaced."""
    return None if text is None else text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
