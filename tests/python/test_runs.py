"""Runs found below a root: listed, opened by what a user types, the best of them."""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog._saved import best, open_run, runs


def made(
    name: str, values: Any = (), metric: str = "loss", goal: str | None = None, **options: Any
) -> str:
    """A run that has ended, with one metric; its id."""
    with epochlog.Run(name, **options) as run:
        if goal:
            run.define(metric, goal=goal)
        for value in values:
            run.log(metric, value)
    return run.id


def ids(found: list[Any]) -> list[str]:
    return [run.id for run in found]


# ------------------------------------------------------------------- opening


def test_a_run_is_opened_by_folder_log_id_name_and_beginning(root: Path) -> None:
    run_id = made("ridge", [1.0])
    folder = root / run_id
    [log] = folder.glob("*.elog")
    for text in (folder, str(folder), os.path.relpath(folder), run_id, "ridge", "ri", run_id[:17]):
        assert open_run(text).id == run_id
        assert open_run(text).path == str(folder)
    alone = open_run(log)
    assert (alone.id, alone.path, alone.folder) == (run_id, str(log), str(folder))
    assert open_run("ridge", root=root).id == run_id


def test_a_run_that_is_missing_is_file_not_found(root: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="outputs") as caught:
        open_run("ridge")
    assert caught.value.filename == str(root)
    made("ridge")
    (tmp_path / "empty").mkdir()
    for text in ("lasso", "nowhere/at/all", tmp_path / "empty", tmp_path / "none.elog"):
        with pytest.raises(FileNotFoundError, match="no such run|without a log"):
            open_run(text)


def test_what_is_no_run_is_a_value_error(root: Path, tmp_path: Path) -> None:
    made("ridge")
    made("ridge")
    (tmp_path / "text.elog").write_text("Dear diary, " * 20)
    with pytest.raises(ValueError, match='"ridge" is 2 runs: '):
        open_run("ridge")
    with pytest.raises(ValueError, match="name is empty"):
        open_run("")
    with pytest.raises(ValueError, match=r"text\.elog: byte 0: not an epochlog log"):
        open_run(tmp_path / "text.elog")
    with pytest.raises(ValueError, match="null byte"):
        open_run("a\0b")
    with pytest.raises(TypeError):
        open_run(3)  # type: ignore[arg-type]


def test_a_run_stays_where_it_was_found(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made("ridge", [1.0, 2.0])
    monkeypatch.setenv("EPOCHLOG_DIR", "outputs")
    run, [listed] = open_run("ridge"), runs()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run["loss"].values.tolist() == listed["loss"].values.tolist() == [1.0, 2.0]


def test_names_of_every_script(root: Path) -> None:
    run_id = made("größe 模型", [1.0], metric="потеря")
    run = open_run("größe")
    assert (run.id, run.name, run.metrics) == (run_id, "größe 模型", ["потеря"])


# ------------------------------------------------------------------- listing


def test_runs_come_newest_first(root: Path) -> None:
    for day, name in ((2, "b"), (3, "c"), (1, "a")):
        made(name, run_id=f"2026010{day}-000000-{name}-000000")
    assert [run.name for run in runs()] == ["c", "b", "a"]
    assert [run.name for run in runs(root)] == ["c", "b", "a"]


def test_an_empty_root_has_no_runs_and_a_missing_one_is_an_error(root: Path) -> None:
    with pytest.raises(FileNotFoundError, match="cannot be opened"):
        runs()
    root.mkdir()
    (root / "no run").mkdir()
    assert runs() == []


def test_runs_are_filtered(root: Path) -> None:
    a = made("a", experiment="one", tags={"stage": "final", "good": None})
    b = made("b", experiment="two", tags={"stage": "draft"}, parent=a)
    with pytest.raises(RuntimeError), epochlog.Run("c", experiment="two", parent=a) as failed:
        raise RuntimeError
    c = failed.id
    with epochlog.Run("a") as goes_on:
        d = goes_on.id
        for found, wanted in (
            (runs(experiment="two"), {b, c}),
            (runs(experiment="tw"), set()),
            (runs(status="Failed"), {c}),
            (runs(status=["Failed", "Running"]), {c, d}),
            (runs(name="a"), {a, d}),
            (runs(name="a", status="Completed"), {a}),
            (runs(tags="stage"), {a, b}),
            (runs(tags=["stage", "good"]), {a}),
            (runs(tags={"stage": "draft"}), {b}),
            (runs(tags={"stage": None, "good": None}), {a}),
            (runs(tags={"good": "x"}), set()),
            (runs(parent=a), {b, c}),
            (runs(parent=open_run(a)), {b, c}),
            (runs(parent=goes_on), set()),
            (runs(parent=""), {a, d}),
        ):
            assert set(ids(found)) == wanted
    with pytest.raises(ValueError, match="status 'Done' is none of Running, Completed"):
        runs(status="Done")


def test_a_run_that_cannot_be_read_is_told_and_left_out(root: Path) -> None:
    a, b = made("a", [1.0]), made("b", [1.0])
    [log] = (root / a).glob("*.elog")
    log.write_bytes(b"\0" * 100)
    with pytest.warns(RuntimeWarning, match=f"{a}.*not an epochlog log; the run is left out"):
        found = runs()
    assert ids(found) == [b]


def test_a_listed_run_is_read_whole_when_its_points_are_asked_for(root: Path) -> None:
    with epochlog.Run("r") as run:
        run.log("x", 1)
        run.log("word", "a")
        run.log_row("rows", a=1)
        run.log_classification([0, 1], [0.1, 0.9])
        run.add_data("f", b"")
    for ask, answer in (
        (lambda run: run["word"].last, "a"),
        (lambda run: "rows" in run, True),
        (lambda run: run.metrics, ["x", "word", "rows"]),
        (lambda run: list(run.evaluations), ["test"]),
        (lambda run: run["x"].steps.tolist(), [0]),
        (lambda run: run.get_metrics("rows"), {"rows": {"a": 1}}),
    ):
        [listed] = runs()
        assert listed._data.is_summary and listed["x"].last == 1 and len(listed.files) == 1
        assert listed._data.is_summary
        assert ask(listed) == answer
        assert not listed._data.is_summary


# ---------------------------------------------------------------------- best


def test_best_takes_the_best_value_of_all_steps(root: Path) -> None:
    low = made("low", [0.5, 0.1, 0.9])
    made("steady", [0.3, 0.2])
    high = made("high", [0.4, 2.0, 0.3])
    assert best("loss").id == low
    assert best("loss", goal="max").id == high
    assert best("loss", root).id == low
    assert best("loss", goal="min", name="steady").name == "steady"


@pytest.mark.parametrize(
    ("metric", "wins"),
    [
        ("val/accuracy", "high"),
        ("RMSE", "low"),
        ("roc_auc", "high"),
        ("Mean Error", "low"),
        ("f1", "high"),
    ],
)
def test_best_guesses_from_the_name(root: Path, metric: str, wins: str) -> None:
    made("low", [1.0], metric)
    made("high", [2.0], metric)
    assert best(metric).name == wins


def test_what_was_logged_as_goal_goes_before_the_name(root: Path) -> None:
    made("low", [1], "loss")
    made("high", [2], "loss", goal="max")
    assert best("loss").name == "high"
    made("odd", [3], "loss", goal="min")
    with pytest.raises(ValueError, match="some runs minimize 'loss' and some maximize it"):
        best("loss")
    assert best("loss", goal="min").name == "low"


def test_a_goal_that_nobody_knows_is_asked_for(root: Path) -> None:
    made("a", [1.0], "height")
    with pytest.raises(ValueError, match="give goal='min' or goal='max'"):
        best("height")
    assert best("height", goal="max").name == "a"
    with pytest.raises(ValueError, match="goal is 'upwards'"):
        best("height", goal="upwards")


def test_of_equals_the_earliest_wins(root: Path) -> None:
    first = made("b", [1.0], run_id="z")  # by its folder's name the last
    made("a", [1.0], run_id="a")
    made("c", [1.0], run_id="m")
    assert best("loss").id == first


def test_what_is_not_finite_never_wins(root: Path) -> None:
    made("nan", [math.nan, math.nan])
    made("diverged", [-math.inf, 5.0])
    good = made("good", [math.nan, 0.5])
    made("other", [0.1], "accuracy")
    made("text", ["a"], "loss")
    assert best("loss").id == good
    assert best("loss", goal="max").name == "diverged"


def test_best_of_integers_and_truth_values(root: Path) -> None:
    made("a", [2**53, 2**53 + 1], "n", goal="max")
    made("b", [2**53 + 2], "n")
    assert best("n").name == "b"
    made("no", [False], "ok", goal="max")
    made("yes", [True], "ok")
    assert best("ok").name == "yes"


def test_a_metric_that_no_run_has(root: Path) -> None:
    made("a", [1.0], "val/accuracy")
    with pytest.raises(
        KeyError, match="no run of 1 has a metric 'val/acuracy'; did you mean 'val/accuracy'"
    ):
        best("val/acuracy")
    with pytest.raises(KeyError, match=r"no run of 0 has a metric 'val/accuracy'\"$"):
        best("val/accuracy", status="Failed")
    made("b", [math.nan])
    with pytest.raises(ValueError, match="'loss' has no finite value in 1 runs"):
        best("loss")


# -------------------------------------------------------------------- report


def test_a_saved_run_makes_its_report(root: Path, tmp_path: Path) -> None:
    from epochlog import _command

    try:
        _command.path()
    except FileNotFoundError:
        pytest.skip("no command here")
    run = open_run(made("ridge", [1.0, 0.5]))
    page = run.report()
    assert page == str(Path(run.path, "report", "report.html"))
    assert "ridge" in Path(page).read_text()
    [log] = Path(run.path).glob("*.elog")
    shutil.copy(log, tmp_path / "alone.elog")
    alone = open_run(tmp_path / "alone.elog")
    assert alone.report() == str(tmp_path / "report" / "report.html")
    assert alone.report(tmp_path / "out", options=["--theme", "dark"]) == str(
        tmp_path / "out/report.html"
    )
    with pytest.raises(RuntimeError, match="unknown option '--nope'"):
        run.report(options=["--nope"])
