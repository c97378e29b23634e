"""Pictures made of pixels: grids of images, boxes on them, animations.

A picture is (bytes, height, width, channels): rows top down, 1 channel for grey, 3 for RGB,
4 for RGBA, one byte each.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any
from collections.abc import Iterable, Sequence

from . import _native

Picture = tuple[bytes, int, int, int]

RED = (255, 0, 0)


def pictures(tensor: Any, formats: str) -> list[Picture]:
    """The images of an array or tensor; one where `formats` has no N.

    tensor: whole numbers from 0 to 255 or floats from 0 to 1.
    formats: what its dimensions are: N (image), C (1, 3 or 4 channels), H and W (rows and
        columns), each at most once, in any order.

    Raises ValueError for formats that do not fit the tensor.
    """
    formats = formats.upper()
    layout = "".join(letter for letter in "NHWC" if letter in formats)
    if sorted(layout) != sorted(formats) or "H" not in formats or "W" not in formats:
        raise ValueError(f"dataformats is {formats!r}, not a word of N, C, H and W")
    dimensions = len(getattr(tensor, "shape", layout))
    if dimensions != len(formats):
        raise ValueError(f"the image has {dimensions} dimensions, dataformats {formats!r} others")
    if formats in ("CHW", "NCHW"):
        layout = formats
    else:
        tensor = transposed(tensor, [formats.index(letter) for letter in layout])
    if "N" not in formats:
        return [_native.pixels(tensor, layout)]
    return [_native.pixels(tensor[i], layout[1:]) for i in range(len(tensor))]


def transposed(tensor: Any, axes: list[int]) -> Any:
    """The tensor with its dimensions in another order."""
    if axes == sorted(axes):
        return tensor
    if hasattr(tensor, "permute"):
        return tensor.permute(*axes)
    return tensor.transpose(axes)


def view(picture: Picture) -> memoryview:
    """The picture as an array [height, width, channels]."""
    data, height, width, channels = picture
    return memoryview(data).cast("B", (height, width, channels))


def grid(images: Sequence[Picture], columns: int = 8) -> Picture:
    """Images of one size side by side, in rows of at most `columns`; what is left over is
    black.  ValueError for no image, or sizes that differ."""
    if not images:
        raise ValueError("no image was given")
    height, width, channels = images[0][1:]
    if any(image[1:] != (height, width, channels) for image in images):
        raise ValueError("the images differ in their size")
    columns = min(columns, len(images))
    size = width * channels
    empty = bytes(height * size)
    rows: list[bytes] = []
    for first in range(0, len(images), columns):
        row = [image[0] for image in images[first : first + columns]]
        row += [empty] * (columns - len(row))
        for y in range(height):
            rows.extend(data[y * size : (y + 1) * size] for data in row)
    height *= -(-len(images) // columns)
    return b"".join(rows), height, width * columns, channels


def with_boxes(image: Picture, boxes: Iterable[Sequence[float]], line: int = 2) -> Picture:
    """The image in colours with the outlines of boxes in red.

    boxes: (left, top, right, bottom) each, in pixels; what lies outside is not drawn.
    line: width of the outline, in pixels, inwards.
    """
    data, height, width, channels = image
    if channels == 1:
        data, channels = bytes(value for grey in data for value in (grey, grey, grey)), 3
    pixels = bytearray(data)
    colour = bytes(RED) + b"\xff" * (channels - 3)
    for left, top, right, bottom in boxes:
        x0, x1 = max(0, round(left)), min(width - 1, round(right))
        y0, y1 = max(0, round(top)), min(height - 1, round(bottom))
        for y in range(y0, y1 + 1):
            is_edge = y - y0 < line or y1 - y < line
            for x in range(x0, x1 + 1):
                if is_edge or x - x0 < line or x1 - x < line:
                    at = (y * width + x) * channels
                    pixels[at : at + channels] = colour
    return bytes(pixels), height, width, channels


def animation(frames: Sequence[Picture], frames_per_second: float) -> bytes:
    """The frames, of one size, as an animated PNG that repeats for ever; where a reader knows
    no animation it shows the first.  ValueError for no frame, or sizes that differ."""
    if not frames:
        raise ValueError("no frame was given")
    height, width, channels = frames[0][1:]
    if any(frame[1:] != (height, width, channels) for frame in frames):
        raise ValueError("the frames differ in their size")
    delay = max(1, min(65535, round(1000 / frames_per_second)))
    colour = {1: 0, 3: 2, 4: 6}[channels]
    chunks = [
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)),
        chunk(b"acTL", struct.pack(">II", len(frames), 0)),
    ]
    number = 0  # Control and data chunks are counted together.
    for i, frame in enumerate(frames):
        control = struct.pack(">IIIIIHHBB", number, width, height, 0, 0, delay, 1000, 0, 0)
        chunks.append(chunk(b"fcTL", control))
        number += 1
        data = packed(frame)
        if i == 0:
            chunks.append(chunk(b"IDAT", data))
        else:
            chunks.append(chunk(b"fdAT", struct.pack(">I", number) + data))
            number += 1
    chunks.append(chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def packed(picture: Picture) -> bytes:
    """The rows of a PNG, each without a filter (0), compressed."""
    data, height, width, channels = picture
    size = width * channels
    rows = (b"\0" + data[y * size : (y + 1) * size] for y in range(height))
    return zlib.compress(b"".join(rows), 6)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
