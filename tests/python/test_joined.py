"""Metrics whose type widened, and other types of one name, as every reader sees them.

The log is read by the reader in tests/format as well, which was written from the format's
description and shares nothing with the library; and by the command.
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import Any, Iterator

import epochlog
import pytest
from epochlog import _command


@pytest.fixture
def reader(tree: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The independent reader."""
    monkeypatch.syspath_prepend(str(tree / "tests" / "format"))
    import elog_reader

    yield elog_reader
    for name in [name for name in sys.modules if name.startswith(("elog_", "compare"))]:
        del sys.modules[name]


@pytest.fixture
def widened(root: pathlib.Path) -> epochlog.Run:
    """A run that has ended: one metric of integers and one of truth values became floats, and
    one of each stayed what it was."""
    with epochlog.Run("widened") as run:
        run.define("x", unit="s", goal="min", description="how long", integer=True)
        for i in range(100):
            run.log({"x": i, "y": i % 2 == 0, "stays": i})
            run.log("stays true", True)
        for i in range(100):
            run.log({"x": i + 0.5, "y": i + 2, "stays": i}, 100 + i)
    return run


WANTED = {
    "x": [*map(float, range(100)), *(i + 0.5 for i in range(100))],
    "y": [float(i % 2 == 0) for i in range(100)] + [i + 2.0 for i in range(100)],
    "stays": [*range(100), *range(100)],
    "stays true": [True] * 100,
}


def test_the_independent_reader_finds_both_parts_of_it(widened: epochlog.Run, reader: Any) -> None:
    (log,) = pathlib.Path(widened.folder).glob("*.elog")
    for scanning in (False, True):
        decoding = reader.read(log, scanning=scanning)
        assert (decoding["state"], decoding["damaged"], decoding["unknown"]) == ("finished", False, 0)
        parts: dict[str, list[Any]] = {}
        for series in decoding["series"]:
            parts.setdefault(series["name"], []).append(series)
        assert {name: [part["type"] for part in found] for name, found in parts.items()} == {
            "x": ["integer", "float"],
            "y": ["bool", "float"],
            "stays": ["integer"],
            "stays true": ["bool"],
        }
        for part in parts["x"]:
            assert (part["goal"], part["unit"], part["description"]) == ("minimize", "s", "how long")
        for name, wanted in WANTED.items():
            points = [point for part in parts[name] for point in part["points"]]
            assert [step for step, _, _ in points] == list(range(len(wanted)))
            assert [value for _, _, value in points] == wanted
            times = [time for _, time, _ in points]
            assert times == sorted(times)


def command(*arguments: str) -> str:
    return subprocess.run(
        [_command.path(), *arguments], check=True, capture_output=True, text=True
    ).stdout


def test_the_command_joins_them(widened: epochlog.Run) -> None:
    assert json.loads(command("metrics", widened.folder)) == WANTED
    metrics = json.loads(command("show", widened.folder, "--json"))["metrics"]
    assert sorted(metrics) == sorted(WANTED)
    for name, wanted in WANTED.items():
        shown = metrics[name]
        assert shown["n"] == len(wanted)
        ends = [shown[end]["value"] for end in ("first", "last", "min", "max")]
        assert ends == [wanted[0], wanted[-1], min(wanted), max(wanted)]
        assert all(isinstance(end, bool) == (name == "stays true") for end in ends)
    assert (metrics["x"]["type"], metrics["y"]["type"]) == ("float", "float")
    rows = [line.split()[:3] for line in command("show", widened.folder).splitlines()]
    assert sorted(row for row in rows if row[1:2] == ["scalar"]) == [
        ["stays", "scalar", "200"], ["x", "scalar", "200"], ["y", "scalar", "200"]
    ]  # fmt: skip


def test_the_package_joins_them(widened: epochlog.Run) -> None:
    saved = widened.saved()
    assert saved.get_metrics() == WANTED
    assert {name: saved[name].type for name in saved} == {
        "x": "float", "y": "float", "stays": "integer", "stays true": "bool"
    }  # fmt: skip
    for name in ("x", "y"):
        assert list(saved[name].steps) == list(range(200))
        assert (saved[name].first, saved[name].last) == (WANTED[name][0], WANTED[name][-1])
    (summary,) = epochlog.runs(widened.root)
    assert (summary["x"].type, len(summary["x"]), summary["x"].max) == ("float", 200, 99.5)
    assert (summary["x"].unit, summary["x"].goal) == ("s", "min")


def test_what_is_joined_while_the_run_is_open_is_the_same(root: pathlib.Path) -> None:
    run = epochlog.Run("open")
    run.log("x", 1)
    assert (run["x"].type, list(run["x"].values)) == ("integer", [1])
    run.log("x", 0.5)
    assert (run["x"].type, list(run["x"].values)) == ("float", [1.0, 0.5])
    run.log("x", 2)
    run.complete()
    assert list(run["x"].values) == [1.0, 0.5, 2.0]


def test_processes_may_log_a_metric_as_different_types(root: pathlib.Path, python: Any) -> None:
    """A restart that logs whole numbers where the first process logged floats, and the reverse."""
    with epochlog.Run("first", run_id="one") as run:
        run.log({"a": 1, "b": 0.5, "c": True})
    python(
        """if True:
        import epochlog

        with epochlog.Run("second", run_id="one") as run:
            run.log({"a": 1.5, "b": 2, "c": 3}, 1)"""
    )
    assert epochlog.open_run("one").get_metrics() == {"a": [1.0, 1.5], "b": [0.5, 2.0], "c": [1, 3]}
