"""Pictures, sounds and files of SummaryWriter, in an interpreter without NumPy."""

from __future__ import annotations

import io
import json
import math
import struct
import wave
import zlib
from array import array
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog import SummaryWriter, _frames


def saved(writer: SummaryWriter) -> epochlog.SavedRun:
    writer.close()
    return epochlog.open_run(writer.get_logdir())


def pixels(*shape: int, start: int = 0) -> memoryview:
    """An array of bytes that count up."""
    size = math.prod(shape)
    return memoryview(bytes((start + i) % 256 for i in range(size))).cast("B", shape)


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
