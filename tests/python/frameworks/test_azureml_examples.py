"""The two published styles of Azure ML scripts, with real trainings: unchanged through the
runner, and by Python alone with their imports changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Callable

import pytest

pytest.importorskip("sklearn")
import joblib  # noqa: E402
import numpy as np  # noqa: E402

from epochlog.azureml import Experiment, Run, Workspace  # noqa: E402
from epochlog.azureml.core.model import Model  # noqa: E402

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "azureml"
IMPORT = re.compile(r"^(from|import) azureml\b", re.M)


@pytest.fixture(params=["unchanged", "imports changed"])
def run_example(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], str]:
    """Runs an example in a folder of its own, and gives what it printed."""
    place = tmp_path / "project"
    shutil.copytree(EXAMPLES, place, ignore=shutil.ignore_patterns("__pycache__", "outputs"))
    monkeypatch.chdir(place)
    monkeypatch.delenv("EPOCHLOG_DIR", raising=False)
    is_changed = request.param == "imports changed"
    scripts = list(place.rglob("*.py"))
    assert sum(bool(IMPORT.search(script.read_text())) for script in scripts) == 3
    if is_changed:
        for script in scripts:
            script.write_text(IMPORT.sub(r"\1 epochlog.azureml", script.read_text()))

    def run(name: str) -> str:
        words = [name] if is_changed else ["-m", "epochlog.azureml", name]
        done = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Warning" not in done.stderr, done.stderr
        return done.stdout

    return run


def only_run(experiment: str) -> Run:
    (run,) = Experiment(Workspace.from_config(), experiment).get_runs()
    return run


def report_of(run: Run, said: str) -> tuple[str, dict]:
    """The Markdown and the numbers of the report whose address the example printed last."""
    url = said.splitlines()[-1]
    folder = Path(url.removeprefix("file://")).parent
    assert folder == Path(run._folder, "report")
    return (folder / "report.md").read_text("utf-8"), json.loads(
        (folder / "report.json").read_text()
    )


def test_the_interactive_example_comes_back_through_the_same_interface(run_example) -> None:
    said = run_example("interactive.py")
    run = only_run("diabetes-interactive")
    metrics = run.get_metrics()
    assert metrics["alpha"] == 0.03
    assert metrics["mse"] == pytest.approx(3424.900315896017, rel=1e-3)
    assert len(metrics["coefficients"]) == 10
    assert (run.status, run.tags, run.type) == ("Completed", {"data": "diabetes"}, None)
    assert run.get_file_names() == ["outputs/model.pkl"]
    run.download_file("outputs/model.pkl", "back/")
    model = joblib.load("back/model.pkl")
    assert list(model.coef_) == metrics["coefficients"]
    with zipfile.ZipFile(run.restore_snapshot()) as archive:
        assert {"interactive.py", "submit.py", "sweep/train.py"} <= set(archive.namelist())
        assert archive.read("interactive.py") == Path("interactive.py").read_bytes()
    page, numbers = report_of(run, said)
    assert numbers["run"]["status"] == "Completed"
    assert numbers["metrics"]["mse"]["last"] == metrics["mse"]
    for shown in ("alpha", "mse", "coefficients", "outputs/model.pkl", ".zip", "diabetes"):
        assert shown in page, shown


def test_the_sweep_comes_back_through_the_same_interface(run_example) -> None:
    said = run_example("submit.py")
    run = only_run("diabetes-sweep")
    metrics = run.get_metrics()
    alphas = np.arange(0.0, 1.0, 0.05)
    assert metrics["alpha"] == list(alphas)
    assert len(metrics["mse"]) == 20
    assert (min(metrics["mse"]), run.status, run.type) == (
        pytest.approx(3295.74, abs=0.1),
        "Completed",
        "azureml.scriptrun",
    )
    assert run.get_details()["runDefinition"]["script"] == "train.py"
    models = [f"outputs/ridge_{alpha:.2f}.pkl" for alpha in alphas]
    assert run.get_file_names() == ["logs/std_log.txt", *models]
    assert "alpha 0.40: mse 3295.7" in run.get_details_with_logs()["logFiles"]["logs/std_log.txt"]
    assert "alpha 0.40: mse 3295.7" in said and "the best of 20: alpha 0.40" in said
    with zipfile.ZipFile(run.restore_snapshot()) as archive:
        assert sorted(archive.namelist()) == ["alphas.py", "train.py"]
        assert archive.read("train.py") == Path("sweep/train.py").read_bytes()
    best = Model(Workspace.from_config(), "ridge")
    assert joblib.load(best.download("best")).alpha == pytest.approx(0.4)
    page, numbers = report_of(run, said)
    assert (numbers["metrics"]["mse"]["n"], numbers["run"]["status"]) == (20, "Completed")
    for shown in ("alpha", "mse", "outputs/ridge_0.40.pkl", "snapshot/", "ContentSnapshotId"):
        assert shown in page, shown


def test_the_training_script_runs_by_itself_offline(run_example, monkeypatch) -> None:
    monkeypatch.chdir("sweep")
    run_example("train.py")
    run = only_run("default")
    assert run.id.startswith("OfflineRun") and run.status == "Completed"
    assert len(run.get_metrics()["mse"]) == 20
    assert len(run.get_file_names()) == 20


def test_numpy_scalars_and_arrays_are_logged_as_what_they_are(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPOCHLOG_DIR", str(tmp_path / "runs"))
    with Experiment(Workspace.from_config(), "numpy").start_logging(snapshot_directory=None) as run:
        for value in (np.float32(0.5), np.float64(0.25), np.float16(2), np.longdouble(4)):
            run.log("float", value)
        for value in (np.int8(-3), np.uint64(7), np.int64(2**40)):
            run.log("integer", value)
        run.log("bool", np.bool_(True))
        run.log("text", np.str_("a"))
        run.log("zero dimensions", np.array(3.5))
        run.log("one element", np.array([2.5]))
        run.log("array", np.arange(3))
        run.log("complex", np.complex64(1))
        run.log_list("list", np.linspace(0, 1, 3))
        run.log_list("integers", np.arange(3, dtype=np.uint8))
        run.log_list("objects", np.array([1, None, 2.5], dtype=object))
        run.log_list("strings", np.array(["a", "b"]))
        run.log_row("row", a=np.float32(0.5), b=np.int16(2), c=np.bool_(False))
        run.log_table("table", {"a": np.arange(2), "b": [np.float64(1), 2]})
        with pytest.raises(TypeError):
            run.log_list("matrix", np.zeros((2, 2)))
        run.log_confusion_matrix(
            "matrix",
            {
                "schema_type": "confusion_matrix",
                "schema_version": "v1",
                "data": {"class_labels": ["a", "b"], "matrix": np.array([[3, 1], [0, 2]])},
            },
        )
    metrics = run.get_metrics()
    assert metrics["float"] == [0.5, 0.25, 2.0, 4.0]
    assert metrics["integer"] == [-3, 7, 2**40]
    assert (metrics["bool"], metrics["text"]) == (True, "a")
    assert (metrics["zero dimensions"], metrics["one element"]) == (3.5, 2.5)
    assert metrics["array"] == repr(np.arange(3)) and metrics["complex"] == repr(np.complex64(1))
    assert metrics["list"] == [0.0, 0.5, 1.0] and metrics["integers"] == [0, 1, 2]
    assert metrics["objects"][::2] == [1.0, 2.5] and np.isnan(metrics["objects"][1])
    assert metrics["strings"] == ["a", "b"]
    assert metrics["row"] == {"a": 0.5, "b": 2, "c": False}
    assert metrics["table"] == {"a": [0, 1], "b": [1.0, 2.0]}


def test_a_figure_is_logged_by_either_argument(tmp_path: Path, monkeypatch) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPOCHLOG_DIR", str(tmp_path / "runs"))
    pyplot.plot([0, 1], [0, 1])
    with Experiment(Workspace.from_config(), "plots").start_logging(snapshot_directory=None) as run:
        run.log_image("ROC", pyplot)
        run.log_image(name="ROC", plot=pyplot)
        pyplot.savefig("roc.png")
        run.log_image("file", path="roc.png")
    pyplot.close("all")
    images = run._saved().images
    assert [image.name for image in images] == ["ROC", "ROC", "file"]
    assert all(image.width > 100 for image in images)
    assert os.path.exists(os.path.join(run._folder, images[0].path))
