"""Tags, properties, names and the text of Azure ML's runs, while they last and afterwards."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path
from typing import Iterator

import pytest

import epochlog
from epochlog.azureml import Experiment, Run, Workspace
from epochlog.azureml.exceptions import RunNotFoundException, UserErrorException


@pytest.fixture
def experiment(root: Path) -> Experiment:
    return Experiment(Workspace.from_config(), "facts")


@pytest.fixture
def run(experiment: Experiment) -> Iterator[Run]:
    started = experiment.start_logging(snapshot_directory=None)
    yield started
    started.complete()


def test_a_tag_has_a_value_or_none_and_may_change(run: Run) -> None:
    run.tag("quality", "bad")
    run.tag("quality", "good")
    run.tag("best")
    run.tag("Competition Rank", 1)
    assert run.get_tags() == {"quality": "good", "best": None, "Competition Rank": "1"}
    assert run.tags == run.get_tags()


def test_tags_are_set_and_removed_together(run: Run) -> None:
    run.tag("kept", "yes")
    run.set_tags({"a": "1", "b": 2, "c": None})
    assert run.remove_tags(["a", "c", "was never set"]) == {"kept": "yes", "b": "2"}
    run.remove_tags("b")
    assert run.tags == {"kept": "yes"}
    with pytest.raises(TypeError, match="tags is a list, not a dict"):
        run.set_tags(["a"])  # type: ignore[arg-type]


def test_a_property_never_changes(run: Run) -> None:
    run.add_properties({"author": "azureml-user", "seed": 7})
    run.add_properties({"author": "azureml-user", "more": "x"})
    with pytest.raises(UserErrorException, match="'seed' is '7' and cannot become '8'"):
        run.add_properties({"new": "y", "seed": 8})
    assert run.get_properties() == {"author": "azureml-user", "seed": "7", "more": "x"}
    assert run.properties == run.get_properties()
    with pytest.raises(TypeError, match="properties is a str, not a dict"):
        run.add_properties("author")  # type: ignore[arg-type]


def test_a_property_does_not_change_after_the_end_either(run: Run) -> None:
    run.add_properties({"author": "a"})
    run.complete()
    with pytest.raises(ValueError, match="properties never change"):
        run.add_properties({"author": "b"})
    run.add_properties({"added": "later"})
    assert run.properties == {"author": "a", "added": "later"}


def test_display_name_and_description_are_read_and_set(experiment: Experiment) -> None:
    run = experiment.start_logging(snapshot_directory=None, display_name="first try")
    assert (run.name, run.display_name, run.description) == ("first try", "first try", "")
    run.display_name = "second *try*"
    run.description = "what it is about"
    run.description = "# what it **is** about"
    run.complete()
    run.tag("other")
    reopened = Run(experiment, run.id)
    assert reopened.display_name == "second *try*"
    assert reopened.description == "# what it **is** about"
    assert reopened.name == "first try"
    assert reopened.tags == {"other": None}
    reopened.display_name = "third"
    assert run.display_name == "third"


def test_what_is_added_to_a_run_that_has_ended_changes_neither_its_status_nor_its_end(
    experiment: Experiment,
) -> None:
    run = experiment.start_logging(snapshot_directory=None)
    run.log("loss", 0.5)
    run.fail("went wrong")
    before = epochlog.open_run(run._folder)
    run.tag("seen", "yes")
    run.log("verdict", "overfit")
    run.log("score", 1)
    run.log("score", 2)
    run.log_list("list", [1, 2])
    run.upload_file("notes.txt", Path(__file__))
    run.flush()
    after = epochlog.open_run(run._folder)
    assert (after.status, after.end, after.error_message) == ("Failed", before.end, "went wrong")
    assert (after.name, after.experiment, after.host) == (
        before.name,
        before.experiment,
        before.host,
    )
    assert (after.command, after.git_commit) == (before.command, before.git_commit)
    assert run.tags == {"seen": "yes"}
    assert run.get_metrics() == {"loss": 0.5, "verdict": "overfit", "score": [1, 2], "list": [1, 2]}
    assert run.get_file_names() == ["notes.txt"]
    assert after.warnings == []


def test_hundreds_of_runs_that_have_ended_are_tagged_without_holding_them_open(
    experiment: Experiment,
) -> None:
    with experiment.start_logging(snapshot_directory=None) as parent:
        children = parent.create_children(count=30)
        for child in children:
            child.complete()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for child in children:
        child.log("late", 1)
        child.tag("late")
    assert len(list(Path("/proc/self/fd").iterdir())) < before + 60
    assert all(child.get_metrics() == {"late": 1} for child in children)


def test_threads_add_to_a_run_that_has_ended_and_lose_nothing(experiment: Experiment) -> None:
    with experiment.start_logging(snapshot_directory=None) as run:
        pass

    def log(thread: int) -> None:
        for i in range(200):
            run.log(f"thread {thread}", i)

    threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for i in range(50):
        run.tag("count", i)
    for thread in threads:
        thread.join()
    assert run.tags == {"count": "49"}
    assert run.get_metrics() == {f"thread {number}": list(range(200)) for number in range(4)}


def test_a_run_whose_folder_was_removed_does_not_come_back(experiment: Experiment) -> None:
    with experiment.start_logging(snapshot_directory=None) as run:
        pass
    shutil.rmtree(run._folder)
    for call in (lambda: run.tag("t"), lambda: run.log("loss", 1), run.get_metrics):
        with pytest.raises(RunNotFoundException):
            call()
    assert not Path(run._folder).exists()


def test_text_and_html_say_which_run_it_is(run: Run) -> None:
    expected = f"Run(Experiment: facts,\nId: {run.id},\nType: None,\nStatus: Running)"
    assert str(run) == repr(run) == expected
    run.complete()
    assert str(run).endswith("Status: Completed)")
    html = run._repr_html_()
    assert re.findall("<th>(.*?)</th>", html) == [
        "Experiment",
        "Id",
        "Type",
        "Status",
        "Details Page",
    ]
    assert f'href="file://{run._folder}/report/report.html"' in html


def test_html_of_a_name_is_text(root: Path) -> None:
    workspace = Workspace.from_config()
    with Experiment(workspace, "<script>&").start_logging(snapshot_directory=None) as run:
        assert "<script>" not in run._repr_html_()
        assert "&lt;script&gt;&amp;" in run._repr_html_()


def test_a_run_is_opened_again_by_its_id(experiment: Experiment, run: Run) -> None:
    run.log("loss", 0.5)
    for reopened in (
        Run(experiment, run.id),
        Run(experiment=experiment, run_id=run.id),
        Run.get(experiment.workspace, run.id),
        experiment.workspace.get_run(run.id),
    ):
        assert (reopened.id, reopened.experiment.name) == (run.id, "facts")
        assert reopened.get_metrics() == {"loss": 0.5}
        assert reopened == run and hash(reopened) == hash(run)
    Run(experiment, run.id).log("loss", 0.25)  # this process logs it: one writer
    assert run.get_metrics() == {"loss": [0.5, 0.25]}
    assert len(run._saved().logs) == 1


@pytest.mark.parametrize("run_id", ["no-such-run", "", "..", ".", "a/b", "/etc"])
def test_an_id_of_no_run_below_the_root_is_not_found(experiment: Experiment, run_id: str) -> None:
    with pytest.raises(RunNotFoundException):
        Run(experiment, run_id)
    with pytest.raises(LookupError):
        Run.get(experiment.workspace, run_id)


def test_runs_are_numbered_by_their_start(experiment: Experiment, run: Run) -> None:
    with experiment.start_logging(snapshot_directory=None) as second:
        assert (run.number, second.number) == (1, 2)
