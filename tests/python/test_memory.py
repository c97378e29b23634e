"""Nothing that is given to a run is kept, and nothing that goes wrong leaves anything behind."""

from __future__ import annotations

import array
import ctypes
import gc
import sys
import tracemalloc
import warnings
import weakref
from typing import Any, Callable, Iterator

import epochlog
import pytest

ROUNDS = 200
SLACK = 3000
"""Bytes that a measurement may be off by; a reference that leaks in each round is more."""


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("memory", environment=False)
    yield run
    if run.is_open:
        run.complete()


class MallInfo(ctypes.Structure):
    _fields_ = [(f"field {i}", ctypes.c_size_t) for i in range(10)]


def allocated() -> int:
    """Bytes that C code has allocated, as far as the C library tells."""
    mallinfo = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo is None:
        return 0
    mallinfo.restype = MallInfo
    return int(getattr(mallinfo(), "field 7"))  # uordblks


def grown(call: Callable[[], Any]) -> tuple[int, int]:
    """By how many bytes Python's and C's memory grow while a call is made again and again; the
    least of several times, as caches of others may grow meanwhile."""

    def again() -> tuple[int, int]:
        for _ in range(ROUNDS):
            try:
                call()
            except (ValueError, TypeError, OSError, ArithmeticError, RuntimeError):
                pass
        gc.collect()
        return tracemalloc.get_traced_memory()[0], allocated()

    least = (sys.maxsize, sys.maxsize)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tracemalloc.start()
        try:
            before = again()  # what is made once is made
            for _ in range(8):
                after = again()
                least = (min(least[0], after[0] - before[0]), min(least[1], after[1] - before[1]))
                if max(least) < SLACK:
                    break
                before = after
        finally:
            tracemalloc.stop()
    return least


class Raising:
    def __float__(self) -> float:
        raise ArithmeticError

    def __index__(self) -> int:
        raise ArithmeticError

    def __array__(self, *arguments: Any) -> Any:
        raise ArithmeticError


class Text(str):
    pass


NUMBERS = array.array("d", range(50))
MATRIX = memoryview(array.array("f", range(100))).cast("B").cast("f", (50, 2))
LABELS = ["a", "b"] * 25
TEXTS = [f"text {i}" for i in range(50)]
PIXELS = memoryview(bytes(48)).cast("B", (4, 4, 3))
ENDLESS: dict[str, Any] = {}
ENDLESS["x"] = ENDLESS

Call = Callable[[epochlog.Run], Any]

GOOD: dict[str, Call] = {
    "log a float": lambda run: run.log("float", 0.5),
    "log an int": lambda run: run.log("int", 5),
    "log a bool": lambda run: run.log("bool", True),
    "log under another name": lambda run: run.log(Text(" float "), 0.5, step=7.0),
    "log a dict": lambda run: run.log({"float": 0.5, "int": 3, "bool": False, "n": {"a": 1.5, "b": 2}}, 5),
    "distinct": lambda run: epochlog._native.distinct(LABELS, "x"),
    "class indices": lambda run: epochlog._native.class_indices(NUMBERS, {i: i for i in range(50)}, "x"),
    "pixels": lambda run: epochlog._native.pixels(PIXELS, "HWC"),
    "set a parameter": lambda run: run.log_param("p", Text("v")),
    "tag": lambda run: run.tag(Text("t"), Text("v")),
    "untag": lambda run: run.remove_tag("t2"),
    "property": lambda run: run.set_property("p", "v"),
    "environment": lambda run: run.log_environment("e", "v"),
    "define": lambda run: run.define("d", unit="s", description="x", goal="min"),
    "flush": lambda run: run.flush(),
    "last error": lambda run: run._last_error(),
    "attributes": lambda run: (run._id, run._folder, run.is_open),
}

BAD: dict[str, Call] = {
    "a name": lambda run: run.log(5, 1.0),  # type: ignore[call-overload]
    "an empty name": lambda run: run.log(" ", 1.0),
    "a name with a NUL": lambda run: run.log("a\0b", 1.0),
    "a name with a surrogate and a NUL": lambda run: run.log("\ud800\0", 1.0),
    "a value": lambda run: run.log("x", [1]),  # type: ignore[call-overload]
    "a value that raises": lambda run: run.log("x", Raising()),
    "values of a dict": lambda run: run.log({"x": Raising(), "y": [1], 5: 6, "n": {"a": Raising(), "b": {}}}),  # type: ignore[dict-item]
    "an endless dict": lambda run: run.log(ENDLESS),
    "a step": lambda run: run.log("float", 0.5, "no step"),  # type: ignore[call-overload]
    "a step that raises": lambda run: run.log("float", 0.5, Raising()),
    "a text among numbers": lambda run: run.log("float", "text"),
    "arguments": lambda run: run.log("x", 1.0, stpe=3),  # type: ignore[call-overload]
    "a list": lambda run: run.log_list("l", Raising()),
    "a list of lists": lambda run: run.log_list("l", [*TEXTS, [1]]),
    "a list with a NUL": lambda run: run.log_list("l", [*TEXTS, "\0"]),
    "a list under a used name": lambda run: run.log_list("float", NUMBERS),
    "a list's name": lambda run: run.log_list("", NUMBERS),
    "a row": lambda run: run.log_row("r", a=1, b=[1]),
    "a row's column": lambda run: run.log_row("r", {"a": 1, 5: 1}),
    "a table": lambda run: run.log_table("t", {"a": TEXTS, "b": NUMBERS, "c": [1]}),
    "a table's column": lambda run: run.log_table("t", {"a": NUMBERS, "b\0": NUMBERS}),
    "labels": lambda run: run.log_classification([*LABELS, None], MATRIX),
    "scores": lambda run: run.log_classification(LABELS, NUMBERS[:7]),
    "scores that raise": lambda run: run.log_classification(LABELS, Raising()),
    "ragged scores": lambda run: run.log_classification(LABELS[:3], [[1, 2], [1, 2], [1]]),
    "classes": lambda run: run.log_classification(LABELS, MATRIX, classes=["a", "a\0"]),
    "unknown labels": lambda run: run.log_classification(LABELS, MATRIX, classes=["a", "c"]),
    "weights": lambda run: run.log_classification(LABELS, MATRIX, weights=[-1.0] * 50),
    "ids": lambda run: run.log_classification(LABELS, MATRIX, ids=[0.5] * 50),
    "predicted values": lambda run: run.log_regression(NUMBERS, [*TEXTS]),
    "bounds": lambda run: run.log_regression(NUMBERS, NUMBERS, lower=NUMBERS, upper=[1]),
    "a target": lambda run: run.log_regression(NUMBERS, NUMBERS, target="\0"),
    "features": lambda run: run.log_importance(["a", "b\0"], [1, 2]),
    "importances": lambda run: run.log_importance(TEXTS, NUMBERS, per_class=MATRIX, classes=["a"]),
    "an image": lambda run: run.log_image("i", b"no image"),
    "pixels": lambda run: run.log_image("i", memoryview(bytes(6)).cast("B", (6,))),
    "a picture": lambda run: run.log_image("i", Raising()),
    "a caption": lambda run: run.log_image("i", PIXELS, caption="\0"),
    "an image's step": lambda run: run.log_image("i", PIXELS, 2**70),
    "a parameter": lambda run: run.log_param("p", "\0"),
    "a tag": lambda run: run.tag("t\ud800", "\0"),
    "a property": lambda run: run.set_property("p", "other"),
    "a file": lambda run: run.add_file("/nowhere/at/all"),
    "a file's name": lambda run: run.add_data("../a", b"a"),
    "data": lambda run: run.add_data("a", "text"),
    "a definition": lambda run: run.define("x", unit="\0"),
    "a start": lambda run: run._start(),  # type: ignore[call-arg]
    "a capsule": lambda run: run.log_list("l", Lending()),
}


class Lending:
    def __dlpack__(self, *arguments: Any) -> object:
        return object()


@pytest.mark.parametrize("call", [*GOOD.values(), *BAD.values()], ids=[*GOOD, *[f"bad {name}" for name in BAD]])
def test_a_call_keeps_nothing_of_what_it_was_given(run: epochlog.Run, call: Call) -> None:
    run.set_property("p", "v")
    run.log({"float": 0.5, "int": 3, "bool": True})
    python, c = grown(lambda: call(run))
    assert python < SLACK, f"{python / ROUNDS:.0f} bytes of Python's in each call"
    assert c < SLACK, f"{c / ROUNDS:.0f} bytes of C's in each call"


@pytest.mark.parametrize(
    "call",
    [
        lambda run: run.log_list("list", NUMBERS),
        lambda run: run.log_list("texts", TEXTS),
        lambda run: run.log_row("row", a=1, b="text", c=None),
        lambda run: run.log_table("table", {"a": NUMBERS, "b": TEXTS, "c": iter(TEXTS)}),
        lambda run: run.log_classification(LABELS, MATRIX, weights=NUMBERS, ids=range(50), positive="a"),
        lambda run: run.log_regression(NUMBERS, list(NUMBERS), lower=NUMBERS, upper=NUMBERS, target="t"),
        lambda run: run.log_importance(TEXTS, NUMBERS, deviation=NUMBERS, method="m"),
        lambda run: run.log_image("image", PIXELS, caption="c"),
        lambda run: run.log_markdown("note", "text"),
        lambda run: run.log("text", "some text"),
        lambda run: run.log({f"m{i}": 0.5 for i in range(200)}),
        lambda run: run.add_data("data", b"x" * 100),
    ],
    ids="list texts row table classification regression importance image markdown text many data".split(),
)
def test_what_is_written_leaves_nothing_of_pythons(run: epochlog.Run, call: Call) -> None:
    """The logger has an index of what it wrote, so C's memory may grow."""
    python, _ = grown(lambda: call(run))
    assert python < SLACK, f"{python / ROUNDS:.0f} bytes in each call"


def test_arguments_have_as_many_owners_as_before(run: epochlog.Run) -> None:
    name, value, text = "a name " + str(run), 1.5, "a text " + str(run)
    given = [name, value, text, NUMBERS, MATRIX, LABELS, TEXTS, PIXELS]
    run.log(name, value)  # the name is remembered once
    run.log_param(name, text)
    before = [sys.getrefcount(thing) for thing in given]
    for _ in range(100):
        run.log(name, value, 3)
        run.log({name: value})
        run.log_param(name, text)
        run.tag(name, text)
        run.log_list("l", NUMBERS)
        run.log_table("t", {name: NUMBERS, text: TEXTS})
        run.log_classification(LABELS, MATRIX)
        run.log_image(name, PIXELS, caption=text)
        with pytest.raises(ValueError):
            run.log_list(name, TEXTS)
    del _
    assert [sys.getrefcount(thing) for thing in given] == before


def test_values_and_their_owners_are_let_go(run: epochlog.Run) -> None:
    class Value(float):
        pass

    class Values(list):  # type: ignore[type-arg]
        pass

    class Metrics(dict):  # type: ignore[type-arg]
        pass

    value, values = Value(1.5), Values([1.0, Value(2.0)])
    metrics = Metrics(a=value, b={"c": value})
    name = Text("name")
    seen = [weakref.ref(thing) for thing in (value, values, metrics, name)]
    run.log(name, value)
    run.log(metrics)
    run.log_list("list", values)
    run.log_row("row", a=value)
    with pytest.raises(ValueError):
        run.log_list(name, values)
    del value, values, metrics, name
    gc.collect()
    assert [ref() for ref in seen] == [None] * 4


@pytest.mark.parametrize("how", ["complete", "fail", "cancel", "leave"])
def test_a_run_that_has_ended_can_go(root: Any, how: str) -> None:
    run = epochlog.Run("goes")
    run.log("x", 1.0)
    getattr(run, how)()
    seen = weakref.ref(run)
    del run
    gc.collect()
    assert seen() is None


def test_a_run_in_a_cycle_can_go(root: Any) -> None:
    class Holder(Exception):
        run: Any

    run = epochlog.Run("cycle")
    Holder.run = run
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run.log("x", RaisingHolder(Holder))  # the class is remembered as what was told
    run.itself = run  # type: ignore[attr-defined]
    run.complete()
    seen = weakref.ref(run)
    del run, Holder
    gc.collect()
    assert seen() is None


class RaisingHolder:
    def __init__(self, kind: type[Exception]) -> None:
        self.kind = kind

    def __float__(self) -> float:
        raise self.kind


def test_a_writer_that_is_dropped_while_it_is_open_leaves_its_run(root: Any) -> None:
    """Not so a Run, which ends with the program."""
    writer = epochlog._native.Writer()
    writer._start(
        root=str(root), name="dropped", experiment=None, run_id=None, description=None, parent_id=None,
        rank=0, world_size=1, sync=0, sync_interval_ms=0, live=0, ring_kib=0, environment=False,
        environment_names=(), strict=False,
    )  # fmt: skip
    writer.log("x", 1.0)
    folder = writer._folder
    del writer
    gc.collect()
    saved = epochlog.open_run(folder)
    assert list(saved["x"].values) == [1.0] and [log.is_finished for log in saved.logs] == [True]


def test_runs_leave_no_memory(root: Any) -> None:
    def one() -> None:
        with epochlog.Run("short", ring_kib=16, environment=False, run_id="same") as run:
            run.log({"a": 1, "b": 0.5, "c": True, "d": "text"})
            run.log_list("l", NUMBERS)

    global ROUNDS
    rounds, ROUNDS = ROUNDS, 10
    try:
        python, c = grown(one)
    finally:
        ROUNDS = rounds
    assert python < SLACK and c < SLACK


def test_starts_that_fail_leave_no_memory_and_no_run(root: Any, tmp_path: Any) -> None:
    (tmp_path / "file").write_text("")
    for options in ({"root": tmp_path / "file"}, {"run_id": "a/b"}, {"ring_kib": 3}, {"name": "\0"}):
        python, c = grown(lambda: epochlog.Run(**{"name": "x", **options}))  # type: ignore[arg-type]
        assert python < SLACK and c < SLACK, options
    assert not root.exists()


def test_these_measurements_would_see_a_small_object() -> None:
    kept: list[object] = []
    assert grown(lambda: kept.append(object()))[0] > SLACK
