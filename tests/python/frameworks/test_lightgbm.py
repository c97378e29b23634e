"""The callback in trainings with LightGBM."""

from __future__ import annotations

from typing import Any

import pytest

lightgbm = pytest.importorskip("lightgbm")
datasets = pytest.importorskip("sklearn.datasets")

import epochlog  # noqa: E402
from epochlog.callbacks.lightgbm import EpochlogCallback  # noqa: E402

PARAMS = {
    "objective": "binary",
    "metric": ["auc", "binary_logloss"],
    "verbosity": -1,
    "num_threads": 1,
}


@pytest.fixture
def sets() -> Any:
    x, y = datasets.load_breast_cancer(return_X_y=True, as_frame=True)
    x.columns = [name.replace(" ", "_") for name in x.columns]
    train = lightgbm.Dataset(x[::2], y[::2])
    return train, lightgbm.Dataset(x[1::2], y[1::2], reference=train), x, y


def test_a_training_with_two_sets(root, sets) -> None:
    train, valid, x, _ = sets
    callback, history = EpochlogCallback(name="cancer"), {}
    model = lightgbm.train(
        PARAMS, train, 10, valid_sets=[train, valid], valid_names=["train", "valid"],
        callbacks=[callback, lightgbm.record_evaluation(history)],
    )  # fmt: skip
    run = epochlog.open_run(callback.run.folder)
    assert (run.name, run.status) == ("cancer", "Completed")
    for data in ("train", "valid"):
        for metric, goal in (("auc", "max"), ("binary_logloss", "min")):
            series = run[f"{data}/{metric}"]
            assert series.steps.tolist() == list(range(10))
            assert series.values.tolist() == history[data][metric]
            assert series.goal == goal
    assert (run.params["objective"], run.params["num_iterations"]) == ("binary", 10)
    importance = run.evaluations["importance"]
    assert list(importance.features) == list(x.columns)
    assert list(importance.overall) == pytest.approx(
        list(model.feature_importance("gain")),
        rel=1e-4,  # A model that was trained was written and read again.
    )


def test_early_stopping_ends_the_run_when_train_returns(root, sets) -> None:
    train, valid, *_ = sets
    stop = lightgbm.early_stopping(3, verbose=False)
    model = lightgbm.train(
        {**PARAMS, "learning_rate": 1.0}, train, 500, valid_sets=[valid], valid_names=["valid"],
        callbacks=[stop, EpochlogCallback()],
    )  # fmt: skip
    (run,) = epochlog.runs(root)
    assert run.status == "Completed"
    assert run.params["best_iteration"] == model.best_iteration - 1
    assert len(run["valid/auc"]) > model.best_iteration
    assert "importance" in run.evaluations


def test_a_training_that_fails(root, sets) -> None:
    def bad(env: Any) -> None:
        if env.iteration == 3:
            raise ArithmeticError("loss is no number")

    train, valid, *_ = sets
    with pytest.raises(ArithmeticError):
        lightgbm.train(PARAMS, train, 10, valid_sets=[valid], callbacks=[EpochlogCallback(), bad])
    (run,) = epochlog.runs(root)
    assert (run.status, run.error_message) == ("Failed", "The training ended in round 3 of 10.")


def test_folds(root, sets) -> None:
    callback = EpochlogCallback()
    table = lightgbm.cv(PARAMS, sets[0], 5, nfold=3, callbacks=[callback])
    run = epochlog.open_run(callback.run.folder)
    assert run.status == "Completed"
    assert run["valid/auc"].values.tolist() == table["valid auc-mean"]
    assert run["valid/auc_std"].values.tolist() == table["valid auc-stdv"]


def test_a_model_of_the_scikit_learn_kind(root, sets) -> None:
    *_, x, y = sets
    model = lightgbm.LGBMClassifier(n_estimators=5, verbosity=-1, n_jobs=1)
    model.fit(x, y, eval_X=(x,), eval_y=(y,), callbacks=[EpochlogCallback()])
    (run,) = epochlog.runs(root)
    assert (run.status, len(run["valid_0/binary_logloss"])) == ("Completed", 5)


def test_a_given_run_stays_open(root, sets) -> None:
    train, valid, *_ = sets
    with epochlog.Run("mine") as run:
        callback = EpochlogCallback(run, importance=None)
        lightgbm.train(PARAMS, train, 2, valid_sets=[valid], callbacks=[callback])
        assert run.is_open
    read = epochlog.open_run(run.folder)
    assert (len(read["valid_0/auc"]), read.evaluations) == (2, {})
