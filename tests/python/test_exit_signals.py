"""Programs that are interrupted or killed: a true status, and every point."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import epochlog


def environment() -> dict[str, str]:
    """With the package that is tested, wherever a script is run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": str(Path(epochlog.__file__).parents[1])}


def the_run(root: Path, name: str = "ended") -> epochlog.SavedRun:
    (found,) = epochlog.runs(root, name=name)
    return epochlog.open_run(found.path)


def assert_whole(run: epochlog.SavedRun, points: int = 1000) -> None:
    """Every point is there, and no live file is left."""
    assert len(run["loss"].values) == points
    assert list(run["loss"].steps) == list(range(points))
    assert not list(Path(run.path).glob("*.live"))
    assert not run.warnings


LOOP = """
import os, sys
import epochlog

count = 0
run = epochlog.Run("ended")
def train():
    global count
    for step in range(1 << 60):
        run.log("loss", step)
        count = step + 1
        if step == 1000:
            print("training", flush=True)
"""


def interrupted(
    root: Path, code: str, number: int, lines: int = 0
) -> tuple[epochlog.SavedRun, str, int]:
    """The run of a program that got a signal in the middle of its training, when it had printed
    so many lines; the last line that it printed, and how it ended."""
    script = root.parent / "script.py"
    script.write_text(LOOP + textwrap.dedent(code))
    # A shell may have started this with SIGINT ignored, which is inherited.
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )
    signal.signal(signal.SIGINT, former)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"training\n"
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(number)
        rest = process.communicate(timeout=120)[0].decode()
    finally:
        process.kill()
        process.communicate()
    return the_run(root), rest.rpartition("\n")[0].rpartition("\n")[2], process.returncode


@pytest.mark.parametrize(
    "code",
    [
        """
        try:
            train()
        finally:
            print(count)
        """,
        """
        try:
            with run:
                train()
        finally:
            print(count)
        """,
        """
        with run:
            try:
                train()
            finally:
                print(count)
        """,
    ],
)
def test_ctrl_c_in_the_middle_of_the_training(root: Path, code: str) -> None:
    run, count, status = interrupted(root, code, signal.SIGINT)
    assert (run.status, status) == ("Canceled", -signal.SIGINT)
    # One more where the signal came between the call's return and the count.
    assert_whole(run, len(run["loss"].values))
    assert len(run["loss"].values) - int(count) in (0, 1)


def test_ctrl_c_in_a_coroutine(root: Path) -> None:
    code = """
    import asyncio

    async def main():
        with run:
            for step in range(1 << 60):
                run.log("loss", step)
                if step == 1000:
                    print("training", flush=True)
                await asyncio.sleep(0)

    asyncio.run(main())
    """
    run, _, status = interrupted(root, code, signal.SIGINT)
    assert (run.status, status) == ("Canceled", -signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_a_program_that_is_killed_says_nothing_and_loses_nothing(root: Path, number: int) -> None:
    code = """
    for step in range(100_000):
        run.log("loss", step)
    os.write(1, b"training\\n100000\\n")
    while True:
        sys.stdin.read()
    """
    run, count, status = interrupted(root, code, number)
    assert (run.status, status, count) == ("NotResponding", -number, "100000")
    assert list(run["loss"].steps) == list(range(100_000))


def test_every_point_that_was_returned_before_a_kill(root: Path) -> None:
    code = """
    os.write(1, b"training\\n")
    for step in range(1 << 60):
        run.log("loss", step)
        if step % 64 == 63:
            os.write(1, b"%d\\n" % (step + 1))
    """
    run, count, _ = interrupted(root, code, signal.SIGKILL, lines=2000)
    steps = list(run["loss"].steps)
    assert run.status == "NotResponding"
    assert len(steps) >= max(2000 * 64, int(count or 0))
    assert steps == list(range(len(steps)))


def test_a_handler_of_sigterm_that_exits(root: Path) -> None:
    code = """
    import signal
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    train()
    """
    run, _, status = interrupted(root, code, signal.SIGTERM)
    assert (run.status, status) == ("Completed", 0)
    assert_whole(run, len(run["loss"].values))
