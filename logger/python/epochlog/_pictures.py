"""Images of every make, as bytes of a file or as pixels."""

from __future__ import annotations

import io
import os
from typing import Any

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._logging import Logging


def log(
    run: Logging, name: str, image: Any, step: int | None, caption: str | None, layout: str | None
) -> None:
    """Logs an image; see Run.log_image."""
    if layout not in (None, "HW", "HWC", "CHW"):
        raise ValueError(f"layout is {layout!r}, not 'HW', 'HWC' or 'CHW'")
    data = encoded(image)
    if data is not None:
        run._log_image_data(name, step, data, caption)
        return
    pixels, height, width, channels = _native.pixels(image, layout)
    view = memoryview(pixels).cast("B", (height, width, channels))
    run._log_image_pixels(name, step, view, caption)


def encoded(image: Any) -> bytes | None:
    """The bytes of an image file; None: an array of pixels."""
    if isinstance(image, (str, os.PathLike)):
        with open(image, "rb") as file:
            return file.read()
    if isinstance(image, (bytes, bytearray)):
        return bytes(image)
    if hasattr(image, "savefig"):
        return _saved(image.savefig, bbox_inches="tight")
    if hasattr(image, "save") and hasattr(image, "mode") and hasattr(image, "size"):
        picture = image if image.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else image.convert("RGB")
        return _saved(picture.save)
    return None


def _saved(save: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    save(file, format="png", **options)
    return file.getvalue()
