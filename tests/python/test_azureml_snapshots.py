"""A run keeps the source it was made with: what is meant to be source, nothing from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from epochlog.azureml import Experiment, Run, Workspace, _archive
from epochlog.azureml.exceptions import SnapshotException


@pytest.fixture
def experiment(root: Path) -> Experiment:
    return Experiment(Workspace.from_config(), "snapshots")


def tree(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            Path(name).write_text(name)


def names_of(run: Run) -> list[str]:
    with zipfile.ZipFile(run.restore_snapshot(path="restored")) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())


def test_an_interactive_run_keeps_the_current_folder(experiment: Experiment) -> None:
    tree("train.py", "lib/model.py", "outputs/old-model.pkl", "logs/old.log")
    with experiment.start_logging() as run:
        assert names_of(run) == ["lib/model.py", "train.py"]
        assert run.get_snapshot_id() == run.properties["ContentSnapshotId"]
        assert run.get_file_names() == []
    with experiment.start_logging(snapshot_directory="lib") as other:
        assert names_of(other) == ["model.py"]
    with experiment.start_logging(snapshot_directory=None) as none:
        assert none.get_snapshot_id() is None


def test_a_snapshot_is_restored_as_a_zip_file_with_the_files_as_they_were(experiment) -> None:
    tree("src/train.py")
    os.chmod("src/train.py", 0o755)
    with experiment.start_logging(snapshot_directory=None) as run:
        taken = run.take_snapshot("src")
        Path("src/train.py").write_text("changed later")
        path = run.restore_snapshot(snapshot_id=taken, path="some/folder")
    assert path == f"some/folder/{taken}.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.read("train.py") == b"src/train.py"
        assert archive.getinfo("train.py").external_attr >> 16 & 0o777 == 0o755
    assert Path(run.restore_snapshot()).name == f"{taken}.zip"


def test_a_run_has_one_snapshot(experiment: Experiment) -> None:
    tree("a.py")
    with experiment.start_logging(snapshot_directory=None) as run:
        with pytest.raises(SnapshotException, match="has no snapshot"):
            run.restore_snapshot()
        run.take_snapshot("a.py")  # one file
        with pytest.raises(SnapshotException, match="has a snapshot already"):
            run.take_snapshot(".")
        with pytest.raises(SnapshotException, match="only"):
            run.restore_snapshot("another id")
        assert names_of(run) == ["a.py"]


def test_a_folder_that_is_not_there_gives_no_snapshot(experiment: Experiment) -> None:
    with experiment.start_logging(snapshot_directory=None) as run:
        with pytest.raises(FileNotFoundError):
            run.take_snapshot("nowhere")
        assert run.get_snapshot_id() is None
    assert not list(Path(run._folder).glob("*.tmp"))


def test_the_same_source_has_the_same_id(experiment: Experiment) -> None:
    tree("a/x.py", "b/x.py")
    Path("b/x.py").write_text("a/x.py")
    os.utime("b/x.py", (0, 0))  # before zip's calendar begins
    taken = []
    for folder in ("a", "b"):
        with experiment.start_logging(snapshot_directory=folder) as run:
            taken.append(run.get_snapshot_id())
    assert taken[0] == taken[1]
    Path("b/x.py").write_text("other")
    with experiment.start_logging(snapshot_directory="b") as run:
        assert run.get_snapshot_id() != taken[0]


def test_links_that_lead_out_are_left_out_and_others_are_files(experiment: Experiment) -> None:
    tree("secret.txt", "src/real.py", "src/deep/other.py")
    os.symlink("real.py", "src/inside.py")
    os.symlink("../secret.txt", "src/outside.txt")
    os.symlink("/etc", "src/etc")
    os.symlink("..", "src/deep/up")
    os.symlink("gone", "src/dangling")
    os.mkfifo("src/pipe")
    with experiment.start_logging(snapshot_directory=None) as run:
        run.take_snapshot("src")
        assert names_of(run) == ["deep/other.py", "inside.py", "real.py"]


def test_runs_version_control_and_environments_are_left_out(experiment: Experiment) -> None:
    tree(
        "a.py",
        ".git/config",
        "venv/pyvenv.cfg",
        "venv/lib/site.py",
        "__pycache__/a.pyc",
        "elsewhere/00000-1.elog",
        "elsewhere/files/x",
        "deep/.git/config",
        "deep/b.py",
    )
    with experiment.start_logging(snapshot_directory=None) as run:
        run.take_snapshot(".")
        assert names_of(run) == ["a.py", "deep/b.py"]


def test_names_of_all_kinds_are_kept(experiment: Experiment) -> None:
    tree("src/späte größe.py", "src/with space", "src/-dash", "src/new\nline")
    Path(os.fsdecode(b"src/\xff.py")).write_text("x")
    with experiment.start_logging(snapshot_directory=None) as run:
        run.take_snapshot("src")
        kept = names_of(run)
    assert kept == ["-dash", "\\xff.py", "new\nline", "späte größe.py", "with space"]


def test_amlignore_goes_before_gitignore(experiment: Experiment) -> None:
    tree(
        "src/a.py",
        "src/data.csv",
        "src/model.pkl",
        "src/sub/.gitignore",
        "src/sub/x.tmp",
        "src/sub/y",
    )
    Path("src/.gitignore").write_text("*.pkl\n")
    Path("src/sub/.gitignore").write_text("*.tmp\n")
    with experiment.start_logging(snapshot_directory=None) as run:
        run.take_snapshot("src")
        assert names_of(run) == [".gitignore", "a.py", "data.csv", "sub/.gitignore", "sub/y"]
    Path("src/.amlignore").write_text("*.csv\n# a comment\n\n")
    with experiment.start_logging(snapshot_directory=None) as run:
        run.take_snapshot("src")
        assert names_of(run) == [
            ".amlignore",
            ".gitignore",
            "a.py",
            "model.pkl",
            "sub/.gitignore",
            "sub/y",
        ]


def test_a_large_folder_is_kept_when_it_is_asked_for_and_else_the_program_alone(
    experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree("train.py", *(f"data/{i}" for i in range(_archive.IMPLIED_FILES + 5)))
    monkeypatch.setattr(sys, "argv", ["train.py"])
    with pytest.warns(RuntimeWarning, match="too large to keep with the run unasked"):
        run = experiment.start_logging()
    assert names_of(run) == ["train.py"]
    run.complete()
    with experiment.start_logging(snapshot_directory=None) as run:
        run.take_snapshot(".")
        assert len(names_of(run)) > _archive.IMPLIED_FILES


def test_a_deep_folder_is_no_problem(experiment: Experiment) -> None:
    deep = Path("src", *["d"] * 900)
    deep.mkdir(parents=True)
    (deep / "a.py").write_text("x")
    with experiment.start_logging(snapshot_directory=None) as run:
        run.take_snapshot("src")
        assert len(names_of(run)) == 1


# ----------------------------------------------------------------------- patterns

PATHS = [
    "a.txt",
    "b.log",
    "c.log",
    "dir/a.txt",
    "dir/b.log",
    "dir/deep/a.txt",
    "dir/deep/x/b.log",
    "build/out",
    "x/build/out",
    "doc/frotz/file",
    "a/doc/frotz/file",
    "foo/bar",
    "x[1]",
    "#hash",
    "!bang",
    "sp ace",
    "trail ",
]
PATTERNS = [
    "*.log",
    "/*.log",
    "dir/",
    "/dir",
    "dir/*.txt",
    "dir/**",
    "**/deep",
    "dir/**/b.log",
    "build/",
    "/build/",
    "doc/frotz",
    "*.log\n!b.log",
    "dir\n!dir/a.txt",
    "dir/*\n!dir/deep\ndir/deep/*\n!dir/deep/x",
    "*\n!*.txt",
    "*\n!*/\n!*.txt",
    "[ab].*",
    "[!a]*.txt",
    "[^a]*.txt",
    "?.log",
    "x\\[1\\]",
    "\\#hash",
    "\\!bang",
    "trail ",
    "trail\\ ",
    "# comment",
    "",
    "**",
    "**/a.txt",
    "foo/*",
    "a.txt/",
    "a**t",
    "dir//a.txt",
    "[z-a]",
    "[",
    "dir/deep/",
    "/",
    "a.*\n!/a.txt",
    "sp ace",
    "\ta.txt",
    "[]-]",
    "d?r/*.log",
]


@pytest.mark.skipif(
    subprocess.run(["git", "--version"], capture_output=True).returncode != 0, reason="no git"
)
@pytest.mark.parametrize("text", PATTERNS, ids=repr)
def test_patterns_mean_what_they_mean_to_git(tmp_path: Path, monkeypatch, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    tree(*PATHS)
    Path(".gitignore").write_text(text + "\n")
    git: Any = {"capture_output": True, "text": True, "check": True}
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "init", "-q", "."], env=environment, **git)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-standard"], env=environment, **git
    ).stdout
    expected = sorted(name for name in listed.split("\0") if name and name != ".gitignore")
    from epochlog.azureml._tree import entries

    kept = [entry.name for entry in entries(".", "runs") if entry.is_kept]
    assert sorted(name for name in kept if name != ".gitignore") == expected
