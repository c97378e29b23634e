"""Logs that are torn, damaged, foreign or of a later version: read as far as they are whole.

The vectors of the format come with their decoding; here each must either be read, with the
points that the decoding lists, or raise one of the exceptions that are promised.
"""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog import _html, _native, _saved

TREE = Path(__file__).resolve().parents[2]
VECTORS = sorted((TREE / "format-spec/vectors").glob("*/*.elog"))


def ask_everything(run: _saved.SavedRun) -> None:
    """Every attribute of every part; what fails, fails the test."""
    for name in dir(type(run)):
        if not name.startswith("_") and name != "report":
            value = getattr(run, name)
            value() if callable(value) else repr(value)
    for name in run:
        series = run[name]
        parts = [len(series), series.type, series.unit, series.description, series.goal]
        if series.kind == "scalar":
            parts += [series.first, series.last, series.min, series.max, series.last_step]
            assert len(series.steps) == len(series.times) == len(series.values) == len(series)
            series.steps.tolist(), series.times.tolist(), list(series.values)
        else:
            assert {len(column) for column in series.columns.values()} <= {len(series)}
        series.__arrow_c_stream__()
    for evaluation in run.evaluations.values():
        for part in vars(evaluation).values():
            assert not isinstance(part, memoryview) or len(part) == len(evaluation)
    run.__arrow_c_stream__()
    assert run._repr_html_().startswith("<div")


def open_or_refuse(path: Path) -> _saved.SavedRun | None:
    try:
        run = _saved.open_run(path)
        summary = _native.open_run(path, summary=True)
    except ValueError as error:
        assert str(path) in str(error)
        return None
    assert summary.id == run.id
    return run


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_vector_is_read_as_its_decoding_says(path: Path) -> None:
    decoding = json.loads(path.with_suffix(".json").read_text())
    run = open_or_refuse(path)
    if run is None:
        assert "error" in decoding
        return
    assert "error" not in decoding
    ask_everything(run)


def test_there_are_vectors() -> None:
    assert len(VECTORS) > 90


@pytest.mark.parametrize(
    "name", ["scalars-finished", "float-specials", "int-extremes", "bool-series", "text-series"]
)
def test_points_are_those_of_the_decoding(name: str) -> None:
    path = TREE / "format-spec/vectors/good" / f"{name}.elog"
    wanted = decoded_points(json.loads(path.with_suffix(".json").read_text()))
    run = _saved.open_run(path)
    assert wanted and set(run.metrics) == set(wanted)
    for metric, points in wanted.items():
        values = run[metric].values
        assert sorted(zip(run[metric].steps, map(bits, values))) == sorted(
            (step, bits(value)) for step, value in points
        )


def bits(value: Any) -> Any:
    """A double by its bits, so that NaN and -0 count; NaNs are one."""
    if isinstance(value, float):
        return "nan" if value != value else struct.pack("d", value)
    return int(value) if isinstance(value, bool) else value


def decoded_points(decoding: Any) -> dict[str, list[tuple[int, Any]]]:
    words = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
    found: dict[str, list[tuple[int, Any]]] = {}
    for series in decoding["series"]:
        is_float = series["type"] == "float"
        for point in series["points"]:
            step, value = point[0], point[-1]
            if is_float:
                value = words.get(value, value) if isinstance(value, str) else float(value)
            found.setdefault(series["name"], []).append((step, value))
    return found


def test_a_log_cut_anywhere_is_read_or_refused(root: Path, tmp_path: Path) -> None:
    data = some_log(root)
    path = tmp_path / "alone" / "cut.elog"
    path.parent.mkdir()
    points, statuses = [], []
    for size in [*range(0, 200), *range(200, len(data), 97)]:
        path.write_bytes(data[:size])
        run = open_or_refuse(path)
        if run is not None:
            ask_everything(run)
            statuses.append(run.status)
            points.append(len(run["x"]) if "x" in run else 0)
    assert points == sorted(points) and points[-1] > points[0]
    # Its end is known once the block that tells it is whole, with or without the footer.
    assert statuses[0] != "Completed" and statuses[-1] == "Completed"


def test_a_log_with_a_flipped_byte_is_read_or_refused(root: Path, tmp_path: Path) -> None:
    data = some_log(root)
    path = tmp_path / "alone" / "flipped.elog"
    path.parent.mkdir()
    pick = random.Random(7)
    refused = 0
    for _ in range(300):
        at = pick.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << pick.randrange(8)]) + data[at + 1 :])
        run = open_or_refuse(path)
        refused += run is None
        if run is not None:
            ask_everything(run)
    assert refused < 30


def some_log(root: Path) -> bytes:
    with epochlog.Run("r", params={"alpha": 1}, tags={"a": "b"}) as run:
        for i in range(2000):
            run.log({"x": i / 7, "n": i})
        run.log("word", "text")
        run.log_table("t", {"a": [1, 2], "b": ["x", None]})
        run.log_classification([0, 1], [0.1, 0.9])
    [log] = Path(run.folder).glob("*.elog")
    return log.read_bytes()


def test_damage_is_told_where_it_is(root: Path) -> None:
    with epochlog.Run("r") as run:
        for i in range(50_000):
            run.log("x", i / 7)
    [log] = Path(run.folder).glob("*.elog")
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 0xFF
    log.write_bytes(data)
    saved = _saved.open_run(run.folder)
    assert 0 < len(saved["x"].values) < 50_000
    [account] = saved.logs
    assert account.is_damaged and account.size == len(data)
    assert account.size == account.whole + sum(end - start for start, end, _ in account.skipped)
    assert any(start <= len(data) // 2 < end for start, end, _ in account.skipped)
    assert saved.warnings and "damaged" in " ".join(saved.warnings)
    assert _html.run_text(saved._data).startswith("r: Completed")
