"""SummaryWriter, with what an interpreter without NumPy has: numbers, lists, buffers."""

from __future__ import annotations

import math
import random
from array import array
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog import SummaryWriter
from epochlog._histogram import growing_edges, histogram


def saved(writer: SummaryWriter) -> epochlog.SavedRun:
    writer.close()
    return epochlog.open_run(writer.get_logdir())


# ---------------------------------------------------------------- where it lies


@pytest.mark.parametrize(
    "log_dir, root_then, name",
    [
        ("runs/exp1", "runs", "exp1"),
        ("runs/fashion/exp1/", "runs/fashion", "exp1"),
        ("exp1", "exp1", "exp1"),
        (Path("runs") / "exp2", "runs", "exp2"),
    ],
)
def test_log_dir_is_the_root_and_the_name(root, log_dir, root_then: str, name: str) -> None:
    writer = SummaryWriter(log_dir)
    assert (writer.run.root, writer.run.name) == (root_then, name)
    assert Path(writer.get_logdir()).parent == Path(root_then)
    assert saved(writer).status == "Completed"


def test_without_log_dir_it_lies_where_other_runs_do(root) -> None:
    with SummaryWriter(comment="_lr0.1") as writer:
        assert (writer.run.root, writer.run.name) == (str(root), "lr0.1")
    with SummaryWriter() as writer:
        assert writer.run.root == str(root)


def test_logdir_is_another_word_for_log_dir(root) -> None:
    with SummaryWriter(logdir="runs/exp1") as writer:
        assert writer.run.root == "runs"


def test_name_and_options_of_run_count_before_log_dir(root) -> None:
    with SummaryWriter("runs/exp1", name="ridge", params={"alpha": 1.0}) as writer:
        pass
    run = epochlog.open_run(writer.get_logdir())
    assert (run.name, run.params) == ("ridge", {"alpha": 1.0})


def test_files_put_into_the_log_dir_lie_in_the_run(root) -> None:
    with SummaryWriter("runs/exp1") as writer:
        Path(writer.log_dir, "model.pt").write_bytes(b"weights")
    assert Path(epochlog.open_run(writer.get_logdir()).folder, "model.pt").exists()


# ------------------------------------------------------------------------- life


def test_an_exception_marks_the_run_failed(root) -> None:
    with pytest.raises(ZeroDivisionError):
        with SummaryWriter("runs/exp1") as writer:
            1 / 0
    run = epochlog.open_run(writer.get_logdir())
    assert (run.status, run.error_code) == ("Failed", "ZeroDivisionError")
    assert "1 / 0" in run.error_details


def test_what_is_added_after_close_is_added_to_the_same_run(root) -> None:
    writer = SummaryWriter("runs/exp1")
    writer.add_scalar("loss", 1.0, 0)
    writer.close()
    writer.add_scalar("loss", 0.5, 1)
    run = saved(writer)
    assert run["loss"].values.tolist() == [1.0, 0.5]
    assert len(epochlog.runs("runs")) == 1


def test_a_run_that_was_given_stays_open(root) -> None:
    with epochlog.Run("given") as run:
        with SummaryWriter(run=run) as writer:
            writer.add_scalar("loss", 1.0, 0)
        assert run.is_open
        assert writer.get_logdir() == run.folder
    assert epochlog.open_run(run.folder)["loss"].last == 1.0


def test_a_run_and_what_would_have_no_effect_beside_it(root) -> None:
    with epochlog.Run("given") as run, pytest.raises(TypeError, match="experiment"):
        SummaryWriter(run=run, experiment="other")


def test_purge_step_is_kept(root) -> None:
    assert saved(SummaryWriter("runs/a", purge_step=7)).properties == {"purge_step": "7"}


# ---------------------------------------------------------------------- numbers


class OneElement:
    """As an array or tensor of one element is."""

    ndim = 1

    def item(self) -> float:
        return 0.25


def test_scalars_with_their_steps(root) -> None:
    writer = SummaryWriter("runs/a")
    for step in (3, 5):
        writer.add_scalar("loss", step / 10, step, walltime=1.0, new_style=True)
    writer.add_scalar("loss", OneElement(), 7.0)
    writer.add_scalars("lr", {"body": 0.1, "head": OneElement()}, 2)
    run = saved(writer)
    assert run["loss"].steps.tolist() == [3, 5, 7]
    assert run["loss"].values.tolist() == [0.3, 0.5, 0.25]
    assert (run["lr/body"].last, run["lr/head"].last) == (0.1, 0.25)
    assert run["lr/head"].steps.tolist() == [2]


def test_a_step_that_is_not_given_is_counted(root) -> None:
    writer = SummaryWriter("runs/a")
    for value in (1.0, 2.0):
        writer.add_scalar("loss", value)
        writer.add_histogram("weights", [value])
    run = saved(writer)
    assert run["loss"].steps.tolist() == [0, 1]
    assert run["weights/quantiles"].columns["step"].tolist() == [0, 1]


def test_texts_and_tensors(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_text("sample", "a cat", 4)
    writer.add_tensor("direction", array("f", [1, 2, 3]))
    run = saved(writer)
    assert run["sample"].values == ["a cat"]
    assert run["direction"].values.tolist() == [1, 2, 3]


def test_hparams_of_one_run_and_of_several(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_hparams({"lr": 0.1, "optimizer": "sgd"}, {"hparam/accuracy": 0.9})
    writer.add_hparams({"lr": 0.2, "optimizer": "sgd"}, {"hparam/accuracy": 0.8})
    writer.add_hparams({"lr": 0.3}, {"hparam/accuracy": 0.7}, run_name="third")
    run = saved(writer)
    assert run.params == {"lr": 0.1, "optimizer": "sgd"}
    assert run["hparam/accuracy"].last == 0.9
    children = run.children()
    assert [child.params["lr"] for child in children] == [0.2, 0.3]
    assert [child["hparam/accuracy"].last for child in children] == [0.8, 0.7]
    assert children[1].name == "third"


def test_hparams_that_are_none(root) -> None:
    with SummaryWriter("runs/a") as writer, pytest.raises(TypeError, match="dict"):
        writer.add_hparams([("lr", 0.1)], {})  # type: ignore[arg-type]


# ------------------------------------------------------------------- histograms


def bins_of(values: list[float], edges: list[float]) -> dict[float, int]:
    """Counted one by one: {left edge: count}, the last bin with its right edge."""
    found: dict[float, int] = {}
    for value in values:
        for a, b in zip(edges, edges[1:]):
            if a <= value < b or (b == edges[-1] and value == b):
                found[a] = found.get(a, 0) + 1
    return found


def test_a_histogram_is_counted_exactly(root) -> None:
    dice = random.Random(7)
    values = [dice.gauss(0, 1) for _ in range(500)] + [0.0, 1e-12, -1e-12, 1e30]
    writer = SummaryWriter("runs/a")
    writer.add_histogram("weights", values, 3)
    run = saved(writer)
    table = {name: list(column) for name, column in run["weights/histogram"].columns.items()}
    assert set(table["step"]) == {3}
    assert sum(table["count"]) == len(values)
    assert dict(zip(table["left"], table["count"])) == bins_of(
        values, growing_edges(min(values), max(values))
    )
    assert all(a < b <= max(1.1 * a, 0.9 * a, 1e-12) for a, b in zip(table["left"], table["right"]))
    row = {name: column[0] for name, column in run["weights/quantiles"].columns.items()}
    ordered = sorted(values)
    assert (row["min"], row["max"]) == (ordered[0], ordered[-1])
    middle = (len(ordered) - 1) / 2
    assert row["median"] == pytest.approx(
        (ordered[math.floor(middle)] + ordered[math.ceil(middle)]) / 2
    )


def test_equal_bins_and_bins_of_ones_own() -> None:
    values = [0.0, 0.5, 1.0, 1.5, 2.0, 9.0]
    found = histogram(values, 3)
    assert (found.left, found.right, found.counts) == ([0.0, 6.0], [3.0, 9.0], [5, 1])
    found = histogram(values, [0, 1, 2])
    assert (found.left, found.counts) == ([0.0, 1.0], [2, 3])
    found = histogram(values, [0, 1, 2, 3, 4, 9], 2)
    assert (found.left, found.right, found.counts) == ([0.0, 3.0], [3.0, 9.0], [5, 1])
    assert histogram([4.0, 4.0], 2).counts == [2]


def test_what_is_not_finite_is_counted_too() -> None:
    found = histogram([1.0, math.nan, math.inf, math.nan, -math.inf])
    assert sum(found.counts) == 5
    named = dict(zip(map(str, found.left), found.counts))
    assert (named["nan"], named["inf"], named["-inf"]) == (2, 1, 1)
    assert found.quantiles["max"] == 1.0
    nothing = histogram([math.nan])
    assert nothing.counts == [1] and math.isnan(nothing.quantiles["median"])


@pytest.mark.parametrize("bins", [0, [1], [2, 1], []])
def test_bins_that_are_none(bins: Any) -> None:
    with pytest.raises(ValueError, match="bins"):
        histogram([1.0, 2.0], bins)


def test_a_histogram_of_no_value(root) -> None:
    with SummaryWriter("runs/a") as writer, pytest.raises(ValueError, match="empty"):
        writer.add_histogram("weights", [])


def test_a_histogram_that_was_counted_elsewhere(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_histogram_raw(
        "weights", 0.0, 4.0, 10, 20.0, 60.0, [1.0, 2.0, 3.0, 1e300], [0, 5, 0, 5], 2
    )
    run = saved(writer)
    columns = {name: list(column) for name, column in run["weights/histogram"].columns.items()}
    assert columns == {"step": [2, 2], "left": [1.0, 3.0], "right": [2.0, 4.0], "count": [5, 5]}
    row = {name: column[0] for name, column in run["weights/quantiles"].columns.items()}
    assert (row["p25"], row["median"], row["p75"]) == (1.5, 2.0, 3.5)


def test_buckets_that_do_not_match(root) -> None:
    with SummaryWriter("runs/a") as writer, pytest.raises(ValueError, match="2 bucket_limits"):
        writer.add_histogram_raw("w", 0, 1, 1, 1, 1, [0.5, 1], [1])


# ------------------------------------------------------------------ evaluations


def test_a_pr_curve_is_an_evaluation(root) -> None:
    labels, scores = [0, 1, 1, 0], [0.1, 0.8, 0.3, 0.4]
    writer = SummaryWriter("runs/a")
    writer.add_pr_curve("cats", labels, scores, 5)
    writer.add_pr_curve("dogs", array("b", labels), array("f", scores), weights=[1, 2, 1, 1])
    run = saved(writer)
    assert set(run.evaluations) == {"cats/5", "dogs"}
    cats = run.evaluations["cats/5"]
    assert list(cats.true_class) == labels
    assert list(cats.scores[1]) == scores
    assert list(run.evaluations["dogs"].weights) == [1, 2, 1, 1]


def test_a_pr_curve_of_one_class(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_pr_curve("cats", [1, 1], [0.5, 0.6])
    assert list(saved(writer).evaluations["cats"].true_class) == [1, 1]


def test_a_pr_curve_by_its_points(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_pr_curve_raw(
        "c", [4, 2, 0], [6, 1, 0], [0, 5, 6], [0, 2, 4], [0.4, 0.67, 1], [1, 0.5, 0]
    )
    run = saved(writer)
    assert run["c"].columns["recall"].tolist() == [1, 0.5, 0]
    assert run["c/counts"].columns["threshold"].tolist() == [0, 0.5, 1]
    assert run["c/counts"].columns["false_negative"].tolist() == [0, 2, 4]
