"""A run that is copied or sent to another process is the same run."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import epochlog
from epochlog import _exit


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPATH": str(Path(epochlog.__file__).parents[1])}


def elsewhere(sent: Any, code: str, check: bool = True) -> str:
    """What another process printed, which has what was sent as `sent`."""
    begin = "import pickle, os, sys\nsent = pickle.load(sys.stdin.buffer)\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + textwrap.dedent(code)],
        input=pickle.dumps(sent),
        env=environment(),
        capture_output=True,
        timeout=120,
    )
    assert not check or done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def logs(run: epochlog.Run | epochlog.SavedRun) -> int:
    folder = run.folder if isinstance(run, epochlog.Run) else run.path
    return len(list(Path(folder).glob("*.elog")))


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_in_its_own_process_it_is_the_run_itself(root: Path, protocol: int) -> None:
    with epochlog.Run("sent") as run:
        assert pickle.loads(pickle.dumps(run, protocol)) is run


def test_copies_are_the_run_itself(root: Path) -> None:
    with epochlog.Run("sent") as run:
        settings = {"run": run, "rate": [0.1]}
        other = copy.deepcopy(settings)
        assert other["run"] is run is copy.copy(run)
        assert other["rate"] is not settings["rate"]
        assert logs(run) == 1


def test_what_another_process_logs_is_in_the_run(root: Path) -> None:
    with epochlog.Run("sent", experiment="tests", params={"a": 1}) as run:
        run.log("here", 1.0)
        said = elsewhere(
            run,
            """
            for step in range(10):
                sent.log("there", step)
            sent.tag("where", "there")
            print(sent.id, sent.name, sent.experiment, sent.rank, sent.world_size, sent.is_open)
            """,
        )
        assert said == f"{run.id} sent tests 0 1 True\n"
        assert run.saved().status == "Running"
    saved = run.saved()
    assert (saved.status, saved.experiment, saved.params) == ("Completed", "tests", {"a": 1})
    assert (len(saved["here"]), len(saved["there"])) == (1, 10)
    assert saved.tags == {"where": "there"}
    assert logs(run) == 2
    assert not list(Path(run.folder).glob("*.live"))


@pytest.mark.parametrize("ending", ["", "sys.exit(3)", "1 / 0", "with sent: 1 / 0"])
def test_its_end_is_not_that_of_the_other_process(root: Path, ending: str) -> None:
    with epochlog.Run("sent") as run:
        elsewhere(run, f"sent.log('there', 1)\n{ending}", check=False)
        assert run.saved().status == "Running"
    assert run.saved().status == "Completed"


def test_sent_again_and_again_it_is_one_log(root: Path) -> None:
    with epochlog.Run("sent") as run:
        elsewhere(
            run,
            """
            data = pickle.dumps(sent)
            for step in range(100):
                again = pickle.loads(data)
                assert again is sent
                again.log("there", step)
            """,
        )
        assert logs(run) == 2
    assert list(run.saved()["there"].steps) == list(range(100))


def test_who_left_may_come_again(root: Path) -> None:
    with epochlog.Run("sent") as run:
        elsewhere(
            run,
            """
            data = pickle.dumps(sent)
            sent.log("there", 0, 0)
            sent.leave()
            again = pickle.loads(data)
            again.log("there", 1, 1)
            """,
        )
        assert logs(run) == 3
    saved = run.saved()
    assert (saved.status, list(saved["there"].steps)) == ("Completed", [0, 1])


@pytest.mark.parametrize("end", ["complete", "fail", "cancel"])
def test_one_that_has_ended_is_not_begun_again(root: Path, end: str) -> None:
    run = epochlog.Run("sent", tags={"a": "b"})
    run.log("loss", 0.5)
    getattr(run, end)()
    said = elsewhere(
        run,
        """
        import warnings
        print(sent.id, sent.status, sent.is_open, sent.tags, len(sent["loss"]))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            sent.log("loss", 1.0)
        print(len(told))
        try:
            sent.complete()
        except RuntimeError as error:
            print(error)
        """,
    )
    assert said.splitlines() == [
        f"{run.id} {run.status} False {{'a': 'b'}} 1",
        "1",
        "the run has ended",
    ]
    assert logs(run) == 1
    assert run.saved().status == run.status


def test_one_that_has_ended_copied_here(root: Path) -> None:
    with epochlog.Run("sent") as run:
        run.log("loss", 0.5)
    other = copy.deepcopy(run)
    assert (other.id, other.status, other.is_open) == (run.id, "Completed", False)
    assert other["loss"].last == 0.5
    assert repr(other) == repr(run)


def test_a_child_knows_its_parent_there_too(root: Path) -> None:
    with epochlog.Run("sent") as run, run.child("child") as child:
        code = "print(sent[1].parent_id == sent[0].id)\nsent[1].log('x', 1)"
        said = elsewhere((run, child), code)
        assert said == "True\n"
    assert child.saved().parent_id == run.id
    assert (child.saved().status, len(child.saved()["x"])) == ("Completed", 1)


def test_a_program_that_changed_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").mkdir()
    with epochlog.Run("sent", root="runs") as run:
        monkeypatch.chdir(tmp_path / "other")
        elsewhere(run, "sent.log('there', 1)")
        assert pickle.loads(pickle.dumps(run)) is run
        with run.capture_console():
            os.write(1, b"printed\n")
        run.log("here", 1)
        assert run["here"].last == 1
        with run.child() as child:
            pass
    assert child.folder == str(tmp_path / "runs" / child.id)
    saved = run.saved()
    assert saved.path == str(tmp_path / "runs" / run.id)
    assert (len(saved["there"]), saved.status) == (1, "Completed")
    assert (Path(saved.path) / "logs" / "std_log.txt").read_bytes() == b"printed\n"
    assert not list((tmp_path / "other").iterdir())


class Named(epochlog.Run):
    def __init__(self, model: str) -> None:
        super().__init__(f"my {model}")


def test_a_subclass_with_arguments_of_its_own(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Named("ridge") as run:
        join, sent = run.__reduce__()
        monkeypatch.setattr(_exit, "find", lambda *_: None)  # as in another process
        other = join(*sent)
        assert type(other) is Named and other is not run
        other.log("there", 1)
        other.leave()
    ended, sent = run.__reduce__()
    assert (ended(*sent).name, ended(*sent).status) == ("my ridge", "Completed")
    assert len(run.saved()["there"]) == 1


def test_the_options_go_along(root: Path) -> None:
    options = {"run_id": "job", "rank": 3, "world_size": 4, "strict": True, "ring_kib": 64}
    with epochlog.Run("sent", **options) as run:  # type: ignore[arg-type]
        said = elsewhere(
            run,
            """
            print(sent.rank, sent.world_size)
            try:
                sent.log("x", object())
            except TypeError:
                print("strict")
            """,
        )
        assert said == "3 4\nstrict\n"
        with run.child(run_id="child") as child:
            assert (child.rank, child.world_size) == (3, 4)
