"""Lists, rows and tables: columns of one type each."""

from __future__ import annotations

import array
import ctypes
import datetime
import math
import pathlib
import types
from typing import Any, Iterator

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("tables")
    yield run
    if run.is_open:
        run.complete()


def cells(run: epochlog.Run, name: str) -> dict[str, list[Any]]:
    return {column: list(values) for column, values in run[name].columns.items()}


class NAType:
    """pandas' missing value, which is told by its type's name."""

    def __str__(self) -> str:
        return "<NA>"


NA = NAType()

COLUMNS = [
    ("floats", [0.5, math.inf], "float", [0.5, math.inf]),
    ("integers", [1, -(2**63), 2**63 - 1], "integer", [1, -(2**63), 2**63 - 1]),
    ("truth values", [True, False], "bool", [1, 0]),
    ("texts", ["a", "", "漢"], "text", ["a", "", "漢"]),
    ("integers and floats", [1, 0.5], "float", [1.0, 0.5]),
    ("truth values and integers", [True, 5], "integer", [1, 5]),
    ("truth values and floats", [True, 0.5], "float", [1.0, 0.5]),
    ("an integer beyond 64 bits", [1, 2**64], "float", [1.0, 2.0**64]),
    ("texts and numbers", ["a", 1, 0.5, True], "text", ["a", "1", "0.5", "True"]),
    ("what has its own text", [datetime.date(2020, 1, 2), pathlib.PurePosixPath("a/b")], "text",
     ["2020-01-02", "a/b"]),
    ("texts and NaN", ["a", math.nan, 1], "text", ["a", None, "1"]),
    ("texts with lone surrogates", ["a\ud800"], "text", ["a?"]),
    ("nothing", [], "float", []),
]  # fmt: skip


@pytest.mark.parametrize("values, kind, kept", [c[1:] for c in COLUMNS], ids=[c[0] for c in COLUMNS])
@pytest.mark.parametrize("make", [list, tuple, iter], ids=["list", "tuple", "iterator"])
def test_a_list_is_of_the_type_that_all_its_values_have(
    run: epochlog.Run, make: Any, values: list[Any], kind: str, kept: list[Any]
) -> None:
    run.log_list("x", make(values))
    assert (run["x"].kind, run["x"].type, list(run["x"].values)) == ("list", kind, kept)


@pytest.mark.parametrize("missing", [None, NA], ids=["None", "NA"])
def test_a_missing_value_is_missing(run: epochlog.Run, missing: Any) -> None:
    run.log_list("floats", [0.5, missing])
    run.log_list("integers", [1, missing])
    run.log_list("truths", [True, missing])
    run.log_list("texts", ["a", missing])
    run.log_list("all", [missing, missing])
    assert run["floats"].values[0] == 0.5 and math.isnan(run["floats"].values[1])
    assert run["integers"].type == run["truths"].type == "float"
    assert run["integers"].values[0] == run["truths"].values[0] == 1.0
    assert list(run["texts"].values) == ["a", None]
    assert all(math.isnan(value) for value in run["all"].values)


def test_a_list_logged_again_goes_on(run: epochlog.Run) -> None:
    run.log_list("x", [1, 2])
    run.log_list(" x ", [3])
    assert list(run["x"].values) == [1, 2, 3]
    assert run.get_metrics() == {"x": [1, 2, 3]}


def test_a_list_of_a_million_numbers_is_kept(run: epochlog.Run) -> None:
    run.log_list("x", array.array("d", range(1_000_000)))
    assert len(run["x"]) == 1_000_000 and run["x"].last == 999_999.0


DEEP: list[Any] = [
    [[1.0], [2.0]],
    [1.0, [2.0]],
    ["a", ("b",)],
    [{"a": 1}],
    [{1}],
    [array.array("d", [1.0])],
    ((ctypes.c_double * 2) * 2)(),
    memoryview(bytes(4)).cast("B", (2, 2)),
]


@pytest.mark.parametrize("values", DEEP, ids=lambda values: type(values).__name__)
def test_a_list_has_one_dimension(run: epochlog.Run, values: Any) -> None:
    with pytest.raises(ValueError, match="^values.* dimension"):
        run.log_list("x", values)
    with pytest.raises(ValueError, match="^b.* dimension"):
        run.log_table("x", {"a": [1, 2], "b": values})
    assert run.metrics == []


@pytest.mark.parametrize("values", ["abc", b"abc", {"a": 1}, {1, 2}, 5, 0.5, None, object(), NA])
def test_what_is_no_sequence_is_no_list(run: epochlog.Run, values: Any) -> None:
    with pytest.raises(TypeError, match="^values is a sequence of values, not <class"):
        run.log_list("x", values)
    assert run.metrics == []


def test_a_text_with_a_nul_is_refused(run: epochlog.Run) -> None:
    for call in (
        lambda: run.log_list("x", ["a", "b\0"]),
        lambda: run.log_row("x", a="b\0"),
        lambda: run.log_row("x", {"a\0": 1}),
        lambda: run.log_list("x\0", [1]),
    ):
        with pytest.raises(ValueError, match="holds a NUL"):
            call()
    assert run.metrics == []


class Changing:
    """Is another number each time."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def __index__(self) -> int:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    def __float__(self) -> float:
        return 0.5


def test_a_value_that_changes_its_mind_breaks_nothing(run: epochlog.Run) -> None:
    run.log_list("x", [1, Changing(1, 2**70)])
    assert len(run["x"].values) == 2
    with pytest.raises(ZeroDivisionError):
        run.log_list("y", [Changing(1, ZeroDivisionError())])


# ---------------------------------------------------------------------------- rows


def test_rows_under_one_name_are_a_table(run: epochlog.Run) -> None:
    run.log_row("x", a=1, b=0.5, c="one", d=True)
    run.log_row("x", {"a": 2, "b": 1.5, "c": "two", "d": False})
    run.log_row(" x", {"a": 3, "b": 2.5}, c="three", d=True)
    assert run["x"].kind == "row" and len(run["x"]) == 3
    assert cells(run, "x") == {
        "a": [1, 2, 3],
        "b": [0.5, 1.5, 2.5],
        "c": ["one", "two", "three"],
        "d": [1, 0, 1],
    }


def test_a_single_row_is_a_dict(run: epochlog.Run) -> None:
    run.log_row("x", a=1, b="one")
    assert run.get_metrics() == {"x": {"a": 1, "b": "one"}}


def test_columns_may_come_and_go(run: epochlog.Run) -> None:
    run.log_row("x", a=1)
    run.log_row("x", b="b")
    run.log_row("x", a=2)
    assert cells(run, "x") == {"a": [1, None, 2], "b": [None, "b", None]}


def test_any_name_can_be_that_of_a_column(run: epochlog.Run) -> None:
    run.log_row("x", {"name": 1, "self": 2, "columns": 3, "ä/b": 5}, more=6)
    assert {name: values[0] for name, values in cells(run, "x").items()} == {
        "name": 1, "self": 2, "columns": 3, "ä/b": 5, "more": 6
    }  # fmt: skip
    run.log_row("y", name=1, self=2, columns=3)
    assert sorted(cells(run, "y")) == ["columns", "name", "self"]


def test_a_column_may_be_anything_with_a_text(run: epochlog.Run) -> None:
    when = datetime.datetime(2020, 1, 2, 3, 4)
    run.log_row("x", when=when, where=pathlib.PurePosixPath("a"), what=b"b", none=None, na=NA)
    row = run.get_metrics()["x"]
    assert (row["when"], row["where"], row["what"]) == (str(when), "a", "b'b'")
    assert math.isnan(row["none"]) and math.isnan(row["na"])


@pytest.mark.parametrize("value", [[1], (), {"a": 1}, {1}, array.array("d", [1.0]), range(3)], ids=repr)
def test_a_list_is_no_value_of_a_row(run: epochlog.Run, value: Any) -> None:
    with pytest.raises(TypeError, match="column 'a' of a row is one value, not <class"):
        run.log_row("x", a=value)
    assert run.metrics == []


@pytest.mark.parametrize(
    "key, kind, message",
    [
        (1, TypeError, "is a str, not <class 'int'>"),
        (None, TypeError, "is a str, not <class 'NoneType'>"),
        (b"a", TypeError, "is a str, not <class 'bytes'>"),
        (" ", ValueError, "is empty"),
        ("a" * 4097, ValueError, "is longer than 4096 bytes"),
    ],
)
def test_a_column_has_a_name(run: epochlog.Run, key: Any, kind: Any, message: str) -> None:
    with pytest.raises(kind, match=f"^the name of a column {message}"):
        run.log_row("x", {"a": 1, key: 1})
    with pytest.raises(kind, match=f"^the name of a column {message}"):
        run.log_table("x", {"a": [1], key: [1]})
    assert run.metrics == []


def test_a_row_or_a_table_without_columns_is_none(run: epochlog.Run) -> None:
    for call in (
        lambda: run.log_row("x"),
        lambda: run.log_row("x", {}),
        lambda: run.log_table("x", {}),
    ):
        with pytest.raises(ValueError, match="^a (row|table) has columns, and this has none"):
            call()
    with pytest.raises(TypeError):
        run.log_row("x", 5)  # type: ignore[arg-type]
    assert run.metrics == []


# -------------------------------------------------------------------------- tables


def test_a_table_has_columns_of_every_type_and_make(run: epochlog.Run) -> None:
    run.log_table(
        "x",
        {
            "floats": array.array("d", [0.5, 1.5, 2.5]),
            "singles": array.array("f", [0.1, 0.2, 0.3]),
            "integers": (1, 2, 3),
            "bytes": memoryview(bytes([7, 8, 9, 10, 11]))[::2],
            "truths": [True, False, True],
            "texts": iter(["a", "b", "c"]),
            "mixed": ["a", None, 1],
            "range": range(3),
        },
    )
    assert run["x"].kind == "table" and len(run["x"]) == 3
    assert cells(run, "x") == {
        "floats": [0.5, 1.5, 2.5],
        "singles": list(array.array("f", [0.1, 0.2, 0.3])),
        "integers": [1, 2, 3],
        "bytes": [7, 9, 11],
        "truths": [1, 0, 1],
        "texts": ["a", "b", "c"],
        "mixed": ["a", None, "1"],
        "range": [0, 1, 2],
    }


def test_a_table_logged_again_gets_more_rows(run: epochlog.Run) -> None:
    run.log_table("x", {"a": [1, 2], "b": ["x", "y"]})
    run.log_table("x", {"a": [3], "b": ["z"]})
    assert cells(run, "x") == {"a": [1, 2, 3], "b": ["x", "y", "z"]}


class Frame:
    """What a data frame has: items() of columns, which have __array__ or are sequences."""

    def items(self) -> Any:
        return [("a", Column([1.5, 2.5])), ("b", Column(["x", "y"])), ("c", Column([1, NA]))]


class Column:
    def __init__(self, values: list[Any]) -> None:
        self.cells = values

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.cells)

    def __array__(self, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(self.cells[0], float):
            return array.array("d", self.cells)
        return (ctypes.py_object * len(self.cells))(*self.cells)


def test_a_data_frame_is_a_table(run: epochlog.Run) -> None:
    run.log_table("x", Frame())
    kept = cells(run, "x")
    assert (kept["a"], kept["b"]) == ([1.5, 2.5], ["x", "y"])
    assert kept["c"][0] == 1.0 and math.isnan(kept["c"][1])


def test_columns_of_a_table_are_equally_long(run: epochlog.Run) -> None:
    with pytest.raises(ValueError, match="column 'b' has 1 rows, 'a' has 2"):
        run.log_table("x", {"a": [1, 2], "b": [1]})
    with pytest.raises(ValueError, match="column 'b' has 0 rows, 'a' has 2"):
        run.log_table("x", {"a": array.array("d", [1, 2]), "b": []})
    assert run.metrics == []


def test_a_table_of_no_rows_is_kept(run: epochlog.Run) -> None:
    run.log_table("x", {"a": [], "b": array.array("q")})
    assert len(run["x"]) == 0


@pytest.mark.parametrize("columns", [None, 5, "abc", [1, 2], {1, 2}, iter([])])
def test_what_has_no_columns_is_no_table(run: epochlog.Run, columns: Any) -> None:
    with pytest.raises(TypeError, match="a table is a dict of columns, not"):
        run.log_table("x", columns)


@pytest.mark.parametrize("values", ["abc", b"abc", None, object(), {"a": 1}, {1}])
def test_what_is_no_sequence_is_no_column(run: epochlog.Run, values: Any) -> None:
    with pytest.raises(TypeError, match="^b is a sequence of values, not <class"):
        run.log_table("x", {"a": [1], "b": values})
    assert run.metrics == []


def test_a_number_is_a_column_of_one_row(run: epochlog.Run) -> None:
    run.log_table("x", {"a": 1, "b": [0.5], "c": True})
    assert run.get_metrics() == {"x": {"a": 1, "b": 0.5, "c": True}}


def test_any_mapping_is_a_table(run: epochlog.Run) -> None:
    run.log_table("x", types.MappingProxyType({"a": [1, 2]}))
    run.log_row("y", types.MappingProxyType({"a": 1}))
    assert run.get_metrics() == {"x": {"a": [1, 2]}, "y": {"a": 1}}


def test_a_table_of_a_thousand_columns_is_kept(run: epochlog.Run) -> None:
    run.log_table("x", {f"column {i}": [i, i + 1] for i in range(1000)})
    assert run.get_metrics()["x"]["column 999"] == [999, 1000]


# -------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    "log",
    [
        lambda run, name: run.log_list(name, [1]),
        lambda run, name: run.log_row(name, {"a": 1}),
        lambda run, name: run.log_table(name, {"a": [1]}),
    ],
    ids=["list", "row", "table"],
)
def test_names_are_checked(run: epochlog.Run, log: Any) -> None:
    for name, kind, message in (
        (None, TypeError, "is a str, not"),
        (5, TypeError, "is a str, not"),
        ("", ValueError, "is empty"),
        (" \n", ValueError, "is empty"),
        ("x" * 4097, ValueError, "is longer than 4096 bytes"),
        ("a\0", ValueError, "holds a NUL"),
    ):
        with pytest.raises(kind, match=f"^the name of a (list|row|table) {message}"):
            log(run, name)
    run.log("taken", 1.0)
    run.log("text", "text")
    for name in ("taken", "text", " taken"):
        with pytest.raises(ValueError, match=f"'{name.strip()}': a name is already used"):
            log(run, name)
    log(run, "x")
    assert run.metrics == ["taken", "text", "x"]


def test_lists_rows_and_tables_do_not_mix(run: epochlog.Run) -> None:
    run.log_list("x", [1])
    with pytest.raises(ValueError, match="row 'x': a name is already used"):
        run.log_row("x", a=1)
    with pytest.raises(ValueError, match="table 'x': a name is already used"):
        run.log_table("x", {"a": [1]})
    assert run.get_metrics() == {"x": 1}


def test_behind_the_end_they_raise(run: epochlog.Run) -> None:
    run.complete()
    for call in (
        lambda: run.log_list("x", [1]),
        lambda: run.log_row("x", a=1),
        lambda: run.log_table("x", {"a": [1]}),
    ):
        with pytest.raises(RuntimeError, match="the run has ended"):
            call()


def test_a_value_may_end_the_run(run: epochlog.Run) -> None:
    class Ending:
        def __float__(self) -> float:
            if run.is_open:
                run.complete()
            return 1.0

    with pytest.raises(RuntimeError, match="the run has ended"):
        run.log_list("x", [Ending()])
    assert run.saved().status == "Completed"
