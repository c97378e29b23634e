"""log_image: files, bytes, figures, pictures and arrays of pixels."""

from __future__ import annotations

import array
import ctypes
import os
import pathlib
import struct
import zlib
from typing import Any, Iterator

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("images")
    yield run
    if run.is_open:
        run.complete()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, channels: int = 3, fill: int = 0) -> bytes:
    """A PNG of one colour, made by hand."""
    color = {1: 0, 3: 2, 4: 6}[channels]
    rows = (b"\0" + bytes([fill]) * width * channels) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def pixels_of(data: bytes) -> tuple[int, int, int, list[int]]:
    """Width, height, channels and bytes of a PNG of 8 bits, by the rules of its filters."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, head = 8, b"", (0, 0, 0)
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, bits, color = struct.unpack(">IIBB", body[:10])
            assert bits == 8
            head = (width, height, {0: 1, 2: 3, 6: 4}[color])
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    width, height, channels = head
    raw = zlib.decompress(packed)
    stride = width * channels
    above = [0] * stride
    out: list[int] = []
    for y in range(height):
        kind_of_filter = raw[y * (stride + 1)]
        row = list(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for x in range(stride):
            left = row[x - channels] if x >= channels else 0
            corner = above[x - channels] if x >= channels else 0
            row[x] = (row[x] + predicted(kind_of_filter, left, above[x], corner)) % 256
        out += row
        above = row
    return width, height, channels, out


def predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        near = left + above - corner
        return min((left, above, corner), key=lambda value: abs(near - value))
    return (0, left, above, (left + above) // 2)[kind]


def only(run: epochlog.Run) -> tuple[Any, bytes]:
    """The run's one image, and its bytes."""
    (image,) = run.saved().images
    return image, pathlib.Path(run.folder, image.path).read_bytes()


def logged(run: epochlog.Run, image: Any, **keywords: Any) -> tuple[int, int, int, list[int]]:
    """What an array is kept as."""
    run.log_image("image", image, **keywords)
    kept = run.saved().images[-1]
    return pixels_of(pathlib.Path(run.folder, kept.path).read_bytes())


# -------------------------------------------------------------------- files and bytes


def test_a_file_is_kept_as_it_is(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    data = png(3, 2)
    (tmp_path / "a.png").write_bytes(data)
    for i, path in enumerate((tmp_path / "a.png", str(tmp_path / "a.png"), "a.png")):
        run.log_image(f"image {i}", path)
    for image in run.saved().images:
        assert (image.width, image.height, image.step) == (3, 2, 0)
        assert pathlib.Path(run.folder, image.path).read_bytes() == data


@pytest.mark.parametrize("make", [bytes, bytearray], ids=["bytes", "bytearray"])
def test_bytes_of_a_file_are_kept(run: epochlog.Run, make: Any) -> None:
    run.log_image(" image ", make(png(4, 5, 1)), 7, caption="what it is: ü")
    image, data = only(run)
    assert data == png(4, 5, 1)
    assert image[:2] + image[3:] == ("image", 7, 4, 5, "what it is: ü")


GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"


def test_other_formats_are_kept_too(run: epochlog.Run) -> None:
    run.log_image("gif", GIF)
    image, data = only(run)
    assert (data, image.width, image.height) == (GIF, 1, 1)


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"no image at all", b"%PDF-1.4", bytes(1000)])
def test_bytes_of_no_image_are_refused(run: epochlog.Run, tmp_path: pathlib.Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    for image in (data, bytearray(data), tmp_path / "file"):
        with pytest.raises(ValueError, match="image 'x': the bytes are no PNG, JPEG, GIF or WebP"):
            run.log_image("x", image)
    assert run.saved().images == []


def test_a_file_that_cannot_be_read_is_an_os_error(run: epochlog.Run, tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        run.log_image("x", tmp_path / "none.png")
    assert caught.value.filename == str(tmp_path / "none.png") or caught.value.filename == tmp_path / "none.png"
    with pytest.raises(IsADirectoryError):
        run.log_image("x", tmp_path)
    with pytest.raises(ValueError):
        run.log_image("x", "a\0b")


# --------------------------------------------------------------- figures and pictures


class Figure:
    """A figure of matplotlib, as far as it matters."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data or png(6, 4)
        self.options: dict[str, Any] = {}

    def savefig(self, file: Any, **options: Any) -> None:
        self.options = options
        file.write(self.data)


class Picture:
    """A picture of PIL, as far as it matters."""

    def __init__(self, mode: str = "RGB", size: tuple[int, int] = (6, 4)) -> None:
        self.mode = mode
        self.size = size
        self.converted: list[str] = []

    def convert(self, mode: str) -> Picture:
        self.converted.append(mode)
        return Picture(mode, self.size)

    def save(self, file: Any, format: str) -> None:
        assert format == "png" and self.mode in ("1", "L", "LA", "P", "RGB", "RGBA")
        file.write(png(*self.size))


def test_a_figure_is_saved_as_png(run: epochlog.Run) -> None:
    figure = Figure()
    run.log_image("x", figure)
    assert figure.options["format"] == "png"
    assert only(run)[1] == figure.data


def test_what_a_figure_raises_is_raised(run: epochlog.Run) -> None:
    class Broken:
        def savefig(self, *arguments: Any, **options: Any) -> None:
            raise RuntimeError("no renderer")

    with pytest.raises(RuntimeError, match="no renderer"):
        run.log_image("x", Broken())
    with pytest.raises(ValueError, match="image 'x'"):
        run.log_image("x", Figure(b"something else"))


@pytest.mark.parametrize("mode, converted", [("RGB", []), ("L", []), ("1", []), ("CMYK", ["RGB"]), ("F", ["RGB"])])
def test_a_picture_is_saved_as_png_in_a_mode_that_png_has(
    run: epochlog.Run, mode: str, converted: list[str]
) -> None:
    picture = Picture(mode)
    run.log_image("x", picture)
    assert picture.converted == converted
    assert only(run)[1] == png(6, 4)


# -------------------------------------------------------------------------- arrays


def view(values: bytes, *shape: int) -> memoryview:
    return memoryview(values).cast("B", shape)


GREY = bytes(range(6))
COLOR = bytes(range(100, 118))


def test_an_array_of_two_dimensions_is_grey(run: epochlog.Run) -> None:
    assert logged(run, view(GREY, 2, 3)) == (3, 2, 1, list(GREY))
    assert logged(run, view(GREY, 2, 3), layout="HW") == (3, 2, 1, list(GREY))
    assert logged(run, view(GREY, 2, 3, 1)) == (3, 2, 1, list(GREY))
    assert logged(run, view(GREY, 1, 2, 3), layout="CHW") == (3, 2, 1, list(GREY))


def test_channels_are_last_or_first(run: epochlog.Run) -> None:
    assert logged(run, view(COLOR, 2, 3, 3)) == (3, 2, 3, list(COLOR))
    planes = bytes(COLOR[3 * i + c] for c in range(3) for i in range(6))
    assert logged(run, view(planes, 3, 2, 3), layout="CHW") == (3, 2, 3, list(COLOR))
    wide = bytes(range(30))
    mixed = [wide[10 * c + i] for i in range(10) for c in range(3)]
    assert logged(run, view(wide, 3, 2, 5)) == (5, 2, 3, mixed)
    assert logged(run, view(bytes(range(24)), 2, 3, 4)) == (3, 2, 4, list(range(24)))


def test_which_dimension_is_the_channels_is_guessed_from_the_last_on(run: epochlog.Run) -> None:
    assert logged(run, view(bytes(27), 3, 3, 3))[:3] == (3, 3, 3)
    assert logged(run, view(bytes(36), 3, 3, 4))[:3] == (3, 3, 4)
    assert logged(run, view(bytes(36), 3, 3, 4), layout="CHW")[:3] == (4, 3, 3)
    assert logged(run, view(bytes(60), 3, 4, 5))[:3] == (5, 4, 3)
    assert logged(run, view(bytes(20), 4, 5, 1))[:3] == (5, 4, 1)


@pytest.mark.parametrize(
    "values, kept",
    [
        (array.array("d", [0, 0.5, 1]), [0, 128, 255]),
        (array.array("f", [0, 1 / 255, 254 / 255]), [0, 1, 254]),
        (array.array("d", [-1, 2, float("nan")]), [0, 255, 0]),
        (array.array("d", [float("inf"), float("-inf"), 1e300]), [255, 0, 255]),
        (array.array("B", [0, 128, 255]), [0, 128, 255]),
        (array.array("b", [-5, 0, 127]), [0, 0, 127]),
        (array.array("i", [-1, 256, 100]), [0, 255, 100]),
        (array.array("Q", [2**64 - 1, 1, 0]), [255, 1, 0]),
        ((ctypes.c_bool * 3)(True, False, True), [255, 0, 255]),
    ],
    ids=lambda value: getattr(value, "typecode", None),
)
def test_floats_are_from_0_to_1_and_integers_to_255(run: epochlog.Run, values: Any, kept: Any) -> None:
    flat = memoryview(values)
    code = "?" if flat.format == "<?" else flat.format
    assert logged(run, flat.cast("B").cast(code, (1, 3))) == (3, 1, 1, kept)


def test_strides_of_an_array_do_not_matter(run: epochlog.Run) -> None:
    rows = view(COLOR, 6, 3)
    assert logged(run, rows[::-1]) == (3, 6, 1, [b for i in range(5, -1, -1) for b in COLOR[3 * i : 3 * i + 3]])
    assert logged(run, rows[::2]) == (3, 3, 1, [b for i in (0, 2, 4) for b in COLOR[3 * i : 3 * i + 3]])
    planes = ((ctypes.c_ubyte * 3) * 2)((1, 2, 3), (4, 5, 6))
    assert logged(run, planes) == (3, 2, 1, [1, 2, 3, 4, 5, 6])
    big = ((ctypes.c_uint16.__ctype_be__ * 3) * 2)((1, 2, 3), (4, 5, 256))  # type: ignore[attr-defined]
    assert logged(run, big) == (3, 2, 1, [1, 2, 3, 4, 5, 255])


def test_a_pixel_alone_and_a_long_line_are_images(run: epochlog.Run) -> None:
    assert logged(run, view(b"\x07", 1, 1)) == (1, 1, 1, [7])
    assert logged(run, view(bytes(65535), 1, 65535))[:3] == (65535, 1, 1)
    assert logged(run, view(bytes(65535), 65535, 1))[:3] == (1, 65535, 1)


NO_IMAGES = [
    ("one dimension", view(GREY, 6), {}, ValueError, "1 dimensions is no image"),
    ("four dimensions", view(GREY, 1, 1, 2, 3), {}, ValueError, "4 dimensions is no image"),
    ("two channels", view(GREY, 3, 1, 2), {"layout": "HWC"}, ValueError, "no image of layout HWC"),
    ("no channels anywhere", view(bytes(30), 2, 3, 5), {}, ValueError, "no image of layout that can be guessed"),
    ("a layout of other dimensions", view(GREY, 2, 3), {"layout": "HWC"}, ValueError, "no image of layout HWC"),
    ("another layout of other dimensions", view(GREY, 2, 3, 1), {"layout": "HW"}, ValueError, "no image of layout HW"),
    ("a layout that is none", view(GREY, 2, 3), {"layout": "WH"}, ValueError, "layout is 'WH', not 'HW', 'HWC'"),
    ("a layout of no letters", view(GREY, 2, 3), {"layout": ""}, ValueError, "layout is ''"),
    ("a layout that is no text", view(GREY, 2, 3), {"layout": 5}, ValueError, "layout is 5"),
    ("too wide", view(bytes(65536), 1, 65536), {}, ValueError, "65536 x 1 pixels: a side has 1 to 65535"),
    ("too high", view(bytes(65536), 65536, 1), {}, ValueError, "1 x 65536 pixels: a side has 1 to 65535"),
    ("no pixels", ((ctypes.c_ubyte * 0) * 3)(), {}, ValueError, "0 x 3 pixels"),
    ("None", None, {}, TypeError, "an image is a path, .*, not <class 'NoneType'>"),
    ("a number", 5, {}, TypeError, "an image is a path, .*, not <class 'int'>"),
    ("a list", [[1, 2]], {}, TypeError, "an image is a path, .*, not <class 'list'>"),
    ("an object", object(), {}, TypeError, "an image is a path, .*, not <class 'object'>"),
    ("texts", memoryview(b"abc").cast("c"), {}, TypeError, "^image: elements of type 'c'"),
    ("a step that is none", view(GREY, 2, 3), {"step": "x"}, TypeError, "a step is an integer, not"),
    ("a step beyond 64 bits", view(GREY, 2, 3), {"step": 2**64}, OverflowError, "does not fit 64 bits"),
    ("a caption that is no text", view(GREY, 2, 3), {"caption": 5}, TypeError, "^a caption is a str, not"),
    ("a caption with a NUL", png(1, 1), {"caption": "a\0"}, ValueError, "^a caption holds a NUL"),
]  # fmt: skip


@pytest.mark.parametrize("image, keywords, kind, message", [n[1:] for n in NO_IMAGES], ids=[n[0] for n in NO_IMAGES])
def test_what_is_no_image_is_refused(
    run: epochlog.Run, image: Any, keywords: Any, kind: Any, message: str
) -> None:
    with pytest.raises(kind, match=message):
        run.log_image("x", image, **keywords)
    assert run.saved().images == []


# --------------------------------------------------------------------------- steps


def test_steps_are_counted_or_as_given(run: epochlog.Run) -> None:
    for i, step in enumerate((None, None, 10, None)):
        run.log_image("x", view(bytes([i] * 6), 2, 3), step)
    run.log_image("y", png(1, 1))
    assert [(image.name, image.step) for image in run.saved().images] == [
        ("x", 0), ("x", 1), ("x", 10), ("x", 11), ("y", 0)
    ]  # fmt: skip
    for i, image in enumerate(run.saved().images[:4]):
        assert pixels_of(pathlib.Path(run.folder, image.path).read_bytes())[3] == [i] * 6


def test_an_image_and_a_metric_may_share_a_name(run: epochlog.Run) -> None:
    run.log("x", 1.0)
    run.log_image("x", png(1, 1))
    run.log("x", 2.0)
    assert run.get_metrics() == {"x": [1.0, 2.0]} and len(run.saved().images) == 1


def test_a_name_stays_below_the_run_whatever_it_says(run: epochlog.Run) -> None:
    for name in ("../../up", "/etc/x", "a/b", "..", ".", "a\\b", "ä 漢", "x" * 4096):
        run.log_image(name, png(1, 1))
        image = run.saved().images[-1]
        path = os.path.realpath(os.path.join(run.folder, image.path))
        assert path.startswith(os.path.realpath(os.path.join(run.folder, "files")) + os.sep)
        assert os.path.isfile(path) and image.name == name


@pytest.mark.parametrize("name, kind", [(None, TypeError), (5, TypeError), ("", ValueError), ("a\0", ValueError)])
def test_names_are_checked(run: epochlog.Run, name: Any, kind: Any) -> None:
    for image in (png(1, 1), view(GREY, 2, 3)):
        with pytest.raises(kind, match="^the name of an image"):
            run.log_image(name, image)


def test_behind_the_end_it_raises(run: epochlog.Run) -> None:
    run.complete()
    for image in (png(1, 1), view(GREY, 2, 3)):
        with pytest.raises(RuntimeError, match="the run has ended"):
            run.log_image("x", image)
