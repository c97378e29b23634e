"""The callback in trainings with Keras, over PyTorch."""

from __future__ import annotations

import copy
import os
from typing import Any

import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")  # Asked for when Keras is imported.
pytest.importorskip("torch")
datasets = pytest.importorskip("sklearn.datasets")
keras = pytest.importorskip("keras")

import epochlog  # noqa: E402
from epochlog.callbacks.keras import EpochlogCallback  # noqa: E402


@pytest.fixture(scope="module")
def digits() -> Any:
    x, y = datasets.load_digits(return_X_y=True)
    return (x / 16)[:600], y[:600]


def network(rate: Any = 0.01) -> Any:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Input((64,)),
            keras.layers.Dense(16, "relu"),
            keras.layers.Dense(10, "softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def test_a_training_with_validation(root, digits) -> None:
    x, y = digits
    model, callback = network(), EpochlogCallback(name="digits", batches=1)
    assert isinstance(callback, keras.callbacks.Callback)
    history = model.fit(
        x, y, epochs=4, batch_size=100, validation_split=0.25, verbose=0, callbacks=[callback]
    )
    run = epochlog.open_run(callback.run.folder)
    assert (run.name, run.status) == ("digits", "Completed")
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert run[name].steps.tolist() == [0, 1, 2, 3]
        assert run[name].values.tolist() == pytest.approx(history.history[name])
    assert run["batch/loss"].steps.tolist() == list(range(1, 21))
    assert run["loss"].last < run["loss"].first
    assert run.params["epochs"] == 4
    assert run.params["parameters"] == model.count_params() == 1210
    assert run.params["optimizer/name"] == "adam"
    assert run.params["loss"] == "sparse_categorical_crossentropy"


def test_the_learning_rate_of_a_schedule(root, digits) -> None:
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=6, decay_rate=0.5)
    callback = EpochlogCallback()
    network(schedule).fit(*digits, epochs=3, batch_size=100, verbose=0, callbacks=[callback])
    rates = epochlog.open_run(callback.run.folder)["learning_rate"].values
    assert rates.tolist() == pytest.approx([0.05, 0.025, 0.0125])


def test_early_stopping_is_an_end_like_another(root, digits) -> None:
    callback = EpochlogCallback()
    stop = keras.callbacks.EarlyStopping(monitor="loss", patience=0, min_delta=1e9)
    network().fit(*digits, epochs=50, verbose=0, callbacks=[stop, callback])
    run = epochlog.open_run(callback.run.folder)
    assert (run.status, len(run["loss"])) == ("Completed", 2)


def test_an_evaluation_afterwards_is_added(root, digits) -> None:
    model, callback = network(), EpochlogCallback()
    model.fit(*digits, epochs=1, verbose=0, callbacks=[callback])
    loss, accuracy = model.evaluate(*digits, verbose=0, callbacks=[callback])
    run = epochlog.open_run(callback.run.folder)
    assert run["test_loss"].last == pytest.approx(loss)
    assert run["test_accuracy"].last == pytest.approx(accuracy)
    assert len(epochlog.runs()) == 1


def test_a_given_run_stays_open(root, digits) -> None:
    with epochlog.Run("mine") as run:
        network().fit(*digits, epochs=1, verbose=0, callbacks=[EpochlogCallback(run, params=False)])
        assert run.is_open
    read = epochlog.open_run(run.folder)
    assert (len(read["loss"]), read.params) == (1, {})


def test_a_training_that_fails_fails_the_run(python, root) -> None:
    code = """
import os, numpy
os.environ["KERAS_BACKEND"] = "torch"
import keras
from epochlog.callbacks.keras import EpochlogCallback

class Bad(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise ArithmeticError("loss is no number")

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(numpy.ones((8, 2)), numpy.ones(8), epochs=3, verbose=0,
          callbacks=[EpochlogCallback(name="bad"), Bad()])
"""
    assert python(code, check=False, timeout=120).returncode == 1
    (run,) = epochlog.runs(root)
    assert (run.status, run.error_code, len(run["loss"])) == ("Failed", "ArithmeticError", 2)


def test_a_copy_has_a_run_of_its_own(root, digits) -> None:
    first = EpochlogCallback(name="a")
    second = copy.deepcopy(first)
    for callback in (first, second):
        network().fit(*digits, epochs=1, verbose=0, callbacks=[callback])
    assert first.run.id != second.run.id
