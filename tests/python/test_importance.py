"""log_importance: how important each feature is to a model."""

from __future__ import annotations

import array
import ctypes
import math
from typing import Any, Iterator

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("importance")
    yield run
    if run.is_open:
        run.complete()


def kept(run: epochlog.Run, name: str = "importance") -> Any:
    return run.saved().evaluations[name]


def test_names_and_values_are_kept(run: epochlog.Run) -> None:
    run.log_importance(["age", "größe"], array.array("d", [0.5, -0.25]))
    evaluation = kept(run)
    assert (evaluation.type, evaluation.count) == ("importance", 2)
    assert evaluation.features == ("age", "größe")
    assert list(evaluation.overall) == [0.5, -0.25]
    assert evaluation.deviation is None and evaluation.method == ""


def test_a_dict_has_both(run: epochlog.Run) -> None:
    run.log_importance({"a": 1, "b": 2.5}, method="coefficient", name="model")
    assert kept(run, "model").features == ("a", "b")
    assert list(kept(run, "model").overall) == [1.0, 2.5]
    assert kept(run, "model").method == "coefficient"


def test_features_may_be_numbers_or_whatever_has_a_text(run: epochlog.Run) -> None:
    run.log_importance(range(3), [1, 2, 3])
    assert kept(run).features == ("0", "1", "2")


def test_deviations_and_classes_are_kept(run: epochlog.Run) -> None:
    run.log_importance(
        ["a", "b"],
        [0.5, 0.25],
        deviation=(0.1, 0.2),
        per_class=[[1, 2], [3, 4], [5, 6]],
        classes=["x", 1, True],
    )
    evaluation = kept(run)
    assert list(evaluation.deviation) == [0.1, 0.2]
    assert evaluation.classes == ("x", "1", "True")
    assert [list(row) for row in evaluation.per_class] == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    "per_class, classes",
    [
        ({"x": [1, 2], "y": (3, 4)}, None),
        ({"x": array.array("f", [1, 2]), "y": iter([3, 4])}, None),
        (((ctypes.c_double * 2) * 2)((1, 2), (3, 4)), ["x", "y"]),
        (memoryview(array.array("i", [1, 2, 3, 4])).cast("B").cast("i", (2, 2)), iter("xy")),
    ],
    ids=["a dict", "a dict of arrays", "a matrix", "a view"],
)
def test_values_of_classes_may_be_of_every_make(run: epochlog.Run, per_class: Any, classes: Any) -> None:
    run.log_importance(["a", "b"], [1, 2], per_class=per_class, classes=classes)
    assert kept(run).classes == ("x", "y")
    assert [list(row) for row in kept(run).per_class] == [[1, 2], [3, 4]]


def test_one_feature_is_enough(run: epochlog.Run) -> None:
    run.log_importance(["a"], [1], per_class=[[1], [2]], classes=["x", "y"])
    assert [list(row) for row in kept(run).per_class] == [[1], [2]]
    run.log_importance(["a"], [1], per_class=((ctypes.c_double * 1) * 2)((1,), (2,)), classes="xy", name="m")
    assert [list(row) for row in kept(run, "m").per_class] == [[1], [2]]


def test_values_may_be_not_finite(run: epochlog.Run) -> None:
    run.log_importance(["a", "b"], [math.nan, math.inf])
    assert [str(value) for value in kept(run).overall] == ["nan", "inf"]


def test_ten_thousand_features_are_no_problem(run: epochlog.Run) -> None:
    run.log_importance([f"feature {i}" for i in range(10_000)], range(10_000))
    assert kept(run).features[9999] == "feature 9999" and kept(run).overall[9999] == 9999.0


AB = ["a", "b"]
WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    ("no features", (None, [1]), {}, TypeError, "^features is a dict or a sequence of names"),
    ("a text", ("ab", [1, 2]), {}, TypeError, "^features is a dict or a sequence of names"),
    ("a number", (5, [1]), {}, TypeError, "^features is a dict or a sequence of names"),
    ("no values", (AB,), {}, ValueError, "^values of the features were not given"),
    ("a dict and values", ({"a": 1}, [1]), {}, ValueError, "^features is a dict of names and values, and"),
    ("more values", (AB, [1, 2, 3]), {}, ValueError, "^values has 3 values, features has 2"),
    ("two dimensions", (AB, [[1, 2]]), {}, ValueError, "^values has 2 dimensions, not 1"),
    ("a text for a value", ({"a": "x"},), {}, TypeError, "^values: element 0 is 'x', not a number"),
    ("None for a value", ({"a": None},), {}, TypeError, "^values: element 0 is None, not a number"),
    ("fewer deviations", (AB, [1, 2]), {"deviation": [1]}, ValueError, "^deviation has 1 values, features has 2"),
    ("classes alone", (AB, [1, 2]), {"classes": AB}, ValueError, "^per_class and classes"),
    ("values of classes alone", (AB, [1, 2]), {"per_class": [[1, 2]]}, ValueError, "^per_class and classes"),
    ("classes twice", (AB, [1, 2]), {"per_class": {"x": [1, 2]}, "classes": AB}, ValueError, "^per_class is a dict"),
    ("fewer classes", (AB, [1, 2]), {"per_class": [[1, 2], [3, 4]], "classes": ["x"]}, ValueError,
     "^per_class is 2 x 2, for 1 classes and 2 features"),
    ("more features of classes", (AB, [1, 2]), {"per_class": [[1, 2, 3]], "classes": ["x"]}, ValueError,
     "^per_class is 1 x 3, for 1 classes and 2 features"),
    ("one dimension of classes", (AB, [1, 2]), {"per_class": [1, 2], "classes": AB}, ValueError,
     "^per_class has 1 dimensions, not 2"),
    ("rows that differ", (AB, [1, 2]), {"per_class": {"x": [1, 2], "y": [1]}}, ValueError, "^per_class: a row has 1"),
    ("a feature with a NUL", (["a\0", "b"], [1, 2]), {}, ValueError, "^the name of a feature holds a NUL"),
    ("a method that is no text", (AB, [1, 2]), {"method": 5}, TypeError, "^the method is a str, not"),
    ("an empty name", (AB, [1, 2]), {"name": ""}, ValueError, "^the name of an importance is empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    "arguments, keywords, kind, message", [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_what_is_wrong_is_told_by_argument_and_nothing_is_kept(
    run: epochlog.Run, arguments: Any, keywords: Any, kind: Any, message: str
) -> None:
    with pytest.raises(kind, match=message):
        run.log_importance(*arguments, **keywords)
    assert run.saved().evaluations == {}


def test_behind_the_end_it_raises(run: epochlog.Run) -> None:
    run.complete()
    with pytest.raises(RuntimeError, match="the run has ended"):
        run.log_importance(AB, [1, 2])
