"""The captured console where things go wrong, and where others capture, too."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from programs import environment
from printing import BEGIN, Printed, kept, printed

import epochlog


# -------------------------------------------------------------------- trouble


def test_a_file_that_takes_no_more(root: Path, printed: Printed) -> None:
    done = printed(
        """
        for i in range(10_000):
            os.write(1, b"%05d\\n" % i)
        """,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8 << 20, 8 << 20)),
        begin=BEGIN.replace("console =", "resource = __import__('resource')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 8 << 20))\nconsole ="),
    )
    assert done.returncode == 0
    assert done.stdout == b"".join(b"%05d\n" % i for i in range(10_000))
    assert kept(root) == done.stdout[:6000]


def test_a_disk_that_has_room_again(root: Path) -> None:
    """The gap is told."""
    from epochlog import _copier

    read, write = os.pipe()
    os.set_blocking(write, False)
    copier = _copier.Copier.__new__(_copier.Copier)
    copier.lost = 0
    former, _copier.FILE = _copier.FILE, write
    try:
        copier.keep(b"kept ")
        copier.keep(bytes(1 << 20))  # more than the pipe takes
        gone = copier.lost
        copier.keep(b"lost")
        assert copier.lost == gone + 4 > 4
        os.read(read, 1 << 20)
        copier.keep(b"again")
        assert os.read(read, 1 << 20) == b"\n[epochlog: %d bytes are missing here]\nagain" % (
            gone + 4
        )
    finally:
        _copier.FILE = former
        os.close(read)
        os.close(write)


@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
def test_streams_that_are_closed(root: Path, printed: Printed, closed: tuple[int, ...]) -> None:
    def close() -> None:
        for number in closed:
            os.close(number)

    done = printed(
        """
        os.write(1, b"out ")
        os.write(2, b"err")
        run.complete()
        for number in (1, 2):
            try:
                os.fstat(number)
            except OSError:
                open(f"{number} is closed", "w").close()
        """,
        preexec_fn=close,
    )
    assert done.returncode == 0
    assert kept(root) in (b"out err", b"errout ")
    assert [n for n in (1, 2) if Path(f"{n} is closed").exists()] == [n for n in closed if n]


def test_nobody_looks(root: Path) -> None:
    """`train.py | head -1`"""
    script = root.parent / "script.py"
    script.write_text(BEGIN + "for i in range(100_000):\n    print(i)\n")
    process = subprocess.Popen(
        [sys.executable, str(script)], env=environment(), stdout=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"0\n"
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert len(kept(root).splitlines()) == 100_000
    assert epochlog.runs(root)[0].status == "Completed"


def test_a_reader_that_takes_its_time(root: Path) -> None:
    """Printing waits for it as it would without us, and nothing is dropped."""
    script = root.parent / "script.py"
    script.write_text(BEGIN + "os.write(1, b'x' * 1_000_000)\nos.write(2, b'end')")
    process = subprocess.Popen(
        [sys.executable, str(script)], env=environment(), stdout=subprocess.PIPE, stderr=-2
    )
    time.sleep(0.5)
    assert process.poll() is None
    out = process.communicate(timeout=60)[0]
    assert out == kept(root) == b"x" * 1_000_000 + b"end"


def test_a_terminal_that_does_not_wait(root: Path, printed: Printed) -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    script = root.parent / "script.py"
    script.write_text(BEGIN + "os.write(1, b'x' * 1_000_000)")
    process = subprocess.Popen([sys.executable, str(script)], env=environment(), stdout=write)
    os.close(write)
    size = 0
    with open(read, "rb", buffering=0) as pipe:
        while piece := pipe.read(4096):
            size += len(piece)
    assert process.wait(timeout=60) == 0
    assert size == len(kept(root)) == 1_000_000


def test_a_folder_that_cannot_be_made(root: Path) -> None:
    with epochlog.Run("printed") as run:
        (Path(run.folder) / "logs").write_text("in the way")
        before = os.fstat(1)
        with pytest.raises(OSError):
            run.capture_console()
        assert os.fstat(1) == before


def test_no_interpreter_to_copy(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/blender")
    monkeypatch.setattr(sys, "exec_prefix", "/nowhere")
    with epochlog.Run("printed") as run:
        before, descriptors = os.fstat(1), len(os.listdir("/proc/self/fd"))
        with pytest.raises(OSError, match="no Python interpreter"):
            run.capture_console()
        assert os.fstat(1) == before
        assert len(os.listdir("/proc/self/fd")) == descriptors


def test_no_descriptor_is_left_behind(root: Path, printed: Printed) -> None:
    done = printed(
        """
        console.close()
        before = sorted(os.listdir("/proc/self/fd"))
        for _ in range(5):
            with run.capture_console():
                print("x")
        after = sorted(os.listdir("/proc/self/fd"))
        assert before == after, (before, after)
        """
    )
    assert done.returncode == 0, done.stdout
    assert kept(root) == b"x\n" * 5


# --------------------------------------------------------- others who capture


def test_two_runs_in_any_order(root: Path, printed: Printed) -> None:
    code = """
    import os, epochlog
    outer, inner = epochlog.Run("outer"), epochlog.Run("inner")
    def say(text): os.write(1, text.encode() + b" ")
    outer.capture_console(); say("outer")
    inner.capture_console(); say("both")
    {first}.complete(); say("one")
    {last}.complete(); say("none")
    """
    for first, last in (("inner", "outer"), ("outer", "inner")):
        done = printed(textwrap.dedent(code.format(first=first, last=last)), begin="")
        assert done.stdout == b"outer both one none ", done.stderr
    inner = sorted(kept_of(root, "inner"))
    outer = sorted(kept_of(root, "outer"))
    assert inner == [b"both ", b"both one "]
    assert outer == [b"outer both ", b"outer both one "]


def kept_of(root: Path, name: str) -> list[bytes]:
    runs = epochlog.runs(root, name=name)
    return [(Path(run.path) / "logs" / "std_log.txt").read_bytes() for run in runs]


def test_somebody_who_redirects_meanwhile(root: Path, printed: Printed) -> None:
    done = printed(
        """
        saved = os.dup(1)
        other = os.open("other.txt", os.O_WRONLY | os.O_CREAT)
        os.dup2(other, 1)
        os.write(1, b"theirs ")
        run.complete()
        os.write(1, b"still theirs ")
        os.dup2(saved, 1)
        os.close(saved)
        os.write(1, b"shown")
        """
    )
    assert Path("other.txt").read_bytes() == b"theirs still theirs "
    assert done.stdout == b"shown"
    assert kept(root) == b""


@pytest.mark.parametrize("capture", ["fd", "sys", "no"])
def test_under_pytest(root: Path, capture: str) -> None:
    (root.parent / "test_it.py").write_text(
        textwrap.dedent(
            """
            import os, sys
            import epochlog

            def test_it(capsys):
                with epochlog.Run("printed") as run:
                    run.capture_console()
                    print("printed")
                    print("wrong", file=sys.stderr)
                    os.write(1, b"written\\n")
                print("later")
                assert "printed\\nlater\\n" == capsys.readouterr().out

            def test_again():
                with epochlog.Run("again") as run, run.capture_console():
                    print("printed")
                    sys.stdout.writelines(["a", "b"])
                    assert sys.stdout.encoding
                assert type(sys.stdout).__name__ != "_Tee"
            """
        )
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--capture={capture}"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=root.parent,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(kept(root).splitlines()) == [b"printed", b"written", b"wrong"]
    assert kept(root, "again") == b"printed\nab"


def test_a_stream_of_ones_own(root: Path, printed: Printed) -> None:
    """A notebook's, say: it has no descriptor."""
    done = printed(
        """
        assert isinstance(held, io.StringIO)
        print("for the notebook")
        print("\\udc80", end="")
        run.complete()
        print("later")
        assert sys.stdout is held and held.getvalue() == "for the notebook\\n\\udc80later\\n"
        """,
        begin="import io, sys\nheld = sys.stdout = io.StringIO()\n" + BEGIN,
    )
    assert done.returncode == 0, done.stdout
    assert kept(root) == b"for the notebook\n?"
    assert re.fullmatch(rb"", done.stdout)
