"""A run shown by a real kernel: the picture in the notebook, renewed until the run ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")


def outputs(tmp_path: Path, *cells: str) -> list[Any]:
    """What each cell shows once all have run."""
    nbformat = pytest.importorskip("nbformat")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(
        book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    return [cell.outputs for cell in book.cells]


def test_a_run_shows_itself(tmp_path: Path) -> None:
    [_, [shown]] = outputs(
        tmp_path,
        "import epochlog\nwith epochlog.Run('ridge') as run:\n    run.log('loss', 0.25)",
        "from epochlog._saved import open_run\nopen_run('ridge')",
    )
    assert shown.output_type == "execute_result"
    assert "Completed" in shown.data["text/html"] and "0.25" in shown.data["text/html"]
    assert shown.data["text/plain"].startswith("<epochlog.SavedRun ")


def test_a_display_follows_the_training(tmp_path: Path) -> None:
    [[shown], trained] = outputs(
        tmp_path,
        "import epochlog\nfrom epochlog import _notebook\n"
        "run = epochlog.Run('ridge')\nrun.log('loss', 0.75)\n_notebook.show(run, interval=0.05)",
        "import time\nrun.log('loss', 0.125)\nrun.complete()\ntime.sleep(2)",
    )
    assert shown.output_type == "display_data" and trained == []
    assert "Completed" in shown.data["text/html"] and "0.125" in shown.data["text/html"]
    assert shown.data["text/plain"].startswith("ridge: Completed")
