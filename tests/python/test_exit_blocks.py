"""How a block is left is how its run ended."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import epochlog


def the_run(root: Path, name: str = "ended") -> epochlog.SavedRun:
    (found,) = epochlog.runs(root, name=name)
    return epochlog.open_run(found.path)


def assert_whole(run: epochlog.SavedRun, points: int = 1000) -> None:
    """Every point is there, and no live file is left."""
    assert len(run["loss"].values) == points
    assert list(run["loss"].steps) == list(range(points))
    assert not list(Path(run.path).glob("*.live"))
    assert not run.warnings


@pytest.mark.parametrize(
    "ending, status, code, message",
    [
        ("pass", "Completed", None, None),
        ("sys.exit()", "Completed", None, None),
        ("sys.exit(0)", "Completed", None, None),
        ("sys.exit(3)", "Failed", "SystemExit", "the program ended with exit status 3"),
        ("sys.exit('no data')", "Failed", "SystemExit", "no data"),
        ("sys.exit(0.0)", "Failed", "SystemExit", "0.0"),
        ("raise SystemExit(3)", "Failed", "SystemExit", "the program ended with exit status 3"),
        ("raise KeyboardInterrupt", "Canceled", None, None),
        ("raise ValueError('bad')", "Failed", "ValueError", "bad"),
        ("raise GeneratorExit", "Completed", None, None),
        ("import asyncio; raise asyncio.CancelledError", "Canceled", None, None),
    ],
)
def test_how_a_block_is_left(
    root: Path, ending: str, status: str, code: str | None, message: str | None
) -> None:
    try:
        with epochlog.Run("ended") as run:
            run.log("loss", 0)
            exec(ending, {"sys": sys})
    except BaseException:
        pass
    saved = the_run(root)
    assert (saved.status, saved.error_code or None, saved.error_message or None) == (
        status,
        code,
        message,
    )
    assert run.status == status and not run.is_open
    assert_whole(saved, 1)


def test_a_block_keeps_the_traceback_and_lets_the_exception_pass(root: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        with epochlog.Run("ended"):
            1 / 0
    details = the_run(root).error_details
    assert details is not None
    assert details.startswith("Traceback") and details.endswith("division by zero\n")
    assert "1 / 0" in details


def test_a_child_that_fails_alone(root: Path) -> None:
    with epochlog.Run("ended") as run:
        with pytest.raises(ValueError):
            with run.child("child") as child:
                raise ValueError("this one")
        assert run.is_open and not child.is_open
    assert the_run(root).status == "Completed"
    assert the_run(root, "child").status == "Failed"


def test_a_child_that_takes_its_parent_along(root: Path) -> None:
    with pytest.raises(ValueError):
        with epochlog.Run("ended") as run, run.child("child"):
            raise ValueError("both")
    assert the_run(root).status == the_run(root, "child").status == "Failed"


def test_a_run_ended_in_its_block_is_not_ended_again(root: Path) -> None:
    with pytest.raises(ValueError):
        with epochlog.Run("ended") as run:
            run.cancel()
            raise ValueError("afterwards")
    assert the_run(root).status == "Canceled"


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("nothing to say")


@pytest.mark.parametrize(
    "error, message",
    [
        (Mute(), "(its text cannot be made: RuntimeError)"),
        (ValueError("cut\0off"), "cut\ufffdoff"),
        (ValueError("\udc80 is no character"), "? is no character"),
        (ValueError(), ""),
        (KeyError("x"), "'x'"),
    ],
)
def test_exceptions_that_are_hard_to_tell(root: Path, error: Exception, message: str) -> None:
    with pytest.raises(type(error)):
        with epochlog.Run("ended"):
            raise error
    run = the_run(root)
    assert (run.status, run.error_code) == ("Failed", type(error).__name__)
    assert (run.error_message or "") == message


def test_a_traceback_of_any_length(root: Path) -> None:
    with pytest.raises(ValueError):
        with epochlog.Run("ended"):
            raise ValueError("long" * 10_000_000)
    run = the_run(root)
    assert run.status == "Failed"
    assert run.error_details is not None and run.error_message is not None
    assert len(run.error_details) < 2_000_000 and len(run.error_message) < 2_000_000
    assert run.error_details.startswith("Traceback")
