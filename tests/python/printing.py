"""Programs whose console is captured, and what is kept of it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, Callable

import pytest
from programs import environment

import epochlog

BEGIN = """
import ctypes, os, signal, subprocess, sys, threading, time
import epochlog

run = epochlog.Run("printed")
console = run.capture_console()
"""
Printed = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def printed(root: Path) -> Printed:
    """Runs BEGIN and more code, both streams shown in one place, as a terminal has them."""

    def run(code: str, begin: str = BEGIN, **options: Any) -> subprocess.CompletedProcess[bytes]:
        script = root.parent / "script.py"
        script.write_text(begin + textwrap.dedent(code))
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options}
        return subprocess.run(
            [sys.executable, str(script)], env=environment(), timeout=120, **options
        )

    return run


def kept(root: Path, name: str = "printed", file: str = "std_log.txt") -> bytes:
    (found,) = epochlog.runs(root, name=name)
    return (Path(found.path) / "logs" / file).read_bytes()


def eventually(condition: Callable[[], bool], what: str) -> None:
    """For what another process does behind the end of the first."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"a minute long not: {what}")
