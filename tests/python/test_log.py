"""Run.log: what it keeps, what it tells, and that it never stops a training."""

from __future__ import annotations

import collections
import decimal
import enum
import fractions
import math
import re
import sys
import types
import warnings
from typing import Any, Iterator

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("log")
    yield run
    if run.is_open:
        run.complete()


def points(run: epochlog.Run, name: str) -> list[tuple[int, Any]]:
    """(step, value) of each point, of the series' own type."""
    series = run[name]
    values = list(series.values)
    if series.type == "bool":
        values = [bool(value) for value in values]
    return list(zip(series.steps, values))


def told(call: Any, *arguments: Any, **keywords: Any) -> list[str]:
    """The warnings of a call, as they would be shown."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert call(*arguments, **keywords) is None
    assert all(warning.category is RuntimeWarning for warning in caught)
    return [str(warning.message) for warning in caught]


# ---------------------------------------------------------------- what a value is


class Index:
    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


class Float:
    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


class FloatTensor(Float):
    """Has __index__ and refuses it, as arrays of floats do."""

    def __index__(self) -> int:
        raise TypeError("only integer tensors can be converted to an index")


class Scalar:
    """A scalar of NumPy or PyTorch: item() gives what Python has for it."""

    def __init__(self, value: object) -> None:
        self.value = value

    def item(self) -> object:
        return self.value

    def __float__(self) -> float:
        raise AssertionError("item() is there")


class NAType:
    """pandas' missing value, told likewise."""


class MyFloat(float):
    pass


class MyInt(int):
    pass


class Color(enum.IntEnum):
    RED = 3


VALUES = [
    ("a float", 0.1, "float", 0.1),
    ("minus zero", -0.0, "float", -0.0),
    ("an infinity", -math.inf, "float", -math.inf),
    ("a subnormal", 5e-324, "float", 5e-324),
    ("an int", 7, "integer", 7),
    ("the least of 64 bits", -(2**63), "integer", -(2**63)),
    ("the greatest of 64 bits", 2**63 - 1, "integer", 2**63 - 1),
    ("one beyond 64 bits", 2**63, "float", 2.0**63),
    ("far beyond 64 bits", -(10**30), "float", -1e30),
    ("beyond every double", 10**400, "float", math.inf),
    ("beyond every double, below", -(10**400), "float", -math.inf),
    ("True", True, "bool", True),
    ("False", False, "bool", False),
    ("a text", "ok", "text", "ok"),
    ("an empty text", "", "text", ""),
    ("a subclass of float", MyFloat(2.5), "float", 2.5),
    ("a subclass of int", MyInt(2), "integer", 2),
    ("an enum of ints", Color.RED, "integer", 3),
    ("a Decimal", decimal.Decimal("1.25"), "float", 1.25),
    ("a Fraction", fractions.Fraction(1, 4), "float", 0.25),
    ("an object with __index__", Index(9), "integer", 9),
    ("an object with a large __index__", Index(2**64), "float", 2.0**64),
    ("an object with __float__", Float(1.5), "float", 1.5),
    ("an object whose __index__ refuses", FloatTensor(1.5), "float", 1.5),
    ("a scalar of truth", Scalar(True), "bool", True),
    ("a scalar of an integer", Scalar(2**62 + 1), "integer", 2**62 + 1),
    ("a scalar of a float", Scalar(0.5), "float", 0.5),
]


@pytest.mark.parametrize("value, kind, kept", [v[1:] for v in VALUES], ids=[v[0] for v in VALUES])
def test_a_value_is_kept_as_what_it_is(run: epochlog.Run, value: Any, kind: str, kept: Any) -> None:
    run.log("x", value)
    assert run["x"].type == kind
    (point,) = points(run, "x")
    assert point == (0, kept) and type(point[1]) is type(kept)
    assert math.copysign(1, kept) == math.copysign(1, point[1]) if kind == "float" else True


@pytest.mark.parametrize("value", [math.nan, None, NAType()], ids=["nan", "None", "NA"])
def test_what_is_missing_is_nan(run: epochlog.Run, value: Any) -> None:
    run.log("x", value)
    assert run["x"].type == "float" and math.isnan(run["x"].values[0])


@pytest.mark.parametrize("bits", [0x7FF0000000000001, 0xFFF8000000000123, 0x0000000000000001])
def test_a_double_is_kept_bit_for_bit(run: epochlog.Run, bits: int) -> None:
    import struct

    run.log("x", struct.unpack("<d", struct.pack("<Q", bits))[0])
    assert struct.pack("<d", run["x"].values[0]) == struct.pack("<Q", bits)


def test_a_text_may_hold_anything_but_a_nul(run: epochlog.Run) -> None:
    run.log("x", "zwölf 漢 🎉\n\x01")
    assert told(run.log, "x", "a\ud800b") == []
    assert told(run.log, "x", "a\0b") == [
        "metric 'x': the text of a point holds a NUL character; it was not logged"
    ]
    assert [value for _, value in points(run, "x")] == ["zwölf 漢 🎉\n\x01", "a?b"]


def test_a_text_of_16_mib_is_kept_and_a_longer_one_told(run: epochlog.Run) -> None:
    run.log("x", "a" * 2**24)
    (message,) = told(run.log, "x", "a" * (2**24 + 1))
    assert "longer than 16777216 bytes" in message
    assert [len(value) for value in run["x"].values] == [2**24]


# ------------------------------------------------------------- how a metric changes


def test_integers_that_turn_into_floats_stay_one_metric(run: epochlog.Run) -> None:
    for value in (1, 2, 2.5, 3, True):
        run.log("x", value)
    assert run.metrics == ["x"]
    assert points(run, "x") == [(0, 1.0), (1, 2.0), (2, 2.5), (3, 3.0), (4, 1.0)]


def test_truth_values_that_turn_into_numbers_stay_one_metric(run: epochlog.Run) -> None:
    for value in (True, False, 3, 0.5):
        run.log("x", value)
    assert run.metrics == ["x"]
    assert points(run, "x") == [(0, 1.0), (1, 0.0), (2, 3.0), (3, 0.5)]


def test_truth_values_among_integers_are_integers(run: epochlog.Run) -> None:
    run.log("x", 5)
    run.log("x", True)
    assert points(run, "x") == [(0, 5), (1, 1)]
    assert run["x"].type == "integer"


def test_a_large_integer_makes_floats_of_integers(run: epochlog.Run) -> None:
    run.log("x", 1)
    run.log("x", 2**70)
    assert points(run, "x") == [(0, 1.0), (1, 2.0**70)]


def test_a_metric_that_was_defined_keeps_its_words_when_it_widens(run: epochlog.Run) -> None:
    run.define("x", unit="ms", goal="min", integer=True, description="how long")
    run.log("x", 1)
    run.log("x", 1.5)
    series = run["x"]
    assert (series.unit, series.goal, series.description) == ("ms", "min", "how long")
    assert list(series.values) == [1.0, 1.5]


def test_texts_and_numbers_do_not_mix(run: epochlog.Run) -> None:
    run.log("text", "a")
    run.log("number", 1)
    run.log("truth", True)
    assert told(run.log, "text", 1) == [
        "metric 'text' has texts, and takes no number; it was not logged"
    ]
    for name in ("number", "truth"):
        assert told(run.log, name, "a") == [
            f"metric '{name}' has numbers, and takes no text; it was not logged"
        ]
    assert run.get_metrics() == {"text": "a", "number": 1, "truth": True}


@pytest.mark.parametrize("value", [1, 1.5, True, "text"])
def test_a_list_a_row_or_a_table_takes_no_points(run: epochlog.Run, value: Any) -> None:
    run.log_list("list", [1])
    run.log_row("row", {"a": 1})
    run.log_table("table", {"a": [1, 2]})
    for name in ("list", "row", "table"):
        (message,) = told(run.log, name, value)
        assert "is a list, row or table, and takes no point" in message
        assert told(run.log, {name: value, "a": 1.0}) == []
    assert sorted(run.metrics) == ["a", "list", "row", "table"]
    assert run.get_metrics() == {"a": [1.0] * 3, "list": 1, "row": {"a": 1}, "table": {"a": [1, 2]}}


# -------------------------------------------------------------------------- names


def test_white_space_at_the_ends_of_a_name_is_no_part_of_it(run: epochlog.Run) -> None:
    run.log("x", 1)
    run.log(" x\n", 2)
    run.log({"\tx": 3})
    run.log("x ", 0.5)  # widens it under each of its spellings
    run.log("x", 4)
    run.log({" x": True})
    assert points(run, "x") == [(0, 1.0), (1, 2.0), (2, 3.0), (3, 0.5), (4, 4.0), (5, 1.0)]
    assert run.metrics == ["x"]


def test_lone_surrogates_of_a_name_become_question_marks(run: epochlog.Run) -> None:
    run.log("a\ud800", 1)
    run.log("a?", 0.5)
    run.log({"a\udfff": 2})
    assert points(run, "a?") == [(0, 1.0), (1, 0.5), (2, 2.0)]


class Name(str):
    """Has ideas of its own about being a text."""

    def __str__(self) -> str:
        raise RuntimeError("no str")

    def __hash__(self) -> int:
        raise RuntimeError("no hash")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no eq")


class Phase(str, enum.Enum):
    TRAIN = "train/loss"


def test_a_subclass_of_str_is_a_name_by_its_characters(run: epochlog.Run) -> None:
    run.log(Name("x"), 1)
    run.log("x", 2)
    run.log(Phase.TRAIN, 3)
    run.log({Phase.TRAIN: 4, "y": 5})
    assert run.get_metrics() == {"x": [1, 2], "train/loss": [3, 4], "y": 5}


NO_NAMES: list[tuple[Any, str]] = [
    (None, "the name of a metric is a str, not <class 'NoneType'>"),
    (5, "the name of a metric is a str, not <class 'int'>"),
    (b"x", "the name of a metric is a str, not <class 'bytes'>"),
    (["x"], "the name of a metric is a str, not <class 'list'>"),
    ("", "the name of a metric is empty"),
    (" \t\n", "the name of a metric is empty"),
    ("a\0b", "the name of a metric holds a NUL character"),
    ("x" * 4097, "the name of a metric is longer than 4096 bytes"),
    ("ä" * 2049, "the name of a metric is longer than 4096 bytes"),
]


@pytest.mark.parametrize("name, message", NO_NAMES, ids=lambda value: str(value)[:20])
def test_what_is_no_name_is_told_and_not_logged(run: epochlog.Run, name: Any, message: str) -> None:
    (text,) = told(run.log, name, 1)
    assert message in text
    if not isinstance(name, list):
        assert message in "".join([text, *told(run.log, {name: 1, "y": 2})])
        assert run.get_metrics() == {"y": 2}


def test_a_name_of_4096_bytes_is_one(run: epochlog.Run) -> None:
    run.log("x" * 4096, 1)
    assert run.metrics == ["x" * 4096]


def test_ten_thousand_names_are_no_problem(run: epochlog.Run) -> None:
    names = [f"metric {i}" for i in range(10_000)]
    run.log({name: float(i) for i, name in enumerate(names)}, 7)
    for i, name in enumerate(names):
        run.log(name, i + 0.5)
    values = run.get_metrics()
    assert values == {name: [float(i), i + 0.5] for i, name in enumerate(names)}
    assert list(run["metric 9999"].steps) == [7, 8]


# -------------------------------------------------------------------------- steps


def test_steps_are_counted_for_each_metric_or_as_given(run: epochlog.Run) -> None:
    for step in (None, None, 40, None, -5, None, 2**63 - 1, None):
        run.log("x", 1.0, step)
    run.log("y", 1.0)
    assert list(run["x"].steps) == sorted([0, 1, 40, 41, -5, -4, 2**63 - 1, 2**63 - 1])
    assert list(run["y"].steps) == [0]


def test_a_step_may_be_by_keyword_an_index_or_a_whole_float(run: epochlog.Run) -> None:
    run.log("x", 1.0, step=3)
    run.log(name="x", value=1.0, step=Index(4))
    run.log("x", step=5.0, value=1.0)
    run.log("x", 1.0, True)
    run.log({"x": 1.0}, step=6)
    run.log({"x": 1.0}, 7)
    run.log(collections.OrderedDict(x=1.0), Float(8.0))
    assert list(run["x"].steps) == [1, 3, 4, 5, 6, 7, 8]


NO_STEPS = [
    ("3", "a step is an integer, not <class 'str'>"),
    (1.5, "a step is an integer, not 1.5"),
    (math.nan, "a step is an integer, not nan"),
    (math.inf, "a step is an integer, not inf"),
    (1e300, "a step is an integer, not 1e+300"),
    (2**63, "step 9223372036854775808 does not fit 64 bits"),
    (-(2**63), "step -9223372036854775808 does not fit 64 bits"),
    ([1], "a step is an integer, not <class 'list'>"),
]


@pytest.mark.parametrize("step, message", NO_STEPS, ids=[str(step) for step, _ in NO_STEPS])
def test_a_step_that_is_none_costs_the_step_and_not_the_point(
    run: epochlog.Run, step: Any, message: str
) -> None:
    run.log("x", 1.0, 5)
    assert told(run.log, "x", 2.0, step) == [f"metric 'x': {message}; it is logged at the next step"]
    assert told(run.log, "x", 3.0, step) == []
    assert [message] == told(run.log, {"x": 4.0}, step)
    assert points(run, "x") == [(5, 1.0), (6, 2.0), (7, 3.0), (8, 4.0)]


# -------------------------------------------------------------------------- dicts


def test_a_dict_is_one_step_for_all_its_metrics(run: epochlog.Run) -> None:
    for _ in range(3):
        run.log({"a": 1.0, "b": 2, "c": True, "d": "text"})
    run.log({"a": 1.0, "b": 2, "c": True, "d": "text"}, 70)
    for name in "abcd":
        assert list(run[name].steps) == [0, 1, 2, 70], name
    assert run["a"].times[3] == run["b"].times[3]
    assert [run[name].type for name in "abcd"] == ["float", "integer", "bool", "text"]


def test_a_dict_without_a_step_takes_that_of_its_first_metric(run: epochlog.Run) -> None:
    for _ in range(10):
        run.log("loss", 1.0)
    many = {f"m{i}": float(i) for i in range(1000)}
    run.log({"loss": 0.5, "accuracy": 0.9, **many})
    saved = run.saved()
    assert {saved[name].last_step for name in ["loss", "accuracy", *many]} == {10}


def test_integers_of_a_dict_are_kept_exactly(run: epochlog.Run) -> None:
    exact = {"a": 2**53 + 1, "b": -(2**63), "c": 2**53 - 1, "d": 9 * 10**15 + 1}
    run.log(exact, 4)
    run.log(exact, 5)
    for name, value in exact.items():
        assert points(run, name) == [(4, value), (5, value)]


def test_nested_dicts_are_names_with_slashes(run: epochlog.Run) -> None:
    run.log({"train": {"loss": 0.5, "per class": {0: 1, "one": True}}, "epoch": 3, "empty": {}}, 9)
    run.log("test", {"loss": 0.25, "note": "fine"}, step=2)
    assert run.get_metrics() == {
        "epoch": 3,
        "train/loss": 0.5,
        "train/per class/0": 1,
        "train/per class/one": True,
        "test/loss": 0.25,
        "test/note": "fine",
    }
    assert [run[name].last_step for name in ("train/per class/one", "test/note")] == [9, 2]


def test_any_mapping_will_do(run: epochlog.Run) -> None:
    run.log(types.MappingProxyType({"a": 1.0, "b": {"c": 2}}), 3)
    run.log(collections.defaultdict(float, a=2.0), 4)
    run.log(collections.ChainMap({"a": 3.0}, {"b/c": 7}), step=5)
    assert points(run, "a") == [(3, 1.0), (4, 2.0), (5, 3.0)]
    assert points(run, "b/c") == [(3, 2), (5, 7)]


def test_a_bad_member_of_a_dict_does_not_take_the_others_along(run: epochlog.Run) -> None:
    bad: dict[Any, Any] = {"a": 1.0, "b": [1, 2], "c": {"d": object(), "e": 5}, 7: 8, "": 9, "f": 6.0}
    messages = told(run.log, bad, 3)
    assert len(messages) == 4 and any("<class 'int'>" in message for message in messages)
    assert run.get_metrics() == {"a": 1.0, "f": 6.0, "c/e": 5}
    assert told(run.log, bad, 4) == []


def test_an_empty_dict_is_nothing(run: epochlog.Run) -> None:
    run.log({})
    run.log({}, 5)
    run.log("x", {})
    assert run.metrics == []


def test_dicts_without_an_end_are_told_once_and_the_others_are_logged(run: epochlog.Run) -> None:
    endless: dict[str, Any] = {"x": 1.0}
    endless["one"] = endless["two"] = endless
    messages = told(run.log, {"before": 1.0, "endless": endless, "after": "text"})
    # It ends where the interpreter's patience does, or the length of names.
    assert 1 <= len(messages) <= 3
    for message in messages:
        assert re.search("recursion depth|longer than 4096|too deep in each other", message), message[-200:]
    assert run.get_metrics("before") and run.get_metrics("after") and run.get_metrics("endless/x")
    assert told(run.log, endless) != []


def test_dicts_may_lie_in_each_other_a_hundred_deep(run: epochlog.Run) -> None:
    value: Any = 1.0
    for _ in range(100):
        value = {"a": value}
    run.log(value)
    assert run.metrics == ["/".join("a" * 100)]


# ---------------------------------------------------------------------- arguments

WRONG = [
    ((), {}, "log() takes 1 to 3 arguments"),
    (("x", 1.0, 1, 1), {}, "log() takes 1 to 3 arguments"),
    (("x",), {}, "log() needs a value"),
    (("x",), {"step": 3}, "log() needs a value"),
    ((), {"value": 1.0}, "log() needs the name of a metric"),
    (("x", 1.0), {"stpe": 3}, "log() has no argument 'stpe'"),
    (("x", 1.0), {"value": 3}, "log() got two values for 'value'"),
    (({"x": 1.0}, 1.0, 3), {}, "takes a step and no value"),
    (("x", b"1"), {}, "metric 'x': "),
    (("x", 1j), {}, "metric 'x': "),
    (("x", [1.0]), {}, "metric 'x': "),
    (("x", object()), {}, "metric 'x': "),
]


@pytest.mark.parametrize("arguments, keywords, message", WRONG, ids=[w[2] for w in WRONG])
def test_a_wrong_call_is_told_once_and_logs_nothing(
    run: epochlog.Run, arguments: Any, keywords: Any, message: str
) -> None:
    (text,) = told(run.log, *arguments, **keywords)
    assert message in text
    assert told(run.log, *arguments, **keywords) == []
    assert run.metrics == []


@pytest.mark.parametrize("arguments, keywords, message", WRONG, ids=[w[2] for w in WRONG])
def test_a_strict_run_raises_it(root: Any, arguments: Any, keywords: Any, message: str) -> None:
    with epochlog.Run("strict", strict=True) as run:
        for _ in range(2):
            with pytest.raises(TypeError, match=None if "metric" in message else "log"):
                run.log(*arguments, **keywords)
        run.log("good", 1.0)
        assert run.metrics == ["good"]


def test_a_strict_run_keeps_what_stands_before_the_bad_member(root: Any) -> None:
    with epochlog.Run("strict", strict=True) as run:
        with pytest.raises(ValueError, match="empty"):
            run.log({"a": 1.0, "": 2.0, "b": 3.0})
        with pytest.raises(TypeError):
            run.log({"c": {"d": [1]}})
        with pytest.raises(OverflowError, match="64 bits"):
            run.log("a", 1.0, 2**64)
        with pytest.raises((RecursionError, ValueError)):
            endless: dict[str, Any] = {}
            endless["x"] = endless
            run.log(endless)
        assert run.get_metrics() == {"a": 1.0}


# ---------------------------------------------------------------------- telling


def test_a_cause_is_told_once_for_each_name(run: epochlog.Run) -> None:
    assert len(told(run.log, "a", [1])) == 1
    assert told(run.log, "a", [2]) == []
    assert len(told(run.log, "b", [1])) == 1
    assert len(told(run.log, "a", Raising(ValueError("other")))) == 1
    assert told(run.log, "a", Raising(ValueError("other"))) == []


def test_so_many_causes_are_told_and_no_more(run: epochlog.Run) -> None:
    messages = told(lambda: [run.log(f"m{i}", [1]) for i in range(1500)] and None)
    assert len(messages) == 1000


def test_a_warning_is_of_the_line_that_logged(run: epochlog.Run) -> None:
    with pytest.warns(RuntimeWarning) as caught:
        run.log("x", [1])
    assert caught[0].filename == __file__


def test_a_warning_may_hold_any_character(run: epochlog.Run) -> None:
    (message,) = told(run.log, "a\0ü\ud800", 1)
    assert "a\0ü\ud800" in message
    (message,) = told(run.log, "x", Raising(ValueError("nul \0 and \udc00")))
    assert "nul \0 and \udc00" in message


def test_an_exception_without_words_is_told_by_its_type(run: epochlog.Run) -> None:
    class Wordless(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    (message,) = told(run.log, "x", Raising(ValueError()))
    assert "ValueError" in message
    (message,) = told(run.log, "x", Raising(Wordless()))
    assert "Wordless" in message


def test_where_warnings_are_errors_they_are_printed_and_nothing_is_raised(python: Any, root: Any) -> None:
    done = python(
        """if True:
        import warnings
        import epochlog

        run = epochlog.Run("errors")
        warnings.simplefilter("error")
        for value in ([1], [1], object(), "text", 2.0, {"a": b""}):
            run.log("x" if value != "text" else "y", value)
        run.log({"y": 1, "": 2, 3: 4}, "no step")
        run.log()
        assert run.get_metrics() == {"y": "text", "x": 2.0}, run.get_metrics()
        run.complete()
        run.log("x", 1.0)
        print("went on")"""
    )
    assert done.stdout == "went on\n"
    assert done.stderr.count("RuntimeWarning: ") == done.stderr.count("Exception ignored in") == 8
    assert "metric 'x'" in done.stderr


# --------------------------------------------------------------- hostile objects


class Raising:
    """Raises from every method that makes a number of it."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __float__(self) -> float:
        raise self.error

    def __index__(self) -> int:
        raise self.error


ERRORS = [ValueError("v"), RuntimeError("r"), MemoryError(), OSError(5, "five"), ZeroDivisionError()]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_what_a_value_raises_is_told(run: epochlog.Run, error: Exception) -> None:
    (message,) = told(run.log, "x", Raising(error))
    assert (str(error) or type(error).__name__) in message
    (message,) = told(run.log, {"y": Raising(error), "z": 1.0})
    assert run.get_metrics() == {"z": 1.0}


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_ctrl_c_is_not_kept_from_the_program(run: epochlog.Run, kind: type[BaseException]) -> None:
    for call in (
        lambda: run.log("x", Raising(kind())),
        lambda: run.log({"a": 1.0, "x": Raising(kind())}),
        lambda: run.log({"n": {"x": Raising(kind())}}),
        lambda: run.log("x", 1.0, Raising(kind())),
    ):
        with pytest.raises(kind):
            call()


class Bad:
    def __init__(self, result: Any) -> None:
        self.result = result

    def __float__(self) -> Any:
        return self.result

    __index__ = __float__


@pytest.mark.parametrize("result", ["1", None, 1j])
def test_a_method_that_returns_no_number_is_told(run: epochlog.Run, result: Any) -> None:
    assert len(told(run.log, "x", Bad(result))) == 1
    assert run.metrics == []


class Doing:
    """Does something when its value is asked for."""

    def __init__(self, action: Any, value: float = 1.0) -> None:
        self.action = action
        self.value = value

    def __float__(self) -> float:
        self.action()
        return self.value

    def __str__(self) -> str:
        self.action()
        return "key"

    def __hash__(self) -> int:
        return 1


def test_a_value_may_change_the_dict_that_it_is_in(run: epochlog.Run) -> None:
    for change in ("clear", "grow", "replace", "shrink"):
        metrics: dict[str, Any] = {}

        def act() -> None:
            if change == "clear":
                metrics.clear()
            elif change == "shrink":
                metrics.pop("z", None)
            else:
                for i in range(1000):
                    metrics[f"{change}{i}" if change == "grow" else "z"] = float(i)

        metrics.update({"a": 1.0, "x": Doing(act), "y": Doing(act), "z": object})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run.log(metrics)
            metrics.update({"n": {"a": Doing(act), "b": 1.0}})
            run.log(metrics)
            run.log("n", metrics)
    assert run["a"].last == 1.0


def test_a_key_may_change_the_dict_that_it_is_in(run: epochlog.Run) -> None:
    inner: dict[Any, Any] = {}
    inner.update({Doing(inner.clear): object(), "b": [1]})
    told(run.log, "x", inner)
    told(run.log, {"x": inner})


def test_a_value_may_log_to_the_metric_that_it_is_for(run: epochlog.Run) -> None:
    run.log("x", Doing(lambda: run.log("x", 7), 0.5))
    run.log({"y": 1, "z": Doing(lambda: run.log("y", 0.5), 2.5)})
    run.log("y", 3)
    assert sorted(value for _, value in points(run, "x")) == [0.5, 7.0]
    assert sorted(value for _, value in points(run, "y")) == [0.5, 1.0, 3.0]


@pytest.mark.parametrize("known", [False, True])
def test_a_value_may_end_the_run(root: Any, known: bool) -> None:
    ending = {
        "number": lambda run, end: run.log("x", end),
        "dict": lambda run, end: run.log({"a": 1.0, "x": end, "b": "text", "c": True}),
        "nested": lambda run, end: run.log("n", {"x": end, "y": 1.0}),
        "step": lambda run, end: run.log("x", "text" if not known else 1.0, end),
    }
    for name, call in ending.items():
        run = epochlog.Run(name)
        if known:
            run.log({"x": 1.0, "a": 1.0, "n/x": 1.0})
        messages = told(call, run, Doing(run.complete, 2.0))
        assert "the run has ended" in "".join(messages)
        assert run.saved().status == "Completed"


def test_a_dict_may_be_of_a_class_with_ideas_of_its_own(run: epochlog.Run) -> None:
    class Odd(dict):  # type: ignore[type-arg]
        def __iter__(self) -> Any:
            raise RuntimeError("no iteration")

        def __len__(self) -> int:
            return 10**9

        def items(self) -> Any:
            raise RuntimeError("no items")

    class Mapping:
        def keys(self) -> Any:
            raise RuntimeError("no keys")

        def __getitem__(self, key: str) -> float:
            return 1.0

    run.log(Odd(a=1.0, b={"c": 2}))
    assert run.get_metrics() == {"a": 1.0, "b/c": 2}
    assert told(run.log, Mapping()) == ["no keys"]


def test_a_hostile_key_is_told(run: epochlog.Run) -> None:
    class Key:
        def __hash__(self) -> int:
            return 5

        def __str__(self) -> str:
            raise RuntimeError("no str")

    assert len(told(run.log, {Key(): 1.0, Name: 2.0, "x": 3.0})) == 1
    assert told(run.log, {"n": {Key(): 1.0, "y": 4.0}}) == ["metric 'n': no str; it was not logged"]
    assert run.get_metrics() == {"x": 3.0, "n/y": 4.0}


# ---------------------------------------------------------------------- the end


def test_behind_the_end_log_tells_once_and_does_nothing(run: epochlog.Run) -> None:
    run.log("x", 1.0)
    run.complete()
    assert told(run.log, "x", 2.0) == ["the run has ended: nothing more is logged"]
    assert told(run.log, "y", "text") == told(run.log, {"z": 1}) == told(run.log) == []
    assert run.get_metrics() == {"x": 1.0}


def test_a_strict_run_raises_behind_its_end(root: Any) -> None:
    run = epochlog.Run("strict", strict=True)
    run.complete()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="has ended"):
            run.log("x", 1.0)


def test_a_run_that_never_began_takes_nothing_and_breaks_nothing(root: Any) -> None:
    run = epochlog.Run.__new__(epochlog.Run)
    assert told(run.log, "x", 1.0) == ["the run has ended: nothing more is logged"]
    assert not run.is_open
    with pytest.raises(RuntimeError):
        run.log_list("x", [1])


def test_a_run_may_begin_again(run: epochlog.Run) -> None:
    """The numbers of the old metrics mean nothing to the new run."""
    run.log({"a": 1, "b": 2.0, "c": "text"})
    run.complete()
    run.__init__("again")  # type: ignore[misc]
    run.log({"c": 3, "b": "text", "a": 0.5})
    assert run.get_metrics() == {"c": 3, "b": "text", "a": 0.5}


def test_nothing_else_than_its_methods_is_needed_to_log(run: epochlog.Run) -> None:
    log = run.log
    for i in range(3):
        log("x", float(i))
    assert list(run["x"].values) == [0.0, 1.0, 2.0]
    if sys.version_info >= (3, 9):
        assert "step" in (epochlog.Run.log.__doc__ or "") or epochlog.Run.log.__text_signature__
