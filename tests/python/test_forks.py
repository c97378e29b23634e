"""Forked children log into the run of their parent, and leave its end to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from programs import (
    OPEN,
    Ended,
    assert_points,
    ended,
    environment,
    lives,
    logs,
    the_run,
    until_gone,
)

import epochlog

pytestmark = pytest.mark.forks

FORK = """
process = os.fork()
if process == 0:
{child}
    {ending}
if os.waitpid(process, 0)[1] != {status}:
    sys.exit("the child ended otherwise")
points(run, "after")
"""


@pytest.mark.parametrize(
    "ending, status, live",
    [
        ("sys.exit(3)", 3 << 8, 0),
        ("raise SystemExit(3)", 3 << 8, 0),
        ("sys.exit(0)", 0, 0),
        ("1 / 0", 1 << 8, 0),
        ("raise KeyboardInterrupt", signal.SIGINT, 0),
        ("run.leave(); os._exit(0)", 0, 0),
        ("os._exit(0)", 0, 1),
        ("os.kill(os.getpid(), 9)", 9, 1),
    ],
)
def test_how_a_forked_child_ends(ended: Ended, ending: str, status: int, live: int) -> None:
    code = FORK.format(child="    points(run, 'child')", ending=ending, status=status)
    run, done = ended(code)
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, "child": 100, "after": 100})
    assert (logs(run), lives(run)) == (2, live)


@pytest.mark.parametrize("ending", ["sys.exit(3)", "1 / 0", "os._exit(0)"])
def test_a_forked_child_that_logs_nothing_leaves_nothing(ended: Ended, ending: str) -> None:
    status = {"s": 3 << 8, "1": 1 << 8, "o": 0}[ending[0]]
    run, done = ended(FORK.format(child="    pass", ending=ending, status=status))
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert (logs(run), lives(run)) == (1, 0)


@pytest.mark.parametrize("ending", ["", "raise ValueError('child')", "sys.exit(3)"])
def test_a_child_that_leaves_the_parents_block(ended: Ended, ending: str) -> None:
    run, done = ended(
        f"""
        with run:
            process = os.fork()
            if process == 0:
                points(run, "child")
                {ending}
            else:
                os.waitpid(process, 0)
                points(run, "after")
        """
    )
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, "child": 100, "after": 100})
    assert lives(run) == 0


def test_a_parent_that_fails_when_its_child_was_well(ended: Ended) -> None:
    code = FORK.format(child="    points(run, 'child')", ending="sys.exit()", status=0)
    run, done = ended(code + "raise ValueError('parent')")
    assert (run.status, run.error_message) == ("Failed", "parent")
    assert_points(run, {"parent": 100, "child": 100, "after": 100})


def test_a_fork_in_a_thread_while_others_log(ended: Ended) -> None:
    run, done = ended(
        """
        import faulthandler
        faulthandler.dump_traceback_later(60, exit=True)
        is_over = False
        counts = {}
        def log(name):
            step = 0
            while not is_over:
                run.log(name, step)
                run.log_row("rows", a=step)
                step += 1
            counts[name] = step
        def fork(number):
            for i in range(10):
                process = os.fork()
                if process == 0:
                    points(run, f"child-{number}-{i}", 10)
                    run.leave()
                    os._exit(0)
                os.waitpid(process, 0)
        loggers = [threading.Thread(target=log, args=(f"thread-{i}",)) for i in range(2)]
        forkers = [threading.Thread(target=fork, args=(i,)) for i in range(2)]
        for thread in loggers + forkers:
            thread.start()
        for thread in forkers:
            thread.join()
        is_over = True
        for thread in loggers:
            thread.join()
        print(counts["thread-0"], counts["thread-1"])
        """
    )
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    counts = done.stdout.split()
    for i in range(2):
        assert list(run[f"thread-{i}"].steps) == list(range(int(counts[i])))
        for j in range(10):
            assert len(run[f"child-{i}-{j}"].values) == 10
    assert lives(run) == 0


def test_children_of_children(ended: Ended) -> None:
    run, done = ended(
        """
        if (process := os.fork()) == 0:
            points(run, "child")
            if (process := os.fork()) == 0:
                points(run, "grandchild")
                sys.exit(1)
            os.waitpid(process, 0)
            sys.exit(2)
        os.waitpid(process, 0)
        """
    )
    assert (run.status, done.returncode) == ("Completed", 0), done.stderr
    assert_points(run, {"parent": 100, "child": 100, "grandchild": 100})
    assert lives(run) == 0


def test_a_run_of_a_forked_childs_own(ended: Ended, root: Path) -> None:
    code = "    own = epochlog.Run('own')\n    points(own, 'loss')"
    run, _ = ended(FORK.format(child=code, ending="1 / 0", status=1 << 8))
    own = the_run(root, "own")
    assert (run.status, own.status, own.error_code) == ("Completed", "Failed", "ZeroDivisionError")
    assert_points(own, {"loss": 100})


def test_a_parent_that_is_killed_first(root: Path) -> None:
    """Nobody says how the run ended, whatever becomes of its workers."""
    script = root.parent / "script.py"
    script.write_text(
        OPEN
        + textwrap.dedent(
            """
            parent = os.getpid()
            if (process := os.fork()) == 0:
                points(run, "child")
                while os.getppid() == parent:
                    time.sleep(0.01)
                os.read(0, 1)
                points(run, "later")
                sys.exit(0)
            os.write(1, b"%d\\n" % process)
            time.sleep(60)
            """
        )
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdin is not None and process.stdout is not None
    child = int(process.stdout.readline())
    while "child" not in the_run(root) or len(the_run(root)["child"].values) < 100:
        time.sleep(0.01)
    assert the_run(root).status == "Running"
    process.kill()
    process.wait()
    assert the_run(root).status == "Running"  # by the child, which may still go on
    process.communicate(b"x")
    until_gone(child)
    run = the_run(root)
    assert run.status == "NotResponding"
    assert_points(run, {"parent": 100, "child": 100, "later": 100})
