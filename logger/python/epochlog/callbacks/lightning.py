"""Lightning: a logger for the Trainer, of lightning.pytorch or pytorch_lightning, and for Fabric.

    from epochlog.callbacks.lightning import EpochlogLogger

    trainer = Trainer(max_epochs=10, logger=EpochlogLogger(name="digits"))
    trainer.fit(model, data)
    trainer.test(model, data)          # is added to the same run

Metrics keep the names that the model logs them by. Checkpoints go below the run's folder,
and so does what a script puts into `trainer.log_dir`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any
from collections.abc import Mapping, Sequence

from epochlog._held_run import HeldRun
from epochlog.callbacks import _ranks
from epochlog.callbacks._values import parameters, scalars

if TYPE_CHECKING:
    from epochlog._run import Run

__all__ = ["EpochlogLogger"]

_BASES = (
    "lightning.pytorch.loggers.logger",
    "pytorch_lightning.loggers.logger",
    "lightning.fabric.loggers.logger",
    "lightning_fabric.loggers.logger",
)


class EpochlogLogger:
    """Logs what Lightning's Trainer or Fabric hand to their loggers.

    run: an open run, which stays open; None: a run of its own, made with `options` (the
        keyword arguments of `epochlog.Run`). It is made when it is first needed. It ends with
        each `fit`, `test` and so on, as Failed or Canceled if an exception left that, and is
        joined again by the next. Fabric does not say when it is done: there it ends with
        `finalize("success")`, or as the interpreter does.
    prefix: stands before the name of every metric, with "/".
    log_checkpoints: whether the best checkpoint is kept among the run's files, too, with the
        role "model"; where it is is told in any case.

    Only the process of rank 0 logs. Elsewhere `experiment` takes every call and does nothing,
    and `version`, the id of the run, is the same as there.
    """

    group_separator = "/"

    def __init__(
        self,
        run: Run | None = None,
        *,
        prefix: str = "",
        log_checkpoints: bool = False,
        **options: Any,
    ) -> None:
        self._prefix = f"{prefix}/" if prefix else ""
        self._log_checkpoints = log_checkpoints
        self._best = ""
        self._held = HeldRun(run, options if run is not None else _ranks.as_one_run(options))
        self._name, self._root, self._id = (
            (run.name, run.root, run.id) if run is not None else _ranks.place(self._held.options)
        )
        register()

    @property
    def run(self) -> Run | None:
        """The run; None before it is needed, and in processes of other ranks."""
        return self._held.run

    @property
    def experiment(self) -> Any:
        """The run, open; in processes of other ranks an object that takes every call."""
        return self._held.open() if _ranks.rank() == 0 else Nothing()

    @property
    def name(self) -> str:
        """The name of the run."""
        return self._name

    @property
    def version(self) -> str:
        """The id of the run, the same in all ranks."""
        return self._id

    @property
    def root_dir(self) -> str:
        """The folder of all runs."""
        return self._root

    @property
    def save_dir(self) -> str:
        """The folder of the run."""
        run = self._held.run
        return run.folder if run is not None else os.path.join(self._root, self._id)

    @property
    def log_dir(self) -> str:
        """The folder of the run."""
        return self.save_dir

    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        if _ranks.rank() == 0:
            self._held.open().log(scalars(metrics, self._prefix), step=step)

    def log_hyperparams(self, params: Any, metrics: Any = None, *args: Any, **kwargs: Any) -> None:
        """Parameters: a mapping, nested or not, or argparse.Namespace; `metrics`: what was
        reached with them, a mapping, or None."""
        if _ranks.rank() == 0:
            run = self._held.open()
            run.log_params(parameters(params))
            if isinstance(metrics, Mapping):
                run.log(scalars(metrics, self._prefix))

    def log_graph(self, model: Any, input_array: Any = None) -> None:
        """The modules of the model as graph.txt; it is not traced."""
        if _ranks.rank() == 0:
            self._held.open().add_data("graph.txt", repr(model).encode(), "graph")

    def log_image(
        self, key: str, images: Sequence[Any], step: int | None = None, **kwargs: Any
    ) -> None:
        """Images (see `Run.log_image`) under `key`, of several under `key/0` and so on.

        `caption` among `kwargs`: a text for each.
        """
        if _ranks.rank() != 0:
            return
        captions = kwargs.get("caption") or [None] * len(images)
        for i, (image, caption) in enumerate(zip(images, captions)):
            name = key if len(images) == 1 else f"{key}/{i}"
            self._held.open().log_image(name, image, step, caption=caption)

    def after_save_checkpoint(self, checkpoint_callback: Any) -> None:
        """The best checkpoint so far; what is kept of it is settled in `finalize`."""
        path = checkpoint_callback.best_model_path or checkpoint_callback.last_model_path
        self._best = str(path or "")

    def save(self) -> None:
        """Points are safe when `log_metrics` returns; this does what `Run.flush` does."""
        if self._held.is_open:
            self._held.open().flush()

    def finalize(self, status: str) -> None:
        """Ends a run of its own: as Completed for "success" and "finished", else as the exception
        that is being handled says."""
        if _ranks.rank() != 0 or not self._held.is_open:
            return
        run = self._held.open()
        if self._best and os.path.exists(self._best):
            run.tag("checkpoint", os.path.relpath(self._best, run.folder))
            if self._log_checkpoints:
                keep(run, self._best)
        if status in ("success", "finished"):
            self._held.complete()
        else:
            self._held.end_as(sys.exc_info()[1] or RuntimeError(f"Lightning says {status!r}."))


class Nothing:
    """Stands for the run where none is logged to: every attribute is a call without effect."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None

    def __getitem__(self, name: Any) -> Nothing:
        return self

    def __setitem__(self, name: Any, value: Any) -> None:
        pass


def keep(run: Run, checkpoint: str) -> None:
    """Copies a checkpoint, a file or a folder, to the run's files."""
    name = f"checkpoints/{os.path.basename(checkpoint)}"
    if os.path.isdir(checkpoint):
        run.add_folder(checkpoint, name, "model")
    else:
        run.add_file(checkpoint, name, "model")


def register() -> None:
    """Makes the logger a Logger of every Lightning that is imported.

    It has all that their base classes have, so that this module needs none of them.
    """
    for base in _BASES:
        module = sys.modules.get(base)
        if module is not None:
            module.Logger.register(EpochlogLogger)


register()
