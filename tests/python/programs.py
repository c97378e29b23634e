"""Programs that log to one run in several processes, and how that run looks afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, Callable

import pytest

import epochlog

BEGIN = """
import multiprocessing, os, signal, sys, threading, time
import epochlog

def points(run, name, count=100):
    for step in range(count):
        run.log(name, step)
"""
OPEN = BEGIN + "\nrun = epochlog.Run('shared')\npoints(run, 'parent')\n"
METHODS = ("fork", "forkserver", "spawn")
Ended = Callable[..., "tuple[epochlog.SavedRun, subprocess.CompletedProcess[str]]"]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": str(Path(epochlog.__file__).parents[1])}


@pytest.fixture
def ended(root: Path) -> Ended:
    """Runs code in a process, and returns the run "shared" and how the process ended."""

    def run(code: str, begin: str = OPEN, *arguments: str, **options: Any):
        script = root.parent / "script.py"
        script.write_text(begin + textwrap.dedent(code))
        done = subprocess.run(
            [sys.executable, str(script), *arguments],
            env=environment(),
            text=True,
            capture_output=True,
            timeout=120,
            **options,
        )
        return the_run(root), done

    return run


def the_run(root: Path, name: str = "shared") -> epochlog.SavedRun:
    (found,) = epochlog.runs(root, name=name)
    return epochlog.open_run(found.path)


def assert_points(run: epochlog.SavedRun, counts: dict[str, int]) -> None:
    assert {name: len(run[name].values) for name in run} == counts
    for name in run:
        assert list(run[name].steps) == list(range(counts[name]))


def lives(run: epochlog.SavedRun) -> int:
    """How many live files are left, each of some mebibytes."""
    return len(list(Path(run.path).glob("*.live")))


def logs(run: epochlog.SavedRun) -> int:
    return len(list(Path(run.path).glob("*.elog")))


def is_gone(process: int) -> bool:
    """A zombie is, too: it waits for an init that may take its time."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


def until_gone(process: int) -> None:
    for _ in range(6000):
        if is_gone(process):
            return
        time.sleep(0.01)
    pytest.fail(f"a minute long not gone: {process}")
