"""Hugging Face: metrics, settings and checkpoints of transformers' Trainer.

    from epochlog.callbacks.huggingface import EpochlogCallback

    trainer = Trainer(model, TrainingArguments("out", report_to="none"), train_dataset=data,
                      callbacks=[EpochlogCallback(name="reviews")])
    trainer.train()

Metrics keep the names that the Trainer gives them (`loss`, `eval_loss`, `learning_rate`); a
step is the Trainer's global step.
"""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Any
from collections.abc import Mapping

from epochlog._held_run import HeldRun
from epochlog.callbacks._values import scalars

if TYPE_CHECKING:
    from epochlog._run import Run

__all__ = ["EpochlogCallback"]

ALWAYS = (
    "learning_rate",
    "lr_scheduler_type",
    "num_train_epochs",
    "optim",
    "per_device_train_batch_size",
    "seed",
    "weight_decay",
)
"""Settings that are logged even where they are the default."""


class TrainerLogging:
    """Logs a training with transformers' Trainer.

    run: an open run, which stays open; None: a run of its own, made with `options` (the
        keyword arguments of `epochlog.Run`) when the training begins and completed when it
        ends. An `evaluate` after it is added to the same run. In a search for hyperparameters
        every trial has a run of its own.
    params: whether to log the settings of the training and of the model, as far as they are
        not the defaults.
    log_checkpoints: whether the best checkpoint (else the last) is kept among the run's files,
        too, with the role "model"; where it is is told in any case.

    Only the first process of a training on several logs. The Trainer does not tell its
    callbacks of an exception: the run of its own then ends as the interpreter does.
    """

    def __init__(
        self,
        run: Run | None = None,
        *,
        params: bool = True,
        log_checkpoints: bool = False,
        **options: Any,
    ) -> None:
        super().__init__()
        self._held = HeldRun(run, options)
        self._options = options
        self._params = params
        self._log_checkpoints = log_checkpoints
        self._checkpoint = ""
        self._is_training = False

    @property
    def run(self) -> Run | None:
        """The run; None before the training begins, and in other processes."""
        return self._held.run

    def on_train_begin(
        self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any
    ) -> None:
        if not state.is_world_process_zero:
            return
        self._is_training = True
        if state.is_hyper_param_search and self._held.is_own:
            self._held = HeldRun(None, {**self._options, "name": state.trial_name})
        run = self._open(args)
        if self._params:
            run.log_params(changed(args))
            config: Any = getattr(model, "config", None)
            if hasattr(config, "to_diff_dict"):
                run.log_params({"model": config.to_diff_dict()})
            if state.trial_params:
                run.log_params(state.trial_params)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        if state.is_world_process_zero:
            self._log(args, logs, state.global_step)

    def on_predict(
        self, args: Any, state: Any, control: Any, metrics: Any = None, **kwargs: Any
    ) -> None:
        if state.is_world_process_zero:
            self._log(args, metrics, state.global_step)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._checkpoint = os.path.join(args.output_dir, f"checkpoint-{state.global_step}")

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._is_training = False
        if not state.is_world_process_zero:
            return
        checkpoint = state.best_model_checkpoint or self._checkpoint
        if checkpoint and os.path.isdir(checkpoint):
            run = self._open(args)
            run.tag("checkpoint", checkpoint)
            if self._log_checkpoints:
                run.add_folder(checkpoint, f"checkpoints/{os.path.basename(checkpoint)}", "model")
        self._held.complete()

    def _log(self, args: Any, values: Mapping[str, Any] | None, step: int) -> None:
        """What comes outside of a training ends there, too."""
        self._open(args).log(scalars(values), step=step)
        if not self._is_training:
            self._held.complete()

    def _open(self, args: Any) -> Run:
        """The run, named after the run or the folder that the Trainer has."""
        folder = os.path.basename(os.path.normpath(args.output_dir or "trainer"))
        return self._held.open(name=args.run_name or folder)


def changed(args: Any) -> dict[str, Any]:
    """The settings of TrainingArguments that are not the defaults, and those of ALWAYS."""
    values = args.to_sanitized_dict() if hasattr(args, "to_sanitized_dict") else vars(args)
    kept = {}
    for field in dataclasses.fields(args):
        value, default = getattr(args, field.name), field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        shown = values.get(field.name)
        is_simple = isinstance(shown, (bool, int, float, str))
        if is_simple and (field.name in ALWAYS or value != default):
            kept[field.name] = shown
    return kept


if TYPE_CHECKING:

    class EpochlogCallback(TrainerLogging):
        pass

else:

    def __getattr__(name: str) -> Any:
        if name != "EpochlogCallback":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from epochlog.callbacks._subclass import subclass

        base = "transformers.trainer_callback:TrainerCallback"
        return subclass(globals(), name, TrainerLogging, base, "transformers")
