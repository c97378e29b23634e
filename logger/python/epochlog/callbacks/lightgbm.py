"""LightGBM: the metrics of every boosting round, and the importance of the features.

    from epochlog.callbacks.lightgbm import EpochlogCallback

    lightgbm.train(params, train, 200, valid_sets=[valid], valid_names=["valid"],
                   callbacks=[EpochlogCallback(name="churn"), lightgbm.early_stopping(10)])

A metric is called `valid/auc`, after its data; a step is a round, counted from 0. In
`lightgbm.cv` it is the mean over the folds, and `valid/auc_std` is their deviation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epochlog._held_run import HeldRun

if TYPE_CHECKING:
    from epochlog._run import Run

__all__ = ["EpochlogCallback"]


class EpochlogCallback:
    """Logs a training with LightGBM: `train`, `cv`, or the `callbacks` of a model's `fit`.

    run: an open run, which stays open; None: a run of its own, made with `options` (the
        keyword arguments of `epochlog.Run`) in the first round and completed in the last.
    importance: what the importance of a feature is measured in ("gain" or "split"); None:
        it is not logged.

    LightGBM tells its callbacks neither of early stopping nor of an exception. A run of its own
    that was left by either ends when the callback does, which is when `train` returns if nobody
    else holds it: as Completed when the model was stopped early, else as Failed. `close` ends
    it at once.
    """

    def __init__(
        self, run: Run | None = None, *, importance: str | None = "gain", **options: Any
    ) -> None:
        self._held = HeldRun(run, options)
        self._importance = importance
        self._model: Any = None
        self._round = ""
        self.order = 25  # Before early stopping (30), which ends the round for those behind it.
        self.before_iteration = False

    @property
    def run(self) -> Run | None:
        """The run; None before the first round."""
        return self._held.run

    def __call__(self, env: Any) -> None:
        """One round; `env` is LightGBM's CallbackEnv."""
        run = self._held.open()
        self._model = env.model
        self._round = f"round {env.iteration + 1} of {env.end_iteration}"
        results = env.evaluation_result_list or []
        if env.iteration == env.begin_iteration:
            params = {name: value for name, value in env.params.items() if value is not None}
            run.log_params({**params, "num_iterations": env.end_iteration})
            for data, metric, _, is_higher_better in (result[:4] for result in results):
                run.define(f"{data}/{metric}", goal="max" if is_higher_better else "min")
        values = {}
        for result in results:
            name = f"{result[0]}/{result[1]}"
            values[name] = result[2]
            if len(result) > 4 and result[4] is not None:
                values[f"{name}_std"] = result[4]
        if values:
            run.log(values, step=env.iteration)
        if env.iteration + 1 == env.end_iteration:
            self.close()

    def close(self) -> None:
        """Logs the importance and ends a run of its own as Completed."""
        if not self._held.is_open:
            return
        model, self._model = self._model, None
        if model is not None:
            self._log_end(self._held.open(), model)
        self._held.complete()

    def _log_end(self, run: Run, model: Any) -> None:
        if model.best_iteration > 0:
            run.log_param("best_iteration", model.best_iteration - 1)
        # A CVBooster answers for each of its boosters; it has no importance of its own.
        if self._importance and not hasattr(model, "boosters"):
            values = model.feature_importance(self._importance)
            run.log_importance(model.feature_name(), values, method=self._importance)

    def __del__(self) -> None:
        held = getattr(self, "_held", None)
        if held is None or not held.is_own or not held.is_open:
            return
        if getattr(self._model, "best_iteration", 0) > 0:
            self.close()
        else:
            held.fail(f"The training ended in {self._round}.")
