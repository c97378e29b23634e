"""Files go into Azure ML's runs and come back, and nothing is written outside of the run."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import Iterator

import pytest

from epochlog.azureml import Experiment, Run, Workspace
from epochlog.azureml.exceptions import ArtifactNotFoundException, UserErrorException


@pytest.fixture
def experiment(root: Path) -> Experiment:
    return Experiment(Workspace.from_config(), "files")


@pytest.fixture
def run(experiment: Experiment) -> Iterator[Run]:
    started = experiment.start_logging(snapshot_directory=None)
    yield started
    started.complete()


def written(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


# ------------------------------------------------------------------ in and out


def test_a_file_is_uploaded_from_a_path_or_a_stream_and_downloaded(run: Run) -> None:
    written("a.txt", "first")
    run.upload_file("outputs/a.txt", "a.txt")
    run.upload_file(name="./outputs//b.txt", path_or_stream=Path("a.txt"))
    run.upload_file("/c.bin", io.BytesIO(b"\0bytes"))
    run.upload_file("d.txt", io.StringIO("späte"), datastore_name="ignored")
    assert run.get_file_names() == ["c.bin", "d.txt", "outputs/a.txt", "outputs/b.txt"]
    run.download_file("outputs/a.txt")
    run.download_file("c.bin", "new/folder/c.bin")
    run.download_file("d.txt", "new/folder")
    assert Path("a.txt").read_text() == "first"
    assert Path("new/folder/c.bin").read_bytes() == b"\0bytes"
    assert Path("new/folder/d.txt").read_text("utf-8") == "späte"


def test_a_file_that_is_uploaded_onto_itself_stays_whole(run: Run) -> None:
    """As the published example does: dumps outputs/model.pkl and uploads it under that name."""
    written("outputs/model.pkl", "model")  # ./outputs is there without anybody making it
    run.upload_file(name="outputs/model.pkl", path_or_stream="outputs/model.pkl")
    kept = Path(run._folder, "files/outputs/model.pkl")
    run.upload_file("outputs/model.pkl", kept)
    run.download_file("outputs/model.pkl", kept)
    assert kept.read_text() == "model"
    assert run.get_file_names() == ["outputs/model.pkl"]


def test_a_file_uploaded_again_replaces_the_former(run: Run) -> None:
    run.upload_file("x", io.BytesIO(b"old"))
    run.upload_file("x", io.BytesIO(b"new"))
    run.download_file("x", "x")
    assert Path("x").read_bytes() == b"new"
    assert run.get_file_names() == ["x"]


def test_files_are_uploaded_together(run: Run) -> None:
    paths = [str(written(f"{i}.txt", str(i))) for i in range(3)]
    kept = run.upload_files(["a", "b", "c"], paths, return_artifacts=True, timeout_seconds=5)
    assert kept is not None and Path(kept["b"]).read_text() == "1"
    assert run.upload_files(names=["d"], paths=[paths[0]]) is None
    assert run.get_file_names() == ["a", "b", "c", "d"]
    with pytest.raises(UserErrorException, match="2 names and 1 paths"):
        run.upload_files(["a", "b"], [paths[0]])


def test_a_folder_is_uploaded_with_all_below_it_but_no_runs_and_no_links(run: Run) -> None:
    written("model/weights.bin", "w")
    written("model/deep/er/config.json", "{}")
    os.symlink("/etc", "model/etc")
    os.symlink("/etc/passwd", "model/passwd")
    run.upload_folder("saved", "model")
    written("outputs/loose.txt", "beside the runs")
    run.upload_folder(name="all", path="outputs")
    assert run.get_file_names() == [
        "all/loose.txt",
        "saved/deep/er/config.json",
        "saved/weights.bin",
    ]


def test_files_are_downloaded_by_prefix(run: Run) -> None:
    for name in ("outputs/a.txt", "outputs/deep/b.txt", "other.txt"):
        run.upload_file(name, io.BytesIO(name.encode()))
    run.download_files(output_directory="all")
    run.download_files("outputs/", "cut", append_prefix=False)
    run.download_files(prefix="outputs/deep", output_directory="some")
    run.download_files("other", output_paths=["given/name.txt"])
    found = sorted(
        str(path) for top in ("all", "cut", "some", "given") for path in Path(top).rglob("*.txt")
    )
    assert found == [
        "all/other.txt",
        "all/outputs/a.txt",
        "all/outputs/deep/b.txt",
        "cut/a.txt",
        "cut/deep/b.txt",
        "given/name.txt",
        "some/outputs/deep/b.txt",
    ]
    assert Path("cut/deep/b.txt").read_text() == "outputs/deep/b.txt"
    with pytest.raises(ValueError, match="1 output paths for 2 files"):
        run.download_files("outputs", output_paths=["one"])


def test_a_file_that_is_not_there_is_told_with_those_that_are(run: Run) -> None:
    run.upload_file("here.txt", io.BytesIO(b""))
    with pytest.raises(ArtifactNotFoundException, match="no file 'gone.txt'; it has .'here.txt'"):
        run.download_file("gone.txt")
    with pytest.raises(FileNotFoundError):
        run.upload_file("gone.txt", "gone.txt")
    with pytest.raises(FileNotFoundError):
        run.upload_folder("gone", "gone")
    assert not Path("gone.txt").exists()


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "..", "", "/", "..\\out.txt"])
def test_no_name_leads_out_of_the_run(run: Run, root: Path, name: str) -> None:
    with pytest.raises(ValueError):
        run.upload_file(name, io.BytesIO(b"x"))
    with pytest.raises(ValueError):
        run.upload_folder(name, ".")
    assert not list(root.parent.rglob("out.txt"))


def test_a_link_in_the_run_does_not_lead_a_file_out_of_it(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    Path(run._folder, "files").mkdir(exist_ok=True)
    os.symlink(outside, Path(run._folder, "files", "link"))
    with pytest.warns(RuntimeWarning, match="link/x.txt"):
        run.upload_file("link/x.txt", io.BytesIO(b"x"))
    assert list(outside.iterdir()) == []
    with pytest.warns(RuntimeWarning, match="link/x.txt"):  # of what failed since the start
        run.complete()


# ----------------------------------------------------------- kept without asking


def test_what_is_new_in_outputs_and_logs_is_kept_in_the_end(experiment: Experiment) -> None:
    written("outputs/before.txt", "of an earlier run")
    written("outputs/changed.txt", "old")
    run = experiment.start_logging(snapshot_directory=None)
    written("outputs/changed.txt", "new!")
    written("outputs/deep/model.pkl", "m")
    written("logs/train.log", "line")
    run.complete()
    assert run.get_file_names() == [
        "logs/train.log",
        "outputs/changed.txt",
        "outputs/deep/model.pkl",
    ]


def test_runs_in_outputs_are_not_kept_in_each_other(experiment: Experiment, root: Path) -> None:
    assert root == Path("outputs").resolve()
    with experiment.start_logging(snapshot_directory=None) as first:
        with experiment.start_logging(snapshot_directory=None) as second:
            second.upload_file("second.txt", io.BytesIO(b"2"))
    assert first.get_file_names() == []
    assert second.get_file_names() == ["second.txt"]


def test_what_was_uploaded_already_is_not_kept_twice(experiment: Experiment) -> None:
    with experiment.start_logging(snapshot_directory=None) as run:
        written("outputs/model.pkl", "m")
        run.upload_file("outputs/model.pkl", "outputs/model.pkl")
        before = Path(run._folder, "files/outputs/model.pkl").stat().st_ino
    assert Path(run._folder, "files/outputs/model.pkl").stat().st_ino == before


def test_an_output_folder_that_is_given_is_made_and_kept_whole(experiment: Experiment) -> None:
    written("results/before.txt", "there already")
    run = experiment.start_logging(outputs="results", snapshot_directory=None)
    other = experiment.start_logging(outputs="made/new", snapshot_directory=None)
    assert Path("made/new").is_dir()
    written("results/after.txt", "new")
    written("made/new/x.txt", "new")
    run.complete()
    other.complete()
    assert run.get_file_names() == ["results/after.txt", "results/before.txt"]
    assert other.get_file_names() == ["made/new/x.txt"]


def test_outputs_of_a_child_are_its_own(experiment: Experiment) -> None:
    with experiment.start_logging(snapshot_directory=None) as parent:
        child = parent.child_run("child", outputs="of_child")
        written("of_child/a.txt", "a")
        written("outputs/of_parent.txt", "p")
        child.complete()
    assert child.get_file_names() == ["of_child/a.txt"]
    assert parent.get_file_names() == ["outputs/of_parent.txt"]


def test_outputs_are_kept_when_the_interpreter_ends_the_run(root: Path, python) -> None:
    python(
        "from epochlog.azureml import Experiment, Run, Workspace\n"
        "run = Experiment(Workspace.from_config(), 'e').start_logging(snapshot_directory=None)\n"
        "open('outputs/left.txt', 'w').close()\n"
    )
    (run,) = Experiment(Workspace.from_config(), "e").get_runs()
    assert (run.status, run.get_file_names()) == ("Completed", ["outputs/left.txt"])


def test_an_output_that_cannot_be_read_does_not_stop_the_end(experiment: Experiment) -> None:
    run = experiment.start_logging(snapshot_directory=None)
    written("outputs/a.txt", "a")
    written("outputs/b.txt", "b")
    Path(run._folder, "files/outputs/a.txt").mkdir(parents=True)  # in the way
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        run.complete()
    assert any("not kept: outputs/a.txt" in str(warning.message) for warning in told)
    assert (run.status, run.get_file_names()) == ("Completed", ["outputs/b.txt"])
