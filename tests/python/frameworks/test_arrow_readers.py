"""Runs as tables of pyarrow, pandas, polars and DuckDB, and their arrays as NumPy's."""

from __future__ import annotations

import gc
import math
import os
import random
import threading
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog import _saved

COLUMNS = ["metric", "step", "time", "value", "text"]


@pytest.fixture
def run(tmp_path: Path) -> _saved.SavedRun:
    with epochlog.Run("r", root=tmp_path) as logged:
        for i in range(1000):
            logged.log({"loss": 1 / (i + 1), "n": 2**60 + i}, step=i)
        for value in (math.nan, math.inf, -math.inf, -0.0):
            logged.log("odd", value)
        logged.log("ok", True)
        logged.log("ok", False)
        logged.log("word", "größe")
        logged.log("word", "")
        logged.log_row("rows", a=1, t="x")
        logged.log_row("rows", a=2, b=True)
    return _saved.open_run(logged.folder)


@pytest.fixture
def empty(tmp_path: Path) -> _saved.SavedRun:
    with epochlog.Run("empty", root=tmp_path) as logged:
        pass
    return _saved.open_run(logged.folder)


def test_numpy_takes_arrays_without_a_copy(run: _saved.SavedRun) -> None:
    numpy = pytest.importorskip("numpy")
    series = run["n"]
    values, steps, times = map(numpy.asarray, (series.values, series.steps, series.times))
    assert (values.dtype, steps.dtype, times.dtype) == ("int64", "int64", "float64")
    assert values.dtype.num == numpy.dtype(numpy.int64).num  # not its twin "long long"
    assert values.tolist() == [2**60 + i for i in range(1000)] and steps[-1] == 999
    assert not values.flags.owndata and not values.flags.writeable
    assert numpy.shares_memory(numpy.asarray(series.values), values)
    assert numpy.asarray(run["rows"].columns["a"]).tolist() == [1, 2]
    kept = numpy.asarray(_saved.open_run(run.path)["loss"].values)
    gc.collect()
    assert kept[3] == 0.25


def test_pyarrow_reads_a_run(run: _saved.SavedRun) -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table(run)
    table.validate(full=True)
    assert table.schema == pa.schema(
        [
            pa.field("metric", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("step", pa.int64(), nullable=False),
            pa.field("time", pa.timestamp("us", "UTC"), nullable=False),
            pa.field("value", pa.float64()),
            pa.field("text", pa.utf8()),
        ]
    )
    assert table.num_rows == 2008
    assert table["metric"].combine_chunks().to_pylist()[::1000][:2] == ["loss", "n"]
    assert table["value"].slice(0, 1000).to_pylist() == run["loss"].values.tolist()
    odd = table["value"].slice(2000, 4).to_pylist()
    assert (
        math.isnan(odd[0]) and odd[1:3] == [math.inf, -math.inf] and math.copysign(1, odd[3]) == -1
    )
    assert table["value"].null_count == 2 and table["text"].null_count == 2006
    assert table["text"].to_pylist()[-2:] == ["größe", ""]
    seconds = [time.timestamp() for time in table["time"].slice(0, 1000).to_pylist()]
    assert seconds == pytest.approx(run["loss"].times.tolist(), abs=1e-6)


def test_pyarrow_reads_series_with_exact_types(run: _saved.SavedRun) -> None:
    pa = pytest.importorskip("pyarrow")
    for name, kind in (
        ("loss", pa.float64()),
        ("n", pa.int64()),
        ("ok", pa.bool_()),
        ("word", pa.utf8()),
    ):
        table = pa.table(run[name])
        table.validate(full=True)
        assert (
            table.column_names == ["step", "time", "value"]
            and table.schema.field("value").type == kind
        )
    assert pa.table(run["n"])["value"].to_pylist() == run["n"].values.tolist()
    assert pa.table(run["ok"])["value"].to_pylist() == [True, False]
    assert pa.table(run["rows"]).to_pylist() == [
        {"a": 1, "t": "x", "b": None},
        {"a": 2, "t": None, "b": True},
    ]


def test_pyarrow_may_ask_for_another_schema(run: _saved.SavedRun) -> None:
    pa = pytest.importorskip("pyarrow")
    wanted = pa.schema([("step", pa.int32()), ("time", pa.int64()), ("value", pa.float32())])
    reader = pa.RecordBatchReader.from_stream(run["loss"], schema=wanted)
    table = reader.read_all()
    assert table.num_rows == 1000 and table.schema.field("value").type in (
        pa.float64(),
        pa.float32(),
    )


def test_an_empty_run_is_an_empty_table(empty: _saved.SavedRun) -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table(empty)
    assert table.num_rows == 0 and table.column_names == COLUMNS


def test_a_table_survives_parquet(run: _saved.SavedRun, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table(run)
    parquet.write_table(table, tmp_path / "run.parquet")
    again = parquet.read_table(tmp_path / "run.parquet")
    assert again["metric"].to_pylist() == table["metric"].to_pylist()
    assert again["step"].equals(table["step"]) and again["text"].equals(table["text"])


def test_pandas_reads_a_run(run: _saved.SavedRun, empty: _saved.SavedRun) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame.from_arrow(run)
    assert list(frame.columns) == COLUMNS and len(frame) == 2008
    assert str(frame["metric"].dtype) == "category"
    assert str(frame["time"].dtype) == "datetime64[us, UTC]"
    loss = frame[frame["metric"] == "loss"]
    assert loss["value"].tolist() == run["loss"].values.tolist()
    wide = frame.pivot_table(index="step", columns="metric", values="value", observed=True)
    assert wide["n"].iloc[0] == 2.0**60
    assert len(pandas.DataFrame.from_arrow(empty)) == 0
    assert pandas.DataFrame.from_arrow(run["rows"])["a"].tolist() == [1, 2]


def test_polars_reads_a_run(run: _saved.SavedRun, empty: _saved.SavedRun) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(run)
    assert frame.columns == COLUMNS and frame.height == 2008
    assert frame["time"].dtype == polars.Datetime("us", "UTC")
    counts = dict(frame.group_by(polars.col("metric").cast(polars.String)).len().iter_rows())
    assert counts == {"loss": 1000, "n": 1000, "odd": 4, "ok": 2, "word": 2}
    loss = frame.filter(polars.col("metric").cast(polars.String) == "loss")
    assert loss["value"].to_list() == run["loss"].values.tolist()
    assert frame["text"].to_list()[-2:] == ["größe", ""] and frame["value"].null_count() == 2
    assert polars.DataFrame(empty).shape == (0, 5)
    assert polars.DataFrame(run["ok"])["value"].to_list() == [True, False]
    assert polars.DataFrame(run["rows"])["b"].to_list() == [None, True]


def test_duckdb_reads_a_run(run: _saved.SavedRun, empty: _saved.SavedRun) -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.register("points", run)
    assert connection.execute(
        "select metric::varchar m, count(*), min(step) from points group by m order by m"
    ).fetchall() == [("loss", 1000, 0), ("n", 1000, 0), ("odd", 4, 0), ("ok", 2, 0), ("word", 2, 0)]
    points = run  # noqa: F841  found by its name
    [(least, text)] = duckdb.sql(
        "select min(value) filter (metric = 'loss'), max(text) from points"
    ).fetchall()
    assert (least, text) == (0.001, "größe")
    nothing = empty  # noqa: F841
    assert duckdb.sql("select count(*) from nothing").fetchall() == [(0,)]


def test_a_million_points(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    with epochlog.Run("r", root=tmp_path) as logged:
        for i in range(1_200_000):
            logged.log("x", i * 0.5)
    table = pa.table(_saved.open_run(logged.folder))
    table.validate(full=True)
    assert [batch.num_rows for batch in table.to_batches()] == [1 << 20, 1_200_000 - (1 << 20)]
    column = table["value"]
    assert (column[0].as_py(), column[-1].as_py()) == (0.0, 599_999.5)
    assert table["step"].combine_chunks().to_numpy().tolist()[-1] == 1_199_999


def test_thousands_of_metrics(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    with epochlog.Run("r", root=tmp_path, ring_kib=16384) as logged:
        for step in range(3):
            logged.log({f"layer {i}": i + step for i in range(3000)}, step=step)
    table = pa.table(_saved.open_run(logged.folder))
    assert table.num_rows == 9000
    names = table["metric"].combine_chunks().to_pylist()
    assert names[:3] == ["layer 0"] * 3 and names[-1] == "layer 2999"


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_streams_leave_nothing_behind(tmp_path: Path) -> None:
    """Whole, partly read, left alone, and taken over by another thread: memory comes back."""
    pa = pytest.importorskip("pyarrow")
    with epochlog.Run("r", root=tmp_path) as logged:
        for i in range(200_000):
            logged.log({"a": i * 0.1, "b": i})
        logged.log("word", "x" * 1_000_000)

    def use(how: Any) -> None:
        run = _saved.open_run(logged.folder)
        run["a"].values
        how(run)

    def partly(run: Any) -> None:
        pa.RecordBatchReader.from_stream(run).read_next_batch()

    def later(run: Any) -> None:
        batch = pa.RecordBatchReader.from_stream(run).read_next_batch()
        del run
        worker = threading.Thread(target=lambda batch: batch.to_pylist()[:1], args=(batch,))
        del batch
        worker.start()
        worker.join()

    ways = [pa.table, partly, lambda run: run.__arrow_c_stream__(), lambda run: pa.table(run["a"])]
    pick = random.Random(3)
    for way in [*ways, later]:
        use(way)
    gc.collect()
    before = resident()
    for _ in range(40):
        use(pick.choice(ways))
    use(later)
    gc.collect()
    # 40 runs would be 400 MB.
    assert resident() - before < 60_000_000
