"""What is printed while the console is captured is in the run's file, and shown as before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from programs import environment
from printing import BEGIN, Printed, eventually, kept, printed

import epochlog

# Python 3.12 warns of forks where there are threads, and the logger has one.
QUIET = "import warnings\nwarnings.simplefilter('ignore', DeprecationWarning)\n"


# ------------------------------------------------------------- what is printed


def test_whoever_prints(root: Path, printed: Printed) -> None:
    done = printed(
        """
        print("from Python")
        sys.stdout.flush()
        os.write(1, b"to the descriptor\\n")
        subprocess.run(["echo", "from a child"])
        ctypes.CDLL(None).puts(b"from C")
        ctypes.CDLL(None).fflush(None)
        print("an error", file=sys.stderr)
        """
    )
    said = [b"from Python", b"to the descriptor", b"from a child", b"from C", b"an error"]
    assert sorted(kept(root).splitlines()) == sorted(said)
    assert sorted(done.stdout.splitlines()) == sorted(said)
    assert kept(root).splitlines()[:4] == said[:4]


def test_what_is_still_in_a_buffer_at_the_end(root: Path, printed: Printed) -> None:
    done = printed(
        """
        ctypes.CDLL(None).printf(b"in libc ")
        sys.stdout.write("in Python ")
        run.complete()
        print("behind the end")
        """
    )
    assert sorted(kept(root).split()) == sorted(b"in libc in Python".split())
    assert done.stdout.endswith(b"behind the end\n")


def test_what_was_printed_before_is_not_in_it(root: Path, printed: Printed) -> None:
    begin = BEGIN.replace(
        "console =", "sys.stdout.write('early ')\nctypes.CDLL(None).printf(b'early ')\nconsole ="
    )
    done = printed("print('later')", begin=begin)
    assert kept(root) == b"later\n"
    assert done.stdout == b"early early later\n"


def test_bytes_go_through_unchanged(root: Path, printed: Printed) -> None:
    done = printed(
        r"""
        for i in range(100):
            sys.stderr.write(f"\r{i:3d}%|{'#' * (i // 10):10s}| it/s")
        sys.stderr.flush()
        os.write(2, bytes(range(256)) * 16 + b"\x1b[31mred\x1b[0m, no newline at the end")
        """
    )
    assert kept(root) == done.stdout
    assert kept(root).count(b"\r") == 100 + 16
    assert kept(root).endswith(bytes(range(256)) + b"\x1b[31mred\x1b[0m, no newline at the end")


def test_the_streams_are_shown_where_they_were(root: Path, printed: Printed) -> None:
    done = printed(
        """
        print("out", flush=True)
        print("err", file=sys.stderr, flush=True)
        """,
        stderr=subprocess.PIPE,
    )
    assert (done.stdout, done.stderr) == (b"out\n", b"err\n")


def test_a_hundred_megabytes(root: Path, printed: Printed) -> None:
    done = printed(
        """
        line = b"x" * 99 + b"\\n"
        def work():
            for _ in range(100):
                sys.stdout.buffer.write(line * 5000)
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """
    )
    assert len(kept(root)) == len(done.stdout) == 100_000_000
    assert kept(root) == done.stdout


def test_c_code_that_prints_with_the_interpreters_lock(root: Path, printed: Printed) -> None:
    """A copier that needs the lock would wait for it, and the printer for the copier."""
    printed(
        """
        import faulthandler
        faulthandler.dump_traceback_later(60, exit=True)
        libc = ctypes.PyDLL(None)
        for _ in range(40):
            libc.write(1, b"y" * 100_000, 100_000)
        """
    )
    assert len(kept(root)) == 4_000_000


# ----------------------------------------------------------------------- ends


def test_a_block(root: Path) -> None:
    code = """
    import os, epochlog
    run = epochlog.Run("printed")
    with run.capture_console() as console:
        print("inside", flush=True)
        assert run.capture_console() is console
    print("between", flush=True)
    assert console.is_closed
    with run.capture_console():
        print("again", flush=True)
    print("outside", flush=True)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=environment(), capture_output=True
    )
    assert done.stdout == b"inside\nbetween\nagain\noutside\n", done.stderr
    assert kept(root) == b"inside\nagain\n"


def test_the_traceback_that_ends_the_program(root: Path, printed: Printed) -> None:
    done = printed("print('last words')\nraise ValueError('no more')")
    assert done.returncode == 1
    assert kept(root) == done.stdout
    assert b"last words\n" in kept(root)
    assert kept(root).rstrip().endswith(b"ValueError: no more")


@pytest.mark.parametrize("what", ["run", "run.capture_console()"])
def test_the_traceback_that_leaves_a_block(root: Path, printed: Printed, what: str) -> None:
    done = printed(f"with {what}:\n    print('last words')\n    raise ValueError('no more')")
    assert done.returncode == 1
    assert done.stdout.count(b"ValueError: no more") == 1
    assert kept(root).count(b"ValueError: no more") == 1
    assert kept(root).startswith(b"last words\nTraceback")


def test_handlers_at_exit_print_to_the_end(root: Path, printed: Printed) -> None:
    done = printed("import atexit\natexit.register(lambda: print('from a handler'))")
    assert kept(root) == done.stdout == b"from a handler\n"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_program_that_is_killed_has_said_what_it_said(
    root: Path, printed: Printed, number: int
) -> None:
    code = f"""
    import faulthandler
    faulthandler.enable()
    for i in range(20_000):
        os.write(1, b"%05d\\n" % i)
    os.kill(os.getpid(), {int(number)})
    """
    done = printed(code)  # waits for the copier, which shows it to the end
    lines = b"".join(b"%05d\n" % i for i in range(20_000))
    assert done.returncode == -number
    assert done.stdout.startswith(lines)
    assert kept(root) == done.stdout
    if number == signal.SIGSEGV:
        assert b"Segmentation fault" in kept(root) and b"script.py" in kept(root)


def test_the_interrupt_of_a_whole_process_group(root: Path) -> None:
    """As the terminal sends it: the copier has to outlive it."""
    script = root.parent / "script.py"
    script.write_text(
        BEGIN
        + "try:\n    print('ready', flush=True)\n    time.sleep(60)\n"
        + "finally:\n    print('cleaning up')\n"
    )
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        bufsize=0,
    )
    signal.signal(signal.SIGINT, former)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    os.killpg(process.pid, signal.SIGINT)
    rest = process.communicate(timeout=60)[0]
    assert b"cleaning up" in rest and rest.rstrip().endswith(b"KeyboardInterrupt")
    assert kept(root) == b"ready\n" + rest
    assert epochlog.runs(root)[0].status == "Canceled"


# ------------------------------------------------------------------ processes


@pytest.mark.forks
def test_children_that_live_on_print_as_before(root: Path, printed: Printed) -> None:
    """Neither does the parent wait for them, nor do they die of a broken pipe."""
    done = printed(
        """
        if os.fork() == 0:
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            print("child: begins", flush=True)
            os.close(ready[1])
            while os.getppid() == parent:
                time.sleep(0.01)
            for i in range(10_000):
                os.write(1, b"child: %d\\n" % i)
            os._exit(0)
        os.close(ready[1])
        os.read(ready[0], 1)
        print("parent: ends")
        """,
        begin=QUIET + BEGIN + "ready = os.pipe()\nparent = os.getpid()\n",
    )
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[:2] == [b"child: begins", b"parent: ends"]
    assert lines[2:] == [b"child: %d" % i for i in range(10_000)]
    assert kept(root).splitlines() == lines[:2]


@pytest.mark.forks
def test_a_forked_child_leaves_the_streams_to_its_parent(root: Path, printed: Printed) -> None:
    done = printed(
        """
        process = os.fork()
        if process == 0:
            run.leave()
            console.close()
            print("child", flush=True)
            sys.exit(0)
        os.waitpid(process, 0)
        print("parent", flush=True)
        """,
        begin=QUIET + BEGIN,
    )
    assert kept(root) == done.stdout == b"child\nparent\n"


@pytest.mark.forks
def test_a_forked_child_with_a_run_of_its_own(root: Path, printed: Printed) -> None:
    done = printed(
        """
        process = os.fork()
        if process == 0:
            with epochlog.Run("own") as own, own.capture_console():
                print("child", flush=True)
            print("later", flush=True)
            os._exit(0)
        os.waitpid(process, 0)
        print("parent", flush=True)
        """,
        begin=QUIET + BEGIN,
    )
    assert kept(root, "own") == b"child\n"
    assert sorted(kept(root).split()) == [b"child", b"later", b"parent"]
    assert sorted(done.stdout.split()) == [b"child", b"later", b"parent"]


def test_the_end_does_not_wait_for_a_child_that_never_stops(root: Path, printed: Printed) -> None:
    done = printed(
        """
        child = subprocess.Popen(["sleep", "300"])
        print("parent")
        run.complete()
        child.kill()
        """
    )
    assert kept(root) == done.stdout == b"parent\n"


def test_no_copier_outlives_those_who_print(root: Path, printed: Printed) -> None:
    printed("console.close()\ntime.sleep(0.1)\nprint('on')\nrun.capture_console()")

    def copiers() -> list[str]:
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if b"_copier.py" not in (entry / "cmdline").read_bytes():
                    continue
                if os.readlink(entry / "cwd") == str(root.parent):
                    found.append(entry.name)
            except OSError:
                pass
        return found

    eventually(lambda: not copiers(), "all copiers end")


def test_ranks_have_files_of_their_own(root: Path) -> None:
    for rank in range(3):
        code = f"""
        import epochlog
        run = epochlog.Run("printed", run_id="job", rank={rank}, world_size=3)
        run.capture_console()
        print("this is {rank}")
        """
        subprocess.run([sys.executable, "-c", textwrap.dedent(code)], env=environment(), check=True)
    files = sorted(path.name for path in (root / "job" / "logs").iterdir())
    assert files == ["std_log.txt", "std_log_rank_01.txt", "std_log_rank_02.txt"]
    assert kept(root, file="std_log_rank_02.txt") == b"this is 2\n"
