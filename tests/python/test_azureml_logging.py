"""Azure ML's log methods keep what they are given, in the shapes that get_metrics gives back."""

from __future__ import annotations

import json
import math
import struct
import zlib
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Iterator

import pytest

from epochlog.azureml import Experiment, Run, Workspace
from epochlog.azureml.exceptions import UserErrorException

MATRIX = {
    "schema_type": "confusion_matrix",
    "schema_version": "v1",
    "data": {"class_labels": ["a", "b"], "matrix": [[3, 1], [0, 2]]},
}


@pytest.fixture
def run(root: Path) -> Iterator[Run]:
    started = Experiment(Workspace.from_config(), "logging").start_logging(snapshot_directory=None)
    yield started
    started.complete()


def png() -> bytes:
    """One red pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(name, data)
        for name, data in [
            (b"IHDR", header),
            (b"IDAT", zlib.compress(b"\0\xff\0\0")),
            (b"IEND", b""),
        ]
    )


class Plot:
    """What matplotlib.pyplot is for log_image."""

    def savefig(self, file: Any, **options: Any) -> None:
        file.write(png())


class Scalar:
    """A scalar of another library, as NumPy's are."""

    def __init__(self, value: float, dtype: str) -> None:
        self.value, self.dtype = value, dtype

    def __float__(self) -> float:
        return float(self.value)


class Phase(str, Enum):
    WARM_UP = "warm-up"


# ------------------------------------------------------------------------ log


def test_a_value_logged_once_comes_back_bare(run: Run) -> None:
    run.log("mse", 3424.9)
    run.log("epochs", 7)
    run.log("converged", True)
    run.log("solver", "auto")
    assert run.get_metrics() == {"mse": 3424.9, "epochs": 7, "converged": True, "solver": "auto"}
    assert type(run.get_metrics()["epochs"]) is int
    assert type(run.get_metrics()["converged"]) is bool


def test_a_value_logged_again_comes_back_as_a_list_in_the_order_of_logging(run: Run) -> None:
    for i in range(5):
        run.log(name="loss", value=1 / (i + 1))
    run.log("steps", 1.0, step=10)
    run.log("steps", 2.0, step=5)
    metrics = run.get_metrics()
    assert metrics["loss"] == [1.0, 1 / 2, 1 / 3, 1 / 4, 1 / 5]
    assert metrics["steps"] == [1.0, 2.0]
    assert list(run._saved()["steps"].steps) == [5, 10]


def test_more_names_values_and_letters_than_azure_takes_are_kept(run: Run) -> None:
    for i in range(120):
        run.log(f"metric {i}", i)
    run.log("long text", "x" * 10_000)
    run.log("n" * 300, 1)
    run.log_row("wide", **{f"column {i}": i for i in range(40)})
    run.log_list("epochs", list(range(2000)))
    metrics = run.get_metrics()
    assert [metrics[f"metric {i}"] for i in range(120)] == list(range(120))
    assert metrics["long text"] == "x" * 10_000
    assert metrics["n" * 300] == 1
    assert len(metrics["wide"]) == 40
    assert metrics["epochs"] == list(range(2000))


@pytest.mark.parametrize(
    "value, kept",
    [
        (Scalar(0.25, "float32"), 0.25),
        (Scalar(1, "bool"), True),
        (Decimal("0.5"), 0.5),
        (2**70, float(2**70)),
        (-(2**63), -(2**63)),
        ({1: 2}, "{1: 2}"),
        ([1, 2], "[1, 2]"),
        (1 + 2j, "(1+2j)"),
        (b"bytes", "b'bytes'"),
        (Phase.WARM_UP, "warm-up"),
        (math.inf, math.inf),
    ],
    ids=str,
)
def test_a_value_of_another_type_is_a_number_or_else_its_repr(
    run: Run, value: Any, kept: Any
) -> None:
    run.log("value", value)
    assert run.get_metrics("value") == {"value": kept}
    assert type(run.get_metrics("value")["value"]) is type(kept)


def test_nan_and_none_are_missing_numbers_that_are_kept(run: Run) -> None:
    run.log("loss", 1.0)
    run.log("loss", float("nan"))
    run.log("loss", None)
    assert [value == value for value in run.get_metrics()["loss"]] == [True, False, False]


def test_a_name_with_space_around_it_is_the_name_without(run: Run) -> None:
    run.log("Max iterations: ", 10)
    run.log("Max iterations:", 20)
    assert run.get_metrics() == {"Max iterations:": [10, 20]}
    assert run.get_metrics("Max iterations: ") == {"Max iterations:": [10, 20]}


def test_a_description_is_kept_with_the_metric(run: Run) -> None:
    run.log("mse", 1.5, "mean squared error of the test set")
    run.log("mse", 1.25, description="mean squared error of the test set")
    run.log_list("list", [1, 2], description="two of them")
    run.log("text", "a", "letters")
    saved = run._saved()
    assert run.get_metrics("mse") == {"mse": [1.5, 1.25]}
    assert saved["mse"].description == "mean squared error of the test set"
    assert [(note.name, note.text) for note in saved.documents] == [
        ("About list", "two of them"),
        ("About text", "letters"),
    ]


def test_log_does_not_stop_a_training_for_a_name_that_is_none(run: Run) -> None:
    with pytest.warns(RuntimeWarning):
        run.log(7, 1.0)  # type: ignore[arg-type]
    with pytest.warns(RuntimeWarning):
        run.log("", 1.0)
    run.log("after", 1)
    assert run.get_metrics() == {"after": 1}


def test_a_text_among_numbers_goes_on_under_another_name_and_is_told(run: Run) -> None:
    run.log("loss", 0.5)
    with pytest.warns(RuntimeWarning, match="'loss' was logged as a number"):
        run.log("loss", "diverged")
    run.log("loss", "again")
    run.log("loss", 0.25)
    assert run.get_metrics() == {"loss": [0.5, 0.25], "loss (text)": ["diverged", "again"]}


def test_a_number_among_texts_becomes_a_text(run: Run) -> None:
    run.log("phase", "warm-up")
    run.log("phase", 2)
    assert run.get_metrics() == {"phase": ["warm-up", "2"]}


# ---------------------------------------------------------- lists, rows, tables


def test_a_list_comes_back_as_a_list_and_one_value_bare(run: Run) -> None:
    run.log_list(name="Fibonacci", value=[0, 1, 1, 2, 3])
    run.log_list("squares", (i * i for i in range(3)))
    run.log_list("one", [7])
    run.log_list("names", ["a", "b"])
    run.log_list("empty", [])
    run.log_list("mixed", [1, 2.5])
    assert run.get_metrics() == {
        "Fibonacci": [0, 1, 1, 2, 3],
        "squares": [0, 1, 4],
        "one": 7,
        "names": ["a", "b"],
        "empty": [],
        "mixed": [1.0, 2.5],
    }


def test_a_list_and_single_values_of_one_name_are_one_vector(run: Run) -> None:
    run.log("first", 1)
    run.log_list("first", [2, 3])
    run.log_list("list", [1, 2])
    run.log("list", 3)
    run.log_list("list", [4])
    assert run.get_metrics() == {"first": [1, 2, 3], "list": [1, 2, 3, 4]}


def test_a_row_is_a_dict_and_several_are_columns(run: Run) -> None:
    run.log_row("once", angle=0.5, of="x")
    for angle in (0.0, 1.0):
        run.log_row(name="Cosine Wave", angle=angle, cos=math.cos(angle))
    run.log_row("described", "what it is", a=1)
    assert run.get_metrics() == {
        "once": {"angle": 0.5, "of": "x"},
        "Cosine Wave": {"angle": [0.0, 1.0], "cos": [1.0, math.cos(1.0)]},
        "described": {"a": 1},
    }


def test_columns_may_come_and_go_and_missing_cells_are_none(run: Run) -> None:
    run.log_row("r", a=None, b=1)
    run.log_row("r", a="x", c=2)
    assert run.get_metrics() == {"r": {"b": [1, None], "a": [None, "x"], "c": [None, 2]}}


def test_a_table_of_one_row_is_a_dict_and_of_more_is_columns(run: Run) -> None:
    run.log_table("Sine Wave", value={"angle": [0, 1], "sine": [0.0, 0.84]})
    run.log_table("one", {"a": 1, "b": [2]})
    run.log_table("again", {"a": [1, 2]})
    run.log_table("again", {"a": [3]}, "a description")
    assert run.get_metrics() == {
        "Sine Wave": {"angle": [0, 1], "sine": [0.0, 0.84]},
        "one": {"a": 1, "b": 2},
        "again": {"a": [1, 2, 3]},
    }


def test_rows_and_tables_of_one_name_are_one_table(run: Run) -> None:
    run.log_row("row first", a=1)
    run.log_table("row first", {"a": [2, 3]})
    run.log_table("table first", {"a": [1, 2]})
    run.log_row("table first", a=3)
    assert run.get_metrics() == {"row first": {"a": [1, 2, 3]}, "table first": {"a": [1, 2, 3]}}


@pytest.mark.parametrize(
    "call, error, says",
    [
        (lambda run: run.log_list("l", 5), TypeError, "the list 'l' is a int"),
        (lambda run: run.log_list("l", "text"), TypeError, "the list 'l' is a str"),
        (
            lambda run: run.log_list("l", [1, object]),
            TypeError,
            "the list 'l' holds <class 'object'>",
        ),
        (lambda run: run.log_list(3, [1]), TypeError, "the name of a list is 3"),
        (lambda run: run.log_row("r"), ValueError, "the row 'r' has no column"),
        (
            lambda run: run.log_row("r", a=[1, 2]),
            TypeError,
            r"column 'a' of the row 'r' holds \[1, 2\]",
        ),
        (lambda run: run.log_table("t", [1]), TypeError, "the table 't' is a list"),
        (lambda run: run.log_table("t", {}), ValueError, "the table 't' has no column"),
        (
            lambda run: run.log_table("t", {"a": [1, 2], "b": [1]}),
            ValueError,
            r"differ in length: {'a': 2, 'b': 1}",
        ),
        (
            lambda run: run.log_table("t", {"a": [[1], [2]]}),
            TypeError,
            r"column 'a' of the table 't' holds \[1\]",
        ),
    ],
)
def test_what_is_no_list_row_or_table_is_refused(
    run: Run, call: Any, error: Any, says: str
) -> None:
    with pytest.raises(error, match=says) as refused:
        call(run)
    assert isinstance(refused.value, UserErrorException)
    assert run.get_metrics() == {}


# ------------------------------------------------------------------------ images


def test_an_image_is_kept_from_a_file_and_from_a_plot(run: Run, root: Path) -> None:
    Path("roc.png").write_bytes(png())
    run.log_image("from a file", "roc.png", description="a curve")
    run.log_image(name="from a plot", plot=Plot())
    run.log_image("ROC", Plot())  # the plot in the place of the path
    names = [(image.name, image.caption) for image in run._saved().images]
    assert names == [("from a file", "a curve"), ("from a plot", ""), ("ROC", "")]
    metrics = run.get_metrics(populate=True)
    assert {bytes(artifact) for artifact in metrics.values()} == {png()}
    address = run.get_metrics("ROC")["ROC"]
    assert address.startswith(f"aml://artifactId/ExperimentRun/dcid.{run.id}/images/roc-")
    assert "roc.png" in run.get_file_names()


def test_images_of_one_name_are_a_list_and_beside_a_metric_they_have_another(run: Run) -> None:
    run.log("ROC", 0.9)
    run.log_image("ROC", plot=Plot())
    run.log_image("twice", plot=Plot())
    run.log_image("twice", plot=Plot())
    metrics = run.get_metrics()
    assert metrics["ROC"] == 0.9
    assert metrics["ROC (file)"].startswith("aml://")
    assert len(metrics["twice"]) == 2


def test_an_image_is_either_a_path_or_a_plot(run: Run) -> None:
    Path("text.png").write_text("no image")
    with pytest.raises(ValueError, match="either a path or a plot"):
        run.log_image("neither")
    with pytest.raises(ValueError, match="either a path or a plot"):
        run.log_image("both", "roc.png", Plot())
    with pytest.raises(TypeError, match="plot is a figure"):
        run.log_image("path as plot", plot="roc.png")
    with pytest.raises(ValueError, match="the image 'number'"):
        run.log_image("number", plot=5)
    with pytest.raises(ValueError, match="the image 'text'"):
        run.log_image("text", "text.png")
    with pytest.raises(FileNotFoundError):
        run.log_image("missing", "missing.png")
    assert run._saved().images == []


# --------------------------------------------------------- aggregated evaluations


@pytest.mark.parametrize(
    "method, data",
    [
        ("confusion_matrix", MATRIX["data"]),
        (
            "accuracy_table",
            {
                "probability_tables": [[[2, 1, 0, 0], [0, 0, 1, 2]]],
                "percentile_tables": [[[2, 1, 0, 0], [0, 0, 1, 2]]],
                "probability_thresholds": [0.0, 1.0],
                "percentile_thresholds": [0.1, 0.9],
                "class_labels": ["1"],
            },
        ),
        ("residuals", {"bin_edges": [50, 100, 200], "bin_counts": [0.88, 20]}),
        (
            "predictions",
            {
                "bin_averages": [0.25, 0.75],
                "bin_errors": [0.013, 0.042],
                "bin_counts": [56, 34],
                "bin_edges": [0.0, 0.5, 1.0],
            },
        ),
    ],
)
@pytest.mark.parametrize("form", [lambda value: value, json.dumps], ids=["dict", "text"])
def test_the_four_evaluations_are_kept_as_dict_and_as_text(
    run: Run, method: str, data: Any, form: Any
) -> None:
    value = {"schema_type": method, "schema_version": "v1", "data": data}
    getattr(run, f"log_{method}")("my evaluation", form(value), description="of the test set")
    (document, note) = run._saved().documents
    assert (document.name, document.format) == ("my evaluation", method)
    assert json.loads(document.text) == value
    assert note.text == "of the test set"
    assert run.get_metrics() == {
        "my evaluation": f"aml://artifactId/ExperimentRun/dcid.{run.id}/my evaluation"
    }
    run.download_file("my evaluation", "downloaded.json")
    assert json.loads(Path("downloaded.json").read_text("utf-8")) == value


def test_an_evaluation_logged_again_replaces_nothing(run: Run) -> None:
    run.log_confusion_matrix("cm", MATRIX)
    run.log_confusion_matrix("cm", {**MATRIX, "schema_version": "v2"})
    first, second = run.get_metrics(populate=True)["cm"]
    assert json.loads(first.content)["schema_version"] == "v1"
    assert json.loads(bytes(second))["schema_version"] == "v2"


def test_arrays_in_an_evaluation_become_lists(run: Run) -> None:
    class Array:
        def tolist(self) -> list[list[int]]:
            return [[3, 1], [0, 2]]

    run.log_confusion_matrix(
        "cm", {**MATRIX, "data": {"class_labels": ["a", "b"], "matrix": Array()}}
    )
    assert json.loads(bytes(run.get_metrics(populate=True)["cm"])) == MATRIX


def test_an_evaluation_that_is_no_json_is_refused(run: Run) -> None:
    with pytest.raises(UserErrorException, match="Invalid JSON provided for cm"):
        run.log_confusion_matrix("cm", "{not json")
    with pytest.raises(TypeError, match="cm is a list, not a dict or a JSON string"):
        run.log_residuals("cm", [1, 2])
    with pytest.raises(TypeError, match="a object is among its values"):
        run.log_predictions("cm", {"data": object()})
    assert run._saved().documents == []


def test_asking_for_a_metric_that_is_not_there_gives_an_empty_dict(run: Run) -> None:
    run.log("loss", 1)
    assert run.get_metrics("los") == {}
    assert run.get_metrics(name="loss") == {"loss": 1}
