"""Experiments find their runs, and runs their parents and children."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from epochlog.azureml import Experiment, Run, Workspace
from epochlog.azureml.exceptions import UserErrorException


@pytest.fixture
def experiment(root: Path) -> Experiment:
    return Experiment(workspace=Workspace.from_config(), name="family")


def start(experiment: Experiment, **options: Any) -> Run:
    return experiment.start_logging(snapshot_directory=None, **options)


def ids(runs: Any) -> list[str]:
    return [run.id for run in runs]


# --------------------------------------------------------------------- workspaces


def test_a_workspace_is_the_folder_of_all_runs(root: Path) -> None:
    for workspace in (
        Workspace.from_config(),
        Workspace.get(name="mine", subscription_id="s", resource_group="g"),
        Workspace("s", "g", "mine"),
        Workspace(subscription_id="s", resource_group="g", workspace_name="mine"),
        Workspace.create("mine", location="westeurope"),
    ):
        assert workspace.root == str(root)
        assert workspace.name in ("mine", "local")
    assert not root.exists()


def test_without_an_environment_variable_the_folder_is_outputs(root: Path, monkeypatch) -> None:
    monkeypatch.delenv("EPOCHLOG_DIR")
    assert Workspace.from_config().root == str(root.parent / "outputs")


def test_a_configuration_gives_a_name(root: Path, monkeypatch) -> None:
    Workspace("sub", "group", "written").write_config()
    Path("deep/er").mkdir(parents=True)
    monkeypatch.chdir("deep/er")
    workspace = Workspace.from_config()
    assert (workspace.name, workspace.subscription_id, workspace.resource_group) == (
        "written",
        "sub",
        "group",
    )
    assert workspace.get_details()["name"] == "written"


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"workspace_name": 7}', "[" * 100_000, "\0", "null"]
)
def test_a_configuration_that_cannot_be_read_is_no_error(root: Path, text: str) -> None:
    Path("config.json").write_text(text)
    assert Workspace.from_config().name == "local"
    assert Workspace.from_config(path="config.json").name == "local"
    assert Workspace.from_config(path="nowhere").name == "local"


def test_a_workspace_lists_its_experiments(root: Path) -> None:
    workspace = Workspace.from_config()
    assert workspace.experiments == {} and Experiment.list(workspace) == []
    for name in ("b", "a", "b"):
        start(Experiment(workspace, name)).complete()
    assert list(workspace.experiments) == ["a", "b"]
    assert [experiment.name for experiment in Experiment.list(workspace)] == ["a", "b"]
    assert len(list(workspace.experiments["b"].get_runs())) == 2


@pytest.mark.parametrize("name", ["", "  ", None, 7])
def test_an_experiment_has_a_name(root: Path, name: Any) -> None:
    with pytest.raises(TypeError, match="the name of an experiment"):
        Experiment(Workspace.from_config(), name)
    with pytest.raises(TypeError, match="not a Workspace"):
        Experiment("workspace", "name")  # type: ignore[arg-type]


# -------------------------------------------------------------------- experiments


def test_runs_of_an_experiment_come_newest_first(experiment: Experiment) -> None:
    runs = [start(experiment) for _ in range(5)]
    other = start(Experiment(experiment.workspace, "other"))
    found = experiment.get_runs()
    assert next(found).id == runs[-1].id  # a generator
    assert ids(experiment.get_runs()) == ids(reversed(runs))
    assert ids(Run.list(experiment)) == ids(reversed(runs))
    assert ids(Experiment(experiment.workspace, "none").get_runs()) == []
    for run in (*runs, other):
        run.complete()


def test_runs_are_found_by_tags_properties_status_and_type(experiment: Experiment) -> None:
    tagged, valued, plain = (start(experiment) for _ in range(3))
    tagged.tag("best")
    tagged.add_properties({"author": "a"})
    valued.set_tags({"best": "yes", "rank": 1})
    valued.complete()
    plain.fail("bad")
    assert ids(experiment.get_runs(tags="best")) == ids([valued, tagged])
    assert ids(experiment.get_runs(tags={"best": "yes"})) == ids([valued])
    assert ids(experiment.get_runs(tags={"best": "yes", "rank": 1})) == ids([valued])
    assert ids(experiment.get_runs(tags={"best": None})) == ids([tagged])
    assert ids(experiment.get_runs(tags="missing")) == []
    assert ids(experiment.get_runs(properties="author")) == ids([tagged])
    assert ids(experiment.get_runs(properties={"author": "b"})) == []
    assert ids(experiment.get_runs(status="Failed")) == ids([plain])
    assert ids(experiment.get_runs(type="azureml.scriptrun")) == []
    with pytest.raises(TypeError, match="tags to look for"):
        list(experiment.get_runs(tags=["best"]))
    tagged.complete()


def test_runs_that_epochlog_logged_itself_are_found_too(experiment: Experiment) -> None:
    import epochlog

    with epochlog.Run("plain", experiment="family") as plain:
        plain.log("loss", 1)
    (run,) = experiment.get_runs()
    assert (run.id, run.get_metrics()) == (plain.id, {"loss": 1})


# ----------------------------------------------------------------- parents, children


def test_a_child_is_named_after_its_parent_and_ends_by_itself(experiment: Experiment) -> None:
    parent = start(experiment, display_name="sweep")
    with parent.child_run("alpha") as child:
        child.log("mse", 1)
    unnamed = parent.child_run()
    chosen = parent.child_run(name="own id", run_id="my-own-id")
    assert (child.name, unnamed.name, chosen.id) == ("sweep>alpha", "sweep>2", "my-own-id")
    chosen.fail("bad")
    unnamed.complete()
    assert [child.status, chosen.status, parent.status] == ["Completed", "Failed", "Running"]
    assert child.parent == parent and parent.parent is None
    assert child.experiment == experiment
    parent.complete()


def test_children_are_not_among_the_runs_of_an_experiment_unless_asked_for(experiment) -> None:
    with start(experiment) as parent, parent.child_run("c") as child:
        pass
    assert ids(experiment.get_runs()) == ids([parent])
    assert ids(experiment.get_runs(include_children=True)) == ids([child, parent])


def test_a_child_logs_to_its_parent(experiment: Experiment) -> None:
    with start(experiment) as parent:
        for i in range(3):
            with parent.child_run(str(i)) as child:
                child.log("mse", i)
                child.parent.log("mse of children", i)
    assert parent.get_metrics() == {"mse of children": [0, 1, 2]}
    assert len(parent._saved().logs) == 1


def test_children_are_made_together_and_found_by_what_they_have(experiment: Experiment) -> None:
    with start(experiment) as parent:
        counted = parent.create_children(count=3)
        tagged = parent.create_children(tag_key="fold", tag_values=[1, 2])
        with tagged[0].child_run("grandchild") as grandchild:
            pass
        for child in counted:
            child.complete()
        tagged[0].fail()
        assert [child.tags for child in tagged] == [{"fold": "1"}, {"fold": "2"}]
        children = [*counted, *tagged]
        assert ids(parent.get_children()) == ids(reversed(children))
        assert ids(parent.get_children(recursive=True)) == ids([grandchild, *reversed(children)])
        assert ids(parent.get_children(tags={"fold": 2})) == ids([tagged[1]])
        assert ids(parent.get_children(status="Failed")) == ids([tagged[0]])
        assert ids(parent.get_children(properties="none")) == []
        assert ids(grandchild.get_children()) == []
        tagged[1].complete()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"count": 0},
        {"count": 1, "tag_key": "k", "tag_values": [1]},
        {"tag_key": "k"},
        {"tag_values": [1]},
    ],
)
def test_children_are_counted_or_tagged(experiment: Experiment, options: dict[str, Any]) -> None:
    with start(experiment) as parent:
        with pytest.raises(UserErrorException):
            parent.create_children(**options)
        assert ids(parent.get_children()) == []


def test_metrics_of_a_whole_family_are_given_by_run(experiment: Experiment) -> None:
    with start(experiment) as parent:
        parent.log("best", 1)
        with parent.child_run("a") as a, a.child_run("b") as b, parent.child_run("empty"):
            a.log("mse", [1, 2])
            b.log("mse", 3)
            b.log("mae", 4)
    assert parent.get_metrics(recursive=True) == {
        parent.id: {"best": 1},
        a.id: {"mse": "[1, 2]"},
        b.id: {"mse": 3, "mae": 4},
    }
    assert parent.get_metrics("mae", recursive=True) == {b.id: {"mae": 4}}
    assert parent.get_metrics(recursive=True, run_type="azureml.scriptrun") == {
        parent.id: {"best": 1}
    }


def test_runs_that_are_their_own_parents_are_no_endless_family(experiment: Experiment) -> None:
    import epochlog

    for run_id, parent in [("a", "b"), ("b", "a"), ("self", "self")]:
        epochlog.Run(run_id=run_id, parent=parent, experiment="family").complete()
    assert ids(Run(experiment, "a").get_children(recursive=True)) == ["b"]
    assert ids(Run(experiment, "self").get_children(recursive=True)) == []


# ------------------------------------------------------------------------- models


def test_a_model_is_registered_from_files_of_the_run(experiment: Experiment) -> None:
    from epochlog.azureml.core import Model
    from epochlog.azureml.core.model import Model as SameModel

    assert Model is SameModel
    with start(experiment) as run:
        Path("model.pkl").write_text("m")
        run.upload_file("outputs/model.pkl", "model.pkl")
        first = run.register_model(
            "ridge",
            model_path="outputs/model.pkl",
            tags={"area": "diabetes"},
            properties={"alpha": 0.4},
            model_framework=Model.Framework.SCIKITLEARN,
            model_framework_version="1.2",
            description="the best",
            datasets=[("training", "diabetes.csv")],
        )
        second = run.register_model(model_name="ridge", model_path="./outputs")
    assert (first.name, first.version, first.id) == ("ridge", 1, "ridge:1")
    assert (second.version, first.tags, first.properties) == (
        2,
        {"area": "diabetes"},
        {"alpha": "0.4"},
    )
    workspace = experiment.workspace
    assert Model(workspace, "ridge").version == 2
    assert Model(workspace, id="ridge:1").description == "the best"
    assert Model(workspace, "ridge", version=1).run == run
    assert [model.id for model in Model.list(workspace)] == ["ridge:2", "ridge:1"]
    assert [model.id for model in Model.list(workspace, tags=[["area", "diabetes"]])] == ["ridge:1"]
    assert workspace.models["ridge"].version == 2
    assert Path(Model.get_model_path("ridge", version=1)).read_text() == "m"
    assert Path(Model(workspace, "ridge", version=1).download("here")).read_text() == "m"
    assert Path(Model(workspace, "ridge").download("there"), "model.pkl").read_text() == "m"
    with pytest.raises(FileExistsError):
        first.download("here")
    first.download("here", exist_ok=True)
    roles = {file.path: file.role for file in run._saved().files}
    assert roles["files/outputs/model.pkl"] == "model"
    record = json.loads(Path(run._folder, "files/models/ridge/1.json").read_text("utf-8"))
    assert record["datasets"] == [["training", "diabetes.csv"]]


def test_a_model_without_files_is_refused_and_the_files_are_told(experiment: Experiment) -> None:
    from epochlog.azureml.core.model import Model
    from epochlog.azureml.exceptions import ModelNotFoundException, ModelPathNotFoundException

    with start(experiment) as run:
        run.upload_file("outputs/a.pkl", Path(__file__))
        with pytest.raises(ModelPathNotFoundException, match="'outputs/a.pkl'"):
            run.register_model("ridge")
        with pytest.raises(FileNotFoundError):
            run.register_model("ridge", "outputs/a")
        with pytest.raises(ValueError):
            run.register_model("../../ridge", "outputs/a.pkl")
    with pytest.raises(ModelNotFoundException, match="no model 'ridge'"):
        Model(experiment.workspace, "ridge")
    assert experiment.workspace.models == {}
