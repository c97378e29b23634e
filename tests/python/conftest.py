"""What the tests of the package share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

TREE = Path(__file__).resolve().parents[2]

# Programs that a shell starts in the background have Ctrl-C ignored, and so would theirs.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The address sanitizer of gcc 12 does not know of forks: where the thread that seals is in its
    allocator, a child waits for ever for a lock that nobody holds."""
    if "libasan" in os.environ.get("LD_PRELOAD", ""):
        for item in items:
            if item.get_closest_marker("forks"):
                item.add_marker(pytest.mark.skip(reason="the sanitizer's allocator is not fork-safe"))


@pytest.fixture
def tree() -> Path:
    """The top of the source tree."""
    return TREE


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all runs, not yet there, below an empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "outputs"
    monkeypatch.setenv("EPOCHLOG_DIR", str(folder))
    return folder


@pytest.fixture
def python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs code in a new interpreter: python(code, *arguments, check=True, timeout=60, **env).

    Both streams are kept as text; the environment is this one's with `env` added, and
    where `check` is true an exit other than 0 fails the test with what was said.
    """

    def run(
        code: str, *arguments: object, check: bool = True, timeout: float = 60, **env: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if check and done.returncode != 0:
            pytest.fail("exit %d\n%s%s" % (done.returncode, done.stdout, done.stderr))
        return done

    return run
