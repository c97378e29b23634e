"""Reports that are made from Python, by the command that the wheel brings along."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import epochlog


def logged(name: str = "ridge") -> epochlog.Run:
    chance = random.Random(7)
    with epochlog.Run(name, params={"alpha": 0.1}) as run:
        for step in range(50):
            run.log("loss", 1 / (step + 1))
        labels = [chance.random() < 0.4 for _ in range(200)]
        scores = [min(1.0, max(0.0, chance.gauss(0.65 if label else 0.35, 0.2))) for label in labels]
        run.log_classification(labels, scores, classes=[False, True], name="held out")
    return run


def report_of(page: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((Path(page).parent / "report.json").read_text())
    return found


def test_the_report_of_a_run_is_in_its_folder_and_has_its_numbers(root: Path) -> None:
    run = logged()
    page = run.report()
    assert Path(page) == Path(run.folder) / "report" / "report.html"
    assert "</html>" in Path(page).read_text("utf-8")
    found = report_of(page)
    assert found["run"]["id"] == run.id  # type: ignore[index]
    assert found["metrics"]["loss"]["n"] == 50  # type: ignore[index]
    assert found["evaluations"]["held out"]["n"] == 200  # type: ignore[index]


def test_a_report_goes_where_it_is_told_and_takes_the_options_of_the_command(
    root: Path, tmp_path: Path
) -> None:
    page = logged().report(tmp_path / "elsewhere", options=["--format", "svg"])
    assert Path(page).parent == tmp_path / "elsewhere"
    assert list((tmp_path / "elsewhere" / "charts").glob("*.svg"))


def test_an_option_that_the_command_refuses_is_told_in_its_words(root: Path) -> None:
    with pytest.raises(Exception, match="--no-such-option"):
        logged().report(options=["--no-such-option"])


def test_a_run_that_goes_on_has_a_report_that_says_so(root: Path) -> None:
    run = epochlog.Run("running")
    run.log("loss", 0.5)
    found = report_of(run.report())
    assert found["run"]["status"] == "Running"  # type: ignore[index]
    run.complete()


def test_histograms_are_drawn_as_their_quantiles_and_not_as_lines_of_edges(root: Path) -> None:
    writer = epochlog.SummaryWriter("runs/weights")
    for step in range(5):
        writer.add_histogram("layer", [random.gauss(step, 1) for _ in range(100)], step)
    folder = writer.get_logdir()
    writer.close()
    charts = report_of(epochlog.open_run(folder).report())["charts"]
    titles = [chart["title"] for chart in charts]  # type: ignore[attr-defined]
    assert "layer/quantiles" in titles
    assert "layer/histogram" not in titles
