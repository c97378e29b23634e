"""The callback in trainings with XGBoost."""

from __future__ import annotations

from typing import Any

import pytest

xgboost = pytest.importorskip("xgboost")
datasets = pytest.importorskip("sklearn.datasets")

import epochlog  # noqa: E402
from epochlog.callbacks.xgboost import EpochlogCallback  # noqa: E402

PARAMS = {"objective": "binary:logistic", "max_depth": 2, "eta": 0.3, "seed": 1, "nthread": 1}


@pytest.fixture(scope="module")
def cancer() -> Any:
    x, y = datasets.load_breast_cancer(return_X_y=True, as_frame=True)
    return x, y


def halves(data: Any) -> Any:
    x, y = data
    return xgboost.DMatrix(x[::2], y[::2]), xgboost.DMatrix(x[1::2], y[1::2])


def test_a_training_with_two_sets(root, cancer) -> None:
    train, valid = halves(cancer)
    callback, history = EpochlogCallback(name="cancer"), {}
    assert isinstance(callback, xgboost.callback.TrainingCallback)
    model = xgboost.train(
        PARAMS, train, 10, evals=[(train, "train"), (valid, "valid")],
        evals_result=history, verbose_eval=False, callbacks=[callback],
    )  # fmt: skip
    run = epochlog.open_run(callback.run.folder)
    assert (run.name, run.status) == ("cancer", "Completed")
    for data in ("train", "valid"):
        assert run[f"{data}/logloss"].steps.tolist() == list(range(10))
        assert run[f"{data}/logloss"].values.tolist() == history[data]["logloss"]
    assert (run.params["max_depth"], run.params["learning_rate"]) == (2, 0.3)
    assert (run.params["booster"], run.params["objective"]) == ("gbtree", "binary:logistic")
    importance = run.evaluations["importance"]
    gain = model.get_score(importance_type="gain")
    assert list(importance.features) == list(cancer[0].columns)
    assert list(importance.overall) == pytest.approx(
        [gain.get(name, 0.0) for name in cancer[0].columns]
    )
    assert importance.method == "gain"


def test_early_stopping(root, cancer) -> None:
    train, valid = halves(cancer)
    callback = EpochlogCallback()
    model = xgboost.train(
        {**PARAMS, "eta": 1.0}, train, 500, evals=[(valid, "valid")], early_stopping_rounds=3,
        verbose_eval=False, callbacks=[callback],
    )  # fmt: skip
    run = epochlog.open_run(callback.run.folder)
    assert run.status == "Completed"
    assert run.params["best_iteration"] == model.best_iteration < 499
    assert len(run["valid/logloss"]) == model.best_iteration + 4
    assert run["valid/logloss"].min == pytest.approx(model.best_score)


def test_folds(root, cancer) -> None:
    train, _ = halves(cancer)
    callback = EpochlogCallback()
    table = xgboost.cv(PARAMS, train, 5, nfold=3, callbacks=[callback])
    run = epochlog.open_run(callback.run.folder)
    assert run.status == "Completed"
    assert run["test/logloss"].values.tolist() == pytest.approx(list(table["test-logloss-mean"]))
    assert run["test/logloss_std"].values.tolist() == pytest.approx(list(table["test-logloss-std"]))


@pytest.mark.parametrize("booster, classes", [("gblinear", 0), ("gblinear", 3), ("dart", 0)])
def test_other_boosters(root, cancer, booster: str, classes: int) -> None:
    x, y = cancer
    params: dict[str, Any] = {"booster": booster, "nthread": 1}
    if classes:
        y = (x["mean radius"].rank(pct=True) * 2.99).astype(int)
        params.update(objective="multi:softprob", num_class=classes)
    callback = EpochlogCallback()
    xgboost.train(params, xgboost.DMatrix(x, y), 3, callbacks=[callback])
    run = epochlog.open_run(callback.run.folder)
    assert (run.status, run.params["booster"]) == ("Completed", booster)
    assert ("importance" in run.evaluations) == (classes == 0)


def test_a_model_of_the_scikit_learn_kind_and_its_clones(root, cancer) -> None:
    from sklearn.model_selection import cross_val_score

    x, y = cancer
    callback = EpochlogCallback(name="fold")
    model = xgboost.XGBClassifier(n_estimators=3, n_jobs=1, callbacks=[callback])
    model.fit(x, y, eval_set=[(x, y)], verbose=0)
    assert epochlog.open_run(callback.run.folder)["validation_0/logloss"].last < 0.7
    cross_val_score(model, x, y, cv=3)
    runs = epochlog.runs(root)
    assert [run.status for run in runs] == ["Completed"] * 4


def test_a_given_run_stays_open(root, cancer) -> None:
    train, _ = halves(cancer)
    with epochlog.Run("mine") as run:
        xgboost.train(PARAMS, train, 2, callbacks=[EpochlogCallback(run, importance=None)])
        assert run.is_open
    assert epochlog.open_run(run.folder).evaluations == {}


def test_other_processes_of_a_training_do_not_log(root, cancer, monkeypatch) -> None:
    train, _ = halves(cancer)
    monkeypatch.setattr(xgboost.collective, "get_rank", lambda: 1)
    callback = EpochlogCallback()
    xgboost.train(PARAMS, train, 2, evals=[(train, "train")], verbose_eval=0, callbacks=[callback])
    assert callback.run is None and not root.exists()
