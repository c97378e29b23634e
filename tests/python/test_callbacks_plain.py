"""The callbacks where no framework is: what they are handed is made here."""

from __future__ import annotations

import importlib.util
import json
import os
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog.callbacks import _ranks, huggingface, keras, lightgbm, lightning, xgboost
from epochlog.callbacks._values import parameters, scalars


def saved(callback: Any) -> epochlog.SavedRun:
    return epochlog.open_run(callback.run.folder)


@pytest.mark.parametrize(
    "module, package, name",
    [
        ("keras", "keras", "EpochlogCallback"),
        ("huggingface", "transformers", "EpochlogCallback"),
        ("xgboost", "xgboost", "EpochlogCallback"),
    ],
)
def test_an_absent_framework_is_named(module: str, package: str, name: str) -> None:
    if importlib.util.find_spec(package) is not None:
        pytest.skip(f"{package} is there")
    with pytest.raises(ImportError, match=f"pip install {package}"):
        getattr(importlib.import_module(f"epochlog.callbacks.{module}"), name)


def test_modules_are_found_by_name(python) -> None:
    code = "from epochlog import callbacks as c; print(c.lightgbm.__name__, hasattr(c, 'x'))"
    assert python(code).stdout == "epochlog.callbacks.lightgbm False\n"


def test_values_that_are_no_numbers_are_left_out() -> None:
    values = scalars({"a": 1, "b": True, "c": "text", "d": None, "e": [1], 3: 0.5}, "p/")
    assert values == {"p/a": 1, "p/b": True, "p/3": 0.5}
    assert scalars(None) == {}


@dataclass
class Settings:
    rate: float = 0.1
    layers: dict[str, Any] = field(default_factory=lambda: {"size": 3})


@pytest.mark.parametrize(
    "given",
    [
        Settings(),
        types.SimpleNamespace(rate=0.1, layers={"size": 3}),
        {"rate": 0.1, "layers": {"size": 3}},
    ],
)
def test_parameters_of_many_kinds(given: Any) -> None:
    assert parameters(given) == {"rate": 0.1, "layers": {"size": 3}}


# --------------------------------------------------------------------------- Keras


def test_keras_epochs_and_batches(root) -> None:
    callback = keras.KerasLogging(name="net", batches=2)
    assert callback.run is None
    callback.params = {"epochs": 2, "steps": 2, "verbose": 0}  # type: ignore[attr-defined]
    callback.on_train_begin()
    for epoch in range(2):
        for batch in range(2):
            callback.on_train_batch_end(batch, {"loss": 1 / (2 * epoch + batch + 1)})
        callback.on_test_end({"loss": 9.0})  # The validation within fit.
        callback.on_epoch_end(epoch, {"loss": 0.5, "val_loss": 0.6, "note": "text"})
    callback.on_train_end()
    run = saved(callback)
    assert run.status == "Completed"
    assert run.params == {"epochs": 2, "steps": 2}
    assert run.metrics == ["batch/loss", "loss", "val_loss"]
    assert run["batch/loss"].steps.tolist() == [2, 4]
    assert run["val_loss"].steps.tolist() == [0, 1]
    callback.on_test_end({"loss": 0.7})
    assert saved(callback)["test_loss"].last == 0.7


# ------------------------------------------------------------------------- XGBoost


class Booster:
    feature_names = ["age", "height"]
    best_iteration, best_score = 1, 0.4

    def attr(self, name: str) -> str | None:
        return {"best_iteration": "1"}.get(name)

    def save_config(self) -> str:
        trees = {"max_depth": "2", "eta": "0.300000012", "learning_rate": "0.300000012"}
        trees.update(grow_policy="depthwise", monotone_constraints="()")
        learner = {
            "learner_train_param": {"booster": "gbtree", "objective": "reg:squarederror"},
            "gradient_booster": {"tree_train_param": trees},
        }
        return json.dumps({"learner": learner})

    def get_score(self, importance_type: str) -> dict[str, float]:
        assert importance_type == "gain"
        return {"height": 2.5}


def test_xgboost_rounds_folds_and_importance(root) -> None:
    callback = xgboost.XGBoostLogging(name="trees")
    model = Booster()
    assert callback.before_training(model) is model
    history: dict[str, dict[str, list[Any]]] = {"train": {"rmse": []}, "valid": {"rmse": []}}
    for i in range(2):
        history["train"]["rmse"].append(1.0 - i / 10)
        history["valid"]["rmse"].append((1.5 - i / 10, 0.25))
        assert callback.after_iteration(model, i, history) is False
    assert callback.after_training(model) is model
    run = saved(callback)
    assert run.status == "Completed"
    assert run["train/rmse"].values.tolist() == [1.0, 0.9]
    assert run["valid/rmse"].values.tolist() == [1.5, 1.4]
    assert run["valid/rmse_std"].values.tolist() == [0.25, 0.25]
    assert run.params == {
        "booster": "gbtree",
        "objective": "reg:squarederror",
        "max_depth": 2,
        "learning_rate": 0.3,
        "grow_policy": "depthwise",
        "best_iteration": 1,
        "best_score": 0.4,
    }
    importance = run.evaluations["importance"]
    assert (list(importance.features), list(importance.overall)) == (["age", "height"], [0.0, 2.5])


# ------------------------------------------------------------------------ LightGBM


class Trees:
    def __init__(self) -> None:
        self.best_iteration = 0

    def feature_importance(self, kind: str) -> list[float]:
        return [1.0, 3.0]

    def feature_name(self) -> list[str]:
        return ["age", "height"]


def rounds(callback: Any, model: Any, count: int, of: int) -> None:
    for i in range(count):
        results = [("valid", "auc", 0.5 + i / 10, True), ("valid", "l2", 1.0, False, 0.125)]
        callback(types.SimpleNamespace(
            model=model, params={"seed": None, "eta": 0.1}, iteration=i, begin_iteration=0,
            end_iteration=of, evaluation_result_list=results,
        ))  # fmt: skip


def test_lightgbm_rounds_and_their_end(root) -> None:
    callback = lightgbm.EpochlogCallback(name="trees")
    rounds(callback, Trees(), 3, of=3)
    run = saved(callback)
    assert run.status == "Completed"
    assert run["valid/auc"].values.tolist() == [0.5, 0.6, 0.7]
    assert (run["valid/auc"].goal, run["valid/l2"].goal) == ("max", "min")
    assert run["valid/l2_std"].last == 0.125
    assert run.params == {"eta": 0.1, "num_iterations": 3}
    assert list(run.evaluations["importance"].overall) == [1.0, 3.0]


def test_lightgbm_that_stopped_early_and_that_failed(root) -> None:
    model = Trees()
    callback = lightgbm.EpochlogCallback(name="stopped")
    rounds(callback, model, 3, of=100)
    folder = callback.run.folder
    model.best_iteration = 2
    del callback
    run = epochlog.open_run(folder)
    assert (run.status, run.params["best_iteration"]) == ("Completed", 1)
    callback = lightgbm.EpochlogCallback(name="failed")
    rounds(callback, Trees(), 3, of=100)
    folder = callback.run.folder
    del callback
    run = epochlog.open_run(folder)
    assert (run.status, run.error_message) == ("Failed", "The training ended in round 3 of 100.")


# ------------------------------------------------------------------- Hugging Face


@dataclass
class Arguments:
    output_dir: str = "out/model"
    run_name: str | None = None
    learning_rate: float = 5e-5
    fp16: bool = False
    logging_steps: int = 500


@dataclass
class State:
    global_step: int = 0
    is_world_process_zero: bool = True
    is_hyper_param_search: bool = False
    trial_name: str | None = None
    trial_params: dict[str, Any] | None = None
    best_model_checkpoint: str | None = None


def test_transformers_trainer(root) -> None:
    args, state = Arguments(logging_steps=2), State()
    config = types.SimpleNamespace(to_diff_dict=lambda: {"hidden_size": 8})
    callback = huggingface.TrainerLogging(log_checkpoints=True)
    callback.on_train_begin(args, state, None, model=types.SimpleNamespace(config=config))
    state.global_step = 2
    callback.on_log(args, state, None, logs={"loss": 0.7, "epoch": 0.5, "note": "text"})
    Path("out/model/checkpoint-2").mkdir(parents=True)
    Path("out/model/checkpoint-2/weights").write_bytes(b"w")
    callback.on_save(args, state, None)
    callback.on_train_end(args, state, None)
    run = saved(callback)
    assert (run.name, run.status) == ("model", "Completed")
    assert run.params == {"learning_rate": 5e-5, "logging_steps": 2, "model/hidden_size": 8}
    assert run["loss"].steps.tolist() == [2]
    assert run.tags == {"checkpoint": "out/model/checkpoint-2"}
    assert [(f.path, f.role) for f in run.files] == [
        ("files/checkpoints/checkpoint-2/weights", "model")
    ]
    callback.on_log(args, state, None, logs={"eval_loss": 0.6})
    callback.on_predict(args, state, None, metrics={"test_loss": 0.5})
    run = saved(callback)
    assert (run["eval_loss"].last, run["test_loss"].last, run.status) == (0.6, 0.5, "Completed")


def test_transformers_other_processes_and_trials(root) -> None:
    callback = huggingface.TrainerLogging()
    other = State(is_world_process_zero=False)
    callback.on_train_begin(Arguments(), other, None)
    callback.on_log(Arguments(), other, None, logs={"loss": 1.0})
    callback.on_train_end(Arguments(), other, None)
    assert callback.run is None and not root.exists()
    ids = set()
    for trial in ("trial-0", "trial-1"):
        state = State(is_hyper_param_search=True, trial_name=trial, trial_params={"depth": 3})
        callback.on_train_begin(Arguments(), state, None)
        callback.on_train_end(Arguments(), state, None)
        run = saved(callback)
        ids.add(run.id)
        assert (run.name, run.params["depth"]) == (trial, 3)
    assert len(ids) == 2


# ----------------------------------------------------------------------- Lightning


def test_lightning_logger(root) -> None:
    logger = lightning.EpochlogLogger(name="net", prefix="a", log_checkpoints=True)
    assert (logger.run, logger.name, logger.group_separator) == (None, "net", "/")
    folder = logger.save_dir
    assert not Path(folder).exists()
    logger.log_hyperparams(types.SimpleNamespace(rate=0.1, data={"size": 3}), {"hp": 1.0})
    assert logger.run is not None
    assert (logger.run.id, logger.run.folder) == (logger.version, folder)
    logger.log_metrics({"loss": 0.5, "epoch": 0}, step=7)
    logger.log_graph({"a": "model"})
    image = memoryview(bytes(12)).cast("B", (2, 2, 3))
    logger.log_image("one", [image], 3, caption=["first"])
    logger.log_image("two", [image, image])
    Path("best.ckpt").write_bytes(b"weights")
    logger.after_save_checkpoint(
        types.SimpleNamespace(best_model_path="best.ckpt", last_model_path="")
    )
    logger.save()
    logger.finalize("success")
    run = saved(logger)
    assert (run.status, run.params) == ("Completed", {"rate": 0.1, "data/size": 3})
    assert (run["a/loss"].steps.tolist(), run["a/hp"].last) == ([7], 1.0)
    assert {f.path for f in run.files if f.role != "image"} == {
        "files/graph.txt", "files/checkpoints/best.ckpt"
    }  # fmt: skip
    logger.log_metrics({"test": 0.25})
    try:
        raise ValueError("no")
    except ValueError:
        logger.finalize("failed")
    run = saved(logger)
    assert (run["a/test"].last, run.status, run.error_code) == (0.25, "Failed", "ValueError")


def test_lightning_failure_without_an_exception(root) -> None:
    logger = lightning.EpochlogLogger(name="net")
    logger.experiment.log("loss", 1.0)
    logger.finalize("aborted")
    assert saved(logger).error_message == "Lightning says 'aborted'."


def test_lightning_given_run(root) -> None:
    with epochlog.Run("given") as run:
        logger = lightning.EpochlogLogger(run)
        logger.log_metrics({"loss": 1.0}, 0)
        logger.finalize("success")
        assert run.is_open
        assert (logger.name, logger.version, logger.root_dir) == ("given", run.id, str(root))
        assert logger.log_dir == run.folder


def test_lightning_other_ranks_agree_and_write_nothing(root, monkeypatch) -> None:
    """As Lightning starts them: the first process makes its loggers, then the script of the
    others runs with LOCAL_RANK set in what it left of the environment."""
    monkeypatch.setattr(_ranks, "_loggers", 0)
    for number in (1, 2):
        monkeypatch.delenv(f"EPOCHLOG_LOGGER_{number}", raising=False)
    first = [lightning.EpochlogLogger(name="net"), lightning.EpochlogLogger(name="net")]
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(os, "getppid", os.getpid)
    monkeypatch.setattr(_ranks, "_loggers", 0)
    other = [lightning.EpochlogLogger(name="net"), lightning.EpochlogLogger(name="net")]
    assert [logger.version for logger in first] == [logger.version for logger in other]
    assert first[0].version != first[1].version
    assert other[0].save_dir == first[0].save_dir
    other[0].log_metrics({"loss": 1.0})
    other[0].log_hyperparams({"a": 1})
    other[0].log_graph("model")
    other[0].log_image("i", [b""])
    other[0].experiment["anything"].log("loss", 1.0)
    other[0].finalize("success")
    assert other[0].run is None and not root.exists()


def test_lightning_grandchildren_have_runs_of_their_own(root, monkeypatch) -> None:
    monkeypatch.setattr(_ranks, "_loggers", 0)
    first = lightning.EpochlogLogger(name="net")
    monkeypatch.setattr(_ranks, "_loggers", 0)
    monkeypatch.setenv("LOCAL_RANK", "0")
    assert lightning.EpochlogLogger(name="net").version != first.version


def test_lightning_ranks_of_a_launcher_agree(python, root) -> None:
    """As torchrun starts them: every process has all of it in the environment."""
    code = (
        "from epochlog.callbacks.lightning import EpochlogLogger as L; print(L(name='net').version)"
    )
    shared = {"TORCHELASTIC_RUN_ID": "job7", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    ids = {python(code, RANK=rank, LOCAL_RANK=rank, **shared).stdout for rank in "01"}
    assert len(ids) == 1


def test_lightning_id_of_the_environment(python, root) -> None:
    code = (
        "from epochlog.callbacks.lightning import EpochlogLogger as L; print(L(name='net').version)"
    )
    assert python(code, EPOCHLOG_RUN_ID="job-7").stdout == "job-7\n"
