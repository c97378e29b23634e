"""JAX arrays as scalars, predictions and images."""

from __future__ import annotations

from typing import Any

import pytest

jax = pytest.importorskip("jax")
datasets = pytest.importorskip("sklearn.datasets")

import jax.numpy as jnp  # noqa: E402

import epochlog  # noqa: E402


def test_a_training(root) -> None:
    x, y = datasets.load_diabetes(return_X_y=True)
    x, y = jnp.array(x), jnp.array(y / 100)

    @jax.jit
    def loss(weights: Any) -> Any:
        return jnp.mean((x @ weights - y) ** 2)

    weights, losses = jnp.zeros(10), []
    with epochlog.Run("diabetes", strict=True) as run:
        for step in range(10):
            value, slope = jax.value_and_grad(loss)(weights)
            weights = weights - 10 * slope
            run.log("loss", value, step)
            run.log({"norm": jnp.linalg.norm(slope), "step": jnp.int32(step)}, step)
            losses.append(float(value))
        run.log_regression(y, x @ weights)
        run.log_importance([f"x{i}" for i in range(10)], weights, method="coefficient")
    read = epochlog.open_run(run.folder)
    assert read["loss"].values.tolist() == losses
    assert losses[-1] < losses[0]
    assert read["step"].values.tolist() == list(range(10))
    assert list(read.evaluations["test"].predicted) == [float(v) for v in x @ weights]


@pytest.mark.parametrize(
    "kind", ["float16", "bfloat16", "float32", "int8", "int32", "uint8", "bool"]
)
def test_scalars_of_every_type(root, kind: str) -> None:
    with epochlog.Run("a", strict=True) as run:
        run.log("value", jnp.ones((), kind), 0)
        run.log({"in/dict": jnp.ones((), kind)}, 0)
    read = epochlog.open_run(run.folder)
    assert read["value"].values.tolist() == read["in/dict"].values.tolist() == [1]


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32"])
def test_scores_of_every_type(root, kind: str) -> None:
    scores = jax.random.uniform(jax.random.key(1), (3, 20)).astype(kind).T
    truth = jnp.arange(20) % 3
    with epochlog.Run("a") as run:
        run.log_classification(truth, scores, weights=jnp.ones(20))
    test = epochlog.open_run(run.folder).evaluations["test"]
    assert list(test.true_class) == truth.tolist()
    for i, column in enumerate(test.scores):
        assert list(column) == scores[:, i].astype("float32").tolist()


def test_images_histograms_and_lists(root) -> None:
    with epochlog.SummaryWriter("runs/a") as writer:
        writer.add_image("share", jnp.ones((3, 4, 5)) / 2, 0)
        writer.add_images("batch", jnp.zeros((9, 4, 5, 1), "uint8"), dataformats="NHWC")
        writer.add_histogram("w", jnp.arange(6.0).astype("bfloat16"), 0, bins=[0, 3, 6])
        writer.add_scalar("one", jnp.ones(1), 0)
    run = epochlog.open_run(writer.get_logdir())
    assert {(image.name, image.width) for image in run.images} == {("share", 5), ("batch", 40)}
    assert list(run["w/histogram"].columns["count"]) == [3, 3]
    assert run["one"].last == 1.0
