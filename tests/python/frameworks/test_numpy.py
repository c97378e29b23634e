"""NumPy arrays of every type and layout, pictures of PIL, figures of matplotlib."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")
datasets = pytest.importorskip("sklearn.datasets")

import epochlog  # noqa: E402

FLOATS = ["float16", "float32", "float64", ">f8", ">f4"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", ">i4"]


def layouts(array: Any) -> dict[str, Any]:
    """The same values as they may lie in memory."""
    wide = np.zeros((2 * array.shape[0], *array.shape[1:]), array.dtype)
    wide[::2] = array
    reverse = array[::-1].copy()[::-1]
    frozen = array.copy()
    frozen.flags.writeable = False
    padded = np.zeros(array.size * array.itemsize + 1, np.uint8)
    shifted = padded[1:].view(array.dtype).reshape(array.shape)
    shifted[...] = array
    return {
        "rows": array,
        "columns": np.asfortranarray(array),
        "every second": wide[::2],
        "backwards": reverse,
        "read-only": frozen,
        "not aligned": shifted,
    }


# ---------------------------------------------------------------------- scalars


@pytest.mark.parametrize("kind", [*FLOATS[:3], "longdouble", *INTEGERS[:8], "bool"])
def test_scalars_of_every_type(root, kind: str) -> None:
    value = np.dtype(kind).type(1)
    with epochlog.Run("a", strict=True) as run:
        run.log("scalar", value, 0)
        run.log({"in/dict": value, "array": np.array(1, kind)}, np.int64(0))
    read = epochlog.open_run(run.folder)
    for name in ("scalar", "in/dict", "array"):
        assert read[name].values.tolist() == [1]


def test_whole_numbers_stay_exact_and_types_are_kept(root) -> None:
    with epochlog.Run("a", strict=True) as run:
        run.log("large", np.int64(2**53 + 1))
        run.log("float", np.float32(0.1))
        run.log("truth", np.bool_(True))
        run.log("text", np.str_("word"))
    read = epochlog.open_run(run.folder)
    assert (read["large"].type, read["large"].last) == ("integer", 2**53 + 1)
    assert (read["float"].type, read["float"].last) == ("float", float(np.float32(0.1)))
    assert read["truth"].type == "bool"
    assert read["text"].values == ["word"]


def test_lists_and_tables(root) -> None:
    with epochlog.Run("a") as run:
        run.log_list("list", np.arange(10)[::3])
        run.log_table("table", {"x": np.arange(3, dtype="int16"), "y": np.array(["a", "b", "c"])})
        run.log_params({"rate": np.float32(0.5), "depth": np.int64(3), "name": np.str_("n")})
    read = epochlog.open_run(run.folder)
    assert list(read["list"].values) == [0, 3, 6, 9]
    assert read["table"].columns["y"] == ["a", "b", "c"]
    assert read.params == {"rate": 0.5, "depth": 3, "name": "n"}


# ------------------------------------------------------------------ predictions


@pytest.mark.parametrize("kind", FLOATS)
def test_scores_of_every_type_and_layout(root, kind: str) -> None:
    dice = np.random.default_rng(1)
    scores = dice.random((30, 3)).astype(kind)
    truth = np.arange(30) % 3
    with epochlog.Run("a") as run:
        for name, array in layouts(scores).items():
            assert np.array_equal(array, scores)
            run.log_classification(truth, array, name=name)
    read = epochlog.open_run(run.folder)
    assert set(read.evaluations) == set(layouts(scores))
    for evaluation in read.evaluations.values():
        assert np.array_equal(np.column_stack(evaluation.scores), scores.astype(float))


@pytest.mark.parametrize("kind", [*INTEGERS, "float64", "bool", "U5", "S3"])
def test_labels_of_every_type(root, kind: str) -> None:
    values = np.array([0, 1, 1, 0, 1])
    if kind[0] in "US":
        values = np.array(["no", "yes"])[values]
    truth = values.astype(kind)
    with epochlog.Run("a") as run:
        for name, array in layouts(truth).items():
            run.log_classification(array, np.linspace(0, 1, 5), name=name)
    for name, evaluation in epochlog.open_run(run.folder).evaluations.items():
        assert list(evaluation.true_class) == [0, 1, 1, 0, 1], name


@pytest.mark.parametrize("kind", [*FLOATS, *INTEGERS])
def test_regressions_of_every_type_and_layout(root, kind: str) -> None:
    truth = np.arange(20).astype(kind)
    with epochlog.Run("a") as run:
        for name, array in layouts(truth).items():
            run.log_regression(array, array[::-1], lower=array, upper=array, level=0.9, name=name)
    for evaluation in epochlog.open_run(run.folder).evaluations.values():
        assert list(evaluation.true_value) == list(range(20))
        assert list(evaluation.predicted) == list(range(20))[::-1]


def test_columns_of_a_matrix_and_of_records(root) -> None:
    matrix = np.random.default_rng(1).random((50, 7))
    records = np.zeros(50, [("truth", "f8"), ("name", "U3"), ("predicted", "f4")])
    records["truth"], records["predicted"] = matrix[:, 0], matrix[:, 1]
    with epochlog.Run("a") as run:
        run.log_regression(matrix[:, 2], matrix[:, 3], weights=matrix[:, 4], name="matrix")
        run.log_regression(records["truth"], records["predicted"], name="records")
    read = epochlog.open_run(run.folder)
    assert list(read.evaluations["matrix"].true_value) == list(matrix[:, 2])
    assert list(read.evaluations["matrix"].weights) == list(matrix[:, 4])
    assert list(read.evaluations["records"].true_value) == list(matrix[:, 0])


def test_real_predictions_of_many_rows(root) -> None:
    x, y = datasets.load_digits(return_X_y=True)
    from sklearn.naive_bayes import GaussianNB

    scores = np.tile(GaussianNB().fit(x, y).predict_proba(x), (60, 1))
    truth = np.tile(y, 60)
    with epochlog.Run("a") as run:
        run.log_classification(truth, scores.astype("float32"))
    test = epochlog.open_run(run.folder).evaluations["test"]
    assert test.count == 60 * len(y)
    assert np.array_equal(test.true_class, truth)
    assert np.array_equal(np.column_stack(test.scores), scores.astype("float32"))


@pytest.mark.parametrize(
    "truth, scores, error",
    [
        (np.array([0, 1, 1]), np.array([0.1, 0.2]), ValueError),
        (np.array([0.0, np.nan]), np.array([0.1, 0.2]), ValueError),
        (np.array([0, 1]), np.zeros((2, 3, 2)), ValueError),
        (np.array([0, 1]), np.array([None, object()]), TypeError),
        (np.array([0, 1]), np.array([1 + 2j, 2]), TypeError),
        (np.array([0, 1]), np.array(["a", "b"]), TypeError),
        (np.array([[0, 1]]), np.array([0.1, 0.2]), ValueError),
    ],
)
def test_arrays_that_are_no_predictions(root, truth: Any, scores: Any, error: Any) -> None:
    with epochlog.Run("a") as run, pytest.raises(error):
        run.log_classification(truth, scores)
    assert epochlog.open_run(run.folder).evaluations == {}


def test_importances(root) -> None:
    with epochlog.Run("a") as run:
        run.log_importance(np.array(["age", "bmi"]), np.array([1, 2], "f4"), deviation=np.ones(2))
    importance = epochlog.open_run(run.folder).evaluations["importance"]
    assert (list(importance.features), list(importance.overall)) == (["age", "bmi"], [1, 2])


def test_what_was_logged_is_an_array_without_a_copy(root) -> None:
    with epochlog.Run("a") as run:
        for step in range(5):
            run.log("loss", step / 2)
    series = epochlog.open_run(run.folder)["loss"]
    array = np.asarray(series.values)
    assert (array.dtype, array.tolist()) == (np.float64, [0, 0.5, 1, 1.5, 2])
    assert np.shares_memory(array, np.asarray(series.values)) or array.base is not None


# ----------------------------------------------------------------------- images


def pixels(run: epochlog.SavedRun, name: str = "i") -> Any:
    image = pytest.importorskip("PIL.Image")
    (found,) = [one for one in run.images if one.name == name]
    return np.asarray(image.open(Path(run.folder, found.path)))


DICE = np.random.default_rng(5)
GREY = DICE.integers(0, 256, (8, 9), dtype=np.uint8)
RGB = DICE.integers(0, 256, (8, 9, 3), dtype=np.uint8)
RGBA = DICE.integers(0, 256, (8, 9, 4), dtype=np.uint8)


@pytest.mark.parametrize(
    "image, layout, expected",
    [
        (GREY, None, GREY),
        (RGB, None, RGB),
        (RGBA, "HWC", RGBA),
        (GREY[:, :, None], None, GREY),
        (RGB.transpose(2, 0, 1), "CHW", RGB),
        (RGB.transpose(2, 0, 1), None, RGB),
        (np.asfortranarray(RGB), None, RGB),
        (RGB[::-1, ::-1], None, RGB[::-1, ::-1]),
        (RGB / 255, None, RGB),
        ((RGB / 255).astype("float32").transpose(2, 0, 1), "CHW", RGB),
        (GREY.astype("int64"), None, GREY),
        (GREY > 127, None, np.where(GREY > 127, 255, 0)),
    ],
)
def test_arrays_as_images(root, image: Any, layout: Any, expected: Any) -> None:
    with epochlog.Run("a") as run:
        run.log_image("i", image, 3, layout=layout, caption="a picture")
    read = epochlog.open_run(run.folder)
    assert (read.images[0].width, read.images[0].height) == (9, 8)
    assert (read.images[0].step, read.images[0].caption) == (3, "a picture")
    assert abs(pixels(read).astype(int) - expected).max() <= (1 if image.dtype.kind == "f" else 0)


@pytest.mark.parametrize(
    "image", [np.zeros((2, 3, 5)), np.zeros(4), np.zeros((0, 3)), np.zeros((2, 2, 2, 2))]
)
def test_arrays_that_are_no_images(root, image: Any) -> None:
    with epochlog.Run("a") as run, pytest.raises(ValueError):
        run.log_image("i", image)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F", "YCbCr"])
def test_pictures_of_pil(root, mode: str) -> None:
    image = pytest.importorskip("PIL.Image")
    picture = (
        image.fromarray(RGB).convert("L" if mode in ("I;16", "F", "LA") else "RGB").convert(mode)
    )
    with epochlog.Run("a") as run:
        run.log_image("i", picture)
    read = epochlog.open_run(run.folder)
    assert (read.images[0].width, read.images[0].height) == (9, 8)
    if mode in ("L", "RGB", "RGBA"):
        assert np.array_equal(pixels(read), np.asarray(picture))


def test_figures_of_matplotlib(root, tmp_path) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    figure, axes = pyplot.subplots(figsize=(3, 2), dpi=50)
    axes.plot([1, 2, 3])
    figure.savefig(tmp_path / "plot.png")
    with epochlog.Run("a") as run:
        run.log_image("figure", figure, 1)
        run.log_image("pyplot", pyplot, 1)
        run.log_image("path", tmp_path / "plot.png", 1)
        run.log_image("bytes", (tmp_path / "plot.png").read_bytes(), 1)
    pyplot.close(figure)
    read = epochlog.open_run(run.folder)
    assert {image.name for image in read.images} == {"figure", "pyplot", "path", "bytes"}
    assert np.array_equal(pixels(read, "figure"), pixels(read, "pyplot"))
    assert pixels(read, "path").shape == (100, 150, 4)
