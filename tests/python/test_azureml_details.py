"""What Azure ML's runs say of themselves, and the report that stands for the portal."""

from __future__ import annotations

import json
import re
import sys
import types
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import unquote, urlparse

import pytest

from epochlog import _command
from epochlog.azureml import Experiment, Run, RunDetails, Workspace


def has_command() -> bool:
    try:
        return bool(_command.path())
    except FileNotFoundError:
        return False


needs_command = pytest.mark.skipif(not has_command(), reason="no epochlog command to make reports")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
def run(root: Path) -> Iterator[Run]:
    experiment = Experiment(Workspace.from_config(), "details")
    started = experiment.start_logging(snapshot_directory=None)
    yield started
    if started.status == "Running":
        started.complete()


def page(url: str) -> Path:
    parts = urlparse(url)
    assert (parts.scheme, parts.netloc) == ("file", "")
    return Path(unquote(parts.path))


def test_details_are_those_that_scripts_read(run: Run) -> None:
    run.tag("t", "1")
    run.add_properties({"p": "2"})
    details = run.get_details()
    assert TIME.fullmatch(details.pop("startTimeUtc"))
    assert isinstance(details.pop("submittedBy"), str)
    assert details == {
        "runId": run.id,
        "target": "local",
        "status": "Running",
        "properties": {"p": "2"},
        "tags": {"t": "1"},
        "logFiles": {},
    }
    run.complete()
    details = run.get_details()
    assert details["status"] == "Completed"
    assert (
        TIME.fullmatch(details["endTimeUtc"]) and details["endTimeUtc"] >= details["startTimeUtc"]
    )
    assert json.loads(json.dumps(details)) == details


def test_logs_are_given_by_name_as_addresses_and_as_text(run: Run) -> None:
    Path("train.log").write_text("Größe\n", "utf-8")
    run.upload_file("logs/train.log", "train.log")
    run.upload_file("outputs/no.log", "train.log")
    ((name, url),) = run.get_details()["logFiles"].items()
    assert (name, page(url).read_text("utf-8")) == ("logs/train.log", "Größe\n")
    assert run.get_details_with_logs()["logFiles"] == {"logs/train.log": "Größe\n"}
    assert run.get_details_with_logs()["runId"] == run.id
    assert run.get_all_logs("copied") == ["copied/logs/train.log"]
    assert Path("copied/logs/train.log").read_text("utf-8") == "Größe\n"


def test_a_damaged_log_is_among_the_warnings(run: Run) -> None:
    run.log("loss", 1)
    run.complete()
    (log,) = Path(run._folder).glob("*.elog")
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 0xFF
    log.write_bytes(data)
    assert run.get_details()["warnings"][0]["source"] == "epochlog"


@needs_command
def test_the_portal_is_a_report_that_is_made_on_demand(run: Run) -> None:
    run.log("mse", 0.25)
    url = run.get_portal_url()
    assert page(url) == Path(run._folder, "report/report.html")
    assert "Running" in page(url).read_text("utf-8")
    run.log("mse", 0.125)
    run.complete()  # made again, as somebody has the address
    assert "Completed" in page(url).read_text("utf-8")
    assert "0.125" in page(url).with_name("report.md").read_text("utf-8")


@needs_command
def test_the_address_of_a_folder_with_odd_letters_leads_there(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPOCHLOG_DIR", str(tmp_path / "späte läufe #1 100%"))
    with Experiment(Workspace.from_config(), "e").start_logging(snapshot_directory=None) as run:
        run.log("a", 1)
    assert page(run.get_portal_url()).is_file()


def test_without_the_command_the_address_is_where_the_report_would_be(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPOCHLOG_COMMAND", "/no/such/command")
    with pytest.warns(RuntimeWarning, match="no report was made"):
        url = run.get_portal_url()
    assert page(url) == Path(run._folder, "report/report.html")
    with pytest.warns(RuntimeWarning, match="no report was made"):
        run.complete()


def test_the_widget_shows_a_run_as_text_outside_of_a_notebook(run: Run, capsys) -> None:
    run.log("mse", 0.25)
    RunDetails(run).show()
    shown = capsys.readouterr().out
    assert "mse" in shown and "0.25" in shown
    data = RunDetails(run).get_widget_data()
    assert data["run_metrics"] == {"mse": 0.25} and data["run_properties"]["runId"] == run.id


def test_the_widget_shows_a_run_in_a_notebook(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    display = types.ModuleType("IPython.display")
    display.display = lambda bundle, **options: shown.append(bundle)  # type: ignore[attr-defined]
    ipython = types.ModuleType("IPython")
    shell = types.SimpleNamespace(kernel=object())
    ipython.get_ipython = lambda: shell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    run.log("mse", 0.25)
    run.complete()
    RunDetails(run).show()
    (bundle,) = shown
    assert "mse" in bundle["text/html"] and "Completed" in bundle["text/html"]


def test_environments_and_configurations_are_what_scripts_set(root: Path) -> None:
    from epochlog.azureml.core import Environment, RunConfiguration, ScriptRunConfig
    from epochlog.azureml.core.conda_dependencies import CondaDependencies

    environment = Environment(name="e")
    packages = CondaDependencies.create(pip_packages=["numpy"], conda_packages=["scikit-learn"])
    packages.add_pip_package("pandas")
    packages.add_conda_package("scipy")
    environment.python.conda_dependencies = packages
    assert list(packages.pip_packages) == ["numpy", "pandas"]
    assert list(packages.conda_packages) == ["scikit-learn", "scipy"]
    assert "- pip:\n  - numpy\n  - pandas" in packages.serialize_to_string()
    assert environment.register(Workspace.from_config()) is environment
    copy = environment.clone("other")
    copy.python.user_managed_dependencies = True
    assert (copy.name, environment.python.user_managed_dependencies) == ("other", False)
    assert Environment.get(Workspace.from_config(), "AzureML-sklearn").name == "AzureML-sklearn"

    Path("requirements.txt").write_text("# what\nnumpy\n\nscipy\n")
    Path("conda.yml").write_text("dependencies:\n- numpy\n")
    from_pip = Environment.from_pip_requirements("p", "requirements.txt")
    from_conda = Environment.from_conda_specification(name="c", file_path="conda.yml")
    assert from_pip.python.conda_dependencies is not None
    assert from_conda.python.conda_dependencies is not None
    assert list(from_pip.python.conda_dependencies.pip_packages) == ["numpy", "scipy"]
    assert from_conda.python.conda_dependencies.serialize_to_string() == "dependencies:\n- numpy\n"
    with pytest.raises(FileNotFoundError):
        Environment.from_conda_specification("c", "gone.yml")

    shared = RunConfiguration(script="a.py", arguments=[1], conda_dependencies=packages)
    first, second = ScriptRunConfig(".", run_config=shared), ScriptRunConfig(".", run_config=shared)
    first.run_config.environment = environment
    assert second.run_config.environment is not environment
    assert (first.script, first.arguments) == ("a.py", [1])
    first.max_run_duration_seconds = 5
    assert (first.max_run_duration_seconds, second.max_run_duration_seconds) == (5, None)
