"""Columns of data frames, of pandas and of polars, in and out."""

from __future__ import annotations

from typing import Any

import pytest

pd = pytest.importorskip("pandas")
np = pytest.importorskip("numpy")
datasets = pytest.importorskip("sklearn.datasets")

import epochlog  # noqa: E402


@pytest.fixture
def frame() -> Any:
    """Wines, a truth and a prediction, in an order of their own."""
    bunch = datasets.load_wine(as_frame=True)
    frame = bunch.frame.sample(frac=1, random_state=1)
    frame["name"] = frame["target"].map(dict(enumerate(bunch.target_names)))
    return frame


def test_columns_as_labels_scores_and_weights(root, frame) -> None:
    scores = pd.get_dummies(frame["target"], dtype=float)
    with epochlog.Run("a") as run:
        run.log_classification(frame["target"], scores, weights=frame["ash"], name="numbers")
        run.log_classification(
            frame["name"],
            scores.to_numpy(),
            classes=pd.Index(sorted(set(frame["name"]))),
            name="texts",
        )
    read = epochlog.open_run(run.folder)
    for evaluation in read.evaluations.values():
        assert list(evaluation.true_class) == list(frame["target"])
        assert [list(column) for column in evaluation.scores] == [list(scores[c]) for c in scores]
    assert list(read.evaluations["numbers"].weights) == list(frame["ash"])


@pytest.mark.parametrize("kind", ["category", "string", "object"])
def test_labels_of_every_kind(root, frame, kind: str) -> None:
    labels = frame["name"].astype(kind)
    with epochlog.Run("a") as run:
        run.log_classification(labels, predicted=labels[::-1])
    test = epochlog.open_run(run.folder).evaluations["test"]
    assert [test.classes[i] for i in test.true_class] == list(frame["name"])
    assert [test.classes[i] for i in test.predicted_class] == list(frame["name"])[::-1]


@pytest.mark.parametrize(
    "kind", ["float64", "float32", "int64", "Int64", "Float64", "double[pyarrow]"]
)
def test_numbers_of_every_kind(root, frame, kind: str) -> None:
    if "pyarrow" in kind:
        pytest.importorskip("pyarrow")
    column = frame["proline"].astype(kind)
    with epochlog.Run("a") as run:
        run.log_regression(column, column * 2, target="proline")
    test = epochlog.open_run(run.folder).evaluations["test"]
    assert list(test.true_value) == list(frame["proline"])
    assert list(test.predicted) == list(frame["proline"] * 2)


def test_a_missing_label_is_an_error(root) -> None:
    for labels in (
        pd.Series([1.0, None]),
        pd.Series(["a", None]),
        pd.Series([1, None], dtype="Int64"),
    ):
        with epochlog.Run("a") as run, pytest.raises((ValueError, TypeError)):
            run.log_classification(labels, [0.1, 0.2])


def test_a_frame_is_a_table_and_rows_are_rows(root, frame) -> None:
    head = frame[["alcohol", "target", "name"]].head(3)
    with epochlog.Run("a") as run:
        run.log_table("table", head)
        for _, row in head.iterrows():
            run.log_row("rows", row.to_dict())
        run.log_params(head.iloc[0].to_dict())
        run.log(head.iloc[0][["alcohol", "target"]].to_dict(), 0)
    read = epochlog.open_run(run.folder)
    for name in ("table", "rows"):
        assert list(read[name].columns["alcohol"]) == list(head["alcohol"])
        assert read[name].columns["name"] == list(head["name"])
    assert read.params["name"] == head.iloc[0]["name"]
    assert read["alcohol"].last == head.iloc[0]["alcohol"]


def test_a_run_is_a_frame(root) -> None:
    pytest.importorskip("pyarrow")
    with epochlog.Run("a") as run:
        for step in range(3):
            run.log({"loss": 1 / (step + 1), "right": step}, step)
        run.log_text("note", "done", 2)
    read = epochlog.open_run(run.folder)
    table = pd.DataFrame.from_arrow(read)
    assert list(table.columns) == ["metric", "step", "time", "value", "text"]
    losses = table[table["metric"] == "loss"]
    assert list(losses["step"]) == [0, 1, 2]
    assert list(losses["value"]) == [1, 0.5, 1 / 3]
    assert str(losses["time"].dt.tz) == "UTC"
    assert list(table[table["metric"] == "note"]["text"]) == ["done"]


def test_columns_of_polars(root, frame) -> None:
    pl = pytest.importorskip("polars")
    wines = pl.DataFrame({name: frame[name].to_numpy() for name in ("target", "ash")})
    wines = wines.with_columns(pl.Series("name", list(frame["name"])))
    with epochlog.Run("a") as run:
        run.log_classification(wines["name"], predicted=wines["name"], weights=wines["ash"])
        run.log_regression(wines["target"], wines["ash"], name="numbers")
        run.log_table("table", wines.head(3).to_dict())
        run.log_list("list", wines["ash"].head(4))
    read = epochlog.open_run(run.folder)
    test = read.evaluations["test"]
    assert [test.classes[i] for i in test.true_class] == list(frame["name"])
    assert list(test.weights) == list(frame["ash"])
    assert list(read.evaluations["numbers"].true_value) == list(frame["target"])
    assert list(read["list"].values) == list(frame["ash"][:4])
    points = pl.DataFrame(read["table"])
    assert points.columns == ["target", "ash", "name"]
