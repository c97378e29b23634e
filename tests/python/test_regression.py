"""log_regression: true and predicted values, with intervals."""

from __future__ import annotations

import array
import math
from decimal import Decimal
from typing import Any, Iterator

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("regression")
    yield run
    if run.is_open:
        run.complete()


def kept(run: epochlog.Run, name: str = "test") -> Any:
    return run.saved().evaluations[name]


def test_values_are_kept_exactly(run: epochlog.Run) -> None:
    true = [0.1, -1e300, 5e-324, -0.0]
    predicted = array.array("d", [math.nan, math.inf, -math.inf, 0.3])
    run.log_regression(true, predicted)
    evaluation = kept(run)
    assert (evaluation.type, evaluation.count) == ("regression", 4)
    assert [str(value) for value in evaluation.true_value] == [str(value) for value in true]
    assert [str(value) for value in evaluation.predicted] == ["nan", "inf", "-inf", "0.3"]
    assert evaluation.lower is evaluation.upper is None
    assert (evaluation.interval_level, evaluation.target) == (None, "")


def test_all_that_goes_with_them_is_kept(run: epochlog.Run) -> None:
    run.log_regression(
        [1, 2],
        (Decimal("1.5"), True),
        lower=array.array("f", [0.5, 1]),
        upper=iter([2, 3]),
        level=0.9,
        weights=array.array("B", [0, 2]),
        ids=[7.0, -(2**63)],
        target="price (€)",
        name=" houses ",
    )
    evaluation = kept(run, "houses")
    assert list(evaluation.true_value) == [1.0, 2.0]
    assert list(evaluation.predicted) == [1.5, 1.0]
    assert (list(evaluation.lower), list(evaluation.upper)) == ([0.5, 1.0], [2.0, 3.0])
    assert evaluation.interval_level == 0.9
    assert (list(evaluation.weights), list(evaluation.ids)) == ([0.0, 2.0], [7, -(2**63)])
    assert evaluation.target == "price (€)"


def test_batches_under_one_name_are_one_evaluation(run: epochlog.Run) -> None:
    for batch in ([1.0, 2.0], [], [3.0]):
        run.log_regression(batch, [value + 0.5 for value in batch])
    assert list(kept(run).true_value) == [1.0, 2.0, 3.0]
    assert list(kept(run).predicted) == [1.5, 2.5, 3.5]


def test_a_batch_that_a_reader_would_leave_out_is_refused(run: epochlog.Run) -> None:
    run.log_regression([1.0], [1.0], lower=[0.0], upper=[2.0], level=0.9)
    for more, words in (
        ({}, "and this batch y_true, predicted"),
        ({"lower": [0.0], "upper": [2.0], "ids": [1]}, "and this batch y_true, predicted, lower, upper, ids"),
    ):
        with pytest.raises(ValueError, match=f"^regression 'test' has y_true, predicted, lower, upper, {words}"):
            run.log_regression([1.0], [1.0], **more)  # type: ignore[arg-type]
    run.log_regression([2.0], [1.0], lower=[0.0], upper=[2.0])
    assert kept(run).count == 2 and run.saved().warnings == []


def test_integers_become_the_nearest_doubles(run: epochlog.Run) -> None:
    run.log_regression(array.array("q", [2**53 + 1]), [2**70])
    assert (list(kept(run).true_value), list(kept(run).predicted)) == ([2.0**53], [2.0**70])


ONE = [1.0, 2.0]
WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    ("no true values", (None, ONE), {}, TypeError, "^y_true and predicted are arrays"),
    ("no predicted values", (ONE, None), {}, TypeError, "^y_true and predicted are arrays"),
    ("lengths that differ", (ONE, [1.0]), {}, ValueError, "^predicted has 1 values, y_true has 2"),
    ("a lower bound alone", (ONE, ONE), {"lower": ONE}, ValueError, "has both bounds"),
    ("an upper bound alone", (ONE, ONE), {"upper": ONE}, ValueError, "has both bounds"),
    ("a short lower bound", (ONE, ONE), {"lower": [1], "upper": ONE}, ValueError, "^lower has 1 values"),
    ("a short upper bound", (ONE, ONE), {"lower": ONE, "upper": [1]}, ValueError, "^upper has 1 values"),
    ("a level of 0", (ONE, ONE), {"level": 0}, ValueError, "^level is 0, not between 0 and 1"),
    ("a level of 1", (ONE, ONE), {"level": 1}, ValueError, "^level is 1, not between 0 and 1"),
    ("a level in percent", (ONE, ONE), {"level": 90}, ValueError, "^level is 90, not between"),
    ("a level of NaN", (ONE, ONE), {"level": math.nan}, ValueError, "^level is nan, not between"),
    ("a level as a text", (ONE, ONE), {"level": "0.9"}, TypeError, ""),
    ("a short weight", (ONE, ONE), {"weights": [1]}, ValueError, "^weights has 1 values, y_true has 2"),
    ("a negative weight", (ONE, ONE), {"weights": [1, -1]}, ValueError, "^weights: element 1 is -1.0, not a fin"),
    ("short ids", (ONE, ONE), {"ids": [1]}, ValueError, "^ids has 1 values, y_true has 2"),
    ("a broken id", (ONE, ONE), {"ids": [1, 1.5]}, ValueError, "^ids: element 1 is 1.5, not a whole number"),
    ("texts", (["a", "b"], ONE), {}, TypeError, "^y_true: element 0 is 'a', not a number"),
    ("a number", (1.0, ONE), {}, TypeError, "^y_true is an array or a sequence of numbers, not <class 'float'>"),
    ("two dimensions", (ONE, [ONE, ONE]), {}, ValueError, "^predicted has 2 dimensions, not 1"),
    ("a target that is no text", (ONE, ONE), {"target": 5}, TypeError, "^the name of the target is a str, not"),
    ("a target with a NUL", (ONE, ONE), {"target": "a\0"}, ValueError, "^the name of the target holds a NUL"),
    ("a name that is no text", (ONE, ONE), {"name": 5}, TypeError, "^the name of an evaluation is a str, not"),
    ("an empty name", (ONE, ONE), {"name": ""}, ValueError, "^the name of an evaluation is empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    "arguments, keywords, kind, message", [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_what_is_wrong_is_told_by_argument_and_nothing_is_kept(
    run: epochlog.Run, arguments: Any, keywords: Any, kind: Any, message: str
) -> None:
    with pytest.raises(kind, match=message or None):
        run.log_regression(*arguments, **keywords)
    assert run.saved().evaluations == {}


def test_behind_the_end_it_raises(run: epochlog.Run) -> None:
    run.complete()
    with pytest.raises(RuntimeError, match="the run has ended"):
        run.log_regression(ONE, ONE)
