"""Scripts that are submitted run on this machine, in a copy of their source."""

from __future__ import annotations

import os
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any, Callable

import pytest

from epochlog.azureml import (
    Environment,
    Experiment,
    Run,
    RunConfiguration,
    ScriptRunConfig,
    Workspace,
)
from epochlog.azureml.exceptions import ExperimentExecutionException, UserErrorException

JOIN = "from epochlog.azureml.core.run import Run\nrun = Run.get_context()\n"


@pytest.fixture
def experiment(root: Path) -> Experiment:
    return Experiment(Workspace.from_config(), "submitted")


@pytest.fixture
def submit(experiment: Experiment) -> Callable[..., Run]:
    """submit(text of train.py, **options of ScriptRunConfig) in the folder src."""

    def submitted(text: str, tags: Any = None, **options: Any) -> Run:
        Path("src").mkdir(exist_ok=True)
        Path("src/train.py").write_text(textwrap.dedent(text), "utf-8")
        return experiment.submit(ScriptRunConfig("src", "train.py", **options), tags=tags)

    return submitted


def console(run: Run) -> str:
    return Path(run._folder, "logs/std_log.txt").read_text("utf-8")


# ------------------------------------------------------------------- what is kept


def test_a_script_logs_to_the_run_that_it_was_submitted_as(submit, experiment, capfd) -> None:
    run = submit(
        JOIN
        + """
import os, sys
assert type(run) is Run and run.id == os.environ["AZUREML_RUN_ID"]
assert run.experiment.name == "submitted", run.experiment
for i in range(3):
    run.log("mse", i)
    with open(f"outputs/model_{i}.pkl", "w") as file:
        file.write("m")
run.upload_file("chosen.pkl", "outputs/model_1.pkl")
run.tag("from the script")
print("arguments", sys.argv, __file__, sys.path[0])
""",
        arguments=["--alpha", 0.5, 7],
        tags={"kind": "sweep", "n": 3},
    )
    assert run.type == "azureml.scriptrun"
    details = run.wait_for_completion(show_output=True)
    shown = capfd.readouterr().out
    work = os.path.join(run._folder, "work")
    said = f"arguments ['train.py', '--alpha', '0.5', '7'] {work}/train.py {work}\n"
    assert console(run) == said and said in shown
    assert f"RunId: {run.id}" in shown and "Status: Completed" in shown
    assert (details["status"], details["runId"]) == ("Completed", run.id)
    assert details["runDefinition"]["arguments"] == ["--alpha", "0.5", "7"]
    assert details["runDefinition"]["script"] == "train.py"
    assert details["logFiles"] == {"logs/std_log.txt": f"file://{run._folder}/logs/std_log.txt"}
    assert run.get_details_with_logs()["logFiles"]["logs/std_log.txt"] == said
    assert run.get_metrics() == {"mse": [0, 1, 2]}
    assert run.tags == {"kind": "sweep", "n": "3", "from the script": None}
    assert run.get_file_names() == [
        "chosen.pkl",
        "logs/std_log.txt",
        "outputs/model_0.pkl",
        "outputs/model_1.pkl",
        "outputs/model_2.pkl",
    ]
    assert [found.id for found in experiment.get_runs(type="azureml.scriptrun")] == [run.id]
    assert [found.id for found in experiment.get_runs()] == [run.id]
    assert not Path(work).exists()


def test_the_source_is_kept_as_it_was_when_it_was_submitted(submit) -> None:
    Path("src").mkdir()
    Path("src/helper.py").write_text("value = 1\n")
    Path("src/.amlignore").write_text("data/\n")
    Path("src/data").mkdir()
    Path("src/data/rows.csv").write_text("a,b\n")
    run = submit(
        "import time; time.sleep(0.5); import helper\n"
        "print(helper.value, open('data/rows.csv').read())"
    )
    Path("src/helper.py").write_text("value = 2\n")
    run.wait_for_completion()
    assert console(run) == "1 a,b\n\n"  # the copy, and the data that it leaves out
    with zipfile.ZipFile(run.restore_snapshot()) as archive:
        assert sorted(archive.namelist()) == [".amlignore", "helper.py", "train.py"]
        assert archive.read("helper.py") == b"value = 1\n"
    assert run.properties["ContentSnapshotId"] == run.get_snapshot_id()
    assert sorted(os.listdir("src")) == [".amlignore", "data", "helper.py", "train.py"]


def test_runs_of_one_script_at_one_time_have_outputs_of_their_own(submit) -> None:
    text = """
        import sys, time
        open("outputs/model.pkl", "w").write(sys.argv[1])
        time.sleep(0.5)
        assert open("outputs/model.pkl").read() == sys.argv[1]
    """
    runs = [submit(text, arguments=[i]) for i in range(3)]
    for i, run in enumerate(runs):
        run.wait_for_completion()
        assert Path(run._folder, "files/outputs/model.pkl").read_text() == str(i)


def test_what_a_script_leaves_elsewhere_is_not_lost(submit) -> None:
    run = submit("open('checkpoint.bin', 'w').write('c'); open('train.py', 'a').write('# more')")
    run.wait_for_completion()
    work = Path(run._folder, "work")
    assert sorted(os.listdir(work)) == ["checkpoint.bin", "train.py"]
    assert run.get_file_names() == ["logs/std_log.txt"]


def test_folders_to_watch_are_kept_and_a_snapshot_can_be_left_out(submit) -> None:
    config = RunConfiguration()
    config.history.directories_to_watch = ["logs", "tensorboard", "../outside", "/etc"]
    config.history.snapshot_project = False
    run = submit(
        "import os; os.makedirs('tensorboard/x'); open('tensorboard/x/events', 'w').close()\n"
        "open('logs/own.log', 'w').close()",
        run_config=config,
    )
    run.wait_for_completion()
    assert run.get_file_names() == ["logs/own.log", "logs/std_log.txt", "tensorboard/x/events"]
    assert run.get_snapshot_id() is None


def test_links_that_a_script_leaves_in_its_outputs_are_not_followed(submit) -> None:
    run = submit(
        "import os; os.symlink('/etc', 'outputs/etc'); os.symlink('/etc/passwd', 'outputs/p')\n"
        "open('outputs/real', 'w').close()"
    )
    run.wait_for_completion()
    assert run.get_file_names() == ["logs/std_log.txt", "outputs/real"]


def test_a_script_that_uses_epochlog_itself_logs_to_the_run_too(submit) -> None:
    run = submit("import epochlog\nwith epochlog.Run() as run: run.log('loss', 0.5)")
    run.wait_for_completion()
    assert run.get_metrics() == {"loss": 0.5}
    assert (run.experiment.name, run.name, run.type) == ("submitted", "train", "azureml.scriptrun")


def test_a_script_starts_runs_and_children_of_its_own(submit, experiment) -> None:
    run = submit(
        JOIN
        + """
from epochlog.azureml import Experiment, Workspace
with run.child_run("fold") as child:
    child.log("mse", 1)
with Experiment(Workspace.from_config(), "other").start_logging(snapshot_directory=None) as other:
    other.log("x", 2)
"""
    )
    run.wait_for_completion()
    (child,) = run.get_children()
    assert (child.name, child.status, child.get_metrics()) == (
        "train>fold",
        "Completed",
        {"mse": 1},
    )
    (other,) = Experiment(experiment.workspace, "other").get_runs()
    assert other.get_metrics() == {"x": 2} and run.get_metrics() == {}


def test_a_script_is_submitted_as_a_child(submit, experiment) -> None:
    Path("src").mkdir()
    Path("src/fold.py").write_text(JOIN + "run.parent.log('from a child', 1)")
    with experiment.start_logging(snapshot_directory=None) as parent:
        child = parent.submit_child(ScriptRunConfig("src", "fold.py"), tags={"fold": 1})
        child.wait_for_completion()
    assert child.parent == parent
    assert [found.id for found in parent.get_children(tags={"fold": 1})] == [child.id]
    assert parent.get_metrics() == {"from a child": 1}
    assert parent.status == "Completed"


# ----------------------------------------------------------- environments, commands


def test_the_environment_gives_interpreter_and_variables(submit, tmp_path: Path) -> None:
    other = tmp_path / "my python"
    other.write_text(f'#!/bin/sh\nMINE=yes exec {sys.executable} "$@"\n')
    other.chmod(0o755)
    environment = Environment("user-managed-env")
    environment.python.user_managed_dependencies = True
    environment.python.interpreter_path = str(other)
    environment.environment_variables = {"GIVEN": "1", "NUMBER": 2}  # type: ignore[dict-item]
    run = submit(
        "import os; print(os.environ['MINE'], os.environ['GIVEN'], os.environ['NUMBER'])",
        environment=environment,
    )
    run.wait_for_completion()
    assert console(run) == "yes 1 2\n"


def test_values_of_the_environment_are_not_kept_with_the_run(submit) -> None:
    environment = Environment("e", environment_variables={"TOKEN": "a secret"})
    run = submit("import os; assert os.environ['TOKEN'] == 'a secret'", environment=environment)
    details = run.wait_for_completion()
    assert details["runDefinition"]["environment"]["environmentVariableNames"] == ["TOKEN"]
    kept = [path.read_bytes() for path in Path(run._folder).rglob("*") if path.is_file()]
    assert len(kept) > 3 and not any(b"a secret" in data for data in kept)


def test_a_script_has_the_signals_and_the_input_of_a_new_process(submit) -> None:
    run = submit(
        """
        import signal, sys
        print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
        print(signal.getsignal(signal.SIGTERM) == signal.getsignal(signal.SIGHUP) == signal.SIG_DFL)
        print(repr(sys.stdin.read()))
        """
    )
    run.wait_for_completion()
    assert console(run) == "True\nTrue\n''\n"


def test_long_tags_and_arguments_are_kept_whole(submit) -> None:
    run = submit(
        "import sys; print(len(sys.argv[1]))", tags={"t": "x" * 100_000}, arguments=["y" * 100_000]
    )
    run.wait_for_completion()
    assert console(run) == "100000\n"
    assert run.tags == {"t": "x" * 100_000}
    run.tag("later", "z" * 100_000)
    assert run.tags["later"] == "z" * 100_000


def test_the_published_way_to_give_an_environment_works(experiment: Experiment) -> None:
    Path("train.py").write_text("import sys; print(sys.executable)")
    env = Environment("user-managed-env")
    env.python.user_managed_dependencies = True
    src = ScriptRunConfig(source_directory="./", script="train.py")
    src.run_config.environment = env
    run = experiment.submit(src)
    run.wait_for_completion(show_output=False)
    assert console(run) == sys.executable + "\n"


def test_a_command_is_run_in_the_place_of_a_script(submit, experiment) -> None:
    Path("src").mkdir()
    Path("src/train.py").write_text("import sys; print(sys.argv[1:])")
    line = ScriptRunConfig(
        "src", command="echo $EPOCHLOG_RUN_ID && python train.py", arguments=["a b"]
    )
    words = ScriptRunConfig("src", command=["python", "train.py", 1, "$HOME"])
    first, second = experiment.submit(line), experiment.submit(words)
    second.wait_for_completion()
    assert console(second) == "['1', '$HOME']\n"
    first.wait_for_completion(raise_on_error=False)
    assert console(first).startswith(first.id + "\n")


def test_arguments_are_split_as_a_shell_does(submit) -> None:
    run = submit("import sys; print(sys.argv[1:])", arguments="--name 'two words' -x")
    run.wait_for_completion()
    assert console(run) == "['--name', 'two words', '-x']\n"


def test_what_cannot_be_had_here_is_said_once(submit) -> None:
    environment = Environment("docker")
    environment.docker.enabled = True
    with pytest.warns(RuntimeWarning, match="docker is left aside"):
        submit("", environment=environment).wait_for_completion()
    submit("", environment=environment).wait_for_completion()
    with pytest.warns(RuntimeWarning, match="compute_target gpu-cluster is left aside"):
        submit("", compute_target="gpu-cluster").wait_for_completion()


@pytest.mark.parametrize(
    "options, says",
    [
        ({"source_directory": "nowhere", "script": "a.py"}, "'nowhere' is no folder"),
        ({"source_directory": "src", "script": "gone.py"}, "'gone.py' is not in"),
        ({"source_directory": "src", "script": "../out.py"}, "is not within its source_directory"),
        (
            {"source_directory": "src", "script": "/etc/passwd"},
            "is not within its source_directory",
        ),
        ({"source_directory": "src"}, "has a script or a command"),
        ({"source_directory": "src", "command": []}, "has a script or a command"),
    ],
)
def test_a_config_that_cannot_run_is_refused(experiment, root: Path, options, says: str) -> None:
    Path("src").mkdir()
    Path("out.py").touch()
    with pytest.raises(UserErrorException, match=says):
        experiment.submit(ScriptRunConfig(**options))
    assert not root.exists() or not list(root.iterdir())


def test_an_interpreter_or_a_command_that_is_not_there_is_refused(experiment, root: Path) -> None:
    Path("a.py").touch()
    config = ScriptRunConfig(".", "a.py")
    config.run_config.environment.python.interpreter_path = "no-such-python"
    with pytest.raises(ValueError, match="'no-such-python' is no program"):
        experiment.submit(config)
    with pytest.raises(ExperimentExecutionException, match="no-such-command"):
        experiment.submit(ScriptRunConfig(".", command=["no-such-command"]))
    with pytest.raises(TypeError, match="what is submitted is a ScriptRunConfig"):
        experiment.submit("a.py")
    assert not list(root.iterdir())


def test_modules_of_the_source_do_not_get_into_the_supervisor(experiment) -> None:
    """A script's folder may hold a json.py: the script sees it, who watches over it does not."""
    for name in ("json.py", "epochlog.py", "signal.py", "subprocess.py"):
        Path(name).write_text("raise SystemExit('imported by the wrong one')")
    Path("train.py").write_text("print('fine')")
    run = experiment.submit(ScriptRunConfig(".", "train.py"))
    assert run.wait_for_completion()["status"] == "Completed"
    assert console(run) == "fine\n"


# ---------------------------------------------------------- scripts that are not trusted


def test_nothing_is_removed_or_kept_behind_a_link_that_a_script_put_there(submit, tmp_path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.txt").write_text("p")
    run = submit(f"import os; os.rmdir('outputs'); os.symlink({str(elsewhere)!r}, 'outputs')")
    assert run.wait_for_completion()["status"] == "Completed"
    assert (elsewhere / "precious.txt").read_text() == "p"
    assert run.get_file_names() == ["logs/std_log.txt"]
    assert console(run) == "epochlog: not kept: outputs: it is a link\n"


def test_links_in_the_place_of_a_run_s_own_files_lead_nowhere(submit, tmp_path) -> None:
    target = tmp_path / "target.txt"
    target.write_text("untouched")
    run = submit(
        JOIN
        + f"""
import os
folder = os.path.join(os.environ["EPOCHLOG_DIR"], run.id)
os.unlink(folder + "/logs/std_log.txt")
os.symlink({str(target)!r}, folder + "/logs/std_log.txt")
os.symlink({str(target)!r}, folder + "/end.json")
os.symlink({str(target)!r}, folder + "/logs/other.txt")
os.makedirs("outputs/x"); os.makedirs(folder + "/files/outputs/x/y")
open("outputs/x/y", "w").close()  # cannot be kept
run.complete()
"""
    )
    run.wait_for_completion()
    assert target.read_text() == "untouched"
    assert run.get_file_names() == []
    assert Path(run._folder, "work/outputs/x/y").is_file()  # and so it stays


def test_a_snapshot_property_that_is_a_path_is_none(submit, experiment) -> None:
    from epochlog.azureml.exceptions import SnapshotException

    with experiment.start_logging(snapshot_directory=None) as run:
        run.add_properties({"ContentSnapshotId": "../../../out"})
        with pytest.raises(SnapshotException):
            run.restore_snapshot()
    assert not list(Path(".").rglob("out.zip"))


def test_a_script_imports_azureml_by_its_old_name_whoever_submits_it(submit) -> None:
    run = submit("from azureml.core.run import Run\nRun.get_context().log('mse', 1)")
    run.wait_for_completion()
    assert run.get_metrics() == {"mse": 1}
