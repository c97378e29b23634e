"""XGBoost: the metrics of every boosting round, and the importance of the features.

    from epochlog.callbacks.xgboost import EpochlogCallback

    xgboost.train(params, train, 200, evals=[(train, "train"), (valid, "valid")],
                  callbacks=[EpochlogCallback(name="churn", params=params)])

A metric is called `train/logloss`, after its data; a step is a round, counted from 0. In
`xgboost.cv` it is the mean over the folds, and `train/logloss_std` is their deviation.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any
from collections.abc import Mapping, Sequence

from epochlog._held_run import HeldRun

if TYPE_CHECKING:
    from epochlog._run import Run

__all__ = ["EpochlogCallback"]

ALIASES = ("alpha", "eta", "lambda", "min_split_loss")
"""Second names of parameters that the configuration has twice."""

Log = Mapping[str, Mapping[str, Sequence[Any]]]


class XGBoostLogging:
    """Logs a training with XGBoost: `train`, `cv`, or a model's `callbacks`.

    run: an open run, which stays open; None: a run of its own, made with `options` (the
        keyword arguments of `epochlog.Run`) when the training begins and completed when it
        ends, early stopping included.
    importance: what the importance of a feature is measured in ("gain", "weight", "cover",
        "total_gain", "total_cover"; "weight" for linear boosters); None: it is not logged.

    Of a training on several processes only the first logs. XGBoost does not tell its callbacks
    of an exception: the run of its own then ends as the interpreter does.
    """

    def __init__(
        self, run: Run | None = None, *, importance: str | None = "gain", **options: Any
    ) -> None:
        super().__init__()
        self._held = HeldRun(run, options)
        self._importance = importance

    @property
    def run(self) -> Run | None:
        """The run; None before the training begins."""
        return self._held.run

    def before_training(self, model: Any) -> Any:
        if is_first():
            run = self._held.open()
            if hasattr(model, "save_config"):
                run.log_params(settings(json.loads(model.save_config())))
        return model

    def after_iteration(self, model: Any, epoch: int, evals_log: Log) -> bool:
        values: dict[str, Any] = {}
        for data, metrics in evals_log.items():
            for metric, history in metrics.items():
                value = history[-1]
                if isinstance(value, (tuple, list)):
                    value, values[f"{data}/{metric}_std"] = value
                values[f"{data}/{metric}"] = value
        if values and is_first():
            self._held.open().log(values, step=epoch)
        return False

    def after_training(self, model: Any) -> Any:
        if not is_first():
            return model
        run = self._held.open()
        if model.attr("best_iteration") is not None:
            run.log_params({"best_iteration": model.best_iteration, "best_score": model.best_score})
        if self._importance and hasattr(model, "get_score"):
            self._log_importance(run, model, self._importance)
        self._held.complete()
        return model

    @staticmethod
    def _log_importance(run: Run, model: Any, method: str) -> None:
        """Features that no tree uses have 0; a linear booster has no gain."""
        try:
            scores = model.get_score(importance_type=method)
        except ValueError:  # XGBoostError is one.
            method = "weight"
            scores = model.get_score(importance_type=method)
        names = model.feature_names or [f"f{i}" for i in range(model.num_features())]
        values = [scores.get(name, 0.0) for name in names]
        if values and not isinstance(values[0], (list, tuple)):
            run.log_importance(names, values, method=method)


def is_first() -> bool:
    """Whether this process has rank 0 among those that train."""
    collective = sys.modules.get("xgboost.collective")
    return collective is None or collective.get_rank() == 0


def settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """The booster, its objective and its parameters, out of a booster's whole configuration."""
    learner = config["learner"]
    found: dict[str, Any] = {
        name: value
        for name, value in learner.get("learner_train_param", {}).items()
        if name in ("booster", "objective")
    }
    booster = learner.get("gradient_booster", {})
    # The trees of dart and the updater of a linear booster lie one level deeper.
    for part in (booster, booster.get("gbtree"), booster.get("updater")):
        for group in ("tree_train_param", "linear_train_param"):
            values = part.get(group, {}) if isinstance(part, Mapping) else {}
            for name, value in values.items():
                if name not in ALIASES and value not in ("", "()"):
                    found[name] = number(value)
    return found


def number(text: str) -> Any:
    """The int or float that `text` is, else `text`; floats were of 32 bits."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(f"{float(text):.7g}")
    except ValueError:
        return text


if TYPE_CHECKING:

    class EpochlogCallback(XGBoostLogging):
        pass

else:

    def __getattr__(name: str) -> Any:
        if name != "EpochlogCallback":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from epochlog.callbacks._subclass import subclass

        base = "xgboost.callback:TrainingCallback"
        return subclass(globals(), name, XGBoostLogging, base, "xgboost")
