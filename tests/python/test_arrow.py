"""Arrow's C stream interface, read as any program would: by its specification, with ctypes."""

from __future__ import annotations

import ctypes
import gc
import math
import struct
from pathlib import Path
from typing import Any, Iterator

import pytest

import epochlog
from epochlog import _saved

# ------------------------------------------------------- a reader of streams


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


def release_of(kind: type[ctypes.Structure]) -> Any:
    return ctypes.CFUNCTYPE(None, ctypes.POINTER(kind))


Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)),
    ("release", release_of(Schema)),
    ("private_data", ctypes.c_void_p),
]
Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.POINTER(Array)),
    ("release", release_of(Array)),
    ("private_data", ctypes.c_void_p),
]
Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(Stream))),
    ("release", release_of(Stream)),
    ("private_data", ctypes.c_void_p),
]

NAME = b"arrow_array_stream"
pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
pointer_of.restype = ctypes.c_void_p
pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]


def stream_in(capsule: object) -> Stream:
    """The stream of a capsule, which stays the capsule's."""
    address = pointer_of(capsule, NAME)
    return Stream.from_address(address)


def taken(source: Any) -> Stream:
    """A stream that was moved out of its capsule, as the protocol asks of who takes one."""
    capsule = source.__arrow_c_stream__()
    inside = stream_in(capsule)
    stream = Stream.from_buffer_copy(inside)
    inside.release = release_of(Stream)()
    return stream


def schema_of(stream: Stream) -> Schema:
    schema = Schema()
    assert stream.get_schema(stream, schema) == 0
    return schema


def batches_of(stream: Stream) -> Iterator[Array]:
    """Each batch is released before the next is asked for."""
    while True:
        batch = Array()
        assert stream.get_next(stream, batch) == 0
        if not batch.release:
            return
        try:
            yield batch
        finally:
            if batch.release:
                batch.release(batch)
        assert not batch.release


def bit(address: int, at: int) -> bool:
    return bool(ctypes.string_at(address + at // 8, 1)[0] >> at % 8 & 1)


def decoded(schema: Schema, array: Array) -> list[Any]:
    """A column as Python values, None for nulls."""
    assert array.offset == 0 and array.n_children == 0
    buffers = [array.buffers[i] for i in range(array.n_buffers)]
    valid = [buffers[0] is None or bit(buffers[0], i) for i in range(array.length)]
    assert array.null_count == valid.count(False)
    values: list[Any]
    kind = schema.format.decode()
    if kind == "u":
        offsets = struct.unpack(
            f"{array.length + 1}i", ctypes.string_at(buffers[1], 4 * array.length + 4)
        )
        assert offsets[0] == 0 and list(offsets) == sorted(offsets)
        data = ctypes.string_at(buffers[2], offsets[-1])
        values = [data[a:b].decode() for a, b in zip(offsets, offsets[1:])]
    elif kind == "b":
        values = [bit(buffers[1], i) for i in range(array.length)]
    else:
        code, size = {"l": "q", "tsu:UTC": "q", "g": "d", "i": "i"}[kind], 4 if kind == "i" else 8
        values = list(
            struct.unpack(
                f"{array.length}{code}", ctypes.string_at(buffers[1], size * array.length)
            )
        )
    if schema.dictionary:
        words = decoded(schema.dictionary[0], array.dictionary[0])
        values = [words[value] for value in values]
    return [value if is_valid else None for value, is_valid in zip(values, valid)]


def table_of(source: Any) -> dict[str, list[Any]]:
    """All of a stream by column; everything is released."""
    stream = taken(source)
    schema = schema_of(stream)
    assert schema.format == b"+s"
    fields = [schema.children[i][0] for i in range(schema.n_children)]
    table: dict[str, list[Any]] = {field.name.decode(): [] for field in fields}
    for batch in batches_of(stream):
        assert (batch.n_children, batch.null_count, batch.length > 0) == (len(fields), 0, True)
        for i, field in enumerate(fields):
            assert batch.children[i][0].length == batch.length
            table[field.name.decode()] += decoded(field, batch.children[i][0])
    schema.release(schema)
    stream.release(stream)
    assert not schema.release and not stream.release
    return table


def formats(source: Any) -> list[tuple[str, str, bool]]:
    """(name, format, nullable) of each column."""
    stream = taken(source)
    schema = schema_of(stream)
    found = [schema.children[i][0] for i in range(schema.n_children)]
    listed = [(f.name.decode(), f.format.decode(), bool(f.flags & 2)) for f in found]
    schema.release(schema)
    stream.release(stream)
    return listed


# ------------------------------------------------------------------ the runs


@pytest.fixture
def run(root: Path) -> _saved.SavedRun:
    with epochlog.Run("r") as logged:
        for i in range(4):
            logged.log("loss", [1.0, math.nan, math.inf, -0.0][i], step=10 * i)
            logged.log("n", 2**60 + i)
            logged.log("ok", i % 2 == 0)
        for text in ("a", "", "größe"):
            logged.log("word", text)
        logged.log_row("rows", x=1, f=0.5)
        logged.log_row("rows", t="b", b=True)
        logged.log_list("list", [3, 4])
        logged.log_list("empty", [])
    return _saved.open_run(logged.folder)


def test_the_table_of_a_run_has_the_points_of_all_scalars(run: _saved.SavedRun) -> None:
    assert formats(run) == [
        ("metric", "i", False),
        ("step", "l", False),
        ("time", "tsu:UTC", False),
        ("value", "g", True),
        ("text", "u", True),
    ]
    table = table_of(run)
    assert table["metric"] == ["loss"] * 4 + ["n"] * 4 + ["ok"] * 4 + ["word"] * 3
    assert table["step"] == [0, 10, 20, 30, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2]
    assert table["text"] == [None] * 12 + ["a", "", "größe"]
    values = table["value"]
    assert values[0] == 1.0 and math.isnan(values[1]) and values[2] == math.inf
    assert math.copysign(1, values[3]) == -1
    assert values[4:] == [2.0**60] * 4 + [1, 0, 1, 0] + [None] * 3
    assert [time / 1e6 for time in table["time"][:4]] == run["loss"].times.tolist()


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("n", "l", [2**60, 2**60 + 1, 2**60 + 2, 2**60 + 3]),
        ("ok", "b", [True, False, True, False]),
        ("word", "u", ["a", "", "größe"]),
    ],
)
def test_a_series_has_its_exact_type(
    run: _saved.SavedRun, name: str, kind: str, values: Any
) -> None:
    assert formats(run[name]) == [
        ("step", "l", False),
        ("time", "tsu:UTC", False),
        ("value", kind, True),
    ]
    table = table_of(run[name])
    assert table["value"] == values and table["step"] == run[name].steps.tolist()


def test_rows_tables_and_lists_have_their_columns(run: _saved.SavedRun) -> None:
    assert formats(run["rows"]) == [
        ("x", "l", True),
        ("f", "g", True),
        ("t", "u", True),
        ("b", "b", True),
    ]
    assert table_of(run["rows"]) == {
        "x": [1, None],
        "f": [0.5, None],
        "t": [None, "b"],
        "b": [None, True],
    }
    assert table_of(run["list"]) == {"value": [3, 4]}
    assert list(table_of(run["empty"]).values()) in ([], [[]])


def test_a_run_without_points_is_an_empty_table(root: Path) -> None:
    with epochlog.Run("r") as logged:
        logged.log_row("row", a=1)
    run = _saved.open_run(logged.folder)
    assert table_of(run) == {"metric": [], "step": [], "time": [], "value": [], "text": []}


def test_numbers_and_texts_of_one_name_share_its_code(root: Path) -> None:
    """Two processes may log different things under a name."""
    for rank, value in ((0, 1.5), (1, "a")):
        part = epochlog.Run("r", run_id="both", rank=rank, world_size=2)
        part.log("x", value)
        part.log("y", rank)
        part.complete()
    table = table_of(_saved.open_run("both"))
    assert sorted(zip(table["metric"], table["value"], table["text"]), key=repr) == [
        ("x", 1.5, None),
        ("x", None, "a"),
        ("y", 0.0, None),
        ("y", 1.0, None),
    ]


def test_numbers_are_not_copied(run: _saved.SavedRun) -> None:
    stream = taken(run)
    batch = Array()
    assert stream.get_next(stream, batch) == 0
    assert batch.children[1][0].buffers[1] == address_of(run["loss"].steps)
    assert batch.children[3][0].buffers[1] == address_of(run["loss"].values)
    batch.release(batch)
    stream.release(stream)


class Buffer(ctypes.Structure):
    """CPython's Py_buffer, as far as it is looked at."""

    _fields_ = [("address", ctypes.c_void_p), ("rest", ctypes.c_void_p * 15)]


def address_of(view: memoryview) -> int | None:
    buffer = Buffer()
    get = ctypes.pythonapi.PyObject_GetBuffer
    get.argtypes = [ctypes.py_object, ctypes.POINTER(Buffer), ctypes.c_int]
    assert get(view, buffer, 0) == 0
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(buffer))
    return buffer.address


def test_batches_outlive_the_run_and_its_stream(run: _saved.SavedRun) -> None:
    stream = taken(run)
    schema = schema_of(stream)
    batch = Array()
    assert stream.get_next(stream, batch) == 0
    stream.release(stream)
    del run
    gc.collect()
    assert decoded(schema.children[1][0], batch.children[1][0]) == [0, 10, 20, 30]
    assert decoded(schema.children[0][0], batch.children[0][0]) == ["loss"] * 4
    batch.release(batch)
    schema.release(schema)


def test_a_column_may_be_moved_out_of_its_batch(run: _saved.SavedRun) -> None:
    stream = taken(run)
    schema = schema_of(stream)
    batch = Array()
    assert stream.get_next(stream, batch) == 0
    moved = Array.from_buffer_copy(batch.children[0][0])
    batch.children[0][0].release = release_of(Array)()
    field = Schema.from_buffer_copy(schema.children[0][0])
    schema.children[0][0].release = release_of(Schema)()
    for left in (batch, schema, stream):
        left.release(left)
    assert decoded(field, moved) == ["loss"] * 4
    moved.release(moved)
    field.release(field)


def test_streams_may_be_left_at_any_place(run: _saved.SavedRun) -> None:
    """Not looked at, moved and released at once, released after each batch."""
    run.__arrow_c_stream__()
    run["loss"].__arrow_c_stream__(requested_schema=None)
    for count in range(6):
        stream = taken(run)
        for _ in zip(range(count), batches_of(stream)):
            pass
        stream.release(stream)
    inside = stream_in(capsule := run.__arrow_c_stream__())
    inside.release(inside)
    del capsule


def test_behind_its_end_a_stream_stays_at_its_end(run: _saved.SavedRun) -> None:
    stream = taken(run["n"])
    assert sum(batch.length for batch in batches_of(stream)) == 4
    for _ in range(3):
        batch = Array()
        assert stream.get_next(stream, batch) == 0 and not batch.release
    stream.release(stream)


def test_the_schema_may_be_asked_for_at_any_time(run: _saved.SavedRun) -> None:
    stream = taken(run)
    for _ in batches_of(stream):
        schema = schema_of(stream)
        assert [schema.children[i][0].format for i in range(5)] == [
            b"i",
            b"l",
            b"tsu:UTC",
            b"g",
            b"u",
        ]
        schema.release(schema)
    stream.release(stream)


def test_long_metrics_come_in_pieces(root: Path) -> None:
    count = (1 << 20) + 5
    with epochlog.Run("r") as logged:
        for i in range(count):
            logged.log("x", i)
    stream = taken(_saved.open_run(logged.folder)["x"])
    lengths, ends = [], []
    for batch in batches_of(stream):
        lengths.append(batch.length)
        last = batch.children[2][0].buffers[1] + 8 * (batch.length - 1)
        ends.append(struct.unpack("q", ctypes.string_at(last, 8))[0])
    stream.release(stream)
    assert lengths == [1 << 20, 5] and ends == [(1 << 20) - 1, count - 1]
