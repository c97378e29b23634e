"""SummaryWriter, with what an interpreter without NumPy has: numbers, lists, buffers."""

from __future__ import annotations

import io
import json
import math
import random
import struct
import wave
import zlib
from array import array
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog import SummaryWriter, _frames
from epochlog._histogram import growing_edges, histogram


def saved(writer: SummaryWriter) -> epochlog.SavedRun:
    writer.close()
    return epochlog.open_run(writer.get_logdir())


def pixels(*shape: int, start: int = 0) -> memoryview:
    """An array of bytes that count up."""
    size = math.prod(shape)
    return memoryview(bytes((start + i) % 256 for i in range(size))).cast("B", shape)


# ---------------------------------------------------------------- where it lies


@pytest.mark.parametrize(
    "log_dir, root_then, name",
    [
        ("runs/exp1", "runs", "exp1"),
        ("runs/fashion/exp1/", "runs/fashion", "exp1"),
        ("exp1", "exp1", "exp1"),
        (Path("runs") / "exp2", "runs", "exp2"),
    ],
)
def test_log_dir_is_the_root_and_the_name(root, log_dir, root_then: str, name: str) -> None:
    writer = SummaryWriter(log_dir)
    assert (writer.run.root, writer.run.name) == (root_then, name)
    assert Path(writer.get_logdir()).parent == Path(root_then)
    assert saved(writer).status == "Completed"


def test_without_log_dir_it_lies_where_other_runs_do(root) -> None:
    with SummaryWriter(comment="_lr0.1") as writer:
        assert (writer.run.root, writer.run.name) == (str(root), "lr0.1")
    with SummaryWriter() as writer:
        assert writer.run.root == str(root)


def test_logdir_is_another_word_for_log_dir(root) -> None:
    with SummaryWriter(logdir="runs/exp1") as writer:
        assert writer.run.root == "runs"


def test_name_and_options_of_run_count_before_log_dir(root) -> None:
    with SummaryWriter("runs/exp1", name="ridge", params={"alpha": 1.0}) as writer:
        pass
    run = epochlog.open_run(writer.get_logdir())
    assert (run.name, run.params) == ("ridge", {"alpha": 1.0})


def test_files_put_into_the_log_dir_lie_in_the_run(root) -> None:
    with SummaryWriter("runs/exp1") as writer:
        Path(writer.log_dir, "model.pt").write_bytes(b"weights")
    assert Path(epochlog.open_run(writer.get_logdir()).folder, "model.pt").exists()


# ------------------------------------------------------------------------- life


def test_an_exception_marks_the_run_failed(root) -> None:
    with pytest.raises(ZeroDivisionError):
        with SummaryWriter("runs/exp1") as writer:
            1 / 0
    run = epochlog.open_run(writer.get_logdir())
    assert (run.status, run.error_code) == ("Failed", "ZeroDivisionError")
    assert "1 / 0" in run.error_details


def test_what_is_added_after_close_is_added_to_the_same_run(root) -> None:
    writer = SummaryWriter("runs/exp1")
    writer.add_scalar("loss", 1.0, 0)
    writer.close()
    writer.add_scalar("loss", 0.5, 1)
    run = saved(writer)
    assert run["loss"].values.tolist() == [1.0, 0.5]
    assert len(epochlog.runs("runs")) == 1


def test_a_run_that_was_given_stays_open(root) -> None:
    with epochlog.Run("given") as run:
        with SummaryWriter(run=run) as writer:
            writer.add_scalar("loss", 1.0, 0)
        assert run.is_open
        assert writer.get_logdir() == run.folder
    assert epochlog.open_run(run.folder)["loss"].last == 1.0


def test_a_run_and_what_would_have_no_effect_beside_it(root) -> None:
    with epochlog.Run("given") as run, pytest.raises(TypeError, match="experiment"):
        SummaryWriter(run=run, experiment="other")


def test_purge_step_is_kept(root) -> None:
    assert saved(SummaryWriter("runs/a", purge_step=7)).properties == {"purge_step": "7"}


# ---------------------------------------------------------------------- numbers


class OneElement:
    """As an array or tensor of one element is."""

    ndim = 1

    def item(self) -> float:
        return 0.25


def test_scalars_with_their_steps(root) -> None:
    writer = SummaryWriter("runs/a")
    for step in (3, 5):
        writer.add_scalar("loss", step / 10, step, walltime=1.0, new_style=True)
    writer.add_scalar("loss", OneElement(), 7.0)
    writer.add_scalars("lr", {"body": 0.1, "head": OneElement()}, 2)
    run = saved(writer)
    assert run["loss"].steps.tolist() == [3, 5, 7]
    assert run["loss"].values.tolist() == [0.3, 0.5, 0.25]
    assert (run["lr/body"].last, run["lr/head"].last) == (0.1, 0.25)
    assert run["lr/head"].steps.tolist() == [2]


def test_a_step_that_is_not_given_is_counted(root) -> None:
    writer = SummaryWriter("runs/a")
    for value in (1.0, 2.0):
        writer.add_scalar("loss", value)
        writer.add_histogram("weights", [value])
    run = saved(writer)
    assert run["loss"].steps.tolist() == [0, 1]
    assert run["weights/quantiles"].columns["step"].tolist() == [0, 1]


def test_texts_and_tensors(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_text("sample", "a cat", 4)
    writer.add_tensor("direction", array("f", [1, 2, 3]))
    run = saved(writer)
    assert run["sample"].values == ["a cat"]
    assert run["direction"].values.tolist() == [1, 2, 3]


def test_hparams_of_one_run_and_of_several(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_hparams({"lr": 0.1, "optimizer": "sgd"}, {"hparam/accuracy": 0.9})
    writer.add_hparams({"lr": 0.2, "optimizer": "sgd"}, {"hparam/accuracy": 0.8})
    writer.add_hparams({"lr": 0.3}, {"hparam/accuracy": 0.7}, run_name="third")
    run = saved(writer)
    assert run.params == {"lr": 0.1, "optimizer": "sgd"}
    assert run["hparam/accuracy"].last == 0.9
    children = run.children()
    assert [child.params["lr"] for child in children] == [0.2, 0.3]
    assert [child["hparam/accuracy"].last for child in children] == [0.8, 0.7]
    assert children[1].name == "third"


def test_hparams_that_are_none(root) -> None:
    with SummaryWriter("runs/a") as writer, pytest.raises(TypeError, match="dict"):
        writer.add_hparams([("lr", 0.1)], {})  # type: ignore[arg-type]


# ------------------------------------------------------------------- histograms


def bins_of(values: list[float], edges: list[float]) -> dict[float, int]:
    """Counted one by one: {left edge: count}, the last bin with its right edge."""
    found: dict[float, int] = {}
    for value in values:
        for a, b in zip(edges, edges[1:]):
            if a <= value < b or (b == edges[-1] and value == b):
                found[a] = found.get(a, 0) + 1
    return found


def test_a_histogram_is_counted_exactly(root) -> None:
    dice = random.Random(7)
    values = [dice.gauss(0, 1) for _ in range(500)] + [0.0, 1e-12, -1e-12, 1e30]
    writer = SummaryWriter("runs/a")
    writer.add_histogram("weights", values, 3)
    run = saved(writer)
    table = {name: list(column) for name, column in run["weights/histogram"].columns.items()}
    assert set(table["step"]) == {3}
    assert sum(table["count"]) == len(values)
    assert dict(zip(table["left"], table["count"])) == bins_of(
        values, growing_edges(min(values), max(values))
    )
    assert all(a < b <= max(1.1 * a, 0.9 * a, 1e-12) for a, b in zip(table["left"], table["right"]))
    row = {name: column[0] for name, column in run["weights/quantiles"].columns.items()}
    ordered = sorted(values)
    assert (row["min"], row["max"]) == (ordered[0], ordered[-1])
    middle = (len(ordered) - 1) / 2
    assert row["median"] == pytest.approx(
        (ordered[math.floor(middle)] + ordered[math.ceil(middle)]) / 2
    )


def test_equal_bins_and_bins_of_ones_own() -> None:
    values = [0.0, 0.5, 1.0, 1.5, 2.0, 9.0]
    found = histogram(values, 3)
    assert (found.left, found.right, found.counts) == ([0.0, 6.0], [3.0, 9.0], [5, 1])
    found = histogram(values, [0, 1, 2])
    assert (found.left, found.counts) == ([0.0, 1.0], [2, 3])
    found = histogram(values, [0, 1, 2, 3, 4, 9], 2)
    assert (found.left, found.right, found.counts) == ([0.0, 3.0], [3.0, 9.0], [5, 1])
    assert histogram([4.0, 4.0], 2).counts == [2]


def test_what_is_not_finite_is_counted_too() -> None:
    found = histogram([1.0, math.nan, math.inf, math.nan, -math.inf])
    assert sum(found.counts) == 5
    named = dict(zip(map(str, found.left), found.counts))
    assert (named["nan"], named["inf"], named["-inf"]) == (2, 1, 1)
    assert found.quantiles["max"] == 1.0
    nothing = histogram([math.nan])
    assert nothing.counts == [1] and math.isnan(nothing.quantiles["median"])


@pytest.mark.parametrize("bins", [0, [1], [2, 1], []])
def test_bins_that_are_none(bins: Any) -> None:
    with pytest.raises(ValueError, match="bins"):
        histogram([1.0, 2.0], bins)


def test_a_histogram_of_no_value(root) -> None:
    with SummaryWriter("runs/a") as writer, pytest.raises(ValueError, match="empty"):
        writer.add_histogram("weights", [])


def test_a_histogram_that_was_counted_elsewhere(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_histogram_raw(
        "weights", 0.0, 4.0, 10, 20.0, 60.0, [1.0, 2.0, 3.0, 1e300], [0, 5, 0, 5], 2
    )
    run = saved(writer)
    columns = {name: list(column) for name, column in run["weights/histogram"].columns.items()}
    assert columns == {"step": [2, 2], "left": [1.0, 3.0], "right": [2.0, 4.0], "count": [5, 5]}
    row = {name: column[0] for name, column in run["weights/quantiles"].columns.items()}
    assert (row["p25"], row["median"], row["p75"]) == (1.5, 2.0, 3.5)


def test_buckets_that_do_not_match(root) -> None:
    with SummaryWriter("runs/a") as writer, pytest.raises(ValueError, match="2 bucket_limits"):
        writer.add_histogram_raw("w", 0, 1, 1, 1, 1, [0.5, 1], [1])


# ------------------------------------------------------------------ evaluations


def test_a_pr_curve_is_an_evaluation(root) -> None:
    labels, scores = [0, 1, 1, 0], [0.1, 0.8, 0.3, 0.4]
    writer = SummaryWriter("runs/a")
    writer.add_pr_curve("cats", labels, scores, 5)
    writer.add_pr_curve("dogs", array("b", labels), array("f", scores), weights=[1, 2, 1, 1])
    run = saved(writer)
    assert set(run.evaluations) == {"cats/5", "dogs"}
    cats = run.evaluations["cats/5"]
    assert list(cats.true_class) == labels
    assert list(cats.scores[1]) == scores
    assert list(run.evaluations["dogs"].weights) == [1, 2, 1, 1]


def test_a_pr_curve_of_one_class(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_pr_curve("cats", [1, 1], [0.5, 0.6])
    assert list(saved(writer).evaluations["cats"].true_class) == [1, 1]


def test_a_pr_curve_by_its_points(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_pr_curve_raw(
        "c", [4, 2, 0], [6, 1, 0], [0, 5, 6], [0, 2, 4], [0.4, 0.67, 1], [1, 0.5, 0]
    )
    run = saved(writer)
    assert run["c"].columns["recall"].tolist() == [1, 0.5, 0]
    assert run["c/counts"].columns["threshold"].tolist() == [0, 0.5, 1]
    assert run["c/counts"].columns["false_negative"].tolist() == [0, 2, 4]


# ----------------------------------------------------------------------- images


def test_images_of_every_order_of_dimensions(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_image("chw", pixels(3, 4, 5), 1)
    writer.add_image("hwc", pixels(4, 5, 3), 1, dataformats="HWC")
    writer.add_image("hw", pixels(4, 5), 1, dataformats="hw")
    run = saved(writer)
    assert {(image.name, image.step) for image in run.images} == {("chw", 1), ("hwc", 1), ("hw", 1)}
    assert {(image.width, image.height) for image in run.images} == {(5, 4)}


@pytest.mark.parametrize("formats", ["CH", "CHWW", "XYZ", "CHWN", "NCH"])
def test_formats_that_do_not_fit(root, formats: str) -> None:
    with SummaryWriter("runs/a") as writer, pytest.raises(ValueError, match="dataformats"):
        writer.add_image("i", pixels(3, 4, 5), dataformats=formats)


def test_a_grid_has_eight_in_a_row() -> None:
    images = [(bytes([i] * 6), 2, 3, 1) for i in range(1, 11)]
    data, height, width, channels = _frames.grid(images)
    assert (height, width, channels) == (4, 24, 1)
    rows = [data[y * width : (y + 1) * width] for y in range(height)]
    assert rows[0] == rows[1] == bytes(i for i in range(1, 9) for _ in range(3))
    assert rows[2] == rows[3] == bytes([9] * 3 + [10] * 3 + [0] * 18)


@pytest.mark.parametrize("images", [[], [(b"1", 1, 1, 1), (b"12", 1, 2, 1)]])
def test_images_that_make_no_grid(images: list[Any]) -> None:
    with pytest.raises(ValueError, match="image"):
        _frames.grid(images)


def test_boxes_are_outlined_and_cut_off_at_the_border() -> None:
    white = (b"\xff" * 36, 6, 6, 1)
    data, height, width, channels = _frames.with_boxes(white, [(1, 1, 4, 9)], line=1)
    assert (height, width, channels) == (6, 6, 3)
    red = {i for i in range(36) if data[3 * i : 3 * i + 3] == bytes(_frames.RED)}
    edge = {6 * y + x for y in range(1, 6) for x in (1, 4)}
    edge |= {6 * y + x for x in range(1, 5) for y in (1, 5)}
    assert red == edge


def test_labels_of_boxes_are_the_caption(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_image_with_boxes(
        "i", pixels(3, 9, 9), [[1, 1, 4, 4], [2, 2, 8, 8]], labels=["a", "b"]
    )
    assert saved(writer).images[0].caption == "a, b"


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG file, whose checksums are checked."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, found = 8, []
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", png, at + 8 + size)[0] == zlib.crc32(kind + data)
        found.append((kind, data))
        at += size + 12
    return found


def test_frames_are_an_animated_png(root) -> None:
    frames = [(bytes([i] * 12), 2, 2, 3) for i in range(3)]
    found = chunks(_frames.animation(frames, 8))
    kinds = [kind for kind, _ in found]
    assert kinds == b"IHDR acTL fcTL IDAT fcTL fdAT fcTL fdAT IEND".split()
    numbers = [
        struct.unpack(">I", data[:4])[0] for kind, data in found if kind in (b"fcTL", b"fdAT")
    ]
    assert numbers == [0, 1, 2, 3, 4]
    assert found[1][1] == struct.pack(">II", 3, 0)
    assert struct.unpack(">HH", found[2][1][20:24]) == (125, 1000)
    third = zlib.decompress(found[7][1][4:])
    assert third == b"\0" + bytes([2] * 6) + b"\0" + bytes([2] * 6)
    with epochlog.Run("video") as run:
        run.log_image("video", _frames.animation(frames, 8))
    assert epochlog.open_run(run.folder).images[0].width == 2


class Figure:
    """As a figure of matplotlib's is to a run."""

    def savefig(self, file: io.BytesIO, **options: Any) -> None:
        file.write(_frames.animation([(bytes(4), 2, 2, 1)], 1))


def test_figures(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_figure("one", Figure(), 2, close=False)
    writer.add_figure("two", [Figure(), Figure()], 2)
    assert {image.name for image in saved(writer).images} == {"one", "two/0", "two/1"}


# ------------------------------------------------------------------------ files


def kept(run: epochlog.SavedRun, path: str) -> bytes:
    assert path in {file.path for file in run.files}
    return Path(run.folder, path).read_bytes()


def test_a_sound_is_a_wav_file(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_audio("voice/a", array("d", [0.0, 0.5, -1.0, 3.0, math.nan]), 2, sample_rate=8000)
    data = kept(saved(writer), "files/audio/voice/a-2.wav")
    with wave.open(io.BytesIO(data)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        assert struct.unpack("<5h", sound.readframes(5)) == (0, 16384, -32767, 32767, 0)


def test_a_sound_of_two_channels(root) -> None:
    stereo = memoryview(array("f", [0.0] * 8)).cast("B").cast("f", (2, 4))
    with SummaryWriter("runs/a") as writer, pytest.raises(ValueError, match="one channel"):
        writer.add_audio("voice", stereo)


def test_a_mesh_is_a_ply_file(root) -> None:
    writer = SummaryWriter("runs/a")
    corners = [[[0, 0, 0], [1, 0, 0], [0, 0.5, 0]]]
    writer.add_mesh("roof", corners, colors=[[[255, 0, 0]] * 3], faces=[[[0, 1, 2]]])
    lines = kept(saved(writer), "files/meshes/roof.ply").decode().splitlines()
    head = lines.index("end_header")
    assert "element vertex 3" in lines[:head] and "element face 1" in lines[:head]
    assert lines[head + 3] == "0 0.5 0 255 0 0"
    assert lines[-1] == "3 0 1 2"


def test_an_embedding_is_a_table_for_the_projector(root) -> None:
    writer = SummaryWriter("runs/a")
    writer.add_embedding([[1, 2], [3, 4.5]], ["cat", "a\tdog"], global_step=3, tag="words")
    writer.add_embedding([[1, 2]], [["cat", 4]], metadata_header=["name", "legs"])
    run = saved(writer)
    assert kept(run, "files/embeddings/words/00003/tensors.tsv") == b"1.0\t2.0\n3.0\t4.5\n"
    assert kept(run, "files/embeddings/words/00003/metadata.tsv") == b"cat\na dog\n"
    assert kept(run, "files/embeddings/default/00000/metadata.tsv") == b"name\tlegs\ncat\t4\n"


def test_what_a_model_says_of_itself_and_charts_are_kept(root, capsys) -> None:
    Path("net.onnx").write_bytes(b"onnx")
    writer = SummaryWriter("runs/a")
    writer.add_graph({"a": "model"}, verbose=True)
    writer.add_onnx_graph("net.onnx")
    writer.add_custom_scalars_multilinechart(["loss/train", "loss/val"], title="losses")
    run = saved(writer)
    assert kept(run, "files/graph.txt") == b"{'a': 'model'}"
    assert capsys.readouterr().out == "{'a': 'model'}\n"
    assert kept(run, "files/net.onnx") == b"onnx"
    charts = json.loads(kept(run, "files/custom_scalars.json"))
    assert charts == {"default": {"losses": ["Multiline", ["loss/train", "loss/val"]]}}


def test_tensorboards_own_records_are_warned_of_once(root) -> None:
    with SummaryWriter("runs/a") as writer:
        with pytest.warns(UserWarning, match="add_summary"):
            writer.file_writer.add_summary(b"record")
        writer.all_writers[writer.get_logdir()].add_summary(b"record")
