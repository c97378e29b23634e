"""Run: how it begins, what it says of itself, and how it ends."""

from __future__ import annotations

import os
import pathlib
import pickle
import re
import socket
import sys
import warnings
from typing import Any

import epochlog
import pytest


def saved(run: epochlog.Run) -> epochlog.SavedRun:
    return run.saved()


# ---------------------------------------------------------------------- the start


def test_a_run_is_a_folder_below_the_root(root: pathlib.Path) -> None:
    with epochlog.Run("Ridge Regression!") as run:
        assert re.fullmatch(r"\d{8}-\d{6}-ridge-regression-[0-9a-f]{6}", run.id)
        assert pathlib.Path(run.folder) == root / run.id and os.path.isdir(run.folder)
        assert (run.name, run.experiment, run.root) == ("Ridge Regression!", "default", str(root))
        assert (run.parent_id, run.rank, run.world_size) == ("", 0, 1)
        assert run.is_open and run.status == "Running"
    assert not run.is_open and run.status == "Completed"


def test_without_arguments_the_environment_says_what_it_is(
    root: pathlib.Path, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setenv("EPOCHLOG_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("EPOCHLOG_RUN_NAME", "by environment")
    monkeypatch.setenv("EPOCHLOG_EXPERIMENT", "trial")
    monkeypatch.setenv("EPOCHLOG_RUN_ID", "chosen.id-1")
    with epochlog.Run() as run:
        assert (run.name, run.experiment, run.id) == ("by environment", "trial", "chosen.id-1")
        assert run.folder == str(tmp_path / "elsewhere" / "chosen.id-1")
    assert (saved(run).name, saved(run).experiment) == ("by environment", "trial")


def test_without_any_of_it_the_program_gives_its_name(root: pathlib.Path, python: Any) -> None:
    (root.parent / "train_me.py").write_text(
        "import epochlog\nwith epochlog.Run() as run: print(run.name, run.root)\n"
    )
    done = python("import runpy, sys; sys.argv = ['train_me.py']; runpy.run_path('train_me.py')")
    assert done.stdout == f"train_me {root}\n"
    done = python(
        "import os; del os.environ['EPOCHLOG_DIR']\n"
        "import epochlog\nwith epochlog.Run() as run: print(run.name, run.root)"
    )
    assert done.stdout == "python ./outputs\n" and os.path.isdir("outputs")


def test_all_that_is_given_is_kept(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEED_OF_IT", "7")
    monkeypatch.setenv("NOT_NAMED", "secret")
    with epochlog.Run(
        "all",
        params={"a": 1, "b": {"c": 0.5}},
        tags={"x": "y", "z": None},
        experiment="grid",
        root=str(root / "deep" / "down"),
        run_id="all-1",
        description="# What it is",
        rank=2,
        world_size=4,
        sync=0.5,
        live="written",
        ring_kib=64,
        environment_names=["SEED_OF_IT", "NOT_SET"],
    ) as run:
        run.log("loss", 1.0)
    kept = saved(run)
    assert (kept.params, kept.tags) == ({"a": 1, "b/c": 0.5}, {"x": "y", "z": None})
    assert (kept.experiment, kept.id, kept.description) == ("grid", "all-1", "# What it is")
    assert (kept.rank, kept.world_size) == (2, 4)
    assert kept.path == str(root / "deep" / "down" / "all-1")
    text = repr(kept.environment)
    assert "7" in text and "secret" not in text
    assert kept.host == socket.gethostname() and kept.command


def test_nothing_of_the_environment_is_recorded_where_that_is_not_wanted(root: pathlib.Path) -> None:
    with epochlog.Run("quiet", environment=False) as run:
        run.log("loss", 1.0)
    kept = saved(run)
    assert (kept.host, kept.user, list(kept.command), kept.git_commit) == ("", "", [], "")


@pytest.mark.parametrize("live", ["auto", "mapped", "written"])
@pytest.mark.parametrize("sync", ["none", "always", 0.01, 3600, None])
def test_every_way_of_keeping_points_keeps_them(root: pathlib.Path, live: str, sync: Any) -> None:
    with epochlog.Run("kept", live=live, sync=sync, ring_kib=16) as run:
        for i in range(2000):
            run.log("x", float(i)) if sync != "always" else run.log({"x": float(i)}) if i < 20 else None
        run.flush()
        run.sync()
        count = len(run["x"])
    assert count == len(run["x"]) == (20 if sync == "always" else 2000)


def test_a_path_object_and_bytes_are_roots(root: pathlib.Path) -> None:
    for folder in (root / "a", os.fsencode(root / "b")):
        with epochlog.Run("x", root=folder) as run:  # type: ignore[arg-type]
            run.log("x", 1.0)
        assert os.path.isdir(os.path.join(os.fspath(folder), os.fsencode(run.id) if isinstance(folder, bytes) else run.id))


def test_a_root_may_have_a_name_that_is_no_utf_8(root: pathlib.Path) -> None:
    folder = os.fsdecode(os.fsencode(root) + b"\xff")
    with epochlog.Run("x", root=folder) as run:
        run.log("x", 1.0)
    assert os.path.isdir(os.path.join(folder, run.id)) and run["x"].last == 1.0


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"name": 5}, TypeError, "^name is a str, not <class 'int'>"),
    ({"name": "a\0"}, ValueError, "^name holds a NUL"),
    ({"experiment": 5}, TypeError, "^experiment is a str"),
    ({"description": b"x"}, TypeError, "^description is a str"),
    ({"run_id": 5}, TypeError, "^run_id is a str"),
    ({"run_id": "a/b"}, ValueError, "^run id 'a/b': not 1 to 128 of A-Z"),
    ({"run_id": ".hidden"}, ValueError, "^run id '.hidden'"),
    ({"run_id": "x" * 129}, ValueError, "^run id 'xxx"),
    ({"run_id": "ü"}, ValueError, "^run id 'ü'"),
    ({"root": 5}, TypeError, ""),
    ({"root": "a\0"}, ValueError, "null"),
    ({"rank": -1}, ValueError, "^rank is -1"),
    ({"rank": 2**31}, ValueError, "^rank is 2147483648"),
    ({"rank": "1"}, TypeError, ""),
    ({"world_size": -1}, ValueError, "^world_size is -1"),
    ({"world_size": 2**40, "run_id": "x"}, ValueError, "^world_size is 1099511627776"),
    ({"sync": "sometimes"}, ValueError, "^sync is 'sometimes', not 'none', 'always' or a number of seconds"),
    ({"sync": -1}, ValueError, "^sync is -1"),
    ({"sync": 0}, ValueError, "^sync is 0"),
    ({"sync": float("nan")}, ValueError, "^sync is nan"),
    ({"sync": float("inf")}, ValueError, "^sync is inf"),
    ({"live": "dead"}, ValueError, "^live is 'dead', not 'auto' or 'mapped' or 'written'"),
    ({"live": None}, ValueError, "^live is None"),
    ({"ring_kib": 15}, ValueError, "^ring_kib is 15, not 16 to 262144"),
    ({"ring_kib": 262145}, ValueError, "^ring_kib is 262145"),
    ({"ring_kib": -1}, ValueError, "^ring_kib is -1"),
    ({"ring_kib": 2**70}, (ValueError, OverflowError), ""),  # type: ignore[list-item]
    ({"ring_kib": 64.0}, TypeError, ""),
    ({"environment_names": [5]}, TypeError, "^environment_names are str, not <class 'int'>"),
]


@pytest.mark.parametrize("options, kind, message", WRONG, ids=[repr(w[0])[1:40] for w in WRONG])
def test_what_is_not_as_documented_is_refused_and_leaves_nothing(
    root: pathlib.Path, options: dict[str, Any], kind: Any, message: str
) -> None:
    with pytest.raises(kind, match=message or None):
        epochlog.Run(**{"name": "wrong", **options})
    assert not root.exists()


def test_a_folder_that_cannot_be_made_is_an_os_error(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(NotADirectoryError) as caught:
            epochlog.Run("x", root=folder)
        assert os.fspath(caught.value.filename) == str(folder) and caught.value.errno == 20
        assert "file" in str(caught.value)
    with pytest.raises(FileNotFoundError):
        epochlog.Run("x", root="/proc/nowhere")


def test_a_run_of_a_given_id_is_joined(root: pathlib.Path) -> None:
    for i in range(3):
        with epochlog.Run("job", run_id="job-1") as run:
            run.log("x", float(i), i)
    assert os.listdir(root) == ["job-1"]
    assert list(epochlog.open_run("job-1")["x"].values) == [0.0, 1.0, 2.0]


# ------------------------------------------------------------------------- the end


def test_leaving_the_block_completes_the_run(root: pathlib.Path) -> None:
    with epochlog.Run("block") as run:
        run.log("x", 1.0)
        assert saved(run).status == "Running"
    assert saved(run).status == run.status == "Completed"
    assert saved(run).end is not None


def test_an_exception_fails_it_and_its_traceback_is_kept(root: pathlib.Path) -> None:
    with pytest.raises(ZeroDivisionError):
        with epochlog.Run("block") as run:
            run.log("x", 1.0)
            1 / 0
    kept = saved(run)
    assert (kept.status, run.status) == ("Failed", "Failed")
    assert (kept.error_code, kept.error_message) == ("ZeroDivisionError", "division by zero")
    assert "Traceback" in kept.error_details and "test_run.py" in kept.error_details
    assert kept["x"].last == 1.0


@pytest.mark.parametrize(
    "error, status, code",
    [
        (KeyboardInterrupt(), "Canceled", ""),
        (SystemExit(), "Completed", ""),
        (SystemExit(0), "Completed", ""),
        (SystemExit(3), "Failed", "SystemExit"),
        (SystemExit("words"), "Failed", "SystemExit"),
        (GeneratorExit(), "Completed", ""),
        (MemoryError(), "Failed", "MemoryError"),
        (Exception("nul \0 and \ud800"), "Failed", "Exception"),
    ],
    ids=repr,
)
def test_each_way_out_of_the_block_is_told(
    root: pathlib.Path, error: BaseException, status: str, code: str
) -> None:
    with pytest.raises(type(error)):
        with epochlog.Run("block") as run:
            raise error
    assert (saved(run).status, run.status, saved(run).error_code) == (status, status, code)


def test_who_ended_it_inside_of_the_block_has_the_last_word(root: pathlib.Path) -> None:
    with epochlog.Run("canceled") as run:
        run.cancel()
    assert saved(run).status == run.status == "Canceled"
    with pytest.raises(ValueError):
        with epochlog.Run("completed") as run:
            run.complete()
            raise ValueError
    assert saved(run).status == "Completed"


def test_complete_fail_and_cancel_end_it(root: pathlib.Path) -> None:
    run = epochlog.Run("completed")
    run.complete()
    assert saved(run).status == run.status == "Completed"

    run = epochlog.Run("failed")
    run.fail("out of data", code="DataError", details="line 3")
    kept = saved(run)
    assert (kept.status, kept.error_code, kept.error_message) == ("Failed", "DataError", "out of data")
    assert kept.error_details == "line 3"

    run = epochlog.Run("failed by an exception")
    try:
        raise KeyError("missing")
    except KeyError as error:
        run.fail(error)
    kept = saved(run)
    assert (kept.error_code, kept.error_message) == ("KeyError", "'missing'")
    assert "raise KeyError" in kept.error_details

    run = epochlog.Run("failed without words")
    run.fail()
    assert (saved(run).status, saved(run).error_code) == ("Failed", "UserError")

    run = epochlog.Run("canceled")
    run.cancel()
    assert saved(run).status == run.status == "Canceled"


def test_leave_says_nothing_of_the_end(root: pathlib.Path) -> None:
    with epochlog.Run("main", run_id="job") as run:
        worker = epochlog.Run("worker", run_id="job")
        worker.log("x", 1.0)
        worker.leave()
        assert (worker.status, worker.is_open) == ("", False)
        assert epochlog.open_run("job").status == "Running"
    assert epochlog.open_run("job").status == "Completed"
    late = epochlog.Run("late", run_id="job")
    late.log("x", 2.0)
    late.leave()
    kept = epochlog.open_run("job")
    assert (kept.status, list(kept["x"].values)) == ("Completed", [1.0, 2.0])


def test_a_run_ends_once(root: pathlib.Path) -> None:
    run = epochlog.Run("once")
    run.complete()
    for end in (run.complete, run.fail, run.cancel, run.leave, run.flush, run.sync):
        with pytest.raises(RuntimeError, match="the run has ended"):
            end()
    assert saved(run).status == run.status == "Completed"


def test_reading_works_while_it_is_open_and_after_its_end(root: pathlib.Path) -> None:
    run = epochlog.Run("read")
    assert run.metrics == [] and run.get_metrics() == {} and "x" not in run
    run.log("x", 1.0)
    run.log_param("p", 5)
    for _ in range(2):
        assert "x" in run and run["x"].last == 1.0 and run.metrics == ["x"]
        assert run.params == {"p": 5} and run.tags == {} and run.properties == {} and run.files == []
        with pytest.raises(KeyError, match="did you mean 'x'|has no metric 'xx'"):
            run["xx"]
        if run.is_open:
            run.complete()


# ----------------------------------------------------------------- telling failures


def break_disk(run: epochlog.Run) -> None:
    """Its log is deleted, which costs what only that had, and is told at the end."""
    for file in pathlib.Path(run.folder).iterdir():
        file.unlink()


def test_a_failure_of_the_log_is_told_at_the_end(root: pathlib.Path) -> None:
    run = epochlog.Run("broken", sync=0.001)
    run.log("x", 1.0)
    break_disk(run)
    with pytest.warns(RuntimeWarning, match=f"^run {run.id}: .*elog"):
        run.complete()
    assert run.status == "Completed" and not run.is_open


def test_a_strict_run_raises_it(root: pathlib.Path) -> None:
    run = epochlog.Run("broken", strict=True)
    run.log("x", 1.0)
    break_disk(run)
    with pytest.raises(OSError, match="elog"):
        run.complete()
    assert run.status == "Completed" and not run.is_open


def test_a_wrong_argument_is_no_failure_of_the_log(root: pathlib.Path) -> None:
    with epochlog.Run("fine") as run:
        with pytest.raises(ValueError):
            run.tag("")
        run.set_property("a", "1")
        with pytest.raises(ValueError):
            run.set_property("a", "2")
        with pytest.raises(ValueError):
            run.add_data("../a", b"")
    assert saved(run).status == "Completed"


# ------------------------------------------------------------------------ children


def test_a_child_belongs_to_its_parent(root: pathlib.Path) -> None:
    with epochlog.Run("parent", experiment="trial", live="written") as parent:
        with parent.child() as first, parent.child("named", experiment="other") as second:
            assert (first.name, second.name) == ("parent-1", "named")
            assert first.parent_id == second.parent_id == parent.id
            assert (first.experiment, second.experiment) == ("trial", "other")
            assert first.root == parent.root and first.id != parent.id
        with epochlog.Run("by id", parent=parent.id) as third:
            assert third.parent_id == parent.id
    family = saved(parent).children()
    assert {child.id for child in family} == {first.id, second.id, third.id}


def test_a_child_does_not_take_its_parents_id_from_the_environment(
    root: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with epochlog.Run("parent") as parent:
        child = parent.child()
        child.complete()
        assert child.id != parent.id
    assert len(os.listdir(root)) == 2


# ------------------------------------------------------------------------- odd ones


def test_a_run_says_what_it_is(root: pathlib.Path) -> None:
    with epochlog.Run("x") as run:
        assert repr(run) == f"<epochlog.Run {run.id}: Running>"
    assert repr(run) == f"<epochlog.Run {run.id}: Completed>"
    assert repr(epochlog.Run.__new__(epochlog.Run)).startswith("<epochlog.Run ?")


def test_a_run_whose_first_facts_are_wrong_fails_at_once(root: pathlib.Path) -> None:
    with pytest.raises(TypeError, match="the value of a tag is a str"):
        epochlog.Run("x", tags={"a": 5})  # type: ignore[dict-item]
    (run,) = epochlog.runs(root)
    assert (run.status, run.error_code) == ("Failed", "TypeError")


def test_options_that_look_right_and_are_not_are_refused(root: pathlib.Path) -> None:
    with pytest.raises(TypeError, match="environment_names"):
        epochlog.Run("x", environment_names="PATH")
    with pytest.raises(ValueError, match="sync is True"):
        epochlog.Run("x", sync=True)


def test_a_run_that_is_sent_to_its_own_process_is_itself(root: pathlib.Path) -> None:
    with epochlog.Run("main", params={"p": 1}) as run:
        assert pickle.loads(pickle.dumps(run)) is run


def test_a_subclass_may_take_arguments_of_its_own(root: pathlib.Path) -> None:
    class Mine(epochlog.Run):
        def __init__(self, model: str, **options: Any) -> None:
            super().__init__(f"my {model}", **options)
            self.model = model

    with Mine("ridge", tags={"a": "b"}) as run:
        run.log("x", 1.0)
        run.note = "attributes are free"  # type: ignore[attr-defined]
    assert (run.name, run.model, saved(run).tags) == ("my ridge", "ridge", {"a": "b"})


def test_a_subclass_that_never_starts_can_be_thrown_away(root: pathlib.Path) -> None:
    class Lazy(epochlog.Run):
        def __init__(self) -> None:
            pass

    run = Lazy()
    assert not run.is_open
    with pytest.raises(RuntimeError):
        run.flush()
    del run


def test_a_run_that_is_open_cannot_begin_again(root: pathlib.Path) -> None:
    with epochlog.Run("x") as run:
        with pytest.raises(RuntimeError, match="has started already"):
            run._start(
                root=str(root), name="x", experiment=None, run_id=None, description=None, parent_id=None,
                rank=0, world_size=1, sync=0, sync_interval_ms=0, live=0, ring_kib=0, environment=True,
                environment_names=(), strict=False,
            )  # fmt: skip
        run.log("x", 1.0)
    assert saved(run)["x"].last == 1.0


def test_many_runs_may_be_open(root: pathlib.Path) -> None:
    runs = [epochlog.Run(f"run {i}", ring_kib=16) for i in range(30)]
    for step in range(10):
        for i, run in enumerate(runs):
            run.log("x", float(i), step)
    for run in runs:
        run.complete()
    assert [run["x"].last for run in runs] == [float(i) for i in range(30)]
    assert len({run.id for run in runs}) == 30


def test_nothing_is_warned_of_where_nothing_is_wrong(root: pathlib.Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with epochlog.Run("calm", strict=True) as run:
            run.log({"a": 1, "b": 0.5, "c": True, "d": "text", "e": {"f": 2}})
            run.log("a", 2.5, step=7)
            run.log_list("list", [1, None])
            run.log_row("row", a=1)
            run.log_table("table", {"a": [1]})
            run.flush()
            run.sync()
    assert saved(run).warnings == [] and sys.getrefcount(run) < 10
