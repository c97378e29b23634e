"""How a program ends is how its run ended, and what it logged is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Callable

import pytest

import epochlog
from epochlog import _exit, _native

BEGIN = """
import atexit, os, signal, sys, threading, time
import epochlog

run = epochlog.Run("ended")
for step in range(1000):
    run.log("loss", step)
"""
Ended = Callable[..., "tuple[epochlog.SavedRun, subprocess.CompletedProcess[str]]"]

needs_status = pytest.mark.skipif(
    not hasattr(_native.Writer, "_end_at_exit"), reason="this C library does not tell exit statuses"
)


def environment() -> dict[str, str]:
    """With the package that is tested, wherever a script is run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": str(Path(epochlog.__file__).parents[1])}


@pytest.fixture
def ended(root: Path) -> Ended:
    """Runs BEGIN and more code in a process, and returns its run and how it ended."""

    def run(code: str, begin: str = BEGIN, flags: str = "", **options: Any):
        script = root.parent / "script.py"
        script.write_text(begin + textwrap.dedent(code))
        done = subprocess.run(
            [sys.executable, *flags.split(), str(script)],
            env=environment(),
            text=True,
            capture_output=True,
            timeout=120,
            **options,
        )
        return the_run(root), done

    return run


def the_run(root: Path, name: str = "ended") -> epochlog.SavedRun:
    (found,) = epochlog.runs(root, name=name)
    return epochlog.open_run(found.path)


def assert_whole(run: epochlog.SavedRun, points: int = 1000) -> None:
    """Every point is there, and no live file is left."""
    assert len(run["loss"].values) == points
    assert list(run["loss"].steps) == list(range(points))
    assert not list(Path(run.path).glob("*.live"))
    assert not run.warnings


# ------------------------------------------------------------ without a block


@pytest.mark.parametrize(
    "code",
    [
        "",
        "sys.exit()",
        "sys.exit(0)",
        "sys.exit(None)",
        "raise SystemExit",
        "raise SystemExit(0)",
        "exit()",
        "quit(0)",
        pytest.param("try: sys.exit(3)\nexcept SystemExit: pass", marks=needs_status),
        "try: 1 / 0\nexcept ZeroDivisionError: pass",
        "try: raise KeyboardInterrupt\nexcept KeyboardInterrupt: pass",
    ],
)
def test_a_program_that_ends_well_completes_its_run(ended: Ended, code: str) -> None:
    run, done = ended(code)
    assert (run.status, done.returncode, done.stderr) == ("Completed", 0, "")
    assert_whole(run)


@needs_status
@pytest.mark.parametrize(
    "code, status",
    [
        ("sys.exit(3)", 3),
        ("raise SystemExit(3)", 3),
        ("exit(4)", 4),
        ("quit(5)", 5),
        ("sys.exit(-1)", -1),
        ("sys.exit(True)", 1),
        ("sys.exit('the data is missing')", 1),
        ("sys.exit(0.0)", 1),
        ("try: 1 / 0\nfinally: sys.exit(7)", 7),
    ],
)
def test_an_exit_status_other_than_0_fails_it(ended: Ended, code: str, status: int) -> None:
    run, done = ended(code)
    assert done.returncode == status % 256
    assert (run.status, run.error_code) == ("Failed", "SystemExit")
    assert run.error_message == f"the program ended with exit status {status}"
    assert_whole(run)


def test_an_exception_fails_it_with_its_traceback(ended: Ended) -> None:
    run, done = ended(
        """
        def train():
            raise ValueError("the learning rate is negative")
        train()
        """
    )
    assert done.returncode == 1
    assert (run.status, run.error_code) == ("Failed", "ValueError")
    assert run.error_message == "the learning rate is negative"
    assert run.error_details is not None and run.error_details in done.stderr
    assert "in train" in run.error_details and run.error_details.startswith("Traceback")
    assert_whole(run)


def test_the_command_tells_the_same(ended: Ended, tree: Path, root: Path) -> None:
    run, _ = ended("raise ValueError('no')")
    from epochlog import _command

    told = json.loads(
        subprocess.run(
            [_command.path(), "show", run.id, "--json", "--root", str(root)],
            capture_output=True,
            check=True,
        ).stdout
    )
    assert told["status"] == "Failed"
    assert told["error"]["code"] == "ValueError"
    assert told["metrics"]["loss"]["n"] == 1000


def test_an_exception_of_another_module_run_by_name(ended: Ended, root: Path) -> None:
    (root.parent / "train.py").write_text(BEGIN + "raise LookupError('no such class')")
    done = subprocess.run(
        [sys.executable, "-m", "train"], env=environment(), capture_output=True, cwd=root.parent
    )
    run = the_run(root)
    assert done.returncode == 1
    assert (run.status, run.error_code, run.error_message) == (
        "Failed",
        "LookupError",
        "no such class",
    )


def test_an_unhandled_interrupt_cancels_it(ended: Ended) -> None:
    run, done = ended("raise KeyboardInterrupt")
    assert (run.status, done.returncode) == ("Canceled", -signal.SIGINT)
    assert_whole(run)


def test_os_exit_says_nothing_and_loses_nothing(ended: Ended) -> None:
    run, done = ended("os._exit(0)")
    assert (run.status, done.returncode) == ("NotResponding", 0)
    assert list(run["loss"].steps) == list(range(1000))


def test_a_run_that_was_ended_before_stays_so(ended: Ended) -> None:
    run, done = ended("run.complete()\nraise ValueError('later')")
    assert (run.status, done.returncode) == ("Completed", 1)
    assert_whole(run)


def test_all_open_runs_are_ended(ended: Ended, root: Path) -> None:
    run, _ = ended("child = run.child('child')\nchild.log('loss', 1)\nraise ValueError('both')")
    child = the_run(root, "child")
    assert (run.status, child.status) == ("Failed", "Failed")
    assert child.error_message == run.error_message == "both"
    assert child.parent_id == run.id


def test_a_run_that_nobody_refers_to_any_more(ended: Ended) -> None:
    run, _ = ended("import gc\ndel run\ngc.collect()")
    assert run.status == "Completed"
    assert_whole(run)


def test_one_run_that_cannot_be_ended_leaves_the_others_to_be(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_exit, "_open", {})
    first, last = epochlog.Run("first"), epochlog.Run("last")

    def broken(*_: object) -> bool:
        raise OSError("the disk is gone")

    monkeypatch.setattr(_exit, "_end_with_status", lambda run, error: run is last and broken())
    _exit._end_all()
    assert (first.is_open, last.is_open) == (False, True)
    assert "the disk is gone" in capsys.readouterr().err
    last.complete()


@needs_status
def test_output_that_could_not_be_written_fails_it(ended: Ended, root: Path) -> None:
    script = root.parent / "script.py"
    script.write_text(BEGIN + "print('lost')")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, str(script)], env=environment(), stdout=full, stderr=subprocess.PIPE
        )
    run = the_run(root)
    assert done.returncode != 0
    assert run.status == "Failed"
    assert run.error_message == f"the program ended with exit status {done.returncode}"


# -------------------------------------------------------------------- threads


def test_an_exception_in_a_thread_does_not_end_the_program(ended: Ended) -> None:
    run, done = ended(
        """
        def fail():
            raise ValueError("in a thread")
        def leave():
            sys.exit(3)
        for target in (fail, leave):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
        """
    )
    assert (run.status, done.returncode) == ("Completed", 0)
    assert "ValueError: in a thread" in done.stderr
    assert_whole(run)


def test_threads_that_the_interpreter_waits_for(ended: Ended) -> None:
    run, _ = ended(
        """
        def work():
            time.sleep(0.3)
            for step in range(1000, 2000):
                run.log("loss", step)
        threading.Thread(target=work).start()
        """
    )
    assert run.status == "Completed"
    assert_whole(run, 2000)


@needs_status
@pytest.mark.parametrize("ending", ["", "sys.exit(3)", "1 / 0", "run.complete()"])
def test_daemons_that_log_until_the_very_end(ended: Ended, ending: str) -> None:
    run, done = ended(
        f"""
        import faulthandler, warnings

        faulthandler.enable()
        faulthandler.dump_traceback_later(60, exit=True)
        warnings.simplefilter("ignore")
        def work(name):
            step = 0
            while True:
                run.log(name, step)
                try:
                    run.log_row("rows", a=step, b=1.5)
                    run.flush()
                except RuntimeError:  # the run has ended
                    print("refused")
                    return
                step += 1
        for i in range(4):
            threading.Thread(target=work, args=(f"daemon-{{i}}",), daemon=True).start()
        time.sleep(0.1)
        {ending}
        """
    )
    assert done.returncode in (0, 1, 3), done.stderr
    assert "Fatal" not in done.stderr and "Timeout" not in done.stderr
    assert ending == "run.complete()" or "refused" not in done.stdout
    assert run.status == ("Completed" if done.returncode == 0 else "Failed")
    assert not run.warnings
    for i in range(4):
        steps = list(run[f"daemon-{i}"].steps)
        assert steps == list(range(len(steps)))


# -------------------------------------------------------------------- manners


@needs_status
def test_nothing_of_the_program_is_replaced(ended: Ended) -> None:
    hooks = "sys.exit, sys.excepthook, sys.unraisablehook, threading.excepthook, exit, quit"
    begin = f"import sys, threading\nbefore = ({hooks})\n{BEGIN}"
    run, done = ended(f"assert before == ({hooks})", begin=begin)
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr


def test_a_hook_of_others_that_hides_the_exception(ended: Ended) -> None:
    run, done = ended(
        """
        sys.excepthook = lambda *_: print("sorry")
        raise ValueError("hidden")
        """
    )
    assert (done.stdout, done.returncode) == ("sorry\n", 1)
    assert (run.status, run.error_code, run.error_message) == ("Failed", "ValueError", "hidden")


@needs_status
def test_a_program_that_shows_an_exception_and_goes_on(ended: Ended) -> None:
    run, done = ended(
        """
        try:
            1 / 0
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)
            sys.last_type, sys.last_value, sys.last_traceback = sys.exc_info()
        """
    )
    assert "ZeroDivisionError" in done.stderr
    assert (run.status, done.returncode) == ("Completed", 0)


def test_handlers_at_exit_that_log(ended: Ended) -> None:
    run, _ = ended("atexit.register(lambda: run.log('loss', 0.0, 1000))")
    assert run.status == "Completed"
    assert_whole(run, 1001)


@pytest.mark.parametrize(
    "lines, status, code",
    [
        ("1 / 0\n", "Completed", 0),
        ("1 / 0\nrun.log('loss', 0.0, 1000)\n", "Completed", 0),
        ("raise KeyboardInterrupt\nprint()\n", "Completed", 0),
        ("raise KeyboardInterrupt\n", "Completed", -signal.SIGINT),
        pytest.param("1 / 0\nexit(3)\n", "Failed", 3, marks=needs_status),
    ],
)
def test_an_interactive_session(ended: Ended, lines: str, status: str, code: int) -> None:
    run, done = ended("", flags="-i", input=lines)
    assert (run.status, done.returncode) == (status, code)
    assert_whole(run, 1000 + lines.count("log"))
    assert run.error_code in (None, "", "SystemExit")


def test_a_run_left_open_by_tests(root: Path) -> None:
    (root.parent / "test_it.py").write_text("import epochlog\ndef test_it(): epochlog.Run('ended')")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert the_run(root).status == "Completed"


def test_an_interpreter_within_the_interpreter(ended: Ended) -> None:
    run, done = ended(
        """
        import json
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        import sys
        path = "import sys; sys.path[:] = " + repr(sys.path)
        inner = interpreters.create(*(["legacy"] if sys.version_info >= (3, 13) else []))
        interpreters.run_string(inner, path + "\\n" + '''if True:
            import epochlog
            inside = epochlog.Run("inside")
            inside.log("loss", 1.0)
        ''')
        interpreters.destroy(inner)
        """,
        begin=BEGIN,
    )
    if "does not support loading in subinterpreters" in done.stderr:
        pytest.skip("the module is for the main interpreter")
    assert done.returncode == 0, done.stderr
    assert run.status == "Completed"
    assert the_run(Path(run.path).parent, "inside").status == "Completed"
