"""A run that was read: what it tells, and its metrics in the shapes that are promised."""

from __future__ import annotations

import array
import gc
import hashlib
import json
import math
import os
import pickle
import re
import signal
import struct
import subprocess
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable

import pytest

import epochlog
from epochlog import _command, _native, _saved

Python = Callable[..., "subprocess.CompletedProcess[str]"]


def log_everything() -> epochlog.Run:
    """A run with something of each kind, ended."""
    with epochlog.Run(
        "ridge",
        params={"alpha": 0.5, "depth": 3, "fast": True, "solver": "svd"},
        tags={"stage": "final", "kept": None},
        experiment="diabetes",
        description="A *small* model.",
    ) as run:
        run.define("loss", unit="nats", description="of the training set", goal="min")
        for step in range(5):
            run.log("loss", 1 / (step + 1), step=10 * step)
        run.log("once", 0.25)
        run.log({"n": 7, "ok": True})
        run.log({"n": 9, "ok": False})
        run.log("note", "first")
        run.log("note", "söcond")
        run.log("word", "alone")
        run.log_list("fibonacci", [1, 1, 2, 3, 5])
        run.log_list("one item", [4.5])
        run.log_list("no item", [])
        run.log_list("words", ["a", None, "c"])
        run.log_row("one row", x=1, y="a")
        run.log_row("rows", x=1, y=0.5)
        run.log_row("rows", x=2, z=True)
        run.log_table("table", {"x": [1.5, math.nan], "y": [1, 2]})
        run.log_table("table of one", {"x": [1.5], "y": ["b"]})
        run.set_property("fixed", "so")
        run.log_environment("library.numpy", "1.26.4")
        run.log_markdown("remark", "It *works*.")
        run.add_data("model.bin", b"abc", role="model")
    return run


SHAPES = {
    "loss": [1.0, 0.5, 1 / 3, 0.25, 0.2],
    "once": 0.25,
    "n": [7, 9],
    "ok": [True, False],
    "note": ["first", "söcond"],
    "word": "alone",
    "fibonacci": [1, 1, 2, 3, 5],
    "one item": 4.5,
    "no item": [],
    "words": ["a", None, "c"],
    "one row": {"x": 1, "y": "a"},
    "rows": {"x": [1, 2], "y": [0.5, None], "z": [None, True]},
    "table": {"x": [1.5, math.nan], "y": [1, 2]},
    "table of one": {"x": 1.5, "y": "b"},
}


def same(left: Any, right: Any) -> bool:
    """Equal in value and type, NaN to NaN."""
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, float) and left != left:
        return right != right
    return type(left) is type(right) and bool(left == right)


# --------------------------------------------------------------- get_metrics


def test_get_metrics_has_the_shapes_of_azure(root: Path) -> None:
    metrics = _saved.open_run(log_everything().id).get_metrics()
    assert list(metrics) == list(SHAPES)
    for name, value in SHAPES.items():
        assert same(metrics[name], value), name


def test_get_metrics_of_a_name_has_that_one_alone(root: Path) -> None:
    run = _saved.open_run(log_everything().id)
    assert run.get_metrics("n") == {"n": [7, 9]}
    assert run.get_metrics("nothing of that name") == {}


def test_get_metrics_is_what_the_command_prints(root: Path) -> None:
    try:
        command = _command.path()
    except FileNotFoundError:
        pytest.skip("no command here")
    run = _saved.open_run(log_everything().id)
    printed = subprocess.run([command, "metrics", run.path], capture_output=True, check=True)
    metrics = run.get_metrics()
    metrics["table"]["x"][1] = "NaN"  # JSON has no word for it
    assert same(json.loads(printed.stdout), metrics)


def test_scalars_come_in_order_of_step(root: Path) -> None:
    with epochlog.Run("r") as run:
        for step in (3, 1, 2, 1):
            run.log("x", 10 * step, step=step)
    saved = _saved.open_run(run.folder)
    assert saved["x"].steps.tolist() == [1, 1, 2, 3]
    assert saved.get_metrics("x") == {"x": [10, 10, 20, 30]}
    assert (saved["x"].first, saved["x"].last, saved["x"].last_step) == (30, 10, 1)


def test_get_metrics_of_a_family_is_by_id_and_leaves_out_who_has_none(root: Path) -> None:
    with epochlog.Run("parent") as parent:
        parent.log("x", 1)
        with parent.child("a") as a:
            a.log("x", 2)
            with a.child("b") as b:
                b.log("y", 3)
        parent.child("without").complete()
    with epochlog.Run("stranger") as stranger:
        stranger.log("x", 9)
    saved = _saved.open_run(parent.folder)
    assert saved.get_metrics(recursive=True) == {
        parent.id: {"x": 1},
        a.id: {"x": 2},
        b.id: {"y": 3},
    }
    assert saved.get_metrics("y", recursive=True) == {b.id: {"y": 3}}
    assert [run.name for run in saved.children()] == ["a", "without"]
    assert [run.name for run in saved.children(recursive=True)] == ["a", "b", "without"]


def test_parents_in_a_circle_end(root: Path) -> None:
    epochlog.Run("a", run_id="a", parent="b").complete()
    epochlog.Run("b", run_id="b", parent="a").complete()
    assert [run.id for run in _saved.open_run("a").children(recursive=True)] == ["b"]


# -------------------------------------------------------------------- series


def test_a_series_is_its_points(root: Path) -> None:
    before = datetime.now(timezone.utc).timestamp()
    series = _saved.open_run(log_everything().id)["loss"]
    assert (series.kind, series.type, series.unit, series.goal) == (
        "scalar",
        "float",
        "nats",
        "min",
    )
    assert series.description == "of the training set"
    assert len(series) == 5
    assert series.steps.tolist() == [0, 10, 20, 30, 40]
    assert series.values.tolist() == SHAPES["loss"]
    assert (series.first, series.last, series.min, series.max) == (1.0, 0.2, 0.2, 1.0)
    assert (series.steps.itemsize, series.values.format, series.times.format) == (8, "d", "d")
    times = series.times.tolist()
    assert times == sorted(times) and before - 1 < times[0] <= times[-1] < before + 60


def test_values_have_the_type_they_were_logged_with(root: Path) -> None:
    run = _saved.open_run(log_everything().id)
    assert run["n"].type == "integer" and run["n"].values.tolist() == [7, 9]
    assert run["ok"].type == "bool" and run["ok"].values.tolist() == [1, 0]
    assert struct.calcsize(run["n"].values.format) == 8
    assert run["note"].type == "text" and run["note"].values == ["first", "söcond"]
    assert run["ok"].last is False and run["ok"].max is True
    assert type(run["n"].last) is int and type(run["once"].last) is float
    assert (run["note"].first, run["note"].last) == ("first", "söcond")
    assert run["note"].min is None and run["note"].max is None


def test_integers_of_64_bits_stay_exact(root: Path) -> None:
    numbers = [2**63 - 1, -(2**63) + 1, 2**53 + 1]
    with epochlog.Run("r") as run:
        for number in numbers:
            run.log("x", number)
    series = _saved.open_run(run.folder)["x"]
    assert series.values.tolist() == numbers
    assert (series.max, series.min, series.last) == (numbers[0], numbers[1], numbers[2])


def test_what_is_not_finite_is_data_but_no_extreme(root: Path) -> None:
    values = [math.nan, 1.0, math.inf, -2.0, -math.inf, math.nan]
    with epochlog.Run("r") as run:
        for value in values:
            run.log("x", value)
            run.log("none", math.nan)
    for whole in (False, True):
        series = _saved.open_run(run.folder)["x"]
        if whole:
            assert same(series.values.tolist(), values)
        assert (series.min, series.max) == (-2.0, 1.0)
        assert math.isnan(series.first) and math.isnan(series.last)
        assert (series.nan_count, series.infinite_count) == (2, 2)
    none = _saved.open_run(run.folder)["none"]
    assert math.isnan(none.min) and math.isnan(none.max) and none.nan_count == 6


def test_columns_of_rows_tables_and_lists(root: Path) -> None:
    run = _saved.open_run(log_everything().id)
    rows = run["rows"]
    assert (rows.kind, len(rows)) == ("row", 2)
    assert list(rows.columns) == ["x", "y", "z"]
    assert rows.columns["x"].tolist() == [1, 2]
    assert same(rows.columns["y"].tolist(), [0.5, math.nan])
    assert rows.columns["z"] == [None, True]
    assert run["table"].kind == "table" and run["table"].columns["y"].tolist() == [1, 2]
    words = run["words"]
    assert (words.kind, words.type, words.values, words.last) == (
        "list",
        "text",
        ["a", None, "c"],
        "c",
    )
    fibonacci = run["fibonacci"]
    assert fibonacci.type == "integer" and fibonacci.values.tolist() == [1, 1, 2, 3, 5]
    assert (fibonacci.first, fibonacci.last, fibonacci.min, fibonacci.max) == (1, 5, 1, 5)
    assert len(run["no item"]) == 0 and run["no item"].last is None


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("rows", "steps"),
        ("rows", "times"),
        ("rows", "values"),
        ("rows", "last"),
        ("loss", "columns"),
    ],
)
def test_what_a_metric_has_not_is_told(root: Path, name: str, attribute: str) -> None:
    series = _saved.open_run(log_everything().id)[name]
    with pytest.raises(AttributeError, match=f"metric '{name}' is a "):
        getattr(series, attribute)


def test_an_unknown_metric_is_a_key_error_with_the_nearest_name(root: Path) -> None:
    run = _saved.open_run(log_everything().id)
    with pytest.raises(KeyError, match="has no metric 'fibonaci'; did you mean 'fibonacci'"):
        run["fibonaci"]
    with pytest.raises(KeyError, match=r"has no metric 'quite another'\"$"):
        run["quite another"]
    assert "loss" in run and "table" in run and "los" not in run and 3 not in run
    assert list(run) == run.metrics == list(SHAPES) and len(run) == len(SHAPES)


# -------------------------------------------------------------------- memory


def test_arrays_outlive_their_run(root: Path) -> None:
    run = log_everything()
    arrays = [_saved.open_run(run.folder)["loss"].values for _ in range(3)]
    times = _saved.open_run(run.folder)["loss"].times
    column = _saved.open_run(run.folder)["table"].columns["y"]
    gc.collect()
    assert all(values.tolist() == SHAPES["loss"] for values in arrays)
    assert len(times) == 5 and column.tolist() == [1, 2]


def test_arrays_cannot_be_written(root: Path) -> None:
    values = _saved.open_run(log_everything().id)["loss"].values
    assert values.readonly and values.contiguous and values.c_contiguous
    with pytest.raises(TypeError):
        values[0] = 2.0
    assert array.array("d", values).tolist() == SHAPES["loss"]
    assert bytes(values) == struct.pack("5d", *SHAPES["loss"])


def test_summaries_hold_no_file_open(root: Path) -> None:
    for _ in range(20):
        log_everything()
    before = len(os.listdir("/proc/self/fd"))
    kept = _saved.runs()
    assert len(kept) == 20 and [run["loss"].last for run in kept] == [0.2] * 20
    assert len(os.listdir("/proc/self/fd")) == before


def test_points_that_were_read_hold_no_file_open(root: Path) -> None:
    for _ in range(20):
        log_everything()
    before = len(os.listdir("/proc/self/fd"))
    kept = [(run, run["loss"].values, run.evaluations) for run in _saved.runs()]
    assert len(os.listdir("/proc/self/fd")) == before
    assert all(run.get_metrics("n") == {"n": [7, 9]} for run, _, _ in kept)
    assert all(run._repr_html_() for run, _, _ in kept)


# --------------------------------------------------------------------- facts


def test_facts_come_back_as_they_were_logged(root: Path) -> None:
    began = datetime.now(timezone.utc)
    logged = log_everything()
    run = _saved.open_run("ridge")
    assert run.path == os.path.abspath(logged.folder) and run.folder == run.path
    assert (run.id, run.name, run.experiment) == (logged.id, "ridge", "diabetes")
    assert (run.parent_id, run.description, run.status) == ("", "A *small* model.", "Completed")
    assert same(run.params, {"alpha": 0.5, "depth": 3, "fast": True, "solver": "svd"})
    assert run.tags == {"stage": "final", "kept": None}
    assert run.properties == {"fixed": "so"}
    assert run.environment["library.numpy"] == "1.26.4"
    assert (run.rank, run.world_size) == (0, 1)
    assert run.start is not None and run.end is not None
    assert began - timedelta(seconds=1) < run.start <= run.end < began + timedelta(seconds=60)
    assert run.duration == pytest.approx((run.end - run.start).total_seconds(), abs=2e-6)
    assert run.error_code == run.error_message == run.error_details == ""
    assert run.command and run.host and run.working_folder
    assert run.warnings == [] and run.losses == []
    assert repr(run) == f"<epochlog.SavedRun {run.id}: Completed>"
    [log] = run.logs
    assert log.is_finished and not log.is_damaged and log.size == log.whole and log.skipped == ()
    assert (log.rank, log.pid, log.host) == (0, os.getpid(), run.host)


def test_files_and_texts(root: Path) -> None:
    run = _saved.open_run(log_everything().id)
    [file] = run.files
    assert file[:2] == ("files/model.bin", 3) and file.role == "model"
    assert file.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert Path(run.path, file.path).read_bytes() == b"abc"
    assert run.documents == [("remark", "markdown", "It *works*.")]


def test_images(root: Path) -> None:
    with epochlog.Run("r") as run:
        pixels = memoryview(bytes([0, 255, 255, 0, 9, 9])).cast("B", [3, 2])
        run.log_image("picture", pixels, step=4, caption="a <b>")
        run.log_image("stepless", pixels)
    first, second = _saved.open_run(run.folder).images
    assert (first.name, first.step, first.width, first.height, first.caption) == (
        "picture",
        4,
        2,
        3,
        "a <b>",
    )
    assert Path(run.folder, first.path).read_bytes().startswith(b"\x89PNG")
    assert second.name == "stepless" and second.step == 0 and second.caption == ""


def test_what_a_caller_does_to_a_dict_stays_his(root: Path) -> None:
    run = _saved.open_run(log_everything().id)
    run.params["alpha"] = run.tags["new"] = 9
    run.metrics.clear()
    run.files.clear()
    assert run.params["alpha"] == 0.5 and "new" not in run.tags and run.metrics and run.files
    with pytest.raises(AttributeError):
        run.status = "Failed"


def test_a_failed_run_tells_why(root: Path) -> None:
    with pytest.raises(ZeroDivisionError), epochlog.Run("r") as run:
        run.log("x", 1)
        1 / 0  # noqa: B018
    saved = _saved.open_run(run.folder)
    assert (saved.status, saved.error_code, saved.error_message) == (
        "Failed",
        "ZeroDivisionError",
        "division by zero",
    )
    assert "1 / 0" in saved.error_details


# --------------------------------------------------------------- evaluations


def test_a_classification_comes_back(root: Path) -> None:
    with epochlog.Run("r") as run:
        run.log_classification(
            ["cat", "dog", "cat"],
            [[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]],
            classes=["cat", "dog"],
            weights=[1, 2, 3],
            ids=[7, 8, 9],
        )
        run.log_classification([1, 0], [0.25, 0.5], name="binary")
    found = _saved.open_run(run.folder).evaluations
    test = found["test"]
    assert (test.type, test.count, len(test), test.classes) == (
        "classification",
        3,
        3,
        ("cat", "dog"),
    )
    assert test.true_class.tolist() == [0, 1, 0] and test.true_class.itemsize == 4
    assert [scores.tolist() for scores in test.scores] == [[0.75, 0.5, 0.125], [0.25, 0.5, 0.875]]
    assert test.weights.tolist() == [1, 2, 3] and test.ids.tolist() == [7, 8, 9]
    assert test.predicted_class is None and not test.binary_scores and test.features is None
    binary = found["binary"]
    assert binary.binary_scores and binary.scores[1].tolist() == [0.25, 0.5]
    assert binary.scores[0].tolist() == [0.75, 0.5]


def test_a_regression_and_an_importance_come_back(root: Path) -> None:
    with epochlog.Run("r") as run:
        run.log_regression([1, 2], [1.5, 2.5], lower=[0, 1], upper=[2, 3], level=0.9, target="mm")
        run.log_regression([1, 2], [1.5, 2.5], name="plain")
        run.log_importance({"age": 0.5, "bmi": -0.25}, method="coefficient")
    found = _saved.open_run(run.folder).evaluations
    test = found["test"]
    assert (test.type, test.interval_level, test.target) == ("regression", 0.9, "mm")
    assert test.true_value.tolist() == [1, 2] and test.predicted.tolist() == [1.5, 2.5]
    assert test.lower.tolist() == [0, 1] and test.upper.tolist() == [2, 3]
    assert found["plain"].interval_level is None and found["plain"].lower is None
    importance = found["importance"]
    assert importance.features == ("age", "bmi") and importance.overall.tolist() == [0.5, -0.25]
    assert importance.method == "coefficient" and importance.deviation is None


# ----------------------------------------------------------- open and killed


def test_a_run_is_read_while_it_is_logged(root: Path) -> None:
    run = epochlog.Run("r")
    run.log("x", 1)
    first = _saved.open_run(run.folder)
    run.log("x", 2)
    second = _saved.open_run(run.folder)
    run.complete()
    assert (first.status, first.end, first["x"].values.tolist()) == ("Running", None, [1])
    assert second["x"].values.tolist() == [1, 2] and second.duration > 0
    assert first["x"].last == 1 and _saved.open_run(run.folder).status == "Completed"


def test_a_killed_run_has_every_point_that_returned(root: Path, python: Python) -> None:
    done = python(
        "import epochlog, os, signal\n"
        "run = epochlog.Run('killed')\n"
        "for i in range(1000): run.log('x', i)\n"
        "run.log('word', 'last')\n"
        "print(run.folder, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n",
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    run = _saved.open_run(done.stdout.strip())
    assert (run.status, run.end) == ("NotResponding", None)
    assert run["x"].values.tolist() == list(range(1000))
    assert run["word"].last == "last" and not run.logs[0].is_finished


def test_points_of_a_listed_run_whose_files_are_gone_are_an_error(root: Path) -> None:
    run = log_everything()
    [listed] = _saved.runs()
    for file in Path(run.folder).glob("*.elog"):
        file.unlink()
    assert listed["loss"].last == 0.2
    with pytest.raises(FileNotFoundError):
        listed["loss"].values


def test_a_run_is_read_by_one_thread_while_another_logs(root: Path) -> None:
    run = epochlog.Run("r")
    run.log("x", 0)
    lengths: list[int] = []
    problems: list[object] = []

    def read() -> None:
        while not lengths or lengths[-1] < 100_000:
            saved = _saved.open_run(run.folder)
            values = saved["x"].values.tolist()
            if values != list(range(len(values))) or saved.warnings:
                problems.append((len(values), saved.warnings))
            lengths.append(len(values))

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(1, 100_000):
        run.log("x", i)
    reader.join(60)
    run.complete()
    assert problems == [] and lengths == sorted(lengths) and lengths[-1] == 100_000


# ------------------------------------------------------------------ elsewhere


def test_runs_and_series_are_read_again_where_they_are_sent(root: Path) -> None:
    run = _saved.open_run(log_everything().id)
    series = run["loss"]
    assert series.values.tolist() == SHAPES["loss"]
    there, loss = pickle.loads(pickle.dumps((run, series)))
    assert (there.path, loss.name, loss.values.tolist()) == (run.path, "loss", SHAPES["loss"])


def test_a_list_of_truth_values_has_its_extremes_too(root: Path) -> None:
    with epochlog.Run("r") as run:
        run.log_list("flags", [True, False])
    flags = _saved.open_run(run.folder)["flags"]
    assert (flags.first, flags.last, flags.min, flags.max) == (True, False, False, True)
    assert type(flags.first) is bool and flags.type == "bool"


# ------------------------------------------------------------------- native


def test_reading_lets_other_threads_go_on(root: Path, python: Python) -> None:
    """A thread counts while another opens a run of some size."""
    with epochlog.Run("r") as run:
        for i in range(300_000):
            run.log("x", math.sin(i))
    done = python(
        "import sys, threading, time\n"
        "from epochlog import _native\n"
        "sys.setswitchinterval(1000)\n"  # nobody is made to yield
        "ready, done, ticks = threading.Event(), threading.Event(), []\n"
        "def count():\n"
        "    ready.set()\n"
        "    while not done.is_set():\n"
        "        ticks.append(time.monotonic())\n"
        "        time.sleep(0.0005)\n"
        "thread = threading.Thread(target=count); thread.start(); ready.wait()\n"
        "began = time.monotonic()\n"
        "for _ in range(20): _native.open_run(sys.argv[1])\n"
        "ended = time.monotonic()\n"
        "done.set(); thread.join()\n"
        "print(sum(began < tick < ended for tick in ticks))\n",
        run.folder,
    )
    # With the lock held all the time it could count between two openings at best.
    assert int(done.stdout) > 40


def test_a_summary_refuses_what_it_has_not(root: Path) -> None:
    data = _native.open_run(log_everything().folder, summary=True)
    assert data.is_summary and not _native.open_run(data.folder).is_summary
    for ask in (
        lambda: data.steps(0),
        lambda: data.columns(0),
        lambda: data.spans(3),
        lambda: data.arrow_stream(None),
        lambda: data.evaluations,
    ):
        with pytest.raises(RuntimeError, match="a summary has no points"):
            ask()


def test_places_outside_of_a_run_are_errors(root: Path) -> None:
    data = _native.open_run(log_everything().folder)
    names = [entry[0] for entry in data.metrics]
    for method in (data.steps, data.times, data.values, data.columns, data.arrow_stream):
        with pytest.raises(IndexError):
            method(len(names))
        with pytest.raises((OverflowError, IndexError)):
            method(-1)
        with pytest.raises(TypeError):
            method("loss")
    with pytest.raises(ValueError, match="columns, not points"):
        data.values(names.index("table"))
    with pytest.raises(ValueError, match="columns are 1 to"):
        data.spans(0)
    for kind in (_native.RunData, type(data.steps(0).obj)):
        with pytest.raises(TypeError, match="is made by"):
            kind()


def test_spans_are_the_extremes_of_equal_parts(root: Path) -> None:
    with epochlog.Run("r") as run:
        for i in range(100):
            run.log("x", i % 10 if i != 55 else math.nan, step=i)
            run.log("flat", 2.0)
        run.log("word", "w")
        run.log("empty", math.nan)
        run.log("far", 1.0, step=-(2**62))
        run.log("far", 2.0, step=2**62)
    data = _native.open_run(run.folder)
    for spans in (data.spans(10), _native.open_charts(run.folder, 10)[1]):
        found = dict(zip((entry[0] for entry in data.metrics), spans))
        lows, highs, means = found["x"]
        assert lows.tolist() == [0.0] * 10 and highs.tolist() == [9.0] * 10
        assert means[0] == 4.5 and means[5] == pytest.approx(40 / 9)
        assert [part.tolist() for part in found["flat"]] == [[2.0] * 10] * 3
        assert found["word"] is None
        assert all(math.isnan(low) for low in found["empty"][0])
        assert (found["far"][0][0], found["far"][0][9]) == (1.0, 2.0)
    assert [part is None for part in data.spans(3, 2)] == [False, False, True, True, True]
    assert [part is None for part in _native.open_charts(run.folder, 3, 0)[1]] == [True] * 5


def test_goals_are_guessed_by_the_words_of_the_report(tree: Path) -> None:
    from epochlog import _goals

    source = (tree / "report/page/series_names.c").read_text()
    for name, words in (("lower", _goals.LOWER), ("higher", _goals.HIGHER)):
        listed = re.search(name + r"\[\] = \{(.*?)NULL\}", source, re.DOTALL)
        assert listed is not None
        assert tuple(re.findall(r'"(\w+)"', listed[1])) == words
