"""Sounds, meshes and embeddings as files that other programs read."""

from __future__ import annotations

import sys
from array import array
from typing import Any
from collections.abc import Iterator, Sequence

from ._histogram import flat, on_host


def wav(samples: Any, rate: int) -> bytes:
    """A WAV file of one channel and 16 bits.

    samples: [n], or with further dimensions of 1; from -1 to 1, beyond that is cut off, and
        what is no number is silence.  rate: samples a second.

    Raises ValueError for more than one channel.
    """
    import io
    import wave

    shape = tuple(getattr(samples, "shape", ()))
    if sum(size != 1 for size in shape) > 1:
        raise ValueError(f"a sound has one channel, and the samples the shape {shape}")
    numbers = array(
        "h", (round(max(-1.0, min(1.0, v)) * 32767) if v == v else 0 for v in flat(samples))
    )
    if sys.byteorder == "big":
        numbers.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(int(rate))
        out.writeframes(numbers.tobytes())
    return file.getvalue()


def meshes(vertices: Any, colors: Any = None, faces: Any = None) -> Iterator[bytes]:
    """A PLY file for each mesh of a batch.

    vertices: [batch, n, 3].  colors: [batch, n, 3], whole numbers from 0 to 255 or floats from
        0 to 1; None: none.  faces: [batch, m, 3], numbers of vertices from 0; None: points.
    """
    vertices, colors, faces = on_host(vertices), on_host(colors), on_host(faces)
    is_share = colors is not None and "float" in str(getattr(colors, "dtype", ""))
    for i in range(len(vertices)):
        points = rows(vertices[i], 3)
        corners = [] if faces is None else rows(faces[i], 3)
        paint = None if colors is None else rows(colors[i], 3)
        yield ply(points, paint, corners, 255 if is_share else 1)


def ply(
    points: list[list[float]],
    colors: list[list[float]] | None,
    faces: list[list[float]],
    scale: int,
) -> bytes:
    head = ["ply", "format ascii 1.0", f"element vertex {len(points)}"]
    head += [f"property float {axis}" for axis in "xyz"]
    if colors is not None:
        head += [f"property uchar {name}" for name in ("red", "green", "blue")]
    head += [f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header"]
    lines = []
    for i, point in enumerate(points):
        numbers = [f"{value:.9g}" for value in point]
        if colors is not None:
            numbers += [str(max(0, min(255, round(value * scale)))) for value in colors[i]]
        lines.append(" ".join(numbers))
    lines += ["3 " + " ".join(str(int(corner)) for corner in face) for face in faces]
    return "\n".join(head + lines + [""]).encode()


def rows(values: Any, size: int) -> list[list[float]]:
    numbers = flat(values)
    return [numbers[i : i + size] for i in range(0, len(numbers), size)]


def tab_separated(matrix: Any) -> bytes:
    """A matrix [n, d], a line for each row."""
    lines = ("\t".join(repr(value) for value in flat(row)) for row in on_host(matrix))
    return "".join(f"{line}\n" for line in lines).encode()


def labels(values: Sequence[Any], header: Sequence[str] | None) -> bytes:
    """A line for each value, which has a text for each of `header`, below a line of that."""
    lines = [[value] if header is None else list(value) for value in values]
    if header is not None:
        lines.insert(0, list(header))
    table = (
        "\t".join(str(cell).replace("\t", " ").replace("\n", " ") for cell in line)
        for line in lines
    )
    return "".join(f"{line}\n" for line in table).encode()
