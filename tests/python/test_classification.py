"""log_classification: labels of every make become indices of classes."""

from __future__ import annotations

import array
import ctypes
import enum
import math
from typing import Any, Iterator

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("classification")
    yield run
    if run.is_open:
        run.complete()


def kept(run: epochlog.Run, name: str = "test") -> Any:
    return run.saved().evaluations[name]


def labels(run: epochlog.Run, *arguments: Any, **keywords: Any) -> tuple[tuple[str, ...], list[int]]:
    """The classes, and the index of each true label, of a new evaluation."""
    name = f"evaluation {len(run.saved().evaluations)}"
    run.log_classification(*arguments, name=name, **keywords)
    evaluation = kept(run, name)
    return evaluation.classes, list(evaluation.true_class)


class Scalar:
    """What NumPy and PyTorch wrap a single value in."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def item(self) -> Any:
        return self.value


class Text(str):
    pass


class NAType:
    pass


# ---------------------------------------------------------------- what classes are

TWO = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]
ONE = [0.1, 0.8, 0.4]

MADE = [
    ("texts", ["cat", "dog", "cat"], TWO, ("cat", "dog"), [0, 1, 0]),
    ("texts in another order", ["dog", "cat", "dog"], TWO, ("cat", "dog"), [1, 0, 1]),
    ("integers", [1, 0, 1], TWO, ("0", "1"), [1, 0, 1]),
    ("integers from 1", [1, 2, 1], TWO, ("1", "2"), [0, 1, 0]),
    ("negative integers", [-1, 1, -1], ONE, ("-1", "1"), [0, 1, 0]),
    ("truth values", [True, False, True], ONE, ("False", "True"), [1, 0, 1]),
    ("only zeros, one score", [0, 0, 0], ONE, ("0", "1"), [0, 0, 0]),
    ("only ones, one score", [1, 1, 1], ONE, ("0", "1"), [1, 1, 1]),
    ("only True, one score", [True] * 3, ONE, ("False", "True"), [1, 1, 1]),
    ("one label among two columns", [1, 1, 1], TWO, ("0", "1"), [1, 1, 1]),
    ("whole floats", [1.0, 0.0, 1.0], TWO, ("0", "1"), [1, 0, 1]),
    ("broken floats", [0.5, 1.5, 0.5], TWO, ("0.5", "1.5"), [0, 1, 0]),
    ("an array of integers", array.array("q", [7, 3, 7]), TWO, ("3", "7"), [1, 0, 1]),
    ("an array of bytes", array.array("B", [1, 0, 1]), TWO, ("0", "1"), [1, 0, 1]),
    ("an array of floats", array.array("f", [1, 0, 1]), TWO, ("0", "1"), [1, 0, 1]),
    ("an array of truth values", (ctypes.c_bool * 3)(True, False, True), TWO, ("False", "True"), [1, 0, 1]),
    ("a view backwards", memoryview(array.array("i", [5, 4, 4]))[::-1], TWO, ("4", "5"), [0, 0, 1]),
    ("large integers", [2**40, -(2**40), 2**40], TWO, (str(-(2**40)), str(2**40)), [1, 0, 1]),
    ("integers beyond the table", array.array("q", [70000, 3, 70000]), TWO, ("3", "70000"), [1, 0, 1]),
    ("wrapped integers", [Scalar(1), Scalar(0), Scalar(1)], TWO, ("0", "1"), [1, 0, 1]),
    ("wrapped texts", [Scalar("b"), "a", Scalar("b")], TWO, ("a", "b"), [1, 0, 1]),
    ("a subclass of str", [Text("b"), "a", Text("b")], TWO, ("a", "b"), [1, 0, 1]),
    ("a tuple", ("b", "a", "b"), TWO, ("a", "b"), [1, 0, 1]),
    ("a column of rows of one", ((ctypes.c_int * 1) * 3)((1,), (0,), (1,)), TWO, ("0", "1"), [1, 0, 1]),
    ("texts and numbers", ["1", 0, "1"], TWO, ("0", "1"), [1, 0, 1]),
]  # fmt: skip


@pytest.mark.parametrize("true, scores, classes, indices", [m[1:] for m in MADE], ids=[m[0] for m in MADE])
def test_without_classes_they_are_the_distinct_labels_in_ascending_order(
    run: epochlog.Run, true: Any, scores: Any, classes: tuple[str, ...], indices: list[int]
) -> None:
    assert labels(run, true, scores) == (classes, indices)


GIVEN = [
    ("in their own order", ["dog", "cat"], ["cat", "dog", "cat"], ("dog", "cat"), [1, 0, 1]),
    ("indices of names", ["cat", "dog"], [0, 1, 0], ("cat", "dog"), [0, 1, 0]),
    ("an array of indices of names", ["cat", "dog"], array.array("i", [0, 1, 0]), ("cat", "dog"), [0, 1, 0]),
    ("whole floats as indices", ["cat", "dog"], [0.0, 1.0, 0.0], ("cat", "dog"), [0, 1, 0]),
    ("truth values as indices", ["no", "yes"], [True, False, True], ("no", "yes"), [1, 0, 1]),
    ("numbers by value before place", [1, 0], [0, 1, 1], ("1", "0"), [1, 0, 0]),
    ("texts of numbers", ["1", "0"], [0, 1, 1], ("1", "0"), [1, 0, 0]),
    ("numbers of texts", [1, 0], ["0", "1", "1"], ("1", "0"), [1, 0, 0]),
    ("texts of truth values", ["False", "True"], [True, False, True], ("False", "True"), [1, 0, 1]),
    ("wrapped classes", [Scalar("b"), Scalar("a")], ["a", "b", "a"], ("b", "a"), [1, 0, 1]),
    ("floats", [0.0, 1.0], [1, 0, 1], ("0.0", "1.0"), [1, 0, 1]),
    ("a generator", (c for c in "ba"), ["a", "b", "a"], ("b", "a"), [1, 0, 1]),
    ("an array", array.array("i", [9, 8]), [8, 9, 8], ("9", "8"), [1, 0, 1]),
    ("one that no label has", ["a", "b"], ["a", "a", "a"], ("a", "b"), [0, 0, 0]),
    ("text that C trims not", ["a b", "ä"], ["ä", "a b", "ä"], ("a b", "ä"), [1, 0, 1]),
]  # fmt: skip


@pytest.mark.parametrize("classes, true, names, indices", [g[1:] for g in GIVEN], ids=[g[0] for g in GIVEN])
def test_classes_that_are_given_say_which_column_is_whose(
    run: epochlog.Run, classes: Any, true: Any, names: tuple[str, ...], indices: list[int]
) -> None:
    assert labels(run, true, TWO, classes=classes) == (names, indices)


def test_scores_are_kept_as_they_are(run: epochlog.Run) -> None:
    run.log_classification([0, 1, 0], TWO)
    evaluation = kept(run)
    assert [list(column) for column in evaluation.scores] == [[0.9, 0.2, 0.6], [0.1, 0.8, 0.4]]
    assert not evaluation.binary_scores and evaluation.count == 3
    assert evaluation.predicted_class is None or list(evaluation.predicted_class) == [0, 1, 0]


@pytest.mark.parametrize(
    "scores",
    [
        ONE,
        [[0.1], [0.8], [0.4]],
        array.array("d", ONE),
        memoryview(array.array("d", ONE)).cast("B").cast("d", (3, 1)),
        iter(ONE),
    ],
    ids=["a list", "rows of one", "an array", "an array of one column", "an iterator"],
)
def test_one_score_is_that_of_the_second_class(run: epochlog.Run, scores: Any) -> None:
    run.log_classification(["no", "yes", "no"], scores)
    evaluation = kept(run)
    assert evaluation.binary_scores and evaluation.classes == ("no", "yes")
    assert list(evaluation.scores[1]) == ONE


def test_scores_of_32_bits_are_kept_as_such(run: epochlog.Run) -> None:
    singles = array.array("f", [0.1, 0.8, 0.4])
    run.log_classification([0, 1, 0], singles)
    assert list(kept(run).scores[1]) == list(singles)


def test_scores_may_be_anything_even_not_finite(run: epochlog.Run) -> None:
    run.log_classification([0, 1, 0], [-5.0, math.inf, math.nan])
    assert [str(score) for score in kept(run).scores[1]] == ["-5.0", "inf", "nan"]


# ----------------------------------------------------------------------- positive


def test_the_positive_class_may_be_named(run: epochlog.Run) -> None:
    run.log_classification(["a", "b", "a"], TWO, positive="a")
    assert (kept(run).positive, kept(run).classes) == ("a", ("a", "b"))
    run.log_classification([0, 1, 0], TWO, positive=Scalar(1), name="wrapped")
    assert kept(run, "wrapped").positive == "1"
    run.log_classification([True, False, True], ONE, classes=["no", "yes"], positive=True, name="place")
    assert kept(run, "place").positive == "yes"


@pytest.mark.parametrize(
    "true, classes, positive",
    [
        (["yes", "no", "yes"], None, "no"),
        (["yes", "no", "yes"], ["no", "yes"], "no"),
        ([1, 0, 1], ["no", "yes"], "no"),
        (array.array("i", [1, 0, 1]), ["no", "yes"], 0),
    ],
)
def test_one_score_is_that_of_the_positive_class(
    run: epochlog.Run, true: Any, classes: Any, positive: Any
) -> None:
    """The labels stay what they were, whichever of the two is the positive one."""
    run.log_classification(true, ONE, classes=classes, predicted=true, positive=positive)
    evaluation = kept(run)
    assert evaluation.positive == "no" and evaluation.classes == ("yes", "no")
    names = [evaluation.classes[index] for index in evaluation.true_class]
    assert names == [evaluation.classes[index] for index in evaluation.predicted_class]
    assert names == ["yes", "no", "yes"]
    assert list(evaluation.scores[evaluation.classes.index("no")]) == ONE


# ---------------------------------------------------------------------- the others


def test_labels_alone_are_enough(run: epochlog.Run) -> None:
    run.log_classification(["a", "b"], predicted=["b", "c"])
    evaluation = kept(run)
    assert evaluation.classes == ("a", "b", "c") and evaluation.scores is None
    assert (list(evaluation.true_class), list(evaluation.predicted_class)) == ([0, 1], [1, 2])


def test_predicted_labels_may_be_of_another_make_than_true_ones(run: epochlog.Run) -> None:
    run.log_classification([1, 0, 1], TWO, predicted=array.array("f", [1, 1, 0]))
    assert list(kept(run).predicted_class) == [1, 1, 0]
    run.log_classification(["1", "0"], predicted=[0, 1], classes=["0", "1"], name="texts")
    assert list(kept(run, "texts").predicted_class) == [0, 1]


def test_weights_and_ids_are_kept(run: epochlog.Run) -> None:
    run.log_classification(
        [0, 1], ONE[:2], weights=[0, 2.5], ids=array.array("q", [2**63 - 1, -5])
    )
    assert list(kept(run).weights) == [0.0, 2.5]
    assert list(kept(run).ids) == [2**63 - 1, -5]


def test_batches_under_one_name_are_one_evaluation(run: epochlog.Run) -> None:
    classes = ["a", "b", "c"]
    for batch in ([], ["a", "b"], ["c"], []):
        run.log_classification(batch, [[0.2, 0.3, 0.5]] * len(batch), classes=classes)
    evaluation = kept(run)
    assert evaluation.count == 3 and list(evaluation.true_class) == [0, 1, 2]
    assert run.saved().warnings == []


def test_batches_may_be_of_other_makes(run: epochlog.Run) -> None:
    run.log_classification([0, 1], ONE[:2], positive=1)
    run.log_classification(array.array("i", [1]), array.array("f", [0.5]))
    run.log_classification([True], [[0.25]], classes=[0, 1])
    assert list(kept(run).true_class) == [0, 1, 1, 1] and run.saved().warnings == []


OTHERS: list[tuple[str, dict[str, Any], str]] = [
    ("fewer classes", {"y_true": ["a", "a"], "predicted": ["a", "b"]},
     r"has the classes \('a', 'b', 'c'\), and this batch \('a', 'b'\): classes says which there are"),
    ("scores", {"scores": [[1, 0, 0]] * 2}, "has y_true, predicted, and this batch y_true, scores of all classes, p"),
    ("weights", {"weights": [1, 1]}, "has y_true, predicted, and this batch y_true, predicted, weights"),
    ("ids", {"ids": [1, 1]}, "has y_true, predicted, and this batch y_true, predicted, ids"),
]  # fmt: skip


@pytest.mark.parametrize("changed, message", [o[1:] for o in OTHERS], ids=[o[0] for o in OTHERS])
def test_a_batch_that_a_reader_would_leave_out_is_refused(
    run: epochlog.Run, changed: dict[str, Any], message: str
) -> None:
    first: dict[str, Any] = {"y_true": ["a", "b"], "predicted": ["a", "c"]}
    run.log_classification(**first)
    with pytest.raises(ValueError, match=f"^classification 'test' {message}"):
        run.log_classification(**{**first, **changed})
    run.log_classification(**{**first, **changed}, name="another")
    run.log_regression([1.0], [2.0])
    assert kept(run).count == 2 and run.saved().warnings == []


def test_one_score_and_two_do_not_mix(run: epochlog.Run) -> None:
    run.log_classification([0, 1, 0], TWO)
    with pytest.raises(ValueError, match="has y_true, scores of all classes, and this batch y_true, one score"):
        run.log_classification([0, 1, 0], ONE)
    run.log_classification([], [])


def test_no_samples_are_no_evaluation(run: epochlog.Run) -> None:
    for scores in ([], array.array("d")):
        run.log_classification([], scores, classes=["a", "b"], weights=[], ids=[], predicted=[])
    run.log_classification(array.array("i"), [])
    run.log_regression([], [])
    assert run.saved().evaluations == {} and run.saved().warnings == []


def test_a_thousand_classes_are_no_problem(run: epochlog.Run) -> None:
    true = list(range(1000))
    rows = memoryview(array.array("f", bytes(4 * 1000 * 1000))).cast("B").cast("f", (1000, 1000))
    run.log_classification(true, rows)
    assert list(kept(run).true_class) == true and len(kept(run).classes) == 1000


# --------------------------------------------------------------------------- wrong

WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    ("no labels", (None, ONE), {}, TypeError, "^y_true is an array"),
    ("neither scores nor labels", ([0, 1],), {}, ValueError, "neither scores nor predicted"),
    ("a text for labels", ("abc", ONE), {}, TypeError, "^y_true is an array or a sequence of labels"),
    ("bytes for labels", (b"abc", ONE), {}, TypeError, "^y_true is an array or a sequence of labels"),
    ("a dict for labels", ({0: 1}, ONE), {}, TypeError, "^y_true is an array or a sequence of labels"),
    ("a set for labels", ({0, 1}, ONE), {}, TypeError, "^y_true is an array or a sequence of labels"),
    ("a number for labels", (5, ONE), {}, TypeError, "^y_true is an array or a sequence of labels"),
    ("two dimensions", (((ctypes.c_int * 2) * 2)(), ONE), {}, ValueError, "^y_true has 2 dimensions, not 1"),
    ("lists for labels", ([[0], [1]], ONE), {}, TypeError, r"^y_true: element 0 is \[0\], which is no label"),
    ("a NaN", ([0, math.nan], ONE), {}, ValueError, "^y_true: element 1 is nan, which is no label"),
    ("a NaN of an array", (array.array("f", [0, 1, math.nan]), ONE), {}, ValueError, "element 2 is nan"),
    ("a wrapped NaN", ([0, Scalar(math.nan)], ONE), {}, ValueError, "element 1 is nan"),
    ("None", ([None, 1], ONE), {}, ValueError, "^y_true: element 0 is None, which is no label"),
    ("NA", ([1, NAType()], ONE), {}, ValueError, "^y_true: element 1 is .*NAType.*, which is no label"),
    ("a predicted NaN", ([0, 1],), {"predicted": [0, math.nan]}, ValueError, "^predicted: element 1 is nan"),
    ("fewer scores", ([0, 1, 0], ONE[:2]), {}, ValueError, "^scores has 2 values, y_true has 3"),
    ("fewer rows", ([0, 1], TWO), {}, ValueError, "^scores has 3 values, y_true has 2"),
    ("fewer predicted", ([0, 1],), {"predicted": [0]}, ValueError, "^predicted has 1 values, y_true has 2"),
    ("fewer weights", ([0, 1], ONE[:2]), {"weights": [1]}, ValueError, "^weights has 1 values, y_true has 2"),
    ("more ids", ([0, 1], ONE[:2]), {"ids": [1, 2, 3]}, ValueError, "^ids has 3 values, y_true has 2"),
    ("three dimensions", ([0], [[[0.1, 0.2], [0.3, 0.4]]]), {}, ValueError, "^scores has 3 dimensions, not 1 to 2"),
    ("rows of two lengths", ([0, 1], [[0.1, 0.9], [0.1]]), {}, ValueError, "^scores: a row has 1 values"),
    ("a text among scores", ([0, 1], [0.5, "x"]), {}, TypeError, "^scores: element 1 is 'x', not a number"),
    ("an unknown label", ([0, 5], TWO[:2]), {"classes": [0, 1]}, ValueError, "^y_true: element 1 is 5, which"),
    ("an unknown name", (["a", "x"], TWO[:2]), {"classes": ["a", "b"]}, ValueError, "^y_true: element 1 is 'x'"),
    ("a predicted unknown", (["a"],), {"predicted": ["x"], "classes": ["a", "b"]}, ValueError, "^predicted: el"),
    ("an index too far", ([0, 2], TWO[:2]), {"classes": ["a", "b"]}, ValueError, "^y_true: element . is ., wh"),
    ("an index below 0", ([0, -1], TWO[:2]), {"classes": ["a", "b"]}, ValueError, "^y_true: element . is -?., w"),
    ("a broken index", ([0, 0.5], TWO[:2]), {"classes": ["a", "b"]}, ValueError, "^y_true: element . is 0"),
    ("one class", (["a", "a"], ONE[:2]), {}, ValueError, "2 classes or more, not 1"),
    ("one class given", (["a", "a"], ONE[:2]), {"classes": ["a"]}, ValueError, "2 classes or more, not 1"),
    ("no class given", ([], []), {"classes": []}, ValueError, "2 classes or more, not 0"),
    ("a class twice", ([0, 1], TWO[:2]), {"classes": ["a", "a"]}, ValueError, "^class 'a' is there twice"),
    ("a class twice by its text", ([0, 1], TWO[:2]), {"classes": [1, "1"]}, ValueError, "^class '1' is there"),
    ("classes as a text", ([0, 1], TWO[:2]), {"classes": "ab"}, TypeError, "^classes is a sequence of labels"),
    ("a number of classes", ([0, 1], TWO[:2]), {"classes": 2}, TypeError, "^classes is a sequence of labels"),
    ("a class of NaN", ([0, 1], TWO[:2]), {"classes": [0, math.nan]}, ValueError, "^classes: element 1 is nan"),
    ("a class of None", ([0, 1], TWO[:2]), {"classes": [None, 1]}, ValueError, "^classes: element 0 is None"),
    ("a class that is a list", ([0, 1], TWO[:2]), {"classes": [[0], 1]}, TypeError, r"^classes: element 0 is \[0\]"),
    ("a class with a NUL", ([0, 1], TWO[:2]), {"classes": ["a", "b\0"]}, ValueError, "the name of a class holds"),
    ("columns that no label names", (["a", "b"], [[1, 0, 0], [0, 1, 0]]), {}, ValueError,
     "^scores has 3 columns and there are 2 distinct labels: classes says"),
    ("more labels than columns", ([0, 1, 2], TWO), {}, ValueError, "^scores has 2 columns and there are 3"),
    ("columns for other classes", ([0, 1, 2], TWO), {"classes": [0, 1, 2]}, ValueError,
     "^scores has 2 columns for 3 classes"),
    ("one score for three classes", ([0, 1, 2], ONE), {}, ValueError, "for 2 classes, not 3"),
    ("a positive class that is none", ([0, 1, 0], ONE), {"positive": 2}, ValueError, "^positive is 2, which is"),
    ("a positive one of three", ([0, 1, 2], [[1, 0, 0]] * 3), {"positive": 1}, ValueError, "^positive is one of 2"),
    ("a negative weight", ([0, 1], ONE[:2]), {"weights": [1, -0.5]}, ValueError, "^weights: element 1 is -0.5"),
    ("a weight of NaN", ([0, 1], ONE[:2]), {"weights": [math.nan, 1]}, ValueError, "^weights: element 0 is nan"),
    ("an infinite weight", ([0, 1], ONE[:2]), {"weights": [math.inf, 1]}, ValueError, "^weights: element 0 is inf"),
    ("a broken id", ([0, 1], ONE[:2]), {"ids": [1.5, 2]}, ValueError, "^ids: element 0 is 1.5, not a whole"),
    ("an id of NaN", ([0], [[1, 0]]), {"ids": [math.nan]}, ValueError, "^ids: element 0 is nan, not a whole"),
    ("a text for an id", ([0], [[1, 0]]), {"ids": ["a"]}, TypeError, "^ids: element 0 is 'a', not a number"),
    ("an id beyond 64 bits", ([0], [[1, 0]]), {"ids": [2**63]}, ValueError, "^ids: element 0 is 9223372036854775808"),
    ("an id beyond 63 bits", ([0], [[1, 0]]), {"ids": array.array("Q", [2**63])}, ValueError, "^ids: element 0"),
    ("no name", ([0, 1], ONE[:2]), {"name": None}, TypeError, "^the name of an evaluation is a str"),
    ("an empty name", ([0, 1], ONE[:2]), {"name": " "}, ValueError, "^the name of an evaluation is empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    "arguments, keywords, kind, message", [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_what_is_wrong_is_told_by_argument_and_nothing_is_kept(
    run: epochlog.Run, arguments: Any, keywords: Any, kind: Any, message: str
) -> None:
    with pytest.raises(kind, match=message):
        run.log_classification(*arguments, **keywords)
    assert run.saved().evaluations == {}


class Hostile:
    """A label whose methods do what they are told."""

    def __init__(self, error: BaseException | None = None, action: Any = None) -> None:
        self.error = error
        self.action = action

    def __hash__(self) -> int:
        if self.action:
            self.action()
        if self.error:
            raise self.error
        return 1

    def __eq__(self, other: object) -> bool:
        if self.error:
            raise self.error
        return self is other

    def __lt__(self, other: object) -> bool:
        raise TypeError("no order")


@pytest.mark.parametrize("error", [RuntimeError("r"), KeyboardInterrupt(), ValueError("v")])
def test_what_a_label_raises_is_raised(run: epochlog.Run, error: BaseException) -> None:
    with pytest.raises(type(error)):
        run.log_classification([Hostile(error), 1], ONE[:2])
    with pytest.raises(type(error)):
        run.log_classification([0, 1], predicted=[0, Hostile(error)])
    assert run.saved().evaluations == {}


def test_labels_that_change_their_list_break_nothing(run: epochlog.Run) -> None:
    true: list[Any] = []
    true.extend([Hostile(action=true.clear), Hostile(action=true.clear), "x"])
    with pytest.raises(ValueError):
        run.log_classification(true, TWO)


def test_labels_of_any_type_are_classes_by_their_texts(run: epochlog.Run) -> None:
    class Color(enum.Enum):
        RED = 1
        BLUE = 2

        def __str__(self) -> str:
            return self.name.lower()

    assert labels(run, [Color.RED, Color.BLUE, Color.RED], TWO) == (("blue", "red"), [1, 0, 1])


def test_behind_the_end_it_raises(run: epochlog.Run) -> None:
    run.complete()
    with pytest.raises(RuntimeError, match="the run has ended"):
        run.log_classification([0, 1], ONE[:2])


def test_an_array_method_may_end_the_run(run: epochlog.Run) -> None:
    class Ending:
        def __array__(self, *arguments: Any) -> Any:
            run.complete()
            return array.array("d", ONE)

    with pytest.raises(RuntimeError, match="the run has ended"):
        run.log_classification([0, 1, 0], Ending(), classes=[0, 1])
    assert run.saved().status == "Completed"
