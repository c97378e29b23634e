"""Keras: metrics of every epoch, the learning rate and the settings of a training.

    from epochlog.callbacks.keras import EpochlogCallback

    model.fit(x, y, validation_data=(u, v), epochs=20,
              callbacks=[EpochlogCallback(name="digits")])

Metrics keep the names that Keras gives them (`loss`, `val_loss`); a step is an epoch,
counted from 0 as Keras does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from collections.abc import Mapping

from epochlog._held_run import HeldRun
from epochlog.callbacks._values import scalars

if TYPE_CHECKING:
    from epochlog._run import Run

__all__ = ["EpochlogCallback"]


class KerasLogging:
    """Logs a training with Keras (3, or 2 as tensorflow.keras).

    run: an open run, which stays open; None: a run of its own, made with `options` (the
        keyword arguments of `epochlog.Run`) when the training begins and completed when it
        ends. What comes after (`evaluate`, a second `fit`) is added to the same run.
    batches: log every so many batches too, as `batch/loss` and so on, over the number of
        batches since the training began. 0: epochs alone.
    params: whether to log what `fit` was told, the model's size, loss and optimizer.

    Keras does not tell its callbacks of an exception: the run of its own then ends as the
    interpreter does.
    """

    def __init__(
        self, run: Run | None = None, *, batches: int = 0, params: bool = True, **options: Any
    ) -> None:
        super().__init__()
        self._held = HeldRun(run, options)
        self._batches = int(batches)
        self._params = params
        self._batch = 0
        self._is_fitting = False

    @property
    def run(self) -> Run | None:
        """The run; None before the training begins."""
        return self._held.run

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self._is_fitting = True
        run = self._held.open()
        if self._params:
            run.log_params(self._settings())

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._batch += 1
        if self._batches and self._batch % self._batches == 0:
            self._held.open().log(scalars(logs, "batch/"), step=self._batch)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        values = scalars(logs)
        rate = self._learning_rate()
        if rate is not None:
            values.setdefault("learning_rate", rate)
        self._held.open().log(values, step=epoch)

    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """An `evaluate` outside `fit`: `test_loss` and so on.  Inside it, the values are
        those that the epoch has as `val_loss`."""
        if not self._is_fitting:
            self._held.open().log(scalars(logs, "test_"))
            self._held.complete()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        self._is_fitting = False
        self._held.complete()

    def _learning_rate(self) -> float | None:
        """Of the optimizer, now; None where it does not say."""
        optimizer: Any = getattr(getattr(self, "model", None), "optimizer", None)
        try:
            return float(optimizer.learning_rate)
        except (AttributeError, TypeError, ValueError):
            return None

    def _settings(self) -> dict[str, Any]:
        model = getattr(self, "model", None)
        settings: dict[str, Any] = {
            name: value
            for name, value in (getattr(self, "params", None) or {}).items()
            if name != "verbose" and value is not None
        }
        if model is None:
            return settings
        settings["model"] = model.name
        if model.built:
            settings["parameters"] = model.count_params()
        optimizer = getattr(model, "optimizer", None)
        if optimizer is not None:
            settings["optimizer"] = {
                name: value for name, value in optimizer.get_config().items() if value is not None
            }
        loss = getattr(model, "loss", None)
        if loss is not None:
            settings["loss"] = loss if isinstance(loss, str) else getattr(loss, "name", str(loss))
        return settings


if TYPE_CHECKING:

    class EpochlogCallback(KerasLogging):
        pass

else:

    def __getattr__(name: str) -> Any:
        if name != "EpochlogCallback":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from epochlog.callbacks._subclass import subclass

        return subclass(globals(), name, KerasLogging, "keras.callbacks:Callback", "keras")
