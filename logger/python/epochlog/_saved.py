"""Reading runs: what `epochlog` offers, in one place."""

from __future__ import annotations

from ._records import Document, Evaluation, File, Image, Log, Loss
from ._runs import best, open_run, root_path, runs
from ._saved_run import SavedRun
from ._series import Series

__all__ = [
    "Document",
    "Evaluation",
    "File",
    "Image",
    "Log",
    "Loss",
    "SavedRun",
    "Series",
    "best",
    "open_run",
    "root_path",
    "runs",
]
