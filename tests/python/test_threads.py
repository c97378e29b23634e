"""Threads that share a run."""

from __future__ import annotations

import array
import struct
import sys
import threading
import time
import warnings
from typing import Any, Callable, Iterator

import epochlog
import pytest


@pytest.fixture
def run(root: Any) -> Iterator[epochlog.Run]:
    run = epochlog.Run("threads")
    yield run
    if run.is_open:
        run.complete()


@pytest.fixture
def often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def together(*functions: Callable[[], Any]) -> list[BaseException]:
    """Runs each function in a thread of its own, all from the same moment on; what they raised."""
    gate = threading.Barrier(len(functions))
    errors: list[BaseException] = []

    def go(function: Callable[[], Any]) -> None:
        gate.wait()
        try:
            function()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=go, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return errors


def test_every_point_of_every_thread_is_kept(run: epochlog.Run, often: None) -> None:
    def log(number: int) -> Callable[[], None]:
        def function() -> None:
            for i in range(2000):
                run.log("shared", float(i))
                run.log({f"own {number}": i, "shared too": i + 0.5}, i)

        return function

    assert together(*(log(i) for i in range(6))) == []
    saved = run.saved()
    assert len(saved["shared"]) == len(saved["shared too"]) == 12_000
    assert list(saved["shared"].steps) == list(range(12_000))
    for i in range(6):
        assert list(saved[f"own {i}"].values) == list(range(2000))


def test_new_metrics_of_all_threads_are_one_each(run: epochlog.Run, often: None) -> None:
    """Each name is met by all threads at once, and changes its type at once."""

    def log(value: Any) -> Callable[[], None]:
        return lambda: [run.log(f"m{i}", value) for i in range(300)] and None

    assert together(log(1), log(0.5), log(True), log(7)) == []
    saved = run.saved()
    assert len(saved) == 300
    for i in range(300):
        assert sorted(saved[f"m{i}"].values) == [0.5, 1.0, 1.0, 7.0], i


def test_all_calls_may_come_from_all_threads(run: epochlog.Run, often: None) -> None:
    numbers = array.array("d", range(100))

    def work() -> None:
        for i in range(20):
            run.log_list("list", numbers)
            run.log_row("row", a=i, b="text")
            run.log_table("table", {"a": numbers})
            run.log_classification([0, 1], [0.25, 0.75])
            run.log_regression(numbers, numbers, name="regression")
            run.log_param("p", i)
            run.tag("t", str(i))
            run.add_data("data", bytes([i]))
            run.log_image("image", memoryview(bytes(12)).cast("B", (2, 2, 3)))
            run.flush()

    assert together(work, work, work, work) == []
    saved = run.saved()
    assert len(saved["list"]) == len(saved["table"]) == 80 * 100 and len(saved["row"]) == 80
    assert {name: found.count for name, found in saved.evaluations.items()} == {"test": 160, "regression": 8000}
    assert len(saved.images) == 80
    assert saved.warnings == []


def test_one_thread_may_end_the_run_while_others_log(root: Any, often: None) -> None:
    """What returned before the end is kept, and what comes behind it is told once."""
    for how in ("complete", "fail", "cancel", "leave"):
        run = epochlog.Run(how, ring_kib=64)
        logged = [0, 0, 0]
        is_over = threading.Event()

        def log(number: int) -> Callable[[], None]:
            def function() -> None:
                for _ in range(100_000):  # or the others are starved
                    if is_over.is_set():
                        return
                    before = run.is_open
                    run.log(f"m{number}", float(logged[number]))
                    logged[number] += before and run.is_open

            return function

        def end() -> None:
            while min(logged) < 100:
                time.sleep(0)  # lets others in
            getattr(run, how)()
            is_over.set()

        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            assert together(log(0), log(1), log(2), end) == []
        assert {str(warning.message) for warning in told} <= {"the run has ended: nothing more is logged"}
        assert len(told) <= 1
        saved = run.saved()
        for i in range(3):
            assert len(saved[f"m{i}"]) >= logged[i]
            assert list(saved[f"m{i}"].values) == [float(k) for k in range(len(saved[f"m{i}"]))]


def test_the_end_waits_for_calls_that_are_under_way(root: Any, often: None) -> None:
    """Batches let go of the interpreter's lock; the run is not taken away under them."""
    numbers = array.array("d", range(50_000))
    for _ in range(5):
        run = epochlog.Run("batches")
        done = [0, 0]

        def log(number: int) -> Callable[[], None]:
            def function() -> None:
                for _ in range(40):  # or the others are starved
                    try:
                        run.log_list(f"m{number}", numbers)
                    except RuntimeError as error:
                        assert "has ended" in str(error)
                        return
                    done[number] += 1

            return function

        def end() -> None:
            while min(done) < 2:
                time.sleep(0)
            run.complete()

        assert together(log(0), log(1), end) == []
        saved = run.saved()
        assert saved.status == "Completed" and saved.warnings == []
        for i in range(2):
            assert len(saved[f"m{i}"]) == done[i] * 50_000


def test_of_several_ends_one_counts(root: Any, often: None) -> None:
    for _ in range(20):
        run = epochlog.Run("ends", ring_kib=16)
        run.log("x", 1.0)
        errors = together(run.complete, run.complete, run.complete)
        assert len(errors) == 2
        assert all(isinstance(error, RuntimeError) for error in errors)
        assert run.saved().status == "Completed"


def lets_others_in(call: Callable[[], Any]) -> bool:
    """Whether this thread got to run while another one was in the call.

    The interpreter itself takes the lock from nobody: who gets it was given it by the call.
    """
    has_begun, is_over = threading.Event(), threading.Event()

    def work() -> None:
        has_begun.set()
        call()
        is_over.set()

    thread = threading.Thread(target=work)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        thread.start()
        has_begun.wait()
        was_let_in = not is_over.is_set()
        thread.join()
    finally:
        sys.setswitchinterval(interval)
    return was_let_in


def test_large_batches_let_other_threads_go_on(run: epochlog.Run) -> None:
    numbers = array.array("d", struct.pack("1000000d", *range(1_000_000)))
    data = bytes(range(256)) * 40_000
    assert not lets_others_in(lambda: sum(range(100_000)))
    for call in (
        lambda: run.log_list("x", numbers),
        lambda: run.log_table("t", {"a": numbers}),
        lambda: run.log_regression(numbers, numbers),
        lambda: run.add_data("data", data),
    ):
        assert any(lets_others_in(call) for _ in range(5))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_takes_nothing_along(run: epochlog.Run) -> None:
    def work() -> None:
        run.log("x", 1.0)
        raise ValueError

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    run.log("x", 2.0)
    assert list(run["x"].values) == [1.0, 2.0]
    assert run.is_open


def test_many_runs_of_many_threads_begin_and_end(root: Any, often: None) -> None:
    ids: list[str] = []

    def work() -> None:
        for i in range(5):
            with epochlog.Run("short", ring_kib=16) as run:
                run.log({"a": i, "b": 0.5})
            ids.append(run.id)

    assert together(*[work] * 6) == []
    assert len(set(ids)) == 30 == len(epochlog.runs())
    assert all(run.status == "Completed" for run in epochlog.runs())
