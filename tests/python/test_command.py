"""The command that comes with the package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from epochlog import _command


def script(path: Path, text: str = "#!/bin/sh\necho found it\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EPOCHLOG_COMMAND", raising=False)


@pytest.fixture
def without_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A package built without the command, and a PATH of one empty folder."""
    monkeypatch.setattr(_command, "_BUNDLED", str(tmp_path / "no" / "epochlog"))
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_command_comes_with_the_package() -> None:
    assert os.path.samefile(_command.path(), Path(_command.__file__).parent / "bin" / "epochlog")


def test_it_makes_a_report_of_a_run(root: Path, tree: Path) -> None:
    csv = tree / "examples" / "predictions.csv"
    options = ["--type", "classification", "--positive", "malignant"]
    folder = _command.run(["import", csv, *options]).stdout.strip()
    _command.run(["report", folder, "-o", root / "report"])
    assert "</html>" in (root / "report" / "report.html").read_text("utf-8")
    assert list((root / "report" / "charts").glob("*.png"))


def test_what_is_chosen_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chosen = script(tmp_path / "mine")
    monkeypatch.setenv("EPOCHLOG_COMMAND", str(chosen))
    assert _command.path() == str(chosen)
    assert _command.run(["ls"]).stdout == "found it\n"


def test_a_choice_that_is_no_program_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EPOCHLOG_COMMAND", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="EPOCHLOG_COMMAND") as caught:
        _command.path()
    assert caught.value.filename == str(tmp_path)


def test_without_a_bundle_it_is_taken_from_the_path(without_bundle: Path) -> None:
    found = script(without_bundle / "epochlog")
    assert _command.path() == str(found)


def test_the_script_that_calls_this_is_not_taken_for_it(without_bundle: Path) -> None:
    text = "#!%s\nfrom epochlog._command import main\n" % sys.executable
    script(without_bundle / "epochlog", text)
    with pytest.raises(FileNotFoundError, match="built without"):
        _command.path()


def test_none_at_all_is_an_error_that_says_what_helps(without_bundle: Path) -> None:
    with pytest.raises(FileNotFoundError, match="set EPOCHLOG_COMMAND"):
        _command.run(["ls"])


def test_what_the_command_complains_of_is_raised(root: Path) -> None:
    with pytest.raises(RuntimeError, match="outputs: cannot be opened"):
        _command.run(["report", "nowhere"])
    done = _command.run(["report", "nowhere"], check=False)
    assert done.returncode == 1
    assert "outputs: cannot be opened" in done.stderr


def test_module_and_command_are_one(root: Path) -> None:
    shown = [
        subprocess.run([*call, "--nope"], capture_output=True, text=True)
        for call in ([_command.path()], [sys.executable, "-m", "epochlog"])
    ]
    assert shown[0].returncode == shown[1].returncode == 2
    assert shown[0].stderr == shown[1].stderr != ""
